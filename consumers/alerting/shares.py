"""How large a share of the reviews usually is of one kind, day by day."""

from __future__ import annotations

import numpy as np

from consumers.alerting.tails import Floats

PRIOR_REVIEWS = 4.0


def usual_shares(
    part: Floats, whole: Floats, *, half_life_days: float, skipped_days: int, prior: float
) -> tuple[Floats, Floats]:
    """Per day: the ageing share of `part` in `whole` before the skipped days, shrunk to
    `prior` as if by four reviews, and the number of reviews (after ageing) behind it."""
    keep = 2.0 ** (-1.0 / half_life_days)
    shares, weights = np.full(len(part), prior), np.zeros(len(part))
    part_sum = whole_sum = 0.0
    for today in range(skipped_days, len(part)):
        past = today - skipped_days
        part_sum = part_sum * keep + float(part[past])
        whole_sum = whole_sum * keep + float(whole[past])
        shares[today] = (part_sum + prior * PRIOR_REVIEWS) / (whole_sum + PRIOR_REVIEWS)
        weights[today] = whole_sum
    return shares, weights
