"""Word lists' opinion of a training window: weak labels for what no set annotates on reviews."""

from __future__ import annotations

from training.examples import Hints
from training.reviews import LabelledReview
from training.weak_labels import weak_aspects, weak_mixed, weak_polarity


def hints_of(window: str, review: LabelledReview, is_whole: bool) -> Hints:
    """What words tell of a window; the star counts only where the window is the whole review."""
    star = review.star if is_whole else None
    aspects = weak_aspects(window, review.language)
    ways = weak_polarity(window, review.language, star)
    return Hints(
        aspects=aspects,
        polarity={aspect: label for aspect, label in ways.items() if aspects.get(aspect)},
        mixed=weak_mixed(review.text.text, star, review.text.pros, review.text.cons)
        if is_whole and review.language in ("ru", "en")
        else None,
    )
