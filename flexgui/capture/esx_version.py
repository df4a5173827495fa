"""Which ESX release a version is of."""

from __future__ import annotations

import re

from flexgui.evc.releases import esx_releases

_VERSION = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{1,2}))?(?:\.\d+)*")
_RELEASE_KEY = re.compile(r"(\d+)\.(\d+)(?:u(\d+))?")


def esx_release(version: str) -> str | None:
    """The key of the ESX release that a version like `8.0.3` belongs to; None for one that is not listed.

    Updates that are not listed count as the newest listed one before them: they have its features.
    """
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        return None
    wanted = int(found[1]), int(found[2]), int(found[3] or 0)
    best = None
    for key in esx_releases():
        release = _RELEASE_KEY.fullmatch(key)
        if release is not None and (int(release[1]), int(release[2])) == wanted[:2]:
            best = key if int(release[3] or 0) <= wanted[2] else best
    return best
