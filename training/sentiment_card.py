"""The card of the fast sentiment model: every figure in it is measured here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consumers.sentiment.fusion import SURE_VERDICTS
from consumers.sentiment.model import SentimentModel, TextOpinion
from consumers.sentiment.weights_file import Weights
from training.measures import Figures, macro_f1, measure
from training.reviews import LabelledReview
from training.terms import TERMS

Floats = NDArray[np.float64]
_BATCH = 500
SURE = 0.8
"""A verdict this probable counts when texts are held against their stars."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a table."""

    name: str
    figures: Figures
    baseline_f1: float | None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Figures of one file, by set and by language."""

    by_set: list[Line]
    by_language: list[Line]
    language_accuracy: dict[str, float]
    """Share of right language codes, where the set knows the language."""


def evaluate(
    model: SentimentModel, reviews: Sequence[LabelledReview], baseline: Floats | None
) -> Evaluation:
    """Measure `model`, and `baseline` (probabilities of the same rows) beside it."""
    opinions: list[TextOpinion] = []
    for start in range(0, len(reviews), _BATCH):
        opinions += model.predict([review.text for review in reviews[start : start + _BATCH]])
    sets = np.array([review.dataset for review in reviews])
    languages = np.array([review.language for review in reviews])
    right = np.array([opinion.language for opinion in opinions], dtype=object) == languages
    table = _Table(reviews, opinions, baseline)
    junk = np.array([review.is_junk for review in reviews])
    lines = [table.line(name, sets == name) for name in np.unique(sets)]
    if junk.any():
        lines.append(table.line("rutube without junk", (sets == "rutube") & ~junk))
    lines.append(table.line("all", np.ones(len(reviews), dtype=np.bool_)))
    known = [name for name in np.unique(languages) if name != "xx"]
    return Evaluation(
        by_set=lines,
        by_language=[table.line(name, languages == name) for name in np.unique(languages)],
        language_accuracy={name: float(right[languages == name].mean()) for name in known},
    )


class _Table:
    def __init__(
        self,
        reviews: Sequence[LabelledReview],
        opinions: Sequence[TextOpinion],
        baseline: Floats | None,
    ) -> None:
        self._labels = np.array([review.label for review in reviews])
        self._stars = np.array(
            [np.nan if review.star is None else review.star for review in reviews]
        )
        self._expected = np.array([opinion.expected_star for opinion in opinions])
        self._probabilities = np.array(
            [
                (found.negative, found.neutral, found.positive)
                for found in (opinion.probabilities for opinion in opinions)
            ]
        )
        self._baseline = baseline

    def line(self, name: str, chosen: NDArray[np.bool_]) -> Line:
        """Figures of the chosen rows."""
        labels = self._labels[chosen]
        beside = self._baseline
        return Line(
            name=str(name),
            figures=measure(
                labels, self._probabilities[chosen], self._stars[chosen], self._expected[chosen]
            ),
            baseline_f1=None if beside is None else macro_f1(labels, beside[chosen].argmax(axis=1)),
        )


def write_card(
    path: Path,
    weights: Weights,
    fitted: Sequence[LabelledReview],
    evaluations: Mapping[str, Evaluation],
    verdicts: Floats,
) -> None:
    """Write the card; equal figures give equal bytes."""
    dev, held_out = evaluations["dev"], evaluations["held out"]
    accuracy = ", ".join(f"{name} {share:.1%}" for name, share in dev.language_accuracy.items())
    unseen = {line.name for line in dev.by_set}
    rest = [line for line in held_out.by_set if line.name not in unseen]
    text = _TEMPLATE.format(
        revision=weights.revision,
        rows=2**weights.header.row_bits,
        temperature=weights.header.temperature,
        nonzero=np.count_nonzero(weights.table.any(axis=1)),
        total=len(fitted),
        dev=figures_table(dev.by_set),
        languages=figures_table(dev.by_language),
        language_accuracy=accuracy,
        held_out=figures_table(rest),
        sets=sets_table(fitted),
        sure=SURE,
        verdicts=_verdicts_table(verdicts),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def figures_table(lines: Sequence[Line]) -> str:
    """The lines as a Markdown table."""
    head = (
        "| | reviews | macro-F1 | TF-IDF + LR macro-F1 | accuracy | negative vs. positive "
        "| star error | ECE |\n|---|---:|---:|---:|---:|---:|---:|---:|"
    )
    return "\n".join([head, *(_figures_row(line) for line in lines)])


def _figures_row(line: Line) -> str:
    found = line.figures
    cells = [
        line.name,
        f"{found.size:,}",
        _shown(found.macro_f1),
        _shown(line.baseline_f1),
        _shown(found.accuracy),
        _shown(found.polarity_accuracy),
        "–" if found.star_error is None else f"{found.star_error:.2f}",
        _shown(found.calibration_error),
    ]
    return f"| {' | '.join(cells)} |"


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def sets_table(fitted: Sequence[LabelledReview]) -> str:
    cells = Counter((review.dataset, review.label) for review in fitted)
    rows = [
        f"| {name} | {' | '.join(f'{cells[name, label]:,}' for label in range(3))} | {terms} |"
        for name, terms in TERMS.items()
    ]
    head = "| set | negative | neutral | positive | what, and its terms |\n|---|---:|---:|---:|---|"
    return "\n".join([head, *rows])


def _verdicts_table(verdicts: Floats) -> str:
    head = "| star | measured | used |\n|---:|---|---|"
    rows = [
        f"| {star} | {_triple(measured)} | {_triple(np.array(used))} |"
        for star, (measured, used) in enumerate(zip(verdicts, SURE_VERDICTS, strict=True), start=1)
    ]
    return "\n".join([head, *rows])


def _triple(values: Floats) -> str:
    return " / ".join(f"{value:.2f}" for value in values)


_TEMPLATE = """\
# Fast sentiment model

