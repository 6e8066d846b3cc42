"""Columns are understood, rows become reviews, and ids stay the same on the next import."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.importing.fields import field_of
from crawlers.importing.mapping import ColumnMapping, guess_mapping, parse_overrides
from crawlers.importing.readers import Row
from crawlers.importing.rows import BadRow, ReviewBuilder
from crawlers.importing.run import ImportOptions, Listener, import_file
from pipeline.clock import FixedClock
from pipeline.errors import UsageError
from pipeline.log.protocol import EventLog
from pipeline.records import Review
from tests.crawlers.published import assert_balanced, reports_on, reviews_on

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SHARED_DATA = Path(__file__).parents[4] / "shared" / "data"


def rows_of(*values: dict[str, Any]) -> list[Row]:
    return [Row(number, row) for number, row in enumerate(values, start=2)]


def columns_of(*values: dict[str, Any], **overrides: str) -> dict[str, str]:
    return guess_mapping(rows_of(*values), overrides, NOW).columns


def built(values: dict[str, Any], **overrides: str) -> Review:
    rows = rows_of(values)
    return a_builder(guess_mapping(rows, overrides, NOW)).build(rows[0])


def a_builder(mapping: ColumnMapping) -> ReviewBuilder:
    return ReviewBuilder(
        mapping=mapping, entity_id="tea", source="import", kind="import", crawl_id="c1",
        is_backfill=True, now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Review_Text", "text"), ("reviewText", "text"), ("ТЕКСТ ОТЗЫВА:", "text"),
        ("Достоинства", "pros"), ("published_at", "date"), ("Звёзды", "stars"),
        ("author.name", "author"), ("id отзыва", "id"), ("нечто", None),
    ],
)  # fmt: skip
def test_headers_are_known_in_russian_and_english(header: str, field: str | None) -> None:
    assert field_of(header) == field


def test_the_better_header_wins() -> None:
    row = {"comment": "проверено", "text": "Хороший чай", "score": 4, "stars": 5}
    assert columns_of(row)["text"] == "text"
    assert columns_of(row)["stars"] == "stars"


def test_columns_without_telling_headers_are_known_by_their_values() -> None:
    rows = [
        {
            "a": f"2025-03-{day:02d}",
            "b": 1 + day % 5,
            "c": "Вполне приличный чай, беру снова",
            "d": day,
        }
        for day in range(1, 20)
    ]
    assert columns_of(*rows) == {"date": "a", "stars": "b", "text": "c"}


def test_a_larger_scale_is_seen_in_the_values() -> None:
    row = {"rating": 9, "text": "Хорошо"}
    assert columns_of(row) == {"score10": "rating", "text": "text"}
    review = built(row)
    assert review.rating == pytest.approx(4.5556, abs=1e-3)
    assert review.rating_original is not None
    assert (review.rating_original.value, review.rating_original.best) == (9, 10)
    assert columns_of({"rating": 80, "text": "Хорошо"})["score100"] == "rating"


def test_the_person_has_the_last_word() -> None:
    row = {"text": "служебное", "note": "Хороший чай", "rating": 3}
    overrides = parse_overrides(["text=note", "score10=rating", "stars="])
    assert columns_of(row, **overrides) == {"text": "note", "score10": "rating"}
    assert built(row, **overrides).text == "Хороший чай"


@pytest.mark.parametrize("given", ["text", "nonsense=note", "=note"])
def test_an_override_of_no_field_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="write field=column"):
        parse_overrides([given])


def test_an_override_with_no_such_column_is_refused() -> None:
    with pytest.raises(UsageError, match="no such column"):
        columns_of({"text": "x"}, text="texxt")


def test_a_column_that_only_later_rows_have_is_learnt() -> None:
    mapping = guess_mapping(rows_of({"text": "x"}), {}, NOW)
    review = a_builder(mapping).build(Row(900, {"text": "y", "stars": 2}))
    assert review.rating == 2.0


@pytest.mark.parametrize(
    ("label", "recommends"),
    [("positive", True), ("negative", False), ("neutral", None), ("Да", True), (False, False)],
)
def test_a_label_without_stars_is_a_recommendation(label: Any, recommends: bool | None) -> None:
    review = built({"text": "Хорошо", "label": label})
    assert (review.recommends, review.rating) == (recommends, None)


def test_a_label_beside_a_star_only_repeats_it() -> None:
    review = built({"text": "Хорошо", "label": "positive", "stars": 5.0})
    assert (review.recommends, review.rating) == (None, 5.0)


@pytest.mark.parametrize(
    ("cell", "stars"),
    [(2.5, 2.5), ("4,5", 4.5), ("4 из 5", 4.0), ("★★★☆☆", 3.0), (0, None), (2.3333333, 2.3333333)],
)
def test_stars_are_read_as_they_are_written(cell: Any, stars: float | None) -> None:
    assert built({"text": "Хорошо", "stars": cell}, stars="stars").rating == stars


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"text": "x", "stars": "7"}, "column stars: .*score10"),
        ({"text": "x", "date": "45.13.2025"}, "column date: .*correct it"),
        ({"text": "x", "date": "2031-01-01"}, "column date: .*future"),
        ({"text": "x", "verified": "maybe"}, "column verified: .*yes nor no"),
        ({"text": " ", "stars": None}, "neither text nor rating"),
    ],
)
def test_a_bad_cell_is_named_with_its_column(row: dict[str, Any], words: str) -> None:
    overrides = {"stars": "stars"} if "stars" in row else {}
    with pytest.raises(BadRow, match=words):
        built(row, **overrides)


def test_the_other_columns_find_their_place() -> None:
    review = built(
        {
            "id": 17, "text": "Хорошо", "source": "Yandex Maps", "author": "Анна",
            "product": "Чай «Луна»", "verified": "да", "helpful": "1 234", "reply": "Спасибо!",
            "lang": "RU-ru", "url": "https://maps.example/1", "date": 1741000000,
        }
    )  # fmt: skip
    assert review.review_id == "Yandex Maps:17"
    assert review.verified_purchase is True
    assert review.votes is not None
    assert review.votes.helpful == 1234
    assert review.replies[0].is_owner
    assert review.language == "ru"
    assert review.published_precision == "second"


def test_identical_rows_are_numbered_the_same_every_time() -> None:
    rows = rows_of(*[{"text": "Отлично", "date": "2025-03-04"}] * 3, {"text": "Отлично"})

    def ids() -> list[str]:
        builder = a_builder(guess_mapping(rows, {}, NOW))
        return [builder.build(row).review_id for row in rows]

    assert len(set(ids())) == 4
    assert ids() == ids()


def test_an_edited_star_keeps_the_id() -> None:
    before = built({"text": "Отлично", "author": "Анна", "stars": 5})
    after = built({"text": "Отлично", "author": "Анна", "stars": 1})
    assert before.review_id == after.review_id
    assert before.content_hash != after.content_hash


def test_an_import_again_changes_nothing(log: EventLog, clock: FixedClock, tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    lines = [{"text": f"Отзыв {n % 700}", "stars": 1 + n % 5} for n in range(1_200)]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    options = ImportOptions(entity_id="tea", source="letters")
    stored: dict[str, str] = {}

    def run() -> tuple[int, int, int]:
        report = import_file(path, options, log, lambda ids: stored, clock, Listener())
        assert report.outcome == "complete"
        return report.new, report.changed, report.unchanged

    assert run() == (1_200, 0, 0)
    stored.update((review.review_id, review.content_hash) for review in reviews_on(log))
    assert run() == (0, 0, 1_200)
    assert_balanced(log)
    assert {report.source for report in reports_on(log)} == {"letters"}


def test_bad_rows_are_counted_and_the_rest_published(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("id,text,stars\n1,fine,5\n2,bad,9\n1,again,5\n3,good,4\n", encoding="utf-8")
    options = ImportOptions(entity_id="tea", columns={"stars": "stars"}, is_live=True)
    report = import_file(path, options, log, None, clock, Listener())
    assert (report.seen, report.skipped, report.outcome) == (2, 2, "complete")
    assert any(problem.startswith("row 3: column stars") for problem in report.problems)
    assert not any(review.is_backfill for review in reviews_on(log))


def test_a_file_that_breaks_off_keeps_what_stood_before(
    log: EventLog, clock: FixedClock, tmp_path: Path
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(
        "text,stars\n" + "fine,5\n" * 600 + '"open,5\n' + "filler,5\n" * 200_000, encoding="utf-8"
    )
    options = ImportOptions(entity_id="tea")
    report = import_file(path, options, log, None, clock, Listener())
    assert (report.outcome, report.seen) == ("failed", 600)
    assert "quotation mark" in report.reason
    assert_balanced(log)


@pytest.mark.parametrize(
    ("name", "reviews"), [("gazprombank", 5_024), ("steam-pubg", 11_679), ("ba", 3_692)]
)
def test_real_streams_are_imported_whole(
    log: EventLog, clock: FixedClock, name: str, reviews: int
) -> None:
    path = SHARED_DATA / f"stream-{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there: the shared data is not part of the project")
    options = ImportOptions(entity_id=name)
    report = import_file(path, options, log, None, clock, Listener())
    assert (report.seen, report.skipped) == (reviews, 0)
    found = reviews_on(log)
    assert len({review.review_id for review in found}) == len(found) == reviews


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", " \t "])
def test_a_cell_of_blanks_is_an_empty_one(blank: str) -> None:
    row = {"Автор": "Иванов", "Дата": blank, "Текст": "Хороший магазин", "Оценка": blank}
    review = built(row)
    assert (review.text, review.rating, review.published_at) == ("Хороший магазин", None, None)
