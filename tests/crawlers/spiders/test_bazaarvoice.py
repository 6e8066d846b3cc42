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


BATCH = (
    "https://api.bazaarvoice.com/data/batch.json?apiversion=5.5&resource.q0=reviews"
    "&filter.q0=productid:eq:kettle-1&limit.q0=1&offset.q0=0"
)


def test_answers_to_several_questions_in_a_call_of_a_function() -> None:
    results = {
        "q0": json.loads(answer(row(), TotalResults=3)),
        "q1": json.loads(answer({"Id": "kettle-1", "Name": "Kettle"}, TotalResults=1)),
    }
    batch = json.dumps({"Errors": [], "HasErrors": False, "BatchedResults": results})
    for body in (batch, f"bv_351_36933({batch})", f"BV._internal.dataHandler0({batch});"):
        found = parsed(body, BATCH)
        assert [one.review_id for one in found.reviews] == ["bazaarvoice:701"]
        assert (found.claimed_total, found.problems) == (3, ())
        assert found.next_urls == (BATCH.replace("offset.q0=0", "offset.q0=1"),)
        assert BAZAARVOICE.recognises(page(body, "")) > 0.9


def test_answers_that_a_newer_interface_wraps() -> None:
    wrapped = {"response": json.loads(answer(row()))}
    found = parsed(json.dumps(wrapped), "https://apps.bazaarvoice.com/bfd/v1/reviews.json")
    assert (len(found.reviews), found.claimed_total, found.problems) == (1, 1, ())
    refused = {"response": {"HasErrors": True, "Errors": [{"Code": "ERROR_ACCESS_DENIED"}]}}
    assert parsed(json.dumps(refused)).blocked == "forbidden"


def test_tags_for_and_against_and_marks_in_other_letters() -> None:
    tags = {"Pro": {"Values": ["light", "red"]}, "Con": {"Values": ["loud"]}}
    values = {"verifiedPurchaser": {"Value": "false"}}
    one = parsed(
        answer(row(Pros=None, Cons=None, TagDimensions=tags, Badges={}, ContextDataValues=values))
    ).reviews[0]
    assert (one.pros, one.cons, one.verified_purchase) == ("light\nred", "loud", False)


DRAWN = """<h1>Kettle</h1><ol class="bv-content-list bv-content-list-reviews">
<li class="bv-content-item bv-content-top-review bv-content-review" data-content-id="801"
itemprop="review" itemscope itemtype="http://schema.org/Review">
<h3 class="bv-author">inna77</h3><span class="bv-author-location">Tver</span>
<div class="bv-content-rating"><meta itemprop="ratingValue" content="2">
<meta itemprop="bestRating" content="5"></div>
<div class="bv-content-datetime"><meta itemprop="datePublished" content="2020-03-04">
<span class="bv-content-datetime-stamp">6 years ago</span></div>
<h4 class="bv-content-title">Leaks</h4>
<div class="bv-content-summary-body-text"><p>Two weeks.</p><p>Then a leak.</p></div>
<div class="bv-badge bv-badge-verifiedPurchaser"></div>
<button class="bv-content-btn-feedback-yes"><span class="bv-content-btn-count">3</span></button>
<div class="bv-content-response"><p class="bv-content-summary-body-text">Sorry.</p></div></li></ol>
"""
OLDER = """<div id="BVRRContainer">
<div id="BVRRDisplayContentReviewID_802" class="BVRRContentReview">
<span class="BVRRRatingNumber">4.0</span> / <span class="BVRRRatingRangeNumber">5</span>
<span class="BVRRReviewTitle">Fine</span><span class="BVRRNickname">oleg</span>
<div class="BVRRUserLocation"><span class="BVRRValue">Riga</span></div>
<span class="BVRRReviewDate">March 4, 2014
<span class="value-title" title="2014-03-04"></span></span>
<div class="BVRRReviewTextContainer"><span class="BVRRReviewText">Boils.</span></div>
<div class="BVRRReviewProTags"><span class="BVRRTag">fast</span></div>
<div class="BVDI_FVPositive"><span class="BVDINumber">2</span></div></div></div>"""
FOR_SEARCHERS = """<h1>Kettle</h1><div id="bvseo-reviewsSection">
<div class="bvseo-review" itemprop="review" itemscope data-reviewid="803">
<span itemprop="reviewRating">Rated <span itemprop="ratingValue">5</span> out of
<span itemprop="bestRating">5</span></span> by
<span itemprop="author"><span itemprop="name">olga</span></span> from
<span itemprop="name">Lovely</span><span itemprop="description">Red and quiet.</span>
<div class="bvseo-pubdate">Date published: 2018-03-04</div></div></div>"""


