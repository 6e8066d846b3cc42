"""The tokenizer of the shipped encoder: the base's unigram pieces, cut to those that reviews use.

Kept are the pieces that the training texts use at least KEPT_FROM times, every single character,
and the globally most frequent ones (XLM-R's own log-probabilities, over a hundred languages) until
the size is reached: a language without training rows keeps its common words. Whatever is cut is
spelt with shorter pieces, so no text becomes unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from training.base_encoder import Base

SIZE = 72_000
KEPT_FROM = 2
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
BEGIN, PAD, END, UNKNOWN = range(4)
SPACE = "\u2581"


def full_tokenizer(base: Base) -> Tokenizer:
    """All pieces of the base."""
    return tokenizer_of(base.pieces, base.scores)


def tokenizer_of(pieces: Sequence[str], scores: Sequence[float]) -> Tokenizer:
    """A fast tokenizer of unigram pieces; the first four are the special ones."""
    built = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), UNKNOWN, False))
    built.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    built.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    built.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    built.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", BEGIN), ("</s>", END)],
    )
    built.add_special_tokens(list(SPECIAL))
    return built


def kept_pieces(base: Base, texts: Iterable[str], size: int = SIZE) -> list[int]:
    """Ids of the base's pieces to keep, ascending; the special ones first."""
    counts: Counter[int] = Counter()
    tokenizer = full_tokenizer(base)
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        counts.update(encoding.ids)
    pieces = [(number, piece) for number, piece in enumerate(base.pieces) if piece != "<mask>"]
    kept = set(range(len(SPECIAL)))
    kept.update(number for number, piece in pieces if len(piece) == 1)
    kept.update(number for number, count in counts.items() if count >= KEPT_FROM)
    by_frequency = np.argsort(-np.asarray(base.scores[: len(base.pieces)]), kind="stable")
    for number in by_frequency.tolist():
        if len(kept) >= size:
            break
        if base.pieces[number] != "<mask>":
            kept.add(number)
    return sorted(kept)
