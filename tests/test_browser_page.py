"""The chat page in a real browser, against the real server."""

import json
from urllib.parse import urlsplit

import pytest
from browser import Served
from PIL import Image
from reader import PHONE, QUESTION, UNANSWERED, Reader, focused, follow, in_view, tab_to
from website import BIDI, LONG, SCRIPT

pytestmark = pytest.mark.browser
WRITES = """() => {
    window.writes = []
    const write = Storage.prototype.setItem
    Storage.prototype.setItem = function (key, value) {
        if (this === localStorage) writes.push(key)
        write.call(this, key, value)
    }
}"""


class Chat(Reader):
    """The chat page as a reader finds it."""

    def __init__(self, page):
        super().__init__(page, page.locator("body"))
        self.input = page.get_by_role("textbox", name="Ask a question")
        self.exchanges = page.locator(".exchange")
        self.input.wait_for()

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)


@pytest.fixture
def chat(visit, chatbot):
    """Opens the chat page."""
    return lambda server=chatbot, **options: Chat(visit(server.url, **options))


DRAWN = """async ({ path, notes }) => {
    const { drawExchange } = await import(path)
    const answer = { statements: [], citations: [], found: false, complete: false }
    return notes.map((note) => drawExchange(
        { id: 1, question: "Why?", state: "asking", answer: { ...answer, note } }, {}).node.innerText)
}"""


def test_a_readers_place_is_told_until_the_answer_begins(chat):
    page = chat().page
    loaded = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    path = next(name for name in loaded if urlsplit(name).path.endswith("/exchange.js"))
    place, turn = page.evaluate(DRAWN, {"path": path, "notes": ["2 questions are before yours.", ""]})
    assert "2 questions are before yours." in place
    assert "Reading the articles" in turn


@pytest.fixture
def second():
    """Opens the chat page in a further window of a reader's browser."""

    def second(reader):
        page = reader.page.context.new_page()
        page.goto(reader.page.url)
        return Chat(page)

    return second


def test_ask_and_follow_the_citation_to_its_sentence(chat, site, chatbot, record, marked):
    reader = chat()
    answer = reader.ask(QUESTION)
    mark = answer.get_by_role("button", name="Source 1").first
    mark.hover()
    card = answer.get_by_role("group", name="Source 1")
    card.wait_for()
    quote = card.locator("q").inner_text()
    link = card.get_by_role("link")
    address = link.get_attribute("href")
    assert address.startswith(f"{site.url}/posts/")
    page = follow(reader.page, link)
    assert page is not reader.page
    assert urlsplit(page.url).path == urlsplit(address).path
    assert in_view(page, quote[:40])
    assert marked(page) > 100
    assert record.origins == {site.url, chatbot.url}
    assert record.console == []


def test_sources_are_shown_with_title_date_and_section(chat):
    source = chat().ask("What are common lead generation methods?").locator(".chat-source").first
    assert source.is_visible()
    assert source.locator("time").get_attribute("datetime").startswith("20")
    assert source.get_by_role("link").first.inner_text().startswith("What")


def test_a_question_leans_on_the_one_before(chat):
    reader = chat()
    reader.ask("What is email marketing good for?")
    assert "social media" in reader.ask("and social media?").inner_text().lower()


def test_suggested_questions_are_asked_with_a_click(chat):
    reader = chat()
    example = reader.page.locator(".example").first
    text = example.inner_text().strip()
    example.click()
    reader.answer(0)
    assert text in reader.log.inner_text()
    answer = reader.ask(UNANSWERED)
    assert "Not in the articles" in reader.exchanges.last.inner_text()
    assert answer.locator(".chat-source, .chat-mark").count() == 0
    answer.locator(".chat-suggestion").first.click()
    assert reader.answer(2).get_attribute("data-found") == "true"


