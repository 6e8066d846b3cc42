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


REVIEWED = "https://steamcommunity.com/profiles/76561197960265729/recommended/730/"
SHARED = "https://store.example/public/shared/images/userreviews"
HOURS = "1 442,9 ч. всего (15,5 ч. в момент обзора)"
VOTES = "1,204 people found this review helpful<div>5</div><br>3 people found this review funny"


def store_card(number: int = 101, thumb: str = "Down", **parts: str) -> str:
    return f"""<div class="review_box partial"><div>
        <div class="leftcol">
        <div class="avatar"><a href="https://steamcommunity.com/id/inna" data-miniprofile="1"></a>
        </div>
        <div class="persona_name"><a href="https://steamcommunity.com/id/inna/">инна</a></div>
        <div class="num_owned_games"><a href="#">1,442 products in account</a></div>
        <div class="num_reviews"><a href="#">4 reviews</a></div></div>
        <div class="rightcol" id="ReviewContentsummary{number}_rightcol">
        <a class="vote_header tooltip" href="{REVIEWED}">
        <div class="thumb"><img src="{SHARED}/icon_thumbs{thumb}_v6.png"></div>
        <img class="review_source" src="{SHARED}/icon_review_steam.png">
        <div class="title ellipsis">{parts.get("title", "Не рекомендую")}</div>
        <div class="hours ellipsis">{parts.get("hours", HOURS)}</div>
        </a><div class="postedDate">{parts.get("date", "Опубликовано: 12 марта")}
        <div class="responsive_purchase_source"> Куплено в Steam </div></div>
        <div class="content">{parts.get("text", "Вылетает<br>после обновления")}
        <div class="gradient"></div></div><div class="posted"><div class="view_more">Ещё</div></div>
        <div class="control_block"><a id="RecommendationVoteUpBtnsummary{number}">Да</a></div>
        <div class="vote_info">{parts.get("votes", VOTES)}
        <div class="review_award_ctn"><span>9</span></div></div></div></div>
        </div>{parts.get("after", "")}"""


def test_cards_of_the_store() -> None:
    answered = (
        '<div class="review_developer_response_container store">'
        '<div class="header">Разработчик ответил <span class="date">13 марта 2026</span></div>'
        "<div>Исправим</div></div>"
    )
    body = f"""<html><link rel="canonical" href="https://store.steampowered.com/app/730/Game/">
        <body>
        <div id="appHubAppName" class="apphub_AppName">Игра</div><meta itemprop="reviewCount"
        content="50">{store_card(after=answered)}{store_card()}{store_card(102, "Up", text=" ")}"""
    saved = page(body, "")
    assert STEAM.recognises(saved) > 0.9
    found = STEAM.parse(saved)
    (one,) = found.reviews
    assert (one.review_id, one.text, one.product) == (
        "steam:101", "Вылетает\nпосле обновления", "Игра",
    )  # fmt: skip
    assert (one.rating, one.recommends, one.verified_purchase) == (None, False, True)
    assert (one.author.id, one.author.name, one.author.reviews_count) == (
        "76561197960265729", "инна", 4,
    )  # fmt: skip
    assert one.author.profile_url == "https://steamcommunity.com/profiles/76561197960265729"
    assert (one.url, one.usage_period) == (REVIEWED, "15.5 hours")
    assert one.published_at == datetime(2026, 3, 12, tzinfo=UTC)
    assert one.published_raw == "Опубликовано: 12 марта"
    assert one.votes is not None
    assert one.votes.helpful == 1204
    assert one.extra == {"app": "730", "votes_funny": 3}
    assert [(reply.text, reply.replied_at) for reply in one.replies] == [
        ("Исправим", datetime(2026, 3, 13, tzinfo=UTC))
    ]
    assert (found.claimed_total, found.skipped) == (50, {"review without words": 1})
    assert found.problems == ()


@pytest.mark.parametrize(
    ("date", "day"),
    [("Posted: March 12", "2026-03-12"), ("Posted: 12 December", "2025-12-12"),
     ("Posted: March 12, 2015", "2015-03-12"), ("Verfasst: 12. März", "2026-03-12"),
     ("Verfasst: 12. Dezember 2019", "2019-12-12"), ("Publicada: 12 de diciembre", "2025-12-12"),
     ("Évaluation publiée le 12 mars 2020", "2020-03-12"), ("发布于：10 月 11 日", "2025-10-11"),
     ("게시 일시: 2019년 3월 12일", "2019-03-12"), ("Đăng ngày 12 Tháng 03", "2026-03-12"),
     ("Yayınlanma: 12 Mart 2020", "2020-03-12"), ("Opublikowano: 12 marca", "2026-03-12")],
)  # fmt: skip
def test_days_without_a_year_are_the_latest_ones(date: str, day: str) -> None:
    one = STEAM.parse(page(store_card(date=date), "")).reviews[0]
    assert one.published_at is not None
    assert (one.published_at.date().isoformat(), one.published_precision) == (day, "day")


