"""Trustpilot's pages of three generations and its interface, constructed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.trustpilot import TRUSTPILOT
from pipeline.errors import UsageError
from tests.crawlers.pages import page

ADDRESS = "https://www.trustpilot.com/review/bank.example?languages=all&sort=recency"
UNIT = "0123456789abcdef01234567"
API = "https://api.trustpilot.com/v1/business-units"
API_PAGE = f"{API}/{UNIT}/reviews?perPage=100&orderBy=createdat.desc"


def row(number: int = 1, **fields: Any) -> dict[str, Any]:
    person = {"id": "u7", "displayName": "Inna P", "numberOfReviews": 3, "countryCode": "RU",
              "hasImage": True, "isVerified": False}  # fmt: skip
    dates = {
        "experiencedDate": "2024-03-01T00:00:00.000Z",
        "publishedDate": "2024-03-05T09:00:00.000Z",
        "updatedDate": "2024-03-06T09:00:00.000Z",
    }
    reply = {"message": "Looking into it", "publishedDate": "2024-03-07T09:00:00.000Z"}
    labels = {"verification": {"isVerified": True, "reviewSourceName": "Organic"}}
    return {
        "id": f"r{number}", "rating": 2, "title": "Slow", "text": "It hangs", "likes": 4,
        "language": "en", "consumer": person, "dates": dates, "reply": reply, "labels": labels,
    } | fields  # fmt: skip


def company_page(rows: object, current: int = 1, last: int = 3, ld: str = "") -> str:
    props = {
        "businessUnit": {"displayName": "Bank"},
        "reviews": rows,
        "filters": {"pagination": {"currentPage": current, "totalPages": last, "totalCount": 50}},
    }
    state = json.dumps({"props": {"pageProps": props}})
    return (
        '<meta property="og:type" content="trustpilot:company"/>'
        f'<meta property="og:url" content="{ADDRESS.partition("?")[0]}"/>{ld}'
        f'<script id="__NEXT_DATA__" type="application/json">{state}</script>'
    )


def marked_up(*ids: str) -> str:
    base = "https://www.trustpilot.com/#/schema/Review/bank.example/"
    graph: list[dict[str, Any]] = [
        {"@type": "LocalBusiness", "@id": "#b", "name": "Bank",
         "aggregateRating": {"@type": "AggregateRating", "reviewCount": "60"}},
    ]  # fmt: skip
    for number in ids:
        one: dict[str, Any] = {
            "@type": "Review", "itemReviewed": {"@id": "#b"}, "headline": "Slow",
            "author": {"@type": "Person", "name": "Inna P",
                       "url": "https://www.trustpilot.com/users/u7/"},
            "datePublished": "2024-03-05T09:00:00Z", "reviewBody": "It hangs",
            "reviewRating": {"ratingValue": "2", "bestRating": "5", "worstRating": "1"},
        }  # fmt: skip
        graph.append(one | ({"@id": base + number} if number else {}))
    return f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'


def parsed(body: str, url: str = ADDRESS) -> ParsedPage:
    return TRUSTPILOT.parse(page(body, url))


def test_every_field_of_the_page_of_today() -> None:
    found = parsed(company_page([row()]))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "trustpilot:r1", 2.0, "Slow", "It hangs",
    )  # fmt: skip
    assert (one.author.id, one.author.name, one.author.reviews_count) == ("u7", "Inna P", 3)
    assert (one.author.location, one.author.has_picture) == ("RU", True)
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.edited_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert (one.verified_purchase, one.language, one.product) == (True, "en", "Bank")
    assert one.votes is not None
    assert one.votes.helpful == 4
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Looking into it", "Bank", True)
    assert reply.replied_at == datetime(2024, 3, 7, 9, tzinfo=UTC)
    assert one.extra == {"experienced": "2024-03-01", "origin": "Organic"}
    assert (found.claimed_total, found.problems) == (50, ())
    assert found.next_urls == (f"{ADDRESS}&page=2",)


@pytest.mark.parametrize(("current", "last"), [(3, 3), (10, 40), (1, 1)])
def test_paging_ends_with_the_list_or_with_the_tenth_page(current: int, last: int) -> None:
    assert parsed(company_page([row()], current, last)).next_urls == ()


def test_a_saved_page_knows_its_own_address() -> None:
    assert parsed(company_page([row()]), "").next_urls == (f"{ADDRESS}&page=2",)


def test_a_page_beyond_the_last_is_empty_and_valid() -> None:
    found = parsed(company_page([]))
    assert (found.reviews, found.problems, found.next_urls) == ((), (), ())


def test_reviews_that_only_the_markup_has_are_added_and_none_is_doubled() -> None:
    found = parsed(company_page([row(1)], ld=marked_up("r1", "r2", "")))
    assert [one.review_id for one in found.reviews] == ["trustpilot:r1", "trustpilot:r2"]
    assert found.reviews[1].author.id == "u7"
    assert found.reviews[1].rating == 2.0


def test_the_markup_alone_is_enough() -> None:
    found = parsed(marked_up("r5"))
    assert ([one.review_id for one in found.reviews], found.claimed_total) == (
        ["trustpilot:r5"],
        60,
    )


def test_a_single_review() -> None:
    state = json.dumps({"props": {"pageProps": {"review": row(), "businessUnit": {}}}})
    body = f'<script id="__NEXT_DATA__" type="application/json">{state}</script>'
    assert [one.review_id for one in parsed(body).reviews] == ["trustpilot:r1"]


CARD = """
<article class="review" id="c1" data-reviewmid="c1" data-review-user-id="u9"
 data-review-domain-name="bank.example">
