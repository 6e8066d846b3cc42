"""schema.org pages, constructed from the shapes that sites use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.parsed import ParsedPage
from crawlers.spiders.schemaorg import SCHEMAORG
from pipeline.records import Review, Scale
from tests.crawlers.pages import page

SCHEMA = "https://schema.org"


def parsed(body: str, url: str = "https://shop.example/kettle") -> ParsedPage:
    return SCHEMAORG.parse(page(body, url))


def with_scripts(*scripts: object) -> str:
    texts = (s if isinstance(s, str) else json.dumps({"@context": SCHEMA, **s}) for s in scripts)  # type: ignore[dict-item]
    return "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)


def only(body: str) -> Review:
    found = parsed(body)
    assert len(found.reviews) == 1, found
    return found.reviews[0]


def review(**fields: Any) -> dict[str, Any]:
    return {"@type": "Review", "author": {"@type": "Person", "name": "Инна"}, **fields}


def test_a_full_review_under_a_product() -> None:
    found = parsed(
        with_scripts(
            {
                "@type": "Product",
                "name": "Чайник",
                "aggregateRating": {"@type": "AggregateRating", "reviewCount": "1,250"},
                "review": [
                    review(
                        reviewBody="Греет быстро.<br>Шумит.",
                        headline="Хороший",
                        datePublished="2024-03-05T10:00:00+03:00",
                        dateModified="2024-03-06",
                        inLanguage="ru-RU",
                        upvoteCount=4,
                        reviewRating={"@type": "Rating", "ratingValue": "4,5", "bestRating": "5"},
                        comment={
                            "@type": "Comment",
                            "text": "Спасибо!",
                            "author": {"@type": "Organization", "name": "Магазин"},
                        },
                    )
                ],
            }
        )
    )
    one = found.reviews[0]
    assert found.claimed_total == 1250
    assert (one.author.name, one.rating, one.title) == ("Инна", 4.5, "Хороший")
    assert one.text == "Греет быстро.\nШумит."
    assert one.published_at == datetime(2024, 3, 5, 7, tzinfo=UTC)
    assert one.edited_at == datetime(2024, 3, 6, tzinfo=UTC)
    assert (one.product, one.language, one.votes and one.votes.helpful) == ("Чайник", "ru", 4)
    assert [(reply.text, reply.is_owner) for reply in one.replies] == [("Спасибо!", True)]
    assert (one.entity_id, one.source, one.is_mention) == ("kettle", "schemaorg", False)


@pytest.mark.parametrize(
    "author",
    ["Инна", "by Инна", {"name": "Инна"}, [{"@type": "Person", "name": "Инна"}],
     {"@type": "Person", "givenName": "Инна"}, ["Инна"]],
)  # fmt: skip
def test_authors_are_texts_objects_or_lists(author: object) -> None:
    assert only(with_scripts(review(author=author, reviewBody="Да"))).author.name == "Инна"


@pytest.mark.parametrize("author", ["Anonymous", "Аноним", "", None, "Amazon Customer", "Guest"])
def test_nobody_is_no_author(author: object) -> None:
    assert only(with_scripts(review(author=author, reviewBody="Да, да"))).author.name is None


@pytest.mark.parametrize(
    ("rating", "stars", "scale"),
    [
        ({"ratingValue": 4}, 4.0, Scale(value=4)),
        ("4", 4.0, Scale(value=4)),
        ({"ratingValue": "8", "bestRating": "10", "worstRating": "0"}, 4.2,
         Scale(value=8, worst=0, best=10)),
        ({"ratingValue": "80%"}, 4.2, Scale(value=80, worst=0, best=100)),
        ([{"ratingValue": 2, "reviewAspect": "price"}, {"ratingValue": 5}], 5.0, Scale(value=5)),
        (None, None, None),
    ],
)  # fmt: skip
def test_ratings_in_every_form(rating: object, stars: float | None, scale: Scale | None) -> None:
    one = only(with_scripts(review(reviewRating=rating, reviewBody="Да")))
    assert (one.rating, one.rating_original) == (stars, scale)


def test_a_forgotten_scale_is_the_pages_own() -> None:
    stars = [review(reviewBody=f"Отзыв {n}", reviewRating={"ratingValue": n}) for n in (4, 8, 10)]
    ten = {"@type": "AggregateRating", "bestRating": 10}
    said = parsed(with_scripts({"@type": "Hotel", "aggregateRating": ten, "review": stars}))
    average = {"@type": "AggregateRating", "ratingValue": "7,3"}
    meant = parsed(with_scripts({"@type": "Hotel", "aggregateRating": average, "review": stars}))
    for found in (said, meant):
        originals = [one.rating_original for one in found.reviews]
        assert originals == [Scale(value=n, worst=1, best=10) for n in (4, 8, 10)]


def test_one_mistaken_rating_does_not_stretch_the_scale() -> None:
    stars = [review(reviewBody=f"Отзыв {n}", reviewRating={"ratingValue": n}) for n in (4, 9, 5)]
    found = parsed(with_scripts({"@type": "Hotel", "review": stars}))
    assert [one.rating for one in found.reviews] == [4.0, None, 5.0]


def test_an_impossible_rating_is_dropped_and_said_where() -> None:
    found = parsed(with_scripts(review(reviewRating={"ratingValue": 9}, reviewBody="Да")))
    assert found.reviews[0].rating is None
    assert found.problems == ("json-ld review 1: rating 9 is outside of 1…5",)


@pytest.mark.parametrize("name", ["reviewBody", "description", "text"])
def test_the_text_has_several_names(name: str) -> None:
    assert only(with_scripts(review(**{name: "Хороший чайник"}))).text == "Хороший чайник"


@pytest.mark.parametrize(
    "types", ["Review", "schema:Review", "http://schema.org/Review", ["Thing", f"{SCHEMA}/Review"]]
)
def test_types_with_and_without_prefix(types: object) -> None:
    body = review(reviewBody="Да") | {"@type": types}
    assert only(with_scripts(body)).text == "Да"


def test_lower_case_property_names() -> None:
    assert only(with_scripts(review(reviewBody="Да", datepublished="2024-03-05"))).published_at


def test_one_broken_script_does_not_lose_the_others() -> None:
    found = parsed(
        with_scripts(
            '{"@type": "Review", "reviewBody": }',
            review(reviewBody="Целый отзыв"),
            '<!-- {"@type":"Review","reviewBody":"В комментарии","author":"Олег",} -->',
        )
    )
    assert [one.text for one in found.reviews] == ["Целый отзыв", "В комментарии"]
    assert any("script 1" in problem for problem in found.problems)
    assert "JSON-LD script 3 was malformed and has been repaired" in found.problems


def test_graph_references_also_cyclic_ones() -> None:
    found = parsed(
        with_scripts(
            {
                "@graph": [
                    {
                        "@type": "Product",
                        "@id": "#p",
                        "name": "Чайник",
                        "review": {"@id": "#r1234"},
                    },
                    review(reviewBody="По ссылке", itemReviewed={"@id": "#p"}) | {"@id": "#r1234"},
                    review(reviewBody="Тоже", author={"@id": "#a", "@type": "Person"}),
                    {"@type": "Person", "@id": "#a", "name": "Пётр", "knows": {"@id": "#a"}},
                ]
            }
        )
    )
    assert [(one.text, one.product) for one in found.reviews] == [
        ("По ссылке", "Чайник"),
        ("Тоже", None),
    ]
    assert found.reviews[0].review_id == "schemaorg:shop.example:r1234"
    assert found.reviews[1].author.name == "Пётр"


def test_reviews_without_a_type_under_reviews() -> None:
    found = parsed(
        with_scripts({"@type": "Hotel", "reviews": [{"reviewBody": "Тихо", "author": "Я"}]})
    )
    assert found.reviews[0].text == "Тихо"


def test_microdata_in_the_three_ways_of_giving_a_value() -> None:
    one = only(
        f"""<div itemscope itemtype="{SCHEMA}/Product"><h1 itemprop="name">Чайник</h1>
        <div itemprop="review" itemscope itemtype="{SCHEMA}/Review" id="review-48213">
          <span itemprop="reviewRating" itemscope itemtype="{SCHEMA}/Rating">
            <meta itemprop="ratingValue" content="3"></span>
          <a itemprop="author" href="/users/9">Инна</a>
          <time itemprop="datePublished" datetime="2024-03-05">5 марта</time>
          <p itemprop="reviewBody">Раз.<br>Два.</p>
        </div></div>"""
    )
    assert (one.rating, one.author.name, one.text, one.product) == (
        3.0,
        "Инна",
        "Раз.\nДва.",
        "Чайник",
    )
    assert one.author.profile_url == "https://shop.example/users/9"
    assert one.review_id == "schemaorg:shop.example:review-48213"
    assert one.published_at == datetime(2024, 3, 5, tzinfo=UTC)


def test_microdata_itemref_even_to_itself() -> None:
    one = only(
        f"""<div id="self" itemscope itemtype="{SCHEMA}/Review" itemref="who self gone">
        <p itemprop="description">Текст</p></div><b id="who" itemprop="author">Инна</b>"""
    )
    assert (one.text, one.author.name) == ("Текст", "Инна")


def test_the_old_data_vocabulary() -> None:
    found = parsed(
        """<div itemscope itemtype="http://data-vocabulary.org/Review">
        <span itemprop="itemreviewed" content="Kettle"></span>
        <span itemprop="rating" content="5"></span>
        <span itemprop="reviewer">by Ann Lee</span>
        <time itemprop="dtreviewed" datetime="">Date Added: Tuesday 06 January, 2015</time>
        <span itemprop="summary">Nice</span><span itemprop="description">Boils fast</span></div>
        <div itemscope itemtype="http://data-vocabulary.org/Review-aggregate">
        <meta itemprop="count" content="7"></div>"""
    )
    one = found.reviews[0]
    assert (one.author.name, one.rating, one.title, one.text) == (
        "Ann Lee",
        5.0,
        "Nice",
        "Boils fast",
    )
    assert (one.product, found.claimed_total) == ("Kettle", 7)
    assert one.published_at == datetime(2015, 1, 6, tzinfo=UTC)


def test_rdfa_with_vocabulary_and_with_prefix() -> None:
    found = parsed(
        f"""<div vocab="{SCHEMA}/" typeof="Product"><b property="name">Чайник</b>
        <div property="review" typeof="Review"><b property="reviewRating">4</b>
        <i property="author">Инна</i><p property="reviewBody">Первый отзыв</p></div></div>
        <article typeof="schema:Comment" about="/comment/2141" id="comment-2141">
        <span property="schema:dateCreated" content="2020-04-21T14:40:07+00:00"></span>
        <span rel="schema:author">
        <span typeof="schema:Person" property="schema:name">Пётр</span></span>
        <div property="schema:text"><p>Комментарий</p></div></article>"""
    )
    first, second = found.reviews
    assert (first.text, first.rating, first.product) == ("Первый отзыв", 4.0, "Чайник")
    assert (second.text, second.is_mention, second.rating) == ("Комментарий", True, None)
    assert second.review_id == "schemaorg:shop.example:2141"
    assert second.thread_id == "https://shop.example/kettle"


def test_a_microformat() -> None:
    one = only(
        """<div class="hreview"><span class="item"><b class="fn">Kettle</b></span>
        <span class="reviewer vcard"><b class="fn">Ann Lee</b></span>
        <abbr class="dtreviewed" title="x">5 March 2024</abbr>
        <span class="rating"><b class="value">4</b></span>
        <p class="description">Boils fast</p></div>"""
    )
    assert (one.author.name, one.rating, one.text, one.product) == (
        "Ann Lee",
        4.0,
        "Boils fast",
        "Kettle",
    )


@pytest.mark.parametrize(
    "date",
    [
        '<abbr class="dtreviewed" title="2024-03-05">весной</abbr>',
        '<b class="dtreviewed">весной<i class="value-title" title="2024-03-05"></i></b>',
    ],
)
def test_a_microformat_has_its_date_where_machines_look(date: str) -> None:
    one = only(f'<div class="hreview">{date}<span class="rating">4</span><p class="summary">Да</p>')
    assert (one.event_day, one.rating) == ("2024-03-05", 4.0)


@pytest.mark.parametrize(
    ("reviewer", "name"),
    [
        ('<span class="sep">, </span>par  Horus', "Horus"),
        ('<span class="sep">, </span>par <b class="fn n">Phile</b>', "Phile"),
        ("Ann Lee", "Ann Lee"),
    ],
)
def test_a_microformat_of_spip_has_its_name_and_its_only_time(reviewer: str, name: str) -> None:
    time = '<time datetime="2019-07-17T20:09:45Z">17 juillet</time>'
    head = f'{time}<span class="reviewer vcard">{reviewer}</span>'
    words = '<span class="rating">4</span><p class="description">Bien</p>'
    one = only(f'<div class="hreview">{head}{words}</div>')
    assert (one.author.name, str(one.published_at)[:10]) == (name, "2019-07-17")
    other = '<time datetime="2020-01-01">hier</time>'
    unclear = only(f'<div class="hreview">{head}{other}{words}</div>')
    assert unclear.published_at is None


@pytest.mark.parametrize(
    ("rating", "stars"),
    [
        ('<abbr class="rating" title="4">Very good</abbr>', 4.0),
        ('<b class="p-rating">7<i class="p-best">9</i></b>', None),
        ('<b class="rating"><i class="value">4</i> of <i class="best">5</i></b>', 4.0),
        ('<data class="p-rating" value="4">good</data>', 4.0),
    ],
)
def test_a_microformat_rating_is_the_figure_for_machines(rating: str, stars: float | None) -> None:
    phone = '<b class="tel"><i class="value">555</i></b>'
    one = only(f'<div class="hreview">{phone}{rating}<p class="description">Warm and quiet</p>')
    assert (one.rating, one.text) == (stars, "Warm and quiet")


def test_names_and_links_of_a_reviewer_and_a_product_are_not_the_reviews_own() -> None:
    one = only(
        """<article class="h-review"><p class="p-item h-product">
        <a class="p-name u-url" href="/lamp">Lamp</a> <span class="p-description">Made of tin</span>
        </p><p class="p-author h-card"><a class="p-name u-url" href="/ann">Ann Lee</a>
        <span class="p-locality">Leeds</span></p><data class="p-rating" value="4">good</data>
        <h2 class="p-name">Bright</h2><div class="e-content">It lights the whole desk</div>
        <a class="u-url" href="/lamp/review-12345">Link</a></article>"""
    )
    assert (one.author.name, one.author.profile_url) == ("Ann Lee", "https://shop.example/ann")
    assert (one.title, one.text, one.product) == ("Bright", "It lights the whole desk", "Lamp")
    assert one.url == "https://shop.example/lamp/review-12345"


def test_rdfa_names_the_thing_inside_with_rel() -> None:
    one = only(
        """<div xmlns:v="http://rdf.data-vocabulary.org/#" typeof="v:Review">
        <b property="v:reviewer">Ann Lee</b> <p property="v:description">Good soup</p>
        <span rel="v:rating"><span typeof="v:Rating"><i property="v:value" content="10"></i>
        <i property="v:best" content="10"></i> stars</span></span></div>"""
    )
    assert (one.rating, one.text) == (5.0, "Good soup")


def test_microdata_as_pages_get_it_wrong() -> None:
    """No `itemscope`, an empty `content`, a value in a form field, a text in several paragraphs."""
    one = only(
        """<div itemscope itemtype="https://schema.org/Product"><b itemprop="name">Kettle</b>
        <div itemprop="review" itemtype="https://schema.org/Review">
        <b itemprop="author" content="">Ann Lee</b>
        <span itemprop="reviewRating" itemscope><input itemprop="ratingValue" value="4"></span>
        <p itemprop="reviewBody">Boils fast.</p><p itemprop="reviewBody">Quiet too.</p>
        <p itemprop="reviewBody">Boils…</p></div></div>"""
    )
    assert (one.author.name, one.rating, one.product) == ("Ann Lee", 4.0, "Kettle")
    assert one.text == "Boils fast.\n\nQuiet too."


def test_a_type_without_a_scope_takes_nothing_from_the_review_around() -> None:
    one = only(
        """<div itemscope itemtype="https://schema.org/Review"><b itemprop="author">Ann Lee</b>
        <span itemprop="itemReviewed" itemtype="https://schema.org/LocalBusiness">
        <p itemprop="reviewBody">Came at once.</p></span></div>"""
    )
    assert one.text == "Came at once."


def test_texts_of_several_people_in_one_scope_are_not_joined() -> None:
    one = only(
        """<div itemscope itemtype="https://schema.org/Review">
        <b itemprop="author">Ann Lee</b><p itemprop="reviewBody">Boils fast.</p>
        <b itemprop="author">Tom Hay</b><p itemprop="reviewBody">It broke.</p></div>"""
    )
    assert one.text == "Boils fast."


def test_posts_of_a_forum_are_mentions_of_one_thread() -> None:
    found = parsed(
        with_scripts(
            {
                "@type": "DiscussionForumPosting",
                "@id": "https://forum.example/topic/5#post-701",
                "headline": "Чайник течёт",
                "text": "Купил, а он течёт",
                "author": {"@type": "Person", "name": "Глеб"},
                "datePublished": "2025-06-01T10:00:00Z",
                "comment": [
                    {
                        "@type": "Comment",
                        "@id": "https://forum.example/topic/5#post-702",
                        "text": "И у меня",
                        "author": {"@type": "Person", "name": "Дина"},
                    }
                ],
            }
        ),
        "https://forum.example/topic/5",
    )
    assert [(one.author.name, one.title, one.text) for one in found.reviews] == [
        ("Глеб", "Чайник течёт", "Купил, а он течёт"),
        ("Дина", "", "И у меня"),
    ]
    assert all(one.is_mention and one.rating is None for one in found.reviews)
    assert [one.parent_id for one in found.reviews] == [None, "post-701"]


def test_signed_questions_and_answers_are_mentions_and_a_list_of_frequent_ones_is_none() -> None:
    frequent = {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": "Как вернуть товар?",
                "acceptedAnswer": {"@type": "Answer", "text": "В течение двух недель"},
            }
        ],
    }
    assert parsed(with_scripts(frequent)).reviews == ()
    asked = {
        "@type": "QAPage",
        "mainEntity": {
            "@type": "Question",
            "name": "Шумит ли чайник?",
            "author": {"@type": "Person", "name": "Ева"},
            "suggestedAnswer": [
                {
                    "@type": "Answer",
                    "text": "Шумит, и сильно",
                    "upvoteCount": 3,
                    "author": {"@type": "Person", "name": "Жанна"},
                }
            ],
        },
    }
    found = parsed(with_scripts(asked))
    assert [(one.author.name, one.full_text, one.is_mention) for one in found.reviews] == [
        ("Ева", "Шумит ли чайник?", True),
        ("Жанна", "Шумит, и сильно", True),
    ]


def test_a_comment_is_a_mention_without_rating_and_knows_its_parent() -> None:
    comment = f'itemscope itemtype="{SCHEMA}/Comment"'
    found = parsed(
        f"""<div {comment} id="comment-101"><p itemprop="text">Вопрос</p>
        <div {comment} itemprop="comment" id="comment-102">
        <p itemprop="text">Ответ</p></div></div>"""
    )
    assert [(one.text, one.is_mention) for one in found.reviews] == [
        ("Вопрос", True),
        ("Ответ", True),
    ]
    assert found.reviews[1].parent_id == "comment-101"


def test_one_review_in_two_syntaxes_is_one_and_the_richest() -> None:
    text = "Чайник греет быстро и почти не шумит"
    found = parsed(
        with_scripts(review(reviewBody=text, reviewRating={"ratingValue": 5}))
        + f"""<div itemscope itemtype="{SCHEMA}/Review"><b itemprop="author">Инна</b>
        <meta itemprop="datePublished" content="2024-03-05">
        <p itemprop="reviewBody">{text}.</p></div>"""
    )
    one = found.reviews[0]
    assert len(found.reviews) == 1
    assert (one.rating, one.published_at) == (5.0, datetime(2024, 3, 5, tzinfo=UTC))


def test_equal_words_of_two_people_are_two_reviews() -> None:
    found = parsed(
        with_scripts(review(reviewBody="Супер"), review(reviewBody="Супер", author="Олег"))
    )
    assert len(found.reviews) == 2


def test_wordless_ratings_of_one_day_are_counted_each() -> None:
    stars = {"@type": "Review", "reviewRating": {"ratingValue": 5}, "datePublished": "2024-03-05"}
    found = parsed(with_scripts({"@type": "Product", "name": "Чайник", "review": [stars, stars]}))
    assert len({one.review_id for one in found.reviews}) == 2


def test_an_edited_review_keeps_its_id_and_changes_its_content() -> None:
    before = only(with_scripts(review(reviewBody="Греет быстро, почти не шумит совсем")))
    after = only(
        with_scripts(review(reviewBody="Греет быстро, почти не шумит. Дополнение: сломался"))
    )
    assert before.review_id == after.review_id
    assert before.content_hash != after.content_hash


@pytest.mark.parametrize("shared", ["#review", "#review-1"])
def test_ids_that_count_places_are_not_trusted(shared: str) -> None:
    assert ":~" in only(with_scripts(review(reviewBody="Да") | {"@id": shared})).review_id


def test_an_id_that_two_reviews_share_is_not_trusted() -> None:
    found = parsed(
        with_scripts(
            *(review(reviewBody=text) | {"@id": "#product-48213"} for text in ("Раз", "Два"))
        )
    )
    assert len({one.review_id for one in found.reviews}) == 2


@pytest.mark.parametrize(
    "script",
    [
        {"@type": "Product", "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4}},
        {"@type": "CriticReview", "reviewBody": "Критик"},
        {"@type": "ClaimReview", "reviewBody": "Проверка"},
        {"@type": ["Review", "NewsArticle"], "reviewBody": "Статья", "author": "Редактор"},
        {"@type": "Review", "name": "Игра", "author": "Редактор",
         "reviewBody": "…", "wordCount": 9},
        {"@type": "Review", "reviewBody": "Обзор",
         "author": {"@type": "Organization", "name": "Журнал"}},
        {"@type": "Review", "name": "Новость без автора и оценки"},
        {"@type": "Review", "reviewBody": "Мы сами", "author": {"name": "Shop"}},
    ],
)  # fmt: skip
def test_the_sites_own_voice_is_no_customers_review(script: dict[str, Any]) -> None:
    assert parsed(with_scripts(script)).reviews == ()


def test_an_editors_review_on_an_article_page() -> None:
    found = parsed(
        '<meta property="og:type" content="article"><meta name="author" content="Ann Lee">'
        + with_scripts(
            review(author="Ann Lee", reviewBody="Обзор", reviewRating={"ratingValue": 4})
        )
    )
    assert found.reviews == ()
    assert found.skipped == {"the site's own review": 1}


def test_ratings_count_is_not_the_number_of_reviews() -> None:
    found = parsed(
        with_scripts(
            {"@type": "Product", "aggregateRating": {"@type": "AggregateRating", "ratingCount": 90}}
        )
    )
    assert found.claimed_total is None


def test_paging_follows_the_same_list_only() -> None:
    body = with_scripts(review(reviewBody="Да"))
    links = (
        '<link rel="next" href="/kettle?page=2#all"><a rel="next" href="/another-teapot">След.</a>'
    )
    assert parsed(body + links).next_urls == ("https://shop.example/kettle?page=2",)
    pager = '<ul class="pagination"><li class="next"><a href="?page=2">Вперёд</a></li></ul>'
    assert parsed(body + pager).next_urls == ("https://shop.example/kettle?page=2",)
    assert parsed(body + '<a rel="next" href="https://evil.example/kettle">x</a>').next_urls == ()
    assert parsed('<link rel="next" href="/kettle?page=2">').next_urls == ()


def test_a_page_that_stands_in_the_way_is_no_empty_page() -> None:
    assert parsed("<title>Robot Check</title>").blocked == "captcha"
    assert parsed("<title>Чайник</title>").blocked is None


def test_an_expanded_document() -> None:
    document = [{
        "@type": [f"{SCHEMA}/Review"], f"{SCHEMA}/reviewBody": [{"@value": "Boils fast"}],
        f"{SCHEMA}/author": [{f"{SCHEMA}/name": [{"@value": "Ann Lee"}]}],
        f"{SCHEMA}/reviewRating": [{f"{SCHEMA}/ratingValue": [{"@value": 4}]}],
    }]  # fmt: skip
    body = json.dumps(document)
    one = parsed(body, "").reviews[0]
    assert (one.author.name, one.text, one.rating) == ("Ann Lee", "Boils fast", 4.0)
    assert SCHEMAORG.recognises(page(body, "")) == 0.6


@pytest.mark.parametrize(
    "body",
    [
        """<div itemscope itemtype="https://schema.org/Review"><b itemprop="author">Ann Lee</b>
        <p itemprop="pro">Pays on time</p><p itemprop="contra">Long hours</p></div>""",
        """<div class="hreview"><b class="reviewer fn">Ann Lee</b>
        <p class="pro">Pays on time</p><p class="contra">Long hours</p></div>""",
    ],
)
def test_good_and_bad_sides_under_their_older_names(body: str) -> None:
    one = only(body)
    assert (one.author.name, one.pros, one.cons) == ("Ann Lee", "Pays on time", "Long hours")


def test_pictures_of_a_review_are_counted_under_every_name() -> None:
    media = [{"@type": "ImageObject", "url": "/1.jpg"}, {"@type": "ImageObject", "url": "/2.jpg"}]
    written = review(reviewBody="Fine", associatedMedia=media)
    one = only(with_scripts({"@type": "Product", "name": "Kettle", "review": written}))
    assert one.media_count == 2


def test_a_json_ld_document_without_a_page() -> None:
    assert only(json.dumps({"@context": SCHEMA, **review(reviewBody="Да")})).text == "Да"


def test_text_beyond_the_limit_is_cut_and_said() -> None:
    found = parsed(with_scripts(review(reviewBody="я" * 150_000)))
    assert len(found.reviews[0].text) == 100_000
    assert found.problems == ("json-ld review 1: text: 150000 characters, cut to 100000",)


def test_a_saved_page_takes_its_own_canonical_address() -> None:
    body = '<link rel="canonical" href="https://shop.example/kettle">' + with_scripts(
        review(reviewBody="Да")
    )
    assert parsed(body, url="").reviews == parsed(body).reviews


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251", "koi8-r"])
def test_declared_encodings(encoding: str) -> None:
    body = f'<meta charset="{encoding}">' + (
        f'<p itemscope itemtype="{SCHEMA}/Review"><b itemprop="reviewBody">Отличный чайник</b></p>'
    )
    found = SCHEMAORG.parse(page(body.encode(encoding)))
    assert found.reviews[0].text == "Отличный чайник"


def test_a_comment_that_a_person_sees_is_read_beside_the_markup() -> None:
    marked = review(
        author="Инна", reviewBody="Вкусно!", datePublished="2025-03-04",
        reviewRating={"@type": "Rating", "ratingValue": 5},
    )  # fmt: skip
    seen = """<ol><li class="comment depth-1" id="comment-701"><b class="fn">Инна</b>
        <time datetime="2025-03-04T23:30:00-05:00"></time><p>Вкусно!</p></li>
        <li class="comment depth-1" id="comment-702"><b class="fn">Пётр</b><p>А без сахара?</p></li>
        <li class="comment bypostauthor depth-1" id="comment-703"><b class="fn">Повар</b><p>Да</p>
        </li></ol>"""
    found = parsed(with_scripts({"@type": "Recipe", "name": "Пирог", "review": [marked]}) + seen)
    first, second = found.reviews
    assert (first.review_id, first.rating) == ("schemaorg:shop.example:comment-701", 5.0)
    assert (first.is_mention, first.thread_id, first.product) == (False, None, "Пирог")
    assert (second.author.name, second.is_mention, second.rating) == ("Пётр", True, None)
    assert found.skipped == {"answer of the site's own author": 1}


def test_one_comment_has_one_id_on_whichever_element_its_theme_writes_it() -> None:
    comment = f'itemscope itemtype="{SCHEMA}/Comment"'
    one = only(
        f"""<li class="comment depth-1" id="li-comment-701"><div {comment} id="div-comment-701">
        <p itemprop="text">Вопрос о пироге, без сахара ли он</p></div></li>"""
    )
    assert one.review_id == "schemaorg:shop.example:comment-701"


def test_comments_of_drupal_7_are_marked_up_by_its_core() -> None:
    entry = """<article about="/comment/{n}#comment-{n}" typeof="sioc:Post sioct:Comment">
      <p><span property="dc:date dc:created" content="2023-10-1{n}T13:11:26+02:00"
        datatype="xsd:dateTime" rel="sioc:has_creator"><span class="username" xml:lang=""
        typeof="sioc:UserAccount" property="foaf:name" datatype="">Gerhard B.</span> am
        <time>1{n}. Oktober 2023</time></span></p>
      <div property="content:encoded"><p>Wortmeldung {n} zum Thema.</p></div></article>"""
    body = "<html><body>" + "".join(entry.format(n=n) for n in (1, 2)) + "</body></html>"
    found = SCHEMAORG.parse(page(body, "https://blog.example/artikel")).reviews
    assert [one.author.name for one in found] == ["Gerhard B.", "Gerhard B."]
    assert [one.text for one in found] == ["Wortmeldung 1 zum Thema.", "Wortmeldung 2 zum Thema."]
    assert [one.published_at and one.published_at.day for one in found] == [11, 12]
    assert all(one.is_mention for one in found)
