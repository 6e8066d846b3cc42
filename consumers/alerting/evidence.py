"""The reviews behind an alarm, most telling first, and what sets them apart from the usual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from consumers.alerting.aspect_excess import aspect_drivers
from consumers.alerting.evaluation import Evaluation
from consumers.alerting.note import ReviewNote
from consumers.alerting.words import TELLING_Z, Excess, excess, telling_words
from pipeline.records import AlertDriver

MOST_REVIEWS = 50
MOST_WORDS = 5
TELLING_SHARE = 0.2
"""A driver explains at least so much of the evidence."""
PLAIN_SHARE = 0.5
"""… or so much, where nothing usual is known to compare with."""

SHORT_PART = 0.6
SHORT_CHARACTERS = 140.0
"""Where too few usual texts are known to say what is short here."""
LEAST_USUAL = 10

Counted = Callable[[ReviewNote], bool]

_COUNTED: dict[str, Counted] = {
    "negative": lambda note: note.is_negative,
    "not_negative": lambda note: not note.is_negative,
    "rated": lambda note: note.rating is not None,
    "all": lambda _: True,
}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What an alarm rests on."""

    reviews: tuple[ReviewNote, ...] = ()
    """All that count, most telling first."""
    drivers: tuple[AlertDriver, ...] = ()
    has_news: bool = False
    """Whether at least one of them arrived as news, not with a backfill."""


def counted_kind(evaluation: Evaluation, rule_counts: str) -> str:
    """Which reviews are evidence: praise bursts count those that are not negative."""
    return "not_negative" if evaluation.kind == "praise_burst" else rule_counts


def gather(counts: str, window: Sequence[ReviewNote], usual: Sequence[ReviewNote]) -> Evidence:
    """Rank the counted reviews of the window, and compare them with the usual ones."""
    is_counted = _COUNTED[counts]
    found = [note for note in window if is_counted(note)]
    before = [note for note in usual if is_counted(note)]
    ranked = _ranked(found, counts)
    return Evidence(
        reviews=tuple(ranked),
        drivers=tuple(_drivers(ranked, before, counts)),
        has_news=any(not note.is_backfill for note in found),
    )


def _ranked(notes: Sequence[ReviewNote], counts: str) -> list[ReviewNote]:
    """Bad, believable, fresh first; for bursts the least believable. Copies come last."""

    def order(note: ReviewNote) -> tuple[float, int, str]:
        if counts in ("all", "not_negative"):
            telling = note.authenticity
        elif counts == "rated":
            telling = (note.rating or 0.0) - note.authenticity
        else:
            telling = note.sentiment - 0.5 * note.authenticity
        return round(telling, 2), -note.day.toordinal(), note.review_id

    ranked: list[ReviewNote] = []
    copies: list[ReviewNote] = []
    seen: set[str] = set()
    for note in sorted(notes, key=order):
        (copies if note.text_hash in seen else ranked).append(note)
        seen.add(note.text_hash)
    return ranked + copies


def _drivers(
    found: Sequence[ReviewNote], usual: Sequence[ReviewNote], counts: str
) -> Iterable[AlertDriver]:
    polarity = "positive" if counts == "not_negative" else "negative"
    aspects = aspect_drivers(found, usual, polarity)
    yield from aspects
    yield from _named(found, usual, lambda note: (note.source,), "source", 2)
    yield from _named(found, usual, lambda note: (note.product,), "product", 2)
    if not aspects:
        least = max(2, min(10, round(0.25 * len(found))))
        for word, strength in telling_words(found, usual, MOST_WORDS, least_count=least):
            yield _driver("word", word, strength)
    yield from _flag(found, usual, "low_authenticity", lambda note: note.is_unlikely)
    short = _short_below(usual)
    yield from _flag(found, usual, "short_texts", lambda note: len(note.text) < short)
    yield from _copies(found, usual)
    known = [note for note in found if note.author_reviews is not None]
    known_usual = [note for note in usual if note.author_reviews is not None]
    yield from _flag(known, known_usual, "new_authors", _is_new_author)


def _short_below(usual: Sequence[ReviewNote]) -> float:
    """Characters below which a text is short here: 60 % of the usual median."""
    if len(usual) < LEAST_USUAL:
        return SHORT_CHARACTERS
    return SHORT_PART * median(len(note.text) for note in usual)


def _is_new_author(note: ReviewNote) -> bool:
    return note.author_reviews is not None and note.author_reviews <= 1


def _named(
    found: Sequence[ReviewNote],
    usual: Sequence[ReviewNote],
    values: Callable[[ReviewNote], tuple[str | None, ...]],
    name: str,
    most: int,
) -> list[AlertDriver]:
    seen = Counter(value for note in found for value in values(note) if value)
    usually = Counter(value for note in usual for value in values(note) if value)
    compared = [
        (value, excess(count, len(found), usually[value], len(usual)))
        for value, count in seen.most_common()
    ]
    telling = [(value, strength) for value, strength in compared if _tells(strength)]
    telling.sort(key=lambda item: (-item[1].count, item[0]))
    return [_driver(name, value, strength) for value, strength in telling[:most]]


def _flag(
    found: Sequence[ReviewNote],
    usual: Sequence[ReviewNote],
    name: str,
    is_set: Callable[[ReviewNote], bool],
) -> list[AlertDriver]:
    count, usually = sum(map(is_set, found)), sum(map(is_set, usual))
    strength = excess(count, len(found), usually, len(usual))
    return [_driver(name, "", strength)] if count and _tells(strength) else []


def _copies(found: Sequence[ReviewNote], usual: Sequence[ReviewNote]) -> list[AlertDriver]:
    def copies(notes: Sequence[ReviewNote]) -> int:
        return len(notes) - len({note.text_hash for note in notes})

    strength = excess(copies(found), len(found), copies(usual), len(usual))
    return [_driver("repeated_texts", "", strength)] if _tells(strength) else []


def _tells(strength: Excess) -> bool:
    if strength.usual_share is None:
        return strength.share >= PLAIN_SHARE
    return strength.share >= TELLING_SHARE and strength.z > TELLING_Z


def _driver(name: str, value: str, strength: Excess) -> AlertDriver:
    return AlertDriver(
        name=name,
        value=value,
        count=strength.count,
        share=strength.share,
        usual_share=strength.usual_share,
    )
