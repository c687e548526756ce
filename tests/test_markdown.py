"""Answers as Markdown with links, for clients that show text."""

from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chatbot import Answer, Citation, Statement
from chatbot.channels.markdown import QUESTIONS, SOURCES, link, plain, render

WORDS = st.text("ab 1.()[]*_`<>\\#|~$&!", min_size=1, max_size=20).map(lambda text: f"w{text.strip()}")
KINDS = st.sampled_from(["sentence", "item", "row", "code"])
URLS = st.text("ab/?=&;#~:%20()[]<>\"'`*_\\| ,.", max_size=30).map(lambda text: f"https://example.com/{text}")


def cited(url: str, number: int = 1) -> Citation:
    return Citation(number, "post", "A [post]", f"{url}", ("A [post]", "Why?"), None, "quote", "post.md", 0, 5)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    citations = [cited(url, number) for number, url in enumerate(draw(st.lists(URLS, min_size=1, max_size=3)), 1)]
    numbers = st.lists(st.integers(1, len(citations)), min_size=1, max_size=3).map(tuple)
    statements = draw(st.lists(st.builds(Statement, WORDS, numbers, KINDS), min_size=1, max_size=4))
    return Answer("?", tuple(statements), tuple(citations), found=True)


def hrefs(markdown: str) -> list[str]:
    tokens = MarkdownIt().parse(markdown)
    inner = [child for token in tokens for child in token.children or ()]
    return [unquote(str(token.attrs["href"])) for token in inner if token.type == "link_open"]


@settings(max_examples=150, deadline=None)
@given(answers())
def test_every_mark_is_a_link_at_its_place(answer: Answer):
    rendered = render(answer)
    numbers = [number for statement in answer.statements for number in statement.citations]
    assert [mark.citation.number for mark in rendered.marks] == numbers
    for mark in rendered.marks:
        assert rendered.text[mark.start : mark.end].startswith(f"[{mark.citation.number}](https://example.com/")
        assert hrefs(rendered.text[mark.start : mark.end]) == [unquote(mark.citation.url)]
    in_text, in_sources = (hrefs(part) for part in rendered.text.split(SOURCES))
    assert in_text == [unquote(mark.citation.url) for mark in rendered.marks]
    assert in_sources == [unquote(citation.url) for citation in answer.citations]


@settings(max_examples=100, deadline=None)
@given(answers())
def test_a_growing_answer_begins_as_it_did(answer: Answer):
    last = ""
    for count in range(len(answer.statements) + 1):
        growing = render(replace(answer, statements=answer.statements[:count], complete=False)).text
        assert growing.startswith(last)
        last = growing
    assert render(answer).text.startswith(last)


@settings(max_examples=100, deadline=None)
@given(answers())
def test_the_answers_own_text_comes_back(answer: Answer):
    assert plain(render(answer).text) == answer.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "post.md", ""])
def test_what_is_no_web_address_is_no_link(url: str):
    answer = Answer("?", (Statement("A statement.", (1,)),), (cited(url),), found=True)
    rendered = render(answer)
    assert hrefs(rendered.text) == []
    assert rendered.text.startswith("A statement. [1]\n")
    assert rendered.text[rendered.marks[0].start : rendered.marks[0].end] == "[1]"


def test_a_path_is_linked_as_a_web_address_is():
    assert link("1", "/posts/a(b)/") == "[1](/posts/a%28b%29/)"


def test_a_refusal_ends_with_questions_to_ask():
    refusal = Answer("?", (Statement("I don't know.", ()),), suggestions=("What is *a*?", "What is b?"))
    assert render(refusal).text == f"I don't know.{QUESTIONS}- What is \\*a\\*?\n- What is b?"
    assert plain(render(refusal).text) == refusal.text
