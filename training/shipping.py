"""The exported network becomes an artefact: calibrated, with its thresholds, in `transformers`
layout."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertConfig

from consumers.sentiment.accurate import AccurateModel, load_accurate_model
from consumers.sentiment.artefact import (
    CONFIG,
    FORMAT,
    MODEL,
    TOKENIZER,
    Calibration,
    Card,
    CascadeRule,
    Lines,
    Pool,
    Thresholds,
)
from consumers.sentiment.calibrating import sigmoid
from consumers.sentiment.cascade import is_short
from consumers.sentiment.composing import compose
from consumers.sentiment.fast import load_fast_model
from consumers.sentiment.onnx_session import OnnxSession
from consumers.sentiment.reference import Reference, contradicts
from training.answers import ASPECTS
from training.aspect_categories import covered
from training.aspect_sentences import AspectSentence
from training.calibration import best_threshold, fit_line, fit_pool, fit_sentiment, fit_temperature
from training.examples import LABELS
from training.logits import TextLogits, logits_of
from training.reviews import LabelledReview
from training.weak_labels import weak_aspects

WINDOW = 128
THREADS = 2
USUAL_THRESHOLD = 0.5
ENOUGH_SENTENCES = 60
"""Annotated sentences that an aspect's calibration rests on; with fewer, on word lists."""
MEASURED: Mapping[str, tuple[str, ...]] = {
    "sentiment": ("en", "kk", "ru"),
    "aspects": ("en", "ru"),
    "mixed": ("en", "ru"),
    "junk": ("ru",),
    "constructiveness": ("ru",),
}
"""Languages in which each answer was held against labels; the card has the figures."""
REFERENCE_SIZE, REFERENCE_SEED = 2_000, 7
WORDS_SHARE = 0.2
"""Weight of the fast tier in the pool. Half as much again gains a little more on the sets that both
learnt, and loses on Blitzer's books, which neither did."""
CASCADE_LOSS = 0.002
"""Accuracy that the fast tier may cost among the texts that it may decide."""
CASCADE_WORDS = 4
CONFIDENCES = (0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995)
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """What calibrates: texts that were not learnt, with what the network says of them."""

    reviews: Sequence[LabelledReview]
    review_logits: TextLogits
    sentences: Sequence[AspectSentence]
    sentence_logits: TextLogits
    hints: Sequence[Mapping[str, bool | None]]
    """What word lists say of the aspects of each review."""


def ship(
    network: Path,
    tokenizer: Tokenizer,
    config: BertConfig,
    reviews: Sequence[LabelledReview],
    sentences: Sequence[AspectSentence],
    folder: Path,
) -> Card:
    """Fit the calibration on the held-out texts and write the folder."""
    session = OnnxSession(network.read_bytes(), THREADS)
    held_out = HeldOut(
        reviews=reviews,
        review_logits=logits_of(session, tokenizer, [compose(one.text) for one in reviews], WINDOW),
        sentences=sentences,
        sentence_logits=logits_of(session, tokenizer, [one.text for one in sentences], WINDOW),
        hints=[weak_aspects(one.raw, one.language) for one in reviews],
    )
    calibration = calibrated(held_out)
    card = Card(
        format=FORMAT,
        window=WINDOW,
        aspects=ASPECTS,
        calibration=calibration,
        thresholds=Thresholds(aspects=thresholds_of(held_out, calibration)),
        measured=dict(MEASURED),
    )
    write(folder, network, tokenizer, config, card)
    card = msgspec.structs.replace(card, pool=pool_with_words(folder, reviews))
    write(folder, network, tokenizer, config, card)
    card = msgspec.structs.replace(
        card, cascade=cascade_rule(folder, reviews), reference=reference(folder, reviews)
    )
    write(folder, network, tokenizer, config, card)
    return card


