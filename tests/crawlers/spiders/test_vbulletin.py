"""vBulletin, on pages constructed after its third, fourth and fifth generation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.parsing.markup import parse_html
from crawlers.parsing.vbulletin_posts import posts_of
from crawlers.spiders.vbulletin import VBULLETIN
from pipeline.errors import UsageError
from tests.crawlers.pages import page

THREAD = "https://forum.example/showthread.php?t=57"
OLD_QUOTE = (
    '<div style="margin:20px; margin-top:5px;"><div class="smallfont">Quote:</div>'
    '<table><tr><td class="alt2"><a href="showthread.php?p=99#post99">x</a>'
    "Foreign</td></tr></table>"
    "</div>"
)
NEW_QUOTE = (
    '<div class="bbcode_container"><div class="bbcode_quote"><div class="bbcode_postedby">Zitat '
    'von B</div><a href="x.html#post99">x</a><div class="message">Fremd</div></div></div>'
)


def old(number: int, words: str = "It leaks", date: str = "04-09-2024, 06:46 PM") -> str:
    return f"""
    <div id="edit{number}"><table id="post{number}"><tr><td class="thead">
     <a name="post{number}">Old</a> {date}</td><td class="thead"><a id="postcount{number}" name="{
        number - 700
    }" href="showpost.php?p={number}">#1</a></td></tr>
     <tr><td class="alt2"><a class="bigusername" href="member.php?u=9&amp;s=abc">anna</a>
      <div class="smallfont">Junior Member</div>
      <div class="smallfont"><div>Join Date: Jan 2005</div><div>Location: Leeds</div></div></td>
     <td class="alt1"><div id="post_message_{number}">{words}</div>
      <div class="smallfont"><em>Last edited by anna; 04-30-2024 at 09:31 AM.</em></div>
      <div>__________________<br>My signature</div></td></tr></table></div>"""


def new(number: int, words: str = "Undicht", names: str = "postcontainer") -> str:
    return f"""
    <li class="postbit {names}" id="post_{number}"><div class="posthead">
     <span class="postdate"><span class="date">05.03.2024,
      <span class="time">14:17</span></span></span>
     <a class="postcounter" name="post{number}"
      href="kessel-57.html?s=abc#post{number}">#2</a></div>
     <div class="username_container"><a class="username" href="members/4.html">Bernd</a></div>
     <span class="usertitle">Neu hier</span>
     <dl class="userinfo_extra"><dt>Ort</dt><dd>Bonn</dd></dl>
     <div class="content"><div id="post_message_{number}"><blockquote class="postcontent">{words}
     </blockquote></div></div><blockquote class="signature">Meine Signatur</blockquote></li>"""


def thread(*posts: str) -> str:
    return (
        '<html id="vbulletin_html"><body><span class="threadtitle"><a href="x">Kettle</a></span>'
        '<input name="searchthreadid" value="57"><a rel="next" href="showthread.php?t=57&amp;page=2'
        f'&amp;s=abc" title="Next Page - Results 11 to 20 of 23">&gt;</a>{"".join(posts)}</body>'
    )


FIFTH = """
<meta name="generator" content="vBulletin 5.6.4" /><h1 class="main-title">Kettle</h1>
<ul><li class="b-post" data-node-id="701">
 <div class="author"><a href="/member/9-anna">anna</a></div>
 <time datetime="2024-03-05T10:00:00">05-03-2024</time>
 <a class="b-post__count" href="#post701">#1</a>
 <div class="js-post__content-text"><div class="bbcode_quote">Foreign</div>It leaks</div></li></ul>