`{revision}`, written by `python -m training.sentiment_fast`; every figure below comes from it.

## What it is

A five-star softmax regression on hashed n-grams: words (1–2 tokens, negated words, words of title,
pros and cons) and characters (2–5, within a word), {rows:,} rows, {nonzero:,} of them
used, weights as int8. One and two stars are *negative*, three *neutral*, four and five *positive*;
the expected star is the mean of the same distribution. Rows that carry only a label teach the set
of stars it stands for. Probabilities are scaled by a temperature of {temperature:.2f}, fitted on a
slice of the training file that the weights never saw. *Junk* (no opinion at all) counts as neutral.

Made for reviews of shops, banks, places, apps and goods in Russian, English and Kazakh.

- **Pros and cons**: their words count like all others, and once more as words *of that field*. An
  answer that says "none" is no word but a sign of its field: praise among the cons, blame among the
  pros. Only one training set has such fields (banks, Russian).
- **Long texts**: the first 1,500 and the last 500 characters of each field are read.
- **The star** is never an input here; `consumers/sentiment/fusion.py` says how the final label
  weighs it.

## Figures on the dev file

No setting was chosen on it. *Books* (all of `blitzer` here) is a domain that did not train.
Star error is the mean absolute error of the expected star; ECE has 15 bins of equal mass; macro-F1
is taken over the labels that occur. The baseline is scikit-learn's TF-IDF (words, 1–2) with
logistic regression, fitted on the same rows with the same weights.

{dev}

By language (`xx`: the set does not say):

{languages}

Language identified rightly: {language_accuracy}.

## Sets that only the held-out slice of the training file has

Settings and temperature were chosen on this slice: read these figures as slightly flattering.

{held_out}

## What texts of each star say

Mean verdict of the text alone on the held-out slice, negative / neutral / positive, over texts
with a label of at least {sure:.0%}; the second column stands in the rule for the final label.

{verdicts}

## What it learnt from

{total:,} reviews. Texts belong to their authors and sites; none is in this repository.

{sets}

## Limits

- Neutral is the weak label everywhere: three stars are given to praise and to complaint alike.
- Irony, comparisons ("у других лучше") and opinions that need knowledge are beyond n-grams.
- Kazakh sets have stars that often contradict the text; other languages are seen only in one set.
- Mentions on forums are not reviews: they did not train it, and much of them holds no opinion.
- Probabilities are calibrated over the mixture of sets; on a single place they can be off by the
  ECE shown above.
"""
