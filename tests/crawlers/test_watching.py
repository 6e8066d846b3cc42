"""Mentions are kept by the names that the entities file has when the job begins."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crawlers.selection import everything
from crawlers.watching import WatchedNames
from tests.crawlers.published import a_review


def test_names_are_followed_and_a_mistake_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "entities.yaml"
    watched = WatchedNames(path, allow_loopback=False)
    assert watched("tea") is everything
    path.write_text("entities: {tea: {name: Лунный чай}}", encoding="utf-8")
    named = msgspec.structs.replace(a_review(1, text="Пил лунный чай"), is_mention=True)
    other = msgspec.structs.replace(a_review(2, text="Видел кота"), is_mention=True)
    keeps = watched("tea")
    assert (keeps(named), keeps(other)) == (True, False)
    assert watched("unwatched") is everything
    path.write_text("entities: [", encoding="utf-8")
    assert not watched("tea")(other)
