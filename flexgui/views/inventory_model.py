"""The inventory as an item model: the plan, its datacenters, clusters, resource pools, hosts and VMs.

Children are made when somebody first asks for them. An edit shares with the plan before all that it does not
touch, so an update walks only into what is another object now; rows that stay keep their indexes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, count
from operator import attrgetter, is_not
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from flexgui.document import Document
from flexgui.errors import printable
from flexgui.plan import edits
from flexgui.plan.inventory import cpus, find
from flexgui.plan.values import Cluster, Datacenter, Host, Object, Plan, ResourcePool, VirtualMachine
from flexgui.rules.finding import Severity
from flexgui.views.moves import Moves
from flexgui.widgets import words
from flexgui.widgets.finding_text import message
from flexgui.widgets.icons import icon
from flexgui.widgets.severity import severity_icon, severity_word
from flexgui.widgets.theme import theme
from flexgui.widgets.tooltip import plain_tip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_TIP_FINDINGS = 6
_MANY_ROWS = 40
"""Up to so many rows of one parent are told of one by one when they change."""
_MANY_CHANGES = 100
"""Of more rows than this, of whatever parents, that change in one update none is told of."""
_MANY_MOVES = 300
"""Up to so many rows come and go one after another in one update."""

NAME, FINDINGS = range(2)
"""The columns."""

PLAN_ID = ""
"""The id of the first row, which stands for the plan as a whole."""

IDS_MIME = "application/x-flexgui-ids"
"""What is dragged: the mark of its window, then ids, a line each, in UTF-8."""

MOVABLE = (Host, VirtualMachine, ResourcePool)
"""The kinds of objects that can be dragged."""


_PLAIN = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
_DROPS = _PLAIN | Qt.ItemFlag.ItemIsDropEnabled
_NAMED = _DROPS | Qt.ItemFlag.ItemIsEditable
_MOVABLE = _NAMED | Qt.ItemFlag.ItemIsDragEnabled
_EMPTY_MOVABLE = _MOVABLE | Qt.ItemFlag.ItemNeverHasChildren
"""Of what has nothing in it a view needs not ask for more: it asks thousands of rows at once."""


class _Node:
    __slots__ = ("children", "number", "object", "parent", "row")

    def __init__(self, number: int, found: Object | Plan, parent: _Node | None, row: int) -> None:
        self.number, self.object, self.parent, self.row = number, found, parent, row
        self.children: list[_Node] | None = None

    @property
    def id(self) -> str:
        return PLAN_ID if isinstance(self.object, Plan) else self.object.id


_object_of = attrgetter("object")


class InventoryModel(QAbstractItemModel):
    """Two columns: the object with its state, and the icon of the worst finding about it and what is in it.

    `holders` are, while there is a filter, the ids of what has a match in it: what to unfold, in their order;
    `first_match` is the id of the topmost match. While `updating`, rows follow an edit: what a view makes its
    current row meanwhile is nobody's choice.

    The internal ids of indexes are integers that are never given twice. `set_filter` leaves what matches,
    what is in it, and what it is in. `many_changed` asks views to paint all that they show.
    """

    many_changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None, moves: Moves | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._moves = moves if moves is not None else Moves(document)
        if moves is None:
            self._moves.setParent(self)
        self._mark = os.urandom(16).hex()
        self._cut: frozenset[str] = frozenset()
        self._nodes: dict[int, _Node] = {}
        self._by_id: dict[str, _Node] = {}
        self._next = 1
        self._filter = ""
        self._accepted: set[str] | None = None
        self._texts: dict[str, tuple[Host, str]] = {}
        self._processors: dict[str, str] = {}
        self.holders: dict[str, None] = {}
        self.first_match = PLAN_ID
        self.updating = False
        self._moved = 0
        self._changed = 0
        self._worst = document.findings.worst
        self._root = self._node(document.plan, None, 0)
        document.plan_changed.connect(self._update_plan)
        document.findings_changed.connect(self._update_findings)

    # --- for the view

    def object_of(self, index: Index) -> Object | Plan | None:
        node = self._of(index)
        return None if node is None else node.object

    def id_of(self, index: Index) -> str | None:
        """The id of the object behind an index, `PLAN_ID` for the plan, None for no index."""
        node = self._of(index)
        return None if node is None else node.id

    def ids_in(self, parent: Index, first: int, last: int) -> list[str]:
        """The ids of the rows from `first` to `last` of a parent; the plan is left out."""
        if not parent.isValid():
            return []
        node = self._of(parent)
        return [] if node is None else [child.id for child in self._children(node)[first : last + 1]]

    def stretches_of(self, ids: Iterable[str]) -> list[tuple[QModelIndex, QModelIndex]]:
        """The first and last index of each run of rows that objects take, where the model shows them."""
        rows: dict[int, list[int]] = {}
        for object_id in ids:
            if object_id not in self._by_id:
                self.index_of(object_id)  # which makes its row
            node = self._by_id.get(object_id)
            if node is not None and node.parent is not None:
                rows.setdefault(node.parent.number, []).append(node.row)
        found = []
        for number, own in rows.items():
            children, ordered = self._children(self._nodes[number]), sorted(own)
            first = 0
            for place, row in enumerate(ordered):
                if place + 1 == len(ordered) or ordered[place + 1] > row + 1:
                    ends = children[ordered[first]], children[row]
                    found.append((self._index(ends[0]), self._index(ends[1], FINDINGS)))
                    first = place + 1
        return found

    def index_of(self, object_id: str, column: int = NAME) -> QModelIndex:
        """The index of an object; an invalid one where the model does not show it."""
        if object_id == PLAN_ID:
            return self._index(self._root, column)
        if object_id not in self._by_id:
            place = find(self._document.plan, object_id)
            if place is None:
                return QModelIndex()
            chain: list[Object] = [place.datacenter]
            for holder in (place.cluster, place.host):
                if holder is not None:
                    chain.append(holder)
            if isinstance(place.object, ResourcePool) and place.cluster is not None:
                chain += _pools_above(place.cluster, place.object)
            self._children(self._root)
            for above in chain:
                node = self._by_id.get(above.id)
                if node is not None:
                    self._children(node)
        node = self._by_id.get(object_id)
        return QModelIndex() if node is None else self._index(node, column)

    def set_filter(self, text: str) -> None:
        """Show only what matches a text, in lower or upper case; everything for ""."""
        wanted = " ".join(text.split()).casefold()
        if wanted == self._filter:
            return
        self.beginResetModel()
        self._filter = wanted
        self._accepted = self._matching()
        self._start_over()
        self.endResetModel()

    def reset(self) -> None:
        """Forget all rows: another plan was opened."""
        self._texts.clear()
        self._processors.clear()
        self.beginResetModel()
        self._accepted = self._matching()
        self._start_over()
        self.endResetModel()

    # --- QAbstractItemModel

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        # This, `flags` and `hasChildren` are asked for each of thousands of rows that are unfolded.
        if row < 0 or not NAME <= column <= FINDINGS:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, self._root.number) if row == 0 else QModelIndex()
        holder = self._nodes.get(parent.internalId())
        if holder is None or parent.column() != NAME:
            return QModelIndex()
        children = holder.children
        if children is None:
            children = self._children(holder)
        return self.createIndex(row, column, children[row].number) if row < len(children) else QModelIndex()

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]
        node = self._of(index)
        return QModelIndex() if node is None or node.parent is None else self._index(node.parent)

    def rowCount(self, parent: Index = _ROOT) -> int:
        if not parent.isValid():
            return 1
        node = self._of(parent)
        return len(self._children(node)) if node is not None and parent.column() == NAME else 0

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 2

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        node = self._of(parent)
        if not parent.isValid() or node is None or parent.column() != NAME:
            return not parent.isValid()
        if node.children is not None:
            return bool(node.children)
        if next(iter(self._wanted(node)), None) is not None:
            return True
        node.children = []  # a view knows now that there are none: the first one has to be announced
        return False

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Object"), self.tr("Findings"))[section] if 0 <= section < 2 else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self._nodes.get(index.internalId()) if index.isValid() else None
        if node is None:
            return Qt.ItemFlag.NoItemFlags
        if index.column() != NAME:
            return _PLAIN
        # Every row takes drops, so that it can say why something does not go there.
        if isinstance(node.object, MOVABLE):
            return _EMPTY_MOVABLE if node.children == [] else _MOVABLE
        return _DROPS if isinstance(node.object, Plan) else _NAMED

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self._of(index)
        if node is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(node)
        if index.column() == FINDINGS:
            worst = self._severity(node)
            if worst is None:
                return None
            if role == Qt.ItemDataRole.DecorationRole:
                return severity_icon(worst.value)
            return severity_word(worst.value) if role == Qt.ItemDataRole.AccessibleTextRole else None
        found = node.object
        if role == Qt.ItemDataRole.DisplayRole:
            states = words.state_words(found)
            return f"{self._label(found)}  ({states})" if states else self._label(found)
        if role == Qt.ItemDataRole.EditRole:
            return self._label(found)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme().color("secondary") if node.id in self._cut else None
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(words.kind_icon(found), badge=words.state_badge(found))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            states = words.state_words(found)
            worst = self._severity(node)
            parts = [words.kind_word(found), self._label(found), states]
            return ", ".join([p for p in parts if p] + ([severity_word(worst.value)] if worst else []))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        found = self.object_of(index)
        if role != Qt.ItemDataRole.EditRole or found is None or isinstance(found, Plan):
            return False
        name = str(value)
        if not name.strip() or name == words.label(found):
            return False
        if isinstance(found, Host):
            name = "" if name == found.address else name
        object_id, old, new = found.id, printable(words.label(found), 60), printable(str(value), 60)
        self._document.edit(
            self.tr("Rename {old} to {new}").format(old=old, new=new),
            lambda plan: edits.set_fields(plan, object_id, name=name),
        )
        return True

    # --- dragging (see `Moves`)

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [IDS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        found = (self.id_of(index) for index in indexes if index.column() == NAME)
        return self.mime_of([object_id for object_id in found if object_id]) or QMimeData()

    def mime_of(self, ids: Iterable[str]) -> QMimeData | None:
        """What is dragged for objects, without those that cannot be moved; None where none is left."""
        nodes = (self._by_id.get(object_id) for object_id in ids)
        wanted = [node.id for node in nodes if node is not None and isinstance(node.object, MOVABLE)]
        if not wanted:
            return None
        chosen = self._moves.begin(wanted).ids
        mime = QMimeData()
        mime.setData(IDS_MIME, QByteArray("\n".join((self._mark, *chosen)).encode()))
        return mime

    def takes(self, data: QMimeData) -> bool:
        """Whether it is something of this window that is dragged."""
        return data.hasFormat(IDS_MIME) and data.data(IDS_MIME).startsWith(QByteArray(self._mark.encode()))

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        target, moving = self.id_of(parent), self._moves.moving
        if not target or moving is None or not self.takes(data):
            return False
        answer = self._moves.answer(self._moves.place_for(target))
        return answer is None or answer.possible or answer.tried

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        if self.canDropMimeData(data, action, row, column, parent):
            self._moves.drop(self._moves.place_for(self.id_of(parent) or PLAN_ID))
        # The edit moves the rows: False keeps a view from removing the source.
        return False

    # --- what was cut

    def set_cut(self, ids: Iterable[str]) -> None:
        """Show objects as cut, and all others not."""
        old, self._cut = self._cut, frozenset(ids)
        for object_id in old ^ self._cut:
            node = self._by_id.get(object_id)
            if node is not None:
                self.dataChanged.emit(self._index(node), self._index(node))

    # --- rows

    def _of(self, index: Index) -> _Node | None:
        return self._nodes.get(index.internalId()) if index.isValid() else None

    def _index(self, node: _Node, column: int = NAME) -> QModelIndex:
        return self.createIndex(node.row, column, node.number)

    def _node(self, found: Object | Plan, parent: _Node | None, row: int) -> _Node:
        node = _Node(self._next, found, parent, row)
        self._next += 1
        self._nodes[node.number] = node
        self._by_id[node.id] = node
        if isinstance(found, Host) and not found.vms:
            node.children = []
        return node

    def _forget(self, node: _Node) -> None:
        self._nodes.pop(node.number, None)
        if self._by_id.get(node.id) is node:
            del self._by_id[node.id]
        for child in node.children or ():
            self._forget(child)

    def _start_over(self) -> None:
        self._nodes, self._by_id = {}, {}
        self._worst = self._document.findings.worst
        self._root = self._node(self._document.plan, None, 0)

    def _children(self, node: _Node) -> list[_Node]:
        if node.children is None:
            node.children = [self._node(f, node, row) for row, f in enumerate(self._wanted(node))]
        return node.children

    def _wanted(self, node: _Node) -> Iterator[Object]:
        holder = node.parent
        while holder is not None and not isinstance(holder.object, Cluster):
            holder = holder.parent
        cluster = holder.object if holder is not None else None
        for child in _parts(node.object, cluster if isinstance(cluster, Cluster) else None):
            if self._accepted is None or child.id in self._accepted:
                yield child

    # --- following the document

    def _update_plan(self) -> None:
        self._accepted = self._matching()
        self._root.object = self._document.plan
        self.updating, self._moved, self._changed = True, 0, 0
        if not self._follow(self._root):
            self.reset()
        self.updating = False
        self.dataChanged.emit(self._index(self._root), self._index(self._root, FINDINGS))

    def _follow(self, node: _Node) -> bool:
        """Bring the rows below a node up to date.

        False where rows would have to change places, or where so many come and go that to start over is less
        work: views make rows when they show them.
        """
        if node.children is None:
            return True
        wanted = list(self._wanted(node))
        others = self._others(node.children, wanted)
        ids = [] if others is not None else [found.id for found in wanted]
        if others is None and ids != [child.id for child in node.children]:
            self._moved += len({child.id for child in node.children} ^ set(ids))
            if self._moved > _MANY_MOVES:
                return False
            self._remove_rows(node, set(ids))
            here = {child.id for child in node.children}
            if [i for i in ids if i in here] != [child.id for child in node.children]:
                return False
            self._insert_rows(node, wanted, here)
        changed: list[_Node] = []
        deeper: list[_Node] = []
        # Pools, which come first, may have other ones in them though they are the same.
        every = others is None or self._filter or isinstance(next(iter(wanted), None), ResourcePool)
        for row in range(len(wanted)) if every or others is None else others:
            child, found = node.children[row], wanted[row]
            same = child.object is found
            if not same:
                child.object = found
                changed.append(child)
            empty = not child.children and isinstance(found, Host) and not found.vms
            if child.children is None or empty:
                continue
            if not same or self._filter or isinstance(found, ResourcePool):
                deeper.append(child)
        self._tell_changed(changed)
        return all(self._follow(child) for child in deeper)

    @staticmethod
    def _others(children: list[_Node], wanted: list[Object]) -> list[int] | None:
        """The rows that show the same objects after an edit of them; None where other ones come or go."""
        if len(children) != len(wanted):
            return None
        found = list(compress(count(), map(is_not, map(_object_of, children), wanted)))
        return found if all(children[row].id == wanted[row].id for row in found) else None

    def _tell_changed(self, nodes: Sequence[_Node]) -> None:
        """Say that rows of one parent have changed: once for those that follow one another.

        Views look at every row of a long stretch to find those they show. They are rather told to paint anew.
        """
        self._changed += len(nodes)
        if self._changed > _MANY_CHANGES:
            if self._changed - len(nodes) <= _MANY_CHANGES:
                self.many_changed.emit()
            return
        if len(nodes) > _MANY_ROWS:
            self.many_changed.emit()
            nodes = nodes[:1]
        first = 0
        for place, node in enumerate(nodes):
            if place + 1 == len(nodes) or nodes[place + 1].row != node.row + 1:
                self.dataChanged.emit(self._index(nodes[first]), self._index(node, FINDINGS))
                first = place + 1

    def _remove_rows(self, node: _Node, keep: set[str]) -> None:
        children = node.children or []
        last = len(children) - 1
        while last >= 0:
            if children[last].id in keep:
                last -= 1
                continue
            first = last
            while first > 0 and children[first - 1].id not in keep:
                first -= 1
            self.beginRemoveRows(self._index(node), first, last)
            for child in children[first : last + 1]:
                self._forget(child)
            del children[first : last + 1]
            _number(children, first)
            self.endRemoveRows()
            last = first - 1

    def _insert_rows(self, node: _Node, wanted: Sequence[Object], here: set[str]) -> None:
        children = node.children if node.children is not None else []
        first = 0
        while first < len(wanted):
            if wanted[first].id in here:
                first += 1
                continue
            last = first
            while last + 1 < len(wanted) and wanted[last + 1].id not in here:
                last += 1
            self.beginInsertRows(self._index(node), first, last)
            new = [self._node(wanted[row], node, row) for row in range(first, last + 1)]
            children[first:first] = new
            _number(children, last + 1)
            self.endInsertRows()
            first = last + 1

    def _update_findings(self) -> None:
        old, self._worst = self._worst, self._document.findings.worst
        if old == self._worst:
            return
        self._changed = 0
        by_parent: dict[int, list[_Node]] = {}
        for object_id in old.keys() | self._worst.keys():
            node = self._by_id.get(object_id)
            if node is not None and old.get(object_id) is not self._worst.get(object_id):
                by_parent.setdefault(0 if node.parent is None else node.parent.number, []).append(node)
        for nodes in by_parent.values():
            self._tell_changed(sorted(nodes, key=lambda node: node.row))
        self.dataChanged.emit(self._index(self._root), self._index(self._root, FINDINGS))

    # --- what the rows say

    def _label(self, found: Object | Plan) -> str:
        if not isinstance(found, Plan):
            return words.label(found)
        path = self._document.path
        return self.tr("New plan") if path is None else path.name.removesuffix(".flexplan.json")

    def _severity(self, node: _Node) -> Severity | None:
        if isinstance(node.object, Plan):
            found = (self._worst[d.id] for d in node.object.datacenters if d.id in self._worst)
            return min(found, key=lambda severity: severity.rank, default=None)
        return self._worst.get(node.id)

    def _tip(self, node: _Node) -> str:
        place = find(self._document.plan, node.id)
        if place is None:
            path = self._document.path
            return plain_tip([str(path)] if path is not None else [self.tr("Not saved yet")])
        lines = [place.path()]
        about = [f for f in self._document.findings.about(node.id) if f.muted is None]
        lines += [f"{severity_word(f.severity.value)}: {message(f)}" for f in about[:_TIP_FINDINGS]]
        if len(about) > _TIP_FINDINGS:
            lines.append(self.tr("… and {count} more").format(count=len(about) - _TIP_FINDINGS))
        return plain_tip(lines)

    # --- the filter

    def _matching(self) -> set[str] | None:
        if not self._filter:
            return None
        accepted: set[str] = set()
        self.holders, self.first_match = {PLAN_ID: None}, PLAN_ID
        for datacenter in self._document.plan.datacenters:
            self._accept(datacenter, None, False, accepted)
        return accepted

    def _accept(self, found: Object, cluster: Cluster | None, inside: bool, accepted: set[str]) -> bool:
        """Whether an object or what is in it matches; `inside` what matches, all is accepted."""
        matches = self._filter in self._search_text(found)
        if matches and self.first_match == PLAN_ID:
            self.first_match = found.id
        holds = False
        if (
            not isinstance(found, Host) or found.vms
        ):  # most of a large plan are hosts of which no more is known
            below = found if isinstance(found, Cluster) else cluster
            for child in _parts(found, below):
                if self._accept(child, below, inside or matches, accepted):
                    holds = True
            if holds:
                self.holders[found.id] = None
        if inside or matches or holds:
            accepted.add(found.id)
        return matches or holds

    def _search_text(self, found: Object) -> str:
        if not isinstance(found, Host):
            return f"{found.name} {words.state_words(found)}".casefold()
        kept = self._texts.get(found.id)
        if kept is not None and kept[0] is found:
            return kept[1]
        text = f"{found.name} {found.address} {found.model} {words.state_words(found)} ".casefold()
        text += self._processor_text(found.cpu)
        self._texts[found.id] = found, text
        return text

    def _processor_text(self, fingerprint: str | None) -> str:
        """What is searched of a processor, found once for all hosts that have it."""
        text = self._processors.get(fingerprint or "")
        if text is None:
            cpu = cpus(self._document.plan.cpus).get(fingerprint or "")
            if cpu is None:
                return ""
            generation = cpu.generation.name if cpu.generation is not None else ""
            text = self._processors[cpu.fingerprint] = f"{cpu.brand} {generation}".casefold()
        return text


def _parts(found: Object | Plan, cluster: Cluster | None) -> Iterable[Object]:
    """What is directly in an object; `cluster` is the one that a resource pool belongs to."""
    if isinstance(found, Plan):
        return found.datacenters
    if isinstance(found, Datacenter):
        return (*found.clusters, *found.hosts)
    if isinstance(found, Cluster):
        return (*(pool for pool in found.resource_pools if pool.parent is None), *found.hosts)
    if isinstance(found, ResourcePool):
        return (p for p in (cluster.resource_pools if cluster else ()) if p.parent == found.id != p.id)
    if isinstance(found, VirtualMachine):
        return ()
    return found.vms


def _pools_above(cluster: Cluster, pool: ResourcePool) -> list[ResourcePool]:
    """The pools that a pool is in, outermost first."""
    by_id = {each.id: each for each in cluster.resource_pools}
    chain: list[ResourcePool] = []
    parent = by_id.get(pool.parent or "")
    while parent is not None and parent not in chain:
        chain.append(parent)
        parent = by_id.get(parent.parent or "")
    return chain[::-1]


def _number(children: list[_Node], first: int) -> None:
    for row in range(first, len(children)):
        children[row].row = row
