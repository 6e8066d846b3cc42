"""Host and query of an address that anybody may have written."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit


def host_of(url: str) -> str:
    """Lower-case host without `www.`; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def path_of(url: str) -> str:
    """Path of the address; empty when it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def query_of(url: str) -> dict[str, str]:
    """The first value of each parameter that has one."""
    try:
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    except ValueError:
        return {}


def is_of(url: str, *sites: str) -> bool:
    """Whether the address is of one of the sites or of a part of it (`m.site.com`)."""
    host = host_of(url)
    return any(host == site or host.endswith(f".{site}") for site in sites)
