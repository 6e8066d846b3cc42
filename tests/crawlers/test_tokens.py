"""A lasting key buys tokens that end: renewed in time, refused by name, seen nowhere."""

from __future__ import annotations

import asyncio
import base64
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

import msgspec
import pytest
from scrapy import Request
from scrapy.http import Response

from crawlers.conversation import Fetch, Fetched, Order, Reply, Unfetched
from crawlers.credentials import Credentials, TokenGrant, credentials_of
from crawlers.guard import KEYED_HOST
from crawlers.keys import Secrets, secrets_of
from crawlers.outcomes import Outcome
from crawlers.spiders import SOURCES
from crawlers.tokens import RENEW_SECONDS, UNTOLD_SECONDS, TokenRefused, Tokens
from pipeline.errors import UsageError
from pipeline.settings import CrawlSettings
from tests.crawlers.site import Answer, Site

DESK = TokenGrant(url="https://id.example/token", grant="client_credentials")
ASKED_ONCE = TokenGrant(url="https://id.example/token", grant="refresh_token")
CLIENT = Credentials(client_id="the id", client_secret="s3cret")

# A fetching process with one more source, whose interface wants a token of the site `sys.argv[1]`.
CHILD = """
import sys
from crawlers import child
from crawlers.credentials import TokenGrant
from crawlers.parsed import ParsedPage
from crawlers.source import Access, PageRequest, PlainRequests
from crawlers.spiders import SOURCE_BY_NAME

class Interface(PlainRequests):
    name, kind = "interface", "web"
    access = Access(
        key="OTZVUK_KEY_INTERFACE",
        token=TokenGrant(url=sys.argv[1], grant="client_credentials", in_header=True),
    )
    def request(self, address, key):
        return PageRequest(url=address, headers=(("Authorization", f"Bearer {key}"),))
    def recognises(self, page):
        return 1.0
    def parse(self, page):
        return ParsedPage(problems=(page.text,))

SOURCE_BY_NAME["interface"] = Interface()
child.main()
"""


