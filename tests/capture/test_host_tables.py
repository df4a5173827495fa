"""RVTools' vHost and lists of hosts, as CSV and as workbooks, as they come and as they should not."""

from __future__ import annotations

import datetime
import io
import itertools
import json
import random
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui import cli
from flexgui.capture import CapturedHost, host_table, read_captures, read_text, spreadsheet
from flexgui.errors import InputError
from flexgui.evc.modes import builtin_modes
from flexgui.evc.support import Answer, assess
from tests.capture.host_tables import (
    E5_2650_V4,
    EPYC_7763,
    GOLD_6130,
    PLATINUM_8380,
    Table,
    as_csv,
    as_xlsx,
    export,
    saved,
    vhost,
    with_part,
)

MODES = builtin_modes()

BROADWELL = 'Intel® "Broadwell" Generation'

TABLE = export(
    vhost("esx01.example.com", GOLD_6130, "intel-skylake", current="intel-broadwell"),
    vhost("esx02.example.com", E5_2650_V4, BROADWELL, version="VMware ESXi 6.7.0 build-14320388"),
    vhost("esx03.example.com", PLATINUM_8380),
    vhost("esx04.example.com", EPYC_7763, "amd-zen3", maintenance=True),
    vhost("esx05.example.com", None),
    vhost("esx06.example.com", "Genuine Intel(R) CPU 0000%@"),
)  # fmt: skip


def read(content: str | bytes) -> list[CapturedHost]:
    return read_text(content, "inventory")


