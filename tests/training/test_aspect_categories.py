"""The sets' own categories become the aspects of the project, polarities and places with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from training.aspect_categories import aspect_labels, aspect_of, covered


@pytest.mark.parametrize(
    ("dataset", "category", "aspect"),
    [
        ("semeval16", "FOOD#QUALITY", "quality"),
        ("semeval16", "FOOD#STYLE_OPTIONS", "assortment"),
        ("semeval15", "DRINKS#PRICES", "price"),
        ("semeval16", "RESTAURANT#GENERAL", None),
        ("semeval14", "anecdotes/miscellaneous", None),
        ("sentirueval2015", "Interior", "premises"),
        ("m_absa", "rooms cleanliness", "premises"),
        ("m_absa", "hotel general", None),
        ("m_absa", "food_drinks prices", "price"),
        ("m_absa", "SUPPORT#PRICE", "price"),
        ("m_absa", "LAPTOP#GENERAL", "quality"),
        ("m_absa", "WARRANTY#GENERAL", "refund"),
        ("m_absa", "After-sales Service#Exchange/Warranty/Return", "refund"),
        ("m_absa", "Product Quality#Genuine Product", "safety"),
        ("m_absa", "Product Packaging#Packaging Grade", "delivery"),
        ("m_absa", "Price#Value for Money", "price"),
        ("m_absa", "Buyer Attitude#Loyalty", None),
    ],
)
def test_a_category_is_one_aspect_or_none(dataset: str, category: str, aspect: str | None) -> None:
    assert aspect_of(dataset, category) == aspect


def _row(dataset: str, text: str, *mentions: Mapping[str, Any]) -> dict[str, Any]:
    return {"dataset": dataset, "text": text, "aspects": list(mentions)}


def test_a_conflict_is_both_polarities() -> None:
    row = _row("semeval14", "Fine, dear.", {"category": "price", "polarity": "conflict"})
    assert aspect_labels(row) == [("price", "negative", 0, 0), ("price", "positive", 0, 0)]


def test_odd_spellings_of_polarities_are_read() -> None:
    row = _row("m_absa", "So so.", {"category": "food general", "polarity": "NEU "})
    assert aspect_labels(row) == [("quality", "neutral", 0, 0)]


def test_a_term_without_offsets_is_found_where_it_stands_once() -> None:
    mention = {"category": "LAPTOP#PRICE", "polarity": "negative", "term": "price"}
    assert aspect_labels(_row("m_absa", "Bad price.", mention)) == [("price", "negative", 4, 9)]
    assert aspect_labels(_row("m_absa", "price, price", mention)) == [("price", "negative", 0, 0)]


def test_what_is_only_named_or_said_of_others_is_no_judgement() -> None:
    named = {"category": "Food", "polarity": "neutral", "mark": "Rel", "from": 0, "to": 4}
    other = {"category": "Food", "polarity": "negative", "mark": "Cmpr", "from": 0, "to": 4}
    assert aspect_labels(_row("sentirueval2015", "Плов был.", named, other)) == []


def test_a_term_of_waiting_adds_waiting_but_a_waiter_does_not() -> None:
    text = "The wait was awful, the waiter too"
    wait = {"category": "SERVICE#GENERAL", "polarity": "negative", "term": "wait", "to": 8}
    waiter = {**wait, "term": "waiter"}
    labels = aspect_labels(_row("semeval16", text, {**wait, "from": 4}))
    assert [aspect for aspect, *_ in labels] == ["waiting", "staff"]
    labels = aspect_labels(_row("semeval16", text, {**waiter, "from": 24, "to": 30}))
    assert [aspect for aspect, *_ in labels] == ["staff"]


def test_a_menu_is_assortment_in_the_set_that_lumps_it_with_food() -> None:
    menu = {"category": "Food", "polarity": "positive", "term": "Меню", "from": 0, "to": 4}
    assert aspect_labels(_row("sentirueval2015", "Меню большое", menu)) == [
        ("assortment", "positive", 0, 4)
    ]


def test_no_set_is_believed_on_what_it_does_not_annotate() -> None:
    assert "assortment" not in covered("semeval14")
    assert "assortment" in covered("semeval16")
    assert not any("waiting" in covered(name) for name in ("semeval16", "m_absa"))
    assert covered("unheard of") == frozenset()
