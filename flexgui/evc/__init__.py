"""EVC modes, releases, and what a pool of processors has in common."""
