"""Answers of Steam's review interface, constructed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.steam import STEAM
from pipeline.errors import UsageError
from tests.crawlers.pages import page

QUERY = (
    "json=1&filter=recent&language=all&purchase_type=all&filter_offtopic_activity=0"
    "&num_per_page=100&cursor="
)
ADDRESS = f"https://store.steampowered.com/appreviews/730?{QUERY}"


def row(number: int = 1, **fields: Any) -> dict[str, Any]:
    author = {"steamid": "7656119", "num_reviews": 4, "playtime_at_review": 90}
    return {
        "recommendationid": str(number), "author": author, "language": "russian",
        "review": "Вылетает\nпосле [b]обновления[/b]", "timestamp_created": 1709629200,
        "timestamp_updated": 1709629200, "voted_up": False, "votes_up": 3, "votes_funny": 2,
        "steam_purchase": True, "received_for_free": False,
    } | fields  # fmt: skip


def answer(rows: object, cursor: str = "AoI=", **summary: Any) -> str:
    return json.dumps({"success": 1, "query_summary": summary, "reviews": rows, "cursor": cursor})


def parsed(body: str, url: str = f"{ADDRESS}%2A") -> ParsedPage:
    return STEAM.parse(page(body, url))


def test_every_field() -> None:
    full = row(
        timestamp_updated=1709715600, developer_response="Исправим",
        timestamp_dev_responded=1709802000, written_during_early_access=True,
    )  # fmt: skip
    found = parsed(answer([full], total_reviews=50))
    one = found.reviews[0]
    assert (one.review_id, one.text, one.language) == (
        "steam:1", "Вылетает\nпосле обновления", "ru",
    )  # fmt: skip
    assert (one.rating, one.recommends, one.verified_purchase) == (None, False, True)
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert one.edited_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert (one.author.id, one.author.reviews_count) == ("7656119", 4)
    assert one.author.profile_url == "https://steamcommunity.com/profiles/7656119"
    assert one.url == "https://steamcommunity.com/profiles/7656119/recommended/730/"
    assert one.usage_period == "1.5 hours"
    assert one.votes is not None
    assert one.votes.helpful == 3
    reply = one.replies[0]
    assert (reply.text, reply.is_owner) == ("Исправим", True)
    assert reply.replied_at == datetime(2024, 3, 7, 9, tzinfo=UTC)
    assert one.extra == {
        "app": "730", "original_language": "russian", "votes_funny": 2,
        "written_during_early_access": True,
    }  # fmt: skip
    assert (found.claimed_total, found.problems) == (50, ())


def test_an_unedited_review_has_no_edit() -> None:
    assert parsed(answer([row()])).reviews[0].edited_at is None


def test_brackets_of_the_formatting_are_no_words() -> None:
    text = "[h1]Итог[/h1]\n[list][*]плюс[*] минус[/list] [url=https://a.example]ссылка[/url] [sic]"
    assert parsed(answer([row(review=text)])).reviews[0].text == (
        "Итог\n– плюс– минус ссылка [sic]"
    )


def test_the_cursor_leads_on_and_only_the_first_page_counts_reviews() -> None:
    found = parsed(answer([row()], "Ao+/="))
    assert found.next_urls == (f"{ADDRESS}Ao%2B%2F%3D",)
    assert found.claimed_total is None


@pytest.mark.parametrize("cursor", ["", "*", "AoI="])
def test_paging_ends_at_a_cursor_that_leads_nowhere(cursor: str) -> None:
    assert parsed(answer([row()], cursor), f"{ADDRESS}AoI%3D").next_urls == ()


def test_an_empty_page_is_the_end() -> None:
    found = parsed(answer([]))
    assert (found.next_urls, found.problems, found.blocked) == ((), (), None)


def test_an_unknown_app_answers_with_success_and_is_told() -> None:
    found = parsed(answer([], "*", total_reviews=0))
    assert (found.claimed_total, found.next_urls) == (0, ())
    assert "check its number" in found.problems[0]


def test_a_refusal_is_told() -> None:
    assert parsed('{"success":2}').problems == ("Steam refuses: success is '2'",)


def test_several_answers_saved_as_one_file_are_read_together() -> None:
    both = {"730": json.loads(answer([row(1)], total_reviews=5)),
            "570": json.loads(answer([row(2)], total_reviews=7))}  # fmt: skip
    found = parsed(json.dumps(both))
    assert (len(found.reviews), found.claimed_total, found.next_urls) == (2, 12, ())


def test_a_malformed_review_does_not_lose_the_others() -> None:
    rows = [None, {}, row(2, review=" "), row(3, author=None, votes_up="x", language=9), row(4)]
    found = parsed(answer(rows))
    assert [one.review_id for one in found.reviews] == ["steam:3", "steam:4"]
    assert found.problems == ("review 1: dropped, it has no recommendationid",)
    assert found.skipped == {"review without words": 1}


def test_a_saved_answer_without_address_says_what_is_missing() -> None:
    found = parsed(answer([row()]), "")
    assert (len(found.reviews), found.next_urls) == (1, ())
    assert "--url" in found.problems[0]


def test_a_wall_is_an_obstacle_and_anything_else_a_problem() -> None:
    assert parsed("<title>Access Denied</title>").blocked == "captcha"
    assert parsed("[1]").problems == ("this is no answer with reviews that steam knows",)


@pytest.mark.parametrize(
    "url",
    ["https://store.steampowered.com/app/730/CounterStrike_2/", "https://steamcommunity.com/app/730",
     "https://steamcommunity.com/app/730/reviews/?browsefilter=mostrecent", f"{ADDRESS}Ab"],
)  # fmt: skip
def test_an_apps_page_leads_to_its_reviews(url: str) -> None:
    assert STEAM.start_urls(url) == (f"{ADDRESS}%2A",)


@pytest.mark.parametrize("url", ["https://shop.example/app/730", "https://steamcommunity.com/id/a"])
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"store\.steampowered\.com"):
        STEAM.start_urls(url)


def test_recognition() -> None:
    assert STEAM.recognises(page(answer([], total_reviews=1))) > 0.9
    assert STEAM.recognises(page('{"reviews":[]}')) == 0.0
