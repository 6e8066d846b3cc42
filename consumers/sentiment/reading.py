"""Composed texts through the transformer: spelt, cut, batched, and back in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from consumers.sentiment.artefact import MODEL, TOKENIZER, Artefact, refusal
from consumers.sentiment.aspect_lexicon import Evidence, evidence_of
from consumers.sentiment.aspect_words import WindowWords
from consumers.sentiment.batching import padded, plan_batches
from consumers.sentiment.calibrating import Calibrator, Doubles
from consumers.sentiment.emoji import in_known_emoji
from consumers.sentiment.onnx_session import Logits, OnnxSession
from consumers.sentiment.pooling import WindowAnswer
from consumers.sentiment.windows import Framing, Pieces, Span, Window, cut, spell, unknown_share
from consumers.sentiment.word_polarity import Side, verdicts_by_words
from pipeline.records import AspectOpinion, SentimentLabel

NAMED = 0.79
"""Probability that an aspect which words name is judged: the lexicon's precision on the reviews
labelled by hand (docs/models/hand-labels.md)."""
DISPUTED = 0.6
"""How often the words of a clause are right about the side where the network takes the other."""
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
        spelt = spell(self._tokenizer, texts, in_known_emoji)
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
                        Stretch(
                            window=window,
                            text=spelt[window.text].text,
                            language=languages[window.text],
                        ),
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
        as surely as words are right. Praise or blame in the clauses that name it goes before the
        network's side; with both, there are two opinions.
        """
        evidence = stretch.evidence
        verdicts = stretch.verdicts if evidence.named else {}
        for number, aspect in enumerate(self._card.aspects):
            place = evidence.named.get(aspect)
            is_judged = judged[number] >= self._thresholds[number]
            if place is None and (not is_judged or aspect in evidence.excluded):
                continue
            label = POLARITIES[int(polarity[number].argmax())]
            own = focus[1 : 1 + stretch.window.content, number]
            sides: list[tuple[SentimentLabel, Span | None]] = [*verdicts.get(aspect, {}).items()]
            sides = sides or [(label, place)]
            is_agreed = [side for side, _ in sides] == [label]
            probability = max(judged[number], NAMED) if place else judged[number]
            for side, names in sides:
                share = polarity[number].max() if is_agreed else DISPUTED
                quote = stretch.words.around(stretch.within(names) if names else own)
                yield AspectOpinion(
                    aspect=aspect,
                    polarity=side,
                    words=(quote,) if quote else (),
                    confidence=float(min(1.0, probability * share)),
                )


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A window with the text that it is of, and what words say of the aspects of it."""

    window: Window
    text: str
    language: str | None

    @cached_property
    def own_text(self) -> str:
        """The characters of the window."""
        spans = self.window.spans
        return self.text[spans[0][0] : spans[-1][1]] if spans else ""

    @cached_property
    def evidence(self) -> Evidence:
        """What words say of its aspects."""
        return evidence_of(self.own_text, self.language)

    @property
    def verdicts(self) -> Mapping[str, Mapping[Side, Span]]:
        """Which way words judge the aspects that they name, and where."""
        return verdicts_by_words(self.own_text, self.language or "", self.evidence.named)

    @cached_property
    def words(self) -> WindowWords:
        """Its words, cut out when the first aspect is found."""
        return WindowWords(self.text, self.window.spans)

    def within(self, place: Span) -> Doubles:
        """1 for pieces that overlap characters of the window, from and to."""
        start = self.window.spans[0][0]
        first, last = start + place[0], start + place[1]
        return np.asarray([float(a < last and b > first) for a, b in self.window.spans])
