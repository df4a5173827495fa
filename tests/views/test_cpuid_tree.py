from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from flexgui.capture.reader import read_capture
from flexgui.cpuid.cpu import Cpu, described
from flexgui.cpuid.registers import CpuidTable
from flexgui.evc.modes import EvcMode, builtin_modes
from flexgui.evc.visibility import Visibility, binary_translation_allowed, binary_translation_usual
from flexgui.plan import edits
from flexgui.plan.values import Cluster, Datacenter, Host, Plan
from flexgui.views.cpuid_model import CpuidModel, CpuidProxy, Show, visible_places
from flexgui.views.cpuid_rows import Column, Kind, tree_rows
from flexgui.views.cpuid_search import found_rows
from flexgui.views.cpuid_tree import CpuidTreeView

WESTMERE = described(
    Cpu(
        "",
        table=CpuidTable.from_lines(
            [  # Xeon E7-4830 (Westmere-EX): what its CPUID answers
                "00000000.0 0000000b 756e6547 6c65746e 49656e69",
                "00000001.0 000206f2 80400800 02bee3ff bfebfbff",
                "00000007.0 00000000 00000000 00000000 00000000",
                "0000000b.0 00000001 00000002 00000100 00000080",
                "80000000.0 80000008 00000000 00000000 00000000",
                "80000001.0 00000000 00000000 00000001 2c100800",
                "80000002.0 20202020 49202020 6c65746e 20295228",
                "80000003.0 6e6f6558 20295228 20555043 202d3745",
                "80000004.0 30333834 20402020 33312e32 007a4847",
                "80000008.0 0000302c 00000000 00000000 00000000",
            ]
        ),
    )
)
MEROM = described(
    Cpu(
        "",
        table=CpuidTable.from_lines(
            [  # Xeon 5110 (Merom): what its CPUID answers
                "00000000.0 0000000a 756e6547 6c65746e 49656e69",
                "00000001.0 000006f6 07020800 0004e33d bfebfbff",
                "00000007.0 00000000 00000000 00000000 00000000",
                "80000000.0 80000008 00000000 00000000 00000000",
                "80000001.0 00000000 00000000 00000001 20100800",
                "80000002.0 65746e49 2952286c 6f655820 2952286e",
                "80000003.0 55504320 20202020 20202020 20202020",
                "80000004.0 30313135 20402020 30362e31 007a4847",
            ]
        ),
    )
)
BY_NAME = described(
    Cpu("", vendor="intel", brand="by name", present=("SSE41", "AES"), absent=("AVX2",), family=6, model=0x2F)
)
HIDDEN = ["AES", "PCLMULQDQ", "POPCNT", "RDTSCP", "SSE41", "SSE42"]
"""What intel-merom hides on a Westmere."""


def plan_of(
    *cpus: Cpu, mode: str | None = "intel-merom", release: str = "5.5", assumed: bool = False
) -> Plan:
    hosts = tuple(
        Host(
            id=f"host-{n}",
            address=f"esx-{n}.example.com",
            name=f"esx-{n}",
            cpu=cpu.fingerprint,
            cpu_assumed=assumed,
        )
        for n, cpu in enumerate(cpus, 1)
    )
    cluster = Cluster(id="domain-c7", name="Cluster A", evc_mode=mode, hosts=hosts)
    bare = Host(id="host-8", address="bare.example.com")
    alone = Host(id="host-9", address="alone.example.com", cpu=cpus[0].fingerprint)
    milano = Datacenter(id="datacenter-1", name="Milano", clusters=(cluster,), hosts=(bare, alone))
    return Plan(release=release, cpus=cpus, datacenters=(milano,))


def with_mode(plan: Plan, mode: str | None) -> Plan:
    datacenter = plan.datacenters[0]
    clusters = (replace(datacenter.clusters[0], evc_mode=mode),)
    return replace(plan, datacenters=(replace(datacenter, clusters=clusters),))


@pytest.fixture
def view(qtbot: QtBot) -> CpuidTreeView:
    widget = CpuidTreeView()
    qtbot.addWidget(widget)
    widget.resize(1000, 700)
    widget.set_host(plan_of(WESTMERE, MEROM), "host-1")
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def cells(view: CpuidTreeView, feature: str) -> list[str]:
    """The row of a feature from Hardware to Masked by."""
    index = view.feature_index(feature)
    assert index.isValid(), feature
    return [index.siblingAtColumn(c).data() for c in range(Column.HARDWARE, Column.MASKED_BY + 1)]


