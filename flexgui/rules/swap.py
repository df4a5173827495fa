"""The rules of the step "swap"."""
