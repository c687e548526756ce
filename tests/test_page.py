import html
import re
import shutil
from datetime import date

import pytest
from conftest import Server
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chatbot import Answer, Chatbot, Citation, Statement, Turn
from chatbot.channels.page import Exchange, literal, messages, plain_reply, render, replies, turns

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = '<img src=x onerror="alert(1)"> **bold** [a](javascript:alert(1)) ![](x) `code` &lt;b&gt; <script>x</script>'
TEA = "https://example.com/tea#green:~:text=Tea"
QUIET = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def test_an_answer_with_its_sources():
    answer = Answer("?", (Statement("Tea is a drink.", (1,)),), (_citation(),), found=True)
    assert render(answer) == (
        "Tea is a drink. [1]\n\n**Sources**\n\n"
        "1. [Tea](https://example.com/tea#green:~:text=Tea) · Kinds › Green · 13 July 2024\n"
        "   > “Tea is a drink.”"
    )


def test_no_sources_where_there_are_none():
    assert render(Answer("?", (Statement("Hello!", ()),))) == "Hello!"


def test_the_tenth_source_stays_in_the_list():
    citations = tuple(_citation(number=number) for number in range(1, 12))
    shown = MARKDOWN.render(render(Answer("?", (Statement("So.", (11,)),), citations)))
    assert shown.count("<ol") == 1
    assert shown.count("<li>") == shown.count("<blockquote>") == 11


def test_nothing_from_a_post_is_taken_for_markup():
    hostile = _citation(title=HOSTILE, quote=HOSTILE, headings=(HOSTILE,), url="https://example.com/)<img src=x>")
    shown = MARKDOWN.render(render(Answer("?", (Statement(HOSTILE, (1,)),), (hostile,))))
    assert set(re.findall(r"<(\w+)", shown)) == {"p", "strong", "ol", "li", "a", "blockquote"}
    assert re.findall(r'href="([^"]*)"', shown) == ["https://example.com/%29%3Cimg%20src=x%3E"]
    assert shown.count("<strong>") == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "posts/tea"])
def test_only_web_addresses_become_links(url):
    assert "](" not in render(Answer("?", (Statement("So.", (1,)),), (_citation(url=url),)))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
@settings(max_examples=150, deadline=None)
def test_literal_text_shows_as_it_is(text):
    shown = MARKDOWN.render(literal(text))
    assert html.unescape(re.sub(r"</?p>\n?", "", shown)) == " ".join(text.split())


