"""atheris over all readers: `python tests/capture/fuzz_driver.py CORPUS -max_total_time=600`.

What is no InputError is a crash, and so is what takes more than the seconds of `-timeout`.
"""

from __future__ import annotations

import contextlib
import sys

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["flexgui.capture"]):
    from flexgui.capture import read_text
    from flexgui.errors import InputError


def one_input(data: bytes) -> None:
    with contextlib.suppress(InputError):
        read_text(data, "fuzz")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
