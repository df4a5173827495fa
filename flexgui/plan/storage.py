"""Plans as files: JSON with a version and a schema, read as hostile and written atomically."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic_core import ValidationError

from flexgui.errors import InputError, printable
from flexgui.files import PLAN_LIMIT, PLAN_SUFFIX, Stamp, read_bytes, read_stamped, write_atomically
from flexgui.plan.codec import codec
from flexgui.plan.collecting import without_collecting
from flexgui.plan.pieces import Pieces
from flexgui.plan.references import check_references
from flexgui.plan.scenarios import shared
from flexgui.plan.values import FORMAT, Plan

SUFFIX = PLAN_SUFFIX
_PIECES_BETWEEN = 500


def to_json(plan: Plan, *, complete: bool = False) -> bytes:
    """The plan as it is written to disk: UTF-8, without what has its default value unless `complete`.

    The defaults are part of the format version: one that changes needs a new version and a migration.
    """
    body = codec(Plan).dump_json(plan, indent=1, exclude_defaults=not complete)
    if not complete:
        body = body.replace(b"{", b'{\n "format": %d,' % FORMAT, 1)
    return body + b"\n"


def from_json(content: bytes, source: str | None = None) -> Plan:
    """Read a plan.

    Raises:
        InputError: the content is no plan, has a newer version, or refers to what it does not have.
    """
    try:
        return _read(content)
    except InputError as error:
        raise (error.in_file(source) if source else error) from None


def _read(content: bytes) -> Plan:
    try:
        with without_collecting():
            plan = codec(Plan).validate_json(content)
    except ValidationError as error:
        # Only what failed is looked at again: reading a good plan costs one pass.
        _check_version(_parsed(content))
        raise _first_problem(error) from None
    check_references(plan)
    return shared(plan)


def _check_version(document: object) -> None:
    if not isinstance(document, dict) or "format" not in document:
        raise InputError("This is not a FlexGUI plan.", "Open a file that FlexGUI saved.")
    version = document["format"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InputError(
            f"The plan has the format version {printable(str(version), 40)}.", "It should be a whole number."
        )
    if version > FORMAT:
        raise InputError(
            f"A newer FlexGUI made the plan: it has format {version}, and this one reads up to {FORMAT}.",
            "Open it with the newer version; the file was left untouched.",
        )


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise InputError("The file is not UTF-8 text.", "Open a file that FlexGUI saved.") from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"This is not JSON: {error.msg.lower()}.", "Open a file that FlexGUI saved.", line=error.lineno
        ) from None
    except (RecursionError, ValueError):
        raise InputError("The file is not sensible JSON.", "Open a file that FlexGUI saved.") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _first_problem(error: ValidationError) -> InputError:
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(step) for step in problem["loc"]) or "the file"
    more = error.error_count() - 1
    others = f" ({more} more)" if more else ""
    return InputError(
        f"The plan is not valid at {printable(place)}: {printable(problem['msg'])}{others}.",
        "Mend the file or open another; nothing was changed.",
    )


def load_stamped(path: Path) -> tuple[Plan, Stamp]:
    """Read the plan file `path`, and what the file is known by from now on.

    Raises:
        InputError: as `load`.
    """
    content, stamp = read_stamped(path, PLAN_LIMIT)
    return from_json(content, str(path)), stamp


def load(path: Path) -> Plan:
    """Read the plan file `path`.

    Raises:
        InputError: the file cannot be read or is no plan; it is left untouched.
    """
    return from_json(read_bytes(path, PLAN_LIMIT), str(path))


def save(plan: Plan, path: Path, progress: Callable[[int], None] | None = None) -> Stamp:
    """Write a plan so that the file holds the old or the new one whole. Returns what the file is now.

    `progress` hears how many hosts are written, often; if it raises, the old content is untouched.

    Raises:
        InputError: the file cannot be written; the old content is untouched.
    """
    return write_atomically(path, to_json(plan) if progress is None else _watched(plan, progress))


def _watched(plan: Plan, progress: Callable[[int], None]) -> Iterator[bytes]:
    pieces = Pieces(kept=False)
    for number, piece in enumerate(pieces.of(plan)):
        if number % _PIECES_BETWEEN == 0:
            progress(pieces.hosts)
        yield piece


def schema() -> dict[str, Any]:
    """The JSON Schema of plan files (`docs/plan.schema.json` is made of it)."""
    from pydantic import TypeAdapter

    return {
        **TypeAdapter(Plan).json_schema(mode="validation"),
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "FlexGUI plan",
    }
