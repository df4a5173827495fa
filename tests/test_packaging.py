"""What PyInstaller builds runs without Python and without the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flexgui.resources import resource_path
from tests.capture.host_tables import as_xlsx, export, vhost, with_part
from tests.environments import ROOT, call, complaints

SPEC = ROOT / "packaging" / "flexgui.spec"


def test_desktop_entry_starts_the_program_with_a_file_and_has_an_icon() -> None:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[method-assign,assignment]
    entry.read(ROOT / "packaging" / "flexgui.desktop", encoding="utf-8")
    values = entry["Desktop Entry"]
    assert (values["Type"], values["Exec"]) == ("Application", "flexgui %f")
    assert resource_path(f"{values['Icon']}.svg").is_file()


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-validate is missing")
def test_desktop_entry_is_valid() -> None:
    done = call(["desktop-file-validate", ROOT / "packaging" / "flexgui.desktop"], ROOT)
    assert (done.returncode, done.stdout) == (0, "")


def test_icon_is_a_square_picture() -> None:
    root = ElementTree.fromstring(resource_path("flexgui.svg").read_bytes())
    _, _, width, height = root.attrib["viewBox"].split()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert width == height


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built folder, moved away from where it was built."""
    folder = tmp_path_factory.mktemp("package")
    pyinstaller = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    built = subprocess.run(
        [*pyinstaller, "--distpath", folder / "dist", "--workpath", folder / "build", SPEC],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    shutil.move(folder / "dist" / "flexgui", folder / "elsewhere")
    return folder / "elsewhere"


@pytest.mark.long
def test_bundle_lists_modes(bundle: Path, tmp_path: Path) -> None:
    done = call([bundle / "flexgui", "modes"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "intel-merom" in done.stdout


@pytest.mark.long
def test_bundle_reads_a_workbook_and_expands_no_entities(bundle: Path, tmp_path: Path) -> None:
    content = as_xlsx(export(vhost("esx1", max_evc="intel-skylake")))
    hostile = with_part(content, "xl/workbook.xml", "<workbook", '<!DOCTYPE x [<!ENTITY a "b">]><workbook')
    for name, written, code in (("hosts.xlsx", content, 0), ("hostile.xlsx", hostile, 2)):
        (tmp_path / name).write_bytes(written)
        done = call([bundle / "flexgui", "inspect", name], tmp_path)
        assert done.returncode == code, done.stderr
        assert ("intel-skylake" in done.stdout) == (code == 0)


@pytest.mark.long
def test_bundle_opens_its_window_on_the_sample_plan(bundle: Path, tmp_path: Path) -> None:
    plan = bundle / "_internal" / "flexgui" / "resources" / "samples" / "paper.flexplan.json"
    done = call([bundle / "flexgui", "--quit-after-start", plan], tmp_path, QT_QPA_PLATFORM="offscreen")
    assert (done.returncode, complaints(done)) == (0, [])


@pytest.mark.long
def test_bundle_holds_every_resource_and_only_the_qt_modules_in_use(bundle: Path) -> None:
    packed = bundle / "_internal" / "flexgui" / "resources"
    wanted = resource_path()
    files = {path.relative_to(wanted) for path in wanted.rglob("*") if path.is_file()}
    assert {path.relative_to(packed) for path in packed.rglob("*") if path.is_file()} == files
    modules = {path.name.partition(".")[0] for path in bundle.rglob("Qt*.so")}
    assert modules == {"QtCore", "QtGui", "QtOpenGL", "QtOpenGLWidgets", "QtSvg", "QtWidgets"}


PICTURES = """
import os, sys
from PySide6.QtTest import QTest
from flexgui.app import connect_wizards, make_application
from flexgui.document import Document
from flexgui.plan.samples import sample
from flexgui.views.main_window import MainWindow
application = make_application()
window = MainWindow(Document())
connect_wizards(window)
window.document.new(sample("present.flexplan.json").load())
window.plan_file.opened.emit()
window.show()
for picture in ("modes", "features", "clusters", "before_after"):
    window.actions_[f"matrix_{picture}"].trigger()
    QTest.qWait(500)
print(*sorted(sys.modules), sep="\\n", flush=True)
os._exit(0)
"""


@pytest.mark.long
def test_bundle_holds_what_the_pictures_load(bundle: Path, tmp_path: Path) -> None:
    """pyqtgraph imports some modules by names that no analysis finds."""
    from PyInstaller.archive.readers import CArchiveReader

    done = call([sys.executable, "-c", PICTURES], ROOT, QT_QPA_PLATFORM="offscreen", HOME=str(tmp_path))
    loaded = {
        name
        for name in done.stdout.split()
        if name.startswith(("flexgui.", "pyqtgraph.", "PySide6.Qt")) and name != "PySide6.QtTest"
    }
    assert "pyqtgraph.graphicsItems.PlotItem" in loaded
    packed = set(CArchiveReader(str(bundle / "flexgui")).open_embedded_archive("PYZ.pyz").toc)
    packed |= {f"PySide6.{path.name.partition('.')[0]}" for path in bundle.rglob("Qt*.so")}
    assert loaded - packed == set()
