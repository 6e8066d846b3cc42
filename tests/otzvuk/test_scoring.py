"""Each line gets an understanding; an ill one is named, and the others go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from consumers.sentiment.models import build_model
from consumers.sentiment.understanding import Understander
from otzvuk.scoring import BATCH_LINES, score_lines
from pipeline.clock import FixedClock

CLOCK = FixedClock(datetime(2025, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def understander() -> Understander:
    """The shipped model."""
    return Understander(build_model("fast"))


@pytest.mark.parametrize("name", ["rating", "stars"])
def test_other_fields_are_kept(understander: Understander, name: str) -> None:
    line = json.dumps(
        {"text": "Ужасно, обманули, деньги не вернули", name: 5, "shop": {"id": 7}}
    ).encode()
    (answer,) = score_lines([line, b"\n"], understander, CLOCK)
    row = json.loads(answer.line or b"")
    assert row["shop"] == {"id": 7}
    assert row[name] == 5
    assert row["understanding"]["text_label"] == "negative"
    assert row["understanding"]["label"] == "positive"


def test_order_holds_over_batches(understander: Understander) -> None:
    count = BATCH_LINES * 2 + 3
    lines = [json.dumps({"text": f"Хорошо {n}", "n": n}).encode() for n in range(count)]
    answers = list(score_lines(lines, understander, CLOCK))
    assert [json.loads(answer.line or b"")["n"] for answer in answers] == list(range(count))


def test_no_more_than_a_batch_is_read_ahead(understander: Understander) -> None:
    taken: list[int] = []

    def lines() -> Iterator[bytes]:
        for n in range(BATCH_LINES * 3):
            taken.append(n)
            yield b'{"text": "ok"}'

    next(score_lines(lines(), understander, CLOCK))
    assert len(taken) == BATCH_LINES


@pytest.mark.parametrize(
    "line", [b"not json", b"[1]", b'{"text": 5}', b'{"rating": 9}', b'{"text": "\xff"}']
)
def test_an_ill_line_is_named_and_the_others_go_on(understander: Understander, line: bytes) -> None:
    answers = list(
        score_lines([b'{"text": "ok"}', b"", line, b'{"text": "ok"}'], understander, CLOCK)
    )
    assert [answer.number for answer in answers] == [1, 3, 4]
    assert [answer.line is None for answer in answers] == [False, True, False]
    assert answers[1].problem
