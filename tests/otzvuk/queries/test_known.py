"""A name that the store does not know is answered with those that it knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from otzvuk.queries.known import check_names, known_entities
from otzvuk.queries.selection import ReviewSelection
from pipeline.errors import UsageError
from pipeline.mongo import Store

Fill = Callable[..., None]


@pytest.fixture
def filled(store: Store, fill: Fill) -> Store:
    fill({"entity": "acme", "source": "shop.ru"}, {"entity": "globex", "source": "forum"})
    return store


@pytest.mark.parametrize(
    "wanted",
    [{}, {"entity": "acme"}, {"source": "forum"}, {"entity": "acme", "source": "shop.ru"}],
)
def test_known_names_pass(filled: Store, wanted: dict[str, Any]) -> None:
    check_names(filled, ReviewSelection(**wanted))


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ({"entity": "acmee"}, "no reviews of 'acmee' in the store; it has acme, globex"),
        ({"source": "shop"}, "from the source 'shop' in the store; .* from forum, shop.ru"),
        ({"entity": "acme", "source": "forum"}, "of 'acme' from the source 'forum'.* from shop.ru"),
    ],
)
def test_unknown_ones_are_answered(filled: Store, wanted: dict[str, Any], answer: str) -> None:
    with pytest.raises(UsageError, match=answer):
        check_names(filled, ReviewSelection(**wanted))


def test_an_empty_store_says_so(store: Store) -> None:
    assert known_entities(store) == []
    with pytest.raises(UsageError, match="it has none at all"):
        check_names(store, ReviewSelection(entity="acme"))
    with pytest.raises(UsageError, match="those from nowhere"):
        check_names(store, ReviewSelection(source="shop"))
