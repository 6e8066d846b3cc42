"""Cards of eBay's feedback pages of two generations, constructed; people are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.ebay import EBAY
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

LIST = (
    "https://www.ebay.com/fdbk/feedback_profile/kettle_shop"
    "?filter=feedback_page:RECEIVED_AS_SELLER&sort=TIME"
)

NEW = """<ul class="fdbk-detail-list__cards"><li class="fdbk-container" data-feedback-id="9001">
<div class="fdbk-container__details__info__icon">
<svg aria-label="Negative feedback rating"></svg></div>
<div class="fdbk-container__details__info__username"><span>y***n (1,204)</span></div>
<span class="fdbk-container__details__info__divide__time">Past month</span>
<span class="fdbk-container__details__verified__purchase">Verified purchase</span>
<div class="fdbk-container__details__comment"><span>Leaks,<br>no answer.</span></div>
<a class="fdbk-container__details__item-link">Kettle (#1234)</a>
<div class="fdbk-container__details__reply">Sorry!</div></li></ul>"""

OLD = """<table><tr data-feedback-id="9002">
<td><div class="card__rating"><svg data-test-type="positive"></svg></div>
<div class="card__comment">All fine</div><div class="card__item">Kettle</div></td>
<td><div class="card__from">Buyer: o***g (7)</div></td><td class="card__when">May 16, 2026</td></tr>
</table><a class="pagination__next" href="?page_id=2">Next</a>"""


def parsed(body: str, url: str = LIST) -> ParsedPage:
    return EBAY.parse(page(body, url))


def test_every_field() -> None:
    found = parsed(NEW)
    one = found.reviews[0]
    assert one.rating_original is not None
    assert (one.review_id, one.rating) == ("ebay:9001", 1.0)
    assert (one.rating_original.value, one.rating_original.worst) == (-1, -1)
    assert (one.text, one.product) == ("Leaks,\nno answer.", "Kettle (#1234)")
    assert (one.author.name, one.author.reviews_count) == ("y***n", 1204)
    assert (one.published_at, one.published_raw) == (None, "Past month")
    assert (one.verified_purchase, one.extra) == (True, {"feedback": "negative"})
    assert [(r.text, r.is_owner) for r in one.replies] == [("Sorry!", True)]
    assert (found.next_urls, found.problems) == ((), ())


def test_the_table_before_and_its_next_page() -> None:
    found = parsed(OLD)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("ebay:9002", 5.0, "All fine")
    assert (one.author.name, one.extra) == ("o***g", {"feedback": "positive", "role": "buyer"})
    assert one.published_at == datetime(2026, 5, 16, tzinfo=UTC)
    following = "https://www.ebay.com/fdbk/feedback_profile/kettle_shop?page_id=2"
    assert found.next_urls == (following,)
    assert parsed(OLD, following).next_urls == ()


def test_neutral_is_in_the_middle_and_no_word_is_no_rating() -> None:
    assert parsed(OLD.replace("positive", "neutral")).reviews[0].rating == 3.0
    assert parsed(OLD.replace("positive", "?")).reviews[0].rating is None


def test_a_broken_card_does_not_lose_the_others() -> None:
    found = parsed('<li class="fdbk-container">?</li>' + NEW)
    assert [one.review_id for one in found.reviews] == ["ebay:9001"]
    assert found.problems == ("feedback 1: dropped, neither words nor stars",)


def test_empty_pages_walls_and_strangers() -> None:
    assert parsed('<ul class="fdbk-detail-list__cards"></ul>').problems == ()
    assert parsed("<title>Pardon Our Interruption...</title>").blocked == "captcha"
    assert parsed("<p>Hi").problems == ("this is no answer with reviews that ebay knows",)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.ebay.com/fdbk/feedback_profile/kettle_shop?x=1",
        "https://www.ebay.com/usr/kettle_shop",
        "https://www.ebay.com/fdbk/mweb_profile?username=kettle_shop",
    ],
)
def test_addresses(url: str) -> None:
    assert EBAY.start_urls(url) == (LIST,)


@pytest.mark.parametrize("url", ["https://www.ebay.com/itm/123", "https://shop.example/usr/kettle"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match="feedback_profile"):
        EBAY.start_urls(url)


def test_recognition() -> None:
    assert EBAY.recognises(page(NEW, "")) > 0.8
    assert EBAY.recognises(page("<p>", LIST)) > 0.9
    assert EBAY.recognises(page(OLD, "")) == 0.0


@pytest.mark.parametrize(
    ("said", "stars"),
    [
        ("Positive Bewertung", 5.0), ("Évaluation négative", 1.0), ("Votos neutros", 3.0),
        ("Opinia pozytywna", 5.0), ("Feedback negativo", 1.0),
    ],
)  # fmt: skip
def test_other_languages(said: str, stars: float) -> None:
    card = NEW.replace("Negative feedback rating", said).replace("Past month", "Letzte 6 Monate")
    card = card.replace("y***n (1,204)", "Käufer: y***n (1.204)")
    found = parsed(card)
    one = found.reviews[0]
    assert (one.rating, one.published_at, one.published_raw) == (stars, None, "Letzte 6 Monate")
    assert (one.author.name, one.author.reviews_count) == ("y***n", 1204)
    assert (one.extra["role"], found.problems) == ("buyer", ())


def test_a_side_that_is_told_behind_the_name() -> None:
    card = NEW.replace("y***n (1,204)", "y***n (1,204)- Feedback left by buyer.")
    one = parsed(card).reviews[0]
    assert (one.author.name, one.author.reviews_count) == ("y***n", 1204)
    assert one.extra["role"] == "buyer"


def test_tables_before_2019() -> None:
    table = """<table><tr class="fbOuterAddComm">
    <td><img src="https://x.example/iconNeg_16x16.gif" alt=""></td><td>Came broken</td>
    <td>Buyer: <div class="mbg">o***g (7)</div></td><td>12-Jun-18 10:20</td></tr></table>"""
    one = parsed(table).reviews[0]
    assert (one.rating, one.text, one.author.name) == (1.0, "Came broken", "o***g")
    assert one.published_at == datetime(2018, 6, 12, 10, 20, tzinfo=UTC)


def test_reviews_of_goods() -> None:
    card = """<h1>Kettle</h1><div class="ebay-review-section" itemprop="review">
    <div class="ebay-star-rating" aria-label="4 out of 5 stars" role="img">
    <meta itemprop="ratingValue" content="4"></div>
    <a class="review-item-author" itemprop="author" title="inna_77"
    href="https://www.ebay.com/usr/inna_77">inna…</a>
    <span class="review-item-date" itemprop="datePublished" content="Jan 06, 2019">Jan 06</span>
    <h3 class="review-item-title" itemprop="name">Fine</h3>
    <p class="review-item-content" itemprop="reviewBody">Boils.<a class="show-full-review">Read</a>
    </p><p class="review-attr">Verified purchase: <span>Yes</span></p>
    <span class="positive-h-c">3</span><span class="negative-h-c">1</span></div>
    <a rel="next" href="?pgn=2">Next</a>"""
    url = "https://www.ebay.com/urw/Kettle/product-reviews/123"
    found = parsed(card, url)
    one = found.reviews[0]
    assert one.rating_original is not None
    assert (one.rating, one.rating_original.best) == (4.0, 5.0)
    assert (one.title, one.text, one.product) == ("Fine", "Boils.", "Kettle")
    assert (one.author.name, one.author.profile_url) == (
        "inna_77", "https://www.ebay.com/usr/inna_77",
    )  # fmt: skip
    assert one.published_at == datetime(2019, 1, 6, tzinfo=UTC)
    assert (one.verified_purchase, one.votes) == (True, Votes(helpful=3, unhelpful=1))
    assert found.next_urls == (f"{url}?pgn=2",)
    assert EBAY.recognises(page(card, "")) > 0.8


ENTRY = {
    "CommentingUser": "o***g", "CommentingUserScore": "7", "CommentText": "Came broken",
    "CommentTime": "2018-06-12T10:20:00.000Z", "CommentType": "Negative", "ItemID": "123",
    "Role": "Seller", "FeedbackID": "9003", "ItemTitle": "Kettle", "FeedbackResponse": "Sorry",
}  # fmt: skip


def test_the_older_interface_in_xml_and_json() -> None:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in ENTRY.items())
    fields += "<Co:>a broken name</Co:>"
    withdrawn = fields.replace("Negative", "Withdrawn").replace("9003", "9004")
    xml = (
        '<?xml version="1.0"?><GetFeedbackResponse xmlns="urn:ebay:apis:eBLBaseComponents">'
        f"<FeedbackDetailArray><FeedbackDetail>{fields}</FeedbackDetail>"
        f"<FeedbackDetail>{withdrawn}</FeedbackDetail></FeedbackDetailArray></GetFeedbackResponse>"
    )
    listed = json.dumps({"FeedbackDetails": [ENTRY, ENTRY | {"CommentType": "Withdrawn"}]})
    for body in (xml, listed):
        found = parsed(body, "")
        one = found.reviews[0]
        assert (len(found.reviews), one.review_id, one.rating) == (1, "ebay:9003", 1.0)
        assert (one.text, one.product, one.author.reviews_count) == ("Came broken", "Kettle", 7)
        assert [(r.text, r.is_owner) for r in one.replies] == [("Sorry", True)]
        assert one.extra == {"feedback": "negative", "role": "buyer", "product_id": "123"}
        assert found.skipped == {"feedback that was withdrawn": 1}
        assert EBAY.recognises(page(body, "")) > 0.8


def test_the_newer_interface() -> None:
    entry = {
        "feedbackId": "9005", "commentType": "POSITIVE",
        "feedbackComment": {"commentText": "All fine"},
        "feedbackEnteredDate": {"value": "2026-05-01T10:00:00.000Z"},
        "providerUserDetail": {"username": "inna", "role": "BUYER"},
        "orderLineItemSummary": {"listingId": "123", "listingTitle": "Kettle"},
    }  # fmt: skip
    answer = json.dumps({"feedbackEntries": [entry]})
    one = parsed(answer, "").reviews[0]
    assert (one.review_id, one.rating, one.text) == ("ebay:9005", 5.0, "All fine")
    assert (one.author.name, one.product) == ("inna", "Kettle")
    assert one.published_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert EBAY.recognises(page(answer, "")) > 0.8
    assert parsed('{"feedbackEntries": []}').problems == ()
    automatic = parsed(json.dumps({"feedbackEntries": [entry | {"automatedFeedback": True}]}))
    assert (automatic.reviews, automatic.problems) == ((), ())
    assert automatic.skipped == {"feedback that eBay gave by itself": 1}


def test_what_ebay_says_by_itself_is_nobodys_opinion() -> None:
    found = parsed(NEW.replace("y***n (1,204)", "eBay automated feedback"))
    assert (found.reviews, found.problems) == ((), ())
    assert found.skipped == {"feedback that eBay gave by itself": 1}