def test_an_answer_can_be_had_again_taken_back_and_cleared(chat):
    reader = chat()
    reader.ask(QUESTION)
    reader.ask("What are warm leads?")
    reader.button("Ask again").last.click()
    reader.answer(1)
    reader.button("Take the question back").last.click()
    assert reader.input.input_value() == "What are warm leads?"
    assert reader.answers.count() == 1
    reader.button("Clear").click()
    assert reader.answers.count() == 0
    reader.button("Undo").click()
    assert reader.answers.count() == 1


def test_an_answer_can_be_copied_with_its_sources(chat, chatbot):
    reader = chat(permissions=["clipboard-read", "clipboard-write"])
    answer = reader.ask(QUESTION)
    reader.button("Copy the answer").click()
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert "[1] What" in copied
    assert answer.locator("bdi").first.inner_text() in copied


def test_a_thumb_is_kept_with_its_reason(chat, chatbot_settings):
    reader = chat()
    reader.ask(QUESTION)
    reader.button("Bad answer").click()
    reader.page.get_by_label("Incomplete").check()
    reader.button("Send").click()
    reader.page.get_by_text("Thank you").wait_for()
    kept = [json.loads(line) for line in chatbot_settings["feedback"].read_text().splitlines()]
    assert [(entry["thumb"], entry["reason"]) for entry in kept][-1] == ("down", "incomplete")


def test_the_conversation_is_kept_in_this_browser_only(chat):
    reader = chat()
    before = reader.ask(QUESTION).inner_text()
    reader.page.reload()
    assert reader.answer(0).inner_text() == before
    assert reader.page.context.cookies() == []
    assert chat().answers.count() == 0


def test_two_windows_share_what_was_said_and_nothing_else(chat, second):
    one = chat()
    other = second(one)
    one.input.fill("a draft")
    other.input.fill("another")
    one.button("Filter").click()
    one.page.get_by_label("Article").select_option("What Are Lead Generation Campaigns?")
    one.button("Apply").click()
    for reader in (one, other):
        reader.page.evaluate(WRITES)
    one.ask(QUESTION)
    other.answer(0)
    one.page.wait_for_timeout(1000)
    writes = [reader.page.evaluate("writes") for reader in (one, other)]
    assert [len(keys) for keys in writes] == [1, 0]
    assert other.input.input_value() == "another"
    assert other.page.get_by_role("button", name="Remove the filter").count() == 0
    other.page.reload()
    other.answer(0)
    assert other.input.input_value() == "another"


def test_two_windows_that_ask_at_once_keep_both_answers(chat, second, mortal):
    one = chat(mortal)
    other = second(one)
    mortal.freeze()
    one.send(QUESTION)
    other.send("What are warm leads?")
    mortal.thaw()
    for reader in (one, other):
        reader.answer(1)
        assert reader.exchanges.count() == 2
        assert reader.page.locator(".exchange[data-state=done]").count() == 2
    questions = [reader.page.locator(".question").all_inner_texts() for reader in (one, other, second(one))]
    assert [set(asked) for asked in questions] == [{QUESTION, "What are warm leads?"}] * 3


def test_what_one_window_takes_back_stays_away(chat, second):
    one = chat()
    one.ask(QUESTION)
    other = second(one)
    one.ask("What are warm leads?")
    other.answer(1)
    one.button("Take the question back").last.click()
    other.exchanges.nth(1).wait_for(state="detached")
    other.button("Bad answer").click()
    other.ask("What are cold leads?")
    one.answer(1)
    assert one.page.locator(".question").all_inner_texts() == [QUESTION, "What are cold leads?"]
    one.button("Clear").click()
    other.page.locator(".empty").wait_for()
    assert second(one).exchanges.count() == 0
    one.button("Undo").click()
    other.answer(1)
    assert other.page.locator(".question").all_inner_texts() == [QUESTION, "What are cold leads?"]


def test_a_thumb_does_not_bring_back_what_another_window_took(chat, second):
    one = chat()
    one.ask(QUESTION)
    one.page.evaluate("Object.keys(localStorage).forEach((key) => localStorage.removeItem(key))")
    one.button("Bad answer").click()
    one.page.locator(".feedback").wait_for()
    assert second(one).exchanges.count() == 0


