"""Every format gives the same reviews, whatever its encoding, delimiter or packing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crawlers.importing.readers import delimiter_of, open_table
from crawlers.importing.run import ImportOptions, Listener, Preview, preview_file
from pipeline.clock import FixedClock
from pipeline.errors import UsageError

HEADER = ["Дата отзыва", "Автор", "Оценка", "Текст отзыва", "Плюсы"]
ROWS: list[list[Any]] = [
    ["04.03.2025", "Анна", 5, "Чай хороший; беру\nвторой раз", "аромат, вкус"],
    ["5 марта 2025", "Борис", 2, 'Пришёл "мятым"', None],
    ["2025-03-06", None, 4, "Нормально, но дорого", None],
]


def csv_bytes(delimiter: str, encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *ROWS])
    return text.getvalue().encode(encoding)


def json_bytes() -> bytes:
    lines = (dict(zip(HEADER, row, strict=True)) for row in ROWS)
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()


def xlsx_bytes(rows: Sequence[Sequence[Any]] = ()) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows or [HEADER, *ROWS]:
        book.active.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def preview(tmp_path: Path, content: bytes, **options: Any) -> Preview:
    path = tmp_path / "reviews.data"
    path.write_bytes(content)
    chosen = ImportOptions(entity_id="tea", **options)
    return preview_file(
        path, chosen, FixedClock(datetime.fromisoformat("2026-05-04T12:00Z")), Listener()
    )


FORMATS: dict[str, Callable[[], bytes]] = {
    "json lines": json_bytes,
    "csv comma utf-8": lambda: csv_bytes(",", "utf-8"),
    "csv semicolon cp1251": lambda: csv_bytes(";", "cp1251"),
    "csv semicolon bom": lambda: csv_bytes(";", "utf-8-sig"),
    "csv tab": lambda: csv_bytes("\t", "utf-8"),
    "xlsx": xlsx_bytes,
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_every_format_gives_the_same_reviews(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    found = preview(tmp_path, pack(FORMATS[name]()))
    expected = preview(tmp_path, json_bytes())
    assert found.examples == expected.examples
    assert (found.reviews, found.skipped) == (3, 0)
    first = found.examples[0]
    assert (first.author.name, first.rating, first.pros) == ("Анна", 5.0, "аромат, вкус")
    assert first.text == "Чай хороший; беру\nвторой раз"
    assert first.event_day == "2025-03-04"
    assert first.source == "import"
    assert first.is_backfill


def test_cells_of_a_sheet_keep_their_meaning(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["id", "date", "rating", "text"],
        [123.0, datetime.fromisoformat("2025-03-04"), 4.5, "Хороший чай"],
        [],
        [124, datetime.fromisoformat("2025-03-05T14:30"), 3, 2024],
    ]
    found = preview(tmp_path, xlsx_bytes(rows))
    assert [review.review_id for review in found.examples] == ["import:123", "import:124"]
    assert [review.published_precision for review in found.examples] == ["day", "second"]
    assert found.examples[1].text == "2024"


def test_nested_json_is_flattened(tmp_path: Path) -> None:
    line = {"id": 7, "author": {"name": "Анна", "id": "a1"}, "text": "Хорошо", "rating": 5}
    (review,) = preview(tmp_path, json.dumps(line).encode()).examples
    assert (review.author.name, review.author.id) == ("Анна", "a1")


def test_a_broken_line_is_named_and_the_rest_imported(tmp_path: Path) -> None:
    found = preview(tmp_path, b'{"text": "one"}\n{"text": \n[1]\n\n{"text": "two"}\n')
    assert (found.reviews, found.skipped) == (2, 2)
    assert found.problems[0].startswith("row 2: is no JSON")
    assert found.problems[1].startswith("row 3: is a JSON list")


def test_a_row_with_too_many_cells_is_named(tmp_path: Path) -> None:
    found = preview(tmp_path, b"text,stars\nfine,5\nbad, really,1\ngood,4\n")
    assert (found.reviews, found.skipped) == (2, 1)
    assert "row 3: has 3 cells" in found.problems[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b'[{"text": "x"}]', "one JSON list"),
        ("текст\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04 not a zip", "no readable XLSX"),
        (b"a,b\n1,2\n", "no column looks like"),
        (gzip.compress(b'{"text": "abc"}\n' * 50_000)[:-400], "breaks off"),
    ],
    ids=["empty", "blank", "list", "utf-16", "zip", "columns", "torn gzip"],
)
def test_what_is_no_table_is_refused_with_a_remedy(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        preview(tmp_path, content)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be opened"), open_table(tmp_path / "none.csv"):
        pass


def test_a_quotation_mark_that_is_never_closed_is_found(tmp_path: Path) -> None:
    content = b'text,stars\nfine,5\n"open,1\n' + b"filler text,3\n" * 200_000
    with pytest.raises(UsageError, match="quotation mark"):
        preview(tmp_path, content)


def test_a_line_without_end_costs_no_memory(tmp_path: Path) -> None:
    endless = b'{"text": "' + b"a" * 30_000_000 + b'"}\n'
    found = preview(tmp_path, gzip.compress(endless + b'{"text": "short"}\n'))
    assert (found.reviews, found.skipped) == (1, 1)


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes())) as sound,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for member in sound.namelist():
            bomb.writestr(member, sound.read(member))
        bomb.writestr("xl/sharedStrings2.xml", b"<a/>" * 10_000_000)
    with pytest.raises(UsageError, match="unpacks to too much"):
        preview(tmp_path, target.getvalue())


def test_delimiters_inside_texts_do_not_deceive() -> None:
    sample = "text;stars\nда, хорошо, очень, правда;5\nнет, плохо;1\n"
    assert delimiter_of(sample) == ";"
    assert delimiter_of("text\nодин столбец, с запятой\nвторой\n") == ","


@pytest.mark.parametrize(
    "damage",
    [
        lambda sheet: sheet[: len(sheet) // 2],
        lambda sheet: sheet.replace(b"<v>5</v>", b"<v>five</v>"),
        lambda sheet: b'<!DOCTYPE a [<!ENTITY b "c">]>' + sheet.replace(b"<v>5</v>", b"<v>&b;</v>"),
    ],
    ids=["torn", "no number", "entities"],
)
def test_a_damaged_sheet_is_said_not_crashed_on(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes())) as sound,
        zipfile.ZipFile(target, "w") as damaged,
    ):
        for name in sound.namelist():
            part = sound.read(name)
            damaged.writestr(name, damage(part) if name.endswith("sheet1.xml") else part)
    with pytest.raises(UsageError, match="save it again"):
        preview(tmp_path, target.getvalue())


EXPORTS: dict[str, str] = {
    "an app store's console": """Star Rating,Review Title,Review Text,Review Submit Date and Time,\
