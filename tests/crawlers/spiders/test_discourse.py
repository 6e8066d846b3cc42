"""Discourse answers, constructed in the shapes of its API."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.discourse import DISCOURSE
from pipeline.errors import UsageError
from tests.crawlers.pages import page

FORUM = "https://forum.example"


def post(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": 100 + number, "post_number": number, "post_type": 1, "username": "inna",
        "name": "Инна", "cooked": f"<p>Сообщение {number}</p>",
        "created_at": "2024-03-05T10:00:00.000Z",
        "updated_at": "2024-03-06T10:00:00.000Z", "version": 1, "topic_id": 57,
        "topic_slug": "bank",
        "user_id": 5, "reply_to_post_number": None, "actions_summary": [{"id": 2, "count": 3}],
    } | fields  # fmt: skip


def topic(posts: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    stream = [one["id"] for one in posts]
    return {
        "post_stream": {"posts": posts, "stream": stream},
        "id": 57,
        "title": "Банк",
        "posts_count": 3,
    } | fields


def parsed(answer: object, url: str = f"{FORUM}/t/57.json") -> ParsedPage:
    body = answer if isinstance(answer, str) else json.dumps(answer)
    return DISCOURSE.parse(page(body, url))


def test_posts_of_a_topic_are_mentions_with_thread_and_parent() -> None:
    found = parsed(topic([post(1), post(2, reply_to_post_number=1)]))
    first, second = found.reviews
    assert (first.review_id, first.is_mention, first.rating) == (
        "discourse:forum.example:101",
        True,
        None,
    )
    assert (first.title, second.title, second.extra["topic"]) == ("Банк", "", "Банк")
    assert (second.thread_id, second.parent_id, second.extra["post_number"]) == ("57", "57/1", 2)
    assert second.url == f"{FORUM}/t/bank/57/2"
    assert (first.author.id, first.author.name, first.author.profile_url) == (
        "inna",
        "Инна",
        f"{FORUM}/u/inna",
    )
    assert first.published_at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert first.votes is not None
    assert (first.votes.helpful, found.claimed_total) == (3, 3)


def test_only_a_later_version_is_an_edit() -> None:
    found = parsed(topic([post(1), post(2, version=2)]))
    assert [one.edited_at for one in found.reviews] == [None, datetime(2024, 3, 6, 10, tzinfo=UTC)]


@pytest.mark.parametrize(
    "fields",
    [{"post_type": 3, "action_code": "closed.enabled"}, {"post_type": 2}, {"hidden": True},
     {"deleted_at": "2024-03-07T10:00:00Z"}, {"user_deleted": True}, {"user_id": -1},
     {"username": "system"}, {"cooked": ""}, {"cooked": "<p><img src='x.png'></p>"}],
)  # fmt: skip
def test_what_no_member_said_is_skipped_with_a_reason(fields: dict[str, Any]) -> None:
    found = parsed(topic([post(2, **fields)]))
    assert found.reviews == ()
    assert sum(found.skipped.values()) == 1


def test_quotes_and_previews_are_not_the_posts_own_words() -> None:
    cooked = """<aside class="quote"><blockquote>Чужие слова</blockquote></aside><p>Свои слова
    <img class="emoji" alt=":smile:"></p>
    <aside class="onebox"><article>Чужая страница</article></aside>
    <p>И ещё <img src="photo.jpg"></p>"""
    one = parsed(topic([post(1, cooked=cooked)])).reviews[0]
    assert one.text == "Свои слова :smile:\n\nИ ещё"
    assert (one.extra["quotes"], one.media_count) == (1, 1)


def test_posts_beyond_the_first_twenty_are_asked_for() -> None:
    answer = topic([post(n) for n in range(1, 21)])
    answer["post_stream"]["stream"] += list(range(500, 541))
    links = parsed(answer).next_urls
    assert len(links) == 3
    assert links[0].startswith(f"{FORUM}/t/57/posts.json?post_ids[]=500&post_ids[]=501&")
    assert links[2] == f"{FORUM}/t/57/posts.json?post_ids[]=540"


def test_further_posts_without_a_stream() -> None:
    found = parsed(
        {"post_stream": {"posts": [post(21)]}, "id": 57}, f"{FORUM}/t/57/posts.json?post_ids[]=121"
    )
    assert (len(found.reviews), found.next_urls, found.claimed_total) == (1, (), None)


def test_a_single_post() -> None:
    assert parsed(post(4), f"{FORUM}/posts/104.json").reviews[0].thread_id == "57"


def test_the_latest_posts_lead_to_those_before() -> None:
    found = parsed({"latest_posts": [post(9), post(4)]}, f"{FORUM}/posts.json")
    assert (len(found.reviews), found.next_urls) == (2, (f"{FORUM}/posts.json?before=104",))


def test_a_topic_list_leads_to_its_topics_and_further_lists() -> None:
    topics = {
        "topics": [{"id": 57, "slug": "bank"}, {"id": 58}],
        "more_topics_url": "/c/x/3?page=1",
    }
    found = parsed({"topic_list": topics}, f"{FORUM}/sub/latest.json")
    assert found.next_urls == (
        f"{FORUM}/sub/t/57.json", f"{FORUM}/sub/t/58.json", f"{FORUM}/c/x/3.json?page=1",
    )  # fmt: skip


def test_a_search_leads_to_the_posts_it_found() -> None:
    answer = {
        "posts": [{"id": 104, "blurb": "…"}],
        "topics": [],
        "grouped_search_result": {"more_full_page_results": True},
    }
    found = parsed(answer, f"{FORUM}/search.json?q=банк&page=1")
    assert found.reviews == ()
    assert found.next_urls[0] == f"{FORUM}/posts/104.json"
    assert found.next_urls[1].endswith("&page=2")


def test_the_search_of_old_forums() -> None:
    answer = [{"type": "topic", "results": [{"id": 1, "url": "/t/bank/57"}]}]
    assert parsed(answer, f"{FORUM}/search.json?q=x").next_urls == (f"{FORUM}/t/57.json",)


def test_links_need_the_pages_address() -> None:
    found = parsed({"topic_list": {"topics": [{"id": 57}]}}, "")
    assert found.next_urls == ()
    assert found.problems == ("further pages exist, but this page's address is unknown (--url)",)


@pytest.mark.parametrize(
    ("kind", "blocked"),
    [("not_logged_in", "login"), ("rate_limit", "rate_limited"), ("not_found", "not_found")],
)
def test_a_refusal_is_no_empty_page(kind: str, blocked: str) -> None:
    assert parsed({"errors": ["…"], "error_type": kind}).blocked == blocked


def test_the_page_itself_carries_the_json() -> None:
    store = html.escape(json.dumps({"topic_57": json.dumps(topic([post(1)]))}))
    body = (
        '<meta name="generator" content="Discourse 3.1">'
        f'<div id="data-preloaded" data-preloaded="{store}">'
    )
    assert parsed(body, f"{FORUM}/t/bank/57").reviews[0].review_id == "discourse:forum.example:101"


def test_the_view_for_crawlers() -> None:
    body = """<meta name="generator" content="Discourse 3.1 - https://discourse.org">
    <div itemscope itemtype="http://schema.org/DiscussionForumPosting">
    <h1 itemprop="headline">Банк</h1>
    <div itemprop="comment" itemscope itemtype="http://schema.org/Comment" id="post_2">
    <span itemprop="author" itemscope itemtype="http://schema.org/Person">
    <a itemprop="url" href="/u/inna"><span itemprop="name">inna</span></a></span>
    <time itemprop="datePublished" datetime="2024-03-05T10:00:00Z"></time>
    <span itemprop="position">2</span>
    <div class="post" itemprop="text"><p>Ответ</p></div></div></div>"""
    found = parsed(body, f"{FORUM}/t/bank/57")
    one = found.reviews[-1]
    assert (one.review_id, one.text, one.author.name) == (
        "discourse:forum.example:57/2",
        "Ответ",
        "inna",
    )
    assert found.next_urls == (f"{FORUM}/t/57.json",)


GENERATOR = '<meta name="generator" content="Discourse 3.3.0">'


def crawled(number: int, name: str, words: str, scope: str = "") -> str:
    return (
        f'<div id="post_{number}" {scope} class="topic-body crawler-post">'
        '<span class="creator" itemprop="author" itemscope itemtype="http://schema.org/Person">'
        f'<a itemprop="url" href="{FORUM}/u/{name}"><span itemprop="name">{name}</span></a></span>'
        '<span class="crawler-post-infos"><time datetime="2024-03-05T10:00:00Z" class="post-time">'
        '5 марта</time><meta itemprop="dateModified" content="2024-03-05T10:00:00Z">'
        f'<span itemprop="position">{number}</span></span>'
        f'<div class="post" itemprop="text"><p>{words}</p></div>'
        '<div itemprop="interactionStatistic" itemscope>'
        '<meta itemprop="interactionType" content="http://schema.org/LikeAction">'
        '<meta itemprop="userInteractionCount" content="4"><span class="post-likes"></span></div>'
        "</div>"
    )


COMMENT = 'itemprop="comment" itemscope itemtype="http://schema.org/Comment"'
ANSWER = 'itemprop="suggestedAnswer" itemscope itemtype="http://schema.org/Answer"'


@pytest.mark.parametrize("scope", [COMMENT, ANSWER, ""])
def test_questions_and_discussions_for_crawlers_are_read_alike(scope: str) -> None:
    around = "Question" if scope == ANSWER else "DiscussionForumPosting"
    body = (
        f'{GENERATOR}<div itemscope itemtype="http://schema.org/{around}">'
        f'<meta itemprop="headline" content="Банк">{crawled(1, "inna", "Вопрос")}'
        f"{crawled(2, 'egor', 'Ответ', scope)}</div>"
    )
    first, second = parsed(body, f"{FORUM}/t/bank/57").reviews
    assert (first.text, first.title, first.author.id) == ("Вопрос", "Банк", "inna")
    assert first.published_at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert (first.edited_at, first.votes and first.votes.helpful) == (None, 4)
    assert (second.text, second.extra) == ("Ответ", {"topic": "Банк", "post_number": 2})


def test_a_later_page_for_crawlers_invents_no_first_post() -> None:
    body = (
        f'{GENERATOR}<div itemscope itemtype="http://schema.org/DiscussionForumPosting">'
        f'<meta itemprop="headline" content="Банк">{crawled(21, "egor", "Ответ", COMMENT)}'
        f"{crawled(22, 'system', 'Закрыто', COMMENT)}</div>"
    )
    found = parsed(body, f"{FORUM}/t/bank/57?page=2")
    assert [one.review_id for one in found.reviews] == ["discourse:forum.example:57/21"]
    assert found.skipped == {"post of the system": 1}


def test_a_page_as_people_save_it_has_ids() -> None:
    body = f"""{GENERATOR}<h1><a class="fancy-title" href="/t/bank/57">Банк</a></h1>
    <div class="topic-post clearfix regular"><article id="post_2" data-post-id="102"
    data-topic-id="57" data-user-id="5"><div class="topic-body"><div class="names">
    <span class="first full-name"><a href="/u/inna" data-user-card="inna">Инна Б.</a></span>
    <span class="second username"><a href="/u/inna" data-user-card="inna">inna</a></span>
    <span class="user-title">Знаток</span></div><a class="post-date" href="/t/bank/57/2">
    <span class="relative-date" data-time="1709632800000">5 мар.</span></a>
    <div class="regular contents"><div class="cooked"><p>Не советую</p></div>
    <button class="like-count">3</button></div></div></article></div>"""
    found = parsed(body, f"{FORUM}/t/bank/57")
    (one,) = found.reviews
    assert (one.review_id, one.text) == ("discourse:forum.example:102", "Не советую")
    assert (one.author.id, one.author.name, one.author.role) == ("inna", "Инна Б.", "Знаток")
    assert one.published_at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert (one.votes and one.votes.helpful, found.problems) == (3, ())


@pytest.mark.parametrize(
    "answer",
    [[post(1)], {"post": post(1)}, {"posts": [post(1)]}, {"topic": topic([post(1)])}],
)
def test_posts_are_found_in_whatever_holds_them(answer: Any) -> None:
    assert DISCOURSE.recognises(page(json.dumps(answer))) > 0.8
    assert [one.text for one in parsed(answer).reviews] == ["Сообщение 1"]


def test_what_a_member_did_leads_to_their_posts() -> None:
    actions = [{"action_type": 5, "post_id": 102}, {"action_type": 1, "post_id": 103}]
    found = parsed({"user_actions": actions}, f"{FORUM}/user_actions.json?username=inna")
    assert found.next_urls == (f"{FORUM}/posts/102.json",)


@pytest.mark.parametrize(
    ("url", "start"),
    [
        (f"{FORUM}/t/some-bank/57/4", f"{FORUM}/t/57.json"),
        (f"{FORUM}/sub/t/57", f"{FORUM}/sub/t/57.json"),
        (FORUM, f"{FORUM}/latest.json"),
        (f"{FORUM}/c/cars/12?order=created", f"{FORUM}/c/cars/12.json?order=created"),
        (f"{FORUM}/search?q=bank", f"{FORUM}/search.json?q=bank"),
        (f"{FORUM}/latest.json", f"{FORUM}/latest.json"),
    ],
)
def test_addresses_for_people_lead_to_json(url: str, start: str) -> None:
    assert DISCOURSE.start_urls(url) == (start,)


def test_no_address_is_refused() -> None:
    with pytest.raises(UsageError):
        DISCOURSE.start_urls("forum")
