"""Two tiers as one model: the fast one decides what it is sure of, the accurate one the rest.

The fast tier names no aspects, so it may only decide what has hardly any to name: no separate
strengths and faults, no more than a few words, no grade among them, a language both tiers were
measured in, and a label it is sure of. Aspects and complaint of those few words are what the word
lists name; whether they are mixed or no opinion at all it does not say.
`benchmarks/sentiment_serving.py` prints what that share is and what it costs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from consumers.sentiment.accurate import load_accurate_model
from consumers.sentiment.artefact import CascadeRule
from consumers.sentiment.complaints import complaint_of, states_fault
from consumers.sentiment.composing import compose
from consumers.sentiment.fast import load_fast_model
from consumers.sentiment.model import ReviewText, SentimentModel, TextOpinion
from consumers.sentiment.stated_grade import stated_star
from consumers.sentiment.stored_opinions import StoredOpinions, remembering
from consumers.sentiment.word_aspects import with_named_aspects

_WORD = re.compile(r"\w+")


class CascadeModel:
    """A SentimentModel of two; `read_by` says which one read."""

    def __init__(
        self,
        fast: SentimentModel,
        accurate: SentimentModel,
        rule: CascadeRule,
        languages: Sequence[str],
    ) -> None:
        """`languages`: those in which the fast tier may decide."""
        self._fast = fast
        self._accurate = accurate
        self._rule = rule
        self._languages = frozenset(languages)

    @property
    def revision(self) -> str:
        """`cascade@digest of both revisions and the rule`."""
        parts = (self._fast.revision, self._accurate.revision, self._rule, sorted(self._languages))
        return f"cascade@{hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()}"

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        """One opinion a text, in order."""
        short = [
            number
            for number, text in enumerate(texts)
            if is_short(text, self._rule.words) and stated_star(text) is None
        ]
        quick = self._fast.predict([texts[number] for number in short])
        decided = {
            number: replace(_in_words(texts[number], opinion), read_by=self._fast.revision)
            for number, opinion in zip(short, quick, strict=True)
            if self._is_sure(opinion)
        }
        rest = [number for number in range(len(texts)) if number not in decided]
        thorough = self._accurate.predict([texts[number] for number in rest])
        for number, opinion in zip(rest, thorough, strict=True):
            decided[number] = replace(opinion, read_by=self._accurate.revision)
        return [decided[number] for number in range(len(texts))]

    def _is_sure(self, opinion: TextOpinion) -> bool:
        found = opinion.probabilities
        surest = max(found.negative, found.neutral, found.positive)
        return opinion.language in self._languages and surest >= self._rule.confidence


def _in_words(text: ReviewText, opinion: TextOpinion) -> TextOpinion:
    """The opinion with what the word lists find in the text."""
    named = with_named_aspects(text, opinion)
    has_fault = states_fault(compose(text), named.aspects)
    constructiveness, complaint = complaint_of(text, named.language, has_fault) or (None, None)
    return replace(named, constructiveness=constructiveness, complaint=complaint)


def is_short(text: ReviewText, words: int) -> bool:
    """Whether there is nothing but a title and a text of so many words together; a long text is
    not counted to its end."""
    if text.pros.strip() or text.cons.strip():
        return False
    if len(text.title) + len(text.text) > 40 * (words + 1):
        return False
    return len(_WORD.findall(f"{text.title} {text.text}")) <= words


def build(
    name: str,  # noqa: ARG001
    memory: StoredOpinions | None,
    labels: Mapping[str, str],  # noqa: ARG001
) -> CascadeModel:
    """The shipped tiers; only the accurate one asks `memory` before it reads."""
    accurate = load_accurate_model()
    return CascadeModel(
        load_fast_model(),
        remembering(accurate, memory),
        accurate.card.cascade,
        accurate.card.measured.get("sentiment", ()),
    )
