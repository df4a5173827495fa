"""`make bench`: how fast FlexGUI is, as ratios measured in one run, written to docs/performance.md.

Machines differ and are noisy: references and subjects run in turns, and the quickest run of each counts.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from flexgui.evc.modes import builtin_modes
from flexgui.evc.partition import Kind, best_modes
from flexgui.evc.pool import Member, weigh
from flexgui.evc.support import feature_row, matrix, vendor_of
from flexgui.files import write_atomically
from flexgui.plan import edits, inventory
from flexgui.plan.fleet import make_fleet
from flexgui.plan.storage import to_json
from flexgui.plan.values import Plan
from flexgui.rules.check import Checker, check
from flexgui.rules.found import Findings

sys.path.insert(0, str(Path(__file__).resolve().parent))
from window import first_paint, measured_stalls

ROOT = Path(__file__).resolve().parent.parent
SEED = 1
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
"""Hosts of the fleets that growth is fitted to."""


@dataclass
class Row:
    """A measured ratio. `goal`: what it may be at most, None where it is only told."""

    work: str
    reference: str
    ratio: float | None
    goal: float | None
    remark: str = ""
    unit: str = "×"

    def cells(self) -> str:
        goal = "–" if self.goal is None else f"≤ {self.goal:g} {self.unit}".strip()
        if self.ratio is None:
            return f"| {self.work} | {self.reference} | {goal} | not measured | {self.remark} |"
        verdict = "" if self.goal is None else "reached" if self.ratio <= self.goal else "**missed**"
        measured = f"{self.ratio:.2f} {self.unit}".strip()
        return f"| {self.work} | {self.reference} | {goal} | {measured} | {verdict} {self.remark} |"


@dataclass
class Report:
    rows: list[Row] = field(default_factory=list)
    growth: list[str] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        print(row.cells(), flush=True)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(rounds: int, *works: Callable[[], float]) -> list[float]:
    """The quickest of several runs of each work, the works taken in turns."""
    runs = [[work() for work in works] for _ in range(rounds)]
    return [min(each) for each in zip(*runs, strict=True)]


# Whole processes: baseline against virsh.

MODELS = (
    "Westmere",
    "SandyBridge",
    "IvyBridge",
    "Haswell-noTSX",
    "Broadwell-noTSX",
    "Skylake-Server-noTSX-IBRS",
)
FEATURES = (
    *(
        "vme",
        "ds",
        "acpi",
        "ss",
        "ht",
        "tm",
        "pbe",
        "dtes64",
        "monitor",
        "ds_cpl",
        "vmx",
        "smx",
        "est",
        "tm2",
    ),
    *("xtpr", "pdcm", "dca", "f16c", "rdrand", "arat", "tsc_adjust", "md-clear", "stibp", "ssbd", "xsaveopt"),
    *("pdpe1gb", "invtsc", "pcid"),
)


def cpu_elements(number: int, distinct: int) -> str:
    """`number` elements as `virsh capabilities` prints them, of `distinct` different ones."""
    draws = random.Random(SEED)
    elements: dict[str, None] = {}
    while len(elements) < distinct:
        listed = "".join(f"  <feature name='{name}'/>\n" for name in FEATURES if draws.random() < 0.85)
        model = MODELS[int(draws.random() * len(MODELS))]
        start = f"<cpu>\n  <arch>x86_64</arch>\n  <model>{model}</model>\n  <vendor>Intel</vendor>\n"
        elements[f"{start}{listed}</cpu>\n"] = None
    every = list(elements)
    return "".join(every[n % distinct] for n in range(number))


def process(*command: str | Path) -> float:
    return seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT))


def baselines(report: Report, folder: Path, rounds: int) -> None:
    virsh = shutil.which("virsh")
    for number, distinct, goal in ((1_000, 1_000, 3.0), (10_000, 10_000, 1.0), (10_000, 60, 0.5)):
        elements = f"{number:,} `<cpu>` elements, {distinct:,} of them different"
        work = f"`baseline` over a file of {elements}, whole process"
        reference = "`virsh cpu-baseline` of the same file"
        if virsh is None:
            report.add(Row(work, reference, None, goal, "virsh is not installed (Debian: libvirt-clients)"))
            continue
        file = folder / f"cpus-{number}-{distinct}.xml"
        file.write_text(cpu_elements(number, distinct), "utf-8")
        theirs, ours = in_turns(
            rounds,
            lambda file=file: process(virsh, "-c", "test:///default", "cpu-baseline", file),  # type: ignore[misc]
            lambda file=file: process(sys.executable, "-m", "flexgui", "baseline", "--json", file),  # type: ignore[misc]
        )
        report.add(Row(work, reference, ours / theirs, goal))


# Questions to a pool in memory.


def pools(report: Report, fleet: Plan, rounds: int) -> None:
    modes = builtin_modes()
    cpus = list(fleet.cpus)
    number = {cpu.fingerprint: n for n, cpu in enumerate(cpus)}
    hosts = [host for _, _, host in inventory.hosts(fleet)]
    kind_of = np.array([number[host.cpu or ""] for host in hosts])
    dense = matrix(cpus)[0][kind_of]

    required = [(mode, feature_row(mode.requires)) for mode in modes if mode.requires is not None]

    def reduce() -> float:
        return seconds(lambda: np.bitwise_and.reduce(dense))

    def ask() -> object:
        """Highest common mode, possible one, who blocks the next, hosts of each mode."""
        counts = np.bincount(kind_of, minlength=len(cpus))
        found = weigh([Member(str(n), cpu) for n, cpu in enumerate(cpus)], modes)
        blocked = np.zeros(len(cpus), np.bool_)
        for pool in found:
            blocked[[int(blocker.member.name) for blocker in pool.blockers]] = True
        values, known = matrix(cpus)
        makers = np.array([vendor_of(cpu, modes) for cpu in cpus])
        able = [
            int(counts[(makers == mode.vendor) & ~(row & ~(values & known)).any(axis=1)].sum())
            for mode, row in required
        ]
        return np.flatnonzero(blocked[kind_of]), able

    def part() -> object:
        counts = np.bincount(kind_of, minlength=len(cpus))
        return best_modes([Kind(cpu) for cpu in cpus], counts, modes)

    members = [Member(host.label, cpus[n]) for host, n in zip(hosts, kind_of.tolist(), strict=True)]
    reference, asked, parted, one_by_one = in_turns(
        4 * rounds,
        reduce,
        lambda: seconds(ask),
        lambda: seconds(part),
        lambda: seconds(lambda: weigh(members, modes)),
    )
    what = f"{len(hosts):,} hosts of {len(cpus)} processors in memory"
    dense_words = "`np.bitwise_and.reduce` over hosts × registers"
    questions = "highest common mode, possible mode, blockers, hosts of each mode"
    for work, took, goal in (
        (questions, asked, 1.0),
        ("the best partitions into 1, 2, … clusters", parted, 1.0),
        ("`weigh` with every host as a member by name", one_by_one, None),
    ):
        report.add(Row(f"{what}: {work}", dense_words, took / reference, goal))


# Plans: reading and checking, each in a process of its own.


def worker(work: str, file: str) -> None:
    """Prints how long a work takes, and the memory that the process had at most."""
    import resource

    content = Path(file).read_bytes()
    if work == "json":
        took = seconds(lambda: json.loads(content))
    else:
        from flexgui.plan.storage import from_json

        kept: list[Plan] = []
        from_json(b'{"format": 1, "release": "8.0"}')  # what is set up once
        took = seconds(lambda: kept.append(from_json(content)))
        if work == "check":
            took += seconds(lambda: check(kept[0]))
    print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def run_worker(work: str, file: Path) -> tuple[float, float]:
    command = [sys.executable, __file__, "--worker", work, str(file)]
    output = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    took, memory = output.split()
    return float(took), float(memory)


def plans(report: Report, folder: Path, rounds: int) -> None:
    works = ("json", "load", "check")
    times: dict[str, list[float]] = {work: [] for work in works}
    memory: dict[str, float] = {}
    for hosts in SIZES:
        file = folder / f"fleet-{hosts}.json"
        file.write_bytes(to_json(make_fleet(hosts, SEED)))
        runs = [[run_worker(work, file) for work in works] for _ in range(rounds)]
        for work, measured in zip(works, zip(*runs, strict=True), strict=True):
            times[work].append(min(took for took, _ in measured))
            memory[work] = min(most for _, most in measured)
    hosts = f"a plan of {SIZES[-1]:,} hosts"
    reference, load, checked = (times[work][-1] for work in works)
    parsed = "`json.loads` of the same file"
    report.add(Row(f"reading {hosts}", parsed, load / reference, 1.5))
    report.add(Row(f"`check` of {hosts}: reading and checking", parsed, checked / reference, 3.0))
    report.add(
        Row("the same: memory of the process at its peak", parsed, memory["check"] / memory["json"], 1.1)
    )
    for work, name in (("load", "reading"), ("check", "reading and checking")):
        exponent = float(np.polyfit(np.log(SIZES), np.log(times[work]), 1)[0])
        report.add(
            Row(
                f"growth of {name}, {SIZES[0]:,} to {SIZES[-1]:,} hosts",
                "exponent of the number of hosts",
                exponent,
                1.1,
                unit="",
            )
        )
        base = times[work][0]
        steps = ", ".join(
            f"{size:,}: {took / base:.1f}" for size, took in zip(SIZES, times[work], strict=True)
        )
        report.growth.append(f"- {name}, time against that of {SIZES[0]:,} hosts: {steps}")


# Edits.

EDITS: dict[str, dict[str, object]] = {
    "execute disable": {"xd": "disabled"},
    "maintenance mode": {"in_maintenance_mode": True},
    "memory": {"memory_mb": 4096},
    "ESX release": {"esx_release": "7.0"},
    "processor": {},
    "name": {"name": "renamed"},
}


def one_edit(report: Report, clusters: int, goal: float, rounds: int) -> None:
    plan = make_fleet(10_000, SEED, clusters=clusters)
    hosts = [host for _, _, host in inventory.hosts(plan)]
    (full,) = in_turns(rounds, lambda: seconds(lambda: Findings.of(plan, check(plan))))
    checker = Checker()
    known = Findings.of(plan, checker.check(plan))
    medians = {}
    for name, fields in EDITS.items():
        took = []
        for turn in range(5 * rounds):
            host = hosts[turn * 1777 % len(hosts)]
            change = fields or {"cpu": hosts[turn * 31 % len(hosts)].cpu}

            def edit(host_id: str = host.id, change: dict[str, object] = change) -> None:
                nonlocal plan, known
                plan = edits.set_fields(plan, host_id, **change)
                known = Findings.of(plan, checker.check(plan), known)

            took.append(seconds(edit))
        medians[name] = statistics.median(took)
    where = "one cluster" if clusters == 1 else f"{clusters} clusters"
    each = "; ".join(f"{name} {100 * took / full:.1f} %" for name, took in medians.items())
    share = 100 * statistics.median(medians.values()) / full
    report.add(
        Row(
            f"one edit of a host among 10,000 in {where}, findings up to date",
            "checking the whole plan",
            share,
            goal,
            each,
            "%",
        )
    )


# The window.


def window(report: Report, folder: Path, rounds: int) -> None:
    work, reference = "start to first paint, the sample open", "a bare window that imports NumPy and pydantic"
    if importlib.util.find_spec("PySide6") is None:
        report.add(Row(work, reference, None, 1.6, "Qt is not installed"))
        return
    for turn in ("bare", "flexgui"):  # what is compiled once
        first_paint(folder, turn)
    bare, ours = in_turns(
        2 * rounds, lambda: first_paint(folder, "bare"), lambda: first_paint(folder, "flexgui")
    )
    report.add(Row(work, reference, ours / bare, 1.6))
    for clusters in (200, 1):
        where = "one cluster" if clusters == 1 else f"{clusters} clusters"
        runs = [measured_stalls(folder, 10_000, clusters) for _ in range(max(1, rounds // 2))]
        steps = {step: min(run[step] for run in runs) for step in runs[0]}
        worst = sorted(steps, key=lambda step: -steps[step])
        told = "; ".join(f"{step} {steps[step]:.0f}" for step in worst[:5])
        work = f"10,000 hosts in {where}: longest stall in {len(steps)} steps (open, filter, sort, edit …)"
        report.add(Row(work, "heartbeat timer", steps[worst[0]], 50.0, told, "ms"))


HEAD = """# How fast FlexGUI is

