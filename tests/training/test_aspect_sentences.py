"""Aspect sets as training windows, on constructed sentences."""

from __future__ import annotations

from tokenizers import Tokenizer, models, pre_tokenizers

from training.answers import ASPECTS
from training.aspect_figures import Score
from training.aspect_sentences import (
    AspectOpinionLabel,
    AspectSentence,
    sentence_windows,
    split,
)
from training.examples import UNKNOWN, Hints, Windows, plan_batches
from training.reviews import LabelledReview, review_text

WORDS = [
    "The",
    "soup",
    "was",
    "cold",
    "but",
    "waiter",
    "Igor",
    "smiled",
    "Nice",
    "place",
    "to",
    "be",
    "again",
]
VOCABULARY = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3} | {
    word: number for number, word in enumerate(WORDS, start=4)
}


def tokenizer() -> Tokenizer:
    built = Tokenizer(models.WordLevel(VOCABULARY, unk_token="<unk>"))
    built.pre_tokenizer = pre_tokenizers.Whitespace()
    return built


def sentence(
    text: str, *opinions: AspectOpinionLabel, dataset: str = "semeval16"
) -> AspectSentence:
    return AspectSentence(
        dataset=dataset, language="en", domain="restaurant", text=text, opinions=opinions
    )


SOUP = AspectOpinionLabel(aspect="quality", polarity="negative", begin=4, end=8)
WAITER = AspectOpinionLabel(aspect="staff", polarity="positive", begin=22, end=28)
BOTH = sentence("The soup was cold but waiter Igor smiled", SOUP, WAITER)


def test_a_window_knows_what_is_judged_how_and_where() -> None:
    example = sentence_windows([BOTH], tokenizer(), 20, seed=3)[0]
    quality, staff = ASPECTS.index("quality"), ASPECTS.index("staff")
    assert example.polarity[quality] == (1.0, 0.0, 0.0)
    assert example.polarity[staff] == (0.0, 0.0, 1.0)
    assert (example.focus[quality][0], example.focus[staff][0]) == (2, 6)
    assert example.mixed == 1
    assert example.label == UNKNOWN
    assert example.aspects[quality] == example.aspects[staff] == 1.0
    assert example.aspects[ASPECTS.index("price")] == 0.0
    assert example.aspects[ASPECTS.index("app")] == UNKNOWN


def test_terms_that_were_cut_off_teach_nothing() -> None:
    example = sentence_windows([BOTH], tokenizer(), 3, seed=1)[0]
    assert len(example.ids) <= 3 + 2
    judged = [aspect for aspect, known in zip(ASPECTS, example.aspects, strict=True) if known == 1]
    assert len(judged) < 2


def test_no_sentence_stands_on_both_sides() -> None:
    rows = [sentence(f"Nice place {number}") for number in range(40)] + [sentence("NICE place, 3!")]
    learnt, checked = split(rows)
    assert len(checked) == 4
    assert not {one.words for one in learnt} & {one.words for one in checked}
    assert len(learnt) + len(checked) == 40


def test_batches_hold_every_example_once_within_the_budget() -> None:
    review = LabelledReview(
        dataset="a", language="en", text=review_text("Nice place"), raw="Nice place", star=5.0,
        label=2, is_junk=False,
    )  # fmt: skip
    windows = Windows(tokenizer(), 20, 1, {"a": 7}, lambda *_: Hints(aspects={"app": True}))
    examples = windows.of_reviews([review] * 9)
    assert len(examples) == 7
    assert examples[0].aspects[ASPECTS.index("app")] == 1.0
    batches = plan_batches(examples, pieces=12, seed=1)
    assert sorted(number for batch in batches for number in batch) == list(range(7))
    assert all(len(batch) * 4 <= 12 for batch in batches)


def test_scores_count_aspects_and_pairs() -> None:
    score = Score()
    score.add([("price", "negative")], [("price", "positive"), ("staff", "positive")])
    score.add([("staff", "positive")], [("staff", "positive")])
    assert score.aspect_f1 == 2 * 2 / (2 + 3)
    assert score.pair_f1 == 2 * 1 / (2 + 3)
    assert score.polarity_accuracy == 0.5
