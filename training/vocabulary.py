"""The tokenizer of the shipped encoder: the base's unigram pieces, cut to those that reviews use.

Kept are the pieces that the training texts use at least KEPT_FROM times, every single character,
what reviews say in other languages (`review_words.json`), and then the pieces that those languages
use most (`usefulness`): a language without training rows keeps its common words whole, which the
encoder knows from its own training. Whatever is cut is
spelt with shorter pieces, so no text becomes unknown.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import wordfreq
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from training.base_encoder import Base

REVIEW_WORDS = Path(__file__).parent / "review_words.json"
"""By language: what reviews speak of, and rarely other texts."""
SIZE = 150_000
"""As many as 60 MB take beside the network, at 216 bytes a row and some 24 for its name."""
DIGITS = 4
"""Of a log-probability; more would be a megabyte of figures."""
KEPT_FROM = 2
WORDS = 60_000
"""Most frequent words of a language that are asked which pieces they use."""
CAPITALISED = 0.2
"""How often a word is taken to begin a sentence: lists of words are in lower case."""
LANGUAGES = frozenset(
    ("ar", "cs", "de", "el", "es", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "pl", "pt",
     "ro", "tr", "uk", "vi", "zh")
)  # fmt: skip
"""Languages of many reviews; their words weigh in full."""
UNSPACED = frozenset(("ja", "th", "zh"))
"""Written without spaces: a word seldom begins a text."""
OTHER_WEIGHT = 0.15
"""Of every further language that `wordfreq` has words of."""
SCRIPT_WEIGHTS = {"CYRILLIC": 0.5, "LATIN": 0.0}
"""Of a script as a whole, for the languages without a list of words: Kazakh, Belarusian, Kyrgyz."""
OTHER_SCRIPT_WEIGHT = 0.05
SCRIPT_PIECES = 100
"""A script with fewer pieces is none that anybody writes reviews in."""
Floats = NDArray[np.float64]
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
BEGIN, PAD, END, UNKNOWN = range(4)
SPACE = "\u2581"


def full_tokenizer(base: Base) -> Tokenizer:
    """All pieces of the base."""
    return tokenizer_of(base.pieces, base.scores)


def tokenizer_of(pieces: Sequence[str], scores: Sequence[float]) -> Tokenizer:
    """A fast tokenizer of unigram pieces; the first four are the special ones."""
    vocabulary = [(piece, round(one, DIGITS)) for piece, one in zip(pieces, scores, strict=True)]
    built = Tokenizer(models.Unigram(vocabulary, UNKNOWN, False))
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
    kept.update(_of_review_words(tokenizer))
    for number in np.argsort(-usefulness(base), kind="stable").tolist():
        if len(kept) >= size:
            break
        if base.pieces[number] != "<mask>":
            kept.add(number)
    return sorted(kept)


def _of_review_words(tokenizer: Tokenizer) -> set[int]:
    """Pieces of the words of quality, delivery, staff and money, after a space and without one."""
    lists = json.loads(REVIEW_WORDS.read_text(encoding="utf-8"))
    words = [word for words in lists.values() for word in words.split()]
    forms = [*words, *map(str.capitalize, words)]
    found = tokenizer.encode_batch(forms, add_special_tokens=False)
    bare = [word for name in UNSPACED for word in lists[name].split()]
    found += unspaced(tokenizer).encode_batch(bare, add_special_tokens=False)
    return {number for encoding in found for number in encoding.ids}


def usefulness(base: Base) -> Floats:
    """(pieces,): each piece's share of what is written, summed over languages and scripts.

    Shares within a language come from its words' frequencies (`wordfreq`; Speer, 2022), within a
    script from the base's own log-probabilities.
    """
    useful = np.zeros(len(base.pieces))
    for language in sorted(wordfreq.available_languages()):
        weight = 1.0 if language in LANGUAGES else OTHER_WEIGHT
        useful += weight * _shares_of(language, base)
    probabilities = np.exp(np.asarray(base.scores[: len(base.pieces)]))
    scripts: dict[str, list[int]] = defaultdict(list)
    for number, piece in enumerate(base.pieces):
        scripts[_script(piece)].append(number)
    for script, numbers in scripts.items():
        if len(numbers) >= SCRIPT_PIECES:
            weight = SCRIPT_WEIGHTS.get(script, OTHER_SCRIPT_WEIGHT)
            useful[numbers] += weight * probabilities[numbers] / probabilities[numbers].sum()
    return useful


def _shares_of(language: str, base: Base) -> Floats:
    tokenizer = full_tokenizer(base)
    if language in UNSPACED:
        tokenizer = unspaced(tokenizer)
    frequencies = wordfreq.get_frequency_dict(language, "best")
    words = sorted(frequencies, key=lambda word: -frequencies[word])[:WORDS]
    shares = np.zeros(len(base.pieces))
    for weight, forms in ((1 - CAPITALISED, words), (CAPITALISED, [*map(str.capitalize, words)])):
        encodings = tokenizer.encode_batch(forms, add_special_tokens=False)
        for word, encoding in zip(words, encodings, strict=True):
            np.add.at(shares, encoding.ids, weight * frequencies[word])
    return shares / shares.sum()


def unspaced(tokenizer: Tokenizer) -> Tokenizer:
    """A copy for words that follow others without a space."""
    copy = Tokenizer.from_str(tokenizer.to_str())
    copy.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="never")
    return copy


def _script(piece: str) -> str:
    """The script of a piece's first letter, as Unicode names it; empty without a letter."""
    letter = next((one for one in piece if one.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""
