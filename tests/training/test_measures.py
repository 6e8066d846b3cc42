"""The figures in model cards are what they are called."""

from __future__ import annotations

import numpy as np
import pytest

from training.measures import calibration_error, macro_f1, measure
from training.reviews import label_of_star, review_text


def test_macro_f1_is_the_mean_over_labels_that_occur() -> None:
    labels = np.array([0, 0, 2, 2])
    assert macro_f1(labels, labels) == 1.0
    assert macro_f1(labels, np.array([0, 1, 2, 2])) == pytest.approx((2 / 3 + 1) / 2)


def test_calibration_error_is_the_gap_of_confidence_and_truth() -> None:
    confidences = np.full(1_000, 0.8)
    assert calibration_error(confidences, np.arange(1_000) % 5 > 0) == pytest.approx(0, abs=0.01)
    assert calibration_error(confidences, np.zeros(1_000, np.bool_)) == pytest.approx(0.8)


def test_figures_leave_out_what_the_rows_cannot_tell() -> None:
    figures = measure(
        np.array([1, 1]), np.array([[0.2, 0.6, 0.2], [0.5, 0.3, 0.2]]), np.full(2, np.nan), None
    )
    assert figures.accuracy == 0.5
    assert figures.polarity_accuracy is None
    assert figures.star_error is None


def test_star_error_counts_starred_rows_alone() -> None:
    figures = measure(
        np.array([0, 2]),
        np.array([[0.9, 0.05, 0.05], [0.1, 0.1, 0.8]]),
        np.array([1.0, np.nan]),
        np.array([1.5, 5.0]),
    )
    assert figures.star_error == pytest.approx(0.5)
    assert figures.polarity_accuracy == 1.0


@pytest.mark.parametrize(
    ("star", "label"), [(1.0, 0), (2.0, 0), (2.5, 1), (3.0, 1), (3.5, 1), (4.0, 2), (5.0, 2)]
)
def test_label_of_star(star: float, label: int) -> None:
    assert label_of_star(star) == label


def test_the_form_of_pros_and_cons_is_taken_apart() -> None:
    text = review_text("Твёрдая четвёрка\n\nДостоинства: тихо\nНедостатки: нет\nОтзыв: Был вчера.")
    assert (text.title, text.pros, text.cons) == ("Твёрдая четвёрка", "тихо", "нет")
    assert text.text == "Был вчера."
    assert review_text("Достоинства: много").text == "Достоинства: много"
