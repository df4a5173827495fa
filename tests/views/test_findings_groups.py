"""Findings in groups: filtered, sorted and counted, and as rows of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt

from flexgui.document import Findings
from flexgui.plan import edits, fleet
from flexgui.plan.inventory import hosts
from flexgui.plan.values import Plan
from flexgui.rules.check import check, counts
from flexgui.rules.finding import Finding, Severity, Subject
from flexgui.views.findings_groups import GROUPINGS, Group, Grouping, Wanted, arranged, counted, finding_key
from flexgui.views.findings_model import FEW, FindingsModel
from flexgui.widgets.table import Column
from tests.views.plans import small_plan

PLAN = fleet.make_fleet(60, 3, vms=80)
FOUND = Findings.of(PLAN, check(PLAN))


def groups_of(found: Findings, wanted: Wanted) -> list[Group]:
    steps = arranged(found.all, found.by_object, wanted)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            done: list[Group] = stop.value
            return done


KEYS = {
    "none": lambda f: "",
    "object": lambda f: f.subject.object_id,
    "rule": lambda f: f.rule,
    "severity": lambda f: f.severity.value,
}


@pytest.mark.parametrize("grouping", GROUPINGS)
@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(severities=frozenset({"todo", "info"})),
        Wanted(words=("on", "e"), text=Finding.message),
    ],
)
def test_every_finding_that_is_wanted_is_in_its_group(grouping: Grouping, wanted: Wanted) -> None:
    """Whatever is cut out of the whole must be what looking at each one finds."""
    wanted = replace(wanted, grouping=grouping)
    expected: dict[str, list[Finding]] = {}
    for finding in FOUND.all:
        if finding.severity.value in wanted.severities and all(w in finding.message() for w in wanted.words):
            expected.setdefault(KEYS[grouping](finding), []).append(finding)
    found = groups_of(FOUND, wanted)
    assert {group.key: list(group.findings) for group in found} == expected
    if grouping != "object" or wanted.everything:
        assert [group.worst.rank for group in found] == sorted(group.worst.rank for group in found)


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_a_sorted_group_is_in_order(grouping: Grouping) -> None:
    for descending in (False, True):
        for group in groups_of(FOUND, Wanted(grouping=grouping, sort=Finding.message, descending=descending)):
            said = [finding.message() for finding in group.findings]
            assert said == sorted(said, reverse=descending)


def test_groups_of_objects_are_sorted_by_their_names() -> None:
    wanted = Wanted(grouping="object", sort=lambda f: f.subject.object_id, sort_groups=True, descending=True)
    keys = [group.key for group in groups_of(FOUND, wanted)]
    assert keys == sorted(keys, reverse=True)


def test_large_plans_are_arranged_in_steps() -> None:
    many = FOUND.all * 40
    in_order = tuple(sorted(many, key=lambda f: (f.severity.rank, FOUND.all.index(f))))
    steps = arranged(in_order, {}, Wanted(words=("x",), text=Finding.message))
    assert sum(1 for _ in steps) >= len(in_order) // 512


def test_muted_findings_are_counted_apart_and_can_be_left_out() -> None:
    plan = edits.mute(PLAN, FOUND.all[-1].rule, FOUND.all[-1].subject.object_id, "known")
    found = Findings.of(plan, check(plan))
    muted = [f for f in found.all if f.muted is not None]
    assert muted
    assert counted(found.all, muted) == {**counts(found.all), "muted": len(muted)}
    for grouping in GROUPINGS:
        shown = groups_of(found, Wanted(grouping=grouping, muted=False))
        assert [f for group in shown for f in group.findings if f.muted is not None] == []
        assert sum(len(group.findings) for group in shown) == len(found.all) - len(muted)


# --- the model

TEXT = Column[Finding]("What", lambda f: f.message())


def model_of(groups: Sequence[Group] = (), *, flat: bool = False) -> FindingsModel:
    model = FindingsModel((TEXT, TEXT), Column[Group]("", lambda g: f"{g.key} ({len(g.findings)})"))
    model.set_groups(groups, flat=flat)
    return model


def rows_of(model: FindingsModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def some(*names: str) -> list[Finding]:
    return [Finding("host.address", "host", Severity.ERROR, Subject(n, "address"), n) for n in names]


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_the_model_is_sound(qtmodeltester: object, grouping: Grouping) -> None:
    model = model_of(groups_of(FOUND, Wanted(grouping=grouping)), flat=grouping == "none")
    qtmodeltester.check(model)  # type: ignore[attr-defined]
    if grouping != "none":
        model.set_open(0, False)
        model.set_all_open(True)
        model.set_open(model.rowCount() - 1, False)
    fewer = groups_of(FOUND, Wanted(grouping=grouping, severities=frozenset({"todo"})))
    model.set_groups(fewer, flat=grouping == "none")
    assert len(model.findings()) == sum(len(group.findings) for group in fewer)


def test_groups_open_and_close() -> None:
    model = model_of([Group("a", some("1", "2")), Group("b", some("3"))])
    assert rows_of(model) == ["a (2)", "1", "2", "b (1)", "3"]
    assert (model.head_of(2), model.head_of(4)) == (0, 3)
    model.set_open(1, False)
    assert rows_of(model) == ["a (2)", "b (1)", "3"]
    assert [f.template for part in model.findings_between(0, 1) for f in part] == ["1", "2", "3"]
    model.set_open(0, True)
    assert [f.template for part in model.findings_between(2, 3) for f in part] == ["2", "3"]
    assert [f.template for part in model.findings_between(1, 2) for f in part] == ["1", "2"]
    assert "open" in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_large_groups_are_closed_until_somebody_opens_them() -> None:
    many = some(*map(str, range(FEW + 1)))
    assert rows_of(model_of([Group("a", many)])) == [f"a ({FEW + 1})"]
    assert model_of([Group("a", many)], flat=True).rowCount() == FEW + 1


def test_going_on_passes_every_finding_and_opens_groups() -> None:
    model = model_of([Group("a", some("1", "2")), Group("b", some("3")), Group("c", some("4"))])
    model.set_open(3, False)
    row, passed = -1, []
    for _ in range(5):
        row = model.next_finding(row, 1)
        found = model.finding(row)
        assert found is not None
        passed.append(found.template)
    assert passed == ["1", "2", "3", "4", "1"]
    model.set_open(0, False)
    for _ in range(5):
        row = model.next_finding(row, -1)
        found = model.finding(row)
        assert found is not None
        passed.append(found.template)
    assert passed[5:] == ["2", "1", "4", "3", "2"]
    assert model_of().next_finding(-1, 1) == -1


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.booleans(),
)
def test_rows_follow_any_change_of_a_group(before: list[str], after: list[str], flat: bool) -> None:
    """What the signals tell is what there is: somebody who only listens ends with the same rows."""
    known = {name: some(name)[0] for name in "abcdefgh"}
    one = Group("rest", some("z"))
    model = model_of(
        [Group("g", [known[n] for n in before]), one]
        if not flat
        else [Group("g", [known[n] for n in before])],
        flat=flat,
    )
    heard = rows_of(model)

    def inserted(_: QModelIndex, first: int, last: int) -> None:
        heard[first:first] = [model.index(row, 0).data() for row in range(first, last + 1)]

    def removed(_: QModelIndex, first: int, last: int) -> None:
        del heard[first : last + 1]

    def changed(first: QModelIndex, last: QModelIndex) -> None:
        for row in range(first.row(), last.row() + 1):
            heard[row] = model.index(row, 0).data()

    def reset() -> None:
        heard[:] = rows_of(model)

    model.rowsInserted.connect(inserted)
    model.rowsRemoved.connect(removed)
    model.dataChanged.connect(changed)
    model.modelReset.connect(reset)
    new = [Group("g", [known[n] for n in after])]
    model.set_groups(new if flat else [*new, Group("rest", one.findings)], flat=flat)
    assert heard == rows_of(model)
    assert [f.template for f in model.findings()] == after + ([] if flat else ["z"])


def test_an_edit_leaves_the_rows_of_what_stays() -> None:
    """No reset: one finding goes, and only its row is taken out."""
    plan: Plan = small_plan()
    found = Findings.of(plan, check(plan))
    model = model_of(groups_of(found, Wanted(grouping="severity")))
    resets: list[str] = []
    model.modelReset.connect(lambda: resets.append("reset"))
    host = next(host for *_, host in hosts(plan))
    after = edits.set_fields(plan, host.id, license_edition="Enterprise Plus")
    now = Findings.of(after, check(after))
    assert {finding_key(f) for f in found.all} > {finding_key(f) for f in now.all}
    model.set_groups(groups_of(now, Wanted(grouping="severity")), flat=False)
    assert not resets
    assert [finding_key(f) for f in model.findings()] == [finding_key(f) for f in now.all]
