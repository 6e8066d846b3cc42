"""What a marked-up element says: its machine-readable attribute, or the text a person sees."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawlers.parsing.markup import local_name
from crawlers.parsing.text import element_text

ADDRESS_ATTRIBUTES = {
    "a": "href", "area": "href", "link": "href", "audio": "src", "embed": "src", "iframe": "src",
    "img": "src", "source": "src", "track": "src", "video": "src", "object": "data",
}  # fmt: skip
ADDRESS_PROPERTIES = frozenset(
    ("url", "sameas", "image", "photo", "logo", "thumbnailurl", "contenturl", "mainentityofpage",
     "id", "link", "availability", "itemcondition")
)  # fmt: skip
MACHINE_ATTRIBUTES = {
    "time": "datetime", "data": "value", "meter": "value", "input": "value",
}  # fmt: skip


def element_value(element: etree._Element, name: str, base_url: str) -> str:
    """Value of property `name`, by the rules of microdata and what search engines accept.

    Differs from the standard where pages do: `content` counts on every element, an empty one or
    an empty `datetime` gives way to the text, and a link's text is preferred unless a link is
    asked for.
    """
    tag = local_name(element)
    if content := element.get("content", "").strip():
        return content
    machine = element.get(MACHINE_ATTRIBUTES.get(tag, "datetime")) or ""
    if machine.strip():
        return machine
    address = element.get(ADDRESS_ATTRIBUTES.get(tag, "href"), "").strip()
    if address and name in ADDRESS_PROPERTIES:
        return absolute(base_url, address)
    return element_text(element) or element.get("title") or element.get("alt") or address


def element_address(element: etree._Element, base_url: str) -> str:
    """The address a link points to; empty when it is none."""
    if local_name(element) not in ("a", "link", "area"):
        return ""
    return absolute(base_url, (element.get("href") or "").strip())


def absolute(base_url: str, address: str) -> str:
    """Absolute http(s) address; empty for scripts, mail and what is no address."""
    if not address or len(address) > 2_000:
        return ""
    try:
        joined = urljoin(base_url, address)
        urlsplit(joined)  # without a base, urljoin looks at nothing
    except ValueError:
        return ""
    is_web = joined.startswith(("http://", "https://"))
    return joined if is_web or ":" not in joined.partition("/")[0] else ""
