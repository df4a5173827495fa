"""What the comparison of hosts says in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from flexgui.cpuid.catalogue import catalogue
from flexgui.evc.pool import UNKNOWN, Member
from flexgui.evc.releases import offered_modes
from flexgui.evc.why_masked import why_masked, why_text
from flexgui.plan.inventory import cpus, modes_of
from flexgui.plan.values import Cluster, Host, Plan
from flexgui.views.cpuid_comparison import Choice, Compared, What
from flexgui.views.cpuid_rows import Cell, Kind, Look, Row
from flexgui.widgets.name_list import joined

translate = QCoreApplication.translate


def summary(choice: Choice, rows: Sequence[Row], what: What) -> tuple[str, str]:
    """(severity, sentence): how many processors are compared, and in what they differ."""
    count = len(choice.compared)
    if not count:
        return "unknown", translate(
            "CpuidCompare",
            "There is no host with a known processor to compare. Import captures of the hosts.",
        )
    features = catalogue().feature_registers
    flags = [r.name for r in rows if r.differs and r.view and r.view.field.flag and r.key[:3] in features]
    if count == 1:
        template = translate(
            "CpuidCompare",
            "All {hosts} hosts have one processor under one mode: there is nothing to "
            "compare. Name others above.",
        )
        text = template.format(hosts=choice.hosts) if choice.hosts > 1 else ""
        if not text:
            text = translate("CpuidCompare", "There is one host. Name another above to compare them.")
    elif flags:
        template = translate(
            "CpuidCompare",
            "{count} distinct processors of {hosts} hosts differ in {number} features: {names}.",
        )
        text = template.format(count=count, hosts=choice.hosts, number=len(flags), names=joined(flags, 8))
    else:
        template = {
            What.HARDWARE: translate(
                "CpuidCompare",
                "{count} distinct processors of {hosts} hosts do not differ in any known feature.",
            ),
            What.GUEST: translate(
                "CpuidCompare",
                "The kernels of virtual machines see no known difference between {count} distinct processors "
                "of {hosts} hosts.",
            ),
            What.APPLICATION: translate(
                "CpuidCompare",
                "Programs in virtual machines see no known difference between {count} distinct processors of "
                "{hosts} hosts.",
            ),
        }[what]
        text = template.format(count=count, hosts=choice.hosts)
    if choice.left_out:
        template = translate(
            "CpuidCompare",
            "{left} more processors are not shown, those of the fewest hosts. Name hosts above to "
            "compare them.",
        )
        text += " " + template.format(left=choice.left_out)
    if choice.unknown:
        names = joined([host.label for host in choice.unknown], 4)
        template = translate("CpuidCompare", "The processor of {hosts} is not known: left out.")
        text += " " + template.format(hosts=names)
    return ("info" if flags else "ok" if count > 1 else "info"), text


def column_tip(each: Compared) -> str:
    """All hosts of a column, their processor and mode."""
    mode = each.subject.view.mode
    lines = [
        joined([host.label for host in each.hosts], 12),
        each.subject.cpu.short_name(),
        translate("CpuidCompare", "No EVC mode") if mode is None else mode.label,
    ]
    return "\n".join(lines)


def details(row: Row, compared: Sequence[Compared], why: str = "") -> str:
    """All there is to say of a row."""
    if row.kind is not Kind.FIELD or row.view is None:
        said = [row.text() + "."]
        if row.differs:
            said.append(row.cells[-1].text + ".")
        return " ".join(said)
    found = row.view.field
    said = [f"{found.name}, {found.place()}."]
    aliases = catalogue().aliases(found.name)
    if aliases:
        said.append(translate("CpuidCompare", "Also called {names}.").format(names=", ".join(aliases)))
    values = [
        f"{each.label()} {spoken_cell(cell)}" for each, cell in zip(compared, row.cells[:-1], strict=True)
    ]
    said.append("; ".join(values) + ".")
    return " ".join((*said, why)).strip()


def spoken_cell(cell: Cell) -> str:
    """A value in words where it is no plain number."""
    if cell.look is Look.UNKNOWN:
        return translate("CpuidCompare", "cannot tell")
    if cell.look is Look.MASKED:
        return translate("CpuidCompare", "masked: 1 becomes 0")
    if cell.look is Look.EXPOSED:
        return translate("CpuidCompare", "{value}, not masked for applications").format(value=cell.text)
    return cell.text


_latest: list[tuple[object, object, tuple[Member, ...]]] = []


def _members(plan: Plan, hosts: tuple[Host, ...]) -> tuple[Member, ...]:
    """Hosts as members of a pool; those of the cluster that was asked for last are kept."""
    for known_hosts, known_cpus, found in _latest:
        if known_hosts is hosts and known_cpus is plan.cpus:
            return found
    known = cpus(plan.cpus)
    members = tuple(Member(host.label, known.get(host.cpu or "", UNKNOWN)) for host in hosts)
    _latest[:] = [(hosts, plan.cpus, members)]
    return members


def why_hidden(plan: Plan, cluster: Cluster | None, feature: str) -> str:
    """Why the mode of a cluster hides a feature: which mode would show it, and who holds it back; or ""."""
    modes = modes_of(plan)
    mode = None if cluster is None else modes.get(cluster.evc_mode)
    if cluster is None or mode is None or feature not in catalogue():
        return ""
    offered = offered_modes(plan.release, modes)
    found = why_masked(feature, mode, _members(plan, cluster.hosts), modes, offered)
    return "" if found is None else why_text(found, translate)
