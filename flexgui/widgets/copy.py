"""Copying what is selected in a table, list or tree as tab-separated values, with Ctrl+C."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QTreeView

from flexgui.widgets.icons import icon


def add_copy_action(
    view: QAbstractItemView, copy: Callable[[QAbstractItemView], object] | None = None
) -> QAction:
    """Give `view` a Copy action (Ctrl+C, and in its menu where it shows its actions). Returns the action.

    `copy` is what it does instead of `copy_selection`.
    """
    action = QAction(icon("copy"), QCoreApplication.translate("CopyAction", "&Copy"), view)
    action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.setToolTip(
        QCoreApplication.translate("CopyAction", "Copy the selected rows as tab-separated text")
    )
    action.triggered.connect(lambda: (copy or copy_selection)(view))
    view.addAction(action)
    return action


def copy_selection(view: QAbstractItemView) -> str:
    """Put the selected cells of `view` on the clipboard and return the text; with none, do nothing."""
    text = selection_as_tsv(view)
    if text:
        QGuiApplication.clipboard().setText(text)
    return text


def selection_as_tsv(view: QAbstractItemView) -> str:
    """The selected cells in the order shown: a line a row, a tab between columns, hidden columns left out.

    Several rows and columns get a line of titles first. In a tree, children are indented by two spaces a
    level. Tabs and line breaks inside a cell become spaces, so that every cell stays in its column.
    """
    header, selection = _header(view), view.selectionModel()
    # Without a model a view has no selection; the stubs do not know.
    indexes = selection.selectedIndexes() if view.model() is not None else []
    if header is not None:
        indexes = [i for i in indexes if not header.isSectionHidden(i.column())]
    if not indexes:
        return ""
    columns = sorted({i.column() for i in indexes}, key=header.visualIndex if header is not None else None)
    rows: dict[tuple[int, ...], dict[int, QModelIndex]] = {}
    for index in indexes:
        rows.setdefault(_path(index), {})[index.column()] = index
    lines = []
    top = min(len(path) for path in rows)
    for path in sorted(rows):
        cells = [_text(rows[path][c]) if c in rows[path] else "" for c in columns]
        cells[0] = "  " * (len(path) - top) + cells[0]
        lines.append("\t".join(cells))
    if len(lines) > 1 and len(columns) > 1 and header is not None:
        titles = [view.model().headerData(c, Qt.Orientation.Horizontal) for c in columns]
        lines.insert(0, "\t".join(_flat(t) for t in titles))
    return "\n".join(lines)


def cells_as_tsv(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Whole rows in the same form, made without asking a view for each cell."""
    told = [titles] if len(rows) > 1 and len(titles) > 1 else []
    return "\n".join("\t".join(map(_flat, cells)) for cells in (*told, *rows))


def in_columns(tsv: str) -> str:
    """Tab-separated text with its cells one under another, two blanks between columns: for reading."""
    lines = [line.split("\t") for line in tsv.split("\n")] if tsv else []
    widths: list[int] = []
    for cells in lines:
        widths += [0] * (len(cells) - len(widths))
        for number, cell in enumerate(cells):
            widths[number] = max(widths[number], len(cell))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)).rstrip()
        for cells in lines
    )


def _header(view: QAbstractItemView) -> QHeaderView | None:
    if isinstance(view, QTreeView):
        return view.header()
    if isinstance(view, QTableView):
        return view.horizontalHeader()
    return None


def _path(index: QModelIndex) -> tuple[int, ...]:
    """Row numbers from the root down: sorting by it is the order shown."""
    rows: list[int] = []
    while index.isValid():
        rows.append(index.row())
        index = index.parent()
    return tuple(reversed(rows))


def _text(index: QModelIndex) -> str:
    return _flat(index.data(Qt.ItemDataRole.DisplayRole))


def _flat(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())