def refused(content: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read(content)
    assert caught.value.file == "inventory"
    assert "\n" not in str(caught.value)
    assert caught.value.problem.endswith(".")
    assert caught.value.remedy.endswith(".")
    return caught.value


def answers(host: CapturedHost) -> dict[str, Answer]:
    return {s.mode.key: s.answer for s in assess(host.cpu, MODES).supports}


def shared_strings(content: bytes) -> bytes:
    """A workbook with its texts in a part of their own, as Excel writes them."""
    texts: list[str] = []

    def share(found: re.Match[str]) -> str:
        texts.append(found[1])
        return f't="s"><v>{len(texts) - 1}</v></c>'

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            data = before.read(name).decode()
            if name.startswith("xl/worksheets/"):
                data = re.sub(r't="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>', share, data)
            if name == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
                part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
                data = data.replace("</Types>", part)
            after.writestr(name, data)
        items = "".join(f"<si><t>{text}</t></si>" for text in texts)
        namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        after.writestr("xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{items}</sst>')
    assert texts
    return stream.getvalue()


CONTENTS = {
    "comma": as_csv(TABLE),
    "semicolon": as_csv(TABLE, ";"),
    "tab": as_csv(TABLE, "\t"),
    "bar": as_csv(TABLE, "|"),
    "quoted": as_csv(TABLE, quoted=True),
    "line feeds": as_csv(TABLE).replace("\r\n", "\n"),
    "byte order mark": b"\xef\xbb\xbf" + as_csv(TABLE).encode(),
    "UTF-16": as_csv(TABLE, "\t").encode("utf-16"),
    "Windows-1252": as_csv(TABLE, ";").encode("cp1252"),
    "separator named": "sep=;\r\n" + as_csv(TABLE, ";"),
    "title above": "Hosts of the campus\r\n\r\n" + as_csv(TABLE),
    "xlsx": as_xlsx(TABLE),
    "xlsx, shared strings": shared_strings(as_xlsx(TABLE)),
    "xlsx, wrong name": as_xlsx(TABLE, "Tabelle1"),
    "xlsx, full export": as_xlsx(TABLE, vInfo=[["VM", "CPUs", "Host"], ["a", 2, "esx01"]], Empty=[]),
    "xlsx, title above": as_xlsx([["Hosts of the campus"], [], *TABLE]),
}  # fmt: skip


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_every_form_yields_the_same_hosts(content: str | bytes) -> None:
    hosts = read(content)
    assert [host.name for host in hosts] == [f"esx0{n}.example.com" for n in range(1, 7)]
    first, second, third, fourth, fifth, sixth = hosts
    assert (first.datacenter, first.cluster, first.in_maintenance_mode) == ("Campus", "Cluster 1", False)
    assert (first.cpu_packages, first.cpu_cores, first.cpu_mhz, first.memory_mb) == (2, 32, 2095, 393_211)
    assert (first.esx_release, first.esx_build) == ("8.0u2", "24022510")
    assert (first.vendor, first.model) == ("HPE", "ProLiant DL380 Gen10")
    assert (first.cpu.max_evc_mode, first.current_evc_mode) == ("intel-skylake", "intel-broadwell")
    assert first.name_stated
    assert first.candidates == ("Skylake SP",)
    assert answers(first)["intel-skylake"] is Answer.YES
    assert answers(first)["intel-cascadelake"] is Answer.NO
    assert (second.cpu.max_evc_mode, second.esx_release) == ("intel-broadwell", "6.7")
    assert answers(second)["intel-broadwell"] is Answer.YES
    assert third.candidates == ("Cooper Lake", "Ice Lake SP")
    assert (third.cpu.signature, third.cpu.generation, third.kind) == (None, None, "brand")
    assert answers(third)["intel-cascadelake"] is Answer.YES
    assert answers(third)["intel-icelake"] is Answer.UNKNOWN
    assert (fourth.cpu.vendor, fourth.in_maintenance_mode, fourth.kind) == ("amd", True, "maxEVCModeKey")
    assert (fifth.cpu.vendor, fifth.candidates, fifth.cpu.present) == (None, (), ())
    assert set(answers(fifth).values()) == {Answer.UNKNOWN}
    assert (sixth.cpu.vendor, sixth.candidates) == ("intel", ())
    assert set(answers(sixth).values()) == {Answer.UNKNOWN}


@pytest.mark.parametrize(
    "header",
    [
        "host,cpu model",
        "Host Name,Processor",
        "ESX host;Model CPU",
        "Name\tProcessorType",
        "hostname,CPU",
        '"VMHost","CPU-Model"',
        " HOST , cpu_model ",
        "ESXi Host,Processor Type,Manufacturer",
    ],
)
def test_plain_lists_with_headers_matched_loosely(header: str) -> None:
    separator = next(each for each in "\t;," if each in header)
    for ending in ("\n", "\r\n", ""):
        (host,) = read(f"{header}\r\nesx1{separator} {GOLD_6130} {ending}")
        assert (host.name, host.cpu.brand, host.candidates) == ("esx1", GOLD_6130, ("Skylake SP",))


def test_powercli() -> None:
    (host,) = read(
        '#TYPE VMware.VimAutomation.ViCore.Impl.V1.Inventory.VMHostImpl\r\n'
        '"Name","ConnectionState","NumCpu","CpuTotalMhz","MemoryTotalGB","Manufacturer","Model","ProcessorType",'
        '"MaxEVCMode","Version","Build"\r\n'
        f'"esx1","Connected","32","67040","383.9951171875","HPE","DL380","{E5_2650_V4}","intel-broadwell","7.0.3","21930508"\r\n'
    )  # fmt: skip
    assert (host.cpu_cores, host.memory_mb, host.vendor, host.model) == (32, 393_211, "HPE", "DL380")
    assert (host.esx_release, host.esx_build, host.cpu.max_evc_mode) == (
        "7.0u2",
        "21930508",
        "intel-broadwell",
    )
    assert host.cpu_mhz == 2200


def test_numbers_stored_as_text_and_text_stored_as_numbers() -> None:
    row = vhost("esx01", max_evc="intel-skylake")
    for place, text in ((6, "2.095"), (9, "2"), (11, " 32 "), (13, "393,211")):
        row[place] = text
    row[4] = 1
    table = export(row, [10, *row[1:]])
    for content in (as_xlsx(table), as_csv(table)):
        first, second = read(content)
        assert (first.cpu_packages, first.cpu_cores, first.cpu_mhz, first.memory_mb) == (2, 32, 2095, 393_211)
        assert first.in_maintenance_mode is True
        assert second.name == "10"
    assert read("host,cpu model,speed\na,x,2.1 GHz\n")[0].cpu_mhz == 2100


def test_what_cannot_be_is_not_taken() -> None:
    (host,) = read("host,cpu model,speed,# cpu,# memory,in maintenance mode\na,x,-5,0,many,perhaps\n")
    assert (host.cpu_mhz, host.cpu_packages, host.memory_mb, host.in_maintenance_mode) == (None,) * 4
    (host,) = read("host,cpu,max evc\na,2,intel-broadwell\n")
    assert (host.cpu.brand, host.cpu.max_evc_mode) == ("", "intel-broadwell")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "n/a", "-", "  "])