<a href="/users/u9"><div class="consumer-information__name"> Oleg R </div>
<div class="consumer-information__review-count"><span>1 review</span></div></a>
<div class="star-rating"><img alt="1 star: Bad"></div>
<script type="application/json" data-initial-state="review-dates">
{"publishedDate":"2018-03-05T09:00:00Z","updatedDate":null}</script>
<script type="application/json" data-initial-state="review-verified">{"isVerified":true}</script>
<h2 class="review-content__title"><a href="/reviews/c1">Never again</a></h2>
<p class="review-content__text">Lost my<br>parcel</p>
<brand-find-useful-button :initial-find-useful-count="2"></brand-find-useful-button>
<div class="brand-company-reply"><time-ago date="2018-03-06T09:00:00Z"></time-ago>
<div class="brand-company-reply__content">Sorry</div></div></article>
"""


def test_a_card_of_2018() -> None:
    found = parsed(f'<link rel="next" href="/review/bank.example?page=2">{CARD}')
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "trustpilot:c1", 1.0, "Never again", "Lost my\nparcel",
    )  # fmt: skip
    assert (one.author.id, one.author.name, one.author.reviews_count) == ("u9", "Oleg R", 1)
    assert one.author.profile_url == "https://www.trustpilot.com/users/u9"
    assert one.published_at == datetime(2018, 3, 5, 9, tzinfo=UTC)
    assert (one.edited_at, one.verified_purchase, one.product) == (None, True, "bank.example")
    assert one.votes is not None
    assert one.votes.helpful == 2
    assert one.replies[0].text == "Sorry"
    assert one.replies[0].replied_at == datetime(2018, 3, 6, 9, tzinfo=UTC)
    assert found.next_urls == ("https://www.trustpilot.com/review/bank.example?page=2",)


DRAWN = """
<article data-service-review-card-paper="true"><aside>
<a href="/users/u9"><span data-consumer-name-typography="true">Oleg R</span></a>
<span data-consumer-reviews-count-typography="true">1 review</span>
<span data-consumer-country-typography="true">RU</span></aside>
<div data-service-review-rating="2"><img alt="Rated 2 out of 5 stars"></div>
<time datetime="2024-03-05T09:00:00.000Z">2 days ago</time>
<a href="/reviews/d1a"><h2 data-service-review-title-typography="true">Never again</h2></a>
<p data-service-review-text-typography="true">Lost my<br>parcel</p>
<p data-service-review-date-of-experience-typography="true"><b>Date of experience:</b>
 March 1, 2024</p>
