"""The index of copies: finds what is alike, forgets the oldest, and never grows past its bound."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.authenticity.bands import MAX_PER_KEY, BandIndex
from consumers.authenticity.copies import CopyIndex
from consumers.authenticity.portion import Portion, portion_from, portion_of
from consumers.authenticity.sketch import BANDS, band_keys, jaccard, sketches
from consumers.authenticity.subject import prepare
from pipeline.records import Author, UnderstoodReview

Understood = Callable[..., UnderstoodReview]
WORDS = [f"{head}{tail}" for head in "бвгджклмнпрст" for tail in ("ар", "ова", "ить", "ение", "ок")]


def text_of(rng: random.Random, count: int = 60) -> str:
    return " ".join(rng.choice(WORDS) + rng.choice(WORDS) for _ in range(count))


def edited(text: str, share: float, rng: random.Random) -> str:
    return " ".join(
        rng.choice(WORDS) * 2 if rng.random() < share else word for word in text.split()
    )


@pytest.fixture
def portion(understood: Understood) -> Callable[..., Portion]:
    def build(texts: Sequence[str], first: int = 0) -> Portion:
        return portion_of(
            prepare(
                [
                    understood(
                        review_id=f"shop:{first + n}", text=text, author=Author(id=f"a{first + n}")
                    )
                    for n, text in enumerate(texts)
                ]
            )
        )

    return build


@pytest.mark.parametrize(("share", "recall"), [(0.1, 0.97), (0.2, 0.8)])
def test_edited_copies_are_found(
    portion: Callable[..., Portion], share: float, recall: float
) -> None:
    rng = random.Random(1)
    texts = [text_of(rng) for _ in range(150)]
    index = CopyIndex()
    index.extend(portion(texts))
    again = portion([edited(text, share, rng) for text in texts], first=1_000)
    index.extend(again)
    found = index.copies(again)
    hits = [any(copy.review_id == f"shop:{n}" for copy in copies) for n, copies in enumerate(found)]
    assert sum(hits) / len(hits) >= recall
    strangers = [copy for n, copies in enumerate(found) for copy in copies
                 if copy.review_id != f"shop:{n}"]  # fmt: skip
    assert not strangers


def test_the_sketch_estimates_the_jaccard_similarity() -> None:
    rng = random.Random(2)
    errors = []
    for _ in range(60):
        one = text_of(rng)
        two = edited(one, rng.random() * 0.4, rng)
        first, second = (
            {t[i : i + 5] for i in range(len(t) - 4)} for t in (one[:1000], two[:1000])
        )
        rows = sketches([one, two])
        errors.append(
            float(jaccard(rows[0], rows[1:])[0]) - len(first & second) / len(first | second)
        )
    assert abs(np.mean(errors)) < 0.03
    assert np.std(errors) < 0.06


def test_rows_before_alone_are_seen(portion: Callable[..., Portion]) -> None:
    one = portion([text_of(random.Random(3))] * 3)
    index = CopyIndex()
    index.extend(one)
    assert [len(copies) for copies in index.copies(one)] == [0, 1, 2]


def test_many_copies_in_one_portion_do_not_hide_each_other(
    portion: Callable[..., Portion],
) -> None:
    rng = random.Random(8)
    text = text_of(rng)
    index = CopyIndex()
    for one in (portion([text] * 60), portion([edited(text, 0.05, rng) for _ in range(60)], 100)):
        index.extend(one)
        found = index.copies(one)
        assert all(found[1:])
        assert max(len(copies) for copies in found) <= 32 * MAX_PER_KEY


def test_adding_a_portion_again_changes_nothing(portion: Callable[..., Portion]) -> None:
    one = portion([text_of(random.Random(4))] * 2)
    index = CopyIndex()
    index.extend(one)
    first = index.copies(one)
    index.extend(one)
    assert len(index) == 2
    assert index.copies(one) == first


def test_the_oldest_go_first_and_the_rest_is_still_found(portion: Callable[..., Portion]) -> None:
    rng = random.Random(5)
    texts = [text_of(rng) for _ in range(40)]
    index = CopyIndex(capacity=10)
    for n in range(0, 40, 4):
        index.extend(portion(texts[n : n + 4], first=n))
        assert len(index) <= 12
    probe = portion([texts[39], texts[0]], first=100)
    index.extend(probe)
    newest, oldest = index.copies(probe)
    assert [copy.review_id for copy in newest] == ["shop:39"]
    assert oldest == ()


def test_a_portion_larger_than_the_index_is_taken(portion: Callable[..., Portion]) -> None:
    rng = random.Random(6)
    large = portion([text_of(rng) for _ in range(9)])
    index = CopyIndex(capacity=2)
    index.extend(large)
    assert len(index.copies(large)) == 9


def test_a_portion_survives_the_store(portion: Callable[..., Portion]) -> None:
    one = portion([text_of(random.Random(7)), "короткий, но достаточно длинный"])
    again = portion_from(one.to_document() | {"_id": one.portion_id})
    assert again.to_document() == one.to_document()
    assert again.portion_id == one.portion_id


def test_texts_too_short_to_compare_make_no_rows(portion: Callable[..., Portion]) -> None:
    empty = portion(["Отлично", ""])
    index = CopyIndex()
    index.extend(empty)
    assert (len(empty), index.copies(empty), len(index)) == (0, [], 0)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=4), min_size=1, max_size=20))
def test_bands_find_exactly_the_rows_that_share_a_key(batches: list[list[int]]) -> None:
    """Against a plain dictionary, for any order and size of portions."""
    index, truth = BandIndex(), dict[int, list[int]]()
    row = 0
    for batch in batches:
        keys = np.array([[key, 100 + key // 2] for key in batch], dtype=np.uint64)
        rows = np.arange(row, row + len(batch), dtype=np.int32)
        index.append(keys, rows)
        for line, number in zip(keys.tolist(), rows.tolist(), strict=True):
            for key in line:
                truth.setdefault(key, []).append(number)
        row += len(batch)
    for key in range(6):
        keys = np.array([[key, 100 + key // 2]], dtype=np.uint64)
        found = index.earlier(keys, np.array([row], dtype=np.int32))[0]
        everything = {*truth.get(key, []), *truth.get(100 + key // 2, [])}
        newest = {*truth.get(key, [])[-MAX_PER_KEY:]}
        assert newest <= found <= everything


def test_a_sketch_does_not_depend_on_its_neighbours() -> None:
    texts = ["", "да", "ровно", "один текст", "другой текст 🙂"]
    together = sketches(texts)
    for text, row in zip(texts, together, strict=True):
        assert np.array_equal(sketches([text])[0], row)


def test_every_text_has_a_key_in_every_band() -> None:
    keys = band_keys(sketches(["один текст", "другой текст"]))
    assert keys.shape == (2, BANDS)
    assert len(set(keys[0].tolist())) == BANDS
