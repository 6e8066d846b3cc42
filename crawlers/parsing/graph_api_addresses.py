"""Addresses of the Graph API, from what a person sees of Facebook and Instagram."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of

FACEBOOK = "https://graph.facebook.com/v23.0"
INSTAGRAM = "https://graph.instagram.com/v23.0"
RATINGS = "https://graph.facebook.com/v21.0"
"""Recommendations are told by the interface of this version and older alone."""
HOSTS = ("graph.facebook.com", "graph.instagram.com")
ACCOUNT = "account"
"""Our own parameter: whose posts are wanted, which the key alone decides."""
TOPIC = "topic"
"""Our own parameter: what a post is about, which the comments on it do not say."""
TOPIC_LENGTH = 80
OWN = (ACCOUNT, TOPIC)
"""Never sent."""

COMMENT = (
    "id,message,created_time,from{id,name},like_count,comment_count,parent{id},permalink_url,"
    "attachment"
)
_RATING = (
    "created_time,has_rating,has_review,rating,recommendation_type,review_text,reviewer{id,name},"
    "open_graph_story{id,comments.limit(25){id,message,created_time,from{id,name}}}"
)
_POST = (
    "id,message,created_time,from{id,name},permalink_url,attachments{media_type},"
    "reactions.limit(0).summary(true),"
    f"comments.filter(stream).order(reverse_chronological).limit(50).summary(true){{{COMMENT}}}"
)
_ANSWER = "id,text,timestamp,username,like_count,hidden,from"
INSTAGRAM_COMMENT = f"{_ANSWER},parent_id,replies.limit(50){{{_ANSWER}}}"
_MEDIA = (
    "id,caption,media_type,permalink,timestamp,username,like_count,comments_count,"
    f"children{{id}},comments.limit(50){{{INSTAGRAM_COMMENT}}}"
)

_SECRETS = ("access_token", "appsecret_proof", "input_token", "client_secret")
_OF_PAGE = re.compile(
    r"^/(?:groups/)?(\d{1,25})/(?:posts|permalink)/(?:[^/]{1,200}/)?(\d{1,25})/?$"
)
_THING = re.compile(r"/(?:reel|videos|photos)/(?:[^?]{1,200}/)?(\d{5,25})/?$")
_NUMBERED = re.compile(r"^/(?:pages/|p/|people/)?(?:[^/]{1,200}[/-])?(\d{5,25})(?:/\w*)?/?$")
_NAMED = re.compile(r"^/(?:pg/)?([A-Za-z][\w.]{1,80})(?:/(?:reviews|about|community)?)?/?$")
_NO_NAMES = frozenset(
    ("login", "watch", "groups", "marketplace", "events", "help", "share", "sharer", "story.php",
     "permalink.php", "photo.php", "profile.php", "photo", "policies", "hashtag", "search", "reel",
     "reels", "stories", "explore", "accounts", "direct", "tv", "gaming", "notes", "media")
)  # fmt: skip
_ACCOUNT_NAME = re.compile(r"^/([A-Za-z0-9_.]{1,30})/?$")


def starts(url: str) -> tuple[str, ...]:
    """Where the interface gives what the address shows; nothing for what it cannot belong to."""
    if host_of(url) in HOSTS:
        return (without_secrets(url),)
    if is_of(url, "instagram.com"):
        name = _ACCOUNT_NAME.match(path_of(url))
        if name is None or name.group(1) in _NO_NAMES:
            return ()
        return (_address(INSTAGRAM, "me/media", _MEDIA, **{ACCOUNT: name.group(1), "limit": "25"}),)
    if not is_of(url, "facebook.com", "fb.com"):
        return ()
    if thing := _thing_of(path_of(url), query_of(url)):
        is_post = "_" in thing
        return (_address(FACEBOOK, thing, _POST) if is_post else comments_of(FACEBOOK, thing),)
    if owner := _page_of(path_of(url), query_of(url)):
        return (
            _address(RATINGS, f"{owner}/ratings", _RATING, limit="100"),
            _address(FACEBOOK, f"{owner}/feed", _POST, limit="25"),
        )
    return ()


def is_graph(url: str) -> bool:
    """Whether it is of the interface itself, and safe to be sent a key."""
    return host_of(url) in HOSTS and url.startswith("https://")


def base_of(url: str) -> str:
    """Host and version of an address of the interface; empty for another."""
    if not is_graph(url):
        return ""
    version = re.match(r"/v\d{1,3}\.\d", path_of(url))
    return f"https://{host_of(url)}{version.group() if version else ''}"


def place_of(url: str) -> tuple[str, str]:
    """Object and list that an address of the interface names; empty where it names none."""
    found = re.fullmatch(r"/(?:v\d{1,3}\.\d/)?([\w.]{1,100})(?:/(\w{1,40}))?/?", path_of(url))
    return (found.group(1), found.group(2) or "") if is_graph(url) and found else ("", "")


def comments_of(base: str, thing: str, topic: str = "") -> str:
    """All comments of a thing on Facebook, those below others too, newest first."""
    more = {"filter": "stream", "order": "reverse_chronological", "summary": "1", "limit": "100"}
    return _address(base, f"{thing}/comments", COMMENT, **more, **titled(topic))


def comments_of_media(base: str, media: str, topic: str = "") -> str:
    """Comments of something on Instagram, with the answers to each."""
    return _address(base, f"{media}/comments", INSTAGRAM_COMMENT, limit="50", **titled(topic))


def titled(topic: str) -> dict[str, str]:
    """Our own parameter for a topic, none where there is none."""
    return {TOPIC: topic[:TOPIC_LENGTH]} if topic else {}


def sent(url: str) -> str:
    """The address without our own parameters."""
    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if name not in OWN]
    return url if kept == given else f"{url.partition('?')[0]}?{urlencode(kept)}"


def without_secrets(url: str, **kept: str) -> str:
    """The address without the token that the interface itself writes into its links."""
    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    query = [(name, value) for name, value in given if name not in (*_SECRETS, *kept)]
    query.extend(kept.items())
    base = f"https://{parts.netloc}{parts.path}"
    return f"{base}?{urlencode(query)}" if query else base


def _thing_of(path: str, query: Mapping[str, str]) -> str:
    """A post by its page and number; a photo or a video by its number alone."""
    story, owner = query.get("story_fbid", ""), query.get("id", "")
    if story.isdecimal() and owner.isdecimal():
        return f"{owner}_{story}"
    if post := _OF_PAGE.match(path):
        return "_".join(post.groups())
    number = query.get("fbid", "") or query.get("v", "")
    thing = _THING.search(path)
    return number if number.isdecimal() else thing.group(1) if thing else ""


def _page_of(path: str, query: Mapping[str, str]) -> str:
    if path == "/profile.php" and query.get("id", "").isdecimal():
        return query["id"]
    if path.strip("/").partition("/")[0] in _NO_NAMES:
        return ""
    found = _NUMBERED.match(path) or _NAMED.match(path)
    return found.group(1) if found else ""


def _address(base: str, path: str, fields: str, **more: str) -> str:
    return f"{base}/{path}?{urlencode({'fields': fields, **more})}"
