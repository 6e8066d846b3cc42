"""The same network as most would run it: `transformers` and torch, single precision, batches of 32
in the order in which texts come, cut at the window's length. Only for comparison of speed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import BertConfig, PreTrainedTokenizerFast

from consumers.sentiment.composing import compose
from consumers.sentiment.model import ReviewText, TextOpinion
from pipeline.records import Probabilities
from training.encoder import Reader

BATCH, PIECES = 32, 130
"""Texts at once; pieces of a text at most, with its marks."""


class PlainTorch:
    """A SentimentModel without buckets, windows, int8 or aspects in words."""

    revision = "plain-torch@0"

    def __init__(self, artefact: Path, weights: Path) -> None:
        """`artefact`: folder with config and tokenizer; `weights`: state of training's Reader."""
        self._reader = Reader(BertConfig.from_pretrained(str(artefact)))
        state = torch.load(weights, map_location="cpu", weights_only=True)
        self._reader.load_state_dict(state.get("reader", state))
        self._reader.eval()
        self._tokenizer = PreTrainedTokenizerFast.from_pretrained(str(artefact))

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        """Probabilities and stars alone."""
        found: list[TextOpinion] = []
        for start in range(0, len(texts), BATCH):
            found += self._batch([compose(text) for text in texts[start : start + BATCH]])
        return found

    def _batch(self, texts: list[str]) -> list[TextOpinion]:
        inputs = self._tokenizer(
            texts, padding=True, truncation=True, max_length=PIECES, return_tensors="pt"
        )
        with torch.inference_mode():
            answers = self._reader(inputs["input_ids"], inputs["attention_mask"])
        shares = torch.softmax(answers.sentiment, -1).tolist()
        stars = (torch.softmax(answers.stars, -1) @ torch.arange(1.0, 6.0)).tolist()
        return [
            TextOpinion(
                probabilities=Probabilities(negative=row[0], neutral=row[1], positive=row[2]),
                expected_star=star,
                language=None,
            )
            for row, star in zip(shares, stars, strict=True)
        ]
