"""The inventory follows any edits: what it shows is what a new one would show, and its indexes hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from flexgui.document import Document
from flexgui.plan import clipboard, edits, many
from flexgui.plan.inventory import places
from flexgui.plan.values import Cluster, Datacenter, Host, Plan, ResourcePool, VirtualMachine
from flexgui.rules.move import Moving
from flexgui.views.inventory_model import InventoryModel
from flexgui.views.moves import Moves
from tests.plan.strategies import plans


def tree(model: InventoryModel, parent: QModelIndex | None = None) -> Any:
    """Everything that is shown, which also makes all rows."""
    above = QModelIndex() if parent is None else parent
    rows = [model.index(row, 0, above) for row in range(model.rowCount(above))]
    return [
        (model.id_of(index), index.data(Qt.ItemDataRole.DisplayRole), tree(model, index)) for index in rows
    ]


def ids(plan: Plan, *kinds: type) -> list[str]:
    return sorted(place.object.id for place in places(plan) if isinstance(place.object, kinds))


def random_edit(plan: Plan, data: st.DataObject) -> Plan:
    """One of the edits of the inventory, of objects that are drawn."""
    everything = ids(plan, Datacenter, Cluster, Host, VirtualMachine, ResourcePool)
    if not everything:
        return edits.add_datacenter(plan, Datacenter(id=edits.new_id(plan, Datacenter), name="Roma"))
    chosen = data.draw(st.lists(st.sampled_from(everything), unique=True, min_size=1, max_size=3))
    target = data.draw(st.sampled_from(everything))
    kind = data.draw(st.sampled_from(["remove", "rename", "state", "move", "paste", "undo"]))
    if kind == "remove":
        return many.remove(plan, chosen)
    if kind == "rename":
        return edits.set_fields(plan, target, name="changed")
    if kind == "state":
        return many.set_fields(plan, [i for i in chosen if i in ids(plan, Host)], in_maintenance_mode=True)
    if kind == "move":
        answer = Moving(plan, chosen).onto(target)
        return plan if answer.edit is None else answer.edit(plan)
    clip = clipboard.copied(plan, chosen)
    where = None if clip is None else clipboard.destination(plan, clipboard.kind_of(clip), target)
    return plan if clip is None or where is None else clipboard.paste(plan, clip, where).plan


@pytest.mark.parametrize("small", [True, False])
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(any_plan=plans(), data=st.data())
def test_the_tree_follows_random_edits(
    qapp: object, monkeypatch: pytest.MonkeyPatch, small: bool, any_plan: Plan, data: st.DataObject
) -> None:
    monkeypatch.setattr("flexgui.views.inventory_model._MANY_ROWS", 1 if small else 40)
    monkeypatch.setattr("flexgui.views.inventory_model._MANY_MOVES", 1 if small else 300)
    document = Document()
    document.new(any_plan)
    moves = Moves(document)
    model = InventoryModel(document, None, moves)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tree(model)
    for _ in range(data.draw(st.integers(1, 4))):
        if data.draw(st.booleans()):
            tree(model)
        after = random_edit(document.plan, data)
        document.edit("x", lambda _, after=after: after)
        if data.draw(st.booleans()):
            document.undo_stack.undo()
        assert tree(model) == tree(InventoryModel(document, None, moves))
    del tester
