"""What the published aspect sets call by their own names, in the ten aspects of the project.

Rules behind the table: a verdict on the thing sold (food, phone, course, every part of them) is
quality; a verdict on the company as a whole, a recommendation, loyalty, an anecdote is no aspect;
what can be chosen is assortment; rooms, interior, location, cleanliness are premises; whoever
serves, answers or teaches is staff; packing and shipping are delivery; genuine or counterfeit is
safety. Prices of anything are price. A term that speaks of waiting adds waiting, of which no set
has a category.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

Judgement = tuple[str, str, int, int]
"""Aspect, polarity (negative, neutral, positive), and where its term stands in the text from and
to, in characters; 0, 0 where it is not named."""

_EXACT: Mapping[str, str] = MappingProxyType(
    {
        "food": "quality",
        "service": "staff",
        "price": "price",
        "price#value for money": "price",
        "ambience": "premises",
        "interior": "premises",
        "instructor": "staff",
        "course_general_feedback": "quality",
        "course general": "quality",
        "course quality": "quality",
        "course comprehensiveness": "quality",
        "course relatability": "quality",
        "grades general": "quality",
        "amazon availability": "assortment",
        "hotel quality": "quality",
        "hotel cleanliness": "premises",
        "hotel comfort": "premises",
        "hotel design_features": "premises",
        "company#quality": "quality",
        "product packaging#completeness of accessories": "quality",
        "product packaging#instruction manual": "quality",
        "product quality#genuine product": "safety",
        "overall#overall": "quality",
        "ease of use#easy to use": "quality",
        "seller service#inventory": "assortment",
        "seller service#shipping": "delivery",
    }
)
"""Whole categories, lower-cased, that their object alone does not decide."""
_ATTRIBUTES: Mapping[str, str | None] = MappingProxyType(
    {
        "prices": "price",
        "price": "price",
        "style_options": "assortment",
        "miscellaneous": None,
        "recommendation": None,
    }
)
"""Behind the object; they decide whatever the object is."""
_OBJECTS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            [
                "food",
                "drinks",
                "food_drinks",
                "assignments",
                "material",
                "presentation",
                "laptop",
                "battery",
                "cpu",
                "display",
                "fans&cooling",
                "graphics",
                "hardware",
                "hard_disc",
                "keyboard",
                "memory",
                "motherboard",
                "mouse",
                "multimedia_devices",
                "optical_drives",
                "os",
                "ports",
                "power_supply",
                "software",
                "appearance_design",
                "audio/sound",
                "battery/longevity",
                "camera",
                "intelligent_assistant",
                "key_design",
                "performance",
                "product_accessories",
                "product_configuration",
                "product_quality",
                "screen",
                "security",
                "shooting_functions",
                "signal",
                "smart_connect",
                "system",
            ],
            "quality",
        ),
        **dict.fromkeys(["service", "faculty", "support", "seller_service"], "staff"),
        **dict.fromkeys(
            ["ambience", "location", "facilities", "rooms", "room_amenities"], "premises"
        ),
        **dict.fromkeys(["shipment", "shipping", "logistics", "product_packaging"], "delivery"),
        **dict.fromkeys(["warranty", "after-sales_service"], "refund"),
    }
)
"""The thing judged; objects that are not named here (restaurant, hotel, company, buyer attitude,
branding, polarity, out of scope) say nothing of the ten."""

_POLARITIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "negative": ("negative",),
        "neg": ("negative",),
        "neutral": ("neutral",),
        "neu": ("neutral",),
        "positive": ("positive",),
        "conflict": ("negative", "positive"),
        "both": ("negative", "positive"),
    }
)
_OF_THE_DINING_SETS = frozenset({"quality", "price", "staff", "premises"})
_COVERED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "sentirueval2015": _OF_THE_DINING_SETS,
        "semeval14": _OF_THE_DINING_SETS,
        "semeval15": _OF_THE_DINING_SETS | {"assortment"},
        "semeval16": _OF_THE_DINING_SETS | {"assortment"},
        "m_absa": _OF_THE_DINING_SETS | {"assortment", "delivery", "refund"},
    }
)
_WAITING = re.compile(
    r"\b(?:wait(?:ed|ing|s)?\b(?![ -]?(?:staff|list|person))|slow(?:ly|er)?|prompt(?:ly|ness)?|"
    r"speed|"
    r"жда(?:ть|ли|л|ла)\b|ожида|дожида|подожд|долг|медлен|быстр|оперативн|скорост)"
)
_CHOICE = re.compile(r"\b(?:ассортимент|выбор|меню|винн\w+ карт)")


def aspect_of(dataset: str, category: str) -> str | None:  # noqa: ARG001
    """The aspect that a category of a set stands for; None where it is none of the ten.

    No two sets use one name for different things, so the set decides nothing so far.
    """
    name = category.strip().lower()
    if name in _EXACT:
        return _EXACT[name]
    thing, _, attribute = name.partition("#" if "#" in name else " ")
    if attribute in _ATTRIBUTES:
        return _ATTRIBUTES[attribute]
    return _OBJECTS.get(thing.replace(" ", "_"))


def covered(dataset: str) -> frozenset[str]:
    """Aspects whose absence from a row of the set means that the row does not judge them.

    Of m_absa this is what any of its seven domains annotates: a course has no couriers. No set
    annotates waiting, app or safety as such, and some lump assortment with food.
    """
    return _COVERED.get(dataset, frozenset())


def aspect_labels(row: Mapping[str, Any]) -> list[Judgement]:
    """The judgements of a row of the sets, each once, in their order."""
    return list(dict.fromkeys(_judgements(row)))


def _judgements(row: Mapping[str, Any]) -> Iterator[Judgement]:
    for mention in row.get("aspects") or ():
        if not mention.get("category") or not _is_judgement(row["dataset"], mention):
            continue
        begin, end = _place(row["text"], mention)
        for aspect in _aspects(row["dataset"], mention):
            for polarity in _POLARITIES.get(mention["polarity"].strip().lower(), ()):
                yield aspect, polarity, begin, end


def _is_judgement(dataset: str, mention: Mapping[str, Any]) -> bool:
    """SentiRuEval marks every mention: also those of other places, of what was hoped, of what
    others said, and things that are only named ("we ordered dumplings" is a neutral one)."""
    if dataset != "sentirueval2015":
        return True
    return bool(mention.get("mark", "Rel") == "Rel" and mention["polarity"] != "neutral")


def _aspects(dataset: str, mention: Mapping[str, Any]) -> Iterator[str]:
    aspect = aspect_of(dataset, mention["category"])
    term = (mention.get("term") or "").lower()
    if aspect == "staff" and _WAITING.search(term):
        yield "waiting"
    if aspect == "quality" and dataset == "sentirueval2015" and _CHOICE.search(term):
        yield "assortment"
    elif aspect is not None:
        yield aspect


def _place(text: str, mention: Mapping[str, Any]) -> tuple[int, int]:
    if mention.get("to"):
        return int(mention["from"]), int(mention["to"])
    term = mention.get("term")
    begin = text.find(term) if term and text.count(term) == 1 else -1
    return (begin, begin + len(term)) if term and begin >= 0 else (0, 0)
