"""Comments under YouTube videos, from the Data API: threads, and the replies beyond the first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urlencode

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, address
from crawlers.parsing.google_api_errors import refusal
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at, time_at
from crawlers.parsing.ratings import count
from crawlers.parsing.text import clean, one_line, plain_text
from crawlers.parsing.youtube_comments import RECKONED, resources_of, saved_lines
from crawlers.source import Access, PageRequest
from pipeline.errors import UsageError
from pipeline.records import Author, SourceKind, Votes

API = "https://www.googleapis.com/youtube/v3"
PAGE_COMMENTS = 100
SITES = ("youtube.com", "youtu.be")

_VIDEO_PATH = re.compile(r"/(?:shorts|embed|live|v)/([\w-]{11})(?:[/?]|$)")
_VIDEO = re.compile(r"[\w-]{11}")
_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})(?:[/?]|$)")
_SIGN = re.compile(r'"youtube#comment|"topLevelComment"\s*:\s*\{|"authorChannelUrl"\s*:')
_SAVED = re.compile(r'"cid"\s*:\s*"Ug|"author_is_uploader"\s*:')
"""As tools call it that save comments."""


class YouTube:
    """Mentions: nobody gives stars under a video."""

    name: Literal["youtube"] = "youtube"
    kind: SourceKind = "video"
    access = Access(
        needs="a key of the YouTube Data API (a project of Google Cloud)",
        paging="nextPageToken, a hundred at a time, newest first; further replies have their lists",
        key="OTZVUK_KEY_YOUTUBE",
        needs_key=True,
        gives=frozenset(
            ("id", "author", "author_profile", "text", "date", "edited", "votes", "thread")
        ),
        terms_url="https://developers.google.com/youtube/terms/api-services-terms-of-service",
        evidence="capture",
    )

    def start_urls(self, url: str) -> tuple[str, ...]:
        """Threads of a video, or of all videos of a channel, newest first."""
        if is_of(url, "googleapis.com") and "/youtube/v3/comment" in path_of(url):
            return (url,)
        if is_of(url, *SITES):
            if video := _video_of(url):
                return (_threads(videoId=video),)
            if channel := _CHANNEL.search(path_of(url)):
                return (_threads(allThreadsRelatedToChannelId=channel.group(1)),)
        raise UsageError(
            f"{url!r} names no video or channel: expected youtube.com/watch?v=… or "
            "youtube.com/channel/UC… (the channel's own address shows it under 'Share')"
        )

    def api_urls(self, url: str) -> tuple[str, ...]:
        """The same: there is no other way."""
        return self.start_urls(url)

    def request(self, address: str, key: str | None) -> PageRequest:
        """A GET with the key in a header."""
        is_api = address.startswith(f"{API}/")
        secret = (("X-Goog-Api-Key", key),) if key and is_api else ()
        return PageRequest(url=address, headers=secret)

    def recognises(self, page: Page) -> float:
        """By what the interface calls its own answers, or tools the comments that they save."""
        head = page.text[:20_000] if page.looks_like_json else ""
        return 0.95 if _SIGN.search(head) else 0.85 if _SAVED.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every comment of the answer, and where its threads go on."""
        harvest = Harvest.of(page)
        try:
            answer = page.json if page.looks_like_json else None
        except UnreadableJson as error:
            answer = saved_lines(page)
            harvest.problems.extend([f"answer cannot be read: {error}"] * (not answer))
        harvest.is_known = "youtube#comment" in text_at(answer, "kind")
        harvest.blocked, said = refusal(answer)
        if said:
            harvest.problems.append(f"the interface refuses: {said}")
        for number, item in enumerate(resources_of(answer), start=1):
            _take(item, f"item {number}", page, harvest)
        token = text_at(answer, "nextPageToken")
        if token and at(answer, "items"):
            harvest.links.append(_following(page.url, token))
        return harvest.parsed(page, self)


