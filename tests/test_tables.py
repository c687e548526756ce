"""A small school's courses and prices, asked about row by row."""

import pytest

from chatbot import Chatbot

POSTS = {
    "courses in spring": "These courses run from March to May.\n\n"
    "| Course | Teacher | Starts | Level |\n| --- | --- | --- | --- |\n"
    "| Bread baking | Olga Petrov | 3 March | beginners |\n"
    "| Sourdough | Olga Petrov | 17 March | advanced |\n"
    "| Knife skills | Ben Carter | 9 April | beginners |\n"
    "| Fermentation | Mia Lund | 7 May | advanced |\n\n"
    "Aprons are provided, and everybody takes home what they made.",
    "prices in 2026": "From January these prices apply.\n\n"
    "| Ticket | Adult | Student |\n| --- | --- | --- |\n"
    "| Single evening | €40 | €25 |\n| Five evenings | €180 | €110 |\n| Whole year | €900 | €600 |\n",
    "our oven": "The oven is from 1931. It was built by a Danish firm. It bakes forty loaves at once. It runs on wood.",
}


@pytest.fixture(scope="module")
def school(asks) -> Chatbot:
    return asks(POSTS)


def rows(bot: Chatbot, question: str) -> list[str]:
    """The first cells of the rows told."""
    answer = bot.ask(question)
    assert answer.found
    return [statement.text.split(";")[0].split(": ")[-1] for statement in answer.statements if statement.kind == "row"]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("When does the sourdough course start?", ["Sourdough"]),
        ("Which courses are for beginners?", ["Bread baking", "Knife skills"]),
        ("Which courses does Olga Petrov teach?", ["Bread baking", "Sourdough"]),
        ("Who teaches fermentation?", ["Fermentation"]),
        ("How much is a single evening?", ["Single evening"]),
        ("What does a whole year cost for students?", ["Whole year"]),
    ],
)
def test_only_the_rows_that_are_asked_about_are_told(school: Chatbot, question: str, wanted: list[str]):
    assert rows(school, question) == wanted


@pytest.mark.parametrize(
    ("question", "count"),
    [("Which courses run in spring?", 4), ("What courses do you offer?", 4), ("What are the prices?", 3)],
)
def test_a_question_about_the_whole_table_gets_all_of_it(school: Chatbot, question: str, count: int):
    assert len(rows(school, question)) == count


def test_a_sentence_comes_with_what_it_is_about_but_not_with_all_between(school: Chatbot):
    answer = school.ask("How many loaves does it bake at once in the oven?")
    assert [statement.text for statement in answer.statements] == [
        "The oven is from 1931.",
        "It bakes forty loaves at once.",
    ]
