"""App Store feeds, constructed in their three formats."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.appstore import APPSTORE
from pipeline.errors import UsageError
from tests.crawlers.pages import page

FEED = "https://itunes.apple.com/ru/rss/customerreviews"


def entry(number: int = 7001, **labels: str) -> dict[str, Any]:
    fields = {
        "im:rating": "2", "title": "Медленно", "content": "Грузит\nвечно", "im:version": "3.1",
        "im:voteSum": "3", "im:voteCount": "4", "id": str(number),
    }  # fmt: skip
    author = {
        "name": {"label": "инна"},
        "uri": {"label": "https://itunes.apple.com/ru/reviews/id555"},
    }
    return {key: {"label": text} for key, text in (fields | labels).items()} | {"author": author}


def feed(entries: object, number: int = 1, following: int = 2) -> str:
    links = [
        {
            "attributes": {
                "rel": rel,
                "href": f"{FEED}/page={n}/id=9/sortby=mostrecent/xml?urlDesc=/",
            }
        }
        for rel, n in (("self", number), ("next", following))
    ]
    return json.dumps({"feed": {"entry": entries, "link": links}})


def parsed(body: str) -> ParsedPage:
    return APPSTORE.parse(page(body, f"{FEED}/page=1/id=9/sortby=mostrecent/json"))


def test_the_json_feed() -> None:
    app = {"im:name": {"label": "Банк"}, "id": {"label": "9"}, "title": {"label": "Банк - ООО"}}
    found = parsed(feed([app, entry()]))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "appstore:7001",
        2.0,
        "Медленно",
        "Грузит\nвечно",
    )
    assert (one.author.id, one.author.name, one.product) == ("555", "инна", "Банк")
    assert one.votes is not None
    assert (one.votes.helpful, one.votes.unhelpful) == (3, 1)
    assert one.extra == {"version": "3.1", "country": "ru"}
    assert found.next_urls == (f"{FEED}/page=2/id=9/sortby=mostrecent/xml",)
    assert found.problems == ("this feed gives no dates; the XML feed of the same app does",)


def test_a_single_entry_is_an_object() -> None:
    assert len(parsed(feed(entry())).reviews) == 1


def test_a_json_date_is_read_where_the_feed_gives_one() -> None:
    found = parsed(feed(entry(updated="2024-03-05T01:00:00-07:00")))
    assert found.reviews[0].published_at == datetime(2024, 3, 5, 8, tzinfo=UTC)
    assert found.problems == ()


def test_the_xml_feed() -> None:
    found = parsed(
        f"""<?xml version="1.0" encoding="utf-8"?>
        <feed xmlns:im="http://itunes.apple.com/rss" xmlns="http://www.w3.org/2005/Atom">
        <link rel="next" href="{FEED}/page=2/id=9/sortby=mostrecent/xml?urlDesc=/y"/>
        <entry><id>9</id><im:name>Банк</im:name></entry>
        <entry><updated>2024-03-05T01:00:00-07:00</updated><id>7001</id><title>Медленно</title>
        <content type="text">Грузит
          вечно</content><im:rating>2</im:rating><im:version>3.1</im:version>
        <author><name>инна</name><uri>https://itunes.apple.com/ru/reviews/id555</uri></author>
        <content type="html">&lt;table&gt;…&lt;/table&gt;</content>
        </entry></feed>"""
    )
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("appstore:7001", 2.0, "Грузит\nвечно")
    assert one.published_at == datetime(2024, 3, 5, 8, tzinfo=UTC)
    assert (one.product, found.skipped) == ("Банк", {"entry without a rating (the app itself)": 1})
    assert found.next_urls == (f"{FEED}/page=2/id=9/sortby=mostrecent/xml",)


def test_json_and_xml_agree_on_id_and_content() -> None:
    xml = (
        '<feed xmlns:im="http://itunes.apple.com/rss"><entry><id>7001</id><title>Медленно</title>'
        '<content type="text">Грузит\n  вечно</content><im:rating>2</im:rating></entry></feed>'
    )
    one, other = parsed(xml).reviews[0], parsed(feed(entry())).reviews[0]
    assert (one.review_id, one.content_hash) == (other.review_id, other.content_hash)


def test_the_list_of_2013() -> None:
    row = {"userReviewId": "121", "body": "Хорошо", "date": "2013-09-18T05:30:00Z", "name": "инна",
           "rating": 5, "title": "Да", "voteCount": 8, "voteSum": 6, "viewUsersUserReviewsUrl":
           "https://itunes.apple.com/de/reviews?userProfileId=777"}  # fmt: skip
    found = parsed(json.dumps({"userReviewList": [row], "totalNumberOfReviews": 40}))
    one = found.reviews[0]
    assert (one.review_id, one.author.id, one.rating) == ("appstore:121", "777", 5.0)
    assert (one.extra["country"], found.claimed_total) == ("de", 40)


@pytest.mark.parametrize(("number", "following"), [(10, 11), (8, 8), (3, 2)])
def test_paging_ends_at_the_tenth_page_and_never_goes_back(number: int, following: int) -> None:
    assert parsed(feed([entry()], number, following)).next_urls == ()


def test_an_empty_page_leads_nowhere() -> None:
    assert parsed(feed([])).next_urls == ()


def test_a_cut_feed_gives_what_it_has() -> None:
    body = "<feed><entry><id>7001</id><im:rating>2</im:rating><title>a</title></entry><entry><id>70"
    found = parsed(body)
    assert [one.review_id for one in found.reviews] == ["appstore:7001"]
    assert found.problems


@pytest.mark.parametrize(
    "url",
    ["https://apps.apple.com/ru/app/bank/id123456789", "https://itunes.apple.com/ru/app/id123456789?mt=8",
     "https://itunes.apple.com/ru/rss/customerreviews/id=123456789/json"],
)  # fmt: skip
def test_an_apps_page_leads_to_its_feed(url: str) -> None:
    assert APPSTORE.start_urls(url) == (f"{FEED}/page=1/id=123456789/sortby=mostrecent/xml",)


@pytest.mark.parametrize(
    "url", ["https://shop.example/id123456789", "bank", "https://apps.apple.com/ru/"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"apps\.apple\.com"):
        APPSTORE.start_urls(url)


CATALOGUE = "https://apps.apple.com/api/apps/v1/catalog/kz/apps/123456789/reviews"
QUERY = "platform=web&sort=recent&limit=20&offset="


def catalogue(*rows: object, following: str = "") -> str:
    return json.dumps({"data": list(rows), **({"next": following} if following else {})})


def catalogue_row(number: int = 7001, **fields: Any) -> dict[str, Any]:
    said = {"date": "2024-03-05T08:00:00Z", "rating": 2, "title": "Медленно", "review": "Вечно",
            "userName": "инна", "isEdited": True,
            "developerResponse": {"body": "Чиним", "modified": "2024-03-06T08:00:00Z"}}  # fmt: skip
    return {"id": str(number), "type": "user-reviews", "attributes": said | fields}


def test_the_catalogue_of_the_stores_own_page() -> None:
    following = "/v1/catalog/kz/apps/123456789/reviews?l=ru&offset=20"
    found = APPSTORE.parse(page(catalogue(catalogue_row(), following=following), CATALOGUE))
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "appstore:7001", 2.0, "Медленно", "Вечно",
    )  # fmt: skip
    assert (one.author.name, one.extra) == ("инна", {"is_edited": True, "country": "kz"})
    assert one.published_at == datetime(2024, 3, 5, 8, tzinfo=UTC)
    reply = one.replies[0]
    assert (reply.text, reply.is_owner) == ("Чиним", True)
    assert reply.replied_at == datetime(2024, 3, 6, 8, tzinfo=UTC)
    assert (found.next_urls, found.problems) == ((f"{CATALOGUE}?{QUERY}20",), ())


def test_the_catalogue_never_goes_back_and_takes_the_reviews_beside_an_app() -> None:
    following = "/v1/catalog/kz/apps/123456789/reviews?offset=20"
    body = catalogue(catalogue_row(), following=following)
    assert APPSTORE.parse(page(body, f"{CATALOGUE}?{QUERY}20")).next_urls == ()
    app = {"id": "123456789", "type": "apps", "relationships": {"reviews": {"data": [
        catalogue_row(1, developerResponse=None), {"type": "user-reviews"}]}}}  # fmt: skip
    found = APPSTORE.parse(page(catalogue(app), CATALOGUE))
    assert [one.review_id for one in found.reviews] == ["appstore:1"]
    assert found.reviews[0].replies == ()


def test_the_catalogue_is_read_where_it_is_named() -> None:
    assert APPSTORE.start_urls(f"{CATALOGUE}?l=ru") == (f"{CATALOGUE}?{QUERY}0",)
    assert APPSTORE.recognises(page(catalogue(catalogue_row()), "")) > 0.9


def test_each_country_is_watched_by_its_own_address() -> None:
    starts = [
        APPSTORE.start_urls(f"https://apps.apple.com/{country}/app/bank/id123456789")[0]
        for country in ("ru", "kz")
    ]
    assert starts == [
        f"https://itunes.apple.com/{country}/rss/customerreviews/page=1/id=123456789"
        "/sortby=mostrecent/xml"
        for country in ("ru", "kz")
    ]


def test_an_entry_that_says_nothing_is_skipped_and_counted() -> None:
    silent = '<feed xmlns:im="http://itunes.apple.com/rss"><entry><id>7</id><im:rating>x</im:rating></entry></feed>'
    parsed = APPSTORE.parse(page(silent))
    assert not parsed.reviews
    assert parsed.skipped == {"entry with neither words nor a rating that can be read": 1}


def test_an_entity_that_nobody_declared_does_not_lose_its_entry() -> None:
    text = (
        '<feed xmlns:im="http://itunes.apple.com/rss"><entry>&nobody;<id>7</id>'
        "<author>&nobody;<name>Инна</name></author><im:rating>5</im:rating></entry></feed>"
    )
    (review,) = APPSTORE.parse(page(text)).reviews
    assert (review.rating, review.author.name) == (5.0, "Инна")


PAGE = "https://apps.apple.com/kz/app/bank/id123456789"


def state_review(number: int = 8001, **fields: Any) -> dict[str, Any]:
    return {"$kind": "Review", "id": str(number), "title": "Долго", "rating": 2,
            "date": "2026-01-19T08:41:48.000Z", "dateText": "edited * null *",
            "contents": "Грузит\nвечно", "reviewerName": "инна",
            "response": None} | fields  # fmt: skip


def state_page(*reviews: object, script_id: str = "serialized-server-data") -> str:
    state = {"data": [{"data": {"shelfMapping": {
        "similarItems": {"items": [{"$kind": "Lockup", "title": "Другой банк"}]},
        "allProductReviews": {"items": [
            {"$kind": "ProductReview", "review": one} for one in reviews]},
        "productReviews": {"items": list(reviews[:1])},
    }}}]}  # fmt: skip
    return (
        '<!DOCTYPE html><html><head><meta property="og:url" content="'
        f'{PAGE}"><script type="application/ld+json">{{"@type":"SoftwareApplication",'
        '"name":"Банк"}</script></head><body><p>Новости приложения</p>'
        f'<script type="application/json" id="{script_id}">{json.dumps(state)}</script>'
    )


def test_a_saved_page_keeps_its_reviews_in_its_state() -> None:
    answered = state_review(
        8002, response={"$kind": "Response", "id": "7", "contents": "Чиним", "dateText": "* null *",
                        "date": "2026-02-01T00:00:00.000Z"})  # fmt: skip
    saved = page(state_page(state_review(), answered), "")
    assert APPSTORE.recognises(saved) > 0.9
    found = APPSTORE.parse(saved)
    assert [one.review_id for one in found.reviews] == ["appstore:8001", "appstore:8002"]
    one, other = found.reviews
    assert (one.rating, one.title, one.text) == (2.0, "Долго", "Грузит\nвечно")
    assert (one.author.name, one.product, one.extra) == ("инна", "Банк", {"country": "kz"})
    assert one.published_at == datetime(2026, 1, 19, 8, 41, 48, tzinfo=UTC)
    assert (one.url, one.replies) == (PAGE, ())
    assert [(reply.text, reply.is_owner) for reply in other.replies] == [("Чиним", True)]
    assert (found.problems, found.blocked) == ((), None)


def card(stars: int = 4, title: str = "Удобно", reply: str = "", number: int = 0) -> str:
    answer = (
        '<h3 class="we-customer-review__header we-customer-review__header--response">Ответ'
        '<time datetime="2020-03-02T00:00:00.000Z"></time></h3>'
        f'<blockquote class="we-customer-review__body"><p>{reply}</p></blockquote>'
        if reply
        else ""
    )
    return f"""<div data-test-review-customer="{number or ""}"><div class="ember-view">
        <div class="we-customer-review lockup"><figure aria-label="{stars} av 5"
        class="we-star-rating we-customer-review__rating">
        <span class="we-star-rating-stars-outlines">
        <span class="we-star-rating-stars we-star-rating-stars-{stars}"></span></span></figure>
        <div class="we-customer-review__header we-customer-review__header--user">
        <span class="we-customer-review__user">  Пётр </span>,
        <time datetime="2020-02-13T20:40:23.000Z" class="we-customer-review__date">13/02/2020</time>
        </div><h3 class="we-customer-review__title"> {title} </h3>
        <blockquote class="we-customer-review__body"><p>Всё рядом<br>и быстро</p></blockquote>
        {answer}</div></div></div>"""


def test_cards_of_the_older_pages() -> None:
    body = (
        '<html><body><h1 class="product-header__title app-header__title"> Банк '
        '<span class="badge">12+</span></h1>'
        + card(number=9001, reply="Спасибо")
        + card(3, "Так себе", number=9002)
        + card(3, "Так себе", number=9002)
    )
    saved = page(body, "")
    assert APPSTORE.recognises(saved) > 0.9
    one, other = APPSTORE.parse(saved).reviews
    assert (one.review_id, one.rating, one.title, one.text) == (
        "appstore:9001", 4.0, "Удобно", "Всё рядом\nи быстро",
    )  # fmt: skip
    assert (one.author.name, one.product) == ("Пётр", "Банк")
    assert one.published_at == datetime(2020, 2, 13, 20, 40, 23, tzinfo=UTC)
    assert [(reply.text, reply.replied_at) for reply in one.replies] == [
        ("Спасибо", datetime(2020, 3, 2, tzinfo=UTC))
    ]
    assert (other.review_id, other.rating, other.replies) == ("appstore:9002", 3.0, ())


def test_the_cache_of_a_pages_own_questions_and_its_cards_are_read_once() -> None:
    listed = {
        "data": [catalogue_row(9001)],
        "next": "/v1/catalog/kz/apps/123456789/reviews?offset=10",
    }
    asked = {"d": [{"id": "123456789", "type": "apps", "attributes": {"name": "Банк"},
                    "relationships": {"reviews": listed}}]}  # fmt: skip
    cache = json.dumps({"\uf8ff.catalog.kz.apps.123456789.reviews": json.dumps(asked)})
    body = (
        f"<html><body>{card(number=9001)}{card(5, 'Ещё', number=9003)}<script type="
        f'"fastboot/shoebox" id="shoebox-media-api-cache-apps">{cache}</script>'
    )
    found = APPSTORE.parse(page(body, PAGE))
    assert [one.review_id for one in found.reviews] == ["appstore:9001", "appstore:9003"]
    assert found.reviews[0].title == "Медленно"
    assert found.next_urls == (f"{CATALOGUE}?{QUERY}10",)


def test_what_only_search_engines_are_told() -> None:
    said = {"@type": "SoftwareApplication", "name": "Банк", "review": [{
        "@type": "Review", "author": {"@type": "Person", "name": "Пётр"}, "name": "Удобно",
        "datePublished": "2019-05-01", "reviewBody": "Всё рядом",
        "reviewRating": {"@type": "Rating", "ratingValue": 4}}]}  # fmt: skip
    script = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    one = APPSTORE.parse(page(f"<html>{script}", PAGE)).reviews[0]
    assert (one.rating, one.title, one.text, one.product) == (4.0, "Удобно", "Всё рядом", "Банк")
    both = APPSTORE.parse(page(f"<html>{script}{card(number=9001)}", PAGE)).reviews
    assert [review.review_id for review in both] == ["appstore:9001"]


def test_a_page_of_somebody_else_is_told() -> None:
    found = APPSTORE.parse(page("<html><body><p>Наше приложение</p>", ""))
    assert found.problems == ("this is no page with reviews that appstore knows",)
    assert APPSTORE.recognises(page("<html><body><p>Наше приложение</p>", "")) == 0.0


def test_answers_of_app_store_connect() -> None:
    def row(number: int, answer: str) -> dict[str, Any]:
        linked = {"data": {"type": "customerReviewResponses", "id": answer}} if answer else {}
        return {"type": "customerReviews", "id": f"0000-{number}", "attributes": {
            "rating": 1, "title": None, "body": "Не входит", "reviewerNickname": "инна",
            "createdDate": "2026-03-05T01:00:00-07:00", "territory": "KAZ"},
            "relationships": {"response": linked}}  # fmt: skip

    def reply(number: str, state: str) -> dict[str, Any]:
        return {"type": "customerReviewResponses", "id": number, "attributes": {
            "responseBody": "Чиним", "lastModifiedDate": "2026-03-06T00:00:00Z",
            "state": state}}  # fmt: skip

    body = {"data": [row(1, "a1"), row(2, "a2"), row(3, "")],
            "included": [reply("a1", "PUBLISHED"), reply("a2", "PENDING_PUBLISH")],
            "meta": {"paging": {"total": 40, "limit": 3}}}  # fmt: skip
    saved = page(json.dumps(body), "")
    assert APPSTORE.recognises(saved) > 0.9
    found = APPSTORE.parse(saved)
    one = found.reviews[0]
    assert (one.review_id, one.rating, one.text) == ("appstore:0000-1", 1.0, "Не входит")
    assert (one.author.name, one.extra) == ("инна", {"territory": "KAZ"})
    assert one.published_at == datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert [len(review.replies) for review in found.reviews] == [1, 0, 0]
    assert (found.claimed_total, found.problems) == (40, ())


def test_what_collectors_save() -> None:
    npm = {"id": "7001", "userName": "инна", "userUrl": "https://itunes.apple.com/ru/reviews/id555",
           "version": "3.1", "score": 2, "title": "Медленно", "text": "Вечно",
           "url": "https://itunes.apple.com/ru/review?id=9",
           "updated": "2024-03-05T01:00:00-07:00"}  # fmt: skip
    python = {"userName": "Пётр", "rating": 5, "title": "Да", "review": "Хорошо", "isEdited": True,
              "date": "2024-03-05 08:00:00", "developerResponse": {"id": 1, "body": "Спасибо",
              "modified": "2024-03-06T08:00:00Z"}}  # fmt: skip
    lines = "\n".join(json.dumps(row) for row in (python, python | {"review": "Ещё"}))
    for body in (json.dumps([npm]), json.dumps({"reviews": [python]}), lines):
        assert APPSTORE.recognises(page(body, "")) > 0.9
    one = APPSTORE.parse(page(json.dumps([npm]), "")).reviews[0]
    assert (one.review_id, one.rating, one.author.id) == ("appstore:7001", 2.0, "555")
    assert one.extra == {"version": "3.1", "country": "ru"}
    assert one.published_at == datetime(2024, 3, 5, 8, tzinfo=UTC)
    other = APPSTORE.parse(page(json.dumps({"reviews": [python]}), "")).reviews[0]
    assert (other.rating, other.text, other.extra) == (5.0, "Хорошо", {"is_edited": True})
    assert [reply.text for reply in other.replies] == ["Спасибо"]
    assert len(APPSTORE.parse(page(lines, "")).reviews) == 2


def test_cards_of_the_pages_until_2017() -> None:
    body = """<html><div class="customer-reviews"><div class="customer-review"><h5>
        <span class="customerReviewTitle">Удобно</span><div class="rating" role="img"
        aria-label="4 stars"><span class="rating-star"></span></div></h5>
        <span class="user-info">
          by
            Пётр
        </span><p class="content more-text">Всё рядом</p></div>
        <div class="customer-review"><h5><span class="customerReviewTitle">Медленно</span>
        <div class="rating"><span class="rating-star"></span></div></h5><span class="user-info">
          by <a class="reviewer" href="https://itunes.apple.com/ru/reviews?userProfileId=777">инна</a>
          - Version 1.2
          -
          Sep 1, 2012
        </span><p class="content">Вечно</p></div></div>"""
    saved = page(body, "")
    assert APPSTORE.recognises(saved) > 0.9
    one, other = APPSTORE.parse(saved).reviews
    assert (one.rating, one.title, one.text, one.author.name) == (
        4.0, "Удобно", "Всё рядом", "Пётр",
    )  # fmt: skip
    assert (other.rating, other.author.id, other.author.name) == (1.0, "777", "инна")
    assert other.published_at == datetime(2012, 9, 1, tzinfo=UTC)


def test_the_list_tells_answers_of_developers() -> None:
    row = {"userReviewId": "121", "body": "Хорошо", "name": "инна", "rating": 5, "isEdited": True,
           "developerResponse": {"body": "Спасибо",
           "modified": "2019-09-18T05:30:00Z"}}  # fmt: skip
    one = parsed(json.dumps({"userReviewList": [row]})).reviews[0]
    assert [reply.text for reply in one.replies] == ["Спасибо"]
    assert one.extra["is_edited"] is True


def test_answers_of_a_search_service() -> None:
    row = {"position": 1, "id": "7001", "title": "Медленно", "text": "Вечно", "rating": 2,
           "review_date": "2024-03-05 08:00:00 UTC", "reviewed_version": "3.1", "author": {
               "name": "инна", "link": "https://itunes.apple.com/ru/reviews/id555"}}  # fmt: skip
    saved = page(
        json.dumps({"search_parameters": {"engine": "apple_reviews"}, "reviews": [row]}), ""
    )
    assert APPSTORE.recognises(saved) > 0.9
    one = APPSTORE.parse(saved).reviews[0]
    assert (one.review_id, one.rating, one.text) == ("appstore:7001", 2.0, "Вечно")
    assert (one.author.id, one.extra["version"]) == ("555", "3.1")
    assert one.published_at == datetime(2024, 3, 5, 8, tzinfo=UTC)


def test_cards_of_the_newest_pages_are_read_where_the_state_is_lost() -> None:
    answer = """<div class="developer-response-container s-1"><h4>Ответ</h4>
        <time datetime="2026-02-01T00:00:00.000Z">1 февр.</time>
        <p data-testid="truncate-text">Чиним</p></div>"""
    body = f"""<html><article class="s-1" aria-labelledby="review-8001-title"><div class="header">
        <h3 id="review-8001-title" class="title s-1"><span>Долго</span></h3>
        <ol class="stars s-1" aria-label="2 звезды"><li class="star"></li></ol>
        <div class="review-header">
        <time class="date" datetime="2026-01-19T08:41:48.000Z">19 янв.</time>
        <p class="author s-1">инна</p></div></div><div class="content s-1">
        <p data-testid="truncate-text">Грузит<br>вечно</p>{answer}</div></article>"""
    saved = page(body, "")
    assert APPSTORE.recognises(saved) > 0.9
    (one,) = APPSTORE.parse(saved).reviews
    assert (one.review_id, one.rating, one.title, one.text) == (
        "appstore:8001", 2.0, "Долго", "Грузит\nвечно",
    )  # fmt: skip
    assert one.author.name == "инна"
    assert one.published_at == datetime(2026, 1, 19, 8, 41, 48, tzinfo=UTC)
    assert [(reply.text, reply.replied_at) for reply in one.replies] == [
        ("Чиним", datetime(2026, 2, 1, tzinfo=UTC))
    ]
