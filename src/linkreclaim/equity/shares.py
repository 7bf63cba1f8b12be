"""Values as shares of everything lost, and how few fixes regain most of it."""

from collections.abc import Sequence
from itertools import accumulate
from math import fsum


def shares(values: Sequence[float]) -> list[float]:
    """Each value as a share of their sum, in the same order; they add up to 1, or are all 0 when the sum is."""
    total = fsum(values)
    return [value / total if total > 0 else 0.0 for value in values]


def count_to_regain(values: Sequence[float], share_0_1: float) -> int:
    """How many of the values, largest first, make up a share of their sum; 0 when there is nothing to regain."""
    wanted = fsum(values) * min(max(share_0_1, 0.0), 1.0)
    if wanted <= 0:
        return 0
    running = accumulate(sorted(values, reverse=True))
    enough = wanted * (1 - 1e-12)  # sums in another order differ in their last digits
    return next((count for count, total in enumerate(running, start=1) if total >= enough), len(values))
