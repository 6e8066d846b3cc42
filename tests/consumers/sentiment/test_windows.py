"""Long texts are read whole, in windows that end where sentences end."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.sentiment.windows import MOST_WINDOWS, Framing, Pieces, Window, cut, unknown_share

FRAMING = Framing(begin=0, end=2, pad=1, unknown=3)
LENGTH = 16


def pieces_of(text: str) -> Pieces:
    """A piece for each word, with the blank before it; its id is its number and ten."""
    spans = [match.span() for match in re.finditer(r"\s?\S+", text)]
    return Pieces(text=text, ids=[number + 10 for number in range(len(spans))], spans=spans)


def windows_of(text: str) -> list[Window]:
    return list(cut(pieces_of(text), 7, FRAMING, LENGTH))


def words_of(window: Window, text: str) -> str:
    return text[window.spans[0][0] : window.spans[-1][1]].strip()


def test_a_short_text_is_one_window_between_marks() -> None:
    (window,) = windows_of("раз два три")
    assert window.ids == [0, 10, 11, 12, 2]
    assert (window.text, window.content) == (7, 3)


def test_nothing_gives_no_window() -> None:
    assert windows_of("") == []


@given(st.integers(LENGTH + 1, LENGTH * (MOST_WINDOWS // 2)), st.integers(1, 40))
def test_every_piece_is_read_once_and_in_order(words: int, sentence: int) -> None:
    text = " ".join(f"w{n}." if n % sentence == 0 else f"w{n}" for n in range(words))
    windows = windows_of(text)
    read = [piece for window in windows for piece in window.ids[1:-1]]
    assert read == list(pieces_of(text).ids)
    assert all(1 <= window.content <= LENGTH for window in windows)
    assert all(window.ids[0] == 0 and window.ids[-1] == 2 for window in windows)


def test_windows_end_with_sentences() -> None:
    text = "один два три четыре пять шесть семь восемь девять десять. " * 4
    windows = windows_of(text.strip())
    assert [words_of(window, text)[-1] for window in windows] == ["."] * len(windows)


def test_lines_end_sentences_too() -> None:
    text = "\n".join(" ".join(f"с{n}" for n in range(13)) for _ in range(3))
    assert [words_of(window, text) for window in windows_of(text)] == text.split("\n")


def test_one_endless_word_is_cut_hard() -> None:
    text = "а" * 50
    pieces = Pieces(text=text, ids=[9] * 50, spans=[(n, n + 1) for n in range(50)])
    windows = list(cut(pieces, 0, FRAMING, LENGTH))
    assert sum(window.content for window in windows) == 50
    assert max(window.content for window in windows) <= LENGTH


def test_no_window_is_a_crumb() -> None:
    text = " ".join(f"w{n}" for n in range(LENGTH + 1))
    assert [window.content for window in windows_of(text)] == [9, 8]


def test_a_very_long_text_is_sampled_from_beginning_to_end() -> None:
    words = LENGTH * MOST_WINDOWS * 4
    text = " ".join(f"w{n}" for n in range(words))
    windows = windows_of(text)
    assert len(windows) == MOST_WINDOWS
    assert windows[0].ids[1] == 10
    assert windows[-1].ids[-2] == 10 + words - 1
    gaps = [after.ids[1] - before.ids[1] for before, after in pairwise(windows)]
    assert max(gaps) <= 1.3 * min(gaps)


def test_unknown_share_counts_characters() -> None:
    pieces = Pieces(text="ab 你好你好你", ids=[10, 3], spans=[(0, 2), (2, 8)])
    assert unknown_share(pieces, FRAMING) == pytest.approx(6 / 8)
    assert unknown_share(Pieces(text="", ids=[], spans=[]), FRAMING) == 0.0
