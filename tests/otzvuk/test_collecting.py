"""The entities file is followed while the scheduler runs."""

from __future__ import annotations

import os
from pathlib import Path

from otzvuk.collecting import WatchedFile

LINE = "entities: {{tea: {{name: Чай, sources: [{}]}}}}\n"


def write(path: Path, *urls: str, at: int) -> None:
    sources = ", ".join(f"{{url: '{url}', source: schemaorg}}" for url in urls)
    path.write_text(LINE.format(sources), encoding="utf-8")
    os.utime(path, (at, at))


def test_a_change_is_seen_and_a_mistake_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "entities.yaml"
    watched = WatchedFile(path, allow_loopback=False)
    assert watched() == ()
    write(path, "https://a.example/1", at=1)
    (first,) = watched()
    assert (first.entity_id, first.source, first.url) == ("tea", "schemaorg", "https://a.example/1")
    assert watched() == (first,)
    write(path, "https://a.example/1", "https://b.example/2", at=2)
    both = watched()
    assert len(both) == 2
    write(path, "http://127.0.0.1/", at=3)
    assert watched() == both
    path.unlink()
    assert watched() == both
    write(path, "https://b.example/2", at=4)
    assert [one.url for one in watched()] == ["https://b.example/2"]
