"""Which posts name a watched entity."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.entities import Entity, load_entities
from crawlers.mentions import MentionFilter
from pipeline.identity import make_review
from pipeline.records import Review

KETTLES = Entity(name="Белый чайник", aliases=("Kettles", "Озёрск"))
EXAMPLE = Path(__file__).parents[2] / "deploy" / "entities.example.yaml"
MAGNET = Entity(name="Магнит", stop_words=("холодильник",), context_words=("магазин", "касса"))


def post(text: str, *, title: str = "", topic: str = "", mention: bool = True) -> Review:
    return make_review(
        review_id="discourse:1", source="discourse", kind="forum", entity_id="kettles", title=title,
        text=text, crawled_at=datetime(2026, 6, 15, tzinfo=UTC), is_mention=mention,
        extra={"topic": topic},
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["Купил в Белом чайнике", "БЕЛОГО ЧАЙНИКА!", "a kettle-like thing", "(Kettles)", "из Озерска"],
)
def test_a_name_is_found_in_any_case_and_number(text: str) -> None:
    assert MentionFilter.of(KETTLES).keeps(post(text))


@pytest.mark.parametrize("text", ["чайник белый", "Белый, но не чайник", "kettlesome", "", "белый"])
def test_parts_of_names_and_of_words_are_no_names(text: str) -> None:
    assert not MentionFilter.of(KETTLES).keeps(post(text))


def test_a_whole_thread_about_the_entity_is_kept() -> None:
    kept = MentionFilter.of(KETTLES)
    assert kept.keeps(post("согласен", topic="Кто заказывал в Белом чайнике?"))
    assert kept.keeps(post("согласен", title="Kettles"))


def test_reviews_are_not_asked() -> None:
    assert MentionFilter.of(KETTLES).keeps(post("Хорошо", mention=False))


def test_stop_words_forbid_and_context_words_are_needed() -> None:
    kept = MentionFilter.of(MAGNET)
    assert kept.keeps(post("В Магните на кассе нахамили"))
    assert not kept.keeps(post("Магнит сильный"))
    assert not kept.keeps(post("Магниты на холодильнике из магазина"))


def test_a_stop_word_forbids_a_post_of_a_thread_about_the_entity() -> None:
    kept = MentionFilter.of(MAGNET)
    topic = "Магазин Магнит"
    assert kept.keeps(post("Согласен", topic=topic))
    assert not kept.keeps(post("Прилепил на холодильник", topic=topic))


def test_a_long_hostile_text_is_read_at_once() -> None:
    assert not MentionFilter.of(KETTLES).keeps(post("белый " * 3_000))


@pytest.mark.parametrize(
    ("entity", "text", "is_kept"),
    [
        ("lunny-chay", "Заказал у ЛЧ два пакета", True),
        ("lunny-chay", "Финал ЛЧ: наш футбол", False),
        ("severny-chay", "Купил у Севера заварку", True),
        ("severny-chay", "Едем на Север летом", False),
    ],
)
def test_the_example_shows_what_both_lists_of_words_are_for(
    entity: str, text: str, is_kept: bool
) -> None:
    assert MentionFilter.of(load_entities(EXAMPLE)[entity]).keeps(post(text)) is is_kept
