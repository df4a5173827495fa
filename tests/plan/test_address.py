"""Addresses of hosts; `tests/rules` has what is accepted and refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexgui.plan.address import kind, normalised


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ESX-01.Example.com", "esx-01.example.com."),
        ("2001:db8:0:0::1", "2001:DB8::1"),
        ("::ffff:192.0.2.1", "::FFFF:C000:201"),
        (" esx-01 ", "esx-01"),
    ],
)
def test_addresses_of_one_host_are_the_same(left: str, right: str) -> None:
    assert normalised(left) == normalised(right)


@given(st.ip_addresses(v=4).map(str))
def test_every_ipv4_address_is_one(text: str) -> None:
    assert kind(text) == "ipv4"
    assert kind(text + "0" * 3) is None


@given(st.ip_addresses(v=6))
def test_every_ipv6_address_is_one_in_any_notation(address: object) -> None:
    for text in (address.compressed, address.exploded, address.exploded.upper()):  # type: ignore[attr-defined]
        assert kind(text) == "ipv6"
        assert normalised(text) == str(address.ipv4_mapped or address)  # type: ignore[attr-defined]


@given(st.text())
def test_any_text_has_a_kind_or_none(text: str) -> None:
    assert kind(text) in ("ipv4", "ipv6", "fqdn", "short name", None)
    once = normalised(text)
    assert normalised(once) == once or once.endswith(".")


def test_blanks_around_the_final_dot_do_not_count() -> None:
    assert normalised(" esx-01.example.org \r.") == "esx-01.example.org"
