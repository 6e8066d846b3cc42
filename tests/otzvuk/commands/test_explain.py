"""`otzvuk explain` tells a stranger why a stored review got its score."""

from __future__ import annotations

import io
import json
from typing import Any, Literal

import msgspec
import pytest
from rich.console import Console

from otzvuk.commands.explain import explanation, find_review, to_json
from pipeline.errors import UsageError
from pipeline.mongo import Store
from pipeline.records import (
    AspectOpinion,
    Authenticity,
    Complaint,
    Probabilities,
    SignalReading,
    Understanding,
)

READINGS = (
    SignalReading(
        name="near_duplicate", group="network", value=0.91, contribution=2.5,
        reason_ru="Текст похож на чужой отзыв", reason_en="The text resembles another review",
    ),
    SignalReading(
        name="extremity", group="burst", value=1.0, contribution=0.08,
        reason_ru="Оценка 5 — крайняя", reason_en="A rating of 5 is an extreme one",
    ),
    SignalReading(
        name="exact_duplicate", group="network", value=0.0, contribution=0.0,
        reason_ru="Такой же текст не встречался", reason_en="The same text was not seen",
    ),
)  # fmt: skip
AUTHENTICITY = Authenticity(
    score=0.46, verdict="not_confirmed", coverage=0.4, signals=READINGS, model="evidence@abc"
)
UNDERSTANDING = Understanding(
    label="negative",
    score=-0.9,
    probabilities=Probabilities(negative=0.93, neutral=0.04, positive=0.03),
    text_label="negative",
    expected_star=1.4,
    language="en",
    aspects=(AspectOpinion(aspect="delivery", polarity="negative", words=("[red]late[/red]",)),),
    constructiveness=2 / 3,
    complaint=Complaint(problem=("never arrived",), request=("refund me",)),
    mixed=0.1,
    unmeasured=("junk",),
    model="cascade@1",
    read_by="accurate@2",
)
DOCUMENT: dict[str, Any] = {
    "_id": "shop:1",
    "entity_id": "sofa-store",
    "review": {"title": "Диван", "text": "Всё [bold]понравилось[/bold]"},
    "authenticity_detail": msgspec.to_builtins(AUTHENTICITY),
    "understanding": msgspec.to_builtins(UNDERSTANDING),
}


def shown(language: Literal["ru", "en"], authenticity: Authenticity = AUTHENTICITY) -> str:
    screen = io.StringIO()
    Console(file=screen, width=120).print(explanation(DOCUMENT, authenticity, language))
    return screen.getvalue()


def test_an_unknown_review_is_a_usage_error_that_says_where_to_look(store: Store) -> None:
    with pytest.raises(UsageError, match="otzvuk query"):
        find_review(store, "shop:404")


def test_the_stored_reading_comes_back_whole(store: Store) -> None:
    store["reviews"].insert_one(dict(DOCUMENT))
    document = find_review(store, "shop:1")
    assert msgspec.convert(document["authenticity_detail"], Authenticity) == AUTHENTICITY


def test_json_holds_the_reading_and_the_reasons() -> None:
    answer = json.loads(to_json(DOCUMENT, AUTHENTICITY, "en"))
    assert answer["verdict"] == "not_confirmed"
    assert answer["reasons"] == [
        "The text resembles another review",
        "A rating of 5 is an extreme one",
    ]
    assert [reading["name"] for reading in answer["signals"]] == [r.name for r in READINGS]


def test_a_person_reads_it_in_russian() -> None:
    text = shown("ru")
    for part in ("достоверность 0.46", "не подтверждён", "2/5", "Текст похож", "evidence@abc"):
        assert part in text


def test_a_person_reads_it_in_english_and_markup_in_a_review_stays_text() -> None:
    text = shown("en")
    assert "not confirmed" in text
    assert "[bold]понравилось[/bold]" in text
    assert "fake" not in text.lower()


def test_a_score_that_nothing_moved_says_so() -> None:
    unmoved = msgspec.structs.replace(AUTHENTICITY, signals=READINGS[2:])
    assert "nothing moved" in shown("en", unmoved)


def test_what_it_says_is_shown_with_its_words() -> None:
    screen = shown("ru")
    assert "доставка: негатив" in screen
    assert "«[red]late[/red]»" in screen
    assert "never arrived" in screen
    assert "67%" in screen
    assert "accurate@2" in screen
    assert "не отзыв" not in screen
    assert json.loads(to_json(DOCUMENT, AUTHENTICITY, "ru"))["understanding"]["label"] == "negative"
