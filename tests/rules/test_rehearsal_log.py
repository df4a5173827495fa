"""The log of a rehearsal as text: every cell in its column, and names that are nothing but names."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from flexgui.rules.rehearsal_log import COLUMNS, Entry, as_csv, as_markdown, as_tsv, cells
from tests.rules.plans import MEROM, host, plan, running
from tests.rules.test_rehearsal import HOST, MAINTAINED, asked, sets

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = (
    "=HYPERLINK(1)",
    "a\tb",
    "a\r\nb",
    "| x |",
    "<script>",
    '"q",',
    "-1+1",
    "@x",
    "[a](b)",
    "\u202eevil",
)


def entries(name: str) -> list[Entry]:
    """A refusal in which a machine of this name stands in the way, of an action of this name."""
    before = plan(host(1, MEROM, vms=(running(name),)))
    found = asked(before, sets(HOST, **MAINTAINED))
    return [Entry(NOON, name, "began"), Entry(NOON, name, "waiting", found)]


def test_an_entry_has_what_was_said() -> None:
    before = plan(host(1, MEROM, vms=(running(),), connection_state="disconnected"))
    found = asked(before, sets(HOST, **MAINTAINED))
    entry = Entry(NOON, "Enter maintenance mode", "refused", found)
    time, action, event, reason, remedy, message, fault = cells(entry)
    assert (time, action, event, fault) == (
        "2026-03-01 12:00:00",
        "Enter maintenance mode",
        "refused",
        "HostNotConnected",
    )
    assert "disconnected" in reason
    assert remedy.startswith("Connect esx-01 first.")
    assert message == "Unable to communicate with the remote host, since it is disconnected."


@given(st.text(max_size=40) | st.sampled_from(HOSTILE))
def test_tables_keep_their_shape_whatever_things_are_called(name: str) -> None:
    for text, delimiter in ((as_tsv(entries(name)), "\t"), (as_csv(entries(name)), ",")):
        quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter, quoting=quoting))
        assert len(rows) == 3
        assert {len(row) for row in rows} == {len(COLUMNS)}
        assert not any(cell[:1] in tuple("=+-@") and cell for row in rows for cell in row)


@given(st.text(max_size=40) | st.sampled_from(HOSTILE))
def test_markdown_has_one_table_whatever_things_are_called(name: str) -> None:
    lines = as_markdown(entries(name)).splitlines()
    assert lines[0] == "# Rehearsal"
    assert len(lines) == 6
    for line in lines[2:]:
        bare = line.replace("\\\\", "").replace("\\|", "")
        assert bare.count("|") == 6
        assert "<" not in bare.replace("\\<", "")


def test_what_was_done_has_its_remarks() -> None:
    before = plan(host(1, MEROM, vms=(running(role="vCenter"),)))
    found = asked(before, sets("vm-1", power_state="poweredOff"))
    assert "vCenter itself" in as_markdown([Entry(NOON, "Power off", "done", found)])
