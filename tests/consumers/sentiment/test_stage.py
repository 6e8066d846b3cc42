"""The stage answers every review in order, and reads each distinct text once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from consumers.sentiment.accurate import load_accurate_model
from consumers.sentiment.model import ReviewText, TextOpinion
from consumers.sentiment.models import build_model, configured_model
from consumers.sentiment.stage import SentimentStage
from consumers.sentiment.understanding import Understander
from pipeline.codec import encode
from pipeline.identity import make_review
from pipeline.log.protocol import Message
from pipeline.records import Probabilities, Review, UnderstoodReview
from pipeline.stage import Delivery
from tests.consumers.sentiment.tiny_artefact import write_tiny_artefact

NOW = datetime(2025, 3, 1, tzinfo=UTC)


class CountingModel:
    """A model that notes what it was asked."""

    revision = "counting@0"

    def __init__(self) -> None:
        self.asked: list[ReviewText] = []

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        """Longer is better."""
        self.asked += texts
        return [self._opinion(len(text.text)) for text in texts]

    def _opinion(self, length: int) -> TextOpinion:
        positive = length / (length + 10)
        probabilities = Probabilities(negative=1 - positive, neutral=0.0, positive=positive)
        return TextOpinion(probabilities=probabilities, expected_star=3.0, language="ru")


def review(number: int, **fields: Any) -> Review:
    """A review of an invented shop."""
    return make_review(
        review_id=f"t:{number}", source="t", entity_id="shop", crawled_at=NOW, **fields
    )


def deliveries(reviews: Sequence[Review]) -> list[Delivery]:
    """As the runner hands them over."""
    found = []
    for offset, each in enumerate(reviews):
        sent = encode(each)
        message = Message(
            topic=sent.topic, partition=0, offset=offset, key=sent.key, value=sent.value,
            headers=sent.headers, written_at=NOW,
        )  # fmt: skip
        found.append(Delivery(record=each, message=message))
    return found


def test_each_review_is_understood_in_order() -> None:
    reviews = [
        review(1, text="Отлично, спасибо, очень доволен!", rating=5.0),
        review(2, text="Ужасно, обманули, деньги не вернули", rating=1.0),
        review(3, rating=2.0),
        review(4),
    ]
    result = SentimentStage(build_model("fast")).handle(deliveries(reviews))
    found = [output for output in result.outputs if isinstance(output, UnderstoodReview)]
    assert [output.review for output in found] == reviews
    assert [output.understanding.label for output in found] == [
        "positive", "negative", "negative", "neutral",
    ]  # fmt: skip
    assert [output.understanding.language for output in found] == ["ru", "ru", None, None]
    assert not result.rejected


def test_without_a_model_the_star_alone_decides() -> None:
    reviews = [review(1, text="Ужасно, обманули", rating=5.0), review(2, text="Отлично")]
    result = SentimentStage(configured_model("none")).handle(deliveries(reviews))
    found = [
        output.understanding for output in result.outputs if isinstance(output, UnderstoodReview)
    ]
    assert [understanding.label for understanding in found] == ["positive", "neutral"]
    assert {understanding.text_label for understanding in found} == {None}
    assert {understanding.text_probabilities for understanding in found} == {None}
    assert {understanding.model for understanding in found} == {"none"}


def test_outputs_are_valid_on_the_wire() -> None:
    stage = SentimentStage(build_model("fast"))
    reviews = [review(number, text=text) for number, text in enumerate(["", "👍", "ok", "Супер"])]
    for output in stage.handle(deliveries(reviews)).outputs:
        message = encode(output)
        assert msgspec.json.decode(message.value, type=UnderstoodReview) == output


def test_equal_texts_are_read_once_whatever_their_stars() -> None:
    model = CountingModel()
    stage = SentimentStage(model)
    batch = deliveries([review(n, text="Отлично", rating=float(n)) for n in range(1, 6)])
    first = stage.handle(batch).outputs
    second = stage.handle(batch).outputs
    assert len(model.asked) == 1
    assert first == second


def test_title_and_cons_make_another_text() -> None:
    model = CountingModel()
    understander = Understander(model)
    understander.understand(
        [review(1, text="Да"), review(2, title="Да"), review(3, cons="Да"), review(4, text=" ")]
    )
    assert len(model.asked) == 3


def test_spacing_makes_no_other_text() -> None:
    model = CountingModel()
    Understander(model).understand(
        [review(1, text="Да  нет"), review(2, text=" Да нет\u200b"), review(3, text="Да\tнет\n")]
    )
    assert len(model.asked) == 1


def test_what_an_accurate_model_says_reaches_the_wire(tmp_path: Path) -> None:
    stage = SentimentStage(load_accurate_model(write_tiny_artefact(tmp_path)))
    text = "Быстрая доставка, вежливый курьер"
    (output,) = stage.handle(deliveries([review(1, text=text, rating=5.0)])).outputs
    decoded = msgspec.json.decode(encode(output).value, type=UnderstoodReview)
    assert decoded == output
    assert {one.aspect for one in decoded.understanding.aspects} == {"delivery", "staff"}
    assert decoded.understanding.mixed is not None
    assert decoded.understanding.unknown_pieces is not None
    assert decoded.understanding.model.startswith("accurate@")


def test_memory_is_bounded_and_forgets_the_longest_unused() -> None:
    model = CountingModel()
    understander = Understander(model, remembered_texts=2)
    for text in ("а", "б", "а", "в", "а", "б"):
        understander.understand([review(1, text=text)])
    assert [asked.text for asked in model.asked] == ["а", "б", "в", "б"]


def test_batch_larger_than_the_memory_is_answered() -> None:
    understander = Understander(CountingModel(), remembered_texts=2)
    found = understander.understand([review(n, text="я" * n) for n in range(1, 8)])
    assert [each.score for each in found] == sorted(each.score for each in found)


def test_time_alone_brings_nothing() -> None:
    stage = SentimentStage(CountingModel())
    assert list(stage.tick(NOW)) == []
    stage.close()
