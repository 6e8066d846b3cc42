"""What a column of a table can mean, and the headers by which each meaning is known."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One meaning of a column."""

    name: str
    """As `--map` calls it."""
    why: str
    headers: tuple[str, ...]
    """Known headers, normalised; the first columns found win in this order."""


FIELDS: tuple[Field, ...] = (
    Field("text", "what the customer wrote", (
        "text", "review text", "review", "body", "comment", "content", "message", "feedback",
        "reviewbody", "review body", "description", "opinion",
        "текст", "текст отзыва", "отзыв", "комментарий", "сообщение", "содержание", "мнение",
        "общее впечатление", "текст письма", "текст благодарности", "содержание отзыва",
        "содержание письма", "letter text", "text of letter", "review content",
        "отзыв клиента", "отзыв покупателя", "текст комментария")),
    Field("title", "headline", (
        "title", "headline", "subject", "summary", "review title", "review headline", "заголовок",
        "тема", "название отзыва", "заголовок отзыва")),
    Field("pros", "what was liked", (
        "pros", "advantages", "pro", "positive", "plus", "достоинства", "плюсы", "преимущества",
        "понравилось", "что понравилось", "достоинства товара")),
    Field("cons", "what was disliked", (
        "cons", "disadvantages", "contra", "negative", "minus", "недостатки", "минусы",
        "не понравилось", "что не понравилось", "недостатки товара")),
    Field("stars", "rating from 1 to 5", (
        "stars", "star", "rating", "rate", "star rating", "ratingvalue", "rating value", "score",
        "grade", "mark", "review rating", "review stars", "review score", "overall",
        "оценка", "рейтинг", "звезды", "звезд", "балл", "баллы", "количество звезд",
        "число звезд", "оценка товара", "оценка покупателя", "оценка клиента")),
    Field("score10", "rating from 1 to 10", (
        "score10", "rating10", "score 10", "rating 10", "оценка из 10", "оценка 10",
        "балл из 10")),
    Field("score100", "rating from 0 to 100", (
        "score100", "rating100", "percent", "оценка из 100", "процент")),
    Field("recommends", "whether the author recommends", (
        "recommends", "recommended", "recommend", "is recommended", "voted up", "label",
        "sentiment", "рекомендует", "рекомендую", "рекомендация", "тональность")),
    Field("date", "when it was written", (
        "date", "published at", "published", "datepublished", "date published", "created at",
        "created", "review date", "timestamp", "time", "datetime", "submission time",
        "дата", "дата отзыва", "дата публикации", "дата создания", "опубликовано", "создан",
        "когда", "дата и время", "дата и время отзыва", "дата комментария", "at", "posted",
        "posted at", "posted on", "published at date", "publish at", "review datetime utc",
        "review submit date and time", "review time", "unix review time", "submitted at",
        "дата письма", "дата подписания", "date of letter", "letter date", "date written",
        "written", "written at", "written on", "signed on")),
    Field("author", "shown name", (
        "author", "author name", "name", "user", "username", "user name", "nickname", "reviewer",
        "customer", "author title", "reviewer name", "profile name", "display name", "автор",
        "имя", "имя автора", "пользователь", "ник", "клиент", "покупатель",
        "фио", "фио автора", "подписал", "подписант", "ф и о", "ф и о автора", "фио подписанта",
        "подписавший", "кто подписал", "подпись", "от кого", "автор отзыва", "автор письма",
        "контактное лицо", "представитель", "full name", "signed by", "signatory", "signer")),
    Field("author_id", "author's id at the source", (
        "author id", "user id", "userid", "reviewer id", "customer id", "steamid", "id автора",
        "id пользователя")),
    Field("company", "company that the author speaks for", (
        "company", "company name", "organization", "organisation", "author company",
        "reviewer company", "employer", "компания", "название компании", "компания автора",
        "организация", "название организации", "наименование организации", "предприятие",
        "заказчик", "место работы", "наименование компании", "название фирмы", "фирма",
        "учреждение", "юридическое лицо", "юрлицо", "firm", "organization name",
        "author organization")),
    Field("role", "the author's post there", (
        "role", "job title", "author role", "reviewer role", "job position", "author job title",
        "position", "designation",
        "должность", "должность автора", "занимаемая должность", "должность подписанта",
        "роль")),
    Field("location", "the author's town or country", (
        "location", "city", "town", "country", "author location", "город", "страна",
        "город автора", "откуда")),
    Field("profile_url", "link to the author's profile", (
        "profile", "profile url", "author url", "user url", "author link", "reviewer url",
        "профиль", "ссылка на профиль",
        "профиль автора")),
    Field("identified_by", "how the author's identity was confirmed", (
        "identified by", "identity confirmed by", "личность подтверждена",
        "чем подтверждена личность")),
    Field("product", "product or place", (
        "product", "product name", "item", "sku", "place", "branch", "location name", "товар",
        "продукт", "название товара", "услуга", "филиал", "точка")),
    Field("source", "site it was left on", (
        "source", "site", "platform", "источник", "площадка", "сайт", "ресурс")),
    Field("id", "id at the source", (
        "id", "review id", "reviewid", "uuid", "external id", "номер", "id отзыва",
        "номер отзыва", "идентификатор")),
    Field("url", "where it can be read", (
        "url", "link", "href", "review url", "review link", "permalink", "ссылка", "адрес",
        "адрес отзыва")),
    Field("scan", "link or file name of the scanned letter", (
        "scan", "scan file", "scan url", "file", "file name", "filename", "attachment",
        "letter", "скан", "скан письма", "файл", "файл скана", "имя файла", "скан файл",
        "ссылка на скан", "скан копия", "вложение", "письмо", "документ", "скан документа",
        "скан отзыва", "ссылка на файл", "путь к файлу", "document", "scan link",
        "link to scan", "scanned letter", "scan copy", "file path", "file link", "file url")),
    Field("verified", "confirmed purchase", (
        "verified", "verified purchase", "is verified", "purchased", "confirmed",
        "подтвержден", "проверенный покупатель", "покупка подтверждена", "подтверждена")),
    Field("helpful", "readers who found it helpful", (
        "helpful", "helpful votes", "helpful vote", "likes", "likes count", "review likes",
        "thumbs up count", "votes up", "upvotes", "useful", "полезно", "лайки",
        "нравится", "голоса", "полезных голосов")),
    Field("unhelpful", "readers who did not", (
        "unhelpful", "dislikes", "votes down", "downvotes", "не полезно", "бесполезно",
        "дизлайки")),
    Field("reply", "the company's answer", (
        "reply", "response", "answer", "owner reply", "owner response", "owner answer",
        "reply content", "response from owner text", "developer reply text", "seller answer",
        "ответ",
        "ответ компании", "ответ представителя", "официальный ответ", "ответ продавца",
        "ответ магазина")),
    Field("reply_date", "when the company answered", (
        "reply date", "reply at", "replied at", "response date", "response time", "answer date",
        "owner reply date", "response from owner date", "developer reply date and time",
        "owner answer timestamp datetime utc", "дата ответа", "дата ответа компании",
        "ответ дата")),
    Field("reply_author", "who answered for the company", (
        "reply author", "responder", "replied by", "автор ответа", "кто ответил")),
    Field("edited", "when the author last changed it", (
        "edited", "edited at", "date edited", "дата изменения", "дата редактирования",
        "отредактировано", "изменен")),
    Field("media", "number of attached photos and videos", (
        "media count", "photo count", "photos count", "images count", "количество фото",
        "число фото", "фото шт")),
    Field("language", "ISO 639 code", ("language", "lang", "locale", "reviewer language",
        "original language", "язык")),
    Field("usage_period", "how long it was used", (
        "usage period", "usage", "срок использования", "опыт использования")),
)  # fmt: skip

FIELD_NAMES = frozenset(field.name for field in FIELDS)
FIELD_BY_HEADER: dict[str, str] = {
    header: field.name for field in FIELDS for header in field.headers
}


_PARENTHESES = re.compile(r"\([^()]{0,200}\)")


def normalised_header(header: str) -> str:
    """`Review_Text`, `reviewText ` and `Текст отзыва:` as the table above writes them."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    folded = spaced.casefold().replace("ё", "е")
    return " ".join(re.findall(r"[^\W_]+", folded))


def field_of(header: str) -> str | None:
    """Meaning of a header; of the tail for `author.name` of nested JSON; else of what stands
    outside parentheses, and of `Компания / организация` when its parts mean one thing."""
    for wording in (header, header.rpartition(".")[2], _PARENTHESES.sub(" ", header)):
        if found := FIELD_BY_HEADER.get(normalised_header(wording)):
            return found
    parts = _PARENTHESES.sub(" ", header).split("/")
    meanings = {FIELD_BY_HEADER.get(normalised_header(part)) for part in parts} - {None}
    return meanings.pop() if len(meanings) == 1 and len(parts) > 1 else None
