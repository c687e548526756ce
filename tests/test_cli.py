import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from conftest import ROOT, with_model
from rich.console import Console
from typer.testing import CliRunner, Result

from chatbot import Answer, Citation, IndexReport, Problem, Settings, Statement
from chatbot.channels.cli import app
from chatbot.channels.terminal import AnswerWriter, show_report


@pytest.fixture
def run(index_settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHATBOT_VECTORSTORE", str(index_settings.vectorstore))
    monkeypatch.setenv("CHATBOT_CORPUS", str(index_settings.corpus))
    monkeypatch.setenv("CHATBOT_SITE_URL", index_settings.site_url)

    def run(*arguments: str, input: str | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=input, catch_exceptions=False)

    return run


def test_an_answer_has_numbered_sources_beneath(run):
    result = run("ask", "What is lead generation?")
    assert result.exit_code == 0
    answer, sources = result.stdout.split("\nSources\n")
    assert "lead" in answer.lower()
    assert "[1]" in answer
    assert sources.startswith("[1] ")
    assert "“" in sources
    assert "    https://leadcraftr.com/posts/" in sources
    assert "\x1b" not in result.stdout


def test_an_answer_as_json(run):
    answer = json.loads(run("ask", "What is lead generation?", "--json").stdout)
    assert answer["found"] is True
    assert answer["citations"][0]["quote"]
    assert "[1]" in answer["text"]


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_a_piped_question(run, arguments):
    result = run("ask", *arguments, "--json", input="What is lead generation?\n")
    assert json.loads(result.stdout)["question"] == "What is lead generation?"


def test_not_in_the_articles(run):
    result = run("ask", "Who won the 2018 world cup?")
    assert result.exit_code == 3
    assert "Sources" not in result.stdout
    assert "You could ask:" in result.stdout


def test_small_talk_is_no_failure(run):
    assert run("ask", "hello").exit_code == 0


def test_only_the_articles_asked_for(run):
    slug = "what-are-lead-generation-campaigns"
    answer = json.loads(run("ask", "What is lead generation?", "--json", "--article", slug).stdout)
    assert {citation["slug"] for citation in answer["citations"]} <= {slug}
    hits = json.loads(run("search", "leads", "--json", "--until", "2024-12-31").stdout)
    assert {hit["passage"]["slug"] for hit in hits} == {slug}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("ask", "leads?", "--article", "no-such-post"), "no-such-post"),
        (("ask", "leads?", "--tag", "no-such-tag"), "'no-such-tag' is not a tag of an indexed article"),
        (("ask", "leads?", "--since", "yesterday"), "yesterday"),
        (("search", "leads", "--limit", "0"), "--limit"),
        (("search",), "WORDS"),
    ],
)
def test_wrong_usage(run, arguments, named):
    result = run(*arguments)
    assert result.exit_code == 2
    assert named in " ".join(result.stderr.split())


def test_an_error_is_a_message(run, tmp_path):
    missing = run("ask", "leads?", "--vectorstore", str(tmp_path / "nowhere"))
    assert missing.exit_code == 1
    assert missing.stderr.startswith("Error: ")
    assert "chatbot index" in missing.stderr
    assert run("ask", "", input="").exit_code == 1


def test_search_shows_passages(run):
    result = run("search", "lead magnets", "--limit", "2")
    assert result.exit_code == 0
    assert result.stdout.startswith(" 1. 0.")
    assert "\n 2. " in result.stdout
    assert "\n 3. " not in result.stdout


def test_articles_are_listed_newest_first(run):
    lines = run("articles").stdout.splitlines()
    assert len(lines) == 5
    assert [line.split("\t")[0] for line in lines] == sorted((line.split("\t")[0] for line in lines), reverse=True)
    assert json.loads(run("articles", "--json").stdout)[0]["slug"] == lines[0].split("\t")[2]


