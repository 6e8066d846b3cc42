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


PAGE = "https://play.google.com/store/apps/details?id=com.bank.app&hl=ru&gl=kz"
HEAD = f'<html><head><link rel="canonical" href="{PAGE}"></head><body><h1>Банк</h1>'


def script(payload: object, key: str = "ds:8", opening: str = "") -> str:
    data = json.dumps(payload)
    closing = "}" if opening else ""
    return (
        f"<script nonce='x'>AF_initDataCallback({{key: '{key}', hash: '23', "
        f"data:{opening}{data}{closing}, sideChannel: {{}}}});</script>"
    )


@pytest.mark.parametrize("opening", ["", "function(){return "])
def test_a_saved_page_carries_rows_of_the_call_in_its_scripts(opening: str) -> None:
    about = [[None, ["Банк", ["id-9", ["Не отзыв"]]]], "описание"]
    body = (
        HEAD
        + script(about, "ds:5", opening)
        + script([[row(), row(2)], [None, "AbC"]], "ds:8", opening)
    )
    saved = page(body, "")
    assert GOOGLE_PLAY.recognises(saved) > 0.9
    found = GOOGLE_PLAY.parse(saved)
    assert [one.review_id for one in found.reviews] == ["google_play:id-1", "google_play:id-2"]
    one = found.reviews[0]
    assert (one.rating, one.text, one.product) == (2.0, "Грузит\nвечно", "Банк")
    assert found.next_urls == (f"{ADDRESS}&token=AbC",)
    assert (found.problems, found.blocked) == ((), None)


def newest_card(
    number: int = 1, label: str = "Rated 2 stars out of five stars", **parts: str
) -> str:
    reply = (
        '<div class="ocpBU"><div class="I6j64d">ООО Банк</div>'
        '<div class="I9Jtec">19 августа 2026 г.</div>'
        f'<div class="ras4vb"><div>{parts["reply"]}</div></div></div>'
        if "reply" in parts
        else ""
    )
    return f"""<div class="EGFGHd"><header class="c1bOId" data-review-id="id-{number}">
        <div class="X5PpBb">{parts.get("name", "Инна П.")}</div><div class="Jx4nYe"><div
        aria-label="{label}" role="img" class="iXRFPc"></div>
        <span class="bp9Aid">{parts.get("date", "3 марта 2026 г.")}</span></div></header>
        <div class="h3YV2d">Грузит<br>вечно</div><div data-review-id="id-{number}"
        data-original-thumbs-up-count="7"><div class="AJTPZc">7 человек</div></div>{reply}</div>"""


def test_cards_of_the_newest_pages() -> None:
    body = HEAD + newest_card(reply="Чиним") + newest_card() + newest_card(2)
    saved = page(body, "")
    assert GOOGLE_PLAY.recognises(saved) > 0.9
    found = GOOGLE_PLAY.parse(saved)
    assert [one.review_id for one in found.reviews] == ["google_play:id-1", "google_play:id-2"]
    one = found.reviews[0]
    assert (one.rating, one.text, one.author.name, one.product) == (
        2.0, "Грузит\nвечно", "Инна П.", "Банк",
    )  # fmt: skip
    assert one.published_at == datetime(2026, 3, 3, tzinfo=UTC)
    assert one.votes is not None
    assert one.votes.helpful == 7
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.is_owner) == ("Чиним", "ООО Банк", True)
    assert found.next_urls == (ADDRESS,)


def test_a_card_beside_its_row_is_the_same_review() -> None:
    body = HEAD + newest_card() + newest_card(2) + script([[row()], [None, None]])
    found = GOOGLE_PLAY.parse(page(body, PAGE))
    assert [one.review_id for one in found.reviews] == ["google_play:id-1", "google_play:id-2"]
    assert found.reviews[0].published_precision == "second"


@pytest.mark.parametrize(
    ("label", "stars"),
[("Оценка: 4 из 5", 4.0), ("Mit 3 von fünf Sternen bewertet", 3.0),
     ("Note : 1 étoile sur 5", 1.0), ("별표 5개 만점에 2개를 받았습니다.", 2.0),
     ("5 つ星のうち 5 で評価しました", 5.0), ("Rated", None)],
)  # fmt: skip
def test_stars_are_told_in_the_language_of_the_store(label: str, stars: float | None) -> None:
    assert GOOGLE_PLAY.parse(page(HEAD + newest_card(label=label), PAGE)).reviews[0].rating == stars


@pytest.mark.parametrize("name", ["Пользователь Google", "Ein Google-Nutzer", "Google 사용자"])
def test_a_user_of_google_is_nobody_in_other_languages(name: str) -> None:
    assert (
        GOOGLE_PLAY.parse(page(HEAD + newest_card(name=name), PAGE)).reviews[0].author.name is None
    )