def shown(view: CpuidTreeView, *, only_open: bool = False) -> list[str]:
    """The names of the fields in the tree, from top to bottom."""
    names = []

    def walk(parent: QModelIndex) -> None:
        for row in range(view.tree.model().rowCount(parent)):
            index = view.tree.model().index(row, 0, parent)
            found = view.tree.row_at(index)
            assert found is not None
            if found.kind is Kind.FIELD:
                names.append(found.name)
            elif not only_open or view.tree.isExpanded(index):
                walk(index)

    walk(QModelIndex())
    return names


def current(view: CpuidTreeView) -> str:
    row = view.tree.current_row()
    return "" if row is None else row.name


def search(qtbot: QtBot, view: CpuidTreeView, text: str) -> None:
    """Type into the search box and wait until it has searched."""
    view.bar.search.setFocus()
    view.bar.search.selectAll()
    with qtbot.waitSignal(view.bar.searched):
        QTest.keyClicks(view.bar.search, text)


# --- The model ---


SMALL = described(
    Cpu(
        "",
        vendor="intel",
        table=CpuidTable.from_lines(
            [  # the model tester looks at every cell again after every change
                "00000000.0 00000000 756e6547 6c65746e 49656e69",
                "80000000.0 80000001 00000000 00000000 00000000",
                "80000001.0 00000000 00000000 00000001 2c100800",
            ]
        ),
    )
)


def test_the_model_is_a_proper_one(qtmodeltester: ModelTester) -> None:
    model = CpuidModel()
    modes = builtin_modes()
    qtmodeltester.check(model)
    for mode in (modes["intel-merom"], None, modes["intel-graniterapids"]):
        model.set_rows(tree_rows(Visibility(SMALL, mode, modes, binary_translation=False), modes), None)
    assert model.index_of((0x80000001, 0, 3, 27)).data() == "RDTSCP  80000001.EDX[27]"
    model.set_rows([], None)


def test_the_filtered_model_is_a_proper_one(qtmodeltester: ModelTester) -> None:
    modes = builtin_modes()
    rows = tree_rows(Visibility(SMALL, modes["intel-merom"], modes, binary_translation=True), modes)
    model = CpuidModel()
    model.set_rows(rows, None)
    proxy = CpuidProxy(model)
    qtmodeltester.check(proxy)
    for found in (found_rows(rows, "sse4"), found_rows(rows, "80000001.edx"), [], None):
        proxy.accept(visible_places(rows, Show.ALL, found))
    proxy.accept(visible_places(rows, Show.MASKED, None))
    assert proxy.rowCount() == 1
    proxy.accept(None)


def test_leaf_register_field(view: CpuidTreeView) -> None:
    source = view.tree.source
    index = view.feature_index("aes-ni")
    assert index.data() == "AES  1.ECX[25]"
    assert index.parent().data() == "ECX"
    assert index.parent().parent().data() == "00000001  Version and features: Westmere, 06_2FH stepping 2"
    assert source.index_of((0, 0)).data() == "00000000  Highest leaf and vendor: GenuineIntel"
    assert "“Xeon(R) CPU E7-”" in source.index_of((0x80000003, 0)).data()
    family = source.index_of((1, 0, 0, 8))
    assert family.siblingAtColumn(Column.HARDWARE).data() == "6"
    cores = source.index_of((1, 0, 1, 16))
    assert cores.siblingAtColumn(Column.HARDWARE).data() == "40h (64)"


# --- What is masked, and for whom ---


def test_merom_on_a_westmere(view: CpuidTreeView) -> None:
    for name in HIDDEN:
        assert cells(view, name) == ["1", "0", "1→0", "0", "0", "hypervisor"], name
    assert cells(view, "SSSE3") == ["1", "1", "–", "1", "1", ""]
    assert cells(view, "AVX") == ["0", "0", "–", "0", "0", ""]
    view.set_show(Show.MASKED)
    assert sorted(shown(view, only_open=True)) == HIDDEN
    text = view.mode_line.text()
    assert "intel-merom" in text
    assert "Cluster A" in text
    assert all(name in text for name in HIDDEN)
    assert "MSR 130h, 131h" in view.mechanism_line.text()
    assert "Intel application note 323850" in view.mechanism_line.text()
    assert not view.evidence_line.isVisible()


