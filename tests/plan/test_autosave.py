"""Autosaves: whole, never those of the living, never in the way of a save."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from flexgui import files
from flexgui.errors import InputError
from flexgui.files import changed_since, write_atomically
from flexgui.plan import edits, storage
from flexgui.plan.autosave import SUFFIX, Autosaver, find
from flexgui.plan.pieces import Pieces
from flexgui.plan.values import Plan, Scenario
from tests.plan.strategies import plans
from tests.rules.plans import MEROM, host, plan, vm

PLAN = plan(host(1, MEROM, vms=(vm(),)), host(2, MEROM))


def renamed(name: str) -> Plan:
    return replace(PLAN, datacenters=tuple(replace(d, name=name) for d in PLAN.datacenters))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "plans" / "milano [1] été.flexplan.json"
    path.parent.mkdir()
    storage.save(PLAN, path)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data" / "autosaves"


@pytest.fixture
def told() -> list[tuple[str, ...]]:
    return []


@pytest.fixture
def saver(data: Path, told: list[tuple[str, ...]]) -> Iterator[Autosaver]:
    saver = Autosaver(
        data,
        moved=lambda folder, reason: told.append(("moved", str(folder), reason)),
        failed=lambda reason: told.append(("failed", reason)),
    )
    yield saver
    saver.close()


def keep(saver: Autosaver, path: Path | None, plan: Plan) -> Path:
    """Write an autosave and leave it, as a process that ends."""
    saver.begin(path)
    saver.note(plan, ("Rename datacenter",))
    saver.flush()
    file = saver.file
    assert file is not None
    return file


@given(plans())
def test_pieces_are_the_plan_file(any_plan: Plan) -> None:
    pieces = Pieces()
    assert b"".join(pieces.of(any_plan)) == storage.to_json(any_plan)
    changed = replace(any_plan, scenarios=(Scenario(name="x", datacenters=any_plan.datacenters[:1]),))
    assert b"".join(pieces.of(changed)) == storage.to_json(changed)


def test_an_edit_writes_one_host_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = Pieces()
    list(pieces.of(PLAN))
    after = edits.set_fields(PLAN, PLAN.datacenters[0].clusters[0].hosts[0].id, name="other")
    kept = pieces._kept
    list(pieces.of(after))
    assert len(set(pieces._kept) - set(kept)) == 1


def test_an_autosave_is_beside_the_plan_and_found_when_its_owner_is_gone(
    saver: Autosaver, path: Path, data: Path
) -> None:
    os.chmod(path, 0o640)
    file = keep(saver, path, renamed("Roma"))
    assert file.parent == path.parent
    assert file.name.startswith(f".{path.name}.")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert find(path, data) == [], "its owner lives"
    assert file.exists()
    saver.close()
    (found,) = find(path, data)
    assert found.note is not None
    assert found.note.edits == ("Rename datacenter",)
    assert found.plan() == renamed("Roma")
    assert find(path, data) == [], "somebody is being asked about it"
    found.release()
    (again,) = find(path, data)
    again.discard()
    assert not file.exists()
    assert os.listdir(path.parent) == [path.name]


def test_two_on_the_same_plan_keep_to_their_own(saver: Autosaver, path: Path, data: Path) -> None:
    other = Autosaver(data)
    first, second = keep(saver, path, renamed("Roma")), keep(other, path, renamed("Torino"))
    assert first != second
    other.close()
    (found,) = find(path, data)
    assert found.plan() == renamed("Torino")
    found.discard()
    assert first.exists()
    saver.forget()
    assert not first.exists()


def test_what_was_saved_or_undone_leaves_no_autosave(saver: Autosaver, path: Path) -> None:
    file = keep(saver, path, renamed("Roma"))
    saver.note(renamed("Torino"))
    saver.begin(path)
    saver.flush()
    assert not file.exists()
    assert saver.file is None
    assert os.listdir(path.parent) == [path.name]


def test_a_plan_without_a_file_is_kept_in_the_data_folder(saver: Autosaver, path: Path, data: Path) -> None:
    file = keep(saver, None, renamed("Roma"))
    assert file.parent == data
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    saver.close()
    assert find(path, data) == []
    (found,) = find(None, data)
    assert found.plan() == renamed("Roma")
    found.release()


def test_a_folder_that_cannot_be_written_is_told_once(
    saver: Autosaver,
    path: Path,
    data: Path,
    told: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refuse_in(monkeypatch, path.parent)
    for name in ("Roma", "Torino"):
        saver.begin(path) if not told else None
        saver.note(renamed(name))
        saver.flush()
    assert told == [("moved", str(data), "you may not write there")]
    saver.close()
    (found,) = find(path, data)
    assert found.plan() == renamed("Torino")
    found.release()


def refuse_in(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Nothing can be made in a folder (permissions do not hold back everybody who runs tests)."""
    make = files.part_file

    def refusing(where: Path) -> tuple[int, str]:
        if where == folder:
            raise PermissionError(13, "Permission denied")
        return make(where)

    for module in ("flexgui.files", "flexgui.plan.autosave"):
        monkeypatch.setattr(f"{module}.part_file", refusing)