Generated by `make bench`. Reference and subject run on the same machine in turns, and the quickest run of
each counts; only their ratios are told, since machines differ. Another run gives slightly different ones.
Fleets are made by `flexgui fleet make` with seed {seed}.

| work | against | goal | measured | |
|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker", nargs=2, metavar=("WORK", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each work (5)")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs/performance.md")
    arguments = parser.parse_args()
    if arguments.worker:
        worker(*arguments.worker)
        return
    report, rounds = Report(), arguments.rounds
    with tempfile.TemporaryDirectory() as name:
        baselines(report, Path(name), rounds)
        plans(report, Path(name), rounds)
        window(report, Path(name), rounds)
    pools(report, make_fleet(100_000, SEED), rounds)
    one_edit(report, 200, 2.0, rounds)
    one_edit(report, 1, 5.0, rounds)
    text = HEAD.format(seed=SEED) + "\n".join(row.cells() for row in report.rows)
    text += "\n\n## How it grows\n\n" + "\n".join(report.growth) + "\n"
    missed = [row.work for row in report.rows if row.goal and row.ratio is not None and row.ratio > row.goal]
    text += "\n## What misses its goal\n\n" + ("\n".join(f"- {work}" for work in missed) or "Nothing.") + "\n"
    write_atomically(arguments.output, text.encode())
    print(f"Written to {arguments.output}.")


if __name__ == "__main__":
    main()
