"""The rules of the step "ha"."""