"""


def parsed(html: str, url: str = THREAD) -> ParsedPage:
    return VBULLETIN.parse(page(html, url))


def test_every_field_of_the_third_generation() -> None:
    found = parsed(thread(old(701, f"{OLD_QUOTE}It leaks")))
    one = found.reviews[0]
    assert (one.review_id, one.title, one.text) == (
        "vbulletin:forum.example:701",
        "Kettle",
        "It leaks",
    )
    assert (one.author.id, one.author.name, one.author.role, one.author.location) == (
        "9", "anna", "Junior Member", "Leeds",
    )  # fmt: skip
    assert one.author.profile_url == "https://forum.example/member.php?u=9"
    assert one.published_at == datetime(2024, 4, 9, 18, 46, tzinfo=UTC)
    assert one.edited_at == datetime(2024, 4, 30, 9, 31, tzinfo=UTC)
    assert (one.thread_id, one.parent_id, one.is_mention) == ("57", "99", True)
    assert one.extra == {"topic": "Kettle", "post_number": 1, "quotes": 1}
    assert (found.claimed_total, found.next_urls) == (23, (f"{THREAD}&page=2",))


def test_every_field_of_the_fourth_generation() -> None:
    one = parsed(thread(new(702, f"{NEW_QUOTE}Undicht"))).reviews[0]
    assert (one.review_id, one.text, one.title) == ("vbulletin:forum.example:702", "Undicht", "")
    assert (one.author.id, one.author.name, one.author.role, one.author.location) == (
        "4", "Bernd", "Neu hier", "Bonn",
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 5, 14, 17, tzinfo=UTC)
    assert one.url == "https://forum.example/kessel-57.html#post702"
    assert (one.parent_id, one.extra["post_number"], one.extra["quotes"]) == ("99", 2, 1)


def test_the_fifth_generation() -> None:
    one = parsed(FIFTH).reviews[0]
    assert (one.review_id, one.author.name, one.text) == (
        "vbulletin:forum.example:701", "anna", "It leaks",
    )  # fmt: skip
    assert one.published_at == datetime(2024, 3, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("other", "month"),
    [("04-25-2024, 09:47 PM", 4), ("25-04-2024, 21:47", 9), ("05-04-2024, 21:47", 9)],
)
def test_the_page_tells_the_order_of_day_and_month(other: str, month: int) -> None:
    clock = "04-09-2024, 06:46 PM" if "PM" in other else "04-09-2024, 18:46"
    html = thread(old(701, date=clock), old(702, "Mine too", other))
    found = parsed(html.replace("04-30-2024 at 09:31 AM", "x"))
    shown = found.reviews[0].published_at
    assert shown is not None
    assert shown.month == month


def test_odd_rows_do_not_lose_the_others() -> None:
    found = parsed(
        thread(new(702, ""), new(703), new(704, names="postcontainer postbitdeleted"), new(0, "?"))
    )
    assert [one.text for one in found.reviews] == ["Undicht", "?"]
    assert found.skipped == {"post without words of its own": 1, "deleted or hidden post": 1}


def test_a_list_leads_to_its_threads() -> None:
    html = (
        '<html id="vbulletin_html"><a id="thread_title_5" href="showthread.php?t=5&amp;s=a">A</a>'
    )
    assert parsed(html).next_urls == ("https://forum.example/showthread.php?t=5",)


def test_a_wall_is_an_obstacle_and_an_empty_page_is_not() -> None:
    wall = '<html id="vbulletin_html"><div class="standard_error">You are not logged in</div>'
    assert parsed(wall).blocked == "login"
    empty = parsed('<html id="vbulletin_html"><body>x</body>')
    assert (empty.blocked, empty.problems, empty.reviews) == (None, (), ())


def test_anything_else_is_a_problem() -> None:
    assert "vbulletin" in parsed("<p>x</p>").problems[0]


def test_addresses() -> None:
    assert VBULLETIN.start_urls(f"{THREAD}&s=abc#post3") == (THREAD,)
    with pytest.raises(UsageError, match="topic or a list"):
        VBULLETIN.start_urls("x")


def test_recognition() -> None:
    assert VBULLETIN.recognises(page(thread(), "")) > 0.8
    assert VBULLETIN.recognises(page(old(701), "")) > 0.8
    assert VBULLETIN.recognises(page("<p>x</p>")) == 0.0


def test_a_row_with_many_bodies_is_looked_at_once() -> None:
    """A page of broken tags nests hundreds of them; each would read the whole row again."""
    problems: list[str] = []
    root = parse_html(
        f'<li class="postcontainer" id="post_7">{"<div id=post_message_7>x" * 300}', problems
    )
    assert root is not None
    assert len(posts_of(root)) == 1


ARCHIVE = """<html><head><meta name="generator" content="vBulletin 3.8.4"></head><body>
<p class="largefont">View Full Version : <a href="/showthread.php?t=57">Kettle</a></p>
<div class="post"><div class="posttop"><div class="username">Anna</div>
<div class="date">06-13-2009, 10:12 PM</div></div>
<div class="posttext">It leaks<br>a lot</div></div>
<div class="post"><div class="posttop"><div class="username">Boris</div>
<div class="date">06-04-2009, 09:00 AM</div></div><div class="posttext">Mine, too</div></div>
</body></html>"""
PRINTED = """<html><head><meta name="generator" content="vBulletin 4.2.2"></head><body>
<div id="pagetitle"><h1><a href="/showthread.php?57-Kettle">Kettle</a></h1></div>
<ul id="postlist"><li class="postbit blockbody" id="post_1"><div class="header">
<div class="datetime">06-13-2009, 10:12 PM</div><span class="username">Anna</span></div>
<div class="title">Kettle</div>
<div class="content"><blockquote class="restore">It leaks<br>a lot</blockquote></div></li></ul>"""


@pytest.mark.parametrize(
    ("shown", "url"),
    [
        (ARCHIVE, "https://forum.example/archive/index.php/t-57.html"),
        (PRINTED, "https://forum.example/printthread.php?t=57"),
    ],
)
def test_the_archive_and_what_is_to_be_printed(shown: str, url: str) -> None:
    found = VBULLETIN.parse(page(shown, url))
    one = found.reviews[0]
    assert (one.text, one.author.name, one.thread_id) == ("It leaks\na lot", "Anna", "57")
    assert one.published_at == datetime(2009, 6, 13, 22, 12, tzinfo=UTC)
    assert one.extra["topic"] == "Kettle"


def test_dates_of_the_archive_agree_on_their_order() -> None:
    second = VBULLETIN.parse(page(ARCHIVE, "")).reviews[1]
    assert second.published_at == datetime(2009, 6, 4, 9, tzinfo=UTC)


def test_a_quotation_does_not_lend_a_post_its_address() -> None:
    shown = (
        '<table id="post702"><tr><td class="thead"><a href="showpost.php?p=702" id="postcount702"'
        ' name="2">2</a> 06-13-2009, 10:12 PM</td></tr><tr><td><a class="bigusername" '
        'href="member.php?33-Anna">Anna</a><div id="post_message_702">'
        '<a href="showthread.php?p=701#post701">x</a> Me, too</div></td></tr></table>'
    )
    (one,) = VBULLETIN.parse(page(shown, "https://forum.example/showthread.php?t=57")).reviews
    assert one.url == "https://forum.example/showpost.php?p=702"
    assert one.author.id == "33"


def test_a_number_that_is_none_breaks_no_page() -> None:
    odd = FIFTH.replace('data-node-id="701"', 'data-node-id="7\'1]"')
    odd = odd.replace('class="b-post__count" href="#post701"', 'href="#post701"')
    one = parsed(odd).reviews[0]
    assert (one.text, one.url) == ("It leaks", f"{THREAD}#post701")
