"""The rules of the step "host"."""
