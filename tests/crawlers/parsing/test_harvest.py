"""From what the parts of an answer gave to a parsed page."""

from __future__ import annotations

from crawlers.parsing.draft import Draft
from crawlers.parsing.harvest import Harvest
from crawlers.spiders.steam import STEAM
from tests.crawlers.pages import page


def test_each_id_once_and_an_empty_draft_is_told() -> None:
    drafts = [
        Draft(where="review 1", native_id="7", text="Да"),
        Draft(where="review 2", native_id="7", text="Ещё"),
        Draft(where="review 3"),
    ]
    links = ["https://a.example/2", "javascript:x", "https://a.example/2"]
    found = Harvest(drafts=drafts, links=links, claimed=9).parsed(page("{}"), STEAM)
    assert [one.text for one in found.reviews] == ["Да"]
    assert (found.next_urls, found.claimed_total) == (("https://a.example/2",), 9)
    assert found.problems == ("review 3: dropped, neither words nor stars",)


def test_an_answer_of_unknown_shape_is_a_wall_or_says_so() -> None:
    assert Harvest().parsed(page("<p>x"), STEAM).problems == (
        "this is no answer with reviews that steam knows",
    )
    wall = Harvest().parsed(page("<title>Just a moment...</title>"), STEAM)
    assert (wall.blocked, wall.problems) == ("captcha", ())


def test_a_known_answer_may_be_empty_even_where_it_mentions_a_captcha() -> None:
    body = '{"reviews":[],"g-recaptcha":1}'
    found = Harvest(is_known=True).parsed(page(body), STEAM)
    assert (found.blocked, found.problems, found.reviews) == (None, (), ())
