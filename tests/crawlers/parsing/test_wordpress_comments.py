"""Comments in the dress of several themes; words and names are invented."""

from __future__ import annotations

import pytest

from crawlers.parsing.markup import parse_html
from crawlers.parsing.wordpress_comments import Comments, wordpress_comments
from tests.crawlers.pages import page

POST = "https://blog.example/kettles/"
FOOT = '<div class="reply"><a class="comment-reply-link">Ответить</a></div>'


def read(body: str, language: str = "ru") -> Comments:
    problems: list[str] = []
    root = parse_html(f"<html><body>{body}</body></html>", problems)
    assert root is not None
    found = wordpress_comments(root, page(body, POST), language, problems)
    assert problems == []
    return found


def entry(number: int, inside: str, names: str = "comment even depth-1") -> str:
    return f'<ol><li class="{names}" id="comment-{number}">{inside}</li></ol>'


THEMES: dict[str, str] = {
    "as WordPress itself": f"""<article id="div-comment-701" class="comment-body">
        <footer class="comment-meta"><div class="comment-author vcard"><b class="fn">
        <a href="https://olga.example" class="url">Ольга</a></b> <i>пишет:</i></div>
        <div class="comment-metadata"><a href="#comment-701">
        <time datetime="2025-03-04T10:00:00+03:00">4 марта</time></a></div></footer>
        <div class="comment-content"><p>Греет <b>быстро</b></p></div>{FOOT}</article>""",
    "before HTML 5": f"""<div id="div-comment-701" class="comment-body">
        <div class="comment-author vcard"><cite class="fn">Ольга</cite> <span>says:</span></div>
        <div class="commentmetadata"><a href="#comment-701">04.03.2025 в 07:00</a></div>
        <p>Греет <b>быстро</b></p>{FOOT}</div>""",
    "a theme of its own": f"""<span class="comment_author">Ольга</span>
        <span class="comment_date">March 4, 2025, 7:00 am</span>
        <div class="comment_text"><p>Греет быстро</p></div>{FOOT}""",
    "wpDiscuz": """<div class="wpd-comment-author">Ольга</div>
        <div class="wpd-comment-date" title="Posted: 2025-03-04 07:00">1 месяц назад</div>
        <div class="wpd-comment-text"><p>Греет быстро</p></div>""",
    "strong names": f"""<div class="post-meta comment-meta"><strong>Ольга</strong> —
        <time datetime="2025-03-04T07:00:00Z">4 марта</time></div><p>Греет быстро</p>{FOOT}""",
}


@pytest.mark.parametrize("theme", THEMES)
def test_author_date_and_words_are_found_whatever_the_theme(theme: str) -> None:
    (one,) = read(entry(701, THEMES[theme])).drafts
    assert (one.native_id, one.author.name, one.text) == ("701", "Ольга", "Греет быстро")
    assert one.published.value is not None
    assert one.published.value.isoformat() == "2025-03-04T07:00:00+00:00"
    assert (one.is_mention, one.thread_id, one.url) == (True, POST, f"{POST}#comment-701")


def comment(number: int, text: str, names: str = "comment", below: str = "") -> str:
    depth = "depth-2" if "child" in names else "depth-1"
    return (
        f'<li class="{names} {depth}" id="li-comment-{number}"><div id="comment-{number}">'
        f'<b class="fn">Имя</b><div class="comment-content">{text}</div></div>{below}</li>'
    )


def test_an_answer_knows_what_it_answers_and_has_its_own_words_alone() -> None:
    below = f'<ul class="children">{comment(2, "Согласен", "comment child")}</ul>'
    first, second = read(f"<ol>{comment(1, 'Шумит', below=below)}</ol>").drafts
    assert [(one.native_id, one.parent_id, one.text) for one in (first, second)] == [
        ("1", None, "Шумит"), ("2", "1", "Согласен"),
    ]  # fmt: skip


