"""Answers of Reddit: small constructed ones of the shape that its interface gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.parsing.reddit_links import API, PUBLIC
from crawlers.parsing.reddit_reader import MAX_STUB_LINKS
from crawlers.recognition import recognised
from crawlers.spiders.reddit import REDDIT
from pipeline.errors import UsageError
from tests.crawlers.pages import page

THREAD = f"{PUBLIC}/comments/abc1.json?sort=new&limit=500&raw_json=1"
NEW = f"{PUBLIC}/r/kettles/new.json?limit=100&raw_json=1"


def listing(*children: Any, after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"modhash": "", "children": list(children), "after": after}}


def post(native: str = "abc1", **data: Any) -> dict[str, Any]:
    return {"kind": "t3", "data": {
        "id": native, "name": f"t3_{native}", "author": "inna_b",
        "title": "Kettle &amp; &lt;lid&gt; leaks",
        "selftext": "Bought it **yesterday**", "selftext_html": None, "is_self": True,
        "subreddit": "kettles", "score": 12, "upvote_ratio": 0.9, "num_comments": 3,
        "created_utc": 1772704800.0, "edited": False, "hide_score": False,
        "permalink": f"/r/kettles/comments/{native}/kettle/?ref=search", "link_flair_text": "Help",
    } | data}  # fmt: skip


def comment(native: str = "c1", *replies: Any, **data: Any) -> dict[str, Any]:
    return {"kind": "t1", "data": {
        "id": native, "name": f"t1_{native}", "author": "gleb", "body": "Mine too",
        "body_html": '<div class="md"><p>Mine too</p></div>', "parent_id": "t3_abc1",
        "link_id": "t3_abc1", "score": -4, "score_hidden": False, "subreddit": "kettles",
        "created_utc": 1772708400, "edited": 1772712000.0,
        "replies": listing(*replies) if replies else "",
    } | data}  # fmt: skip


def more(*children: str, parent: str = "t3_abc1", count: int | None = None) -> dict[str, Any]:
    number = len(children) if count is None else count
    return {"kind": "more", "data": {
        "id": children[0] if children else "_", "children": list(children), "count": number,
        "parent_id": parent,
    }}  # fmt: skip


def parsed(*value: Any, url: str = THREAD) -> ParsedPage:
    return REDDIT.parse(page(json.dumps(value[0] if len(value) == 1 else list(value)), url))


def test_a_thread_is_its_post_and_all_answers_below_each_other() -> None:
    deep = comment("c3", parent_id="t1_c2", score_hidden=True)
    tree = comment("c1", comment("c2", deep, parent_id="t1_c1"))
    found = parsed(listing(post()), listing(tree))
    assert [one.review_id for one in found.reviews] == [
        "reddit:t3_abc1", "reddit:t1_c1", "reddit:t1_c2", "reddit:t1_c3",
    ]  # fmt: skip
    assert [one.parent_id for one in found.reviews] == [None, "t3_abc1", "t1_c1", "t1_c2"]
    assert {one.thread_id for one in found.reviews} == {"t3_abc1"}
    assert {one.extra["topic"] for one in found.reviews} == {"Kettle & <lid> leaks"}
    assert all(one.is_mention and one.rating is None for one in found.reviews)
    assert found.claimed_total == 4
    assert found.next_urls == ()
    assert found.reviews[3].votes is None


def test_a_post_tells_everything_that_is_said_of_it() -> None:
    (found,) = parsed(listing(post(author_flair_text="Owner", distinguished="moderator"))).reviews
    assert (found.title, found.text) == ("Kettle & <lid> leaks", "Bought it yesterday")
    assert (found.author.id, found.author.name, found.author.role) == ("inna_b",) * 2 + (
        "moderator",
    )
    assert found.author.profile_url == "https://www.reddit.com/user/inna_b"
    assert found.url == "https://www.reddit.com/r/kettles/comments/abc1/kettle/"
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert found.edited_at is None
    assert found.votes
    assert (found.votes.helpful, found.votes.unhelpful) == (12, 0)
    assert found.extra["subreddit"] == "kettles"
    assert (found.extra["flair"], found.extra["author_flair"]) == ("Help", "Owner")
    assert (found.extra["upvote_ratio"], found.extra["comments"]) == (0.9, 3)


def test_a_comment_has_an_address_an_edit_and_votes_against_it() -> None:
    (found,) = parsed(listing(comment())).reviews
    assert found.url == "https://www.reddit.com/comments/abc1/_/c1/"
    assert found.edited_at == datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert found.votes
    assert (found.votes.helpful, found.votes.unhelpful) == (0, 4)


def test_words_of_others_are_left_out() -> None:
    markup = (
        '<div class="md"><blockquote><p>buy it</p></blockquote><p>No &amp; never</p>'
        "<pre><code>a\nb\n</code></pre></div>"
    )
    (said, escaped, plain) = parsed(
        listing(
            comment("c1", body_html=markup),
            comment("c2", body_html="&lt;p&gt;It &amp;amp; that&lt;/p&gt;"),
            comment(
                "c3", body_html=None, body="&gt; buy it\n\n[No](https://x.example/) \\_never\\_"
            ),
        )
    ).reviews
    assert (said.text, said.extra["quotes"]) == ("No & never\n\na\nb", 1)
    assert escaped.text == "It & that"
    assert (plain.text, plain.extra["quotes"]) == ("No _never_", 1)


def test_what_is_deleted_is_skipped_and_its_answers_are_not() -> None:
    answer = comment("c2", parent_id="t1_c1")
    found = parsed(
        listing(post(selftext="[removed]", removed_by_category="moderator")),
        listing(
            comment("c1", answer, author="[deleted]", body="[deleted]"),
            comment("c4", body="[ Removed by Reddit ]"),
            comment("c5", author="AutoModerator"),
            comment("c6", author="[deleted]"),
            comment("c7", body="> x", body_html="<blockquote>x</blockquote>"),
        ),
    )
    assert [one.review_id for one in found.reviews] == ["reddit:t1_c2", "reddit:t1_c6"]
    assert found.reviews[1].author.name is None
    assert found.skipped == {
        "removed by a moderator or by Reddit": 2, "deleted by its author": 1,
        "post of a moderation bot": 1, "only a quotation": 1,
    }  # fmt: skip


def test_hidden_comments_are_asked_for_by_id_and_deep_branches_by_their_parent() -> None:
    stubs = (more("d1", "d2"), more(parent="t1_c1", count=0), more("d3", parent="t1_c1"))
    found = parsed(listing(post()), listing(comment(), *stubs))
    ids, branch = found.next_urls
    assert ids.startswith(f"{PUBLIC}/api/morechildren.json?api_type=json&link_id=t3_abc1")
    assert "children=d1,d2,d3" in ids
    assert branch.startswith(f"{PUBLIC}/comments/abc1/_/c1.json?")
    assert found.claimed_total == 4
    assert len(found.reviews) == 2


def test_more_stubs_than_can_be_followed_are_told() -> None:
    many = [f"e{number}" for number in range(100 * MAX_STUB_LINKS + 1)]
    found = parsed(listing(post()), listing(more(*many)))
    assert len(found.next_urls) == MAX_STUB_LINKS
    assert found.problems == ("not all of 5001 hidden comments can be asked for",)


def test_hidden_comments_come_back_with_their_topic() -> None:
    address = parsed(listing(post()), listing(more("d1"))).next_urls[0]
    body = {"json": {"errors": [], "data": {"things": [comment("d1"), more("d9", count=4)]}}}
    found = parsed(body, url=address)
    (review,) = found.reviews
    assert (review.thread_id, review.extra["topic"]) == ("t3_abc1", "Kettle & <lid> leaks")
    assert "children=d9" in found.next_urls[0]
    assert "topic=" not in REDDIT.request(address, None).url
    assert "children=d1&" in REDDIT.request(address, None).url


def test_a_listing_leads_on_and_to_the_threads_with_answers() -> None:
    found = parsed(listing(post("p1"), post("p2", num_comments=0), after="t3_p2"), url=NEW)
    following, answers = found.next_urls
    assert following == f"{NEW}&after=t3_p2"
    thread = f"{PUBLIC}/comments/p1.json?sort=new&limit=500&raw_json=1"
    assert REDDIT.request(answers, None).url == thread
    assert found.claimed_total is None
    behind = parsed(listing(post("p1")), listing(comment(link_id="t3_p1")), url=answers)
    assert [one.review_id for one in behind.reviews] == ["reddit:t1_c1"]
    assert behind.reviews[0].extra["topic"] == "Kettle & <lid> leaks"
    assert behind.claimed_total is None
    assert REDDIT.start_urls("https://redd.it/p1") == (thread,)


def test_an_empty_list_is_an_answer_and_ends_the_paging() -> None:
    found = parsed(listing(after="t3_p2"), url=NEW)
    assert (found.reviews, found.next_urls, found.problems, found.blocked) == ((), (), (), None)


def test_a_branch_does_not_claim_the_whole_thread() -> None:
    assert parsed(listing(post()), listing(comment(parent_id="t1_c0"))).claimed_total is None
    addressed = f"{PUBLIC}/comments/abc1/_/c1.json?sort=new"
    assert parsed(listing(post()), listing(comment()), url=addressed).claimed_total is None


def test_links_and_pictures_are_posts_too() -> None:
    picture = post("p1", selftext="", is_self=False, url="https://i.example/a.png",
                   post_hint="image")  # fmt: skip
    album = post("p2", is_self=False, gallery_data={"items": [{}, {}]}, url="https://x.example/")
    advertisement = post("p3", promoted=True)
    found = parsed(listing(picture, album, advertisement), url=NEW)
    assert [one.media_count for one in found.reviews] == [1, 2]
    assert found.reviews[0].extra["link"] == "https://i.example/a.png"
    assert found.skipped == {"advertisement": 1}


def test_ill_things_cost_nobody_else() -> None:
    ill = (
        {"kind": "t1", "data": 5}, {"kind": "t1"}, 7, None, {"kind": "t5", "data": {}},
        {"kind": "more", "data": {"children": 3}}, comment(created_utc="soon", score="x"),
    )  # fmt: skip
    found = parsed(listing(*ill, comment("c9")))
    assert [one.review_id for one in found.reviews] == ["reddit:t1_c1", "reddit:t1_c9"]
    assert found.reviews[0].published_at is None
    assert found.skipped == {"post without words": 2, "neither post nor comment": 1}


def test_things_without_envelopes_are_read() -> None:
    bare = [post()["data"], comment()["data"]]
    assert len(parsed(bare, url="").reviews) == 2
    assert len(parsed({"data": bare}, url="").reviews) == 2


@pytest.mark.parametrize(
    ("body", "blocked"),
    [('{"message":"Forbidden","error":403,"reason":"private"}', "forbidden"),
     ('{"message":"Too Many Requests","error":429}', "rate_limited"),
     ('{"message":"Unauthorized","error":401}', "login"),
     ('{"message":"Not Found","error":404,"reason":"banned"}', "not_found"),
     ('{"error":"invalid_grant"}', "login"),
     ('{"json":{"errors":[["RATELIMIT","you are doing that too much","ratelimit"]]}}',
      "rate_limited"),
     ("<title>Blocked</title><h1>whoa there, pardner!</h1>", "forbidden")],
)  # fmt: skip
def test_refusals_are_no_empty_lists(body: str, blocked: str) -> None:
    found = REDDIT.parse(page(body, NEW))
    assert found.blocked == blocked
    assert found.problems


def test_being_sent_to_the_login_is_no_empty_list() -> None:
    assert REDDIT.parse(page("<html>", "https://www.reddit.com/login/?dest=x")).blocked == "login"


def test_an_answer_of_no_known_shape_says_so() -> None:
    found = parsed({"kind": "wikipage", "data": {"content_md": "x"}})
    assert found.blocked is None
    assert "no answer" in found.problems[0]


@pytest.mark.parametrize(
    ("url", "paths"),
    [("https://www.reddit.com/r/kettles/", ["/r/kettles/new", "/r/kettles/comments"]),
     ("https://old.reddit.com/r/kettles/top/?t=year", ["/r/kettles/top"]),
     ("https://www.reddit.com/r/a1+b2/.json", ["/r/a1+b2/new", "/r/a1+b2/comments"]),
     ("https://www.reddit.com/r/kettles/comments/abc1/kettle_leaks/", ["/comments/abc1"]),
     ("https://www.reddit.com/r/kettles/comments/abc1/x/c1/?context=3", ["/comments/abc1/_/c1"]),
     ("https://www.reddit.com/r/kettles/comments/abc1/comment/c1/", ["/comments/abc1/_/c1"]),
     ("https://redd.it/abc1", ["/comments/abc1"]),
     ("https://www.reddit.com/gallery/abc1", ["/comments/abc1"]),
     ("https://www.reddit.com/domain/kettle.example/", ["/domain/kettle.example/new"]),
     ("https://oauth.reddit.com/r/kettles/new?limit=5", ["/r/kettles/new"]),
     ("https://oauth.reddit.com/api/info?id=t1_c1", ["/api/info"])],
)  # fmt: skip
def test_pasted_addresses_become_lists(url: str, paths: list[str]) -> None:
    starts = REDDIT.start_urls(url)
    assert [one.partition("?")[0] for one in starts] == [f"{PUBLIC}{path}.json" for path in paths]
    keyed = REDDIT.api_urls(url)
    assert [one.partition("?")[0] for one in keyed] == [f"{API}{path}" for path in paths]
    assert all("raw_json=1" in one for one in starts + keyed)


def test_a_search_is_sorted_by_time_and_stays_where_it_was_made() -> None:
    (everywhere,) = REDDIT.start_urls("https://www.reddit.com/search/?q=white+kettle&sort=top")
    assert everywhere.startswith(f"{PUBLIC}/search.json?q=white+kettle&sort=new")
    assert "restrict_sr" not in everywhere
    (within,) = REDDIT.start_urls("https://www.reddit.com/r/kettles/search?q=lid&t=year")
    assert within.startswith(f"{PUBLIC}/r/kettles/search.json?q=lid")
    assert "restrict_sr=on&t=year" in within


def test_the_period_of_the_best_posts_is_kept() -> None:
    (found,) = REDDIT.start_urls("https://www.reddit.com/r/kettles/top/?t=year")
    assert "t=year" in found


@pytest.mark.parametrize(
    "url",
    ["https://www.reddit.com/user/inna_b", "https://www.reddit.com/r/kettles/s/AbC9",
     "https://i.redd.it/abc1.png", "https://kettles.example/r/kettles", "https://www.reddit.com/"],
)  # fmt: skip
def test_what_is_no_discussion_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="Reddit"):
        REDDIT.start_urls(url)


def test_the_token_goes_to_the_interface_alone() -> None:
    asked = REDDIT.request(f"{API}/r/kettles/new?limit=100", "secret")
    assert asked.headers == (("Authorization", "bearer secret"),)
    assert REDDIT.request(NEW, "secret").headers == ()
    found = parsed(listing(post(), post("p2"), after="t3_p2"), url=f"{API}/r/kettles/new?limit=2")
    assert all(one.startswith(f"{API}/") and ".json" not in one for one in found.next_urls)


OLD_POST = """<div class=" thing id-t3_abc1 self link" data-fullname="t3_abc1" data-author="ann"
data-subreddit="kettles" data-timestamp="1772704800000" data-domain="self.kettles" data-score="42"
data-permalink="/r/kettles/comments/abc1/which/" data-comments-count="7"><div class="entry">
<p class="title"><a class="title" href="/r/kettles/comments/abc1/which/">Which kettle?</a></p>
<p class="tagline">submitted <time datetime="2026-03-05T10:00:00+00:00">then</time></p>
<div class="usertext-body"><div class="md"><p>Mine leaks.</p><blockquote>its box</blockquote></div>
</div></div></div>"""


def old_comment(native: str, words: str, inside: str = "", who: str = "bob") -> str:
    return f"""<div class=" thing id-t1_{native} comment" data-fullname="t1_{native}"
    data-author="{who}" data-permalink="/r/kettles/comments/abc1/which/{native}/">
    <div class="entry"><p class="tagline"><a class="author submitter" href="/user/{who}">{who}</a>
    <span class="score dislikes" title="4">4 points</span><span class="score unvoted" title="5">5
    points</span> <time datetime="2026-03-05T10:00:00+00:00">then</time></p>
    <div class="usertext-body"><div class="md"><p>{words}</p></div></div></div>
    <div class="child"><div class="sitetable">{inside}</div></div></div>"""


def test_a_saved_page_of_the_old_site_nests_its_comments() -> None:
    stub = """<div class=" thing id-t1_c8 morechildren"><div class="entry"><a class="button"
    onclick="return morechildren(this, 't3_abc1', 'new', 'c8,c9', 'False')">more</a></div></div>"""
    inner = old_comment("c2", "[deleted]", who="") + old_comment("c3", "Steel") + stub
    body = (
        f'<html><div class="commentarea">{OLD_POST}{old_comment("c1", "Glass", inner)}</div></html>'
    )
    assert recognised(page(body, "")) is REDDIT
    result = REDDIT.parse(page(body, ""))
    first, second, third = result.reviews
    assert (first.title, first.text, first.extra["quotes"]) == ("Which kettle?", "Mine leaks.", 1)
    assert first.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert (second.text, second.parent_id, second.thread_id) == ("Glass", "t3_abc1", "t3_abc1")
    assert second.votes
    assert second.votes.helpful == 5
    assert (third.text, third.parent_id, third.author.name) == ("Steel", "t1_c1", "bob")
    assert result.skipped == {"deleted by its author": 1}
    assert result.claimed_total == 8
    assert "children=c8,c9" in result.next_urls[0]


def test_a_saved_page_of_the_new_site_is_read_by_its_elements() -> None:
    body = """<html><shreddit-post id="t3_abc1" author="ann" post-title="Which kettle?" score="42"
    permalink="/r/kettles/comments/abc1/which/" comment-count="3" post-type="text"
    created-timestamp="2026-03-05T10:00:00.000000+0000" subreddit-prefixed-name="r/kettles">
    <div slot="text-body"><div class="md" id="t3_abc1-post-rtjson-content"><p>Mine leaks.</p></div>
    </div></shreddit-post><shreddit-comment author="bob" thingId="t1_c1" score="-5" postId="t3_abc1"
    permalink="/r/kettles/comments/abc1/comment/c1/"><div slot="commentMeta"><faceplate-timeago
    ts="2026-03-05T10:00:00.000Z"></faceplate-timeago></div><div slot="comment"
    id="t1_c1-comment-rtjson-content"><p>Glass</p></div><shreddit-comment author="[deleted]"
    thingId="t1_c2" parentId="t1_c1"><div slot="comment"><p>Comment removed by moderator</p></div>
    </shreddit-comment><shreddit-comment author="cy" thingId="t1_c3" postId="t3_abc1">
    <div slot="comment"><p>Steel</p></div></shreddit-comment></shreddit-comment></html>"""
    assert recognised(page(body, "")) is REDDIT
    result = REDDIT.parse(page(body, ""))
    first, second, third = result.reviews
    assert (first.title, first.text, first.extra["subreddit"]) == (
        "Which kettle?", "Mine leaks.", "kettles",
    )  # fmt: skip
    assert (second.text, second.parent_id) == ("Glass", "t3_abc1")
    assert second.votes
    assert second.votes.unhelpful == 5
    assert (third.text, third.parent_id) == ("Steel", "t1_c1")
    assert result.skipped == {"removed by a moderator or by Reddit": 1}
    assert result.claimed_total == 4


def test_a_page_between_the_two_keeps_its_things_for_its_scripts() -> None:
    document = [{"e": "par", "c": [{"e": "text", "t": "Mine "}, {"e": "link", "t": "leaks"}]}]
    state = {
        "posts": {"models": {"t3_abc1": {
            "id": "t3_abc1", "author": "ann", "title": "Which kettle?", "created": 1772704800000,
            "score": 42, "numComments": 1, "permalink": f"{PUBLIC}/r/kettles/comments/abc1/which/",
            "media": {"type": "rtjson", "richtextContent": {"document": document}},
        }}},
        "features": {"comments": {"models": {"t1_c1": {
            "id": "t1_c1", "author": "bob", "bodyMD": "Buy **glass**", "created": 1772704800,
            "parentId": None, "postId": "t3_abc1", "score": 5,
        }}}},
    }  # fmt: skip
    body = f'<html><script id="data">window.___r = {json.dumps(state)};</script></html>'
    first, second = REDDIT.parse(page(body, "")).reviews
    assert (first.title, first.text, first.author.name) == ("Which kettle?", "Mine leaks", "ann")
    assert (second.text, second.parent_id) == ("Buy glass", "t3_abc1")
    assert second.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)


def comment_of_2019(native: str, head: str, words: str = "") -> str:
    return (
        f'<div class="Comment t1_{native} d6o18y-3"><div><span class="h5svje-0">level 1</span>'
        f'{head}<a id="CommentTopMeta--Created--t1_{native}" rel="nofollow" '
        f'href="https://www.reddit.com/r/mining/comments/abc1/pumps/{native}/">'
        f"<span>2 days ago</span></a></div>{words}</div>"
    )


def test_a_page_of_2019_has_its_comments_and_says_which_are_gone() -> None:
    by_ann = '<a href="https://www.reddit.com/user/ann">ann</a><span>{} points</span>'
    words = '<div data-test-id="comment"><p>The pump {}</p><span>99 points</span></div>'
    body = (
        '<html><head><link rel="canonical" href="https://www.reddit.com/r/mining/comments/abc1/'
        'pumps/"></head><body><div class="Post t3_abc1" id="t3_abc1"><a href="/user/eve">u/eve</a>'
        '<a id="PostTopMeta--Created--false--t3_abc1" href="/r/mining/comments/abc1/pumps/">'
        "3 days ago</a><h2>Which pump?</h2>"
        '<div data-click-id="text"><p>Mine leaks.</p></div></div>'
        + comment_of_2019("c1", by_ann.format("-12"), words.format("holds."))
        + comment_of_2019("c2", by_ann.format("1.2k"), words.format("roars."))
        + comment_of_2019("c3", "<span>Comment removed by moderator</span>")
        + "</body></html>"
    )
    found = REDDIT.parse(page(body, url="https://www.reddit.com/r/mining/comments/abc1/pumps/"))
    post, first, second = found.reviews
    assert (post.author.name, post.title, post.text) == ("eve", "Which pump?", "Mine leaks.")
    assert post.published_raw == "3 days ago"
    assert (first.author.name, first.published_raw) == ("ann", "2 days ago")
    assert first.text.startswith("The pump holds.")
    assert first.votes is not None
    assert first.votes.unhelpful == 12
    assert second.votes is None
    assert found.skipped == {"removed by a moderator or by Reddit": 1}


def test_a_feed_of_the_site_says_no_more_than_its_authors() -> None:
    body = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">
    <link rel="self" href="https://www.reddit.com/r/kettles/.rss"/><title>Kettles</title>
    <entry><author><name>/u/ann</name></author><content type="html">&lt;div class="md"&gt;&lt;p&gt;
    Mine leaks.&lt;/p&gt;&lt;/div&gt; submitted by /u/ann</content><id>t3_abc1</id>
    <link href="https://www.reddit.com/r/kettles/comments/abc1/which/"/>
    <published>2026-03-05T10:00:00+00:00</published><title>Which kettle?</title></entry>
    <entry><author><name>/u/bob</name></author><content type="html">&lt;div class="md"&gt;Glass
    &lt;/div&gt;</content><id>t1_c1</id><updated>2026-03-05T10:00:00+00:00</updated>
    <link href="https://www.reddit.com/r/kettles/comments/abc1/which/c1/"/>
    <title>/u/bob on Which kettle?</title></entry></feed>"""
    assert recognised(page(body, "")) is REDDIT
    first, second = REDDIT.parse(page(body, "")).reviews
    assert (first.title, first.text, first.author.name) == ("Which kettle?", "Mine leaks.", "ann")
    assert (second.title, second.text, second.author.name) == ("", "Glass", "bob")
    assert (second.thread_id, second.extra["topic"]) == ("t3_abc1", "Which kettle?")


