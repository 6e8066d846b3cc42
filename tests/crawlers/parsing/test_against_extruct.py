"""Our one-pass microdata reader finds what the reference implementation, extruct, finds.

The reader is our own because extruct loses line breaks and the elements (with their ids), walks
again for every item, and reads no RDFa whose page has two bodies; see docs/sources.md.
"""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from crawlers.parsing.markup import parse_html
from crawlers.parsing.microdata import microdata_items
from crawlers.parsing.structured import Item, short_name

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its rdflib warns about its own future
    from extruct.w3cmicrodata import MicrodataExtractor

PAGES = (
    '<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">A</h1><div '
    'itemprop="review" itemscope itemtype="https://schema.org/Review"><b itemprop="author">B</b>'
    '<time itemprop="datePublished" datetime="2024-03-05">x</time><i itemprop="name headline">C</i>'
    '<p itemprop="reviewBody">D</p></div></div>',
    '<div itemscope itemtype="x/Review" itemref="a b"><p itemprop="name">N</p></div>'
    '<b id="a" itemprop="author">I</b><div id="b"><i itemprop="text">T</i></div>',
    '<div itemscope><div itemscope itemtype="x/Review"><b itemprop="name">inner</b></div>'
    '<meta itemprop="count" content="5"><a itemprop="url" href="/x">link</a></div>',
    '<p itemprop="orphan">x</p><div itemscope itemtype="x/Review"></div>',
)


@pytest.mark.parametrize("body", PAGES)
def test_items_types_and_properties_agree(body: str) -> None:
    root = parse_html(body, [])
    assert root is not None
    ours = [_told(item) for item in microdata_items(root, "https://a.example/", [])]
    reference = MicrodataExtractor(nested=True).extract(body, base_url="https://a.example/")
    assert sorted(ours) == sorted(told for item in reference for told in _flattened(item))


def _told(item: Item) -> tuple[str, str]:
    names = {name: values for name, values in item.properties.items() if "." not in name}
    counted = sorted(f"{name}×{len(values)}" for name, values in names.items())
    return " ".join(item.types), " ".join(counted)


def _flattened(item: dict[str, Any]) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    counted = []
    for name, value in item.get("properties", {}).items():
        values = value if isinstance(value, list) else [value]
        counted.append(f"{short_name(name)}×{len(values)}")
        for inner in values:
            if isinstance(inner, dict):
                told.extend(_flattened(inner))
    types = item.get("type") or ""
    own = short_name(types if isinstance(types, str) else types[0]) if types else ""
    return [(own, " ".join(sorted(counted))), *told]
