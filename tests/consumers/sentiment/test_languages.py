"""The shipped transformer in languages that nobody taught it: what its base knows must stay."""

from __future__ import annotations

import pytest

from consumers.sentiment.accurate import AccurateModel, load_accurate_model
from consumers.sentiment.artefact import SHIPPED_ARTEFACT
from consumers.sentiment.model import ReviewText

MOST_BYTES = 60_000_000
MOST_MISTAKES = 5
"""Of forty: four with the whole vocabulary of the base, seven with an arbitrary third of it."""
BLAME_AND_PRAISE = (
    ("ar", "أسوأ مطعم زرته في حياتي والطعام كان باردا", "مكان جميل وسأعود إليه بالتأكيد"),
    ("cs", "Hrozný zážitek, už sem nikdy nepřijdu.", "Skvělý hotel, byli jsme nadšení."),
    ("de", "Absolute Frechheit, das Gerät ging nach zwei Tagen kaputt.", "Einfach wunderbar!"),
    ("el", "Απαίσια εμπειρία, δεν ξαναπάω.", "Υπέροχο μέρος, θα ξαναπάμε σίγουρα."),
    ("es", "Una vergüenza, llegó roto y nadie responde.", "Estoy encantada con la compra."),
    (
        "fr",
        "Une honte, l'appareil est tombé en panne tout de suite.",
        "Je suis ravie de mon achat.",
    ),
    ("hi", "सबसे घटिया दुकान, दोबारा कभी नहीं आऊँगा", "बहुत ही शानदार जगह, सब लोग ज़रूर आएँ"),
    ("hu", "Szörnyű élmény, soha többé nem jövök ide.", "Csodálatos hely, imádtuk!"),
    (
        "id",
        "Parah sekali, baru dua hari sudah tidak bisa dipakai.",
        "Saya sangat senang, luar biasa!",
    ),
    ("it", "Una vergogna, non ci tornerò mai più.", "Meraviglioso, torneremo sicuramente!"),
    ("ja", "二日で壊れました。お金の無駄です。", "素晴らしいお店でした。また行きます。"),
    ("ko", "이틀 만에 고장났어요. 돈이 아까워요.", "정말 훌륭해요. 또 올게요."),
    ("nl", "Waardeloos, na twee dagen al stuk.", "Fantastisch, we komen zeker terug!"),
    (
        "pl",
        "Najgorszy hotel, w jakim byłam, omijać z daleka.",
        "Jestem zachwycona, cudowne miejsce!",
    ),
    ("pt", "Uma vergonha, parou de funcionar em dois dias.", "Adorei, superou as expectativas!"),
    ("th", "ห่วยมาก ใช้ได้สองวันก็เสียแล้ว", "ชอบมากค่ะ จะกลับมาซื้ออีก"),
    ("tr", "Paranıza yazık, iki günde bozuldu.", "Bayıldım, kesinlikle yine gelirim."),
    (
        "uk",
        "Жахіття, за два дні зламалося, гроші на вітер.",
        "Неймовірне місце, обов'язково повернемось!",
    ),
    ("vi", "Dùng hai ngày là hỏng, phí tiền.", "Rất thích, sẽ quay lại lần nữa."),
    ("zh", "用了两天就坏了，浪费钱。", "太喜欢了，下次还会再来。"),
)


@pytest.fixture(scope="module")
def model() -> AccurateModel:
    return load_accurate_model(SHIPPED_ARTEFACT)


def test_blame_and_praise_are_told_apart(model: AccurateModel) -> None:
    wrong = []
    for language, *texts in BLAME_AND_PRAISE:
        found = model.predict([ReviewText(text=text) for text in texts])
        wrong += [
            (language, text, opinion.label)
            for text, opinion, label in zip(texts, found, ("negative", "positive"), strict=True)
            if opinion.label != label
        ]
    assert len(wrong) <= MOST_MISTAKES, wrong


def test_every_language_can_be_spelt(model: AccurateModel) -> None:
    texts = [ReviewText(text=text) for _, *both in BLAME_AND_PRAISE for text in both]
    assert {opinion.unknown_pieces for opinion in model.predict(texts)} == {0.0}


def test_all_of_it_stays_under_sixty_megabytes() -> None:
    assert sum(path.stat().st_size for path in SHIPPED_ARTEFACT.iterdir()) < MOST_BYTES
