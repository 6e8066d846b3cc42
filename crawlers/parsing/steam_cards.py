"""Reviews that are drawn on Steam's pages: of the store, of the community, of one player."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.address_parts import is_of
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count
from crawlers.parsing.steam_dates import posted_and_edited
from crawlers.parsing.text import LONG_LIMIT, element_text, one_line
from pipeline.records import Author, Reply, Votes

PEOPLE = "https://steamcommunity.com/profiles"
FIRST_ACCOUNT = 76561197960265728
"""What Steam adds to the number of an account (partner.steamgames.com, Steam IDs)."""

_ID = re.compile(r"(?:Review|Recommendation)[A-Za-z]{0,40}?(\d{3,20})(?:_\w{1,40})?")
_OWNER = re.compile(r"steamcommunity\.com/(profiles|id)/([^/?#\s]{1,100})")
_APP = re.compile(r"/(?:app|recommended)/(\d{1,10})(?:[/?#]|$)")
_HOURS = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+|\d{1,9})(?:[.,]\d)?(?!\d)")
_FUNNY = re.compile(
    r"funny|забавн|смешн|кумедн|смішн|lustig|amusant|drôle|divertid|engraçad|zabawn|divertent"
    r"|komik|grappig|zábavn|vtipn|rolig|morsom|sjov|vicces|amuzant|hauska|欢乐|歡樂|有趣|재미|面白|おかしい",
    re.I,
)
_COUNT_OF = re.compile(r"(\d[\d.,\u00a0\u202f]{0,12})\D{1,30}?(\d[\d.,\u00a0\u202f]{0,12})")
_ASIDE = (
    ".date_posted, .early_access_review, .received_compensation, .refunded, .gradient, .posted"
    ", .postedDate, .review_developer_response_container, .view_more, .hr"
)
"""What stands inside of a review's text without being said in it."""
_REPLY = ".review_developer_response_container"


@dataclass(frozen=True, kw_only=True)
class Around:
    """What the page says once for all of its cards."""

    app: str = ""
    product: str = ""
    owner: Author = field(default_factory=Author)
    """Whose page it is; nobody on pages of an app."""


def card_drafts(root: etree._Element, page: Page) -> list[Draft]:
    """One draft per card; the same review may stand in two columns."""
    around = _around(root, page)
    cards = all_of(root, ".review_box, .apphub_Card, .review_box_content")
    known = set(cards)
    outer = [one for one in cards if not any(above in known for above in one.iterancestors())]
    reviews = [
        one
        for one in outer
        if first(one, ".vote_header, .thumb, .reviewInfo, .short_header") is not None
    ]
    single = first(root, "#ReviewText")
    found = [_draft(card, f"card {n}", around, page) for n, card in enumerate(reviews, start=1)]
    return found if found or single is None else [_single(root, single, around, page)]


def _around(root: etree._Element, page: Page) -> Around:
    told = page.url or attribute(root, "meta[property='og:url']", "content")
    told = told or attribute(root, "link[rel=canonical]", "href")
    app = _APP.search(told) if is_of(told, "steampowered.com", "steamcommunity.com") else None
    owner = _OWNER.search(told)
    name = line(root, ".profile_small_header_name, .persona_name_text_content")
    return Around(
        app=app.group(1) if app else attribute(root, "input[name=appid]", "value")[:10],
        product=line(root, ".apphub_AppName, #appHubAppName"),
        owner=_author(owner.group(0) if owner else "", name, ""),
    )


def _draft(card: etree._Element, where: str, around: Around, page: Page) -> Draft:
    """Votes, hours and days stand beside the words on every page of Steam."""
    link = _link(card)
    app = _APP.search(link) or _APP.search(attribute(card, ".leftcol a[href*='/app/']", "href"))
    number = app.group(1) if app else around.app
    author = _author_of(card, link)
    if author is None or (not author.name and author.id == around.owner.id):
        author = around.owner
    answer = _reply_element(card)
    date, edited = posted_and_edited(_posted(card), page.fetched_at)
    return Draft(
        where=where,
        native_id=_native_id(card, author, number),
        author=author,
        text=_words(card),
        product=around.product,
        url=address(link) or page.url,
        published=date,
        edited_at=edited,
        votes=_votes(card),
        replies=_replies(answer, page),
        verified_purchase=_is_bought(card),
        recommends=_recommends(card),
        usage_period=_hours(line(card, ".hours")),
        extra=_extra(card, number),
    )


def _single(root: etree._Element, words: etree._Element, around: Around, page: Page) -> Draft:
    """The page of one review."""
    date, edited = posted_and_edited(line(root, ".recommendation_date"), page.fetched_at)
    return Draft(
        where="review",
        native_id=_native_id(root, around.owner, around.app),
        author=around.owner,
        text=element_text(words),
        product=around.product,
        url=page.url,
        published=date,
        edited_at=edited,
        votes=_votes(root),
        replies=_replies(first(root, _REPLY), page),
        recommends=_recommends(root),
        usage_period=_hours(line(root, ".playTime")),
        extra=_extra(root, around.app),
    )


def _link(card: etree._Element) -> str:
    """Where the review stands alone."""
    return card.get("data-modal-content-url") or attribute(card, "a[href*='/recommended/']", "href")


def _author_of(card: etree._Element, link: str) -> Author | None:
    owner = _OWNER.search(link) or _OWNER.search(
        attribute(card, ".persona_name a, .apphub_CardContentAuthorName a, .avatar a", "href")
    )
    name = line(card, ".persona_name, .apphub_CardContentAuthorName")
    account = attribute(card, "[data-miniprofile]", "data-miniprofile")
    if not (owner or name or account):
        return None
    author = _author(owner.group(0) if owner else "", name, account)
    reviews = line(card, ".num_reviews")
    return _with_reviews(author, count(reviews)) if reviews else author


