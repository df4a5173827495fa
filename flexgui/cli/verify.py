"""`verify`: a capture taken inside a virtual machine against the baseline that a plan expects there."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from flexgui.cli.command import FINE, FOUND_ERRORS, AddCommand, json_option, print_json
from flexgui.errors import InputError, printable


def add(command: AddCommand) -> None:
    verify = command(
        "verify", _verify, "Whether a guest sees the features that the plan expects on its host."
    )
    verify.description = (
        "Compare a capture taken inside a virtual machine with the baseline that the plan expects there. "
        "Exit code 1 means that they differ in something that matters."
    )
    verify.add_argument("plan", type=Path, metavar="PLAN")
    verify.add_argument("capture", type=Path, metavar="GUEST-CAPTURE", help="taken inside a virtual machine")
    verify.add_argument("--host", required=True, metavar="HOST", help="name, address, id or path of its host")
    verify.add_argument("--vm", metavar="VM", help="name, id or path of the virtual machine")
    json_option(verify)


def _verify(arguments: argparse.Namespace) -> int:
    from flexgui.capture import read_capture
    from flexgui.plan.lookup import named
    from flexgui.plan.storage import load
    from flexgui.plan.values import Host, VirtualMachine
    from flexgui.plan.verification import verify_capture

    plan = load(arguments.plan)
    host = named(plan, Host, arguments.host)
    vm = None if arguments.vm is None else named(plan, VirtualMachine, arguments.vm)
    captured = read_capture(arguments.capture)
    if len(captured) != 1:
        raise InputError(
            f"The capture holds {len(captured)} machines.",
            "Give the capture of one virtual machine.",
            str(arguments.capture),
        )
    found = verify_capture(plan, host.object.id, captured[0].cpu, None if vm is None else vm.object.id)
    if arguments.json:
        print_json(_as_json(found, host, vm, arguments.capture))
    else:
        _print(found, host, vm)
    return FINE if found.agrees else FOUND_ERRORS


def _as_json(found: Any, host: Any, vm: Any, source: Path) -> dict[str, Any]:
    return {
        "host": {"name": host.object.label, "id": host.object.id, "path": host.path()},
        "vm": None if vm is None else {"name": vm.object.name, "id": vm.object.id, "path": vm.path()},
        "source": str(source),
        "agrees": found.agrees,
        "evc_mode": found.mode.key if found.mode else None,
        "fits": found.fits.key if found.fits else None,
        "problems": [said.text() for said in found.problems],
        "notes": [said.text() for said in found.notes],
        "unseen": list(found.unseen),
        "differences": [
            {
                "place": each.field.place(),
                "feature": each.field.name,
                "hardware": each.hardware,
                "expected": each.expected,
                "seen": each.seen,
                "kind": each.kind.value,
                "matters": each.matters,
                "explanation": each.explanation.text(),
            }
            for each in found.differences
        ],
    }


def _print(found: Any, host: Any, vm: Any) -> None:
    whose = (
        printable(host.path()) if vm is None else f"{printable(vm.object.name)} on {printable(host.path())}"
    )
    expected = found.mode.label if found.mode else "no EVC"
    print(f"{whose}, {expected}: {'agrees' if found.agrees else 'differs'}")
    for said in found.problems:
        print(f"  {said.text()}")
    for said in found.notes:
        print(f"  Note: {said.text()}")
    kinds: dict[Any, list[Any]] = {}
    for each in found.differences:
        kinds.setdefault(each.kind, []).append(each)
    for kind, rows in kinds.items():
        print(f"  {kind.value.capitalize()} ({len(rows)}):")
        for each in rows:
            bits = f"expected {_bit(each.expected)}, seen {_bit(each.seen)}"
            print(f"    {each.field.place():18} {each.field.name:18} {bits}  {each.explanation.text()}")
    if not found.differences and not found.problems:
        print("  The guest sees exactly what the hardware has, as is expected.")


def _bit(value: bool | None) -> str:
    return "?" if value is None else str(int(value))
