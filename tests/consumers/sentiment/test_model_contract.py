"""What every sentiment model holds to, whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.sentiment.model import ReviewText, SentimentModel, TextOpinion
from consumers.sentiment.models import MODELS, build_model
from pipeline.errors import ConfigurationError

ODD_TEXTS = (
    "",
    " \n\t ",
    "\x00",
    "\ud800 одинокий суррогат",
    "👍👍🏽👨‍👩‍👧",
    "n̷͖̓o̵̹͘ ̶̲̈́g̸̖̈ő̵̝o̴̜̊d̸̫̄",
    "‮навыворот",
    "ﬁ ① ｆｕｌｌ",
    "1234567890",
    "!!!???...",
    "слово" * 20_000,
    "очень хорошо " * 7_700,
    "a" * 100_000,
    "İstanbul ẞ ŉ",
)


TOLERANCE = {"fast": 0.0, "accurate": 1e-4, "cascade": 1e-4}
"""How far a probability may move with the rest of the batch: int8 activations are scaled together.
"""


@pytest.fixture(scope="module", params=sorted(MODELS))
def name(request: pytest.FixtureRequest) -> str:
    """Each name of the table."""
    return str(request.param)


@pytest.fixture(scope="module")
def model(name: str) -> SentimentModel:
    """Each model of the table, as it is shipped."""
    return build_model(name)


def assert_alike(some: Sequence[TextOpinion], other: Sequence[TextOpinion], name: str) -> None:
    """Equal in all that is exact, and near in what the batch may move."""
    tolerance = TOLERANCE[name]
    if not tolerance:
        assert list(some) == list(other)
    for one, two in zip(some, other, strict=True):
        assert triple(one) == pytest.approx(triple(two), abs=tolerance)
        assert one.expected_star == pytest.approx(two.expected_star, abs=4 * tolerance)
        assert (one.language, one.read_by) == (two.language, two.read_by)


def triple(opinion: TextOpinion) -> tuple[float, float, float]:
    """Negative, neutral, positive."""
    found = opinion.probabilities
    return found.negative, found.neutral, found.positive


def assert_possible(opinion: TextOpinion) -> None:
    """Probabilities sum to one, the star is a star, the language is a code."""
    parts = triple(opinion)
    assert sum(parts) == pytest.approx(1.0, abs=1e-9)
    assert all(0.0 <= part <= 1.0 for part in parts)
    assert 1.0 <= opinion.expected_star <= 5.0
    assert opinion.language is None or re.fullmatch(r"[a-z]{2,3}", opinion.language)


def test_unknown_model_is_refused_with_the_known_names() -> None:
    with pytest.raises(ConfigurationError, match="fast"):
        build_model("fats")


def test_revision_names_the_model_and_a_digest(model: SentimentModel) -> None:
    assert re.fullmatch(r"[a-z0-9-]+@[0-9a-f]{8,}", model.revision)


def test_no_texts_give_no_opinions(model: SentimentModel) -> None:
    assert list(model.predict([])) == []


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_odd_texts_get_possible_opinions(model: SentimentModel, text: str) -> None:
    for fields in ({"text": text}, {"title": text}, {"pros": text, "cons": text}):
        (opinion,) = model.predict([ReviewText(**fields)])
        assert_possible(opinion)


def test_a_text_alone_and_in_a_batch_gets_the_same_opinion(
    model: SentimentModel, name: str
) -> None:
    texts = [ReviewText(text=text) for text in (*ODD_TEXTS, "Отлично!", "Ужас", "Not good at all")]
    together = list(model.predict(texts))
    assert_alike(together, [model.predict([text])[0] for text in texts], name)
    assert_alike(together, list(reversed(list(model.predict(texts[::-1])))), name)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(
        st.builds(ReviewText, text=st.text(), title=st.text(max_size=20), pros=st.text(max_size=20))
    )
)
def test_any_batch_is_answered_in_order(
    model: SentimentModel, name: str, texts: Sequence[ReviewText]
) -> None:
    opinions = list(model.predict(texts))
    assert_alike(opinions, [model.predict([text])[0] for text in texts], name)
    for opinion in opinions:
        assert_possible(opinion)


@pytest.mark.parametrize(
    "text",
    [
        "Отличный магазин, всё понравилось, спасибо!",
        "Очень довольна покупкой, рекомендую",
        "Быстрая доставка, вежливый курьер, всё супер 👍",
        "Неплохо, мне понравилось, буду заказывать ещё",
        "Great product, works perfectly, highly recommend!",
        "Love it, fits perfectly and very comfortable",
        "Excellent service, friendly staff",
    ],
)
def test_plain_praise_is_positive(model: SentimentModel, text: str) -> None:
    (opinion,) = model.predict([ReviewText(text=text)])
    assert opinion.label == "positive"
    assert opinion.expected_star > 3.5


@pytest.mark.parametrize(
    "text",
    [
        "Ужасный магазин, обманули, деньги не вернули",
        "Не рекомендую, товар сломался через неделю",
        "Отвратительное обслуживание, хамят, жду возврат второй месяц",
        "Приложение постоянно вылетает, удалил",
        "Terrible quality, broke after two days, waste of money",
        "Do not buy this, it does not work, I want a refund",
        "Worst customer service ever, rude staff",
    ],
)
def test_plain_complaint_is_negative(model: SentimentModel, text: str) -> None:
    (opinion,) = model.predict([ReviewText(text=text)])
    assert opinion.label == "negative"
    assert opinion.expected_star < 2.5


def test_pros_and_cons_are_read_as_such(model: SentimentModel) -> None:
    praise, complaint = model.predict(
        [
            ReviewText(text="Пользуюсь год", pros="Удобно, быстро, вежливо", cons="нет"),
            ReviewText(text="Пользуюсь год", pros="нет", cons="Хамство, очереди, обман"),
        ]
    )
    assert praise.expected_star > complaint.expected_star + 1
    assert praise.probabilities.positive > praise.probabilities.negative
    assert complaint.label == "negative"


def test_none_among_the_cons_is_praise_and_among_the_pros_blame(model: SentimentModel) -> None:
    praise, blame = model.predict(
        [ReviewText(pros="Всё", cons="Нет"), ReviewText(pros="Нет", cons="Всё")]
    )
    assert (praise.label, blame.label) == ("positive", "negative")
