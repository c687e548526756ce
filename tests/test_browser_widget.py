"""The widget on another site's pages, in a real browser against the real server."""

import time
from urllib.parse import unquote, urlsplit

import pytest
from reader import PHONE, QUESTION, UNANSWERED, Reader, asked, focused, follow, in_view, tab_to
from website import BIDI, LONG, SCRIPT

pytestmark = pytest.mark.browser

POST = "/posts/what-are-lead-generation/"
OTHER_POST = "/posts/what-are-lead-generation-campaigns/"
SWAP_BODY = """(isCopy = false) => {
    const body = document.body.cloneNode(true)
    if (!isCopy) body.querySelector("article-chat").remove()
    document.documentElement.replaceChild(body, document.body)
}"""
"""As sites do it that change pages without loading them; a copy is what they keep to go back to."""


class Widget(Reader):
    """The widget as a reader finds it."""

    def __init__(self, page):
        super().__init__(page, page.locator("article-chat").first)
        self.launcher = self.root.locator("button[aria-controls=panel]")
        self.panel = self.root.locator("#panel")

    def open(self):
        self.launcher.click()
        self.input.wait_for()
        return self

    def problem(self, name):
        """Why there is no answer, as the reader is told."""
        card = self.root.locator(f".problem[data-name={name}]")
        card.wait_for()
        return card.inner_text()


def script(server, **attributes):
    """The line that a site's owner adds to the page."""
    given = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<script src="{server.url}/widget.js" defer{given}></script>'


@pytest.fixture
def widget(visit, site, chatbot):
    """Opens a page of the site with the widget on it."""

    def widget(path=POST, *, attributes=None, head="", server=chatbot, on=site, name="127.0.0.1", **options):
        on.head = head or script(server, **(attributes or {}))
        return Widget(visit(f"{on.url}{path}".replace("127.0.0.1", name), **options))

    return widget


def test_ask_and_follow_the_citation_to_its_sentence(widget, site, chatbot, record, marked):
    chat = widget().open()
    with chat.page.expect_response("**/api/ask") as response:
        answer = chat.ask(QUESTION)
    assert response.value.headers["content-type"].startswith("text/event-stream")
    mark = answer.get_by_role("button", name="Source 1").first
    mark.hover()
    card = answer.get_by_role("group", name="Source 1")
    card.wait_for()
    quote = card.locator("q").inner_text()
    link = card.get_by_role("link")
    address = link.get_attribute("href")
    assert address.startswith(f"{site.url}/posts/")
    page = follow(chat.page, link)
    assert urlsplit(page.url).path == urlsplit(address).path
    assert in_view(page, quote[:40])
    assert marked(page) > 100
    assert record.origins == {site.url, chatbot.url}


def test_sources_are_shown_with_title_date_and_section(widget):
    answer = widget().open().ask("What are common lead generation methods?")
    source = answer.locator(".chat-source").first
    assert source.is_visible()
    assert source.locator("time").get_attribute("datetime")
    assert source.get_by_role("link").first.inner_text().startswith("What")


def test_every_source_leads_to_its_sentence(widget, site, marked):
    chat = widget().open()
    answer = chat.ask("Why is lead generation important?")
    links = answer.locator("a.chat-quote, a.chat-source-title").evaluate_all("all => all.map((link) => link.href)")
    directed = [link for link in dict.fromkeys(links) if ":~:text=" in link][:4]
    assert directed
    for link in directed:
        chat.page.goto("about:blank")
        chat.page.goto(link)
        assert marked(chat.page) > 100, unquote(link)


def test_a_question_leans_on_the_one_before(widget):
    chat = widget().open()
    bodies = asked(chat.page)
    chat.ask("What is email marketing good for?")
    answer = chat.ask("and social media?")
    assert "social media" in answer.inner_text().lower()
    assert [len(body.get("history", [])) for body in bodies] == [0, 1]
    assert bodies[1]["history"][0]["question"] == "What is email marketing good for?"


def test_what_the_articles_do_not_say_is_not_found(widget):
    chat = widget().open()
    answer = chat.ask(UNANSWERED)
    assert answer.get_attribute("data-found") == "false"
    assert answer.locator(".chat-source, .chat-mark").count() == 0
    instead = answer.locator(".chat-suggestion").first
    before = chat.answers.count()
    instead.click()
    chat.answers.nth(before).wait_for()
    assert chat.answers.nth(before).get_attribute("data-found") == "true"


