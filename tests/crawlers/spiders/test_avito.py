"""Avito's answers, cards and a dump of them, constructed from their names; people are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.avito import API, AVITO
from pipeline.errors import UsageError
from tests.crawlers.pages import page

USER = "0123456789abcdef0123456789abcdef"
LIST = f"https://www.avito.ru/web/6/user/{USER}/ratings?limit=25&offset=0&sortRating=date_desc"

CARD = """<div data-marker="review(0)"><h5 data-marker="review(0)/header/title">Инна</h5>
<p data-marker="review(0)/header/subtitle">16 мая · Клиент</p>
<p data-marker="review(0)/stage">Сделка состоялась · Торт</p>
<p data-marker="review(0)/itemTitle">Торт на заказ</p>
<div data-marker="review(0)/score" data-score="4"></div>
<div data-marker="review(0)/text-section/text">Вкусно.<br>Поздно.</div>
<div data-marker="review(0)/gallery"><img src="/1"><img src="/2"></div>
<div data-marker="review(0)/answer"><p data-marker="review(0)/answer/text">Спасибо</p>
</div></div>"""


def entry(number: int = 501, **fields: Any) -> dict[str, Any]:
    return {
        "type": "rating",
        "value": {
            "id": number,
            "title": "Инна",
            "rated": "16 мая",
            "itemTitle": "Торт на заказ",
            "stageTitle": "Сделка состоялась",
            "score": 4,
            "textSections": [{"title": "Плюсы", "text": "Вкусно."}, {"text": "Поздно."}],
            "answer": {"text": "Спасибо", "rated": "17 мая"},
            "images": [{"1": "/1"}, {"1": "/2"}],
        }
        | fields,
    }


def answer(*entries: Any, following: str = "") -> dict[str, Any]:
    score = {"type": "score", "value": {"score": 4.9, "reviewCount": 81}}
    return {"entries": [score, *entries], "nextPage": following}


def dumped(**fields: Any) -> dict[str, Any]:
    return {
        "index": "0", "author": "Инна", "subtitle": "16 мая · Клиент",
        "stage": "Сделка состоялась · Торт на заказ", "item_title": "Торт на заказ",
        "score": "4", "text": "Вкусно.\nПоздно.", "answer": "Спасибо", "photos": 2,
    } | fields  # fmt: skip


def parsed(body: Any, url: str = LIST) -> ParsedPage:
    return AVITO.parse(page(body if isinstance(body, str) else json.dumps(body), url))


@pytest.mark.parametrize("body", [answer(entry()), CARD, [dumped()]], ids=["state", "card", "dump"])
def test_every_field_of_every_shape(body: Any) -> None:
    found = parsed(body)
    one = found.reviews[0]
    assert (one.rating, one.text) == (4.0, "Вкусно.\nПоздно.")
    assert (one.author.name, one.product, one.media_count) == ("Инна", "Торт на заказ", 2)
    assert one.published_at == datetime(2026, 5, 16, tzinfo=UTC)
    assert (one.verified_purchase, one.extra["stage"]) == (True, "Сделка состоялась")
    assert [(r.text, r.is_owner) for r in one.replies] == [("Спасибо", True)]
    assert found.problems == ()


def drawn(stars: int, words: str, answered: str) -> str:
    """A card as browsers save it: five stars, and one marker for the words of both sides."""
    lit = '<svg class="x-module-root-1 x-module-filled-2"></svg>'
    star = '<div data-marker="review(3)/score/star-{}" aria-label="Рейтинг {}">{}</div>'
    row = "".join(star.format(n, n, lit if n <= stars else "<svg></svg>") for n in range(1, 6))
    section = '<p data-marker="review(3)/text-section/text">{}</p>'
    pictures = "".join(
        f'<div data-marker="review(3)/image({n})"><img data-marker="review(3)/image({n})/image">'
        "</div>"
        for n in range(2)
    )
    answer = f"<h5>Ответ магазина</h5>{section.format(answered)}" if answered else ""
    return f"""<div data-marker="review(3)"><h5 data-marker="review(3)/header/title">Инна</h5>
    <div data-marker="review(3)/score">{row}</div>{words and section.format(words)}{pictures}
    <div class="styles-module-answer-x1">{answer}</div></div>"""


def test_a_drawn_card_keeps_its_words_apart_from_those_of_the_answer() -> None:
    one = parsed(drawn(2, "Долго", "Исправимся")).reviews[0]
    assert (one.rating, one.text, one.media_count) == (2.0, "Долго", 2)
    assert [reply.text for reply in one.replies] == ["Исправимся"]
    bare = parsed(drawn(3, "", "Благодарим")).reviews[0]
    assert (bare.rating, bare.text, len(bare.replies)) == (3.0, "", 1)


def test_every_section_of_a_card_is_read_and_a_machines_number_goes_first() -> None:
    more = '<div data-marker="review(3)/text-section/text">Дорого</div>'
    meta = '<meta itemprop="ratingValue" content="4">'
    one = parsed(drawn(0, f"Тихо</p>{more}{meta}<p>", "")).reviews[0]
    assert (one.rating, one.text, one.replies) == (4.0, "Тихо\nДорого", ())


@pytest.mark.parametrize("escaped", [False, True])
def test_a_page_carries_the_answer_with_its_ids(escaped: bool) -> None:
    said = {"text": None, "textSections": [{"text": "Рады"}, {"text": "помочь"}]}
    first = entry(601, titleCaption="Покупатель", answer=said)
    state = json.dumps({"data": {"ratings": answer(first)}}, ensure_ascii=False)
    shown = state.replace('"', "&quot;") if escaped else state
    found = parsed(f'{CARD}<script type="mime/invalid" data-mfe-state="true">{shown}</script>')
    assert [one.review_id for one in found.reviews] == ["avito:601"]
    assert found.reviews[0].extra["role"] == "Покупатель"
    assert (found.reviews[0].replies[0].text, found.claimed_total) == ("Рады\nпомочь", 81)
    torn = '<script type="mime/invalid">{"entries": [</script>'
    assert parsed(CARD + torn).reviews[0].text == "Вкусно.\nПоздно."


def test_the_answer_has_ids_a_total_and_a_next_page() -> None:
    following = f"/web/6/user/{USER}/ratings?limit=25&offset=25"
    found = parsed(answer(entry(), following=following))
    assert found.reviews[0].review_id == "avito:501"
    assert found.reviews[0].replies[0].replied_at == datetime(2026, 5, 17, tzinfo=UTC)
    assert (found.claimed_total, found.next_urls) == (81, (f"https://www.avito.ru{following}",))
    assert parsed(answer(entry())).next_urls == ()
    assert parsed(answer(following=following)).next_urls == ()
    assert parsed(answer(entry(), following="https://x.example/")).next_urls == ()


def test_a_card_has_a_role_and_no_id_and_keeps_its_own_on_every_reading() -> None:
    one = parsed(CARD).reviews[0]
    assert one.extra["role"] == "Клиент"
    assert one.review_id == parsed(CARD.replace("review(0)", "review(7)")).reviews[0].review_id


def test_cards_that_are_alike_are_not_one() -> None:
    short = dumped(text="Отлично", author="Покупатель")
    assert len(parsed([short, short]).reviews) == 2


def test_a_day_later_than_today_is_of_last_year_and_no_deal_is_no_purchase() -> None:
    one = parsed([dumped(subtitle="25 декабря · Клиент", stage="Сделка сорвалась · Торт")]).reviews[
        0
    ]
    assert one.published_at == datetime(2025, 12, 25, tzinfo=UTC)
    assert (one.verified_purchase, one.extra["stage"]) == (None, "Сделка сорвалась")


def test_what_is_broken_does_not_lose_the_others() -> None:
    silent = entry(502, textSections=None, score=None)
    found = parsed(answer(5, silent, entry(503, rated="когда-то"), {"type": "button"}))
    assert [one.review_id for one in found.reviews] == ["avito:503"]
    assert found.problems == (
        "review 1: dropped, neither words nor stars",
        "review 2: date 'когда-то' is not understood",
    )


def test_the_sellers_own_interface() -> None:
    row = {
        "id": 9, "createdAt": 1779000000, "score": 4, "stage": "done", "text": "Вкусно",
        "usedInScore": False, "sender": {"name": "Олег"}, "item": {"title": "Торт"},
        "answer": {"text": "Спасибо", "createdAt": 1779100000},
    }  # fmt: skip
    address = AVITO.api_urls("https://www.avito.ru/profile/rating")[0]
    found = parsed({"total": 2, "reviews": [row]}, address)
    one = found.reviews[0]
    assert (one.review_id, one.author.name, one.verified_purchase) == ("avito:9", "Олег", True)
    assert one.extra == {"stage": "Сделка состоялась", "excluded_from_rating": True}
    assert found.next_urls == (f"{API}?limit=50&offset=1",)
    assert parsed({"total": 2, "reviews": [row]}, found.next_urls[0]).next_urls == ()


def test_the_key_goes_to_the_interface_alone() -> None:
    assert AVITO.request(f"{API}?limit=50", "t0ken").headers == (("Authorization", "Bearer t0ken"),)
    assert AVITO.request(LIST, "t0ken").headers == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"code": 429, "message": "too many"}', "rate_limited"),
        ('{"error": {"code": 401}}', "login"),
        ("<title>Доступ ограничен: проблема с IP</title>", "captcha"),
    ],
)
def test_refusals_are_no_empty_lists(body: str, reason: str) -> None:
    assert parsed(body).blocked == reason


def test_empty_and_strange_answers() -> None:
    assert parsed(answer()).problems == ()
    said = ("this is no answer with reviews that avito knows",)
    assert parsed('{"a": 1}').problems == said
    assert parsed("<p>Привет").problems == said


@pytest.mark.parametrize(
    ("url", "start"),
    [
        (f"https://www.avito.ru/user/{USER}/profile?src=item", LIST),
        (f"https://m.avito.ru/web/6/user/{USER}/ratings?offset=50", LIST),
        ("https://www.avito.ru/brands/torty/all?x=1", "https://www.avito.ru/brands/torty"),
    ],
)
def test_addresses(url: str, start: str) -> None:
    assert AVITO.start_urls(url) == (start,)
    assert AVITO.api_urls(url) == ()


@pytest.mark.parametrize(
    "url", ["https://www.avito.ru/moskva/torty_1", "https://shop.example/user/1"]
)
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match=r"avito\.ru/user/"):
        AVITO.start_urls(url)


def test_recognition() -> None:
    for body in (json.dumps(answer(entry())), CARD, json.dumps([dumped()])):
        assert AVITO.recognises(page(body, "")) > 0.8
    assert AVITO.recognises(page('[{"author": "x", "score": 1}]', "")) == 0.0
