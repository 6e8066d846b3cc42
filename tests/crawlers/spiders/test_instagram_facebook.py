"""Answers of the Graph API: small constructed ones of its documented shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.parsing.graph_api_addresses import FACEBOOK, INSTAGRAM, RATINGS
from crawlers.recognition import recognised
from crawlers.spiders.instagram_facebook import INSTAGRAM_FACEBOOK
from pipeline.errors import UsageError
from tests.crawlers.pages import page

STAMP = "2026-03-05T10:00:00+0000"
MOMENT = datetime(2026, 3, 5, 10, tzinfo=UTC)
COMMENTS = f"{FACEBOOK}/77_101/comments?filter=stream&summary=1"
PAGE_RATINGS = f"{RATINGS}/77/ratings?fields=review_text"
MEDIA = f"{INSTAGRAM}/me/media?fields=id%2Ccaption%2Ccomments&account=lunnychay"


def comment(native: str = "101_201", **more: Any) -> dict[str, Any]:
    return {
        "id": native, "message": "Чайник\nтечёт", "created_time": STAMP, "like_count": 3,
        "comment_count": 1, "from": {"id": "9", "name": "Инна"},
        "permalink_url": f"https://www.facebook.com/77/posts/101/?comment_id={native[4:]}",
        "attachment": {"type": "photo"},
    } | more  # fmt: skip


def media(**more: Any) -> dict[str, Any]:
    return {
        "id": "1790", "caption": "Новый сорт", "media_type": "IMAGE", "timestamp": STAMP,
        "permalink": "https://www.instagram.com/p/Abc/", "username": "lunnychay", "like_count": 5,
    } | more  # fmt: skip


def said(native: str, **more: Any) -> dict[str, Any]:
    return {"id": native, "text": "Горчит", "timestamp": STAMP, "username": "inna.b"} | more


def rating(**more: Any) -> dict[str, Any]:
    return {
        "created_time": STAMP, "recommendation_type": "negative", "review_text": "Долго ждали",
        "reviewer": {"id": "9", "name": "Инна"}, "open_graph_story": {"id": "501"},
    } | more  # fmt: skip


def parsed(answer: Any, url: str = COMMENTS) -> ParsedPage:
    return INSTAGRAM_FACEBOOK.parse(page(json.dumps(answer), url))


def listed(*rows: Any, **more: Any) -> dict[str, Any]:
    return {"data": list(rows)} | more


def test_a_comment_on_facebook_is_a_mention() -> None:
    result = parsed(listed(comment(), summary={"total_count": 18}))
    (found,) = result.reviews
    assert (found.review_id, found.text) == ("instagram_facebook:101_201", "Чайник\nтечёт")
    assert (found.author.name, found.author.id, found.author.profile_url) == ("Инна", "9", None)
    assert (found.is_mention, found.thread_id, found.parent_id) == (True, "101", "101")
    assert (found.rating, found.recommends, found.media_count) == (None, None, 1)
    assert found.votes
    assert found.votes.helpful == 3
    assert found.published_at == MOMENT
    assert found.url == "https://www.facebook.com/77/posts/101/?comment_id=201"
    assert result.claimed_total == 18


def test_an_answer_knows_the_comment_above_it_by_field_or_by_link() -> None:
    named = comment("101_202", parent={"id": "101_201"})
    link = "https://www.facebook.com/77/posts/101/?comment_id=201&reply_comment_id=203"
    bare = {"message": "И у меня", "created_time": STAMP, "permalink_url": link}
    found = parsed(listed(named, bare)).reviews
    assert [one.parent_id for one in found] == ["101_201", "101_201"]
    assert [one.review_id[-7:] for one in found] == ["101_202", "101_203"]
    below = parsed(listed(comment("101_204")), f"{FACEBOOK}/101_201/comments").reviews[0]
    assert (below.thread_id, below.parent_id) == ("101", "101_201")


def test_the_next_part_is_asked_for_without_the_token_that_its_link_holds() -> None:
    paging = {"cursors": {"after": "C2"}, "next": f"{COMMENTS}&access_token=secret&after=C2"}
    assert parsed(listed(comment(), paging=paging)).next_urls == (f"{COMMENTS}&after=C2",)
    elsewhere = {"next": "https://elsewhere.example/?after=C2"}
    assert parsed(listed(comment(), paging=elsewhere)).next_urls == ()
    assert parsed(listed(comment(), paging={"cursors": {"after": "C2"}})).next_urls == ()


def test_a_feed_gives_posts_their_comments_and_the_rest_of_them() -> None:
    more = f"{FACEBOOK}/77_101/comments?after=X"
    post = {
        "id": "77_101", "message": "Мы открылись", "created_time": STAMP,
        "attachments": {"data": [{"media_type": "photo"}]},
        "reactions": {"summary": {"total_count": 8}},
        "comments": listed(comment(), paging={"next": f"{more}&access_token=secret"}),
        "from": {"id": "77", "name": "Лунный чай"},
    }  # fmt: skip
    found = parsed(listed(post), f"{FACEBOOK}/77/feed?fields=id,comments")
    first, below = found.reviews
    assert (first.review_id, first.thread_id, first.parent_id) == (
        "instagram_facebook:77_101", "101", None,
    )  # fmt: skip
    assert first.votes
    assert (first.votes.helpful, first.media_count) == (8, 1)
    assert (below.thread_id, below.extra["topic"]) == ("101", "Лунный чай: Мы открылись")
    (link,) = found.next_urls
    assert link.startswith(f"{more}&topic=%D0%9B")
    assert INSTAGRAM_FACEBOOK.request(link, None).url == more
    assert parsed(listed(comment()), link).reviews[0].extra["topic"] == "Лунный чай: Мы открылись"


def test_a_post_gives_itself_and_claims_its_comments() -> None:
    post = {"id": "77_101", "message": "Мы открылись", "created_time": STAMP,
            "comments": listed(comment(), summary={"total_count": 7})}  # fmt: skip
    found = parsed(post, f"{FACEBOOK}/77_101?fields=id,comments")
    assert [one.parent_id for one in found.reviews] == [None, "101"]
    assert (found.claimed_total, found.next_urls) == (7, ())


def test_a_saved_list_of_comments_is_known_by_its_order() -> None:
    plain = {"id": "101_201", "message": "Да", "created_time": STAMP}
    answer = listed(plain, summary={"order": "chronological", "total_count": 1})
    assert parsed(answer, "").reviews[0].parent_id == "101"


def test_comments_that_were_not_asked_for_with_a_post_are_asked_for_after_it() -> None:
    post = {"id": "77_101", "message": "Мы открылись", "created_time": STAMP}
    (link,) = parsed(listed(post), f"{FACEBOOK}/77/posts?fields=id,message").next_urls
    assert link.startswith(f"{FACEBOOK}/77_101/comments?")
    (link,) = parsed(listed(media(comments_count=2)), f"{INSTAGRAM}/me/media").next_urls
    assert link.startswith(f"{INSTAGRAM}/1790/comments?fields=id%2Ctext")
    assert parsed(listed(media(comments_count=0)), f"{INSTAGRAM}/me/media").next_urls == ()


def test_a_recommendation_is_a_review_that_says_yes_or_no() -> None:
    answer = {"from": {"id": "77", "name": "Лунный чай"}, "message": "Жаль", "created_time": STAMP}
    story = {"id": "501", "comments": listed(answer, {"message": ""})}
    found = parsed(
        listed(rating(open_graph_story=story), rating(recommendation_type="positive", rating=5)),
        PAGE_RATINGS,
    ).reviews[0]
    assert (found.review_id, found.text) == ("instagram_facebook:501", "Долго ждали")
    assert (found.is_mention, found.recommends, found.rating) == (False, False, None)
    assert (found.author.name, found.published_at) == ("Инна", MOMENT)
    (reply,) = found.replies
    assert (reply.text, reply.is_owner, reply.author, reply.replied_at) == (
        "Жаль", True, "Лунный чай", MOMENT,
    )  # fmt: skip


def test_stars_are_the_older_form_and_a_bare_thumb_is_told() -> None:
    old = {"created_time": STAMP, "rating": 4, "has_rating": True, "review_text": "Хорошо",
           "reviewer": {"name": "Олег"}}  # fmt: skip
    found = parsed(
        listed(old, rating(review_text="", recommendation_type="positive")), PAGE_RATINGS
    )
    assert [(one.rating, one.recommends) for one in found.reviews] == [(4.0, None)]
    assert found.reviews[0].review_id.startswith("instagram_facebook:~")
    assert found.skipped == {"recommendation without words": 1}


def test_comments_on_instagram_know_their_post_and_each_other() -> None:
    answer = said("1802", text="Согласна")
    top = said("1801", like_count=2, hidden=True, replies=listed(answer))
    found = parsed(listed(media(comments=listed(top))), MEDIA).reviews
    assert [one.thread_id for one in found] == ["1790"] * 3
    assert [one.parent_id for one in found] == [None, "1790", "1801"]
    assert (found[0].media_count, found[1].text) == (1, "Горчит")
    assert (found[1].author.name, found[1].author.profile_url) == (
        "inna.b", "https://www.instagram.com/inna.b/",
    )  # fmt: skip
    assert found[1].url == "https://www.instagram.com/p/Abc/"
    assert found[1].extra == {
        "network": "instagram",
        "topic": "lunnychay: Новый сорт",
        "hidden": True,
    }


@pytest.mark.parametrize(
    ("answer", "thread", "parent"),
    [
        (listed(said("1801")), "1790", "1790"),
        ({"1801": said("1801", media={"id": "1790"})}, "1790", "1790"),
        (said("1801", media={"id": "1790"}, parent_id="1799"), "1790", "1799"),
        ({"id": "1790", "comments": listed(said("1801"))}, "1790", "1790"),
    ],
)
def test_comments_come_as_lists_by_number_alone_or_within(
    answer: Any, thread: str, parent: str
) -> None:
    (found,) = parsed(answer, f"{INSTAGRAM}/1790/comments").reviews
    assert (found.thread_id, found.parent_id) == (thread, parent)


def test_answers_to_a_comment_have_it_as_their_parent() -> None:
    (found,) = parsed(listed(said("1802")), f"{INSTAGRAM}/1801/replies").reviews
    assert found.parent_id == "1801"


def test_posts_of_another_account_than_the_wanted_are_refused() -> None:
    found = parsed(listed(media(username="other", comments=listed(said("1801")))), MEDIA)
    assert (found.reviews, found.blocked) == ((), "forbidden")
    assert "'other', not to 'lunnychay'" in found.problems[0]


def test_ill_items_cost_nobody_else_and_an_empty_list_is_an_answer() -> None:
    found = parsed(listed(7, None, comment(message=""), {"id": "x"}, comment()))
    assert [one.review_id for one in found.reviews] == ["instagram_facebook:101_201"]
    assert found.problems == ("2 items dropped, they are no objects",)
    assert found.skipped == {"comment without words": 2}
    assert parsed(listed()) == ParsedPage()
    assert "no answer" in parsed({"hello": 1}).problems[0]


@pytest.mark.parametrize(
    ("error", "blocked"),
    [
        ({"code": 4}, "rate_limited"), ({"code": 17}, "rate_limited"),
        ({"code": 32}, "rate_limited"), ({"code": 80002}, "rate_limited"),
        ({"code": 190, "error_subcode": 460}, "login"), ({"code": 10}, "forbidden"),
        ({"code": 200}, "forbidden"), ({"code": 283}, "forbidden"), ({"code": 100}, "forbidden"),
        ({"code": 100, "error_subcode": 33}, "not_found"), ({"code": 803}, "not_found"),
        ({"code": 77, "is_transient": True}, "rate_limited"), ({"code": "x"}, "forbidden"),
    ],
)  # fmt: skip
def test_refusals_have_names(error: dict[str, Any], blocked: str) -> None:
    found = parsed({"error": {"message": "Sorry", "type": "OAuthException"} | error})
    assert found.blocked == blocked
    assert "Sorry" in found.problems[0]


@pytest.mark.parametrize(
    "answer",
    [listed(comment()), listed(said("1801")), {"1790": media()}, listed(rating()),
     {"error": {"message": "x", "code": 190, "fbtrace_id": "A"}}],
)  # fmt: skip
def test_saved_answers_are_recognised_without_an_address(answer: Any) -> None:
    assert recognised(page(json.dumps(answer, indent=1), "")) is INSTAGRAM_FACEBOOK


@pytest.mark.parametrize(
    ("url", "beginnings"),
    [
        ("https://www.facebook.com/lunnychay/reviews",
         (f"{RATINGS}/lunnychay/ratings?", f"{FACEBOOK}/lunnychay/feed?")),
        ("https://www.facebook.com/p/Lunny-Chay-100063000001/",
         (f"{RATINGS}/100063000001/ratings?", f"{FACEBOOK}/100063000001/feed?")),
        ("https://www.facebook.com/profile.php?id=77",
         (f"{RATINGS}/77/ratings?", f"{FACEBOOK}/77/feed?")),
        ("https://m.facebook.com/story.php?story_fbid=101&id=77",
         (f"{FACEBOOK}/77_101?",)),
        ("https://www.facebook.com/77/posts/101/", (f"{FACEBOOK}/77_101?",)),
        ("https://www.facebook.com/lunnychay/videos/10101/", (f"{FACEBOOK}/10101/comments?",)),
        ("https://www.facebook.com/photo/?fbid=10101", (f"{FACEBOOK}/10101/comments?",)),
        ("https://www.instagram.com/lunnychay/", (f"{INSTAGRAM}/me/media?",)),
        (f"{COMMENTS}&access_token=secret", (COMMENTS,)),
    ],
)  # fmt: skip
def test_addresses_people_paste(url: str, beginnings: tuple[str, ...]) -> None:
    found = INSTAGRAM_FACEBOOK.start_urls(url)
    assert len(found) == len(beginnings)
    assert all(one.startswith(start) for one, start in zip(found, beginnings, strict=True))
    assert not any("secret" in one for one in found)
    assert INSTAGRAM_FACEBOOK.api_urls(url) == found


@pytest.mark.parametrize(
    "url",
    ["https://www.facebook.com/lunnychay/posts/pfbid02abc", "https://www.facebook.com/groups/77777",
     "https://www.instagram.com/p/Abc/", "https://shop.example/lunnychay"],
)  # fmt: skip
def test_what_the_interface_does_not_know_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="no page, post or account"):
        INSTAGRAM_FACEBOOK.start_urls(url)


def test_the_token_goes_into_a_header_of_the_interface_alone() -> None:
    asked = INSTAGRAM_FACEBOOK.request(COMMENTS, "secret")
    assert (asked.url, asked.headers) == (COMMENTS, (("Authorization", "Bearer secret"),))
    for elsewhere in ("https://elsewhere.example/", COMMENTS.replace("https", "http")):
        assert INSTAGRAM_FACEBOOK.request(elsewhere, "secret").headers == ()


def mangled(words: str) -> str:
    """As exports write what is beyond ASCII."""
    return words.encode().decode("latin-1")


SECONDS = 1772704800
OWNER = {"id": "5", "username": "lunnychay"}
GUEST = {"id": "8", "pk": 8, "username": "inna.b", "full_name": "Инна"}
POST_OF_PAGE = {
    "id": "99", "shortcode": "AbC", "taken_at_timestamp": SECONDS, "owner": OWNER,
    "edge_media_to_caption": {"edges": [{"node": {"text": "Новый сорт"}}]},
    "edge_media_preview_like": {"count": 7},
    "edge_media_to_parent_comment": {"count": 2, "edges": [{"node": {
        "id": "1", "text": "Горчит", "created_at": SECONDS, "did_report_as_spam": False,
        "owner": GUEST, "edge_liked_by": {"count": 3},
        "edge_threaded_comments": {"edges": [{"node": {
            "id": "2", "text": "Жаль", "created_at": SECONDS, "owner": OWNER,
        }}]},
    }}]},
    "edge_web_media_to_related_media": {"edges": [{"node": {
        "id": "70", "shortcode": "Xy", "taken_at_timestamp": SECONDS, "owner": OWNER,
        "edge_media_to_caption": {"edges": [{"node": {"text": "Другое"}}]},
    }}]},
}  # fmt: skip


def test_the_state_of_a_post_gives_the_post_and_its_comments() -> None:
    result = parsed({"data": {"shortcode_media": POST_OF_PAGE}}, "")
    shown, first, second = result.reviews
    assert (shown.text, shown.author.name, shown.thread_id) == ("Новый сорт", "lunnychay", "99")
    assert shown.url == "https://www.instagram.com/p/AbC/"
    assert (first.text, first.author.id, first.parent_id) == ("Горчит", "8", "99")
    assert first.extra["topic"] == "lunnychay: Новый сорт"
    assert first.votes
    assert first.votes.helpful == 3
    assert first.published_at == MOMENT
    assert (second.text, second.parent_id, second.thread_id) == ("Жаль", "1", "99")
    script = f"window._sharedData = {json.dumps({'graphql': {'shortcode_media': POST_OF_PAGE}})};"
    body = f'<html><link href="https://www.instagram.com/p/AbC/"><script>{script}</script></html>'
    assert recognised(page(body, "")) is INSTAGRAM_FACEBOOK
    saved = INSTAGRAM_FACEBOOK.parse(page(body, ""))
    assert [one.review_id for one in saved.reviews] == [one.review_id for one in result.reviews]


@pytest.mark.parametrize(
    "answer",
    [
        {"caption": {"pk": "7", "text": "Новый сорт", "created_at": SECONDS, "user": OWNER},
         "comments": [{"pk": "1", "text": "Горчит", "created_at": SECONDS, "user": GUEST,
                       "comment_like_count": 3, "preview_child_comments": []}]},
        [{"id": "1", "created_at": SECONDS, "text": "Горчит", "owner": GUEST, "likes_count": 3,
          "answers": []}],
        [{"id": "1", "text": "Горчит", "ownerUsername": "inna.b", "likesCount": 3, "replies": [],
          "timestamp": "2026-03-05T10:00:00.000Z", "postUrl": "https://www.instagram.com/p/A/"}],
    ],
)  # fmt: skip
def test_comments_of_instagram_have_many_shapes(answer: Any) -> None:
    assert recognised(page(json.dumps(answer), "")) is INSTAGRAM_FACEBOOK
    (found,) = parsed(answer, "").reviews
    assert (found.review_id, found.text) == ("instagram_facebook:1", "Горчит")
    assert (found.published_at, found.is_mention) == (MOMENT, True)
    assert found.author.profile_url == "https://www.instagram.com/inna.b/"
    assert found.votes
    assert found.votes.helpful == 3


@pytest.mark.parametrize(
    "answer",
    [
        {"comments_v2": [{"timestamp": SECONDS, "title": "x", "data": [{"comment": {
            "timestamp": SECONDS, "comment": mangled("Горчит — увы"), "author": mangled("Инна"),
        }}]}]},
        [{"post_id": "100", "post_text": "", "text": "", "time": "2026-03-05 10:00:00",
          "comments_full": [{"comment_id": "11", "commenter_name": "Инна", "replies": [],
                             "comment_text": "Горчит — увы", "comment_time": SECONDS}]}],
        {"node": {"legacy_fbid": "11", "body": {"text": "Горчит — увы"}, "created_time": SECONDS,
                  "author": {"id": "8", "name": "Инна"}}},
        [{"commentUrl": "https://www.facebook.com/77/posts/1?comment_id=11", "id": "11",
          "profileName": "Инна", "text": "Горчит — увы", "date": "2026-03-05T10:00:00.000Z"}],
    ],
)  # fmt: skip
def test_comments_of_facebook_have_many_shapes(answer: Any) -> None:
    assert recognised(page(json.dumps(answer), "")) is INSTAGRAM_FACEBOOK
    (found,) = parsed(answer, "").reviews
    assert (found.text, found.author.name) == ("Горчит — увы", "Инна")
    assert (found.published_at, found.extra["network"]) == (MOMENT, "facebook")


def test_an_export_of_instagram_has_comments_and_no_names() -> None:
    told = {"Comentario": {"value": mangled("Горчит")}, "Dueño": {"value": "lunnychay"},
            "Hora": {"timestamp": SECONDS}}  # fmt: skip
    (found,) = parsed({"comments_media_comments": [{"string_map_data": told}]}, "").reviews
    assert (found.text, found.author.name, found.published_at) == ("Горчит", None, MOMENT)
    account = {"Email": {"value": "inna@mail.example", "timestamp": 0}, "Name": {"value": "Inna"}}
    assert not parsed({"profile_user": [{"string_map_data": account}]}, "").reviews
    (old,) = parsed({"media_comments": [["2026-03-05T10:00:00", "Горчит", "shop"]]}, "").reviews
    assert (old.text, old.published_at) == ("Горчит", MOMENT)


def test_recommendations_that_a_collector_wrote_are_reviews() -> None:
    answer = [{
        "facebookUrl": "https://www.facebook.com/lunnychay", "id": "Uzp", "isRecommended": False,
        "date": "2026-03-05T10:00:00.000Z", "user": {"id": "8", "name": "Инна"}, "text": "Долго",
    }]  # fmt: skip
    (found,) = parsed(answer, "").reviews
    assert (found.recommends, found.text, found.is_mention) == (False, "Долго", False)
    assert (found.author.name, found.published_at) == ("Инна", MOMENT)


def test_messages_are_private() -> None:
    said = {"id": "m_ToF", "message": "Где заказ?", "created_time": STAMP, "from": {"name": "Инна"}}
    result = parsed({"m_ToF": said}, "")
    assert not result.reviews
    assert result.skipped == {"private message": 1}
    talk = listed(said | {"id": "901"})
    assert not parsed(talk, f"{FACEBOOK}/t_5/messages?fields=message").reviews


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("login_required", "login"), ("checkpoint_required", "login"),
        ("Please wait a few minutes before you try again.", "rate_limited"),
        ("Media not found or unavailable", "not_found"), ("Not authorized to view", "forbidden"),
    ],
)  # fmt: skip
def test_a_refusal_of_the_site_is_no_post(message: str, reason: str) -> None:
    result = parsed({"message": message, "status": "fail"}, "https://www.instagram.com/api/v1/x/")
    assert (result.reviews, result.blocked) == ((), reason)
    assert not parsed({"message": "Hello", "success": True}, "").reviews
