"""The hand-labelled sample: drawn the same everywhere, whole, and without texts."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from consumers.sentiment.aspect_lexicon import NARROW
from training.hand_labels import (
    PARTS,
    SHARES,
    Tally,
    digest_of,
    drawn,
    joined,
    read_labels,
)

DATA = Path("../shared/data/sentiment-dev.jsonl.gz")


def test_the_file_holds_the_whole_sample_and_no_text() -> None:
    labels = read_labels()
    drawn_of = {dataset: sum(shares.values()) for dataset, shares in SHARES.items()}
    assert Counter(label.dataset for label in labels) == drawn_of
    assert len({label.digest for label in labels}) == len(labels) == 200
    for label in labels:
        assert set(label.aspects) <= set(NARROW["ru"])
        assert set(label.aspects.values()) <= {"negative", "neutral", "positive", "mixed"}
        assert set(label.constructive) == set(PARTS)
        assert len(label.doubt) < 80


def test_junk_judges_nothing() -> None:
    assert not any(label.aspects or label.mixed for label in read_labels() if label.junk)


def _written(path: Path, texts: list[str]) -> Path:
    rows = [{"dataset": "ozon", "lang": "ru", "text": text, "stars": 5.0} for text in texts]
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def test_the_sample_does_not_depend_on_the_order_of_the_rows(tmp_path: Path) -> None:
    texts = [f"Отзыв {number}" for number in range(40)]
    forth = drawn(_written(tmp_path / "forth.gz", texts))
    back = drawn(_written(tmp_path / "back.gz", texts[::-1]))
    assert forth == back
    assert len(forth) == SHARES["ozon"]["5"]


def test_labels_without_their_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="200 labelled texts are not in the data"):
        joined(read_labels(), [])


def test_every_label_finds_its_text() -> None:
    if not DATA.exists():
        pytest.skip(f"{DATA} is not here")
    pairs = joined(read_labels(), drawn(DATA))
    assert all(label.digest == digest_of(row["text"]) for label, row in pairs)


def test_no_answer_is_neither_wrong_nor_right() -> None:
    tally = Tally()
    for said, truth in ((True, True), (True, False), (None, True), (False, True), (False, False)):
        tally.add(said, truth)
    assert tally.row == "3 | 0.50 | 0.33 | 0.50"