class Desk:
    """A token endpoint, and the time."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []
        self.now = 1_000.0

    async def download(self, request: Request) -> Response:
        self.asked.append(request)
        status, body = self.answers.pop(0)
        return Response(request.url, status=status, body=body.encode())

    def tokens(self, grant: TokenGrant = DESK, client: Credentials = CLIENT) -> Tokens:
        return Tokens(grant, client, self.download, lambda: self.now)


def given(token: str, seconds: object = 3_600) -> tuple[int, str]:
    return 200, msgspec.json.encode({"access_token": token, "expires_in": seconds}).decode()


def test_a_token_is_kept_and_renewed_before_it_ends() -> None:
    desk = Desk(given("one"), given("two"))
    tokens = desk.tokens()
    assert asyncio.run(tokens.current()) == "one"
    desk.now += 3_600 - RENEW_SECONDS - 1
    assert asyncio.run(tokens.current()) == "one"
    desk.now += 2
    assert asyncio.run(tokens.current()) == "two"
    assert tokens.given == ["one", "two"]


@pytest.mark.parametrize("body", ['{"access_token": "one"}', '{"access_token": "one", "x": 1}'])
def test_a_token_of_untold_length_is_not_used_for_long(body: str) -> None:
    desk = Desk((200, body), given("two"))
    tokens = desk.tokens()
    asyncio.run(tokens.current())
    desk.now += UNTOLD_SECONDS
    assert asyncio.run(tokens.current()) == "two"


def test_seconds_that_are_written_as_text_are_read() -> None:
    desk = Desk(given("one", "3600"), given("two"))
    tokens = desk.tokens()
    asyncio.run(tokens.current())
    desk.now += 1_000
    assert asyncio.run(tokens.current()) == "one"


def test_the_request_is_as_the_standard_has_it() -> None:
    desk = Desk(given("one"))
    asyncio.run(desk.tokens().current())
    (request,) = desk.asked
    fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert request.method == "POST"
    assert fields == {
        "grant_type": "client_credentials", "client_id": "the id", "client_secret": "s3cret",
    }  # fmt: skip
    assert request.headers["Content-Type"] == b"application/x-www-form-urlencoded"
    assert (request.meta[KEYED_HOST], request.meta["dont_redirect"]) == ("id.example", True)


def test_id_and_secret_can_go_in_the_header() -> None:
    grant = msgspec.structs.replace(DESK, in_header=True)
    desk = Desk(given("one"))
    asyncio.run(desk.tokens(grant).current())
    (request,) = desk.asked
    assert parse_qs(request.body.decode()) == {"grant_type": ["client_credentials"]}
    kind, _, pair = (request.headers["Authorization"] or b"").decode().partition(" ")
    assert (kind, base64.b64decode(pair)) == ("Basic", b"the+id:s3cret")


def test_what_a_person_agreed_to_once_is_sent_again() -> None:
    desk = Desk(given("one"))
    client = msgspec.structs.replace(CLIENT, refresh_token="1//a b")
    asyncio.run(desk.tokens(ASKED_ONCE, client).current())
    fields = parse_qs(desk.asked[0].body.decode())
    assert (fields["grant_type"], fields["refresh_token"]) == (["refresh_token"], ["1//a b"])


@pytest.mark.parametrize(
    ("status", "body", "outcome", "said"),
    [
        (400, '{"error": "invalid_grant"}', Outcome.KEY_MISSING, "invalid_grant"),
        (401, "<html>", Outcome.KEY_MISSING, "HTTP 401"),
        (200, '{"error": "invalid_client"}', Outcome.KEY_MISSING, "invalid_client"),
        (403, '{"error": {"status": "DENIED"}}', Outcome.KEY_MISSING, "DENIED"),
        (429, "", Outcome.RATE_LIMITED, "no more tokens"),
        (302, "", Outcome.HTTP_ERROR, "HTTP 302"),
        (500, '{"error": []}', Outcome.HTTP_ERROR, "HTTP 500"),
        (200, "<html>", Outcome.HTTP_ERROR, "gives no token"),
        (200, '{"access_token": ""}', Outcome.HTTP_ERROR, "empty token"),
        (200, '{"access_token": 7}', Outcome.HTTP_ERROR, "gives no token"),
        (200, "\udcff", Outcome.HTTP_ERROR, "gives no token"),
    ],
)
def test_a_refusal_has_its_outcome(status: int, body: str, outcome: Outcome, said: str) -> None:
    async def download(request: Request) -> Response:
        raw = body.encode("utf-8", "surrogateescape")
        return Response(request.url, status=status, body=raw)

    with pytest.raises(TokenRefused, match=said) as caught:
        asyncio.run(Tokens(DESK, CLIENT, download).current())
    assert caught.value.outcome is outcome
    assert "s3cret" not in str(caught.value)


def test_a_key_without_colons_is_a_token_itself() -> None:
    assert credentials_of("ya29.a0Af", ASKED_ONCE) is None
    assert credentials_of("a:b", None) is None
    assert credentials_of(None, DESK) is None
    assert credentials_of("a:b", DESK) == Credentials(client_id="a", client_secret="b")
    found = credentials_of("a:b:1//c", ASKED_ONCE)
    assert found is not None
    assert found.refresh_token == "1//c"
    assert "b" not in repr(found).replace("<hidden>", "").replace("Credentials", "")


@pytest.mark.parametrize(
    ("key", "grant"), [("a:b", ASKED_ONCE), ("a:", DESK), ("a:b:c", DESK), (":b", DESK)]
)
def test_a_key_with_parts_missing_is_refused_without_being_shown(
    key: str, grant: TokenGrant
) -> None:
    with pytest.raises(UsageError, match="expected id:secret") as caught:
        credentials_of(key, grant)
    assert key not in str(caught.value)


def test_a_malformed_key_is_refused_before_anything_is_asked() -> None:
    environment = {"OTZVUK_KEY_GOOGLE_BUSINESS": "id:secret"}
    with pytest.raises(UsageError, match=r"OTZVUK_KEY_GOOGLE_BUSINESS: .*id:secret:refresh token"):
        secrets_of("google_business", CrawlSettings(), environment)


def test_each_part_of_a_key_is_a_secret_but_the_first() -> None:
    assert set(Secrets(key="id:secret:1//c").values) == {"id:secret:1//c", "secret", "1//c"}
    assert set(Secrets(key="mastodon.example:abc").values) == {"mastodon.example:abc", "abc"}


def test_every_token_endpoint_is_asked_over_tls() -> None:
    grants = [source.access.token for source in SOURCES if source.access.token]
    assert len(grants) >= 3
    assert all(grant.url.startswith("https://") for grant in grants)


@contextmanager
def fetching(site: Site, desk: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A real fetching process that has `id:s3cret` and asks `/token` of the site, or `desk`."""
    crawl = CrawlSettings(allow_loopback=True, delay_seconds=0.0, retries=0)
    order = Order(
        source="interface", entity_id="tea", crawl_id="c", is_backfill=False, crawl=crawl,
        secrets=Secrets(key="id:s3cret"),
    )  # fmt: skip
    command = [sys.executable, "-c", CHILD, desk or site.url("/token")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(order) + b"\n")
        yield process
        process.stdin.close()


