"""Writers, one module a target: a plan in, a file out."""
