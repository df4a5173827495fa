"""Settings of many hosts or virtual machines at once: what is touched is changed, in one step of undo."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from flexgui.document import Document, DraftChecker
from flexgui.evc.hardware_versions import hardware_versions
from flexgui.evc.releases import esx_releases
from flexgui.plan import many
from flexgui.plan.inventory import find, modes_of
from flexgui.plan.values import Edit, Host, Plan, VirtualMachine
from flexgui.rules.check import Checker
from flexgui.rules.comparison import compare_findings
from flexgui.rules.finding import Finding
from flexgui.widgets import words
from flexgui.widgets.finding_text import message
from flexgui.widgets.form import Form
from flexgui.widgets.labels import SecondaryLabel
from flexgui.widgets.move_text import who
from flexgui.widgets.processor_text import mode_name
from flexgui.widgets.screen import fit_to_screen
from flexgui.widgets.scrolled import scrolled
from flexgui.widgets.task import Report, Task, run_task
from flexgui.wizards.shell import FindingsPanel, heading

Choices = Sequence[tuple[Any, str]]

AT_ONCE: Final = 400
"""Of so many objects the consequences are worked out at once; of more on another thread."""

_PREVIEW_MS: Final = 120
_LONGEST: Final = 12
"""So many kinds of findings are shown."""


class _Several:
    """Stands for "several values", and for "leave it as it is"."""


SEVERAL: Final = _Several()


def tr(text: str) -> str:
    return QCoreApplication.translate("EditSelectedDialog", text)


@dataclass(frozen=True, slots=True)
class Setting:
    """One field: its label with a mnemonic, what undo calls it, and the values to choose from.

    With `free`, any text may be typed, too.
    """

    field: str
    label: str
    noun: str
    choices: Choices
    free: bool = False


def common(objects: Iterable[Any], field: str) -> Any:
    """The value that a field has in all objects; `SEVERAL` where they differ."""
    found: set[Hashable] = {getattr(each, field) for each in objects}
    return found.pop() if len(found) == 1 else SEVERAL


def host_settings(hosts: Sequence[Host]) -> tuple[Setting, ...]:
    esx = [(None, tr("Not known")), *((r.key, r.name) for r in reversed(esx_releases().values()))]
    return (
        Setting("esx_release", tr("ESX re&lease"), tr("ESX release"), esx),
        Setting(
            "license_edition", tr("Licence &edition"), tr("licence edition"), words.offered("license_edition")
        ),
        Setting("xd", tr("E&xecute Disable (XD, NX)"), tr("XD"), words.offered("switch")),
        Setting("vt", tr("Virt&ualization (VT-x, AMD-V)"), tr("VT"), words.offered("switch")),
        Setting(
            "power_management",
            tr("&Power management"),
            tr("power management"),
            words.offered("power_management"),
        ),
        Setting(
            "in_maintenance_mode",
            tr("&Maintenance mode"),
            tr("maintenance mode"),
            ((False, tr("No")), (True, tr("In maintenance mode"))),
        ),
        Setting(
            "connection_state", tr("&Connection"), tr("connection state"), words.offered("connection_state")
        ),
        Setting(
            "vmotion_network",
            tr("vM&otion network"),
            tr("vMotion network"),
            _names(hosts, "vmotion_network"),
            free=True,
        ),
        Setting(
            "local_swap_datastore",
            tr("Local &swap datastore"),
            tr("local swap datastore"),
            _names(hosts, "local_swap_datastore"),
            free=True,
        ),
    )


def vm_settings(plan: Plan, vms: Sequence[VirtualMachine]) -> tuple[Setting, ...]:
    versions = sorted({*hardware_versions(), *(v.hardware_version for v in vms if v.hardware_version)})
    modes = [(None, tr("None")), *((mode.key, mode_name(mode)) for mode in modes_of(plan))]
    return (
        Setting("power_state", tr("&Power state"), tr("power state"), words.offered("power_state")),
        Setting(
            "hardware_version",
            tr("&Hardware version"),
            tr("hardware version"),
            [(None, tr("Not known")), *((number, str(number)) for number in reversed(versions))],
        ),
        Setting(
            "virtual_exec_usage",
            tr("&Monitor mode"),
            tr("monitor mode"),
            words.offered("virtual_exec_usage"),
        ),
        Setting("power_on_evc_mode", tr("EVC mode at po&wer-on"), tr("EVC mode at power-on"), modes),
        Setting("evc_mode", tr("Own &EVC mode"), tr("own EVC mode"), modes),
        Setting("role", tr("&Role"), tr("role"), words.offered("role")),
    )


def _names(hosts: Sequence[Host], field: str) -> Choices:
    known = sorted({getattr(host, field) for host in hosts} - {None, ""})
    return [(None, tr("Not known")), ("", tr("None")), *((name, name) for name in known[:50])]


class EditSelectedDialog(QDialog):
    """Fields that begin with the common value or "(several values)", and what a change would bring."""

    def __init__(self, document: Document, ids: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._plan = document, document.plan
        places = (find(self._plan, object_id) for object_id in ids)
        self._objects = [
            p.object for p in places if p is not None and isinstance(p.object, Host | VirtualMachine)
        ]
        self._ids = [found.id for found in self._objects]
        if len({type(found) for found in self._objects}) != 1:
            raise KeyError("objects of one kind are needed")
        kind = type(self._objects[0])
        self._who = who(
            kind, tuple(found.label if isinstance(found, Host) else found.name for found in self._objects)
        )
        self._checker: Checker = document.checker()
        self._task: Task | None = None
        self._again = False
        self._previewed: tuple[dict[str, Any], Plan] | None = None
        self.setWindowTitle(self.tr("Edit {what}").format(what=self._who))
        fit_to_screen(self, 880, 520)
        hosts = [found for found in self._objects if isinstance(found, Host)]
        vms = [found for found in self._objects if isinstance(found, VirtualMachine)]
        self.settings = host_settings(hosts) if hosts else vm_settings(self._plan, vms)
        self._before: dict[str, Any] = {}
        self.fields: dict[str, QComboBox] = {}
        self._labels: dict[str, QLabel] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PREVIEW_MS)
        self._timer.timeout.connect(self._preview)
        self._build()
        self._touched()

    def changes(self) -> dict[str, Any]:
        """The fields that were touched, with their new values."""
        found = {}
        for setting in self.settings:
            value = self._value(setting)
            if value is not SEVERAL and value != self._before[setting.field]:
                found[setting.field] = value
        return found

    def edit_name(self) -> str:
        """What undo calls it: "Set ESX release of 12 hosts"."""
        changed = self.changes()
        nouns = [setting.noun for setting in self.settings if setting.field in changed]
        if len(nouns) > 2:
            return self.tr("Change {count} settings of {what}").format(count=len(nouns), what=self._who)
        fields = self.tr(" and ").join(nouns)
        return self.tr("Set {fields} of {what}").format(fields=fields, what=self._who)

    def edit(self) -> Edit:
        return partial(many.set_fields, ids=self._ids, **self.changes())

    def accept(self) -> None:
        changed, known = self.changes(), self._previewed
        edit, checked = self.edit(), None
        if (
            self._task is None
            and known is not None
            and known[0] == changed
            and self._document.plan is self._plan
        ):
            after = known[1]
            edit, checked = (lambda _: after), DraftChecker(self._checker)
        if self._document.edit(self.edit_name(), edit, checked):
            super().accept()

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    # --- building

    def _build(self) -> None:
        form_side, preview_side = QWidget(), QWidget()
        form = Form(form_side)
        for setting in self.settings:
            self._before[setting.field] = common(self._objects, setting.field)
            field = self.fields[setting.field] = self._field(setting)
            self._labels[setting.field] = form.add_field(setting.label, field)
        column = QVBoxLayout(preview_side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.come, self.go = FindingsPanel(), FindingsPanel()
        self._come_title, self._go_title = heading(""), heading("")
        self.state = SecondaryLabel()
        for widget in (self.state, self._come_title, self.come, self._go_title, self.go):
            column.addWidget(widget)
        column.addStretch(1)
        area = scrolled(preview_side)
        area.setAccessibleName(self.tr("What the change brings"))
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(form_side, 1)
        row.addWidget(area, 1)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        note = SecondaryLabel(
            self.tr("Only what you change here is changed; each object keeps everything else.")
        )
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(note)
        layout.addLayout(row, 1)
        layout.addWidget(self.buttons)

    def _field(self, setting: Setting) -> QComboBox:
        field = QComboBox()
        field.setObjectName(setting.field)
        before = self._before[setting.field]
        choices = list(setting.choices)
        if before is SEVERAL:
            choices.insert(0, (SEVERAL, self.tr("(several values)")))
        elif before not in [value for value, _ in choices]:
            choices.insert(0, (before, str(before)))
        for value, text in choices:
            field.addItem(text, value)
        if setting.free:
            field.setEditable(True)
            field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        field.setCurrentIndex([value for value, _ in choices].index(before))
        field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        field.setMinimumContentsLength(16)
        # Not before it shows what is: not all fields are there yet.
        field.currentIndexChanged.connect(self._touched)
        if setting.free:
            field.editTextChanged.connect(self._touched)
        return field

    def _value(self, setting: Setting) -> Any:
        field = self.fields[setting.field]
        if setting.free and field.currentText() != field.itemText(field.currentIndex()):
            typed = field.currentText().strip()
            place = field.findText(typed)
            return field.itemData(place) if place >= 0 else typed
        return field.currentData()

    # --- what it would bring

    def _touched(self) -> None:
        changed = self.changes()
        for name, label in self._labels.items():
            font = label.font()
            font.setBold(name in changed)
            label.setFont(font)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(changed))
        ok.setToolTip("" if changed else self.tr("Nothing was changed yet."))
        self._timer.start()

    def _preview(self) -> None:
        changed = self.changes()
        if self._task is not None:
            self._again = True
            return
        if not changed:
            self._show((), ())
            return
        plan, edit, checker, before = self._plan, self.edit(), self._checker, self._document.findings.all

        def work(report: Report) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
            after = edit(plan)
            gained, lost, _ = compare_findings(before, checker.check(after))
            self._previewed = changed, after
            return gained, lost

        if len(self._ids) <= AT_ONCE:
            self._show(*work(lambda *steps: None))
            return
        self.state.setText(self.tr("Checking {what}…").format(what=self._who))

        def arrived(found: tuple[tuple[Finding, ...], tuple[Finding, ...]]) -> None:
            self._task = None
            if self._again:
                self._again = False
                self._preview()
            else:
                self._show(*found)

        task = run_task(self, work, arrived)
        self._task = None if Task.synchronous else task

    def _show(self, gained: Sequence[Finding], lost: Sequence[Finding]) -> None:
        if not self.changes():
            self.state.setText(self.tr("Change a field to see which findings come and go."))
        else:
            self.state.setText("" if gained or lost else self.tr("No finding comes or goes."))
        self.state.setVisible(bool(self.state.text()))
        for title, panel, found, text in (
            (self._come_title, self.come, gained, self.tr("Findings that come: {count}")),
            (self._go_title, self.go, lost, self.tr("Findings that go: {count}")),
        ):
            title.setText(text.format(count=len(found)))
            title.setVisible(bool(found))
            panel.show_texts(_grouped(found))


def _grouped(found: Sequence[Finding]) -> list[tuple[str, str]]:
    """Findings of one rule as one sentence, with the number of the others like it."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for each in found:
        groups.setdefault((each.rule, each.template), []).append(each)
    texts = []
    for group in list(groups.values())[:_LONGEST]:
        text = message(group[0])
        if len(group) > 1:
            text = tr("{first} (and {count} more like it)").format(first=text, count=len(group) - 1)
        texts.append((group[0].severity.value, text))
    left = len(groups) - _LONGEST
    if left > 0:
        texts.append(("info", tr("{count} more kinds of findings.").format(count=left)))
    return texts
