"""The EVC modes that a vCenter knows: its `capability.supportedEVCMode` as JSON.

Read is what pyVmomi's JSON encoder, `govc -json` and PowerCLI's `ConvertTo-Json` write of `vim.EVCMode`,
wherever in a document it is and in whatever case its properties are written. What a mode requires comes from
its `featureRequirement`; releases before 5.1 have none, there `featureCapability`, `featureMask` or
`guaranteedCPUFeatures` tell. What it shows to virtual machines and hides from them comes from the masks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from flexgui.capture.capability_keys import flag_of
from flexgui.capture.json_text import Json, parsed, walk
from flexgui.cpuid.catalogue import Field, catalogue
from flexgui.cpuid.mask_string import MaskString
from flexgui.cpuid.registers import REGISTER_NAMES
from flexgui.errors import InputError, printable
from flexgui.evc.modes import MAKERS, EvcMode, builtin_modes
from flexgui.files import read_bytes

LIMIT: Final = 16 * 1024 * 1024
"""Bytes a file of modes may have; the modes of a vCenter 9 take some 2 MiB."""

MODES_LIMIT, ENTRIES_LIMIT, TEXT_LIMIT = 200, 5000, 200

_CONTENTS: Final = ("featurerequirement", "featuremask", "featurecapability", "guaranteedcpufeatures")
_KEY = re.compile(r"([a-z]{2,12})-[a-z0-9]+(?:-[a-z0-9]+){0,5}")
_VALUE = re.compile(
    r"(?:(?:bool|num):)?(?:(val|min|max|match):)?(0x[0-9a-f]{1,16}|[0-9]{1,20})", re.IGNORECASE
)
_SAVE = (
    "Save capability.supportedEVCMode of the vCenter again, with PowerCLI as "
    "(Get-View ServiceInstance).Capability.SupportedEVCMode | ConvertTo-Json -Depth 5."
)


def read_modes(path: Path) -> tuple[EvcMode, ...]:
    """The modes in a file, Intel's before AMD's, each before those that include it.

    Raises:
        InputError: the file cannot be read, has more than 16 MiB, holds no modes, or contradicts itself.
    """
    try:
        content = read_bytes(path, LIMIT)
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        try:
            text = content.decode("utf-16" if wide else "utf-8-sig")
        except UnicodeDecodeError:
            raise InputError("The file is not UTF-8 text.", _SAVE) from None
        return modes_of(text, path.name)
    except InputError as error:
        raise error.in_file(path) from None


def modes_of(text: str, source: str) -> tuple[EvcMode, ...]:
    """The modes in a text; `source` says where it comes from. Raises InputError as `read_modes` does."""
    document = parsed(text)
    objects = [found for value, _ in walk(document) if (found := _as_mode(value)) is not None]
    if not objects:
        empty = any(
            isinstance(value, dict)
            and any(k.lower() == "supportedevcmode" and not v for k, v in value.items())
            for value, _ in walk(document)
        )
        is_list = document == [] or empty
        problem = (
            "The list of EVC modes is empty." if is_list else "The JSON holds no EVC modes of a vCenter."
        )
        raise InputError(problem, _SAVE)
    if len(objects) > MODES_LIMIT:
        raise InputError(f"The JSON holds more than {MODES_LIMIT} EVC modes.", _SAVE)
    modes = [_mode(found, source) for found in objects]
    seen: set[str] = set()
    for mode in modes:
        if mode.key in seen:
            raise InputError(f"The JSON has the EVC mode {mode.key} twice.", "Keep one of them.")
        seen.add(mode.key)
    makers = list(MAKERS)
    return tuple(
        sorted(modes, key=lambda m: (makers.index(m.vendor), m.requires is None, len(m.requires or ())))
    )


def _as_mode(value: Any) -> Json | None:
    """A `vim.EVCMode` with its properties in small letters; None for any other value."""
    if not isinstance(value, dict):
        return None
    found: Json = {}
    for name, inner in value.items():
        if found.setdefault(name.lower(), inner) is not inner:
            raise InputError(f"The JSON names the property '{printable(name, 40)}' twice.", _SAVE)
    named = found.get("key") is not None
    return found if named and any(name in found for name in _CONTENTS) else None


def _mode(found: Json, source: str) -> EvcMode:
    key = found["key"]
    named = _KEY.fullmatch(key) if isinstance(key, str) and len(key) <= TEXT_LIMIT else None
    if named is None or not isinstance(key, str):
        raise InputError(f"'{printable(str(key), 40)}' is no key of an EVC mode, such as intel-merom.", _SAVE)
    vendor = named[1]
    stated = found.get("vendor")
    if vendor not in MAKERS:
        raise InputError(
            f"The EVC mode {key} is for neither Intel nor AMD.",
            "Take it out of the file; no other maker has modes.",
        )
    if isinstance(stated, str) and stated.strip() and stated.strip().lower() != vendor:
        raise InputError(f"The EVC mode {key} states the maker '{printable(stated, 40)}'.", _SAVE)
    return _Contents(key, vendor, found).mode(source)


class _Contents:
    """What a mode requires, shows and hides, as far as the catalogue of CPUID fields has names for it."""

    def __init__(self, key: str, vendor: str, found: Json) -> None:
        self._key, self._vendor, self._found = key, vendor, found
        self.required: dict[str, None] = {}
        self.shown: dict[str, None] = {}
        self.hidden: dict[str, None] = {}
        self.other_requirements: list[tuple[str, str]] = []
        self.other_masks: list[tuple[str, str]] = []
        requirements = self._entries("featurerequirement")
        capabilities = self._entries("featurecapability")
        masks = self._entries("featuremask")
        self._read(requirements, self._require)
        self._read(masks, self._mask)
        self._read(capabilities, self._show)
        named = {*self.shown, *self.hidden}
        self._guaranteed(named)
        self._states_features = bool(requirements or self.shown or self.hidden)
        if not requirements:
            self.required = dict(self.shown)

    def mode(self, source: str) -> EvcMode:
        order = {field.name: number for number, field in enumerate(catalogue().fields)}
        both = self.hidden.keys() & self.required.keys()
        if both:
            raise InputError(
                f"The EVC mode {self._key} both requires and hides {', '.join(sorted(both))}.", _SAVE
            )

        def ordered(names: Iterable[str]) -> tuple[str, ...]:
            return tuple(sorted(names, key=order.__getitem__))

        label = self._found.get("label")
        text = " ".join(printable(label).split()) if isinstance(label, str) else ""
        same = builtin_modes().get(self._key)
        read = f"read from a vCenter ({printable(source)})"
        nothing = f"{read}, which gave no contents"
        known = self._states_features
        masked = bool(self.shown or self.hidden)
        return EvcMode(
            self._key,
            text or self._key,
            self._vendor,
            requires=ordered(self.required) if known else None,
            label_in_paper=None if same is None else same.label_in_paper,
            vcf_enum=None if same is None else same.vcf_enum,
            exposes_also=ordered(self.shown.keys() - self.required.keys()) if masked else None,
            hides=ordered(self.hidden) if masked else None,
            other_requirements=tuple(self.other_requirements),
            other_masks=tuple(self.other_masks),
            requires_provenance=read if known else nothing,
            exposes_provenance=read if masked else nothing,
        )

    def _entries(self, name: str) -> list[tuple[str, str]]:
        """(key, value) of one list of the mode; empty where it has none."""
        listed = self._found.get(name)
        if listed is None:
            return []
        if not isinstance(listed, list):
            listed = [listed]
        if len(listed) > ENTRIES_LIMIT:
            raise InputError(f"The EVC mode {self._key} has more than {ENTRIES_LIMIT} entries.", _SAVE)
        entries: dict[str, tuple[str, str]] = {}
        for entry in listed:
            properties = {k.lower(): v for k, v in entry.items()} if isinstance(entry, dict) else {}
            key, value = properties.get("key"), properties.get("value")
            if not isinstance(key, str) or not isinstance(value, str) or not key.strip():
                raise InputError(
                    f"An entry of the EVC mode {self._key} has no key and value: it was cut at some depth.",
                    _SAVE,
                )
            key, value = key.strip(), value.strip()
            if max(len(key), len(value)) > TEXT_LIMIT:
                raise InputError(f"An entry of the EVC mode {self._key} is too long.", _SAVE)
            if entries.setdefault(key.lower(), (key, value))[1] != value:
                raise InputError(f"The EVC mode {self._key} states {printable(key, 60)} twice.", _SAVE)
        return list(entries.values())

    def _read(self, entries: list[tuple[str, str]], note: Callable[[str, str, str, int], None]) -> None:
        for key, value in entries:
            found = _VALUE.fullmatch(value)
            operation = (found[1] or "val").lower() if found else ""
            number = found[2].lower() if found else "0"
            note(key, value, operation, int(number, 16 if number.startswith("0x") else 10))

    def _require(self, key: str, value: str, operation: str, number: int) -> None:
        if self._is_maker(key):
            return
        field = self._field(key)
        if operation == "min" and number == 0:
            return
        if field is not None and operation in ("min", "val", "match") and number == 1:
            self.required[field.name] = None
        else:
            self.other_requirements.append((printable(key), printable(value)))

    def _mask(self, key: str, value: str, operation: str, number: int) -> None:
        if self._is_maker(key):
            return
        field = self._field(key)
        if field is not None and operation in ("val", "min", "match") and number == 1:
            self.shown[field.name] = None
        elif field is not None and operation in ("val", "max", "match") and number == 0:
            self.hidden[field.name] = None
        else:
            self.other_masks.append((printable(key), printable(value)))

    def _show(self, key: str, value: str, operation: str, number: int) -> None:
        """A capability tells what virtual machines get where no mask does."""
        field = self._field(key)
        if self._is_maker(key) or field is None or operation != "val":
            return
        if number == 1 and field.name not in self.hidden:
            self.shown[field.name] = None
        elif number == 0 and field.name not in self.shown:
            self.hidden[field.name] = None

    def _guaranteed(self, named: set[str]) -> None:
        """The registers of `guaranteedCPUFeatures`, for what the masks do not name."""
        listed = self._found.get("guaranteedcpufeatures") or []
        if not isinstance(listed, list) or len(listed) > ENTRIES_LIMIT:
            raise InputError(f"guaranteedCPUFeatures of the EVC mode {self._key} is no list.", _SAVE)
        known = catalogue()
        for entry in listed:
            properties = {k.lower(): v for k, v in entry.items()} if isinstance(entry, dict) else {}
            level = properties.get("level")
            if not isinstance(level, int) or isinstance(level, bool) or not -(2**31) <= level < 2**32:
                raise InputError(
                    f"guaranteedCPUFeatures of the EVC mode {self._key} has no level of 32 bits.", _SAVE
                )
            for number, name in enumerate(REGISTER_NAMES):
                text = properties.get(name.lower())
                key = (level & 0xFFFF_FFFF, 0, number)
                if text is None or key not in known.feature_registers:
                    continue
                try:
                    mask = MaskString.parse(text)
                except (ValueError, AttributeError):
                    raise InputError(
                        f"A register of the EVC mode {self._key} is not eight groups of four mask digits.",
                        _SAVE,
                    ) from None
                flags = known.flag_bits(key)
                for bits, into in ((mask.bits("1T"), self.shown), (mask.bits("0F"), self.hidden)):
                    names = known.names(key, bits & flags) if bits & flags else []
                    into.update(dict.fromkeys(n for n in names if n not in named and n != "HYPERVISOR"))

    def _is_maker(self, key: str) -> bool:
        """Whether an entry only names the maker: `cpuid.Intel`."""
        maker = key.lower().removeprefix("cpuid.")
        if maker in MAKERS and maker != self._vendor:
            raise InputError(f"The EVC mode {self._key} is for {MAKERS[maker]} as well.", _SAVE)
        return maker == self._vendor

    def _field(self, key: str) -> Field | None:
        return flag_of(key, self._vendor)
