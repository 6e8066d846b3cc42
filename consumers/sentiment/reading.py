"""Composed texts through the transformer: spelt, cut, batched, and back in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np

from consumers.sentiment.artefact import MODEL, TOKENIZER, Artefact, refusal
from consumers.sentiment.aspect_sides import Found, Stretch
from consumers.sentiment.batching import fair_share, padded, plan_batches
from consumers.sentiment.calibrating import Calibrator, Doubles
from consumers.sentiment.emoji import in_known_emoji
from consumers.sentiment.onnx_session import Logits, OnnxSession
from consumers.sentiment.pooling import WindowAnswer
from consumers.sentiment.windows import Framing, Pieces, Span, Window, cut, spell, unknown_share

Item = TypeVar("Item")


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
        self._threads = threads
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
        drafts = self._in_order(windows, partial(self._drafts, spelt=spelt, languages=languages))
        self._read_alone(drafts)
        for draft in drafts:
            readings[draft.stretch.window.text].answers.append(draft.answer(self._card.aspects))
        return readings

    def _in_order(
        self, windows: Sequence[Window], said: Callable[[Logits, Sequence[Window]], Iterable[Item]]
    ) -> list[Item]:
        """What is `said` of each window, from batches of like length."""
        found: dict[int, Item] = {}
        batches = list(plan_batches(windows, fair_share(windows, self._threads)))
        given = (padded([windows[one] for one in batch], self._framing.pad) for batch in batches)
        for batch, logits in zip(batches, self._session.run_all(given), strict=True):
            members = [windows[number] for number in batch]
            found.update(zip(batch, said(logits, members), strict=True))
        return [found[number] for number in range(len(windows))]

    def _drafts(
        self,
        logits: Logits,
        windows: Sequence[Window],
        spelt: Sequence[Pieces],
        languages: Sequence[str | None],
    ) -> Iterator[Draft]:
        flags = logits.flags.astype(np.float64)
        mixed, junk = self.calibrator.mixed(flags), self.calibrator.junk(flags)
        judged = self.calibrator.aspects(logits.aspects.astype(np.float64))
        polarity = self._polarity(logits, windows)
        for row, window in enumerate(windows):
            number = window.text
            stretch = Stretch(window=window, text=spelt[number].text, language=languages[number])
            focus = logits.focus[row].astype(np.float64)
            found = stretch.found(
                self._card.aspects, self._thresholds, judged[row], polarity[row], focus
            )
            yield Draft(
                stretch=stretch,
                found=list(found),
                sentiment=logits.sentiment[row].astype(np.float64),
                stars=logits.stars[row].astype(np.float64),
                mixed=float(mixed[row]),
                junk=float(junk[row]),
            )

    def _polarity(self, logits: Logits, windows: Sequence[Window]) -> Doubles:  # noqa: ARG002
        return self.calibrator.polarity(logits.polarity.astype(np.float64))

    def _read_alone(self, drafts: Sequence[Draft]) -> None:
        """Put the sides right that were guessed, where their clauses tell more alone."""
        doubts = [doubt for draft in drafts for doubt in draft.doubts()]
        clauses = {
            (id(draft), span): self._clause(draft.stretch.window, span) for draft, _, span in doubts
        }
        read = self._in_order(list(clauses.values()), self._polarity)
        sides = dict(zip(clauses, read, strict=True))
        for draft, place, span in doubts:
            draft.found[place] = draft.found[place].read_alone(sides[id(draft), span])

    def _clause(self, window: Window, span: Span) -> Window:
        first, last = span
        return Window(
            text=window.text,
            ids=[self._framing.begin, *window.ids[1 + first : 1 + last], self._framing.end],
            spans=window.spans[first:last],
        )


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What the network says of one window, before its guesses are looked at again."""

    stretch: Stretch
    found: list[Found]
    sentiment: Doubles
    """(3,) logits."""
    stars: Doubles
    """(5,) logits."""
    mixed: float
    junk: float

    def doubts(self) -> Iterator[tuple[Draft, int, Span]]:
        """Itself, the place in `found` of each guess, and the pieces of its clause."""
        for place, one in enumerate(self.found):
            if (span := self.stretch.clause_of(one)) is not None:
                yield self, place, span

    def answer(self, aspects: Sequence[str]) -> WindowAnswer:
        """The answer on the window."""
        return WindowAnswer(
            pieces=self.stretch.window.content,
            sentiment=self.sentiment,
            stars=self.stars,
            mixed=self.mixed,
            junk=self.junk,
            aspects=tuple(self.stretch.opinion(one, aspects[one.aspect]) for one in self.found),
        )
