"""Readers of captures: a file or a pasted text in, hosts with their processors out. One module a format.

A format is recognised by its content, never by a file's name. What comes in is hostile until parsed: every
reader raises `InputError` for what it cannot use, and invents nothing for what a capture lacks.
"""

from flexgui.capture.captured import CapturedHost
from flexgui.capture.folders import Skipped
from flexgui.capture.reader import FORMATS, Captures, read_capture, read_captures, read_text

__all__ = [
    "FORMATS",
    "CapturedHost",
    "Captures",
    "Skipped",
    "read_capture",
    "read_captures",
    "read_text",
]