def test_what_is_nobodys_opinion_is_left_out_and_counted() -> None:
    waiting = comment(3, '<em class="comment-awaiting-moderation">ждёт</em> Моё')
    body = (
        comment(1, "…", "pingback") + comment(2, "Благодарим", "comment byuser bypostauthor")
        + waiting + comment(4, " ") + comment(5, "Да") + comment(5, "Да, ещё раз")
    )  # fmt: skip
    found = read(f"<ol>{body}</ol>")
    assert [one.native_id for one in found.drafts] == ["5"]
    assert found.own == {"2"}
    assert found.skipped == {
        "pingback": 1, "answer of the site's own author": 1, "comment without words": 1,
        "comment that the site has not published": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "stars",
    [
        '<img class="wprm-comment-rating" alt="4 stars" src="x.svg">',
        '<div class="wprm-comment-rating"><img alt="4 stars" src="x.svg"></div>',
        '<div class="star-rating" aria-label="Rated 4 out of 5"><i>Rated 4 out of 5</i></div>',
        '<div class="star-rating">Оценка <strong class="rating">4</strong> из 5</div>',
    ],
)
def test_a_comment_with_stars_is_a_review(stars: str) -> None:
    (one,) = read(f"<ol>{comment(1, f'{stars} Вкусно')}</ol>").drafts
    assert (one.rating.stars, one.text) == (4.0, "Вкусно")
    assert (one.is_mention, one.thread_id, one.parent_id) == (False, None, None)


def test_the_owners_answer_stands_with_the_review() -> None:
    answer = comment(2, "Спасибо", "comment byuser bypostauthor child")
    body = comment(1, "Хорошо", "review", f'<ul class="children">{answer}</ul>')
    (one,) = read(f"<ol>{body}</ol>").drafts
    assert [(reply.text, reply.is_owner) for reply in one.replies] == [("Спасибо", True)]


def test_other_lists_of_a_page_are_no_comments() -> None:
    menu = '<ul><li class="menu-item depth-1" id="menu-item-5">Чайники</li></ul>'
    form = (
        '<div id="respond" class="comment-respond"><p class="comment-form-comment">Текст</p></div>'
    )
    assert read(menu + form).drafts == []


def test_stars_marked_up_inside_of_a_comment_make_it_a_review_that_can_be_answered() -> None:
    stars = """<div itemprop="review" itemscope itemtype="http://schema.org/Review">
        <div itemprop="reviewRating" itemscope><meta itemprop="worstRating" content="1">
        <meta itemprop="ratingValue" content="4"></div></div>"""
    answer = (
        '<ul><li class="comment bypostauthor depth-2" id="comment-702"><p>Спасибо</p></li></ul>'
    )
    found = read(entry(701, f"<b class='fn'>Ольга</b>{stars}<p>Греет быстро</p>{answer}"))
    (one,) = found.drafts
    assert (one.is_mention, one.rating.stars) == (False, 4.0)
    assert [(reply.text, reply.is_owner) for reply in one.replies] == [("Спасибо", True)]


