"""Addresses of hosts: IPv4, IPv6, or a name in the DNS."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Literal

Kind = Literal["ipv4", "ipv6", "fqdn", "short name"]

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)*(?![0-9]+\.?\Z){_LABEL}\.?")
"""A host name: labels with dots between them, the last not all digits (RFC 1123, section 2.1)."""


def _ip(address: str) -> IPv4Address | IPv6Address | None:
    for kind in (IPv4Address, IPv6Address):
        try:
            return kind(address)
        except AddressValueError:
            continue
    return None


def _unmapped(found: IPv4Address | IPv6Address | None) -> IPv4Address | IPv6Address | None:
    """The IPv4 address where one is written as an IPv6 address (RFC 4291, section 2.5.5.2)."""
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


@lru_cache(64)  # several rules in a row ask this of one host
def kind(address: str) -> Kind | None:
    """What an address is, or None where it is none.

    A name's last label must not be all digits (RFC 1123, section 2.1), so `10.0.0.300` is neither an
    address nor a name. An IPv6 address with a zone (`fe80::1%eth0`) means another host on every machine: it
    is none either. "short name" is a host name without a domain.
    """
    if len(address) <= 254 and _NAME.fullmatch(address):
        return "fqdn" if "." in address[:-1] else "short name"
    found = _ip(address)
    if isinstance(found, IPv4Address):
        return "ipv4"
    return "ipv6" if found is not None and not found.scope_id else None


def reaches_a_host(address: str) -> bool:
    """False for IP addresses that never name one other machine.

    These are the unspecified, loopback, multicast and (limited) broadcast addresses.
    """
    found = _unmapped(_ip(address)) if ":" in address or address[-1:].isdigit() else None
    if found is None:
        return True
    nobody = found.is_unspecified or found.is_loopback or found.is_multicast
    return not nobody and found != IPv4Address("255.255.255.255")


@lru_cache(1 << 17)  # after each edit the addresses of all hosts of a cluster are compared
def normalised(address: str) -> str:
    """The address as it is compared with others: names without case or final dot, IPv6 compressed.

    An IPv4 address that is written as IPv6 (`::ffff:10.0.0.3`) is that IPv4 address.
    """
    text = address.strip().lower()
    if ":" in text:
        found = _unmapped(_ip(text))
        return text if found is None else str(found)
    return text.removesuffix(".").rstrip()
