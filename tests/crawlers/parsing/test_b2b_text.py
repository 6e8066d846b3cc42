"""The questions of a site are not its reviewers' words."""

from __future__ import annotations

from crawlers.parsing.b2b_text import Answers, answers_below_first_question, answers_of


def test_answers_go_where_their_questions_belong() -> None:
    found = answers_of(
        "Good tool\nWhat do you like best about Kettle?\nFast\nQuiet\n"
        "What do you dislike about Kettle?\nPrice\n"
        "What problems is Kettle solving and how is that benefiting you?\nTea"
    )
    assert found == Answers(
        pros="Fast\nQuiet", cons="Price", text="Good tool\n\nTea", is_asked=True
    )


def test_questions_within_a_line_are_found() -> None:
    found = answers_of("What do you like best? It boils. What do you dislike? The price.")
    assert (found.pros, found.cons, found.text) == ("It boils.", "The price.", "")


def test_an_author_who_uses_the_words_is_not_cut() -> None:
    text = "Overall, it is fine.\nPros and cons are balanced.\nWhat do you like, I ask."
    assert answers_of(text) == Answers(text=text)


def test_what_stands_before_the_first_question_of_a_card_is_not_the_authors() -> None:
    lines = ["Inna P.", "Retail", "Pros:", "Fast", "Cons:", "Loud"]
    assert answers_below_first_question(lines) == Answers(pros="Fast", cons="Loud", is_asked=True)
    assert answers_below_first_question(["Inna P."]) == Answers()
