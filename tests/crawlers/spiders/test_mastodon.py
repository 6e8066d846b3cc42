"""Answers of Mastodon's interface: small constructed ones of its documented shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.recognition import recognised
from crawlers.spiders.mastodon import MASTODON
from pipeline.errors import UsageError
from tests.crawlers.pages import page

HERE = "https://social.example"
TAG = f"{HERE}/api/v1/timelines/tag/kettle?limit=40"
OWN = f"{HERE}/api/v1/accounts/7/statuses?limit=40&exclude_reblogs=true"
ACCOUNT = {
    "id": "7", "username": "inna", "acct": "inna", "display_name": "Инна", "bot": False,
    "url": f"{HERE}/@inna", "avatar": f"{HERE}/avatars/original/missing.png", "statuses_count": 9,
}  # fmt: skip
CONTENT = (
    '<p>Чайник <a href="https://shop.example/kettle"><span class="invisible">https://</span>'
    '<span class="ellipsis">shop.example/k</span><span class="invisible">ettle</span></a> течёт'
    "</p><p>&lt;Жаль&gt;</p>"
)


def post(native: str = "31", **more: Any) -> dict[str, Any]:
    return {
        "id": native, "uri": f"{HERE}/users/inna/statuses/{native}", "content": CONTENT,
        "url": f"{HERE}/@inna/{native}", "created_at": "2026-03-05T10:00:00.000Z",
        "edited_at": "2026-03-06T10:00:00.000Z", "in_reply_to_id": None, "spoiler_text": "",
        "visibility": "public", "language": "ru", "account": ACCOUNT, "reblog": None,
        "replies_count": 0, "reblogs_count": 4, "favourites_count": 3,
        "media_attachments": [{"type": "image"}], "tags": [{"name": "kettle"}],
    } | more  # fmt: skip


def parsed(answer: Any, url: str = TAG) -> ParsedPage:
    return MASTODON.parse(page(json.dumps(answer), url))


def test_a_post_is_a_mention_with_everything_said_of_it() -> None:
    (found,) = parsed([post(spoiler_text="О чайниках")]).reviews
    assert found.review_id == f"mastodon:{HERE}/users/inna/statuses/31"
    assert found.text == "Чайник https://shop.example/kettle течёт\n\n<Жаль>"
    assert (found.title, found.language, found.is_mention) == ("О чайниках", "ru", True)
    assert (found.author.name, found.author.id) == ("Инна", "inna@social.example")
    assert (found.author.profile_url, found.author.has_picture) == (f"{HERE}/@inna", False)
    assert (found.thread_id, found.parent_id, found.rating) == ("31", None, None)
    assert found.votes
    assert found.votes.helpful == 3
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert found.edited_at == datetime(2026, 3, 6, 10, tzinfo=UTC)
    assert (found.media_count, found.url) == (1, f"{HERE}/@inna/31")
    assert found.extra == {"boosts": 4, "tags": ["kettle"]}


def test_a_member_of_another_instance_keeps_the_whole_handle() -> None:
    account = ACCOUNT | {"acct": "oleg@far.example", "display_name": "", "username": "oleg"}
    (found,) = parsed([post(account=account)]).reviews
    assert (found.author.id, found.author.name) == ("oleg@far.example", "oleg")


def test_a_boost_gives_the_boosted_post_once() -> None:
    boost = post("90", content="", reblog=post("31"), account={"acct": "oleg"})
    found = parsed([boost, post("32"), post("31")])
    assert [one.url for one in found.reviews] == [f"{HERE}/@inna/31", f"{HERE}/@inna/32"]
    assert found.skipped == {"boost of a post that is there itself": 1}


def test_words_of_others_are_left_out() -> None:
    quoting = '<p class="quote-inline">RE: <a href="#">link</a></p><p>Верно</p>'
    (found,) = parsed([post(content=quoting)]).reviews
    assert (found.text, found.extra["quotes"]) == ("Верно", 1)


def test_a_thread_is_known_by_the_post_it_begins_with() -> None:
    answer = {
        "ancestors": [post("20")],
        "descendants": [post("32", in_reply_to_id="31"), post("33", in_reply_to_id="32")],
    }
    found = parsed(answer, f"{HERE}/api/v1/statuses/31/context?topic=Inna").reviews
    assert [one.parent_id for one in found] == [None, "31", "32"]
    assert [one.thread_id for one in found] == ["20", "31", "31"]
    assert [one.extra.get("topic") for one in found] == [None, "Inna", "Inna"]


def test_posts_that_answer_each_other_in_a_circle_end_somewhere() -> None:
    circle = [post("31", in_reply_to_id="32"), post("32", in_reply_to_id="31")]
    assert len({one.thread_id for one in parsed(circle).reviews}) == 1


def test_answers_have_the_beginning_of_their_thread_as_their_topic() -> None:
    answer = {"ancestors": [post("20", content="<p>Сломался чайник</p>")],
              "descendants": [post("32", in_reply_to_id="20")]}  # fmt: skip
    topics = [one.extra.get("topic") for one in parsed(answer).reviews]
    assert topics == [None, "Инна @inna@social.example: Сломался чайник"]


def test_a_list_goes_on_below_its_last_post_until_a_page_is_empty() -> None:
    boost = post("90", reblog=post("31"))
    assert parsed([post("99"), boost]).next_urls == (f"{TAG}&max_id=90",)
    assert parsed([post("90")], f"{TAG}&max_id=90").next_urls == ()
    empty = parsed([])
    assert (empty.reviews, empty.next_urls, empty.problems) == ((), (), ())


def test_replies_to_an_account_are_read_and_those_below_a_tag_are_not() -> None:
    found = parsed([post("31", replies_count=2), post("32", in_reply_to_id="31")], OWN)
    following, thread = found.next_urls
    assert following == f"{OWN}&max_id=32"
    assert thread.startswith(f"{HERE}/api/v1/statuses/31/context?topic=%D0%98%D0%BD%D0%BD%D0%B0")
    assert MASTODON.request(thread, None).url == f"{HERE}/api/v1/statuses/31/context"
    assert parsed([post("31", replies_count=2)]).next_urls == (f"{TAG}&max_id=31",)


def test_a_post_leads_to_what_is_said_around_it() -> None:
    own = f"{HERE}/api/v1/statuses/31"
    (link,) = parsed(post("31", in_reply_to_id="20"), own).next_urls
    assert link.startswith(f"{own}/context?topic=")
    assert parsed(post("31"), own).next_urls == ()


def test_an_account_leads_to_its_posts() -> None:
    found = parsed(ACCOUNT, f"{HERE}/api/v1/accounts/lookup?acct=inna")
    assert (found.next_urls, found.problems) == ((OWN,), ())


def test_a_search_counts_its_pages() -> None:
    url = f"{HERE}/api/v2/search?q=kettle&type=statuses&limit=40"
    answer = {"accounts": [ACCOUNT], "statuses": [post()], "hashtags": []}
    found = parsed(answer, url)
    assert found.next_urls == (f"{url}&offset=1",)
    assert found.skipped == {"account": 1}
    assert (
        "without a key" in parsed({"accounts": [], "statuses": [], "hashtags": []}, url).problems[0]
    )


def test_ill_closed_and_wordless_posts_cost_nobody_else() -> None:
    found = parsed([7, post("1", visibility="direct"), post("2", content=""), post("4")])
    assert [one.url for one in found.reviews] == [f"{HERE}/@inna/4"]
    assert found.skipped == {"post that is not for everybody": 1, "post without words": 1}
    assert found.problems == ("post 1: dropped, it is no post with an id",)


@pytest.mark.parametrize(
    ("said", "blocked"),
    [
        ("The access token is invalid", "login"),
        ("This method requires an authenticated user", "login"),
        ("Too many requests", "rate_limited"),
        ("Record not found", "not_found"),
        ("This action is not allowed", "forbidden"),
    ],
)
def test_refusals_have_names(said: str, blocked: str) -> None:
    found = parsed({"error": said})
    assert found.blocked == blocked
    assert said in found.problems[0]


def test_what_is_no_answer_of_an_instance_says_so() -> None:
    assert "no answer" in parsed({"hello": 1}).problems[0]
    assert "no answer" in MASTODON.parse(page("<p>welcome</p>", HERE)).problems[0]


@pytest.mark.parametrize(
    "answer",
    [[post()], {"accounts": [], "statuses": [], "hashtags": []}, ACCOUNT,
     {"ancestors": [], "descendants": []}],
)  # fmt: skip
def test_saved_answers_are_recognised_without_an_address(answer: Any) -> None:
    assert recognised(page(json.dumps(answer), "")) is MASTODON


def test_an_empty_list_is_recognised_by_its_address() -> None:
    assert recognised(page("[]", TAG)) is MASTODON
    assert MASTODON.recognises(page("[]", HERE)) == 0.0


@pytest.mark.parametrize(
    ("url", "starts"),
    [
        (f"{HERE}/tags/kettle", (TAG,)),
        (f"{HERE}/tags/%D1%87%D0%B0%D0%B9",
         (f"{HERE}/api/v1/timelines/tag/%D1%87%D0%B0%D0%B9?limit=40",)),
        (f"{HERE}/@inna/media", (f"{HERE}/api/v1/accounts/lookup?acct=inna",)),
        (f"{HERE}/web/@inna", (f"{HERE}/api/v1/accounts/lookup?acct=inna",)),
        (f"{HERE}/@oleg@far.example/with_replies",
         (f"{HERE}/api/v1/accounts/lookup?acct=oleg%40far.example",)),
        (f"{HERE}/@inna/31", (f"{HERE}/api/v1/statuses/31",)),
        (f"{HERE}/search?q=kettle",
         (f"{HERE}/api/v2/search?q=kettle&type=statuses&limit=40",)),
        (f"{TAG}&access_token=secret", (TAG,)),
    ],
)  # fmt: skip
def test_addresses_people_paste(url: str, starts: tuple[str, ...]) -> None:
    assert MASTODON.start_urls(url) == starts
    assert MASTODON.api_urls(url) == starts


def test_an_address_that_shows_no_posts_is_refused() -> None:
    with pytest.raises(UsageError, match="no tag, account or post"):
        MASTODON.start_urls(f"{HERE}/about")


def test_the_token_goes_to_its_own_instance_alone() -> None:
    asked = MASTODON.request(TAG, "social.example:secret")
    assert (asked.url, asked.headers) == (TAG, (("Authorization", "Bearer secret"),))
    for elsewhere in ("https://far.example/api/v1/x", TAG.replace("https", "http")):
        assert MASTODON.request(elsewhere, "social.example:secret").headers == ()
    assert MASTODON.request(TAG, "secret").headers == ()


PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
AUTHOR = f"{HERE}/users/inna"


def note(native: str = "31", **more: Any) -> dict[str, Any]:
    return {
        "id": f"{AUTHOR}/statuses/{native}", "type": "Note", "summary": None, "inReplyTo": None,
        "published": "2026-03-05T10:00:00Z", "updated": "2026-03-06T10:00:00Z",
        "url": f"{HERE}/@inna/{native}", "attributedTo": AUTHOR, "to": [PUBLIC], "cc": [],
        "content": CONTENT, "contentMap": {"ru": CONTENT},
        "attachment": [{"type": "Document"}], "likes": {"totalItems": 3},
        "tag": [{"type": "Hashtag", "name": "#kettle"}, {"type": "Mention", "name": "@olga"}],
    } | more  # fmt: skip


def outbox(*items: Any) -> dict[str, Any]:
    return {"@context": ["https://www.w3.org/ns/activitystreams", {}], "id": "outbox.json",
            "type": "OrderedCollection", "orderedItems": list(items)}  # fmt: skip


def test_an_archive_tells_the_same_post_as_the_interface() -> None:
    answer = outbox(
        {"type": "Create", "actor": AUTHOR, "object": note()},
        {"type": "Announce", "object": "https://other.example/users/petr/statuses/5"},
        {"type": "Create", "actor": AUTHOR, "object": note("32", to=[f"{AUTHOR}/followers"])},
        {"type": "Create", "actor": AUTHOR, "object": note("33", inReplyTo=note()["id"])},
    )
    assert recognised(page(json.dumps(answer), "")) is MASTODON
    result = parsed(answer, "")
    found, below = result.reviews
    (same,) = parsed([post()]).reviews
    assert (found.review_id, found.text, found.url) == (same.review_id, same.text, same.url)
    assert (found.author.id, found.language) == ("inna@social.example", "ru")
    assert (found.published_at, found.edited_at) == (same.published_at, same.edited_at)
    assert (found.votes, found.media_count) == (same.votes, 1)
    assert found.extra == {"tags": ["kettle"]}
    assert (below.parent_id, below.thread_id) == (note()["id"], note()["id"])
    assert result.skipped == {
        "boost without its post": 1, "post that is not for everybody": 1,
    }  # fmt: skip


def test_notes_of_misskey_are_plain_text() -> None:
    user = {"id": "u1", "username": "kei", "name": "Kei", "host": "other.example"}
    answer = [
        {"id": "9a", "createdAt": "2026-03-05T10:00:00.000Z", "text": "a < b\nleaks", "cw": None,
         "user": user, "visibility": "home", "renoteCount": 2, "repliesCount": 0, "replyId": "9z",
         "reactions": {"x": 1}, "files": [{"id": "f"}], "tags": ["kettle"]},
        {"id": "9b", "createdAt": "2026-03-05T10:00:00.000Z", "text": "hidden", "user": user,
         "visibility": "followers", "renoteCount": 0},
    ]  # fmt: skip
    assert recognised(page(json.dumps(answer), "")) is MASTODON
    result = parsed(answer, "https://misskey.example/api/notes/search")
    (found,) = result.reviews
    assert (found.text, found.parent_id) == ("a < b\nleaks", "9z")
    assert (found.author.id, found.author.name) == ("kei@other.example", "Kei")
    assert found.url == "https://misskey.example/notes/9a"
    assert found.extra == {"boosts": 2, "tags": ["kettle"]}
    assert result.skipped == {"post that is not for everybody": 1}


def test_posts_of_a_saved_page_are_read_once() -> None:
    body = f"""<html><body><div id="mastodon"></div><div class="entry h-entry"><div class="status"
    data-id="31"><a class="status__relative-time u-url u-uid" href="{HERE}/@inna/31"><time
    class="time-ago" datetime="2026-03-05T10:00:00Z">then</time></a><div class="p-author h-card">
    <a class="status__display-name" href="{HERE}/@inna"><span class="display-name"><strong
    class="display-name__html p-name">Инна</strong><span class="display-name__account">@inna</span>
    </span></a></div><div class="status__content"><div class="e-content">{CONTENT}</div></div></div>
    </div></body></html>"""
    assert recognised(page(body, "")) is MASTODON
    (found,) = MASTODON.parse(page(body, f"{HERE}/@inna")).reviews
    assert found.text == "Чайник https://shop.example/kettle течёт\n\n<Жаль>"
    assert (found.author.id, found.author.name) == ("inna@social.example", "Инна")
    assert found.url == f"{HERE}/@inna/31"
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)


def test_a_page_that_scripts_draw_tells_its_post_in_its_head() -> None:
    body = f"""<html><head><meta content="article" property="og:type"><link href="{AUTHOR}/statuses/
