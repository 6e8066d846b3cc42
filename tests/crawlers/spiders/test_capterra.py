"""Answers and pages of Capterra, constructed from what its readers describe."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.capterra import CAPTERRA
from pipeline.errors import UsageError
from tests.crawlers.pages import page

PAGE = "https://www.capterra.com/p/123456/Kettle-Cloud/reviews/"
REST = (
    "https://www.capterra.com/spotlight/rest/reviews?apiVersion=2&productId=123456&from=25&size=50"
)


def row(number: int = 7001, **fields: Any) -> dict[str, Any]:
    reviewer = {
        "fullName": "Inna P.", "jobTitle": "Owner", "timeUsedProduct": "1-2 years",
        "industry": "Internet", "companySize": "11-50 employees", "companyName": "Tea Ltd",
        "verifiedLinkedIn": True, "emailAddress": "inna@tea.example", "profilePicUrl": None,
    }  # fmt: skip
    return {
        "reviewId": str(number), "globalReviewId": f"Capterra___{number}", "overallRating": 4,
        "title": "Boils", "prosText": "Fast", "consText": "Loud", "generalComments": "We like it.",
        "adviceToOthers": "Buy two.", "writtenOn": "2024-03-05 09:00:00 -0400", "language": "en",
        "productName": "Kettle Cloud", "productId": 123456, "reviewer": reviewer,
        "easeOfUseRating": 5, "customerSupportRating": None, "valueForMoneyRating": 3,
        "functionalityRating": 4, "recommendationRating": 9, "incentivized": "NominalGift",
        "sourceSite": "Capterra",
        "vendorResponse": {"name": "Kettle Inc", "date": "2024-03-06T09:00:00Z", "text": "Thanks"},
    } | fields  # fmt: skip


def parsed(value: object, url: str = REST) -> ParsedPage:
    return CAPTERRA.parse(page(value if isinstance(value, str) else json.dumps(value), url))


def test_every_field_of_an_answer() -> None:
    found = parsed({"hits": [row()], "totalHits": {"value": 161}})
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title) == ("capterra:7001", 4.0, "Boils")
    assert (one.pros, one.cons, one.text) == ("Fast", "Loud", "We like it.\n\nBuy two.")
    assert (one.author.name, one.author.role, one.author.company) == ("Inna P.", "Owner", "Tea Ltd")
    assert one.author.identified_by == "professional network"
    assert one.published_at == datetime(2024, 3, 5, 13, tzinfo=UTC)
    assert (one.usage_period, one.product, one.language) == ("1-2 years", "Kettle Cloud", "en")
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Thanks", "Kettle Inc", True)
    assert reply.replied_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert one.extra == {
        "sub_ratings": {"ease of use": 5.0, "value for money": 3.0, "functionality": 4.0},
        "company_size": "11-50 employees", "industry": "Internet", "recommendation": 9.0,
        "incentive": "NominalGift", "site": "Capterra",
    }  # fmt: skip
    assert "tea.example" not in str(one)
    assert found.claimed_total == 161
    assert found.next_urls == (f"{REST.replace('from=25', 'from=26')}&sort=mostRecent",)


def test_an_unnamed_author_is_nobody_and_the_last_page_leads_nowhere() -> None:
    unnamed = row(reviewer={"fullName": "Verified Reviewer", "verifiedLinkedIn": False})
    found = parsed({"hits": [unnamed], "totalHits": 26})
    assert found.reviews[0].author.name is None
    assert found.reviews[0].author.identified_by is None
    assert found.next_urls == ()


def test_a_malformed_hit_does_not_lose_the_others() -> None:
    found = parsed({"hits": [None, {}, row(1, overallRating="x", reviewer=3), row(2)]})
    assert [one.review_id for one in found.reviews] == ["capterra:1", "capterra:2"]
    assert len(found.problems) == 2
    assert parsed({"hits": []}).problems == ()


CARD = """<div class="i18n-translation_container review-card">
<div class="reviewer-name">Oleg R.</div>
<div>Engineer</div><div>Machinery, 201-500 employees</div>
<div>Used the software for: 6-12 months</div><img alt="Verified LinkedIn User">
<div>Verified LinkedIn User</div><h3>"Good enough"</h3><span aria-label="4 out of 5"></span>
<time datetime="2024-03-05">March 5, 2024</time><div>Overall:</div><p>It works.</p><div>Pros:</div>
<p>Quick</p><div>Cons:</div><p>Noise</p></div>"""


def listed(*cards: str, marked: object = None) -> str:
    script = f'<script type="application/ld+json">{json.dumps(marked)}</script>' if marked else ""
    return (
        f'<link rel="canonical" href="{PAGE}"><link rel="next" href="{PAGE}?page=2">{script}'
        f"<h1>Kettle Cloud</h1>{''.join(cards)}"
    )


def test_a_card_of_a_page() -> None:
    found = parsed(listed(CARD), PAGE)
    one = found.reviews[0]
    assert (one.rating, one.title) == (4.0, "Good enough")
    assert (one.text, one.pros, one.cons) == ("It works.", "Quick", "Noise")
    assert (one.author.name, one.author.role) == ("Oleg R.", "Engineer")
    assert one.author.identified_by == "professional network"
    assert (one.usage_period, one.product) == ("6-12 months", "Kettle Cloud")
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert one.extra == {"company_size": "201-500 employees", "industry": "Machinery"}
    assert found.next_urls == (f"{PAGE}?page=2",)


def test_a_card_of_a_page_of_2024() -> None:
    """The day is a line of its own, the text stands above Pros, the source below Cons."""
    card = """<div data-test-id="review-cards-container"><div class="a c typo-10 mb-6 p-6">
    <div class="typo-10"><span class="typo-20 font-semibold">Inna P.</span><br>Owner<br>
    Retail, 11-50 employees<br>Used the software for: 1-2 years</div>
    <h3 class="typo-20">"Handy"</h3><div data-testid="rating"><span>4.0</span></div>
    <div class="typo-0">March 5, 2024</div><div class="!mt-4 space-y-6"><p>We use it daily.</p>
    <div><span>Pros</span><p>Quick</p></div><div><span>Cons</span><p>Loud</p></div></div>
    <div><p>Review Source</p><span>Capterra</span></div></div></div>"""
    html = listed(card).replace("<h1>", "<h1>Reviews of ")
    one = parsed(html, PAGE).reviews[0]
    assert (one.author.name, one.author.role, one.rating) == ("Inna P.", "Owner", 4.0)
    assert one.product == "Kettle Cloud"
    assert (one.title, one.text, one.event_day) == ("Handy", "We use it daily.", "2024-03-05")
    assert (one.pros, one.cons, one.usage_period) == ("Quick", "Loud", "1-2 years")


def test_markup_and_cards_in_the_same_order_are_one_review() -> None:
    marked = {"@type": "SoftwareApplication", "name": "Kettle Cloud",
              "aggregateRating": {"@type": "AggregateRating", "reviewCount": 90},
              "review": [{"@type": "Review", "author": "Oleg R.", "reviewBody": "It works.",
                          "reviewRating": {"ratingValue": 3}}]}  # fmt: skip
    found = parsed(listed(CARD, marked=marked), PAGE)
    assert (len(found.reviews), found.claimed_total) == (1, 90)
    assert (found.reviews[0].rating, found.reviews[0].author.role) == (3.0, "Engineer")


def test_walls_and_strangers() -> None:
    assert parsed("<title>Access Denied</title>", PAGE).blocked == "captcha"
    for stranger in ("<p>hello", '{"a":1}', "[1]"):
        assert parsed(stranger).problems == ("this is no answer with reviews that capterra knows",)


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://www.capterra.com/p/123456/Kettle-Cloud/", PAGE),
        ("https://www.capterra.com/p/123456/Kettle-Cloud/reviews/?page=2", PAGE),
        (
            "https://www.capterra.in/reviews/202732/kettle",
            "https://www.capterra.in/reviews/202732/kettle",
        ),
        (
            "https://www.capterra.co.uk/reviews/202732/kettle?page=3",
            "https://www.capterra.co.uk/reviews/202732/kettle",
        ),
    ],
)
def test_addresses(url: str, start: str) -> None:
    assert CAPTERRA.start_urls(url) == (start,)


@pytest.mark.parametrize(
    "url", ["https://www.capterra.com/categories/", "https://shop.example/p/123456/Kettle/"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"capterra\.com/p/"):
        CAPTERRA.start_urls(url)


def test_recognition() -> None:
    assert CAPTERRA.recognises(page(json.dumps({"hits": [row()]}), "")) > 0.9
    assert CAPTERRA.recognises(page(listed(CARD), "")) > 0.8
    assert CAPTERRA.recognises(page(CARD, "")) == 0.0
