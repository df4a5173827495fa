"""The rules of the step "drs"."""