def test_what_no_source_says_is_not_known(view: CpuidTreeView) -> None:
    assert cells(view, "VMX") == ["1", "?", "?", "?", "?", ""]
    tip = view.feature_index("VMX").data(Qt.ItemDataRole.ToolTipRole)
    assert "not known whether intel-merom masks it" in tip
    spoken = view.feature_index("VMX").siblingAtColumn(Column.MASK).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "cannot tell"


def test_masked_is_a_word_and_says_why(view: CpuidTreeView) -> None:
    index = view.feature_index("AES")
    assert "masked" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    mask = index.siblingAtColumn(Column.MASK)
    assert mask.data(Qt.ItemDataRole.AccessibleTextRole) == "masked: 1 becomes 0"
    why = "AES comes with intel-westmere; the cluster's mode is intel-merom."
    assert why in mask.data(Qt.ItemDataRole.ToolTipRole)
    assert view.show_feature("AES")
    assert current(view) == "AES"
    assert why in view.details.text()


def test_register_rows_carry_the_mask(view: CpuidTreeView) -> None:
    row = view.feature_index("AES").parent()
    assert row.siblingAtColumn(Column.HARDWARE).data() == "02bee3ff  0000:0010:1011:1110:1110:0011:1111:1111"
    assert row.siblingAtColumn(Column.MASK).data() == "----:--0-:0--0:0---:----:----:----:--0-"
    leaf_11 = view.tree.source.index_of((0xB, 0, 3))
    assert leaf_11.siblingAtColumn(Column.MASK).data() == "–"


def test_nothing_is_masked_on_a_5110(view: CpuidTreeView) -> None:
    view.set_host(plan_of(WESTMERE, MEROM), "host-2")
    assert "hides nothing" in view.mode_line.text()
    assert "Xeon 5110 cannot mask CPUID in hardware" in view.mechanism_line.text()
    row = view.feature_index("SSE3").parent()
    assert row.siblingAtColumn(Column.MASK).data() == ":".join(["----"] * 8)
    view.set_show(Show.MASKED)
    assert shown(view) == []
    assert not view.tree.isVisible()


def test_binary_translation_or_hardware(view: CpuidTreeView) -> None:
    assert not view.binary_translation
    QTest.keyClick(view.monitor, Qt.Key.Key_Down)
    assert view.binary_translation
    assert cells(view, "AES") == ["1", "0", "1→0", "0", "0", "MSR 130h, 131h"]
    # Merom cannot hide anything from applications: what it hides of the kernel's they still see.
    silvermont_like = replace(MEROM, fingerprint="f", table=_with_ecx(MEROM.table, 0x0008_0000))
    view.set_host(plan_of(silvermont_like), "host-1")
    assert cells(view, "SSE41") == ["1", "0", "1→0", "0", "1", "none: cannot be masked"]
    assert "applications under binary translation see all of it" in view.mechanism_line.text()
    row = view.feature_index("SSE41").parent()
    kernel, application = (row.siblingAtColumn(c).data() for c in (Column.KERNEL, Column.APPLICATION))
    assert kernel != application
    QTest.keyClick(view.monitor, Qt.Key.Key_Up)
    assert cells(view, "SSE41") == ["1", "0", "1→0", "0", "0", "hypervisor"]


def test_whether_hardware_can_mask_may_be_unknown(view: CpuidTreeView) -> None:
    unknown = described(Cpu("", vendor="intel", present=("AES",), absent=("AVX",)))
    view.set_host(plan_of(unknown, release="2.5u2"), "host-1")
    assert cells(view, "AES") == ["1", "0", "1→0", "0", "?", "?"]
    assert cells(view, "AVX") == ["0", "0", "–", "0", "0", ""]
    assert cells(view, "AVX2") == ["?", "0", "?", "0", "?", ""]
    assert "is not known" in view.mechanism_line.text()


def _with_ecx(table: CpuidTable, bits: int) -> CpuidTable:
    leaves = dict(table.items())
    eax, ebx, ecx, edx = leaves[1, 0]
    leaves[1, 0] = eax, ebx, ecx | bits, edx
    return CpuidTable(leaves)


