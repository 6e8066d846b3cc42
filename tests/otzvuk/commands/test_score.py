"""`otzvuk score` adds an understanding to each line and refuses what it cannot read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from consumers.sentiment.models import build_model
from consumers.sentiment.understanding import Understander
from otzvuk.commands.score import BATCH_LINES, scored
from pipeline.clock import FixedClock
from pipeline.errors import UsageError

CLOCK = FixedClock(datetime(2025, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def understander() -> Understander:
    """The shipped model."""
    return Understander(build_model("fast"))


def test_other_fields_are_kept(understander: Understander) -> None:
    line = '{"text": "Ужасно, обманули, деньги не вернули", "rating": 5, "shop": {"id": 7}}\n'
    (answer,) = scored([line.encode(), b"\n"], understander, CLOCK)
    row = json.loads(answer)
    assert row["shop"] == {"id": 7}
    assert row["understanding"]["text_label"] == "negative"
    assert row["understanding"]["label"] == "positive"


def test_order_holds_over_batches(understander: Understander) -> None:
    count = BATCH_LINES * 2 + 3
    lines = [json.dumps({"text": f"Хорошо {n}", "n": n}).encode() for n in range(count)]
    assert [json.loads(line)["n"] for line in scored(lines, understander, CLOCK)] == list(
        range(count)
    )


@pytest.mark.parametrize(
    "line", [b"not json", b"[1]", b'{"text": 5}', b'{"rating": 9}', b'{"text": "\xff"}']
)
def test_an_ill_line_is_named(understander: Understander, line: bytes) -> None:
    with pytest.raises(UsageError, match="line 2"):
        list(scored([b'{"text": "ok"}', line], understander, CLOCK))