def test_a_filter_leaves_the_other_articles_out(chat):
    reader = chat()
    reader.button("Filter").click()
    reader.page.get_by_label("Article").select_option("What Are Lead Generation Campaigns?")
    reader.button("Apply").click()
    answer = reader.ask(QUESTION)
    titles = answer.locator(".chat-source-title").all_inner_texts()
    assert set(titles) <= {"What Are Lead Generation Campaigns?"}
    reader.page.get_by_role("button", name="Remove the filter").click()
    other = reader.ask(QUESTION)
    assert other.locator(".chat-source-title").first.inner_text() != "What Are Lead Generation Campaigns?"


def test_a_server_that_dies_is_told_kindly_and_can_come_back(chat, mortal):
    reader = chat(mortal)
    reader.ask(QUESTION)
    mortal.freeze()
    reader.send("What are warm leads?")
    reader.page.wait_for_timeout(300)
    mortal.kill()
    reader.page.get_by_text("The server can't be reached").wait_for()
    mortal.start()
    reader.page.locator(".exchange[data-state=done]").nth(1).locator(".chat-answer").wait_for(timeout=15_000)
    assert reader.ask("What are cold leads?").get_attribute("data-found") == "true"


def test_an_answer_can_be_stopped(chat, mortal):
    reader = chat(mortal)
    mortal.freeze()
    reader.send(QUESTION)
    reader.page.get_by_text("Reading the articles").wait_for()
    reader.page.keyboard.press("Escape")
    reader.page.get_by_text("You stopped this answer").wait_for()
    mortal.thaw()
    assert reader.ask("What are warm leads?").get_attribute("data-found") == "true"


def test_a_reader_who_asks_too_often_is_told_when_to_go_on(chat, limited):
    reader = chat(limited, extra_http_headers={"X-Forwarded-For": "203.0.113.8"})
    reader.ask(QUESTION)
    reader.send(QUESTION)
    problem = reader.page.locator("[data-problem=limit]")
    problem.wait_for()
    assert "You can ask again in" in problem.inner_text()


def test_the_keyboard_is_enough(chat):
    reader = chat()
    page = reader.page
    assert focused(page, "textarea")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    reader.answer(0)
    tab_to(page, ".chat-mark", "Shift+Tab")
    card = page.locator(".chat-card")
    card.wait_for()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    tab_to(page, "[data-tool=down]")
    page.keyboard.press("Enter")
    tab_to(page, ".feedback [type=radio]")
    page.keyboard.press("Escape")
    tab_to(page, ".filter-open", "Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert focused(page, ".filter-open")


def test_the_end_of_an_answer_is_announced_once(chat):
    reader = chat()
    reader.listen()
    reader.ask(QUESTION)
    (said,) = reader.announced()
    assert said.startswith("Answer: ")


def test_a_corrected_spelling_is_shown_and_announced(chat):
    reader = chat()
    reader.listen()
    reader.ask("What is leed generation?")
    (said,) = reader.announced()
    note = "Searched for “lead generation”; no post has “leed”."
    assert said.startswith(f"Answer: {note} ")
    assert reader.page.locator(".chat-note").inner_text() == note


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chat, axe, scheme):
    reader = chat(color_scheme=scheme)
    reader.page.locator(".example").first.wait_for()
    found = axe(reader.rest().page)
    answer = reader.ask(QUESTION)
    found += axe(reader.rest().page)
    answer.get_by_role("button", name="Source 1").first.click()
    found += axe(reader.rest().page)
    reader.ask(UNANSWERED)
    reader.button("Bad answer").last.click()
    found += axe(reader.rest().page)
    reader.button("Filter").click()
    found += axe(reader.rest().page)
    assert found == []


