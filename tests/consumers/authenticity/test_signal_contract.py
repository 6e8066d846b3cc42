"""What every signal must hold to, whatever it looks at."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consumers.authenticity import signals
from consumers.authenticity.context import Context, Copy, EntityFacts, PastReview
from consumers.authenticity.signal import GROUPS, Signal
from consumers.authenticity.signals import SIGNALS
from consumers.authenticity.stage import judge
from consumers.authenticity.subject import Subject
from consumers.authenticity.weights import TABLE, load_weights
from pipeline.records import Author, Reply

Prepared = Callable[..., Subject]
MODEL = load_weights()
FOLDER = Path(signals.__file__).parent
BY_NAME = {signal.name: signal for signal in SIGNALS}
each_signal = pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)


@pytest.fixture
def rich(subject: Prepared) -> Subject:
    """A review about which every signal has something to say."""
    return subject(
        rating=1.0,
        author=Author(id="7", name="Мария Климова", reviews_count=3, has_picture=False),
        verified_purchase=True,
        media_count=2,
        replies=(Reply(text="Мы не нашли вас в базе клиентов.", is_owner=True),),
    )


@pytest.fixture
def surroundings(subject: Prepared) -> Context:
    """Copies, a history and an entity to go with it."""
    own = subject(review_id="shop:9", text="Совсем другой отзыв о чайнике, который не закипает.")
    history = tuple(
        PastReview(
            review_id=f"shop:{n}",
            entity_id="kettles",
            day="2024-05-10",
            rating=5.0,
            sketch=own.sketch,
        )
        for n in range(10, 15)
    )
    other = Copy(
        review_id="shop:2",
        entity_id="sofa-store",
        jaccard=0.8,
        is_exact=False,
        same_author=False,
    )
    return Context(
        copies=(other, replace(other, review_id="shop:3", jaccard=1.0, is_exact=True)),
        history=history,
        entity=EntityFacts(rated=40, rating_sum=180.0, first_day=date(2024, 4, 1)),
    )


def test_the_table_names_every_module_of_the_folder() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert {signal.name for signal in SIGNALS} == modules
    assert {type(signal).__module__.rpartition(".")[2] for signal in SIGNALS} == modules


def test_every_signal_has_weights_and_every_weight_a_signal() -> None:
    assert set(MODEL.table.signals) == set(BY_NAME)
    assert all(len(entry.origin) > 20 for entry in MODEL.table.signals.values())


@each_signal
def test_the_group_is_one_of_the_five(signal: Signal) -> None:
    assert signal.group in GROUPS


@each_signal
def test_what_is_missing_adds_nothing(signal: Signal, subject: Prepared) -> None:
    empty = subject(text="", rating=None, published_at=None)
    assert signal.read(empty, Context()) is None


@each_signal
def test_every_signal_can_speak(signal: Signal, rich: Subject, surroundings: Context) -> None:
    contexts = (surroundings, replace(surroundings, copies=()))
    assert any(signal.read(rich, context) is not None for context in contexts)


@each_signal
def test_reading_is_pure(signal: Signal, rich: Subject, surroundings: Context) -> None:
    review, understanding = msgspec.json.encode(rich.review), rich.understanding
    before = copy.deepcopy(surroundings.copies)
    first, second = signal.read(rich, surroundings), signal.read(rich, surroundings)
    assert first == second
    assert msgspec.json.encode(rich.review) == review
    assert rich.understanding == understanding
    assert surroundings.copies == before


@each_signal
def test_reasons_are_sentences_in_both_languages(
    signal: Signal, rich: Subject, surroundings: Context
) -> None:
    for context in (surroundings, Context()):
        found = signal.read(rich, context)
        if found is None:
            continue
        assert any("а" <= letter <= "я" for letter in found.reason_ru.lower())
        assert any("a" <= letter <= "z" for letter in found.reason_en.lower())
        for reason in (found.reason_ru, found.reason_en):
            assert 10 < len(reason) < 300
            assert "fake" not in reason.lower()
            assert "фейк" not in reason.lower()
        json.dumps(dict(found.evidence))


@each_signal
def test_contributions_stay_within_the_group_limit(
    signal: Signal, rich: Subject, surroundings: Context
) -> None:
    entry = MODEL.table.signals[signal.name]
    for weights in (entry.weights, *entry.by_kind.values()):
        assert max(abs(weight) for weight in weights) <= MODEL.table.group_limit
    for reading in judge(rich, surroundings, MODEL).signals:
        assert abs(reading.contribution) <= MODEL.table.group_limit


@each_signal
def test_weights_are_monotone(signal: Signal) -> None:
    entry = MODEL.table.signals[signal.name]
    for weights in (entry.weights, *entry.by_kind.values()):
        rising = [low <= high for low, high in pairwise(weights)]
        falling = [low >= high for low, high in pairwise(weights)]
        assert all(rising) or all(falling)


def test_hostile_texts_take_no_time(subject: Prepared) -> None:
    """Patterns that backtrack would run into the suite's time limit here."""
    for piece in ("скидка за ", "за отзыв ", "не нашли ", "no record of ", "8 (", "@a", "a.", "Я "):
        text = piece * (100_000 // len(piece))
        review = subject(
            tone="positive", text=text, replies=(Reply(text=text, is_owner=True),), rating=5.0
        )
        for signal in SIGNALS:
            signal.read(review, Context())


def test_the_revision_changes_with_the_table(tmp_path: Path) -> None:
    tree: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    tree["priors"]["default"] = 0.09
    other = tmp_path / "weights.json"
    other.write_text(json.dumps(tree), encoding="utf-8")
    assert load_weights(other).revision != MODEL.revision
