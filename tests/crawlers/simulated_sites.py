"""Invented listings whose whole past is known, so that any moment can be asked what it showed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from crawlers.budget import site_of
from crawlers.conversation import Order
from crawlers.frontier import host_of
from pipeline.identity import digest, make_review
from pipeline.records import DatePrecision, Review


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a source lists what it has."""

    source: str
    address: str
    """Of a listing; `{}` is its number."""
    page_reviews: int
    cap: int | None = None
    claims: bool = True
    """Whether it says how many there are."""
    is_newest_first: bool = True
    precision: DatePrecision | None = "second"
    """None where it shows no dates."""

    @property
    def is_read_whole(self) -> bool:
        """Whether a new review may stand on any page, so that no pass may stop before the last."""
        return not self.is_newest_first or self.precision is None


@dataclass(frozen=True)
class Post:
    """A review on an invented site, with all that will have happened to it."""

    number: int
    written_at: datetime
    edited_at: tuple[datetime, ...] = ()
    removed_at: datetime | None = None

    def is_there(self, at: datetime) -> bool:
        return self.written_at <= at and (self.removed_at is None or self.removed_at > at)

    def edits(self, at: datetime) -> int:
        return sum(moment <= at for moment in self.edited_at)


@dataclass
class Listing:
    """The page of one entity on one source."""

    manner: Manner
    entity_id: str
    number: int
    per_day: float
    posts: dict[int, Post] = field(default_factory=dict)
    requests: int = 0

    @cached_property
    def url(self) -> str:
        return self.manner.address.format(1_000_000 + self.number)

    @cached_property
    def site(self) -> str:
        return site_of(host_of(self.url))

    def there(self, at: datetime) -> list[Post]:
        """What the site had at that moment, in its order, cap or not."""
        posts = [post for post in self.posts.values() if post.is_there(at)]
        if self.manner.is_newest_first:
            return sorted(posts, key=lambda post: (post.written_at, post.number), reverse=True)
        return sorted(posts, key=lambda post: digest("helpful", post.number))

    def shown(self, at: datetime) -> list[Post]:
        """What a visitor could reach."""
        return self.there(at)[: self.manner.cap]

    def page(self, number: int, at: datetime) -> tuple[list[Post], bool]:
        """Posts of one page, and whether another follows."""
        shown, size = self.shown(at), self.manner.page_reviews
        return shown[(number - 1) * size : number * size], len(shown) > number * size

    def pages(self, at: datetime) -> int:
        """How many pages there were."""
        return max(1, -(-len(self.shown(at)) // self.manner.page_reviews))

    def pages_with_new(self, since: datetime, at: datetime) -> int:
        """Pages down to the last review written since then; the first at least."""
        places = [place for place, post in enumerate(self.shown(at)) if post.written_at > since]
        return 1 + max(places, default=0) // self.manner.page_reviews

    def write(self, at: datetime) -> None:
        number = len(self.posts)
        self.posts[number] = Post(number, at)

    def edit(self, post: Post, at: datetime) -> None:
        self.posts[post.number] = replace(post, edited_at=(*post.edited_at, at))

    def remove(self, post: Post, at: datetime) -> None:
        self.posts[post.number] = replace(post, removed_at=at)

    def review(self, post: Post, order: Order, now: datetime) -> Review:
        precision = self.manner.precision
        written = post.written_at
        if precision == "day":
            written = written.replace(hour=0, minute=0, second=0, microsecond=0)
        return make_review(
            review_id=self.review_id(post.number),
            source=self.manner.source,
            entity_id=self.entity_id,
            text=text_of(post, now),
            rating=4.0,
            published_at=written if precision else None,
            published_precision=precision,
            crawled_at=now,
            crawl_id=order.crawl_id,
            is_backfill=order.is_backfill,
        )

    def review_id(self, number: int) -> str:
        return f"{self.manner.source}:{self.number}-{number}"


def text_of(post: Post, at: datetime) -> str:
    return f"Отзыв {post.number}, правка {post.edits(at)}"


def edits_in(text: str) -> int:
    """How often a review with this text had been edited."""
    return int(text.rpartition(" ")[2])


MANNERS = (
    Manner(
        source="trustpilot", address="https://www.trustpilot.com/review/n{}.example",
        page_reviews=20, cap=200,
    ),
    Manner(
        source="appstore", address="https://apps.apple.com/us/app/x/id{}", page_reviews=50,
        cap=500, claims=False,
    ),
    Manner(
        source="banki_ru", address="https://www.banki.ru/services/responses/bank/n{}/",
        page_reviews=25,
    ),
    Manner(source="steam", address="https://store.steampowered.com/app/{}/", page_reviews=20),
    Manner(
        source="irecommend", address="https://irecommend.ru/content/n{}", page_reviews=20,
        claims=False, precision="day",
    ),
    Manner(
        source="otzovik", address="https://otzovik.com/reviews/n{}/", page_reviews=20,
        precision="minute",
    ),
    Manner(
        source="schemaorg", address="https://shop.example/n{}", page_reviews=20,
        is_newest_first=False,
    ),
    Manner(
        source="ebay", address="https://www.ebay.com/fdbk/feedback_profile/n{}", page_reviews=25,
        precision=None, claims=False,
    ),
)  # fmt: skip
"""Eight sources: two capped, one in another order, one without dates, three that claim nothing."""

RATES = (2.0, 0.7, 0.2, 0.1, 0.03)
"""Reviews a day."""
CAPPED_SHARE = 0.2
"""Of the listings of a source with a cap, those that have more than it shows."""


def populated(
    manners: tuple[Manner, ...], entities: int, now: datetime, chance: random.Random
) -> list[Listing]:
    """Every entity on every source, each listing with a past."""
    listings: list[Listing] = []
    for entity in range(entities):
        for manner in manners:
            listing = Listing(manner, f"entity-{entity}", len(listings), chance.choice(RATES))
            for age in sorted(_ages(listing, chance), reverse=True):
                listing.write(now - timedelta(days=age))
            listings.append(listing)
    return listings


def _ages(listing: Listing, chance: random.Random) -> Iterator[float]:
    count = chance.randint(5, 60)
    if listing.manner.cap is not None and chance.random() < CAPPED_SHARE:
        count = listing.manner.cap + chance.randint(-5, 30)
    age = 0.0
    for _ in range(count):
        age += chance.expovariate(listing.per_day)
        yield age


@dataclass(frozen=True, kw_only=True)
class Unrest:
    """What befalls the sites and the workers; chances are of one listing, site or request."""

    edits_per_day: float = 0.05
    removals_per_day: float = 0.03
    bans_per_day: float = 0.07
    ban_hours: tuple[int, int] = (2, 10)
    crashes_per_request: float = 0.002
    crashes_per_look_at_the_clock: float = 0.001
    """A worker looks at it between all that it writes: pages, journal, reports, schedule."""
    crashes_before_commit: float = 0.002
    """Of a job that is done but not yet committed."""
    outages_after_crash: float = 0.3
    """Chance that no other worker is at hand then."""
    outages_per_day: float = 0.07
    outage_hours: tuple[int, int] = (1, 9)


@dataclass
class Weather:
    """Lets things happen to the sites, hour by hour."""

    listings: list[Listing]
    unrest: Unrest
    chance: random.Random
    banned_until: dict[str, datetime] = field(default_factory=dict)
    bans: int = 0
    written: int = 0
    edits: int = 0
    removals: int = 0

    def hour(self, now: datetime) -> None:
        """What will happen until the next one, each thing at its own moment."""
        for listing in self.listings:
            self._write(listing, now)
            if self.chance.random() < self.unrest.edits_per_day / 24:
                listing.edit(self.chance.choice(listing.there(now)), self._soon(now))
                self.edits += 1
            if self.chance.random() < self.unrest.removals_per_day / 24:
                left = [post for post in listing.there(now) if post.removed_at is None]
                listing.remove(self.chance.choice(left), self._soon(now))
                self.removals += 1
        for site in sorted({listing.site for listing in self.listings}):
            if self.chance.random() < self.unrest.bans_per_day / 24:
                hours = self.chance.randint(*self.unrest.ban_hours)
                self.banned_until[site] = now + timedelta(hours=hours)
                self.bans += 1

    def _soon(self, now: datetime) -> datetime:
        return now + timedelta(hours=self.chance.random())

    def bans_now(self, listing: Listing, now: datetime) -> bool:
        return now < self.banned_until.get(listing.site, now)

    def _write(self, listing: Listing, now: datetime) -> None:
        moment = self.chance.expovariate(listing.per_day) * 24
        while moment < 1:
            listing.write(now + timedelta(hours=moment))
            self.written += 1
            moment += self.chance.expovariate(listing.per_day) * 24
