"""Hosts of one processor model whose microcode or BIOS settings differ.

`Subject.field` is `hosts` of the cluster.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from flexgui.cpuid.catalogue import RegisterKey, catalogue
from flexgui.cpuid.cpu import Cpu
from flexgui.cpuid.microcode import microcode_features
from flexgui.evc.modes import MAKERS
from flexgui.evc.packed import Packed, feature_registers, packed, unpack
from flexgui.identity import cached_by_identity
from flexgui.rules.finding import Severity, Subject
from flexgui.rules.rule import ClusterView, Hit, rule
from flexgui.translate import QT_TRANSLATE_NOOP

BEHIND, TSX, OTHERWISE = range(3)
"""The templates and remedies of `host.microcode`."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One processor of a model with the places of its hosts: the features it has, and those it lacks."""

    cpu: Cpu
    hosts: Sequence[int]
    has: frozenset[str]
    lacks: frozenset[str]


@rule(
    "host.microcode",
    "cluster",
    Severity.WARNING,
    says=(
        QT_TRANSLATE_NOOP(
            "rules",
            "Microcode differs between hosts with one processor model ({cpu}). Missing on {behind}: "
            "{features}; present on {ahead}.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Microcode or a BIOS setting differs between hosts with one processor model ({cpu}). Still on "
            "{behind}: {features}; not on {ahead}.",
        ),
        QT_TRANSLATE_NOOP(
            "rules", "{hosts} have the same processor model ({cpu}), but not all have {features}."
        ),
    ),
    remedy=(
        QT_TRANSLATE_NOOP(
            "rules",
            "Update the microcode of {behind}, by BIOS or by an ESX patch, to the current one that all hosts "
            "of the model have, and capture again.",
        ),
        QT_TRANSLATE_NOOP(
            "rules",
            "Bring all hosts to the same current microcode, and where it has a setting for TSX to the same "
            "one, and capture again. Do not seek {features}: newer microcode takes TSX away, and on some "
            "models (Broadwell-EP, Haswell-EX) the BIOS may switch it off as well, as far as recalled.",
        ),
        QT_TRANSLATE_NOOP(
            "rules", "Bring BIOS and microcode of these hosts to the same level, and capture again."
        ),
    ),
    source="CPUID captures; microcode_features.tsv; VMware KB 1003212",
    reads=["cpu", "cpu_assumed"],
)
def microcode(view: ClusterView) -> Iterator[Hit]:
    """Hosts with one processor model differ in features, as microcode and BIOS settings make them.

    Compared are processors with the same maker, family, model and generation: with any stepping in what all
    steppings got (speculation control: IBRSIBPB, STIBP, SSBD, FCMD, MDCLEAR), with the same stepping in all
    features of the leaves 1, 7, D.1, 80000001 and 80000008, and of other leaves in what microcode is known to
    change. Only what is known of all that are compared
    counts; processors that were chosen from the list do not. NX does not count: `host.xd-off` speaks.
    """
    subject = Subject(view.cluster.id, "hosts")
    known_cpus = view.facts.cpus
    measured = [
        (known_cpus[name], places)
        for (name, assumed), places in view.by("cpu", "cpu_assumed").items()
        if name in known_cpus and not assumed
    ]
    for model in _models(measured):
        known = microcode_features(model[0].cpu.vendor)
        lacking = {kind.cpu.fingerprint: _lacking(kind, model, known.added) for kind in model}
        for same in _steppings(model):
            for kind in same:
                lacking[kind.cpu.fingerprint] |= _lacking(kind, same, known.added_to_stepping)
        by_features: dict[frozenset[str], list[_Kind]] = {}
        for kind in model:
            if lacking[kind.cpu.fingerprint]:
                by_features.setdefault(lacking[kind.cpu.fingerprint], []).append(kind)
        for features, behind in by_features.items():
            yield Hit(subject, _parameters(view, features, behind, _having(model, features)), BEHIND)
        for same in _steppings(model):
            taken = frozenset().union(*(_lacking(kind, same, known.removed) for kind in same))
            old = [kind for kind in same if kind.has & taken]
            new = [kind for kind in same if kind.lacks & taken and not kind.has & taken]
            if old and new:
                yield Hit(subject, _parameters(view, taken, old, new), TSX, remedy=TSX)
            others = frozenset().union(*(_lacking(kind, same) for kind in same)) - known.all - {"NX"}
            if others:
                yield Hit(subject, _parameters(view, others, same, same), OTHERWISE, remedy=OTHERWISE)


