"""What number fields take, the same in wizards and on pages.

Wider than what vSphere allows where a rule is to speak: a field that refuses a number says nothing of why.
"""

from __future__ import annotations

from typing import Final

FAILURES: Final = 0, 63
"""Host failures to tolerate."""

PERCENT: Final = 0, 100
"""Shares of a cluster that are kept free."""

SOCKETS: Final = 1, 64
CORES: Final = 1, 4096
MHZ: Final = 1, 20_000

HARDWARE_VERSION: Final = 1, 99
VM_CPUS: Final = 1, 1024
VM_MEMORY_MIB: Final = 1, 100_000_000

MEMORY_GIB: Final = 0.1, 1024.0 * 1024
"""Memory of a host, in GiB; plans count MiB."""
