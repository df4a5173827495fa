"""Several files and folders at once: what is read, what is skipped and said, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flexgui import cli
from flexgui.capture import folders as capture_folders
from flexgui.capture import read_captures
from flexgui.errors import InputError
from tests import processors as make

MEROM = make.libvirt(make.leaves_with(make.features_of("intel-merom"), eax=0x6F6))
WESTMERE = make.cpuid_raw([make.leaves_with(make.features_of("intel-westmere"))])


def fill(folder: Path, **files: str | bytes) -> Path:
    """Write files; two underscores in a name part folders."""
    for name, content in files.items():
        path = folder.joinpath(*name.split("__"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    fill(tmp_path, b=MEROM, a=WESTMERE, rack2__c=MEROM, rack1__d=WESTMERE, rack1__deep__e=MEROM)
    captures = read_captures([tmp_path])
    assert [host.name for host in captures.hosts] == ["a", "b", "d", "e", "c"]
    assert [path.relative_to(tmp_path).as_posix() for path, _ in captures.found] == [
        "a", "b", "rack1/d", "rack1/deep/e", "rack2/c",
    ]  # fmt: skip
    assert captures.skipped == ()


def test_what_is_no_capture_is_skipped_with_its_reason(tmp_path: Path) -> None:
    fill(
        tmp_path, good=MEROM, notes="bring cake", cut=WESTMERE[: WESTMERE.index("0x00000007") + 40], empty=""
    )
    captures = read_captures([tmp_path])
    assert [host.name for host in captures.hosts] == ["good"]
    told = {skipped.path.name: skipped.sentence for skipped in captures.skipped}
    assert told.keys() == {"notes", "cut", "empty"}
    assert told["notes"] == "This is no capture that FlexGUI can read."
    assert told["cut"].startswith("line ")
    assert "empty" in told["empty"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    fill(tmp_path, good=MEROM)
    fill(tmp_path / ".git", config="x")
    (tmp_path / ".hidden").write_text("x")
    captures = read_captures([tmp_path])
    assert (len(captures.hosts), captures.skipped) == (1, ())


def test_loops_of_links_end(tmp_path: Path) -> None:
    fill(tmp_path, rack__a=MEROM)
    (tmp_path / "rack" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    captures = read_captures([tmp_path])
    assert [host.name for host in captures.hosts] == ["a"]
    assert {skipped.path.name for skipped in captures.skipped} == {"up", "self", "gone"}
    with pytest.raises(InputError):
        read_captures([tmp_path / "self"])


def test_a_named_link_to_a_folder_is_the_folder(tmp_path: Path) -> None:
    fill(tmp_path, rack__a=MEROM)
    (tmp_path / "link").symlink_to(tmp_path / "rack")
    assert [host.name for host in read_captures([tmp_path / "link"]).hosts] == ["a"]


def test_a_file_is_read_once(tmp_path: Path) -> None:
    fill(tmp_path, rack__a=MEROM, rack__b=WESTMERE)
    rack = tmp_path / "rack"
    (rack / "c").symlink_to(rack / "b")
    for paths in ([rack, rack / "a"], [rack / "a", rack], [rack, rack], [rack / "a", rack / "b", rack]):
        captures = read_captures(paths)
        assert [host.name for host in captures.hosts] == ["a", "b"]
        assert captures.skipped == ()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    fill(tmp_path, a=MEROM)
    os.mkfifo(tmp_path / "pipe")
    (skipped,) = read_captures([tmp_path]).skipped
    assert (skipped.path.name, skipped.sentence) == ("pipe", "This is not a regular file.")


def test_folders_without_a_capture_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no capture\. ") as caught:
        read_captures([tmp_path])
    assert caught.value.file == str(tmp_path)
    fill(tmp_path, notes="bring cake")
    with pytest.raises(InputError, match="notes: This is no capture"):
        read_captures([tmp_path])


def test_a_file_that_is_named_must_be_a_capture(tmp_path: Path) -> None:
    fill(tmp_path, rack__a=MEROM, notes="bring cake")
    with pytest.raises(InputError, match="no capture"):
        read_captures([tmp_path / "rack", tmp_path / "notes"])
    with pytest.raises(InputError, match="no such file"):
        read_captures([tmp_path / "nothing"])


def test_too_many_files_and_folders_too_deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, a=MEROM, x__b=MEROM, x__y__c=MEROM, x__y__z__d=MEROM)
    monkeypatch.setattr(capture_folders, "DEPTH_LIMIT", 2)
    captures = read_captures([tmp_path])
    assert [host.name for host in captures.hosts] == ["a", "b", "c"]
    assert [(skipped.path.name, skipped.sentence) for skipped in captures.skipped] == [
        ("z", "It is more than 2 folders deep.")
    ]
    monkeypatch.setattr(capture_folders, "FILES_LIMIT", 4)
    with pytest.raises(InputError, match="more than 4 files"):
        read_captures([tmp_path])


def test_commands_read_folders_and_tell_what_they_skip(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path, racks__a=MEROM, racks__b=WESTMERE, racks__notes="bring cake", empty__x="")
    assert cli.main(["baseline", str(tmp_path / "racks")]) == 0
    out, err = capsys.readouterr()
    assert "intel-merom" in out
    assert "2 host(s)" in out
    assert err == f"flexgui: skipped {tmp_path}/racks/notes: This is no capture that FlexGUI can read.\n"
    assert cli.main(["inspect", str(tmp_path / "empty")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_a_folder_of_real_captures(captures: Path) -> None:
    found = read_captures([captures / "libvirt", captures / "aida64"])
    assert len(found.hosts) == 46 + 12
    assert found.skipped == ()