def test_history_in_every_form_a_client_sends():
    plain = [{"role": "user", "content": "What is tea?"}, {"role": "assistant", "content": "A drink. [1]"}]
    parts = [
        {"role": "user", "content": [{"type": "text", "text": "What is tea?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "A drink. [1]\n\n**Sources**\n\n1. Tea"}]},
    ]
    assert turns(plain) == turns(parts) == [Turn("What is tea?", "A drink. [1]")]


@pytest.mark.parametrize(
    "history",
    [
        [None, 3, "text", {}, []],
        [{"role": "assistant", "content": "Hello!"}],
        [{"role": "user", "content": "unanswered"}],
        [{"role": "user", "content": [{"type": "file", "file": {"path": "/etc/passwd"}}]}, {"role": "assistant"}],
    ],
)
def test_what_is_no_turn_is_left_out(history):
    assert turns(history) == []


def test_a_reply_grows_and_ends_complete(bot: Chatbot):
    *_, last = replies(bot, "What is lead generation?", [])
    assert "[1]" in last.reply
    assert "**Sources**" in last.reply
    assert last.turn == Turn("What is lead generation?", bot.ask("What is lead generation?").text)


def test_a_refusal_offers_questions(bot: Chatbot):
    *_, last = replies(bot, "Who won the 2018 world cup?", [])
    reply = messages([last])[1]
    assert "Sources" not in reply["content"][0]["text"]
    assert [option["value"] for option in reply["options"]] == list(last.options) != []


@pytest.mark.parametrize("question", ["", "  ", "x" * 2001])
def test_an_error_is_a_reply(bot: Chatbot, question):
    (reply,) = replies(bot, question, [])
    assert "question" in reply.reply
    assert reply.turn is None


def test_a_refusal_over_the_api_lists_the_questions_too(bot: Chatbot):
    reply = plain_reply(bot, "Who won the 2018 world cup?")
    *_, answer = bot.stream("Who won the 2018 world cup?")
    listed = [html.unescape(item) for item in re.findall(r"<li>(.*)</li>", MARKDOWN.render(reply))]
    assert "You could ask:" in reply
    assert listed == list(answer.suggestions) != []
    assert "You could ask:" not in plain_reply(bot, "What is lead generation?")


@pytest.mark.parametrize("message", [None, 3, ["text"], {"text": "x"}])
def test_what_is_no_text_is_explained_over_the_api(bot: Chatbot, message):
    assert plain_reply(bot, message) == "The question must be a text."


def test_half_a_character_is_no_error(bot: Chatbot):
    history = [{"role": "user", "content": "What is \ud83d?"}, {"role": "assistant", "content": "\udc00"}]
    assert "Sources" in plain_reply(bot, "What is lead generation \ud83d?", history)
    *_, last = replies(bot, "\ud83d", [])
    assert last.question == "?"


def test_a_question_is_shown_literally():
    (question,) = messages([Exchange(HOSTILE)])
    shown = MARKDOWN.render(question["content"][0]["text"])
    assert html.unescape(shown) == f"<p>{HOSTILE}</p>\n"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium")
    if not executable:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, server: Server):
    """Opens the chat page in a window of a size; fails if it asks for anything from another machine."""
    asked: list[str] = []

    def open_page(width: int = 1200, height: int = 900):
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.url)
        page.get_by_placeholder("Ask a question").wait_for()
        return page

    yield open_page
    assert [url for url in asked if not url.startswith((server.url, "data:", "blob:"))] == []


def ask(page, question: str):
    """The reply's element, once it is there."""
    before = page.get_by_test_id("bot").count()
    page.get_by_placeholder("Ask a question").fill(question)
    page.keyboard.press("Enter")
    page.get_by_test_id("bot").nth(before).wait_for()
    return page.get_by_test_id("bot").nth(before)


@pytest.mark.browser
def test_a_reader_gets_an_answer_with_links_to_the_sentences(open_page):
    page = open_page()
    reply = ask(page, "What is lead generation?")
    link = reply.locator("ol > li > a").first
    link.wait_for()
    assert link.get_attribute("href").startswith("https://leadcraftr.com/posts/")
    assert ":~:text=" in link.get_attribute("href")
    assert link.get_attribute("target") == "_blank"
    assert reply.locator("blockquote").first.inner_text().startswith("“")
    assert page.get_by_placeholder("Ask a question").input_value() == ""


@pytest.mark.browser
def test_a_question_leans_on_the_one_before(open_page):
    page = open_page()
    ask(page, "What is email marketing good for?")
    assert "social media" in ask(page, "and social media?").inner_text().lower()


@pytest.mark.browser
def test_suggested_questions_are_asked_with_a_click(open_page):
    page = open_page()
    example = page.locator("button.example").first
    text = example.inner_text().strip()
    example.click()
    page.get_by_test_id("bot").first.wait_for()
    assert page.get_by_test_id("user").first.inner_text().strip() == text
    ask(page, "Who won the 2018 world cup?")
    page.locator("button.option").first.click()
    page.get_by_test_id("bot").nth(2).wait_for()
    assert page.get_by_test_id("user").count() == 3


@pytest.mark.browser
def test_a_hostile_question_stays_text(open_page):
    page = open_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    ask(page, HOSTILE)
    shown = page.get_by_test_id("user").first
    assert shown.inner_text().strip() == HOSTILE
    assert shown.locator("img, script, code, strong").count() == 0


@pytest.mark.browser
def test_a_phone_needs_no_sideways_scrolling(open_page):
    page = open_page(390, 844)
    ask(page, "What are the key lead generation activities?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_placeholder("Ask a question").is_visible()


def _citation(number=1, title="Tea", url=TEA, headings=("Kinds", "Green"), quote="Tea is a drink."):
    return Citation(number, "tea", title, url, headings, date(2024, 7, 13), quote, "tea.md", 0, len(quote))
