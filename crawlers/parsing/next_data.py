"""The state that pages made with Next.js carry for their own scripts."""

from __future__ import annotations

from typing import Any

from lxml import etree

from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.json_values import at


def page_props(root: etree._Element, problems: list[str]) -> dict[str, Any]:
    """Properties of the page in its `__NEXT_DATA__` script; empty without one."""
    for script in root.iter("script"):
        if script.get("id") == "__NEXT_DATA__":
            return _props(script_json(script, "__NEXT_DATA__", problems))
    return {}


def props_of(value: Any) -> dict[str, Any]:
    """The same properties in an answer that was fetched as JSON."""
    found = at(value, "pageProps")
    return found if isinstance(found, dict) else _props(value)


def script_json(script: etree._Element, name: str, problems: list[str]) -> Any:
    """What a script holds; None and a problem where it cannot be read."""
    text = "".join(str(piece) for piece in script.itertext())
    try:
        values, is_repaired = load_json(text)
    except BrokenJson as error:
        problems.append(f"script {name} cannot be read: {error}")
        return None
    if is_repaired:
        problems.append(f"script {name} was malformed and has been repaired")
    return values[0]


def _props(value: Any) -> dict[str, Any]:
    found = at(value, "props", "pageProps")
    return found if isinstance(found, dict) else {}
