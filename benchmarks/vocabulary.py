"""What cutting the vocabulary costs each language: `python -m benchmarks.vocabulary`.

Pieces a word of the shipped tokenizer beside those of the base's whole vocabulary, over the
commonest words of each language (`wordfreq`), weighted by their frequency. Needs the extra
`training`.
"""

from __future__ import annotations

import argparse

import numpy as np
import wordfreq
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer

from consumers.sentiment.artefact import SHIPPED_ARTEFACT, TOKENIZER
from training.base_encoder import base_path, read_base
from training.vocabulary import LANGUAGES, UNSPACED, full_tokenizer, unspaced

WORDS = 20_000


def main() -> None:
    """Print the table, the languages that weigh in full first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=WORDS, help="of each language")
    arguments = parser.parse_args()
    whole = full_tokenizer(read_base(base_path()))
    shipped = Tokenizer.from_file(str(SHIPPED_ARTEFACT / TOKENIZER))
    table = Table("language", "in full", "pieces a word, whole", "shipped", "more")
    for language in sorted(
        wordfreq.available_languages(), key=lambda one: (one not in LANGUAGES, one)
    ):
        frequencies = wordfreq.get_frequency_dict(language, "best")
        words = sorted(frequencies, key=lambda word: -frequencies[word])[: arguments.words]
        shares = np.array([frequencies[word] for word in words])
        shares /= shares.sum()
        sizes = [_pieces(tokenizer, language, words) @ shares for tokenizer in (whole, shipped)]
        table.add_row(
            language,
            "yes" if language in LANGUAGES else "",
            *(f"{size:.3f}" for size in sizes),
            f"{sizes[1] / sizes[0] - 1:+.1%}",
        )
    Console().print(table)


def _pieces(tokenizer: Tokenizer, language: str, words: list[str]) -> np.ndarray:
    """(words,): how many pieces each takes."""
    if language in UNSPACED:
        tokenizer = unspaced(tokenizer)
    return np.array(
        [len(one.ids) for one in tokenizer.encode_batch(words, add_special_tokens=False)]
    )


if __name__ == "__main__":
    main()