@pytest.mark.parametrize(
    ("release", "allowed", "usual"),
    [
        ("2.5u2", True, True),
        ("4.0", True, False),
        ("6.5", True, False),
        ("6.7", False, False),
        ("9.0", False, False),
    ],
)
def test_the_release_decides_about_binary_translation(
    view: CpuidTreeView, release: str, allowed: bool, usual: bool
) -> None:
    assert binary_translation_allowed(release) is allowed
    assert binary_translation_usual(release) is usual
    view.set_host(plan_of(WESTMERE, release=release), "host-1")
    assert view.monitor.isEnabled() is allowed
    assert view.binary_translation is usual
    assert view.monitor.currentData() is usual
    assert ("vSphere 6.5" in view.monitor.toolTip()) is not allowed


def test_a_choice_lasts_where_the_release_allows_it(view: CpuidTreeView) -> None:
    QTest.keyClick(view.monitor, Qt.Key.Key_Down)
    view.set_host(plan_of(WESTMERE, release="8.0"), "host-1")
    assert not view.binary_translation
    view.set_host(plan_of(WESTMERE, release="6.0"), "host-1")
    assert view.binary_translation


# --- Following the plan ---


def test_the_mode_is_followed_at_once(qtbot: QtBot, view: CpuidTreeView) -> None:
    plan = plan_of(WESTMERE, MEROM)
    view.set_show(Show.MASKED)
    with qtbot.waitSignal(view.masked_counted) as counted:
        view.set_host(with_mode(plan, "intel-nehalem"), "host-1")
    assert counted.args == [2]
    assert sorted(shown(view, only_open=True)) == ["AES", "PCLMULQDQ"]
    view.set_host(with_mode(plan, "intel-westmere"), "host-1")
    assert shown(view) == []
    view.set_host(plan, "host-1")
    assert sorted(shown(view, only_open=True)) == HIDDEN


def test_a_plan_that_changes_elsewhere_costs_nothing(qtbot: QtBot, view: CpuidTreeView) -> None:
    plan = plan_of(WESTMERE, MEROM)
    view.set_host(plan, "host-1")
    with qtbot.assertNotEmitted(view.masked_counted):
        view.set_host(edits.set_release(plan, "6.0"), "host-1")


def test_place_and_expansion_are_kept(qtbot: QtBot, view: CpuidTreeView) -> None:
    assert view.show_feature("POPCNT")
    index = view.tree.source.index_of((0x80000001, 0, 3))
    view.tree.expand(view.tree.proxy.mapFromSource(index))
    view.tree.collapse(view.tree.index_of((0x80000001, 0, 2)))
    before = shown(view, only_open=True)
    top = view.tree.verticalScrollBar().value()
    view.set_host(plan_of(WESTMERE, MEROM, mode="intel-nehalem"), "host-1")
    assert current(view) == "POPCNT"
    assert shown(view, only_open=True) == before
    assert view.tree.verticalScrollBar().value() == top
    # Another host has other leaves, and so other rows; one looks at the same place there.
    view.set_host(plan_of(WESTMERE, MEROM, mode="intel-nehalem"), "host-2")
    assert current(view) == "POPCNT"
    assert [row.data() for row in view.tree.selectionModel().selectedRows()] == ["POPCNT  1.ECX[23]"]
    assert "SSE3" in shown(view, only_open=True)
    search(qtbot, view, "nx")
    assert shown(view) == ["NX"]
    QTest.keyClick(view.bar.search, Qt.Key.Key_Escape)
    view.set_host(plan_of(WESTMERE, MEROM, mode="intel-nehalem"), "host-1")
    assert shown(view, only_open=True) == before


def test_what_is_closed_in_a_filter_stays_closed_until_the_next(view: CpuidTreeView) -> None:
    view.set_show(Show.MASKED)
    view.tree.collapse(view.tree.index_of((1, 0, 2)))
    assert shown(view, only_open=True) == ["RDTSCP"]
    view.set_host(plan_of(WESTMERE, MEROM, mode="intel-penryn"), "host-1")
    assert shown(view, only_open=True) == ["RDTSCP"]
    view.set_show(Show.DIFFERS)
    assert "AES" in shown(view, only_open=True)


