"""Feeds of posts and of comments in every usual dialect; names and words are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawlers.parsed import ParsedPage
from crawlers.recognition import recognised
from crawlers.spiders.appstore import APPSTORE
from crawlers.spiders.rss import RSS
from pipeline.errors import UsageError
from tests.crawlers.pages import page

FEED = "https://blog.example/feed/"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)
POST = """<item><title>Чайник &amp;#8212; обзор</title>
<media:title>Not the title</media:title>
<link>https://blog.example/kettle/</link>
<comments>https://blog.example/kettle/#comments</comments>
<dc:creator><![CDATA[Инна Ч.]]></dc:creator>
<pubDate>Sat, 16 May 2026 13:00:00 +0300</pubDate>
<guid isPermaLink="false">https://blog.example/?p=9</guid>
<description>Течёт [&#8230;]</description>
<content:encoded><![CDATA[<p>Течёт.</p><p>Шумит <img src="/a.jpg"></p>]]></content:encoded>
<enclosure url="https://blog.example/a.mp3" type="audio/mpeg"/>
<wfw:commentRss>https://blog.example/kettle/feed/</wfw:commentRss>
<slash:comments>2</slash:comments></item>"""
COMMENT = """<item><title>Comment on «Kettle» by Инна</title>
<link>https://blog.example/kettle/#comment-41</link><dc:creator>Инна</dc:creator>
<pubDate>Sun, 17 May 2026 10:00:00 +0000</pubDate>
<guid isPermaLink="false">https://blog.example/?p=9#comment-41</guid>
<description>Да, течёт.</description></item>"""


def rss(*items: str, title: str = "Чай", head: str = "") -> str:
    inner = f"<title>{title}</title><language>ru-RU</language>{head}{''.join(items)}"
    return f'<?xml version="1.0"?><rss version="2.0" {SPACES}><channel>{inner}</channel></rss>'


def atom(*entries: str, head: str = "") -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" '
        'xmlns:thr="http://purl.org/syndication/thread/1.0" '
        'xmlns:openSearch="http://a9.com/-/spec/opensearchrss/1.0/">'
        f"<title>Tea</title>{head}{''.join(entries)}</feed>"
    )


def parsed(body: str, url: str = FEED) -> ParsedPage:
    return RSS.parse(page(body, url))


def test_every_field_of_a_post() -> None:
    found = parsed(rss(POST))
    one = found.reviews[0]
    assert one.review_id == "rss:blog.example:https://blog.example/?p=9"
    assert (one.title, one.text) == ("Чайник — обзор", "Течёт.\n\nШумит")
    assert (one.author.name, one.language) == ("Инна Ч.", "ru")
    assert one.published_at == datetime(2026, 5, 16, 10, tzinfo=UTC)
    assert (one.url, one.thread_id) == ("https://blog.example/kettle/",) * 2
    assert (one.media_count, one.is_mention, one.rating) == (2, True, None)
    assert (one.kind, one.extra) == ("blog", {"feed": "Чай"})
    assert found.next_urls == ("https://blog.example/kettle/feed/",)
    assert found.problems == ()


def test_a_post_without_comments_sends_nobody_to_their_feed() -> None:
    silent = POST.replace("<slash:comments>2", "<slash:comments>0")
    assert parsed(rss(silent)).next_urls == ()


def test_a_comment_has_no_title_of_its_own() -> None:
    one = parsed(rss(COMMENT)).reviews[0]
    assert (one.title, one.text) == ("", "Да, течёт.")
    assert one.extra == {"topic": "Kettle", "feed": "Чай"}
    assert one.thread_id == "https://blog.example/kettle/"


@pytest.mark.parametrize("title", ["Comments on: Kettle", "Комментарии: Kettle"])
def test_the_feed_of_one_post_names_the_topic(title: str) -> None:
    item = COMMENT.replace("Comment on «Kettle» by Инна", "By: Инна")
    assert parsed(rss(item, title=title)).reviews[0].extra["topic"] == "Kettle"


def test_an_answer_of_a_forum() -> None:
    item = "<item><title>Re: Kettle</title><link>/t/1</link><description>No</description></item>"
    one = parsed(rss(item)).reviews[0]
    assert (one.title, one.extra["topic"]) == ("", "Kettle")
    assert one.url == "https://blog.example/t/1"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("inna@mail.example (Инна)", "Инна"),
        ("Инна &lt;inna@mail.example&gt;", "Инна"),
        ("inna@mail.example", None),
        ("Инна", "Инна"),
    ],
)
def test_an_author_of_rss_without_the_address_of_mail(written: str, name: str | None) -> None:
    item = f"<item><title>x</title><author>{written}</author></item>"
    found = parsed(rss(item))
    assert found.reviews[0].author.name == name
    assert "mail.example" not in repr(found)


def test_an_entry_of_atom() -> None:
    entry = """<entry><id>tag:blog.example,2026:post-7</id><title type="html">A &amp;amp; B</title>
    <published>2026-05-16T10:00:00.000+03:00</published><updated>2026-05-18T10:00:00Z</updated>
    <author><name>Inna</name><uri>https://inna.example</uri><email>inna@mail.example</email>
    </author><content type="html">&lt;p&gt;Leaks.&lt;/p&gt;</content>
    <link rel="replies" type="application/atom+xml" href="/feeds/7/comments"/>
    <link rel="alternate" type="text/html" href="https://blog.example/kettle"/></entry>"""
    head = '<openSearch:totalResults>31</openSearch:totalResults><link rel="next" href="?page=2"/>'
    found = parsed(atom(entry, head=head))
    one = found.reviews[0]
    assert one.review_id == "rss:blog.example:tag:blog.example,2026:post-7"
    assert (one.title, one.text, one.url) == ("A & B", "Leaks.", "https://blog.example/kettle")
    assert (one.author.name, one.author.profile_url) == ("Inna", "https://inna.example")
    assert one.published_at == datetime(2026, 5, 16, 7, tzinfo=UTC)
    assert one.edited_at == datetime(2026, 5, 18, 10, tzinfo=UTC)
    assert (found.claimed_total, one.language) == (31, "en")
    assert found.next_urls == (f"{FEED}?page=2", "https://blog.example/feeds/7/comments")
    assert "mail.example" not in repr(found)


def test_a_comment_of_atom_answers_an_entry() -> None:
    entry = (
        '<entry><id>c1</id><thr:in-reply-to ref="tag:post-7"/><title>Leaks</title>'
        "<updated>2026-05-18</updated><content>Leaks &lt;b&gt; here</content></entry>"
    )
    one = parsed(atom(entry)).reviews[0]
    assert (one.parent_id, one.title, one.text) == ("tag:post-7", "", "Leaks <b> here")
    assert (one.published_at, one.edited_at) == (datetime(2026, 5, 18, tzinfo=UTC), None)


def test_xhtml_of_atom() -> None:
    entry = (
        '<entry><id>1</id><content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml">'
        '<h:p>One</h:p><h:p>Two<h:br/>three <h:img src="a.jpg"/></h:p></h:div></content></entry>'
    )
    one = parsed(atom(entry)).reviews[0]
    assert (one.text, one.media_count) == ("One\n\nTwo\nthree", 1)


def test_a_feed_of_rdf() -> None:
    body = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/" {SPACES}><channel><title>T</title></channel>
    <item rdf:about="https://blog.example/1"><title>A</title><link>https://blog.example/1</link>
    <description>B</description><dc:date>2026-05-16T10:00:00Z</dc:date></item></rdf:RDF>"""
    one = parsed(body).reviews[0]
    assert one.review_id.endswith("https://blog.example/1")
    assert (one.title, one.text) == ("A", "B")
    assert one.published_at == datetime(2026, 5, 16, 10, tzinfo=UTC)


def test_a_broken_entry_does_not_lose_the_others() -> None:
    broken = "<item><pubDate>soon</pubDate><title>A</title></item>"
    found = parsed(rss("<item/>", broken, f"<item><guid>{'x' * 999}</guid><title>B</title></item>"))
    assert [one.title for one in found.reviews] == ["A", "B"]
    assert "~" in found.reviews[1].review_id
    assert found.skipped == {"entry without words": 1}
    assert found.problems == ("entry 2: date 'soon' is not understood",)


def test_what_a_cut_feed_still_holds_is_kept_and_said() -> None:
    found = parsed(rss(POST, COMMENT).partition("<description>Да")[0])
    assert len(found.reviews) == 1
    assert "damaged" in found.problems[0]


def test_prefixes_that_nobody_declared() -> None:
    body = rss(POST).replace(SPACES, "")
    one = parsed(body).reviews[0]
    assert (one.author.name, one.text) == ("Инна Ч.", "Течёт.\n\nШумит")


def test_an_empty_feed_is_valid_and_a_strange_answer_is_not() -> None:
    assert parsed(rss()).problems == ()
    assert parsed(atom()).problems == ()
    said = "this is no answer with reviews that rss knows"
    for strange in ("<p>Hi", "{}", "<rss/>", ""):
        assert parsed(strange).problems[-1] == said


def test_a_captcha_is_an_obstacle() -> None:
    assert parsed("<html><title>Just a moment...</title>").blocked == "captcha"


def test_a_page_names_its_feeds() -> None:
    links = (
        '<link rel="alternate" type="application/rss+xml" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        '<link rel="alternate" type="application/json" href="/wp-json/">'
    )
    found = parsed(f"<html><head>{links}</head>", "https://blog.example/")
    assert found.next_urls == (FEED, "https://blog.example/comments/feed/")
    assert found.problems == ()


def test_addresses() -> None:
    assert RSS.start_urls(FEED) == (FEED,)
    with pytest.raises(UsageError, match="a page that names one"):
        RSS.start_urls("feed")


def test_recognition_leaves_the_stores_feed_to_its_source() -> None:
    store = (
        '<feed xmlns:im="http://itunes.apple.com/rss" xmlns="http://www.w3.org/2005/Atom">'
        "<id>https://itunes.apple.com/rss/customerreviews/id=1/xml</id></feed>"
    )
    assert APPSTORE.recognises(page(store, "")) > RSS.recognises(page(store, ""))
    assert RSS.recognises(page(rss(POST), "")) > 0.8
    assert RSS.recognises(page(atom(), "")) > 0.8
    assert RSS.recognises(page("<html><p>about <rss version='2.0'>", "")) == 0.0
    assert RSS.recognises(page('<svg><rdf:RDF xmlns:cc="x">', "")) == 0.0


def test_a_feed_in_json_is_read_like_one_in_xml() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Чай", "language": "ru-RU",
        "authors": [{"name": "Инна", "url": "https://blog.example/inna"}],
        "next_url": "https://blog.example/feed.json?page=2",
        "items": [
            {"id": "9", "url": "https://blog.example/kettle/", "title": "Чайник",
             "content_html": "<p>Течёт.</p>", "date_published": "2026-05-16T13:00:00+03:00",
             "date_modified": "2026-05-17T13:00:00+03:00", "attachments": [{"url": "a.mp3"}]},
            {"id": "10", "content_text": "a < b", "author": {"name": "Глеб"}, "language": "en"},
            {"id": "11"},
        ],
    }  # fmt: skip
    body = json.dumps(feed)
    assert recognised(page(body, "")) is RSS
    result = parsed(body)
    first, second = result.reviews
    assert (first.title, first.text, first.author.name) == ("Чайник", "Течёт.", "Инна")
    assert first.published_at == datetime(2026, 5, 16, 10, tzinfo=UTC)
    assert first.edited_at == datetime(2026, 5, 17, 10, tzinfo=UTC)
    assert (first.media_count, first.language) == (1, "ru")
    assert (second.text, second.author.name, second.language) == ("a < b", "Глеб", "en")
    assert result.next_urls == ("https://blog.example/feed.json?page=2",)
    assert result.skipped == {"entry without words": 1}
    assert parsed('{"items": []}').problems


