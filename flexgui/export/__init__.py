"""Writers: a plan in, a file out."""
