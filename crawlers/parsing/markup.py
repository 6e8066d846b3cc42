"""HTML and XML trees from hostile bytes: no network, no DTD, no entity expansion, bounded depth."""

from __future__ import annotations

import re
from html import escape
from html.entities import html5

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

XML_ENCODING_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.I)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML 1.0 forbids; the tree cannot hold them."""
_AMPERSAND = re.compile(
    r"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+(?:\]\]>)?"
    r"|&(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,30});|#x?[0-9A-Fa-f]{1,7};|(?P<bare>))"
)
"""A marked section, which stays as it is, or what begins with an ampersand."""
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))


def parse_html(text: str, problems: list[str]) -> HtmlElement | None:
    """Root of an HTML document; None when there is nothing to parse.

    The parser stops at 2,048 nested tags (a page has some dozens); the rest is lost and said.
    """
    cleaned = _NOT_XML.sub(" ", text)
    if not cleaned.strip():
        return None
    parser = HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = document_fromstring(cleaned.encode(), parser=parser, ensure_head_body=False)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        problems.append(f"HTML cannot be parsed: {error}")
        return None
    if any("depth" in entry.message for entry in parser.error_log):
        problems.append("HTML nests too deep: what follows the depth limit is lost")
    return root


def parse_xml(text: str, problems: list[str]) -> etree._Element | None:
    """Root of an XML document, as far as it is well formed; None when nothing is."""
    cleaned = _NOT_XML.sub(" ", XML_ENCODING_DECLARATION.sub("", text.lstrip("\ufeff \r\n\t")))
    if "<!ENTITY" not in cleaned:  # names of its own are for nobody to read
        cleaned = _AMPERSAND.sub(_mended, cleaned)
    parser = etree.XMLParser(
        encoding="utf-8", no_network=True, resolve_entities=False, load_dtd=False, recover=True,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(cleaned.encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        problems.append(f"XML cannot be parsed: {error}")
        return None
    for entry in list(parser.error_log)[:1]:
        problems.append(f"XML is damaged at line {entry.line}: {entry.message}")
    return root


def _mended(found: re.Match[str]) -> str:
    """An ampersand that XML would lose with what follows it, as XML wants it.

    Many a document names characters as HTML does, or writes `AT&T`. A name that HTML does not
    know either may be one of the document's own.
    """
    name = found["name"]
    if found["bare"] is not None:
        return "&amp;"
    known = html5.get(f"{name};") if name and name not in _OF_XML else None
    return escape(known) if known else found.group()


def local_name(element: etree._Element) -> str:
    """Tag without its namespace or prefix, lower case; empty for comments and entities."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].casefold() if isinstance(tag, str) else ""


def classes(element: etree._Element) -> list[str]:
    """Class names of an element."""
    return (element.get("class") or "").split()
