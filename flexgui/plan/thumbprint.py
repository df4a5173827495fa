"""Thumbprints of host certificates, however they are written."""

from __future__ import annotations

import re
from typing import Final

ALGORITHMS: Final = {20: "SHA-1", 32: "SHA-256"}
"""Bytes of a certificate's thumbprint → how it was computed."""


_USUAL = re.compile(r"[0-9A-F]{2}(?::[0-9A-F]{2}){19}")
"""SHA-1 as it is shown everywhere: nothing is left to do."""


def thumbprint_bytes(text: str) -> bytes | None:
    """A typed or pasted thumbprint, also as `openssl` prints it (`SHA1 Fingerprint=AB:CD…`); None if none."""
    digits = re.sub(r"[\s:-]", "", text.rpartition("=")[2])
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return None


def normalised_thumbprint(text: str) -> str | None:
    """`AB:CD:…` for a whole SHA-1 or SHA-256 thumbprint, else None."""
    if _USUAL.fullmatch(text):
        return text
    raw = thumbprint_bytes(text)
    return raw.hex(":").upper() if raw is not None and len(raw) in ALGORITHMS else None
