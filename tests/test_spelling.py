import re
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import httpx
import pytest
import tantivy
from conftest import Server
from contracts import passage
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from chatbot import Chatbot, lexical
from chatbot.channels.client_exchange import read_answer
from chatbot.channels.markdown import quoted, render
from chatbot.channels.terminal import AnswerWriter
from chatbot.english import alike, counts, near, shelved
from chatbot.lexical import LexicalIndex
from chatbot.records import Answer, Statement, Turn
from chatbot.retrieval import STOPWORDS, content_words
from chatbot.spelling import Speller

TEXTS = [
    "Lead generation turns strangers into prospects. Lead generation needs a landing page.",
    "Social media marketing brings leads; social media takes time.",
    "Marketing automation sends an e-mail to every prospect of the campaign.",
    "An open house and an opening offer start a marketing campaign.",
    "Email marketing has a newsletter at its heart. A webinar by Peter Brownlee explains it.",
    "Customers trust a brochure, and customers trust testimonials.",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    made = LexicalIndex(tmp_path_factory.mktemp("spelling") / "lexical")
    made.update([passage(number, text) for number, text in enumerate(TEXTS)])
    return made


@pytest.fixture(scope="module")
def speller(index: LexicalIndex) -> Speller:
    return Speller(index, content_words, lambda: ["Written by Quentin Marketson"])


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("What is leed generation?", "What is lead generation?"),
        ("What is Leed Generation?", "What is Lead Generation?"),
        ("WHAT IS LEED GENERATION", "WHAT IS LEAD GENERATION"),
        ("socail meida", "social media"),
        ("marketign automation", "marketing automation"),
        ("email markting’s heart", "email marketing’s heart"),
        ("an e-mial to prospects", "an e-mail to prospects"),
        ("leadgeneration tips", "lead generation tips"),
        ("How do I make a land ing page?", "How do I make a landing page?"),
        ("testimoinals", "testimonials"),
        ("Who is Peter Bronlee?", "Who is Peter Brownlee?"),
        ("an openning offer", "an opening offer"),  # its stem is a post's, its spelling is nobody's
        ("Can I get a newslettter?", "Can I get a newsletter?"),  # a letter doubled
        ("a campain", "a campaign"),
        ("Do you know a custommer?", "Do you know a customer?"),  # posts have another form of it
        ("cuystomers and broshures", "customers and brochures"),
        ("an open houes", "an open house"),
        ("leed generation by socail meida and markting", "lead generation by social media and marketing"),
    ],
)
def test_a_clear_misspelling_is_put_right(speller: Speller, question: str, meant: str) -> None:
    assert speller.corrected(question).question == meant


@pytest.mark.parametrize(
    "question",
    [
        "What is lead generation?",
        "generating leads with campaigns",  # forms of words that posts have
        "Who is Kevin?",
        "Who is Bronlee?",  # a name alone
        "Is there leed?",  # need, feed, seed as well
        "What is a pag?",
        "a distant brochette",
        "to and fro at an inn",
        "I mea that",
        "Ther is one",  # there, the, their
        "Can I ride a bicycle to a funeral?",  # English that no post has
        "custom broaches and testimony",
        "What does Marketson say?",  # the front matter has it
        "the marketung.html file, marketing@customrs.org and B2C2X",
        "LeadCraftr or leadCraftr",
        "couldn't we've",
        "Was kostet eine Werbekampagne für Anfängerinnen?",
        "xqzvw wvzqx",
        "?!",
        "m" * 2000,
    ],
)
def test_anything_else_is_left_alone(speller: Speller, question: str) -> None:
    corrected = speller.corrected(question)
    assert corrected.question == question
    assert corrected.note == ""


def test_the_reader_is_told(speller: Speller) -> None:
    one = speller.corrected("What is leed generation?")
    assert one.note == "Searched for “lead generation”; no post has “leed”."
    two = speller.corrected("socail meida")
    assert two.note == "Searched for “social media”; no post has “socail” or “meida”."


def test_what_is_corrected_is_correct(speller: Speller) -> None:
    once = speller.corrected("leed generation by socail media and markting").question
    assert speller.corrected(once).question == once


def test_a_rare_word_of_english_gives_way_to_a_frequent_one_of_the_posts(tmp_path: Path) -> None:
    posts = LexicalIndex(tmp_path / "lexical")
    posts.update([passage(number, "The course costs a day pass.") for number in range(6)])
    speller = Speller(posts, content_words)
    assert speller.corrected("how long is a corse").question == "how long is a course"
    assert speller.corrected("a day pas").note == "Searched for “day pass”; no post has “pas”."
    for question in ("a core", "a pas", "is it coarse", "who is Corse", "a nice horse"):
        assert speller.corrected(question).question == question


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("wich brochure", "which brochure"),  # not "with"
        ("Wich brochure", "Which brochure"),
        ("whitch", "which"),
        ("Teh waht and hwo, abuot adn becuase", "The what and how, about and because"),
        ("how mutch is thier e-mail", "how much is their e-mail"),
    ],
)
def test_function_words_are_put_right_without_a_note(speller: Speller, question: str, meant: str) -> None:
    corrected = speller.corrected(question)
    assert corrected.question == meant
    assert corrected.note == ""


