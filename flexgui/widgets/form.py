"""Forms in two columns: right-aligned labels, fields, and help in secondary text under the field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from flexgui.widgets.labels import SecondaryLabel


class Form(QFormLayout):
    """A two-column form on `parent`, spaced in steps of 4 px, the same in every window and style."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__()
        if parent is not None:
            parent.setLayout(self)
        self.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.setFormAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self.setHorizontalSpacing(12)
        self.setVerticalSpacing(12)

    def add_field(self, label: str, field: QWidget, help_text: str = "") -> QLabel:
        """Add `field` under its `label` ("&Name", without a colon), which becomes its buddy.

        The label without its mnemonic becomes the accessible name, unless the field has one, and `help_text`
        the accessible description. Returns the label; the help, if any, is `help_of(field)`.
        """
        caption = QLabel(label)
        caption.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(plain_label(label))
        if not help_text:
            self.addRow(caption, field)
            return caption
        field.setAccessibleDescription(help_text)
        note = SecondaryLabel(help_text)
        note.setObjectName(_HELP)
        column = QWidget()
        column.setSizePolicy(field.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Minimum)
        stack = QVBoxLayout(column)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(4)
        stack.addWidget(field)
        stack.addWidget(note)
        self.addRow(caption, column)
        return caption

    def add_wide(self, item: QWidget | QLayout) -> None:
        """Add something over both columns."""
        if isinstance(item, QWidget):
            self.addRow(item)
        else:
            self.addRow(item)

    def add_heading(self, text: str) -> QLabel:
        """Add a bold heading over both columns, 8 px away from what is above."""
        if self.rowCount():
            self.addItem(QSpacerItem(0, 8))
        heading = QLabel(text)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self.addRow(heading)
        return heading


_HELP = "field_help"


def help_of(field: QWidget) -> SecondaryLabel | None:
    """The help text under `field`, as `Form.add_field` made it."""
    column = field.parentWidget()
    if column is None:
        return None
    return column.findChild(SecondaryLabel, _HELP, Qt.FindChildOption.FindDirectChildrenOnly)


def plain_label(label: str) -> str:
    """`label` without mnemonic marks: "&Name" → "Name", "R&&D" → "R&D"."""
    return label.replace("&&", "\0").replace("&", "").replace("\0", "&")
