"""What lexicons say of a review: which aspects it judges and how, and whether it does both at once.

Weak labels, for the review sets that have stars only; what words cannot tell is None.
"""

from __future__ import annotations

import re

from consumers.sentiment.aspect_lexicon import NARROW, evidence_of
from consumers.sentiment.praise_lexicon import BLAME, PRAISE
from consumers.sentiment.word_polarity import judged_clauses, verdicts_by_words

SHORT_CHARACTERS = 120
"""A review as short as this judges all that it names as its star says."""
PLAIN_CHARACTERS = 60
"""One so short, with the highest star or the lowest, does not praise and blame at once."""
_ENOUGH_WORDS = 2
_BOTH = re.compile(
    r"\b(?:из (?:плюсов|минусов)|плюсы|минусы|единственный минус|из недостатков|единственное,? что|"
    r"минус один|но есть (?:но|нюанс|минус)|the only (?:downside|problem|issue|complaint|drawback)|"
    r"only (?:complaint|downside)|my only)\b"
)


def weak_aspects(text: str, language: str) -> dict[str, bool | None]:
    """Aspect → judged, not, or None where the words do not tell; empty for other languages."""
    if language not in NARROW:
        return {}
    evidence = evidence_of(text, language)
    return {
        aspect: True if aspect in evidence.named else False if aspect in evidence.excluded else None
        for aspect in NARROW[language]
    }


def weak_polarity(text: str, language: str, star: float | None) -> dict[str, str]:
    """Aspect → negative or positive, of aspects where that is clear.

    A short review judges all that it names as its star says; otherwise the clauses that name the
    aspect decide, if there is praise in them or blame, and not both.
    """
    if language not in NARROW:
        return {}
    lower = text.lower()
    judged = list(evidence_of(text, language).named)
    if not judged:
        return {}
    if len(lower) <= SHORT_CHARACTERS and star in (1.0, 5.0):
        label = "negative" if star == 1.0 else "positive"
        return dict.fromkeys(judged, label)
    verdicts = verdicts_by_words(text, language, judged)
    return {aspect: next(iter(sides)) for aspect, sides in verdicts.items() if len(sides) == 1}


def weak_mixed(text: str, stars: float | None, pros: str, cons: str) -> bool | None:
    """Whether it praises and blames at once; None where that cannot be told.

    Both fields filled in, or praise and blame in different clauses around 3 stars, are both at
    once; a short review with an extreme star, or a longer one with no word of the other kind, not.
    """
    if _is_said(pros) and _is_said(cons):
        return True
    lower = f"{text}\n{pros}\n{cons}".lower()
    language = "ru" if re.search("[а-яё]", lower) else "en"
    has_praise, has_blame = PRAISE[language].search(lower), BLAME[language].search(lower)
    if stars in (1.0, 5.0) and len(lower) <= PLAIN_CHARACTERS:
        return False
    if stars is not None and ((stars < 1.5 and not has_praise) or (stars > 4.5 and not has_blame)):
        return False
    labels = {clause.side for clause in judged_clauses(lower, language)}
    if len(labels) == 2 and (stars is None or 2 <= stars <= 4 or _BOTH.search(lower)):
        return True
    return None


def _is_said(answer: str) -> bool:
    return len(re.findall(r"\w+", answer)) >= _ENOUGH_WORDS and not re.match(
        r"\W*(?:нет|не |ничего|никак|отсутств|none|nothing|no\b|n/a)", answer.lower()
    )
