"""Whether a virtual machine can move from one host to another: live, cold only, or never.

Sources: vSphere vCenter and Host Management, "CPU Compatibility Scenarios" (the same from 4.0 to 7.0); the
paper, "VirtualCenter Compatibility Checks for VMotion" and "Pain Points". Only processors are weighed, and
what decides whether a host runs the machine at all.

A verdict is never a guess: what is not known leads to "cannot tell", unless what is known decides already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from flexgui.cpuid.catalogue import catalogue
from flexgui.evc import migration_power_on as power_on
from flexgui.evc import migration_remedies as remedies
from flexgui.evc import migration_words as say
from flexgui.evc.failing import Failing, first_failing, incompatible, requirement_keys
from flexgui.evc.guest_features import (
    End,
    Guest,
    governed_bits,
    hardware,
    held,
    level_bits,
    limits,
    mask_of,
    may_show,
    names,
    offered,
    visible_bits,
)
from flexgui.evc.migration_views import View, common_mode, needs, views
from flexgui.evc.modes import EvcMode, ModeTable, maker
from flexgui.evc.packed import pack
from flexgui.evc.releases import at_least, esx_releases, releases
from flexgui.evc.support import Answer, support, vendor_of
from flexgui.evc.visibility import binary_translation_allowed, binary_translation_usual
from flexgui.translate import Said

FEATURES_BY_NAME = 9
"""The hardware version from which vCenter compares features by name (recalled: vSphere 5.1)."""

NEWER_FAULT = "FeatureRequirementsNotMet"
"""vSphere's fault where features are compared by name (recalled)."""


