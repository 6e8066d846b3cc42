"""A browser's only way out lets it reach what a crawl may reach, and says no to the rest."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from crawlers.browser_door import BrowserDoor
from crawlers.guard import Guard
from tests.crawlers.site import Answer, Site

DONE, REFUSED, UNREACHABLE, NO_SUCH_COMMAND = 0, 2, 4, 7


@pytest.fixture
def guard() -> Guard:
    return Guard(allow_loopback=True)


@pytest.fixture
def door(guard: Guard) -> BrowserDoor:
    return BrowserDoor(guard)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        running.pages["/tea"] = Answer(b"a page " * 50_000)
        yield running


def opened(door: BrowserDoor) -> socket.socket:
    """A connection that has said hello."""
    port = int(door.address.rpartition(":")[2])
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall(b"\x05\x02\x02\x00")
    assert client.recv(2) == b"\x05\x00"
    return client


def asked(client: socket.socket, host: str, port: int, command: int = 1) -> int:
    """The door's answer to the wish for a host, by its name or its address."""
    try:
        packed = ip_address(host).packed
        place = bytes((1 if len(packed) == 4 else 4,)) + packed
    except ValueError:
        place = bytes((3, len(host))) + host.encode()
    client.sendall(bytes((5, command, 0)) + place + struct.pack("!H", port))
    reply = client.recv(10)
    assert reply[0] == 5
    return reply[1]


def place_of(site: Site) -> tuple[str, int]:
    host, _, port = site.url("").removeprefix("http://").partition(":")
    return host, int(port)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_comes_through_whole(door: BrowserDoor, site: Site, host: str) -> None:
    with opened(door) as client:
        assert asked(client, host, place_of(site)[1]) == DONE
        client.sendall(b"GET /tea HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert received.endswith(b"a page " * 50_000)


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("169.254.169.254", 80), ("10.0.0.1", 443), ("::ffff:10.0.0.1", 80), ("fd00::1", 80),
        ("2852039166", 80), ("93.184.215.14", 25), ("bad name", 80), ("", 80),
    ],
)  # fmt: skip
def test_what_no_crawl_may_reach_is_refused_with_its_reason(
    door: BrowserDoor, guard: Guard, host: str, port: int
) -> None:
    with opened(door) as client:
        assert asked(client, host, port) == REFUSED
    assert len(guard.turned_back) == 1


def test_a_name_that_leads_to_where_no_crawl_may_go_is_refused(
    door: BrowserDoor, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80))]
    with opened(door) as client:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *wish, **kind: answers)
        assert asked(client, "shop.example", 80) == REFUSED
    assert "shop.example resolves to 10.0.0.1, a private address" in guard.turned_back[0]


def test_loopback_is_refused_by_its_name_too() -> None:
    strict = Guard(allow_loopback=False)
    with opened(BrowserDoor(strict)) as client:
        assert asked(client, "localhost", 80) == REFUSED
    assert "loopback" in strict.turned_back[0]


def test_what_is_not_there_is_unreachable(door: BrowserDoor, guard: Guard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    for host in ("127.0.0.1", "nobody.invalid"):
        with opened(door) as client:
            assert asked(client, host, port if host[0] == "1" else 80) == UNREACHABLE
    assert guard.turned_back == []


def test_other_wishes_and_noise_do_not_stop_it(door: BrowserDoor, site: Site) -> None:
    port = int(door.address.rpartition(":")[2])
    with opened(door) as client:
        assert asked(client, "127.0.0.1", 80, command=3) == NO_SUCH_COMMAND
    for noise in (b"GET / HTTP/1.1\r\n\r\n", b"\x05", b"\x05\x01\x02", b"\x04\x01\x00\x50"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(noise)
            client.shutdown(socket.SHUT_WR)
            assert client.recv(10) == b""
    with opened(door) as client:
        assert asked(client, *place_of(site)) == DONE
