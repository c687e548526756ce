"""Questions about the page they are asked on."""

import pytest

from chatbot.answering.thispage import PageAspect, read


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("What is this post about?", "content"),
        ("what's this about", "content"),
        ("Can you summarize this article for me?", "content"),
        ("TL;DR", "content"),
        ("What are the key takeaways of this page?", "content"),
        ("Who wrote this?", "author"),
        ("who is the author?", "author"),
        ("When was this published?", "date"),
        ("How old is this article?", "date"),
        ("When was this guide last updated?", "updated"),
        ("Which tags does this post have?", "tags"),
    ],
)
def test_what_of_the_page_is_asked_for(question: str, aspect: PageAspect):
    found = read(question)
    assert found
    assert found.aspect == aspect


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What does this post say about soil?", "soil?"),
        ("Does this article mention slugs?", "slugs?"),
        ("According to this guide, what is mulch?", "what is mulch?"),
        ("What are the steps in this tutorial?", "What are the steps?"),
    ],
)
def test_what_the_page_says_on_a_topic(question: str, rest: str):
    found = read(question)
    assert found
    assert (found.aspect, found.text) == ("topic", rest)


@pytest.mark.parametrize(
    "question",
    ["What is mulch?", "Which posts are about soil?", "When was the soil article published?", "What is this?",
     "Who wrote the soil post?", "What is the newest article?", "How many posts are there?", "explain this"],
)  # fmt: skip
def test_other_questions_are_left(question: str):
    assert read(question) is None


SUBJECT = "Swimming course"


@pytest.mark.parametrize(
    ("question", "full"),
    [
        ("How much is it?", "How much is the “Swimming course”?"),
        ("When does it start?", "When does the “Swimming course” start?"),
        ("Who is it for?", "Who is the “Swimming course” for?"),
        ("What are the prices?", "What are the prices of the “Swimming course”?"),
        ("how long?", "how long is the “Swimming course”?"),
        ("What are its rules?", "What are the “Swimming course”’s rules?"),
    ],
)
def test_a_question_without_a_subject_means_the_page(question: str, full: str):
    found = read(question, SUBJECT)
    assert found
    assert (found.aspect, found.text) == ("topic", full)
    assert read(question) is None, "without a page, or where the conversation says what it is"


@pytest.mark.parametrize(
    ("question", "aspect"),
    [("Who wrote it?", "author"), ("When was it published?", "date"), ("When was it last updated?", "updated"),
     ("What is it about?", "content"), ("What is this?", "content")],
)  # fmt: skip
def test_it_is_the_page_in_questions_for_its_values(question: str, aspect: PageAspect):
    found = read(question, SUBJECT)
    assert found
    assert found.aspect == aspect


@pytest.mark.parametrize(
    "question",
    ["What is mulch?", "Where are you?", "Is it possible to cancel?", "Does a chain last longer if I wax it?",
     "Can I rent a bike and return it later?", "Do I have to book?", "What do I need?"],
)  # fmt: skip
def test_a_question_with_a_subject_of_its_own_is_left(question: str):
    assert read(question, SUBJECT) is None
