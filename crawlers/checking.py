"""A page of a source, read to see whether it still gives what it should."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from msgspec import Struct
from msgspec.structs import replace

from crawlers.addresses import AddressRefused, checked_url
from crawlers.browser import check_browser
from crawlers.conversation import Fetched, Order, Reply
from crawlers.fetching import ChildFetcher, Fetcher
from crawlers.health import filled_fields
from crawlers.jobs import access_of, check_source, effective, start_urls
from crawlers.keys import KeyMissing, options_of, secrets_of
from crawlers.outcomes import REMEDIES, Outcome
from pipeline.errors import UsageError
from pipeline.records import Review
from pipeline.settings import CrawlSettings

SAMPLE_CHARACTERS = 80
MAX_HOPS = 2
"""A list leads to a product, a product to its reviews; what lies deeper is no page of reviews."""


class FieldCheck(Struct, frozen=True, kw_only=True):
    """One field of the reviews on the page."""

    field: str
    filled: int
    """Reviews in which it is filled."""
    is_promised: bool
    """Whether the source is known to give it."""
    sample: str = ""
    """What the first review that has it says."""


class PageCheck(Struct, frozen=True, kw_only=True):
    """What one page gave."""

    source: str
    url: str
    outcome: Outcome
    reason: str = ""
    remedy: str = ""
    reviews: int = 0
    claimed_total: int | None = None
    next_urls: int = 0
    passed: tuple[str, ...] = ()
    """Pages before it that have no review themselves and lead to it."""
    fields: tuple[FieldCheck, ...] = ()
    problems: tuple[str, ...] = ()


def check_page(
    source: str, url: str, crawl: CrawlSettings, environment: Mapping[str, str]
) -> PageCheck:
    """Read the first page of reviews that a crawl of the address would find; publishes nothing.

    Raises UsageError for a source that does not exist.
    """
    check_source(source)
    settings = effective(crawl, source)
    try:
        secrets = secrets_of(source, settings, environment)
        options = options_of(source, settings)
        if options.browser:
            check_browser()
        address = checked_url(
            start_urls(source, url, secrets.key)[0], allow_loopback=crawl.allow_loopback
        )
    except KeyMissing as error:
        return _failed(source, url, Outcome.KEY_MISSING, str(error))
    except AddressRefused as error:
        return _failed(source, url, Outcome.ADDRESS_REFUSED, str(error))
    except UsageError as error:
        return PageCheck(source=source, url=url, outcome=Outcome.FAILED, reason=str(error))
    order = Order(
        source=source,
        entity_id="check",
        crawl_id=uuid.uuid4().hex,
        is_backfill=False,
        crawl=settings,
        listing=url,
        use_browser=options.browser,
        secrets=secrets,
    )
    opened: AbstractContextManager[Fetcher] = ChildFetcher(order)
    with opened as fetcher:
        return first_with_reviews(source, address, fetcher, settings.max_seconds)


def first_with_reviews(
    source: str, address: str, fetcher: Fetcher, max_seconds: float
) -> PageCheck:
    """What the address gave, or the first page that it leads to when it has no review itself."""
    reply = fetcher.fetch(address, max_seconds)
    passed: list[str] = []
    while isinstance(reply, Fetched) and not reply.reviews and len(passed) < MAX_HOPS:
        onward = [url for url in reply.next_urls if url not in {address, reply.url, *passed}]
        if not onward:
            break
        passed.append(reply.url)
        address = onward[0]
        reply = fetcher.fetch(address, max_seconds)
    found = judged(source, address, reply)
    return replace(found, passed=tuple(passed))


def judged(source: str, address: str, reply: Reply) -> PageCheck:
    """The reply as a person wants it told."""
    if not isinstance(reply, Fetched):
        return _failed(source, address, reply.outcome, reply.reason)
    is_empty = not reply.reviews and reply.claimed_total != 0
    return PageCheck(
        source=reply.source,
        url=reply.url,
        outcome=Outcome.EMPTY_PAGE if is_empty else Outcome.COMPLETE,
        reason="no review was found" if is_empty else "",
        remedy=REMEDIES[Outcome.EMPTY_PAGE] if is_empty else "",
        reviews=len(reply.reviews),
        claimed_total=reply.claimed_total,
        next_urls=len(reply.next_urls),
        fields=_fields(reply.source, reply.reviews) if reply.reviews else (),
        problems=reply.problems,
    )


def _failed(source: str, url: str, outcome: Outcome, reason: str) -> PageCheck:
    remedy = REMEDIES.get(outcome, "")
    return PageCheck(source=source, url=url, outcome=outcome, reason=reason, remedy=remedy)


def _fields(source: str, reviews: Sequence[Review]) -> tuple[FieldCheck, ...]:
    counts = filled_fields(reviews)
    promised = access_of(source).gives
    names = sorted({*counts, *promised} - {"id", "claimed_total", "language", "sub_ratings"})
    return tuple(
        FieldCheck(
            field=name,
            filled=counts[name],
            is_promised=name in promised,
            sample=next(filter(None, (sample(review, name) for review in reviews)), ""),
        )
        for name in names
    )


def sample(review: Review, field: str) -> str:
    """What the review says in the field, short, on one line."""
    values: dict[str, object] = {
        "author": review.author.name or review.author.id,
        "author_profile": review.author.profile_url,
        "author_role": review.author.role,
        "author_company": review.author.company,
        "date": review.published_at and review.published_at.isoformat(),
        "edited": review.edited_at and review.edited_at.isoformat(),
        "verified": review.verified_purchase,
        "votes": review.votes and f"{review.votes.helpful} / {review.votes.unhelpful}",
        "reply": review.replies and review.replies[0].text,
        "media": review.media_count or None,
        "thread": review.thread_id,
        "text": review.text or review.pros or review.cons,
    }
    value = values[field] if field in values else getattr(review, field, None)
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= SAMPLE_CHARACTERS else f"{text[:SAMPLE_CHARACTERS]}…"
