"""Answers of Bazaarvoice's interface; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.bazaarvoice import BAZAARVOICE
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

LIST = (
    "https://api.bazaarvoice.com/data/reviews.json?apiversion=5.4&Filter=ProductId:kettle-1"
    "&Include=Products,Comments&Sort=SubmissionTime:desc&Limit=100&Offset=0"
)


def row(identity: str = "701", **fields: Any) -> dict[str, Any]:
    return {
        "Id": identity,
        "UserNickname": "inna77",
        "AuthorId": "a1",
        "UserLocation": "Tver",
        "Rating": 4,
        "RatingRange": 10,
        "Title": "Leaks &amp; drips",
        "ReviewText": "Two weeks.<br>Then a leak.",
        "Pros": "light",
        "Cons": "loud",
        "SubmissionTime": "2026-05-16T10:00:00.000+03:00",
        "LastModificationTime": "2026-05-17T10:00:00.000+00:00",
        "TotalPositiveFeedbackCount": 3,
        "TotalNegativeFeedbackCount": 1,
        "IsRecommended": False,
        "ContentLocale": "en_US",
        "ProductId": "kettle-1",
        "Photos": [{"Id": "p"}],
        "Videos": [{"VideoId": "v"}],
        "Badges": {"verifiedPurchaser": {"BadgeType": "Custom"}},
        "ContextDataValues": {"LengthOfOwnership": {"ValueLabel": "1 month"}},
        "SecondaryRatings": {"Value": {"Value": 2, "ValueRange": 5}, "Look": {"Value": "?"}},
        "IsSyndicated": True,
        "SyndicationSource": {"Name": "kettles.example"},
        "ClientResponses": [
            {"Response": "We will replace it", "Name": "Kettles", "Date": "2026-05-18T00:00:00Z"}
        ],
        "CommentIds": ["c1", "lost", 5],
        "TotalCommentCount": 1,
    } | fields


INCLUDES = {
    "Products": {"kettle-1": {"Name": "Kettle", "ProductPageUrl": "https://shop.example/kettle"}},
    "Comments": {
        "c1": {"CommentText": "Same", "UserNickname": "oleg", "SubmissionTime": "2026-05-19"}
    },
}


def answer(*rows: Any, **fields: Any) -> str:
    found = {
        "HasErrors": False, "Errors": [], "Results": rows, "Includes": INCLUDES,
        "TotalResults": 1, "Offset": 0, "Limit": 100,
    }  # fmt: skip
    return json.dumps(found | fields)


def parsed(body: str, url: str = LIST) -> ParsedPage:
    return BAZAARVOICE.parse(page(body, url))


def test_every_field() -> None:
    found = parsed(answer(row()))
    one = found.reviews[0]
    assert (one.review_id, one.title) == ("bazaarvoice:701", "Leaks & drips")
    assert one.rating_original is not None
    assert (one.rating, one.rating_original.best) == (2.3333, 10.0)
    assert (one.text, one.pros, one.cons) == ("Two weeks.\nThen a leak.", "light", "loud")
    assert (one.author.id, one.author.name, one.author.location) == ("a1", "inna77", "Tver")
    assert one.published_at == datetime(2026, 5, 16, 7, tzinfo=UTC)
    assert (one.edited_at, one.language) == (None, "en")
    assert (one.votes, one.media_count) == (Votes(helpful=3, unhelpful=1), 2)
    assert (one.verified_purchase, one.recommends, one.usage_period) == (True, False, "1 month")
    assert (one.product, one.url) == ("Kettle", "https://shop.example/kettle")
    assert [(r.text, r.author, r.is_owner) for r in one.replies] == [
        ("We will replace it", "Kettles", True), ("Same", "oleg", False),
    ]  # fmt: skip
    assert one.extra == {
        "product_id": "kettle-1", "sub_ratings": {"Value": 2.0}, "is_syndicated": True,
        "syndicated_from": "kettles.example", "comment_count": 1,
    }  # fmt: skip
    assert (found.claimed_total, found.next_urls, found.problems) == (1, (), ())


def test_pages_end_where_the_total_says() -> None:
    first = parsed(answer(row(), TotalResults=2))
    assert first.next_urls == (LIST.replace("Offset=0", "Offset=1"),)
    assert parsed(answer(row("702"), TotalResults=2, Offset=1)).next_urls == ()
    assert parsed(answer(TotalResults=2)).next_urls == ()
    assert len(parsed(answer(row(), TotalResults=2), "").problems) == 1


def test_products_and_digests_are_no_reviews_but_those_included_are() -> None:
    product = {"Id": "kettle-1", "Name": "Kettle", "TotalReviewCount": 9}
    included = INCLUDES | {"Reviews": {"701": row()}}
    found = parsed(answer(product, Includes=included, TotalResults=1))
    assert [one.review_id for one in found.reviews] == ["bazaarvoice:701"]
    assert (found.skipped, found.claimed_total) == ({"product or other entry": 1}, None)
    summary = '{"summary": "Nice", "title": "REVIEW_SUMMARY"}'
    assert parsed(summary).skipped == {"digest of reviews, made by a machine": 1}


def test_what_is_broken_does_not_lose_the_others() -> None:
    found = parsed(answer(row(""), row("702", Rating=77), 5, row("703"), TotalResults=3))
    assert [one.review_id for one in found.reviews] == ["bazaarvoice:702", "bazaarvoice:703"]
    assert found.problems == (
        "review 1: dropped, it has no Id", "review 2: rating 77 is outside of 1…10",
    )  # fmt: skip


def test_an_empty_answer_is_valid_and_a_strange_one_is_not() -> None:
    found = parsed(answer(TotalResults=0))
    assert (found.reviews, found.claimed_total, found.problems) == ((), 0, ())
    said = ("this is no answer with reviews that bazaarvoice knows",)
    assert parsed("<p>Hi").problems == said


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ERROR_PARAM_INVALID_API_KEY", "forbidden"),
        ("ERROR_ACCESS_DENIED", "forbidden"),
        ("ERROR_REQUEST_LIMIT_REACHED", "rate_limited"),
    ],
)
def test_refusals(code: str, reason: str) -> None:
    assert parsed(answer(HasErrors=True, Errors=[{"Code": code}])).blocked == reason


def test_the_key_travels_beside_the_address() -> None:
    sent = BAZAARVOICE.request(LIST, "t0ken")
    assert sent.url == f"{LIST}&passkey=t0ken"
    elsewhere = "https://shop.example/data/reviews.json"
    assert BAZAARVOICE.request(elsewhere, "t0ken").url == elsewhere


def test_addresses_lose_their_key() -> None:
    pasted = (
        "https://api.bazaarvoice.com/data/batch.json?passkey=s3cret&filter=productid:eq:kettle-1"
    )
    assert BAZAARVOICE.start_urls(pasted) == (LIST,)
    assert BAZAARVOICE.api_urls(pasted) == (LIST,)
    leaky = parsed(answer(row(), TotalResults=2), f"{LIST}&passkey=s3cret").next_urls[0]
    assert "s3cret" not in leaky


@pytest.mark.parametrize(
    "url", ["https://api.bazaarvoice.com/data/reviews.json", "https://shop.example/kettle"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match="Filter=ProductId:"):
        BAZAARVOICE.start_urls(url)


def test_recognition() -> None:
    assert BAZAARVOICE.recognises(page(answer(row()), "")) > 0.9
    assert BAZAARVOICE.recognises(page('{"Results": []}', "")) == 0.0
