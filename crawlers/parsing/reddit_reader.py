"""From the things of one Reddit answer to mentions, and to where the rest of them is."""

from __future__ import annotations

import re
from typing import Any

from crawlers.page import Page
from crawlers.parsing.address_parts import path_of, query_of
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at
from crawlers.parsing.ratings import count
from crawlers.parsing.reddit_links import (
    LISTED,
    TOPIC,
    base_of,
    following,
    hidden,
    listed,
    thread,
)
from crawlers.parsing.reddit_posts import draft_of, full_name, line_of, named, why_not
from crawlers.parsing.reddit_things import COMMENT, POST, STUB, Answer, Thing

MAX_STUB_LINKS = 50
"""Requests for hidden comments that one page leads to: five thousand comments."""
_ADDRESSED = re.compile(r"/comments/([0-9a-z]{1,15})(/[^/]*/([0-9a-z]{1,15}))?", re.I)


class Reader:
    """One answer with the thread that it belongs to."""

    def __init__(self, answer: Answer, page: Page, harvest: Harvest) -> None:
        self._answer, self._page, self._harvest = answer, page, harvest
        self._base = base_of(page.url)
        self._titles = {
            full_name(thing): line_of(thing.data, "title")
            for thing in answer.things
            if thing.kind == POST
        }
        self._thread = self._own_thread()

    def read(self) -> None:
        """Take all things, then tell where to go on."""
        if self._answer.after:
            self._harvest.links.append(following(self._page.url, self._answer.after))
        is_read = LISTED in query_of(self._page.url)
        for thing in self._answer.things:
            if thing.kind != STUB and not (is_read and thing.kind == POST):
                self._take(thing)
        if self._answer.is_thread and not is_read:
            self._claim()
        self._follow_stubs([one.data for one in self._answer.things if one.kind == STUB])

    def _own_thread(self) -> str:
        """The thread of an answer that is of one: by its post, its comments or its address."""
        if len(self._titles) == 1:
            return next(iter(self._titles))
        if found := _ADDRESSED.search(path_of(self._page.url)):
            return f"t3_{found.group(1).casefold()}"
        links = {named(at(thing.data, "link_id")) for thing in self._answer.things} - {""}
        asked = named(query_of(self._page.url).get("link_id", ""))
        return links.pop() if len(links) == 1 else asked

    def _take(self, thing: Thing) -> None:
        thread_id = named(at(thing.data, "link_id")) or self._thread
        topic = self._titles.get(thread_id) or query_of(self._page.url).get(TOPIC, "")
        if not self._answer.is_thread and _has_comments(thing):
            self._harvest.links.append(listed(thread(full_name(thing)[3:], self._base)))
        if reason := why_not(thing):
            self._harvest.skipped[reason] += 1
            return
        draft = draft_of(thing, topic, self._thread, self._page, self._harvest.problems)
        if draft.is_empty:
            is_quote = bool(draft.extra.get("quotes"))
            self._harvest.skipped["only a quotation" if is_quote else "post without words"] += 1
        else:
            self._harvest.drafts.append(draft)

    def _claim(self) -> None:
        """The post and its comments, unless this is only a branch of them."""
        post = next(one for one in self._answer.things if one.kind == POST)
        comments = count(at(post.data, "num_comments"))
        first = next((one for one in self._answer.things if one.kind == COMMENT), None)
        addressed = _ADDRESSED.search(path_of(self._page.url))
        is_branch = bool(addressed and addressed.group(3)) or (
            first is not None and named(at(first.data, "parent_id")).startswith("t1_")
        )
        if comments is not None and not is_branch:
            self._harvest.claimed = comments + 1

    def _follow_stubs(self, stubs: list[dict[str, Any]]) -> None:
        """Ask for hidden comments by their ids, for deep branches by the comment they hang on."""
        children = [child for stub in stubs for child in _children(stub)]
        branches = [named(at(stub, "parent_id")) for stub in stubs if not _children(stub)]
        post, title = self._thread.removeprefix("t3_"), self._titles.get(self._thread, "")
        topic = title or query_of(self._page.url).get(TOPIC, "")
        links = [
            *hidden(post, children, topic, self._base),
            *(
                listed(thread(post, self._base, name[3:]))
                for name in branches
                if name.startswith("t1_")
            ),
        ]
        self._harvest.links.extend(links[:MAX_STUB_LINKS] if post else ())
        if stubs and (not post or not links or len(links) > MAX_STUB_LINKS):
            hides = sum(count(at(stub, "count")) or len(_children(stub)) for stub in stubs)
            self._harvest.problems.append(f"not all of {hides} hidden comments can be asked for")


def _has_comments(thing: Thing) -> bool:
    comments = count(at(thing.data, "num_comments")) or 0
    return thing.kind == POST and comments > 0 and bool(full_name(thing))


def _children(stub: dict[str, Any]) -> list[str]:
    found = at(stub, "children")
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
