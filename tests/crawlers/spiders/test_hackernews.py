"""Answers of both interfaces to Hacker News: small constructed ones of their documented shapes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.parsing.hackernews_addresses import ITEMS, SEARCH, SITE
from crawlers.recognition import recognised
from crawlers.spiders.hackernews import HACKERNEWS
from pipeline.errors import UsageError
from tests.crawlers.pages import page

WORDS = f"{SEARCH}/search_by_date?query=kettle&tags=%28story%2Ccomment%29&hitsPerPage=100"
TREE = f"{SEARCH}/items/5"
MOMENT = datetime(2026, 3, 5, 10, tzinfo=UTC)
STAMP = 1772704800


def hit(native: str = "7", **more: Any) -> dict[str, Any]:
    return {
        "objectID": native, "author": "inna", "created_at": "2026-03-05T10:00:00Z",
        "created_at_i": STAMP, "comment_text": "It leaks.<p>I&#x27;d avoid &lt;it&gt;", "points": 3,
        "story_id": 5, "parent_id": 6, "story_title": "A kettle &amp; a leak", "story_text": None,
        "title": None, "url": None, "num_comments": None, "_tags": ["comment", "author_inna"],
    } | more  # fmt: skip


def story(native: str = "5", **more: Any) -> dict[str, Any]:
    return hit(
        native, comment_text=None, story_id=None, parent_id=None, story_title=None,
        title="A kettle & a leak", url="https://shop.example/kettle", _tags=["story"],
    ) | more  # fmt: skip


def parsed(answer: Any, url: str = WORDS) -> ParsedPage:
    return HACKERNEWS.parse(page(json.dumps(answer), url))


def search(*hits: Any, **more: Any) -> dict[str, Any]:
    return {"hits": list(hits), "page": 0, "nbPages": 1, "nbHits": len(hits),
            "hitsPerPage": 100} | more  # fmt: skip


def test_a_comment_is_a_mention_with_everything_said_of_it() -> None:
    result = parsed(search(hit(), nbHits=40))
    (found,) = result.reviews
    assert (found.review_id, found.is_mention) == ("hackernews:7", True)
    assert found.text == "It leaks.\n\nI'd avoid <it>"
    assert (found.title, found.extra) == ("", {"topic": "A kettle & a leak"})
    assert (found.author.name, found.author.profile_url) == ("inna", f"{SITE}/user?id=inna")
    assert (found.thread_id, found.parent_id, found.rating) == ("5", "6", None)
    assert found.votes
    assert found.votes.helpful == 3
    assert (found.published_at, found.url) == (MOMENT, f"{SITE}/item?id=7")
    assert result.claimed_total == 40


def test_a_story_has_a_title_a_link_and_a_discussion() -> None:
    result = parsed(search(story(num_comments=2, story_text="Ask me")))
    (found,) = result.reviews
    assert (found.title, found.text) == ("A kettle & a leak", "Ask me")
    assert (found.thread_id, found.parent_id) == ("5", None)
    assert found.extra == {"link": "https://shop.example/kettle", "comments": 2}
    assert result.next_urls == (TREE,)
    person = f"{SEARCH}/search_by_date?tags=story%2Cauthor_inna&hitsPerPage=100"
    assert parsed(search(story(num_comments=2)), person).next_urls == ()


def test_words_of_the_one_who_is_answered_are_left_out() -> None:
    (found,) = parsed(search(hit(comment_text="&gt; It leaks<p>Mine does not"))).reviews
    assert (found.text, found.extra["quotes"]) == ("Mine does not", 1)
    (found,) = parsed(search(hit(comment_text="&gt; It leaks"))).reviews
    assert found.text == "> It leaks"
    (found,) = parsed(search(hit(comment_text="&gt;50% leak<p>Really"))).reviews
    assert found.text == ">50% leak\n\nReally"


def test_listings_of_programs_keep_their_lines() -> None:
    code = "So:<p><pre><code>  a = 1\n  b = 2\n</code></pre>"
    assert parsed(search(hit(comment_text=code))).reviews[0].text == "So:\n\na = 1\nb = 2"


def test_a_search_goes_on_by_pages_then_by_date_until_all_is_read() -> None:
    more = {"nbPages": 2, "hitsPerPage": 1, "nbHits": 5}
    (second,) = parsed(search(hit(), **more)).next_urls
    assert second == f"{WORDS}&page=1"
    (older,) = parsed(search(hit("8"), **more, page=1), second).next_urls
    assert older == f"{WORDS}&numericFilters=created_at_i%3C%3D{STAMP}"
    part = parsed(search(hit("9", created_at_i=STAMP - 60), nbHits=3, hitsPerPage=1), older)
    assert part.next_urls == (older.replace(str(STAMP), str(STAMP - 60)),)
    assert part.claimed_total is None
    assert parsed(search(hit("9"), nbHits=3, hitsPerPage=1), older).next_urls == ()
    assert parsed(search(hit("10")), older).next_urls == ()


def test_a_guessed_number_of_hits_is_no_claim() -> None:
    assert parsed(search(hit(), exhaustiveNbHits=False)).claimed_total is None


def test_a_tree_is_read_in_the_order_of_the_page_however_deep() -> None:
    deep: dict[str, Any] = {"id": 90, "author": "oleg", "text": "90", "parent_id": 89}
    for number in range(89, 9, -1):
        deep = {"id": number, "author": "oleg", "text": str(number), "parent_id": number - 1,
                "children": [deep]}  # fmt: skip
    gone: dict[str, Any] = {"id": 91, "author": None, "text": None, "parent_id": 5, "children": []}
    last = {
        "id": 92,
        "author": "inna",
        "text": "Late",
        "parent_id": 5,
        "children": [],
        "points": None,
    }
    root = {"id": 5, "type": "story", "author": "inna", "title": "A kettle", "created_at_i": STAMP,
            "parent_id": None, "children": [deep, gone, last]}  # fmt: skip
    found = parsed(root, TREE)
    assert [one.review_id for one in found.reviews][:2] == ["hackernews:5", "hackernews:10"]
    assert (found.reviews[-1].text, found.reviews[-1].votes) == ("Late", None)
    assert len(found.reviews) == 83
    assert {one.thread_id for one in found.reviews} == {"5"}
    assert {one.extra.get("topic") for one in found.reviews[1:]} == {"A kettle"}
    assert found.skipped == {"deleted": 1}


def test_the_official_interface_gives_an_item_and_the_way_to_its_answers() -> None:
    item = {
        "by": "inna", "descendants": 2, "id": 5, "kids": [6, "x", 8], "score": 4, "time": STAMP,
        "title": "A kettle", "type": "story", "url": "https://shop.example/",
    }  # fmt: skip
    found = parsed(item, f"{ITEMS}/5.json")
    assert found.next_urls == (f"{ITEMS}/6.json", f"{ITEMS}/8.json")
    assert (found.claimed_total, found.reviews[0].published_at) == (3, MOMENT)
    answer = {"by": "oleg", "id": 6, "parent": 5, "text": "No", "time": STAMP, "type": "comment"}
    (comment,) = parsed(answer, f"{ITEMS}/6.json").reviews
    assert (comment.parent_id, comment.thread_id, comment.title) == ("5", "5", "")


def test_what_is_no_opinion_is_told() -> None:
    found = parsed(
        search(
            hit("1", _tags=["job"]), {"objectID": "2"}, {"id": 3, "deleted": True},
            {"id": 4, "dead": True, "by": "x", "text": "x"}, hit("6", comment_text=""),
        )
    )  # fmt: skip
    assert found.reviews == ()
    assert found.skipped == {
        "job advertisement": 1, "deleted": 2, "dead": 1, "item without words": 1,
    }  # fmt: skip


def test_ill_items_cost_nobody_else() -> None:
    found = parsed(search(7, {"author": "x"}, hit()))
    assert [one.review_id for one in found.reviews] == ["hackernews:7"]
    assert found.problems == (
        "1 hits dropped, they are no objects", "item 1: dropped, it has no number",
    )  # fmt: skip


def test_saved_items_may_stand_one_a_line_or_in_a_documentation() -> None:
    comment = {"by": "oleg", "id": 6, "parent": 5, "text": "No", "time": STAMP, "type": "comment"}
    other = json.dumps(comment | {"id": 8})
    lines = page(f"{json.dumps(comment)}\n{other}\n", "")
    told = page(
        f"# https://hacker-news.firebaseio.com/v0/\n\n```json\n{other}\n```\n\n"
        '```json\n[1, ..., 2]\n```\n```json\n{"id": "oleg", "karma": 3}\n```\n',
        "",
    )
    assert [one.review_id for one in HACKERNEWS.parse(lines).reviews] == [
        "hackernews:6", "hackernews:8",
    ]  # fmt: skip
    assert [one.review_id for one in HACKERNEWS.parse(told).reviews] == ["hackernews:8"]
    assert recognised(lines) is recognised(told) is HACKERNEWS


def test_an_empty_search_is_an_answer_and_a_missing_item_is_none() -> None:
    assert parsed(search()) == ParsedPage(claimed_total=0)
    assert HACKERNEWS.parse(page("null", f"{ITEMS}/5.json")).blocked == "not_found"
    assert parsed({"status": 404, "error": "Not Found"}, TREE).blocked == "not_found"
    assert parsed({"message": "Rate limit exceeded"}).blocked == "rate_limited"
    assert parsed({"message": "Invalid Application-ID"}).blocked == "forbidden"
    assert "no answer" in parsed({"hello": 1}).problems[0]


@pytest.mark.parametrize("answer", [search(hit()), search(story())])
def test_saved_answers_are_recognised_without_an_address(answer: Any) -> None:
    assert recognised(page(json.dumps(answer), "")) is HACKERNEWS


@pytest.mark.parametrize(
    ("url", "start"),
    [
        (f"{SITE}/item?id=5", TREE),
        ("https://hn.algolia.com/api/v1/items/5", TREE),
        ("https://hn.algolia.com/?dateRange=all&query=kettle&sort=byPopularity&type=all", WORDS),
        ("https://hn.algolia.com/?q=kettle", WORDS),
        (f"{SEARCH}/search?query=kettle&tags=comment&page=3",
         f"{SEARCH}/search_by_date?hitsPerPage=100&query=kettle&tags=comment"),
        (f"{SITE}/threads?id=inna",
         f"{SEARCH}/search_by_date?tags=comment%2Cauthor_inna&hitsPerPage=100"),
        (f"{SITE}/from?site=shop.example",
         f"{SEARCH}/search_by_date?query=shop.example&tags=story&hitsPerPage=100"
         "&restrictSearchableAttributes=url"),
        (f"{ITEMS}/5.json?print=pretty", f"{ITEMS}/5.json"),
    ],
)  # fmt: skip
def test_addresses_people_paste(url: str, start: str) -> None:
    assert HACKERNEWS.start_urls(url) == (start,)


@pytest.mark.parametrize("url", [f"{SITE}/newest", f"{SITE}/item?id=x", "https://shop.example/"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="names nothing of Hacker News"):
        HACKERNEWS.start_urls(url)
