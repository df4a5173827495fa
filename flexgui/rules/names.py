"""The rules of the step "names"."""
