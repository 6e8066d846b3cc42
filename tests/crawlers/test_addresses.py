"""No spelling of a forbidden address passes; public ones come out in one canonical form."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from crawlers.addresses import AddressRefused, checked_url, refusal, same_site, shown

LOOPBACK = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.1/", "http://0177.0.0.1/", "http://017700000001/", "http://127.0.0.1./",
    "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://①②⑦.⓪.⓪.①/",
    "http://１２７.0.0.1/", "http://127。0。0。1/",
]  # fmt: skip

OTHERS = [
    "http://0/", "http://0.0.0.0/", "http://10.1.2.3/", "http://172.16.0.1/",
    "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/", "http://2852039166/", "http://100.64.0.1/", "http://100.100.100.200/",
    "http://168.63.129.16/", "http://192.0.0.192/", "http://198.18.0.1/", "http://224.0.0.1/",
    "http://255.255.255.255/", "http://240.0.0.1/", "http://[::]/",
    "http://[::ffff:a9fe:a9fe]/", "http://[64:ff9b:1::1]/", "http://[2001:0:7f00:1::]/",
    "http://[fd00:ec2::254]/", "http://[fe80::1]/", "http://[fec0::1]/", "http://[ff02::1]/",
    "http://[4000::1]/", "http://[fe80::1%25eth0]/",
]  # fmt: skip

MALFORMED = [
    "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "javascript:alert(1)",
    "//example.com/", "example.com", "http://", "http:///path", "http://user@example.com/",
    "http://user:secret@127.0.0.1/", "http://example.com@10.0.0.1/", "http://exa mple.com/",
    "http://example.com\\@10.0.0.1/", "http://exam%70le.com/", "http://example.com:99999/",
    "http://example.com:port/", "http://[::1", "http://256.256.256.256/", "http://1.2.3.4.5/",
    "http://0x/x y", "http://exa\nmple.com/", "http://.example.com/", "http://-/",
    "http://example.com:22/", "http://example.com:6379/", "http://example.com:25/",
]  # fmt: skip


@pytest.mark.parametrize("url", LOOPBACK + OTHERS)
def test_a_forbidden_address_is_refused_in_every_spelling(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_url(url, allow_loopback=False)


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_url(url, allow_loopback=False)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.COM:443", "https://example.com/"),
        ("http://example.com.:80/a?b=1#c", "http://example.com/a?b=1"),
        ("https://пример.рф/отзывы", "https://xn--e1afmkfd.xn--p1ai/отзывы"),
        ("http://8.8.8.8:8080/", "http://8.8.8.8:8080/"),
        ("http://0x08080808/", "http://8.8.8.8/"),
        ("http://[2001:4860:4860::8888]/", "http://[2001:4860:4860::8888]/"),
        ("http://[64:ff9b::808:808]/", "http://[64:ff9b::808:808]/"),
    ],
)
def test_a_public_address_gets_one_spelling(url: str, canonical: str) -> None:
    assert checked_url(url, allow_loopback=False) == canonical


@pytest.mark.parametrize("url", OTHERS)
def test_allowing_loopback_allows_nothing_else(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_url(url, allow_loopback=True)


@pytest.mark.parametrize("url", LOOPBACK)
def test_loopback_is_one_place_in_all_its_spellings(url: str) -> None:
    assert checked_url(url, allow_loopback=True)


def test_loopback_has_any_port_when_it_is_allowed() -> None:
    assert checked_url("http://127.0.0.1:39999/x", allow_loopback=True).endswith(":39999/x")
    with pytest.raises(AddressRefused):
        checked_url("http://example.com:39999/x", allow_loopback=True)


def test_the_message_says_why_and_hides_the_password() -> None:
    with pytest.raises(AddressRefused, match="loopback"):
        checked_url("http://127.0.0.1/", allow_loopback=False)
    assert "secret" not in shown("http://user:secret@example.com/")


def test_resolved_addresses_are_judged_alike() -> None:
    assert refusal(ip_address("10.0.0.1"), allow_loopback=True) == "private"
    assert refusal(ip_address("127.0.0.1"), allow_loopback=True) is None
    assert refusal(ip_address("93.184.216.34"), allow_loopback=False) is None


@pytest.mark.parametrize(
    ("host", "other", "expected"),
    [
        ("www.shop.example", "shop.example", True),
        ("forum.shop.example", "shop.example", True),
        ("shop.example", "api.shop.example", True),
        ("shop.example", "othershop.example", False),
        ("example", "shop.example", False),
        ("shop.example", "shop.example.evil", False),
    ],
)
def test_a_site_is_a_name_and_its_subdomains(host: str, other: str, expected: bool) -> None:
    assert same_site(host, other) is expected
