"""The accurate tier serves any artefact: long texts, any batch, calibration, words, limits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from consumers.sentiment.accurate import AccurateModel, load_accurate_model
from consumers.sentiment.model import ReviewText, TextOpinion
from tests.consumers.sentiment.tiny_artefact import tiny_card, write_tiny_artefact

FLOAT_TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> AccurateModel:
    """Of a network whose answers can be foreseen."""
    return load_accurate_model(write_tiny_artefact(tmp_path_factory.mktemp("tiny")))


def read(model: AccurateModel, **fields: str) -> TextOpinion:
    (opinion,) = model.predict([ReviewText(**fields)])
    return opinion


def judged(opinion: TextOpinion) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.aspect: (one.polarity, one.words) for one in opinion.aspects}


def with_card(folder: Path, **change: Any) -> AccurateModel:
    return load_accurate_model(write_tiny_artefact(folder, change))


def numbers(opinions: Sequence[TextOpinion]) -> list[float]:
    found = []
    for one in opinions:
        found += [one.probabilities.negative, one.probabilities.positive, one.expected_star]
        found += [one.mixed or 0.0, one.junk or 0.0, one.unknown_pieces or 0.0]
        found += [aspect.confidence or 0.0 for aspect in one.aspects]
    return found


def test_words_decide_label_and_star(model: AccurateModel) -> None:
    praise, blame = read(model, text="Отлично"), read(model, text="Ужасно")
    assert (praise.label, blame.label) == ("positive", "negative")
    assert praise.expected_star > 4.9
    assert blame.expected_star < 1.1


def test_aspects_come_with_polarity_and_words(model: AccurateModel) -> None:
    opinion = read(model, text="Это быстрая доставка, вежливый курьер!")
    assert judged(opinion) == {
        "delivery": ("positive", ("Это быстрая доставка",)),
        "staff": ("positive", ("вежливый курьер",)),
    }
    confidences = [one.confidence for one in opinion.aspects if one.confidence is not None]
    assert confidences == sorted(confidences, reverse=True)
    assert len(confidences) == 2


def test_an_aspect_below_its_threshold_is_not_named(model: AccurateModel, tmp_path: Path) -> None:
    german = "Die delivery war leider sehr langsam und das Essen war kalt"
    assert set(judged(read(model, text=german))) == {"delivery"}
    strict = with_card(tmp_path, thresholds={"aspects": [1.0] * 10})
    assert not judged(read(strict, text=german))


def test_an_aspect_that_words_name_is_named_whatever_its_threshold(tmp_path: Path) -> None:
    strict = with_card(tmp_path, thresholds={"aspects": [1.0] * 10})
    opinion = read(strict, text="это слово и слово, быстрая доставка, очень")
    assert judged(opinion) == {"delivery": ("positive", ("быстрая доставка",))}
    assert (opinion.aspects[0].confidence or 0.0) > 0.7


def test_the_clause_that_names_an_aspect_is_quoted_and_decides_its_side(
    model: AccurateModel,
) -> None:
    opinion = read(model, pros="доставка", cons="хамит курьер, очередь")
    assert judged(opinion)["delivery"] == ("positive", ("доставка",))
    assert judged(opinion)["staff"][0] == "negative"
    assert judged(opinion)["waiting"] == ("negative", ("очередь",))


def test_an_aspect_praised_and_blamed_in_clauses_is_two_opinions_with_their_words(
    model: AccurateModel,
) -> None:
    opinion = read(model, pros="доставка быстрая", cons="доставка мятая")
    assert {(one.polarity, one.words) for one in opinion.aspects} == {
        ("positive", ("доставка быстрая",)),
        ("negative", ("доставка мятая",)),
    }


def test_an_aspect_that_words_exclude_is_not_named(model: AccurateModel) -> None:
    """The network takes the courier for staff; no word of staff is there."""
    assert set(judged(read(model, text="это был ужасно курьер"))) == {"delivery"}


def test_a_fault_at_the_very_end_of_a_long_review_is_read(model: AccurateModel) -> None:
    long = read(model, text="Слово и слово. " * 60 + "Ужасно медленная доставка.")
    assert judged(long)["delivery"] == ("negative", ("Ужасно медленная доставка",))
    assert long.label == "negative"


def test_an_aspect_in_two_lights_is_two_opinions(model: AccurateModel) -> None:
    filler = "слово и слово. " * 12
    opinion = read(
        model, text=f"Быстрая доставка. {filler} Медленная доставка. {filler} Быстрая доставка."
    )
    found = [one for one in opinion.aspects if one.aspect == "delivery"]
    assert {one.polarity for one in found} == {"positive", "negative"}
    assert len(found) == 2


def test_praise_in_one_window_and_blame_in_another_is_mixed(model: AccurateModel) -> None:
    praise, blame = "отлично " * 12 + "отлично.", "ужасно " * 12 + "ужасно."
    both = read(model, text=f"{praise} {blame}")
    assert both.mixed is not None
    assert both.mixed > 0.8
    plain = read(model, text=f"{praise} {praise}")
    assert plain.mixed is not None
    assert plain.mixed < 0.2


def test_junk_is_only_what_is_junk_throughout(model: AccurateModel) -> None:
    advert = "реклама " * 15
    all_junk, half_junk = (
        read(model, text=f"{advert}. {advert}."),
        read(model, text=f"{advert}. " + "отлично " * 15),
    )
    assert all_junk.junk is not None
    assert half_junk.junk is not None
    assert all_junk.junk > 0.9 > 0.1 > half_junk.junk


def test_pros_and_cons_are_read_and_their_marks_are_not_quoted(model: AccurateModel) -> None:
    opinion = read(model, text="Это магазин", pros="быстрая доставка", cons="нет")
    assert judged(opinion)["delivery"][1] == ("быстрая доставка",)


def test_what_stands_in_a_field_is_on_its_side(model: AccurateModel) -> None:
    """ "Дорогой" is no word of blame here for the network, which takes the mood of the pros."""
    opinion = read(model, text="Отлично", pros="отлично", cons="дорогой, слово")
    assert judged(opinion)["price"] == ("negative", ("дорогой",))
    faultless = read(model, text="Отлично, быстрая доставка", cons="Не обнаружила")
    assert {one.polarity for one in faultless.aspects} == {"positive"}


def test_a_clause_against_the_mood_of_the_text_keeps_its_own_side(tmp_path: Path) -> None:
    calibration = tiny_card()["calibration"] | {"polarity": {"temperature": 3.0}}
    unsure = with_card(tmp_path, calibration=calibration)
    behind = read(unsure, text="Отлично, отлично. медленная доставка.")
    assert judged(behind)["delivery"] == ("negative", ("медленная доставка",))
    silent = read(unsure, text="Отлично, отлично. это доставка.")
    assert judged(silent)["delivery"][0] == "positive"


def test_temperature_and_bias_calibrate(tmp_path: Path) -> None:
    calibration = tiny_card()["calibration"] | {
        "sentiment": {"temperature": 1e6, "bias": [0.0, 0.0, 2.0]},
        "stars": {"temperature": 1e6},
    }
    flat = read(with_card(tmp_path, calibration=calibration), text="Ужасно")
    assert flat.label == "positive"
    assert flat.probabilities.negative == pytest.approx(flat.probabilities.neutral, abs=1e-3)
    assert flat.expected_star == pytest.approx(3.0, abs=1e-3)


def test_answers_never_measured_in_the_language_are_named(model: AccurateModel) -> None:
    assert read(model, text="Отлично, очень быстрая доставка, спасибо").unmeasured == ()
    english = read(model, text="The delivery was great and the staff friendly, thank you")
    assert english.unmeasured == ("mixed", "junk")
    german = read(model, text="Die Lieferung war sehr schnell und das Personal freundlich")
    assert german.unmeasured == ("sentiment", "aspects", "mixed", "junk", "constructiveness")


def test_complaints_are_weighed_where_the_rules_know_the_language(model: AccurateModel) -> None:
    complaint = read(model, text="Ужасно медленная доставка, товар сломан, верните деньги!")
    assert complaint.constructiveness is not None
    assert complaint.constructiveness > 0.5
    assert complaint.complaint is not None
    assert complaint.complaint.request
    german = read(model, text="Die Lieferung war sehr langsam, ich will mein Geld zurück")
    assert (german.constructiveness, german.complaint) == (None, None)


def test_what_cannot_be_spelt_is_counted(model: AccurateModel) -> None:
    assert read(model, text="отлично").unknown_pieces == 0.0
    share = read(model, text="отлично 你好你好").unknown_pieces
    assert share is not None
    assert 0.2 < share < 0.6


def test_nothing_to_read_is_even(model: AccurateModel) -> None:
    opinion = read(model, text="\x00 \n")
    assert opinion.probabilities.negative == opinion.probabilities.positive
    assert (opinion.expected_star, opinion.language, opinion.mixed) == (3.0, None, None)


def test_a_text_alone_and_in_any_batch_gets_the_same_opinion(model: AccurateModel) -> None:
    texts = [
        ReviewText(text=("отлично и " * (n % 7)) + "ужасно медленная доставка. " * (n % 11))
        for n in range(150)
    ]
    together = model.predict(texts)
    alone = [model.predict([text])[0] for text in texts]
    assert numbers(together) == pytest.approx(numbers(alone), abs=FLOAT_TOLERANCE)
    assert [one.label for one in together] == [one.label for one in alone]
    assert [judged(one) for one in together] == [judged(one) for one in alone]
    backwards = model.predict(texts[::-1])[::-1]
    assert numbers(backwards) == pytest.approx(numbers(together), abs=FLOAT_TOLERANCE)


def test_the_longest_texts_are_read_whatever_they_are_made_of(model: AccurateModel) -> None:
    texts = [
        ReviewText(text=text[:100_000])
        for text in ("а" * 100_000, "слово " * 20_000, "отлично. " * 12_000, "你" * 100_000)
    ]
    opinions = model.predict(texts * 3)
    assert len(opinions) == 12
    assert opinions[2].label == "positive"
    assert numbers(opinions[:4]) == pytest.approx(numbers(opinions[8:]), abs=FLOAT_TOLERANCE)


def test_no_texts_give_no_opinions(model: AccurateModel) -> None:
    assert model.predict([]) == []
