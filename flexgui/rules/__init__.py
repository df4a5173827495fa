"""The compatibility rules."""
