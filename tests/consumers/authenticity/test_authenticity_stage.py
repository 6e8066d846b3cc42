"""The stage against a real store: state is shared, bounded, and never counts a review twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consumers.authenticity.histories import Histories
from consumers.authenticity.stage import AuthenticityStage
from consumers.authenticity.subject import prepare
from pipeline.clock import FixedClock
from pipeline.errors import StoreConflict
from pipeline.mongo import Store
from pipeline.records import Author, ScoredReview, SignalReading, UnderstoodReview
from pipeline.stage import BatchResult, Delivery

NOW = datetime(2024, 5, 20, 13, tzinfo=UTC)
Deliveries = Callable[..., list[Delivery]]
Understood = Callable[..., UnderstoodReview]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def stage(store: Store, clock: FixedClock) -> AuthenticityStage:
    return AuthenticityStage(store, clock)


def scored(result: BatchResult) -> list[ScoredReview]:
    assert not result.rejected
    outputs = [output for output in result.outputs if isinstance(output, ScoredReview)]
    assert len(outputs) == len(result.outputs)
    return outputs


def reading(review: ScoredReview, name: str) -> SignalReading | None:
    return next((one for one in review.authenticity.signals if one.name == name), None)


def value(review: ScoredReview, name: str) -> float:
    found = reading(review, name)
    assert found is not None, f"{name} was silent"
    return found.value


def by(name: str) -> Author:
    return Author(id=name, name=name)


def test_outputs_keep_order_and_content(
    stage: AuthenticityStage, deliveries: Deliveries, understood: Understood
) -> None:
    records = [understood(review_id=f"shop:{n}", text=f"Текст номер {n}") for n in range(5)]
    outputs = scored(stage.handle(deliveries(*records)))
    assert [output.review for output in outputs] == [record.review for record in records]
    assert outputs[0].authenticity.model.startswith("evidence@")


def test_an_empty_review_gets_a_score_and_says_that_evidence_is_missing(
    stage: AuthenticityStage, deliveries: Deliveries, understood: Understood
) -> None:
    (output,) = scored(stage.handle(deliveries(understood(text=""))))
    assert output.authenticity.verdict == "insufficient_evidence"
    assert output.authenticity.score == pytest.approx(0.92)


def test_reviews_of_one_batch_see_those_before_them(
    stage: AuthenticityStage, deliveries: Deliveries, understood: Understood
) -> None:
    first = understood(review_id="shop:1", author=by("Мария"))
    second = understood(review_id="shop:2", author=by("Олег"))
    outputs = scored(stage.handle(deliveries(first, second)))
    assert value(outputs[0], "exact_duplicate") == 0
    assert value(outputs[1], "exact_duplicate") > 120
    assert outputs[1].authenticity.verdict == "not_confirmed"


def test_another_worker_sees_the_copy(
    stage: AuthenticityStage,
    store: Store,
    clock: FixedClock,
    deliveries: Deliveries,
    understood: Understood,
) -> None:
    other = AuthenticityStage(store, clock)
    other.handle(deliveries(understood(review_id="shop:0", text="Совсем о другом магазине, да.")))
    stage.handle(deliveries(understood(review_id="shop:1", author=by("Мария"))))
    (output,) = scored(other.handle(deliveries(understood(review_id="shop:2", author=by("Олег")))))
    assert value(output, "exact_duplicate") > 0


def test_a_retouched_copy_is_a_near_duplicate(
    stage: AuthenticityStage, deliveries: Deliveries, understood: Understood
) -> None:
    first = understood(review_id="shop:1", author=by("Мария"))
    text = first.review.text.replace("девять", "восемь").replace("трещиной", "царапиной")
    second = understood(review_id="shop:2", author=by("Олег"), text=text)
    outputs = scored(stage.handle(deliveries(first, second)))
    assert value(outputs[1], "exact_duplicate") == 0
    assert value(outputs[1], "near_duplicate") > 0.6


@pytest.mark.parametrize("process", ["the same process", "another process"])
def test_a_redelivered_batch_is_not_its_own_duplicate(
    stage: AuthenticityStage,
    store: Store,
    clock: FixedClock,
    deliveries: Deliveries,
    understood: Understood,
    process: str,
) -> None:
    batch = deliveries(
        understood(review_id="shop:1", author=by("Мария"), rating=5.0),
        understood(review_id="shop:2", author=by("Мария"), text="Второй отзыв того же автора"),
    )
    first = scored(stage.handle(batch))
    clock.advance(30)
    again = stage if process == "the same process" else AuthenticityStage(store, clock)
    second = scored(again.handle(batch))
    for review in (*first, *second):
        assert value(review, "exact_duplicate") == 0
    recent = store["authors"].find_one({"_id": "shop|Мария"})
    assert recent is not None
    assert [line["r"] for line in recent["recent"]] == ["shop:1", "shop:2"]
    assert store["auth_shingles"].count_documents({}) == 1


def test_an_edited_review_replaces_its_line_in_the_history(
    stage: AuthenticityStage, store: Store, deliveries: Deliveries, understood: Understood
) -> None:
    author = by("Мария")
    stage.handle(deliveries(understood(author=author, rating=5.0)))
    (edited,) = scored(
        stage.handle(deliveries(understood(author=author, rating=1.0, tone="negative")))
    )
    document = store["authors"].find_one({"_id": "shop|Мария"})
    assert document is not None
    assert [(line["r"], line["s"]) for line in document["recent"]] == [("shop:1", 1.0)]
    assert value(edited, "exact_duplicate") == 0
    assert reading(edited, "self_copy") is None


def test_two_versions_in_one_batch_leave_one_line(
    stage: AuthenticityStage, store: Store, deliveries: Deliveries, understood: Understood
) -> None:
    author = by("Мария")
    stage.handle(
        deliveries(understood(author=author, rating=5.0), understood(author=author, rating=2.0))
    )
    document = store["authors"].find_one({"_id": "shop|Мария"})
    assert document is not None
    assert [(line["r"], line["s"]) for line in document["recent"]] == [("shop:1", 2.0)]


def test_an_author_keeps_the_last_twenty(
    stage: AuthenticityStage, store: Store, deliveries: Deliveries, understood: Understood
) -> None:
    author = by("Мария")
    for start in (0, 15):
        stage.handle(
            deliveries(
                *(
                    understood(review_id=f"shop:{n}", author=author, text=f"Отзыв {n}")
                    for n in range(start, start + 15)
                )
            )
        )
    document = store["authors"].find_one({"_id": "shop|Мария"})
    assert document is not None
    assert [line["r"] for line in document["recent"]] == [f"shop:{n}" for n in range(10, 30)]


def test_workers_that_share_an_author_do_not_undo_each_other(
    stage: AuthenticityStage,
    store: Store,
    clock: FixedClock,
    deliveries: Deliveries,
    understood: Understood,
) -> None:
    other = AuthenticityStage(store, clock)
    author = by("Мария")
    stage.handle(deliveries(understood(review_id="shop:1", author=author)))
    other.handle(deliveries(understood(review_id="shop:2", author=author, text="Другой текст.")))
    (output,) = scored(
        stage.handle(deliveries(understood(review_id="shop:3", author=author, text="Третий.")))
    )
    assert value(output, "author_history") == pytest.approx(1.386, abs=0.001)


def test_the_stored_copies_are_bounded(
    store: Store, clock: FixedClock, deliveries: Deliveries, understood: Understood
) -> None:
    stage = AuthenticityStage(store, clock, capacity=4)
    for n in range(12):
        stage.handle(
            deliveries(understood(review_id=f"shop:{n}", text=f"Отзыв под номером {n} о магазине"))
        )
        clock.advance(1)
    assert store["auth_shingles"].count_documents({}) == 12
    clock.advance(timedelta(hours=1).total_seconds())
    assert stage.tick(clock.now()) == ()
    assert store["auth_shingles"].count_documents({}) == 4


def test_the_entity_mean_leaves_out_the_review_itself(
    stage: AuthenticityStage, store: Store, deliveries: Deliveries, understood: Understood
) -> None:
    entity = "sofa-store"
    store["entities"].insert_one({"_id": entity, "first_event_day": "2024-05-01"})
    bucket: dict[str, Any] = {"entity_id": entity, "rated": 7, "rating_sum": 31.0}
    store["day_buckets"].insert_one({"_id": "b", **bucket})
    store["facts"].insert_one({"_id": "shop:1", "entity_id": entity, "rating": 1.0})
    stored, new = (
        understood(review_id=review_id, rating=1.0, tone="negative")
        for review_id in ("shop:1", "shop:2")
    )
    outputs = scored(stage.handle(deliveries(stored, new)))
    assert value(outputs[0], "rating_deviation") > value(outputs[1], "rating_deviation")
    found = reading(outputs[0], "rating_deviation")
    assert found is not None
    assert "оценок: 6" in found.reason_ru


def test_live_reviews_of_a_young_entity_are_early_and_backfilled_ones_are_not(
    stage: AuthenticityStage, store: Store, deliveries: Deliveries, understood: Understood
) -> None:
    store["entities"].insert_one({"_id": "sofa-store", "first_event_day": "2024-05-01"})
    live, old = scored(
        stage.handle(
            deliveries(
                understood(review_id="shop:1"), understood(review_id="shop:2", is_backfill=True)
            )
        )
    )
    assert value(live, "early_window") == pytest.approx(1 - 9 / 180, abs=1e-4)
    assert reading(old, "early_window") is None


def test_two_workers_that_meet_a_new_author_at_once_lose_nothing(
    store: Store, clock: FixedClock, understood: Understood
) -> None:
    author = by("Мария")
    mine, theirs = prepare(
        [
            understood(review_id="shop:1", author=author),
            understood(review_id="shop:2", author=author),
        ]
    )
    first, second = (Histories(store, [mine.author_key or ""]) for _ in range(2))
    first.remember(mine)
    second.remember(theirs)
    first.save(clock.now())
    with pytest.raises(StoreConflict):
        second.save(clock.now())
    again = Histories(store, [theirs.author_key or ""])
    again.remember(theirs)
    again.save(clock.now())
    document = store["authors"].find_one({"_id": "shop|Мария"})
    assert document is not None
    assert [line["r"] for line in document["recent"]] == ["shop:1", "shop:2"]
