"""One file of watched entities; everything wrong in it is said at once."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from crawlers.entities import entities_schema, load_entities, rendered_schema
from pipeline.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "deploy" / "entities.example.yaml"


def problems_of(tmp_path: Path, text: str) -> str:
    path = tmp_path / "entities.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_entities(path)
    return str(caught.value)


def test_the_example_is_right_and_obeys_the_schema() -> None:
    entities = load_entities(EXAMPLE)
    assert entities["lunny-chay-arbat"].parent == "lunny-chay"
    assert entities["lunny-chay"].sources[0].source == "schemaorg"
    tree = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    jsonschema.validate(tree, entities_schema())


def test_the_published_schema_is_the_one_of_the_code() -> None:
    published = (ROOT / "docs" / "schemas" / "entities.json").read_text(encoding="utf-8")
    assert published == rendered_schema(), "run `otzvuk entities schema docs/schemas/entities.json`"
    assert json.loads(published)["title"] == "Watched entities"


def test_all_problems_are_said_at_once_with_remedies(tmp_path: Path) -> None:
    said = problems_of(
        tmp_path,
        """
        extra: 1
        entities:
          "a b": {name: Чай, kindd: brand, timezone: Mars/Olympus}
          c: {kind: location, aliases: [5], sources: [{url: "http://127.0.0.1/", source: nope}]}
          d: {name: Дом, parent: a, competitors: [d, nobody]}
          e: {name: Едок, kind: product, parent: c}
          f: text
        """,
    )
    for words in (
        "extra: unknown key", "ids have no blanks", "kindd: unknown key", "Mars/Olympus",
        "c.name: missing", "c.aliases: ", "c.parent: missing", "'nope' is unknown", "loopback",
        "a brand has none", "does not compete with itself", "'nobody' is not in the file",
        "'c' is no brand", "f: must be a section",
    ):  # fmt: skip
        assert words in said, words
    assert "14 problem(s)" in said


def test_a_key_written_twice_is_an_error(tmp_path: Path) -> None:
    said = problems_of(tmp_path, "entities:\n  a: {name: one}\n  a: {name: two}\n")
    assert "a: written twice" in said


@pytest.mark.parametrize("text", ["", "[]", "entities: []", "a: [", "entities:\n\t- x"])
def test_what_is_no_file_of_entities_is_said(tmp_path: Path, text: str) -> None:
    assert "problem(s)" in problems_of(tmp_path, text)


def test_a_missing_file_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="setting `entities`"):
        load_entities(tmp_path / "none.yaml")


def test_loopback_sources_are_for_tests_and_the_demo(tmp_path: Path) -> None:
    path = tmp_path / "entities.yaml"
    path.write_text("entities: {a: {name: A, sources: [{url: 'http://127.0.0.1:5000/x'}]}}")
    assert load_entities(path, allow_loopback=True)["a"].sources[0].source == "auto"
