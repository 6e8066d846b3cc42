"""The web preview of Telegram channels, constructed in its shape."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.telegram import TELEGRAM
from pipeline.errors import UsageError
from tests.crawlers.pages import page

HERE = "https://t.me/s/lunnychay"
NEWS = "Новый <b>сорт</b><br/>уже в продаже"


def message(number: int = 41, text: str = NEWS, more: str = "") -> str:
    return (
        f'<div class="tgme_widget_message js-widget_message" data-post="lunnychay/{number}">'
        '<a class="tgme_widget_message_owner_name" href="https://t.me/lunnychay">'
        "<span>Лунный чай</span></a>"
        f'{more}<div class="tgme_widget_message_text">{text}</div>'
        '<span class="tgme_reaction"><i class="emoji"><b>👍</b></i>1.5K</span>'
        '<span class="tgme_widget_message_views">3.12K</span>'
        '<time datetime="2026-03-05T10:00:00+00:00" class="time">13:00</time></div>'
    )


def parsed(body: str, url: str = HERE) -> ParsedPage:
    return TELEGRAM.parse(page(f"<html><body>{body}</body></html>", url))


def test_a_post_is_a_mention_with_views_and_reactions() -> None:
    (found,) = parsed(message()).reviews
    assert (found.review_id, found.text) == ("telegram:lunnychay/41", "Новый сорт\nуже в продаже")
    assert (found.author.name, found.author.id) == ("Лунный чай", "lunnychay")
    assert (found.is_mention, found.rating, found.votes) == (True, None, None)
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert found.extra == {"views": 3120, "reactions": {"👍": 1500}}
    assert found.url == "https://t.me/lunnychay/41"


def test_the_text_of_an_album_is_read_once() -> None:
    nested = '<div class="tgme_widget_message_text">Фото с дегустации</div>'
    photo = '<a class="tgme_widget_message_photo_wrap"></a>' * 3
    (found,) = parsed(message(text=nested, more=photo)).reviews
    assert (found.text, found.media_count) == ("Фото с дегустации", 3)


def test_an_answer_knows_its_post() -> None:
    reply = '<a class="tgme_widget_message_reply" href="https://t.me/lunnychay/17"></a>'
    assert parsed(message(more=reply)).reviews[0].parent_id == "lunnychay/17"


def test_the_words_that_a_post_answers_are_not_its_own() -> None:
    reply = (
        '<a class="tgme_widget_message_reply" href="https://t.me/lunnychay/17">'
        '<span class="tgme_widget_message_author_name">Лунный чай</span>'
        '<div class="tgme_widget_message_text js-message_reply_text">Прежняя новость</div></a>'
    )
    assert parsed(message(more=reply)).reviews[0].text == "Новый сорт\nуже в продаже"
    assert parsed(message(text="", more=reply)).reviews == ()


def test_a_poll_asks_in_words() -> None:
    poll = '<div class="tgme_widget_message_poll_question">Какой сорт вернуть?</div>'
    shown = message(more=poll).replace(f'<div class="tgme_widget_message_text">{NEWS}</div>', "")
    assert parsed(shown).reviews[0].text == "Какой сорт вернуть?"


def test_comments_below_a_post_are_their_members() -> None:
    header = '<h3 class="tgme_post_discussion_header"><span class="js-header">44 comments</span>'
    comment = (
        '<div class="tgme_widget_message js-widget_message" data-post-id="58">'
        '<span class="tgme_widget_message_author_name"><span class="name">Анна</span></span>'
        '<div class="tgme_widget_message_reply_template js-reply_tpl">'
        '<div class="tgme_widget_message_text js-message_reply_text">Пришёл</div></div>'
        '<div class="tgme_widget_message_text js-message_text">Пришёл мятым</div>'
        '<a class="tgme_widget_message_date" href="https://t.me/lunnychay/2?comment=58">'
        '<time datetime="2026-03-06T10:00:00+00:00">6</time></a></div>'
    )
    found = parsed(header + comment)
    (one,) = found.reviews
    assert (one.review_id, one.text) == ("telegram:lunnychay/2?comment=58", "Пришёл мятым")
    assert (one.author.name, one.author.id, one.author.profile_url) == ("Анна", None, None)
    assert (one.thread_id, one.parent_id, found.claimed_total) == (
        "lunnychay/2", "lunnychay/2", 44,
    )  # fmt: skip


def test_a_post_of_a_group_is_its_members() -> None:
    shown = message(
        more='<a class="tgme_widget_message_author_name" href="https://t.me/anna_s">A</a>'
    )
    (found,) = parsed(re.sub(r'<a class="tgme_widget_message_owner_name.*?</a>', "", shown)).reviews
    assert (found.author.name, found.author.id) == ("A", "anna_s")


def test_earlier_posts_are_asked_for_until_there_are_none() -> None:
    more = '<a class="tme_messages_more js-messages_more" data-before="21"></a>'
    assert parsed(more + message()).next_urls == (f"{HERE}?before=21",)
    assert parsed(message()).next_urls == ()


def test_ill_and_wordless_posts_cost_nobody_else() -> None:
    broken = '<div class="tgme_widget_message" data-post="???">x</div>'
    service = '<div class="tgme_widget_message service_message" data-post="lunnychay/1"></div>'
    found = parsed(broken + service + message(2, "") + message(3))
    assert [one.review_id for one in found.reviews] == ["telegram:lunnychay/3"]
    assert found.skipped == {"post without words": 2, "service message": 1}


def test_an_empty_channel_is_an_answer_and_another_page_is_none() -> None:
    assert parsed('<div class="tgme_channel_info">Лунный чай</div>').problems == ()
    assert "no answer" in parsed("<p>welcome</p>").problems[0]


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://t.me/lunnychay", HERE),
        ("https://telegram.me/s/lunnychay", HERE),
        ("https://t.me/lunnychay/41", f"{HERE}/41"),
        (f"{HERE}?before=21", f"{HERE}?before=21"),
    ],
)
def test_addresses_people_paste(url: str, start: str) -> None:
    assert TELEGRAM.start_urls(url) == (start,)


@pytest.mark.parametrize("url", ["https://t.me/+AbCdEf", "https://shop.example/lunnychay"])
def test_what_is_no_public_channel_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="no public channel"):
        TELEGRAM.start_urls(url)
