"""The network: a BERT encoder and its answers, one pass over a window of a review.

Sentence-level answers read the mean of the last layer through one tanh layer. Aspects read an
attention of their own: for each aspect a distribution over the window's pieces (its *focus*), the
mean under it, then one logit for "judged here" and three for the polarity. So the pieces an answer
rests on are part of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from training.answers import ASPECTS, FLAGS, LABELS, STARS
from training.base_encoder import Base

FAR = -1e4
"""Added to the attention of padding; fits half precision."""
_LAYER_NAMES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


@dataclass
class Answers:
    """Logits of one batch of B windows of T pieces."""

    stars: Tensor
    """(B, 5)"""
    sentiment: Tensor
    """(B, 3): negative, neutral, positive."""
    flags: Tensor
    """(B, 2): mixed, junk."""
    aspects: Tensor
    """(B, 10)"""
    polarity: Tensor
    """(B, 10, 3)"""
    focus: Tensor
    """(B, T, 10): shares of attention, which sum to one over T."""


class Reader(nn.Module):
    """Encoder and heads."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.dense = nn.Linear(width, width)
        self.dropout = nn.Dropout(0.1)
        self.stars = nn.Linear(width, STARS)
        self.sentiment = nn.Linear(width, LABELS)
        self.flags = nn.Linear(width, FLAGS)
        self.focus = nn.Linear(width, len(ASPECTS))
        self.aspects = nn.Parameter(torch.zeros(len(ASPECTS), width))
        self.aspect_offset = nn.Parameter(torch.full((len(ASPECTS),), -2.0))
        self.polarity = nn.Linear(width, LABELS)
        self.aspect_polarity = nn.Parameter(torch.zeros(len(ASPECTS), LABELS, width))

    def forward(self, ids: Tensor, mask: Tensor) -> Answers:
        """Answers on (B, T) piece ids and their mask (1 piece, 0 padding)."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1)
        sentence = self.dropout(torch.tanh(self.dense(mean)))
        focus = torch.softmax(self.focus(hidden) + (1.0 - weights) * FAR, dim=1)
        seen = self.dropout(torch.matmul(focus.transpose(1, 2), hidden))
        return Answers(
            stars=self.stars(sentence),
            sentiment=self.sentiment(sentence),
            flags=self.flags(sentence),
            aspects=(seen * self.aspects).sum(-1) + self.aspect_offset,
            polarity=self.polarity(seen)
            + torch.matmul(self.aspect_polarity, seen.unsqueeze(-1)).squeeze(-1),
            focus=focus,
        )

    def groups(self, encoder_rate: float, head_rate: float, decay: float) -> list[dict[str, Any]]:
        """Parameter groups of the optimiser: deeper layers learn faster, embeddings not at all."""
        found: list[dict[str, Any]] = []
        layers = self.encoder.encoder.layer
        for depth, layer in enumerate(layers):
            rate = encoder_rate * decay ** (len(layers) - 1 - depth)
            found.extend(_with_and_without_decay(layer, rate))
        heads = [parameter for name, parameter in self.named_parameters()
                 if not name.startswith("encoder.")]  # fmt: skip
        found.append({"params": heads, "lr": head_rate, "weight_decay": 0.01})
        return found


def _with_and_without_decay(module: nn.Module, rate: float) -> list[dict[str, Any]]:
    matrices = [one for one in module.parameters() if one.dim() > 1 and one.requires_grad]
    vectors = [one for one in module.parameters() if one.dim() <= 1 and one.requires_grad]
    return [
        {"params": matrices, "lr": rate, "weight_decay": 0.01},
        {"params": vectors, "lr": rate, "weight_decay": 0.0},
    ]


def config_of(base: Base, vocabulary: int, dropout: float = 0.1) -> BertConfig:
    """The base's sizes with another number of pieces."""
    shape = base.shape
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        layer_norm_eps=shape.epsilon,
        hidden_act="gelu",
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,
        type_vocab_size=2,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        attn_implementation="sdpa",
    )


def reader_from(base: Base, kept: list[int], *, frozen_layers: int = 0) -> Reader:
    """The base with fresh heads; word embeddings, and the lowest layers if asked, stay as they
    are."""
    reader = Reader(config_of(base, len(kept)))
    reader.encoder.load_state_dict(encoder_state(base, kept), strict=True)
    frozen = [reader.encoder.embeddings, *reader.encoder.encoder.layer[:frozen_layers]]
    for module in frozen:
        module.requires_grad_(requires_grad=False)
    return reader


def encoder_state(base: Base, kept: list[int]) -> dict[str, Tensor]:
    """The base's tensors under the names of `transformers`."""
    hidden, wide = base.shape.hidden, base.shape.feed_forward
    words = base.tensors["emb.word"].reshape(-1, hidden)[kept]
    state = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": base.tensors["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": base.tensors["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": base.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": base.tensors["emb.ln.b"],
    }
    rows = {"fi": wide}
    for layer in range(base.shape.layers):
        for short, long in _LAYER_NAMES.items():
            weight = base.tensors[f"l{layer}.{short}.w"]
            if weight.size > hidden:
                weight = weight.reshape(rows.get(short, hidden), -1)
            state[f"encoder.layer.{layer}.{long}.weight"] = weight
            state[f"encoder.layer.{layer}.{long}.bias"] = base.tensors[f"l{layer}.{short}.b"]
    return {name: torch.from_numpy(value.copy()) for name, value in state.items()}
