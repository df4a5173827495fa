"""The rows of the findings: groups with their counts, and under those that are open their findings.

A flat model: a table asks for no more rows than it shows, where a tree would ask for each of 50,000.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate, compress, count
from operator import ne
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPalette

from flexgui.rules.finding import Finding
from flexgui.views.findings_groups import Group, finding_key
from flexgui.widgets.table import Column
from flexgui.widgets.tooltip import plain_tip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
FEW = 1000
"""Findings up to which groups are open from the beginning."""
_PLACES = 64
"""Groups that may differ for an edit to be shown row by row; where more do, everything is shown anew."""


class FindingsModel(QAbstractTableModel):
    """Groups and findings as rows.

    `group_column` says how a group reads in the first column; the others are empty for it. `narrow` has the
    widths of columns where there is little room; 0 hides one.
    """

    def __init__(
        self,
        columns: Sequence[Column[Finding]],
        group_column: Column[Group],
        parent: QObject | None = None,
        *,
        narrow: Mapping[int, int] | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._group_column = group_column
        self.narrow = dict(narrow or {})
        self._groups: list[Group] = []
        self._keys: list[str] = []
        self._contents: list[Sequence[Finding]] = []
        self._flat = True
        self._open: dict[str, bool] = {}
        self._few = True
        self._starts: list[int] = []
        self._count = 0
        self._bold: QFont | None = None

    # --- what is shown

    def set_groups(self, groups: Sequence[Group], *, flat: bool) -> None:
        """Show other groups; `flat` shows what is in the only one without its head.

        What stays keeps its rows, so that selection and scroll bar stay too.
        """
        few = sum(map(len, [group.findings for group in groups])) <= FEW
        keys = [group.key for group in groups]
        same = flat == self._flat and keys == self._keys
        if same and few != self._few:
            same = all(key in self._open for key in keys)
        contents = [group.findings for group in groups]
        places = list(compress(count(), map(ne, contents, self._contents))) if same else []
        self._few = few
        if not same or len(places) > _PLACES or self._differ_much(places, contents):
            self.beginResetModel()
            self._groups, self._keys, self._contents, self._flat = list(groups), keys, contents, flat
            self._count_rows()
            self.endResetModel()
            return
        # Those that are equal may still be other objects: the new ones count.
        self._groups, old = list(groups), self._groups
        for place in places:
            self._groups[place] = old[place]
        for place in places:
            self._replace(place, contents[place])
        self._contents = contents

    def _differ_much(self, places: Sequence[int], contents: Sequence[Sequence[Finding]]) -> bool:
        """Whether so much differs in open groups that it is shown sooner anew than row by row."""
        differing = 0
        for place in places:
            if self._is_open(self._groups[place]):
                old, new = self._groups[place].findings, contents[place]
                differing += max(len(old), len(new)) - sum(_common(old, new))
        return differing > FEW

    def _replace(self, place: int, findings: Sequence[Finding]) -> None:
        """Other findings in a group: only the rows that differ are taken out and put in."""
        group = self._groups[place]
        old = group.findings
        if not self._is_open(group):
            group.findings = findings
        else:
            begin, end = _common(old, findings)
            gone, new = len(old) - begin - end, len(findings) - begin - end
            first = self._starts[place] + (0 if self._flat else 1) + begin
            if gone == new and [*map(finding_key, old[begin : begin + gone])] == [
                *map(finding_key, findings[begin : begin + new])
            ]:
                group.findings = findings
                self._changed(first, first + new - 1)
                return
            if gone:
                self.beginRemoveRows(_ROOT, first, first + gone - 1)
                group.findings = [*old[:begin], *old[len(old) - end :]]
                self._count_rows()
                self.endRemoveRows()
            if new:
                self.beginInsertRows(_ROOT, first, first + new - 1)
                group.findings = findings
                self._count_rows()
                self.endInsertRows()
        if not self._flat:
            self._changed(self._starts[place], self._starts[place])

    def refresh(self) -> None:
        """Draw everything again: what the cells say depends on more than the findings."""
        if self._count:
            self._changed(0, self._count - 1)

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _count_rows(self) -> None:
        head = 0 if self._flat else 1
        sizes = [head + (len(group.findings) if self._is_open(group) else 0) for group in self._groups]
        self._starts = list(accumulate(sizes[:-1], initial=0)) if sizes else []
        self._count = sum(sizes)

    # --- groups

    def _is_open(self, group: Group) -> bool:
        return self._flat or self._open.get(group.key, self._few)

    @property
    def is_flat(self) -> bool:
        """Whether there are no heads of groups."""
        return self._flat

    def is_open(self, row: int) -> bool:
        """Whether the group at a row, or the one that its finding is in, shows its findings."""
        return self._is_open(self._groups[self._place(row)])

    def set_open(self, row: int, on: bool) -> None:
        """Show or hide the findings of the group at a row."""
        place = self._place(row)
        group = self._groups[place]
        if self._flat or on == self._is_open(group):
            return
        first = self._starts[place] + 1
        last = first + len(group.findings) - 1
        begin, end = (
            (self.beginInsertRows, self.endInsertRows) if on else (self.beginRemoveRows, self.endRemoveRows)
        )
        begin(_ROOT, first, last)
        self._open[group.key] = on
        self._count_rows()
        end()
        self._changed(first - 1, first - 1)

    def set_all_open(self, on: bool) -> None:
        """Show or hide the findings of all groups."""
        self.beginResetModel()
        self._open = {group.key: on for group in self._groups}
        self._count_rows()
        self.endResetModel()

    def forget_open(self) -> None:
        """Groups are open or not as if nobody had opened or closed any; for another way to group."""
        self._open = {}

    def head_of(self, row: int) -> int:
        """The row of the group that a row belongs to; the row itself where there are no groups."""
        return row if self._flat else self._starts[self._place(row)]

    def next_finding(self, row: int, step: int) -> int:
        """The row of the next finding after a row (`step` 1) or before it (-1), round the end; -1 for none.

        A closed group is opened for it. `row` may be -1.
        """
        if not self._groups:
            return -1
        head = 0 if self._flat else 1
        if row < 0:
            place, number = (0, -1) if step > 0 else (0, 0)
        else:
            place = self._place(row)
            number = row - self._starts[place] - head
        number += step
        if number >= len(self._groups[place].findings):
            place, number = (place + 1) % len(self._groups), 0
        elif number < 0:
            place = (place - 1) % len(self._groups)
            number = len(self._groups[place].findings) - 1
        self.set_open(self._starts[place], True)
        return self._starts[place] + head + number

    def _place(self, row: int) -> int:
        return bisect_right(self._starts, row) - 1

    # --- rows

    def group(self, row: int) -> Group | None:
        """The group whose head is at a row."""
        if self._flat or not 0 <= row < self._count:
            return None
        place = self._place(row)
        return self._groups[place] if self._starts[place] == row else None

    def finding(self, row: int) -> Finding | None:
        """The finding at a row; None for the head of a group."""
        if not 0 <= row < self._count:
            return None
        place = self._place(row)
        number = row - self._starts[place] - (0 if self._flat else 1)
        return self._groups[place].findings[number] if number >= 0 else None

    def findings_between(self, first: int, last: int) -> Iterator[Sequence[Finding]]:
        """The findings in some rows, in parts; where the head of a group is one of them, all of the group."""
        if not 0 <= first <= last < self._count:
            return
        head = 0 if self._flat else 1
        for place in range(self._place(first), self._place(last) + 1):
            findings, start = self._groups[place].findings, self._starts[place]
            if first <= start and head:
                yield findings
            else:
                begin = max(0, first - start - head)
                yield findings[begin : last - start - head + 1]

    def findings(self) -> list[Finding]:
        """All findings in the order shown, those of closed groups too."""
        return [finding for group in self._groups for finding in group.findings]

    def groups(self) -> tuple[Group, ...]:
        """The groups in the order shown."""
        return tuple(self._groups)

    def rows_of(self, findings: Collection[Finding]) -> list[int]:
        """The rows of some findings of the model, of those that are shown."""
        wanted = {id(finding) for finding in findings}
        head, found = 0 if self._flat else 1, []
        for place, group in enumerate(self._groups):
            if wanted and self._is_open(group):
                start = self._starts[place] + head
                found += [start + n for n, each in enumerate(group.findings) if id(each) in wanted]
        return found

    def row_of_group(self, key: str) -> int:
        """The row of the head of a group, or -1."""
        places = (n for n, group in enumerate(self._groups) if group.key == key)
        return -1 if self._flat else next((self._starts[place] for place in places), -1)

    # --- for the view

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns) and role in shown:
            return self.columns[section].title
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        # Asked for every cell of a selection, so it must not take long.
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        finding = self.finding(index.row())
        if finding is not None:
            return _cell(self.columns[index.column()], finding, role, muted=finding.muted is not None)
        group = self.group(index.row())
        if group is None:
            return None
        if role == Qt.ItemDataRole.FontRole:
            if self._bold is None:
                self._bold = QFont()
                self._bold.setBold(True)
            return self._bold
        if index.column() == 0 or role in (
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            if role == Qt.ItemDataRole.AccessibleTextRole:
                state = self.tr("open") if self._is_open(group) else self.tr("closed")
                return f"{self._group_column.text(group)}, {state}"
            return _cell(self._group_column, group, role)
        return None


def _cell(column: Column[Any], row: Any, role: int, *, muted: bool = False) -> Any:
    if role == Qt.ItemDataRole.DisplayRole:
        return column.text(row)
    if role == Qt.ItemDataRole.ToolTipRole:
        return plain_tip((column.tip or column.text)(row).split("\n"))
    if role == Qt.ItemDataRole.DecorationRole and column.icon is not None:
        return column.icon(row)
    if role == Qt.ItemDataRole.ForegroundRole and muted:
        return QGuiApplication.palette().brush(QPalette.ColorRole.PlaceholderText)
    return None


def _common(old: Sequence[Finding], new: Sequence[Finding]) -> tuple[int, int]:
    """How many findings are the same from the beginning, and from the end."""
    begin = _alike(old, new)
    end = _alike(old[::-1], new[::-1])
    return begin, min(end, min(len(old), len(new)) - begin)


def _alike(old: Sequence[Finding], new: Sequence[Finding]) -> int:
    """How many findings are equal from the beginning; parts of lists are compared by identity first."""
    least = min(len(old), len(new))
    for start in range(0, least, _PLACES):
        stop = min(start + _PLACES, least)
        if list(old[start:stop]) != list(new[start:stop]):
            return next(place for place in range(start, stop) if old[place] != new[place])
    return least
