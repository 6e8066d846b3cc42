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


ITEM_PAGE = """<html op="item"><head><title>A kettle</title></head><table id="hnmain"><tr><td>
<table class="fatitem"><tr class='athing submission' id='50'><td class="title"></td>
<td class="title"><span class="titleline"><a href="https://shop.example/k">A kettle &amp; a leak</a>
<span class="sitebit comhead">(<a href="from?site=shop.example">shop.example</a>)</span></span></td>
</tr><tr><td colspan="2"></td><td class="subtext"><span class="subline">
<span class="score" id="score_50">11 points</span> by <a href="user?id=inna" class="hnuser">inna</a>
<span class="age" title="2026-03-05T10:00:00 1772704800"><a href="item?id=50">1 day ago</a></span>
| <a href="hide?id=50">hide</a> | <a href="item?id=50">3&nbsp;comments</a></span></td></tr>
<tr><td colspan="2"></td><td><div class="toptext">What I found<p>after a week</div></td></tr>
<tr><td></td><td><form action="comment"><textarea name="text"></textarea></form></td></tr></table>
<table class="comment-tree">{rows}</table>
<a href="item?id=50&amp;p=2" class="morelink" rel="next">More</a></td></tr></table></html>"""


def comment_row(
    native: str, words: str, depth: int = 0, links: str = "", name: str = "olga"
) -> str:
    return (
        f"<tr class='athing comtr' id='{native}'><td><table><tr><td class='ind' indent='{depth}'>"
        f"<img src='s.gif' width='{40 * depth}'></td><td class='default'><div>"
        f"<span class='comhead'><a href='user?id={name}' class='hnuser'>{name}</a> <span "
        f"class='age' title='2026-03-05T10:00:00 1772704800'><a href='item?id={native}'>1 day ago"
        f"</a></span><span class='navs'>{links}</span></span></div><br><div class='comment'>{words}"
        "</div></td></tr></table></td></tr>"
    )


def shown(*rows: str) -> ParsedPage:
    return HACKERNEWS.parse(page(ITEM_PAGE.replace("{rows}", "".join(rows)), ""))


def test_a_saved_page_of_a_story_gives_the_story_and_its_comments() -> None:
    reply = "<div class='reply'><p><font><u><a href='reply?id=51'>reply</a></u></font></div>"
    words = f"<div class='commtext c00'>It leaks.<p>&gt; never leaks<p>I <i>saw</i> it{reply}</div>"
    result = shown(
        comment_row("51", words), comment_row("52", "<span class='commtext'>Mine too</span>", 1),
        comment_row("53", "<span>Not mine</span>", 1, "| <a href='#51'>parent</a>"),
    )  # fmt: skip
    story, first, *below = result.reviews
    assert recognised(page(ITEM_PAGE, "")) is HACKERNEWS
    assert (story.title, story.text) == ("A kettle & a leak", "What I found\n\nafter a week")
    assert (story.author.name, story.published_at) == ("inna", MOMENT)
    assert story.votes
    assert story.votes.helpful == 11
    assert (first.text, first.parent_id) == ("It leaks.\n\nI saw it", "50")
    assert first.extra == {"topic": "A kettle & a leak", "quotes": 1}
    assert [(one.parent_id, one.thread_id) for one in below] == [("51", "50"), ("51", "50")]
    assert result.claimed_total == 4
    assert result.next_urls == (f"{SITE}/item?id=50&p=2",)


def test_what_is_deleted_or_flagged_on_a_page_is_nobodys_words() -> None:
    result = shown(
        comment_row("51", "[flagged]"), comment_row("52", "[deleted]", name=""),
        comment_row("53", "<div class='commtext'>Still here</div>"),
    )  # fmt: skip
    assert [one.text for one in result.reviews[1:]] == ["Still here"]
    assert result.skipped == {"dead": 1, "deleted": 1}


def test_a_list_of_comments_names_the_story_of_each() -> None:
    links = (
        "| <a href='item?id=60'>parent</a> | <a href='item?id=60#61'>context</a> "
        "<span class='onstory'>| on: <a href='item?id=60' title='A pan'>A pa...</a></span>"
    )
    row = comment_row("61", "<span class='commtext c00'>It sticks</span>", 0, links)
    result = HACKERNEWS.parse(page(f'<table id="hnmain">{row}</table>', f"{SITE}/newcomments"))
    (found,) = result.reviews
    assert (found.parent_id, found.thread_id) == ("60", "60")
    assert found.extra == {"topic": "A pan"}


def test_a_page_of_the_first_years_has_neither_classes_nor_stamps() -> None:
    body = """<table id=hnmain><tr><td><table><tr><td><a id=up_90></a></td><td class="title">
    <a href="http://shop.example/x">Old news</a><span class="comhead"> (shop.example)</span></td>
    </tr><tr><td></td><td class="subtext"><span id=score_90>5 points</span> by
    <a href="user?id=ann">ann</a> 3 hours ago | <a href="item?id=90">1 comment</a></td></tr></table>
    <table><tr><td><table><tr><td><img src="s.gif" height=1 width=0></td><td class="default">
    <span class="comhead"><a href="user?id=bob">bob</a> 2 hours ago |
    <a href="item?id=91">link</a></span><br><span class="comment"><font>First<p>Second</font></span>
    <p><font><u><a href="reply?id=91">reply</a></u></font></td></tr></table></td></tr></table>"""
    story, comment = HACKERNEWS.parse(page(body, "")).reviews
    assert (story.review_id, story.title) == ("hackernews:90", "Old news")
    assert (comment.review_id, comment.text) == ("hackernews:91", "First\n\nSecond")
    assert (comment.author.name, comment.parent_id) == ("bob", "90")
    assert comment.published_precision == "relative"


def test_a_front_page_gives_titles_and_no_jobs() -> None:
    body = """<table id="hnmain"><tr class="athing" id="70"><td class="title"><a class="storylink"
    href="item?id=70">Ask: which kettle?</a></td></tr><tr><td class="subtext"><span class="score"
    id="score_70">2 points</span> by <a class="hnuser" href="user?id=ann">ann</a></td></tr>
    <tr class="athing" id="71"><td class="title"><a class="storylink" href="https://work.example">
    We are hiring</a></td></tr><tr><td class="subtext"><span class="age">1 hour ago</span></td></tr>
    </table>"""
    result = HACKERNEWS.parse(page(body, f"{SITE}/news"))
    assert [one.title for one in result.reviews] == ["Ask: which kettle?"]
    assert "link" not in result.reviews[0].extra
    assert result.skipped == {"job advertisement": 1}


def test_numbers_of_a_list_lead_to_its_items() -> None:
    result = parsed([9, 8, True], "https://hacker-news.firebaseio.com/v0/newstories.json")
    assert result.next_urls == (f"{ITEMS}/9.json", f"{ITEMS}/8.json")
    assert not result.problems


def test_several_searches_in_one_answer_are_read_all() -> None:
    result = parsed({"results": [search(hit("7")), search(hit("8"))]}, "")
    assert [one.review_id for one in result.reviews] == ["hackernews:7", "hackernews:8"]


def test_an_account_and_what_changed_last_lead_to_items() -> None:
    base = "https://hacker-news.firebaseio.com/v0"
    account = parsed({"id": "inna", "karma": 5, "submitted": [9]}, f"{base}/user/inna.json")
    changed = parsed({"items": [8], "profiles": ["inna"]}, f"{base}/updates.json")
    assert account.next_urls == (f"{ITEMS}/9.json",)
    assert changed.next_urls == (f"{ITEMS}/8.json",)
    assert (account.problems, changed.problems) == ((), ())