def test_on_a_posts_page_that_post_is_preferred(widget, site):
    chat = widget().open()
    bodies = asked(chat.page)
    chat.ask(QUESTION)
    assert bodies[0]["page"] == f"{site.url}{POST}"


def test_a_server_that_dies_is_told_kindly_and_can_come_back(widget, mortal):
    chat = widget(server=mortal).open()
    chat.ask(QUESTION)
    mortal.freeze()
    chat.send("Why is lead generation important?")
    time.sleep(0.5)
    mortal.kill()
    chat.problem("down")
    mortal.start()
    assert chat.ask("What are warm leads?").get_attribute("data-found") == "true"


def test_a_stream_that_breaks_off_is_taken_up_again(widget):
    chat = widget().open()
    broken = []

    def break_off(route):
        if broken:
            route.continue_()
            return
        broken.append(route.request.url)
        response = route.fetch()
        text = response.text()
        route.fulfill(response=response, body=text[: len(text) // 2])

    chat.page.route("**/api/ask", break_off)
    answer = chat.ask(QUESTION)
    assert broken
    assert answer.locator(".chat-source").count() > 0


def test_where_streams_do_not_pass_the_answer_comes_whole(widget):
    chat = widget().open()

    def whole_only(route):
        if "text/event-stream" in route.request.headers.get("accept", ""):
            route.abort()
        else:
            route.continue_()

    chat.page.route("**/api/ask", whole_only)
    assert chat.ask(QUESTION).get_attribute("data-found") == "true"


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_page_in_place_of_a_stream_is_no_answer_yet(widget, status):
    chat = widget().open()

    def whole_only(route):
        if "text/event-stream" in route.request.headers.get("accept", ""):
            headers = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(status=status, headers=headers, content_type="text/html", body="<h1>Bad gateway</h1>")
        else:
            route.continue_()

    chat.page.route("**/api/ask", whole_only)
    assert chat.ask(QUESTION).get_attribute("data-found") == "true"


def test_a_reader_who_asks_too_often_is_told_when_to_go_on(widget, limited):
    chat = widget(server=limited)
    forwarded = {"X-Forwarded-For": "203.0.113.7"}
    chat.page.route("**/api/ask", lambda route: route.continue_(headers=route.request.headers | forwarded))
    chat.open().ask(QUESTION)
    chat.send(QUESTION)
    assert "Ask again in" in chat.problem("limit")


def test_a_slow_answer_says_so_and_can_be_stopped(widget, mortal):
    chat = widget(server=mortal).open()
    mortal.freeze()
    chat.send(QUESTION)
    stop = chat.root.get_by_role("button", name="Stop").first
    stop.wait_for()
    stop.click()
    stop.wait_for(state="hidden")
    mortal.thaw()
    assert chat.ask(QUESTION).get_attribute("data-found") == "true"


def test_a_question_can_be_stopped_while_it_is_looked_whether_the_server_is_there(widget):
    chat = widget().open()
    chat.page.route("**/api/ask", lambda route: route.abort())
    chat.page.route("**/widget.js", lambda _: None)
    with chat.page.expect_request("**/widget.js"):
        chat.send(QUESTION)
    chat.root.get_by_role("button", name="Stop").first.click()
    chat.root.locator(".halted").get_by_text("Stopped.").wait_for(timeout=2000)
    chat.root.locator("button.send").wait_for(timeout=2000)


def test_a_site_that_is_not_allowed_gets_no_answer(widget, site, record):
    chat = widget(name="localhost").open()
    chat.send(QUESTION)
    chat.problem("blocked")
    assert chat.answers.count() == 0


def test_a_strict_policy_is_kept(widget, site, chatbot, record):
    site.policy = f"default-src 'self'; script-src {chatbot.url}; connect-src {chatbot.url}"
    chat = widget(attributes={"color": "#8b1a4a", "title": "Ask us"}).open()
    answer = chat.ask(QUESTION)
    answer.get_by_role("button", name="Source 1").first.click()
    chat.ask(UNANSWERED)
    chat.page.keyboard.press("Escape")
    assert record.violations == []
    assert record.console == []
    assert answer.evaluate("element => getComputedStyle(element).lineHeight") != "normal"


def test_nothing_is_fetched_before_intent_and_nothing_kept_before_a_question(widget, chatbot, record):
    chat = widget()
    chat.launcher.wait_for()
    chat.page.wait_for_timeout(500)
    assert [url for url in record.requests if url.startswith(chatbot.url)] == [f"{chatbot.url}/widget.js"]
    chat.launcher.hover()
    chat.page.wait_for_timeout(300)
    assert any("/widget/" in url for url in record.requests)
    assert not any(url.endswith("/api/ask") for url in record.requests)
    chat.open()
    assert kept(chat.page) == {"cookies": "", "local": 0, "session": 0, "databases": 0}
    chat.ask(QUESTION)
    assert chat.page.context.cookies() == []


def kept(page):
    return page.evaluate(
        """async () => ({ cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
        databases: (await indexedDB.databases()).length })"""
    )


def test_the_keyboard_is_enough(widget):
    chat = widget()
    page = chat.page
    chat.launcher.wait_for()
    tab_to(page, "button[aria-controls=panel]")
    assert chat.launcher.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    chat.input.wait_for()
    assert chat.launcher.get_attribute("aria-expanded") == "true"
    assert focused(page, "textarea, input")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    chat.answer(0)
    tab_to(page, ".chat-mark", "Shift+Tab")
    card = chat.root.locator(".chat-card")
    card.wait_for()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert chat.panel.is_visible()
    page.keyboard.press("Escape")
    chat.panel.wait_for(state="hidden")
    assert focused(page, "[aria-expanded=false]")


def test_the_end_of_an_answer_is_announced_once(widget):
    reader = widget().open()
    reader.listen()
    reader.ask(QUESTION)
    (said,) = reader.announced()
    assert said.startswith("Answer: ")


def test_a_corrected_spelling_is_shown_and_announced(widget):
    reader = widget().open()
    reader.listen()
    reader.ask("What is leed generation?")
    (said,) = reader.announced()
    note = "Searched for “lead generation”; no post has “leed”."
    assert said.startswith(f"Answer: {note} ")
    assert reader.page.locator(".chat-note").inner_text() == note


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(widget, axe, scheme):
    chat = widget(color_scheme=scheme)
    chat.launcher.wait_for()
    found = axe(chat.page)
    found += axe(chat.open().rest().page)
    chat.ask(QUESTION).get_by_role("button", name="Source 1").first.click()
    found += axe(chat.rest().page)
    chat.ask(UNANSWERED)
    found += axe(chat.rest().page)
    assert found == []


def test_a_narrow_phone_shows_everything(widget, axe):
    chat = widget(**PHONE)
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 320
    chat.open()
    chat.ask("What are the key lead generation activities?")
    chat.ask("x" * 1500)
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert chat.outside() == []
    box = chat.panel.bounding_box()
    assert (box["x"], box["width"], box["height"]) == (0, 320, 640)
    assert axe(chat.page) == []


def test_200_messages_stay_smooth(widget):
    chat = widget().open()
    for number in range(100):
        chat.ask(QUESTION if number % 2 else "What are warm leads?")
    typed, longest = chat.strain(QUESTION)
    assert typed < 2
    assert longest < 200


def test_hostile_posts_stay_text(widget, hostile):
    site, server = hostile
    chat = widget("/", server=server, on=site, **PHONE).open()
    for question, words in (
        ("How long does green tea steep?", SCRIPT),
        ("How long does green tea keep?", SCRIPT),
        ("At how many degrees does cocoa melt?", BIDI),
        ("At how many degrees is mate brewed?", LONG[:500]),
        ("How long does coffee roasting take?", "twelve minutes"),
    ):
        answer = chat.ask(question)
        assert words in answer.inner_text()
        assert answer.locator("img, script, iframe, object").count() == 0
    assert {urlsplit(link).scheme for link in chat.links()} == {"http"}
    assert chat.outside() == []


def test_hostile_questions_stay_text(widget):
    chat = widget(**PHONE).open()
    for question in (SCRIPT, BIDI, "x" * 1900, "[a](javascript:alert(1)) **b** &lt;i&gt;"):
        chat.ask(question)
        shown = chat.log.get_by_text(question, exact=True).first
        assert shown.is_visible()
        assert shown.locator("img, script, a, b, strong, i").count() == 0
        assert chat.outside() == []


def test_right_to_left_everything_stands_on_the_other_side(widget, axe):
    chat = widget(attributes={"lang": "ar"}).open()
    chat.ask(QUESTION)
    box = chat.rest().panel.bounding_box()
    assert box["x"] + box["width"] / 2 < 600
    assert chat.outside() == []
    assert axe(chat.page, "article-chat") == []


def test_an_element_within_the_page_and_its_methods(widget, site, chatbot):
    site.body = '<article-chat id="inline" data-title="Ask the library"></article-chat>'
    chat = widget("/", attributes={"launcher": "off"})
    chat.page.evaluate(
        """() => {
        window.events = []
        for (const type of ["open", "ask", "answer", "cite", "close"])
            document.addEventListener(`article-chat:${type}`, () => events.push(type))
        }"""
    )
    chat.page.evaluate("question => document.querySelector('article-chat').ask(question)", QUESTION)
    chat.answer(0)
    assert chat.page.locator("article-chat").count() == 1
    assert chat.root.get_by_role("heading", name="Ask the library").is_visible()
    chat.page.evaluate("document.querySelector('article-chat').close()")
    chat.panel.wait_for(state="hidden")
    assert chat.page.evaluate("events") == ["open", "ask", "answer", "close"]


def test_the_owner_sets_words_and_colour(widget):
    attributes = {"title": "Ask <us>", "greeting": "Good day!", "color": "#8b1a4a", "suggestions": "What is SEO?|Who?"}
    chat = widget(attributes=attributes).open()
    assert chat.root.get_by_role("heading", name="Ask <us>").is_visible()
    assert chat.root.get_by_text("Good day!").is_visible()
    assert chat.root.locator(".example").all_inner_texts() == ["What is SEO?", "Who?"]
    assert chat.launcher.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(139, 26, 74)"


def test_a_conversation_goes_along_to_the_next_page(widget, site):
    chat = widget().open()
    words = chat.ask(QUESTION).inner_text()
    chat.page.goto(f"{site.url}/posts/what-are-lead-generation-campaigns/")
    assert chat.answer(0).inner_text().startswith(words[:100])


def test_the_demo_shows_the_widget_and_its_line(visit, chatbot, axe):
    chat = Widget(visit(f"{chatbot.url}/demo")).open()
    assert f'src="{chatbot.url}/widget.js"' in chat.page.locator("body").inner_text()
    chat.ask(QUESTION)
    assert axe(chat.rest().page) == []


# ---- how it comes into a page, and stays there


@pytest.mark.parametrize("is_copy", [False, True])
def test_launcher_and_conversation_outlive_the_body_they_are_in(widget, is_copy):
    chat = widget().open()
    words = chat.ask(QUESTION).inner_text()
    chat.page.evaluate("window.element = document.querySelector('article-chat')")
    chat.page.evaluate(SWAP_BODY, is_copy)
    assert chat.page.locator("article-chat").count() == 1
    assert chat.page.evaluate("element.isConnected")
    assert chat.answer(0).inner_text() == words
    chat.page.evaluate("articleChat.close()")
    chat.page.evaluate(SWAP_BODY)
    chat.open()
    assert chat.ask("What are warm leads?").get_attribute("data-found") == "true"


def test_on_a_phone_the_next_page_can_be_scrolled(widget):
    chat = widget(**PHONE).open()
    assert chat.page.evaluate("document.documentElement.style.overflow") == "hidden"
    chat.page.evaluate(SWAP_BODY)
    assert chat.page.evaluate("document.documentElement.style.overflow") == ""
    assert chat.launcher.get_attribute("aria-expanded") == "false"
    chat.open()
    assert chat.panel.bounding_box()["height"] == 640


def test_a_phone_that_closes_the_panel_itself_gives_the_page_back(widget):
    chat = widget(attributes={"open": "true"}, **PHONE)
    chat.input.wait_for()
    chat.panel.evaluate("dialog => dialog.close()")
    chat.root.locator("[aria-expanded=false]").wait_for()
    assert chat.page.evaluate("document.documentElement.style.overflow") == ""


def test_a_script_in_the_head_need_not_wait(widget, chatbot):
    head = f'<script src="{chatbot.url}/widget.js"></script><script>articleChat.ask("{QUESTION}")</script>'
    chat = widget(head=head)
    assert chat.answer(0).get_attribute("data-found") == "true"


@pytest.mark.parametrize(
    "head",
    [
        '<script type="module" src="HOST/widget.js"></script>',
        '<script src="/x/widget.js"></script><script type="module" src="HOST/widget.js" data-article-chat></script>',
        '<script src="/widget.js?other"></script><script src="HOST/widget.js" async></script>',
        '<script data-host="HOST">IMPORT("HOST/widget.js")</script>',
    ],
)
def test_a_script_is_found_that_is_not_the_current_one(widget, chatbot, site, head):
    if "IMPORT" in head:
        site.body = f'<article-chat floating data-host="{chatbot.url}"></article-chat>'
    chat = widget(head=head.replace("HOST", chatbot.url).replace("IMPORT", "import")).open()
    assert chat.ask(QUESTION).get_attribute("data-found") == "true"
    assert chat.page.locator("article-chat").count() == 1


def test_without_a_known_server_it_says_what_to_do_and_asks_nobody(widget, chatbot, site, record):
    chat = widget(head=f'<script>import("{chatbot.url}/widget.js")</script>')
    chat.page.wait_for_function("() => window.articleChat")
    chat.page.evaluate("articleChat.open()")
    assert chat.page.locator("article-chat").count() == 0
    assert any('data-host="https://HOST"' in line for line in record.console)
    assert not any("widget" in path or "api" in path for path in site.requests)


@pytest.mark.parametrize(
    ("color", "on"),
    [
        ("oklch(0.9 0.15 100)", (17, 20, 24)),
        ("color-mix(in oklab, white 80%, blue)", (17, 20, 24)),
        ("lab(30 40 -50)", (255, 255, 255)),
        ("no colour", (255, 255, 255)),
    ],
)
def test_words_on_any_colour_can_be_read(widget, axe, color, on):
    chat = widget(attributes={"color": color, "label": "Ask us"})
    assert chat.launcher.evaluate("one => getComputedStyle(one).color") == f"rgb{on}"
    chat.open()
    chat.ask(QUESTION)
    assert axe(chat.rest().page, "article-chat") == []


# ---- what it knows of the page and of the reader's opinion


def test_only_this_page_is_the_page_that_the_address_names_now(widget):
    chat = widget().open()
    bodies = asked(chat.page)
    switch = chat.root.get_by_role("switch", name="Only this page")
    before = switch.get_attribute("title")
    switch.click()
    with chat.page.expect_response("**/api/config?*"):
        chat.page.evaluate("path => history.pushState({}, '', path)", OTHER_POST)
    switch.and_(chat.page.locator(f":not([title='{before}'])")).click()
    chat.ask(QUESTION)
    assert bodies[0]["filter"] == {"articles": [OTHER_POST.split("/")[2]]}


def test_a_page_left_behind_is_not_asked_where_nothing_tells_of_it(widget, site):
    chat = widget()
    chat.page.evaluate("Object.defineProperty(window, 'navigation', { value: undefined })")
    chat.open()
    bodies = asked(chat.page)
    chat.root.get_by_role("switch", name="Only this page").click()
    chat.page.evaluate("history.pushState({}, '', '/')")
    chat.ask(QUESTION)
    assert "filter" not in bodies[0]
    assert bodies[0]["page"] == f"{site.url}/"


def test_words_that_the_owner_did_not_set_are_the_readers(widget):
    chat = widget(attributes={"lang": "de"})
    own = {"title": "", "greeting": "", "color": "#0f766e", "suggestions": [], "article": None, "limits": {}}
    requests = []

    def fulfill(route):
        requests.append(route.request.url)
        route.fulfill(json=own, headers={"Access-Control-Allow-Origin": "*"})

    chat.page.route("**/api/config?*", fulfill)
    chat.open()
    assert chat.root.get_by_role("heading", name="Frage stellen").is_visible()
    assert "wörtlich" in chat.root.locator(".greeting").inner_text()
    chat.page.keyboard.press("Escape")
    chat.open()
    assert len(requests) == 1


def test_a_thumb_is_sent_at_once_and_one_reason_after_it(widget):
    chat = widget().open()
    answer = chat.ask(QUESTION)
    sent = []
    chat.page.on("request", lambda one: one.url.endswith("/api/feedback") and sent.append(one.post_data_json))
    with chat.page.expect_response("**/api/feedback"):
        answer.get_by_role("button", name="Not helpful").click()
    chat.root.get_by_text("Incomplete", exact=True).click()
    chat.root.get_by_text("Something else", exact=True).click()
    assert chat.root.get_by_role("radio", checked=True).count() == 1
    chat.root.get_by_role("textbox", name="Anything to add").fill("It names no numbers.")
    chat.root.get_by_role("button", name="Send feedback").click()
    chat.root.locator(".halted").get_by_text("Thank you").wait_for()
    assert [(one["thumb"], one["reason"], one["note"]) for one in sent] == [
        ("down", "", ""),
        ("down", "other", "It names no numbers."),
    ]
    assert len({one["answer_id"] for one in sent}) == 1


def test_copying_without_a_clipboard_leaves_the_focus_where_it_is(widget):
    chat = widget().open()
    answer = chat.ask(QUESTION)
    chat.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    answer.get_by_role("button", name="Copy answer").press("Enter")
    assert focused(chat.page, ".copy")
    chat.send("")
    chat.input.press("Control+V")
    assert "[1]" in chat.input.input_value()
