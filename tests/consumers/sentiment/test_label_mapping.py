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


def test_what_is_configured_wins_and_the_usual_names_fill_up() -> None:
    names = ["anger", "neutral", "joy", "love"]
    given = {"ANGER": "negative", "joy": "positive", " love ": "positive"}
    mapping = mapping_of(names, given)
    assert mapping.labels.argmax(axis=1).tolist() == [0, 1, 2, 2]
    assert mapping.stars.tolist() == [1, 3, 5, 5]
    assert mapping_of(["good", "bad"], {"good": "negative", "bad": "positive"}).labels[0, 0] == 1


def test_what_is_left_over_is_listed_alone() -> None:
    with pytest.raises(ValueError, match=r"labels joy, calm are not understood.*models\.labels"):
        mapping_of(["anger", "joy", "calm"], {"anger": "negative"})


def test_a_name_that_the_model_does_not_have_is_said() -> None:
    with pytest.raises(ValueError, match=r"speaks of angre, but its labels are anger, joy"):
        mapping_of(["anger", "joy"], {"angre": "negative", "joy": "positive"})


def test_a_configuration_without_both_ends_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lack a negative or a positive one: say in models"):
        mapping_of(["a", "b"], {"a": "positive", "b": "positive"})
