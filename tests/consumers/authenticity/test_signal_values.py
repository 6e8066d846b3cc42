"""What each signal makes of the cases it was made for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from consumers.authenticity.context import Context, Copy, EntityFacts, PastReview
from consumers.authenticity.signal import Observation
from consumers.authenticity.signals import SIGNALS
from consumers.authenticity.subject import Subject
from pipeline.records import LETTER, Author, Reply

Prepared = Callable[..., Subject]
BY_NAME = {signal.name: signal for signal in SIGNALS}
OTHER = Copy(
    review_id="shop:2", entity_id="sofa-store", jaccard=1.0, is_exact=True, same_author=False
)


def read(name: str, subject: Subject, context: Context | None = None) -> Observation | None:
    return BY_NAME[name].read(subject, context or Context())


def value(name: str, subject: Subject, context: Context | None = None) -> float:
    found = read(name, subject, context)
    assert found is not None
    return found.value


def past(number: int, day: str = "2024-05-10", rating: float | None = 5.0) -> PastReview:
    return PastReview(
        review_id=f"shop:{number}", entity_id="kettles", day=day, rating=rating, sketch=None
    )


def test_the_same_author_on_two_sites_is_no_duplicate(subject: Prepared) -> None:
    one = subject()
    context = Context(copies=(replace(OTHER, same_author=True),))
    assert value("exact_duplicate", one, context) == 0
    assert value("near_duplicate", one, context) == 0


def test_the_same_author_about_another_entity_is_one(subject: Prepared) -> None:
    context = Context(copies=(replace(OTHER, same_author=True, entity_id="kettles"),))
    assert value("exact_duplicate", subject(), context) > 100


def test_an_exact_copy_is_not_counted_as_a_near_one_too(subject: Prepared) -> None:
    assert value("near_duplicate", subject(), Context(copies=(OTHER,))) == 0


def test_one_anonymous_repost_weighs_less_than_two(subject: Prepared) -> None:
    copy = replace(OTHER, same_author=None)
    one = value("near_duplicate", subject(), Context(copies=(copy,)))
    two = value(
        "near_duplicate", subject(), Context(copies=(copy, replace(copy, review_id="shop:3")))
    )
    assert one == 0.5
    assert two == 1.0


def test_short_praise_repeats_by_itself(subject: Prepared) -> None:
    short = subject(text="Всё отлично, спасибо")
    assert read("exact_duplicate", short, Context(copies=(OTHER,))) is None


def test_a_rating_near_the_usual_deviates_little(subject: Prepared) -> None:
    entity = EntityFacts(rated=93, rating_sum=93 * 4.0)
    near = value("rating_deviation", subject(rating=4.0), Context(entity=entity))
    far = value("rating_deviation", subject(rating=1.0), Context(entity=entity))
    assert near < 0.01
    assert far == pytest.approx(0.748, abs=0.001)


def test_few_ratings_make_no_usual_one(subject: Prepared) -> None:
    entity = EntityFacts(rated=4, rating_sum=16.0)
    assert read("rating_deviation", subject(rating=1.0), Context(entity=entity)) is None


def test_five_stars_over_angry_words_conflict(subject: Prepared) -> None:
    assert value("star_text_conflict", subject("negative", rating=5.0)) == pytest.approx(0.9)
    assert value("star_text_conflict", subject("negative", rating=1.0)) == pytest.approx(0.1)


def test_a_first_meeting_is_no_evidence_but_a_profile_is(subject: Prepared) -> None:
    assert read("author_history", subject(author=Author(id="1"))) is None
    single = subject(author=Author(id="1", reviews_count=1))
    assert value("author_history", single) == pytest.approx(math.log(2))


def test_later_reviews_do_not_count_in_the_history(subject: Prepared) -> None:
    author = Author(id="1")
    history = (past(2, "2024-05-09"), past(3, "2024-06-01"))
    assert value("author_history", subject(author=author), Context(history=history)) == (
        pytest.approx(math.log1p(2))
    )


def test_pace_counts_the_busiest_day(subject: Prepared) -> None:
    history = tuple(past(n, "2024-05-02") for n in range(7))
    review = subject(author=Author(id="1"))
    assert value("pace", review, Context(history=history)) == 7
    assert "2024-05-02" in BY_NAME["pace"].read(review, Context(history=history)).reason_en  # type: ignore[union-attr]  # read above


def test_one_sidedness_grows_with_the_record(subject: Prepared) -> None:
    review = subject(author=Author(id="1"), rating=5.0)
    few = value("one_sidedness", review, Context(history=tuple(past(n) for n in range(2))))
    many = value("one_sidedness", review, Context(history=tuple(past(n) for n in range(19))))
    mixed = value(
        "one_sidedness", review, Context(history=(past(1, rating=1.0), past(2, rating=2.0)))
    )
    assert mixed < few < many < 1


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (Author(name="Аноним", reviews_count=1), 1.0),
        (Author(name="Мария К.", reviews_count=1, has_picture=True), 1 / 3),
        (Author(name="Мария К.", reviews_count=12, has_picture=True), 0.0),
    ],
)
def test_profiles(subject: Prepared, author: Author, expected: float) -> None:
    assert value("empty_profile", subject(author=author)) == pytest.approx(expected)


def test_a_name_alone_says_nothing_about_the_profile(subject: Prepared) -> None:
    assert read("empty_profile", subject(author=Author(name="Мария К."))) is None


def test_marks_are_ordered(subject: Prepared) -> None:
    marks = [
        subject(verified_purchase=False),
        subject(author=Author(name="Пётр", company="ООО Ромашка", role="закупщик")),
        subject(verified_purchase=True),
        subject(author=Author(name="Пётр", identified_by="professional network")),
    ]
    assert [value("provenance_mark", mark) for mark in marks] == [-1, 1, 2, 3]


def test_a_scanned_letter_names_its_author_but_nobody_confirmed_it(subject: Prepared) -> None:
    letter = Author(company="ООО Ромашка", identified_by=LETTER)
    assert value("provenance_mark", subject(author=letter)) == 1
    assert value("provenance_mark", subject(author=letter, verified_purchase=True)) == 2
    assert read("provenance_mark", subject(author=Author(identified_by=LETTER))) is None


def test_details_make_a_text_specific(subject: Prepared) -> None:
    vague = subject(text="Очень хороший магазин, всем советую, буду покупать ещё")
    telling = subject(text="Диван Oslo заказала 3 марта за 41 990, привезли 12 марта в Тулу")
    assert value("specificity", vague) == 0
    assert value("specificity", telling) > 15


def test_details_of_a_copied_text_are_borrowed(subject: Prepared) -> None:
    assert read("specificity", subject()) is not None
    assert read("specificity", subject(), Context(copies=(OTHER,))) is None


def test_short_texts_must_be_more_alike(subject: Prepared) -> None:
    context = Context(copies=(replace(OTHER, is_exact=False, jaccard=0.6),))
    short = subject(text="Хороший магазин, доставили быстро, диван мягкий и удобный")
    assert value("near_duplicate", short, context) == pytest.approx(0.45)
    assert value("near_duplicate", subject(), context) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Хороший магазин, привезли быстро", 0),
        ("Спасибо за помощь, менеджер Светлана всё объяснила", 1),
        ("Всё понравилось, заказывайте по промокоду, промокод SOFA15", 2),
        ("Отличный мастер, звоните 8 (900) 000-00-00", 2),
        ("Great work, write to @sofa_master", 2),
        ("Обещали скидку 500 рублей за отзыв, вот пишу", 3),
        ("За отзыв дают хороший бонус", 3),
        ("Nice sofa, I got a free pillow in exchange for my honest review", 3),
    ],
)
def test_words_of_a_bargain(subject: Prepared, text: str, expected: float) -> None:
    assert value("incentive_words", subject(text=text)) == expected


def test_a_complaint_may_name_numbers_and_bargains(subject: Prepared) -> None:
    text = "Звонили с 8 900 000 00 00 и сулили подарок за отзыв. Обман!"
    assert value("incentive_words", subject("negative", text=text)) == 0


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Здравствуйте! Мы не нашли вас в базе наших клиентов.", 1),
        ("По указанным данным ваш заказ не найден, просим уточнить номер заказа.", 1),
        ("К сожалению, не удалось найти ваше обращение.", 1),
        ("Вы не являетесь нашим клиентом.", 1),
        ("We have no record of your stay with us.", 1),
        ("Unfortunately we could not find your booking.", 1),
        ("Спасибо! Мы готовы уточнить все детали произошедшего случая.", 0),
        ("Жаль, что вам не удалось в полной мере насладиться отдыхом у нас.", 0),
        ("We are sorry that you could not find the entrance.", 0),
        ("Thank you, we will look into it.", 0),
    ],
)
def test_owners_who_deny_the_customer(subject: Prepared, reply: str, expected: float) -> None:
    review = subject(replies=(Reply(text=reply, is_owner=True),))
    assert value("owner_denial", review) == expected


def test_other_readers_deny_nothing(subject: Prepared) -> None:
    review = subject(replies=(Reply(text="Мы не нашли вас в базе."),))
    assert read("owner_denial", review) is None


def test_early_window_ends_after_half_a_year(subject: Prepared) -> None:
    entity = EntityFacts(first_day=datetime(2023, 5, 1, tzinfo=UTC).date())
    assert value("early_window", subject(), Context(entity=entity)) == 0


@pytest.mark.parametrize(
    ("author", "is_known"),
    [
        (Author(id="42", name="Мария К."), True),
        (Author(name="Мария Климова"), True),
        (Author(name="sofa_fan_88"), True),
        (Author(name="Мария К."), False),
        (Author(name="Александр"), False),
        (Author(name="Аноним"), False),
        (Author(id="7.65612E+16"), False),
        (Author(), False),
    ],
)
def test_authors_are_told_apart_only_by_what_tells(
    subject: Prepared, author: Author, is_known: bool
) -> None:
    assert (subject(author=author).author_key is not None) is is_known
    assert bool(subject(author=author).author_mark) is is_known