@pytest.mark.parametrize(
    ("hours", "period"),
    [("45.9 hrs on record", "45.9 hours"), ("1442 hrs on record", "1442.0 hours"),
     ("12.3 hrs last two weeks / 2,092.2 hrs on record", "2092.2 hours"), ("", None)],
)  # fmt: skip
def test_hours_as_they_are_shown(hours: str, period: str | None) -> None:
    assert STEAM.parse(page(store_card(hours=hours), "")).reviews[0].usage_period == period


@pytest.mark.parametrize(
    ("votes", "expected"),
    [("768 of 981 people (78%) found this review helpful", (768, 213)),
     ("3 people found this review funny", None), ("No one has rated this review yet", None)],
)  # fmt: skip
def test_votes_as_they_are_shown(votes: str, expected: tuple[int, int] | None) -> None:
    found = STEAM.parse(page(store_card(votes=votes), "")).reviews[0].votes
    assert (None if found is None else (found.helpful, found.unhelpful)) == expected


def test_an_answer_with_markup_leads_on_by_its_cursor() -> None:
    body = json.dumps({"success": 1, "html": store_card(), "cursor": "AoI=",
                       "recommendationids": ["101"]})  # fmt: skip
    assert STEAM.recognises(page(body, "")) > 0.9
    found = parsed(body)
    assert [one.review_id for one in found.reviews] == ["steam:101"]
    assert found.next_urls == (f"{ADDRESS}AoI%3D",)


COMMUNITY = "https://steamcommunity.com/app/730/reviews/?browsefilter=mostrecent"


def community_page(cursor: str = "AoI=") -> str:
    return f"""<html><body><div class="apphub_AppName">Игра</div>
        <div class="apphub_Card interactable"
        data-modal-content-url="{REVIEWED}"><div class="apphub_CardContentMain">
        <div class="apphub_UserReviewCardContent"><div class="found_helpful">
        12 people found this review helpful<br>3 people found this review funny
        <div class="review_award_aggregated">2</div></div>
        <div class="vote_header"><div class="reviewInfo"><div class="thumb">
        <img src="{SHARED}/icon_thumbsUp.png?v=1"></div><div class="title">Recommended</div>
        <div class="hours">45.9 hrs on record</div></div></div><div class="apphub_CardTextContent">
        <div class="date_posted">Posted: April 14, 2015</div>
        <div class="early_access_review">Early Access Review</div>
        Всё <i>рядом</i><br><br>и быстро</div></div></div>
        <div class="apphub_CardContentAuthorBlock tall"><div class="apphub_friend_block"
        data-miniprofile="1"><div class="apphub_CardContentAuthorName online ellipsis">
        <a href="https://steamcommunity.com/profiles/76561197960265729/">инна</a></div>
        <div class="apphub_CardContentMoreLink ellipsis">1,442 products in account</div></div>
        </div></div>
        <div class="apphub_Card Announcement_Card"
        data-modal-content-url="https://steamcommunity.com/x">
        <div class="apphub_CardContentNewsTitle">Обновление</div>
        <div class="apphub_CardTextContent">Новости игры</div></div>
        <form method="GET" id="MoreContentForm1"
        action="https://steamcommunity.com/app/730/homecontent/">
        <input type="hidden" name="userreviewscursor" value="{cursor}">
        <input type="hidden" name="p" value="2"><input type="hidden" name="appid" value="730">
        </form>"""


