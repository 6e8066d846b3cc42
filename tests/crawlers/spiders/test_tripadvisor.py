"""Pages of Tripadvisor: 2016 after a saved one, the later ones constructed; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.tripadvisor import TRIPADVISOR
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

PLACE = "Restaurant_Review-g188590-d1531839-Reviews"
ADDRESS = f"https://www.tripadvisor.ru/{PLACE}-Port.html"
API = "https://api.content.tripadvisor.com/api/v1/location/1531839/reviews"

OLD_CARD = """<div id="review_260196812" class="reviewSelector"><div class="review">
<div class="member_info"><div id="UID_686D3331C671D65DC578CD147CF323DA-SRC_260196812">
<div class="username mo"><span>ИннаП</span></div></div><div class="location">Казань, Россия</div>
</div><div class="reviewerBadge badge"><span class="badgeText">3 258 отзывов</span></div>
<div class="quote"><a href="/ShowUserReviews-g188590-d1531839-r260196812-Port.html#REVIEWS">“<span
class="noQuotes">Долго ждали</span>”</a></div><span class="rating_s">
<img class="rating_s_fill s40" alt="4 из 5 звезд"></span>
<span class="ratingDate">Отзыв написан 17 марта 2015</span><span class="viaMobile"></span>
<div class="entry"><p class="partial_entry">Но вкусно.<br>Придём ещё.</p></div>
<span class="numHlpIn">3</span></div>
<div class="mgrRspnInline"><div class="header">Пётр, владелец</div><span class="res_date">18 марта
2015</span><div class="displayText">Спасибо!</div></div></div>"""
OLD_PAGE = f"""<html><meta property="al:ios:url"
content="tripadvisor://www.tripadvisor.ru/{PLACE}-m33762-Port.html"><h1>Кафе «Порт»</h1>
<span property="v:count" content="72"></span>{OLD_CARD}
<div id="review_345270725" class="reviewSelector">
</div><div class="unified pagination"><a class="nav next"
 href="/{PLACE}-or10-Port.html#REVIEWS">Далее
</a></div>ta.trackEventOnPage tripadvisor</html>"""
NEW_PAGE = f"""<html lang="en"><link
 rel="canonical" href="https://www.tripadvisor.com/{PLACE}-Port.html">
