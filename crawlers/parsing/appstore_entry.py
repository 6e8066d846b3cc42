"""The one kind of entry that every format of Apple's reviews is brought to."""

from __future__ import annotations

from dataclasses import dataclass

MAX_ENTRIES = 5_000


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Fields as the feed wrote them; empty where it is silent."""

    id: str = ""
    author: str = ""
    author_url: str = ""
    rating: str = ""
    title: str = ""
    text: str = ""
    updated: str = ""
    version: str = ""
    vote_sum: str = ""
    vote_count: str = ""
    url: str = ""
    name: str = ""
    """Name of the app, in the entry that is the app itself."""
    reply: str = ""
    """What the developer answered; the feeds do not say."""
    replied: str = ""
    """When."""
    territory: str = ""
    """Country as App Store Connect writes it, in three letters."""
    is_edited: bool = False
    """Whether the catalogue says that the author changed it."""

    @property
    def is_app(self) -> bool:
        """The first entry of older feeds is the app, not a review."""
        return not self.rating


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A page of a feed, or of the store."""

    entries: tuple[Entry, ...] = ()
    next_url: str = ""
    self_url: str = ""
    app: str = ""
    """Name of the app, where the page says it beside its reviews."""
    total: int | None = None
    """How many reviews the feed claims; None when it does not."""
    is_known: bool = False
    """Whether this is a shape of Apple's at all: then it may be empty."""
