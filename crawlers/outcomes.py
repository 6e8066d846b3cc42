"""How a crawl can end, and what a person can do about it."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Final word on a crawl; written into its report."""

    RUNNING = "running"
    COMPLETE = "complete"
    STOPPED_AT_KNOWN = "stopped_at_known"
    CAPPED = "capped"
    EMPTY_PAGE = "empty_page"
    REPEATED_PAGE = "repeated_page"
    LAYOUT_CHANGE = "layout_change"
    YIELD_DROP = "yield_drop"
    BLOCKED = "blocked"
    CAPTCHA = "captcha"
    CONSENT = "consent"
    LOGIN_WALL = "login_wall"
    RATE_LIMITED = "rate_limited"
    KEY_MISSING = "key_missing"
    ROBOTS_REFUSED = "robots_refused"
    ADDRESS_REFUSED = "address_refused"
    HTTP_ERROR = "http_error"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    INTERRUPTED = "interrupted"
    FAILED = "failed"

    @property
    def is_failure(self) -> bool:
        """Whether a person should look: the source was not read as far as it goes."""
        return self not in _SUCCESSES

    @property
    def is_ban(self) -> bool:
        """Whether the site wants no more requests from us for now, whoever of us asks."""
        return self in _BANS

    @property
    def keeps_place(self) -> bool:
        """Whether asking for more pages now would be useless or rude, and the next crawl goes on
        where this one stopped."""
        return self in _KEEPING_PLACE

    @property
    def needs_a_person(self) -> bool:
        """Whether trying again soon is useless: settings, an address or a login must change."""
        return self in _FOR_A_PERSON


_SUCCESSES = frozenset({Outcome.COMPLETE, Outcome.STOPPED_AT_KNOWN, Outcome.CAPPED})
_BANS = frozenset({Outcome.BLOCKED, Outcome.CAPTCHA, Outcome.RATE_LIMITED})
_KEEPING_PLACE = _BANS | {
    Outcome.CONSENT, Outcome.LOGIN_WALL, Outcome.KEY_MISSING, Outcome.UNREACHABLE, Outcome.TIMEOUT,
    Outcome.FAILED, Outcome.INTERRUPTED,
}  # fmt: skip
_FOR_A_PERSON = frozenset(
    {
        Outcome.KEY_MISSING, Outcome.ADDRESS_REFUSED, Outcome.ROBOTS_REFUSED, Outcome.LOGIN_WALL,
        Outcome.CONSENT, Outcome.LAYOUT_CHANGE, Outcome.EMPTY_PAGE, Outcome.REPEATED_PAGE,
        Outcome.TOO_LARGE,
    }
)  # fmt: skip

REMEDIES: dict[Outcome, str] = {
    Outcome.CAPPED: "the source shows no more, or the page limit was reached (--max-pages)",
    Outcome.EMPTY_PAGE: "check the address in a browser; the source may have changed its pages, "
    "try `otzvuk extract` on a saved page",
    Outcome.REPEATED_PAGE: "the source's paging broke; what was read before is kept",
    Outcome.LAYOUT_CHANGE: "open the address in a browser and compare: a newer Otzvuk may know the "
    "new pages, try `otzvuk sources check`; nothing was overwritten with emptier reviews. If the "
    "source really gives less now: otzvuk crawl … --accept-layout",
    Outcome.YIELD_DROP: "compare with the page in a browser; nothing was marked as gone",
    Outcome.CAPTCHA: "wait some hours, raise crawl.delay_seconds, or use the source's official API",
    Outcome.CONSENT: "agree in a browser and put its Cookie header into an environment variable "
    "that crawl.sources.NAME.cookies names",
    Outcome.LOGIN_WALL: "put the Cookie header of a login of yours into an environment variable "
    "that crawl.sources.NAME.cookies names, or use the source's official API",
    Outcome.RATE_LIMITED: "it is tried again by itself; raise crawl.delay_seconds if it lasts",
    Outcome.KEY_MISSING: "export the key that `otzvuk sources` names, one that the source accepts, "
    "then start it again",
    Outcome.BLOCKED: "wait some hours, raise crawl.delay_seconds, or use the source's official API",
    Outcome.ROBOTS_REFUSED: "ask the site's owner, or import an export of your own data",
    Outcome.ADDRESS_REFUSED: "give a public http(s) address",
    Outcome.HTTP_ERROR: "check the address in a browser",
    Outcome.UNREACHABLE: "check the name and the network, then try again",
    Outcome.TIMEOUT: "try again later, or raise crawl.timeout_seconds or crawl.max_seconds",
    Outcome.TOO_LARGE: "raise crawl.max_response_megabytes if the page is really that big",
    Outcome.INTERRUPTED: "start it again: it goes on where it stopped",
    Outcome.FAILED: "see the reason; start it again: it goes on where it stopped",
}
