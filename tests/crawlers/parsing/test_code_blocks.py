"""Lines of programs in extracted texts."""

from __future__ import annotations

from crawlers.parsing.code_blocks import as_preformatted
from crawlers.parsing.text import plain_text


def test_lines_of_a_program_stay_lines() -> None:
    markup = '<p>Try</p><pre class="lang"><code class="py">one\ntwo\n</code></pre><p>it</p>'
    assert plain_text(as_preformatted(markup)) == "Try\n\none\ntwo\n\nit"


def test_code_in_a_sentence_is_left_alone() -> None:
    assert as_preformatted("<p>a <code>b</code> c</p>") == "<p>a <code>b</code> c</p>"
