"""The usual thing to beat: TF-IDF of words and pairs with multinomial logistic regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from training.reviews import LabelledReview


def baseline_probabilities(
    train: Sequence[LabelledReview], test: Sequence[LabelledReview], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(test, 3) probabilities; `weights` of the training rows are those of the model beside."""
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, dtype=np.float32)
    matrix = vectoriser.fit_transform(review.raw for review in train)
    model = LogisticRegression(C=4.0, max_iter=100, tol=1e-3)
    model.fit(matrix, [review.label for review in train], sample_weight=weights / weights.mean())
    probabilities: NDArray[np.float64] = model.predict_proba(
        vectoriser.transform(review.raw for review in test)
    ).astype(np.float64)
    return probabilities
