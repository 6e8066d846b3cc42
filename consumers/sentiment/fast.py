"""The fast tier: language identification and the shipped linear model behind one protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from consumers.sentiment.language import LanguageIdentifier
from consumers.sentiment.linear import LinearScorer
from consumers.sentiment.model import ReviewText, TextOpinion
from consumers.sentiment.stored_opinions import StoredOpinions
from consumers.sentiment.weights_file import STARS, Weights, read_weights
from pipeline.records import Probabilities

SHIPPED_WEIGHTS = Path(__file__).parent / "data" / "fast.weights"
_STAR_VALUES = np.arange(1.0, STARS + 1)


class FastModel:
    """A SentimentModel without a neural network.

    One and two stars together are the probability of *negative*, three stars of *neutral*, four
    and five of *positive*; the expected star is the mean of the same distribution.
    """

    def __init__(self, weights: Weights, languages: LanguageIdentifier) -> None:
        self._revision = weights.revision
        self._scorer = LinearScorer(weights)
        self._languages = languages

    @property
    def revision(self) -> str:
        """`fast@digest of the weights`."""
        return self._revision

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        """One opinion a text, in order."""
        stars = self._scorer.probabilities(texts)
        expected = np.clip((stars * _STAR_VALUES).sum(axis=1), 1.0, float(STARS))
        negative, positive = stars[:, :2].sum(axis=1), stars[:, 3:].sum(axis=1)
        neutral = np.clip(1.0 - negative - positive, 0.0, 1.0)
        return [
            TextOpinion(
                probabilities=Probabilities(negative=low, neutral=middle, positive=high),
                expected_star=star,
                language=language,
            )
            for low, middle, high, star, language in zip(
                np.clip(negative, 0.0, 1.0).tolist(),
                neutral.tolist(),
                np.clip(positive, 0.0, 1.0).tolist(),
                expected.tolist(),
                self._languages.identify(texts),
                strict=True,
            )
        ]


def build(
    name: str,  # noqa: ARG001
    memory: StoredOpinions | None,  # noqa: ARG001
    labels: Mapping[str, str],  # noqa: ARG001
) -> FastModel:
    """The shipped model; it reads faster than any memory answers."""
    return load_fast_model()


def load_fast_model() -> FastModel:
    """The shipped model; raises ConfigurationError when its file is damaged."""
    return FastModel(read_weights(SHIPPED_WEIGHTS), LanguageIdentifier())