def test_lines_of_an_archive_are_no_thread() -> None:
    lines = [post()["data"], comment(replies="")["data"]]
    body = "\n".join(json.dumps(line) for line in lines)
    assert recognised(page(body, "")) is REDDIT
    result = REDDIT.parse(page(body, ""))
    assert [one.review_id for one in result.reviews] == ["reddit:t3_abc1", "reddit:t1_c1"]
    assert result.claimed_total is None


def test_results_of_a_search_on_the_old_site_are_posts() -> None:
    body = """<html><div class=" search-result search-result-link has-thumbnail"
    data-fullname="t3_abc1"><header class="search-result-header"><a class="search-title may-blank"
    href="https://old.reddit.com/r/kettles/comments/abc1/which/">Which kettle?</a></header>
    <div class="search-result-meta"><span class="search-score">1,042 points</span> <a
    class="search-comments" href="/r/kettles/comments/abc1/">7 comments</a><span
    class="search-time"><time datetime="2026-03-05T10:00:00+00:00">then</time></span>
    <span class="search-author">by <a
    class="author" href="/user/ann">ann</a></span> to <a class="search-subreddit-link"
    href="/r/kettles">r/kettles</a></div><div class="search-result-body"><div class="md">
    <p>Mine leaks.</p></div></div></div></html>"""
    result = REDDIT.parse(page(body, "https://old.reddit.com/search?q=kettle"))
    (found,) = result.reviews
    assert (found.title, found.text, found.author.name) == ("Which kettle?", "Mine leaks.", "ann")
    assert found.votes
    assert (found.votes.helpful, found.extra["comments"]) == (1_042, 7)
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert "/comments/abc1" in result.next_urls[0]


