"""Answers of Mangrove, constructed from its published standard; no capture is known."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.mangrove import API, MANGROVE
from pipeline.errors import UsageError
from tests.crawlers.pages import page

SUBJECT = "geo%3A47.1%2C8.5%3Fq%3DCafe%2BPort%26u%3D30"
ADDRESS = f"{API}?sub={SUBJECT}&latest_edits_only=true&maresi_subjects=true&limit=1000"
KEY = "-----BEGIN PUBLIC KEY-----\nMFkwEw\n-----END PUBLIC KEY-----"


def row(native: str = "s1", metadata: Any = None, **payload: Any) -> dict[str, Any]:
    return {
        "signature": native, "jwt": "a.b.c", "kid": KEY, "scheme": "geo",
        "payload": {
            "iat": 1709629200, "sub": "geo:47.1,8.5?q=Cafe+Port&u=30", "rating": 25,
            "opinion": "Долго ждали", "images": [{"src": "https://img.example/a.jpg"}],
            "metadata": {"nickname": "Инна", "client_id": "https://map.example"}
            | (metadata or {}),
        } | payload,
    }  # fmt: skip


def answer(*rows: Any, **more: Any) -> str:
    return json.dumps({"reviews": list(rows)} | more)


def parsed(body: str, url: str = ADDRESS) -> ParsedPage:
    return MANGROVE.parse(page(body, url))


def test_every_field() -> None:
    judged = {"urn:maresi:s1": {"confirmed_count": 2, "count": 3}}
    one = parsed(answer(row(metadata={"is_affiliated": True}), maresi_subjects=judged)).reviews[0]
    assert (one.review_id, one.rating, one.text) == ("mangrove:s1", 2.0, "Долго ждали")
    assert one.rating_original is not None
    assert (one.rating_original.value, one.rating_original.worst, one.rating_original.best) == (
        25.0, 0.0, 100.0,
    )  # fmt: skip
    assert (one.author.id, one.author.name) == ("MFkwEw", "Инна")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.votes is not None
    assert (one.votes.helpful, one.media_count, one.product) == (2, 1, "Cafe Port")
    assert one.url == "https://mangrove.reviews/list?signature=s1"
    assert one.extra == {
        "subject": "geo:47.1,8.5?q=Cafe+Port&u=30", "client": "https://map.example",
        "is_affiliated": True,
    }  # fmt: skip


@pytest.mark.parametrize(("rating", "stars"), [(0, 1.0), (50, 3.0), (100, 5.0), (None, None)])
def test_a_hundred_is_five_stars_and_nought_is_one(rating: object, stars: float | None) -> None:
    assert parsed(answer(row(rating=rating))).reviews[0].rating == stars


def test_what_is_nobodys_opinion_is_left_out() -> None:
    rows = (
        row("a", metadata={"is_generated": True}), row("b", action="delete"),
        row("c", action="report_abuse"), row("d", action="edit"),
    )  # fmt: skip
    found = parsed(answer(*rows))
    assert [one.review_id for one in found.reviews] == ["mangrove:d"]
    assert found.skipped == {
        "written by a machine": 1, "a withdrawal": 1, "a report of abuse": 1,
    }  # fmt: skip


def token(**payload: Any) -> str:
    parts = ({"alg": "ES256", "kid": KEY}, payload)
    coded = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts)
    return ".".join((*(one.rstrip("=") for one in coded), "sign"))


def test_an_entry_that_is_a_token_alone() -> None:
    jwt = token(iat=1709629200, sub="geo:47.1,8.5?q=Cafe+Port", rating=25, opinion="Slow")
    entry = {"signature": "s1", "jwt": jwt}
    one = parsed(json.dumps([entry, {"signature": "s2", "jwt": "a.b"}]), "").reviews[0]
    assert (one.review_id, one.rating, one.text) == ("mangrove:s1", 2.0, "Slow")
    assert (one.author.id, one.product) == ("MFkwEw", "Cafe Port")
    assert MANGROVE.recognises(page(json.dumps([entry]), "")) > 0.9


def test_reviews_that_nobody_signed_yet_and_a_key_of_2020() -> None:
    body = json.dumps([row()["payload"] | {"iss": "MFkwEw"}])
    one = parsed(body, "").reviews[0]
    assert (one.rating, one.text, one.author.id) == (2.0, "Долго ждали", "MFkwEw")
    assert (one.url, one.review_id.startswith("mangrove:~")) == (None, True)
    assert MANGROVE.recognises(page(body, "")) >= 0.9


def test_an_edit_takes_the_place_of_what_it_edits() -> None:
    first = row("a")
    edit = row("b", action="edit", sub="urn:maresi:a", rating=50, iat=1709715600)
    last = row("c", action="edit", sub="urn:maresi:b", opinion="Вкусно", iat=1709715700)
    found = parsed(answer(first, edit, last))
    (one,) = found.reviews
    assert (one.review_id, one.text, one.product) == ("mangrove:a", "Вкусно", "Cafe Port")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.edited_at == datetime(2024, 3, 6, 9, 1, 40, tzinfo=UTC)
    assert found.skipped == {"an earlier version": 2}


def test_an_edit_alone_keeps_the_id_of_what_it_edited() -> None:
    (one,) = parsed(answer(row("b", action="edit", sub="urn:maresi:a"))).reviews
    assert (one.review_id, one.product, one.edited_at) == ("mangrove:a", None, one.published_at)


def test_what_its_author_withdrew_and_votes_on_reviews_are_left_out() -> None:
    gone = row("b", action="delete", sub="urn:maresi:a")
    vote = row("c", sub="urn:maresi:d", opinion=None, rating=100)
    found = parsed(answer(row("a"), gone, vote, row("d")))
    assert [one.review_id for one in found.reviews] == ["mangrove:d"]
    assert found.skipped == {"withdrawn": 1, "a withdrawal": 1, "a vote on another review": 1}


def test_edits_in_a_circle_end() -> None:
    one, other = (row(name, action="edit", sub=f"urn:maresi:{of}") for name, of in ("ab", "ba"))
    assert parsed(answer(one, other)).reviews == ()


def test_pictures_as_addresses_alone_and_the_occasion() -> None:
    metadata = {"experience_context": "family"}
    one = parsed(answer(row(images=["https://img.example/a"], metadata=metadata))).reviews[0]
    assert (one.media_count, one.extra["context"]) == (1, "family")


def test_a_site_as_subject_and_a_review_alone() -> None:
    one = parsed(json.dumps(row(sub="https://shop.example/"))).reviews[0]
    assert one.product == "https://shop.example/"


def test_full_answers_lead_on_from_the_last_second() -> None:
    short = ADDRESS.replace("limit=1000", "limit=2")
    found = parsed(answer(row("a"), row("b", iat=1709629300)), short)
    assert found.next_urls == (f"{ADDRESS}&gt_iat=1709629299",)
    assert parsed(answer(row("a"))).next_urls == ()
    again = f"{short}&gt_iat=1709629299"
    assert parsed(answer(row("a", iat=1709629300), row("b", iat=1709629300)), again).next_urls == ()


def test_a_malformed_review_does_not_lose_the_others() -> None:
    bad = (None, {"payload": 7}, row("a", rating=999, metadata={"nickname": 5}), row("b"))
    found = parsed(answer(*bad))
    assert [one.review_id[-1] for one in found.reviews] == ["a", "b"]
    assert len(found.problems) == 2


def test_no_reviews_are_a_valid_answer() -> None:
    found = parsed(answer())
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


def test_anything_else_is_a_problem() -> None:
    assert "mangrove" in parsed('{"a":1}').problems[0]
    assert "mangrove" in parsed("<p>x</p>").problems[0]


@pytest.mark.parametrize(
    "url",
    [f"https://mangrove.reviews/search?sub={SUBJECT}", f"{API}?sub={SUBJECT}&limit=5", ADDRESS],
)
def test_any_address_of_a_subject_leads_to_its_reviews(url: str) -> None:
    assert MANGROVE.start_urls(url) == (ADDRESS,)


def test_a_signature_leads_to_its_review() -> None:
    url = MANGROVE.start_urls("https://mangrove.reviews/list?signature=s1")[0]
    assert parse_qs(urlsplit(url).query)["signature"] == ["s1"]
    assert MANGROVE.request(url, None).url == url


@pytest.mark.parametrize("url", ["https://mangrove.reviews/", f"https://a.example/?sub={SUBJECT}"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match="sub=geo"):
        MANGROVE.start_urls(url)


def test_recognition() -> None:
    assert MANGROVE.recognises(page(answer(row()), "")) > 0.9
    assert MANGROVE.recognises(page("{}", ADDRESS)) > 0.9
    assert MANGROVE.recognises(page('{"reviews":[]}')) == 0.0
