"""schema.org items to drafts of reviews and comments: which item is an opinion, and of what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawlers.page import Page
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, address
from crawlers.parsing.native_ids import native_id
from crawlers.parsing.page_scale import page_best
from crawlers.parsing.ratings import ParsedRating, parse_rating
from crawlers.parsing.schema_people import AUTHOR_NAMES, author_of, replies_to, votes_of
from crawlers.parsing.site_voice import ARTICLE_TYPES, SiteVoice
from crawlers.parsing.structured import Item
from crawlers.parsing.text import one_line, plain_text

REVIEW_TYPES = ("review", "userreview", "employerreview", "recommendation", "hreview")
CRITIC_TYPES = ("criticreview", "claimreview", "mediareview")
COMMENT_TYPES = ("comment", "usercomments", "usercomment", "discussionforumposting")
QUESTION_TYPES = ("question", "answer")
REVIEW_PROPERTIES = ("review", "reviews", "resultreview", "userreview", "customerreview")
BODY_NAMES = ("reviewbody", "text", "description", "commenttext", "articlebody", "encoded")
TITLE_NAMES = ("headline", "name", "summary")
DATE_NAMES = (
    "datepublished", "datecreated", "dtreviewed", "commenttime", "date", "created", "uploaddate",
)  # fmt: skip
MEDIA_NAMES = ("image", "associatedmedia", "photo", "video")
_PARAGRAPHS = 50


@dataclass
class Opinions:
    """Drafts of one page, and what was left out on purpose."""

    drafts: list[Draft] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def opinions_of(items: Iterable[Item], page: Page, language: str, voice: SiteVoice) -> Opinions:
    """Every customer's review and comment among the items of a page."""
    found = Opinions()
    numbers: Counter[str] = Counter()
    known = list(items)
    best = page_best(known)
    is_lone = sum(is_review(item) for item in known) == 1
    for item in known:
        if reason := _why_not(item, voice, is_lone=is_lone):
            found.skipped[reason] += 1
            continue
        if not (is_review(item) or _is_mention(item)):
            continue
        noun = "comment" if _is_mention(item) else "review"
        numbers[item.syntax + noun] += 1
        draft = draft_of(item, page, language, best)
        draft.where = f"{item.syntax} {noun} {numbers[item.syntax + noun]}"
        if draft.is_empty:
            found.skipped[f"{noun} without words or stars"] += 1
        else:
            found.drafts.append(draft)
    return found


def is_review(item: Item) -> bool:
    """Whether it is a customer's review by its type, or by its place where no type is given."""
    if item.is_a(*REVIEW_TYPES):
        return True
    has_content = bool(item.properties.keys() & {"reviewbody", "reviewrating"})
    return not item.types and item.parent_property in REVIEW_PROPERTIES and has_content


def subject_of(item: Item) -> Item | None:
    """The thing reviewed: said so, or the one the review is written inside of."""
    reviewed = item.items("itemreviewed", "about")
    if not reviewed and item.parent_property == "resultreview" and item.parent:
        reviewed = item.parent.items("object")
    if reviewed:
        return reviewed[0]
    return item.parent if item.parent_property in REVIEW_PROPERTIES else None


def _is_mention(item: Item) -> bool:
    """A comment, a forum's post; a question or answer that somebody signed: those of a shop's own
    list of frequent questions nobody did."""
    is_signed = item.is_a(*QUESTION_TYPES) and any(item.values("author", "creator"))
    return item.is_a(*COMMENT_TYPES) or is_signed


def _why_not(item: Item, voice: SiteVoice, *, is_lone: bool) -> str | None:
    """Why an item that looks like an opinion is none of a customer; None when it is one."""
    if item.is_a(*CRITIC_TYPES):
        return "critic's review"
    if _is_mention(item) and item.parent is not None and is_review(item.parent):
        return "answer to a review, kept with it"
    if not is_review(item):
        return None
    is_nested = item.parent_property in REVIEW_PROPERTIES
    if item.is_a(*ARTICLE_TYPES) or not (is_nested or _has_author_or_stars(item)):
        return "article marked as a review"
    if voice.wrote(item, is_lone=is_lone, is_nested=is_nested):
        return "the site's own review"
    return None


def _has_author_or_stars(item: Item) -> bool:
    names = (
        "author",
        "reviewer",
        "creator",
        "reviewrating",
        "rating",
        "reviewbody",
        "itemreviewed",
    )
    return any(name in item.properties for name in names)


