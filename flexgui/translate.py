"""Marking of English templates in layers that know nothing of Qt.

`lupdate` finds the calls by the macro's name; windows hand the marked text to
`QCoreApplication.translate(context, text)`, the command line prints it as it is.
"""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return `text` unchanged. `context` is the translation context that windows look it up in."""
    return text
