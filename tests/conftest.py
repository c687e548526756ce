import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from chatbot import Chatbot, Settings, build_index, embedding, exporting
from chatbot.embedding import DEFAULT_MODEL, OnnxEmbedder, load_embedder

pytest_plugins = ["browser", "modelserver"]
ROOT = Path(__file__).parent.parent
POSTS = ROOT.parent / "shared" / "posts"
SITE = "https://leadcraftr.com"


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """A test that would reach another machine fails."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c_works() -> None:
    """A shell's background job ignores Ctrl-C, and so would all processes started from here."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _guarded(connect):
    def guarded(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    return guarded


@pytest.fixture(autouse=True, scope="session")
def _default_settings() -> Iterator[None]:
    """Whoever runs the tests may have settings of their own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CHATBOT_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def model_folder(request: pytest.FixtureRequest) -> Path:
    """The exported default model: made once for this version of the two modules, shared by all workers and runs."""
    code = b"".join(Path(module.__file__).read_bytes() for module in (embedding, exporting))
    version = hashlib.sha256(code).hexdigest()[:12]
    folder = request.config.cache.mkdir("models") / version / DEFAULT_MODEL
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.parent / "lock"):
        load_embedder(DEFAULT_MODEL, folder)
    return folder


@pytest.fixture(scope="session")
def embedder(model_folder: Path) -> OnnxEmbedder:
    return OnnxEmbedder(model_folder)


@pytest.fixture(scope="session")
def asks(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Callable[[dict[str, str]], Chatbot]:
    """Builds a chatbot of some posts, given as bodies by title."""

    def built(posts: dict[str, str]) -> Chatbot:
        home = tmp_path_factory.mktemp("posts")
        (home / "corpus").mkdir()
        for name, body in posts.items():
            text = f"---\ntitle: {name.capitalize()}\n---\n{body}\n"
            (home / "corpus" / f"{name}.md").write_text(text, encoding="utf-8")
        (home / "store" / "models").mkdir(parents=True)
        (home / "store" / "models" / model_folder.name).symlink_to(model_folder, target_is_directory=True)
        settings = Settings(corpus=home / "corpus", vectorstore=home / "store")
        build_index(settings)
        return Chatbot.open(settings)

    return built


@pytest.fixture(scope="session")
def shared_tmp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A temporary folder that all workers of this run see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def index_settings(shared_tmp: Path, model_folder: Path) -> Settings:
    """Settings over ``corpus/`` with a finished index, built by whichever worker comes first."""
    return built(ROOT / "corpus", shared_tmp / "corpus-index", model_folder)


@pytest.fixture(scope="session")
def posts_settings(shared_tmp: Path, model_folder: Path) -> Settings:
    """The same over the site's own texts."""
    if not POSTS.is_dir():
        pytest.skip(f"the site's own texts are not there ({POSTS})")
    return built(POSTS, shared_tmp / "posts-index", model_folder)


@pytest.fixture(scope="session")
def bot(index_settings: Settings) -> Chatbot:
    return Chatbot.open(index_settings)


@pytest.fixture(scope="session")
def posts_bot(posts_settings: Settings) -> Chatbot:
    return Chatbot.open(posts_settings)


def built(corpus: Path, vectorstore: Path, model_folder: Path) -> Settings:
    """Settings with an index, which is built here unless another worker has done so."""
    settings = Settings(corpus=corpus, vectorstore=vectorstore, site_url=SITE)
    with FileLock(f"{vectorstore}.lock"):
        if not vectorstore.exists():
            with_model(vectorstore, model_folder)
            build_index(settings, progress=False)
    return settings


def with_model(vectorstore: Path, model_folder: Path) -> Path:
    """An index folder that holds the exported model alone, so that a build need not export it again."""
    shutil.copytree(model_folder, vectorstore / "models" / model_folder.name)
    return vectorstore


class Server:
    """A running ``python app.py``; what it writes is read all along, so that it never waits for a reader."""

    def __init__(self, process: subprocess.Popen[str], url: str, startup: str) -> None:
        self.process = process
        self.url = url
        self.startup = startup
        self._said: list[str] = []
        self._listener = threading.Thread(target=self._said.extend, args=(process.stdout,), daemon=True)
        self._listener.start()

    def stop(self) -> str:
        """Stop it; gives what it wrote since it served."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)
        self._listener.join(timeout=5)
        self.process.stdout.close()
        return "".join(self._said)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Server]:
    """``python app.py`` over ``corpus/``, begun without an index."""
    running = serve(vectorstore=with_model(tmp_path_factory.mktemp("served") / "vectorstore", model_folder))
    yield running
    running.stop()


def serve(**settings: object) -> Server:
    """``python app.py`` on a free port, once it serves."""
    process = launch(port=0, **settings)
    lines = []
    for line in process.stdout:
        lines.append(line)
        found = re.search(r"http://\S+", line)
        if found:
            return Server(process, found[0], "".join(lines))
    raise AssertionError(f"app.py ended with status {process.wait()}:\n{''.join(lines)}")


def launch(**settings: object) -> subprocess.Popen[str]:
    environment = {f"CHATBOT_{name.upper()}": str(value) for name, value in settings.items()}
    return subprocess.Popen(
        [sys.executable, "-u", "app.py"],
        cwd=ROOT,
        env=os.environ | environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.fixture(scope="session")
def chroma_server(chroma_process: tuple[str, int]) -> str:
    """The address of a real Chroma server."""
    return chroma_process[0]


@pytest.fixture(scope="session")
def chroma_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The address and the process id of a real Chroma server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1", "--port", str(port)]
    command = [*program, "--path", str(tmp_path_factory.mktemp("chroma"))]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError
