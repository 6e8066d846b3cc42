"""Teaches the network: batches in a fixed order, losses that skip the unknown, checkpoints."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from torch import Tensor

from training.answers import ASPECTS, LABELS, STARS
from training.encoder import Answers, Reader
from training.examples import UNKNOWN, Example, plan_batches

PAD = 1


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the network learns."""

    encoder_rate: float = 1.0e-4
    head_rate: float = 1.0e-3
    depth_decay: float = 0.92
    """Rate of a layer relative to the one above it."""
    warm_up: float = 0.06
    """Share of the steps in which the rate rises."""
    clip: float = 1.0
    star_weight: float = 0.5
    flag_weight: float = 0.4
    aspect_weight: float = 3.0
    polarity_weight: float = 0.6
    focus_weight: float = 0.15
    smoothing: float = 0.03
    checkpoint_every: int = 100


@dataclass
class Batch:
    """Tensors of B windows padded to T pieces."""

    ids: Tensor
    mask: Tensor
    label: Tensor
    label_weight: Tensor
    stars: Tensor
    """(B, 5) shares; a row of zeros where no star is known."""
    flags: Tensor
    """(B, 2) of 0, 1 or UNKNOWN."""
    aspects: Tensor
    aspect_weight: Tensor
    polarity: Tensor
    """(B, 10, 3) shares; zeros where not judged."""
    focus: Tensor
    """(B, T, 10): 1 on pieces of the aspect's terms."""


def batch_of(examples: Sequence[Example]) -> Batch:
    """Examples as tensors."""
    width = max(len(example.ids) for example in examples)
    size = len(examples)
    ids = torch.full((size, width), PAD, dtype=torch.long)
    focus = torch.zeros(size, width, len(ASPECTS))
    polarity = torch.zeros(size, len(ASPECTS), LABELS)
    stars = torch.zeros(size, STARS)
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        for aspect, shares in example.polarity.items():
            polarity[row, aspect] = torch.tensor(shares)
        for aspect, places in example.focus.items():
            focus[row, [place for place in places if place < width], aspect] = 1.0
        if not math.isnan(example.star):
            lower = min(int(example.star), STARS - 1)
            stars[row, lower - 1] = 1.0 - (example.star - lower)
            stars[row, lower] = example.star - lower
    return Batch(
        ids=ids,
        mask=(ids != PAD).long(),
        label=torch.tensor([example.label for example in examples]),
        label_weight=torch.tensor([example.label_weight for example in examples]),
        stars=stars,
        flags=torch.tensor([[example.mixed, example.junk] for example in examples]).float(),
        aspects=torch.tensor([example.aspects for example in examples]),
        aspect_weight=torch.tensor([example.aspect_weight for example in examples]),
        polarity=polarity,
        focus=focus,
    )


def loss_of(answers: Answers, batch: Batch, class_weights: Tensor, recipe: Recipe) -> Tensor:
    """The weighted sum over the answers; each part is a mean over what is known in the batch."""
    known = batch.label != UNKNOWN
    weights = batch.label_weight * known * class_weights[batch.label.clamp(min=0)]
    entropy = functional.cross_entropy(
        answers.sentiment,
        batch.label.clamp(min=0),
        reduction="none",
        label_smoothing=recipe.smoothing,
    )
    total = (entropy * weights).sum() / weights.sum().clamp(min=1e-6)
    starred = batch.stars.sum(1)
    of_stars = -(batch.stars * functional.log_softmax(answers.stars, -1)).sum(1)
    total = total + recipe.star_weight * of_stars.sum() / starred.sum().clamp(min=1.0)
    total = total + recipe.flag_weight * _binary(answers.flags, batch.flags, None)
    total = total + recipe.aspect_weight * _binary(
        answers.aspects, batch.aspects, batch.aspect_weight
    )
    judged = batch.polarity.sum(-1) * batch.aspect_weight.unsqueeze(-1)
    of_polarity = -(batch.polarity * functional.log_softmax(answers.polarity, -1)).sum(-1)
    total = total + recipe.polarity_weight * (
        (of_polarity * judged).sum() / judged.sum().clamp(min=1.0)
    )
    return total + recipe.focus_weight * _focus(answers.focus, batch.focus)


def _binary(logits: Tensor, targets: Tensor, row_weights: Tensor | None) -> Tensor:
    known = (targets != UNKNOWN).float()
    if row_weights is not None:
        known = known * row_weights.unsqueeze(-1)
    raw = functional.binary_cross_entropy_with_logits(
        logits, targets.clamp(min=0), reduction="none"
    )
    return (raw * known).sum() / known.sum().clamp(min=1e-6)


