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