def test_comments_that_a_collector_keeps_inside_of_a_post_are_read() -> None:
    said = {"id": "c1", "body": "Steel", "author": "bob", "created_utc": 1772704800}
    result = parsed(post()["data"] | {"comments": [said]}, url="")
    first, second = result.reviews
    assert (first.review_id, second.review_id) == ("reddit:t3_abc1", "reddit:t1_c1")
    assert (second.text, second.thread_id) == ("Steel", "t3_abc1")


def test_words_of_a_collector_are_those_of_reddit() -> None:
    address = f"{PUBLIC}/r/kettles/comments/abc1/which/"
    both = {"createdAt": "2026-03-05T10:00:00.000Z", "communityName": "r/kettles", "upVotes": 5}
    rows = [
        both | {"id": "t3_abc1", "parsedId": "abc1", "dataType": "post", "url": address,
                "username": "ann", "title": "Which kettle?", "body": "Mine leaks"},
        both | {"id": "t1_c1", "parsedId": "c1", "dataType": "comment", "url": f"{address}c1/",
                "username": "bob", "body": "Steel", "parentId": "t3_abc1"},
        both | {"id": "t2_u", "parsedId": "u", "dataType": "user", "username": "bob"},
    ]  # fmt: skip
    assert recognised(page(json.dumps(rows), "")) is REDDIT
    first, second = parsed(rows, url="").reviews
    assert (first.title, first.text, first.url) == ("Which kettle?", "Mine leaks", address)
    assert (second.text, second.parent_id, second.thread_id) == ("Steel", "t3_abc1", "t3_abc1")
    assert second.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
