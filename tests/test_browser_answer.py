"""An answer as widget and page draw it: marks, quotes and links, whatever an article may contain."""

import pytest
from conftest import ROOT

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script> &lt;b&gt; [a](javascript:alert(3)) `code` **bold**"
BIDI = "\u202egnp.\u202c\u2066 אבג \u2069txet"
DRAW = """async (answer) => {
    const { renderAnswer, answerStyles } = await import("/scripts/answer.js")
    const style = new CSSStyleSheet()
    style.replaceSync(answerStyles)
    document.adoptedStyleSheets = [style]
    window.asked = []
    const drawn = renderAnswer(answer, { onSuggestion: (text) => asked.push(text), lang: "en" })
    document.querySelector("main").append(drawn)
}"""


@pytest.fixture
def draw(visit, site):
    """Draws an answer on an empty page; gives the page."""
    site.scripts = ROOT / "chatbot" / "channels" / "widget"

    def draw(answer, **options):
        page = visit(site.url, **options)
        page.evaluate(DRAW, answer)
        return page

    return draw


def record_of(*statements, citations=(), suggestions=(), found=True, complete=True):
    texts = [item if isinstance(item, dict) else _statement(item) for item in statements]
    return {
        "question": "?", "statements": texts, "citations": list(citations), "found": found, "confidence": 0.9,
        "composer": "extractive", "suggestions": list(suggestions), "complete": complete, "text": "",
    }  # fmt: skip


def _statement(text, kind="sentence", citations=(1,)):
    return {"text": text, "kind": kind, "citations": list(citations)}


def _citation(number=1, url="/posts/tea/#green:~:text=Tea", quote="Tea is a drink.", title="Tea", headings=("Green",)):
    return {
        "number": number, "slug": "tea", "title": title, "url": url, "headings": list(headings), "date": "2024-07-13",
        "quote": quote, "path": "tea.md", "start": 0, "end": 9,
    }  # fmt: skip


NOTE = "Searched for “lead <b>generation</b>”; no post has “leed”."
TEA = record_of(
    "Tea is a drink.",
    _statement("Sencha", "item", [2]),
    _statement("Gyokuro", "item", [2]),
    _statement("steep(70)", "code", [2]),
    citations=[_citation(), _citation(2, "/posts/tea/#kinds", "Sencha", headings=("Kinds",))],
    suggestions=["Which tea is green?"],
)


def test_sentences_make_paragraphs_and_items_a_list(draw):
    page = draw(TEA)
    assert page.locator(".chat-text > p").all_inner_texts()[0].startswith("Tea is a drink.")
    assert page.locator(".chat-text ul > li").count() == 2
    assert page.locator(".chat-text code").inner_text() == "steep(70)"


def test_steps_have_their_numbers(draw):
    steps = [("Boil", 9), ("Pour", 10), ("gently", 0), ("Steep", 11)]
    page = draw(record_of("So:", *(_statement(text, "item") | {"number": number} for text, number in steps)))
    drawn = "all => all.map((one) => [one.tagName, one.start ?? 0, ...[...one.children].map((li) => li.value)])"
    assert page.locator(".chat-text > *").evaluate_all(drawn) == [
        ["P", 0, None],
        ["OL", 9, 9, 10],
        ["UL", 0, 0],
        ["OL", 11, 11],
    ]
    marker = "all => all.map((one) => getComputedStyle(one).listStyleType)"
    assert page.locator(".chat-text li").evaluate_all(marker) == ["decimal", "decimal", "disc", "decimal"]
    left = "all => all.map((one) => one.getBoundingClientRect().x)"
    boil, pour, gently, steep = page.locator(".chat-text li").evaluate_all(left)
    assert boil == pour == steep < gently, "what is between steps belongs to the one above"


def test_a_growing_answer_counts_on(draw):
    page = draw(record_of(_statement("Boil", "item") | {"number": 1}, complete=False))
    assert page.locator(".chat-text > ol > li").count() == 1


def test_every_mark_is_a_button_that_shows_the_quote(draw):
    page = draw(TEA)
    mark = page.get_by_role("button", name="Source 1: Tea")
    mark.click()
    assert mark.get_attribute("aria-expanded") == "true"
    card = page.get_by_role("group", name="Source 1")
    assert "Tea is a drink." in card.inner_text()
    assert "Jul 13, 2024" in card.inner_text()
    assert card.get_by_role("link").get_attribute("href").endswith("/posts/tea/#green:~:text=Tea")
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert mark.get_attribute("aria-expanded") == "false"


