"""Fixtures for tests in a real browser: Chromium with a record of what its pages did, and axe for accessibility."""

import logging
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

import pytest
from conftest import ROOT, launch, with_model
from website import HIGHLIGHT, HOSTILE_POSTS, SCRIPT, Website, website

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    reportViolation(`${event.violatedDirective} forbids ${event.blockedURI} ${event.sample} (${event.sourceFile})`))
"""
_LOG = logging.getLogger(__name__)

Visit = Callable[..., "Page"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--strict-browser", action="store_true", help="fail, rather than skip, where a browser is missing")


@dataclass
class Record:
    """What the pages of one test did."""

    requests: list[str] = field(default_factory=list)
    """The addresses asked for, in order."""
    console: list[str] = field(default_factory=list)
    """Warnings and errors in the console."""
    errors: list[str] = field(default_factory=list)
    """Exceptions that nobody caught."""
    dialogs: list[str] = field(default_factory=list)
    """What ``alert`` and the like showed, which is how hostile text would show itself."""
    violations: list[str] = field(default_factory=list)
    """Breaches of the page's Content-Security-Policy."""

    @property
    def origins(self) -> set[str]:
        """Scheme, host and port of everything asked for over the network."""
        parts = map(urlsplit, self.requests)
        return {f"{part.scheme}://{part.netloc}" for part in parts if part.scheme not in ("data", "blob", "about")}

    def watch(self, context: "BrowserContext") -> None:
        context.expose_binding("reportViolation", lambda _, text: self.violations.append(text))
        context.add_init_script(VIOLATIONS)
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._note)
        context.on("dialog", self._refuse)

    def _note(self, message) -> None:
        if message.type in ("warning", "error"):
            self.console.append(f"{message.text} ({message.location['url']})")
            _LOG.warning(self.console[-1])

    def _refuse(self, dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> "Iterator[Browser]":
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium")
    if not executable:
        missing(request, "Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()


def missing(request: pytest.FixtureRequest, reason: str) -> NoReturn:
    if request.config.getoption("--strict-browser", default=False):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def visit(chromium: "Browser", record: Record) -> Iterator[Visit]:
    """Opens an address in a profile of its own: ``visit(url, **options of Playwright's new_context)``.

    Whatever the test is about, no script may fail or pop up, no policy be breached and no other machine be asked.
    """
    contexts: list[BrowserContext] = []

    def visit(url: str, **options: object) -> "Page":
        context = chromium.new_context(**({"viewport": {"width": 1200, "height": 900}} | options))
        contexts.append(context)
        record.watch(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(url)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert (record.errors, record.dialogs, record.violations) == ([], [], [])
    assert {urlsplit(origin).hostname for origin in record.origins} <= {"127.0.0.1", "localhost"}


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> "Callable[..., list[str]]":
    """What axe finds on a page, or in one element of it: a line for each breach of WCAG 2.2 AA or good practice."""
    if not AXE.is_file():
        missing(request, "axe-core is not installed (npm ci --prefix tests)")
    source = AXE.read_text(encoding="utf-8")

    def axe(page: "Page", within: str = "html") -> list[str]:
        page.evaluate(source)
        found = page.evaluate("([within, tags]) => axe.run(within, { runOnly: tags })", [within, STANDARDS])
        lines = [
            f"{rule['id']}: {node['target']} {node['html'][:120]}: {' '.join(node['failureSummary'].split())}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
        for line in lines:
            _LOG.warning(line)
        return lines

    return axe


@pytest.fixture(scope="session")
def posts_site() -> Iterator[Website]:
    """The site whose posts are ``corpus/``."""
    with website(ROOT / "corpus") as site:
        yield site


@pytest.fixture
def site(posts_site: Website) -> Iterator[Website]:
    """The same, as plain as at first for every test."""
    yield posts_site
    posts_site.head = posts_site.body = posts_site.policy = ""
    posts_site.scripts = None
    posts_site.requests.clear()


class Served:
    """``python app.py`` on a port that it gets again after each death; what it says goes to the tests' log."""

    def __init__(self, **settings: object) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._settings = {**settings, "port": port}
        self.start()

    def start(self) -> None:
        """Start it; returns once it serves."""
        self._process = launch(**self._settings)
        for line in self._process.stdout:
            if self.url in line:
                break
        else:
            raise AssertionError(f"app.py ended with status {self._process.wait()}")
        self._listener = threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True)
        self._listener.start()

    def _listen(self, output) -> None:
        with output:
            for line in output:
                _LOG.warning(line.rstrip())

    def freeze(self) -> None:
        """It takes requests, as far as the system does so for it, and does nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def revive(self) -> None:
        """Whatever was done to it, it serves again."""
        if self._process.poll() is None:
            self.thaw()
        else:
            self.start()

    def kill(self) -> None:
        """As a power cut does it."""
        self._process.kill()
        self._process.wait()
        self._listener.join()


@pytest.fixture(scope="session")
def chatbot_settings(
    posts_site: Website, tmp_path_factory: pytest.TempPathFactory, model_folder: Path
) -> dict[str, object]:
    return settings_for(posts_site, tmp_path_factory.mktemp("chatbot"), model_folder)


@pytest.fixture(scope="session")
def chatbot(chatbot_settings: dict[str, object]) -> Iterator[Served]:
    """The chatbot of that site, which it allows to ask."""
    server = Served(**chatbot_settings)
    yield server
    server.kill()


def settings_for(site: Website, folder: Path, model_folder: Path) -> dict[str, object]:
    """Settings whose links lead to a site and which let its pages ask; index and feedback are kept in a folder."""
    vectorstore = with_model(folder / "vectorstore", model_folder)
    feedback = folder / "feedback.jsonl"
    return {"site_url": site.url, "allowed_origins": site.url, "vectorstore": vectorstore, "feedback": feedback}


@pytest.fixture
def marked() -> "Callable[[Page], int]":
    """How many pixels of a page's window the site shows as the words that its address points to."""
    from PIL import Image

    def marked(page: "Page") -> int:
        page.wait_for_timeout(300)
        with Image.open(BytesIO(page.screenshot())) as image:
            colors = image.convert("RGB").getcolors(image.width * image.height)
        return sum(count for count, color in colors if color == HIGHLIGHT)

    return marked


@pytest.fixture(scope="session")
def another(chatbot: Served, chatbot_settings: dict[str, object]) -> Iterator[Served]:
    """A second chatbot over the same index."""
    server = Served(**chatbot_settings)
    yield server
    server.kill()


@pytest.fixture
def mortal(another: Served) -> Iterator[Served]:
    """A chatbot for a test to stop; it lives again for the next one."""
    yield another
    another.revive()


@pytest.fixture(scope="session")
def limited(chatbot: Served, chatbot_settings: dict[str, object]) -> Iterator[Served]:
    """One that takes a single question a minute from each address that a proxy names."""
    server = Served(**chatbot_settings, rate_limit=1)
    yield server
    server.kill()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[tuple[Website, Served]]:
    """A site whose posts try to be more than text, and its chatbot."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "posts").mkdir()
    for name, text in HOSTILE_POSTS.items():
        (folder / "posts" / name).write_text(text, encoding="utf-8")
    with website(folder / "posts") as site:
        server = Served(corpus=folder / "posts", title=SCRIPT, **settings_for(site, folder, model_folder))
        yield site, server
        server.kill()
