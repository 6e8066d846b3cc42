"""phpBB, on pages constructed after its styles and Forumotion's editions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.phpbb import PHPBB
from pipeline.errors import UsageError
from tests.crawlers.pages import page

TOPIC = "https://forum.example/viewtopic.php?f=4&t=57"


def post(number: int, words: str = "Undicht", date: str = "05.03.2024, 05:42") -> str:
    return f"""
    <div id="p{number}" class="post bg2"><dl class="postprofile"><dt>
     <a href="./memberlist.php?mode=viewprofile&amp;u=9&amp;sid=abc" class="username">Anna</a>
     </dt>
     <dd class="profile-rank">Kenner</dd><dd><strong>Registriert:</strong> 18.09.2008, 05:56</dd>
     <dd class="profile-phpbb_location"><strong>Wohnort:</strong> Hagen</dd></dl>
     <div class="postbody"><h3 class="first"><a href="#p{number}">Kessel</a></h3>
     <p class="author"><a href="./viewtopic.php?p={number}&amp;sid=abc#p{number}">x</a>von
      <strong><a href="./memberlist.php?mode=viewprofile&amp;u=9" class="username">Anna</a></strong>
      » {date} </p>
     <div class="content">{words}</div>
     <div class="notice">Zuletzt geändert von Anna am 06.03.2024, 07:00</div>
     <div class="signature">Meine Signatur</div></div></div>"""


def topic(*posts: str) -> str:
    return (
        '<body id="phpbb" class="section-viewtopic"><div id="page-body"><h2 class="topic-title">'
        '<a href="./viewtopic.php?f=4&amp;t=57&amp;sid=abc">Kessel</a></h2><div class="pagination">'
        '23 Beiträge <ul><li class="active"><span>1</span></li><li><a href="./viewtopic.php?f=4'
        '&amp;t=57&amp;sid=abc&amp;start=10">2</a></li><li class="arrow next"><a rel="next" href='
        '"./viewtopic.php?f=4&amp;t=57&amp;sid=abc&amp;start=10">x</a></li></ul></div>'
        f'{"".join(posts)}<a href="./viewtopic.php?t=57&amp;view=next">Nächstes Thema</a></div>'
    )


QUOTE = (
    '<blockquote><div><cite><a href="./viewtopic.php?p=99#p99">B hat geschrieben</a></cite>Fremd'
    '</div></blockquote>Stimmt <img src="./images/smilies/x.gif">'
)
SUBSILVER = """
<meta name="copyright" content="2000, 2007 phpBB Group" /><h2><a class="titles" href=
 "./viewtopic.php?f=4&amp;t=57&amp;sid=abc">Kettle</a></h2>
<table class="tablebg"><tr><td><a name="p701"></a><b class="postauthor">anna</b></td>
 <td><table><tr><td class="gensmall"><b>Post subject:</b> Kettle <b>Posted:</b>
  Tue Mar 05, 2024 1:28 pm</td></tr></table></td></tr>
 <tr><td class="profile"><table><tr><td class="postdetails">Novice</td></tr></table>
  <span class="postdetails"><b>Joined:</b> Wed Jun 11, 2014 12:56 am</span></td>
 <td><div class="postbody"><div class="quotetitle">b wrote:</div><div class="quotecontent">Foreign
  </div>It leaks</div><div class="postbody"><br>_________________<br>My signature</div></td></tr>
 <tr><td><a href="./memberlist.php?mode=viewprofile&amp;u=9&amp;sid=abc">x</a></td></tr></table>
"""
HOSTED = """
<script src="https://illiweb.com/x.js"></script>
<a class="maintitle" href="/t57-kessel">Bouilloire</a>
<table class="forumline"><tr class="post post--701"><td><span class="name"><a name="701"></a>
  <strong><a href="/u9">Anne</a></strong></span>
  <span class="postdetails poster-profile">Nouveau<br>Inscription : 12/01/2010<br>
  Localisation : Lyon
  </span></td>
 <td><table><tr><td><span class="postdetails">Sujet: Bouilloire Ven 1 Mar 2024 - 10:00</span></td>
  </tr><tr><td><div class="postbody"><div>Elle fuit</div></div>
  <div class="signature_div">Ma signature</div></td></tr></table></td></tr></table>
