"""What the store remembers is not read again; a store that does not answer stops nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from consumers.sentiment.model import ReviewText, TextOpinion
from consumers.sentiment.stored_opinions import COLLECTION, RememberingModel, StoredOpinions
from consumers.sentiment.text_key import key_of
from pipeline import metrics
from pipeline.clock import FixedClock
from pipeline.mongo import Store, connect
from pipeline.records import AspectOpinion, Complaint, Probabilities

NOW = datetime(2025, 3, 1, tzinfo=UTC)
NOBODY = "mongodb://127.0.0.1:9/?directConnection=true"


class CountingModel:
    """A model that notes what it was asked, and says everything there is to say."""

    def __init__(self, revision: str = "accurate@1") -> None:
        self.revision = revision
        self.asked: list[str] = []

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        self.asked += [text.text for text in texts]
        return [opinion(text.text) for text in texts]


def opinion(words: str) -> TextOpinion:
    return TextOpinion(
        probabilities=Probabilities(negative=0.1, neutral=0.2, positive=0.7),
        expected_star=4.25,
        language="ru",
        mixed=0.1,
        aspects=(
            AspectOpinion(aspect="price", polarity="negative", words=(words,), confidence=0.5),
        ),
        constructiveness=0.5,
        complaint=Complaint(problem=(words,)),
        unmeasured=("junk",),
        read_by="accurate@1",
    )


@pytest.fixture
def memory(store: Store) -> StoredOpinions:
    """On an empty database."""
    return StoredOpinions(store, FixedClock(NOW))


def texts(*words: str) -> list[ReviewText]:
    return [ReviewText(text=each) for each in words]


def outcome(name: str) -> float:
    return (
        metrics.REGISTRY.get_sample_value("otzvuk_stored_opinions_total", {"outcome": name}) or 0.0
    )


def test_a_text_is_read_once_by_all_workers(memory: StoredOpinions) -> None:
    first, second = CountingModel(), CountingModel()
    before = RememberingModel(first, memory).predict(texts("а", "б", "а"))
    after = RememberingModel(second, memory).predict(texts("б", "в", "а"))
    assert first.asked == ["а", "б"]
    assert second.asked == ["в"]
    assert before == [opinion("а"), opinion("б"), opinion("а")]
    assert after == [opinion("б"), opinion("в"), opinion("а")]


def test_spacing_makes_no_other_text(memory: StoredOpinions) -> None:
    model = CountingModel()
    RememberingModel(model, memory).predict(texts("да  нет", " да нет\u200b "))
    assert len(model.asked) == 1


def test_another_revision_reads_anew(memory: StoredOpinions) -> None:
    RememberingModel(CountingModel(), memory).predict(texts("а"))
    other = CountingModel("accurate@2")
    RememberingModel(other, memory).predict(texts("а"))
    assert other.asked == ["а"]


def test_what_another_version_wrote_is_read_anew_and_replaced(
    memory: StoredOpinions, store: Store
) -> None:
    RememberingModel(CountingModel(), memory).predict(texts("а"))
    store[COLLECTION].update_many({}, {"$set": {"opinion": '{"mood": "fine"}'}})
    model = CountingModel()
    for _ in range(2):
        assert RememberingModel(model, memory).predict(texts("а")) == [opinion("а")]
    assert model.asked == ["а"]


def test_documents_have_the_time_that_the_index_forgets_by(
    memory: StoredOpinions, store: Store
) -> None:
    memory.keep("accurate@1", {key_of(text): opinion(text.text) for text in texts("а", "б")})
    assert [each["read_at"] for each in store[COLLECTION].find()] == [NOW, NOW]


def test_many_texts_are_kept_and_found(memory: StoredOpinions) -> None:
    many = {key_of(text): opinion(text.text) for text in texts(*(f"т{n}" for n in range(450)))}
    memory.keep("accurate@1", many)
    assert memory.find("accurate@1", many) == many


def test_a_store_that_does_not_answer_is_counted_and_left_alone_for_a_while() -> None:
    clock = FixedClock(NOW)
    dead = connect(NOBODY, "nowhere", timeout_seconds=0.05)
    model = CountingModel()
    remembering = RememberingModel(model, StoredOpinions(dead, clock))
    before = outcome("not_read")
    for _ in range(3):
        assert remembering.predict(texts("а")) == [opinion("а")]
    assert outcome("not_read") == before + 1
    clock.advance(61)
    remembering.predict(texts("а"))
    assert outcome("not_read") == before + 2
    assert model.asked == ["а"] * 4
    dead.client.close()
