"""What the exported network says before anything is calibrated, one row a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from tokenizers import Tokenizer

from consumers.sentiment.batching import padded, plan_batches
from consumers.sentiment.emoji import in_known_emoji
from consumers.sentiment.onnx_session import OnnxSession
from consumers.sentiment.windows import Framing, Window, cut, spell, unknown_share
from training.answers import ASPECTS, FLAGS, LABELS, STARS

Doubles = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TextLogits:
    """Answers on n texts, their windows pooled as serving pools them."""

    sentiment: Doubles
    """(n, 3), mean over windows weighed by their length."""
    stars: Doubles
    """(n, 5), likewise."""
    mixed: Doubles
    """(n,), of the window that is most so."""
    junk: Doubles
    """(n,), of the window that is least so."""
    aspects: Doubles
    """(n, 10), of the window that judges it most."""
    polarity: Doubles
    """(n, 10, 3), of the same window."""
    unknown: Doubles
    """(n,) share of the characters that the vocabulary cannot spell."""


def logits_of(
    session: OnnxSession, tokenizer: Tokenizer, texts: Sequence[str], window: int
) -> TextLogits:
    """Read the texts; one without a piece has zeros."""
    framing = Framing.of(tokenizer)
    spelt = spell(tokenizer, texts, in_known_emoji)
    windows = [one for number, pieces in enumerate(spelt)
               for one in cut(pieces, number, framing, window)]  # fmt: skip
    sums = _Sums(len(texts))
    batches = list(plan_batches(windows))
    given = (padded([windows[one] for one in batch], framing.pad) for batch in batches)
    answers = track(session.run_all(given), total=len(batches), description="reading")
    for batch, found in zip(batches, answers, strict=True):
        for row, member in enumerate(windows[number] for number in batch):
            sums.add(
                member,
                found.sentiment[row],
                found.stars[row],
                found.flags[row],
                found.aspects[row],
                found.polarity[row],
            )
    unknown = [unknown_share(pieces, framing) for pieces in spelt]
    return sums.logits(np.array(unknown))


class _Sums:
    """Windows of each text, added up as they come."""

    def __init__(self, size: int) -> None:
        self._weights = np.zeros(size)
        self._sentiment = np.zeros((size, LABELS))
        self._stars = np.zeros((size, STARS))
        self._flags = np.stack([np.full(size, -np.inf), np.full(size, np.inf)], axis=1)
        self._aspects = np.full((size, len(ASPECTS)), -np.inf)
        self._polarity = np.zeros((size, len(ASPECTS), LABELS))
        assert self._flags.shape[1] == FLAGS

    def add(
        self,
        window: Window,
        sentiment: NDArray[np.float32],
        stars: NDArray[np.float32],
        flags: NDArray[np.float32],
        aspects: NDArray[np.float32],
        polarity: NDArray[np.float32],
    ) -> None:
        """One window's answers."""
        text, weight = window.text, max(1, window.content)
        self._weights[text] += weight
        self._sentiment[text] += weight * sentiment
        self._stars[text] += weight * stars
        self._flags[text] = max(self._flags[text, 0], flags[0]), min(self._flags[text, 1], flags[1])
        surer = aspects > self._aspects[text]
        self._polarity[text, surer] = polarity[surer]
        self._aspects[text] = np.maximum(self._aspects[text], aspects)

    def logits(self, unknown: Doubles) -> TextLogits:
        """The pooled answers."""
        weights = np.maximum(self._weights, 1.0)[:, None]
        finite = np.nan_to_num(self._aspects, neginf=-20.0)
        return TextLogits(
            sentiment=self._sentiment / weights,
            stars=self._stars / weights,
            mixed=np.nan_to_num(self._flags[:, 0], neginf=-20.0),
            junk=np.nan_to_num(self._flags[:, 1], posinf=20.0),
            aspects=finite,
            polarity=self._polarity,
            unknown=unknown,
        )
