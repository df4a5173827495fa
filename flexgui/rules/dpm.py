"""The rules of the step "dpm"."""
