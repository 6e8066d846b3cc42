"""Numbers as people say them: no more digits than they mean."""

from __future__ import annotations

import math

RARE = 6.0
"""A surprise beyond which the odds are no longer spelt out."""


def rounded(number: float) -> int:
    """To one significant digit, two below a hundred: 37, 400, 20000."""
    if number < 100:
        return max(1, round(number))
    step = 10 ** math.floor(math.log10(number))
    return int(round(number / step) * step)
