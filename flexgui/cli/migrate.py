"""`migrate`: whether a virtual machine of a plan can move to a host: live, cold only, or never."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from flexgui.cli.command import FINE, FOUND_ERRORS, AddCommand, json_option, print_json
from flexgui.errors import InputError, printable


def add(command: AddCommand) -> None:
    migrate = command("migrate", _migrate, "Whether a virtual machine can move: live, cold only, or never.")
    migrate.description = (
        "Whether a virtual machine of the plan can move to a host: live, cold only, never, or cannot tell. "
        "Exit code 1 means never."
    )
    migrate.add_argument("plan", type=Path, metavar="PLAN")
    migrate.add_argument("--vm", required=True, metavar="VM", help="name, id or path of the virtual machine")
    migrate.add_argument("--to", required=True, metavar="HOST", help="name, address, id or path of the host")
    json_option(migrate)


def _migrate(arguments: argparse.Namespace) -> int:
    from flexgui.evc.migration import Outcome
    from flexgui.plan.lookup import named
    from flexgui.plan.migration import verdict
    from flexgui.plan.storage import load
    from flexgui.plan.values import Host, VirtualMachine

    plan = load(arguments.plan)
    vm, host = named(plan, VirtualMachine, arguments.vm), named(plan, Host, arguments.to)
    if vm.host is not None and vm.host.id == host.object.id:
        raise InputError(
            f"{printable(vm.path())} is on this host already.", "Name another host.", str(arguments.plan)
        )
    found = verdict(plan, vm.object.id, host.object.id)
    if arguments.json:
        print_json(_as_json(found, vm, host))
    else:
        _print(found, vm, host)
    return FOUND_ERRORS if found.outcome is Outcome.NEVER else FINE


def _as_json(found: Any, vm: Any, host: Any) -> dict[str, Any]:
    return {
        "vm": {"name": vm.object.name, "id": vm.object.id, "path": vm.path()},
        "from": {"name": vm.host.label, "id": vm.host.id},
        "to": {"name": host.object.label, "id": host.object.id, "path": host.path()},
        "verdict": found.outcome.value,
        "live": {"live": True, "cannot tell": None}.get(found.outcome.value, False),
        "powered_off": found.powered_off,
        "reasons": [said.text() for said in found.reasons],
        "remedy": found.remedy.text() if found.remedy else None,
        "message": found.message or None,
        "failing": _failing(found.failing),
        "features": list(found.features),
        "unknown": list(found.unknown),
        "warnings": [said.text() for said in found.warnings],
        "notes": [said.text() for said in found.notes],
        "binary_translation": found.binary_translation,
        "evc_mode": found.mode.key if found.mode else None,
        "views": [
            {
                "viewer": view.viewer,
                "masked": view.masked,
                "evc_mode": view.mode.key if view.mode else None,
                "compatible": {"yes": True, "no": False}.get(view.answer.value),
                "failing": _failing(view.failing),
                "features": list(view.features),
                "unknown": list(view.unknown),
            }
            for view in found.views
        ],
    }


def _failing(failing: Any) -> dict[str, Any] | None:
    if failing is None:
        return None
    return {
        "place": failing.place(),
        "level": failing.level,
        "subleaf": failing.key[1],
        "register": failing.register,
        "fault": failing.fault,
        "features": list(failing.features),
        "host_bits": str(failing.host_bits),
        "required": str(failing.required),
    }


def _print(found: Any, vm: Any, host: Any) -> None:
    words = {"live": "live", "cold": "cold only", "never": "never", "cannot tell": "cannot tell"}
    if found.powered_off:
        words["cold"] = "cold, as it is powered off"
    print(f"{printable(vm.path())} to {printable(host.path())}: {words[found.outcome.value]}")
    for said in found.reasons:
        print(f"  {said.text()}")
    if found.remedy:
        print(f"  What to do: {found.remedy.text()}")
    if found.message:
        print(f"  vCenter says: {found.message}")
    for said in found.warnings:
        print(f"  Warning: {said.text()}")
    for said in found.notes:
        print(f"  Note: {said.text()}")
    mode = found.mode.key if found.mode else "no common EVC mode"
    monitor = "binary translation" if found.binary_translation else "VT-x or AMD-V"
    print(f"  First difference between the hosts, as a guest running by {monitor} sees it:")
    for view in found.views:
        masking = f"with masking ({mode})" if view.masked else "without masking"
        if view.failing is not None:
            text = f"{view.failing.place()}: {', '.join(view.failing.features)}"
        elif view.answer.value == "cannot tell":
            some = ", ".join(view.unknown[:8]) + (" …" if len(view.unknown) > 8 else "")
            text = f"cannot tell: {some}" if some else "cannot tell"
        else:
            text = "none" if view.answer.value == "yes" else "no EVC mode fits both hosts"
        print(f"    {view.viewer:11}  {masking:32}  {text}")
