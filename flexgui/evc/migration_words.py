"""What a verdict about a migration says: what is, then what to do. Templates for `translate.Said`."""

from __future__ import annotations

from typing import Final

from flexgui.translate import QT_TRANSLATE_NOOP

CONTEXT: Final = "migration"
"""The translation context of these templates."""

VERSION_TOO_NEW = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} has the virtual hardware version {version}, which {host} with {esx} does not run; {first} is the "
    "first that does.",
)
VERSION_TOO_OLD = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} has the virtual hardware version {version}, which {host} with {esx} does not power on any more.",
)
UPGRADE_HARDWARE = QT_TRANSLATE_NOOP(
    "migration", "Shut {vm} down and upgrade its virtual hardware before it moves, or choose an older host."
)
VERSION_UNKNOWN = QT_TRANSLATE_NOOP(
    "migration",
    "Whether {host} with {esx} runs the virtual hardware version {version} of {vm} cannot be told.",
)
ESX_NOT_KNOWN = QT_TRANSLATE_NOOP(
    "migration",
    "The ESX release of {host} is not known: that it runs the virtual hardware version {version} is "
    "not checked.",
)
UPGRADE_ESX = QT_TRANSLATE_NOOP("migration", "Upgrade {host} to {first} or newer, or choose another host.")
VERIFY_ESX = QT_TRANSLATE_NOOP(
    "migration", "Look up the virtual hardware versions that the exact update of {esx} runs."
)
OWN_NOT_KNOWN = QT_TRANSLATE_NOOP("migration", "{vm} has the EVC mode {own} of its own, which is not known.")
OWN_OF_OTHER_MAKER = QT_TRANSLATE_NOOP(
    "migration", "{vm} has the EVC mode {own} of its own, which is not for {maker} hosts such as {host}."
)
OWN_ABOVE = QT_TRANSLATE_NOOP(
    "migration", "{vm} has the EVC mode {own} of its own, which is above {mode} of the cluster of {host}."
)
OWN_LACKS = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} has the EVC mode {own} of its own; {host} lacks {features}, which it requires, and cannot power "
    "{vm} on.",
)
OWN_CANNOT_TELL = QT_TRANSLATE_NOOP(
    "migration", "Whether {host} supports {own}, the EVC mode of {vm} itself, cannot be told."
)
REMOVE_OWN = QT_TRANSLATE_NOOP("migration", "Shut {vm} down and remove its own EVC mode before it moves.")
LOWER_OWN = QT_TRANSLATE_NOOP(
    "migration", "Shut {vm} down and give it a lower EVC mode of its own, or choose another host."
)
OWN_OFF = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} does not power on on {host} as it is: while it is off, give it a mode of its own that {host} and "
    "its cluster support, or none.",
)
OWN_OFF_UNKNOWN = QT_TRANSLATE_NOOP("migration", "{vm} may not power on on {host}.")
POWERED_OFF = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} is powered off: it moves cold, and asks for the processor’s features anew when it is powered on.",
)
COLD_MAKERS = QT_TRANSLATE_NOOP(
    "migration",
    "On {host} the guest finds a processor by {maker}: drivers and licences tied to the processor may "
    "notice, "
    "and software built for the other maker’s features may not start.",
)
COLD_LOSES = QT_TRANSLATE_NOOP(
    "migration",
    "{host} lacks {features}, which {source} has: software that was built for them does not start.",
)
SUSPENDED_OLD = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} is suspended: its memory on disk holds code for the features it was started with. {release} must "
    "not move it; it may not resume, and data may be lost.",
)
SUSPENDED = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} is suspended: it moves without running, and should resume on {host}, for its features fit. "
    "Resuming and shutting it down first is safer.",
)
RESUME = QT_TRANSLATE_NOOP("migration", "Resume {vm} on {source}, shut it down, and move it then.")
MAKERS = QT_TRANSLATE_NOOP(
    "migration",
    "{source} has a processor by {maker}, {host} one by {other}: no virtual machine moves live between them.",
)
MAKER_UNKNOWN = QT_TRANSLATE_NOOP("migration", "Who made the processor of {unknown} is not known.")
MOVE_COLD = QT_TRANSLATE_NOOP("migration", "Shut {vm} down, move it, and power it on on {host}.")
OUTSIDE_OLD = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} was powered on outside EVC, and {host} is in a cluster with EVC ({mode}): {release} does not move "
    "it there while it runs.",
)
START_THERE = QT_TRANSLATE_NOOP(
    "migration", "Shut {vm} down, move it, and power it on on {host}: it then has the features of {mode}."
)
DIFFER = QT_TRANSLATE_NOOP(
    "migration",
    "{source} and {host} differ in {features}. Programs use these without the kernel; without EVC any such "
    "difference, either way, rules out a live migration.",
)
DIFFER_FROM_MODE = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} was started under EVC, and {host}, which is outside EVC, differs from that in {features}. Programs "
    "use these without the kernel; only between clusters with EVC such a difference does not matter.",
)
LACKS = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} has the EVC mode {own} of its own; {host} lacks {features}, which it requires, and cannot power "
    "{vm} on.",
)
OWN_CANNOT_TELL = QT_TRANSLATE_NOOP(
    "migration", "Whether {host} supports {own}, the EVC mode of {vm} itself, cannot be told."
)
REMOVE_OWN = QT_TRANSLATE_NOOP("migration", "Shut {vm} down and remove its own EVC mode before it moves.")
LOWER_OWN = QT_TRANSLATE_NOOP(
    "migration", "Shut {vm} down and give it a lower EVC mode of its own, or choose another host."
)
OWN_OFF = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} does not power on on {host} as it is: while it is off, give it a mode of its own that {host} and "
    "its cluster support, or none.",
)
OWN_OFF_UNKNOWN = QT_TRANSLATE_NOOP("migration", "{vm} may not power on on {host}.")
POWERED_OFF = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} is powered off: it moves cold, and asks for the processor’s features anew when it is powered on.",
)
COLD_MAKERS = QT_TRANSLATE_NOOP(
    "migration",
    "On {host} the guest finds a processor by {maker}: drivers and licences tied to the processor may "
    "notice, "
    "and software built for the other maker’s features may not start.",
)
COLD_LOSES = QT_TRANSLATE_NOOP(
    "migration",
    "{host} lacks {features}, which {source} has: software that was built for them does not start.",
)
SUSPENDED_OLD = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} is suspended: its memory on disk holds code for the features it was started with. {release} must "
    "not move it; it may not resume, and data may be lost.",
)
SUSPENDED = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} is suspended: it moves without running, and should resume on {host}, for its features fit. "
    "Resuming and shutting it down first is safer.",
)
RESUME = QT_TRANSLATE_NOOP("migration", "Resume {vm} on {source}, shut it down, and move it then.")
MAKERS = QT_TRANSLATE_NOOP(
    "migration",
    "{source} has a processor by {maker}, {host} one by {other}: no virtual machine moves live between them.",
)
MAKER_UNKNOWN = QT_TRANSLATE_NOOP("migration", "Who made the processor of {unknown} is not known.")
MOVE_COLD = QT_TRANSLATE_NOOP("migration", "Shut {vm} down, move it, and power it on on {host}.")
OUTSIDE_OLD = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} was powered on outside EVC, and {host} is in a cluster with EVC ({mode}): {release} does not move "
    "it there while it runs.",
)
START_THERE = QT_TRANSLATE_NOOP(
    "migration", "Shut {vm} down, move it, and power it on on {host}: it then has the features of {mode}."
)
DIFFER = QT_TRANSLATE_NOOP(
    "migration",
    "{source} and {host} differ in {features}. Programs use these without the kernel; without EVC any such "
    "difference, either way, rules out a live migration.",
)
LACKS = QT_TRANSLATE_NOOP("migration", "{vm} has {features}, which {host} does not offer.")
HIDDEN = QT_TRANSLATE_NOOP("migration", "{vm} has {features}, which {host} hides under the EVC mode {mode}.")
USE_EVC = QT_TRANSLATE_NOOP(
    "migration",
    "Put both hosts into a cluster with the EVC mode {common} and power {vm} off and on there, or move it "
    "cold.",
)
SAME_MICROCODE = QT_TRANSLATE_NOOP(
    "migration",
    "Bring {source} and {host} to the same current microcode (BIOS or ESX update), or move {vm} cold.",
)
SAME_MICROCODE_TAKEN = QT_TRANSLATE_NOOP(
    "migration",
    "Bring {source} and {host} to the same current microcode and BIOS settings, and power {vm} off and on; "
    "or move it cold. Do not seek {taken}: newer microcode takes TSX away.",
)
ENABLE_SETTING = QT_TRANSLATE_NOOP(
    "migration",
    "The silicon of {shy} has {hidden}, and its BIOS hides it: enable {settings} in the BIOS, take the host "
    "off AC power and on again (AC power cycle), and capture it again.",
)
DISABLE_SETTING = QT_TRANSLATE_NOOP(
    "migration",
    "The silicon of {shy} has {hidden}, and its BIOS hides it: disable {settings} in the BIOS, take the host "
    "off AC power and on again (AC power cycle), and capture it again.",
)
CAPTURE_AGAIN = QT_TRANSLATE_NOOP(
    "migration",
    "The silicon of {shy} has {hidden}, and its capture does not show it: capture the bare host again, "
    "outside EVC.",
)
ONLY_MORE = QT_TRANSLATE_NOOP(
    "migration",
    "{host} only has {features} in addition. As far as recalled, vSphere 5.1 and newer may move {vm} live "
    "to such a host where its virtual hardware version is 9 or newer; the manual says otherwise, and the "
    "way back stays closed once it was powered off and on there.",
)
NEWER_MESSAGE = QT_TRANSLATE_NOOP(
    "migration",
    "As far as recalled, vCenter from 5.1 on words this otherwise for virtual hardware version 9 and newer: "
    "that the target host does not support the machine’s current hardware requirements, with {keys} "
    "({fault}).",
)
SAME_CLUSTER = QT_TRANSLATE_NOOP(
    "migration",
    "{source} and {host} are in one cluster with the EVC mode {mode}, and both offer what it shows.",
)
MODE_CANNOT_TELL = QT_TRANSLATE_NOOP(
    "migration", "Whether {host} offers what {vm} was powered on with cannot be told."
)
FITS = QT_TRANSLATE_NOOP("migration", "{host} offers all features that {vm} has.")
FITS_EVC = QT_TRANSLATE_NOOP(
    "migration", "{host} offers all features that {vm} has, under the EVC mode {mode}."
)
OPEN_HOSTS = QT_TRANSLATE_NOOP(
    "migration", "What is known of {hosts} does not tell of {features}; a difference would matter."
)
OPEN_GUEST = QT_TRANSLATE_NOOP(
    "migration", "Whether {vm} has {features} is not known; {host} lacks them or may hide them."
)
OPEN_VERSION = QT_TRANSLATE_NOOP(
    "migration",
    "Whether {vm} has {features} is not known: its virtual hardware version {version} is older than they "
    "are. {host} lacks them or may hide them.",
)
OPEN_VERSION_UNKNOWN = QT_TRANSLATE_NOOP(
    "migration",
    "Whether {vm} has {features} is not known, for its virtual hardware version is not. {host} lacks them "
    "or may hide them.",
)
CAPTURE = QT_TRANSLATE_NOOP(
    "migration", "Capture the processor of {unknown} with cpuid -r on the host itself."
)
CAPTURE_LEAVES = QT_TRANSLATE_NOOP(
    "migration", "Capture {hosts} with cpuid -r on the host itself; what counts is in the leaves {leaves}."
)
CAPTURE_GUEST = QT_TRANSLATE_NOOP(
    "migration",
    "Run cpuid -r inside {vm} and note what it has, with its virtual hardware version and the EVC mode it "
    "was powered on under; or move it cold.",
)
FROM_HOST = QT_TRANSLATE_NOOP(
    "migration",
    "With which features {vm} was powered on is not stated: it is taken to have those of {source}, as far "
    "as its virtual hardware version gives them.",
)
FROM_MODE = QT_TRANSLATE_NOOP(
    "migration",
    "{vm} was powered on under {start} and has its features, as far as its virtual hardware version gives "
    "them.",
)
START_ASSUMED = QT_TRANSLATE_NOOP(
    "migration",
    "Under which mode {vm} was powered on is not stated. The answer holds once its cluster has {start} and "
    "{vm} was powered off and on under it.",
)
FEATURES_NOT_KNOWN = QT_TRANSLATE_NOOP(
    "migration", "These features of {vm} have names that are not known and were not compared: {features}."
)
APPLICATIONS = QT_TRANSLATE_NOOP(
    "migration",
    "Under binary translation, applications in {vm} find {features} changed: hardware does not mask them.",
)
APPLICATIONS_UNKNOWN = QT_TRANSLATE_NOOP(
    "migration",
    "Under binary translation, whether applications in {vm} find {features} changed cannot be told: how the "
    "hosts mask in hardware is not known.",
)