def test_a_narrow_phone_shows_everything(chat, axe):
    reader = chat(**PHONE)
    reader.ask("What are the key lead generation activities?")
    reader.ask("x" * 1500)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert reader.outside() == []
    assert reader.input.is_visible()
    assert axe(reader.rest().page) == []


def test_200_messages_stay_smooth(chat):
    reader = chat()
    reader.ask(QUESTION)
    reader.page.evaluate(
        """() => {
        const [key] = Object.keys(localStorage)
        const kept = JSON.parse(localStorage.getItem(key))
        for (let count = 1; count < 100; count += 1) {
            const id = kept.id + count
            localStorage.setItem(key.replace(kept.id, id), JSON.stringify({ ...kept, id }))
        }
        }"""
    )
    reader.page.reload()
    reader.answer(99)
    typed, longest = reader.strain(QUESTION)
    assert typed < 2
    assert longest < 200


def test_hostile_posts_stay_text(chat, hostile):
    _, server = hostile
    reader = chat(server, **PHONE)
    assert reader.page.get_by_role("heading", level=1).inner_text() == SCRIPT
    for question, words in (
        ("How long does green tea steep?", SCRIPT),
        ("How long does green tea keep?", SCRIPT),
        ("At how many degrees does cocoa melt?", BIDI),
        ("At how many degrees is mate brewed?", LONG),
        ("How long does coffee roasting take?", "twelve minutes"),
    ):
        answer = reader.ask(question)
        assert words in answer.inner_text()
        assert answer.locator("img, script, iframe, object").count() == 0
    assert {urlsplit(link).scheme for link in reader.links()} == {"http"}
    assert reader.outside() == []


def test_hostile_questions_stay_text(chat):
    reader = chat(**PHONE)
    for question in (SCRIPT, BIDI, "x" * 1900, "[a](javascript:alert(1)) **b** &lt;i&gt;"):
        reader.ask(question)
        shown = reader.log.get_by_text(question, exact=True).first
        assert shown.is_visible()
        assert shown.locator("img, script, a, b, strong, i").count() == 0
        assert reader.outside() == []


def test_the_page_can_stand_in_an_allowed_sites_page_alone(visit, site, chatbot, record):
    site.body = f'<iframe src="{chatbot.url}" title="Chat" width="600" height="600"></iframe>'
    framed = visit(site.url).frame_locator("iframe")
    framed.get_by_role("textbox", name="Ask a question").wait_for()
    page = visit(site.elsewhere)
    page.wait_for_timeout(500)
    assert page.frame_locator("iframe").get_by_role("textbox").count() == 0
    assert "frame-ancestors" in record.console[-1]


def test_the_page_can_be_an_element_of_an_allowed_sites_page(visit, site, chatbot, record):
    site.head = f'<script type="module" src="{chatbot.url}/gradio.js"></script>'
    site.body = f'<gradio-app src="{chatbot.url}"></gradio-app>'
    reader = Chat(visit(site.url))
    assert not focused(reader.page, "textarea")
    assert reader.ask(QUESTION).get_attribute("data-found") == "true"
    assert record.origins == {site.url, chatbot.url}


def test_the_owners_logo_is_shown(chat, chatbot_settings, tmp_path):
    Image.new("RGB", (64, 64), "#0f766e").save(tmp_path / "logo.png")
    server = Served(**chatbot_settings, logo=tmp_path / "logo.png")
    try:
        page = chat(server).page
        assert page.locator("img.logo").evaluate("logo => logo.decode().then(() => logo.naturalWidth)") == 64
        assert page.locator("link[rel=icon]").get_attribute("href") == "logo"
    finally:
        server.kill()


def test_a_page_without_a_logo_has_a_drawing(chat, record):
    page = chat().page
    assert page.locator(".bar svg.icon-chat").is_visible()
    assert page.locator("img.logo").count() == 0
    assert page.locator("link[rel=icon]").get_attribute("href").startswith("data:image/svg+xml,")
    assert not any(urlsplit(request).path == "/logo" for request in record.requests)
