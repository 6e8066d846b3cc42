"""What holds for every source, whatever a page contains."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crawlers.spiders
from crawlers.page import MAX_BODY_BYTES
from crawlers.parsed import ParsedPage
from crawlers.source import Source
from crawlers.spiders import SOURCES
from pipeline.errors import UsageError
from pipeline.records import Review
from tests.crawlers.pages import page
from tests.crawlers.spiders.seeds import NAMES, PIECES, SEEDS

each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
decoder = msgspec.json.Decoder(Review)

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=9),
    st.sampled_from(("Review", "Comment", "Product", "#a", "https://[", "//[", "5/5")),
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    ),
    max_leaves=30,
)


def check(found: ParsedPage) -> None:
    """Invariants of every parsed page."""
    ids = [review.review_id for review in found.reviews]
    assert len(ids) == len(set(ids))
    for review in found.reviews:
        assert decoder.decode(msgspec.json.encode(review)) == review
        assert review.full_text or review.rating is not None
    assert all(url.startswith(("http://", "https://")) for url in found.next_urls)
    assert all(isinstance(problem, str) and problem for problem in found.problems)


def test_every_file_of_the_folder_is_registered() -> None:
    folder = Path(crawlers.spiders.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert files == {source.name for source in SOURCES}


@each_source
@given(seed=st.sampled_from(SEEDS), number=st.integers(0, 2**32), body=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_mutated_pages_never_raise(source: Source, seed: str, number: int, body: bytes) -> None:
    dice = random.Random(number)
    text = seed
    for _ in range(dice.randint(1, 6)):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice((0, 1, 5, 40)))
        text = text[:start] + dice.choice(PIECES) + text[end:]
    for raw in (text.encode("utf-8", "surrogatepass"), text[: len(text) // 2].encode(), body):
        subject = page(raw, "https://shop.example/t/57")
        assert 0.0 <= source.recognises(subject) <= 1.0
        check(source.parse(subject))


@given(value=JSON)
@settings(deadline=None)
def test_any_json_under_the_right_names_never_raises(value: object) -> None:
    raw = json.dumps(value)
    script = f'<script type="application/ld+json">{raw}</script>'
    for source in SOURCES:
        check(source.parse(page(raw)))
        check(source.parse(page(script)))


HOSTILE: dict[str, str | bytes] = {
    "nested tags": "<div itemscope itemprop='a'>" * 100_000 + "x",
    "nested json": '<script type="application/ld+json">' + '{"review":' * 100_000,
    "bare nested json": "[" * 200_000,
    "nested objects": '{"a":' * 150 + "1" + "}" * 150,
    "a megabyte attribute": f"<p itemscope itemtype='schema.org/Review' id='{'x' * 2_000_000}'>y",
    "many items": '<p itemscope itemtype="x/Review"><b itemprop="name">x</b>' * 30_000,
    "properties in each other": "<b itemscope>" + "<i itemprop='name'>a " * 2_000 + "x" * 100_000,
    "a million commas": '<script type="application/ld+json">{"a":1' + "," * 1_000_000,
    "invalid encoding": b"\xff\xfe\xfd<script type='application/ld+json'>\x80{\x81}",
    "entity bomb": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><feed><entry><title>&j;</title><im:rating>5</im:rating></entry></feed>",
    "too long": b"<p>" + b"x" * (MAX_BODY_BYTES + 10),
    "cyclic references": '<script type="application/ld+json">{"@graph":['
    '{"@id":"#1","@type":"Review","itemReviewed":{"@id":"#2"},"author":{"@id":"#1"},"name":"x"},'
    '{"@id":"#2","@type":"Review","itemReviewed":{"@id":"#1"},"author":{"@id":"#2"},"name":"y"}]}'
    "</script>",
    "empty": b"",
}  # fmt: skip


@each_source
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_neither_hang_nor_raise(source: Source, name: str) -> None:
    body = HOSTILE[name]
    started = time.process_time()
    subject = page(body)
    source.recognises(subject)
    check(source.parse(subject))
    assert time.process_time() - started < 5


@each_source
@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "file:///etc/passwd", "https://[", "x"])
def test_what_is_no_web_address_is_refused(source: Source, url: str) -> None:
    with pytest.raises(UsageError):
        source.start_urls(url)


@each_source
def test_metadata_is_told(source: Source) -> None:
    assert source.access.paging
    assert source.kind
