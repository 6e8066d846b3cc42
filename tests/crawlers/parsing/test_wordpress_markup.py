"""Comments without the class names of WordPress; pages are constructed, words are invented."""

from __future__ import annotations

import time

import pytest

from crawlers.parsing.markup import parse_html
from crawlers.parsing.wordpress_comments import Comments, wordpress_comments
from tests.crawlers.pages import page

POST = "https://blog.example/kettles/"
THEME = '<link rel="stylesheet" href="/wp-content/themes/old/style.css">'


def read(body: str, head: str = THEME) -> Comments:
    problems: list[str] = []
    text = f"<html><head>{head}</head><body>{body}</body></html>"
    root = parse_html(text, problems)
    assert root is not None
    found = wordpress_comments(root, page(text, POST), "de", problems)
    assert problems == []
    return found


def told(found: Comments) -> list[tuple[str | None, str | None, str]]:
    return [(one.native_id, one.parent_id, one.text) for one in found.drafts]


def discussed(number: int, level: int, words: str, names: str = "", below: str = "") -> str:
    return f"""<div id="wc-comm-{number}_0" class="wc-comment {names} wc_comment_level-{level}">
        <div id="comment-{number}" class="wc-comment-right">
        <div class="wc-comment-header"><div class="wc-comment-author ">Olga</div></div>
        <div class="wc-comment-text">{words}</div><div class="wc-comment-footer">
        <span class="wc-vote-result">3</span>
        <div class="wc-comment-date">19. Februar 2017 20:00</div></div></div>{below}</div>"""


def test_wpdiscuz_before_its_seventh_version() -> None:
    more = '<span>… </span><span class="wpdiscuz-readmore">Mehr</span>'
    below = discussed(12, 2, f"Meiner nicht{more}")
    waiting = discussed(15, 1, 'Neu<p class="wc_held_for_moderate">wartet</p>')
    body = (
        discussed(11, 1, "<p>Er kocht schnell</p>", "wc-blog-guest", below)
        + discussed(14, 1, "Danke", "wc-blog-user wc-blog-post_author") + waiting
    )  # fmt: skip
    found = read(f'<div id="comments">{body}</div>', head="")
    assert told(found) == [("11", None, "Er kocht schnell"), ("12", "11", "Meiner nicht…")]
    assert {one.author.name for one in found.drafts} == {"Olga"}
    day = found.drafts[0].published.value
    assert day is not None
    assert day.isoformat() == "2017-02-19T20:00:00+00:00"
    assert found.skipped == {
        "answer of the site's own author": 1, "comment that the site has not published": 1,
    }  # fmt: skip


def test_a_term_and_its_description_are_one_comment() -> None:
    pair = """<dt class="{0} even depth-1" id="comment-{1}"><span class="comment_author">Olga</span>
        </dt><dd class="{0} even depth-1"><div id="comment-body-{1}"><p>Leise {1}</p></div></dd>"""
    body = pair.format("comment", 21) + pair.format("comment", 22) + pair.format("pingback", 23)
    found = read(f'<dl id="comment_list">{body}</dl>')
    assert told(found) == [("21", None, "Leise 21"), ("22", None, "Leise 22")]
    assert found.drafts[1].author.name == "Olga"
    assert found.skipped == {"pingback": 1}


@pytest.mark.parametrize(
    ("around", "one"),
    [
        ('class="commentlist"', '<li class="alt" id="comment-{0}"><p>{1}</p>{2}</li>'),
        ('id="comments"', '<div id="comment-{0}"><p id="div-comment-{0}">{1}</p>{2}</div>'),
        (
            'class="comments-area epoch-wrapper"',
            '<div id="comment-{0}"><article id="div-comment-{0}"><p>{1}</p></article>{2}</div>',
        ),
        (
            'id="comments"',
            '<li id="li-comment-{0}" class="depth-1"><div id="comment-{0}"><p>{1}</p></div>'
            "{2}</li>",
        ),
    ],
)
def test_an_id_within_the_list_is_enough(around: str, one: str) -> None:
    body = one.format(1, "Laut", f"<ul>{one.format(2, 'Ja', '')}</ul>") + one.format(3, "Leise", "")
    expected = [("1", None, "Laut"), ("2", "1", "Ja"), ("3", None, "Leise")]
    assert told(read(f"<div {around}>{body}</div>")) == expected


def test_an_id_elsewhere_or_of_another_engine_is_none() -> None:
    one = '<li id="comment-1"><p>Laut</p></li>'
    assert told(read(f"<ul>{one}</ul>")) == []
    assert told(read(f'<ul id="comments">{one}</ul>', head="")) == []
    assert told(read('<ul id="comments"><li id="comment-form-1"><p>Laut</p></li></ul>')) == []


def test_class_names_of_wordpress_go_before_ids() -> None:
    named = '<li class="comment depth-1" id="li-comment-1"><p>Laut</p></li>'
    other = '<li id="comment-2"><p>Aus einer anderen Liste</p></li>'
    assert told(read(f'<ul id="comments">{named}{other}</ul>')) == [("1", None, "Laut")]


def test_what_wordpress_cuts_out_of_another_blog_is_no_comment() -> None:
    one = '<div id="comment-{}"><p>{}</p></div>'
    body = one.format(1, "[…] ein Wort zu Kesseln [...] ") + one.format(2, "[…] und so weiter")
    found = read(f'<div id="comments">{body}</div>')
    assert told(found) == [("2", None, "[…] und so weiter")]
    assert found.skipped == {"pingback": 1}


def test_deep_and_long_lists_are_read_in_time() -> None:
    deep = "".join(f'<div id="comment-{number}"><p>x</p>' for number in range(1, 500))
    long = "".join(f'<div id="comment-{number}"><p>x</p></div>' for number in range(600, 3_000))
    start = time.process_time()
    assert len(read(f'<div id="comments">{long}{deep}').drafts) == 2_400 + 499
    assert time.process_time() - start < 20
