"""Word lists' opinion of a training window: weak labels for what no set annotates on reviews."""

from __future__ import annotations

from training.examples import Hints
from training.reviews import LabelledReview
from training.weak_labels import weak_aspects, weak_mixed, weak_polarity

NOTHING_SOLD = frozenset(
    {"rutube", "apps_health", "otzovik_sber", "sravni", "gazprombank", "mriya_yandex"}
)
"""Sets of banks, programs and a hotel, where a review that names no thing judges none: there the
word list's silence about *quality* is taken as a no."""
BARE_WORDS = 3
"""A verdict as short as this judges the whole, and no aspect that is not named."""


def hints_of(window: str, review: LabelledReview, is_whole: bool) -> Hints:
    """What words tell of a window; the star counts only where the window is the whole review."""
    star = review.star if is_whole else None
    aspects = weak_aspects(window, review.language)
    if aspects and aspects["quality"] is None and _judges_no_thing(window, review):
        aspects["quality"] = False
    ways = weak_polarity(window, review.language, star)
    return Hints(
        aspects=aspects,
        polarity={aspect: label for aspect, label in ways.items() if aspects.get(aspect)},
        mixed=weak_mixed(review.text.text, star, review.text.pros, review.text.cons)
        if is_whole and review.language in ("ru", "en")
        else None,
    )


def _judges_no_thing(window: str, review: LabelledReview) -> bool:
    return review.dataset in NOTHING_SOLD or len(window.split()) <= BARE_WORDS
