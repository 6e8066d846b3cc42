"""A page is read in the encoding it is in, and no further than pages go."""

from __future__ import annotations

import gzip
import time

import pytest

from crawlers.page import MAX_TAGS
from crawlers.recognition import recognised
from tests.crawlers.pages import page

RUSSIAN = "Хороший чайник, всем советую: воду греет быстро, не шумит. Куплю ещё!"
UKRAINIAN = "Чудовий чайник, усім раджу: воду гріє швидко і не шумить."
CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")


@pytest.mark.parametrize("encoding", CYRILLIC)
@pytest.mark.parametrize("text", [RUSSIAN, RUSSIAN.upper(), "Отзывы о чайнике"])
def test_undeclared_cyrillic_is_recognised_by_its_letters(text: str, encoding: str) -> None:
    body = f"<html><title>Shop</title><p class=review>{text}</p>".encode(encoding)
    assert text in page(body).text


@pytest.mark.parametrize("encoding", ["cp1251", "iso8859-5"])
def test_ukrainian_too(encoding: str) -> None:
    assert UKRAINIAN in page(UKRAINIAN.encode(encoding)).text


@pytest.mark.parametrize(
    "text",
    [
        "Très bon café, déjà commandé à Noël, garçon!", "Schöne Grüße aus Köln, weiß & süß: größer",
        "«Muy bueno», dijo el niño", "ÀÉÈÙÂÊÎÔÛ", "20 °C – 5 €", "ÅÄÖ åäö",
    ],
)  # fmt: skip
def test_undeclared_western_letters_stay_western(text: str) -> None:
    assert text in page(f"<p>{text}</p>".encode("cp1252")).text


def test_a_declaration_goes_before_the_guess() -> None:
    body = f"<meta charset=koi8-r><p>{RUSSIAN}</p>".encode("koi8-r")
    assert RUSSIAN in page(body).text


@pytest.mark.parametrize("unit", [b"<p>", b"<div>", b"<li><a href=x>", b"<b/><i>"])
def test_millions_of_tags_in_a_few_kilobytes_cost_little(unit: bytes) -> None:
    found = page(gzip.compress(unit * 3_000_000))
    assert found.is_cut
    assert found.body.count(b"<") == MAX_TAGS
    started = time.process_time()
    source = recognised(found)
    assert source is None or source.parse(found).reviews == ()
    assert time.process_time() - started < 10.0


def test_json_has_no_tags_to_count() -> None:
    body = b'{"text": "' + b"<br>" * (MAX_TAGS + 1) + b'"}'
    found = page(body)
    assert not found.is_cut
    assert len(found.json["text"]) == 4 * (MAX_TAGS + 1)


def test_as_many_tags_as_are_read_are_not_cut() -> None:
    assert not page(b"<p>" * MAX_TAGS).is_cut
