"""Words that say so are whole words of one clause, cut out of the text."""

from __future__ import annotations

import re

import numpy as np

from consumers.sentiment.aspect_words import MOST_WORDS, WindowWords


def around(text: str, heavy: str, size: int = 3) -> str | None:
    """The words around `heavy`, in a text spelt in pieces of `size` characters."""
    spans = [match.span() for match in re.finditer(rf"\S{{1,{size}}}", text)]
    place = text.index(heavy)
    end = place + len(heavy)
    weights = np.asarray([float(start < end and stop > place) for start, stop in spans])
    return WindowWords(text, spans).around(weights + 1e-3)


def test_the_clause_is_quoted_without_its_commas() -> None:
    text = "Всё понравилось, но курьер опоздал на два часа, а товар хороший."
    assert around(text, "опоздал") == "курьер опоздал на два часа"
    assert around(text, "товар") == "товар хороший"
    assert around(text, "понравилось") == "Всё понравилось"


def test_a_long_clause_is_trimmed_around_the_peak() -> None:
    words = [f"слово{n}" for n in range(30)]
    quote = around(" ".join(words), "слово17")
    assert quote is not None
    assert len(quote.split()) == MOST_WORDS
    assert "слово17" in quote.split()
    assert set(quote.split()) <= set(words)


def test_marks_of_the_fields_are_not_quoted() -> None:
    text = "Обычный магазин\nДостоинства: низкие цены\nНедостатки: хамят"
    assert around(text, "цены") == "низкие цены"
    assert around(text, "хамят") == "хамят"


def test_lines_and_dashes_separate_clauses() -> None:
    assert around("плюсы\nцена отличная\nминусы", "цена") == "цена отличная"
    assert around("доставка - просто ужас", "ужас") == "просто ужас"


def test_a_window_that_cuts_a_word_quotes_it_whole() -> None:
    text = "замечательная доставка"
    spans = [(14, 17), (17, 20)]
    assert WindowWords(text, spans).around(np.asarray([0.1, 0.9])) == "доставка"


def test_what_is_no_language_is_not_quoted() -> None:
    assert around("а" * 500, "а") is None
    assert around("... !!!", "!!!") is None
