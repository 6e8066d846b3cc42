"""A key goes from the environment to the request it is for, and is seen nowhere else."""

from __future__ import annotations

import msgspec
import pytest

from crawlers.conversation import Order
from crawlers.fetching import ChildFetcher, bare_environment
from crawlers.guard import KEYED_HOST, Guard, GuardMiddleware
from crawlers.jobs import start_urls
from crawlers.keys import (
    KeyMissing,
    Secrets,
    check_options,
    redacted,
    secret_variables,
    secrets_of,
)
from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.source import Access, PageRequest, PlainRequests
from crawlers.spider import ReviewSpider
from crawlers.spiders import SOURCES
from pipeline.errors import ConfigurationError, UsageError
from pipeline.records import SourceKind
from pipeline.settings import CrawlSettings, SourceSettings
from tests.crawlers.site import Site, reviews_page

SECRET = 's3cr€t/+key"'
PLACE = "https://places.googleapis.com/v1/places/ChIJN1t_tDeuEmsRUsoyG83frY4"


class Interface(PlainRequests):
    """A source whose pages take a key in the query and a body."""

    name = "interface"
    kind: SourceKind = "web"
    access = Access(key="OTZVUK_KEY_INTERFACE")

    def start_urls(self, url: str) -> tuple[str, ...]:
        return (url,)

    def request(self, address: str, key: str | None) -> PageRequest:
        return PageRequest(
            url=f"{address}?key={key}", method="POST", headers=(("X-Key", key or ""),), body=b"{}"
        )

    def recognises(self, page: Page) -> float:
        return 1.0

    def parse(self, page: Page) -> ParsedPage:
        return ParsedPage()


def order(secrets: Secrets, source: str = "auto") -> Order:
    crawl = CrawlSettings(allow_loopback=True, delay_seconds=0.0, retries=0)
    return Order(
        source=source, entity_id="tea", crawl_id="c", is_backfill=False, crawl=crawl,
        listing="https://shop.example/tea", secrets=secrets,
    )  # fmt: skip


def test_a_request_carries_the_key_and_its_page_keeps_the_address() -> None:
    spider = ReviewSpider(order=order(Secrets(key="abcdef", cookies="a=b")))
    spider._source = Interface()
    request = spider.request("https://shop.example/api")
    assert request.url == "https://shop.example/api?key=abcdef"
    assert (request.method, request.body) == ("POST", b"{}")
    assert request.headers["X-Key"] == b"abcdef"
    assert request.headers["Cookie"] == b"a=b"
    assert request.meta["otzvuk_address"] == "https://shop.example/api"
    foreign = spider.request("https://other.example/api")
    assert "Cookie" not in foreign.headers


def test_a_request_with_a_key_is_not_sent_on_to_another_host() -> None:
    spider = ReviewSpider(order=order(Secrets(key="abcdef")))
    spider._source = Interface()
    request = spider.request("https://shop.example/api")
    assert request.meta[KEYED_HOST] == "shop.example"
    middleware = GuardMiddleware(Guard(allow_loopback=False))
    middleware.process_request(request)
    with pytest.raises(UsageError, match="another host"):
        middleware.process_request(request.replace(url="https://evil.example/?key=abcdef"))


def test_secrets_are_hidden_in_every_spelling() -> None:
    encoded = msgspec.json.encode({"reason": f"failed: https://a.example/?key={SECRET}"})
    quoted = b"https://a.example/?key=s3cr%E2%82%ACt%2F%2Bkey%22&x=1 s3cr%E2%82%ACt/%2Bkey%22"
    for text in (encoded, quoted, SECRET.encode()):
        hidden = redacted(text, [SECRET])
        assert b"s3cr" not in hidden
        assert b"***" in hidden
    assert redacted(b"a page about a", ["a"]) == b"a page about a"
    assert SECRET not in repr(order(Secrets(key=SECRET)))


def test_only_what_the_source_needs_is_read_from_the_environment() -> None:
    environment = {"OTZVUK_KEY_YELP": "y", "OTZVUK_KEY_TRUSTPILOT": "t", "PROXY": "http://p:1"}
    crawl = CrawlSettings(sources={"yelp": SourceSettings(proxy="PROXY")})
    assert secrets_of("yelp", crawl, environment) == Secrets(key="y", proxy="http://p:1")
    assert secrets_of("trustpilot", crawl, environment) == Secrets(key="t")
    assert secrets_of("auto", crawl, environment) == Secrets()
    with pytest.raises(UsageError, match="PROXY"):
        secrets_of("yelp", crawl, {})


def test_options_of_a_source_that_does_not_exist_are_refused() -> None:
    check_options(CrawlSettings(sources={"yelp": SourceSettings(), "auto": SourceSettings()}))
    with pytest.raises(ConfigurationError, match="yelpp: no such source"):
        check_options(CrawlSettings(sources={"yelpp": SourceSettings()}))


def test_the_child_inherits_no_secret() -> None:
    crawl = CrawlSettings(sources={"yelp": SourceSettings(cookies="SHOP_COOKIE")})
    environment = {"OTZVUK_STORE": "x", "SHOP_COOKIE": "y", "PATH": "/bin", "EXTRA_KEY": "z"}
    secret = secret_variables(crawl) | {"EXTRA_KEY"}
    assert bare_environment(environment, secret) == {"PATH": "/bin"}
    assert {source.access.key for source in SOURCES} - {""} <= secret


def test_the_official_interface_is_asked_when_there_is_a_key() -> None:
    with pytest.raises(KeyMissing, match="OTZVUK_KEY_GOOGLE_PLACES"):
        start_urls("google_places", PLACE)
    (address,) = start_urls("google_places", PLACE, "abcdef")
    assert address.startswith("https://places.googleapis.com/")
    assert "abcdef" not in address


def test_a_page_that_repeats_the_key_does_not_bring_it_out(site: Site) -> None:
    secrets = Secrets(key="abcdef-secret")
    site.pages["/tea"] = reviews_page(["abcdef-secret"])
    with ChildFetcher(order(secrets)) as fetcher:
        reply = fetcher.fetch(site.url("/tea"), 60.0)
        missing = fetcher.fetch(site.url("/abcdef-secret"), 60.0)
    assert "abcdef-secret" not in repr((reply, missing))
    assert "***" in repr(reply)
