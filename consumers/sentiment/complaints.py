"""How far a complaint can be acted on: a concrete problem, specifics, a wish, each in its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from consumers.sentiment.complaint_words import PROBLEM, REQUEST, SPECIFICS
from consumers.sentiment.model import ReviewText
from consumers.sentiment.nothing_said import names_no_fault
from pipeline.records import AspectOpinion, Complaint

READ_CHARACTERS = 20_000
"""A complaint that has not said by then what is wrong will not be read by people either."""
CONSTRUCTIVE_FROM = 0.6
"""Two parts of three."""
FAULT_FROM = 0.4
"""A negative aspect less sure than this is no problem."""
MOST_QUOTES = 3
MOST_WORDS = 7
MOST_CHARACTERS = 120
_SIDE = 60
"""Characters to either side of a hit that its quote may come from."""
_BREAK = re.compile(r"[.!?;…\n]")
_SENTENCE_ENDS = re.compile(r"[.!?…]+|\n")
_COULD_YOU = re.compile(
    r"(?:could|can) you (?:please )?"
    r"(?:fix|refund|replace|add|return|send|give|change|improve|remove|bring|cancel)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{5,30}")
_MONEY_BEHIND = re.compile(r"\s?(?:р\b|р\.|руб|тыс|т\.? ?р|₽|\$|€|dollars|usd|eur)", re.IGNORECASE)


def complaint_of(
    text: ReviewText, language: str | None, has_negative_aspect: bool
) -> tuple[float, Complaint] | None:
    """Score 0…1 and the parts with their words; None in languages other than Russian and English.

    score = (problem + request + specifics·max(problem, request)) / 3, each 0 or 1: a date or a sum
    is only a part of a complaint where something is complained of or asked for. A negative aspect
    stands for a problem that the lexicon has no words for; its words are the aspect's. What the
    author liked is not searched, and a question asks for nothing to be put right.
    """
    if language is None or language not in PROBLEM:
        return None
    cons = "" if names_no_fault(text.cons) else text.cons
    words = "\n".join(part for part in (text.title, text.text, cons) if part)
    words = words[:READ_CHARACTERS]
    problem = _quotes(words, PROBLEM[language])
    request = _quotes(words, REQUEST[language], _is_asked_for)
    has_problem = bool(problem) or has_negative_aspect
    complains = has_problem or bool(request)
    specifics = _quotes(words, SPECIFICS[language]) if complains else ()
    score = (has_problem + bool(request) + bool(specifics)) / 3
    return score, Complaint(problem=problem, specifics=specifics, request=request)


def states_fault(text: str, aspects: Iterable[AspectOpinion]) -> bool:
    """Whether a negative aspect is surely meant so; what is only asked about is no fault."""
    return any(
        aspect.polarity == "negative"
        and (aspect.confidence or 0.0) >= FAULT_FROM
        and (not aspect.words or any(_is_stated(text, text.find(one)) for one in aspect.words))
        for aspect in aspects
    )


def _is_asked_for(words: str, place: int) -> bool:
    """Whether a request there is one: a question is none, but that it asks somebody to act."""
    return _is_stated(words, place) or _COULD_YOU.match(words, place) is not None


def _is_stated(words: str, place: int) -> bool:
    """Whether the sentence there is no question."""
    end = _SENTENCE_ENDS.search(words, max(0, place))
    return end is None or "?" not in end.group()


def _quotes(
    words: str,
    pattern: re.Pattern[str],
    is_meant: Callable[[str, int], bool] = lambda _words, _place: True,
) -> tuple[str, ...]:
    """The first hits that lie apart and are meant, each as the few whole words around it."""
    quotes: dict[str, None] = {}
    behind = 0
    for match in pattern.finditer(words):
        if match.start() < behind or not is_meant(words, match.start()):
            continue
        begin, end = _around(words, match.start(), match.end())
        quote = _masked(words[begin:end]).strip()
        if quote and len(quote) <= MOST_CHARACTERS:
            quotes[quote] = None
        behind = end
        if len(quotes) == MOST_QUOTES:
            break
    return tuple(quotes)


def _around(words: str, start: int, end: int) -> tuple[int, int]:
    """Up to MOST_WORDS whole words of one sentence, the hit among them."""
    left, right = max(0, start - _SIDE), min(len(words), end + _SIDE)
    breaks = [match.end() for match in _BREAK.finditer(words, left, start)]
    first = breaks[-1] if breaks else left
    stop = _BREAK.search(words, end, right)
    last = stop.start() if stop else right
    spans = [
        (begin, finish)
        for begin, finish in _words(words, first, last)
        if _is_whole(words, begin, finish, start, end)
    ]
    hit = [number for number, (begin, finish) in enumerate(spans) if begin < end and finish > start]
    if not hit:
        return start, end
    spare = max(0, MOST_WORDS - len(hit))
    from_word = max(0, hit[0] - spare // 2)
    to_word = min(len(spans) - 1, hit[-1] + (spare - (hit[0] - from_word)))
    return spans[from_word][0], spans[to_word][1]


def _words(words: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    for match in re.compile(r"\S+").finditer(words, first, last):
        yield match.span()


def _is_whole(words: str, begin: int, finish: int, start: int, end: int) -> bool:
    """Not cut off by the end of the stretch; a word of the hit always counts."""
    if begin < end and finish > start:
        return True
    is_cut_before = begin > 0 and not words[begin - 1].isspace() and words[begin - 1] not in ".!?;…"
    is_cut_behind = finish < len(words) and words[finish].isalnum()
    return not is_cut_before and not is_cut_behind


def _masked(quote: str) -> str:
    """Long numbers that are no sums of money (orders, contracts, cards) keep two digits."""

    def mask(match: re.Match[str]) -> str:
        if _MONEY_BEHIND.match(quote, match.end()):
            return match.group()
        return "•" * (len(match.group()) - 2) + match.group()[-2:]

    return _NUMBER.sub(mask, quote)
