"""Nested lists of Google Maps, constructed after answers of 2023 and 2026; names are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.google_maps import GOOGLE_MAPS
from pipeline.errors import UsageError
from tests.crawlers.pages import page

LIST = "https://www.google.com/maps/rpc/listugcposts"
FEATURE = "0x14e7:0xe541"
POSTED, EDITED = 1709629200000000, 1709715600000000


def listed(feature: str = FEATURE, token: str = "", language: str = "en") -> str:
    feature = feature.replace(":", "%3A")
    return (
        f"{LIST}?authuser=0&hl={language}&pb=!1m6!1s{feature}!6m4!4m1!1e1!4m1!1e3!2m2!1i20!2s{token}"
        "!5m2!1s!7e81!8m9!2b1!3b1!5b1!7b1!12m4!1b1!2b1!4m1!1e1!11m0!13m1!1e2"
    )


def places(size: int, **values: Any) -> list[Any]:
    """A list with values at some places: `at3=x`."""
    row: list[Any] = [None] * size
    for name, value in values.items():
        row[int(name.removeprefix("at"))] = value
    return row


def row(name: str = "r1", *, edited: Any = POSTED, **content: Any) -> list[Any]:
    """A review as it is listed since 2025."""
    person = places(
        12, at0="Инна П.", at2=["https://www.google.com/maps/contrib/118?hl=ru"], at3="118", at5=6,
        at10=["Местный эксперт · 6 отзывов"],
    )  # fmt: skip
    link = ["https://www.google.com/maps/contrib/118/reviews?hl=ru"]
    about = places(
        16, at0="0x0:0xe541", at2=POSTED, at3=edited, at4=[None, None, link, None, None, person],
        at6="3 месяца назад", at13=["Google", "https://g.example/i.png", None, None, 5], at15=1,
    )  # fmt: skip
    content = {"at0": [2], "at14": ["ru"], "at15": [["Долго ждали", None, [0, 11]]]} | content
    share = [None, 4, None, [f"https://www.google.com/maps/reviews/data=!1s{name}"]]
    return [name, about, places(16, **content), [], share, "0ah"]


def answer(*rows: Any, token: Any = None) -> str:
    return ")]}'\n" + json.dumps([None, token, [[one, None, "CAES"] for one in rows]])


def parsed(body: str, url: str = "") -> ParsedPage:
    return GOOGLE_MAPS.parse(page(body, url))


def test_every_field() -> None:
    aspect = places(12, at0=["X"], at1="Еда", at5="Еда", at11=[4])
    choice = places(12, at0=["Y"], at1="Как ели?", at2=[[["E:1", "В зале", 2]], 1], at5="Вид")
    full = row(edited=EDITED, at2=[["p1"], ["p2"]], at6=[aspect, choice])
    full[3] = places(15, at1=EDITED, at14=[["Исправимся", None, [0, 10]]])
    one = parsed(answer(full)).reviews[0]
    assert (one.review_id, one.rating, one.text, one.language) == (
        "google_maps:r1", 2.0, "Долго ждали", "ru",
    )  # fmt: skip
    author = one.author
    assert (author.id, author.name, author.reviews_count) == ("118", "Инна П.", 6)
    assert author.profile_url == "https://www.google.com/maps/contrib/118/reviews?hl=ru"
    assert one.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert (one.published_precision, one.published_raw) == ("second", "3 месяца назад")
    assert one.edited_at == datetime(2024, 3, 6, 9, tzinfo=UTC)
    assert one.votes is not None
    assert (one.votes.helpful, one.media_count) == (4, 2)
    reply = one.replies[0]
    assert (reply.text, reply.is_owner, reply.replied_at) == ("Исправимся", True, one.edited_at)
    assert one.url == "https://www.google.com/maps/reviews/data=!1sr1"
    assert one.extra == {
        "sub_ratings": {"Еда": 4.0}, "answers": {"Вид": "В зале"}, "author_rank": "Местный эксперт",
    }  # fmt: skip


def test_the_original_is_the_text_and_the_translation_stands_aside() -> None:
    full = row(at14=["de", "en"], at15=[["Sehr langsam"], ["Very slow"]])
    one = parsed(answer(full)).reviews[0]
    assert (one.text, one.language) == ("Sehr langsam", "de")
    assert one.extra["translation"] == "Very slow"
    assert one.extra["translation_language"] == "en"


def test_without_a_stamp_the_relative_date_is_all_there_is() -> None:
    full = row()
    full[1][2] = 7
    one = parsed(answer(full)).reviews[0]
    assert (one.published_precision, one.published_raw) == ("relative", "3 месяца назад")


def test_a_partners_rating_is_on_the_partners_scale() -> None:
    full = row(at0=None, at8=[None, 8.5])
    full[1][13] = ["Hotels.example", "https://h.example/i.png", None, None, 10]
    one = parsed(answer(full)).reviews[0]
    assert one.rating_original is not None
    assert (one.rating_original.value, one.rating_original.best) == (8.5, 10.0)
    assert one.rating == pytest.approx(4.3333)
    assert one.extra["origin"] == "Hotels.example"


def older_row() -> list[Any]:
    """A review as a place's preview showed it in 2023."""
    full = row(at1=["Долго ждали", "ru"])
    person = places(
        14, at1=137, at4="Инна П.", at5="https://www.google.com/maps/contrib/118",
        at12=["28 отзывов"], at13="118",
    )  # fmt: skip
    full[1][4] = [person]
    return full


