"""Aspects of a few words that no transformer read: what the word lists name in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from consumers.sentiment.aspect_lexicon import evidence_of
from consumers.sentiment.aspect_sides import NAMED
from consumers.sentiment.composing import compose
from consumers.sentiment.model import ReviewText, TextOpinion
from consumers.sentiment.word_polarity import verdicts_by_words
from pipeline.records import AspectOpinion

MOST_CHARACTERS = 200


def with_named_aspects(text: ReviewText, opinion: TextOpinion) -> TextOpinion:
    """The opinion with the aspects that words name; the whole text is what says so."""
    return replace(opinion, aspects=tuple(_aspects(compose(text), opinion)))


def _aspects(text: str, opinion: TextOpinion) -> Iterator[AspectOpinion]:
    evidence = evidence_of(text, opinion.language)
    verdicts = verdicts_by_words(text, opinion.language or "", evidence.named)
    found = opinion.probabilities
    surest = max(found.negative, found.neutral, found.positive)
    for aspect in evidence.named:
        for side in verdicts.get(aspect) or (opinion.label,):
            yield AspectOpinion(
                aspect=aspect,
                polarity=side,
                words=(text[:MOST_CHARACTERS],),
                confidence=NAMED * surest,
            )