@pytest.mark.parametrize(
    "command",
    [(), ("index",), ("ask",), ("search",), ("serve",), ("articles",), ("eval",), ("calibrate",)],
)
def test_help_tells_the_exit_codes(run, command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "3  the articles don't answer" in result.stdout
    assert "4  eval --compare: a measure that matters is significantly worse" in result.stdout
    assert "\x1b" not in result.stdout


def test_version(run):
    assert run("--version").stdout.startswith("chatbot ")


def test_index_reports_and_strict_fails_on_unreadable_files(run, tmp_path, model_folder):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "good.md").write_text("---\ntitle: Tea\n---\n\nTea is a drink made from leaves.\n")
    (corpus / "draft.md").write_text("---\ntitle: Cocoa\ndraft: true\n---\n\nCocoa is a drink.\n")
    (corpus / "broken.md").write_text("---\ntitle: [Coffee\n---\n\nCoffee is a drink made from beans.\n")
    folders = ("--corpus", str(corpus), "--vectorstore", str(with_model(tmp_path / "index", model_folder)))
    result = run("index", *folders)
    assert result.exit_code == 0
    assert "1 article, 1 passage indexed" in result.stdout
    assert "1 file can't be read:" in result.stdout
    assert "broken.md" in result.stdout
    assert "1 file left out" in result.stdout
    assert "draft.md" in run("index", *folders, "--verbose").stdout
    assert run("index", *folders, "--strict", "--quiet").exit_code == 1
    assert run("index", *folders, "--quiet").output == ""


def test_a_fresh_process_answers_without_the_slow_libraries(index_settings):
    probe = (
        "import sys; from chatbot.channels.cli import app; "
        "app(['ask', 'What is lead generation?'], standalone_mode=False); "
        "slow = {'torch', 'gradio', 'langchain_core', 'sentence_transformers'}; "
        "print(sorted(slow & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env=os.environ | {"CHATBOT_VECTORSTORE": str(index_settings.vectorstore)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "[1]" in done.stdout
    assert done.stderr == "[]\n"


@pytest.mark.slow
def test_ctrl_c_leaves_an_index_that_the_next_run_finishes(tmp_path, model_folder):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(1500):
        words = " ".join(f"word{number * place}" for place in range(1, 60))
        (corpus / f"{number}.md").write_text(f"---\ntitle: Post {number}\n---\n\nThe post says {words}.\n")
    vectorstore = with_model(tmp_path / "index", model_folder)
    command = [sys.executable, "-m", "chatbot", "index", "--corpus", str(corpus), "--vectorstore", str(vectorstore)]
    with ended(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)) as process:
        _wait_for(vectorstore / "CURRENT")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the next `chatbot index` finishes the work" in errors
    assert "Traceback" not in errors
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "1,500 articles" in done.stdout


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that doesn't outlive its test, whose leftovers would be blamed on the next one."""
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def exporting(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A first build, in the midst of its model's export."""
    command = [sys.executable, "-m", "chatbot", "index", "--vectorstore", str(tmp_path / "index")]
    with ended(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)) as process:
        until = time.monotonic() + 30
        while not _exports_into(tmp_path):
            assert time.monotonic() < until, "no export began"
            time.sleep(0.05)
        yield process


def _exports_into(folder: Path) -> list[Path]:
    """The processes that export a model into a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            found += [process] if "chatbot.exporting" in command and str(folder) in command else []
    return found


def await_its_end(folder: Path) -> None:
    until = time.monotonic() + 20
    while _exports_into(folder):
        assert time.monotonic() < until, "the export goes on alone"
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM])
def test_an_export_ends_with_the_build_that_began_it(exporting, tmp_path, stop):
    exporting.send_signal(stop)
    exporting.wait(10)
    await_its_end(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked up in /proc")
def test_ctrl_c_before_there_is_an_index(exporting, tmp_path):
    exporting.send_signal(signal.SIGINT)
    _, errors = exporting.communicate(timeout=30)
    assert exporting.returncode == 130
    assert "There is no index yet" in errors
    assert "Traceback" not in errors
    await_its_end(tmp_path)


def in_shell(command: str, settings: Settings, *prefix: str) -> subprocess.CompletedProcess[str]:
    """A line of bash in which ``chatbot`` is this one, over the index of some settings."""
    names = {"CHATBOT_VECTORSTORE": str(settings.vectorstore), "CHATBOT_CORPUS": str(settings.corpus)}
    program = f'chatbot() {{ {sys.executable} -m chatbot "$@"; }}; {command}'
    return subprocess.run(
        [*prefix, "bash", "-c", program],
        cwd=ROOT,
        env=os.environ | names | {"CHATBOT_SITE_URL": settings.site_url},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("command", ["ask 'What is lead generation?'", "articles --json", "search leads", "--help"])
def test_a_reader_that_closes_the_pipe_early(index_settings, command):
    done = in_shell(f"chatbot {command} | true", index_settings)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("command", ["ask 'What is lead generation?'", "articles", "articles --json", "--version"])
def test_no_room_for_the_answer(index_settings, command):
    done = in_shell(f"chatbot {command} > /dev/full", index_settings)
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device.\n")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_an_argument_that_is_no_utf8(index_settings, command):
    done = in_shell(f"chatbot {command} $'lead \\xff generation?'", index_settings)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def read_only(index_settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An index in folders and files that can't be written."""
    folder = Path(shutil.copytree(index_settings.vectorstore, tmp_path / "index"))
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    yield index_settings.model_copy(update={"vectorstore": folder})
    for path in paths:
        path.chmod(path.stat().st_mode | 0o200)