def test_cards_of_2018() -> None:
    body = f"""{HEAD}<div jsname="fk8dgd"><div jscontroller="H6eOGe" jsmodel="y8Aajc"
        jsdata="Qg0C9;gp:AOqpTOabcdefgh12;$1"><div class="zc7KVe"><div class="d15Mdf bAhLNe">
        <div class="xKpxId zc7KVe"><div class="bAhLNe kx8XBd"><span class="X43Kjb">Пётр</span><div>
        <span class="nt2C1d"><div class="pf5lIe"><div aria-label="Оценка: 4 из 5" role="img">
        </div></div></span><span class="p2TkOb">12 марта 2020 г.</span></div></div>
        <div class="jUL89d y92BAb">1 204</div></div>
        <div class="UD7Dzf"><span jsname="bN97Pc">Всё рядом и… <button>Ещё</button></span>
        <span jsname="fbQN7e" style="display:none">Всё рядом и быстро</span></div></div>
        <div class="LVQB0b"><div class="QoPmEb"></div><div><span class="X43Kjb">ООО Банк</span>
        <span class="p2TkOb">13 марта 2020 г.</span></div>Спасибо, Пётр!</div></div></div></div>"""
    saved = page(body, "")
    assert GOOGLE_PLAY.recognises(saved) > 0.9
    one = GOOGLE_PLAY.parse(saved).reviews[0]
    assert (one.review_id, one.rating, one.text, one.author.name) == (
        "google_play:gp:AOqpTOabcdefgh12", 4.0, "Всё рядом и быстро", "Пётр",
    )  # fmt: skip
    assert one.published_at == datetime(2020, 3, 12, tzinfo=UTC)
    assert one.votes is not None
    assert one.votes.helpful == 1204
    reply = one.replies[0]
    assert (reply.text, reply.author, reply.replied_at) == (
        "Спасибо, Пётр!", "ООО Банк", datetime(2020, 3, 13, tzinfo=UTC),
    )  # fmt: skip


def test_the_answer_of_2016_holds_markup() -> None:
    cards = """<div class="single-review"><a href="/store/people/details?id=10012345"></a>
        <div class="review-header" data-reviewid="gp:AOqpTOabcdefgh12"><div class="review-info">
        <span class="author-name"><a href="#">Пётр</a></span>
        <span class="review-date">March 12, 2016</span><div class="review-info-star-rating">
        <div class="tiny-star" aria-label=" Rated 4 stars out of five stars "></div></div></div>
        </div><div class="review-body"><span class="review-title">Удобно</span> Всё рядом
        <div class="review-link"><a href="#">Full Review</a></div></div></div>
        <div class="developer-reply"><div class="reply-header">
        <span class="author-name">ООО Банк</span>
        <span class="review-date">March 14, 2016</span></div> Спасибо </div>"""
    saved = page(f")]}}'\n\n{json.dumps([['gr', 1, cards, 3]])}", "")
    assert GOOGLE_PLAY.recognises(saved) > 0.9
    one = GOOGLE_PLAY.parse(saved).reviews[0]
    assert (one.review_id, one.rating, one.title, one.text) == (
        "google_play:gp:AOqpTOabcdefgh12", 4.0, "Удобно", "Всё рядом",
    )  # fmt: skip
    assert (one.author.id, one.author.name) == ("10012345", "Пётр")
    reply = one.replies[0]
    assert (reply.text, reply.author) == ("Спасибо", "ООО Банк")


def test_an_apps_page_without_reviews_is_known() -> None:
    found = GOOGLE_PLAY.parse(page(HEAD + "<p>Описание</p>", ""))
    assert (found.reviews, found.problems, found.blocked) == ((), (), None)


def test_answers_of_the_android_publisher_api() -> None:
    said = {"text": "Долго\tLoads forever", "originalText": "Долго\tГрузит вечно", "starRating": 2,
            "lastModified": {"seconds": "1709629200", "nanos": 5000}, "reviewerLanguage": "ru_KZ",
            "appVersionName": "3.1", "device": "a54x", "thumbsUpCount": 3,
            "thumbsDownCount": 1}  # fmt: skip
    answered = {"text": "Чиним", "lastModified": {"seconds": "1709715600"}}
    rows = [
        {"reviewId": "gp:AOqpTO1", "authorName": "Инна П.",
         "comments": [{"userComment": said}, {"developerComment": answered}]},
        {"reviewId": "gp:AOqpTO2", "authorName": "A Google user",
         "comments": [{"userComment": {"text": "\tДа", "starRating": 5}}]},
    ]  # fmt: skip
    saved = page(json.dumps({"reviews": rows, "tokenPagination": {"nextPageToken": "x"}}), "")
    assert GOOGLE_PLAY.recognises(saved) > 0.9
    one, other = GOOGLE_PLAY.parse(saved).reviews
    assert (one.review_id, one.rating, one.title, one.text) == (
        "google_play:gp:AOqpTO1", 2.0, "Долго", "Грузит вечно",
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.author.name, one.language) == ("Инна П.", "ru")
    assert one.votes is not None
    assert (one.votes.helpful, one.votes.unhelpful) == (3, 1)
    assert [(reply.text, reply.replied_at) for reply in one.replies] == [
        ("Чиним", datetime(2024, 3, 6, 9, tzinfo=UTC))
    ]
    assert (other.title, other.text, other.author.name) == ("", "Да", None)