<h1>Port</h1><div data-automation="reviewCard"><a href="/Profile/innap">Inna P</a>
<a href="/ShowUserReviews-g188590-d1531839-r900000001-Port.html"><div
data-test-target="review-title">Slow</div></a><svg aria-label="2.0 of 5 bubbles"></svg>
<div data-test-target="review-body"><span>But tasty</span></div>
<div class="neAPm">Written March 5, 2024</div></div>
<a data-smoke-attr="pagination-next-arrow" href="/{PLACE}-or15-Port.html">Next</a></html>"""
MIDDLE_CARD = """<div class="review-container" data-reviewid="500000"><div data-reviewid="500000">
<div class="info_text"><div>innap</div></div><div class="userLoc"><strong>Казань</strong></div>
<span class="ui_bubble_rating bubble_50"></span><span class="noQuotes">Топ</span>
<span class="ratingDate" title="5 марта 2018">2 года назад</span>
<p class="partial_entry">Вкусно<span class="taLnk ulBlueLinks">Еще</span></p></div></div>"""


def row(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": number, "lang": "ru", "location_id": 1531839, "rating": 4, "helpful_votes": 3,
        "published_date": "2024-03-05T09:00:00Z", "rating_image_url": "https://img.example/4.svg",
        "url": f"https://www.tripadvisor.com/ShowUserReviews-g1-d2-r{number}-Port.html?m=66827",
        "trip_type": "Couples", "travel_date": "2024-02-29", "title": "Медленно", "text": "Вкусно",
        "user": {"username": "ИннаП", "user_location": {"name": "Казань"}, "review_count": 6},
        "subratings": {"0": {"name": "RATE_FOOD", "localized_name": "Еда", "value": "5.0"}},
        "owner_response": {
            "text": "Спасибо!", "author": "Порт", "published_date": "2024-03-06T09:00:00Z",
        },
    } | fields  # fmt: skip


def parsed(body: object, url: str = "") -> ParsedPage:
    return TRIPADVISOR.parse(page(body if isinstance(body, str) else json.dumps(body), url))


def test_every_field_of_a_page_of_2016() -> None:
    found = parsed(OLD_PAGE)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "tripadvisor:260196812", 4.0, "Долго ждали", "Но вкусно.\nПридём ещё.",
    )  # fmt: skip
    author = one.author
    assert (author.id, author.name) == ("686D3331C671D65DC578CD147CF323DA", "ИннаП")
    assert (author.location, author.reviews_count) == ("Казань, Россия", 3258)
    assert one.published_at == datetime(2015, 3, 17, tzinfo=UTC)
    assert (one.published_precision, one.published_raw) == ("day", "Отзыв написан 17 марта 2015")
    assert one.votes is not None
    assert one.votes.helpful == 3
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Спасибо!", "Пётр, владелец", True)
    assert reply.replied_at == datetime(2015, 3, 18, tzinfo=UTC)
    assert (one.product, one.extra) == ("Кафе «Порт»", {"via": "mobile"})
    assert one.url == (
        "https://www.tripadvisor.ru/ShowUserReviews-g188590-d1531839-r260196812-Port.html"
    )
    assert found.claimed_total == 72
    assert found.skipped == {"loaded later by the page": 1}
    assert found.next_urls == (f"https://www.tripadvisor.ru/{PLACE}-or10-Port.html",)


def test_a_page_of_today() -> None:
    found = parsed(NEW_PAGE)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "tripadvisor:900000001", 2.0, "Slow", "But tasty",
    )  # fmt: skip
    assert (one.author.id, one.author.name) == ("innap", "Inna P")
    assert one.author.profile_url == "https://www.tripadvisor.com/Profile/innap"
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert found.next_urls == (f"https://www.tripadvisor.com/{PLACE}-or15-Port.html",)


@pytest.mark.parametrize(
    ("written", "rated", "day"),
    [
        ("Verfasst am 5. März 2024", "4,0 von 5 Punkten", "2024-03-05"),
        ("Écrit le 5 mars 2024", "4,0 sur 5 bulles", "2024-03-05"),
        ("Escrito el 5 de marzo de 2024", "4.0 de 5 burbujas", "2024-03-05"),
        ("Scritta in data 5 marzo 2024", "4,0 su 5 punti", "2024-03-05"),
        ("Napisane 5 marca 2024", "4.0 z 5 kółek", "2024-03-05"),
        ("5 Mart 2024 tarihinde yazıldı", "5 üzerinden 4,0 balon", "2024-03-05"),
        (" wrote a review Mar 2024", "4.0 of 5 bubbles", "2024-03-01"),
        ("написал(а) отзыв мар. 2024", "4,0 из 5 кружков", "2024-03-01"),
    ],
)
def test_the_sites_of_other_countries(written: str, rated: str, day: str) -> None:
    html = NEW_PAGE.replace("Written March 5, 2024", written).replace("2.0 of 5 bubbles", rated)
    one = parsed(html).reviews[0]
    assert (one.event_day, one.rating) == (day, 4.0)


def test_a_page_of_2018_prefers_the_exact_date_and_says_what_is_cut() -> None:
    found = parsed(MIDDLE_CARD, ADDRESS)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.author.name) == ("tripadvisor:500000", 5.0, "innap")
    assert (one.published_raw, one.published_precision) == ("5 марта 2018", "day")
    assert (one.text, found.problems) == (
        "Вкусно", ("review 1: the page shows the beginning of the text",),
    )  # fmt: skip


def test_a_card_of_2026_has_no_names_for_its_text() -> None:
    body = """<div data-automation="reviewCard" data-machine-translated="true">
      <a href="/Profile/ann"><img alt=""></a><span><a href="/Profile/ann">Ann</a></span>
      <div><div><span>Greece</span><span>1,847 contributions</span></div></div>
      <svg><title>4 of 5 bubbles</title></svg>
      <h3 data-test-target="review-title">
        <a href="/ShowUserReviews-g1-d2-r1066390150-Market.html">Come on a weekend</a></h3>
      <div class="q1">Jun 2026 • Couples</div>
      <div><div><div class="q2"><span><span>Stalls on the main street.<br>Bags and shoes.</span>
      </span></div><div><button><span>Read more</span><div></div></button></div></div></div>
      <div><div class="q3">Written July 8, 2026</div></div>
      <div>This review is the subjective opinion of a member and of nobody else at all.</div>
    </div>"""
    (review,) = TRIPADVISOR.parse(page(body, "https://www.tripadvisor.com/x-g1-d2")).reviews
    assert review.text == "Stalls on the main street.\nBags and shoes."
    assert (review.author.location, review.author.reviews_count) == ("Greece", 1847)
    assert review.extra == {"trip_type": "Jun 2026 • Couples", "machine_translated": True}
    assert (review.rating, review.published_raw) == (4.0, "Written July 8, 2026")


def test_a_page_of_one_review_in_full() -> None:
    body = """<div id="review_236496143"><div id="UR236496143"
      class="extended provider0 review inlineReviewUpdate">
      <div class="member_info"><div id="UID_0C933A926C4AD811062C851CE7A5A128-SRC_1">
      <div class="username mo"><span>Girlie R</span></div></div></div>
      <span class="badgeText">1 review</span><div class="quote">“Good sushi”</div>
      <img class="rating_s_fill s50" alt="5 of 5 stars">
      <span class="ratingDate">Reviewed October 27, 2014</span>
      <div class="entry"><p>The whole text.<br>To its end.</p></div>
      <img class="rating_ss_fill ss30" alt="3 of 5 stars"></div></div>"""
    found = page(body, "https://www.tripadvisor.com/ShowUserReviews-g1-d2-r236496143-Sushi.html")
    assert TRIPADVISOR.recognises(found) > 0.5
    (review,) = TRIPADVISOR.parse(found).reviews
    assert (review.review_id, review.author.name) == ("tripadvisor:236496143", "Girlie R")
    assert (review.rating, review.text) == (5.0, "The whole text.\nTo its end.")
    assert review.author.reviews_count == 1


def test_without_cards_the_structured_data_is_read() -> None:
    review = {
        "@type": "Review", "author": {"@type": "Person", "name": "Инна"}, "reviewBody": "Вкусно",
        "reviewRating": {"@type": "Rating", "ratingValue": "5"}, "datePublished": "2024-03-05",
    }  # fmt: skip
    place = {"@context": "https://schema.org", "@type": "Restaurant", "review": [review]}
    html = f'<script type="application/ld+json">{json.dumps(place)}</script>'
    found = parsed(html, ADDRESS)
    assert [(one.text, one.rating) for one in found.reviews] == [("Вкусно", 5.0)]


def graph_row(number: int = 1, **fields: Any) -> dict[str, Any]:
    link = {"url": f"/ShowUserReviews-g1-d1531839-r{number}-Port.html"}
    return {
        "id": number, "rating": 4, "title": "Slow", "text": "But<br>tasty &amp; warm",
        "language": "en", "originalLanguage": "it", "publishedDate": "2024-03-05",
        "reviewDetailPageWrapper": {"reviewDetailPageRoute": link}, "helpfulVotes": 3,
        "location": {"locationId": 1531839, "name": "Port"},
        "userProfile": {
            "id": "686D3331C671D65D", "displayName": "Inna P", "username": "innap",
            "hometown": {"location": {"additionalNames": {"long": "Kazan, Russia"}}},
        },
        "tripInfo": {"stayDate": "2024-02-29", "tripType": "COUPLES"},
        "additionalRatings": [{"rating": 5, "ratingLabel": "Food"}], "photos": [{"id": 1}],
        "mgmtResponse": {
            "text": "Thanks!", "publishedDate": "2024-03-06",
            "userProfile": {"displayName": "Port Team"},
        },
    } | fields  # fmt: skip


def graph_list(*rows: object) -> dict[str, Any]:
    return {"totalCount": 90, "reviews": list(rows)}


def test_every_field_of_the_answers_that_pages_load() -> None:
    name = "ReviewsProxy_getReviewListPageForLocation"
    answer = [{"data": {name: [graph_list(graph_row(), None, graph_row(2, mgmtResponse=None))]}}]
    found = parsed(answer)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text, one.language) == (
        "tripadvisor:1", 4.0, "Slow", "But\ntasty & warm", "en",
    )  # fmt: skip
    assert (one.author.id, one.author.name) == ("686D3331C671D65D", "Inna P")
    assert one.author.profile_url == "https://www.tripadvisor.com/Profile/innap"
    assert (one.author.location, one.product, one.media_count) == ("Kazan, Russia", "Port", 1)
    assert (one.event_day, one.votes) == ("2024-03-05", Votes(helpful=3))
    assert one.url == "https://www.tripadvisor.com/ShowUserReviews-g1-d1531839-r1-Port.html"
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Thanks!", "Port Team", True)
    assert one.extra == {
        "sub_ratings": {"Food": 5.0}, "trip_type": "COUPLES", "travel_date": "2024-02-29",
        "translated_from": "it",
    }  # fmt: skip
    assert (len(found.reviews), found.claimed_total, found.problems) == (2, 90, ())
    assert TRIPADVISOR.recognises(page(json.dumps(answer), "")) == 0.9


@pytest.mark.parametrize("is_folded", [False, True])
def test_the_state_of_a_page_says_more_than_its_cards(*, is_folded: bool) -> None:
    elsewhere = graph_row(7, location={"locationId": 99, "name": "Elsewhere"})
    data: object = {"locations": [{"reviewListPage": graph_list(graph_row())}, elsewhere]}
    data = json.dumps(data) if is_folded else data
    state = json.dumps({"urqlCache": {"results": {"5": {"data": data}}}})
    script = f"<script>window.__WEB_CONTEXT__={{pageManifest:{state}}};(this.x=1)</script>"
    found = parsed(NEW_PAGE.replace("</html>", f"{script}</html>"))
    assert [one.review_id for one in found.reviews] == ["tripadvisor:1"]
    assert found.reviews[0].replies[0].text == "Thanks!"
    assert (found.claimed_total, found.problems) == (90, ())
    assert found.next_urls == (f"https://www.tripadvisor.com/{PLACE}-or15-Port.html",)


def test_every_field_of_the_interface() -> None:
    following = f"{API}?language=ru&key=secret&offset=5"
    found = parsed({"data": [row()], "paging": {"next": following, "total_results": "9"}})
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text, one.language) == (
        "tripadvisor:1", 4.0, "Медленно", "Вкусно", "ru",
    )  # fmt: skip
    assert (one.author.name, one.author.location) == ("ИннаП", "Казань")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Спасибо!", "Порт", True)
    assert reply.replied_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert one.extra == {
        "sub_ratings": {"Еда": 5.0}, "trip_type": "Couples", "travel_date": "2024-02-29",
    }  # fmt: skip
    assert (found.claimed_total, found.next_urls) == (9, (f"{API}?language=ru&offset=5",))


def test_a_malformed_row_does_not_lose_the_others() -> None:
    found = parsed({"data": [None, row(1, rating=9, user=None), {"id": 2}, row(3)]})
    assert [one.review_id[-1] for one in found.reviews] == ["1", "3"]
    assert len(found.problems) == 2


def test_no_reviews_are_valid() -> None:
    for found in (parsed({"data": []}), parsed("<h1>Port</h1>", ADDRESS)):
        assert (found.reviews, found.problems, found.blocked, found.next_urls) == ((), (), None, ())


@pytest.mark.parametrize(
    ("body", "blocked"),
    [
        ({"Message": "User is not authorized to access this resource"}, "forbidden"),
        ({"error": {"code": 429, "message": "Limit"}}, "rate_limited"),
        ("<title>Access denied</title>", "captcha"),
    ],
)
def test_refusals_are_obstacles(body: object, blocked: str) -> None:
    assert parsed(body).blocked == blocked


def test_anything_else_is_a_problem() -> None:
    assert "tripadvisor" in parsed('{"a":1}').problems[0]
    assert "tripadvisor" in parsed("<p>x</p>").problems[0]


def test_the_key_goes_into_the_request_of_the_interface_alone() -> None:
    assert TRIPADVISOR.request(f"{API}?language=ru", "secret").url == (
        f"{API}?language=ru&key=secret"
    )
    assert TRIPADVISOR.request(ADDRESS, "secret").url == ADDRESS


def test_addresses_of_a_place() -> None:
    later = f"https://www.tripadvisor.ru/{PLACE}-or30-Port.html?m=1#REVIEWS"
    assert TRIPADVISOR.start_urls(later) == (ADDRESS,)
    assert TRIPADVISOR.api_urls(later) == (f"{API}?language=ru",)
    assert TRIPADVISOR.start_urls(f"{API}?language=de&key=secret") == (f"{API}?language=de",)


@pytest.mark.parametrize(
    "url", ["https://www.tripadvisor.ru/Tourism-g188590", f"https://shop.example/{PLACE}-Port.html"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"tripadvisor\.com/Restaurant_Review"):
        TRIPADVISOR.start_urls(url)


def test_recognition() -> None:
    assert TRIPADVISOR.recognises(page(OLD_PAGE, "")) > 0.8
    assert TRIPADVISOR.recognises(page(NEW_PAGE, "")) > 0.8
    assert TRIPADVISOR.recognises(page(json.dumps({"data": [row()]}), "")) > 0.8
    assert TRIPADVISOR.recognises(page('{"reviews":[]}')) == 0.0
    assert TRIPADVISOR.recognises(page('{"rating_image_url":"https://other.example"}')) == 0.0
    assert TRIPADVISOR.recognises(page("<p>data-reviewid=</p>")) == 0.0
