"""Answers as Markdown with links, for clients that show text."""

import html
import re
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from chatbot import Answer, Citation, Statement, Turn
from chatbot.channels.markdown import QUESTIONS, SOURCES, link, literal, plain, quoted, render, turns
from chatbot.pointing import items

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = '<img src=x onerror="alert(1)"> **bold** [a](javascript:alert(1)) ![](x) `code` &lt;b&gt; <script>x</script>'
TEA = "https://example.com/tea#green:~:text=Tea"
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


LINES = st.lists(
    st.text("ab 1.)-+=#*_`<>\\|~&", min_size=1, max_size=12).map(str.strip).filter(bool), min_size=1, max_size=3
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES.map("\n".join), min_size=2, max_size=12), st.integers(1, 120))
def test_steps_are_one_list_with_their_numbers(texts: list[str], first: int):
    steps = tuple(Statement(text, (1,), "item", first + place) for place, text in enumerate(texts))
    for text in (Answer("?", steps).text, render(Answer("?", steps, (tea(),), complete=False)).text):
        (shown,) = SyntaxTreeNode(MARKDOWN.parse(text)).children
        assert (shown.type, shown.attrs.get("start", 1)) == ("ordered_list", first)
        assert [[part.type for part in item.children] for item in shown.children] == [["paragraph"]] * len(steps)


def test_bullets_between_steps_leave_the_count_as_it_is():
    steps = [("Boil", 1), ("gently", 0), ("Pour", 2), ("Steep", 3)]
    answer = Answer("?", (Statement("So:", ()), *(Statement(text, (), "item", number) for text, number in steps)))
    assert answer.text == "So:\n\n1. Boil\n- gently\n2. Pour\n3. Steep"
    assert re.findall(r"<ol[^>]*>|<ul>", MARKDOWN.render(answer.text)) == ["<ol>", "<ul>", '<ol start="2">']
    assert plain(render(answer).text) == answer.text
    assert [item.name for item in items(answer.text)] == ["Boil", "gently", "Pour", "Steep"]


def test_lines_of_a_step_stay_in_it():
    answer = Answer("?", (Statement("Boil\n1. gently", (1,), "item", 9), Statement("Pour\n- all", (1,), "item", 10)))
    assert answer.text == "9. Boil  \n   1\\. gently [1]\n10. Pour  \n    \\- all [1]"
    assert MARKDOWN.render(answer.text).count("<li>") == 2


def test_a_row_has_no_number():
    assert Answer("?", (Statement("Day: Monday", (), "row"),)).text == "- Day: Monday"


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


def test_an_answer_with_its_sources():
    answer = Answer("?", (Statement("Tea is a drink.", (1,)),), (tea(),), found=True)
    assert quoted(answer) == (
        "Tea is a drink. [1]\n\n**Sources**\n\n"
        "1. [Tea › Kinds › Green](https://example.com/tea#green:~:text=Tea) (2024-07-13)\n"
        "   > “Tea is a drink.”"
    )


def test_no_sources_where_there_are_none():
    assert quoted(Answer("?", (Statement("Hello!", ()),))) == "Hello!"


def test_the_tenth_source_stays_in_the_list():
    citations = tuple(tea(number=number) for number in range(1, 12))
    shown = MARKDOWN.render(quoted(Answer("?", (Statement("So.", (11,)),), citations)))
    assert shown.count("<ol") == 1
    assert shown.count("<li>") == shown.count("<blockquote>") == 11


def test_nothing_from_a_post_is_taken_for_markup():
    hostile = tea(title=HOSTILE, quote=HOSTILE, headings=(HOSTILE,), url="https://example.com/)<img src=x>")
    shown = MARKDOWN.render(quoted(Answer("?", (Statement(HOSTILE, (1,)),), (hostile,))))
    assert set(re.findall(r"<(\w+)", shown)) == {"p", "strong", "ol", "li", "a", "blockquote"}
    assert re.findall(r'href="([^"]*)"', shown) == ["https://example.com/%29%3Cimg%20src=x%3E"]
    assert shown.count("<strong>") == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "posts/tea"])
def test_only_web_addresses_become_links(url):
    assert "](" not in quoted(Answer("?", (Statement("So.", (1,)),), (tea(url=url),)))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
@settings(max_examples=150, deadline=None)
def test_literal_text_shows_as_it_is(text):
    shown = MARKDOWN.render(literal(text))
    assert html.unescape(re.sub(r"</?p>\n?", "", shown)) == " ".join(text.split())


def test_a_title_begins_no_list_where_it_is_no_link():
    answer = Answer("?", (Statement("So.", (1,)),), (tea(title="1. Tea", url=""),))
    assert MARKDOWN.render(quoted(answer)).count("<ol") == 1


@settings(max_examples=100, deadline=None)
@given(answers())
def test_quotes_are_the_one_thing_that_the_forms_differ_in(answer: Answer):
    sources = [line for line in quoted(answer).split(SOURCES)[1].splitlines() if not line.startswith("   >")]
    assert sources == render(answer).text.split(SOURCES)[1].splitlines()
    assert plain(quoted(answer)) == plain(render(answer).text)


def test_messages_become_turns():
    answer = Answer("?", (Statement("Tea is a drink.", (1,)),), (tea(),), found=True)
    messages = [
        ("assistant", "Hello!"), ("user", "a"), ("assistant", "1"), ("assistant", "2"), ("tool", "t"), ("user", "b"),
        ("user", "c"), ("assistant", render(answer).text), ("user", "d"), ("assistant", quoted(answer)), ("user", "e"),
    ]  # fmt: skip
    found = [Turn("a", "1\n\n2"), Turn("b", ""), Turn("c", answer.text), Turn("d", answer.text), Turn("e", "")]
    assert turns(messages, 50) == turns(messages, 5) == found
    assert turns(messages, 2) == found[-2:]
    assert turns(messages, 0) == []


def tea(number=1, title="Tea", url=TEA, headings=("Tea", "Kinds", "Green"), quote="Tea is a drink."):
    return Citation(number, "tea", title, url, headings, date(2024, 7, 13), quote, "tea.md", 0, len(quote))