def test_only_words_of_content_are_noted(speller: Speller) -> None:
    corrected = speller.corrected("waht is leed generation abuot")
    assert corrected.question == "what is lead generation about"
    assert corrected.note == "Searched for “lead generation”; no post has “leed”."


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80) | st.lists(st.sampled_from(" ".join(TEXTS).lower().split()), max_size=8).map(" ".join))
def test_only_function_words_are_changed_without_a_note(speller: Speller, question: str) -> None:
    corrected = speller.corrected(question)
    new = set(re.findall(r"\w+", corrected.question.lower())) - set(re.findall(r"\w+", question.lower()))
    assert corrected.note or new <= STOPWORDS


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(" ".join(TEXTS).split()), min_size=1, max_size=8))
def test_the_posts_own_words_are_never_changed(speller: Speller, words: list[str]) -> None:
    assert not speller.corrected(" ".join(words)).note


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["marketing", "testimonials", "newsletter"]), st.data())
def test_what_is_near_is_as_near_as_it_says(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 2))
    letter = data.draw(st.sampled_from("abcxyz"))
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    for typed in {word[:place] + word[place + 1 :], word[:place] + letter + word[place:], swapped} - {word}:
        assert dict(near(typed, shelved([word, "unlike"]), 1)) == {word: 1}


@pytest.mark.parametrize(
    ("word", "other"), [("begginer", "beginner"), ("wich", "which"), ("mutch", "much"), ("corse", "course"),
                        ("definately", "definitely"), ("freind", "friend"), ("lazer", "laser")]
)  # fmt: skip
def test_what_looks_or_sounds_alike(word: str, other: str) -> None:
    assert alike(word, other)


@pytest.mark.parametrize(("word", "other"), [("wich", "with"), ("junu", "june"), ("cat", "cut")])
def test_what_does_not(word: str, other: str) -> None:
    assert not alike(word, other)


def test_english_is_known() -> None:
    assert {"bicycle", "webinar", "the"} <= counts().keys()


def test_words_as_they_are_written(index: LexicalIndex) -> None:
    written = dict(index.spellings())
    assert written["marketing"] == 4
    assert "openning" not in written
    assert index.phrase_frequency(["social", "media"]) == 1
    assert index.phrase_frequency(["media", "social"]) == 0
    assert index.together(index.terms("marketing campaigns")) == 2
    assert index.together([]) == 0


def test_an_index_made_before_words_were_kept_still_works(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    folder.mkdir()
    old = tantivy.Index(old_schema(), path=str(folder))
    old.register_tokenizer("english_words", lexical._analyzer())
    old.writer().commit()
    del old
    index = LexicalIndex(folder)
    index.update([passage(number, text) for number, text in enumerate(TEXTS)])
    assert index.search("generating leads", 10)
    assert index.spellings() == []
    speller = Speller(LexicalIndex(folder), content_words)
    assert not speller.corrected("leed generation land ing").note
    assert speller.corrected("markting").question == "marketing"


def old_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", tokenizer_name="english_words", index_option="freq")
    for name in ("slug", "tag"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    return builder.build()


# ---- the whole chatbot

NOTE = "Searched for “lead generation”; no post has “leed”."


def test_a_corrected_question_is_answered_and_says_so(bot: Chatbot) -> None:
    right, wrong = bot.ask("What is lead generation?"), bot.ask("What is leed generation?")
    assert wrong.note == NOTE
    assert right.note == ""
    assert wrong.question == "What is leed generation?"
    assert (wrong.found, wrong.statements) == (right.found, right.statements)
    assert wrong.text.startswith(f"*{NOTE}*\n\n")


def test_all_of_a_growing_answer_says_so(bot: Chatbot) -> None:
    assert all(answer.note.startswith(NOTE) for answer in bot.stream("What is leed generation?"))


def test_a_follow_up_is_corrected_in_its_context(bot: Chatbot) -> None:
    history = [Turn("What is lead generation?", "…")]
    assert "social media" in bot.ask("and for socail media?", history).note


def test_a_refusal_says_so_too(bot: Chatbot) -> None:
    refusal = bot.ask("How many moons orbit the leed generation planet Jupiter?")
    assert not refusal.found
    assert refusal.note == NOTE


def test_search_corrects_silently(bot: Chatbot) -> None:
    wanted = [hit.passage.id for hit in bot.search("lead generation")]
    assert [hit.passage.id for hit in bot.search("leed generation")] == wanted


# ---- where a note is shown


def noted(note: str, *statements: str, complete: bool = True) -> Answer:
    return Answer("?", tuple(Statement(text, ()) for text in statements), note=note, complete=complete)


def test_the_http_api_and_its_client_tell(server: Server) -> None:
    response = httpx.post(f"{server.url}/api/ask", json={"question": "What is leed generation?"}, timeout=20)
    assert response.json()["note"] == NOTE
    assert read_answer(response.content).note == NOTE


def test_markdown_tells_at_the_end_for_it_may_come_late() -> None:
    growing = render(noted("", "A statement.", complete=False)).text
    done = render(noted(NOTE, "A statement.")).text
    assert done == f"{growing}\n\n*{NOTE}*"
    assert quoted(noted(NOTE, "A statement.")) == f"*{NOTE}*\n\nA statement."


def terminal(answers: Iterable[Answer]) -> str:
    screen = StringIO()
    writer = AnswerWriter(Console(file=screen))
    for answer in answers:
        writer.update(answer)
    return screen.getvalue()


def test_the_terminal_tells_first_or_once_it_knows() -> None:
    early = noted(NOTE, "One.", complete=False), noted(f"{NOTE} As of 2024.", "One.", "Two.")
    assert terminal(early) == f"{NOTE}\n\nOne. Two.\n\nAs of 2024.\n"
    assert terminal([noted("As of 2024.", "One.")]) == "As of 2024.\n\nOne.\n"