def asked(process: subprocess.Popen[bytes], url: str) -> Reply:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(msgspec.json.encode(Fetch(url=url)) + b"\n")
    process.stdin.flush()
    reply: Reply = msgspec.json.decode(process.stdout.readline(), type=Reply)
    return reply


def test_a_crawl_buys_one_token_and_shows_it_to_nobody() -> None:
    with Site() as site, fetching(site) as process:
        site.pages |= {
            "/token": Answer(given("t0ken-of-an-hour")[1].encode()),
            "/one": Answer(b"echo t0ken-of-an-hour"),
            "/two": Answer(b"fine"),
        }
        first, second = (asked(process, site.url(path)) for path in ("/one", "/two"))
    assert isinstance(first, Fetched)
    assert first.problems == ("echo ***",)
    assert isinstance(second, Fetched)
    basic = f"Basic {base64.b64encode(b'id:s3cret').decode()}"
    assert site.sent == [
        ("/token", basic, b"grant_type=client_credentials"),
        ("/one", "Bearer t0ken-of-an-hour", b""),
        ("/two", "Bearer t0ken-of-an-hour", b""),
    ]


def test_without_a_token_no_page_is_asked_for_and_the_next_may_have_one() -> None:
    with Site() as site, fetching(site) as process:
        site.pages["/token"] = Answer(b'{"error": "invalid_client"}', status=401)
        site.pages["/one"] = Answer(b"fine")
        refused = asked(process, site.url("/one"))
        site.pages["/token"] = Answer(given("better")[1].encode())
        assert isinstance(asked(process, site.url("/one")), Fetched)
    assert isinstance(refused, Unfetched)
    assert refused.outcome is Outcome.KEY_MISSING
    assert "invalid_client" in refused.reason
    assert site.paths == ["/token", "/token", "/one"]


def test_a_desk_that_cannot_be_reached_has_its_outcome_too() -> None:
    with Site() as site, fetching(site, "http://127.0.0.1:1/token") as process:
        refused = asked(process, site.url("/one"))
    assert isinstance(refused, Unfetched)
    assert refused.outcome is Outcome.UNREACHABLE
    assert site.paths == []


def test_a_desk_that_sends_elsewhere_is_not_followed() -> None:
    with Site() as site, fetching(site) as process:
        site.pages["/token"] = Answer(status=302, headers={"Location": site.url("/elsewhere")})
        refused = asked(process, site.url("/one"))
    assert isinstance(refused, Unfetched)
    assert refused.outcome is Outcome.HTTP_ERROR
    assert site.paths == ["/token"]