def test_a_warning_before_the_document_costs_nothing() -> None:
    result = parsed("<br />\n<b>Warning</b>: no zone in <b>f.php</b><br />\n" + rss(POST))
    assert len(result.reviews) == 1
    assert result.problems == ()


@pytest.mark.parametrize(
    ("title", "link", "topic", "name"),
    [
        ("Kommentar zu Der Kessel von Inna", "#comment-1", "Der Kessel", "Inna"),
        ("Commentaires sur La bouilloire par Inna", "#comment-1", "La bouilloire", "Inna"),
        ("Comment on Made by hand by Inna", "#comment-1", "Made by hand", "Inna"),
        ("By: Inna", "#comment-1", None, "Inna"),
        ("Answer by Inna for Which kettle?", "questions/7/kettle/8#8", "Which kettle?", "Inna"),
        ("Forum • Re: Which kettle?", "t=7#p8", "Which kettle?", None),
    ],
)
def test_titles_of_comments_tell_what_they_are_on_and_by_whom(
    title: str, link: str, topic: str | None, name: str | None
) -> None:
    item = f"""<item><title>{title}</title><link>https://blog.example/{link}</link>
    <description>It leaks.</description></item>"""
    (found,) = parsed(rss(item)).reviews
    assert (found.title, found.text) == ("", "It leaks.")
    assert (found.extra.get("topic"), found.author.name) == (topic, name)