def draft_of(item: Item, page: Page, language: str, best: float | None) -> Draft:
    """What one review or comment item says, wherever it stands."""
    subject = subject_of(item)
    product = _product(item, subject)
    title, text = _words(item, product)
    mention = _is_mention(item)
    return Draft(
        where="",
        native_id=native_id(item, page),
        author=author_of(item if item.parent_property != "resultreview" else item.parent or item),
        rating=ParsedRating() if mention else _rating(item, best),
        title=title,
        text=text,
        pros=_notes(item, "positivenotes", "pros", "pro"),
        cons=_notes(item, "negativenotes", "cons", "contra"),
        product=product,
        url=address(item.text("url")) or page.url,
        language=item.text("inlanguage"),
        published=_date(item, page, language),
        edited_at=parse_date(item.first("datemodified"), page.fetched_at).value,
        votes=votes_of(item),
        replies=() if mention else replies_to(item, page.fetched_at),
        media_count=0 if mention else sum(len(item.properties.get(n, ())) for n in MEDIA_NAMES),
        is_mention=mention,
        thread_id=page.url if mention else None,
        parent_id=_parent_id(item, page) if mention else None,
        scope=page.host,
    )


def _product(item: Item, subject: Item | None) -> str:
    named = plain_text(subject.text("name", "itemreviewed", "fn")) if subject else ""
    if named:
        return named
    written = item.text("itemreviewed", "item")
    if not address(written):
        return plain_text(written)
    around = item.parent.text("name") if item.parent else ""
    return plain_text(around)


def _words(item: Item, product: str) -> tuple[str, str]:
    """Title and text; a name that only repeats the product, author or text is no title."""
    text = _body(item)
    title = one_line(plain_text(item.text(*TITLE_NAMES)))
    said_already = (one_line(product).casefold(), (author_of(item).name or "").casefold())
    folded = title.casefold().rstrip("…. ")
    if title.casefold() in said_already or one_line(text).casefold().startswith(folded):
        title = ""
    return title, text


def _body(item: Item) -> str:
    """The text, whose paragraphs may be marked up each; a shortened copy of another is none."""
    name = next((one for one in BODY_NAMES if item.text(one)), "")
    is_of_one = len(list(item.values(*AUTHOR_NAMES))) <= 1
    values = [one for one in item.properties.get(name, ()) if not isinstance(one, Item)]
    limit = _PARAGRAPHS if is_of_one else 1
    written = [words for one in values[:limit] if (words := plain_text(str(one)))]
    kept: list[str] = []
    for words in sorted(dict.fromkeys(written), key=len, reverse=True):
        if not any(words.rstrip("…. ") in other for other in kept):
            kept.append(words)
    return "\n\n".join(words for words in dict.fromkeys(written) if words in kept)


def _rating(item: Item, page_scale: float | None) -> ParsedRating:
    """The overall rating; those of single aspects stand aside."""
    ratings = item.items("reviewrating", "rating")
    overall = next((r for r in ratings if not r.text("reviewaspect")), None)
    if overall is not None:
        value = overall.first("ratingvalue", "value", "average", "rating", "name")
        best, worst = overall.first("bestrating", "best"), overall.first("worstrating", "worst")
        return parse_rating(value, page_scale if best is None else best, worst)
    value = item.first("reviewrating", "rating", "ratingvalue")
    best, worst = item.first("bestrating", "best"), item.first("worstrating", "worst")
    return parse_rating(value, page_scale if best is None else best, worst)


def _date(item: Item, page: Page, language: str) -> ParsedDate:
    return parse_date(item.first(*DATE_NAMES), page.fetched_at, language=language)


def _notes(item: Item, *names: str) -> str:
    """Pros or cons: a text, texts, or an ItemList."""
    lines = [plain_text(str(v)) for v in item.values(*names) if not isinstance(v, Item)]
    for notes in item.items(*names):
        for entry in notes.values("itemlistelement"):
            lines.append(plain_text(entry.text("name") if isinstance(entry, Item) else str(entry)))
    return "\n".join(line for line in lines if line)


def _parent_id(item: Item, page: Page) -> str | None:
    """The comment answered: said so, or the one it is written inside of."""
    said = item.items("parentitem")
    around = item.parent if item.parent is not None and _is_mention(item.parent) else None
    parent = said[0] if said else around
    if parent is not None:
        return native_id(parent, page)
    link = item.text("parentitem")
    return re.sub(r".*#", "", urlsplit(link).fragment) if address(link) else link or None
