"""Amazon's pages: product pages and lists of today, lists before 2017; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.amazon import AMAZON
from pipeline.errors import UsageError
from pipeline.records import Votes
from tests.crawlers.pages import page

SITE = "https://www.amazon.de"
LIST = f"{SITE}/product-reviews/B0TESTTEST/?sortBy=recent&reviewerType=all_reviews&pageNumber=1"
HEAD = (
    f'<link rel="canonical" href="{SITE}/Kessel/dp/B0TESTTEST"><h1 id="productTitle"> Kessel </h1>'
)

FULL = """<li id="R1ABCDEFGHIJKL" data-hook="review" class="review aok-relative">
<a href="/gp/profile/amzn1.account.AEINNA/ref=cm_cr?ie=UTF8" class="a-profile">
<div class="a-profile-avatar"><img src="https://x.example/grey-pixel.gif"
data-src="https://x.example/amazon-avatars-global/1._CR.jpg"></div>
<span class="a-profile-name">Inna K.</span></a>
<a data-hook="review-title" href="/gp/customer-reviews/R1ABCDEFGHIJKL/ref=x">
<i data-hook="review-star-rating" class="a-icon a-icon-star a-star-2 review-rating">
<span class="a-icon-alt">2,0 von 5 Sternen</span></i> <span>Undicht</span></a>
<span data-hook="review-date">Rezension aus Deutschland vom 15. März 2024</span>
<a data-hook="format-strip">Farbe: Rot</a>
<span data-hook="avp-badge">Verifizierter Kauf</span>
<span data-hook="review-body"><div data-hook="review-collapsed" class="review-text-content">
<span>Tropft.<br>Nie wieder.</span></div><div class="a-expander-header">Mehr</div></span>
<img data-hook="review-image-tile"><img data-hook="review-image-tile">
<span data-hook="helpful-vote-statement">14 Personen fanden diese Informationen hilfreich</span>
</li>"""

FOREIGN = """<div id="R2ABCDEFGHIJKL" data-hook="review" class="a-section review aok-relative">
<div class="a-profile"><span class="a-profile-name">Cliente de Amazon</span></div>
<i data-hook="cmps-review-star-rating" class="a-icon a-star-5 review-rating">
<span class="a-icon-alt">5,0 von 5 Sternen</span></i>
<span data-hook="review-title"><span class="cr-original-review-content">Bueno</span>
<span class="cr-translated-review-content">Gut</span></span>
<span data-hook="review-date">Rezension aus Spanien vom 3. Januar 2022</span>
<span class="a-color-success">Vine Kundenrezension eines kostenfreien Produkts</span>
<span data-hook="review-body"><span class="cr-original-review-content">Va bien</span>
<span class="cr-translated-review-content aok-hidden">Geht gut</span></span>
<span data-hook="helpful-vote-statement">Eine Person fand dies hilfreich</span></div>"""

OLD = """<link rel="canonical" href="http://www.amazon.com/Kettle/product-reviews/B0TESTTEST" />
<div class="a-row product-title"><a href="/dp/B0TESTTEST">Kettle</a></div>
<span class="totalReviewCount">112</span>
<div id="R3ABCDEFGHIJKL" class="a-section review"><i class="a-icon a-star-4 review-rating">
<span class="a-icon-alt">4.0 out of 5 stars</span></i><a class="review-title">Fine</a>
<a class="author" href="/gp/pdp/profile/A1OLEG/ref=x?ie=UTF8">Oleg</a>
<span class="review-date">on February 20, 2016</span>
<a data-reviews-param='{"reviewerType":"avp_only_reviews"}'>Verified Purchase</a>
<span class="review-text">Works.</span>
<span class="review-votes">1 of 3 people found this helpful</span></div>
<ul class="a-pagination"><li class="a-last">
<a href="/Kettle/product-reviews/B0TESTTEST/ref=p?pageNumber=2">Next</a></li></ul>"""


def parsed(body: str, url: str = LIST) -> ParsedPage:
    return AMAZON.parse(page(body, url))


def test_every_field() -> None:
    total = '<span data-hook="total-review-count">1.234 globale Bewertungen</span>'
    found = parsed(HEAD + total + FULL)
    one = found.reviews[0]
    assert (one.review_id, one.rating) == ("amazon:R1ABCDEFGHIJKL", 2.0)
    assert (one.title, one.text) == ("Undicht", "Tropft.\nNie wieder.")
    assert (one.author.id, one.author.name) == ("amzn1.account.AEINNA", "Inna K.")
    assert one.author.profile_url == f"{SITE}/gp/profile/amzn1.account.AEINNA"
    assert one.author.has_picture is True
    assert one.published_at == datetime(2024, 3, 15, tzinfo=UTC)
    assert one.published_raw == "Rezension aus Deutschland vom 15. März 2024"
    assert (one.verified_purchase, one.media_count) == (True, 2)
    assert one.votes == Votes(helpful=14)
    assert (one.product, one.url) == ("Kessel", f"{SITE}/gp/customer-reviews/R1ABCDEFGHIJKL")
    assert one.extra == {"country": "Deutschland", "variant": "Farbe: Rot"}
    assert (found.claimed_total, found.next_urls, found.problems) == (1234, (), ())


def test_reviews_of_other_countries_are_kept_in_their_own_words() -> None:
    one = parsed(FOREIGN).reviews[0]
    assert (one.title, one.text, one.rating) == ("Bueno", "Va bien", 5.0)
    assert (one.author.name, one.verified_purchase) == (None, None)
    assert one.votes == Votes(helpful=1)
    assert one.extra == {"country": "Spanien", "is_free_product": True}


def test_a_list_before_2017() -> None:
    found = parsed(OLD, "")
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "amazon:R3ABCDEFGHIJKL", 4.0, "Fine", "Works.",
    )  # fmt: skip
    assert (one.author.id, one.author.name, one.verified_purchase) == ("A1OLEG", "Oleg", True)
    assert one.published_at == datetime(2016, 2, 20, tzinfo=UTC)
    assert one.votes == Votes(helpful=1, unhelpful=2)
    assert (one.product, found.claimed_total) == ("Kettle", 112)
    assert found.next_urls == (
        "http://www.amazon.com/Kettle/product-reviews/B0TESTTEST/ref=p?pageNumber=2",
    )


@pytest.mark.parametrize(
    ("said", "day", "country"),
    [
        ("Reviewed in the United States on August 2, 2021", (2021, 8, 2), "United States"),
        ("Revisado en España el 25 de agosto de 2017", (2017, 8, 25), "España"),
        ("Commenté en France le 1er mars 2021", (2021, 3, 1), "France"),
        ("Recensito in Italia il 3 maggio 2020", (2020, 5, 3), "Italia"),
        ("Avaliado no Brasil em 5 de maio de 2021", (2021, 5, 5), "Brasil"),
        ("Beoordeeld in Nederland op 5 mei 2021", (2021, 5, 5), "Nederland"),
        ("Opinia napisana w Polsce dnia 5 maja 2021", (2021, 5, 5), "Polsce"),
        ("Recenserad i Sverige den 5 maj 2021", (2021, 5, 5), "Sverige"),
        ("2020年1月5日に日本でレビュー済み", (2020, 1, 5), "日本"),
        ("5 Mayıs 2021 tarihinde Türkiye'de değerlendirildi", (2021, 5, 5), "Türkiye"),
        ("Reviewed in India 🇮🇳 on 5 May 2021", (2021, 5, 5), "India"),
        ("2021年5月5日在美国审核", (2021, 5, 5), "美国"),
        ("2021년 5월 5일에 미국에서 검토됨", (2021, 5, 5), "미국"),
    ],
)
def test_dates_and_countries_in_many_languages(
    said: str, day: tuple[int, int, int], country: str
) -> None:
    one = parsed(FULL.replace("Rezension aus Deutschland vom 15. März 2024", said)).reviews[0]
    assert one.published_at == datetime(*day, tzinfo=UTC)
    assert one.extra["country"] == country


def test_a_products_page_leads_to_its_list_and_the_last_page_nowhere() -> None:
    every = '<a data-hook="see-all-reviews-link-foot" href="/K/product-reviews/B0TESTTEST/ref=x">'
    assert parsed(HEAD + FULL + every, f"{SITE}/dp/B0TESTTEST").next_urls == (LIST,)
    last = '<ul class="a-pagination"><li class="a-disabled a-last">Next</li></ul>'
    assert parsed(FULL + last).next_urls == ()


def test_a_list_tells_reviews_from_ratings() -> None:
    told = (
        '<div data-hook="cr-filter-info-review-rating-count">1,234 total ratings, 56 with reviews'
    )
    assert parsed(FULL + told).claimed_total == 56


def test_a_broken_card_does_not_lose_the_others() -> None:
    broken = '<div id="?" data-hook="review"><span data-hook="review-date">gestern</span></div>'
    found = parsed(broken + FULL)
    assert [one.review_id for one in found.reviews] == ["amazon:R1ABCDEFGHIJKL"]
    assert found.problems == ("review 1: dropped, neither words nor stars",)


def test_a_product_without_reviews_is_valid() -> None:
    found = parsed(HEAD)
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<title>Robot Check</title><p>Enter the characters you see below", "captcha"),
        ('<form action="/errors/validateCaptcha"><button>Continue shopping', "captcha"),
        ('<title>Amazon Anmelden</title><form name="signIn">', "login"),
        ("<title>Sorry! Something went wrong!</title>", "rate_limited"),
    ],
)
def test_walls_are_no_empty_lists(body: str, reason: str) -> None:
    found = parsed(body)
    assert (found.reviews, found.blocked) == ((), reason)


def test_a_strange_page_says_so() -> None:
    assert parsed("<p>Hi</p>").problems == ("this is no answer with reviews that amazon knows",)


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/Kessel-rot/dp/B0TESTTEST/ref=sr_1_1?th=1",
        "https://amazon.de/gp/product/b0testtest",
        "https://m.amazon.de/gp/aw/d/B0TESTTEST",
        f"{SITE}/portal/customer-reviews?asin=B0TESTTEST",
        f"{SITE}/Kessel/product-reviews/B0TESTTEST/ref=x?pageNumber=4",
    ],
)
def test_any_address_of_a_product_gives_its_list_and_its_page(url: str) -> None:
    assert AMAZON.start_urls(url) == (LIST, f"{SITE}/dp/B0TESTTEST")


def test_the_address_of_one_review() -> None:
    one = "https://www.amazon.co.uk/gp/customer-reviews/R1ABCDEFGHIJKL"
    assert AMAZON.start_urls(f"{one}/ref=cm?ASIN=B0TESTTEST") == (one,)


@pytest.mark.parametrize(
    "url", [SITE, "https://shop.example/dp/B0TESTTEST", "https://amazon.de.x/"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match="/dp/"):
        AMAZON.start_urls(url)


def test_recognition() -> None:
    assert AMAZON.recognises(page(HEAD + FULL, "")) > 0.9
    assert AMAZON.recognises(page("<p>", SITE)) > 0.9
    assert AMAZON.recognises(page(FULL, "")) > 0.9
    assert AMAZON.recognises(page(FULL.replace("amzn1.account.", ""), "")) == 0.0


NEWEST = """<li><span data-hook="review"><div data-hook="reviewContainer"
data-reviewid="R4ABCDEFGHIJKL" data-asin="B0TESTTEST">
<div class="a-profile"><span class="a-profile-name">Olga</span></div>
<i data-hook="review-star-rating"><span class="a-icon-alt">5つ星のうち4.0</span></i>
<h5 data-hook="reviewTitle">Warm</h5><span data-hook="linkless-vine-review-badge">Vine</span>
<div data-hook="format-strip-linkless">Size: L<span data-hook="avp-badge-linkless">VP</span></div>
<div data-hook="reviewText"><div>Brief content visible, double tap to read full content.</div>
<div data-hook="reviewRichContentContainer"><p>Boils fast.</p></div><a>Read more</a></div>
</div></span></li>"""


def test_a_container_inside_of_a_review_is_the_same_one() -> None:
    found = parsed(NEWEST)
    one = found.reviews[0]
    assert (len(found.reviews), one.review_id, one.rating) == (1, "amazon:R4ABCDEFGHIJKL", 4.0)
    assert (one.title, one.text, one.verified_purchase) == ("Warm", "Boils fast.", True)
    assert one.extra == {"variant": "Size: L", "is_free_product": True}


def test_cards_of_product_pages_before_2016() -> None:
    card = """<div id="rev-dpReviewsMostHelpfulAUI-R5ABCDEFGHIJKL" class="a-section">
    <div class="a-icon-row"><a href="/review/R5ABCDEFGHIJKL"><i class="a-icon a-icon-star a-star-3">
    <span class="a-icon-alt">3.0 out of 5 stars</span></i><span class="a-text-bold">So so</span></a>
    </div><span class="a-color-secondary">By <a class="noTextDecoration"
    href="/gp/pdp/profile/A1OLEG">Oleg</a> on May 5, 2014</span>
    <div id="revData-dpReviewsMostHelpfulAUI-R5ABCDEFGHIJKL"><div class="a-section">Loud.</div>
    <a>Read more</a></div><span id="cr-vote-1">3 of 4 people found this helpful</span></div>"""
    one = parsed(card).reviews[0]
    assert one.votes == Votes(helpful=3, unhelpful=1)
    german = parsed(card.replace("on May 5, 2014", "am 5. Mai 2014")).reviews[0]
    assert german.published_at == datetime(2014, 5, 5, tzinfo=UTC)
    asked = card.replace("3 of 4 people found this helpful", "Was this review helpful to you?")
    assert parsed(asked).reviews[0].votes is None
    assert (one.review_id, one.rating, one.title) == ("amazon:R5ABCDEFGHIJKL", 3.0, "So so")
    assert (one.text, one.author.name, one.author.id) == ("Loud.", "Oleg", "A1OLEG")
    assert one.published_at == datetime(2014, 5, 5, tzinfo=UTC)


TABLE = """<link rel="canonical" href="http://www.amazon.com/Kettle/product-reviews/B0TESTTEST">
<table id="productReviews"><tr><td>
<a name="R8ABCDEFGHIJKL"></a><br><div style="margin-left:0.5em;">
<div>12 of 13 people found the following review helpful</div>
<div><span><span class="swSprite s_star_4_0 " title="4.0 out of 5 stars">
<span>4.0 out of 5 stars</span></span></span>
<span><b>Fine</b>, <nobr>May 5, 2011</nobr></span></div>
<div><a href="/gp/pdp/profile/A1OLEG/ref=x"><span>Oleg</span></a></div>
<div class="tiny"><span class="crVerifiedStripe">Amazon Verified Purchase</span></div>
<div class="tiny"><b>This review is from: Kettle</b></div>
Boils.<br>Fast.<div>Help other customers</div></div>
<a name="R9ABCDEFGHIJKL"></a><br><div><div><span class="swSprite s_star_1_0 "></span>
<b>No</b>, <nobr>June 6, 2013</nobr></div><div class="reviewText">Leaks.</div></div>
</td></tr></table>"""


def test_tables_before_2015() -> None:
    found = parsed(TABLE, "")
    first, second = found.reviews
    assert (first.review_id, first.rating, first.title) == ("amazon:R8ABCDEFGHIJKL", 4.0, "Fine")
    assert (first.text, first.author.name, first.author.id) == ("Boils.\nFast.", "Oleg", "A1OLEG")
    assert first.published_at == datetime(2011, 5, 5, tzinfo=UTC)
    assert (first.votes, first.verified_purchase) == (Votes(helpful=12, unhelpful=1), True)
    assert (second.review_id, second.rating, second.text) == (
        "amazon:R9ABCDEFGHIJKL", 1.0, "Leaks.",
    )  # fmt: skip
    assert found.problems == ()
    assert AMAZON.recognises(page(TABLE, "")) > 0.9


def commands(*markup: str) -> str:
    start = '["script","if(window.ue) { ues(); }"]\n&&&\n["update","#cm_cr-review_list",""]\n&&&\n'
    parts = (json.dumps(["append", "#cm_cr-review_list", one]) + "\n&&&\n" for one in markup)
    return start + "".join(parts) + '["loaded"]\n&&&\n'


def test_answers_to_the_lists_script() -> None:
    pages = (
        '<ul class="a-pagination"><li class="a-last"><a href="/x/product-reviews/B0TESTTEST?p=2">'
    )
    found = parsed(commands(FULL, FOREIGN, pages), f"{SITE}/hz/reviews-render/ajax/reviews/get")
    assert [one.review_id[-14:] for one in found.reviews] == ["R1ABCDEFGHIJKL", "R2ABCDEFGHIJKL"]
    assert found.next_urls == (f"{SITE}/x/product-reviews/B0TESTTEST?p=2",)
    assert found.problems == ()
    assert parsed(commands()).problems == ()
    assert AMAZON.recognises(page(commands(FULL), "")) > 0.9
    broken = parsed('["append","#cm_cr-review_list","<li>\n&&&\n' + commands(FULL))
    assert (len(broken.reviews), len(broken.problems)) == (1, 1)


SET_2018 = {
    "overall": 2.0, "vote": "1,204", "verified": True, "reviewTime": "09 13, 2009",
    "reviewerID": "A1TEST", "asin": "B0TESTTEST", "style": {"Color:": " Red"},
    "reviewerName": "Inna", "reviewText": "Leaks after a week.", "summary": "No",
    "unixReviewTime": 1252800000, "image": ["https://x.example/1.jpg"],
}  # fmt: skip
SET_2023 = {
    "rating": 5.0, "title": "Fine", "text": "Quiet.<br />Fast.", "images": [{}, {}],
    "asin": "B0TESTTEST", "parent_asin": "B0TESTPAR1", "user_id": "AETEST",
    "timestamp": 1588687728923, "helpful_vote": 3, "verified_purchase": False,
}  # fmt: skip


def test_rows_of_public_sets() -> None:
    lines = "\n".join(json.dumps(one) for one in (SET_2018, SET_2023))
    assert AMAZON.recognises(page(json.dumps(SET_2018), "")) > 0.8
    assert AMAZON.recognises(page(json.dumps(SET_2023), "")) > 0.8
    first, second = parsed(lines, "").reviews
    assert (first.rating, first.title, first.text) == (2.0, "No", "Leaks after a week.")
    assert (first.author.id, first.author.name) == ("A1TEST", "Inna")
    assert first.published_at == datetime(2009, 9, 13, tzinfo=UTC)
    assert (first.votes, first.media_count) == (Votes(helpful=1204), 1)
    assert first.verified_purchase is True
    assert first.extra == {"variant": "Color: Red", "product_id": "B0TESTTEST"}
    assert (second.text, second.verified_purchase) == ("Quiet.\nFast.", False)
    assert second.published_at is not None
    assert (second.published_at.year, second.votes) == (2020, Votes(helpful=3))
    other = SET_2023 | {"asin": "B0TESTOTHR"}
    assert len(parsed(json.dumps([SET_2023, other])).reviews) == 2


def test_the_set_of_2014_tells_votes_for_and_all() -> None:
    row = {key: SET_2018[key] for key in ("reviewerID", "asin", "reviewText", "overall")}
    assert parsed(json.dumps(row | {"helpful": [2, 3]})).reviews[0].votes == Votes(
        helpful=2, unhelpful=1
    )


def test_the_set_of_2015_has_letters_for_truth() -> None:
    row = {
        "marketplace": "US", "customer_id": "123", "review_id": "R7ABCDEFGHIJKL",
        "product_id": "B0TESTTEST", "product_title": "Kettle", "star_rating": "4",
        "helpful_votes": "2", "total_votes": "5", "vine": "N", "verified_purchase": "Y",
        "review_headline": "Fine", "review_body": "Boils.", "review_date": "2015-08-31",
    }  # fmt: skip
    one = parsed(json.dumps(row), "").reviews[0]
    assert AMAZON.recognises(page(json.dumps(row), "")) > 0.8
    assert (one.review_id, one.rating, one.title) == ("amazon:R7ABCDEFGHIJKL", 4.0, "Fine")
    assert (one.votes, one.verified_purchase) == (Votes(helpful=2, unhelpful=3), True)
    assert (one.product, one.author.id) == ("Kettle", "123")
    assert one.extra == {"product_id": "B0TESTTEST"}


def test_a_row_may_name_itself_by_its_address_alone() -> None:
    row = {
        "reviewTitle": "Fine", "reviewDescription": "Boils.", "ratingScore": 4,
        "reviewUrl": f"{SITE}/gp/customer-reviews/R8ABCDEFGHIJKL?ASIN=B0TESTTEST",
        "reviewedIn": "Reviewed in Germany on May 3, 2024", "isVerified": True,
        "reviewReaction": "3 people found this helpful", "variationList": ["Red", "Big"],
    }  # fmt: skip
    one = parsed(json.dumps([row]), "").reviews[0]
    assert (one.review_id, one.rating) == ("amazon:R8ABCDEFGHIJKL", 4.0)
    assert (one.votes, one.verified_purchase) == (Votes(helpful=3), True)
    assert one.published_at == datetime(2024, 5, 3, tzinfo=UTC)
    assert one.extra == {"country": "Germany", "variant": "Red | Big"}


def test_goods_of_the_same_sets_are_no_reviews() -> None:
    goods = {"title": "Kettle", "average_rating": 4.5, "rating_number": 9, "parent_asin": "B0X"}
    answer = json.dumps([goods | {"rating": 4.5, "description": "Red"}])
    assert parsed(answer).reviews == ()


def test_answers_of_readers_keep_reviews_below_a_product() -> None:
    row: dict[str, Any] = {
        "id": "R6ABCDEFGHIJKL", "title": "Gut", "body": "Leise.", "rating": 4,
        "date": {"raw": "Rezension aus Deutschland vom 5. Mai 2021", "utc": "2021-05-05T00:00Z"},
        "profile": {"name": "Inna", "link": f"{SITE}/gp/profile/amzn1.account.AE1", "id": "AE1X"},
        "vine_program": True, "verified_purchase": False, "helpful_votes": 2,
        "link": f"{SITE}/gp/customer-reviews/R6ABCDEFGHIJKL",
    }  # fmt: skip
    answer = json.dumps({"product": {"title": "Kessel", "asin": "B0TESTTEST"}, "reviews": [row]})
    one = parsed(answer, "").reviews[0]
    assert AMAZON.recognises(page(answer, "")) > 0.8
    assert (one.review_id, one.product, one.rating) == ("amazon:R6ABCDEFGHIJKL", "Kessel", 4.0)
    assert (one.author.name, one.author.id) == ("Inna", "AE1X")
    assert one.published_at == datetime(2021, 5, 5, tzinfo=UTC)
    assert one.extra == {"country": "Deutschland", "is_free_product": True}


def test_the_most_helpful_praise_and_blame_stand_above_the_list() -> None:
    body = """<div class="view-point-review"><div id="viewpoint-R8ABCDEFGHIJKL" class="a-row">
      <div class="a-expander-content"><div class="a-row"><h4 class="a-size-medium">Top positive
      review</h4></div><div class="a-row"><span class="a-size-small review-votes">97 of 104 people
      found this helpful</span></div><div class="a-row"><i class="a-icon a-star-5 review-rating">
      <span class="a-icon-alt">5.0 out of 5 stars</span></i><span class="a-size-base review-title">
      Boils fast</span></div><div class="a-row"><span class="a-size-base review-byline"><span
      class="a-color-secondary">By</span><span></span>Anna K</span><span
      class="a-size-base review-date">on March 29, 2013</span></div><div class="a-row">
      <span class="a-size-base">A kettle<br>as it should be.</span></div></div></div></div>"""
    one = parsed(body).reviews[0]
    assert (one.review_id, one.author.name, one.rating) == ("amazon:R8ABCDEFGHIJKL", "Anna K", 5.0)
    assert (one.title, one.text) == ("Boils fast", "A kettle\nas it should be.")
    assert one.published_at == datetime(2013, 3, 29, tzinfo=UTC)
