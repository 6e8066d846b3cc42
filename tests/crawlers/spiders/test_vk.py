"""Answers of VK's interface: small constructed ones of its documented shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.vk import API, VK
from pipeline.errors import UsageError
from tests.crawlers.pages import page

COMMENTS = f"{API}/wall.getComments?owner_id=-77&post_id=5&count=100&v=5.199"


def item(native: int = 11, **more: Any) -> dict[str, Any]:
    return {
        "id": native, "from_id": 9, "date": 1772704800, "text": "Спасибо [id3|Игорю] за ремонт",
        "post_id": 5, "owner_id": -77, "parents_stack": [], "likes": {"count": 2},
        "attachments": [{"type": "photo"}, {"type": "link"}], "thread": {"count": 0, "items": []},
    } | more  # fmt: skip


def parsed(*items: Any, url: str = COMMENTS, **more: Any) -> ParsedPage:
    people = {
        "profiles": [{"id": 9, "first_name": "Инна", "last_name": "Белова"}],
        "groups": [{"id": 77, "name": "Мастерская"}],
    }
    body = {"response": {"count": 40, "items": list(items)} | people | more}
    return VK.parse(page(json.dumps(body), url))


def test_a_comment_is_a_mention_of_a_named_person() -> None:
    result = parsed(item())
    (found,) = result.reviews
    assert (found.review_id, found.text) == ("vk:-77_5_11", "Спасибо Игорю за ремонт")
    assert (found.author.name, found.author.profile_url) == ("Инна Белова", "https://vk.com/id9")
    assert (found.is_mention, found.thread_id, found.parent_id) == (True, "-77_5", "5")
    assert found.votes
    assert found.votes.helpful == 2
    assert found.media_count == 1
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert found.url == "https://vk.com/wall-77_5?reply=11"
    assert result.claimed_total == 40


def test_answers_below_a_comment_are_read_and_the_hidden_ones_asked_for() -> None:
    reply = item(12, parents_stack=[11], text="И мне", from_id=-77)
    found = parsed(item(11, thread={"count": 4, "items": [reply]}))
    assert [one.parent_id for one in found.reviews] == ["5", "11"]
    assert found.reviews[1].author.name == "Мастерская"
    (link,) = found.next_urls
    assert "comment_id=11" in link


def test_a_wall_leads_to_the_comments_of_its_posts() -> None:
    post = item(5, comments={"count": 3}, text="Мы открылись")
    del post["post_id"]
    found = parsed(post, url=f"{API}/wall.get?owner_id=-77&count=100&v=5.199")
    assert found.reviews[0].review_id == "vk:-77_5_5"
    assert "owner_id=-77" in found.next_urls[0]
    assert "post_id=5" in found.next_urls[0]


def test_a_full_page_has_another_behind_it() -> None:
    found = parsed(*[item(number) for number in range(1, 101)])
    assert len(found.reviews) == 100
    assert "offset=100" in found.next_urls[-1]


def test_deleted_and_wordless_items_are_told_and_ill_ones_cost_nobody_else() -> None:
    found = parsed(item(1, deleted=True), item(2, text=""), "x", item(3))
    assert [one.review_id for one in found.reviews] == ["vk:-77_5_3"]
    assert found.skipped == {"deleted": 1, "post without words": 1}


@pytest.mark.parametrize(("code", "blocked"), [(5, "login"), (6, "rate_limited"), (14, "captcha")])
def test_refusals_have_names(code: int, blocked: str) -> None:
    body = json.dumps({"error": {"error_code": code, "error_msg": "no"}})
    assert VK.parse(page(body, COMMENTS)).blocked == blocked


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://vk.com/wall-77_5", "wall.getComments?owner_id=-77&post_id=5"),
        ("https://vk.com/feed?w=wall-77_5", "post_id=5"),
        ("https://vk.com/topic-77_8", "board.getComments?group_id=77&topic_id=8"),
        ("https://vk.com/club77", "wall.get?owner_id=-77"),
        ("https://m.vk.com/masterskaya", "domain=masterskaya"),
    ],
)
def test_addresses_people_paste(url: str, part: str) -> None:
    (start,) = VK.start_urls(url)
    assert part in start


def test_a_token_in_an_address_is_dropped_and_goes_into_a_header() -> None:
    (start,) = VK.start_urls(f"{COMMENTS}&access_token=secret")
    assert "secret" not in start
    assert VK.request(start, "secret").headers == (("Authorization", "Bearer secret"),)
    assert VK.request("https://elsewhere.example/", "secret").headers == ()


def test_other_sites_are_refused() -> None:
    with pytest.raises(UsageError, match="not of VK"):
        VK.start_urls("https://shop.example/wall-77_5")


def read(answer: Any, url: str = "") -> ParsedPage:
    found = page(json.dumps(answer), url)
    assert VK.recognises(found) > 0.8
    return VK.parse(found)


@pytest.mark.parametrize(
    "answer",
    [
        {"count": 1, "items": [item()]}, [item()], {"response": item()},
        {"response": [{"items": [item()]}]},
    ],
)  # fmt: skip
def test_lists_are_read_with_and_without_their_envelope(answer: Any) -> None:
    assert [one.review_id for one in read(answer).reviews] == ["vk:-77_5_11"]


def test_answers_of_the_interface_before_its_fifth_version() -> None:
    rows = [
        2,
        {"cid": 11, "uid": 9, "from_id": 9, "date": 1772704800, "text": "Течёт<br>&quot;да&quot;"},
        {"cid": 12, "uid": 8, "from_id": 8, "date": 1772704900, "text": "И мой",
         "reply_to_cid": 11},
    ]  # fmt: skip
    found = read({"response": rows}, COMMENTS)
    first, second = found.reviews
    assert (first.review_id, first.text) == ("vk:-77_5_11", 'Течёт\n"да"')
    assert (second.author.id, second.parent_id, found.claimed_total) == ("8", "11", 2)


def test_a_discussion_has_names_and_addresses_of_its_own() -> None:
    answer = {
        "response": {
            "comments": [1, {"id": 4, "from_id": 9, "date": 1772704800, "text": "Течёт"}],
            "profiles": [{"uid": 9, "first_name": "Инна", "last_name": "Белова"}],
        }
    }
    (found,) = read(answer, f"{API}/board.getComments?group_id=77&topic_id=8").reviews
    assert (found.author.name, found.url) == ("Инна Белова", "https://vk.com/topic-77_8?post=4")


def test_advertisements_on_a_wall_are_none_of_its_words() -> None:
    assert parsed(item(marked_as_ads=1)).skipped == {"advertisement": 1}


def test_json_of_something_else_is_no_answer() -> None:
    for answer in ({"items": [{"id": 1, "name": "x"}]}, {"response": 1}, [1, 2]):
        found = page(json.dumps(answer))
        assert VK.recognises(found) == 0.0
        assert "no answer" in VK.parse(found).problems[0]