def test_a_pointer_over_a_mark_shows_the_quote_until_it_leaves(draw):
    page = draw(TEA)
    page.get_by_role("button", name="Source 1: Tea").hover()
    card = page.get_by_role("group", name="Source 1")
    card.hover()
    page.wait_for_timeout(400)
    assert card.is_visible()
    page.mouse.move(5, 5)
    card.wait_for(state="hidden")


def test_the_keyboard_leads_from_a_mark_to_its_source(draw):
    page = draw(TEA)
    page.locator("header a").focus()
    page.keyboard.press("Tab")
    while page.evaluate("!document.activeElement.matches('.chat-mark')"):
        page.keyboard.press("Tab")
    page.get_by_role("group", name="Source 1").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.href").endswith("#green:~:text=Tea")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.chat-mark')")


def test_sources_link_to_their_sentences(draw):
    page = draw(TEA)
    links = page.locator(".chat-sources a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert {link.partition("/posts")[2] for link in links} == {"/tea/#green:~:text=Tea", "/tea/#kinds"}


def test_a_suggestion_is_handed_back_as_it_is(draw):
    page = draw(record_of("No.", found=False, suggestions=[MARKUP]))
    page.get_by_role("button").click()
    assert page.evaluate("asked") == [MARKUP]


def test_nothing_in_a_record_becomes_markup(draw):
    hostile = _citation(quote=MARKUP, title=MARKUP, headings=(MARKUP,))
    kinds = [_statement(MARKUP, kind) for kind in ("sentence", "item", "row", "code")]
    page = draw(record_of(*kinds, citations=[hostile], suggestions=[MARKUP]))
    page.locator(".chat-mark").first.click()
    assert page.locator(".chat-answer").locator("img, script, b, strong, em").count() == 0
    assert page.locator(".chat-statement").first.inner_text().startswith(MARKUP)
    assert page.locator(".chat-answer").get_by_text(MARKUP, exact=True).count() >= 7


def test_an_address_that_is_not_the_webs_is_no_link(draw):
    urls = [
        "javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
        "vbscript:x", "data:text/html,<script>alert(1)</script>", "file:///etc/passwd", "//elsewhere.example/",
        "/\\elsewhere.example", "https://name:password@elsewhere.example/", "http://[", "", None,
    ]  # fmt: skip
    page = draw(record_of("So.", citations=[_citation(number, url) for number, url in enumerate(urls, 1)]))
    page.locator(".chat-mark").click()
    assert page.locator(".chat-answer a").count() == 0


def test_text_that_turns_the_writing_direction_turns_only_itself(draw):
    page = draw(record_of(BIDI, "After.", citations=[_citation(quote=BIDI, title=BIDI)]))
    around = "element => ['isolate', 'isolate-override', 'plaintext'].includes(getComputedStyle(element).unicodeBidi)"
    assert set(page.locator(".chat-answer").get_by_text("gnp.").evaluate_all(f"all => all.map({around})")) == {True}
    places = "all => all.map((one) => one.getBoundingClientRect().x)"
    first, second = page.locator(".chat-text .chat-statement").evaluate_all(places)
    assert first < second


@pytest.mark.parametrize("width", [320, 1200])
def test_a_word_without_end_makes_nothing_wider(draw, width):
    word = "x" * 10_000
    long = _citation(quote=word, title=word, headings=(word,))
    statements = [_statement(word, kind) for kind in ("sentence", "item", "row", "code")]
    page = draw(record_of(*statements, citations=[long], suggestions=[word]), viewport={"width": width, "height": 700})
    page.locator(".chat-mark").first.focus()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(draw, axe, scheme):
    page = draw(TEA, color_scheme=scheme)
    page.add_style_tag(content=":root { color-scheme: light dark } main { background: light-dark(#fff, #171b21) }")
    page.locator(".chat-mark").first.click()
    assert axe(page, ".chat-answer") == []


def test_a_note_stands_above_the_statements_as_plain_text(draw):
    page = draw(TEA | {"note": NOTE})
    note = page.locator(".chat-answer > .chat-note")
    assert note.inner_text() == NOTE
    assert note.bounding_box()["y"] < page.locator(".chat-text").bounding_box()["y"]


def test_no_note_takes_no_room(draw):
    assert draw(TEA | {"note": ""}).locator(".chat-note").count() == 0
