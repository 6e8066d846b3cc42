"""Signal 21: words of a bargain, of an advertisement, of praise on request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import MAX_CHARACTERS, Subject

GIFT_RU = r"(?:скидк|бонус|подар|кэшбэк|кешбек|балл|вознагражд|сертификат|купон|деньги|рубл)\w*"
GIFT_EN = r"(?:discount|voucher|coupon|gift|refund|cashback|reward|free|bonus|points)\w*"
BARGAIN = re.compile(
    rf"\b{GIFT_RU} (?:\w+ ){{0,4}}за (?:\w+ ){{0,2}}отзыв"
    rf"|\bза (?:\w+ ){{0,2}}отзыв\w* (?:\w+ ){{0,3}}{GIFT_RU}"
    r"|\bотзыв\w* (?:\w+ ){0,3}(?:за деньги|за вознаграждение|за баллы|за скидку|за бонус)"
    rf"|\b{GIFT_EN} (?:\w+ ){{0,4}}(?:for|exchange for|return for) (?:\w+ ){{0,4}}reviews?\b"
    r"|\bin (?:exchange|return) for (?:\w+ ){0,4}(?:reviews?|feedback)\b"
)
"""Read on the normalised words, where one space parts them."""
BARGAIN_MARKS = ("отзыв", "review", "feedback")
"""No match without one of them: looking for these first is ten times faster. So below."""
CONTACTS = (
    (
        ("/", "www."),
        re.compile(r"(?:https?://|www\.|t\.me/|wa\.me/)\S+"),
    ),
    (
        ("@",),
        re.compile(r"(?<![\w.])@[a-z]\w{4,31}\b|\b[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,10}\b"),
    ),
    (
        ("+7", "8"),
        re.compile(
            r"(?:\+7|8)(?<![\d-]8)(?<![\d-]\+7)"
            r"[ (-]{0,2}\d{3}[ )-]{0,2}\d{3}[ -]?\d{2}[ -]?\d{2}(?!\d)"
        ),
    ),
    (
        ("промокод",),
        re.compile(r"\bпромокод\w* \S+"),
    ),
    (
        ("пишите", "писать", "обращайтесь"),
        re.compile(
            r"\b(?:пишите|писать|обращайтесь) (?:\w+ ){0,2}(?:в|на) "
            r"(?:л\.?с|личк|директ|what|ватс|вотс|телег|telegram|tg\b)"
        ),
    ),
)
"""Read on the text in lower case: addresses, accounts, phones, codes, invitations."""
STAFF = re.compile(
    r"\b(?:[Мм]енеджер|[Кк]онсультант|[Мм]астер|[Аа]дминистратор|[Сс]пециалист|[Сс]отрудни[кц]"
    r"|[Оо]фициант|[Пп]родавец|[Дд]октор|[Вв]рач)\w* [А-ЯЁ][а-яё]{2,}"
    r"|\b(?:[Tt]hanks|[Tt]hank you|[Ss]taff member|[Mm]anager|[Aa]gent|[Aa]ssistant)"
    r"(?: to)? [A-Z][a-z]{2,}"
)
STAFF_MARKS = (
    "енеджер", "онсультант", "астер", "дминистратор", "пециалист", "отрудни", "фициант",
    "родавец", "октор", "рач", "hank", "taff", "anager", "gent", "ssistant",
)  # fmt: skip
NOTHING, STAFF_NAMED, CONTACT_GIVEN, BARGAINED = 0.0, 1.0, 2.0, 3.0


class IncentiveWords:
    """0 nothing, 1 staff praised by name, 2 contacts or links, 3 a reward for the review.

    A complaint may name the caller's number, or tell of a bought review: in a negative text
    these words speak of others, so that the signal stays at 0.
    """

    name = "incentive_words"
    group: Group = "text"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        if not subject.words:
            return None
        understanding = subject.understanding
        if (understanding.text_label or understanding.label) == "negative":
            return _nothing()
        text = subject.review.full_text[:MAX_CHARACTERS]
        if found := _search(BARGAIN, subject.words, BARGAIN_MARKS):
            return _found(BARGAINED, "Награда за отзыв", "A reward for the review", found)
        if found := _contact(text.casefold()):
            return _found(CONTACT_GIVEN, "Контакты или реклама", "Contacts or advertising", found)
        if found := _search(STAFF, text, STAFF_MARKS):
            return _found(STAFF_NAMED, "Похвала по имени", "Staff praised by name", found)
        return _nothing()


def _search(pattern: re.Pattern[str], text: str, marks: Sequence[str]) -> re.Match[str] | None:
    return pattern.search(text) if any(mark in text for mark in marks) else None


def _contact(text: str) -> re.Match[str] | None:
    found = (_search(pattern, text, marks) for marks, pattern in CONTACTS)
    return next((match for match in found if match), None)


def _nothing() -> Observation:
    return Observation(
        value=NOTHING,
        reason_ru="Слов о награде, контактов и рекламы нет",
        reason_en="No words of reward, contacts or advertising",
    )


def _found(value: float, ru: str, en: str, match: re.Match[str]) -> Observation:
    words = match.group(0)[:60]
    return Observation(value=value, reason_ru=f"{ru}: «{words}»", reason_en=f"{en}: “{words}”")
