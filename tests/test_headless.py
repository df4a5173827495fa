"""The commands run where Qt is not installed, and the window says what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flexgui.__main__ import COMMANDS
from tests.capture.host_tables import as_csv, as_xlsx, export, vhost
from tests.environments import ROOT, Environment, call


@pytest.fixture(scope="module")
def headless(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the requirements of the command line alone, and the checkout."""
    environment = Environment(tmp_path_factory.mktemp("headless"))
    (environment.packages / "flexgui.pth").write_text(str(ROOT), encoding="utf-8")
    return environment


def flexgui(headless: Environment, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return call([headless.python, "-m", "flexgui", *arguments], cwd)


@pytest.mark.parametrize("module", ["PySide6", "shiboken6", "pyqtgraph"])
def test_environment_has_no_qt(headless: Environment, tmp_path: Path, module: str) -> None:
    done = call([headless.python, "-c", f"import {module}"], tmp_path)
    assert f"No module named '{module}'" in done.stderr


@pytest.mark.parametrize("command", ["modes", "rules", "formats", "schema", "--help", "--version"])
def test_command_runs_without_qt(headless: Environment, tmp_path: Path, command: str) -> None:
    done = flexgui(headless, tmp_path, command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_plan_is_checked_without_qt(headless: Environment, tmp_path: Path) -> None:
    sample = ROOT / "resources" / "samples" / "paper.flexplan.json"
    done = flexgui(headless, tmp_path, "check", "--json", str(sample))
    assert (done.returncode in (0, 1), done.stderr) == (True, "")
    assert '"findings"' in done.stdout


def test_workbook_is_read_without_qt(headless: Environment, tmp_path: Path) -> None:
    (tmp_path / "hosts.xlsx").write_bytes(as_xlsx(export(vhost("esx1", max_evc="intel-skylake"))))
    done = flexgui(headless, tmp_path, "inspect", "hosts.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    assert "intel-skylake" in done.stdout


def test_commands_without_a_workbook_load_nothing_for_it(tmp_path: Path) -> None:
    (tmp_path / "hosts.csv").write_text(as_csv(export(vhost("esx1"))), encoding="utf-8")
    code = (
        "import sys; from flexgui.__main__ import main; main(['inspect', sys.argv[1]])\n"
        "print([name for name in ('openpyxl', 'defusedxml') if name in sys.modules])"
    )
    done = call([sys.executable, "-c", code, tmp_path / "hosts.csv"], ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [[], ["some.flexplan.json"], ["--quit-after-start"]])
def test_window_without_qt_says_in_one_line_what_to_install(
    headless: Environment, tmp_path: Path, arguments: list[str]
) -> None:
    done = flexgui(headless, tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "flexgui: The window needs Qt, which is not installed. Run `pip install 'flexgui[gui]'`; "
        "the commands that `flexgui --help` lists work without it.\n"
    )


def test_help_lists_every_command_and_the_window_option(headless: Environment, tmp_path: Path) -> None:
    text = flexgui(headless, tmp_path, "--help").stdout
    assert {word for word in (*COMMANDS, "--quit-after-start") if word not in text} == set()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_of_its_own(headless: Environment, tmp_path: Path, command: str) -> None:
    done = flexgui(headless, tmp_path, command, "--help")
    assert done.returncode == 0
    assert f"flexgui {command}" in done.stdout


def test_unknown_option_is_refused_without_opening_a_window(headless: Environment, tmp_path: Path) -> None:
    done = flexgui(headless, tmp_path, "--no-such-option")
    assert done.returncode == 2
    assert "--no-such-option" in done.stderr
    assert "Traceback" not in done.stderr


def test_command_loads_no_qt_where_it_is_installed(tmp_path: Path) -> None:
    code = (
        "import sys; from flexgui.__main__ import main; main(['modes'])\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in ('PySide6', 'pyqtgraph')))"
    )
    done = call([sys.executable, "-c", code], ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "[]"
