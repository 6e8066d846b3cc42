"""Sites of the Stack Exchange network: their hosts, and the short names of the interface."""

from __future__ import annotations

import re

from crawlers.parsing.address_parts import host_of, is_of

OF_THEIR_OWN = ("stackoverflow", "serverfault", "superuser", "askubuntu", "stackapps")
"""Sites under `.com`, with parts such as `ru.` or `meta.`."""
NETWORK = (*(f"{name}.com" for name in OF_THEIR_OWN), "mathoverflow.net", "stackexchange.com")
_NO_SITES = ("stackexchange.com", "api.stackexchange.com", "chat.stackexchange.com",
             "data.stackexchange.com", "chat.stackoverflow.com")  # fmt: skip
_SITE = re.compile(r"[a-z0-9.-]{2,80}")


def site_of(url: str) -> str:
    """Host of the site that an address is of; empty where it is of none."""
    host = host_of(url)
    return host if is_of(url, *NETWORK) and host not in _NO_SITES else ""


def host_of_site(name: str) -> str:
    """Host of a site that the interface knows by host or by short name (`ru.stackoverflow`)."""
    name = name.casefold().strip()
    if not _SITE.fullmatch(name):
        return ""
    if name.endswith((".com", ".net")):
        return name
    last = name.rpartition(".")[2]
    if last in OF_THEIR_OWN:
        return f"{name}.com"
    return f"{name}.net" if last == "mathoverflow" else f"{name}.stackexchange.com"
