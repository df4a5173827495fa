"""What every window looks like: theme, icons, severities and small widgets. Knows nothing of plans."""