def test_error_cells_are_not_known(error: str) -> None:
    table = export(vhost("esx1", error, error), vhost(error, GOLD_6130))
    for content in (as_csv(table), as_xlsx(table)):
        first, second = read(content)
        assert (first.name, first.cpu.brand, first.cpu.max_evc_mode) == ("esx1", "", None)
        assert set(answers(first).values()) == {Answer.UNKNOWN}
        assert second.cpu.brand == GOLD_6130
        assert not second.name_stated


@pytest.mark.parametrize(
    "other", [vhost("a", E5_2650_V4), vhost("a", max_evc="intel-skylake"), vhost("a", maintenance=True)]
)
def test_rows_of_one_name_that_contradict_each_other_are_kept_and_numbered(other: Table) -> None:
    table = export(vhost("a"), other, vhost("a"))
    for content in (as_csv(table), as_xlsx(table), as_xlsx(table[:2], more=[table[0], *table[2:]])):
        assert [host.name for host in read(content)] == ["a-1", "a-2", "a-3"]


def test_a_host_that_is_listed_again_is_one() -> None:
    table = export(vhost("a", max_evc="intel-skylake"), vhost("b"), vhost("A", max_evc="intel-skylake"))
    once = read(as_csv(table[:3]))
    assert read(as_csv(table)) == once
    assert [host.name for host in read(as_xlsx(table, again=table))] == ["a", "b"]
    scarce = [["Host", "CPU Model", "Cluster"], ["a", "", "Cluster 1"], ["b", "", ""]]
    assert read(as_csv(scarce) + as_csv(table)) == once


def test_machines_have_a_row_of_their_host_each() -> None:
    header = ["VM", "Host", "CPU Model", "CPUs", "Memory", "# CPU"]
    rows = [["vm1", "esx01", GOLD_6130, 4, 8192, 4], ["vm2", "esx01", GOLD_6130, 2, 4096, 2]]
    (host,) = read(as_csv([header, *rows]))
    assert (host.name, host.cpu.brand) == ("esx01", GOLD_6130)
    assert (host.memory_mb, host.cpu_packages) == (None, None)


def test_rules_and_sums_are_no_hosts() -> None:
    markdown = f"| Host | CPU Model |\n|------|:---------:|\n| a | {GOLD_6130} |\n"
    assert [host.name for host in read(markdown)] == ["a"]
    table = [["Host", "CPU Model", "# CPU"], ["a", GOLD_6130, 2], ["Total", "", 2], ["Grand Total", "-", 2]]
    assert [host.name for host in read(as_csv(table))] == ["a"]
    table[2][1] = GOLD_6130
    assert [host.name for host in read(as_csv(table))] == ["a", "Total"]


def test_merged_cells_in_the_header() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Inventory of hosts"])
    sheet.merge_cells("A1:F1")
    sheet.append(["Server", "CPU", None, None, "Memory", "Max EVC"])
    sheet.merge_cells("B2:D2")
    sheet.merge_cells("A2:A3")
    sheet.append([None, "Model", "Speed", "Cores", "GB", None])
    sheet.append([" esx1 ", f"  {GOLD_6130} ", 2100, 32, 384, "intel-skylake"])
    (host,) = read(saved(book))
    assert (host.name, host.cpu.brand, host.cpu.max_evc_mode) == ("esx1", GOLD_6130, "intel-skylake")
    assert (host.cpu_mhz, host.cpu_cores, host.memory_mb) == (2100, 32, 393_216)


def test_thousands_of_empty_rows_and_columns() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, values in enumerate(TABLE[:2], 150):
        for column, value in enumerate(values, 300):
            sheet.cell(row, column, value)
    for column, value in enumerate(TABLE[2], 300):
        sheet.cell(9000, column, value)
    sheet.cell(30_000, 9000, " ")
    sheet.cell(200, 16_384, "far away")
    assert [host.name for host in read(saved(book))] == ["esx01.example.com", "esx02.example.com"]
    blank = ",".join([""] * 2000)
    assert len(read("\n" * 150 + as_csv(TABLE) + f"{blank}\n" * 3000 + as_csv(TABLE[1:2]))) == 6