LINK = f'<a class="link" href="{POST}#comment-701">4 марта 2025 в 07:00</a>'
OLD_THEMES: dict[str, str] = {
    "a header": f"""<header><span class="author">Ольга</span> {LINK}
        <span class="reply"><a class="comment-reply-link">Ответить</a></span></header>
        <p>Греет быстро</p>""",
    "an info below": """<div class="comment_content"><p>Греет быстро</p></div>
        <span class="author_name">Ольга </span>
        <span class="comment_date">2025-03-04 07:00</span>""",
    "a heading of the third rank": """<div class="comment-header"><h3>Ольга</h3>
        <p class="comment-meta">04.03.2025 в 07:00</p></div><p>Греет быстро</p>""",
    "a paragraph of name and permalink": f"""<p><a class="url" rel="external nofollow"
        href="https://olga.example/">Ольга</a> {LINK}</p><p>Греет быстро</p>""",
    "the same of a guest": f"<p>Ольга {LINK}</p><p>Греет быстро</p>",
    "a cite and small letters": f"""<p class="comment-number">1</p><cite>Ольга</cite>
        <small>{LINK}</small><p>Греет быстро</p>""",
    "a date without an element": """<span class="author">Ольга</span><br>04.03.2025 07:00
        <p>Греет быстро</p>""",
    "words beside the name": """<div class="comment-author vcard"><div><cite>Ольга</cite>
        <span>says:</span></div><div class="comment-meta">04.03.2025 в 07:00</div></div>
        <div class="comment-text"><p>Греет быстро</p></div>""",
    "a time in the name": """<div class="comment-content"><div class="comment-author">Ольга
        <span><a href="#"><time datetime="2025-03-04T07:00:00Z">4.03 // 07:00</time></a></span>
        </div><p>Греет быстро</p></div>""",
    "a permalink in the name": """<header class="comment-meta comment-author vcard">
        <div class="comment-author-link"><a class="url" rel="external">Ольга</a></div>
        <div class="comment-date-time">04.03.2025 в 07:00</div>
        <a class="comment-permalink" href="#comment-701">Permalink</a></header>
        <section class="comment-content"><p>Греет быстро</p></section>""",
    "a quotation as the place of words": """<p class="entry-title vcard">
        <cite class="author fn">Ольга</cite> <span class="comment-meta">wrote on
        <a href="#comment-701"><abbr class="published" title="2025-03-04 07:00">4</abbr></a>:</span>
        </p><blockquote class="entry-content"><p>Греет быстро</p></blockquote>""",
    "words in the place of the name": f"""<div class="comment-author vcard"><p>Греет быстро</p>
        <p><cite>Комментарий <span class="fn">Ольга</span> {LINK}</cite></p></div>""",
    "Epoch": """<div class="epoch-comment-author">Ольга <span class="epoch-divide">·</span>
        <a href="#comment-701"><time datetime="comment_date">2025-03-04 07:00</time></a></div>
        <div class="epoch-comment-content"><p>Греет быстро<span class="pmcc-comments-report-link">
        Report</span></p></div>""",
}  # fmt: skip


@pytest.mark.parametrize("theme", OLD_THEMES)
def test_old_themes_keep_name_date_and_words_apart(theme: str) -> None:
    (one,) = read(entry(701, OLD_THEMES[theme])).drafts
    assert (one.author.name, one.text) == ("Ольга", "Греет быстро")
    assert one.published.value is not None
    assert one.published.value.isoformat() == "2025-03-04T07:00:00+00:00"


@pytest.mark.parametrize(
    ("inside", "name", "text"),
    [
        (
            f"<p><cite>Ольга</cite> {LINK}<br>Греет</p>",
            "Ольга",
            "Ольга 4 марта 2025 в 07:00\nГреет",
        ),
        ('<b class="fn">Ольга</b><p>См. <a href="#comment-700">тут</a></p>', "Ольга", "См. тут"),
        ('<b class="fn"><time>вчера</time></b><p>Греет</p>', "вчера", "Греет"),
    ],
)
def test_a_heading_that_is_all_there_is_stays(inside: str, name: str, text: str) -> None:
    (one,) = read(entry(701, inside)).drafts
    assert (one.author.name, one.text) == (name, text)


def test_a_name_alone_is_no_comment() -> None:
    found = read(entry(701, '<div class="comment-author"><p>Ольга</p></div>'))
    assert (found.drafts, found.skipped) == ([], {"comment without words": 1})


def test_the_class_of_an_account_is_no_place_of_a_name() -> None:
    names = "comment byuser comment-author-link depth-1"
    (one,) = read(entry(701, '<i class="author">Ольга</i><p>Греет</p>', names)).drafts
    assert one.author.name == "Ольга"
