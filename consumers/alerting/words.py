"""Which words the reviews of a window use more than the usual ones do."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from consumers.alerting.note import ReviewNote
from consumers.alerting.stopwords import STOPWORDS

PRIOR_REVIEWS = 10.0
MIN_LENGTH = 4
TELLING_Z = 1.96
"""Standard deviations beyond which a difference is hardly chance."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Excess:
    """How much more often something occurs than usual."""

    count: int
    share: float
    usual_share: float | None
    z: float
    """Log-odds ratio in standard deviations; above 1.96 it is hardly chance."""


def excess(count: int, whole: int, usual_count: int, usual_whole: int) -> Excess:
    """Compare two shares by their log-odds ratio, both shrunk to their common share.

    After Monroe, Colaresi & Quinn (2008), "Fightin' Words", equations 15, 16 and 22, on
    numbers of reviews instead of numbers of words.
    """
    common = (count + usual_count + 0.5) / (whole + usual_whole + 1.0)
    prior = PRIOR_REVIEWS * common

    def log_odds(part: int, all_: int) -> float:
        return math.log((part + prior) / (all_ - part + PRIOR_REVIEWS - prior))

    spread = 1.0 / (count + prior) + 1.0 / (usual_count + prior)
    z = (log_odds(count, whole) - log_odds(usual_count, usual_whole)) / math.sqrt(spread)
    usual_share = usual_count / usual_whole if usual_whole else None
    return Excess(count, count / max(whole, 1), usual_share, z)


def telling_words(
    window: Sequence[ReviewNote], usual: Sequence[ReviewNote], most: int, *, least_count: int = 2
) -> list[tuple[str, Excess]]:
    """Whole words of the stems that are over-represented in `window`, strongest first."""
    seen = Counter(stem for note in window for stem in note.stems if _says_something(stem))
    usually = Counter(stem for note in usual for stem in note.stems)
    scored = [
        (stem, excess(count, len(window), usually[stem], len(usual)))
        for stem, count in seen.items()
        if count >= least_count
    ]
    scored = [found for found in scored if found[1].z > TELLING_Z]
    scored.sort(key=lambda found: (-found[1].z, found[0]))
    forms = _forms(window)
    words: list[tuple[str, Excess]] = []
    for stem, strength in scored:
        word = _form_of(stem, forms)
        if word not in STOPWORDS and stem not in STOPWORDS:
            words.append((word, strength))
        if len(words) == most:
            break
    return words


def _says_something(stem: str) -> bool:
    return len(stem) >= MIN_LENGTH and stem.isalpha()


def _forms(notes: Sequence[ReviewNote]) -> Counter[str]:
    return Counter(word for note in notes for word in set(_WORD.findall(note.text.casefold())))


def _form_of(stem: str, forms: Counter[str]) -> str:
    """The commonest word that begins with the stem, as people wrote it."""
    folded = stem.replace("ё", "е")
    matching = [word for word in forms if word.replace("ё", "е").startswith(folded)]
    return max(matching, key=lambda word: (forms[word], -len(word), word), default=stem)
