"""Pages that stand in the way are recognised, ordinary ones are not taken for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.page import Page
from crawlers.parsing.blocking import SMALL_PAGE_CHARACTERS, blocked_reason

OBSTACLES = [
    ("captcha", 200, "<title dir='ltr'>Robot Check</title>"),
    ("captcha", 200, "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'>"),
    ("captcha", 200, "<title>Вы не робот?</title><form action='/checkcaptcha'>"),
    ("captcha", 200, "<div class='SmartCaptcha'></div>"),
    ("consent", 200, "<form action='https://consent.google.com/save'>"),
    ("login", 200, "<title>Sign in · Forum</title>"),
    ("login", 200, "<title>Войти в аккаунт</title>"),
    ("forbidden", 403, "<h1>no</h1>"),
    ("rate_limited", 429, ""),
    ("rate_limited", 503, ""),
    ("not_found", 404, "<title>404</title>"),
]


def a_page(body: str, status: int = 200) -> Page:
    return Page(
        url="https://shop.example/", body=body.encode(), fetched_at=datetime.now(UTC), status=status
    )


@pytest.mark.parametrize(("name", "status", "body"), OBSTACLES)
def test_an_obstacle_is_named(name: str, status: int, body: str) -> None:
    assert blocked_reason(a_page(body, status)) == name


@pytest.mark.parametrize(
    "body",
    [
        "<title>Чай «Луна»: отзывы</title><a href='/login'>Войти</a>",
        "<title>Robots for children: reviews</title>",
        "<div class='smartcaptcha'>" + "отзыв " * SMALL_PAGE_CHARACTERS,
        "",
    ],
)
def test_an_ordinary_page_is_no_obstacle(body: str) -> None:
    assert blocked_reason(a_page(body)) is None