def test_cards_of_the_community() -> None:
    saved = page(community_page(), COMMUNITY)
    assert STEAM.recognises(page(community_page(), "")) > 0.9
    found = STEAM.parse(saved)
    (one,) = found.reviews
    assert (one.review_id, one.text, one.product) == (
        "steam:76561197960265729-730", "Всё рядом\n\nи быстро", "Игра",
    )  # fmt: skip
    assert (one.recommends, one.author.name, one.usage_period) == (True, "инна", "45.9 hours")
    assert one.published_at == datetime(2015, 4, 14, tzinfo=UTC)
    assert one.votes is not None
    assert one.votes.helpful == 12
    assert one.extra == {"app": "730", "votes_funny": 3, "written_during_early_access": True}
    following = (
        "https://steamcommunity.com/app/730/homecontent/?userreviewscursor=AoI%3D&p=2&appid=730"
    )
    assert found.next_urls == (following,)
    assert STEAM.parse(page(community_page(), following)).next_urls == ()


def test_a_players_page_lists_reviews_of_many_apps() -> None:
    body = f"""<html><body><div class="profile_small_header_name"><a href="#">инна</a></div>
        <div class="review_box"><div class="header">12 people found this review helpful</div>
        <div class="review_box_content"><div class="leftcol">
        <a href="https://steamcommunity.com/app/570"><img src="logo.jpg"></a></div>
        <div class="rightcol">
        <div class="vote_header"><div class="thumb"><a href="{REVIEWED.replace("730", "570")}">
        <img src="{SHARED}/icon_thumbsUp.png"></a></div><div class="title">
        <a href="#">Рекомендую</a>
        </div><div class="hours">122.2 hrs on record</div></div><div class="content">Хорошо</div>
        <div class="posted">Posted 21 August, 2024. Last edited 3 May, 2025.</div></div></div>
        </div>"""
    url = "https://steamcommunity.com/profiles/76561197960265729/recommended/"
    (one,) = STEAM.parse(page(body, url)).reviews
    assert (one.review_id, one.text) == ("steam:76561197960265729-570", "Хорошо")
    assert (one.recommends, one.author.name, one.extra) == (True, "инна", {"app": "570"})
    assert one.published_at == datetime(2024, 8, 21, tzinfo=UTC)
    assert one.edited_at == datetime(2025, 5, 3, tzinfo=UTC)
    assert one.votes is not None
    assert one.votes.helpful == 12


def test_the_page_of_one_review() -> None:
    body = f"""<html><body><span class="profile_small_header_name">инна</span>
        <div class="ratingSummaryHeader"><img src="{SHARED}/icon_thumbsDown.png">
        <div class="ratingSummary">Не рекомендую</div>
        <div class="playTime">12.3 hrs on record</div></div>
        <div class="recommendation_date">Posted: 12 Mar, 2015 @ 3:04pm<br>Updated: 13 Mar, 2015 @
        4:05pm
        </div><div id="ReviewText">Вылетает<br>сразу</div>
        <div class="ratingBar">12 people found this review helpful</div>
        <div class="commentthread_comment"><div class="content">Согласен</div></div>"""
    (one,) = STEAM.parse(page(body, REVIEWED)).reviews
    assert (one.review_id, one.text) == ("steam:76561197960265729-730", "Вылетает\nсразу")
    assert (one.recommends, one.author.name, one.usage_period) == (False, "инна", "12.3 hours")
    assert one.published_at == datetime(2015, 3, 12, 15, 4, tzinfo=UTC)
    assert one.edited_at == datetime(2015, 3, 13, 16, 5, tzinfo=UTC)


def test_boxes_of_other_sites_are_not_steams() -> None:
    body = '<html><body><div class="review_box"><p>Отлично</p></div>'
    assert STEAM.recognises(page(body, "")) == 0.0
    assert STEAM.parse(page(body, "")).reviews == ()


def test_what_collectors_save() -> None:
    kept = json.dumps(
        {"reviews": {"1": row(1), "2": row(2)}, "query_summary": {"total_reviews": 9}}
    )
    for body in (kept, json.dumps([row(1), row(2)]), f"{json.dumps(row(1))}\n{json.dumps(row(2))}"):
        assert STEAM.recognises(page(body, "")) > 0.9
        assert [one.review_id for one in STEAM.parse(page(body, "")).reviews] == [
            "steam:1",
            "steam:2",
        ]


def test_rows_of_a_table_tell_the_author_beside_the_rest() -> None:
    flat = {name: value for name, value in row().items() if name != "author"}
    told = {"author.steamid": "7656119", "author.num_reviews": 4, "author.playtime_at_review": 90.0}
    one = STEAM.parse(page(json.dumps([flat | told]), "")).reviews[0]
    assert (one.author.id, one.author.reviews_count, one.usage_period) == (
        "7656119", 4, "1.5 hours",
    )  # fmt: skip