def _focus(focus: Tensor, terms: Tensor) -> Tensor:
    """−log of the attention that lies on the terms."""
    marked = (terms.sum(1) > 0).float()
    on_terms = (focus * terms).sum(1).clamp(min=1e-6)
    return -(on_terms.log() * marked).sum() / marked.sum().clamp(min=1.0)


def class_weights_of(examples: Sequence[Example]) -> Tensor:
    """Scarce labels weigh more, half-way to balanced; their mean over the examples is one."""
    counts = torch.ones(LABELS)
    for example in examples:
        if example.label != UNKNOWN:
            counts[example.label] += example.label_weight
    raw = (counts.sum() / counts) ** 0.4
    return raw / ((raw * counts).sum() / counts.sum())


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A part of the course: examples that are only made when it begins."""

    name: str
    steps: int
    """Batches of it: known beforehand, as the rate falls towards the end of the whole course."""
    examples: Callable[[], Sequence[Example]]
    batch_pieces: int


def learn(
    reader: Reader, lessons: Sequence[Lesson], recipe: Recipe, checkpoint: Path, seed: int
) -> None:
    """Take all lessons in their order, going on after the last checkpoint where there is one."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(seed)
    reader.to(device).train()
    groups = reader.groups(recipe.encoder_rate, recipe.head_rate, recipe.depth_decay)
    optimiser = torch.optim.AdamW([group for group in groups if group["params"]], betas=(0.9, 0.98))
    total = sum(lesson.steps for lesson in lessons)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: _rate(step, total, recipe.warm_up)
    )
    done = _load(checkpoint, reader, optimiser, schedule)
    before = 0
    with _progress() as bar:
        task = bar.add_task("training", total=total, completed=done, loss="")
        for lesson in lessons:
            first = max(0, done - before)
            for step, loss in _taken(lesson, first, reader, optimiser, schedule, recipe, seed):
                bar.update(task, completed=before + step, loss=f"{lesson.name}: loss {loss:.3f}")
                if step % recipe.checkpoint_every == 0 or step == lesson.steps:
                    _save(checkpoint, before + step, reader, optimiser, schedule)
                    print(f"{before + step}/{total} {lesson.name} loss {loss:.4f}", flush=True)
            before += lesson.steps
    reader.to("cpu").eval()


def _taken(
    lesson: Lesson,
    first: int,
    reader: Reader,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    recipe: Recipe,
    seed: int,
) -> Iterator[tuple[int, float]]:
    """Steps of a lesson after the first ones: their number from 1, and the running mean loss."""
    if first >= lesson.steps:
        return
    examples = lesson.examples()
    batches = plan_batches(examples, lesson.batch_pieces, seed)
    print(f"{lesson.name}: {len(examples):,} windows, {len(batches):,} batches", flush=True)
    device = next(reader.parameters()).device
    weights = class_weights_of(examples).to(device)
    mean = math.nan
    for step in range(first, lesson.steps):
        chosen = [examples[number] for number in batches[step % len(batches)]]
        batch = _moved(batch_of(chosen), device)
        torch.manual_seed(seed + step)
        with torch.autocast(device.type, torch.bfloat16, enabled=_has_bfloat16()):
            answers = reader(batch.ids, batch.mask)
        loss = loss_of(answers, batch, weights, recipe)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(reader.parameters(), recipe.clip)
        optimiser.step()
        schedule.step()
        mean = loss.item() if math.isnan(mean) else 0.98 * mean + 0.02 * loss.item()
        yield step + 1, mean


def _rate(step: int, steps: int, warm_up: float) -> float:
    rising = max(1.0, steps * warm_up)
    if step < rising:
        return (step + 1) / rising
    return max(0.02, (steps - step) / max(1.0, steps - rising))


def _has_bfloat16() -> bool:
    """Whether half precision is worth it here: on GPUs, and on processors that multiply it."""
    if torch.cuda.is_available():
        return True
    flags = Path("/proc/cpuinfo")
    return flags.exists() and "avx512_bf16" in flags.read_text(encoding="utf-8")


def _moved(batch: Batch, device: torch.device) -> Batch:
    return Batch(**{name: value.to(device) for name, value in vars(batch).items()})


def _save(
    path: Path,
    step: int,
    reader: Reader,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> None:
    """Whole or not at all: written beside it and moved over it."""
    beside = path.with_suffix(".new")
    state = {
        "step": step,
        "reader": reader.state_dict(),
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
    }
    torch.save(state, beside)
    os.replace(beside, path)


def _load(
    path: Path,
    reader: Reader,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, map_location="cpu", weights_only=True)
    reader.load_state_dict(state["reader"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[loss]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
