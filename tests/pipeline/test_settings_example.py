"""The example configuration is that of the code, loads, and changes nothing."""

from __future__ import annotations

from pathlib import Path

from pipeline.settings import Settings, load_settings
from pipeline.settings_example import example_settings

EXAMPLE = Path(__file__).parents[2] / "deploy" / "otzvuk.example.yaml"


def test_the_example_is_current() -> None:
    current = EXAMPLE.read_text(encoding="utf-8")
    assert current == example_settings(), "run `otzvuk config example > deploy/otzvuk.example.yaml`"


def test_the_example_is_the_defaults() -> None:
    assert load_settings(EXAMPLE, {}) == Settings()