def preview(*rows: Any) -> list[Any]:
    reviews = places(10, at9=[[[[one, None, "CAES"] for one in rows], None, 2]])
    place = places(176, at4=places(9, at8=396), at10=FEATURE, at11="Кафе «Порт»", at175=reviews)
    return places(7, at6=place)


def test_a_preview_of_2023_names_the_place_and_counts_its_reviews() -> None:
    found = parsed(")]}'\n" + json.dumps(preview(older_row())))
    one = found.reviews[0]
    assert (one.author.id, one.author.name, one.author.reviews_count) == ("118", "Инна П.", 137)
    assert (one.product, found.claimed_total) == ("Кафе «Порт»", 396)
    assert found.next_urls == (listed(token="CAES"),)


def test_a_saved_page_holds_a_preview_as_text() -> None:
    inner = ")]}'\n" + json.dumps(preview(older_row()))
    state = json.dumps([None, None, None, {"ah": [None, inner]}])
    html = f"google.com/maps<script>APP_INITIALIZATION_STATE={state};window.X=[];</script>"
    found = parsed(html)
    assert GOOGLE_MAPS.recognises(page(html, "")) > 0.9
    assert [one.product for one in found.reviews] == ["Кафе «Порт»"]


DRAWN = """<html>google.com/maps<div class="jftiEf" data-review-id="ChR2" aria-label="Инна П.">
<button data-review-id="ChR2" data-href="https://www.google.com/maps/contrib/118204/reviews?hl=ru">
<div class="d4r55">Инна П.</div><div class="RfnDt">Местный эксперт · 137 отзывов</div></button>
<span class="kvMYJc" role="img" aria-label="4 звезды"></span><span class="rsqaWe">3 месяца назад
</span><div class="MyEned"><span class="wiI7pd">Долго ждали<br>Вкусно</span></div>
<span class="pkWtMe">5</span><div class="CDe7pd"><span class="DZSIDd">2 месяца назад</span>
<div class="wiI7pd">Исправимся</div></div></div></html>"""


def test_what_a_browser_drew_is_read_with_relative_dates() -> None:
    one = parsed(DRAWN).reviews[0]
    assert (one.review_id, one.rating, one.text) == ("google_maps:ChR2", 4.0, "Долго ждали\nВкусно")
    author = one.author
    assert (author.id, author.name, author.reviews_count) == ("118204", "Инна П.", 137)
    assert (one.published_precision, one.published_raw) == ("relative", "3 месяца назад")
    assert one.published_at == datetime(2026, 3, 15, tzinfo=UTC)
    assert one.votes is not None
    assert one.votes.helpful == 5
    reply = one.replies[0]
    assert (reply.text, reply.is_owner) == ("Исправимся", True)
    assert reply.replied_at == datetime(2026, 4, 15, tzinfo=UTC)
    assert GOOGLE_MAPS.recognises(page(DRAWN, "")) > 0.9


def drawn(stars: str, date: str, told: str) -> str:
    return (
        DRAWN.replace("4 звезды", stars)
        .replace("3 месяца назад", date)
        .replace("Местный эксперт · 137 отзывов", told)
    )