def test_what_collectors_save() -> None:
    python = {"reviewId": "gp:AOqpTO1", "userName": "Инна П.", "content": "Вечно", "score": 2,
              "thumbsUpCount": 3, "reviewCreatedVersion": "3.1", "at": "2024-03-05 09:00:00",
              "replyContent": "Чиним", "repliedAt": "2024-03-06 09:00:00"}  # fmt: skip
    node = {"id": "gp:AOqpTO2", "userName": "Пётр", "date": "2024-03-05T09:00:00.000Z", "score": 5,
            "scoreText": "5", "url": f"{PAGE}&reviewId=gp%3AAOqpTO2", "title": None, "text": "Да",
            "replyDate": None, "replyText": None, "version": None, "thumbsUp": 0}  # fmt: skip
    kept = python | {"at": {"$date": "2024-03-05T09:00:00Z"}, "repliedAt": None}
    lines = "\n".join(json.dumps(one) for one in (python, python | {"reviewId": "gp:AOqpTO3"}))
    moment = datetime(2024, 3, 5, 9, tzinfo=UTC)
    for value, number in (
        (json.dumps([python]), 1), (json.dumps({"com.bank.app": {"reviews": [kept]}}), 1),
        (json.dumps({"data": [node], "nextPaginationToken": "x"}), 1), (lines, 2),
    ):  # fmt: skip
        saved = page(value, "")
        assert GOOGLE_PLAY.recognises(saved) > 0.9
        found = GOOGLE_PLAY.parse(saved)
        assert (len(found.reviews), found.problems) == (number, ())
        assert found.reviews[0].published_at == moment
    one = GOOGLE_PLAY.parse(page(json.dumps([python]), "")).reviews[0]
    assert (one.review_id, one.rating, one.text) == ("google_play:gp:AOqpTO1", 2.0, "Вечно")
    assert (one.votes and one.votes.helpful, one.extra) == (3, {"version": "3.1"})
    assert [(reply.text, reply.replied_at) for reply in one.replies] == [
        ("Чиним", datetime(2024, 3, 6, 9, tzinfo=UTC))
    ]
    other = GOOGLE_PLAY.parse(page(json.dumps([node]), "")).reviews[0]
    assert (other.rating, other.text, other.replies) == (5.0, "Да", ())
    assert (other.url, other.extra) == (node["url"], {"app": "com.bank.app"})


def test_several_answers_of_one_call_are_read_together() -> None:
    envelopes = [
        [
            "wrb.fr",
            "UsvDTd",
            json.dumps([[row(number)], [None, None]]),
            None,
            None,
            None,
            str(number),
        ]
        for number in (1, 2)
    ]
    assert len(parsed(f")]}}'\n\n{json.dumps(envelopes)}").reviews) == 2


def test_answers_of_a_search_service() -> None:
    row = {"id": "id-1", "title": "Инна П.", "avatar": "https://a.example/1", "rating": 2.0,
           "snippet": "Грузит вечно", "likes": 3, "date": "March 05, 2024",
           "iso_date": "2024-03-05T09:00:00Z", "response": {"title": "ООО Банк",
           "snippet": "Чиним", "iso_date": "2024-03-06T09:00:00Z"}}  # fmt: skip
    body = {"search_parameters": {"engine": "google_play_product"}, "reviews": [row, row | {
        "id": "id-2", "response": None}]}  # fmt: skip
    saved = page(json.dumps(body), "")
    assert GOOGLE_PLAY.recognises(saved) > 0.9
    one, other = GOOGLE_PLAY.parse(saved).reviews
    assert (one.review_id, one.rating, one.text, one.author.name) == (
        "google_play:id-1", 2.0, "Грузит вечно", "Инна П.",
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert [(reply.text, reply.author) for reply in one.replies] == [("Чиним", "ООО Банк")]
    assert other.replies == ()
