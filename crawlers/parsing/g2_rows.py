"""Reviews as G2's interface for programs gives them (data.g2.com), to drafts."""

from __future__ import annotations

import re
from typing import Any

from crawlers.page import Page
from crawlers.parsing.b2b_people import shown_name
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_values import at, flag_at, text_at, time_at
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import one_line, plain_text
from pipeline.records import Author, Votes

_QUESTIONS = {"love": "pros", "hate": "cons"}
MAX_ANSWERS = 50


def row_draft(row: dict[str, Any], place: int, link: re.Pattern[str], page: Page) -> Draft:
    """A `survey-responses` resource; `link` finds the number by which its page knows the review."""
    said = row.get("attributes")
    url = text_at(said, "url")
    known = link.search(url[:500])
    answers = _answers(said)
    up, down = count(at(said, "votes_up")), count(at(said, "votes_down"))
    return Draft(
        where=f"review {place}",
        native_id=known.group(1) if known else one_line(text_at(row, "id"))[:100] or None,
        author=_author(said),
        rating=parse_rating(text_at(said, "star_rating")),
        title=one_line(plain_text(text_at(said, "title"))).strip('"“”'),
        text=answers.get("text", ""),
        pros=answers.get("pros", ""),
        cons=answers.get("cons", ""),
        product=one_line(text_at(said, "product_name")),
        url=address(url) or page.url,
        published=parse_date(text_at(said, "submitted_at"), page.fetched_at),
        edited_at=time_at(said, page.fetched_at, "updated_at"),
        votes=None if up is None and down is None else Votes(helpful=up or 0, unhelpful=down or 0),
        verified_purchase=flag_at(said, "verified_current_user"),
    )


def _author(said: Any) -> Author:
    name = one_line(text_at(said, "user", "name") or text_at(said, "user_name"))
    return Author(
        name=short(shown_name(name) or ""),
        role=short(text_at(said, "user", "title")),
        location=short(text_at(said, "country_name")),
        has_picture=True if text_at(said, "user_image_url") else None,
    )


def _answers(said: Any) -> dict[str, str]:
    """Answers by kind: what one loves, what one hates, and all the rest."""
    asked = at(said, "comment_answers") or at(said, "answers")
    found: dict[str, list[str]] = {}
    for name, answer in list(asked.items())[:MAX_ANSWERS] if isinstance(asked, dict) else ():
        if words := plain_text(text_at(answer, "value")):
            found.setdefault(_QUESTIONS.get(name, "text"), []).append(words)
    return {kind: "\n\n".join(words) for kind, words in found.items()}
