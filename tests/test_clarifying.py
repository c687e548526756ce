"""Questions too vague to answer."""

import pytest

from chatbot import Chatbot, Turn
from chatbot.answering.clarifying import Reading, named, question_back

TWO = {
    "pots": "# Pots\n\nPots are made of clay and fired in a kiln for a whole day.\n\n## Benefits of clay pots\n\n"
    "Clay pots keep water cool on hot days and they last for many years.\n\n## How to fire a pot\n\n"
    "Warm the kiln slowly, then keep it at a thousand degrees for eight hours.",
    "courses": "# Courses\n\nOur pottery courses run every spring in the workshop by the river.\n\n"
    "## Benefits of evening courses\n\nEvening courses are quiet and the teacher has time for every question.\n\n"
    "## Pricing\n\nA course costs sixty euros, and the clay is included in that price.",
}


@pytest.fixture(scope="module")
def bot(asks) -> Chatbot:
    return asks(TWO)


@pytest.mark.parametrize("question", ["pricing?", "How much is it?", "What does it cost?", "the price?"])
def test_what_only_one_heading_is_about_is_answered(bot: Chatbot, question: str):
    answer = bot.ask(question)
    assert answer.found
    assert "sixty euros" in answer.text
    assert answer.question == question


@pytest.mark.parametrize("question", ["tell me more", "what about it?", "why?", "examples?", "the second one"])
def test_a_question_about_nothing_gets_a_question_back(bot: Chatbot, question: str):
    answer = bot.ask(question)
    assert (answer.found, answer.composer, answer.citations) == (False, "clarifying", ())
    assert len(answer.statements) == 1
    assert 2 <= len(answer.suggestions) <= 3
    assert all(choice in answer.statements[0].text for choice in answer.suggestions)
    assert all(bot.ask(choice).found for choice in answer.suggestions)


def test_several_headings_become_choices(bot: Chatbot):
    answer = bot.ask("What are the benefits?")
    assert answer.composer == "clarifying"
    assert answer.statements[0].text.startswith("Do you mean “")
    assert any("clay pots" in choice for choice in answer.suggestions)
    assert any("evening courses" in choice for choice in answer.suggestions)


PRICES = {
    "our prices in 2021": "Here is what we charged in 2021.\n\n| Ticket | Adult |\n| --- | --- |\n| Kiln hour | €3 |\n",
    "new prices from May 2024": "Gas has become dear, so the prices go up.\n\n"
    "| Ticket | Adult |\n| --- | --- |\n| Kiln hour | €5 |\n",
    "firing": "A firing takes a night, and the fee for it is due beforehand.\n\n## How do I book?\n\n"
    "Write to us a week before, and bring the fee with you when you come to the workshop.\n\n"
    "## What can break?\n\nA pot with air in it may burst, and the cost of the shelf is yours then.",
}


@pytest.mark.parametrize("question", ["prices?", "how much is it?", "fees?"])
def test_posts_about_nothing_but_prices_answer(asks, question: str):
    answer = asks(PRICES).ask(question)
    assert answer.found
    assert "Kiln hour" in answer.text


def test_choices_are_of_headings_and_titles_that_have_the_word(asks):
    posts = {
        "the price of glaze": "Glaze has become dear, since cobalt comes from far away and is hard to get.",
        "the cost of a kiln": "A kiln is dear to buy and dearer to run, as it needs a strong line and a shed.",
        "kiln membership for potters": "Members fire their pots whenever they like, day and night, all year round.",
        "firing": PRICES["firing"],
    }
    answer = asks(posts).ask("how much is it?")
    assert answer.composer == "clarifying"
    assert len(answer.suggestions) == 3
    assert all(any(word in choice.lower() for word in ("glaze", "kiln")) for choice in answer.suggestions)


def test_a_choice_can_be_taken_by_its_place(bot: Chatbot):
    back = bot.ask("What are the benefits?")
    taken = bot.ask("the second one", [Turn("What are the benefits?", back.text)])
    assert taken.found
    assert taken.statements == bot.ask(back.suggestions[1]).statements


def test_the_only_post_is_what_is_meant(asks):
    answer = asks({"pots": TWO["pots"]}).ask("tell me more")
    assert answer.found
    assert "made of clay" in answer.text


@pytest.mark.parametrize(
    "question", ["How do I fire a pot?", "What are the benefits of clay pots?", "Who wrote it?", "clay"]
)
def test_a_question_that_names_a_thing_gets_no_question_back(bot: Chatbot, question: str):
    assert bot.ask(question).composer != "clarifying"


def test_what_the_conversation_explains_needs_no_question_back(bot: Chatbot):
    answer = bot.ask("What are the benefits?", [Turn("What are clay pots?", "…")])
    assert answer.found
    assert "keep water cool" in answer.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("tell me more", ""),
        ("What about it?", ""),
        ("How much is it?", "price pricing cost fee"),
        ("pricing?", "price pricing cost fee"),
        ("What are the benefits?", "benefits"),
        ("Who established it?", "established"),
    ],
)
def test_what_a_vague_question_names(question: str, words: str):
    assert named(question) == words


def test_choices_are_told_apart_from_guesses():
    choices = ("What is SEO?", "What is PPC?")
    assert question_back("cost?", Reading(choices=choices, likely=True)).text == (
        "Do you mean “What is SEO?” or “What is PPC?”"
    )
    assert question_back("more", Reading(choices=choices)).text.startswith("I'm not sure what you mean.")
