"""Editors bound to the fields of one object: each edit is one step of undo, with a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from flexgui.document import Document
from flexgui.plan import edits
from flexgui.plan.inventory import find
from flexgui.plan.values import Object, Plan
from flexgui.widgets import words
from flexgui.widgets.quiet_inputs import NUMBER_WIDTH, QuietCombo, QuietDoubleSpin, QuietSpin

Editor = TypeVar("Editor", bound=QWidget)

TEXT_LENGTH = 200
"""How many letters a line takes."""

FIELD_WIDTH = 400
"""Fields are no wider than what is typed in them, however wide the window is."""

Choices = Sequence[tuple[str | None, str]]
"""Value and word."""


class Fields(QObject):
    """The editors of a page. `load` shows an object; what the user changes becomes an edit of the document.

    A field is named by its path in the object (`ha.enabled`). A text counts as entered when Enter is pressed
    or the focus leaves it; `commit` enters what is still being typed. `field_edited` is emitted with the
    path after an edit.
    """

    field_edited = Signal(str)

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._object: Object | None = None
        self._loaders: list[Callable[[Object], None]] = []
        self._texts: list[tuple[QLineEdit, Callable[[], None]]] = []
        self.widgets: dict[str, QWidget] = {}

    def load(self, found: Object) -> None:
        """Show an object; a text that is being typed stays when the same object comes again unchanged."""
        self._object = found
        for loader in self._loaders:
            loader(found)

    def commit(self) -> None:
        """Enter the texts that were typed and not entered yet."""
        for line, enter in self._texts:
            if line.isModified():
                enter()

    def revert(self) -> None:
        """Forget the texts that were typed and not entered yet."""
        for line, _ in self._texts:
            line.setModified(False)
        if self._object is not None:
            self.load(self._object)

    def text(
        self, path: str, name: str, line: QLineEdit | None = None, *, optional: bool = False
    ) -> QLineEdit:
        """A line of text. `optional`: an empty line means None."""
        line = line or QLineEdit()
        line.setMaxLength(TEXT_LENGTH)
        line.setMaximumWidth(FIELD_WIDTH)
        line.installEventFilter(self)

        def load(found: Object) -> None:
            value = _get(found, path) or ""
            if line.isModified() and line.hasFocus() and found is self._object and value == shown[0]:
                return
            shown[0] = value
            if line.text() != value:
                line.setText(value)
                line.setCursorPosition(0)
            line.setModified(False)

        def enter() -> None:
            if line.isModified():
                line.setModified(False)
                self.set(path, name, line.text() or (None if optional else ""))

        shown = [""]
        self._texts.append((line, enter))
        line.editingFinished.connect(enter)
        return self._keep(path, line, load)

    def choice(
        self, path: str, name: str, choices: Choices, convert: Callable[[str | None], Any] | None = None
    ) -> QComboBox:
        """A list of values. A value that is not among them is added while it is shown."""
        combo: QComboBox = QuietCombo()
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.setMaximumWidth(FIELD_WIDTH)
        for value, label in choices:
            combo.addItem(label, value)

        def load(found: Object) -> None:
            value = _get(found, path)
            value = value if value is None else str(value)
            with QSignalBlocker(combo):
                number = _position(combo, value)
                if number < 0:
                    combo.addItem(str(value), value)
                    number = combo.count() - 1
                combo.setCurrentIndex(number)

        def enter(number: int) -> None:
            value = combo.itemData(number)
            self.set(path, name, convert(value) if convert is not None else value)

        combo.activated.connect(enter)
        return self._keep(path, combo, load)

    def enumeration(self, path: str, name: str, enumeration: str) -> QComboBox:
        """A list of the values of one of vSphere's enumerations."""
        values = words.ENUMERATIONS[enumeration]
        return self.choice(path, name, [(value, words.word(enumeration, value)) for value in values])

    def number(
        self, path: str, name: str, low: int, high: int, *, suffix: str = "", unknown: str | None = None
    ) -> QSpinBox:
        """A whole number. `unknown`: the word for None, which is one below `low`."""
        spin: QSpinBox = QuietSpin()
        spin.setMaximumWidth(NUMBER_WIDTH)
        spin.setRange(low if unknown is None else low - 1, high)
        spin.setKeyboardTracking(False)
        spin.setGroupSeparatorShown(high > 9999)
        if suffix:
            spin.setSuffix(suffix)
        if unknown is not None:
            spin.setSpecialValueText(unknown)

        def load(found: Object) -> None:
            value = _get(found, path)
            with QSignalBlocker(spin):
                # What a file says is shown as it is; the rules say what is wrong with it.
                if value is not None:
                    spin.setRange(min(spin.minimum(), value), max(spin.maximum(), min(value, 2**31 - 1)))
                spin.setValue(spin.minimum() if value is None else min(value, 2**31 - 1))

        def enter(value: int) -> None:
            self.set(path, name, None if unknown is not None and value < low else value)

        spin.valueChanged.connect(enter)
        return self._keep(path, spin, load)

    def memory(
        self, path: str, name: str, low: float, high: float, *, suffix: str, unknown: str
    ) -> QDoubleSpinBox:
        """Memory in GiB with one decimal, of a field that counts MiB; below `low` is `unknown`, None."""
        spin: QDoubleSpinBox = QuietDoubleSpin()
        spin.setMaximumWidth(NUMBER_WIDTH)
        spin.setDecimals(1)
        spin.setSingleStep(8)
        spin.setRange(0, high)
        spin.setKeyboardTracking(False)
        spin.setGroupSeparatorShown(True)
        spin.setSuffix(suffix)
        spin.setSpecialValueText(unknown)

        def load(found: Object) -> None:
            with QSignalBlocker(spin):
                gib = (_get(found, path) or 0) / 1024
                # What a file says is shown as it is; the rules say what is wrong with it.
                spin.setRange(min(0, gib), max(high, gib))
                spin.setValue(gib)

        def enter(value: float) -> None:
            self.set(path, name, None if value < low else round(value * 1024))

        spin.valueChanged.connect(enter)
        return self._keep(path, spin, load)

    def check(self, path: str, name: str, label: str, true: Any = True, false: Any = False) -> QCheckBox:
        """A switch between two values."""
        box = QCheckBox(label)

        def load(found: Object) -> None:
            with QSignalBlocker(box):
                box.setChecked(bool(_get(found, path) == true))

        box.clicked.connect(lambda on: self.set(path, name, true if on else false))
        return self._keep(path, box, load)

    def set(self, path: str, name: str, value: Any) -> None:
        """Change a field of the object that is shown; the value that it has already is no change."""
        found = self._object
        if found is None or _get(found, path) == value or find(self._document.plan, found.id) is None:
            return
        object_id = found.id
        self._document.edit(name, lambda plan: set_path(plan, object_id, path, value))
        self.field_edited.emit(path)

    def widget_of(self, path: str) -> QWidget | None:
        """The editor of a field, or of the nearest field that holds it or is held by it."""
        while path:
            if path in self.widgets:
                return self.widgets[path]
            inner = next((w for p, w in self.widgets.items() if p.startswith(f"{path}.")), None)
            if inner is not None:
                return inner
            path = path.rpartition(".")[0]
        return None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc in a line brings back what it was."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
            and isinstance(watched, QLineEdit)
            and watched.isModified()
        ):
            self.revert()
            return True
        return False

    def _keep(self, path: str, widget: Editor, load: Callable[[Object], None]) -> Editor:
        self.widgets[path] = widget
        self._loaders.append(load)
        return widget


def set_path(plan: Plan, object_id: str, path: str, value: Any) -> Plan:
    """The plan with one field of an object changed; `path` may lead into a part (`ha.enabled`)."""
    first, _, rest = path.partition(".")
    if not rest:
        return edits.set_fields(plan, object_id, **{first: value})
    place = find(plan, object_id)
    if place is None:
        raise KeyError(object_id)
    part = replace(getattr(place.object, first), **{rest: value})
    return edits.set_fields(plan, object_id, **{first: part})


def _get(found: Object, path: str) -> Any:
    value: Any = found
    for part in path.split("."):
        value = getattr(value, part)
    return value


def _position(combo: QComboBox, value: str | None) -> int:
    return next((n for n in range(combo.count()) if combo.itemData(n) == value), -1)
