"""Two readers are pooled by their logarithms, where both know the language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from consumers.sentiment.accurate import AccurateModel
from consumers.sentiment.artefact import Pool, read_artefact
from consumers.sentiment.language import LanguageIdentifier
from consumers.sentiment.model import ReviewText, TextOpinion
from consumers.sentiment.second_reader import SecondReader, pool_of
from pipeline.records import Probabilities
from tests.consumers.sentiment.tiny_artefact import write_tiny_artefact

HALF = Pool(share=0.5)
GERMAN = "Die Lieferung war leider sehr langsam und das Essen war kalt"
RUSSIAN = "Это было очень и очень отлично"


class Pessimist:
    """Finds everything bad."""

    def __init__(self, revision: str = "pessimist@1") -> None:
        self.revision = revision

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        bad = Probabilities(negative=0.9, neutral=0.05, positive=0.05)
        return [TextOpinion(probabilities=bad, expected_star=1.0, language="ru") for _ in texts]


def test_a_pool_of_equals_is_their_geometric_mean() -> None:
    found = pool_of(np.array([[0.8, 0.1, 0.1]]), np.array([[0.2, 0.1, 0.7]]), HALF)
    raw = np.sqrt([0.8 * 0.2, 0.1 * 0.1, 0.1 * 0.7])
    assert found == pytest.approx((raw / raw.sum())[None, :])


def test_a_sharp_pool_is_surer_and_says_the_same() -> None:
    one, two = np.array([[0.5, 0.2, 0.3]]), np.array([[0.6, 0.2, 0.2]])
    plain, sharp = (pool_of(one, two, Pool(share=0.3, sharpness=s)) for s in (1.0, 3.0))
    assert sharp.argmax() == plain.argmax()
    assert sharp.max() > plain.max()


def test_certainty_of_one_does_not_silence_the_other() -> None:
    found = pool_of(np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 1.0]]), HALF)
    assert np.isfinite(found).all()
    assert found[0, 0] == pytest.approx(found[0, 2])


def test_only_texts_in_known_languages_are_pooled() -> None:
    reader = SecondReader(Pessimist(), HALF, ("ru",))
    texts = [ReviewText(text=GERMAN), ReviewText(text=RUSSIAN), ReviewText(text="…")]
    network = np.array([[0.1, 0.1, 0.8]] * 3)
    found = reader.pooled(texts, ["de", "ru", None], network)
    assert found[[0, 2]] == pytest.approx(network[[0, 2]])
    assert found[1, 0] > network[1, 0]


def test_the_model_listens_to_its_second_reader(tmp_path: Path) -> None:
    card = {"pool": {"share": 0.9, "sharpness": 1.0}}
    artefact = read_artefact(write_tiny_artefact(tmp_path, card))
    alone, both, other = (
        AccurateModel(artefact, LanguageIdentifier(), 1, second)
        for second in (None, Pessimist(), Pessimist("pessimist@2"))
    )
    texts = [ReviewText(text=RUSSIAN), ReviewText(text="")]
    assert alone.predict(texts)[0].label == "positive"
    assert both.predict(texts)[0].probabilities.negative > 0.5
    assert both.predict(texts)[1] == alone.predict(texts)[1]
    assert len({model.revision for model in (alone, both, other)}) == 3


def test_without_a_share_nobody_reads_along(tmp_path: Path) -> None:
    artefact = read_artefact(write_tiny_artefact(tmp_path))
    model = AccurateModel(artefact, LanguageIdentifier(), 1, Pessimist())
    assert model.revision == artefact.revision
    assert model.predict([ReviewText(text=RUSSIAN)])[0].label == "positive"