3100000" rel="alternate" type="application/activity+json"><meta property="og:title"
    content="Инна (@inna@social.example)"><meta property="og:url" content="{HERE}/@inna/3100000">
    <meta property="og:published_time" content="2026-03-05T10:00:00Z"><meta
    property="og:description" content="It leaks &lt;b&gt;
much"></head><body><div id='mastodon'></div></body></html>""".replace("statuses/\n", "statuses/")
    (found,) = MASTODON.parse(page(body, "")).reviews
    assert found.review_id == f"mastodon:{AUTHOR}/statuses/3100000"
    assert (found.text, found.author.name) == ("It leaks <b>\nmuch", "Инна")
    profile = body.replace('content="article"', 'content="profile"')
    assert not MASTODON.parse(page(profile, "")).reviews


def test_lines_of_posts_are_read_as_a_list() -> None:
    body = "\n".join(json.dumps(post(native)) for native in ("31", "32"))
    assert len(MASTODON.parse(page(body, "")).reviews) == 2


def test_a_conversation_is_for_its_members_alone() -> None:
    talk = {"id": "5", "accounts": [ACCOUNT], "last_status": post(visibility="direct")}
    result = parsed([talk], "")
    assert not result.reviews
    assert result.skipped == {"post that is not for everybody": 1}


def test_a_list_of_accounts_is_known_and_has_no_posts() -> None:
    result = parsed([ACCOUNT, ACCOUNT], "")
    assert (result.reviews, result.skipped, result.problems) == ((), {"account": 2}, ())
