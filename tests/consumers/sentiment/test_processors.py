"""A container's share of the processors counts, not what the machine has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from consumers.sentiment.processors import usable_processors

ALL = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ("100000 100000", 1),
        ("50000 100000", 1),
        ("max 100000", ALL),
        ("garbage", ALL),
        ("1 0", ALL),
    ],
)
def test_quota_of_the_second_version(tmp_path: Path, quota: str, expected: int) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    assert usable_processors(tmp_path) == expected


def test_quota_of_the_first_version(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000\n")
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("100000\n")
    assert usable_processors(tmp_path) == 1
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("-1\n")
    assert usable_processors(tmp_path) == ALL


def test_without_a_control_group_all_allowed_ones(tmp_path: Path) -> None:
    assert usable_processors(tmp_path) == ALL