Reviewer Language,Developer Reply Text,Developer Reply Date and Time,Review Link
4,Хорошо,Греет быстро,2025-03-24T10:00:00Z,ru,Спасибо,2025-03-25T10:00:00Z,https://a.example/1""",
    "a scraper of app stores": """reviewId,userName,content,score,thumbsUpCount,at,replyContent,\
repliedAt
1,Анна,Греет быстро,4,7,2025-03-24 10:00:00,Спасибо,2025-03-25 10:00:00""",
    "a scraper of maps": """author_title,author_link,review_id,review_text,review_rating,\
review_likes,review_datetime_utc,owner_answer,owner_answer_timestamp_datetime_utc,review_link
Анна,https://a.example/u/1,1,Греет быстро,4,7,03/24/2025 10:00:00,Спасибо,03/25/2025 10:00:00,\
https://a.example/1""",
    "another scraper of maps": """name,stars,text,publishedAtDate,likesCount,responseFromOwnerText,\
responseFromOwnerDate
Анна,4,Греет быстро,2025-03-24T10:00:00.000Z,7,Спасибо,2025-03-25T10:00:00.000Z""",
    "a marketplace's cabinet": """Дата и время;Количество звёзд;Текст отзыва;Покупатель;\
Достоинства товара;Недостатки товара;Ответ продавца
24.03.2025 10:00;4;Греет быстро;Анна;цена;шум;Спасибо""",
}


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_that_people_have_need_no_mapping(tmp_path: Path, name: str) -> None:
    (one,) = preview(tmp_path, EXPORTS[name].encode()).examples
    assert (one.text, one.rating, one.event_day) == ("Греет быстро", 4.0, "2025-03-24")
    assert [reply.text for reply in one.replies] == ["Спасибо"]
    if "console" not in name:
        assert one.author.name == "Анна"


def test_one_day_beyond_twelve_tells_the_order_of_all_dates(tmp_path: Path) -> None:
    american = "date,text\n03/04/2025,One\n03/24/2025,Two\n"
    found = preview(tmp_path, american.encode()).examples
    assert [one.event_day for one in found] == ["2025-03-04", "2025-03-24"]
    assert found[0].published_raw == "03/04/2025"
    european = american.replace("03/24", "24/03")
    found = preview(tmp_path, european.encode()).examples
    assert [one.event_day for one in found] == ["2025-04-03", "2025-03-24"]


def test_a_clock_of_half_days_tells_it_too(tmp_path: Path) -> None:
    table = "date,text\n03/04/2025 1:05 PM,One\n04/05/2025 2:00 AM,Two\n"
    found = preview(tmp_path, table.encode()).examples
    assert [one.event_day for one in found] == ["2025-03-04", "2025-04-05"]
    assert found[0].published_at == datetime.fromisoformat("2025-03-04T13:05Z")
