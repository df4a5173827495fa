"""Suggest Clusters, driven with mouse and keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from flexgui import cli
from flexgui.document import Document
from flexgui.plan import storage
from flexgui.plan.inventory import find
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.wizards import suggest_draft
from flexgui.wizards.suggest_clusters import SuggestClustersDialog
from tests.driving import LEFT, pick
from tests.views.plans import cpu, host

MEROM, PENRYN, WESTMERE = (
    cpu("intel-merom", "Xeon 5110"),
    cpu("intel-penryn", "Xeon E5462"),
    cpu("intel-westmere", "Xeon E7-4830"),
)
REV_F, BULLDOZER = cpu("amd-rev-f", "Opteron 2218"), cpu("amd-bulldozer", "Opteron 6234")


def intel_plan(*more: Host) -> Plan:
    """Five standalone hosts of three generations, and a cluster with two."""
    standalone = (host(1, MEROM), host(2, MEROM), host(3, PENRYN), host(4, WESTMERE), host(5, WESTMERE))
    inside = (host(6, WESTMERE), host(7, PENRYN))
    cluster = Cluster(id="domain-c2", name="Cluster A", evc_mode="intel-penryn", hosts=inside)
    datacenter = Datacenter(id="datacenter-1", name="Milano", hosts=(*standalone, *more), clusters=(cluster,))
    cpus = (MEROM, PENRYN, WESTMERE, REV_F, BULLDOZER)
    return Plan(release="5.5", serial=100, cpus=cpus, datacenters=(datacenter,))


def both_makers() -> Plan:
    return intel_plan(*(host(n, REV_F) for n in (11, 12)), *(host(n, BULLDOZER) for n in (13, 14)))


Open = Callable[[Plan], SuggestClustersDialog]


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document()


@pytest.fixture
def opened(qtbot: QtBot, document: Document) -> Open:
    def show(plan: Plan) -> SuggestClustersDialog:
        document.new(plan)
        dialog = SuggestClustersDialog(document, "datacenter-1")
        qtbot.addWidget(dialog)
        dialog.show()
        checked(qtbot, dialog)
        return dialog

    return show


def checked(qtbot: QtBot, dialog: SuggestClustersDialog) -> None:
    """Wait until what the dialog shows has been checked."""
    qtbot.waitUntil(lambda: "being checked" not in dialog.ok.toolTip())


def made(dialog: SuggestClustersDialog) -> dict[str, tuple[str, list[str]]]:
    """Name → mode and hosts of the clusters on show, as the table has them."""
    rows = dialog.clusters.clusters.rows()
    return {row.name: (row.mode.key, [h.label for h in row.hosts]) for row in rows}


def press_space(qtbot: QtBot, dialog: SuggestClustersDialog, *names: str) -> None:
    """Select hosts by their names and tick or untick them with the space bar."""
    rows = [dialog.hosts.candidates.find(f"host-{int(name.removeprefix('esx-'))}") for name in names]
    for number, row in enumerate(rows):
        modifier = Qt.KeyboardModifier.ControlModifier if number else Qt.KeyboardModifier.NoModifier
        click(qtbot, dialog.hosts, dialog.hosts.candidates.index(row, 2), modifier)
    qtbot.keyClick(dialog.hosts, Qt.Key.Key_Space)
    checked(qtbot, dialog)


def click(
    qtbot: QtBot,
    view: QTableView,
    index: QModelIndex,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    at: QPoint | None = None,
) -> None:
    view.scrollTo(index)
    cell = view.visualRect(index)
    qtbot.mouseClick(view.viewport(), LEFT, modifier, cell.topLeft() + at if at else cell.center())


def choose(qtbot: QtBot, dialog: SuggestClustersDialog, k: int) -> None:
    """Choose a number of clusters with the keyboard."""
    dialog.numbers.setFocus()
    qtbot.keyClick(dialog.numbers, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for _ in range(k - 1):
        qtbot.keyClick(dialog.numbers, Qt.Key.Key_Down)
    checked(qtbot, dialog)


def rename(qtbot: QtBot, dialog: SuggestClustersDialog, old: str, new: str) -> None:
    """Type another name into the table."""
    row = next(n for n, cluster in enumerate(dialog.clusters.clusters.rows()) if cluster.name == old)
    click(qtbot, dialog.clusters, dialog.clusters.clusters.index(row, 0))
    qtbot.keyClick(dialog.clusters, Qt.Key.Key_F2)
    editor = dialog.clusters.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    if new:
        qtbot.keyClicks(editor, new)
    else:
        qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: new in made(dialog))
    checked(qtbot, dialog)


def press_ok(qtbot: QtBot, dialog: SuggestClustersDialog) -> None:
    qtbot.mouseClick(dialog.ok, LEFT)


PROPOSED = {
    "Intel Westmere": ("intel-westmere", ["esx-04", "esx-05"]),
    "Intel Merom": ("intel-merom", ["esx-01", "esx-02", "esx-03"]),
}


def test_what_is_proposed_is_made_in_one_edit(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(intel_plan())
    before = document.plan
    assert made(dialog) == PROPOSED
    assert dialog.ok.text() == "Create 2 clusters"
    with qtbot.waitSignal(dialog.clusters_created) as created:
        press_ok(qtbot, dialog)
    assert not dialog.isVisible()
    (datacenter,) = document.plan.datacenters
    assert [
        (c.name, c.evc_mode, [h.label for h in c.hosts]) for c in datacenter.clusters if c.id != "domain-c2"
    ] == [(name, mode, hosts) for name, (mode, hosts) in PROPOSED.items()]
    assert datacenter.hosts == ()
    assert datacenter.clusters[0] is before.datacenters[0].clusters[0]
    place = find(document.plan, created.args[0])
    assert place is not None
    assert place.object.name == "Intel Westmere"
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Create 2 clusters"
    after = document.plan
    document.undo_stack.undo()
    assert document.plan is before
    document.undo_stack.redo()
    assert document.plan is after
    assert not [f for f in document.findings.all if f.severity.value == "error"]


def test_cancel_leaves_no_trace(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(intel_plan())
    before = document.plan
    choose(qtbot, dialog, 3)
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel), LEFT)
    assert not dialog.isVisible()
    assert document.plan is before
    assert document.undo_stack.count() == 0


def test_another_number_with_the_arrow_keys(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(intel_plan())
    texts = [
        [dialog.numbers.numbers.index(row, column).data() for column in range(3)]
        for row in range(dialog.numbers.numbers.rowCount())
    ]
    assert [(first, kept) for first, kept, _ in texts] == [("1", "75"), ("2, proposed", "87"), ("3", "88")]
    assert texts[2][2] == "keeps SSE41 on 1 host"
    choose(qtbot, dialog, 3)
    assert list(made(dialog)) == ["Intel Westmere", "Intel Penryn", "Intel Merom"]
    assert any("esx-03 would be alone" in text for text in dialog.panel.texts())
    choose(qtbot, dialog, 1)
    assert made(dialog) == {"Intel Merom": ("intel-merom", [f"esx-0{n}" for n in range(1, 6)])}
    press_ok(qtbot, dialog)
    assert document.undo_stack.undoText() == "Create 1 cluster"


def test_hosts_are_left_out_and_taken_from_clusters(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(intel_plan())
    assert "5 of 7 hosts take part" in dialog.count.text()
    press_space(qtbot, dialog, "esx-01", "esx-02")
    assert "3 of 7 hosts" in dialog.count.text()
    row = dialog.hosts.candidates.find("host-6")
    click(qtbot, dialog.hosts, dialog.hosts.candidates.index(row, 0), at=QPoint(10, 10))
    checked(qtbot, dialog)
    assert dialog.hosts.candidates.index(row, 4).data() == "Intel Penryn"
    assert dialog.hosts.candidates.index(dialog.hosts.candidates.find("host-1"), 4).data() == "left out"
    choose(qtbot, dialog, 2)
    press_ok(qtbot, dialog)
    (datacenter,) = document.plan.datacenters
    assert [h.label for h in datacenter.hosts] == ["esx-01", "esx-02"]
    assert {c.name: [h.label for h in c.hosts] for c in datacenter.clusters} == {
        "Cluster A": ["esx-07"],
        "Intel Westmere": ["esx-04", "esx-05", "esx-06"],
        "Intel Penryn": ["esx-03"],
    }


def test_without_a_host_there_is_nothing_to_make(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(intel_plan())
    assert dialog.tick_all.isEnabled()
    qtbot.mouseClick(dialog.tick_none, LEFT)
    assert made(dialog) == {}
    assert not dialog.ok.isEnabled()
    assert dialog.ok.toolTip().startswith("No host takes part.")
    assert dialog.trouble.text() == dialog.ok.toolTip()
    assert (dialog.tick_none.isEnabled(), dialog.tick_none.toolTip()) == (False, "No host is ticked.")
    assert (dialog.numbers.isEnabled(), dialog.numbers.toolTip()) == (False, "No cluster can be made yet.")
    qtbot.keyClick(dialog.hosts, Qt.Key.Key_Return)
    assert dialog.isVisible()
    qtbot.mouseClick(dialog.tick_all, LEFT)
    checked(qtbot, dialog)
    assert (dialog.tick_all.isEnabled(), dialog.tick_all.toolTip()) == (False, "All hosts are ticked.")
    assert sum(len(hosts) for _, hosts in made(dialog).values()) == 7
    assert dialog.ok.isEnabled()
    assert dialog.trouble.text() == ""


def test_names_can_be_changed_and_are_checked(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(intel_plan())
    rename(qtbot, dialog, "Intel Merom", "cluster a")
    assert not dialog.ok.isEnabled()
    assert "cluster a" in dialog.trouble.text().casefold()
    assert dialog.ok.toolTip() == dialog.trouble.text()
    assert not any(dialog.trouble.text() in text for text in dialog.panel.texts())
    press_ok(qtbot, dialog)
    assert dialog.isVisible()
    rename(qtbot, dialog, "cluster a", "")
    assert not dialog.ok.isEnabled()
    rename(qtbot, dialog, "", "Old hosts")
    assert dialog.ok.isEnabled()
    choose(qtbot, dialog, 1)
    assert list(made(dialog)) == ["Old hosts"]
    choose(qtbot, dialog, 2)
    press_ok(qtbot, dialog)
    assert [c.name for c in document.plan.datacenters[0].clusters][1:] == ["Intel Westmere", "Old hosts"]


def test_a_name_being_typed_counts_when_ok_is_pressed(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(intel_plan())
    row = next(n for n, c in enumerate(dialog.clusters.clusters.rows()) if c.name == "Intel Merom")
    click(qtbot, dialog.clusters, dialog.clusters.clusters.index(row, 0))
    qtbot.keyClick(dialog.clusters, Qt.Key.Key_F2)
    editor = dialog.clusters.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Old hosts")
    press_ok(qtbot, dialog)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert [c.name for c in document.plan.datacenters[0].clusters][1:] == ["Intel Westmere", "Old hosts"]


def test_default_names_are_unique(opened: Open) -> None:
    plan = intel_plan()
    (datacenter,) = plan.datacenters
    taken = replace(datacenter.clusters[0], name="intel merom")
    dialog = opened(replace(plan, datacenters=(replace(datacenter, clusters=(taken,)),)))
    assert list(made(dialog)) == ["Intel Westmere", "Intel Merom 2"]


def test_each_maker_has_a_number_of_its_own(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(both_makers())
    assert dialog.maker.isVisible()
    pick(qtbot, dialog, "suggest_maker", "AMD")
    dialog.maker.activated.emit(dialog.maker.currentIndex())
    assert dialog.numbers.numbers.rowCount() == 2
    choose(qtbot, dialog, 1)
    assert "esx-11" not in str(made(dialog))
    assert any("no mode in common" in text for text in dialog.panel.texts())
    assert "Intel Merom" in made(dialog)
    choose(qtbot, dialog, 2)
    assert made(dialog)["AMD Opteron Gen. 4"] == ("amd-bulldozer", ["esx-13", "esx-14"])
    pick(qtbot, dialog, "suggest_maker", "Intel")
    dialog.maker.activated.emit(dialog.maker.currentIndex())
    assert dialog.numbers.numbers.rowCount() == 3


def test_a_host_without_a_processor_stays(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(intel_plan(Host(id="host-20", address="10.0.0.20", name="esx-20")))
    assert not dialog.maker.isVisible()
    row = dialog.hosts.candidates.find("host-20")
    assert dialog.hosts.candidates.index(row, 4).data() == "stays"
    unknown = "Cannot tell: esx-20: the processor is not known"
    assert any(text.startswith(unknown) for text in dialog.panel.texts())
    press_ok(qtbot, dialog)
    assert [h.label for h in document.plan.datacenters[0].hosts] == ["esx-20"]


def test_hosts_that_no_mode_fits_make_no_cluster(opened: Open) -> None:
    plan = intel_plan()
    alone = Host(id="host-20", address="10.0.0.20", name="esx-20")
    dialog = opened(replace(plan, datacenters=(Datacenter(id="datacenter-1", name="x", hosts=(alone,)),)))
    assert not dialog.ok.isEnabled()
    assert "No mode fits" in dialog.trouble.text()
    empty = opened(replace(plan, datacenters=(Datacenter(id="datacenter-1", name="x"),)))
    assert "no host" in empty.trouble.text()


def test_many_choices_in_a_row_end_with_the_last(qtbot: QtBot, document: Document, opened: Open) -> None:
    dialog = opened(intel_plan())
    for _ in range(4):
        for row in (0, 2, 1):
            click(qtbot, dialog.numbers, dialog.numbers.numbers.index(row, 0))
    checked(qtbot, dialog)
    assert made(dialog) == PROPOSED
    press_ok(qtbot, dialog)
    assert len(document.plan.datacenters[0].clusters) == 3


def test_the_same_answers_as_the_command_line(
    qtbot: QtBot, opened: Open, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = both_makers()
    path = tmp_path / "fleet.flexplan.json"
    storage.save(plan, path)
    assert cli.main(["suggest", str(path), "--json"]) == 0
    vendors = json.loads(capsys.readouterr().out)["vendors"]
    dialog = opened(plan)
    qtbot.mouseClick(dialog.tick_all, LEFT)
    checked(qtbot, dialog)
    for vendor, name in (("intel", "Intel"), ("amd", "AMD")):
        pick(qtbot, dialog, "suggest_maker", name)
        dialog.maker.activated.emit(dialog.maker.currentIndex())
        partitions = vendors[vendor]["partitions"]
        assert dialog.advice.text() == vendors[vendor]["advice"]
        assert dialog.numbers.numbers.rowCount() == len(partitions) == vendors[vendor]["useful_k"]
        for partition in partitions:
            choose(qtbot, dialog, partition["k"])
            row = dialog.numbers.current_row()
            assert row is not None
            assert (row.features_kept, row.sentence) == (partition["features_kept"], partition["gain"])
            assert [
                (c.mode.key, sorted(h.label for h in c.hosts))
                for c in dialog.clusters.clusters.rows()
                if c.mode.vendor == vendor
            ] == [(c["mode"], sorted(c["hosts"])) for c in partition["clusters"]]
            for remark in partition["remarks"]:
                assert sum(remark in text for text in dialog.panel.texts()) == 1


def test_every_control_has_a_name_and_a_way_to_it(opened: Open) -> None:
    dialog = opened(both_makers())
    buddies = {label.buddy() for label in dialog.findChildren(QLabel) if label.buddy() is not None}
    for control in dialog.findChildren(QWidget):
        if isinstance(control, QAbstractButton) and control.isVisible():
            assert control.text() or control.accessibleName() or not control.focusPolicy(), control
        if isinstance(control, QAbstractItemView | QComboBox) and control.objectName().startswith("suggest"):
            assert control.accessibleName(), control.objectName()
            assert control in buddies, control.objectName()


def test_the_tables_are_sound_models(qtbot: QtBot, opened: Open, qtmodeltester: ModelTester) -> None:
    dialog = opened(both_makers())
    for model in (dialog.hosts.candidates, dialog.numbers.numbers, dialog.clusters.clusters):
        qtmodeltester.check(model)


def test_the_bars_are_painted_in_both_themes(qtbot: QtBot, opened: Open) -> None:
    from flexgui.widgets.theme import theme

    dialog = opened(intel_plan())
    for mode in ("light", "dark"):
        theme().set_mode(mode)  # type: ignore[arg-type]
        picture = dialog.numbers.viewport().grab().toImage()
        assert theme().color("accent").rgb() in {
            picture.pixel(x, y) for x in range(picture.width()) for y in range(min(40, picture.height()))
        }


def test_a_draft_of_what_is_no_datacenter() -> None:
    with pytest.raises(KeyError):
        suggest_draft.new_draft(intel_plan(), "domain-c2")