"""


def parsed(html: str, url: str = TOPIC) -> ParsedPage:
    return PHPBB.parse(page(html, url))


def test_every_field_of_the_present_style() -> None:
    found = parsed(topic(post(701, QUOTE)))
    one = found.reviews[0]
    assert (one.review_id, one.title, one.text) == ("phpbb:forum.example:701", "Kessel", "Stimmt")
    assert (one.author.id, one.author.name, one.author.role, one.author.location) == (
        "9", "Anna", "Kenner", "Hagen",
    )  # fmt: skip
    profile = "https://forum.example/memberlist.php?mode=viewprofile&u=9"
    assert one.author.profile_url == profile
    assert one.published_at == datetime(2024, 3, 5, 5, 42, tzinfo=UTC)
    assert one.edited_at == datetime(2024, 3, 6, 7, tzinfo=UTC)
    assert (one.thread_id, one.parent_id, one.is_mention) == ("57", "99", True)
    assert (one.url, one.media_count) == (f"{TOPIC}#p701", 0)
    assert one.extra == {"topic": "Kessel", "post_number": 1, "quotes": 1}
    assert (found.claimed_total, found.next_urls) == (23, (f"{TOPIC}&start=10",))


def test_a_later_page_goes_on_counting() -> None:
    one = parsed(topic(post(711)), f"{TOPIC}&start=10").reviews[0]
    assert (one.extra["post_number"], one.title) == (11, "")


def test_the_tables_of_older_styles() -> None:
    one = parsed(SUBSILVER).reviews[0]
    assert (one.review_id, one.text) == ("phpbb:forum.example:701", "It leaks")
    assert (one.author.id, one.author.name, one.author.role) == ("9", "anna", "Novice")
    assert one.published_at == datetime(2024, 3, 5, 13, 28, tzinfo=UTC)
    assert (one.extra["topic"], one.extra["quotes"], one.thread_id) == ("Kettle", 1, "57")


def old_row(number: int, name: str, body: str, date: str = "Tue Mar 05, 2024 1:28 pm") -> str:
    """As the first style of phpBB 2 writes it: two rows of a table."""
    return (
        f'<tr><td><span class="name"><a name="{number}"></a><b>{name}</b></span>'
        '<span class="postdetails">Novice<br>Joined: 10 Jan 2003</span></td><td><table><tr><td>'
        f'<span class="postdetails">Posted: {date} &nbsp; Post subject: Re: Kettle</span></td></tr>'
        f'<tr><td colspan="2">{body}<span class="gensmall"></span></td></tr></table></td></tr>'
        '<tr><td><a href="#top" class="nav">Back to top</a></td><td>'
        '<a href="profile.php?mode=viewprofile&amp;u=9">x</a></td></tr>'
    )


def test_a_post_of_phpbb_2_goes_on_behind_what_it_quotes() -> None:
    quote = (
        '</span><table><tr><td><span class="genmed"><b>Anna wrote:</b></span></td></tr>'
        '<tr><td class="quote">It leaks</td></tr></table><span class="postbody">'
    )
    rows = old_row(701, "Anna", '<span class="postbody">It leaks</span>') + old_row(
        702, "Boris", f'<span class="postbody">First. {quote}<br>So does mine</span>'
    )
    found = parsed(
        '<a class="maintitle" href="viewtopic.php?t=57">Kettle</a><span class="gensmall"><b>Goto '
        'page <b>1</b>, <a href="viewtopic.php?t=57&amp;start=15">2</a></b></span>'
        f'<table class="forumline">{rows}</table>Powered by phpBB 2.0.6 phpBB Group'
    )
    first, second = found.reviews
    assert (first.text, first.author.name, first.author.id) == ("It leaks", "Anna", "9")
    assert (second.text, second.extra["quotes"]) == ("First.\n\nSo does mine", 1)
    assert found.next_urls == ("https://forum.example/viewtopic.php?t=57&start=15",)


def test_forumotion() -> None:
    one = parsed(HOSTED, "https://chez.example/t57-kessel").reviews[0]
    assert (one.review_id, one.text, one.thread_id) == ("phpbb:chez.example:701", "Elle fuit", "57")
    assert (one.author.id, one.author.name, one.author.location) == ("9", "Anne", "Lyon")
    assert one.published_at == datetime(2024, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "shown",
    ["Вт мар 05, 2024 10:00", "Di 5. Mär 2024, 10:00", "Mar 5 Mars 2024 10:00",
     "Di Mär 05, 2024 10:00 am", "2024-03-05 10:00", "5 mars 2024, 10h00"],
)  # fmt: skip
def test_dates_in_the_words_of_the_forum(shown: str) -> None:
    one = parsed(topic(post(701, date=shown))).reviews[0]
    assert one.published_at == datetime(2024, 3, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "day"), [("Heute, 10:11", 15), ("Hier à 10:11", 14), ("Yesterday, 10:11 am", 14)]
)
def test_days_told_from_today(shown: str, day: int) -> None:
    one = parsed(topic(post(701, date=shown))).reviews[0]
    assert one.published_at == datetime(2026, 6, day, 10, 11, tzinfo=UTC)


def test_odd_rows_do_not_lose_the_others() -> None:
    robot = post(704, "Kaufen!").replace(">Anna<", ">Google Adsense [Bot]<")
    advert = post(705, "Kaufen!").replace(">Anna<", ">Advertisement<")
    found = parsed(topic('<div class="post"></div>', post(702, ""), post(703), robot, advert))
    assert [one.review_id[-3:] for one in found.reviews] == ["703"]
    assert found.skipped == {"post without words of its own": 1, "advertisement": 2}


def test_a_list_leads_to_its_topics() -> None:
    html = (
        '<body id="phpbb"><a class="topictitle" href="./viewtopic.php?t=5&amp;sid=a">A</a>'
        '<div class="pagination"><strong>1</strong><span class="page-sep">, </span>'
        '<a href="./viewforum.php?f=4&amp;start=25&amp;sid=a">2</a></div>'
    )
    assert parsed(html, "https://forum.example/viewforum.php?f=4").next_urls == (
        "https://forum.example/viewtopic.php?t=5",
        "https://forum.example/viewforum.php?f=4&start=25",
    )


def test_a_saved_page_says_that_its_address_is_missing() -> None:
    found = parsed(topic(post(701)), "")
    assert (found.next_urls, found.reviews[0].review_id) == ((), "phpbb:701")
    assert "--url" in found.problems[0]


def test_a_wall_is_an_obstacle() -> None:
    wall = '<body id="phpbb" class="section-ucp"><form id="login" class="postbody">x</form>'
    assert parsed(wall).blocked == "login"


def test_anything_else_is_a_problem() -> None:
    assert "phpbb" in parsed("<p>x</p>").problems[0]


def test_addresses() -> None:
    assert PHPBB.start_urls(f"{TOPIC}&sid=abc#p3") == (TOPIC,)
    with pytest.raises(UsageError, match="topic or a list"):
        PHPBB.start_urls("x")


def test_recognition() -> None:
    for html in (topic(post(701)), SUBSILVER, HOSTED):
        assert PHPBB.recognises(page(html, "")) > 0.8
    assert PHPBB.recognises(page("<p>We moved here from phpBB</p>")) == 0.0
    assert PHPBB.recognises(page('{"a":"postbody"}')) == 0.0
