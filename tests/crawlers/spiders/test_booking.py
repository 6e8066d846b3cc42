"""Answers of Booking's query for reviews, constructed from its field names; no capture is known."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.booking import API, BOOKING
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

ADDRESS = f"{API}?hotelId=777&country=ru&skip=0"
HOTEL = "https://www.booking.com/hotel/ru/port.html"


def card(native: str = "r1", **fields: Any) -> dict[str, Any]:
    return {
        "reviewUrl": native,
        "guestDetails": {
            "username": "Инна", "countryName": "Россия", "guestTypeTranslation": "Пара",
        },
        "bookingDetails": {
            "customerType": "COUPLES", "roomType": {"name": "Номер «Комфорт»"}, "numNights": 3,
            "checkoutDate": "2024-03-01",
        },
        "reviewedDate": 1709629200, "helpfulVotesCount": 2, "reviewScore": 5.5, "isApproved": True,
        "textDetails": {
            "title": "Неплохо", "positiveText": "Завтрак", "negativeText": "Шум\nночью",
            "lang": "ru",
        },
        "partnerReply": {"reply": "Исправимся"},
    } | fields  # fmt: skip


def answer(*cards: Any, total: int | None = None) -> str:
    result = {"reviewCard": list(cards)} | ({} if total is None else {"reviewsCount": total})
    return json.dumps({"data": {"reviewListFrontend": result}})


def parsed(body: str, url: str = ADDRESS) -> ParsedPage:
    return BOOKING.parse(page(body, url))


def test_every_field() -> None:
    found = parsed(answer(card(), total=1))
    one = found.reviews[0]
    assert (one.review_id, one.title, one.text, one.pros, one.cons) == (
        "booking:r1", "Неплохо", "", "Завтрак", "Шум\nночью",
    )  # fmt: skip
    assert one.rating_original is not None
    assert (one.rating, one.rating_original.value, one.rating_original.best) == (3.0, 5.5, 10.0)
    assert (one.author.name, one.author.location, one.language) == ("Инна", "Россия", "ru")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.votes is not None
    assert one.votes.helpful == 2
    assert (one.replies[0].text, one.replies[0].is_owner) == ("Исправимся", True)
    assert one.extra == {
        "trip_type": "Пара", "room": "Номер «Комфорт»", "nights": 3, "checkout_date": "2024-03-01",
    }  # fmt: skip
    assert (found.claimed_total, found.next_urls, found.problems) == (1, (), ())


def test_a_card_of_2014_says_the_word_for_its_score_in_place_of_a_title() -> None:
    card = """<li class="review_item"><div class="review_item_reviewer"><h4>Ann</h4></div>
      <div class="review_item_review_score" title=" Exceptional ">10</div>
      <div class="review_item_header_content">{title}</div>
      <div class="review_item_header_date">September 30, 2014</div>
      <p class="review_pos">{title} beach</p></li>"""
    body = "<ul>" + card.format(title="Exceptional") + card.format(title="“Quiet”") + "</ul>"
    without, titled = BOOKING.parse(page(body, "https://www.booking.com/hotel/co/x.html")).reviews
    assert (without.title, titled.title) == ("", "Quiet")
    assert (without.rating, without.published_raw) == (5.0, "September 30, 2014")


def test_the_ends_of_the_scale_of_ten() -> None:
    found = parsed(answer(card("a", reviewScore=10), card("b", reviewScore=1)))
    assert [one.rating for one in found.reviews] == [5.0, 1.0]


def test_skip_leads_on_as_far_as_the_count_says() -> None:
    following = f"{API}?hotelId=777&country=ru&skip=1"
    assert parsed(answer(card(), total=3)).next_urls == (following,)
    assert parsed(answer(card())).next_urls == (following,)
    assert parsed(answer(card(), total=2), following).next_urls == ()
    assert parsed(answer(total=3)).next_urls == ()


def test_the_page_of_a_stay_leads_to_its_list() -> None:
    state = json.dumps({"ROOT": {"a": {"reviewCard": [card()], "reviewsCount": 4}}})
    html = f"<script>var b_hotel_id = '777';</script><script type=x>{state}</script>"
    found = parsed(html, HOTEL)
    assert ([one.review_id for one in found.reviews], found.claimed_total) == (["booking:r1"], 4)
    assert found.next_urls == (ADDRESS,)
    bare = parsed("<script>window.utag = {hotel_id: '777'}</script>", HOTEL)
    assert (bare.reviews, bare.next_urls, bare.problems) == ((), (ADDRESS,), ())


def test_cards_that_a_browser_drew_are_read() -> None:
    html = """booking.com<div data-testid="review-card"><div data-testid="review-avatar"><div>И
    </div><div>Инна</div><span>Россия</span></div><div data-testid="review-score"><div>Оценка 9,0
    </div><div>9,0</div></div><h4 data-testid="review-title">Чудно</h4>
    <span data-testid="review-date">Время отзыва: 5 марта 2024 г.</span>
    <div data-testid="review-positive-text"><span>Завтрак</span></div>
    <div data-testid="review-negative-text"><span>Шум</span></div>
    <span data-testid="review-traveler-type">Пара</span></div>"""
    one = parsed(html, "").reviews[0]
    assert (one.author.name, one.author.location, one.title) == ("Инна", "Россия", "Чудно")
    assert (one.pros, one.cons, one.extra) == ("Завтрак", "Шум", {"trip_type": "Пара"})
    assert one.rating_original is not None
    assert one.rating_original.value == 9.0
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert BOOKING.recognises(page(html, "")) > 0.8


def test_an_older_list_tells_praise_from_blame_by_the_mark() -> None:
    html = """booking.com<li class="review_list_new_item_block" data-review-url="r7">
    <span class="bui-avatar-block__title">Инна</span>
    <span class="bui-avatar-block__subtitle">Россия</span>
    <div class="bui-review-score__badge">5,5</div><h3 class="c-review-block__title">Так себе</h3>
    <div class="c-review__row"><span class="c-review__prefix c-review__prefix--color-green"></span>
    <span class="c-review__body">Завтрак</span></div><div class="c-review__row">
    <span class="c-review__body">Шум</span></div><div class="c-review-block__row">
    <span class="c-review-block__date">Время отзыва: 5 марта 2024 г.</span></div>
    <span class="c-review-block__response__body">Исправимся</span></li>"""
    one = parsed(html, "").reviews[0]
    assert (one.review_id, one.rating, one.author.location) == ("booking:r7", 3.0, "Россия")
    assert (one.pros, one.cons) == ("Завтрак", "Шум")
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert [reply.text for reply in one.replies] == ["Исправимся"]


def test_the_list_of_the_years_before() -> None:
    """Icons are letters of a font; without a title, the site shows its word for the score."""
    html = """booking.com<li class="review_item clearfix">
    <p class="review_item_date">Reviewed: March 30, 2018</p>
    <div class="review_item_reviewer"><h4>Ann</h4><span class="reviewer_country">Malta</span>
    <div class="review_item_user_review_count">25 Reviews</div></div>
    <span class="review-score-badge">5.5</span>
    <div class="review_item_header_content review_item_header_scoreword">Okay</div>
    <div class="review_item_review_content"><p class="review_neg">
    <i class="review_item_icon">눉</i>Noisy street</p><p class="review_pos">
    <i class="review_item_icon">눇</i>
    <span itemprop="reviewBody">Breakfast</span></p></div>
    <input name="review_url" value="eb2bb14b428df5fe"></li>"""
    one = parsed(html, "").reviews[0]
    assert (one.review_id, one.rating, one.title) == ("booking:eb2bb14b428df5fe", 3.0, "")
    assert (one.author.name, one.author.location, one.author.reviews_count) == ("Ann", "Malta", 25)
    assert (one.pros, one.cons, one.event_day) == ("Breakfast", "Noisy street", "2018-03-30")
    assert BOOKING.recognises(page(html, "")) > 0.8
    titled = html.replace(" review_item_header_scoreword", "")
    assert parsed(titled, "").reviews[0].title == "Okay"


def test_that_there_are_no_comments_is_the_sites_word() -> None:
    html = """booking.com<li class="review_list_new_item_block" data-review-url="r7">
    <div class="bui-review-score__badge">10</div><div class="c-review__row">
    <span class="c-review__body">There are no comments available for this review</span></div>
    <span class="c-review-block__response__body">Thank you…</span>
    <span class="c-review-block__response__body bui-u-hidden">Thank you for staying</span>
    <p class="review-helpful__vote-others-helpful">2 people found this helpful</p></li>"""
    one = parsed(html, "").reviews[0]
    assert (one.rating, one.text, one.pros, one.cons) == (5.0, "", "", "")
    assert [reply.text for reply in one.replies] == ["Thank you for staying"]
    assert one.votes == Votes(helpful=2)


def test_every_field_of_the_answers_that_apps_load() -> None:
    row = {
        "review_id": 4083720321, "average_score": 5.5, "title": "Fine", "pros": "Breakfast",
        "cons": "Noise", "languagecode": "en", "date": "2024-03-05 09:00:00",
        "helpful_vote_count": 2, "countrycode": "mt", "hotelier_response": "Thank you",
        "hotelier_response_date": 1709715600, "hotelier_name": "Port",
        "author": {"name": "Ann", "city": "Sliema", "user_id": 0, "nr_reviews": 3,
                   "type_string": "Couple"},
        "stayed_room_info": {"room_name": "Double", "num_nights": 3, "checkout": "2024-03-01"},
        "reviewer_photos": [{"photo_id": 1}],
    }  # fmt: skip
    found = parsed(json.dumps({"count": 40, "result": [row, {"review_id": 1}, None]}), "")
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title) == ("booking:4083720321", 3.0, "Fine")
    assert (one.pros, one.cons, one.language) == ("Breakfast", "Noise", "en")
    assert (one.author.id, one.author.name, one.author.location) == (None, "Ann", "Sliema")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.votes, one.media_count) == (Votes(helpful=2), 1)
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.replied_at) == (
        "Thank you", "Port", datetime(2024, 3, 6, 9, tzinfo=UTC),
    )  # fmt: skip
    assert one.extra == {
        "trip_type": "Couple", "room": "Double", "nights": 3, "checkout_date": "2024-03-01",
    }  # fmt: skip
    assert (len(found.reviews), found.claimed_total) == (1, 40)
    assert BOOKING.recognises(page(json.dumps({"result": [row]}), "")) > 0.9


def test_what_the_site_did_not_approve_is_left_out() -> None:
    found = parsed(answer(card("a", isApproved=False), card("b")))
    assert [one.review_id for one in found.reviews] == ["booking:b"]
    assert found.skipped == {"not approved by the site": 1}


def test_a_malformed_card_does_not_lose_the_others() -> None:
    bare = card("b", reviewScore=None, textDetails={"title": ""})
    found = parsed(answer(None, card("a", reviewScore=99, guestDetails=None), bare, card("c")))
    assert [one.review_id[-1] for one in found.reviews] == ["a", "c"]
    assert len(found.problems) == 2


def test_no_reviews_are_a_valid_answer() -> None:
    found = parsed(answer(total=0))
    assert (found.reviews, found.problems, found.blocked, found.claimed_total) == ((), (), None, 0)


@pytest.mark.parametrize(
    ("value", "blocked"),
    [
        ({"data": {"reviewListFrontend": {"statusCode": 404, "message": "No hotel"}}}, "not_found"),
        ({"data": {"reviewListFrontend": {"statusCode": 500, "message": "Oops"}}}, "rate_limited"),
        ({"errors": [{"message": "Bad query"}], "data": None}, "forbidden"),
    ],
)
def test_refusals_within_an_answer_are_obstacles(value: object, blocked: str) -> None:
    found = parsed(json.dumps(value))
    assert found.blocked == blocked
    assert found.problems[0].startswith("Booking refuses: ")


def test_a_captcha_is_an_obstacle_and_anything_else_a_problem() -> None:
    assert parsed("<title>Are you a human?</title>").blocked == "captcha"
    assert "booking" in parsed('{"a":1}').problems[0]


def test_the_query_is_made_of_the_address() -> None:
    request = BOOKING.request(f"{API}?hotelId=777&country=ru&skip=20", None)
    body = json.loads(request.body)
    wanted = body["variables"]["input"]
    assert (request.method, body["operationName"]) == ("POST", "ReviewList")
    assert (wanted["hotelId"], wanted["hotelCountryCode"], wanted["skip"]) == (777, "ru", 20)
    assert (wanted["sorter"], wanted["limit"]) == ("NEWEST_FIRST", 10)
    assert BOOKING.request(HOTEL, None).method == "GET"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://www.booking.com/hotel/ru/port.ru.html?aid=1", HOTEL),
        ("https://booking.com/hotel/ru/port.en-gb.html?hotel_id=777", ADDRESS),
        (f"{API}?hotelId=777&country=ru&skip=40", ADDRESS),
    ],
)
def test_any_address_of_a_stay_is_understood(url: str, address: str) -> None:
    assert BOOKING.start_urls(url) == (address,)
    assert BOOKING.api_urls(url) == ()


@pytest.mark.parametrize(
    "url", ["https://www.booking.com/city/ru/kazan.html", "https://shop.example/hotel/ru/a.html"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"booking\.com/hotel"):
        BOOKING.start_urls(url)


def test_recognition() -> None:
    assert BOOKING.recognises(page(answer(card()), "")) > 0.9
    assert BOOKING.recognises(page("<p>", HOTEL)) > 0.9
    assert BOOKING.recognises(page('{"reviews":[]}')) == 0.0
    assert BOOKING.recognises(page("<p>x</p>")) == 0.0
