"""Usual names of outputs are understood; others are listed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from consumers.sentiment.label_mapping import mapping_of


@pytest.mark.parametrize(
    ("names", "labels", "stars"),
    [
        (["negative", "neutral", "positive"], [0, 1, 2], [1, 3, 5]),
        (["POS", "NEG", "NEU"], [2, 0, 1], [5, 1, 3]),
        (["NEGATIVE", "POSITIVE"], [0, 2], [1, 5]),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], [0, 0, 1, 2, 2], [1, 2, 3, 4, 5]),
    ],
)
def test_usual_names(names: Sequence[str], labels: Sequence[int], stars: Sequence[int]) -> None:
    mapping = mapping_of(names)
    assert mapping.labels.argmax(axis=1).tolist() == list(labels)
    assert mapping.stars.tolist() == list(stars)


@pytest.mark.parametrize(
    "names", [["LABEL_0", "LABEL_1"], ["joy", "negative"], ["1 star", "2 stars"], []]
)
def test_other_names_are_listed(names: Sequence[str]) -> None:
    with pytest.raises(ValueError, match=r"not understood") as refused:
        mapping_of(names)
    assert all(name in str(refused.value) for name in names)


def test_two_labels_of_one_kind_are_no_scale() -> None:
    with pytest.raises(ValueError, match="lack"):
        mapping_of(["positive", "neutral"])
