"""Composed texts through the transformer: spelt, cut, batched, and back in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from consumers.sentiment.artefact import MODEL, TOKENIZER, Artefact, refusal
from consumers.sentiment.aspect_words import WindowWords
from consumers.sentiment.batching import padded, plan_batches
from consumers.sentiment.calibrating import Calibrator, Doubles
from consumers.sentiment.onnx_session import Logits, OnnxSession
from consumers.sentiment.pooling import WindowAnswer
from consumers.sentiment.windows import Framing, Pieces, Window, cut, spell, unknown_share
from pipeline.records import AspectOpinion, SentimentLabel

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

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """One reading a composed text, in order."""
        spelt = spell(self._tokenizer, texts)
        readings = [
            Reading(unknown_pieces=unknown_share(pieces, self._framing)) for pieces in spelt
        ]
        windows = [
            window
            for number, pieces in enumerate(spelt)
            for window in cut(pieces, number, self._framing, self._card.window)
        ]
        for window, answer in zip(windows, self._answers(windows, spelt), strict=True):
            readings[window.text].answers.append(answer)
        return readings

    def _answers(self, windows: Sequence[Window], spelt: Sequence[Pieces]) -> list[WindowAnswer]:
        found: dict[int, WindowAnswer] = {}
        for batch in plan_batches(windows):
            members = [windows[number] for number in batch]
            logits = self._session.run(*padded(members, self._framing.pad))
            found.update(zip(batch, self._of_batch(logits, members, spelt), strict=True))
        return [found[number] for number in range(len(windows))]

    def _of_batch(
        self, logits: Logits, windows: Sequence[Window], spelt: Sequence[Pieces]
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
                        window,
                        spelt[window.text].text,
                        judged[row],
                        polarity[row],
                        logits.focus[row].astype(np.float64),
                    )
                ),
            )

    def _aspects(
        self, window: Window, text: str, judged: Doubles, polarity: Doubles, focus: Doubles
    ) -> Iterator[AspectOpinion]:
        """`judged` (A,), `polarity` (A, 3), `focus` (T, A)."""
        chosen = np.flatnonzero(judged >= self._thresholds).tolist()
        words = WindowWords(text, window.spans) if chosen else None
        for number in chosen:
            assert words is not None
            label = int(polarity[number].argmax())
            quote = words.around(focus[1 : 1 + window.content, number])
            yield AspectOpinion(
                aspect=self._card.aspects[number],
                polarity=POLARITIES[label],
                words=(quote,) if quote else (),
                confidence=float(min(1.0, judged[number] * polarity[number, label])),
            )
