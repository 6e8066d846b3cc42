"""A real browser reads pages that only it can read, and goes nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import msgspec
import pytest

from crawlers.browser import PROGRAMS
from crawlers.conversation import Fetch, Fetched, Order, Reply, Unfetched
from crawlers.outcomes import Outcome
from pipeline.settings import CrawlSettings
from tests.crawlers.site import Answer, Site

# The fetching process as it is, save that the browser has no sandbox where the tests run as root:
# all that it reads is of these tests.
CHILD = """
import os
from crawlers import browser, child
usual = browser.launch_options
browser.launch_options = lambda proxy: usual(proxy) | {"chromium_sandbox": os.geteuid() != 0}
child.main()
"""
PAGE_SECONDS = 20.0
MADE_BY_A_SCRIPT = """<html><head><title>Чай</title></head><body><script>
const found = {"@context": "https://schema.org", "@type": "Product", "name": "Чай", "review": [
  {"@type": "Review", "author": "Анна", "reviewBody": "Ароматный чай, пью каждый день",
   "reviewRating": {"ratingValue": 4}}]};
const script = document.createElement("script");
script.type = "application/ld+json";
script.text = JSON.stringify(found);
document.head.appendChild(script);
new Image().src = "/picture.png";
fetch("http://10.0.0.1/").catch(() => {});
</script></body></html>"""


def there_is_none() -> str:
    """Why no browser can be asked; empty when one can."""
    if not any(map(shutil.which, PROGRAMS)):
        return f"none of {', '.join(PROGRAMS)} is installed"
    return ""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as running:
        running.pages |= {
            "/made": Answer(MADE_BY_A_SCRIPT.encode()),
            "/metadata": Answer(status=302, headers={"Location": "http://169.254.169.254/latest"}),
            "/inward": Answer(status=302, headers={"Location": "http://10.0.0.7/"}),
            "/gone": Answer(b"<p>nothing</p>", status=404),
            "/empty": Answer(status=500),
            "/slow": Answer(drip=True),
            "/busy": Answer(b"<script>while (true) {}</script>"),
            "/captcha": Answer(b"<title>Robot Check</title>Type the characters you see"),
        }
        yield running


@pytest.fixture(scope="module")
def process() -> Iterator[subprocess.Popen[bytes]]:
    if reason := there_is_none():
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI is set")
        pytest.skip(f"{reason}: apt-get install chromium")
    crawl = CrawlSettings(allow_loopback=True, delay_seconds=0.0, retries=0, timeout_seconds=4.0)
    order = Order(
        source="schemaorg", entity_id="tea", crawl_id="c", is_backfill=False, crawl=crawl,
        use_browser=True,
    )  # fmt: skip
    command = [sys.executable, "-c", CHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        running.stdin.write(msgspec.json.encode(order) + b"\n")
        yield running
        running.stdin.close()


def asked(process: subprocess.Popen[bytes], url: str) -> Reply:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(msgspec.json.encode(Fetch(url=url)) + b"\n")
    process.stdin.flush()
    reply: Reply = msgspec.json.decode(process.stdout.readline(), type=Reply)
    return reply


def test_a_page_that_a_script_makes_is_read(process: subprocess.Popen[bytes], site: Site) -> None:
    reply = asked(process, site.url("/made"))
    assert isinstance(reply, Fetched), reply
    assert [(one.author.name, one.rating) for one in reply.reviews] == [("Анна", 4.0)]
    assert "/picture.png" not in site.paths


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/metadata", Outcome.ADDRESS_REFUSED),
        ("/inward", Outcome.ADDRESS_REFUSED),
        ("/gone", Outcome.HTTP_ERROR),
        ("/empty", Outcome.HTTP_ERROR),
        ("/slow", Outcome.TIMEOUT),
        ("/busy", Outcome.TIMEOUT),
        ("/captcha", Outcome.CAPTCHA),
    ],
)
def test_each_obstacle_has_its_outcome_and_the_next_page_is_read(
    process: subprocess.Popen[bytes], site: Site, path: str, outcome: Outcome
) -> None:
    reply = asked(process, site.url(path))
    assert isinstance(reply, Unfetched), reply
    assert reply.outcome is outcome, reply
    assert isinstance(asked(process, site.url("/made")), Fetched)
