"""What a reader does in a browser, with widget and page alike: ask, wait, follow links, press Tab."""

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
QUESTION = "What is lead generation?"
UNANSWERED = "Who won the 2018 world cup?"
_DEEP = """let deep = document.activeElement
while (deep?.shadowRoot?.activeElement) deep = deep.shadowRoot.activeElement"""
_ALL = """const all = (root) => [...root.querySelectorAll("*")]
    .flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])])"""
_OUTSIDE = f"""element => {{
    {_ALL}
    const boxes = []
    for (const one of all(element.shadowRoot ?? element)) {{
        const at = one.getBoundingClientRect()
        if (!one.checkVisibility({{ visibilityProperty: true }}) || at.width <= 1 || one.closest("pre, svg")) continue
        if (at.right > innerWidth + 1 || at.left < -1)
            boxes.push(`${{one.tagName}}.${{one.className}}: ${{at.left}} to ${{at.right}}`)
    }}
    return boxes
}}"""
_LISTEN = f"""() => {{
    {_ALL}
    window.announced = []
    const changes = {{ childList: true, characterData: true, subtree: true }}
    for (const region of all(document).filter((one) => one.matches("[role=status], [role=alert], [aria-live=polite]")))
        new MutationObserver(() => region.textContent.trim() && announced.push(region.textContent.trim()))
            .observe(region, changes)
}}"""
_LONG_TASKS = """() => {
    window.longTasks = []
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((entry) => Math.round(entry.duration))))
        .observe({ type: "longtask" })
}"""


class Reader:
    """A reader of one page; ``root`` is the element that holds the conversation."""

    def __init__(self, page: "Page", root: "Locator") -> None:
        self.page = page
        self.root = root
        self.input = root.get_by_role("textbox").first
        self.log = root.get_by_role("log")
        self.answers = root.locator(".chat-answer[data-complete=true]")

    def send(self, question: str) -> None:
        self.input.fill(question)
        self.input.press("Enter")

    def ask(self, question: str) -> "Locator":
        """The complete answer."""
        before = self.answers.count()
        self.send(question)
        return self.answer(before)

    def answer(self, index: int) -> "Locator":
        """An answer, once it is complete."""
        self.answers.nth(index).wait_for()
        return self.answers.nth(index)

    def strain(self, question: str) -> tuple[float, float]:
        """Seconds to type a question, and the longest task (milliseconds) until ``question`` is answered after it."""
        self.watch_for_long_tasks()
        begun = time.monotonic()
        self.input.press_sequentially("How do I qualify a lead?")
        typed = time.monotonic() - begun
        self.ask(question)
        return typed, max(self.long_tasks(), default=0)

    def outside(self) -> list[str]:
        """What reaches beyond the window's left or right edge."""
        return self.root.evaluate(_OUTSIDE)

    def links(self) -> list[str]:
        """The addresses of all links of the conversation."""
        return self.root.locator("a").evaluate_all("all => all.map((link) => link.href)")

    def rest(self) -> "Reader":
        """Wait until nothing fades or moves any more."""
        self.page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")
        self.page.wait_for_timeout(350)
        return self

    def listen(self) -> None:
        """Begin to take down what live regions say, as a screen reader would."""
        assert self.log.get_attribute("aria-live") == "off"
        self.page.evaluate(_LISTEN)

    def announced(self) -> list[str]:
        """What they have said since ``listen``, once all is said."""
        self.page.wait_for_timeout(400)
        return self.page.evaluate("announced")

    def watch_for_long_tasks(self) -> None:
        self.page.evaluate(_LONG_TASKS)

    def long_tasks(self) -> list[int]:
        """Milliseconds of each task that kept the page from reacting, since ``watch_for_long_tasks``."""
        return self.page.evaluate("longTasks")


def follow(page: "Page", link: "Locator") -> "Page":
    """The page that a click on a link leads to, in this tab or in a new one."""
    if link.get_attribute("target") != "_blank":
        link.click()
        page.wait_for_load_state()
        return page
    with page.context.expect_page() as opened:
        link.click()
    opened.value.wait_for_load_state()
    return opened.value


def in_view(page: "Page", text: str) -> bool:
    """Whether an element with the text is within the window."""
    places = page.get_by_text(text).evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    return any(place["bottom"] > 0 and place["top"] < page.viewport_size["height"] for place in places)


def focused(page: "Page", selector: str) -> bool:
    """Whether what has the focus, in shadow roots too, fits a selector."""
    return page.evaluate(f"(selector) => {{ {_DEEP}\n return deep.matches(selector) }}", selector)


def tab_to(page: "Page", selector: str, key: str = "Tab") -> None:
    """Press a key until what fits a selector has the focus."""
    for _ in range(60):
        if focused(page, selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} doesn't lead to {selector}")


def asked(page: "Page") -> list[dict[str, Any]]:
    """The bodies of the questions that a page sends to the HTTP API from now on."""
    bodies: list[dict[str, Any]] = []
    page.on("request", lambda request: request.url.endswith("/api/ask") and bodies.append(request.post_data_json))
    return bodies
