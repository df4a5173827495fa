"""Draws that are the same for one seed on every machine and with every version of Python.

Only whole numbers and `random.Random.random` decide, which Python promises to keep as they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")


class Dice:
    """Draws, one after the other, from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[Choice], weights: Sequence[int]) -> Choice:
        sums = list(accumulate(weights))
        return choices[bisect_right(sums, self.below(sums[-1]))]

    def once_in(self, number: int) -> bool:
        return self.below(number) == 0

    def shuffled(self, items: Sequence[Choice]) -> list[Choice]:
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result
