"""The command line, without Qt."""

from __future__ import annotations


def main(argv: list[str]) -> int:
    """Run one command; return the exit code."""
    print("There are no commands yet." if argv else "FlexGUI")
    return 0