def test_an_entry_of_atom_without_an_author_has_the_feeds() -> None:
    entries = (
        "<entry><id>1</id><title>One</title></entry>",
        "<entry><id>2</id><title>Two</title><author><name>Gleb</name></author></entry>",
        "<entry><id>3</id><title>Three</title><source><id>9</id></source></entry>",
    )
    found = parsed(atom(*entries, head="<author><name>Inna</name></author>")).reviews
    assert [one.author.name for one in found] == ["Inna", "Gleb", None]


def test_words_of_podcasts_and_videos_stand_under_names_of_their_own() -> None:
    itunes = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    item = f"""<item {itunes}><title>A kettle</title><itunes:author>Inna</itunes:author>
    <itunes:summary>It leaks.</itunes:summary></item>"""
    video = "<item><title>A pan</title><media:group><media:description>It sticks."
    first, second = parsed(rss(item, f"{video}</media:description></media:group></item>")).reviews
    assert (first.text, first.author.name) == ("It leaks.", "Inna")
    assert second.text == "It sticks."


@pytest.mark.parametrize(
    ("creator", "name"), [("@inna_ch", "inna_ch"), ("@inna_ch Инна Ч.", "Инна Ч.")]
)
def test_a_person_of_discourse_is_called_as_its_interface_calls_them(
    creator: str, name: str
) -> None:
    item = f"<item><title>Kettles</title><dc:creator>{creator}</dc:creator><guid>1</guid>"
    item += "<description>Leaks</description></item>"
    plain = rss(item)
    of_discourse = plain.replace("<rss ", '<rss xmlns:discourse="http://www.discourse.org/" ')
    (found,) = parsed(of_discourse).reviews
    assert found.author.name == name
    (kept,) = parsed(plain).reviews
    assert kept.author.name == creator


def test_reddit_names_who_posted_in_the_text_of_its_old_feed() -> None:
    inner = (
        "&lt;p&gt;Mine leaks.&lt;/p&gt; submitted by &lt;a "
        'href="https://www.reddit.com/user/ann_lee"&gt; ann_lee &lt;/a&gt; to kettles'
    )
    link = "https://www.reddit.com/r/kettles/comments/abc1/which/"
    item = f"<item><title>Which?</title><link>{link}</link><description>{inner}</description>"
    (found,) = parsed(rss(item + "</item>")).reviews
    assert found.author.name == "ann_lee"
    assert found.author.profile_url == "https://www.reddit.com/user/ann_lee"
