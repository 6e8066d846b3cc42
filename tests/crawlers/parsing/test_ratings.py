"""Ratings as sites write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.parsing.ratings import count, parse_rating
from pipeline.records import Scale


@pytest.mark.parametrize(
    ("value", "best", "worst", "stars", "scale"),
    [
        (4, None, None, 4.0, Scale(value=4, worst=1, best=5)),
        ("4,5", "5", "1", 4.5, Scale(value=4.5, worst=1, best=5)),
        ("4/5", None, None, 4.0, Scale(value=4, worst=1, best=5)),
        ("5 из 5 звезд", None, None, 5.0, Scale(value=5, worst=1, best=5)),
        ("3.0 out of 5 stars", None, None, 3.0, Scale(value=3, worst=1, best=5)),
        ("5 out of 3 reviews", None, None, 5.0, Scale(value=5, worst=1, best=5)),
        ("80%", None, None, 4.2, Scale(value=80, worst=0, best=100)),
        ("80%", "100", "1", 4.0, Scale(value=80, worst=20, best=100)),
        ("20%", 100, 1, 1.0, Scale(value=20, worst=20, best=100)),
        ("★★★★☆", None, None, 4.0, Scale(value=4, worst=1, best=5)),
        (10, 10, 1, 5.0, Scale(value=10, worst=1, best=10)),
        (5.5, 10, 1, 3.0, Scale(value=5.5, worst=1, best=10)),
        (0, 100, 0, 1.0, Scale(value=0, worst=0, best=100)),
        ("5", "5", "5", 5.0, Scale(value=5, worst=1, best=5)),
        (4, 5, 0, 4.0, Scale(value=4, worst=0, best=5)),
        (0.5, 5, 0, 1.0, Scale(value=0.5, worst=0, best=5)),
        (1, 1, 0, 5.0, Scale(value=1, worst=0, best=1)),
        ("-1", "2", "-2", 2.0, Scale(value=-1, worst=-2, best=2)),
        (0, 5, -5, 3.0, Scale(value=0, worst=-5, best=5)),
    ],
)
def test_a_rating_is_mapped_and_its_own_scale_kept(
    value: object, best: object, worst: object, stars: float, scale: Scale
) -> None:
    found = parse_rating(value, best, worst)
    assert (found.stars, found.original, found.problem) == (stars, scale, None)


@pytest.mark.parametrize(
    ("value", "best"),
    [(0, None), ("0", "5"), (7, None), (11, 10), (-3, None), ("good", None), (float("nan"), None)],
)
def test_an_impossible_rating_is_dropped_with_a_problem(value: object, best: object) -> None:
    found = parse_rating(value, best)
    assert found.stars is None
    assert found.problem


@pytest.mark.parametrize("value", [None, "", True])
def test_no_rating_is_no_problem(value: object) -> None:
    assert parse_rating(value).problem is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [(12, 12), ("1,234", 1234), ("1 234 отзыва", 1234), ("(89)", 89), ("none", None), (-1, None)],
)
def test_counts_are_read_through_their_separators(text: object, expected: int | None) -> None:
    assert count(text) == expected


@given(*[st.one_of(st.none(), st.text(max_size=20), st.floats(), st.integers())] * 3)
def test_never_raises_and_stays_within_five_stars(
    value: object, best: object, worst: object
) -> None:
    stars = parse_rating(value, best, worst).stars
    assert stars is None or 1.0 <= stars <= 5.0
