"""Answers of the Stack Exchange interface: small constructed ones of its documented shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.parsing.stackexchange_links import API, filtered
from crawlers.parsing.stackexchange_sites import host_of_site
from crawlers.recognition import recognised
from crawlers.spiders.stackexchange import STACKEXCHANGE
from pipeline.errors import UsageError
from tests.crawlers.pages import page

LIST = f"{API}/questions?order=desc&site=stackoverflow.com&pagesize=100&filter=%21abc"


def owner(number: int = 9, **more: Any) -> dict[str, Any]:
    return {
        "user_id": number, "display_name": "Inna &amp; Co", "reputation": 77,
        "user_type": "registered", "link": f"https://stackoverflow.com/users/{number}/inna",
        "profile_image": "https://img.example/a.png",
    } | more  # fmt: skip


def question(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "question_id": number, "title": "Kettle &lt;b&gt; &quot;leaks&quot;", "owner": owner(),
        "body": "<p>It is <b>wet</b></p>\n<pre class='x'><code>a = 1\nb = 2\n</code></pre>",
        "creation_date": 1772704800, "last_edit_date": 1772708400, "score": 4, "up_vote_count": 5,
        "down_vote_count": 1, "tags": ["kettle", "lid"], "is_answered": True, "answer_count": 1,
        "comment_count": 1, "view_count": 50, "accepted_answer_id": 3,
        "link": f"https://stackoverflow.com/questions/{number}/kettle",
    } | more  # fmt: skip


def answer(number: int = 3, **more: Any) -> dict[str, Any]:
    return {
        "answer_id": number, "question_id": 1, "body": "<p>Turn it off &amp; on</p>", "score": -2,
        "creation_date": 1772708400, "is_accepted": True, "owner": owner(8), "comment_count": 1,
    } | more  # fmt: skip


def comment(number: int = 5, **more: Any) -> dict[str, Any]:
    return {
        "comment_id": number, "post_id": 1, "body": "2 &lt; 3, <i>thanks</i>", "score": 0,
        "creation_date": 1772708460, "edited": False, "owner": owner(7),
    } | more  # fmt: skip


def parsed(*items: Any, url: str = LIST, **more: Any) -> ParsedPage:
    body = {"items": list(items), "has_more": False, "quota_remaining": 99, "quota_max": 300}
    return STACKEXCHANGE.parse(page(json.dumps(body | more), url))


def test_a_thread_keeps_who_answers_whom() -> None:
    below = answer(comments=[comment(6, post_id=3)])
    found = parsed(question(answers=[below], comments=[comment()]))
    assert [one.review_id for one in found.reviews] == [
        f"stackexchange:stackoverflow.com:{name}" for name in ("1", "comment-5", "3", "comment-6")
    ]
    assert [one.parent_id for one in found.reviews] == [None, "1", "1", "3"]
    assert {one.thread_id for one in found.reviews} == {"1"}
    assert {one.extra["topic"] for one in found.reviews} == {'Kettle <b> "leaks"'}
    assert all(one.is_mention and one.rating is None for one in found.reviews)
    assert found.claimed_total == 4
    assert found.problems == ()


def test_a_question_tells_everything_that_is_said_of_it() -> None:
    (found,) = parsed(question()).reviews
    assert (found.title, found.text) == ('Kettle <b> "leaks"', "It is wet\n\na = 1\nb = 2")
    assert (found.author.id, found.author.name) == ("9", "Inna & Co")
    assert found.author.profile_url == "https://stackoverflow.com/users/9/inna"
    assert found.author.has_picture is True
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert found.edited_at == datetime(2026, 3, 5, 11, tzinfo=UTC)
    assert found.url == "https://stackoverflow.com/questions/1/kettle"
    assert found.votes
    assert (found.votes.helpful, found.votes.unhelpful) == (5, 1)
    wanted = {
        "site": "stackoverflow.com", "post_type": "question", "score": 4, "accepted_answer": "3",
        "is_answered": True, "answers": 1, "views": 50, "tags": ["kettle", "lid"],
        "author_reputation": 77,
    }  # fmt: skip
    assert wanted.items() <= found.extra.items()


def test_answers_and_comments_have_addresses_and_scores() -> None:
    (answered, said) = parsed(answer(), comment()).reviews
    assert answered.url == "https://stackoverflow.com/a/3"
    assert (answered.text, answered.title) == ("Turn it off & on", "")
    assert answered.extra["is_accepted"] is True
    assert answered.votes
    assert (answered.votes.helpful, answered.votes.unhelpful) == (0, 2)
    assert said.url == "https://stackoverflow.com/q/1#comment5_1"
    assert said.text == "2 < 3, thanks"


@pytest.mark.parametrize(
    ("more", "url", "thread"),
    [({"link": "https://stackoverflow.com/questions/44/x#comment5_3", "post_id": 3}, LIST, "44"),
     ({"post_type": "question"}, LIST, "1"),
     ({"post_type": "answer"}, LIST, None),
     ({}, f"{API}/questions/44/comments?site=stackoverflow", "44")],
)  # fmt: skip
def test_a_comment_alone_knows_its_thread_where_anything_tells(
    more: dict[str, Any], url: str, thread: str | None
) -> None:
    (found,) = parsed(comment(**more), url=url).reviews
    assert found.thread_id == thread


def test_sites_with_the_same_numbers_are_not_mixed_up() -> None:
    link = "https://ru.stackoverflow.com/questions/1/x"
    (here,) = parsed(question(link="", owner={"link": link}), url="").reviews
    (there,) = parsed(question(), url=f"{API}/questions?site=superuser").reviews
    assert here.review_id == "stackexchange:ru.stackoverflow.com:1"
    assert there.review_id == "stackexchange:superuser.com:1"
    assert host_of_site("cooking.meta") == "cooking.meta.stackexchange.com"
    assert host_of_site("mathoverflow") == "mathoverflow.net"
    assert host_of_site("a b") == ""


def test_who_left_or_shares_a_post_has_no_number() -> None:
    gone = {"display_name": "user123", "user_type": "does_not_exist",
            "profile_image": "https://img.example/?d=identicon"}  # fmt: skip
    left, shared = parsed(answer(owner=gone), question(owner=None)).reviews
    assert (left.author.id, left.author.name) == (None, "user123")
    assert left.author.has_picture is None
    assert shared.author.name is None


def test_words_of_others_markdown_and_missing_bodies() -> None:
    quoted = answer(4, body="<blockquote><p>buy</p></blockquote>")
    marked = answer(6, body="", body_markdown="&gt; buy\n\nno &amp; *never*")
    bare = {"answer_id": 7, "question_id": 1, "owner": owner()}
    found = parsed(quoted, marked, bare, answer(8, body=""), {"tag": "x"})
    assert [one.text for one in found.reviews] == ["no & *never*"]
    assert found.skipped == {
        "only a quotation": 1, "post read without its body": 1, "post without words": 1,
        "neither question, answer nor comment": 1,
    }  # fmt: skip


def test_pages_follow_until_there_is_no_more() -> None:
    first = parsed(question(), has_more=True)
    assert first.next_urls == (f"{LIST}&page=2",)
    assert first.claimed_total is None
    assert parsed(question(), url=f"{LIST}&page=2", has_more=True).next_urls == (f"{LIST}&page=3",)
    assert parsed(question(), url="", has_more=True).next_urls == ()
    end = parsed(has_more=True)
    assert (end.reviews, end.next_urls, end.problems, end.blocked) == ((), (), (), None)


def test_a_wish_to_wait_and_the_length_of_a_list_are_told() -> None:
    found = parsed(question(), question(2), backoff=10, total=812)
    assert found.claimed_total == 812
    assert (found.wait_seconds, found.problems) == (10.0, ())
    assert parsed(question()).wait_seconds == 0.0


def test_ill_items_cost_nobody_else() -> None:
    ill = (
        7, None, {"question_id": "x", "owner": 3}, question(4, owner=5, tags=6, answers=7),
        question(5, comments=[3, {"comment_id": []}], creation_date="soon", score="many"),
    )  # fmt: skip
    found = parsed(*ill, question())
    assert [one.review_id.rpartition(":")[2] for one in found.reviews] == ["4", "5", "1"]


def test_a_saved_list_without_its_envelope_is_read() -> None:
    found = STACKEXCHANGE.parse(page(json.dumps([question()]), ""))
    assert len(found.reviews) == 1
    assert STACKEXCHANGE.recognises(page(json.dumps([question()]), "")) == 0.9


@pytest.mark.parametrize(
    ("code", "name", "blocked"),
    [(502, "throttle_violation", "rate_limited"), (400, "bad_parameter", "not_found"),
     (403, "access_denied", "forbidden"), (405, "key_required", "login")],
)  # fmt: skip
def test_refusals_are_no_empty_lists(code: int, name: str, blocked: str) -> None:
    body = {"error_id": code, "error_name": name, "error_message": "more requests in 84 seconds"}
    found = STACKEXCHANGE.parse(page(json.dumps(body), ""))
    assert found.blocked == blocked
    assert "84 seconds" in found.problems[0]
    assert STACKEXCHANGE.recognises(page(json.dumps(body), "")) > 0


def list_behind(url: str) -> str:
    """The list that is read with the filter that the first answer gives."""
    assert url.startswith(f"{API}/filters/create?base=withbody&include=question.answers")
    body = {"items": [{"filter": "!a(b", "filter_type": "safe", "included_fields": []}]}
    (following,) = STACKEXCHANGE.parse(page(json.dumps(body), url)).next_urls
    assert following.endswith("&filter=%21a%28b")
    return following.removesuffix("&filter=%21a%28b").removeprefix(f"{API}/")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [("https://stackoverflow.com/questions/12/kettle-leaks/34#34",
      ["questions/12?order=desc&sort=activity&site=stackoverflow.com&pagesize=100"]),
     ("https://ru.stackoverflow.com/q/12/7", ["questions/12?.*site=ru.stackoverflow.com"]),
     ("https://cooking.stackexchange.com/a/34", ["answers/34/questions?.*site=cooking.stackex"]),
     ("https://stackoverflow.com/questions/tagged/kettle+lid?tab=Newest",
      ["questions?.*tagged=kettle%3Blid"]),
     ("https://stackoverflow.com/questions/tagged/c%2b%2b+or+lid",
      ["questions?.*tagged=c%2B%2B&", "questions?.*tagged=lid&"]),
     ("https://superuser.com/tags/kettle/info", ["questions?.*tagged=kettle"]),
     ("https://stackoverflow.com/search?q=%5Bkettle%5D+lid+leaks",
      ["search/advanced?.*q=lid\\+leaks&tagged=kettle"]),
     ("https://stackoverflow.com/search?q=[kettle]", ["questions?.*tagged=kettle"]),
     ("https://magento.stackexchange.com/", ["questions?.*site=magento.stackexchange.com"]),
     ("https://api.stackexchange.com/2.3/questions/5?site=superuser&filter=withbody&key=K",
      ["questions/5?site=superuser"])],
)  # fmt: skip
def test_pasted_addresses_become_lists_with_whole_threads(url: str, wanted: list[str]) -> None:
    found = [list_behind(one) for one in STACKEXCHANGE.start_urls(url)]
    assert len(found) == len(wanted)
    for address, pattern in zip(found, wanted, strict=True):
        head, _, rest = pattern.partition(".*")
        assert address.startswith(head)
        assert rest.replace("\\", "") in address


def test_a_list_with_a_filter_of_its_own_is_kept_without_secrets() -> None:
    (found,) = STACKEXCHANGE.start_urls(f"{LIST}&key=K&access_token=T")
    assert found == LIST


def test_a_filter_that_nobody_asked_for_leads_nowhere() -> None:
    assert filtered(f"{API}/filters/create?then=https://evil.example", "!a") == ""
    found = parsed({"filter": "!a"}, url="")
    assert (found.next_urls, found.problems, found.blocked) == ((), (), None)


@pytest.mark.parametrize(
    "url",
    ["https://stackoverflow.com/users/9/inna", "https://stackexchange.com/questions/1",
     "https://chat.stackexchange.com/rooms/1", "https://kettles.example/questions/1",
     "https://stackoverflow.com/search"],
)  # fmt: skip
def test_what_is_no_question_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"Stack Exchange|names no question"):
        STACKEXCHANGE.start_urls(url)


def test_the_key_goes_to_the_interface_alone_and_our_own_parameter_nowhere() -> None:
    (start,) = STACKEXCHANGE.api_urls("https://stackoverflow.com/questions/12")
    asked = STACKEXCHANGE.request(start, "secret").url
    assert "then=" not in asked
    assert asked.endswith("&key=secret")
    assert "then=" not in STACKEXCHANGE.request(start, None).url
    assert "secret" not in STACKEXCHANGE.request("https://elsewhere.example/", "secret").url


def signature(did: str, moment: str, who: str) -> str:
    return (
        f'<div class="post-signature"><div class="user-info"><div class="user-action-time">{did} '
        f'<span title="{moment}" class="relativetime">then</span></div>'
        f'<div class="user-details">{who}</div></div></div>'
    )


QUESTION_PAGE = f"""<!DOCTYPE html><html><head><link rel="icon" href="https://cdn.sstatic.net/x">
<link rel="canonical" href="https://cooking.stackexchange.com/questions/71/which-kettle"></head>
<div id="question-header"><h1><a href="/questions/71/which-kettle" class="question-hyperlink">
Which &lt;kettle&gt;?</a></h1></div>
<div><div title="2026-03-05 10:00:00Z">Perguntada</div><div title="Visto 6.729 vezes"></div></div>
<div class="question" data-questionid="71" id="question"><div class="js-vote-count" data-value="5">5
</div><div class="s-prose js-post-body"><aside class="s-notice">Closed: off topic.</aside>
<blockquote><p>words of a seller</p></blockquote><p>Mine leaks &amp; hums.</p>
<pre class="lang-py"><code>a = 1
b = 2
</code></pre></div><div class="post-taglist"><a class="post-tag" href="/tagged/lid">lid</a>
</div>{signature("edited", "2026-03-06 10:00:00Z", '<a href="/users/9/ed">ed</a>')}
{
    signature(
        "asked",
        "2026-03-05 10:00:00Z",
        '<a href="/users/8/ann">Ann</a><span '
        'class="reputation-score" title="pontos de reputação ">12.345</span>',
    )
}
<ul class="comments-list"><li id="comment-5" class="comment js-comment" data-comment-score="4">
<span class="comment-copy">Try <code>hot</code> water</span> – <a href="/users/3/bob"
class="comment-user">Bob</a> <span class="comment-date"><span class="relativetime-clean"
title="2026-03-05 10:00:00Z, License: CC BY-SA 4.0">then</span></span></li></ul>
<a class="js-show-link">show <b>2</b> more comments</a></div>
<div id="answers"><div id="answers-header"><h2 data-answercount="31">31 Answers</h2></div>
<div id="answer-72" class="answer accepted-answer" data-answerid="72"><div class="js-vote-count"
data-value="-1">-1</div><div class="s-prose js-post-body"><p>Use fire.</p></div>
{signature("answered", "2026-03-05 10:00:00Z", 'user12<span class="d-none">x</span>')}</div>
<div id="answer-73" class="answer"><span class="vote-count-post">7</span><div class="post-text">
<p>Or not.</p></div><table><tr id="comment-6" class="comment"><td><span class="comment-score">3
</span></td><td class="comment-text"><div>Well said – <a href="/users/8/ann" class="comment-user">
Ann</a> <span class="comment-date">then</span></div></td></tr></table></div>
<a href="/questions/71/which-kettle?page=2" rel="next">next</a></div></html>"""


def test_a_saved_page_of_a_question_gives_all_that_is_said_on_it() -> None:
    subject = page(QUESTION_PAGE, "")
    assert recognised(subject) is STACKEXCHANGE
    result = STACKEXCHANGE.parse(subject)
    asked, remark, taken, other, old = result.reviews
    assert (asked.title, asked.text) == ("Which <kettle>?", "Mine leaks & hums.\n\na = 1\nb = 2")
    assert asked.review_id == "stackexchange:cooking.stackexchange.com:71"
    assert (asked.author.id, asked.author.name) == ("8", "Ann")
    assert (asked.published_at, asked.edited_at) == (
        datetime(2026, 3, 5, 10, tzinfo=UTC), datetime(2026, 3, 6, 10, tzinfo=UTC),
    )  # fmt: skip
    assert asked.extra["author_reputation"] == 12_345
    assert asked.extra["views"] == 6_729
    assert (asked.extra["tags"], asked.extra["quotes"]) == (["lid"], 1)
    assert (remark.text, remark.parent_id, remark.author.name) == ("Try hot water", "71", "Bob")
    assert remark.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert (taken.author.name, taken.extra["is_accepted"]) == ("user12", True)
    assert taken.votes
    assert taken.votes.unhelpful == 1
    assert (other.text, other.parent_id, other.extra["topic"]) == ("Or not.", "71", asked.title)
    assert (old.text, old.parent_id, old.author.id) == ("Well said", "73", "8")
    assert result.claimed_total == 1 + 31 + 3 + 0 + 1
    assert result.next_urls == (
        "https://cooking.stackexchange.com/questions/71/which-kettle?page=2",
    )


def test_a_list_of_questions_gives_their_titles_and_no_beginnings_of_texts() -> None:
    body = """<html><div class="s-post-summary" id="question-summary-71"><span
    class="s-post-summary--stats-item-number">2</span><h3 class="s-post-summary--content-title">
    <a href="/questions/71/which-kettle" class="s-link question-hyperlink">Which kettle?</a></h3>
    <div class="s-post-summary--content-excerpt">Mine leaks and ...</div><div class="s-user-card">
    <div class="s-user-card--link"><a href="/users/8/ann">Ann</a></div><time><span
    title="2026-03-05 10:00:00Z" class="relativetime">then</span></time></div></div></html>"""
    (found,) = STACKEXCHANGE.parse(page(body, "https://superuser.com/questions")).reviews
    assert (found.title, found.text, found.author.name) == ("Which kettle?", "", "Ann")
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("did", "is_asker"),
    [
        ("asked", True),
        ("задан", True),
        ("modified", False),
        ("answered", False),
        ("изменён", False),
    ],
)
def test_a_list_signed_by_the_last_to_change_a_question_does_not_say_who_asked(
    did: str, is_asker: bool
) -> None:
    moment = f'{did} <span title="2026-03-05 10:00:00Z" class="relativetime">1m ago</span>'
    who = '<a href="/users/8/ann">Ann</a> <span class="reputation-score">579</span>'
    title = '<a href="/questions/71/which-kettle" class="question-hyperlink">Which kettle?</a>'
    old = (
        f'<html><div class="question-summary narrow" id="question-summary-71"><h3>{title}</h3>'
        f'<div class="started"><a href="/questions/71/which-kettle/?lastactivity" '
        f'class="started-link">{moment}</a> {who}</div></div></html>'
    )
    new = (
        f'<html><div class="s-post-summary"><h3>{title}</h3><div class="s-user-card">'
        f'<div class="s-user-card--link">{who}</div><time class="s-user-card--time">{moment}</time>'
        "</div></div></html>"
    )
    for body in (old, new):
        (found,) = STACKEXCHANGE.parse(page(body, "https://superuser.com/questions")).reviews
        assert found.title == "Which kettle?"
        assert found.author.name == ("Ann" if is_asker else None)
        assert (found.published_at is not None) == is_asker
        assert ("author_reputation" in found.extra) == is_asker


def test_rows_of_a_dump_are_posts_or_comments() -> None:
    posts = """<?xml version="1.0" encoding="utf-8"?><posts>
    <row Id="4" PostTypeId="1" CreationDate="2026-03-05T10:00:00.667" Score="7"
    Title="Pot &lt;b&gt;" Body="&lt;p&gt;Which?&lt;/p&gt;" OwnerUserId="8"
    Tags="&lt;c#&gt;&lt;pot&gt;" AnswerCount="1" />
    <row Id="7" PostTypeId="2" ParentId="4" CreationDate="2026-03-05T10:00:00" Score="-2"
    Body="&lt;p&gt;This one&lt;/p&gt;" OwnerDisplayName="gone" />
    <row Id="9" PostTypeId="5" CreationDate="2026-03-05T10:00:00" Body="of a tag" /></posts>"""
    comments = """<comments><row Id="2" PostId="7" Score="1" Text="I &lt;3 it" UserId="8"
    CreationDate="2026-03-05T10:00:00.667" /></comments>"""
    assert recognised(page(posts, "")) is STACKEXCHANGE
    result = STACKEXCHANGE.parse(page(posts, ""))
    asked, answered = result.reviews
    assert (asked.title, asked.text, asked.extra["tags"]) == ("Pot <b>", "Which?", ["c#", "pot"])
    assert (answered.text, answered.parent_id, answered.author.name) == ("This one", "4", "gone")
    assert result.skipped == {"neither question, answer nor comment": 1}
    (remark,) = STACKEXCHANGE.parse(page(comments, "")).reviews
    assert (remark.text, remark.parent_id) == ("I <3 it", "7")


def test_a_question_without_a_list_around_it_is_read() -> None:
    (found,) = STACKEXCHANGE.parse(page(json.dumps(question()), "")).reviews
    assert found.title == 'Kettle <b> "leaks"'