class Outcome(Enum):
    """LIVE: running, with vMotion. COLD: only powered off (or suspended, from vSphere 4.0). NEVER: not as it
    is, not even powered off or suspended."""

    LIVE = "live"
    COLD = "cold"
    NEVER = "never"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `reasons` come in the order in which they count; the first decides.

    `failing`: the first register that stands in the way, with vCenter's own sentence in `message`.
    `features` are all that stand in the way, `unknown` those of which it cannot be told. `warnings` and
    `notes` are worth reading whatever the outcome: what was assumed is among them. `views`
    compare the hosts with and without masking, for kernel and application. `powered_off`: the machine is off,
    so that nothing stops it from moving cold.
    """

    outcome: Outcome
    reasons: tuple[Said, ...]
    remedy: Said | None = None
    failing: Failing | None = None
    message: str = ""
    features: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    warnings: tuple[Said, ...] = ()
    notes: tuple[Said, ...] = ()
    views: tuple[View, ...] = ()
    binary_translation: bool = False
    mode: EvcMode | None = None
    powered_off: bool = False


@dataclass(slots=True)
class _Found:
    """What weighing has found so far."""

    reasons: list[Said] = field(default_factory=list)
    remedy: Said | None = None
    warnings: list[Said] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    failing: Failing | None = None
    features: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def migrate(guest: Guest, source: End, destination: End, modes: ModeTable, release: str) -> Verdict:
    """The verdict for one machine and two hosts, for a vCenter of one release."""
    found = _Found()
    weighing = _Weighing(guest, source, destination, modes, release, found)
    outcome = weighing.outcome()
    translation = weighing.binary_translation
    mode = weighing.view_mode()
    outside = Guest(guest.name, hardware_version=guest.hardware_version, features=guest.features)
    compared = views(
        held(outside, source, modes),
        source,
        destination,
        mode,
        modes,
        release,
        binary_translation=translation,
    )
    weighing.note_applications(compared)
    message = "" if found.failing is None else weighing.message(found.failing)
    weighing.note_newer_message()
    return Verdict(
        outcome,
        tuple(found.reasons),
        found.remedy,
        found.failing,
        message,
        found.features,
        found.unknown,
        tuple(found.warnings),
        tuple(found.notes),
        compared,
        translation,
        mode,
        guest.power_state == "poweredOff",
    )


@dataclass(slots=True)
class _Weighing:
    guest: Guest
    source: End
    destination: End
    modes: ModeTable
    release: str
    found: _Found

    # --- words

    def _words(self, **more: Any) -> dict[str, Any]:
        mode = self.modes.get(self.destination.mode)
        return {
            "vm": self.guest.name,
            "source": self.source.name,
            "host": self.destination.name,
            "release": releases()[self.release].name if self.release in releases() else self.release,
            "mode": self.destination.mode if mode is None else mode.label,
            **more,
        }

    def _say(self, reason: str, remedy: str = "", **more: Any) -> None:
        words = self._words(**more)
        self.found.reasons.append(Said(reason, words))
        if remedy and self.found.remedy is None:
            self.found.remedy = Said(remedy, words)

    def _note(self, template: str, **more: Any) -> None:
        self.found.notes.append(Said(template, self._words(**more)))

    def _warn(self, template: str, **more: Any) -> None:
        self.found.warnings.append(Said(template, self._words(**more)))

    def message(self, failing: Failing) -> str:
        return incompatible(self.release, self.source.name, self.destination.name, failing)

    # --- what is known

    @property
    def _old(self) -> bool:
        """VirtualCenter 2.5, the paper's VMware Infrastructure 3.5."""
        return self.release in releases() and not at_least(self.release, "4.0")

    @property
    def binary_translation(self) -> bool:
        """How applications run: as the machine is set to, or else as is usual for the release."""
        if not binary_translation_allowed(self.release):
            return False
        set_to = self.guest.binary_translation
        return binary_translation_usual(self.release) if set_to is None else set_to

    @property
    def _same_cluster(self) -> bool:
        return self.source.cluster is not None and self.source.cluster == self.destination.cluster

    def _maker(self, end: End) -> str | None:
        return None if end.cpu is None else vendor_of(end.cpu, self.modes)

    def _guest_maker(self) -> str | None:
        start = self.modes.get(self.guest.started_under)
        return self._maker(self.source) or (None if start is None else start.vendor)

    def view_mode(self) -> EvcMode | None:
        """The mode that the views with masking show: the destination's, else the best that fits both."""
        mode = self.modes.get(self.destination.mode)
        if mode is not None:
            return mode
        return common_mode(self.source, self.destination, self.modes, self.release)

    # --- the verdict

    def outcome(self) -> Outcome:
        """Weigh everything, in the order in which it counts."""
        runs_there = self._runs_there()
        if runs_there is Outcome.NEVER:
            return runs_there
        outcome = self._moves()
        return outcome if outcome is Outcome.NEVER or runs_there is None else runs_there

    def _moves(self) -> Outcome:
        """The outcome on a host that runs the machine."""
        here, there = self._guest_maker(), self._maker(self.destination)
        if self.guest.power_state == "poweredOff":
            self._powered_off(here, there)
            return Outcome.COLD
        suspended = self.guest.power_state == "suspended"
        if suspended and self._old:
            self._say(say.SUSPENDED_OLD, say.RESUME)
            return Outcome.NEVER
        refused = Outcome.NEVER if suspended else Outcome.COLD
        if None not in (here, there) and here != there:
            self._say(
                say.MAKERS, say.RESUME if suspended else say.MOVE_COLD, maker=maker(here), other=maker(there)
            )
            return refused
        if self._old and self.destination.mode is not None and self.guest.started_under is None:
            self._say(say.OUTSIDE_OLD, say.START_THERE)
            return refused
        answer = self._features(suspended)
        if answer is Answer.NO:
            return refused
        if here is None or there is None:
            unknown = self.source.name if here is None else self.destination.name
            self._say(say.MAKER_UNKNOWN, say.CAPTURE, unknown=unknown)
            return Outcome.UNKNOWN
        if answer is Answer.UNKNOWN:
            return Outcome.UNKNOWN
        if suspended:
            self._warn(say.SUSPENDED)
            return Outcome.COLD
        return Outcome.LIVE

    def _runs_there(self) -> Outcome | None:
        """NEVER or UNKNOWN where the destination cannot, or may not, run the machine at all.

        With a mode of its own that does not fit there, a machine that is powered off moves all the same;
        that it does not power on is a warning.
        """
        guest, there = self.guest, self.destination
        if guest.hardware_version is not None and there.esx not in esx_releases():
            self._note(say.ESX_NOT_KNOWN, version=guest.hardware_version)
        version = power_on.of_version(guest, there)
        own = power_on.of_own_mode(guest, there, self.modes)
        if version is not None:
            self._say(version.reason, version.remedy, **version.words)
            if version.certain:
                return Outcome.NEVER
        if own is not None and guest.power_state == "poweredOff":
            self._warn(own.reason, **own.words)
            self._warn(say.OWN_OFF if own.certain else say.OWN_OFF_UNKNOWN)
        elif own is not None:
            self._say(own.reason, own.remedy, **own.words)
            return Outcome.NEVER if own.certain else Outcome.UNKNOWN
        return None if version is None else Outcome.UNKNOWN

    def _powered_off(self, here: str | None, there: str | None) -> None:
        self._say(say.POWERED_OFF)
        if None not in (here, there) and here != there:
            self._warn(say.COLD_MAKERS, maker=maker(there))
            return
        lost = hardware(self.source.cpu, self.modes).yes & hardware(self.destination.cpu, self.modes).no
        features = names(lost & (level_bits("user") | level_bits("kernel")), here, self.modes)
        if features:
            self._note(say.COLD_LOSES, features=features)

    # --- features

    def _features(self, suspended: bool) -> Answer:
        """Whether the destination offers what the machine has, and, without EVC, whether the hosts match."""
        guest, modes = self.guest, self.modes
        by_mode = self._by_mode()
        if by_mode is not None:
            return by_mode
        has, offers = held(guest, self.source, modes), offered(self.destination, modes)
        visible = visible_bits()
        vendor = self._guest_maker()
        if self._in_evc_cluster():
            mode = modes.get(self.destination.mode)
            visible &= 0 if mode is None else governed_bits(mode, modes)
        missing = has.yes & offers.no & visible
        unsure = visible & ~(has.no | offers.yes | missing)
        guaranteed = self._guaranteed()
        taken = may_show(modes.get(guest.started_under), modes) & ~hardware(self.destination.cpu, modes).yes
        doubtful = level_bits("microcode") | taken
        if guaranteed:
            unsure &= has.known | doubtful
        needed = has
        differ = 0
        if self.destination.mode is None and guest.own_mode is None:
            # Without EVC user-level features have to match, whether or not the machine has them.
            needed = hardware(self.source.cpu, modes) if self.source.mode is None else has
            there, user = hardware(self.destination.cpu, modes), level_bits("user")
            both = needed.known & there.known
            differ = user & both & (needed.values ^ there.values)
            vouched = there.no & ~doubtful if guaranteed and self.source.mode is not None else 0
            unsure = (unsure & ~user) | (user & ~both & ~vouched)
            missing = missing & ~user
        found, bad = self.found, missing | differ
        unsure = unsure & ~bad
        found.features, found.unknown = names(bad, vendor, modes), names(unsure, vendor, modes)
        found.failing = first_failing(bad, needs(bad, needed), offers)
        self._say_start()
        if bad:
            self._blocked(names(missing, vendor, modes), names(differ, vendor, modes), vendor, suspended)
            return Answer.NO
        if unsure:
            self._cannot_tell()
            return Answer.UNKNOWN
        self._say(say.FITS_EVC if self.destination.mode is not None else say.FITS)
        return Answer.YES

    def _in_evc_cluster(self) -> bool:
        """A machine that runs under EVC stays in its cluster: what modes do not govern is vCenter's care."""
        return (
            self._same_cluster and self.destination.mode is not None and self.guest.started_under is not None
        )

    def _guaranteed(self) -> bool:
        """Whether EVC vouches for what is not known of a machine's features.

        A mode shows machines nothing that a host which supports it lacks, but for what comes and goes with
        microcode. So whatever else a machine got under a mode, a host that supports the mode has it.
        """
        start, mode = self.modes.get(self.guest.started_under), self.modes.get(self.destination.mode)
        cpu = self.destination.cpu
        if start is None or cpu is None or self.guest.features is not None:
            return False
        if self.destination.mode is not None and (mode is None or not mode.includes(start)):
            return False
        return start.known and support(cpu, start, self.modes).answer is Answer.YES

    def _by_mode(self) -> Answer | None:
        """The answer where modes alone decide: within one cluster, or of a mode that is not published."""
        guest, modes = self.guest, self.modes
        if guest.started_under is None or guest.features is not None:
            return None
        start, mode = modes.get(guest.started_under), modes.get(self.destination.mode)
        cpu = self.destination.cpu
        if self._in_evc_cluster() and start is not None and mode is not None and mode.includes(start):
            found = None if cpu is None else support(cpu, mode, modes)
            if found is not None and found.answer is Answer.YES:
                self._say_start()
                self._say(say.SAME_CLUSTER)
                return Answer.YES
            if start.requires is None:
                self.found.unknown = () if found is None else found.unknown
                self._say(say.MODE_CANNOT_TELL, say.CAPTURE, unknown=self.destination.name)
                return Answer.UNKNOWN
        return None

    def _say_start(self) -> None:
        """What the machine's features rest on."""
        guest, start = self.guest, self.modes.get(self.guest.started_under)
        if guest.features is not None:
            unread = [name for name in guest.features if catalogue().find(name) is None]
            if unread:
                self._warn(say.FEATURES_NOT_KNOWN, features=unread)
            return
        label = guest.started_under if start is None else start.label
        if guest.started_under is None:
            self._note(say.FROM_HOST)
        elif guest.start_assumed:
            self._warn(say.START_ASSUMED, start=label)
        else:
            self._note(say.FROM_MODE, start=label)

    def _blocked(
        self, missing: tuple[str, ...], differ: tuple[str, ...], vendor: str | None, suspended: bool
    ) -> None:
        """Say what stands in the way, and what to do about it."""
        remedy, more = remedies.remedy(
            (*missing, *differ),
            self.source,
            self.destination,
            self.modes,
            self.release,
            vendor,
            suspended=suspended,
        )
        if differ:
            self._say(
                say.DIFFER if self.source.mode is None else say.DIFFER_FROM_MODE,
                remedy,
                features=differ,
                **more,
            )
            self._note_only_more(differ)
        if missing:
            self._say(say.HIDDEN if self._hidden(missing) else say.LACKS, remedy, features=missing, **more)

    @property
    def _by_name(self) -> bool:
        """Whether a newer vCenter compares features by name, as far as recalled."""
        version = self.guest.hardware_version
        newer = self.release not in releases() or at_least(self.release, "5.1")
        return newer and (version is None or version >= FEATURES_BY_NAME)

    def _note_only_more(self, differ: tuple[str, ...]) -> None:
        """Newer releases may allow what the manual forbids: a move to a host that only has more."""
        there = hardware(self.destination.cpu, self.modes)
        if self.source.mode is None and self._by_name and not pack(differ) & ~there.yes:
            self._note(say.ONLY_MORE, features=differ)

    def note_newer_message(self) -> None:
        """What releases from vSphere 5.1 on say instead, for machines of a newer hardware version."""
        if self.found.failing is not None and self._by_name:
            keys = requirement_keys(self.found.failing.features)
            self._note(say.NEWER_MESSAGE, keys=keys, fault=NEWER_FAULT)

    def _hidden(self, missing: tuple[str, ...]) -> bool:
        """Whether the destination's mode, and not its processor, withholds what is missing."""
        mode = self.modes.get(self.destination.mode)
        mask = None if mode is None else mask_of(mode, self.modes)
        return mask is not None and not pack(missing) & ~mask.hidden

    def _cannot_tell(self) -> None:
        """Say what is open, and what would settle it: of a host, of the machine, or of its version."""
        unknown = self.found.unknown
        mode = self.modes.get(self.destination.mode)
        mask = None if mode is None else mask_of(mode, self.modes)
        here = pack(unknown) & ~hardware(self.source.cpu, self.modes).known
        there = pack(unknown) & ~hardware(self.destination.cpu, self.modes).known
        there &= ~(0 if mask is None else mask.hidden)
        vendor, version = self._guest_maker(), self.guest.hardware_version
        doubted = limits(self.guest, vendor)[1]
        groups: dict[str, list[str]] = {say.OPEN_HOSTS: [], say.OPEN_VERSION: [], say.OPEN_GUEST: []}
        for name in unknown:
            bit = pack((name,))
            kind = say.OPEN_VERSION if bit & doubted else say.OPEN_GUEST
            groups[say.OPEN_HOSTS if bit & (here | there) else kind].append(name)
        fields = [catalogue()[name] for name in groups[say.OPEN_HOSTS]]
        leaves = tuple(dict.fromkeys(f"{f.leaf:X}.{f.subleaf:X}" for f in fields))
        hosts = [end.name for end, bits in ((self.source, here), (self.destination, there)) if bits]
        for reason, features in groups.items():
            remedy, more = (
                remedies.hidden_by_host(tuple(features), self.source, self.destination, self.modes)
                or remedies.of_microcode(tuple(features), vendor)
                or (say.CAPTURE_GUEST, {})
            )
            if reason == say.OPEN_HOSTS:
                remedy = say.CAPTURE_LEAVES
            if reason == say.OPEN_VERSION and version is None:
                reason = say.OPEN_VERSION_UNKNOWN
            if features:
                more |= {"hosts": hosts, "leaves": leaves, "version": version}
                self._say(reason, remedy, features=features, **more)

    def note_applications(self, compared: tuple[View, ...]) -> None:
        """Under binary translation applications may see what hardware does not mask, EVC or not."""
        if not self.binary_translation or self.destination.mode is None or not compared:
            return
        kernel, application = compared[2], compared[3]
        if kernel.answer is Answer.YES and application.answer is Answer.NO:
            self._warn(say.APPLICATIONS, features=application.features)
        elif kernel.answer is Answer.YES and application.answer is Answer.UNKNOWN and application.unknown:
            self._warn(say.APPLICATIONS_UNKNOWN, features=application.unknown)
