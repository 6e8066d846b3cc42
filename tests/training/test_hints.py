"""What word lists teach about a window, and when their silence is an answer."""

from __future__ import annotations

import pytest

from consumers.sentiment.model import ReviewText
from training.hints import hints_of
from training.reviews import LabelledReview


def review(text: str, dataset: str) -> LabelledReview:
    return LabelledReview(
        dataset=dataset, language="ru", text=ReviewText(text=text), raw=text, star=5.0, label=2,
        is_junk=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "dataset", "expected"),
    [
        ("Отличный банк, всем советую, давно пользуюсь", "sravni", False),
        ("Отличная вещь, качество на высоте", "sravni", True),
        ("Отлично, всем советую, давно пользуюсь", "ozon", None),
        ("Просто супер", "ozon", False),
    ],
)
def test_silence_about_quality_counts_where_nothing_is_sold_or_the_verdict_is_bare(
    text: str, dataset: str, expected: bool | None
) -> None:
    assert hints_of(text, review(text, dataset), True).aspects["quality"] is expected
