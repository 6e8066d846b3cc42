"""Host, path and query of addresses that anybody may have written."""

from __future__ import annotations

import pytest

from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of
from crawlers.parsing.element_value import absolute


def test_parts_of_an_address() -> None:
    url = "https://WWW.Shop.example/a/b?x=1&x=2&empty=&y=%D1%8F#z"
    assert (host_of(url), path_of(url)) == ("shop.example", "/a/b")
    assert query_of(url) == {"x": "1", "y": "я"}


@pytest.mark.parametrize("url", ["", "x", "https://[", "//[", "mailto:a@b.example"])
def test_what_is_no_address_has_no_parts(url: str) -> None:
    assert (host_of(url), query_of(url)) == ("", {})
    assert isinstance(path_of(url), str)


@pytest.mark.parametrize(
    ("url", "is_own"),
    [("https://m.shop.example/a", True), ("https://shop.example", True),
     ("https://notshop.example/", False), ("https://shop.example.evil.example/", False)],
)  # fmt: skip
def test_parts_of_a_site_belong_to_it_and_lookalikes_do_not(url: str, is_own: bool) -> None:
    assert is_of(url, "other.example", "shop.example") is is_own


@pytest.mark.parametrize("base", ["", "https://shop.example/"])
@pytest.mark.parametrize("address", ["https://[x", "https://[::1/a", "javascript:void(0)"])
def test_what_is_no_address_is_none_with_and_without_a_base(base: str, address: str) -> None:
    assert absolute(base, address) == ""
