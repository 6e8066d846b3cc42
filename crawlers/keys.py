"""The secrets of one crawl: read from the environment by the parent, seen by nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

import msgspec
from msgspec import Struct

from crawlers.credentials import credentials_of
from crawlers.recognition import AUTO, source_named
from crawlers.source import Source
from crawlers.spiders import SOURCE_BY_NAME, SOURCES
from pipeline.errors import ConfigurationError, UsageError
from pipeline.settings import CrawlSettings, SourceSettings

HIDDEN = b"***"
SHORTEST_SECRET = 4
"""Replacing anything shorter would garble ordinary text, and keeps no secret."""


class KeyMissing(UsageError):
    """Nothing of the source can be read without its key."""


class Secrets(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a fetching process is told and must never tell."""

    key: str | None = None
    """Key of the source's official API."""
    proxy: str | None = None
    """URL of the proxy, password included."""
    cookies: str | None = None
    """Value of the Cookie header."""

    def __repr__(self) -> str:
        return "Secrets(<hidden>)"

    @property
    def values(self) -> tuple[str, ...]:
        """All that must not be seen anywhere; of a key that begins with a name (`id:secret`,
        `host:token`) each of the other parts, too."""
        parts = (self.key or "").split(":")[1:]
        return tuple(value for value in (self.key, self.proxy, self.cookies, *parts) if value)


def options_of(source: str, crawl: CrawlSettings) -> SourceSettings:
    """The options of one source; the defaults where nothing is set."""
    return crawl.sources.get(source, SourceSettings())


def check_options(crawl: CrawlSettings) -> None:
    """Raises ConfigurationError for options of a source that does not exist."""
    unknown = sorted(crawl.sources.keys() - SOURCE_BY_NAME.keys() - {AUTO})
    if unknown:
        known = ", ".join([AUTO, *sorted(SOURCE_BY_NAME)])
        raise ConfigurationError(
            f"crawl.sources: {', '.join(unknown)}: no such source: known are {known}"
        )


def secrets_of(source: str, crawl: CrawlSettings, environment: Mapping[str, str]) -> Secrets:
    """The secrets that reading this source takes, and no others.

    Raises UsageError when an option names a variable that is not set, or a key has not the parts
    that it takes to ask for a token.
    """
    options = options_of(source, crawl)
    key = None
    if source != AUTO:
        access = source_named(source).access
        key = key_of(source_named(source), environment)
        try:
            credentials_of(key, access.token)
        except UsageError as error:
            raise UsageError(f"{access.key}: {error}") from None
    return Secrets(
        key=key,
        proxy=_named(f"crawl.sources.{source}.proxy", options.proxy, environment),
        cookies=_named(f"crawl.sources.{source}.cookies", options.cookies, environment),
    )


def key_of(source: Source, environment: Mapping[str, str]) -> str | None:
    """The key of the source's API; None when there is none or it is empty."""
    return (environment.get(source.access.key) or None) if source.access.key else None


def secret_variables(crawl: CrawlSettings) -> frozenset[str]:
    """Every variable of the environment that holds a secret of some source."""
    keys = {source.access.key for source in SOURCES}
    options = {name for one in crawl.sources.values() for name in (one.proxy, one.cookies)}
    return frozenset(keys | options) - {""}


def redacted(data: bytes, secrets: Iterable[str]) -> bytes:
    """`data` without the secrets, in any spelling in which JSON or an address may hold them."""
    for secret in secrets:
        if len(secret) < SHORTEST_SECRET:
            continue
        plain = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
        spellings = {spelling.encode() for spelling in plain}
        spellings |= {msgspec.json.encode(spelling)[1:-1] for spelling in plain}
        for spelling in sorted(spellings, key=len, reverse=True):
            data = data.replace(spelling, HIDDEN)
    return data


def _named(setting: str, variable: str, environment: Mapping[str, str]) -> str | None:
    if not variable:
        return None
    if not environment.get(variable):
        raise UsageError(f"{setting} names {variable}, which is not in the environment: export it")
    return environment[variable]
