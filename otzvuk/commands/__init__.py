"""Commands, one module each, loaded when they are called: most need a part of the program."""

from __future__ import annotations

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "demo": "demo", "up": "up", "stage": "up", "scheduler": "up", "crawl-worker": "up",
    "config": "config", "schemas": "schemas",
    "topics": "topics", "store": "store",
    "import": "import_", "crawl": "crawl", "sources": "sources", "entities": "entities",
    "extract": "extract", "score": "score",
    "query": "query", "stats": "stats", "explain": "explain",
    "rescore": "rescore",
    "alerts": "alerts", "backtest": "backtest", "notify": "notify",
    "audit": "audit", "dead-letters": "dead_letters", "doctor": "doctor",
}  # fmt: skip
"""Command → its module here, in the order of `otzvuk --help`."""
