"""Pages of G2, constructed from what its readers describe."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.g2 import G2
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

PAGE = "https://www.g2.com/products/kettle-cloud/reviews?order=most_recent"

CARD = """<div itemprop="review" itemscope itemtype="https://schema.org/Review">
<span itemprop="author" itemscope itemtype="https://schema.org/Person">
<meta itemprop="name" content="Inna P."><meta itemprop="url" content="https://www.g2.com/users/7">
</span><div>Inna P.</div><div class="mt-4th">Head of Support</div>
<div><span>Mid-Market(51-1000 emp.)</span></div>
<div class="tags"><div>Validated Reviewer</div><div>Verified Current User</div></div>
<meta itemprop="datePublished" content="2024-03-05"><div class="stars large stars-7"></div>
<a href="/products/kettle-cloud/reviews/kettle-cloud-review-10001"><div itemprop="name">
"Boils, slowly"</div></a>
<div itemprop="reviewBody"><div><div>What do you like best about Kettle Cloud?</div>
<p>It boils.</p></div><div><div>What do you dislike about Kettle Cloud?</div><p>Slowly.</p></div>
<div><div>What problems is Kettle Cloud solving and how is that benefiting you?</div>
<p>Tea for the team.</p></div></div></div>"""

ANONYMOUS = """<div itemprop="review" itemscope itemtype="https://schema.org/Review">
<span itemprop="author"><meta itemprop="name" content="Verified User in Computer Software"></span>
<div>Verified User in Computer Software</div><div>Small-Business (50 or fewer emp.)</div>
<meta itemprop="ratingValue" content="5"><div itemprop="reviewBody"><p>Fine.</p></div></div>"""


def listed(*cards: str) -> str:
    rating = (
        '<div itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating">'
        '<meta itemprop="reviewCount" content="75"></div>'
    )
    return (
        '<html><link rel="canonical" href="https://www.g2.com/products/kettle-cloud/reviews">'
        '<div itemscope itemtype="https://schema.org/SoftwareApplication">'
        f'<h1 itemprop="name">Kettle Cloud</h1>{rating}{"".join(cards)}</div>'
        '<div class="pagination"><a class="pagination__named-link" rel="next" '
        'href="/products/kettle-cloud/reviews?order=most_recent&page=2">Next</a></div></html>'
    )


def parsed(body: str, url: str = PAGE) -> ParsedPage:
    return G2.parse(page(body, url))


def test_every_field() -> None:
    found = parsed(listed(CARD))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title) == ("g2:10001", 3.5, "Boils, slowly")
    assert (one.pros, one.cons, one.text) == ("It boils.", "Slowly.", "Tea for the team.")
    assert (one.author.name, one.author.role) == ("Inna P.", "Head of Support")
    assert one.author.profile_url == "https://www.g2.com/users/7"
    assert one.author.identified_by == "validated reviewer"
    assert one.verified_purchase is True
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert (one.product, one.extra) == ("Kettle Cloud", {"company_size": "51-1000 emp."})
    assert one.url == "https://www.g2.com/products/kettle-cloud/reviews/kettle-cloud-review-10001"
    assert (found.claimed_total, found.problems) == (75, ())
    assert found.next_urls == (f"{PAGE}&page=2",)


def test_the_sites_words_below_answers_are_not_the_authors() -> None:
    hosted = "<p>{} Review collected by and hosted on G2.com.</p>"
    card = (
        '<article itemprop="review" itemscope itemtype="https://schema.org/Review" '
        'id="survey-response-10002"><a href="/users/inna-p"><b itemprop="author">Inna P.</b></a>'
        '<meta itemprop="datePublished" content="2024-03-05"><div itemprop="name">"Fine"</div>'
        f"<div>What do you like best about Kettle Cloud?</div>{hosted.format('It boils.')}"
        f"<div>What do you dislike about Kettle Cloud?</div>{hosted.format('Slowly.')}"
        "<div>Review source: Organic</div></article>"
    )
    one = parsed(listed(card)).reviews[0]
    assert (one.review_id, one.pros, one.cons, one.text) == ("g2:10002", "It boils.", "Slowly.", "")
    assert one.author.profile_url == "https://www.g2.com/users/inna-p"


@pytest.mark.parametrize("name", ["comment_answers", "answers"])
def test_the_interface(name: str) -> None:
    answers = {
        "love": {"text": "What do you like best?", "value": "It boils."},
        "hate": {"text": "What do you dislike?", "value": "Slowly."},
        "benefits": {"text": "What problems?", "value": "Tea for the team."},
        "recommendations": {"text": "Recommendations?", "value": None},
    }
    said = {
        "product_name": "Kettle Cloud", "star_rating": 3.5, "title": "Boils, slowly",
        "user_name": "Inna P.", "submitted_at": "2024-03-05T10:00:00.000-05:00", name: answers,
        "url": "https://www.g2.com/products/kettle-cloud/reviews/kettle-cloud-review-10001",
        "votes_up": 2, "votes_down": 1, "verified_current_user": True,
    }  # fmt: skip
    row = {"id": "5c3d-1", "type": "survey-responses", "attributes": said}
    empty = {"id": "5c3d-2", "type": "survey-responses", "attributes": None}
    body = json.dumps({"data": [row, empty], "meta": {"record_count": 75}})
    found = parsed(body, "")
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title) == ("g2:10001", 3.5, "Boils, slowly")
    assert (one.pros, one.cons, one.text) == ("It boils.", "Slowly.", "Tea for the team.")
    assert one.published_at == datetime(2024, 3, 5, 15, tzinfo=UTC)
    assert (one.author.name, one.product, one.verified_purchase) == (
        "Inna P.", "Kettle Cloud", True,
    )  # fmt: skip
    assert one.votes == Votes(helpful=2, unhelpful=1)
    assert (len(found.reviews), found.claimed_total) == (1, 75)
    assert G2.recognises(page(body, "")) > 0.9


def test_an_unnamed_author_tells_the_trade() -> None:
    one = parsed(listed(ANONYMOUS)).reviews[0]
    assert (one.author.name, one.author.identified_by) == (None, "verified user")
    assert one.extra == {"company_size": "50 or fewer emp.", "industry": "Computer Software"}
    assert (one.rating, one.text, one.verified_purchase) == (5.0, "Fine.", None)


def test_the_markup_alone_is_enough_with_questions_inside_of_its_text() -> None:
    body = "What do you like best? It boils. What do you dislike? The price."
    marked = {"@type": "SoftwareApplication", "name": "Kettle Cloud", "review": [
        {"@type": "Review", "author": {"@type": "Person", "name": "Oleg R."}, "reviewBody": body,
         "reviewRating": {"ratingValue": 4}, "datePublished": "2024-03-05"}]}  # fmt: skip
    one = parsed(f'<script type="application/ld+json">{json.dumps(marked)}</script>').reviews[0]
    assert (one.pros, one.cons, one.text) == ("It boils.", "The price.", "")
    assert (one.rating, one.product, one.author.name) == (4.0, "Kettle Cloud", "Oleg R.")


def test_an_empty_card_does_not_lose_the_others_and_a_bare_product_is_valid() -> None:
    found = parsed(listed("<div itemprop='review' itemscope></div>", ANONYMOUS))
    assert (len(found.reviews), len(found.problems)) == (1, 1)
    assert parsed(listed()).problems == ()
    assert parsed(listed()).next_urls == ()


def test_walls_and_strangers() -> None:
    assert parsed("<title>Just a moment...</title>").blocked == "captcha"
    assert parsed("<p>hello").problems == ("this is no answer with reviews that g2 knows",)
    assert parsed('{"a":1}').problems == ("this is no answer with reviews that g2 knows",)


def test_addresses() -> None:
    assert G2.start_urls("https://www.g2.com/products/kettle-cloud/reviews?page=3") == (PAGE,)
    assert G2.start_urls("https://www.g2.com/products/kettle-cloud/pricing") == (PAGE,)


@pytest.mark.parametrize(
    "url", ["https://www.g2.com/categories/tea", "https://x.example/products/a"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"g2\.com/products/"):
        G2.start_urls(url)


def test_recognition() -> None:
    assert G2.recognises(page(listed(CARD), "")) > 0.8
    assert G2.recognises(page(CARD, "")) == 0.0
