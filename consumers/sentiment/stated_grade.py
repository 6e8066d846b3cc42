"""The grade that the words themselves give: "1 из 5", "rated 2/10", "твёрдая двойка".

A network reads numbers badly, and such a grade is the author's star in words. It counts when the
text gives exactly one, for certain, and of the whole: not what it would give ("поставил бы", "when
fixed, 5 stars"), not others' ("people who gave this 5 stars"), not the stars of a hotel.

The text's distribution T and the verdicts G that go with such a star (fusion.star_evidence) are
pooled by their logarithms with equal weights, P ∝ √(T·G) (Genest and Zidek 1986); the expected star
is the mean of both. Where a text says much more than its grade, the grade moves the distribution
only when it is low: high ones are promised, quoted and disputed too often.
"""

from __future__ import annotations

import re
from math import sqrt

from consumers.sentiment.fusion import star_evidence
from consumers.sentiment.model import ReviewText
from pipeline.records import Probabilities

READ_CHARACTERS = 20_000
BARE_WORDS = 4
"""With so few words besides, the grade is what the text says."""
LOW = 2.0
"""Stars up to which a grade counts in any text."""
LOWEST, HIGHEST = 1.0, 5.0
_WORDS = {
    "ноль": 0, "zero": 0, "ни одной": 0,
    "один": 1, "одна": 1, "одну": 1, "единица": 1, "единицу": 1, "кол": 1, "one": 1,
    "два": 2, "две": 2, "двойка": 2, "двойку": 2, "two": 2,
    "три": 3, "тройка": 3, "тройку": 3, "three": 3,
    "четыре": 4, "четверка": 4, "четверку": 4, "four": 4,
    "пять": 5, "пятерка": 5, "пятерку": 5, "five": 5,
    "семь": 7, "восемь": 8, "девять": 9, "десять": 10,
    "пяти": 5, "десяти": 10, "ten": 10,
}  # fmt: skip
_NUMBER = (
    r"(?P<grade>10|[0-9](?:[.,]\d)?|ноль|один|одн[ау]|единиц[ау]|дв[ае]|три|четыре|пять|семь|восемь"
    r"|девять|десять|zero|one|two|three|four|five|ten)"
)
_GIVES = (
    r"(?:став(?:лю|им)|постав(?:ил|ила|или|лю|им)|оценка|оцениваю|оценил[аи]?|rat(?:ed|e|ing)"
    r"|giving|gave|give|score|моя оценка)"
)
_FORMS = (
    re.compile(
        rf"(?<![\w.,:/]){_NUMBER}\s?(?:из|/|out of)\s?(?P<most>5|10|пяти|десяти|five|ten)"
        r"(?![\w%/]|[.,]\d)(?!\s*(?:раз|человек|дн|случа|покупател|times|people|days|in\b))"
    ),
    re.compile(
        rf"\b{_GIVES}\b(?: \w+){{0,2}}?\s?[:\-—]?\s?{_NUMBER}\s?(?:звезд\w*|балл\w*|stars?)"
    ),
    re.compile(rf"^\W*{_NUMBER}\s?(?:звезд\w*|stars?)\b"),
    re.compile(
        r"\b(?:ставлю|твердая|твердую|заслуж\w+|оценка|только|жирная|жирный)\s?[:\-—]?\s?"
        r"(?P<grade>единиц[ау]|кол|двойк[ау]|тройк[ау]|четверк[ау]|пятерк[ау])\b"
    ),
)
_NOT_GIVEN = re.compile(
    r"(?:\bбы\b|\bне\b|n't\b|\bnot\b|\bwould\b|\bесли\b|\bкогда\b|\bпосле\b|\bотел\w*|\bhotel\b"
    r"|\bвместо\b|\binstead\b|\bкто\b|\bpeople\b|\bwho\b|\bснял\w*|\bминус\b|\bхотел\w*|\bдумал\w*"
    r"|\bбыло?\b|\bwas\b|\binitially\b|\bpreviously\b|\bused to\b|\botherwise\b|\bизначально\b"
    r"|\bраньше\b|\bсначала\b|\bдаже\b|\bрейтинг\w*|\bадрес\w*|\bулиц\w*|\bул\b|\bдом\b|\bпроспект\w*"
    r"|\bшоссе\b|\bкорпус\b|\bстроение\b|\bкв\b)[^.!?\n]{0,30}$"
    r"|\b(?:ул|пр|просп)\. ?\w+\W{0,3}$"
    r"|(?:\(|\b(?:x{0,3}[sml]|size|размер|книга|часть|том|book|part)\b)\W{0,2}$"
)
_NOT_SO = re.compile(
    r"^\W{0,2}(?:бы\b|отел|hotel|мало|много|too\b|назад|вместо|instead|если\b|if\b|когда\b|when\b"
    r"|until\b|before\b|first\b|at first|(?:back )?in 20|в 20\d\d|в (?:цикле|серии)|rating is"
    r"|\w+ until\b)"
)
_OUT_OF_TEN = 10
_BEFORE = 60
_WORD = re.compile(r"\w+")


def stated_star(text: ReviewText) -> tuple[float, bool] | None:
    """The star, 1…5, that the words give, and whether they say little else; None where they give
    none, several, or none for certain."""
    if text.pros or text.cons:
        return None
    words = f"{text.title}\n{text.text}".strip()[:READ_CHARACTERS].lower().replace("ё", "е")
    found = {
        (match.start("grade"), match.end()): _star(match)
        for form in _FORMS
        for match in form.finditer(words)
        if _is_given(words, match)
    }
    starts = {start for start, _ in found}
    if len(starts) != 1:
        return None
    begin, end = max(found, key=lambda span: span[1])
    others = len(_WORD.findall(words[:begin])) + len(_WORD.findall(words[end:]))
    return found[begin, end], others <= BARE_WORDS


def with_stated_star(
    probabilities: Probabilities, expected_star: float, text: ReviewText
) -> tuple[Probabilities, float]:
    """Distribution and expected star (1…5) of the words, the grade among them counted as above."""
    stated = stated_star(text)
    if stated is None:
        return probabilities, expected_star
    star, is_bare = stated
    mean = (expected_star + star) / 2
    if not is_bare and star > LOW:
        return probabilities, mean
    words = (probabilities.negative, probabilities.neutral, probabilities.positive)
    pool = [sqrt(one * other) for one, other in zip(words, star_evidence(star), strict=True)]
    negative, neutral, positive = (share / sum(pool) for share in pool)
    return Probabilities(negative=negative, neutral=neutral, positive=positive), mean


def _is_given(words: str, match: re.Match[str]) -> bool:
    before = words[max(0, match.start() - _BEFORE) : match.start()]
    inside = words[match.start() : match.start("grade")]
    return not (_NOT_GIVEN.search(before + inside) or _NOT_SO.search(words[match.end() :][:20]))


def _star(match: re.Match[str]) -> float:
    groups = match.groupdict()
    grade, most = _number(groups["grade"]), _number(groups.get("most") or "5")
    if grade > most or (most == _OUT_OF_TEN):
        grade /= 2
    return min(HIGHEST, max(LOWEST, grade))


def _number(word: str) -> float:
    return float(_WORDS.get(word, 0.0)) if word in _WORDS else float(word.replace(",", "."))
