"""The rules of the step "evc"."""
