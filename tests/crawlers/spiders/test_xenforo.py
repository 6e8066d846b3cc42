"""XenForo, on pages constructed after its two generations."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.xenforo import XENFORO
from pipeline.errors import UsageError
from tests.crawlers.pages import page

THREAD = "https://forum.example/threads/chainik.57/"


def post(number: int, words: str = "Шумит как самолёт", more: str = "", names: str = "") -> str:
    return f"""
    <article class="message message--post {names}" data-author="Инна" data-content="post-{number}">
     <div class="message-avatar"><img src="/a.jpg"></div>
     <h4 class="message-name">
      <a href="/members/inna.9/" class="username" data-user-id="9">Инна</a></h4>
     <h5 class="userTitle">Знаток</h5>
     <div class="message-userExtras"><dl><dt>Сообщения</dt><dd>7</dd></dl>
      <dl><dt>Откуда</dt><dd> Казань </dd></dl></div>
     <header class="message-attribution"><a href="/threads/chainik.57/post-{number}">
      <time class="u-dt" datetime="2024-03-05T13:00:00+0300">5 Мар 2024</time></a>
      <a href="/threads/chainik.57/post-{number}">#{number - 100}</a></header>
     <article class="message-body"><div class="bbWrapper">{words}</div></article>{more}
     <aside class="message-signature"><div class="bbWrapper">Моя подпись</div></aside>
    </article>"""


def thread(*posts: str, head: str = "") -> str:
    return (
        f'<html id="XF" data-content-key="thread-57"><head>{head}</head><body>'
        '<h1 class="p-title-value"><span class="label">Отзыв</span> Чайник «Пар»</h1>'
        f"{''.join(posts)}</body></html>"
    )


QUOTE = (
    '<blockquote class="bbCodeBlock bbCodeBlock--quote" data-source="post: 101">Чужое</blockquote>'
    'Согласна <img class="smilie" src="/s.png"><img src="/photo.jpg">'
)
REACTIONS = (
    '<a class="reactionsBar-link"><bdi>Пётр</bdi>, <bdi>Олег2</bdi> и ещё 5 человек</a>'
    '<div class="message-lastEdit"><time datetime="2024-03-06T13:00:00+0300">x</time></div>'
)
OLD = """
<html id="XenForo"><head><base href="https://old.example/f/">
 <link rel="next" href="threads/chainik.57/page-2"></head><body>
 <div class="titleBar"><h1><span class="prefix">Отзыв</span> Чайник</h1></div>
 <ol><li id="post-101" class="message" data-author="Пётр">
  <h3 class="userText"><a href="members/petr.4/" class="username">Пётр</a>
   <em class="userTitle">Новичок</em></h3>
  <blockquote class="messageText">Течёт
   <div class="bbCodeBlock bbCodeQuote"><a href="goto/post?id=99#post-99">x</a>Чужое</div>
   <div class="messageTextEndMarker">&nbsp;</div></blockquote>
  <div class="messageMeta"><a href="threads/chainik.57/#post-101" class="datePermalink">
   <span class="DateTime" title="5 мар 2024 в 4:23">5 мар 2024</span></a>
   <a class="postNumber">#3</a></div>
 </li>
 <li id="post-102" class="message deleted" data-author="x"></li></ol></body></html>"""


def parsed(html: str, url: str = THREAD) -> ParsedPage:
    return XENFORO.parse(page(html, url))


def test_every_field_of_the_second_generation() -> None:
    found = parsed(thread(post(101, QUOTE, REACTIONS), head='<link rel="next" href="page-2">'))
    one = found.reviews[0]
    assert (one.review_id, one.title, one.text) == (
        "xenforo:forum.example:101", "Чайник «Пар»", "Согласна",
    )  # fmt: skip
    assert (one.author.id, one.author.name, one.author.role, one.author.location) == (
        "9", "Инна", "Знаток", "Казань",
    )  # fmt: skip
    assert (one.author.profile_url, one.author.has_picture) == (
        "https://forum.example/members/inna.9/", True,
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert one.edited_at == datetime(2024, 3, 6, 10, tzinfo=UTC)
    assert (one.thread_id, one.parent_id, one.is_mention, one.rating) == ("57", "101", True, None)
    assert (one.media_count, one.votes and one.votes.helpful) == (1, 7)
    assert one.url == f"{THREAD}post-101"
    assert one.extra == {"topic": "Чайник «Пар»", "post_number": 1, "quotes": 1}
    assert found.next_urls == (f"{THREAD}page-2",)


def test_every_field_of_the_first_generation() -> None:
    found = parsed(OLD, "")
    one = found.reviews[0]
    assert (one.review_id, one.text, one.title) == ("xenforo:old.example:101", "Течёт", "")
    assert (one.author.id, one.author.name, one.author.role) == ("4", "Пётр", "Новичок")
    assert one.published_at == datetime(2024, 3, 5, 4, 23, tzinfo=UTC)
    assert (one.parent_id, one.extra["topic"], one.extra["post_number"]) == ("99", "Чайник", 3)
    assert found.next_urls == ("https://old.example/f/threads/chainik.57/page-2",)
    assert found.skipped == {"deleted or hidden post": 1}


def test_a_quotation_does_not_lend_a_post_its_address() -> None:
    found = parsed(OLD.replace("Течёт", '<a href="goto/post?id=9#post-9">&uarr;</a> Течёт'), "")
    (one,) = found.reviews
    assert one.url == "https://old.example/f/threads/chainik.57/#post-101"
    assert one.thread_id == "57"


def test_posts_that_a_theme_does_not_close_are_still_apart() -> None:
    inner = post(102, "Второе", REACTIONS)
    found = parsed(thread(post(101, "Первое", inner)))
    assert [(one.text, one.edited_at is None) for one in found.reviews] == [
        ("Первое", True), ("Второе", False),
    ]  # fmt: skip


def test_odd_rows_do_not_lose_the_others() -> None:
    bare = '<article class="message message--post" data-content="post-x"></article>'
    quoting = post(103, '<blockquote class="bbCodeBlock--quote">Чужое</blockquote>')
    hidden = post(104, names="is-ignored")
    found = parsed(thread(bare, post(102), quoting, hidden))
    assert [one.review_id[-3:] for one in found.reviews] == ["102"]
    assert found.skipped == {
        "row without a post": 1, "post without words of its own": 1, "deleted or hidden post": 1,
    }  # fmt: skip


def test_forbidden_characters_behind_a_quotation_are_no_obstacle() -> None:
    quote = '<blockquote class="bbCodeBlock--quote">Чужое</blockquote>'
    (found,) = parsed(thread(post(102, f"{quote}Согла&#1;сна"))).reviews
    assert found.text == "Согласна"


def test_a_list_leads_to_its_threads() -> None:
    item = '<div class="structItem-title"><a href="/threads/a.1/">A</a></div>'
    found = parsed(f'<html id="XF"><body>{item}</body></html>', "https://forum.example/forums/x.2/")
    assert (found.next_urls, found.reviews) == (("https://forum.example/threads/a.1/",), ())


def test_a_wall_is_an_obstacle_and_an_empty_forum_is_not() -> None:
    assert parsed('<html id="XF" data-template="login"><body>x</body></html>').blocked == "login"
    empty = parsed('<html id="XF"><body>x</body></html>')
    assert (empty.blocked, empty.problems, empty.reviews) == (None, (), ())


def test_anything_else_is_a_problem() -> None:
    assert "xenforo" in parsed("<p>x</p>").problems[0]


def test_addresses() -> None:
    assert XENFORO.start_urls(f"{THREAD}?s=abc#post-3") == (THREAD,)
    with pytest.raises(UsageError, match="topic or a list"):
        XENFORO.start_urls("chainik")


def test_recognition() -> None:
    assert XENFORO.recognises(page(thread(), "")) > 0.8
    assert XENFORO.recognises(page(OLD, "")) > 0.8
    assert XENFORO.recognises(page("<p>XenForo</p>")) == 0.0
    assert XENFORO.recognises(page('{"a":"message--post"}')) == 0.0