def _without_privilege() -> tuple[str, ...]:
    """A command that makes root heed permissions."""
    if os.geteuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root ignores permissions, and setpriv isn't here to change that")
    return ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


def test_a_read_only_index_answers(read_only):
    commands = "chatbot ask 'What is lead generation?' && chatbot search leads && chatbot articles"
    done = in_shell(commands, read_only, *_without_privilege())
    assert (done.returncode, done.stderr) == (0, "")
    assert "Sources" in done.stdout


def test_a_read_only_folder_takes_no_index(read_only):
    done = in_shell("chatbot index", read_only, *_without_privilege())
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "can't be written: Permission denied" in done.stderr


def _wait_for(path: Path) -> None:
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.05)


def test_statements_are_written_as_they_come():
    screen = StringIO()
    writer = AnswerWriter(Console(file=screen, width=40))
    first, second = Statement("One thing is so.", (1,)), Statement("Another [bold]isn't[/bold].", (2,))
    writer.update(Answer("?", (first,), complete=False))
    assert screen.getvalue() == "One thing is so. [1]"
    writer.update(Answer("?", (first, second), complete=False))
    assert screen.getvalue() == "One thing is so. [1] Another [bold]isn't[/bold]. [2]"
    writer.update(Answer("?", (first, second), (_citation(),)))
    assert screen.getvalue().endswith(
        "Sources\n[1] Tea · 2024-07-13 › Green\n    “One thing is so.”\n    https://example.com/tea\n"
    )


@pytest.mark.parametrize("width", [24, 80])
def test_a_terminal_is_written_to_its_width(width):
    screen = StringIO()
    console = Console(file=screen, width=width, force_terminal=True, color_system=None, highlight=False)
    item = Statement("a list item that is longer than a narrow terminal", (1,), "item")
    AnswerWriter(console).update(Answer("?", (Statement("word " * 30, (1,)), item, item), (_citation(),)))
    lines = screen.getvalue().splitlines()
    assert max(len(line) for line in lines if "https://" not in line) <= width
    assert "• a list item" in screen.getvalue()


def test_steps_have_their_numbers_on_a_terminal():
    screen = StringIO()
    console = Console(file=screen, width=20, force_terminal=True, color_system=None, highlight=False)
    steps = (Statement("Boil the water for long", (1,), "item", 9), Statement("Pour", (1,), "item", 10))
    AnswerWriter(console).update(Answer("?", (*steps, Statement("gently", (1,), "item")), complete=False))
    assert screen.getvalue() == "9. Boil the water\n   for long [1]\n10. Pour [1]\n• gently [1]"


def test_an_article_can_not_steer_the_terminal():
    screen = StringIO()
    AnswerWriter(Console(file=screen)).update(Answer("?", (Statement("before\x1b]0;owned\x07after", ()),)))
    assert screen.getvalue() == "before]0;ownedafter\n"


def test_no_color_is_respected(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    screen = StringIO()
    problems = (Problem("a[red].md", "wrong [bold]", 3), Problem("b.md", "a draft", kind="left out"))
    console = Console(file=screen, force_terminal=True, width=60, markup=False)
    show_report(console, IndexReport(2, 9, 1, 1, 0, problems, 0.5))
    assert "\x1b[3" not in screen.getvalue()
    assert "a[red].md" in screen.getvalue()
    assert "wrong [bold]" in screen.getvalue()


def _citation() -> Citation:
    return Citation(
        1, "tea", "Tea", "https://example.com/tea", ("Green",), date(2024, 7, 13), "One thing is so.", "t.md", 0, 16
    )
