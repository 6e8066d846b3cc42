"""Cards of eBay's feedback pages of two generations, constructed; people are invented."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.ebay import EBAY
from pipeline.errors import UsageError
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
