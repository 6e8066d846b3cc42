"""Pages of TrustRadius with and without their stream, constructed from its readers' words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.trustradius import TRUSTRADIUS
from pipeline.errors import UsageError
from tests.crawlers.pages import page

ALL = "https://www.trustradius.com/products/kettle-cloud/reviews/all"


def element(tag: str, **props: Any) -> list[Any]:
    return ["$", tag, None, props]


def answer(heading: str, **content: Any) -> list[Any]:
    return element(
        "div",
        className="ReviewAnswer_reviewAnswer__x1",
        children=[element("h4", children=heading), element("div", **content)],
    )


def article(slug: str = "kettle-2024-03-05", **person: Any) -> list[Any]:
    reviewer = {
        "fullName": "Inna P.", "title": "Head of Support", "companyName": "Tea Ltd",
        "industryType": "Food", "companySize": "51-200 employees", "department": "Operations",
        "verification": {"isVerified": True, "verifiedBy": "LinkedIn"},
    } | person  # fmt: skip
    return element(
        "article",
        className="Review_review__abc",
        children=[
            element("a", href=f"/reviews/{slug}", children="“It boils”"),
            element("$L1", id="r1_rating", value=8),
            element("$L2", source="TrustRadius", trusted=True, incentive="Gift card"),
            element("time", dateTime="2024-03-05T09:00:00Z", children="March 5"),
            element("$L3", reviewer=reviewer),
            answer("Use Cases and Deployment Scope",
                   dangerouslySetInnerHTML={"__html": "$a7"}),
            answer("Pros", items=["Fast", "Quiet"]),
            answer("Cons", items=["Heavy"]),
            answer("Likelihood to Recommend", dangerouslySetInnerHTML={"__html": "Yes."}),
        ],
    )  # fmt: skip


def streamed(*articles: list[Any], more: str = "") -> str:
    """The stream, cut in the middle of a row as pages do."""
    long = "<p>Tea for the team.</p>"
    main = json.dumps(["$", "main", None, {"children": list(articles)}])
    rows = f"0:I[5,[]]\na7:T{len(long):x},{long}1:{main}\n"
    middle = len(rows) // 2
    pushes = "".join(
        f"<script>self.__next_f.push({json.dumps([1, piece])})</script>"
        for piece in (rows[:middle], rows[middle:])
    )
    return (
        f'<link rel="canonical" href="{ALL}"><h1>Kettle Cloud Reviews and Ratings</h1>'
        f"<script>self.__next_f.push([0])</script>{pushes}{more}"
    )


def parsed(body: str, url: str = ALL) -> ParsedPage:
    return TRUSTRADIUS.parse(page(body, url))


def test_every_field_of_the_stream() -> None:
    found = parsed(streamed(article()))
    one = found.reviews[0]
    assert (one.review_id, one.title) == ("trustradius:kettle-2024-03-05", "It boils")
    assert one.rating is not None
    assert one.rating_original is not None
    assert (one.rating_original.value, one.rating_original.worst, one.rating_original.best) == (
        8.0, 1.0, 10.0,
    )  # fmt: skip
    assert one.rating == pytest.approx(1 + 4 * 7 / 9, abs=1e-3)
    assert (one.text, one.pros, one.cons) == ("Tea for the team.\n\nYes.", "Fast\nQuiet", "Heavy")
    assert (one.author.name, one.author.role) == ("Inna P.", "Head of Support")
    assert (one.author.company, one.author.identified_by) == ("Tea Ltd", "professional network")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.product == "Kettle Cloud"
    assert one.extra == {
        "company_size": "51-200 employees", "industry": "Food", "department": "Operations",
        "incentive": "Gift card",
    }  # fmt: skip
    assert one.url == "https://www.trustradius.com/reviews/kettle-2024-03-05"
    assert (found.problems, found.next_urls) == ((), ())


def test_an_author_who_is_not_confirmed_or_not_named() -> None:
    one = parsed(streamed(article(verification=None, fullName="Verified User"))).reviews[0]
    assert (one.author.identified_by, one.author.name) == (None, None)


def test_a_full_page_leads_to_the_next() -> None:
    full = streamed(*(article(f"kettle-{number}") for number in range(10)))
    assert parsed(full).next_urls == (f"{ALL}?page=2",)
    assert parsed(full, f"{ALL}?page=4").next_urls == (f"{ALL}?page=5",)
    assert parsed(full, "").next_urls == (f"{ALL}?page=2",)


def test_a_malformed_article_does_not_lose_the_others() -> None:
    broken = element("article", className="Review_review__abc", children=[5, None, ["$"]])
    found = parsed(streamed(broken, article()))
    assert (len(found.reviews), found.problems) == (
        1,
        ("review 1: dropped, neither words nor stars",),
    )


MARKED = """<div itemscope itemtype="https://schema.org/SoftwareApplication">
<h1 itemprop="name">Kettle Cloud</h1>
<div itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating">
<meta itemprop="reviewCount" content="12"><meta itemprop="bestRating" content="10"></div>
<article itemprop="review" itemscope itemtype="https://schema.org/Review">
<h3 itemprop="name"><a href="/reviews/kettle-7">It boils</a></h3>
<span itemprop="author" itemscope itemtype="https://schema.org/Person">
<span itemprop="name">Inna P.</span></span><div>Head of Support</div>
<div>Tea Ltd (Food, 51-200 employees)</div><div>2 years of experience using Kettle Cloud</div>
<div>Vetted Review</div><div>Verified through LinkedIn</div>
<div itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">
<meta itemprop="ratingValue" content="9"></div>
<meta itemprop="datePublished" content="2023-03-05">
<div itemprop="reviewBody"><h4>Use Cases and Deployment Scope</h4><p>Tea.</p><h4>Pros</h4>
<ul><li>Fast</li></ul><h4>Cons</h4><ul><li>Heavy</li></ul></div></article></div>"""


def test_the_markup_of_a_page_without_a_stream() -> None:
    found = parsed(MARKED)
    one = found.reviews[0]
    assert (one.review_id, one.title) == ("trustradius:kettle-7", "It boils")
    assert one.rating_original is not None
    assert (one.rating_original.value, one.rating_original.best) == (9.0, 10.0)
    assert (one.text, one.pros, one.cons) == ("Tea.", "Fast", "Heavy")
    assert (one.author.name, one.author.role, one.author.company) == (
        "Inna P.", "Head of Support", "Tea Ltd",
    )  # fmt: skip
    assert one.author.identified_by == "professional network"
    assert (one.usage_period, one.product) == ("2 years", "Kettle Cloud")
    assert one.extra == {"company_size": "51-200 employees", "industry": "Food"}
    assert found.claimed_total == 12


def test_walls_and_strangers() -> None:
    assert parsed("<title>Just a moment...</title>").blocked == "captcha"
    for stranger in ("<p>hello", '{"a":1}'):
        assert parsed(stranger).problems == (
            "this is no answer with reviews that trustradius knows",
        )


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://www.trustradius.com/products/kettle-cloud/reviews?f=25", ALL),
        ("https://www.trustradius.com/products/kettle-cloud", ALL),
        (
            "https://www.trustradius.com/reviews/kettle-7",
            "https://www.trustradius.com/reviews/kettle-7",
        ),
    ],
)
def test_addresses(url: str, start: str) -> None:
    assert TRUSTRADIUS.start_urls(url) == (start,)


@pytest.mark.parametrize(
    "url", ["https://www.trustradius.com/crm", "https://shop.example/products/kettle"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"trustradius\.com/products/"):
        TRUSTRADIUS.start_urls(url)


def test_recognition() -> None:
    assert TRUSTRADIUS.recognises(page(streamed(article()), "")) > 0.8
    assert TRUSTRADIUS.recognises(page("<p>x", ALL)) > 0.9
    assert TRUSTRADIUS.recognises(page('<article class="Review_review">', "")) == 0.0


RECORD: dict[str, Any] = {
    "_id": "5f00", "slug": "kettle-2024-03-05", "heading": "It boils",
    "synopsis": "<p>Tea for the team.</p>", "verbatims": ["Fast."],
    "rating": {"normalized": 8, "possible": 100, "earned": 80},
    "publishedDate": "2024-03-05T09:00:00Z", "reviewerJobType": "Manager",
    "reviewerDepartment": "Operations", "companySize": "51-200", "companyIndustry": "Food",
}  # fmt: skip


def test_the_older_interface() -> None:
    url = "https://www.trustradius.com/api/v1/products/kettle/reviews?limit=1&offset=0"
    answer = json.dumps({"records": [RECORD], "total": 2})
    found = parsed(answer, url)
    one = found.reviews[0]
    assert one.rating_original is not None
    assert (one.review_id, one.title) == ("trustradius:kettle-2024-03-05", "It boils")
    assert (one.rating_original.value, one.text) == (8.0, "Tea for the team.\n\nFast.")
    assert (one.author.name, one.author.role) == (None, "Manager")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.extra == {"company_size": "51-200", "industry": "Food", "department": "Operations"}
    assert found.next_urls == (url.replace("offset=0", "offset=1"),)
    assert TRUSTRADIUS.recognises(page(answer, "")) > 0.7
    assert parsed('{"records": []}', url).problems == ()


def test_the_state_of_a_page() -> None:
    hit = {
        "_id": "5f00", "slug": "kettle-7", "heading": "It boils", "rating": 9,
        "publishedDate": "2023-03-05", "questions": [
            {"heading": "Use Cases", "responseText": "Tea."},
            {"heading": "Pros", "items": ["Fast", "Quiet"]}, {"heading": "Cons", "text": "Heavy"},
        ],
        "reviewer": {"fullName": "Inna P.", "title": "Head", "companyName": "Tea Ltd",
                     "verification": {"isVerified": True, "verifiedBy": "LinkedIn"}},
    }  # fmt: skip
    state = {
        "props": {"pageProps": {"truncatedReviews": {"hits": [hit]}, "other": {"hits": [hit]}}}
    }
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    found = parsed(f"<h1>Kettle Cloud Reviews</h1>{script}")
    one = found.reviews[0]
    assert (len(found.reviews), one.review_id) == (1, "trustradius:kettle-7")
    assert (one.text, one.pros, one.cons) == ("Tea.", "Fast\nQuiet", "Heavy")
    assert (one.author.name, one.author.company) == ("Inna P.", "Tea Ltd")
    assert (one.author.identified_by, one.product) == ("professional network", "Kettle Cloud")


def test_quotes_for_the_sites_of_vendors() -> None:
    quoted = {
        "quotes": [{"text": "Boils fast.", "rating": 9, "review": {
            "heading": "It boils", "slug": "kettle-8", "modified": "2022-03-05"}}],
        "name": {"first": "Inna", "last": "P."}, "position": {"title": "Head"},
        "company": {"name": "Tea Ltd", "size": "51-200", "industry": {"name": "Food"}},
    }  # fmt: skip
    one = parsed(json.dumps([quoted]), "").reviews[0]
    assert (one.review_id, one.title, one.text) == (
        "trustradius:kettle-8",
        "It boils",
        "Boils fast.",
    )
    assert (one.author.name, one.author.role, one.author.company) == ("Inna P.", "Head", "Tea Ltd")
    assert one.extra == {"company_size": "51-200", "industry": "Food"}


def test_authors_below_whose_names_a_page_shows_the_rest() -> None:
    review = {
        "@type": "Review", "author": {"@type": "Person", "name": "Inna P."}, "name": "It boils",
        "reviewBody": "Tea for the whole team.", "datePublished": "2025-03-05",
        "reviewRating": {"@type": "Rating", "ratingValue": 9, "bestRating": 10},
    }  # fmt: skip
    goods = {"@type": "SoftwareApplication", "name": "Kettle Cloud", "review": [review]}
    body = (
        f'<script type="application/ld+json">{json.dumps(goods)}</script><div class="_card_x">'
        '<a class="_authorLink_x">Inna P.</a><div><div>Operations - Manager</div>'
        "<div>Head of Support</div><div>Tea Ltd</div></div></div>"
    )
    one = parsed(body).reviews[0]
    assert (one.author.name, one.author.role, one.author.company) == (
        "Inna P.", "Head of Support", "Tea Ltd",
    )  # fmt: skip
    assert one.text == "Tea for the whole team."
