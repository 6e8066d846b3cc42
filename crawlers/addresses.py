"""Which addresses a crawl may reach: a URL that a user gives must not open our own network."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit, urlunsplit

import idna

from pipeline.errors import UsageError

Address = IPv4Address | IPv6Address

ALLOWED_PORTS = frozenset({80, 443, 3000, 4443, 8000, 8008, 8080, 8081, 8088, 8443, 8888})
"""Ports where web sites listen; the rest is somebody's mail, database or printer."""
DEFAULT_PORTS = {"http": 80, "https": 443}

_HOST_NAME = re.compile(r"^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_-]+)*$")
_NUMBER = re.compile(r"^(0x[0-9a-f]*|[0-9]+)$")

_REFUSED: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("168.63.129.16/32", "cloud metadata"),
    ("169.254.0.0/16", "link-local, cloud metadata"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved, cloud metadata"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "reserved"),
    ("192.52.193.0/24", "reserved"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "reserved"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("64:ff9b:1::/48", "local NAT64"),
    ("100::/64", "discard"),
    ("2001::/23", "Teredo, reserved"),
    ("2001:db8::/32", "documentation"),
    ("3fff::/20", "documentation"),
    ("5f00::/16", "segment routing"),
    ("fc00::/7", "private, cloud metadata"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)  # fmt: skip
"""IANA special-purpose registries (RFC 6890 and later), and what clouds put metadata on."""
_REFUSED_NETWORKS: tuple[tuple[IPv4Network | IPv6Network, str], ...] = tuple(
    (ip_network(network), reason) for network, reason in _REFUSED
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")


class AddressRefused(UsageError):
    """The URL leads where a crawl must not go; the message says why and what can be done."""


def checked_url(url: str, *, allow_loopback: bool) -> str:
    """`url` in its one canonical spelling, when a crawl may request it.

    Names are not resolved here: the resolver checks what they resolve to at the moment of the
    connection (`crawlers.guard`). Raises AddressRefused.
    """
    parts = _split(url)
    if parts.scheme not in DEFAULT_PORTS:
        raise AddressRefused(f"{shown(url)}: only http and https are crawled")
    if "@" in parts.netloc:
        raise AddressRefused(f"{shown(url)}: remove the user name and password from the address")
    host = _canonical_host(parts, url)
    literal = literal_address(host)
    if literal is not None and (reason := refusal(literal, allow_loopback=allow_loopback)):
        raise AddressRefused(f"{shown(url)}: {host} is a {reason} address, which is never crawled")
    port = _port(parts, url)
    if port is not None and not _port_is_allowed(port, host, literal, allow_loopback):
        listed = ", ".join(map(str, sorted(ALLOWED_PORTS)))
        raise AddressRefused(f"{shown(url)}: port {port} is not crawled; use one of {listed}")
    name = f"[{literal}]" if isinstance(literal, IPv6Address) else str(literal or host)
    suffix = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return urlunsplit((parts.scheme, name + suffix, parts.path or "/", parts.query, ""))


def refusal(address: Address, *, allow_loopback: bool) -> str | None:
    """Why a crawl may not connect to `address`; None when it may.

    An IPv4 address inside an IPv6 one (mapped, compatible, 6to4, NAT64) is judged by itself.
    """
    embedded = _embedded(address)
    if embedded is not None:
        return refusal(embedded, allow_loopback=allow_loopback)
    if allow_loopback and address.is_loopback:
        return None
    for network, reason in _REFUSED_NETWORKS:
        if address in network:
            return reason
    if isinstance(address, IPv6Address) and address not in _GLOBAL_V6:
        return "reserved"
    return None


def literal_address(host: str) -> Address | None:
    """The address that `host` spells, in any spelling that a resolver accepts (decimal, octal,
    hexadecimal, fewer than four parts); None for a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return _number_address(host)


def ascii_name(host: str) -> str:
    """The name as DNS knows it (UTS 46); unchanged when it is no international name."""
    if host.isascii():
        return host.casefold()
    try:
        return idna.encode(host, uts46=True).decode("ascii").rstrip(".")
    except idna.IDNAError:
        return host


def same_site(host: str, other: str) -> bool:
    """Whether one is the other or a subdomain of it, `www.` aside."""
    one, two = (name.casefold().removeprefix("www.") for name in (host, other))
    return one == two or one.endswith(f".{two}") or (two.endswith(f".{one}") and "." in one)


def shown(url: str) -> str:
    """The URL for a message: without password, control characters or endless length."""
    visible = "".join(c if unicodedata.category(c)[0] != "C" else "?" for c in url[:200])
    return re.sub(r"//[^/@]*@", "//***@", visible)


def _split(url: str) -> SplitResult:
    if len(url) > 2_000 or any(c.isspace() or unicodedata.category(c) == "Cc" for c in url):
        raise AddressRefused(f"{shown(url)}: addresses have no blanks and at most 2000 characters")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise AddressRefused(f"{shown(url)}: is no address ({error})") from error
    if "\\" in parts.netloc or "%" in parts.netloc or not parts.hostname:
        raise AddressRefused(f"{shown(url)}: is no address; it looks like https://example.com/page")
    return parts


def _canonical_host(parts: SplitResult, url: str) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        if literal_address(host) is None:
            raise AddressRefused(f"{shown(url)}: {host!r} is no IPv6 address")
        return host
    host = ascii_name(host)
    if not _HOST_NAME.match(host):
        raise AddressRefused(f"{shown(url)}: {host!r} is no host name")
    if _NUMBER.match(host.rpartition(".")[2]) and literal_address(host) is None:
        raise AddressRefused(f"{shown(url)}: {host!r} is neither a name nor an address")
    return host


def _port(parts: SplitResult, url: str) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise AddressRefused(f"{shown(url)}: the port is no number from 1 to 65535") from error


def _port_is_allowed(port: int, host: str, literal: Address | None, allow_loopback: bool) -> bool:
    is_own = host == "localhost" or (literal is not None and literal.is_loopback)
    return port in ALLOWED_PORTS or (allow_loopback and is_own)


def _embedded(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    is_compatible = address in _COMPATIBLE and int(address) > 1
    return IPv4Address(int(address) & 0xFFFFFFFF) if is_compatible or address in _NAT64 else None


def _number_address(host: str) -> IPv4Address | None:
    """The IPv4 number parser of the WHATWG URL Standard, which is what `inet_aton` accepts."""
    parts = host.casefold().rstrip(".").split(".")
    if len(parts) > 4 or not all(_NUMBER.match(part) for part in parts):
        return None
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return None
    *leading, last = numbers
    if any(number > 255 for number in leading) or last >= 256 ** (5 - len(numbers)):
        return None
    shifted = sum(number << 8 * (3 - place) for place, number in enumerate(leading))
    return IPv4Address(shifted + last)


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and part != "0" else int(part)
