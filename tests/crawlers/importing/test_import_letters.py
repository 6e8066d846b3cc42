"""Letters and offline reviews: who signed them, for which company, and where the scan lies."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crawlers.importing.fields import field_of
from crawlers.importing.run import ImportOptions, Listener, Preview, preview_file
from pipeline.clock import FixedClock
from pipeline.errors import UsageError
from pipeline.records import LETTER, Author, Review

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HEADER = ["ФИО", "Организация", "Должность", "Дата", "Отзыв", "Скан"]
ROWS = [
    [
        "Зорин П. А.",
        "ООО «Лунный чай»",
        "директор",
        "04.03.2025",
        "Благодарим за работу",
        "п-1.pdf",
    ],
    ["Ёлкина В.", "АО «Гречиха»", "", "05.03.2025", "Срок сорван; вернули деньги", ""],
]


def csv_bytes() -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([HEADER, *ROWS])
    return text.getvalue().encode("cp1251")


def json_bytes() -> bytes:
    lines = (dict(zip(HEADER, row, strict=True)) for row in ROWS)
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()


def xlsx_bytes() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [HEADER, *ROWS]:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def preview(folder: Path, content: bytes) -> Preview:
    path = folder / "letters.data"
    path.write_bytes(content)
    options = ImportOptions(entity_id="tea", source="letters", kind="own_site")
    return preview_file(path, options, FixedClock(NOW), Listener())


def imported(folder: Path, **cells: Any) -> Review:
    line = json.dumps({"text": "Благодарим за работу"} | cells, ensure_ascii=False)
    return preview(folder, line.encode()).examples[0]


@pytest.mark.parametrize("content", [csv_bytes, json_bytes, xlsx_bytes])
def test_letters_are_the_same_in_every_format(tmp_path: Path, content: Callable[[], bytes]) -> None:
    found = preview(tmp_path, content())
    assert (found.reviews, found.skipped, found.problems) == (2, 0, ())
    signed, complaint = found.examples
    assert signed.author == Author(
        name="Зорин П. А.", company="ООО «Лунный чай»", role="директор", identified_by=LETTER
    )
    assert (signed.kind, signed.source, signed.extra) == (
        "own_site",
        "letters",
        {"scan": "п-1.pdf"},
    )
    assert signed.event_day == "2025-03-04"
    assert complaint.author == Author(name="Ёлкина В.", company="АО «Гречиха»")
    assert complaint.text == "Срок сорван; вернули деньги"
    assert complaint.extra == {}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Компания", "company"), ("Название организации", "company"), ("author.company", "company"),
        ("Company Name", "company"), ("Job title", "role"), ("Роль", "role"),
        ("Скан-копия", "scan"), ("Файл", "scan"), ("attachment", "scan"), ("Ссылка", "url"),
        ("Ссылка на скан", "scan"), ("Дата ответа", "reply_date"), ("Город", "location"),
    ],
)  # fmt: skip
def test_headers_of_letters_are_known(header: str, field: str) -> None:
    assert field_of(header) == field


def test_a_link_to_the_scan_is_where_the_letter_can_be_read(tmp_path: Path) -> None:
    link = "https://lunny.example/letters/7.pdf"
    review = imported(tmp_path, Скан=link)
    assert (review.url, review.extra) == (link, {"scan": link})
    both = imported(tmp_path, Скан=link, Ссылка="https://lunny.example/letters")
    assert (both.url, both.extra) == ("https://lunny.example/letters", {"scan": link})


def linked_sheet(targets: Mapping[str, str]) -> bytes:
    """A sheet of one letter whose cells lead somewhere."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Автор", "Текст", "Скан"])
    book.active.append(["Зорин", "Спасибо за поставку", "открыть"])
    for place, target in targets.items():
        book.active[place].hyperlink = target
        book.active[place].value = {"A2": "Зорин", "B2": "Спасибо за поставку"}.get(
            place, "открыть"
        )
    target_file = io.BytesIO()
    book.save(target_file)
    return target_file.getvalue()


