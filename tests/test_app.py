import gc
import json
import shutil
import signal
import socket
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import uvicorn
from conftest import Server, launch, serve
from fastapi import FastAPI
from gradio_client import Client

from chatbot import Settings
from chatbot.channels.server import open_fresh, run


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode()


def test_a_missing_index_is_built_first(server: Server):
    assert "Indexing the articles in corpus" in server.startup
    assert json.loads(_get(f"{server.url}/healthz")) == {"status": "ok"}


def test_the_page_names_no_other_machine(server: Server):
    config = json.loads(_get(f"{server.url}/config"))
    assert config["analytics_enabled"] is False
    assert config["title"] == "LeadCraftr answers"
    assert "//" not in _get(f"{server.url}/theme.css").replace("http://www.w3.org/2000/svg", "")


def test_questions_over_the_api(server: Server):
    client = Client(server.url, verbose=False)
    answer = client.predict("What is lead generation?", api_name="/chat")
    assert "[1]" in answer
    assert "](https://leadcraftr.com/posts/" in answer
    assert "limit is 2,000" in client.predict("x" * 2001, api_name="/chat")
    history = [
        {"role": "user", "content": "What is email marketing good for?"},
        {"role": "assistant", "content": [{"type": "text", "text": "It nurtures leads. [1]"}]},
    ]
    assert "social media" in client.predict("and social media?", history=history, api_name="/chat").lower()


def test_many_readers_at_once(server: Server):
    def ask(_: int) -> str:
        return Client(server.url, verbose=False).predict("What is lead generation?", api_name="/chat")

    with ThreadPoolExecutor(4) as readers:
        assert len(set(readers.map(ask, range(8)))) == 1


def test_ctrl_c_ends_cleanly(index_settings: Settings):
    running = serve(vectorstore=index_settings.vectorstore, corpus=index_settings.corpus)
    assert "Indexing" not in running.startup
    *_, last = running.stop().splitlines()
    assert last == '  allowed_origins = ["https://leadcraftr.com"]', "how to allow the site is the last thing it says"
    assert running.process.returncode == 0


def test_ctrl_c_before_the_event_loop_runs_ends_cleanly(monkeypatch, capsys):
    make_loop = uvicorn.Config.get_loop_factory

    def interrupted(config: uvicorn.Config):
        signal.raise_signal(signal.SIGINT)
        return make_loop(config)

    monkeypatch.setattr(uvicorn.Config, "get_loop_factory", interrupted)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        run(FastAPI(), listener, Settings())
    gc.collect()  # a coroutine left behind would say so now, which fails the test
    assert capsys.readouterr().err == ""


def test_a_damaged_index_is_repaired_before_it_is_served(index_settings: Settings, tmp_path: Path):
    folder = Path(shutil.copytree(index_settings.vectorstore, tmp_path / "index"))
    next(folder.glob("generation-*/chroma/chroma.sqlite3")).write_bytes(b"garbage" * 1000)
    bot = open_fresh(index_settings.model_copy(update={"vectorstore": folder}))
    assert bot.ask("What is lead generation?").found


def test_a_busy_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = launch(port=taken.getsockname()[1])
        message, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert message.startswith("Error: Can't serve on 127.0.0.1:")
    assert "CHATBOT_PORT" in message


def test_no_articles_is_a_message(tmp_path):
    (tmp_path / "corpus").mkdir()
    process = launch(port=0, corpus=tmp_path / "corpus", vectorstore=tmp_path / "vectorstore")
    message, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Traceback" not in message
    assert str(tmp_path / "corpus") in message.splitlines()[-1]


@pytest.mark.parametrize("name", ["corpsu", "prot"])
def test_a_mistyped_setting_is_a_message(name):
    process = launch(**{name: "x"})
    message, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Did you mean" in message
