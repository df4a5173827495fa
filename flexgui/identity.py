"""Caches for large frozen values, keyed on identity.

Plans are values of up to 100,000 hosts: hashing one costs more than most answers about it. A value never
changes, so the same object always has the same answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

Value = TypeVar("Value")
Answer = TypeVar("Answer")


def cached_by_identity(size: int) -> Callable[[Callable[[Value], Answer]], Callable[[Value], Answer]]:
    """Decorate a pure function of one frozen value: the answers for the last `size` objects are kept.

    The cache holds the object itself, so that its id cannot be given to another one meanwhile. Several
    threads may ask at once; then an answer may be found twice.
    """

    def decorate(function: Callable[[Value], Answer]) -> Callable[[Value], Answer]:
        kept: OrderedDict[int, tuple[Value, Answer]] = OrderedDict()

        def answer(value: Value) -> Answer:
            found = kept.get(id(value))
            if found is not None:
                with suppress(KeyError):  # another thread has let go of it meanwhile
                    kept.move_to_end(id(value))
                return found[1]
            result = function(value)
            kept[id(value)] = (value, result)
            if len(kept) > size:
                kept.popitem(last=False)
            return result

        return answer

    return decorate
