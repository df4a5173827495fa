"""Alt and a letter open the menus, whatever page is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTabBar, QToolBar, QWidget

from flexgui.plan.inventory import places
from flexgui.plan.values import Datacenter
from flexgui.resources import resource_path
from flexgui.views.main_window import MainWindow


@pytest.fixture
def sample(window: MainWindow) -> MainWindow:
    path = resource_path("samples", "paper.flexplan.json")
    window.document.open(path)
    return window


def _mnemonics(parts: QWidget) -> Iterator[tuple[str, str]]:
    """Letter (as "Alt+N") and text of everything on show in `parts` that a mnemonic reaches."""
    texts: list[str] = []
    for label in parts.findChildren(QLabel):
        if label.isVisible() and label.buddy() is not None:
            texts.append(label.text())
    texts += [button.text() for button in parts.findChildren(QAbstractButton) if button.isVisible()]
    for bar in parts.findChildren(QTabBar):
        if bar.isVisible():
            texts += [bar.tabText(index) for index in range(bar.count())]
    for text in texts:
        sequence = QKeySequence.mnemonic(text)
        if not sequence.isEmpty():
            yield sequence.toString(), text


def _shared(window: MainWindow) -> Iterator[str]:
    """What has a letter of the menus or the toolbar, or one that is on show twice."""
    toolbar = window.findChild(QToolBar, "toolbar")
    assert toolbar is not None
    menus = [
        (QKeySequence.mnemonic(menu.text()).toString(), menu.text()) for menu in window.menuBar().actions()
    ]
    taken = [*menus, *_mnemonics(toolbar)]
    page = window.page()
    assert page is not None
    parts = (window.inventory, page, window.findings_dock, window.statusBar())
    shown = taken + [found for part in parts for found in _mnemonics(part)]
    letters = Counter(letter for letter, _ in shown)
    assert {"Alt+F", "Alt+E", "Alt+V", "Alt+P", "Alt+H", "Alt+R"} <= set(letters)
    for letter, text in shown:
        if letters[letter] > 1:
            tab = page.tabs.tabText(page.tabs.currentIndex())
            yield f"{page.object_id or 'plan'}, {tab}: {letter} {text}"


def _on_every_tab(window: MainWindow) -> list[str]:
    found: list[str] = []
    page = window.page()
    assert page is not None
    for index in range(page.tabs.count()):
        page.tabs.setCurrentIndex(index)
        QApplication.processEvents()
        found += _shared(window)
    return found


def test_no_page_takes_a_letter_of_the_menus_or_the_toolbar(sample: MainWindow) -> None:
    found: list[str] = []
    for object_id in ["", *(place.object.id for place in places(sample.document.plan))]:
        assert sample.select(object_id)
        found += _on_every_tab(sample)
    assert not found


def test_neither_does_an_empty_page(sample: MainWindow) -> None:
    sample.document.new()
    assert not _on_every_tab(sample)
    plan = replace(sample.document.plan, datacenters=(Datacenter(id="datacenter-1", name="Milano"),))
    sample.document.new(plan)
    assert sample.select("datacenter-1")
    assert not _on_every_tab(sample)
