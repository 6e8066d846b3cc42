"""Addresses of a Discourse forum: topics, the rest of their posts, further lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

CHUNK = 20
"""Posts that Discourse returns at once."""
MAX_LINKS = 2_000

_KNOWN_PATHS = re.compile(
    r"/(?:t|c|u|tag|tags|posts|p|latest|top|new|hot|unread|search|categories|user_actions)(?:[/.?]|$)"
)
_TOPIC = re.compile(r"/t/(?:[^/?#]*[^/?#\d][^/?#]*/)?(\d+)(?:[/.?#]|$)")


@dataclass(frozen=True)
class Forum:
    """Root address of a forum, `https://host/folder`; empty when the page's is unknown."""

    root: str

    @classmethod
    def of(cls, url: str) -> Forum:
        """The forum that an address of it belongs to."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return cls("")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            return cls("")
        known = _KNOWN_PATHS.search(parts.path)
        folder = parts.path[: known.start()] if known else parts.path.rstrip("/")
        return cls(f"{parts.scheme}://{parts.netloc}{folder}")

    def topic(self, topic_id: int, slug: str = "") -> str:
        """JSON of a topic: its first posts and the ids of all."""
        return (
            self._at(f"/t/{topic_id}.json") if not slug else self._at(f"/t/{slug}/{topic_id}.json")
        )

    def post_page(self, topic_id: int, number: int, slug: str) -> str:
        """Where a person reads a post."""
        return self._at(f"/t/{slug or '-'}/{topic_id}/{number}")

    def chunks(self, topic_id: int, post_ids: list[int]) -> list[str]:
        """JSON of further posts, CHUNK at a time."""
        return [
            self._at(f"/t/{topic_id}/posts.json?")
            + "&".join(f"post_ids[]={post_id}" for post_id in post_ids[start : start + CHUNK])
            for start in range(0, len(post_ids), CHUNK)
        ][:MAX_LINKS]

    def post(self, post_id: int) -> str:
        """JSON of one post."""
        return self._at(f"/posts/{post_id}.json")

    def before(self, post_id: int) -> str:
        """JSON of the newest posts before one."""
        return self._at(f"/posts.json?before={post_id}")

    def more_topics(self, link: str) -> str:
        """JSON of the next page of a topic list, whose link may lead to HTML."""
        try:
            parts = urlsplit(urljoin(f"{self.root}/", link))
        except ValueError:
            return ""
        path = parts.path if parts.path.endswith(".json") else f"{parts.path}.json"
        return f"{parts.scheme}://{parts.netloc}{path}?{parts.query}" if self.root else ""

    def profile(self, username: str) -> str:
        """A member's page."""
        return self._at(f"/u/{username}")

    def _at(self, path: str) -> str:
        return f"{self.root}{path}" if self.root else ""


def topic_id_of(url: str) -> int | None:
    """Number of the topic that an address leads to."""
    found = _TOPIC.search(url)
    return int(found.group(1)) if found and len(found.group(1)) < 12 else None


def next_search_page(url: str) -> str:
    """The same search, one page further."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    page = query.get("page", "1")
    query["page"] = str(int(page) + 1 if page.isdecimal() and len(page) < 4 else 2)
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}"


def whole(value: Any) -> int | None:
    """A positive whole number of the API; None for anything else."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value < 10**12 else None