<div><p data-service-review-business-reply-title-typography="true">Reply from Bank</p>
<time data-service-review-business-reply-date-time-ago="true"
 datetime="2024-03-06T09:00:00.000Z">a day ago</time>
<p data-service-review-business-reply-text-typography="true">Sorry</p></div></article>
"""


def test_cards_that_a_browser_drew_stand_in_for_a_lost_state() -> None:
    found = parsed(marked_up("d1a") + DRAWN)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "trustpilot:d1a", 2.0, "Never again", "Lost my\nparcel",
    )  # fmt: skip
    assert (one.author.id, one.author.name, one.author.reviews_count) == ("u9", "Oleg R", 1)
    assert (one.author.location, one.product) == ("RU", "Bank")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.replies[0].text, one.replies[0].is_owner) == ("Sorry", True)
    assert one.replies[0].replied_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert (one.extra, len(found.reviews)) == ({"experienced": "2024-03-01"}, 1)
    assert TRUSTPILOT.recognises(page(DRAWN, "")) > 0.9


def test_answers_about_products_one_review_and_widgets() -> None:
    product = {
        "id": "p1", "stars": 4, "content": "Sits well", "createdAt": "2024-03-05T09:00:00Z",
        "consumer": {"id": "u7", "displayName": "Inna P"}, "product": {"name": "Chair"},
        "attachments": [{"id": "a"}],
    }  # fmt: skip
    alone = {
        "id": "r9", "stars": 2, "title": "Slow", "text": "It hangs", "language": "en",
        "consumer": {"id": "u7", "displayName": "Inna P"},
        "businessUnit": {"displayName": "Bank"},
    }  # fmt: skip
    widget = {
        "businessUnit": {"displayName": "Bank"},
        "reviews": [{
            "stars": 5, "title": "Fine", "text": "Quick", "createdAt": "2024-03-05T09:00:00Z",
            "reviewUrl": "https://www.trustpilot.com/reviews/w5",
            "consumer": {"displayName": "Inna P"},
        }],
    }  # fmt: skip
    of_product = parsed(json.dumps({"productReviews": [product]}), "").reviews[0]
    assert (of_product.review_id, of_product.text) == ("trustpilot:p1", "Sits well")
    assert (of_product.product, of_product.media_count) == ("Chair", 1)
    one = parsed(json.dumps(alone), "").reviews[0]
    assert (one.review_id, one.product, one.rating) == ("trustpilot:r9", "Bank", 2.0)
    shown = parsed(json.dumps(widget), "").reviews[0]
    assert (shown.review_id, shown.product) == ("trustpilot:w5", "Bank")
    assert shown.url == "https://www.trustpilot.com/reviews/w5"


def test_the_microdata_of_pages_before_the_cards() -> None:
    body = """<div itemscope itemtype="http://schema.org/Review">
    <span itemprop="author" itemscope itemtype="http://schema.org/Person">
    <span itemprop="name">Oleg R</span></span><h3 itemprop="headline">Never again</h3>
    <span itemprop="reviewRating" itemscope itemtype="http://schema.org/Rating">
    <meta itemprop="ratingValue" content="1"></span><div itemprop="reviewBody">Lost</div>
    <time itemprop="datePublished" datetime="2014-03-05T09:00:00Z"></time></div>"""
    one = parsed(body).reviews[0]
    assert (one.rating, one.title, one.text, one.author.name) == (
        1.0, "Never again", "Lost", "Oleg R",
    )  # fmt: skip
    assert one.published_at == datetime(2014, 3, 5, 9, tzinfo=UTC)


def test_a_broken_card_does_not_lose_the_others() -> None:
    broken = '<article class="review"><script type="application/json">{</script></article>'
    found = parsed(broken + CARD)
    assert [one.review_id for one in found.reviews] == ["trustpilot:c1"]
    assert len(found.problems) == 2


def api_row(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"a{number}", "stars": 4, "title": "Fine", "text": "Works", "language": "en",
        "createdAt": "2024-03-05T09:00:00Z", "updatedAt": None, "numberOfLikes": 1,
        "isVerified": False, "consumer": {"id": "u1", "displayName": "Olga"},
        "businessUnit": {"displayName": "Bank", "identifyingName": "bank.example"},
        "companyReply": {"text": "Thanks", "createdAt": "2024-03-06T09:00:00Z"},
    } | fields  # fmt: skip


def test_the_interface_finds_the_company_first() -> None:
    answer = {"id": UNIT, "name": {"identifying": "bank.example"},
              "numberOfReviews": {"total": 70}}  # fmt: skip
    found = parsed(json.dumps(answer), f"{API}/find?name=bank.example")
    assert (found.next_urls, found.claimed_total) == ((f"{API_PAGE}&page=1",), 70)


def test_the_interface_gives_reviews() -> None:
    answer = {"reviews": [api_row(), 5, {}, api_row(2, stars=None, text="", title="")],
              "links": [{"rel": "next-page", "href": f"{API}?apikey=secret"}]}  # fmt: skip
    found = parsed(json.dumps(answer), f"{API_PAGE}&page=2")
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text, one.product) == (
        "trustpilot:a1", 4.0, "Works", "Bank",
    )  # fmt: skip
    assert (one.replies[0].text, one.replies[0].author) == ("Thanks", "Bank")
    assert found.next_urls == (f"{API_PAGE}&page=3",)
    assert len(found.reviews) == 1
    assert len(found.problems) == 2


def test_the_last_page_of_the_interface_leads_nowhere() -> None:
    found = parsed(json.dumps({"reviews": [api_row()], "links": []}), f"{API_PAGE}&page=2")
    assert found.next_urls == ()


def test_obstacles_and_strangers() -> None:
    assert parsed('{"fault":{"faultstring":"Invalid ApiKey"}}').blocked == "forbidden"
    assert parsed("<title>Just a moment...</title>").blocked == "captcha"
    assert parsed("<p>hello").problems == ("this is no answer with reviews that trustpilot knows",)
    assert parsed('{"a":1}').problems == ("this is no answer with reviews that trustpilot knows",)


def test_the_key_goes_to_the_interface_alone() -> None:
    request = TRUSTPILOT.request(f"{API_PAGE}&page=1", "secret")
    assert request.headers == (("apikey", "secret"),)
    assert "secret" not in request.url
    assert TRUSTPILOT.request(ADDRESS, "secret").headers == ()
    assert TRUSTPILOT.request(f"{API_PAGE}&page=1", None).headers == ()


@pytest.mark.parametrize(
    ("url", "start", "api"),
    [
        (
            "https://uk.trustpilot.com/review/www.bank.example?stars=1",
            "https://uk.trustpilot.com/review/www.bank.example?languages=all&sort=recency",
            (f"{API}/find?name=www.bank.example",),
        ),
        ("https://trustpilot.com/review/bank.example", ADDRESS, (f"{API}/find?name=bank.example",)),
        (
            "https://uk.trustpilot.com/reviews/c1",
            "https://uk.trustpilot.com/reviews/c1",
            (),
        ),
        (f"{API}/{UNIT}/reviews", f"{API_PAGE}&page=1", (f"{API_PAGE}&page=1",)),
    ],
)
def test_addresses(url: str, start: str, api: tuple[str, ...]) -> None:
    assert TRUSTPILOT.start_urls(url) == (start,)
    assert TRUSTPILOT.api_urls(url) == api


@pytest.mark.parametrize(
    "url", ["https://www.trustpilot.com/categories", "https://shop.example/review/bank"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    for ask in (TRUSTPILOT.start_urls, TRUSTPILOT.api_urls):
        with pytest.raises(UsageError, match=r"trustpilot\.com/review"):
            ask(url)


def test_a_shop_that_shows_trustpilots_name_is_not_stolen() -> None:
    widget = '<script src="https://widget.trustpilot.com/x.js"></script><div class="review">'
    assert TRUSTPILOT.recognises(page(widget, "https://shop.example/")) == 0.0
    assert TRUSTPILOT.recognises(page(company_page([row()]), "")) > 0.9
    assert TRUSTPILOT.recognises(page(json.dumps({"reviews": [api_row()]}), API_PAGE)) > 0.6