def test_tables_put_together() -> None:
    other = [["CPU Model", "Host"], [EPYC_7763, "zen"]]
    assert [host.name for host in read(as_csv(TABLE[:2]) + as_csv(other) + as_csv(TABLE[:3]))] == [
        "esx01.example.com", "zen", "esx02.example.com",
    ]  # fmt: skip
    assert len(read(as_xlsx(TABLE, site2=other))) == 7


def test_dates_and_other_values_where_text_is_expected() -> None:
    when = datetime.datetime(2025, 3, 1, 8, 15)  # noqa: DTZ001 (workbooks know no time zones)
    (host,) = read(as_xlsx(export([when, *vhost("x")[1:]])))
    assert host.name.startswith("2025-03-01")
    (host,) = read(as_xlsx([["Host", "CPU Model", "Speed"], ["esx1", when, when]]))
    assert (host.candidates, host.cpu_mhz) == ((), None)


def test_formulas_have_the_values_that_are_stored() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(TABLE[:3])))
    book["vHost"]["X2"] = '="ProLiant"'
    book["vHost"]["Z2"] = "=NOW()"
    assert "X2 (Model)" in refused(saved(book)).problem
    assert "Excel or LibreOffice" in refused(saved(book)).remedy
    book["vHost"]["X2"] = "ProLiant"
    assert len(read(saved(book))) == 2  # The column Z is not needed.
    book["vHost"]["F3"] = "=F2"
    content = saved(book)
    assert "Sheet 'vHost': Cell F3 (CPU Model) holds a formula without a value" in refused(content).problem
    for stored, brand in (
        (f'<c r="F3" t="str"><f>F2</f><v>{GOLD_6130}</v></c>', GOLD_6130),
        ('<c r="F3" t="str"><f>F2</f><v></v></c>', ""),
        ('<c r="F3" t="e"><f>F2</f><v>#N/A</v></c>', ""),
    ):
        changed = with_part(content, "xl/worksheets/sheet1.xml", '<c r="F3"><f>F2</f><v /></c>', stored)
        assert read(changed)[1].cpu.brand == brand


def test_entities_are_not_expanded() -> None:
    declared = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = shared_strings(as_xlsx(TABLE))
    for part, start in (("xl/worksheets/sheet1.xml", "<worksheet"), ("xl/sharedStrings.xml", "<sst")):
        assert "damaged" in refused(with_part(content, part, start, declared + start)).problem


def packed(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
        archive.writestr("[Content_Types].xml", "<Types/>")
    return stream.getvalue()


def test_zip_bombs_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(xl__workbook=b"<x/>", xl__sheet=b"0" * (spreadsheet._ALWAYS_ALLOWED + 1))
    assert "unpacks to far more" in refused(bomb).problem
    many = with_part(
        as_xlsx(TABLE), "xl/worksheets/sheet1.xml", "</sheetData>", "<row/>" * 600_000 + "</sheetData>"
    )
    assert len(many) < 50_000
    assert "unpacks to far more" in refused(many).problem
    monkeypatch.setattr(spreadsheet, "_MEMBERS_LIMIT", 5)
    assert "too large" in refused(packed(**{f"xl__{number}": b"" for number in range(6)})).problem


COMMENT = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=400_000))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('<row r="7"/>' * 100_000, "cell 7 does not follow"),
        ('<row r="9">' + '<c r="A9"/>' * 100_000 + "</row>", "cell A9 does not follow"),
        ("<row/>" * 600_000 + f"</sheetData><!--{COMMENT}--><sheetData>", "unpacks to far more"),
    ],
)
def test_rows_and_cells_that_come_again_are_refused(more: str, says: str) -> None:
    """They are small and would take openpyxl a quarter of a minute."""
    content = with_part(as_xlsx(TABLE), "xl/worksheets/sheet1.xml", "</sheetData>", more + "</sheetData>")
    assert len(content) < 500_000
    assert says in refused(content).problem