def _author(link: str, name: str, account: str) -> Author:
    """The number of the account is the author's own; a name in the address may change."""
    owner = _OWNER.search(link)
    steam_id = owner.group(2) if owner and owner.group(1) == "profiles" else ""
    if not steam_id and re.fullmatch(r"\d{1,12}", account) and int(account):
        steam_id = str(FIRST_ACCOUNT + int(account))
    profile = f"{PEOPLE}/{steam_id}" if steam_id else f"https://{link}" if owner else ""
    return Author(
        id=steam_id or (owner.group(2) if owner else None),
        name=None if is_nobody(name) else short(name),
        profile_url=address(profile),
    )


def _with_reviews(author: Author, number: int | None) -> Author:
    return Author(
        id=author.id, name=author.name, profile_url=author.profile_url, reviews_count=number
    )


def _native_id(card: etree._Element, author: Author, app: str) -> str | None:
    """The number of the recommendation, else its author and app: a player has one for each."""
    for element in card.iter():
        if found := _ID.fullmatch(element.get("id") or ""):
            return found.group(1)
    return f"{author.id}-{app}" if author.id and app else None


def _words(card: etree._Element) -> str:
    body = first(card, ".apphub_CardTextContent, .content, .review_content")
    if body is None:
        return ""
    aside = [words for one in all_of(body, _ASIDE) if (words := element_text(one))]
    text = element_text(body)
    for words in aside:
        before, _, behind = text.partition(words)
        text = f"{before.rstrip()}\n{behind.lstrip()}".strip()
    return text


def _posted(card: etree._Element) -> str:
    """When, without the line on where the game was bought that narrow screens show there."""
    shown = line(card, ".postedDate, .date_posted, .posted")
    return shown.removesuffix(line(card, ".responsive_purchase_source")).strip()


def _votes(card: etree._Element) -> Votes | None:
    """Who found it helpful: the first line that counts people and is not of those who laughed."""
    for text in _vote_lines(card):
        if not _FUNNY.search(text):
            of = _COUNT_OF.search(text) if "%" in text else None
            counts = [count(one) or 0 for one in of.groups()] if of else []
            if counts:
                return Votes(helpful=min(counts), unhelpful=max(counts) - min(counts))
            number = count(text)
            return None if number is None else Votes(helpful=number)
    return None


def _vote_lines(card: etree._Element) -> list[str]:
    """Own lines of the place: awards stand inside of it, and are no votes."""
    for place in (".vote_info", ".found_helpful", ".ratingBar", ".header"):
        for shown in all_of(card, place):
            pieces = (shown.text, *(child.tail for child in shown))
            lines = [one_line((piece or "")[:300]) for piece in pieces]
            if counted := [text for text in lines if re.search(r"\d", text)]:
                return counted
    return []


def _recommends(card: etree._Element) -> bool | None:
    """By the drawn thumb, which is the same in every language."""
    for image in all_of(card, ".thumb img, .ratingSummaryHeader img, .vote_header img, img"):
        source = (image.get("src") or "")[:500]
        if "thumbsUp" in source or "thumbsDown" in source:
            return "thumbsUp" in source
    said = line(card, ".vote_header .title, .reviewInfo .title, .ratingSummary").casefold()
    return {"recommended": True, "not recommended": False}.get(said)


def _is_bought(card: etree._Element) -> bool | None:
    source = attribute(card, "img.review_source, img[src*='icon_review_']", "src")
    if "icon_review_steam" in source:
        return True
    return False if "icon_review_key" in source else None


def _hours(shown: str) -> str:
    """Time played at the review, where it is told in brackets; else all of it."""
    total, _, inside = shown[:300].partition("(")
    told = _HOURS.search(inside) or next(iter(reversed(list(_HOURS.finditer(total)))), None)
    if told is None:
        return ""
    digits = re.sub(r"[ \u00a0\u202f]", "", told.group())
    whole, tenths = (digits[:-2], digits[-1]) if digits[-2:-1] in (".", ",") else (digits, "0")
    return f"{int(re.sub(r'[.,]', '', whole))}.{tenths} hours"


def _extra(card: etree._Element, app: str) -> dict[str, Any]:
    funny = next((text for text in _vote_lines(card) if _FUNNY.search(text)), "")
    found = {
        "app": app,
        "votes_funny": count(funny) if funny else None,
        "received_for_free": first(card, ".received_compensation") is not None,
        "written_during_early_access": first(card, ".early_access_review") is not None,
        "refunded": first(card, ".refunded") is not None,
    }
    return {name: value for name, value in found.items() if value}


def _reply_element(card: etree._Element) -> etree._Element | None:
    """Inside of the card, or behind it."""
    inside = first(card, _REPLY)
    following = card.getnext()
    if inside is not None or following is None:
        return inside
    return following if _REPLY[1:] in (following.get("class") or "") else None


def _replies(answer: etree._Element | None, page: Page) -> tuple[Reply, ...]:
    """What the developer wrote, without the line that says so."""
    if answer is None:
        return ()
    lines = element_text(answer).split("\n")
    body = first(
        answer, ".review_developer_response, .developer_response, .response_text, .content"
    )
    words = "\n".join(lines[1:]) if body is None else element_text(body)
    if not (words := words.strip() or lines[0].strip()):
        return ()
    date, _ = posted_and_edited(line(answer, "[class*=date]"), page.fetched_at)
    return (Reply(text=words[:LONG_LIMIT], is_owner=True, replied_at=date.value),)
