"""The accurate tier: the shipped transformer behind the protocol of models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from consumers.sentiment.artefact import SHIPPED_ARTEFACT, Artefact, Card, read_artefact
from consumers.sentiment.calibrating import Doubles
from consumers.sentiment.complaints import complaint_of, states_fault
from consumers.sentiment.composing import compose
from consumers.sentiment.fast import load_fast_model
from consumers.sentiment.language import LanguageIdentifier
from consumers.sentiment.model import ReviewText, SentimentModel, TextOpinion
from consumers.sentiment.pooling import joined, junk, mixed, pooled
from consumers.sentiment.processors import usable_processors
from consumers.sentiment.reading import Reading, Transformer
from consumers.sentiment.second_reader import SecondReader
from consumers.sentiment.stated_grade import with_stated_star
from consumers.sentiment.stored_opinions import StoredOpinions, remembering
from pipeline.records import Probabilities

CHUNK_CHARACTERS = 400_000
"""Texts spelt at once have so many characters together: a piece takes some hundred bytes."""
_STAR_VALUES = np.arange(1.0, 6.0)
_EVEN = Probabilities(negative=1 / 3, neutral=1 / 3, positive=1 / 3)
_MIDDLE_STAR = 3.0
_WARM_UP = ReviewText(text="Разогрев перед началом работы. Warming up before the work.")


class AccurateModel:
    """A SentimentModel that names aspects, too; hand it many texts at once.

    Activations are scaled piece by piece, so that an answer does not depend on what else is in the
    batch. An artefact quantised otherwise may break this; the contract suite would tell.
    """

    def __init__(
        self,
        artefact: Artefact,
        languages: LanguageIdentifier,
        threads: int,
        second: SentimentModel | None = None,
    ) -> None:
        """`second` reads along where the card gives it a share; raises ConfigurationError when the
        parts of the artefact do not fit together."""
        self._card = artefact.card
        self._revision = artefact.revision
        self._second: SecondReader | None = None
        if second is not None and artefact.card.pool.share:
            measured = artefact.card.measured.get("sentiment", ())
            self._second = SecondReader(second, artefact.card.pool, measured)
            self._revision = self._second.revision_with(artefact.revision)
        self._languages = languages
        self._transformer = Transformer(artefact, threads)

    @property
    def revision(self) -> str:
        """`accurate@digest` of the artefact, and of the model that reads along."""
        return self._revision

    @property
    def card(self) -> Card:
        """What the artefact says about itself."""
        return self._card

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        """One opinion a text, in order."""
        return [opinion for chunk in _chunks(texts) for opinion in self._opinions(chunk)]

    def _opinions(self, texts: Sequence[ReviewText]) -> Iterator[TextOpinion]:
        languages = self._languages.identify(texts)
        readings = self._transformer.read([compose(text) for text in texts], languages)
        sentiment = self._sentiment(texts, readings, languages)
        for row, (text, reading, language) in enumerate(
            zip(texts, readings, languages, strict=True)
        ):
            yield self._opinion(text, reading, language, sentiment[row])

    def _sentiment(
        self,
        texts: Sequence[ReviewText],
        readings: Sequence[Reading],
        languages: Sequence[str | None],
    ) -> Doubles:
        """(n, 3) calibrated probabilities; even where nothing was read."""
        logits = np.array([_pooled_sentiment(reading) for reading in readings])
        found = self._transformer.calibrator.sentiment(logits)
        return found if self._second is None else self._second.pooled(texts, languages, found)

    def _opinion(
        self, text: ReviewText, reading: Reading, language: str | None, sentiment: Doubles
    ) -> TextOpinion:
        if not reading.answers:
            return TextOpinion(probabilities=_EVEN, expected_star=_MIDDLE_STAR, language=language)
        answers, calibrator = reading.answers, self._transformer.calibrator
        pieces = [answer.pieces for answer in answers]
        stars = calibrator.stars(pooled([one.stars for one in answers], pieces))
        aspects = joined(opinion for answer in answers for opinion in answer.aspects)
        has_fault = states_fault(compose(text), aspects)
        constructiveness, complaint = complaint_of(text, language, has_fault) or (None, None)
        negative, neutral, positive = np.clip(sentiment, 0.0, 1.0).tolist()
        probabilities, expected_star = with_stated_star(
            Probabilities(negative=negative, neutral=neutral, positive=positive),
            float(np.clip(stars @ _STAR_VALUES, 1.0, 5.0)),
            text,
        )
        return TextOpinion(
            probabilities=probabilities,
            expected_star=expected_star,
            language=language,
            mixed=mixed(answers, calibrator),
            junk=junk(answers) if language in self._card.measured.get("junk", ()) else None,
            aspects=aspects,
            constructiveness=constructiveness,
            complaint=complaint,
            unmeasured=tuple(
                head for head, known in self._card.measured.items() if language not in known
            ),
            unknown_pieces=reading.unknown_pieces,
        )


def _pooled_sentiment(reading: Reading) -> Doubles:
    """(3,) logits of all windows; zeros where there is none."""
    if not reading.answers:
        return np.zeros(3)
    answers = reading.answers
    return pooled([one.sentiment for one in answers], [one.pieces for one in answers])


def build(
    name: str,  # noqa: ARG001
    memory: StoredOpinions | None,
    labels: Mapping[str, str],  # noqa: ARG001
) -> SentimentModel:
    """The shipped model, which asks `memory` before it reads."""
    return remembering(load_accurate_model(), memory)


def load_accurate_model(folder: Path = SHIPPED_ARTEFACT) -> AccurateModel:
    """The model of a folder, warm; raises ConfigurationError when something of it is damaged."""
    artefact = read_artefact(folder)
    second = load_fast_model() if artefact.card.pool.share else None
    model = AccurateModel(artefact, LanguageIdentifier(), usable_processors(), second)
    model.predict([_WARM_UP])
    return model


def _chunks(texts: Sequence[ReviewText]) -> Iterator[list[ReviewText]]:
    chunk: list[ReviewText] = []
    characters = 0
    for text in texts:
        size = len(text.text) + len(text.title) + len(text.pros) + len(text.cons)
        if chunk and characters + size > CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
        chunk.append(text)
        characters += size
    if chunk:
        yield chunk