# --- Search and filters, by key ---


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sse4_1", "SSE41"),
        ("SSE4.1", "SSE41"),
        ("pni", "SSE3"),
        ("aes-ni", "AES"),
        ("XD", "NX"),
        ("cpuid.aes", "AES"),
        ("1.ecx[25]", "AES"),
        ("cpuid.1.ecx.25", "AES"),
        ("80000001.edx[27]", "RDTSCP"),
    ],
)
def test_any_spelling_is_found(qtbot: QtBot, view: CpuidTreeView, text: str, name: str) -> None:
    search(qtbot, view, text)
    assert name in shown(view, only_open=True)
    QTest.keyClick(view.bar.search, Qt.Key.Key_Return)
    assert current(view) == name


@pytest.mark.parametrize(
    ("text", "name", "among"),
    [
        ("1.ecx", "ECX", "AES"),
        ("cpuid.1.ECX", "ECX", "AES"),
        ("80000001", "80000001", "NX"),
        ("d.1", "", ""),
        ("brand string", "80000002", ""),
    ],
)
def test_places_are_found(qtbot: QtBot, view: CpuidTreeView, text: str, name: str, among: str) -> None:
    search(qtbot, view, text)
    QTest.keyClick(view.bar.search, Qt.Key.Key_Return)
    assert current(view) == name
    assert not among or among in shown(view, only_open=True)
    assert bool(name) is view.tree.isVisible()


def test_keys_walk_through_what_is_found(qtbot: QtBot, view: CpuidTreeView) -> None:
    QTest.keyClick(view.tree, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert view.bar.search.hasFocus()
    search(qtbot, view, "sse4")
    assert view.bar.count_text() == "3 found"
    walked = []
    for key, modifier in (
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier),
    ):
        QTest.keyClick(view.bar.search, key, modifier)
        walked.append(f"{current(view)} {view.bar.count_text()}")
        assert len(view.tree.selectionModel().selectedRows()) == 1
    assert walked == ["SSE41 1 of 3", "SSE42 2 of 3", "SSE4A 3 of 3", "SSE41 1 of 3", "SSE4A 3 of 3"]
    QTest.keyClick(view.bar.search, Qt.Key.Key_Down)
    assert view.tree.hasFocus()
    QTest.keyClick(view.tree, Qt.Key.Key_F3)
    assert current(view) == "SSE41"
    QTest.keyClick(view.tree, Qt.Key.Key_Escape)
    assert view.bar.search.text() == ""
    assert len(shown(view)) > 100
    assert current(view) == "SSE41"


def test_enter_does_not_wait_for_the_search(view: CpuidTreeView) -> None:
    view.bar.search.setFocus()
    QTest.keyClicks(view.bar.search, "rdtscp")
    QTest.keyClick(view.bar.search, Qt.Key.Key_Return)
    assert current(view) == "RDTSCP"


def test_hiding_leaves_no_timer(view: CpuidTreeView) -> None:
    QTest.keyClicks(view.bar.search, "rdtscp")
    view.hide()  # a timer that still runs fails the test when it ends
    view.show()
    assert shown(view) == ["RDTSCP"]