@pytest.mark.parametrize(
    ("stars", "date", "told"),
    [
        ("4 stars", "3 months ago", "Local Guide · 137 reviews · 20 photos"),
        ("4,0 von 5 Sternen", "vor 3 Monaten", "Local Guide · 20 Fotos · 137 Rezensionen"),
        ("4 étoiles", "il y a 3 mois", "137 avis · 20 photos"),
        ("4 estrellas", "hace 3 meses", "137 reseñas"),
        ("4 gwiazdki", "3 miesiące temu", "Lokalny przewodnik · 137 opinii · 2 zdjęcia"),
        ("4 yıldız", "3 ay önce", "Yerel Rehber · 137 yorum · 20 fotoğraf"),
        ("4 зірки", "3 місяці тому", "Місцевий експерт · 137 відгуків"),
        ("5つ星のうち4", "3 か月前", "137 件のレビュー · 20 枚の写真"),
        ("별표 4개", "3개월 전", "리뷰 137개 · 사진 20장"),
        ("4 顆星", "3 個月前", "137 則評論"),
    ],
)
def test_stars_days_and_numbers_are_told_in_the_readers_language(
    stars: str, date: str, told: str
) -> None:
    one = parsed(drawn(stars, date, told)).reviews[0]
    assert (one.rating, one.author.reviews_count) == (4.0, 137)
    assert one.published_at == datetime(2026, 3, 15, tzinfo=UTC)
    assert one.edited_at is None


def test_the_day_of_an_edit_is_told_as_such() -> None:
    one = parsed(drawn("4 stars", "Edited a year ago", "Local Guide · 20 photos")).reviews[0]
    assert one.published_at == one.edited_at == datetime(2025, 6, 15, tzinfo=UTC)
    assert (one.author.reviews_count, one.extra["author_rank"]) == (None, "Local Guide")


def test_full_stars_are_counted_where_no_words_tell_them() -> None:
    stars = '<i class="elGi1d"></i>' * 3 + "<i></i>" * 2
    body = DRAWN.replace('role="img" aria-label="4 звезды">', f">{stars}")
    assert parsed(body).reviews[0].rating == 3.0


OLDER_CARDS = """<html><a href="https://www.google.com/maps/x">m</a><h1 class="DUwDvf">Port</h1>
<div class="section-review ripple" data-review-id="ChOld1" aria-label="Inna P.">
<div class="section-review-title">Inna P.</div>
<div class="section-review-subtitle"><span>Local Guide</span><span>・12 reviews</span></div>
<span class="section-review-stars" role="img" aria-label=" 2 stars "></span>
<span class="section-review-publish-date">2 months ago</span>
<span class="section-review-text">Slow</span><div class="section-review-owner-response">
<div class="section-review-owner-response-subtitle">a month ago</div>
<div class="section-review-text">Sorry</div></div></div>
<div class="ODSEW-ShBeI" data-review-id="ChOld2"><div class="ODSEW-ShBeI-title">Oleg</div>
<div class="ODSEW-ShBeI-VdSJob">5 reviews</div>
<span class="ODSEW-ShBeI-H1e3jb" role="img" aria-label=" 5 stars "></span>
<span class="ODSEW-ShBeI-RgZmSc-date">a week ago</span>
<div class="ODSEW-ShBeI-ShBeI-content"><span class="ODSEW-ShBeI-text">Kind</span></div></div>"""


def test_cards_of_2019_and_of_2021() -> None:
    one, other = parsed(OLDER_CARDS).reviews
    assert (one.review_id, one.rating, one.text) == ("google_maps:ChOld1", 2.0, "Slow")
    assert (one.author.name, one.author.reviews_count, one.product) == ("Inna P.", 12, "Port")
    assert [reply.text for reply in one.replies] == ["Sorry"]
    assert (other.rating, other.text, other.author.name) == (5.0, "Kind", "Oleg")
    assert (other.published_raw, other.author.reviews_count) == ("a week ago", 5)


SEARCH_CARDS = """<html><div class="P5Bobd">Port</div><span class="z5jxId">47 reviews</span>
<div class="gws-localreviews__google-review WMbnJf"><div class="TSUbDb">
<a href="https://www.google.com/maps/contrib/118204/reviews?hl=en">Inna P.</a></div>
<a class="Msppse"><span class="A503be">Local Guide·</span>12 reviews</a>
<span class="lTi8oc" role="img" aria-label="Rated 4.0 out of 5, "></span>
<span class="dehysf">3 weeks ago</span><div class="Jtu6Td"><span class="review-snippet">Long w…
</span><span class="review-full-text">Long words</span></div><div class="LfKETd">
<span class="pi8uOe">2 weeks ago</span><div class="lororc">Thanks</div></div></div>
<div class="bwb7ce" jscontroller="x" data-id="ChNew1"><div class="Vpc5Fe">Oleg</div>
<div class="GSM50">3 reviews · 1 photo</div><div class="dHX2k" aria-label="5 out of 5 stars"></div>
<span class="y3Ibjb">a day ago</span><div class="OA1nbd">Kind</div></div>"""