def test_words_that_are_a_link_lead_to_the_scan(tmp_path: Path) -> None:
    link = "https://lunny.example/7.pdf"
    targets = {"A2": "mailto:zorin@lunny.example", "B2": "https://other.example", "C2": link}
    review = preview(tmp_path, linked_sheet(targets)).examples[0]
    assert (review.url, review.extra) == (link, {"scan": link})
    assert (review.author.name, review.text) == ("Зорин", "Спасибо за поставку")
    plain = preview(tmp_path, linked_sheet({"C2": "сканы/7.pdf"})).examples[0]
    assert (plain.url, plain.extra) == (None, {"scan": "сканы/7.pdf"})


def with_part(content: bytes, ending: str, old: bytes, new: bytes) -> bytes:
    """The archive with a change in one of its parts."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, part.replace(old, new) if name.endswith(ending) else part)
    return changed.getvalue()


@pytest.mark.parametrize(
    ("ending", "old", "new"),
    [
        ("sheet1.xml", b'ref="C2"', b'ref="!"'),
        ("sheet1.xml", b"rId1", b"rId7"),
        (".rels", b'Target="https://lunny.example/7.pdf"', b'Target=""'),
    ],
)
def test_links_that_cannot_be_read_cost_no_words(
    tmp_path: Path, ending: str, old: bytes, new: bytes
) -> None:
    sound = linked_sheet({"C2": "https://lunny.example/7.pdf"})
    review = preview(tmp_path, with_part(sound, ending, old, new)).examples[0]
    assert (review.text, review.extra) == ("Спасибо за поставку", {"scan": "открыть"})


@pytest.mark.parametrize("ending", ["sheet1.xml", "sheet1.xml.rels", "workbook.xml"])
def test_a_sheet_of_broken_xml_is_refused_by_name(tmp_path: Path, ending: str) -> None:
    sound = linked_sheet({"C2": "https://lunny.example/7.pdf"})
    with pytest.raises(UsageError, match=r"letters.data: .*save it again"):
        preview(tmp_path, with_part(sound, ending, b"<", b"<<"))


@pytest.mark.parametrize(
    ("cell", "url", "scan"),
    [
        ("письмо 7.PDF", None, "письмо 7.PDF"),
        ("scans/2025/7.jpeg", None, "scans/2025/7.jpeg"),
        ("https://lunny.example/7.pdf", "https://lunny.example/7.pdf", None),
        ("lunny.example/letters", "lunny.example/letters", None),
    ],
)
def test_a_file_name_among_the_links_is_a_scan(
    tmp_path: Path, cell: str, url: str | None, scan: str | None
) -> None:
    review = imported(tmp_path, Ссылка=cell)
    assert (review.url, review.extra.get("scan")) == (url, scan)


def test_a_scan_of_nobody_confirms_nobody(tmp_path: Path) -> None:
    assert imported(tmp_path, Скан="7.pdf", Автор="Анна").author == Author(name="Анна")


def test_the_answer_keeps_its_time_and_its_author(tmp_path: Path) -> None:
    cells = {"Ответ": "Спасибо!", "Дата ответа": "2025-03-07", "Кто ответил": "Служба заботы"}
    reply = imported(tmp_path, **cells).replies[0]
    assert (reply.replied_at, reply.author) == (datetime(2025, 3, 7, tzinfo=UTC), "Служба заботы")


def test_a_date_of_the_answer_that_cannot_be_read_costs_no_row(tmp_path: Path) -> None:
    line = {"text": "Хорошо", "reply": "Спасибо!", "reply_date": "45.13.2025"}
    found = preview(tmp_path, json.dumps(line).encode())
    assert (found.reviews, found.skipped) == (1, 0)
    assert "column reply_date" in found.problems[0]
    assert found.examples[0].replies[0].replied_at is None


def test_whatever_else_a_review_has_is_kept(tmp_path: Path) -> None:
    cells = {
        "edited_at": "2025-04-01", "Количество фото": 3, "Профиль": "https://lunny.example/u/7",
        "Чем подтверждена личность": "паспорт", "Город": "Тула", "Срок использования": "полгода",
    }  # fmt: skip
    review = imported(tmp_path, **cells)
    assert review.edited_at == datetime(2025, 4, 1, tzinfo=UTC)
    assert (review.media_count, review.usage_period) == (3, "полгода")
    assert review.author == Author(
        profile_url="https://lunny.example/u/7", identified_by="паспорт", location="Тула"
    )
