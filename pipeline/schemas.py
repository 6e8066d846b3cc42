"""The JSON Schema of every topic, so that others can read and write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from pipeline.topics import TOPICS, Topic

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def topic_schema(topic: Topic) -> dict[str, Any]:
    """JSON Schema (2020-12) of the topic's messages; `x-otzvuk` says how they are kept."""
    schema = msgspec.json.schema(topic.record)
    return {
        "$schema": DIALECT,
        "title": f"{topic.name} v{topic.version}",
        "description": topic.why,
        "x-otzvuk": {
            "topic": topic.name,
            "version": topic.version,
            "partitions": topic.partitions,
            "retention_seconds": topic.retention_seconds,
        },
        **schema,
    }


def rendered_schemas() -> dict[str, str]:
    """File name → JSON text, for every topic."""
    return {
        f"{topic.name}.json": msgspec.json.format(
            msgspec.json.encode(topic_schema(topic), order="deterministic"), indent=2
        ).decode()
        + "\n"
        for topic in TOPICS
    }


def write_schemas(directory: Path) -> list[Path]:
    """Write one file a topic; returns the paths."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in rendered_schemas().items():
        path = directory / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