def _models(found: Iterable[tuple[Cpu, Sequence[int]]]) -> Iterator[list[_Kind]]:
    """The processors of each model that occurs with more than one kind."""
    models: dict[object, list[tuple[Cpu, Sequence[int]]]] = {}
    for cpu, hosts in found:
        if cpu.signature is not None and cpu.vendor is not None:
            generation = cpu.generation
            key = cpu.vendor, cpu.family, cpu.model, None if generation is None else generation.name
            models.setdefault(key, []).append((cpu, hosts))
    for members in models.values():
        if len(members) > 1:
            yield [_Kind(cpu, hosts, *_features(cpu)) for cpu, hosts in members]


def _steppings(model: Iterable[_Kind]) -> list[list[_Kind]]:
    def stepping(kind: _Kind) -> int:
        return kind.cpu.stepping or 0

    return [list(same) for _, same in groupby(sorted(model, key=stepping), stepping)]


def _lacking(kind: _Kind, others: Iterable[_Kind], among: Collection[str] | None = None) -> frozenset[str]:
    """The features that a processor is known to lack and that another one has."""
    some = frozenset().union(*(other.has for other in others))
    return kind.lacks & some if among is None else kind.lacks & some & frozenset(among)


def _having(model: Iterable[_Kind], features: frozenset[str]) -> list[_Kind]:
    """Who has all of the features; where nobody does, who has any."""
    kinds = list(model)
    return [k for k in kinds if k.has >= features] or [k for k in kinds if k.has & features]


def _parameters(
    view: ClusterView, features: frozenset[str], behind: Sequence[_Kind], ahead: Sequence[_Kind]
) -> dict[str, object]:
    hosts = view.labels(*(kind.hosts for kind in behind))
    # Processors of one model in CPUID's sense are sold under several names.
    names = tuple(sorted({kind.cpu.short_name() for kind in (*behind, *ahead)}))
    return {
        "cpu": behind[0].cpu.name() if len(names) == 1 else names,
        "features": tuple(sorted(features, key=lambda name: (catalogue()[name].key, catalogue()[name].bit))),
        "hosts": hosts,
        "behind": hosts,
        "ahead": view.labels(*(kind.hosts for kind in ahead)),
    }


@cache
def _flags() -> Packed:
    known = catalogue()
    changing = [known[name] for maker in MAKERS for name in microcode_features(maker).all]
    bits = [
        known.flag_bits(key)
        if _of_a_feature(key)
        else sum(field.mask for field in changing if field.key == key)
        for key in feature_registers()
    ]
    return sum(word << 32 * place for place, word in enumerate(bits))


def _of_a_feature(key: RegisterKey) -> bool:
    """Whether a register is of the leaves that tell instructions, not power and clock (TURBO_MODE, HWP)."""
    leaf, subleaf, _ = key
    return leaf in (1, 7, 0x8000_0001, 0x8000_0008) or (leaf, subleaf) == (0xD, 1)


@cached_by_identity(4096)
def _features(cpu: Cpu) -> tuple[frozenset[str], frozenset[str]]:
    """What a processor is known to have, and what it is known to lack."""
    values, known = packed(cpu)
    has, lacks = values & known & _flags(), ~values & known & _flags()
    return frozenset(unpack(has)) - {"HYPERVISOR"}, frozenset(unpack(lacks)) - {"HYPERVISOR"}
