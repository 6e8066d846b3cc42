"""A second thing to beat: the base encoder as it comes, with a linear head on its mean vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from transformers import BertModel

from training.base_encoder import Base
from training.encoder import config_of, encoder_state
from training.reviews import LabelledReview
from training.vocabulary import full_tokenizer

Floats = NDArray[np.float64]
PIECES = 96
BATCH_PIECES = 8_192
PAD = 1


def frozen_probabilities(
    base: Base, train: Sequence[LabelledReview], test: Sequence[LabelledReview]
) -> Floats:
    """(test, 3) probabilities of logistic regression on the base's sentence vectors."""
    vectors = sentence_vectors(base, [review.raw for review in (*train, *test)])
    learnt, asked = vectors[: len(train)], vectors[len(train) :]
    model = LogisticRegression(C=10.0, max_iter=300)
    model.fit(learnt, [review.label for review in train])
    found: Floats = model.predict_proba(asked).astype(np.float64)
    return found


def sentence_vectors(base: Base, texts: Sequence[str]) -> NDArray[np.float32]:
    """(texts, hidden) mean vectors of the first pieces, of length one, as the base is used."""
    kept = list(range(len(base.pieces)))
    encoder = BertModel(config_of(base, len(kept)), add_pooling_layer=False).eval()
    encoder.load_state_dict(encoder_state(base, kept))
    tokenizer = full_tokenizer(base)
    tokenizer.enable_truncation(PIECES)
    ids = [one.ids for one in tokenizer.encode_batch([f"query: {text}" for text in texts])]
    order = sorted(range(len(ids)), key=lambda number: len(ids[number]))
    found = np.zeros((len(texts), base.shape.hidden), np.float32)
    for batch in track(_batches(order, ids), description="frozen encoder"):
        found[batch] = _vectors(encoder, [ids[number] for number in batch])
    return found


def _batches(order: Sequence[int], ids: Sequence[Sequence[int]]) -> list[list[int]]:
    batches: list[list[int]] = [[]]
    for number in order:
        if batches[-1] and (len(batches[-1]) + 1) * len(ids[number]) > BATCH_PIECES:
            batches.append([])
        batches[-1].append(number)
    return batches


@torch.inference_mode()
def _vectors(encoder: BertModel, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    width = max(map(len, ids))
    padded = torch.tensor([[*one, *[PAD] * (width - len(one))] for one in ids])
    mask = (padded != PAD).long()
    with torch.autocast("cpu", torch.bfloat16):
        hidden = encoder(input_ids=padded, attention_mask=mask).last_hidden_state.float()
    mean = (hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
    return torch.nn.functional.normalize(mean, dim=-1).numpy()
