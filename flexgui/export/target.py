"""What an export target is, and the ones there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from flexgui.errors import FlexGuiError
from flexgui.export import plan_json
from flexgui.plan.values import Plan
from flexgui.rules.check import check
from flexgui.rules.finding import Finding, Severity

FORCED: Final = "Exported with"
"""How the remark of a forced export begins; one of an earlier export is dropped."""


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of file that a plan is exported to. `key` is what the command line calls it.

    `write` puts the plan's remarks at the top of the file: among them is the warning of a forced export.
    """

    key: str
    name: str
    suffix: str
    write: Callable[[Plan], bytes]


TARGETS: dict[str, Target] = {
    target.key: target for target in (Target("json", "Validated plan (JSON)", ".json", plan_json.write),)
}


class ExportRefusedError(FlexGuiError):
    """A plan with errors is not exported unless that is asked for."""

    def __init__(self, errors: tuple[Finding, ...]) -> None:
        super().__init__(f"The plan has {_number(errors)}. The first: {errors[0].message()}")
        self.errors = errors


def _number(errors: tuple[Finding, ...]) -> str:
    return "1 error" if len(errors) == 1 else f"{len(errors)} errors"


def errors_of(plan: Plan) -> tuple[Finding, ...]:
    """The findings that forbid an export."""
    return tuple(finding for finding in check(plan) if finding.severity is Severity.ERROR)


def export(plan: Plan, target: Target, *, force: bool = False) -> bytes:
    """The content of the exported file.

    Raises:
        ExportRefusedError: and `force` was not asked for. With it, the file says so at its top.
    """
    plan = replace(plan, remarks=tuple(r for r in plan.remarks if not r.startswith(FORCED)))
    errors = errors_of(plan)
    if errors and not force:
        raise ExportRefusedError(errors)
    if errors:
        warning = f"{FORCED} {_number(errors)}: do not apply. The first: {errors[0].message()}"
        plan = replace(plan, remarks=(warning, *plan.remarks))
    return target.write(plan)
