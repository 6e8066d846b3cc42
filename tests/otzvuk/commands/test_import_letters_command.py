"""Letters come in through the command line, whoever made the table and in whichever format."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from typer.testing import Result

from otzvuk.application import Application
from otzvuk.commands import import_
from pipeline.errors import UsageError
from pipeline.log.open import open_log
from pipeline.mongo import Store
from pipeline.records import LETTER, Author, Review
from pipeline.settings import Settings
from pipeline.topics import TOPICS
from tests.crawlers.published import reviews_on
from tests.otzvuk.single_command import invoke

RUSSIAN = ("Автор", "Компания", "Должность", "Дата", "Текст", "Скан")
ENGLISH = ("Author", "Company", "Position", "Date", "Text", "Scan")
UNTIDY = (
    "Ф.И.О. (кто подписал)", "Компания / организация", "Занимаемая должность",
    "Дата письма (дд.мм.гггг)", "Текст письма", "Ссылка на скан",
)  # fmt: skip
LETTERS = (
    ("Зорин П. А.", "ООО «Лунный чай»", "директор", "04.03.2025", "Спасибо!", "сканы/1.pdf"),
    ("Ёлкина В.", "АО «Гречиха»", "", "05.03.2025", "Срок сорван;\nвернули деньги", ""),
    ("Котов", "", "", "", "Всем доволен", "https://lunny.example/3.pdf"),
)


@pytest.fixture
def settings(tmp_path: Path, store_uri: str, store: Store) -> Settings:
    return Settings(data_dir=str(tmp_path / "data"), store=store_uri, store_database=store.name)


def run(settings: Settings, path: Path, *arguments: str) -> Result:
    app = Application(settings=settings)
    return invoke(import_, app, "import", str(path), "--entity", "tea", "--source", "letters",
                  *arguments)  # fmt: skip


def published(settings: Settings) -> list[Review]:
    log = open_log(settings.log_url, prefix=settings.topic_prefix, session_timeout_seconds=30)
    with closing(log):
        log.create_topics(TOPICS)
        return reviews_on(log)


def csv_of(*rows: Sequence[str]) -> bytes:
    quoted = (";".join(f'"{cell}"' for cell in row) for row in rows)
    return "\r\n".join(quoted).encode("cp1251")


def json_of(header: Sequence[str], *rows: Sequence[str]) -> bytes:
    lines = (dict(zip(header, row, strict=True)) for row in rows)
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()


def xlsx_of(*rows: Sequence[str]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("header", [RUSSIAN, ENGLISH, UNTIDY])
@pytest.mark.parametrize("written", [csv_of, json_of, xlsx_of])
def test_a_letter_keeps_who_signed_and_its_scan(
    settings: Settings, tmp_path: Path, header: Sequence[str], written: Callable[..., bytes]
) -> None:
    path = tmp_path / "letters"
    path.write_bytes(written(header, *LETTERS))
    result = run(settings, path)
    assert (result.exit_code, result.exception) == (0, None)
    signed, complaint, private = published(settings)
    assert signed.author == Author(
        name="Зорин П. А.", company="ООО «Лунный чай»", role="директор", identified_by=LETTER
    )
    assert (signed.event_day, signed.extra) == ("2025-03-04", {"scan": "сканы/1.pdf"})
    assert complaint.author == Author(name="Ёлкина В.", company="АО «Гречиха»")
    assert complaint.text == "Срок сорван;\nвернули деньги"
    assert private.author == Author(name="Котов")
    assert (private.published_at, private.url) == (None, "https://lunny.example/3.pdf")


def test_bad_rows_are_named_with_a_remedy_and_the_others_come_in(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "letters.csv"
    rows = [
        *LETTERS,
        ("Белов", "ООО «Пустота»", "юрист", "06.03.2025", "", "4.pdf"),
        ("Чернов", "ООО «Пустота»", "юрист", "06.03.2025", "", ""),
        ("Серов", "ООО «Год»", "юрист", "45.13.2025", "Хорошо", "6.pdf"),
        ("Рыжов", "ООО «Год»", "юрист", "07.03.2025", "И это пришло", "7.pdf"),
    ]
    path.write_bytes(csv_of(RUSSIAN, *rows))
    result = run(settings, path)
    assert result.exit_code == 0
    assert [review.author.name for review in published(settings)] == [
        "Зорин П. А.", "Ёлкина В.", "Котов", "Рыжов",
    ]  # fmt: skip
    told = result.stderr
    assert "letters.csv, row 5 (line 6): has neither text nor rating" in told
    assert "type what the scan 4.pdf says into column Текст" in told
    assert "row 6 (line 7): has neither text nor rating: fill column Текст" in told
    assert "row 7 (line 8): column Дата: date '45.13.2025' is not understood: correct it" in told
    assert json.loads(result.stdout)["skipped"] == 3


def test_many_bad_rows_are_counted_and_good_ones_not_doubled(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "letters.csv"
    path.write_bytes(csv_of(RUSSIAN, LETTERS[0], *[("Н.", "", "", "", "", "")] * 25))
    for _ in range(2):
        result = run(settings, path)
        assert "letters.csv: 5 more bad rows: correct these and import" in result.stderr
    assert len({review.review_id for review in published(settings)}) == 1


def test_a_title_above_the_header_is_passed_over(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "letters.xlsx"
    path.write_bytes(xlsx_of(("Благодарственные письма",), (), RUSSIAN, *LETTERS, ("Н.",)))
    result = run(settings, path)
    assert [review.author.name for review in published(settings)] == [row[0] for row in LETTERS]
    assert "row 7: has neither text" in result.stderr


def test_a_header_of_one_known_column_is_no_title(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_bytes(csv_of(("Текст", ""), ("Спасибо", "Дата")))
    run(settings, path)
    assert [review.text for review in published(settings)] == ["Спасибо"]


def test_running_numbers_do_not_let_one_table_overwrite_another(
    settings: Settings, tmp_path: Path
) -> None:
    for year in ("2024", "2025"):
        path = tmp_path / f"{year}.csv"
        numbered = [("1", f"Спасибо за {year}"), ("2", f"И ещё раз за {year}")]
        path.write_bytes(csv_of(("Номер", "Текст"), *numbered))
        run(settings, path)
    assert len({review.review_id for review in published(settings)}) == 4


def test_other_columns_are_named_and_kept_when_asked_for(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "letters.csv"
    path.write_bytes(csv_of((*RUSSIAN, "Папка", "Телефон"), (*LETTERS[0], "12-А", "555")))
    told = run(settings, path, "--dry-run").stderr
    assert "Папка" in told
    assert "--keep" in told
    run(settings, path, "--keep", "Папка")
    assert published(settings)[0].extra == {"Папка": "12-А", "scan": "сканы/1.pdf"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--keep", "Полка"), "letters.csv: --keep Полка: no such column; the columns are Автор"),
        (("--map", "role=Пост"), "letters.csv: --map role=Пост: no such column"),
        (("--kind", "letter"), "--kind letter: no such kind; name one of marketplace"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_can(
    settings: Settings, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    path = tmp_path / "letters.csv"
    path.write_bytes(csv_of(RUSSIAN, *LETTERS))
    result = run(settings, path, *arguments)
    assert isinstance(result.exception, UsageError)
    assert told in str(result.exception)
    assert published(settings) == []
