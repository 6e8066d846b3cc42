"""JSON as pages embed it."""

from __future__ import annotations

import time

import pytest

from crawlers.parsing.json_repair import BrokenJson, load_json

WANTED = [{"@type": "Review", "name": "Fine"}]


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type": "Review", "name": "Fine"} -->',
        '//<![CDATA[\n{"@type": "Review", "name": "Fine"}\n//]]>',
        '/* <![CDATA[ */ {"@type": "Review", "name": "Fine"} /* ]]> */',
        '{"@type": "Review", "name": "Fine",}',
        '{"@type": "Review", /* a note */ "name": "Fine"}',
        '{"@type": "Review", // a note\n "name": "Fine"}',
        "{&quot;@type&quot;: &quot;Review&quot;, &quot;name&quot;: &quot;Fine&quot;}",
        '{"@type": "Review", "name": "Fine", "author": ',
        '{"@type": "Review", "name": "Fine"',
    ],
)
def test_what_pages_break_is_mended(script: str) -> None:
    values, is_repaired = load_json(script)
    assert (values, is_repaired) == (WANTED, True)


def test_sound_json_is_left_alone() -> None:
    assert load_json('{"url": "https://a.example/x", "text": "a, ] // b"}') == (
        [{"url": "https://a.example/x", "text": "a, ] // b"}],
        False,
    )


def test_line_breaks_and_controls_inside_strings_are_kept_or_escaped() -> None:
    values, _ = load_json('{"text": "one\ntwo\tthree\x01", }')
    assert values[0]["text"] == "one\ntwo\tthree\x01"


def test_bad_escapes_lose_nothing() -> None:
    values, _ = load_json(r'{"text": "it\'s \d fine"}')
    assert values[0]["text"] == r"it\'s \d fine"


def test_a_quote_inside_a_text_does_not_end_it() -> None:
    values, _ = load_json('{"name": "a 27" monitor", "text": "good"}')
    assert values[0] == {"name": 'a 27" monitor', "text": "good"}


@pytest.mark.parametrize(
    "script",
    [
        '{"sku": , "name": "Fine", "rating": {"value": }}',
        '{"sku": null "name": "Fine" "rating": {"value": null}}',
        '{"sku": null,, "name": "Fine", , "rating": {"value": null}}',
    ],
)
def test_what_a_template_left_out_is_null_or_a_comma(script: str) -> None:
    wanted = [{"sku": None, "name": "Fine", "rating": {"value": None}}]
    assert load_json(script) == (wanted, True)


def test_several_values_in_one_script_are_all_read() -> None:
    assert load_json('{"a": 1}\n{"b": 2}')[0] == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("script", ["", "nothing here", "<p>html</p>", "[" * 100_000])
def test_what_is_no_json_is_refused(script: str) -> None:
    with pytest.raises(BrokenJson):
        load_json(script)


@pytest.mark.parametrize(
    "unit", ['"', "/*", '\\"', "<!--", ",", "   ", "{", '"a":', "//", "&quot;"]
)
def test_no_input_makes_the_repair_slow(unit: str) -> None:
    started = time.process_time()
    with pytest.raises(BrokenJson):
        load_json('{"a" "' + unit * 200_000 + " x")
    assert time.process_time() - started < 5
