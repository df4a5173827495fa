"""Random use of the window: nothing raises, warns or is lost, whatever is done in whatever order."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from flexgui.app import connect_wizards
from flexgui.document import Document
from flexgui.plan import storage
from flexgui.plan.fleet import make_fleet
from flexgui.plan.samples import samples
from flexgui.plan.values import Plan
from flexgui.views.inventory_text import leave_as_text
from flexgui.views.main_window import MainWindow
from tests.monkey import Monkey
from tests.views.plans import small_plan

PLANS = {
    "empty": lambda: Plan(release="8.0"),
    "small": small_plan,
    "sample": lambda: samples()[0].load(),
    "fleet": lambda: make_fleet(300, 1, vms=200),
}


def run(qtbot: QtBot, folder: Path, plan: str, seed: int, steps: int) -> None:
    document = Document()
    document.new(PLANS[plan]())
    storage.save(samples()[0].load(), folder / "paper.flexplan.json")
    (folder / "corrupt.flexplan.json").write_text("{nonsense", encoding="utf-8")
    files = sorted(folder.iterdir())
    window = MainWindow(document)

    def let_go(_: object) -> None:
        window.plan_file.may_close = lambda: True  # type: ignore[method-assign]

    qtbot.addWidget(window, before_close_func=let_go)
    connect_wizards(window)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    monkey = Monkey(window, seed, folder, files)
    with monkey.answering():
        try:
            for _ in range(steps):
                monkey.step()
        finally:
            print(*monkey.steps[-20:], sep="\n")
            leave_as_text()  # what is on the clipboard outlives Python
        monkey.leave()


@pytest.mark.parametrize("plan", ["empty", "small", "sample"])
def test_a_short_time(qtbot: QtBot, tmp_path: Path, plan: str) -> None:
    run(qtbot, tmp_path, plan, seed=3, steps=60)


@pytest.mark.long
@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("seed", range(10, 16))
def test_a_long_time(qtbot: QtBot, tmp_path: Path, plan: str, seed: int) -> None:
    run(qtbot, tmp_path, plan, seed, steps=300)
