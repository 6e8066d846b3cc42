"""The last lesson: what the first two saw too seldom, at a low rate.

Aspects that no set annotates much (waiting, refund, safety, assortment, delivery) are brought to
the fore, from the sets and from reviews whose words name them, beside a mixture of all review sets
with longer windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tokenizers import Tokenizer

from training.answers import ASPECTS
from training.aspect_sentences import AspectSentence, sentence_windows
from training.examples import Example, Windows
from training.hints import hints_of
from training.reviews import LabelledReview

SCARCE = ("assortment", "delivery", "waiting", "refund", "safety")
CAPS = {
    "blitzer": 1_800, "rutube": 1_800, "womens": 700, "kazsandra": 1_400, "apps_health": 1_400,
    "wb_mikota": 1_300, "otzovik_sber": 500, "livelib": 150, "sravni": 300, "mriya_yandex": 300,
    "ozon": 400, "reviewai": 300,
}  # fmt: skip
"""Reviews of each set at most, whatever they name."""
SCARCE_REVIEWS = 2_400
"""Reviews at most that are there for the scarce aspects which their words name."""
REPEATS = {"assortment": 3, "delivery": 1, "waiting": 8, "refund": 5, "safety": 8}
"""Times that a sentence stands there for the scarcest aspect it judges."""
STRONG_WEIGHT = 1.0
"""Weight of the word lists' opinion where it is all there is."""


def finishing_windows(
    reviews: Sequence[LabelledReview],
    sentences: Sequence[AspectSentence],
    tokenizer: Tokenizer,
    length: int,
    seed: int,
) -> list[Example]:
    """All windows of the lesson."""
    mixture = Windows(tokenizer, length, seed, CAPS, hints_of).of_reviews(reviews)
    named = Windows(tokenizer, length, seed + 1, {"livelib": 0, "blitzer": 0}, hints_of)
    candidates = [one for one in named.of_reviews(_likely(reviews)) if _names_scarce(one)]
    scarce = [replace(one, aspect_weight=STRONG_WEIGHT) for one in candidates[:SCARCE_REVIEWS]]
    repeated = [sentence for sentence in sentences for _ in range(_repeats(sentence))]
    return [*mixture, *scarce, *sentence_windows(repeated, tokenizer, length, seed)]


def _likely(reviews: Sequence[LabelledReview]) -> list[LabelledReview]:
    """Russian and English ones, which the word lists can read."""
    return [review for review in reviews if review.language in ("ru", "en")]


def _names_scarce(example: Example) -> bool:
    return any(example.aspects[ASPECTS.index(aspect)] == 1.0 for aspect in SCARCE)


def _repeats(sentence: AspectSentence) -> int:
    return max((REPEATS.get(opinion.aspect, 0) for opinion in sentence.opinions), default=0)