def test_the_keys_are_ours_while_we_have_the_focus(qtbot: QtBot) -> None:
    """A window with a Ctrl+F of its own does not make ours ambiguous."""
    window = QWidget()
    qtbot.addWidget(window)
    view, elsewhere = CpuidTreeView(), QLineEdit()
    row = QHBoxLayout(window)
    row.addWidget(view)
    row.addWidget(elsewhere)
    asked: list[bool] = []
    action = window.addAction("Find")
    action.setShortcut("Ctrl+F")
    action.triggered.connect(lambda: asked.append(True))
    view.set_host(plan_of(WESTMERE), "host-1")
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    view.tree.setFocus()
    QTest.keyClick(view.tree, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert asked == []
    assert view.bar.search.hasFocus()
    elsewhere.setFocus()
    QTest.keyClick(elsewhere, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert asked == [True]


def test_differs(view: CpuidTreeView) -> None:
    view.set_show(Show.DIFFERS)
    assert set(HIDDEN) <= set(shown(view, only_open=True))
    assert "SSSE3" not in shown(view)
    assert "VMX" not in shown(view)


def test_nothing_found_says_why(qtbot: QtBot, view: CpuidTreeView) -> None:
    sentence: Callable[[], str] = view._nothing_left.sentence
    search(qtbot, view, "xsavec")
    assert "XSAVEC is in D.1.EAX[1], a leaf that this processor does not have." in sentence()
    search(qtbot, view, "frobnicate")
    assert "No field is called “frobnicate”" in sentence()
    search(qtbot, view, "ssse3")
    view.set_show(Show.MASKED)
    assert "not shown by the filter" in sentence()
    assert not view.tree.isVisible()


# --- What is not known ---


def test_no_host_and_no_processor(view: CpuidTreeView) -> None:
    plan = plan_of(WESTMERE)
    view.set_host(plan, None)
    assert not view.tree.isVisible()
    assert "There is no host to show" in view._no_host.sentence()
    view.set_host(plan, "domain-c7")
    assert "There is no host to show" in view._no_host.sentence()
    view.set_host(plan, "host-8")
    assert "The processor of bare.example.com is not known" in view._no_host.sentence()
    view.set_host(plan, "host-1")
    assert view.tree.isVisible()
    assert cells(view, "AES")[2] == "1→0"


@pytest.mark.parametrize(
    ("mode", "host", "says"),
    [
        (None, "host-1", "EVC is disabled on Cluster A, so nothing is masked"),
        ("intel-merom", "host-9", "the host is standalone, so nothing is masked"),
        ("intel-graniterapids", "host-1", "not published"),
        ("amd-zen", "host-1", "another maker's processors"),
        ("intel-no-such", "host-1", "not known here"),
        ("intel-sandybridge", "host-1", "requires what this host lacks: XSAVE, AVX"),
    ],
)
def test_what_the_mode_is_is_said(view: CpuidTreeView, mode: str | None, host: str, says: str) -> None:
    view.set_host(plan_of(WESTMERE, mode=mode), host)
    assert says in view.mode_line.text()
    view.set_show(Show.MASKED)
    assert shown(view) == []


def test_unpublished_contents_leave_all_open(view: CpuidTreeView) -> None:
    view.set_host(plan_of(WESTMERE, mode="intel-graniterapids"), "host-1")
    assert cells(view, "AES") == ["1", "?", "?", "?", "?", ""]
    assert view.feature_index("AES").parent().siblingAtColumn(Column.MASK).data() == "?"


def test_a_feature_the_mode_requires_and_the_host_lacks(view: CpuidTreeView) -> None:
    view.set_host(plan_of(WESTMERE, mode="intel-sandybridge"), "host-1")
    assert cells(view, "AVX") == ["0", "1", "–", "0", "0", "the host lacks it"]


def test_a_leaf_that_the_capture_lacks(view: CpuidTreeView) -> None:
    lines = [
        "00000000.0 0000000d 756e6547 6c65746e 49656e69",
        "00000001.0 000306c3 00100800 7ffafbff bfebfbff",
    ]
    cpu = described(Cpu("", table=CpuidTable.from_lines(lines)))
    view.set_host(plan_of(cpu), "host-1")
    assert cells(view, "AVX2") == ["?", "0", "?", "0", "0", ""]
    index = view.feature_index("AVX2")
    assert "lacks leaf 7" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.parent().siblingAtColumn(Column.HARDWARE).data() == "?"
    assert "lacks leaf 7" in index.parent().parent().data(Qt.ItemDataRole.ToolTipRole)


def test_a_processor_known_by_names(view: CpuidTreeView) -> None:
    view.set_host(plan_of(BY_NAME, mode="intel-nehalem"), "host-1")
    assert cells(view, "AES")[:4] == ["1", "0", "1→0", "0"]
    assert cells(view, "SSE41")[:4] == ["1", "1", "–", "1"]
    assert cells(view, "AVX2")[:4] == ["0", "0", "–", "0"]
    assert cells(view, "SSSE3")[:4] == ["?", "1", "–", "?"]
    assert "feature names only" in view.evidence_line.text()
    register = view.feature_index("AES").parent().siblingAtColumn(Column.HARDWARE).data()
    assert register == "????????  ????:??1?:????:1???:????:????:????:????"
    view.set_host(plan_of(BY_NAME, assumed=True), "host-1")
    assert "assumed from the list, not measured" in view.evidence_line.text()
    assert "assumed, not measured" in view.feature_index("SSSE3").data(Qt.ItemDataRole.ToolTipRole)


def test_a_capture_from_inside_a_virtual_machine(view: CpuidTreeView) -> None:
    cpu = described(replace(WESTMERE, table=_with_ecx(WESTMERE.table, 0x8000_0000)))
    view.set_host(plan_of(cpu), "host-1")
    assert "inside a virtual machine" in view.evidence_line.text()
    assert cells(view, "AES")[:3] == ["1", "0", "1→0"]
    assert cells(view, "AVX")[:3] == ["?", "0", "?"]
    assert "inside a virtual machine" in view.feature_index("AVX").data(Qt.ItemDataRole.ToolTipRole)
    assert cells(view, "HYPERVISOR") == ["1", "–", "–", "–", "–", "run-time"]


def test_run_time_and_unnamed_bits(view: CpuidTreeView) -> None:
    assert cells(view, "APICID") == ["80h (128)", "–", "–", "–", "–", "per core"]
    assert cells(view, "OSXSAVE") == ["0", "–", "–", "–", "–", "run-time"]
    cpu = described(replace(WESTMERE, table=_with_ecx(WESTMERE.table, 0x0001_0000)))
    view.set_host(plan_of(cpu), "host-1")
    unnamed = view.tree.source.index_of((1, 0, 2, 16))
    assert unnamed.data() == "bit 16 (no name)  1.ECX[16]"
    assert unnamed.siblingAtColumn(Column.MASK).data() == "?"


def test_cores_that_differ(view: CpuidTreeView) -> None:
    view.set_host(plan_of(replace(WESTMERE, fingerprint="d", differing=("AVX",))), "host-1")
    assert "Not all cores of the host have AVX" in view.evidence_line.text()


def test_modes_read_from_a_vcenter_replace_the_built_in_ones(view: CpuidTreeView) -> None:
    requires = ("SSE3", "AES")
    own = EvcMode("intel-merom", "Own", "intel", requires, ("VMX",), requires_provenance="a vCenter")
    view.set_host(replace(plan_of(WESTMERE), modes=(own,)), "host-1")
    assert cells(view, "AES")[2] == "–"
    assert cells(view, "VMX")[1] == "1"
    assert "a vCenter" in view.details.text()


# --- Copying ---


def test_rows_are_copied_as_tsv(view: CpuidTreeView) -> None:
    view.show_feature("AES")
    view.tree.setFocus()
    QTest.keyClick(view.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "AES 1.ECX[25]\t1\t0\t1→0\t0\t0\thypervisor"


def test_masks_are_copied_as_lines(view: CpuidTreeView) -> None:
    view.tree.setFocus()
    view.show_feature("AES")
    view.tree.setCurrentIndex(view.tree.currentIndex().parent())
    QTest.keyClick(
        view.tree,
        Qt.Key.Key_C,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert QGuiApplication.clipboard().text() == 'cpuid.1.ecx = "----:--0-:0--0:0---:----:----:----:--0-"'
    QTest.keyClick(view.tree, Qt.Key.Key_Home)
    assert current(view) == "00000000"
    assert not view.tree.copy_masks.isEnabled()
    assert "Select registers" in view.tree.copy_masks.toolTip()


# --- Controls ---


def test_everything_has_a_name_and_every_column_is_explained(view: CpuidTreeView) -> None:
    for control in (view.bar.search, view.monitor, view.tree):
        assert control.accessibleName()
    header = view.tree.model()
    for column in Column:
        tip = header.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert tip.endswith(".")


def test_real_captures(view: CpuidTreeView, captures: Path) -> None:
    """The libvirt captures of the two processors above, whole."""
    cpus = [
        read_capture(captures / "libvirt" / f"x86_64-cpuid-{name}.xml")[0].cpu
        for name in ("Xeon-E7-4830", "Xeon-5110")
    ]
    plan = plan_of(*cpus)
    view.set_show(Show.MASKED)
    view.set_host(plan, "host-1")
    assert sorted(shown(view, only_open=True)) == HIDDEN
    view.set_host(plan, "host-2")
    assert shown(view) == []
    assert "Xeon 5110 cannot mask CPUID in hardware" in view.mechanism_line.text()
