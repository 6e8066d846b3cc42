"""What is known of the sets that train and evaluate: domain, source, terms."""

from __future__ import annotations

TERMS = {
    "amazon_fashion": "Amazon, clothing; published for research, texts unlicensed",
    "apps_health": "app stores, many languages; repository under MIT, texts unlicensed",
    "avtolotsman": "Yandex, 2GIS and Google maps, one car service; no licence stated",
    "ba": "Airlinequality, one airline; no licence stated",
    "blitzer": "Amazon, ACL 2007: dvd and electronics train, books evaluate; research",
    "gazprombank": "banki.ru and sravni.ru, one bank; no licence stated",
    "kazsandra": "Kazakh app and market reviews (KazSAnDRA); cite the authors",
    "livelib": "LiveLib book reviews, skewed to five stars; no licence stated",
    "maide_up": "Booking.com hotels and GPT-4's imitations (MAiDE-up, Ignat 2024); MIT",
    "mriya_yandex": "Yandex maps, one resort; no licence stated",
    "ott": "Tripadvisor, Expedia, Mechanical Turk, hotels (Ott 2011, 2013); CC BY-NC-SA as known",
    "otzovik_sber": "Otzovik, one bank, texts mostly cut short; no licence stated",
    "ozon": "Ozon marketplace; no licence stated",
    "reviewai": "Ozon and Wildberries; repository under MIT, texts unlicensed",
    "rutube": "app reviews labelled by people, junk among them; no licence stated",
    "sravni": "sravni.ru, several banks; no licence stated",
    "wb_mikota": "Wildberries, balanced over stars; no licence stated",
    "womens": "women's clothing shop, English; MIT according to the uploader",
}