def test_bombs_in_many_parts_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {f"xl__sheet{number}": b"<c/>" * 100_000 for number in range(6)}
    assert "unpacks to far more" in refused(packed(xl__workbook=b"<x/>", **parts)).problem
    monkeypatch.setattr(spreadsheet, "_ALWAYS_ALLOWED", 400_000)
    parts = {f"xl__sheet{number}": b"0" * 300_000 for number in range(6)}
    assert "unpacks to far more" in refused(packed(xl__workbook=b"<x/>", **parts)).problem


def test_a_stray_cell_far_down_is_only_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(TABLE)))
    book["vHost"]["XFD1048576"] = "x"
    assert len(read(saved(book))) == 6
    monkeypatch.setattr(spreadsheet, "EMPTY_ROWS_LIMIT", 1_000_000)
    assert "more than 1,000,000 rows" in refused(saved(book)).problem


def test_a_sheet_with_an_empty_chart_does_not_matter() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(TABLE)))
    book.create_chartsheet("Chart")
    assert len(read(saved(book))) == 6


def test_what_is_no_workbook() -> None:
    assert "xls" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).problem
    assert "xlsx" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).remedy
    assert "archive" in refused(packed(captures=b"x")).problem
    assert "damaged" in refused(packed(xl__workbook=b"x")).problem
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    assert "OpenDocument" in refused(stream.getvalue()).problem
    whole = as_xlsx(TABLE)
    assert "damaged" in refused(whole[: len(whole) // 2]).problem


def test_workbooks_and_tables_without_hosts_say_what_they_have() -> None:
    assert "'Prices'" in refused(as_xlsx([["Item", "Price"], ["CPU", 3]], "Prices")).problem
    info = [["VM", "Powerstate", "Host", "Datacenter", "Cluster"], ["a", "poweredOn", "esx1", "dc", "c"]]
    error = refused(as_xlsx(info, "vInfo"))
    assert "'vInfo' has VM, Powerstate, Host" in error.problem
    assert "vHost" in error.remedy
    error = refused(as_csv(info))
    assert "VM, Powerstate, Host" in error.problem
    assert "vHost" in error.remedy
    assert "no hosts" in refused("host,cpu model\n").problem
    assert "lists hosts" in refused(as_xlsx([["Host", "CPU Model"]])).problem


def test_limits_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_table, "HOSTS_LIMIT", 3)
    error = refused(as_csv(TABLE))
    assert "more than 3 hosts" in error.problem
    assert error.line == 5
    assert "Sheet 'vHost', row 5: " in refused(as_xlsx(TABLE)).problem
    monkeypatch.setattr(host_table, "HOSTS_LIMIT", 100)
    monkeypatch.setattr(spreadsheet, "ROWS_LIMIT", 6)
    assert "more than 6 rows" in refused(as_xlsx(TABLE)).problem
    monkeypatch.setattr(spreadsheet, "ROWS_LIMIT", 7)
    assert len(read(as_xlsx(TABLE))) == 6


def test_fields_that_cannot_be_told_apart() -> None:
    error = refused("host,cpu model,cluster\na,Intel Xeon, Gold 6130,b\nc,d,e\n")
    assert error.line == 2
    assert "4 fields, but the header has 3" in error.problem
    assert refused('host,cpu model\na,"Intel Xeon Gold 6130\nb,Intel Xeon Gold 6130\n').remedy.startswith(
        "Export"
    )
    assert len(read("host,cpu model\na,Intel Xeon Gold 6130,,,\n")) == 1


def test_a_measured_mode_of_another_maker_is_refused() -> None:
    table = export(vhost("a"), vhost("b", EPYC_7763, "intel-broadwell"))
    error = refused(as_csv(table))
    assert error.line == 3
    assert "b: the processor is of AMD, but Max EVC is a mode of Intel" in error.problem
    assert "Sheet 'vHost', row 3: b: " in refused(as_xlsx(table)).problem


def test_a_table_of_virtual_machines_is_none_of_hosts() -> None:
    assert "VM, Host, CPU" in refused("VM,Host,CPU,Cluster\nweb,esx1,2,c\n").problem
    assert [host.name for host in read(f"VM,Host,CPU Model\nweb,esx1,{GOLD_6130}\n")] == ["esx1"]


def test_prose_is_no_table() -> None:
    for text in (
        "Dear administrator, the host, whose processor is old, will be replaced",
        "name,server\nx,y\n",
        "Host, processor and memory are listed below.\n",
    ):
        with pytest.raises(InputError, match="no capture that FlexGUI can read"):
            read(text)


def test_commands_read_tables_and_folders_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "RVTools_export.xlsx").write_bytes(as_xlsx(TABLE))
    (tmp_path / "list.csv").write_text(f"host,cpu model\nplain,{GOLD_6130}\n")
    (tmp_path / "RVTools_tabvInfo.csv").write_text("VM,Powerstate,Host,Cluster\na,poweredOn,esx1,c\n")
    assert len(read_captures([tmp_path]).hosts) == 7
    assert cli.main(["inspect", str(tmp_path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert "RVTools_tabvInfo.csv" in err
    hosts = {host["name"]: host for host in json.loads(out)["hosts"]}
    assert hosts["esx03.example.com"]["candidates"] == ["Cooper Lake", "Ice Lake SP"]
    assert hosts["plain"]["evc"]["highest"] == "intel-skylake"
    assert hosts["esx05.example.com"]["evc"]["supported"] == []
    assert cli.main(["inspect", str(tmp_path / "RVTools_export.xlsx")]) == 0
    assert "the name may mean Cooper Lake or Ice Lake SP" in capsys.readouterr().out
    assert cli.main(["formats"]) == 0
    out = capsys.readouterr().out
    assert "RVTools vHost or host list as xlsx" in out
    assert "RVTools vHost or host list as CSV" in out


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029"), max_size=30),
    st.sampled_from(
        [GOLD_6130, EPYC_7763, "intel-skylake", "", '"', "a,b", "a;b", 'say "no"', "#N/A", "=1+1"]
    ),
)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_cells_survive_or_are_refused(rows: list[list[str]], delimiter: str) -> None:
    table = [["Host", "CPU Model", "Cluster"], *rows]
    try:
        hosts = read(as_csv(table, delimiter, quoted=True))
    except InputError as error:
        assert "no hosts" in error.problem  # noqa: PT017 (most tables are read)
        return
    for host in hosts:
        assert host.name
        assert len(host.name) <= 310
        assert host.candidates or not host.cpu.present
    named = [row for row in rows if row[0].strip() and row[0].isascii() and row[0].isalnum()]
    assert len(hosts) >= len({row[0] for row in named} - set(host_table._NOTHING) - host_table._HEADINGS)


@pytest.mark.parametrize(
    ("brand", "measured"),
    [
        (GOLD_6130, "intel-skylake"),
        (E5_2650_V4, ""),
        ("Xeon E5-2650 v4", ""),
        ("Xeon E5-2650 v4", BROADWELL),
        ("Dual-Core AMD Opteron(tm) Processor 2220", ""),
        ("Quad-Core AMD Opteron(tm) Processor 2356", "amd-greyhound-no3dnow"),
        ("Quad-Core AMD Opteron(tm) Processor 2356", "AMD Opteron™ Gen. 3 (no 3DNow!™)"),
        ("", "amd-greyhound-no3dnow"),
        ("", "AMD Zen 2 Generation"),
        (EPYC_7763, "amd-zen3"),
        ("Intel(R) Xeon(R) 6787P", "intel-graniterapids"),
    ],
)
def test_a_table_cut_anywhere_invents_nothing(brand: str, measured: str) -> None:
    row = {"Host": "esx", "CPU Model": brand, "Max EVC": measured}
    for header in itertools.permutations(row):
        whole = as_csv([header, [row[name] for name in header]])
        expected = answers(read(whole)[0])
        for length in range(1, len(whole)):
            try:
                hosts = read(whole[:length])
            except InputError:
                continue
            for host in hosts:
                for key, answer in answers(host).items():
                    before = expected.get(key, Answer.NO)
                    assert answer in (before, Answer.UNKNOWN) or before is Answer.UNKNOWN, (length, key)
                    assert answer is not Answer.YES or before is Answer.YES or brand, (length, key)