def test_cards_that_a_shop_draws() -> None:
    shop = "https://shop.example/kettle"
    found = parsed(DRAWN, shop)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title) == ("bazaarvoice:801", 2.0, "Leaks")
    assert (one.text, one.author.name, one.author.location) == (
        "Two weeks.\n\nThen a leak.", "inna77", "Tver",
    )  # fmt: skip
    assert one.published_at == datetime(2020, 3, 4, tzinfo=UTC)
    assert (one.verified_purchase, one.votes) == (True, Votes(helpful=3))
    assert [(r.text, r.is_owner) for r in one.replies] == [("Sorry.", True)]
    assert (one.product, found.problems) == ("Kettle", ())
    assert BAZAARVOICE.recognises(page(DRAWN, shop)) > 0.6


def test_cards_of_the_older_widget_also_in_its_script() -> None:
    script = f'var materials={{"BVRRSourceID":{json.dumps(OLDER)}}},initializers=1;'
    for body in (OLDER, script):
        one = parsed(body, "https://shop.example/kettle").reviews[0]
        assert (one.review_id, one.rating, one.title) == ("bazaarvoice:802", 4.0, "Fine")
        assert (one.text, one.pros, one.author.location) == ("Boils.", "fast", "Riga")
        assert one.published_at == datetime(2014, 3, 4, tzinfo=UTC)
        assert one.votes == Votes(helpful=2)
        assert BAZAARVOICE.recognises(page(body, "")) > 0.6


def test_paragraphs_answers_and_advice_of_the_older_widget() -> None:
    body = """<div id="BVRRDisplayContentReviewID_804">
    <div class="BVRRRatingNormalImage"><img title="2 out of 5"></div>
    <div><span class="BVRRReviewText">One.</span></div>
    <div><span class="BVRRReviewText">Two.</span></div>
    <div class="BVRRConTagDimensionContainer"><span class="BVRRTag">loud</span></div>
    <div class="BVRRRecommendedContainer">No, I do not recommend it.</div>
    <a title="helpful"><span class="BVDINumber">5</span></a>
    <div class="BVRRReviewClientResponseContainer">
    <span class="BVRRReviewClientResponseSubtitleDate">March 4, 2014</span>
    <div class="BVRRReviewClientResponseText">Sorry.</div></div></div>"""
    one = parsed(body, "https://shop.example/kettle").reviews[0]
    assert (one.text, one.rating, one.cons) == ("One.\n\nTwo.", 2.0, "loud")
    assert (one.recommends, one.votes) == (False, Votes(helpful=5))
    assert [(r.text, r.replied_at) for r in one.replies] == [
        ("Sorry.", datetime(2014, 3, 4, tzinfo=UTC)),
    ]  # fmt: skip


def test_text_for_searchers() -> None:
    one = parsed(FOR_SEARCHERS, "https://shop.example/kettle").reviews[0]
    assert (one.review_id, one.rating, one.title) == ("bazaarvoice:803", 5.0, "Lovely")
    assert (one.text, one.author.name) == ("Red and quiet.", "olga")
    assert one.published_at == datetime(2018, 3, 4, tzinfo=UTC)


def test_marks_for_searchers_where_no_cards_are_drawn() -> None:
    review = {
        "@type": "Review", "author": {"@type": "Person", "name": "olga"}, "name": "Lovely",
        "datePublished": "2018-03-04", "reviewBody": "Red and quiet.",
        "reviewRating": {"@type": "Rating", "ratingValue": 4, "bestRating": 5},
    }  # fmt: skip
    goods = {"@context": "https://schema.org", "@type": "Product", "name": "Kettle"}
    marked = json.dumps(goods | {"review": [review]})
    body = f'<script type="application/ld+json" id="bv-jsonld-reviews-data">{marked}</script>'
    one = parsed(body, "https://shop.example/kettle").reviews[0]
    assert (one.rating, one.title, one.text) == (4.0, "Lovely", "Red and quiet.")
    assert (one.author.name, one.product) == ("olga", "Kettle")
    assert BAZAARVOICE.recognises(page(body, "")) > 0.6


def test_a_digest_gives_whole_reviews_as_examples() -> None:
    example = {
        "rating": 2.0, "about": "leaks", "reviewText": "It leaks.", "reviewId": "afc121cb",
        "summary": "Leaks.", "submissionTime": "Jan 29, 2013 5:27:04 AM", "reviewTitle": "No",
        "author": "Inna",
    }  # fmt: skip
    subject = {"leaks": {"presenceCount": 1, "bestExamples": [example, example]}}
    found = parsed(json.dumps({"subjects": {"negative": subject, "positive": {}}}))
    (one,) = found.reviews
    assert (one.review_id, one.rating, one.title, one.text, one.author.name) == (
        "bazaarvoice:afc121cb", 2.0, "No", "It leaks.", "Inna",
    )  # fmt: skip
    assert one.published_at == datetime(2013, 1, 29, 5, 27, 4, tzinfo=UTC)
    assert found.skipped == {}
