"""Whether a burst looks as if somebody had asked for the reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consumers.alerting.evaluation import Evaluation
from consumers.alerting.policy import BurstPolicy
from pipeline.records import AlertDriver

SIGNS = ("low_authenticity", "short_texts", "repeated_texts", "new_authors", "product")
BURSTS = ("praise_burst", "volume_burst")
SIGNS_NEEDED = 2


def weigh_signs(
    evaluation: Evaluation, drivers: Sequence[AlertDriver], policy: BurstPolicy
) -> Evaluation:
    """A burst with at least two signs becomes a warning: `solicited_praise` where the reviews
    are not negative, `solicited_burst` where they are of all kinds."""
    if evaluation.kind not in BURSTS:
        return evaluation
    signs = sorted({driver.name for driver in drivers if _is_sign(driver, policy)})
    details = {**evaluation.details, "signs_of_solicitation": signs}
    if len(signs) < SIGNS_NEEDED:
        return replace(evaluation, details=details)
    kind = "solicited_praise" if evaluation.kind == "praise_burst" else "solicited_burst"
    return replace(evaluation, kind=kind, severity="warning", details=details)


def _is_sign(driver: AlertDriver, policy: BurstPolicy) -> bool:
    if driver.name not in SIGNS or driver.share < policy.sign_share:
        return False
    return driver.usual_share is None or driver.share >= policy.sign_lift * driver.usual_share
