"""Readers: a file in, hosts out."""
