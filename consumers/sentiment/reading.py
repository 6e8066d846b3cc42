"""Composed texts through the transformer: spelt, cut, batched, and back in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from consumers.sentiment.artefact import MODEL, TOKENIZER, Artefact, refusal
from consumers.sentiment.aspect_lexicon import NO_EVIDENCE, Evidence, evidence_of
from consumers.sentiment.aspect_words import WindowWords
from consumers.sentiment.batching import padded, plan_batches
from consumers.sentiment.calibrating import Calibrator, Doubles
from consumers.sentiment.onnx_session import Logits, OnnxSession
from consumers.sentiment.pooling import WindowAnswer
from consumers.sentiment.windows import Framing, Pieces, Span, Window, cut, spell, unknown_share
from pipeline.records import AspectOpinion, SentimentLabel

NAMED = 0.79
"""Probability that an aspect which words name is judged: the lexicon's precision on the reviews
labelled by hand (docs/models/hand-labels.md)."""
POLARITIES: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """All that was read of one text."""

    answers: list[WindowAnswer] = field(default_factory=list)
    """In the order of the text; none where the tokenizer finds nothing to spell."""
    unknown_pieces: float
    """Share of the characters that the vocabulary cannot spell."""


class Transformer:
    """Tokenizer, network and calibration of one artefact."""

    def __init__(self, artefact: Artefact, threads: int) -> None:
        """Raises ConfigurationError when tokenizer or network are not what they must be."""
        self._card = artefact.card
        self._tokenizer = artefact.tokenizer
        self._thresholds = np.asarray(artefact.card.thresholds.aspects)
        self.calibrator = Calibrator(artefact.card.calibration)
        try:
            self._framing = Framing.of(artefact.tokenizer)
        except ValueError as error:
            raise refusal(artefact.folder / TOKENIZER, error) from error
        try:
            self._session = OnnxSession(artefact.model, threads)
        except ValueError as error:
            raise refusal(artefact.folder / MODEL, error) from error

    def read(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Reading]:
        """One reading a composed text, in order; in languages that the lexicon knows its words are
        evidence for aspects."""
        spelt = spell(self._tokenizer, texts)
        readings = [
            Reading(unknown_pieces=unknown_share(pieces, self._framing)) for pieces in spelt
        ]
        windows = [
            window
            for number, pieces in enumerate(spelt)
            for window in cut(pieces, number, self._framing, self._card.window)
        ]
        for window, answer in zip(windows, self._answers(windows, spelt, languages), strict=True):
            readings[window.text].answers.append(answer)
        return readings

    def _answers(
        self,
        windows: Sequence[Window],
        spelt: Sequence[Pieces],
        languages: Sequence[str | None],
    ) -> list[WindowAnswer]:
        found: dict[int, WindowAnswer] = {}
        for batch in plan_batches(windows):
            members = [windows[number] for number in batch]
            logits = self._session.run(*padded(members, self._framing.pad))
            found.update(zip(batch, self._of_batch(logits, members, spelt, languages), strict=True))
        return [found[number] for number in range(len(windows))]

    def _of_batch(
        self,
        logits: Logits,
        windows: Sequence[Window],
        spelt: Sequence[Pieces],
        languages: Sequence[str | None],
    ) -> Iterator[WindowAnswer]:
        flags = logits.flags.astype(np.float64)
        mixed, junk = self.calibrator.mixed(flags), self.calibrator.junk(flags)
        judged = self.calibrator.aspects(logits.aspects.astype(np.float64))
        polarity = self.calibrator.polarity(logits.polarity.astype(np.float64))
        for row, window in enumerate(windows):
            yield WindowAnswer(
                pieces=window.content,
                sentiment=logits.sentiment[row].astype(np.float64),
                stars=logits.stars[row].astype(np.float64),
                mixed=float(mixed[row]),
                junk=float(junk[row]),
                aspects=tuple(
                    self._aspects(
                        Stretch.of(window, spelt[window.text].text, languages[window.text]),
                        judged[row],
                        polarity[row],
                        logits.focus[row].astype(np.float64),
                    )
                ),
            )

    def _aspects(
        self, stretch: Stretch, judged: Doubles, polarity: Doubles, focus: Doubles
    ) -> Iterator[AspectOpinion]:
        """`judged` (A,), `polarity` (A, 3), `focus` (T, A).

        What words exclude is not named, however sure the network is; what they name is, at least
        as surely as words are right.
        """
        evidence = stretch.evidence
        for number, aspect in enumerate(self._card.aspects):
            place = evidence.named.get(aspect)
            is_judged = judged[number] >= self._thresholds[number]
            if place is None and (not is_judged or aspect in evidence.excluded):
                continue
            label = int(polarity[number].argmax())
            probability = max(judged[number], NAMED) if place else judged[number]
            weights = focus[1 : 1 + stretch.window.content, number]
            quote = stretch.words.around(
                weights if is_judged or place is None else stretch.within(place)
            )
            yield AspectOpinion(
                aspect=aspect,
                polarity=POLARITIES[label],
                words=(quote,) if quote else (),
                confidence=float(min(1.0, probability * polarity[number, label])),
            )


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A window with the text that it is of, and what words say of the aspects of it."""

    window: Window
    text: str
    evidence: Evidence

    @classmethod
    def of(cls, window: Window, text: str, language: str | None) -> Stretch:
        """Reads the words of the window."""
        if not window.spans:
            return cls(window=window, text=text, evidence=NO_EVIDENCE)
        start, end = window.spans[0][0], window.spans[-1][1]
        return cls(window=window, text=text, evidence=evidence_of(text[start:end], language))

    @cached_property
    def words(self) -> WindowWords:
        """Its words, cut out when the first aspect is found."""
        return WindowWords(self.text, self.window.spans)

    def within(self, place: Span) -> Doubles:
        """1 for pieces that overlap characters of the window, from and to."""
        start = self.window.spans[0][0]
        first, last = start + place[0], start + place[1]
        return np.asarray([float(a < last and b > first) for a, b in self.window.spans])
