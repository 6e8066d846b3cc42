"""Comments of WordPress's open interface, in its shape with invented names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.wordpress import WORDPRESS
from pipeline.errors import UsageError
from tests.crawlers.pages import page

SITE = "https://blog.example"
ORDER = "per_page=100&page=1&orderby=date_gmt&order=desc&_embed=up"
LIST = f"{SITE}/wp-json/wp/v2/comments?{ORDER}"
HOSTED = f"https://public-api.wordpress.com/wp/v2/sites/tea.wordpress.com/comments?{ORDER}"


def row(number: int = 41, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "post": 9,
        "parent": 40,
        "author": 3,
        "author_name": "Инна &amp; Ко",
        "author_url": "https://inna.example",
        "date": "2026-05-16T13:00:00",
        "date_gmt": "2026-05-16T10:00:00",
        "content": {"rendered": '<p>Чайник течёт.</p>\n<p>Шумит <img src="/a.jpg"></p>\n'},
        "link": f"{SITE}/kettle/#comment-{number}",
        "status": "approved",
        "type": "comment",
        "_embedded": {"up": [{"id": 9, "title": {"rendered": "Чайник &#8212; обзор"}}]},
    } | fields


def parsed(body: Any, url: str = LIST) -> ParsedPage:
    return WORDPRESS.parse(page(body if isinstance(body, str) else json.dumps(body), url))


def test_every_field() -> None:
    found = parsed([row()])
    one = found.reviews[0]
    assert (one.review_id, one.kind) == ("wordpress:blog.example:41", "blog")
    assert (one.text, one.media_count) == ("Чайник течёт.\n\nШумит", 1)
    assert (one.author.id, one.author.name) == ("3", "Инна & Ко")
    assert one.author.profile_url == "https://inna.example"
    assert one.published_at == datetime(2026, 5, 16, 10, tzinfo=UTC)
    assert (one.is_mention, one.rating) == (True, None)
    assert (one.thread_id, one.parent_id) == ("9", "40")
    assert one.url == f"{SITE}/kettle/#comment-41"
    assert one.extra == {"topic": "Чайник — обзор"}
    assert (found.next_urls, found.problems) == ((), ())


def test_a_guest_who_begins_a_thread_has_neither_number_nor_parent() -> None:
    one = parsed([row(author=0, parent=0, author_url="")]).reviews[0]
    assert (one.author.id, one.parent_id, one.author.profile_url) == (None, None, None)


def test_the_sites_own_account_is_no_customer() -> None:
    own = row(43, author=1, author_url=SITE)
    found = parsed([own, row(44, author=0, author_url=SITE), row()])
    assert [one.review_id.rpartition(":")[2] for one in found.reviews] == ["44", "41"]
    assert found.skipped == {"comment of the site's own account": 1}


def test_a_page_has_a_next_one_until_few_comments_are_left() -> None:
    short_pages = LIST.replace("per_page=100", "per_page=4")
    following = f"{short_pages.replace('&page=1', '')}&page=2"
    assert parsed([row(1), row(2), row(3), row(4)], short_pages).next_urls == (following,)
    assert parsed([row(1), row(2)], short_pages).next_urls == (following,)
    assert parsed([row(1)], short_pages).next_urls == ()
    assert parsed([], short_pages).next_urls == ()


def test_sites_without_named_addresses_are_paged_too() -> None:
    found = parsed([row()], f"{SITE}/?rest_route=/wp/v2/comments&per_page=1")
    assert found.next_urls == (f"{SITE}/?rest_route=/wp/v2/comments&per_page=1&page=2",)


def test_what_is_no_opinion_or_broken_does_not_lose_the_others() -> None:
    found = parsed(
        [
            row(1, type="pingback"),
            row(2, status="hold"),
            row(3, content={"rendered": "<p> </p>"}),
            5,
            row(5, content=None),
            row(6, date_gmt="soon"),
            row(7),
        ]
    )
    assert [one.review_id[-2:] for one in found.reviews] == [":6", ":7"]
    assert found.skipped == {
        "pingback": 1,
        "comment that the site has not published": 1,
        "comment without words": 1,
    }
    assert found.problems == (
        "comment 4: dropped, it is no comment with an id",
        "comment 5: dropped, it is no comment with an id",
        "comment 6: date 'soon' is not understood",
    )


def test_one_comment_alone_is_read() -> None:
    assert parsed(row(), f"{SITE}/wp-json/wp/v2/comments/41").reviews[0].text.startswith("Чайник")


def test_an_empty_list_is_valid_and_a_strange_answer_is_not() -> None:
    assert parsed([]).problems == ()
    said = ("this is no answer with reviews that wordpress knows",)
    assert parsed({"a": 1}).problems == said
    assert parsed([{"name": "no comment"}]).problems[-1:] == said
    assert parsed("<p>Hi").problems == said


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("rest_no_route", "not_found"),
        ("rest_post_invalid_id", "not_found"),
        ("rest_forbidden", "forbidden"),
        ("rest_cannot_read_post", "forbidden"),
        ("rest_not_logged_in", "login"),
        ("rest_login_required", "login"),
    ],
)
def test_refusals(code: str, reason: str) -> None:
    assert parsed({"code": code, "message": "x", "data": {"status": 401}}).blocked == reason


def test_a_captcha_is_an_obstacle() -> None:
    assert parsed("<title>Just a moment...</title>").blocked == "captcha"


@pytest.mark.parametrize(
    "number",
    [
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/9">',
        "<link rel='shortlink' href='https://blog.example/?p=9'>",
        '</head><body class="post-template single postid-9">',
    ],
)
def test_a_page_of_a_post_tells_where_its_comments_are(number: str) -> None:
    head = f'<link rel="https://api.w.org/" href="{SITE}/wp-json/">{number}'
    found = parsed(f"<html><head>{head}<p>x", f"{SITE}/2026/kettle/")
    assert (found.next_urls, found.problems) == ((f"{LIST}&post=9",), ())


def test_a_page_of_a_site_without_named_addresses() -> None:
    head = f'<link rel="https://api.w.org/" href="{SITE}/index.php?rest_route=/">'
    found = parsed(f"<html><head>{head}<p>x", f"{SITE}/")
    assert found.next_urls == (f"{SITE}/index.php?rest_route=/wp/v2/comments&{ORDER}",)


@pytest.mark.parametrize(
    ("url", "start"),
    [
        (f"{SITE}/", LIST),
        (f"{SITE}/?p=9", f"{LIST}&post=9"),
        (f"{SITE}/de/wp-json/", LIST.replace("/wp-json", "/de/wp-json")),
        (f"{SITE}/wp-json/wp/v2/comments?post=9&per_page=5&page=3", f"{LIST}&post=9"),
        (f"{SITE}/wp-json/wp/v2/posts/9", f"{LIST}&post=9"),
        (f"{SITE}/?rest_route=/wp/v2/posts/9",
         f"{SITE}/?rest_route=/wp/v2/comments&{ORDER}&post=9"),
        ("https://tea.wordpress.com/", HOSTED),
        (HOSTED, HOSTED),
        (f"{SITE}/2026/kettle/", f"{SITE}/2026/kettle/"),
    ],
)  # fmt: skip
def test_addresses(url: str, start: str) -> None:
    assert WORDPRESS.start_urls(url) == (start,)


def test_what_is_no_address_is_refused_with_a_remedy() -> None:
    with pytest.raises(UsageError, match="a post of it"):
        WORDPRESS.start_urls("kettle")


def test_recognition() -> None:
    assert WORDPRESS.recognises(page(json.dumps([row()]), "")) > 0.8
    assert WORDPRESS.recognises(page("[]", LIST)) > 0.8
    assert WORDPRESS.recognises(page('[{"id": 1}]', "https://[")) == 0.0
    known = '<link rel="https://api.w.org/" href="/wp-json/"><p>x'
    assert 0 < WORDPRESS.recognises(page(known, "")) < 0.3


SHOWN = f"""<html lang="ru"><head><link rel="https://api.w.org/" href="{SITE}/wp-json/">
<link rel="canonical" href="{SITE}/kettle/"></head><body class="single postid-9">
<h1 class="entry-title">Чайник — обзор</h1><ol class="comment-list">
<li class="comment even depth-1" id="comment-41"><article id="div-comment-41">
<b class="fn"><a class="url" href="https://inna.example">Инна &amp; Ко</a></b>
<time datetime="2026-05-16T13:00:00+03:00"></time>
<div class="comment-content"><p>Чайник течёт.</p>\n<p>Шумит <img src="/a.jpg"></p></div>
</article></li>
<li class="comment depth-1" id="comment-42"><img class="wprm-comment-rating" alt="5 stars">
<p>Вкусно</p></li></ol></body></html>"""


@pytest.mark.parametrize("url", ["", f"{SITE}/kettle/"])
def test_comments_that_a_page_shows_are_those_of_the_interface(url: str) -> None:
    found = parsed(SHOWN, url)
    (shown,), (told,) = found.reviews, parsed([row(parent=0)]).reviews
    assert (shown.review_id, shown.content_hash) == (told.review_id, told.content_hash)
    assert (shown.author.name, shown.author.profile_url) == (
        told.author.name, told.author.profile_url,
    )  # fmt: skip
    assert (shown.published_at, shown.thread_id, shown.extra, shown.media_count) == (
        told.published_at, told.thread_id, told.extra, told.media_count,
    )  # fmt: skip
    assert shown.url == told.url
    assert found.next_urls == (f"{LIST}&post=9",)
    assert sum(found.skipped.values()) == 1
    assert WORDPRESS.recognises(page(SHOWN, url)) == 0.5