def test_nowhere_to_write_is_told_once_and_edits_go_on(tmp_path: Path, told: list[tuple[str, ...]]) -> None:
    (tmp_path / "file").write_text("")
    saver = Autosaver(tmp_path / "file" / "data", failed=lambda reason: told.append(("failed", reason)))
    for name in ("Roma", "Torino"):
        saver.note(renamed(name))
        saver.flush()
    assert told == [("failed", "what should be its folder is a file")]
    saver.close()


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"{}\n{}", b'{"flexgui_autosave": 2}\n', b"\xff" * 3_000_000, b"[" * 100_000],
    ids=["empty", "blank", "another", "newer", "noise", "deep"],
)
def test_what_is_no_autosave_is_refused_and_kept(path: Path, data: Path, content: bytes) -> None:
    file = path.with_name(f".{path.name}.0123abcd{SUFFIX}")
    file.write_bytes(content)
    (found,) = find(path, data)
    assert found.problem is not None
    with pytest.raises(InputError, match="It was left where it is"):
        found.plan()
    found.release()
    assert file.read_bytes() == content


def test_a_damaged_plan_in_an_autosave_is_refused_and_kept(saver: Autosaver, path: Path, data: Path) -> None:
    file = keep(saver, path, renamed("Roma"))
    saver.close()
    file.write_bytes(file.read_bytes()[:-200])
    (found,) = find(path, data)
    assert found.problem is None
    with pytest.raises(InputError):
        found.plan()
    found.release()
    assert file.exists()


def test_links_and_pipes_are_no_autosaves(path: Path, data: Path, tmp_path: Path) -> None:
    os.symlink(path, path.with_name(f".{path.name}.0123abcd{SUFFIX}"))
    os.mkfifo(path.with_name(f".{path.name}.0123abce{SUFFIX}"))
    assert find(path, data) == []