def test_reviews_that_googles_search_shows() -> None:
    found = parsed(SEARCH_CARDS)
    one, other = found.reviews
    assert (one.rating, one.text, one.author.id) == (4.0, "Long words", "118204")
    assert (one.product, found.claimed_total) == ("Port", 47)
    assert [reply.text for reply in one.replies] == ["Thanks"]
    assert (other.review_id, other.rating, other.text) == ("google_maps:ChNew1", 5.0, "Kind")
    assert other.author.reviews_count == 3
    assert GOOGLE_MAPS.recognises(page(SEARCH_CARDS, "")) > 0.9


def test_cards_add_to_the_lists_of_the_page_what_those_do_not_hold() -> None:
    listed_too = row("ChR2")
    state = json.dumps([None, None, None, [")]}'\n" + json.dumps(preview(listed_too))]])
    script = f"<script>APP_INITIALIZATION_STATE={state};</script>"
    other = DRAWN.replace("ChR2", "ChR3")
    found = parsed(script + DRAWN + other)
    assert [one.review_id for one in found.reviews] == ["google_maps:ChR2", "google_maps:ChR3"]
    assert [one.published_precision for one in found.reviews] == ["second", "relative"]


def test_a_photo_without_stars_is_no_review() -> None:
    full = row("p1", at0=None)
    full[1][15] = 2
    found = parsed(answer(full, row("r2")))
    assert [one.review_id for one in found.reviews] == ["google_maps:r2"]
    assert found.skipped == {"photo without stars": 1}


def test_the_token_leads_on_in_the_language_of_the_page() -> None:
    found = parsed(answer(row(), token="Ab=:1"), listed(language="ru"))
    assert found.next_urls == (listed(token="Ab%3D%3A1", language="ru"),)


def test_a_single_saved_review_leads_on_by_its_own_place() -> None:
    found = parsed(json.dumps([[row(), None, "CAQS:3"]]))
    assert found.next_urls == (listed("0x0:0xe541", "CAQS%3A3"),)


def test_paging_ends_with_the_same_token_and_without_reviews() -> None:
    assert parsed(answer(row(), token="Ab"), listed(token="Ab")).next_urls == ()
    assert parsed(answer(token="Ab"), listed()).next_urls == ()


def test_a_malformed_review_does_not_lose_the_others() -> None:
    empty = row("r2", at0=None, at15=None)
    found = parsed(answer(None, ["r0"], row("r1", at0=[9]), empty, row("r3")))
    assert [one.review_id[-1] for one in found.reviews] == ["1", "3"]
    assert len(found.problems) == 2


def test_an_empty_list_says_what_it_may_mean() -> None:
    found = parsed(")]}'\n[null,null,null,null,null,1]", listed())
    assert (found.reviews, found.blocked) == ((), None)
    assert "cookies" in found.problems[0]


def test_a_consent_page_is_an_obstacle_and_anything_else_a_problem() -> None:
    wall = "<html><title>Before you continue</title>consent.google.com"
    assert (parsed(wall).blocked, parsed(wall).problems) == ("consent", ())
    assert "google_maps" in parsed('{"a":1}').problems[0]
    assert parsed("<script>APP_INITIALIZATION_STATE=[[[").problems


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"https://www.google.com/maps/place/Port/@34.6,33,17z/data=!3m1!4b1!1s{FEATURE}!8m2?hl=ru",
         listed(language="ru")),
        ("https://maps.google.ru/?cid=14949693830806722881", listed("0x0:0xcf77fb550e155941")),
        (f"https://www.google.co.uk/maps?ftid={FEATURE}", listed()),
        ("https://search.google.com/local/reviews?placeid=ChIJDdnwdv0y5xQRRytw1ihZQeU",
         listed("0x14e732fd76f0d90d:0xe5415928d6702b47")),
        (listed(token="Ab"), listed(token="Ab")),
    ],
)  # fmt: skip
def test_any_address_of_a_place_leads_to_its_list(url: str, address: str) -> None:
    assert GOOGLE_MAPS.start_urls(url) == (address,)
    assert GOOGLE_MAPS.api_urls(url) == ()


@pytest.mark.parametrize(
    "url",
    ["https://www.google.com/maps", f"https://shop.example/?ftid={FEATURE}",
     "https://maps.app.goo.gl/AbC", "https://www.google.com/maps?cid=x&place_id=ChIJ"],
)  # fmt: skip
def test_any_other_address_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(UsageError, match="long address"):
        GOOGLE_MAPS.start_urls(url)


def test_recognition() -> None:
    assert GOOGLE_MAPS.recognises(page(answer(row()), "")) > 0.9
    assert GOOGLE_MAPS.recognises(page("[]", listed())) > 0.9
    assert GOOGLE_MAPS.recognises(page('{"reviews":[]}')) == 0.0