def _take(item: dict[str, Any], where: str, page: Page, harvest: Harvest) -> None:
    """A thread with the replies it brings, or one comment."""
    top = at(item, "snippet", "topLevelComment")
    if not isinstance(top, dict):
        _comment(item, where, page, harvest)
        return
    harvest.is_known = True
    video = text_at(item, "snippet", "videoId")
    _comment(top, where, page, harvest, video)
    replies = dicts_at(item, "replies", "comments")
    for number, reply in enumerate(replies, start=1):
        _comment(reply, f"{where} reply {number}", page, harvest, video)
    thread = text_at(item, "id")
    if thread and (count(at(item, "snippet", "totalReplyCount")) or 0) > len(replies):
        query = {"part": "snippet", "parentId": thread[:100], "maxResults": PAGE_COMMENTS}
        harvest.links.append(f"{API}/comments?{urlencode(query)}")


def _comment(
    comment: dict[str, Any],
    where: str,
    page: Page,
    harvest: Harvest,
    of_thread: str = "",
) -> None:
    snippet = at(comment, "snippet")
    native = one_line(text_at(comment, "id"))[:100]
    parent = text_at(snippet, "parentId") or native.partition(".")[0] * ("." in native)
    video = text_at(snippet, "videoId") or of_thread or query_of(page.url).get("videoId", "")
    published = _published(snippet, page)
    edited = time_at(snippet, page.fetched_at, "updatedAt")
    words = text_at(snippet, "textOriginal")
    draft = Draft(
        where=where,
        native_id=native or None,
        author=_author(snippet),
        text=clean(words) if words else plain_text(text_at(snippet, "textDisplay")),
        url=_url(video, native),
        published=published,
        edited_at=edited if edited != published.value else None,
        votes=_votes(snippet),
        is_mention=True,
        thread_id=video or parent or native or None,
        parent_id=parent or None,
        extra={"video_id": video[:20]} if video else {},
    )
    if draft.is_empty:
        harvest.skipped["comment without words"] += 1
    else:
        harvest.drafts.append(draft)


def _published(snippet: Any, page: Page) -> ParsedDate:
    if reckoned := text_at(snippet, RECKONED):
        found = parse_date(reckoned, page.fetched_at)
        return replace(found, precision=found.precision and "relative")
    return parse_date(text_at(snippet, "publishedAt"), page.fetched_at)


def _author(snippet: Any) -> Author:
    return Author(
        id=one_line(text_at(snippet, "authorChannelId", "value"))[:100] or None,
        name=one_line(text_at(snippet, "authorDisplayName"))[:300] or None,
        profile_url=address(text_at(snippet, "authorChannelUrl")),
        has_picture=True if text_at(snippet, "authorProfileImageUrl") else None,
    )


def _votes(snippet: Any) -> Votes | None:
    likes = count(at(snippet, "likeCount"))
    return None if likes is None else Votes(helpful=likes)


def _url(video: str, native: str) -> str:
    if not _VIDEO.fullmatch(video):
        return ""
    return f"https://www.youtube.com/watch?{urlencode({'v': video, 'lc': native})}"


def _video_of(url: str) -> str:
    path, query = path_of(url), query_of(url)
    if is_of(url, "youtu.be"):
        found = path.strip("/").partition("/")[0]
    else:
        match = _VIDEO_PATH.search(path)
        found = match.group(1) if match else query.get("v", "")
    return found if _VIDEO.fullmatch(found) else ""


def _threads(**of: str) -> str:
    query = {"part": "snippet,replies", **of, "order": "time", "maxResults": str(PAGE_COMMENTS)}
    return f"{API}/commentThreads?{urlencode(query)}"


def _following(url: str, token: str) -> str:
    """The same list from the token on; nothing where a saved answer's address is unknown."""
    if not url.startswith(f"{API}/"):
        return ""
    query = {**query_of(url), "pageToken": token[:2_000]}
    query.pop("key", None)
    return f"{url.partition('?')[0]}?{urlencode(query)}"


YOUTUBE = YouTube()