def write(
    folder: Path, network: Path, tokenizer: Tokenizer, config: BertConfig, card: Card
) -> None:
    """The folder as `transformers` lays it out, our part of it under `otzvuk`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(network, folder / MODEL)
    tokenizer.no_padding()
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    described: dict[str, Any] = {
        **{name: value for name, value in config.to_diff_dict().items() if value is not None},
        "architectures": ["BertModel"],
        "otzvuk": msgspec.to_builtins(card),
    }
    (folder / CONFIG).write_text(_json(described), encoding="utf-8")
    marks = {
        "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>",
        "pad_token": "<pad>", "unk_token": "<unk>",
    }  # fmt: skip
    options = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, **marks}
    (folder / "tokenizer_config.json").write_text(_json(options), encoding="utf-8")


def calibrated(held_out: HeldOut) -> Calibration:
    """Every number of the calibration."""
    reviews, logits = held_out.reviews, held_out.review_logits
    labels = np.array([review.label for review in reviews])
    stars = np.array([np.nan if review.star is None else review.star for review in reviews])
    starred = ~np.isnan(stars)
    labelled = ~starred  # sets of labels know junk; sets of stars do not
    junk = np.array([review.is_junk for review in reviews])
    return Calibration(
        sentiment=fit_sentiment(logits.sentiment, labels),
        stars=fit_temperature(logits.stars[starred], np.rint(stars[starred]).astype(np.int64) - 1),
        mixed=_mixed_line(held_out),
        junk=fit_line(logits.junk[labelled], junk[labelled]),
        aspects=_aspect_lines(held_out),
        polarity=_polarity_temperature(held_out),
    )


def _mixed_line(held_out: HeldOut) -> tuple[float, float]:
    told = [{opinion.polarity for opinion in one.opinions} for one in held_out.sentences]
    known = np.array([bool(one & {"negative", "positive"}) for one in told])
    answers = np.array([{"negative", "positive"} <= one for one in told])
    return fit_line(held_out.sentence_logits.mixed[known], answers[known])


def judged(held_out: HeldOut, number: int) -> tuple[NDArray[np.float64], Bools]:
    """Logits of an aspect and whether it is judged, where that is known.

    Annotated sentences where there are enough; for the rest, what the word lists say of reviews.
    """
    aspect, sentences = ASPECTS[number], held_out.sentences
    known = np.array([aspect in covered(one.dataset) for one in sentences])
    answers = np.array([any(o.aspect == aspect for o in one.opinions) for one in sentences])
    if (known & answers).sum() >= ENOUGH_SENTENCES:
        return held_out.sentence_logits.aspects[known, number], answers[known]
    hints = [one.get(aspect) for one in held_out.hints]
    told = np.array([hint is not None for hint in hints])
    return held_out.review_logits.aspects[told, number], np.array([bool(h) for h in hints])[told]


def _aspect_lines(held_out: HeldOut) -> Lines:
    lines = []
    for number in range(len(ASPECTS)):
        lines.append(fit_line(*judged(held_out, number)))
    return Lines(
        slope=tuple(slope for slope, _ in lines), offset=tuple(offset for _, offset in lines)
    )


def thresholds_of(held_out: HeldOut, calibration: Calibration) -> tuple[float, ...]:
    """For each aspect the probability from which on naming it is right most often."""
    found = []
    for number in range(len(ASPECTS)):
        logits, answers = judged(held_out, number)
        line = calibration.aspects
        probabilities = sigmoid(logits * line.slope[number] + line.offset[number])
        found.append(best_threshold(probabilities, answers, USUAL_THRESHOLD))
    return tuple(found)


def _polarity_temperature(held_out: HeldOut) -> Any:
    rows, labels = [], []
    for row, sentence in enumerate(held_out.sentences):
        for aspect in {opinion.aspect for opinion in sentence.opinions}:
            told = {o.polarity for o in sentence.opinions if o.aspect == aspect}
            if len(told) == 1:
                rows.append(held_out.sentence_logits.polarity[row, ASPECTS.index(aspect)])
                labels.append(LABELS.index(next(iter(told))))
    return fit_temperature(np.array(rows), np.array(labels))


def pool_with_words(folder: Path, reviews: Sequence[LabelledReview]) -> Pool:
    """How sharp the pool of both tiers must be for its probabilities to mean what they say."""
    texts = [review.text for review in reviews]
    alone, words = _model(folder).predict(texts), load_fast_model().predict(texts)
    known = [number for number, one in enumerate(alone) if one.language in MEASURED["sentiment"]]
    labels = np.array([reviews[number].label for number in known])
    rows = [
        np.array([msgspec.structs.astuple(found[number].probabilities) for number in known])
        for found in (alone, words)
    ]
    return fit_pool(rows[0], rows[1], labels, WORDS_SHARE)


def cascade_rule(folder: Path, reviews: Sequence[LabelledReview]) -> CascadeRule:
    """The lowest confidence at which the fast tier's decisions cost less than CASCADE_LOSS."""
    short = [review for review in reviews if is_short(review.text, CASCADE_WORDS)]
    labels = [LABELS[review.label] for review in short]
    texts = [review.text for review in short]
    quick = load_fast_model().predict(texts)
    thorough = _model(folder).predict(texts)
    right = np.array([one.label == label for one, label in zip(thorough, labels, strict=True)])
    for confidence in CONFIDENCES:
        taken = np.array([_surest(one) >= confidence for one in quick])
        instead = np.array([one.label == label for one, label in zip(quick, labels, strict=True)])
        loss = float((right[taken].sum() - instead[taken].sum()) / max(1, len(short)))
        print(f"cascade at {confidence}: decides {taken.mean():.1%} of the short, costs {loss:.4f}")
        if loss <= CASCADE_LOSS:
            return CascadeRule(confidence=confidence, words=CASCADE_WORDS)
    return CascadeRule(confidence=1.0, words=CASCADE_WORDS)


def reference(folder: Path, reviews: Sequence[LabelledReview]) -> Reference:
    """What the model says of texts like those it learnt: drift is the distance from it."""
    reviews = random.Random(REFERENCE_SEED).sample(reviews, min(REFERENCE_SIZE, len(reviews)))
    opinions = _model(folder).predict([review.text for review in reviews])
    size = len(opinions)
    languages = Counter(one.language or "none" for one in opinions)
    starred = [(one, review.star) for one, review in zip(opinions, reviews, strict=True)
               if review.star is not None]  # fmt: skip
    apart = sum(contradicts(one.expected_star, star) for one, star in starred)
    return Reference(
        labels={label: sum(one.label == label for one in opinions) / size for label in LABELS},
        mean_confidence=sum(map(_surest, opinions)) / size,
        disagreement=apart / max(1, len(starred)),
        unknown_pieces=sum(one.unknown_pieces or 0.0 for one in opinions) / size,
        languages={name: count / size for name, count in languages.most_common(8)},
        size=size,
    )


def _model(folder: Path) -> AccurateModel:
    return load_accurate_model(folder)


def _surest(opinion: Any) -> float:
    found = opinion.probabilities
    return max(found.negative, found.neutral, found.positive)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
