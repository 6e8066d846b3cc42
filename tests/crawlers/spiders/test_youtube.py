"""Answers of the YouTube Data API: small constructed ones of its documented shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.youtube import API, YOUTUBE
from pipeline.errors import UsageError
from tests.crawlers.pages import page

THREADS = f"{API}/commentThreads?part=snippet%2Creplies&videoId=abcdefghijk&order=time"


def comment(native: str = "Ug1", **snippet: Any) -> dict[str, Any]:
    return {
        "kind": "youtube#comment", "id": native,
        "snippet": {
            "authorDisplayName": "Инна", "authorChannelId": {"value": "UCinna"},
            "authorChannelUrl": "http://www.youtube.com/channel/UCinna",
            "authorProfileImageUrl": "https://img.example/a.jpg", "videoId": "abcdefghijk",
            "textDisplay": "Чайник <br>течёт", "textOriginal": "Чайник\nтечёт", "likeCount": 3,
            "publishedAt": "2026-03-05T10:00:00Z", "updatedAt": "2026-03-06T10:00:00Z",
        } | snippet,
    }  # fmt: skip


def thread(native: str = "Ug1", replies: int = 0, *shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "youtube#commentThread", "id": native,
        "snippet": {"topLevelComment": comment(native), "totalReplyCount": replies},
        "replies": {"comments": list(shown)},
    }  # fmt: skip


def parsed(*items: Any, url: str = THREADS, **more: Any) -> ParsedPage:
    body = {"kind": "youtube#commentThreadListResponse", "items": list(items)} | more
    return YOUTUBE.parse(page(json.dumps(body), url))


def test_a_comment_is_a_mention_with_everything_said_of_it() -> None:
    (found,) = parsed(thread()).reviews
    assert (found.review_id, found.text, found.is_mention) == ("youtube:Ug1", "Чайник\nтечёт", True)
    assert (found.author.name, found.author.id) == ("Инна", "UCinna")
    assert (found.thread_id, found.parent_id, found.rating) == ("abcdefghijk", None, None)
    assert found.votes
    assert found.votes.helpful == 3
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert found.edited_at == datetime(2026, 3, 6, 10, tzinfo=UTC)
    assert found.url == "https://www.youtube.com/watch?v=abcdefghijk&lc=Ug1"


def test_replies_know_whom_they_answer_and_the_rest_is_asked_for() -> None:
    reply = comment("Ug1.r1", parentId="Ug1", textOriginal="И у меня")
    found = parsed(thread("Ug1", 7, reply), nextPageToken="T2")
    assert [one.parent_id for one in found.reviews] == [None, "Ug1"]
    replies, following = found.next_urls
    assert replies == f"{API}/comments?part=snippet&parentId=Ug1&maxResults=100"
    assert following.startswith(f"{API}/commentThreads?")
    assert "pageToken=T2" in following


def test_ill_items_and_empty_comments_cost_nobody_else() -> None:
    found = parsed(
        7, {"snippet": 3}, thread("Ug2"), comment("Ug3", textOriginal="", textDisplay="")
    )
    assert [one.review_id for one in found.reviews] == ["youtube:Ug2"]
    assert found.skipped == {"comment without words": 2}


def test_an_empty_list_is_an_answer_and_ends_the_paging() -> None:
    found = parsed(nextPageToken="T")
    assert (found.reviews, found.next_urls, found.blocked, found.problems) == ((), (), None, ())


@pytest.mark.parametrize(
    ("status", "blocked"),
    [("RESOURCE_EXHAUSTED", "rate_limited"), ("PERMISSION_DENIED", "forbidden")],
)
def test_refusals_are_no_empty_lists(status: str, blocked: str) -> None:
    body = json.dumps({"error": {"code": 403, "status": status, "message": "quota"}})
    found = YOUTUBE.parse(page(body, THREADS))
    assert found.blocked == blocked
    assert "quota" in found.problems[0]


@pytest.mark.parametrize(
    "url",
    ["https://youtu.be/abcdefghijk?t=1", "https://www.youtube.com/watch?v=abcdefghijk&list=P",
     "https://m.youtube.com/shorts/abcdefghijk"],
)  # fmt: skip
def test_videos_are_found_in_their_addresses(url: str) -> None:
    (start,) = YOUTUBE.start_urls(url)
    assert "videoId=abcdefghijk" in start
    assert "order=time" in start


def test_channels_are_watched_as_a_whole_and_names_are_refused() -> None:
    (start,) = YOUTUBE.start_urls("https://www.youtube.com/channel/UC" + "a" * 22)
    assert "allThreadsRelatedToChannelId=UCaaaa" in start
    with pytest.raises(UsageError, match="no video or channel"):
        YOUTUBE.start_urls("https://www.youtube.com/@somebody")


def test_the_key_goes_into_a_header_of_the_interface_alone() -> None:
    asked = YOUTUBE.request(THREADS, "secret")
    assert (asked.url, asked.headers) == (THREADS, (("X-Goog-Api-Key", "secret"),))
    assert YOUTUBE.request("https://elsewhere.example/", "secret").headers == ()


@pytest.mark.parametrize("answer", [comment(), thread(), [thread()], {"items": [thread()]}])
def test_a_comment_or_a_thread_may_stand_alone(answer: Any) -> None:
    found = page(json.dumps(answer))
    assert YOUTUBE.recognises(found) > 0.9
    assert [one.review_id for one in YOUTUBE.parse(found).reviews] == ["youtube:Ug1"]


def test_a_thread_tells_its_video_where_its_comments_do_not() -> None:
    one = thread()
    one["snippet"] |= {"videoId": "abcdefghijk"}
    del one["snippet"]["topLevelComment"]["snippet"]["videoId"]
    assert parsed(one, url="").reviews[0].thread_id == "abcdefghijk"


SAVED_BY_YT_DLP = {
    "id": "abcdefghijk",
    "title": "Обзор чайника",
    "comments": [
        {"id": "Ug1", "parent": "root", "text": "Течёт", "author": "@inna", "author_id": "UCinna",
         "timestamp": 1772704800, "like_count": 3, "author_is_uploader": False},
        {"id": "Ug1.2", "parent": "Ug1", "text": "И у меня", "author": "@egor",
         "author_id": "UCegor", "timestamp": 1772791200, "like_count": None},
    ],
}  # fmt: skip
SAVED_LINES = (
    '{"cid": "Ug1", "text": "Течёт", "time": "2 days ago", "author": "@inna", "channel": "UCinna",'
    ' "votes": "3", "reply": false}\n'
    '{"cid": "Ug1.2", "text": "И у меня", "time": "1 day ago", "author": "@egor",'
    ' "channel": "UCegor", "votes": "1.2K", "reply": true}\n'
)


@pytest.mark.parametrize("saved", [json.dumps(SAVED_BY_YT_DLP), SAVED_LINES])
def test_comments_that_tools_save_are_read(saved: str) -> None:
    found = page(saved)
    assert YOUTUBE.recognises(found) > 0.8
    first, second = YOUTUBE.parse(found).reviews
    assert (first.review_id, first.text) == ("youtube:Ug1", "Течёт")
    assert (first.author.name, first.author.id) == ("@inna", "UCinna")
    assert first.votes is not None
    assert (first.votes.helpful, first.published_precision) == (3, "relative")
    assert (second.parent_id, second.votes) == ("Ug1", None)
