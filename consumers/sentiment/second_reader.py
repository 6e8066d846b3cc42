"""The fast tier reads along: two readers that err differently, pooled.

    P(label) ∝ (N(label)^(1 − share) · F(label)^share)^sharpness

N is the transformer's distribution, F the fast tier's. It is a logarithmic opinion pool (Genest and
Zidek 1986); its sharpness is fitted on held-out texts, since a pool of two that disagree is less
sure than either. Where the language was not measured, the transformer reads alone: the fast tier
knows no words there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from consumers.sentiment.artefact import Pool
from consumers.sentiment.model import ReviewText, SentimentModel
from pipeline.records import Probabilities

Doubles = NDArray[np.float64]
LEAST = 1e-6
"""No reader excludes a label altogether."""


class SecondReader:
    """Pools the transformer's probabilities with another model's."""

    def __init__(self, model: SentimentModel, pool: Pool, languages: Collection[str]) -> None:
        self._model = model
        self._pool = pool
        self._languages = frozenset(languages)

    def revision_with(self, revision: str) -> str:
        """A revision that changes with the other model, too."""
        parts = (revision, self._model.revision)
        return f"accurate@{hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()}"

    def pooled(
        self, texts: Sequence[ReviewText], languages: Sequence[str | None], network: Doubles
    ) -> Doubles:
        """(n, 3) probabilities of both; `network` is (n, 3) as well."""
        known = [number for number, one in enumerate(languages) if one in self._languages]
        if not known:
            return network
        opinions = self._model.predict([texts[number] for number in known])
        words = np.array([_row(opinion.probabilities) for opinion in opinions])
        result = network.copy()
        result[known] = pool_of(network[known], words, self._pool)
        return result


def pool_of(network: Doubles, words: Doubles, pool: Pool) -> Doubles:
    """(n, 3) of (n, 3) and (n, 3)."""
    logarithms = (1 - pool.share) * np.log(network.clip(LEAST)) + pool.share * np.log(
        words.clip(LEAST)
    )
    powers = np.exp(pool.sharpness * logarithms)
    shares: Doubles = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _row(found: Probabilities) -> tuple[float, float, float]:
    return found.negative, found.neutral, found.positive
