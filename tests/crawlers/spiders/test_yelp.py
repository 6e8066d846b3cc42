"""Answers and pages of Yelp, constructed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.yelp import YELP
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

PLACE = "https://www.yelp.com/biz/tea-house-springfield"
PAGE = f"{PLACE}?sort_by=date_desc"
API = "https://api.yelp.com/v3/businesses/tea-house-springfield/reviews?sort_by=newest"


def row(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"r-{number}", "rating": 2, "text": "Cold tea.\nNever...",
        "time_created": "2024-03-05 09:00:00",
        "url": f"{PLACE}?adjust_creative=k&hrid=r-{number}000",
        "user": {"id": "u1", "name": "Ann B.", "image_url": "https://i.example/a.jpg",
                 "profile_url": "https://www.yelp.com/user_details?userid=u1"},
    } | fields  # fmt: skip


def parsed(value: object, url: str = API) -> ParsedPage:
    return YELP.parse(page(value if isinstance(value, str) else json.dumps(value), url))


def test_every_field_of_the_interface() -> None:
    found = parsed({"reviews": [row()], "total": 90})
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("yelp:r-1", 2.0, "Cold tea.\nNever...")
    assert (one.author.id, one.author.name, one.author.has_picture) == ("u1", "Ann B.", True)
    assert one.author.profile_url == "https://www.yelp.com/user_details?userid=u1"
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.url, one.extra) == (f"{PLACE}?hrid=r-1000", {"excerpt": True})
    assert (found.claimed_total, found.next_urls, found.problems) == (90, (), ())


def test_a_whole_text_is_no_excerpt() -> None:
    assert parsed({"reviews": [row(text="Fine.")]}).reviews[0].extra == {}


def test_the_business_of_the_interface_before() -> None:
    old = row(time_created=1709629200, excerpt="Cold…", text=None)
    found = parsed({"name": "Tea House", "review_count": 7, "reviews": [old]})
    assert (found.reviews[0].product, found.claimed_total) == ("Tea House", 7)
    assert found.reviews[0].published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)


def feed_row(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"f-{number}", "rating": 5,
        "comment": {"text": "Nice<br>tea &amp; cake", "language": "en"},
        "localizedDate": "3/5/2024", "userId": "u2", "totalPhotos": 2,
        "user": {"markupDisplayName": "Bob C.", "userUrl": "/user_details?userid=u2",
                 "displayLocation": "Ohio", "reviewCount": 12},
        "feedback": {"counts": {"useful": 4, "funny": 1}},
        "business": {"name": "Tea House", "alias": "tea-house-springfield"},
        "businessOwnerReplies": [{"comment": "Thanks", "localizedDate": "3/6/2024",
                                  "owner": {"displayName": "Eve"}}],
    } | fields  # fmt: skip


def test_every_field_of_the_feed() -> None:
    found = parsed({"reviews": [feed_row()], "pagination": {"totalResults": 30, "startResult": 10}})
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("yelp:f-1", 5.0, "Nice\ntea & cake")
    assert (one.author.id, one.author.name, one.author.location) == ("u2", "Bob C.", "Ohio")
    assert one.author.reviews_count == 12
    assert (one.product, one.language, one.media_count) == ("Tea House", "en", 2)
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert one.votes is not None
    assert one.votes.helpful == 4
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Thanks", "Eve", True)
    assert reply.replied_at == datetime(2024, 3, 6, tzinfo=UTC)
    assert (found.claimed_total, found.next_urls) == (30, (f"{PAGE}&start=11",))


def marked_up(total: int = 25) -> str:
    place = {
        "@type": "Restaurant", "name": "Tea House",
        "aggregateRating": {"@type": "AggregateRating", "reviewCount": total},
        "review": [{"@type": "Review", "author": "Ann B.", "datePublished": "2024-03-05",
                    "reviewRating": {"ratingValue": 3}, "description": "So so"}],
    }  # fmt: skip
    head = '<meta property="og:site_name" content="Yelp">'
    return f'{head}<script type="application/ld+json">{json.dumps(place)}</script>'


def test_the_page_of_a_place() -> None:
    found = parsed(marked_up(), f"{PAGE}&start=10")
    one = found.reviews[0]
    assert (one.rating, one.text, one.product, one.author.name) == (
        3.0, "So so", "Tea House", "Ann B.",
    )  # fmt: skip
    assert (found.claimed_total, found.next_urls) == (25, (f"{PAGE}&start=20",))
    assert parsed(marked_up(), f"{PAGE}&start=20").next_urls == ()


def graph_node(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "encid": f"g-{number}", "rating": 4,
        "text": {"full": "Good&#39;s tea<br>here", "language": "en"},
        "createdAt": {"localDateTimeForBusiness": "2024-03-05T02:00:00-07:00"},
        "author": {"encid": "u9", "displayName": "Ann B.", "displayLocation": "Springfield, IL",
                   "reviewCount": 12},
        "availableReactionsContainer": {"availableReactions": [
            {"reactionType": "HELPFUL", "count": 3}, {"reactionType": "OH_NO", "count": 1}]},
        "businessPhotos": [{"encid": "p1"}],
        "bizUserPublicReply": {
            "text": "Thank you", "owner": {"displayName": "Tom H."},
            "createdAt": {"utcDateTime": "2024-03-06T09:00:00Z"}},
        "previousReviews": [{"encid": "g-0", "rating": 1, "text": {"full": "Cold tea"}}],
    } | fields  # fmt: skip


def graph(*nodes: object) -> list[dict[str, Any]]:
    place = {"name": "Tea House", "alias": "tea-house-springfield", "reviewCount": 90}
    return [{"data": {"business": {**place, "reviews": {"edges": [{"node": n} for n in nodes]}}}}]


def test_every_field_of_the_answers_that_pages_load_today() -> None:
    found = parsed(graph(graph_node(), graph_node(2, bizUserPublicReply=None), None), "")
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("yelp:g-1", 4.0, "Good's tea\nhere")
    assert (one.author.id, one.author.location, one.author.reviews_count) == (
        "u9", "Springfield, IL", 12,
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.product, one.language, one.media_count) == ("Tea House", "en", 1)
    assert one.url == f"{PLACE}?hrid=g-1"
    assert one.votes == Votes(helpful=3)
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Thank you", "Tom H.", True)
    assert (len(found.reviews), found.reviews[1].replies, found.claimed_total) == (2, (), 90)
    assert YELP.recognises(page(json.dumps(graph(graph_node())), "")) == 0.9


def test_the_state_of_a_page_is_read_whether_graph_or_feed() -> None:
    feed = {"bizDetailsProps": {"reviewFeedQueryProps": {
        "reviews": [feed_row()], "pagination": {"totalResults": 1, "startResult": 0}}}}  # fmt: skip
    for state in (graph(graph_node()), feed):
        script = f'<script type="application/json"><!--{json.dumps(state)}--></script>'
        found = parsed(f"<html><body><h1>Tea House</h1>{script}</body></html>", PAGE)
        assert len(found.reviews) == 1, found
        assert not found.problems


def test_cards_of_the_pages_before() -> None:
    """The card that asks for a review has no id; an update shows what was written before it."""
    found = parsed(
        """<h1 class="biz-page-title">Tea House</h1>
        <span itemprop="reviewCount">90</span>
        <div class="review review--with-sidebar"><p>Start your review of Tea House</p></div>
        <div class="review review--with-sidebar" data-review-id="abc-1_x"
          data-signup-object="user_id:u7"><div class="review-sidebar">
        <a class="user-display-name" href="/user_details?userid=u7">Ann B.</a>
        <li class="user-location"><b>Springfield, IL</b></li>
        <li class="review-count"><b>12</b> reviews</li></div>
        <div class="review-content"><div class="i-stars" title="2.0 star rating"></div>
        <span class="rating-qualifier">3/5/2016 <small>Updated review</small></span>
        <p lang="en">Cold tea.<br>Never again.</p></div>
        <div class="review-footer"><a class="useful"><span class="count">3</span></a></div>
        <div class="biz-owner-reply"><span class="biz-owner-reply-header">
        <strong>Comment from Tom H. of Tea House</strong></span>
        <span class="bullet-after">3/6/2016</span> <p>Sorry</p></div>
        <div class="previous-review"><p lang="en">Was fine.</p></div></div>""",
        PAGE,
    )
    one = found.reviews[0]
    assert (len(found.reviews), found.claimed_total) == (1, 90)
    assert (one.review_id, one.rating, one.text) == (
        "yelp:abc-1_x", 2.0, "Cold tea.\nNever again.",
    )  # fmt: skip
    assert (one.author.id, one.author.name, one.author.reviews_count) == ("u7", "Ann B.", 12)
    assert (one.event_day, one.language, one.product) == ("2016-03-05", "en", "Tea House")
    assert one.votes == Votes(helpful=3)
    assert [(reply.text, reply.author) for reply in one.replies] == [("Sorry", "Tom H.")]
    assert found.next_urls == (f"{PLACE}?sort_by=date_desc&start=10",)


def test_entries_without_names_of_classes_are_found_by_what_they_say() -> None:
    found = parsed(
        """<h1>Tea House</h1><ul><li>Photos</li><li class=" y1"><div aria-label="Ann B.">
        <a href="/user_details?userid=u7"><img alt="Photo"></a><div class="user-passport-info">
        <span><a href="/user_details?userid=u7">Ann B.</a></span><div><span>Springfield, IL</span>
        </div></div><div aria-label="Reviews"><span>34</span></div></div>
        <div role="img" aria-label="2 star rating"></div><span>Mar 5, 2024</span>
        <p class="comment__09f24"><span class="raw" lang="en">Cold tea.<br>Never again.</span></p>
        <p>Tom H.</p><p>Business Owner</p><p>Mar 6, 2024</p>
        <p class="comment__09f24"><span lang="en">Sorry</span></p></li></ul>""",
        PAGE,
    )
    one = found.reviews[0]
    assert (len(found.reviews), one.rating, one.text) == (1, 2.0, "Cold tea.\nNever again.")
    assert (one.author.id, one.author.name, one.author.reviews_count) == ("u7", "Ann B.", 34)
    assert (one.author.location, one.event_day, one.language) == (
        "Springfield, IL", "2024-03-05", "en",
    )  # fmt: skip
    assert [(reply.text, reply.is_owner) for reply in one.replies] == [("Sorry", True)]
    assert one.replies[0].replied_at == datetime(2024, 3, 6, tzinfo=UTC)


def test_empty_answers_are_valid() -> None:
    assert parsed({"reviews": [], "total": 0}).problems == ()
    assert parsed({"reviews": [], "total": 0}).claimed_total == 0


def test_a_malformed_row_does_not_lose_the_others() -> None:
    found = parsed({"reviews": [None, {}, row(2, user=5, time_created="?"), row(3)]})
    assert [one.review_id for one in found.reviews] == ["yelp:r-2", "yelp:r-3"]
    assert len(found.problems) == 2


@pytest.mark.parametrize(
    ("code", "blocked"),
    [("ACCESS_LIMIT_REACHED", "rate_limited"), ("TOKEN_INVALID", "login"), ("WHAT", "forbidden"),
     ("BUSINESS_NOT_FOUND", "not_found")],
)  # fmt: skip
def test_errors_of_the_interface_are_obstacles(code: str, blocked: str) -> None:
    assert parsed({"error": {"code": code, "description": "no"}}).blocked == blocked


def test_walls_and_strangers() -> None:
    assert parsed("<title>Are you a human?</title>", PAGE).blocked == "captcha"
    assert parsed({"a": 1}).problems == ("this is no answer with reviews that yelp knows",)
    assert parsed("<p>x", PAGE).problems == ("this is no answer with reviews that yelp knows",)


def test_the_key_goes_to_the_interface_alone() -> None:
    assert YELP.request(API, "secret").headers == (("Authorization", "Bearer secret"),)
    assert "secret" not in YELP.request(API, "secret").url
    assert YELP.request(PAGE, "secret").headers == ()
    assert YELP.request(API, None).headers == ()


@pytest.mark.parametrize(
    "url", [PLACE, f"{PLACE}?osq=tea#x", "https://m.yelp.com/biz/tea-house-springfield", API]
)
def test_addresses(url: str) -> None:
    assert YELP.start_urls(url) == (PAGE,)
    assert YELP.api_urls(url) == (API,)


@pytest.mark.parametrize(
    "url", ["https://www.yelp.com/search", "https://shop.example/biz/tea-house"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    for ask in (YELP.start_urls, YELP.api_urls):
        with pytest.raises(UsageError, match=r"yelp\.com/biz/"):
            ask(url)


def test_recognition() -> None:
    assert YELP.recognises(page(json.dumps({"reviews": [row()]}), "")) > 0.8
    assert YELP.recognises(page(marked_up(), "")) > 0.8
    assert YELP.recognises(page('{"reviews":[]}', "https://shop.example/")) == 0.0
    assert YELP.recognises(page("<a href='https://www.yelp.com/biz/x'>", "")) == 0.0
