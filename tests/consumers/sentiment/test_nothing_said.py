"""What people write where they found no fault, or no strength."""

from __future__ import annotations

import time

import pytest

from consumers.sentiment.nothing_said import names_no_fault, names_no_strength

NO_FAULTS = (
    *("Пока не нашла", "Недостатков не обнаружил", "Минусов не выявлено", "Не имеется", "нету"),
    *("Без недостатков", "не вижу", "Ни одного", "Ничего не могу сказать", "Нет!", "Таких нет"),
    *("Всё хорошо", "Нет, всё понравилось", "нет все устраивает", "Жалоб нет", "проблем не было"),
    *("None so far", "Nothing yet", "Can't think of any", "No cons", "N/A", "no issues at all"),
    *("Haven’t found any yet", "None. Love it!", "all good"),
    *("Keine", "Bisher keine Nachteile", "alles gut", "Aucun défaut", "Rien à signaler"),
    *("Ninguno por ahora", "Nessun difetto", "Nenhum até agora", "Jak na razie brak"),
    *("Недоліків не виявлено", "Кемшілігі жоқ", "Şimdilik yok", "无", "なし"),
    *("", "-", "—", "...", "👍", "❤️❤️"),
)
FAULTS = (
    *("нет запаха", "не работает", "не нашла размера", "Не понравилось", "Не всё понравилось"),
    *("Хорошо, но дорого", "Не без недостатков", "Недостатки есть", "есть", "дорогой", "👎"),
    *("Нет инструкции", "Не хватает кнопки", "всё плохо", "Плюсов нет", "ничего не работает"),
    *("no manual", "not good", "None of the sizes fit", "no pros", "It stopped", "not as good"),
)


@pytest.mark.parametrize("answer", NO_FAULTS)
def test_no_fault_is_named(answer: str) -> None:
    assert names_no_fault(answer)


@pytest.mark.parametrize("answer", FAULTS)
def test_a_fault_is_named(answer: str) -> None:
    assert not names_no_fault(answer)


@pytest.mark.parametrize("answer", ["Достоинств нет", "не обнаружил", "None", "-", "", "Никаких"])
def test_no_strength_is_named(answer: str) -> None:
    assert names_no_strength(answer)


@pytest.mark.parametrize("answer", ["Всё отлично", "👍", "Недостатков нет", "no issues", "тихий"])
def test_a_strength_is_named(answer: str) -> None:
    assert not names_no_strength(answer)


@pytest.mark.parametrize("unit", ["не ", "нет, ", "а-", "'", "no "])
def test_long_answers_cost_nothing(unit: str) -> None:
    begin = time.process_time()
    assert not names_no_fault(unit * 50_000)
    assert time.process_time() - begin < 0.5
