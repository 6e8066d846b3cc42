"""Who the site itself is: its editors' reviews are not its customers'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.schema_people import author_of, is_organisation, person_name
from crawlers.parsing.structured import Item
from pipeline.identity import normalised_text

ARTICLE_TYPES = (
    "article", "newsarticle", "blogposting", "reviewnewsarticle", "techarticle", "webpage",
    "reportagenewsarticle", "analysisnewsarticle",
)  # fmt: skip
ARTICLE_PROPERTIES = (
    "articlebody", "articlesection", "mainentityofpage", "ispartof", "wordcount", "thumbnailurl",
    "publisher",
)  # fmt: skip


@dataclass(frozen=True)
class SiteVoice:
    """Names under which a site speaks for itself, without spaces and case."""

    is_article: bool = False
    """Whether the page says that it is an article."""
    houses: frozenset[str] = frozenset()
    """The site, its publisher."""
    writers: frozenset[str] = frozenset()
    """Authors of the article that the page is."""

    def wrote(self, item: Item, *, is_lone: bool, is_nested: bool) -> bool:
        """Whether a review is the site's own: the only one, at the top of its own article."""
        author = _bare(author_of(item).name or "")
        if author and author in self.houses:
            return True
        if not is_lone:
            return False
        if is_organisation(item) or (author and author in self.writers):
            return True
        has_article = any(name in item.properties for name in ARTICLE_PROPERTIES)
        return (
            has_article
            and not is_nested
            and (self.is_article or "publisher" not in item.properties)
        )


def site_voice(root: etree._Element | None, items: Iterable[Item], page: Page) -> SiteVoice:
    """Read the names off the page's own head and its publisher items."""
    meta = {} if root is None else _meta(root)
    host = page.host.split(".")
    houses = {_bare(host[-2]) if len(host) > 1 else "", _bare(meta.get("og:site_name", ""))}
    writers = {_bare(meta.get("author", ""))}
    for item in items:
        houses.update(_bare(person_name(publisher)) for publisher in item.items("publisher"))
        if item.is_a(*ARTICLE_TYPES):
            writers.add(_bare(author_of(item).name or ""))
    is_article = meta.get("og:type", "").casefold() == "article"
    return SiteVoice(is_article, frozenset(houses - {""}), frozenset(writers - {""}))


def _meta(root: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or "").casefold()
        found.setdefault(name, (element.get("content") or "")[:300])
    return found


def _bare(name: str) -> str:
    return normalised_text(name[:300]).replace(" ", "")
