"""Which reviews an alarm shows, what it says drives them, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from consumers.alerting.english_forms import span as english_span
from consumers.alerting.episodes import Episode
from consumers.alerting.evaluation import Evaluation
from consumers.alerting.evidence import gather
from consumers.alerting.note import ReviewNote, note_of
from consumers.alerting.policy import BurstPolicy
from consumers.alerting.russian_forms import DAYS, REVIEWS, decimal, odds, plural, span
from consumers.alerting.solicitation import weigh_signs
from consumers.alerting.wording import alert_of
from consumers.alerting.words import excess
from pipeline.records import Alert, AlertDriver
from tests.consumers.alerting.alerting_worlds import TODAY, days_ago, review


def notes(count: int, *, first: int = 0, **fields: Any) -> list[ReviewNote]:
    return [note_of(review(first + at, TODAY, **fields)) for at in range(count)]


def usual(count: int = 40) -> list[ReviewNote]:
    text = "Столик у окна был занят, а музыка играла громко, хотя кормят здесь неплохо всегда"
    return notes(count, first=1_000, text=text)


def drivers(
    found: list[ReviewNote], before: list[ReviewNote]
) -> dict[tuple[str, str], AlertDriver]:
    evidence = gather("negative", found, before)
    return {(driver.name, driver.value): driver for driver in evidence.drivers}


def test_only_what_the_rule_counts_is_evidence() -> None:
    mixed = [*notes(2), *notes(3, first=10, label="positive")]
    assert len(gather("negative", mixed, []).reviews) == 2
    assert len(gather("not_negative", mixed, []).reviews) == 3
    assert len(gather("all", mixed, []).reviews) == 5


def test_the_worst_believable_review_comes_first_and_copies_last() -> None:
    mild, worst, doubtful, copy = notes(4)
    ranked = gather(
        "negative",
        [
            replace(copy, sentiment=-0.95, text_hash=worst.text_hash, authenticity=0.8),
            replace(mild, sentiment=-0.3),
            replace(doubtful, sentiment=-0.95, authenticity=0.1),
            replace(worst, sentiment=-0.95),
        ],
        [],
    ).reviews
    assert [note.review_id for note in ranked] == ["maps:1", "maps:2", "maps:0", "maps:3"]


def test_history_alone_is_no_news() -> None:
    assert not gather("negative", notes(3, is_backfill=True), []).has_news
    assert gather("negative", [*notes(3, is_backfill=True), *notes(1, first=9)], []).has_news


def test_aspects_drive_where_there_are_any() -> None:
    late = [{"aspect": "delivery", "polarity": "negative"}]
    tasty = [{"aspect": "quality", "polarity": "positive"}]
    found = drivers(notes(8, aspects=late), notes(20, first=50, aspects=tasty))
    assert found["aspect", "delivery"].count == 8
    assert found["aspect", "delivery"].usual_share == 0.0
    assert ("aspect", "quality") not in found
    assert not [name for name, _ in found if name == "word"]


def test_words_drive_where_there_are_no_aspects() -> None:
    found = drivers(notes(8), usual())
    assert ("word", "курьер") in found
    assert ("word", "столик") not in found


def test_stop_words_never_drive() -> None:
    found = drivers(notes(8, text="Почему никогда нельзя дозвониться, почему"), usual())
    assert ("word", "дозвониться") in found
    assert not {"почему", "никогда", "нельзя"} & {value for _, value in found}


def test_new_authors_copies_and_doubts_are_named() -> None:
    author = {"author": {"reviews_count": 1}}
    known = [replace(note, author_reviews=25) for note in usual()]
    found = drivers(
        notes(10, review=author, authenticity=0.2, text_hash="same", text="Ужас"), known
    )
    assert {"new_authors", "low_authenticity", "repeated_texts", "short_texts"} <= {
        name for name, _ in found
    }
    assert found["new_authors", ""].usual_share == 0.0


def test_a_usual_source_drives_nothing() -> None:
    assert ("source", "maps") not in drivers(notes(8), usual())
    assert ("source", "forum") in drivers(notes(8, source="forum"), usual())


def test_excess_is_signed_and_shrunk() -> None:
    assert excess(8, 10, 10, 100).z > 3
    assert excess(1, 10, 50, 100).z < 0
    assert excess(1, 1, 0, 100).z < excess(10, 10, 0, 100).z


def test_two_signs_make_a_burst_look_solicited() -> None:
    burst = evaluation(rule="review_burst", kind="praise_burst", severity="info", details={})
    signs = gather("not_negative", notes(9, label="positive", text="Супер"), usual()).drivers
    assert weigh_signs(burst, signs, BurstPolicy()).kind == "praise_burst"
    product = AlertDriver(name="product", value="Карта", count=9, share=1.0, usual_share=0.2)
    solicited = weigh_signs(burst, [*signs, product], BurstPolicy())
    assert (solicited.kind, solicited.severity) == ("solicited_praise", "warning")
    assert solicited.details["signs_of_solicitation"] == ["product", "short_texts"]


def evaluation(**changes: Any) -> Evaluation:
    fields: dict[str, Any] = {
        "rule": "negative_spike", "entity_id": "cafe-lira", "today": TODAY, "window_days": 3,
        "observed": 11.0, "expected": 2.1, "surprise": 4.2, "threshold": 3.0,
        "kind": "complaints", "severity": "critical",
        "details": {"share": 0.61, "usual_share": 0.18, "unlikely_share": 0.0},
    }  # fmt: skip
    return Evaluation(**{**fields, **changes})


def alert(peak: Evaluation, **changes: Any) -> Alert:
    episode = Episode(
        rule=peak.rule, entity_id=peak.entity_id, start=days_ago(2), peak=peak, told_surprise=4.2,
        **changes,
    )  # fmt: skip
    delivery = AlertDriver(name="aspect", value="delivery", count=8, share=0.73, usual_share=0.12)
    now = datetime(2024, 7, 1, 12, tzinfo=UTC)
    return alert_of(episode, ["maps:1"], [delivery], started_at=now, now=now)


def test_the_message_in_russian() -> None:
    assert alert(evaluation()).text_ru == (
        "cafe-lira: 11 негативных отзывов за 3 дня (29 июня – 1 июля 2024) при ожидаемых 2,1; "
        "доля негатива 61 %, обычно 18 %.\n"
        "Чем выделяются: тема «доставка» — 8 (73 %, обычно 12 %).\n"
        "Сила сигнала 4,2 при пороге 3: случайно такое бывает примерно раз на 20000."
    )


TESTED = AlertDriver(
    name="aspect", value="refund", count=8, share=0.8, usual_share=0.125, whole=10, usual_count=5,
    usual_whole=40, chance=0.0004,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "rule", "russian", "english"),
    [
        ("complaints", "negative_spike", "На что жалуются", "Complained about"),
        ("praise_burst", "review_burst", "О чём пишут", "Written about"),
    ],
)
def test_aspects_that_a_test_stands_behind_have_a_line_of_their_own(
    kind: str, rule: str, russian: str, english: str
) -> None:
    peak = evaluation(kind=kind, rule=rule)
    episode = Episode(
        rule=rule, entity_id=peak.entity_id, start=TODAY, peak=peak, told_surprise=4.2
    )
    other = AlertDriver(name="source", value="maps", count=9, share=0.9, usual_share=0.3)
    now = datetime(2024, 7, 1, 12, tzinfo=UTC)
    found = alert_of(episode, ["maps:1"], [TESTED, other], started_at=now, now=now)
    assert found.text_ru.splitlines()[1:3] == [
        f"{russian} чаще обычного: возврат и гарантия — 8 из 10 (80 %), прежде 5 из 40 (12 %).",
        "Чем выделяются: площадка «maps» — 9 (90 %, обычно 30 %).",
    ]
    assert found.text_en.splitlines()[1:3] == [
        f"{english} more than before: refund and warranty: 8 of 10 (80%), before 5 of 40 (12%).",
        'What sets them apart: source "maps": 9 (90%, usually 30%).',
    ]


def test_the_message_in_english() -> None:
    found = alert(evaluation(window_days=1, observed=1.0))
    assert found.text_en.startswith(
        "cafe-lira: 1 negative review in 1 day (1 July 2024) where 2.1 were expected; "
        "61% of all reviews are negative, usually 18%.\n"
        'What sets them apart: aspect "delivery": 8 (73%, usually 12%).\n'
    )


@pytest.mark.parametrize("state", ["open", "updated", "resolved"])
@pytest.mark.parametrize(
    "kind",
    [
        "complaints", "review_bombing", "rating_drop", "praise_burst", "solicited_praise",
        "volume_burst", "solicited_burst",
    ],
)  # fmt: skip
def test_every_kind_and_state_has_words(kind: str, state: str) -> None:
    rule = {"complaints": "negative_spike", "review_bombing": "negative_spike"}.get(kind, "other")
    details = {"share": 0.6, "usual_share": 0.2, "unlikely_share": 0.9, "rated": 21.0}
    end = TODAY if state == "resolved" else None
    found = alert(evaluation(rule=rule, kind=kind, details=details), state=state, end=end)
    assert "cafe-lira" in found.title_ru
    assert "cafe-lira" in found.title_en
    assert found.details["kind"] == kind
    assert ("Длилось" in found.text_ru) == (state == "resolved")


@pytest.mark.parametrize(
    ("number", "form"),
    [(1, "отзыв"), (2, "отзыва"), (5, "отзывов"), (11, "отзывов"), (21, "отзыв"), (112, "отзывов")],
)
def test_russian_plurals(number: int, form: str) -> None:
    assert plural(number, REVIEWS) == form


def test_russian_numbers_and_days() -> None:
    assert (decimal(2.14), decimal(3.0)) == ("2,1", "3")
    assert plural(3, DAYS) == "дня"
    assert span(date(2023, 9, 26), date(2023, 9, 27)) == "26–27 сентября 2023"
    assert span(date(2023, 12, 30), date(2024, 1, 2)) == "30 декабря 2023 – 2 января 2024"
    assert english_span(date(2023, 9, 30), date(2023, 10, 2)) == "30 September – 2 October 2023"
    assert odds(2.57) == "примерно раз на 400"
    assert odds(24.0) == "реже, чем раз на миллион"
