"""Models are found by name, and nothing heavy is imported for a light one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from consumers.sentiment.models import MODELS, PREFIXES, build_model, configured_model
from pipeline.errors import ConfigurationError

ONLY_FAST = """
import sys
from consumers.sentiment.models import build_model
print(build_model("fast").revision)
print(sorted({"onnxruntime", "tokenizers", "torch", "transformers"} & set(sys.modules)))
"""


def test_the_fast_model_needs_no_runtime_of_networks() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ONLY_FAST],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    revision, modules = done.stdout.splitlines()
    assert revision == build_model("fast").revision
    assert modules == "[]"


@pytest.mark.parametrize("name", ["fats", "", "accurate ", "hf", "/no/such/folder"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        configured_model(name)
    assert all(known in str(refused.value) for known in (*MODELS, *PREFIXES, "none"))


def test_tiers_of_the_cascade_are_the_shipped_ones() -> None:
    revision = build_model("cascade").revision
    assert revision.startswith("cascade@")
    assert revision == build_model("cascade").revision


def test_none_is_no_model() -> None:
    assert configured_model("none") is None
