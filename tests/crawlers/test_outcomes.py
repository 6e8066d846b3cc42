"""Block pages are recognised, and reviews that speak of them are not taken for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.outcomes import REMEDIES, Outcome, blocked_by
from crawlers.page import Page

OBSTACLES = [
    ("captcha", 200, "<title dir='ltr'>Robot Check</title>"),
    ("captcha", 200, "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'>"),
    ("captcha", 200, "<title>Вы не робот?</title><form action='/checkcaptcha'>"),
    ("captcha", 200, "<div class='SmartCaptcha'></div>"),
    ("consent", 200, "<form action='https://consent.google.com/save'>"),
    ("login", 200, "<title>Sign in · Forum</title>"),
    ("login", 200, "<title>Войти в аккаунт</title>"),
    ("refusal (HTTP 403)", 403, "<h1>no</h1>"),
    ("captcha (HTTP 403)", 403, "<title>Attention Required! | Cloudflare</title>"),
    ("refusal (HTTP 429)", 429, ""),
]


def a_page(body: str, status: int = 200) -> Page:
    return Page(
        url="https://shop.example/", body=body.encode(), fetched_at=datetime.now(UTC), status=status
    )


@pytest.mark.parametrize(("name", "status", "body"), OBSTACLES)
def test_an_obstacle_is_named(name: str, status: int, body: str) -> None:
    assert blocked_by(a_page(body, status), has_reviews=False) == name


@pytest.mark.parametrize(
    "body",
    [
        "<title>Чай «Луна»: отзывы</title><a href='/login'>Войти</a>",
        "<title>Robots for children: reviews</title>",
        '{"title": "Robot Check", "smartcaptcha": true}',
        "",
    ],
)
def test_an_ordinary_page_is_no_obstacle(body: str) -> None:
    assert blocked_by(a_page(body), has_reviews=False) is None


def test_a_page_with_reviews_is_never_an_obstacle() -> None:
    body = "<title>Войти</title> отзыв: замучила smartcaptcha"
    assert blocked_by(a_page(body), has_reviews=True) is None


def test_every_bad_end_comes_with_a_remedy() -> None:
    assert all(REMEDIES.get(outcome) for outcome in Outcome if outcome.is_failure
               and outcome is not Outcome.RUNNING)  # fmt: skip
    assert [str(o) for o in Outcome if not o.is_failure] == [
        "complete",
        "stopped_at_known",
        "capped",
    ]