def test_a_plan_is_found_through_a_link(saver: Autosaver, path: Path, data: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.flexplan.json"
    os.symlink(path, link)
    assert keep(saver, link, renamed("Roma")).parent == path.parent
    saver.close()
    (found,) = find(path, data)
    found.release()


def test_a_name_of_the_greatest_length_has_an_autosave(saver: Autosaver, tmp_path: Path, data: Path) -> None:
    path = tmp_path / ("ü" * 120 + storage.SUFFIX)
    storage.save(PLAN, path)
    assert keep(saver, path, renamed("Roma")).parent == path.parent


def test_what_a_killed_process_left_half_written_is_removed(path: Path, data: Path) -> None:
    old, new = (path.with_name(f".flexgui.{name}.part") for name in ("old", "new"))
    for each in (old, new):
        each.write_bytes(b"half")
    os.utime(old, (1, 1))
    find(path, data)
    assert (old.exists(), new.exists()) == (False, True)


KILLED = """
import os, signal, sys
from pathlib import Path
from flexgui.plan import storage
from flexgui.plan.autosave import Autosaver
path = Path(sys.argv[1])
saver = Autosaver(Path(sys.argv[2]))
saver.begin(path)
saver.note(storage.load(path), ("Edit",))
saver.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_lock_of_a_killed_process_is_stale(path: Path, data: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(path), str(data)], check=False)
    (found,) = find(path, data)
    assert found.plan() == PLAN
    found.release()


# --- files


def test_a_change_by_someone_else_is_seen(path: Path) -> None:
    content, stamp = files.read_stamped(path, storage.PLAN_LIMIT)
    assert changed_since(path, stamp) is None
    os.utime(path, ns=(0, stamp.mtime_ns + 10**9))
    assert changed_since(path, stamp) is None, "touched, but the same"
    path.write_bytes(content.replace(b"host-1", b"host-9"))
    os.utime(path, ns=(0, stamp.mtime_ns))
    assert changed_since(path, stamp) is None, "only a thorough look sees a change within one tick"
    assert changed_since(path, stamp, thorough=True) is not None
    path.write_bytes(content + b" ")
    assert changed_since(path, stamp) is not None
    path.unlink()
    with pytest.raises(FileNotFoundError):
        changed_since(path, stamp)


def test_pieces_that_fail_leave_the_old_file(path: Path) -> None:
    before = path.read_bytes()

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError("cancelled")

    with pytest.raises(RuntimeError):
        write_atomically(path, pieces())
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_save_goes_through_links_and_keeps_permissions(path: Path, tmp_path: Path) -> None:
    os.chmod(path, 0o604)
    link = tmp_path / "link.flexplan.json"
    os.symlink(os.path.relpath(path, tmp_path), link)
    stamp = storage.save(renamed("Roma"), link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert storage.load_stamped(path) == (renamed("Roma"), stamp)


def why(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        storage.save(PLAN, path)
    return caught.value.problem


def test_why_a_file_cannot_be_written(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert why(tmp_path / "gone" / "a.json") == "The file cannot be written: the folder is not there."
    assert why(path / "a.json") == "The file cannot be written: what should be its folder is a file."
    assert why(tmp_path) == "There is a folder of this name."
    assert why(tmp_path / ("x" * 300)) == "The file cannot be written: the name is too long."
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "circle" in why(tmp_path / "loop")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert why(path) == "The file cannot be written: the disk is full."
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_: False)
        assert why(path) == "The file is read-only."
    assert storage.load(path) == PLAN
    assert os.listdir(path.parent) == [path.name]


def test_the_note_is_one_line_of_json(saver: Autosaver, path: Path) -> None:
    note: dict[str, Any] = json.loads(keep(saver, path, PLAN).read_bytes().partition(b"\n")[0])
    assert note["plan"] == str(path)


def test_what_was_broken_off_is_known_when_it_is_tried_again() -> None:
    pieces = Pieces()
    first = pieces.of(PLAN)
    while not pieces.hosts:
        next(first)
    first.close()
    assert len(pieces._kept) > 0
    assert b"".join(pieces.of(PLAN)) == storage.to_json(PLAN)


def test_a_plan_that_is_expected_is_prepared_and_leaves_no_file(saver: Autosaver, path: Path) -> None:
    saver.begin(path)
    saver.expect(PLAN)
    thread = saver._thread
    if thread is not None:
        thread.join()
    assert len(saver._pieces._kept) == 2 + len(PLAN.cpus)
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("saved", ["2026-01-01T00:00:00", "9999-12-31T23:59:59-12:00", 1e15])
def test_a_time_that_is_none_of_ours_is_no_crash(path: Path, data: Path, saved: object) -> None:
    for number, time in enumerate((saved, "2026-01-01T00:00:00Z")):
        note = {"flexgui_autosave": 1, "plan": str(path), "saved": time}
        file = path.parent / f".{path.name}.{number:08x}{SUFFIX}"
        file.write_bytes(json.dumps(note).encode() + b"\n" + storage.to_json(PLAN))
    found = find(path, data)
    assert len(found) == 2
    for each in found:
        assert each.problem is not None or each.plan() == PLAN
        each.release()


def test_a_plan_that_became_a_device_is_not_read_to_its_end(path: Path) -> None:
    stamp = storage.save(PLAN, path)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(InputError, match="not a regular file"):
        changed_since(path, stamp)
    with pytest.raises(InputError, match="not a regular file"):
        storage.save(PLAN, path)
