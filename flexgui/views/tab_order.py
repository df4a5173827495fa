"""The order of Tab: parts of a window that come last, however late what precedes them is made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def put_last(window: QWidget, parts: Sequence[QWidget]) -> None:
    """Have Tab go to `parts`, in this order, after all else in the window.

    Qt appends what is made later, such as the page of an object, to the end of the order. Within a part, and
    in what comes before them all, the order stays. Nothing is done where it is so already.
    """
    lasting: list[list[QWidget]] = [[] for _ in parts]
    order: list[QWidget] = []
    first: list[QWidget] = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        # One that hands the keyboard on to another has its place by that other.
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None:
            order.append(widget)
            for own, part in zip(lasting, parts, strict=True):
                if part.isAncestorOf(widget):
                    own.append(widget)
                    break
            else:
                first.append(widget)
        widget = widget.nextInFocusChain()
    wanted = first + [widget for own in lasting for widget in own]
    if not first or order == wanted:
        return
    for before, after in zip(wanted[len(first) - 1 :], wanted[len(first) :], strict=False):
        QWidget.setTabOrder(before, after)
