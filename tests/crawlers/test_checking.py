"""A check reads the address, or the first page of reviews that it leads to."""

from __future__ import annotations

from datetime import UTC, datetime

from crawlers.checking import MAX_HOPS, first_with_reviews
from crawlers.conversation import Fetched, Reply, Unfetched
from crawlers.outcomes import Outcome
from pipeline.identity import make_review

LIST, PRODUCT = "https://forum.example/latest", "https://forum.example/t/5"


class Pages:
    """Answers from what a test wrote down, and remembers what was asked for."""

    def __init__(self, *pages: Reply) -> None:
        self._pages = {page.url: page for page in pages}
        self.asked: list[str] = []

    def fetch(self, url: str, timeout_seconds: float) -> Reply:
        self.asked.append(url)
        return self._pages[url]


def a_page(url: str, *next_urls: str, reviews: int = 0) -> Fetched:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    found = tuple(
        make_review(review_id=f"discourse:{number}", source="discourse", entity_id="check",
                    text="Хорошо", crawled_at=now)
        for number in range(reviews)
    )  # fmt: skip
    return Fetched(url=url, source="discourse", reviews=found, next_urls=next_urls)


def test_a_page_of_reviews_is_the_answer() -> None:
    pages = Pages(a_page(LIST, PRODUCT, reviews=2))
    found = first_with_reviews("discourse", LIST, pages, 1.0)
    assert (found.outcome, found.reviews, found.next_urls) == (Outcome.COMPLETE, 2, 1)
    assert (found.passed, pages.asked) == ((), [LIST])


def test_a_list_is_followed_to_the_first_page_of_reviews() -> None:
    pages = Pages(a_page(LIST, LIST, PRODUCT), a_page(PRODUCT, reviews=1))
    found = first_with_reviews("discourse", LIST, pages, 1.0)
    assert (found.outcome, found.url, found.passed) == (Outcome.COMPLETE, PRODUCT, (LIST,))
    assert found.fields


def test_pages_that_only_lead_on_are_not_followed_for_ever() -> None:
    urls = [f"https://forum.example/{number}" for number in range(9)]
    pages = Pages(*(a_page(url, *urls) for url in urls))
    found = first_with_reviews("discourse", urls[0], pages, 1.0)
    assert (found.outcome, len(found.passed)) == (Outcome.EMPTY_PAGE, MAX_HOPS)
    assert pages.asked == urls[: MAX_HOPS + 1]
    assert found.remedy
    assert not found.fields


def test_a_list_whose_pages_cannot_be_read_is_a_failure() -> None:
    blocked = Unfetched(url=PRODUCT, outcome=Outcome.CAPTCHA, reason="a captcha")
    found = first_with_reviews("discourse", LIST, Pages(a_page(LIST, PRODUCT), blocked), 1.0)
    assert (found.outcome, found.url, found.passed) == (Outcome.CAPTCHA, PRODUCT, (LIST,))


def test_an_empty_page_that_leads_nowhere_is_empty() -> None:
    found = first_with_reviews("discourse", LIST, Pages(a_page(LIST)), 1.0)
    assert (found.outcome, found.passed) == (Outcome.EMPTY_PAGE, ())
