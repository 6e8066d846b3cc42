"""Answers of Google Play's review call, constructed with the store's own line format."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.google_play import GOOGLE_PLAY
from pipeline.errors import UsageError
from tests.crawlers.pages import page

CALL = "https://play.google.com/_/PlayStoreUi/data/batchexecute"
ADDRESS = f"{CALL}?rpcids=UsvDTd&id=com.bank.app&hl=ru&gl=kz"


def row(number: int = 1, **places: Any) -> list[Any]:
    values: list[Any] = [
        f"id-{number}", ["Инна П.", [None, 2]], 2, None, "Грузит\nвечно", [1709629200, 5000], 3,
        None, None, ["1001", "Инна П."], "3.1", None, None,
    ]  # fmt: skip
    for place, value in places.items():
        values[int(place.removeprefix("at"))] = value
    return values


def answer(rows: object, token: object = None) -> str:
    payload = json.dumps([rows, [None, token]])
    return f")]}}'\n\n{json.dumps([['wrb.fr', 'UsvDTd', payload, None, None, None, 'generic']])}"


def parsed(body: str, url: str = ADDRESS) -> ParsedPage:
    return GOOGLE_PLAY.parse(page(body, url))


def test_every_field() -> None:
    full = row(
        at3="Медленно",
        at7=["ООО Банк", "Чиним", [1709715600, 1]],
        at12=[[["quality_stability", [2]], ["quality_ads"]]],
    )
    one = parsed(answer([full])).reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "google_play:id-1", 2.0, "Медленно", "Грузит\nвечно",
    )  # fmt: skip
    assert (one.author.id, one.author.name) == ("1001", "Инна П.")
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.published_precision == "second"
    assert one.votes is not None
    assert one.votes.helpful == 3
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Чиним", "ООО Банк", True)
    assert reply.replied_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert one.extra == {
        "version": "3.1", "app": "com.bank.app", "country": "kz",
        "criteria": {"quality_stability": 2},
    }  # fmt: skip
    assert one.url == "https://play.google.com/store/apps/details?id=com.bank.app&reviewId=id-1"


def test_an_anonymous_author_has_no_name() -> None:
    one = parsed(answer([row(at1=["A Google user"], at9=None)])).reviews[0]
    assert (one.author.id, one.author.name) == (None, None)


def test_lines_with_lengths_between_them_are_read_too() -> None:
    first, _, second = answer([row()]).partition("\n\n")
    found = parsed(f'{first}\n\n512\n{second}\n25\n[["di",228]]\n')
    assert [one.review_id for one in found.reviews] == ["google_play:id-1"]


def test_the_token_leads_on_in_the_language_and_country_of_the_page() -> None:
    assert parsed(answer([row()], "AbC")).next_urls == (f"{ADDRESS}&token=AbC",)


@pytest.mark.parametrize("token", [None, ""])
def test_paging_ends_without_a_token_and_without_reviews(token: object) -> None:
    assert parsed(answer([], "AbC")).next_urls == ()
    assert parsed(answer([row()], token)).next_urls == ()


def test_the_same_token_again_is_the_end() -> None:
    assert parsed(answer([row()], "AbC"), f"{ADDRESS}&token=AbC").next_urls == ()


def test_a_saved_answer_without_address_says_what_is_missing() -> None:
    found = parsed(answer([row()], "AbC"), "")
    assert (len(found.reviews), found.next_urls) == (1, ())
    assert "--url" in found.problems[0]


def test_a_malformed_review_does_not_lose_the_others() -> None:
    found = parsed(answer([None, ["id-9"], row(2, at2="x"), row(3, at5=[-1]), row(4)]))
    assert [one.review_id[-1] for one in found.reviews] == ["2", "3", "4"]
    assert len(found.problems) == 4


@pytest.mark.parametrize("payload", ["[]", "[null,[null,null]]", "[[],[null,null]]"])
def test_no_reviews_are_a_valid_answer(payload: str) -> None:
    found = parsed(json.dumps([["wrb.fr", "UsvDTd", payload]]))
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


@pytest.mark.parametrize(
    ("envelope", "blocked"),
    [
        (["wrb.fr", "UsvDTd", None, None, None, [5], "generic"], "not_found"),
        (["wrb.fr", "UsvDTd", None, None, None, [8], "generic"], "rate_limited"),
        (["er", None, None, None, None, 429], "rate_limited"),
        (["er", None, None, None, None, 403], "forbidden"),
    ],
)
def test_errors_of_the_call_are_obstacles(envelope: list[Any], blocked: str) -> None:
    assert parsed(json.dumps([envelope])).blocked == blocked


def test_any_other_error_is_told() -> None:
    found = parsed(json.dumps([["wrb.fr", "UsvDTd", None, None, None, [3], "generic"]]))
    assert (found.blocked, found.problems) == (
        None,
        ("Google Play answers with error 3: check the app",),
    )


def test_a_consent_page_is_an_obstacle_and_anything_else_a_problem() -> None:
    wall = "<html><title>Before you continue</title>consent.google.com"
    assert parsed(wall).blocked == "consent"
    assert parsed('{"a":1}').problems == ("this is no answer with reviews that google_play knows",)


def test_the_request_is_a_form_made_of_the_address() -> None:
    request = GOOGLE_PLAY.request(f"{ADDRESS}&token=AbC", None)
    assert (request.method, request.url) == ("POST", f"{ADDRESS}&token=AbC")
    form = json.loads(parse_qs(request.body.decode())["f.req"][0])
    assert (form[0][0][0], form[0][0][3]) == ("UsvDTd", "generic")
    assert json.loads(form[0][0][1]) == [
        None, None, [2, 2, [150, None, "AbC"], None, []], ["com.bank.app", 7],
    ]  # fmt: skip
    assert GOOGLE_PLAY.request("https://play.google.com/store/apps", None).method == "GET"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (
            "https://play.google.com/store/apps/details?id=com.bank.app",
            f"{CALL}?rpcids=UsvDTd&id=com.bank.app&hl=ru&gl=ru",
        ),
        (
            "https://play.google.com/store/apps/details?hl=en_US&gl=US&id=com.bank.app",
            f"{CALL}?rpcids=UsvDTd&id=com.bank.app&hl=en_US&gl=US",
        ),
        (ADDRESS, ADDRESS),
    ],
)
def test_an_apps_page_leads_to_the_call(url: str, address: str) -> None:
    assert GOOGLE_PLAY.start_urls(url) == (address,)
    assert GOOGLE_PLAY.api_urls(url) == ()


@pytest.mark.parametrize(
    "url",
    ["https://play.google.com/store", "https://shop.example/?id=com.bank.app",
     "https://play.google.com/store/apps/details?id=bank"],
)  # fmt: skip
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"play\.google\.com"):
        GOOGLE_PLAY.start_urls(url)


def test_recognition() -> None:
    assert GOOGLE_PLAY.recognises(page(answer([row()]))) > 0.9
    assert GOOGLE_PLAY.recognises(page('{"reviews":[]}')) == 0.0
