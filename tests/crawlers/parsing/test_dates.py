"""Dates as sites write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.parsing.dates import EARLIEST, FUTURE_ALLOWED, parse_date

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected", "precision"),
    [
        ("2024-08-24", "2024-08-24T00:00:00", "day"),
        ("2015-4-28", "2015-04-28T00:00:00", "day"),
        ("2024-06-30 09:41:43", "2024-06-30T09:41:43", "second"),
        ("2013-02-05T12:14:17.364-05:00", "2013-02-05T17:14:17", "second"),
        ("2021-05-04T12:00:00+0300", "2021-05-04T09:00:00", "second"),
        ("2021-05-04 12:00:00 UTC", "2021-05-04T12:00:00", "second"),
        ("Tue, 28 Apr 2015 10:15:00 +0300", "2015-04-28T07:15:00", "second"),
        ("Sat Jun 29 2024 23:13:20 GMT+0300 (MSK)", "2024-06-29T20:13:20", "second"),
        ("Tue, 28 Apr 2015 10:15:00 MSK", "2015-04-28T07:15:00", "second"),
        ("Tue, 28 Apr 2015 10:15:00 CEST", "2015-04-28T08:15:00", "second"),
        ("Tue, 28 Apr 2015 10:15:00 EST", "2015-04-28T15:15:00", "second"),
        ("Tue, 28 Apr 2015 10:15:00 +03:00", "2015-04-28T07:15:00", "second"),
        ("24.08.2024 24:00", "2024-08-25T00:00:00", "minute"),
        ("12-Jun-18 10:15", "2018-06-12T10:15:00", "minute"),
        ("20150428", "2015-04-28T00:00:00", "day"),
        ("20150428101500", "2015-04-28T10:15:00", "second"),
        ("2015-06", "2015-06-01T00:00:00", "month"),
        ("2015", "2015-01-01T00:00:00", "year"),
        (1587481447, "2020-04-21T15:04:07", "second"),
        ("1587481447000", "2020-04-21T15:04:07", "second"),
        (1587481447000000, "2020-04-21T15:04:07", "second"),
        ("1587481447000000000", "2020-04-21T15:04:07", "second"),
    ],
)
def test_machine_stamps(raw: object, expected: str, precision: str) -> None:
    found = parse_date(raw, NOW)
    assert found.value == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.precision == precision
    assert found.raw == str(raw)


@pytest.mark.parametrize(
    ("raw", "expected", "precision"),
    [
        ("Отзыв написан 17 марта 2015", "2015-03-17T00:00:00", "day"),
        ("16 сентября", "2025-09-16T00:00:00", "day"),
        ("16 мая", "2026-05-16T00:00:00", "day"),
        ("29 февраля", "2024-02-29T00:00:00", "day"),
        ("16 сентября · Клиент", "2025-09-16T00:00:00", "day"),
        ("14 сент. 2022 г.", "2022-09-14T00:00:00", "day"),
        ("1 мая 2021 г. в 14:05", "2021-05-01T14:05:00", "minute"),
        ("29 июня в 14:02, 2024 г.", "2024-06-29T14:02:00", "minute"),
        ("июнь 2015", "2015-06-01T00:00:00", "month"),
        ("July 12, 2021 at 3:48 pm", "2021-07-12T15:48:00", "minute"),
        ("May 6th, 2022 12:05 am", "2022-05-06T00:05:00", "minute"),
        ("Date Added: Tuesday 06 January, 2015", "2015-01-06T00:00:00", "day"),
        ("Revisado en España el 3 de mayo de 2021", "2021-05-03T00:00:00", "day"),
        ("21 avril 2020", "2020-04-21T00:00:00", "day"),
        ("Di, 21. April 2020 - 16:40", "2020-04-21T16:40:00", "minute"),
        ("23 mei 2015", "2015-05-23T00:00:00", "day"),
        ("29.12.2014", "2014-12-29T00:00:00", "day"),
        ("12/31/2021", "2021-12-31T00:00:00", "day"),
    ],
)
def test_written_dates(raw: str, expected: str, precision: str) -> None:
    found = parse_date(raw, NOW)
    assert found.value == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.precision == precision


@pytest.mark.parametrize(
    ("raw", "expected", "precision"),
    [
        ("сегодня в 9:30", "2026-06-15T09:30:00", "minute"),
        ("Вчера", "2026-06-14T00:00:00", "day"),
        ("позавчера, 23:10", "2026-06-13T23:10:00", "minute"),
        ("yesterday", "2026-06-14T00:00:00", "day"),
        ("только что", "2026-06-15T12:00:00", "relative"),
        ("5 минут назад", "2026-06-15T11:55:00", "relative"),
        ("час назад", "2026-06-15T11:00:00", "relative"),
        ("1 день назад", "2026-06-14T00:00:00", "relative"),
        ("3 дня назад", "2026-06-12T00:00:00", "relative"),
        ("11 дней назад", "2026-06-04T00:00:00", "relative"),
        ("неделю назад", "2026-06-08T00:00:00", "relative"),
        ("2 недели назад", "2026-06-01T00:00:00", "relative"),
        ("пару месяцев назад", "2026-04-15T00:00:00", "relative"),
        ("полгода назад", "2025-12-15T00:00:00", "relative"),
        ("год назад", "2025-06-15T00:00:00", "relative"),
        ("2 года назад", "2024-06-15T00:00:00", "relative"),
        ("5 лет назад", "2021-06-15T00:00:00", "relative"),
        ("год и 3 месяца назад", "2025-03-15T00:00:00", "relative"),
        ("Отредактировано 3 дня назад", "2026-06-12T00:00:00", "relative"),
        ("a year ago", "2025-06-15T00:00:00", "relative"),
        ("an hour ago", "2026-06-15T11:00:00", "relative"),
        ("2 weeks ago", "2026-06-01T00:00:00", "relative"),
        ("a few days ago", "2026-06-12T00:00:00", "relative"),
        ("1 year, 3 months ago", "2025-03-15T00:00:00", "relative"),
        ("last week", "2026-06-08T00:00:00", "relative"),
        ("5d", "2026-06-10T00:00:00", "relative"),
    ],
)
def test_dates_told_from_the_moment_of_reading(raw: str, expected: str, precision: str) -> None:
    found = parse_date(raw, NOW)
    assert found.value == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.precision == precision


def test_a_month_back_from_its_31st_is_the_shorter_months_last_day() -> None:
    found = parse_date("месяц назад", datetime(2026, 3, 31, 8, tzinfo=UTC))
    assert found.value == datetime(2026, 2, 28, tzinfo=UTC)


def test_slashes_are_read_day_first_unless_the_page_is_american() -> None:
    assert parse_date("03/04/2021", NOW).value == datetime(2021, 4, 3, tzinfo=UTC)
    assert parse_date("03/04/2021", NOW, language="en-US").value == datetime(2021, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize("raw", ["1999-12-31", "2026-06-17", "2030", 40])
def test_an_impossible_date_keeps_its_text_and_says_why(raw: object) -> None:
    found = parse_date(raw, NOW)
    assert found.value is None
    assert found.raw == str(raw)
    assert found.problem


@pytest.mark.parametrize("raw", ["2022-02-30", "0000-00-00", "nothing", "May", "x" * 10**6, "-5"])
def test_what_is_no_date_keeps_its_text_and_says_why(raw: str) -> None:
    found = parse_date(raw, NOW)
    assert found.value is None
    assert found.raw == raw[:200]
    assert found.problem


@pytest.mark.parametrize("raw", [None, "", "   ", True])
def test_no_date_is_no_problem(raw: object) -> None:
    found = parse_date(raw, NOW)
    assert (found.value, found.problem) == (None, None)


@given(st.one_of(st.text(max_size=80), st.integers(), st.floats(), st.dates(), st.datetimes()))
def test_never_raises_and_stays_in_range(raw: object) -> None:
    value = parse_date(raw, NOW).value
    assert value is None or EARLIEST <= value <= NOW + FUTURE_ALLOWED


@pytest.mark.parametrize(
    "written",
    ["12 Maret 2021", "12 tháng 3, 2021", "12 Μαρτίου 2021", "12 मार्च 2021", "12 มีนาคม 2021",
     "12 مارس 2021", "12 במרץ 2021", "12 ožujka 2021.", "2021 m. kovo 12 d.", "12. märts 2021",
     "2021. gada 12. marts", "2021 ж. 12 наурыз", "12 de març de 2021", "12 Mac 2021"],
)  # fmt: skip
def test_months_of_more_languages(written: str) -> None:
    found = parse_date(written, NOW)
    assert (found.value, found.precision) == (datetime(2021, 3, 12, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("vor 2 Monaten", "2026-04-15"),
        ("2 Monate her", "2026-04-15"),
        ("Bewertet vor einer Woche", "2026-06-08"),
        ("il y a un an", "2025-06-15"),
        ("hace 5 días", "2026-06-10"),
        ("un anno fa", "2025-06-15"),
        ("2 meses atrás", "2026-04-15"),
        ("5 miesięcy temu", "2026-01-15"),
        ("rok temu", "2025-06-15"),
        ("рік тому", "2025-06-15"),
        ("2 ай бұрын", "2026-04-15"),
        ("bir yıl önce", "2025-06-15"),
        ("před 2 lety", "2024-06-15"),
        ("2 måneder siden", "2026-04-15"),
        ("قبل شهرين", "2026-04-15"),
        ("قبل ٣ أشهر", "2026-03-15"),
        ("3日前", "2026-06-12"),
        ("2개월 전", "2026-04-15"),
        ("3个月前", "2026-03-15"),
        ("sebulan yang lalu", "2026-05-15"),
    ],
)
def test_spans_in_other_languages(raw: str, day: str) -> None:
    found = parse_date(raw, NOW)
    assert found.value is not None
    assert (found.value.date().isoformat(), found.precision) == (day, "relative")


def test_days_that_other_languages_name() -> None:
    yesterday, clock = parse_date("gestern", NOW), parse_date("dün 12:30", NOW)
    assert (yesterday.value, yesterday.precision) == (datetime(2026, 6, 14, tzinfo=UTC), "day")
    assert (clock.value, clock.precision) == (datetime(2026, 6, 14, 12, 30, tzinfo=UTC), "minute")
    for words in ("Hotel in Jahr", "Qualität 5 Sterne", "dünn", "gestern um 25:99"):
        assert parse_date(words, NOW).value is None


@pytest.mark.parametrize(
    ("raw", "stamp"),
    [
        ("Juli 9, 2016 um 1:11 pm", "2016-07-09T13:11"), ("März 7, 2018", "2018-03-07T00:00"),
        ("avril 19, 2019", "2019-04-19T00:00"), ("abril 3, 2020 a las 5:12 pm", "2020-04-03T17:12"),
        ("maart 3, 2019", "2019-03-03T00:00"), ("Maio 3, 2019 às 10:00", "2019-05-03T10:00"),
        ("Dezember 12th, 2018", "2018-12-12T00:00"),
    ],
)  # fmt: skip
def test_the_month_first_in_any_language(raw: str, stamp: str) -> None:
    value = parse_date(raw, NOW).value
    assert value is not None
    assert value.isoformat().startswith(stamp)


@pytest.mark.parametrize("raw", ["Room 5, 2019", "Version 3. 2019", "Level 12 2020"])
def test_a_word_before_two_numbers_is_no_month(raw: str) -> None:
    assert parse_date(raw, NOW).value is None
