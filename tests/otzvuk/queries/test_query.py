"""What a search finds, in which order, and in which form it leaves the house."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from consumers.storing.rebuilding import rebuild
from otzvuk.commands.query import write_csv
from otzvuk.queries.aspect_wish import AspectWish
from otzvuk.queries.cursor import Cursor
from otzvuk.queries.rows import row_maker, spreadsheet_cell
from otzvuk.queries.search import find_all, find_page
from otzvuk.queries.selection import ReviewSelection
from pipeline.clock import FixedClock
from pipeline.errors import UsageError
from pipeline.mongo import Store
from tests.otzvuk.queries.conftest import NOW

Fill = Callable[..., None]


def wishes(*words: str) -> tuple[AspectWish, ...]:
    return tuple(map(AspectWish.parsed, words))


def ids(store: Store, **wanted: Any) -> set[str]:
    return {found["_id"].split(":")[1] for found in find_all(store, ReviewSelection(**wanted))}


@pytest.fixture
def filled(store: Store, fill: Fill) -> Store:
    fill(
        {"id": "slow", "text": "Доставку ждал месяц, курьеры хамят", "rating": 1.0,
         "label": "negative", "days_ago": 2,
         "aspects": {"delivery": "negative", "staff": "negative"}},
        {"id": "fast", "text": "Быстрая доставка!", "rating": 5.0, "label": "positive",
         "days_ago": 90, "authenticity": 0.2, "verdict": "not_confirmed",
         "aspects": {"delivery": "positive"}},
        {"id": "english", "text": "Deliveries were late", "rating": None, "language": "en",
         "days_ago": 700, "source": "forum", "kind": "forum"},
        {"id": "other", "entity": "globex", "text": "Доставки нет"},
    )  # fmt: skip
    return store


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, {"slow", "fast", "english", "other"}),
        ({"entity": "acme"}, {"slow", "fast", "english"}),
        ({"entity": "nobody"}, set()),
        ({"source": "forum"}, {"english"}),
        ({"kind": "marketplace", "entity": "acme"}, {"slow", "fast"}),
        ({"sentiment": "negative"}, {"slow"}),
        ({"verdict": "not_confirmed"}, {"fast"}),
        ({"language": "en"}, {"english"}),
        ({"rating_max": 2}, {"slow"}),
        ({"rating_min": 4.5}, {"fast"}),
        ({"authenticity_max": 0.5}, {"fast"}),
        ({"authenticity_min": 0.5, "entity": "acme"}, {"slow", "english"}),
        ({"since": date(2026, 3, 1), "entity": "acme"}, {"slow"}),
        ({"until": date(2025, 12, 31)}, {"fast", "english"}),
        ({"text": "доставками"}, {"slow", "fast", "other"}),
        ({"text": "курьер доставка"}, {"slow"}),
        ({"text": "delivery"}, {"english"}),
        ({"text": "дост"}, set()),
        ({"text": ".*"}, None),
        ({"aspects": wishes("delivery")}, {"slow", "fast"}),
        ({"aspects": wishes("Delivery:Negative")}, {"slow"}),
        ({"aspects": wishes("delivery", "staff")}, {"slow"}),
        ({"aspects": wishes("delivery:positive", "staff")}, set()),
        ({"aspects": wishes("delivery"), "text": "быстро"}, {"fast"}),
        ({"aspects": wishes("price")}, set()),
    ],
)
def test_filters(filled: Store, wanted: dict[str, Any], expected: set[str] | None) -> None:
    if expected is None:
        with pytest.raises(UsageError, match="no word"):
            ids(filled, **wanted)
    else:
        assert ids(filled, **wanted) == expected


def test_aspects_are_found_after_a_rescore_and_a_rebuild(filled: Store, fill: Fill) -> None:
    fill({"id": "fast", "text": "Быстрая доставка!", "rating": 5.0, "label": "positive",
          "days_ago": 90, "aspects": {"price": "positive"}, "model": "m@2"})  # fmt: skip
    assert ids(filled, aspects=wishes("price")) == {"fast"}
    assert ids(filled, aspects=wishes("delivery")) == {"slow"}
    filled["facts"].update_many({}, {"$unset": {"aspects": ""}})
    assert ids(filled, aspects=wishes("delivery")) == set()
    rebuild(filled, FixedClock(NOW), lambda _: None)
    assert ids(filled, aspects=wishes("delivery")) == {"slow"}


def test_pages_are_newest_first_and_join_without_gap_or_double(store: Store, fill: Fill) -> None:
    fill(*({"id": f"{n:03}", "days_ago": n // 3, "entity": f"e{n % 2}"} for n in range(60)))
    whole = [found["_id"] for found in find_all(store, ReviewSelection())]
    joined: list[str] = []
    cursor = None
    while True:
        page = find_page(store, ReviewSelection(), 7, cursor)
        joined += [found["_id"] for found in page.reviews]
        if page.next is None:
            break
        cursor = Cursor.decoded(page.next.encoded())
    assert joined == whole
    assert len(set(joined)) == 60


def test_a_cursor_holds_while_newer_reviews_arrive(store: Store, fill: Fill) -> None:
    fill(*({"id": f"old{n}", "days_ago": 10 + n} for n in range(6)))
    first = find_page(store, ReviewSelection(), 3)
    fill({"id": "newer", "days_ago": 1})
    second = find_page(store, ReviewSelection(), 3, first.next)
    assert [found["_id"] for found in second.reviews] == ["shop:old3", "shop:old4", "shop:old5"]
    assert second.next is None


@pytest.mark.parametrize("word", ["", "!!!", "bm9uc2Vuc2U", "яя"])
def test_a_damaged_cursor_is_said(word: str) -> None:
    with pytest.raises(UsageError, match="damaged"):
        Cursor.decoded(word)


def test_authors_are_pseudonyms_stable_within_one_store(store: Store, fill: Fill) -> None:
    fill({"author": "Иван"}, {"author": "Иван"}, {"author": "Анна"}, {"author": None})
    reviews = list(find_all(store, ReviewSelection()))
    names = [row_maker(store, "author", "pseudonym").row(one)["author"] for one in reviews]
    assert len(set(names)) == 3
    assert None in names
    assert not any("Иван" in (name or "") for name in names)
    assert names == [row_maker(store, None, "pseudonym").row(one)["author"] for one in reviews]
    shown = {row_maker(store, "author", "name").row(one)["author"] for one in reviews}
    assert shown == {"Иван", "Анна", None}
    assert "author" not in row_maker(store, None, "none").row(reviews[0])


def test_an_unknown_column_is_said_with_the_known_ones(store: Store) -> None:
    with pytest.raises(UsageError, match=r"no column nmae: there are review_id"):
        row_maker(store, "text,nmae", "pseudonym")


def test_the_model_that_read_a_review_is_a_column(store: Store, fill: Fill) -> None:
    fill({"id": "1", "model": "fast@0123"})
    (review,) = find_all(store, ReviewSelection())
    assert row_maker(store, "model", "none").row(review) == {"model": "fast@0123"}
    assert row_maker(store, None, "none").row(review)["model"] == "fast@0123"


@pytest.mark.parametrize("text", ["=1+1", "+7 900", "-2", "@SUM(A1)", "\t=1", " =1", "\n=1"])
def test_texts_that_a_spreadsheet_would_run_are_neutralised(text: str) -> None:
    assert spreadsheet_cell(text) == f"'{text}"


def test_numbers_and_plain_texts_stay_as_they_are() -> None:
    assert [spreadsheet_cell(one) for one in (-0.5, None, "a=b", ["x", "y"])] == [
        -0.5, None, "a=b", "x; y",
    ]  # fmt: skip


def test_csv_survives_line_breaks_and_quotes(store: Store, fill: Fill) -> None:
    text = 'Сказали: "нет",\nи всё; =HYPERLINK'
    fill({"text": text})
    out = io.StringIO(newline="")
    maker = row_maker(store, "text,rating", "none")
    write_csv(out, maker, find_all(store, ReviewSelection()))
    out.seek(0)
    assert list(csv.reader(out)) == [["text", "rating"], [text, "4.0"]]
