"""Words of posts that sites keep as Markdown."""

from __future__ import annotations

import time

from crawlers.parsing.markdown_text import words_of


def test_markdown_is_read_without_marks_quotes_and_pictures() -> None:
    written = (
        "# Kettle\n\n&gt; buy it\n&gt; now\n\nNo, **never** [again](https://x.example/a)!\n"
        "![lid](https://x.example/lid.png)\n\n---\n&gt;!hidden!&lt; 3 \\* 4 &amp; #1"
    )
    found = words_of("", written, [])
    assert found.text == "Kettle\n\nNo, never again!\n\nhidden 3 * 4 & #1"
    assert (found.quotes, found.media) == (1, 1)


def test_html_is_preferred_and_keeps_what_looks_like_a_signature() -> None:
    markup = f"<blockquote>buy</blockquote><p>No {'_' * 30} never &lt;b&gt;</p><img src=a.png>"
    found = words_of(markup, "other", [])
    assert found.text == "No ________ never <b>"
    assert (found.quotes, found.media) == (1, 1)


def test_hostile_marks_are_read_at_once() -> None:
    started = time.process_time()
    for piece in ("[", "![", "**a", "> ", "- ", "\\", "[a]("):
        words_of("", piece * 100_000, [])
    assert time.process_time() - started < 5
