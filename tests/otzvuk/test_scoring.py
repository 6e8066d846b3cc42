"""Each line gets an understanding; an ill one is named, and the others go on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from consumers.sentiment.models import build_model
from consumers.sentiment.understanding import Understander
from otzvuk.scoring import Scored, score_lines
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
    (answer,) = score_lines([[line, b"\n"]], understander, CLOCK)
    row = json.loads(answer.line or b"")
    assert row["shop"] == {"id": 7}
    assert row[name] == 5
    assert row["understanding"]["text_label"] == "negative"
    assert row["understanding"]["label"] == "positive"


def test_order_holds_over_batches(understander: Understander) -> None:
    lines = [json.dumps({"text": f"Хорошо {n}", "n": n}).encode() for n in range(7)]
    answers = list(score_lines([lines[:3], lines[3:6], lines[6:]], understander, CLOCK))
    assert [json.loads(answer.line or b"")["n"] for answer in answers] == list(range(7))
    assert [answer.number for answer in answers] == list(range(1, 8))


def test_a_batch_is_answered_before_the_next_is_asked_for(understander: Understander) -> None:
    answered: list[Scored] = []

    def batches() -> Iterator[Sequence[bytes]]:
        for known in (0, 2):
            assert len(answered) == known
            yield [b'{"text": "ok"}'] * 2

    for one in score_lines(batches(), understander, CLOCK):
        answered.append(one)
    assert len(answered) == 4


def test_what_an_import_takes_is_scored(understander: Understander) -> None:
    lines = [
        b'\xef\xbb\xbf{"text": "ok", "rating": "4,5"}',
        b'{"text": "ok", "language": "en-US", "recommends": "no", "rating": 0}',
        json.dumps({"text": "слово " * 20_000}).encode(),
        b"\xef\xbb\xbf\n",
    ]
    first, second, third = score_lines([lines], understander, CLOCK)
    assert json.loads(first.line or b"")["rating"] == "4,5"
    assert json.loads(first.line or b"")["understanding"]["label"] == "positive"
    assert json.loads(second.line or b"")["understanding"]["label"] == "negative"
    assert len(json.loads(third.line or b"")["text"]) == 120_000
    assert (first.notes, second.notes) == ((), ())
    assert third.notes == ("text: 119999 characters, cut to 100000",)


def test_a_value_that_cannot_be_read_costs_a_note_and_no_line(understander: Understander) -> None:
    (answer,) = score_lines([[b'{"text": "ok", "rating": 9}']], understander, CLOCK)
    assert json.loads(answer.line or b"")["rating"] == 9
    (note,) = answer.notes
    assert "outside of 1…5" in note


@pytest.mark.parametrize(
    ("line", "is_wordless"),
    [
        (b'{"review": "ok"}', True), (b'{"rating": 5}', True), (b'{"text": " "}', True),
        (b'{"title": "ok"}', False), (b'{"cons": "ok"}', False),
    ],
)  # fmt: skip
def test_a_line_without_words_is_marked(
    understander: Understander, line: bytes, is_wordless: bool
) -> None:
    (answer,) = score_lines([[line]], understander, CLOCK)
    assert answer.line is not None
    assert answer.is_wordless is is_wordless


@pytest.mark.parametrize(
    "line", [b"not json", b"[1]", b'{"text": ["ok"]}', b"[" * 100_000, b'{"text": "\xff"}']
)
def test_an_ill_line_is_named_and_the_others_go_on(understander: Understander, line: bytes) -> None:
    answers = list(
        score_lines([[b'{"text": "ok"}', b"", line, b'{"text": "ok"}']], understander, CLOCK)
    )
    assert [answer.number for answer in answers] == [1, 3, 4]
    assert [answer.line is None for answer in answers] == [False, True, False]
    assert re.search(r"one object a line, in UTF-8|in quotation marks", answers[1].problem)
