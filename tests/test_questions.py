import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.answering.questions import read, satisfies

KINDS = {
    "definition": [
        "What is lead generation?",
        "what's SEO",
        "What’s a lead magnet?",
        "Define MQL",
        "What does CRM stand for?",
        "What is meant by lead scoring?",
        "the meaning of PPC",
    ],
    "list": [
        "What are the key lead generation activities?",
        "List the lead generation activities",
        "Which activities generate leads?",
        "Name three types of leads",
        "What tools can I use?",
        "Give me some examples of lead magnets",
    ],
    "comparison": ["MQL vs SQL", "Compare SEO with PPC", "How is SEO different from PPC?"],
    "reason": ["Why is lead generation important?", "How come leads go cold?", "What is the reason for scoring?"],
    "procedure": ["How do I measure success?", "how to get more leads"],
    "quantity": ["How many leads should I expect?", "How long does SEO take?", "What percentage of leads convert?"],
    "money": ["How much does SEO cost?", "What does a CRM cost per month?", "How expensive is PPC?"],
    "date": ["When should I call?", "In which year was it written?", "Since when do chatbots exist?"],
    "person": ["Who wrote it?", "Whom should I call?"],
    "place": ["Where can I advertise?", "In which country is it legal?"],
    "polar": ["Is SEO expensive?", "Do chatbots help?", "Can I buy leads?"],
    "other": [
        "lead magnets",
        "What happens when a lead goes cold?",
        "What makes a good lead?",
        "",
        "?",
        "Which is best?",
    ],
}


@pytest.mark.parametrize(("kind", "question"), [(kind, each) for kind, several in KINDS.items() for each in several])
def test_the_wording_tells_the_kind(kind: str, question: str):
    assert read(question).kind == kind


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What is a lead magnet?", "lead magnet"),
        ("What does CRM stand for?", "CRM"),
        ("What is meant by lead scoring?", "lead scoring"),
        ("What is the definition of PPC", "PPC"),
        ("What exactly is SEO", "What exactly is SEO"),
    ],
)
def test_a_definition_has_a_topic(question: str, topic: str):
    assert read(question).topic == topic


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("What is the difference between MQLs and SQLs?", ("MQLs", "SQLs")),
        ("Difference between a landing page and the home page", ("landing page", "home page")),
        ("What are the differences between hot leads, warm leads and cold leads?",
         ("hot leads", "warm leads", "cold leads")),
        ("How do marketing qualified leads differ from sales qualified leads?",
         ("marketing qualified leads", "sales qualified leads")),
        ("How does SEO compare to PPC?", ("SEO", "PPC")),
        ("How are SEO and PPC different?", ("SEO", "PPC")),
        ("What distinguishes an MQL from an SQL?", ("MQL", "SQL")),
        ("Which is better, SEO or PPC?", ("SEO", "PPC")),
        ("MQL vs. SQL?", ("MQL", "SQL")),
        ("compare inbound and outbound marketing", ("inbound", "outbound marketing")),
        ("How does it compare to PPC?", ()),
        ("What are sales and marketing?", ()),
    ],
)  # fmt: skip
def test_a_comparison_has_sides(question: str, sides: tuple[str, ...]):
    assert read(question).sides == sides


def test_words_that_ask_are_told_from_words_that_name():
    assert read("What is the definition of PPC?").words.split() == ["What", "is", "the", "of", "PPC?"]
    assert read("Tell me").words == "Tell me"


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("How many leads are enough?", "Ten a week are enough.", "As many as sales can call."),
        ("How much does SEO cost?", "Agencies ask for $500 a month.", "It costs time above all."),
        ("When was it written?", "It was written in July 2024.", "It was written in a hurry."),
        ("Who wrote it?", "It was written by Ann Smith.", "it was written in a hurry"),
    ],
)
def test_what_a_question_asks_for_is_seen_in_its_answer(question: str, answer: str, other: str):
    kind = read(question).kind
    assert satisfies(kind, answer)
    assert not satisfies(kind, other)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str):
    question = read(text)
    assert question.text == text
    assert (question.kind == "comparison") == bool(question.sides)
