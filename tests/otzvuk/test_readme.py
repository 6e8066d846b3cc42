"""The commands that the README shows run, in its order."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest

from tests.otzvuk.otzvuk_process import Otzvuk

README = Path(__file__).parents[2] / "README.md"
OPINIONS = (
    (5, "Отличный чай, аромат стоит на всю кухню, беру уже третью пачку"),
    (5, "Доставка быстрая, упаковано надёжно, спасибо"),
    (4, "Хороший чай, но пачка пришла чуть помятая"),
    (3, "Обычный чай, ничего особенного"),
    (1, "Доставка ужасная, везли две недели, деньги не вернули"),
)


def shown_commands() -> list[str]:
    """The lines `$ otzvuk …` of the console blocks."""
    blocks = re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def write_reviews(path: Path) -> None:
    """Forty constructed reviews over two months."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "дата", "оценка", "автор", "отзыв"])
        for number in range(40):
            stars, text = OPINIONS[number % len(OPINIONS)]
            day = f"2026-0{1 + number // 20}-{1 + number % 20:02d}"
            table.writerow([number, day, stars, f"Гость {number}", f"{text}. Заказ {number}"])


@pytest.mark.slow
def test_the_shown_commands_run(tmp_path: Path) -> None:
    write_reviews(tmp_path / "reviews.csv")
    commands = shown_commands()
    assert len(commands) >= 5
    otzvuk = Otzvuk(tmp_path)
    printed = {}
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "otzvuk"
        printed[arguments[0]] = otzvuk.done(*arguments)
    assert "доставка" in printed["query"].lower()
    assert '"balance": 0' in printed["audit"]
    assert '"total": 40' in printed["stats"]
