import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import pytest
from filelock import FileLock

from chatbot import building, opening, storing
from chatbot.articles import read_article, read_corpus
from chatbot.embedding import OnnxEmbedder
from chatbot.errors import (
    CorpusError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexServerError,
    ModelError,
)
from chatbot.generations import Generations
from chatbot.index import ChromaIndex
from chatbot.indexing import build_index, is_stale
from chatbot.opening import OpenIndex, current_generation, open_index
from chatbot.passages import split
from chatbot.records import Article, measured_texts
from chatbot.settings import Settings

Setup = Callable[..., Settings]
TOPICS = ["whales", "harbours", "orchards", "glaciers", "violins", "railways", "beehives", "lanterns"]


@pytest.fixture
def setup(tmp_path: Path, model_folder: Path) -> Setup:
    """Settings for a corpus of some articles and an empty index that has the exported model."""

    def make(articles: int = 3, **settings: object) -> Settings:
        shutil.copytree(model_folder, tmp_path / "vectorstore" / "models" / model_folder.name, dirs_exist_ok=True)
        for number in range(articles):
            write(tmp_path / "corpus", number)
        return Settings(corpus=tmp_path / "corpus", vectorstore=tmp_path / "vectorstore", **settings)

    return make


def write(corpus: Path, number: int, note: str = "first", sections: int = 2) -> Path:
    topic = TOPICS[number % len(TOPICS)]
    parts = [
        f"## Part {part} of {topic}\n\nThe {note} remark on {topic} has the number {number}. Section {part} says more "
        f"about {topic}. It ends here.\n"
        for part in range(sections)
    ]
    path = corpus / f"{number:03d}-{topic}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"---\ntitle: On {topic} {number}\ndate: 2024-01-{number % 28 + 1:02d}\ntags: [{topic}]\n---\n\n"
        + "\n".join(parts)
    )
    return path


def passages_of(article: Article, embedder: OnnxEmbedder) -> set[str]:
    return {each.id for each in split(article, count_tokens=embedder.count_tokens, max_tokens=embedder.max_tokens)}


def vectors_of(settings: Settings) -> dict[str, list[float]]:
    index = open_index(settings)
    vectors = {each: vector.tolist() for each, vector in index.vectors.vectors(sorted(index.vectors.ids())).items()}
    index.close()
    return vectors


def require_spans(index: OpenIndex) -> None:
    """There is a vector of every span that can be quoted, and of nothing else."""
    passages = index.vectors.get(sorted(index.lexical.ids())).values()
    texts = {(passage.id, text) for passage in passages for text in measured_texts(passage)}
    assert all(index.known(text) is not None for _, text in texts)
    assert len(index.spans) == len(texts)


def counts(settings: Settings) -> tuple[int, int, int, int]:
    report = build_index(settings)
    return report.articles, report.added, report.changed, report.removed


def test_a_first_build(setup: Setup, embedder: OnnxEmbedder) -> None:
    settings = setup()
    (settings.corpus / "broken.md").write_text("---\ntitle: [\n---\ntext")
    (settings.corpus / "draft.md").write_text("---\ndraft: true\n---\ntext")
    report = build_index(settings)

    assert (report.articles, report.passages, report.added, report.changed, report.removed) == (3, 6, 3, 0, 0)
    assert [(problem.path, problem.kind) for problem in report.skipped] == [
        ("broken.md", "unreadable"),
        ("draft.md", "left out"),
    ]
    index = open_index(settings)
    expected = read_article(settings.corpus, settings.corpus / "001-harbours.md")
    assert isinstance(expected, Article)
    assert [article.path for article in index.articles] == ["000-whales.md", "001-harbours.md", "002-orchards.md"]
    assert (index.articles[1].body, index.articles[1].title) == ("", "On harbours 1")
    assert index.articles[1].date == expected.date
    assert index.articles[1].tags == ("harbours",)
    assert index.articles[1].sources == expected.sources
    assert index.vectors.ids() == index.lexical.ids()
    nearest = index.vectors.query(index.embedder.embed_query("harbours"), 1)[0][0]
    assert nearest in passages_of(expected, embedder)
    assert index.vectors.get([nearest])[nearest].slug == index.articles[1].slug
    index.close()


def test_nothing_changed_makes_no_generation(setup: Setup) -> None:
    settings = setup()
    build_index(settings)

    assert counts(settings) == (3, 0, 0, 0)
    assert current_generation(settings.vectorstore) == "generation-0001"
    assert not is_stale(settings)


def test_a_build_applies_what_changed(setup: Setup) -> None:
    settings = setup()
    build_index(settings)
    before = vectors_of(settings)
    write(settings.corpus, 0, "second")
    (settings.corpus / "001-harbours.md").unlink()
    write(settings.corpus, 3)
    (settings.corpus / "002-orchards.md").write_text("---\ndraft: true\n---\ntext")

    assert is_stale(settings)
    assert counts(settings) == (2, 1, 1, 2)
    after = vectors_of(settings)
    assert len(after) == 4
    assert not before.keys() & after.keys()
    index = open_index(settings)
    assert index.lexical.ids() == index.vectors.ids()
    assert index.lexical.search("first whales", 1) != []
    assert [article.path for article in index.articles] == ["000-whales.md", "003-glaciers.md"]
    index.close()


def test_only_new_passages_are_embedded(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = setup()
    build_index(settings)
    before = vectors_of(settings)
    embedded: list[str] = []
    plain = OnnxEmbedder.embed_documents
    monkeypatch.setattr(
        OnnxEmbedder, "embed_documents", lambda self, texts: embedded.extend(texts) or plain(self, texts)
    )
    path = settings.corpus / "000-whales.md"
    path.write_text(path.read_text() + "\n## Part 9\n\nAdded at the end.\n")
    (settings.corpus / "001-harbours.md").rename(settings.corpus / "renamed.md")

    assert build_index(settings).changed == 1
    assert embedded == ["On whales 0 › Part 9\nAdded at the end.", "On whales 0\nAdded at the end."]
    after = vectors_of(settings)
    assert len(after) == 7
    assert sum(before.get(each) == vector for each, vector in after.items()) == 4


def embedded_by(build: Callable[[], object]) -> list[str]:
    """The texts that go through the model while something is done."""
    embedded: list[str] = []
    plain = OnnxEmbedder.embed_documents
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OnnxEmbedder, "embed_documents", lambda self, texts: embedded.extend(texts) or plain(self, texts))
        build()
    return embedded


def test_sentences_have_vectors_too(setup: Setup, embedder: OnnxEmbedder) -> None:
    settings = setup()
    write(settings.corpus, 3).write_text(
        "---\ntitle: Fees\n---\n| Part | Fee |\n|---|---|\n| Hull | 4 |\n\n- Paid in May\n"
    )
    build_index(settings)
    index = open_index(settings)

    for text in ("On whales 0\nIt ends here.", "Fees\nPart: Hull; Fee: 4", "Fees\nPaid in May"):
        assert index.known(text) == pytest.approx(embedder.embed_documents([text])[0], abs=1e-5)
    for text in ("It ends here.", "Fees\nPart | Fee", "On whales 0\nPart 0 of whales"):
        assert index.known(text) is None
    require_spans(index)
    index.close()


def test_sentences_that_stay_keep_their_vectors(setup: Setup) -> None:
    settings = setup()
    build_index(settings)
    before = open_index(settings)
    path = settings.corpus / "000-whales.md"
    path.write_text(path.read_text().replace("Section 1 says more", "Section 1 says less"))
    (settings.corpus / "001-harbours.md").unlink()

    embedded = embedded_by(lambda: build_index(settings))
    assert [text.partition("\n")[2] for text in embedded[1:]] == ["Section 1 says less about whales."]
    after = open_index(settings)
    require_spans(after)
    assert (after.known("On whales 0\nIt ends here.") == before.known("On whales 0\nIt ends here.")).all()
    assert after.known("On whales 0\nSection 1 says more about whales.") is None
    assert after.known("On harbours 1\nIt ends here.") is None
    assert before.known("On harbours 1\nIt ends here.") is not None, "who has the old generation open keeps it"
    before.close()
    after.close()


def test_an_index_from_before_sentences_had_vectors(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = setup(8)
    build_index(settings)
    vectors = vectors_of(settings)
    (settings.vectorstore / "generation-0001" / "spans.bin").unlink()

    old = open_index(settings)
    assert old.known("On whales 0\nIt ends here.") is None
    old.close()
    assert not is_stale(settings), "it answers as before"

    monkeypatch.setattr(building, "_BATCH", 4)
    monkeypatch.setattr(building, "_FIRST_PUBLISH", 0)
    embedded = embedded_by(lambda: build_index(settings))
    assert len(embedded) == 32, "only sentences"
    assert current_generation(settings.vectorstore) == "generation-0002", "all in one go"
    after = vectors_of(settings)
    assert all(after[each] == pytest.approx(vector, abs=1e-6) for each, vector in vectors.items())
    new = open_index(settings)
    require_spans(new)
    new.close()
    assert embedded_by(lambda: build_index(settings)) == []


def test_an_index_from_before_items_had_numbers(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = setup(8)
    write(settings.corpus, 8).write_text("---\ntitle: Mooring\n---\n1. Slow down\n2. Throw the line\n")
    with monkeypatch.context() as before:
        before.setattr(building, "DETAILS_VERSION", 0)
        before.setattr(storing, "astuple", lambda span: astuple(span)[:-1])
        build_index(settings)
    vectors = vectors_of(settings)
    assert numbers(settings) == [], "it can be read"
    assert not is_stale(settings)

    monkeypatch.setattr(building, "_WRITTEN_AT_ONCE", 4)
    monkeypatch.setattr(building, "_FIRST_PUBLISH", 0)
    assert embedded_by(lambda: build_index(settings)) == []
    assert numbers(settings) == [1, 2]
    after = vectors_of(settings)
    assert all(after[each] == pytest.approx(vector, abs=1e-6) for each, vector in vectors.items())
    assert current_generation(settings.vectorstore) == "generation-0002", "all in one go"
    assert counts(settings) == (9, 0, 0, 0)
    assert current_generation(settings.vectorstore) == "generation-0002"


def numbers(settings: Settings) -> list[int]:
    """The numbers of the items in the index."""
    index = open_index(settings)
    found = index.vectors.get(sorted(index.vectors.ids())).values()
    index.close()
    return sorted(span.number for passage in found for span in passage.sentences if span.number)


def test_a_new_title_means_new_vectors(setup: Setup) -> None:
    settings = setup()
    build_index(settings)
    before = vectors_of(settings)
    path = settings.corpus / "000-whales.md"
    path.write_text(path.read_text().replace("On whales 0", "On squids 0"))
    build_index(settings)
    after = vectors_of(settings)

    assert after.keys() == before.keys(), "the passages stand where they stood"
    assert sum(before[each] != after[each] for each in before) == 2


def test_new_links_are_stored_without_embedding(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    build_index(setup())
    before = vectors_of(setup())
    settings = setup(site_url="https://example.com", url_pattern="/blog/{slug}")
    assert is_stale(settings)
    monkeypatch.setattr(OnnxEmbedder, "embed_documents", None)
    build_index(settings)

    assert vectors_of(settings) == before
    index = open_index(settings)
    urls = {passage.url for passage in index.vectors.get(sorted(before)).values()}
    assert urls == {article.url for article in index.articles}
    assert all(url.startswith("https://example.com/blog/") for url in urls)
    index.close()


def test_deleting_the_index_and_building_again_gives_the_same(setup: Setup) -> None:
    settings = setup(12)
    build_index(settings)
    write(settings.corpus, 3, "second")
    build_index(settings)
    before = vectors_of(settings)
    shutil.rmtree(settings.vectorstore)
    build_index(setup(0))

    assert vectors_of(settings) == before


def test_another_model_needs_a_rebuild(setup: Setup, model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = setup()
    build_index(settings)
    other = setup(embedding_model="other-model")
    for refused in (build_index, open_index):
        with pytest.raises(IndexMismatchError, match=r"'all-MiniLM-L6-v2'.*'other-model'.*chatbot index --rebuild"):
            refused(other)
    assert is_stale(other)

    monkeypatch.setattr(opening, "RULES_VERSION", 99)
    with pytest.raises(IndexMismatchError, match="rules"):
        build_index(settings)


@pytest.mark.slow
def test_rebuild_makes_everything_new(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = setup()
    build_index(settings)
    before = vectors_of(settings)
    monkeypatch.setattr(opening, "RULES_VERSION", 99)
    report = build_index(settings, rebuild=True)

    assert (report.added, report.changed, report.removed) == (3, 0, 0)
    assert vectors_of(settings) == before
    assert current_generation(settings.vectorstore) == "generation-0002"


def test_errors_say_what_to_do(setup: Setup) -> None:
    settings = setup(0)
    with pytest.raises(IndexMissingError, match="chatbot index"):
        open_index(settings)
    with pytest.raises(CorpusError):
        build_index(settings)
    write(settings.corpus, 0)
    with FileLock(settings.vectorstore / "lock"), pytest.raises(IndexBusyError, match="Another process"):
        build_index(settings)


@pytest.mark.slow
def test_a_folder_that_is_no_model_is_explained(setup: Setup, tmp_path: Path) -> None:
    settings = setup(embedding_model=str(tmp_path / "corpus"))
    with pytest.raises(ModelError, match="embedding_model"):
        build_index(settings)

    assert current_generation(settings.vectorstore) is None


def test_an_index_on_a_server(setup: Setup, chroma_server: str) -> None:
    settings = setup(chroma_url=chroma_server, collection="built")
    build_index(settings)
    assert not (settings.vectorstore / "generation-0001" / "chroma").exists()
    before = vectors_of(settings)
    assert len(before) == 6
    index = open_index(settings)
    require_spans(index)
    index.close()

    write(settings.corpus, 0, "second")
    (settings.corpus / "001-harbours.md").unlink()
    build_index(settings)
    after = vectors_of(settings)
    assert (len(after), len(before.keys() & after.keys())) == (4, 2)

    ChromaIndex.drop(chroma_server, "built")
    assert build_index(settings).added == 0
    assert vectors_of(settings) == after, "what a server lost is stored again"


def test_a_server_that_does_not_answer(setup: Setup) -> None:
    settings = setup(chroma_url="http://127.0.0.1:9")
    with pytest.raises(IndexServerError, match=r"http://127\.0\.0\.1:9"):
        build_index(settings)

    assert current_generation(settings.vectorstore) is None


def test_an_index_of_another_format_is_explained(setup: Setup) -> None:
    settings = setup()
    build_index(settings)
    manifest = settings.vectorstore / "generation-0001" / "index.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 99'))
    for refused in (build_index, open_index):
        with pytest.raises(IndexMismatchError, match=r"99.*chatbot index --rebuild"):
            refused(settings)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def fill(path: Path) -> None:
    path.write_bytes(b"\xff garbage" * 900)


def scribble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:-4096] = b"x" * (len(content) - 8192)
    path.write_bytes(content)


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


DAMAGES = [
    (remove, "chroma/chroma.sqlite3"),
    (fill, "chroma/chroma.sqlite3"),
    (cut, "chroma/chroma.sqlite3"),
    (scribble, "chroma/chroma.sqlite3"),
    (remove, "chroma"),
    (remove, "lexical/meta.json"),
    (fill, "lexical/meta.json"),
    (remove, "lexical/*.pos"),
    (remove, "lexical/*.term"),
    (fill, "lexical/*.idx"),
    (remove, "lexical"),
    (remove, "index.json"),
    (fill, "index.json"),
    (cut, "index.json"),
    (fill, "spans.bin"),
    (cut, "spans.bin"),
    (remove, ""),
]


@pytest.mark.parametrize(("damage", "file"), DAMAGES)
def test_damage_is_explained_and_repaired(
    setup: Setup, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None], file: str
) -> None:
    settings = setup()
    build_index(settings)
    before = vectors_of(settings)
    generation = settings.vectorstore / "generation-0001"
    damage(next(generation.glob(file)) if file else generation)

    with pytest.raises(IndexDamagedError, match=r"Run `chatbot index` to make it anew"):
        open_index(settings)
    assert counts(settings) == (3, 3, 0, 0)
    assert "It is being made anew" in caplog.text
    assert vectors_of(settings) == before
    assert counts(settings) == (3, 0, 0, 0)


@pytest.mark.parametrize("content", ["generation-0007\n", "\0\xff garbage", ""])
def test_a_live_generation_that_is_not_there(setup: Setup, content: str) -> None:
    settings = setup()
    build_index(settings)
    before = vectors_of(settings)
    (settings.vectorstore / "CURRENT").write_text(content, encoding="latin-1")

    with pytest.raises((IndexDamagedError, IndexMissingError), match="Run `chatbot index`"):
        open_index(settings)
    assert is_stale(settings)
    assert counts(settings) == (3, 3, 0, 0)
    assert vectors_of(settings) == before


@pytest.mark.slow
@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_damaged_model_is_exported_anew(setup: Setup, file: str) -> None:
    settings = setup()
    build_index(settings)
    path = settings.vectorstore / "models" / "all-MiniLM-L6-v2" / file
    before = path.read_bytes()
    fill(path)

    assert counts(settings) == (3, 0, 0, 0)
    assert path.read_bytes() == before


def require_no_article(settings: Settings, path: str) -> None:
    """A file of the corpus gives a problem, and nothing but that."""
    report = build_index(settings)
    assert (report.articles, [problem.path for problem in report.skipped]) == (3, [path])
    index = open_index(settings)
    assert len(index.articles) == 3
    index.close()
    assert Generations(settings.vectorstore).manifest(index.generation).entries[path].digest == ""
    again = build_index(settings)
    assert (again.articles, again.added, again.skipped) == (3, 0, report.skipped)


def test_a_link_to_nowhere(setup: Setup) -> None:
    settings = setup()
    (settings.corpus / "dead.md").symlink_to("/nonexistent")
    require_no_article(settings, "dead.md")

    (settings.corpus / "dead.md").unlink()
    write(settings.corpus, 3).rename(settings.corpus / "dead.md")
    assert counts(settings) == (4, 1, 0, 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read(setup: Setup) -> None:
    settings = setup()
    write(settings.corpus, 3).chmod(0)
    require_no_article(settings, "003-glaciers.md")


def test_a_folder_named_like_an_article(setup: Setup) -> None:
    settings = setup()
    write(settings.corpus, 3).rename(settings.corpus / "inner")
    (settings.corpus / "folder.md").mkdir()
    (settings.corpus / "inner").rename(settings.corpus / "folder.md" / "inner.md")

    assert counts(settings) == (4, 4, 0, 0)
    assert counts(settings) == (4, 0, 0, 0)


def test_a_file_that_vanishes_while_it_is_indexed(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = setup()
    gone = write(settings.corpus, 3)
    content = gone.read_text()

    def vanishing(*arguments: object, **options: object):
        records = read_corpus(*arguments, **options)
        yield next(records)
        gone.unlink()
        yield from records

    monkeypatch.setattr(building, "read_corpus", vanishing)
    report = build_index(settings)
    monkeypatch.undo()
    assert (report.articles, [problem.path for problem in report.skipped]) == (3, ["003-glaciers.md"])
    gone.write_text(content)
    assert counts(settings) == (4, 1, 0, 0), "it is back, just as it was"


def test_a_server_that_falls_silent(setup: Setup, chroma_process: tuple[str, int], monkeypatch) -> None:
    url, pid = chroma_process
    settings = setup(chroma_url=url, collection="silent")
    build_index(settings)
    index = open_index(settings)
    monkeypatch.setattr(opening.open_vectors, "__defaults__", (0.5,))
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(IndexServerError, match="timed out"):
            open_index(settings)
        index.vectors._client._server._session.timeout = 0.5
        with pytest.raises(IndexServerError, match="timed out"):
            len(index.vectors)
    finally:
        os.kill(pid, signal.SIGCONT)
    index.close()


def test_what_killed_builds_left_is_thrown_away(setup: Setup) -> None:
    settings = setup()
    build_index(settings)
    leftovers = ["building/chroma", "generation-0007", "generation-0009", "models/.all-MiniLM-L6-v2-x"]
    for name in leftovers:
        (settings.vectorstore / name).mkdir(parents=True)
    (settings.vectorstore / "vectors.bin").write_bytes(b"torn")
    write(settings.corpus, 5)
    build_index(settings)

    assert {path.name for path in settings.vectorstore.iterdir()} == {
        *("CURRENT", "generation-0001", "generation-0002", "lock", "models")
    }
    assert [path.name for path in (settings.vectorstore / "models").iterdir()] == ["all-MiniLM-L6-v2"]


def test_a_reader_keeps_its_generation_while_new_ones_come(setup: Setup) -> None:
    settings = setup()
    build_index(settings)
    reader = open_index(settings)
    write(settings.corpus, 1, "second")
    build_index(settings)

    assert len(reader.vectors.get(sorted(reader.lexical.ids()))) == 6
    assert current_generation(settings.vectorstore) != reader.generation
    reader.close()


def test_answering_imports_no_parser() -> None:
    program = "import sys, chatbot.bot; print({'markdown_it', 'frontmatter', 'yaml', 'dateutil'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_ctrl_c_keeps_what_is_complete(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_BATCH", 4)
    settings = setup(20)
    plain = OnnxEmbedder.embed_documents
    embedded: list[str] = []

    def interrupted(self: OnnxEmbedder, texts: list[str]) -> list[list[float]]:
        embedded.extend(texts)
        if len(embedded) == 48:
            os.kill(os.getpid(), signal.SIGINT)
        return plain(self, texts)

    monkeypatch.setattr(OnnxEmbedder, "embed_documents", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_index(settings)
    index = open_index(settings)
    assert [article.path[:3] for article in index.articles] == [f"{number:03d}" for number in range(8)]
    assert len(index.vectors.ids()) == 16
    index.close()

    report = build_index(settings)
    assert (report.articles, report.passages, report.added) == (20, 40, 12)
    assert len(embedded) == len(set(embedded)) == 120, "what was embedded before is not embedded again"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_build_in_a_thread(setup: Setup) -> None:
    settings = setup()
    thread = threading.Thread(target=build_index, args=(settings,))
    thread.start()
    thread.join()

    assert not is_stale(settings)


def test_the_progress_bar_shows_on_stderr(setup: Setup, capsys: pytest.CaptureFixture[str]) -> None:
    settings = setup()
    build_index(settings, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "3/3 articles · 6 passages" in shown.err
    write(settings.corpus, 9)
    build_index(settings)
    assert capsys.readouterr().err == "", "stderr is no terminal here"


PROGRAM = """
import sys
from pathlib import Path
import chromadb, onnxruntime, tokenizers
from chatbot import building
from chatbot.indexing import build_index
from chatbot.settings import Settings
building._BATCH, building._FIRST_PUBLISH, building._NEXT_PUBLISH, building._PUBLISH_SHARE = 8, 0.05, 0.1, 0
print("started", flush=True)
build_index(Settings(corpus=Path(sys.argv[1]), vectorstore=Path(sys.argv[2])))
"""


def run(settings: Settings, stop: signal.Signals = signal.SIGKILL, after: float | None = None) -> None:
    """Build in another process, and stop it so many seconds after its start."""
    command = [sys.executable, "-c", PROGRAM, str(settings.corpus), str(settings.vectorstore)]
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout
        assert process.stdout.readline() == b"started\n"
        if after is not None:
            time.sleep(after)
            process.send_signal(stop)


def forget(settings: Settings) -> None:
    """Delete the index but for the exported model."""
    for path in settings.vectorstore.glob("[!m]*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def require_usable(settings: Settings, versions: list[dict[str, set[str]]]) -> int:
    """Every article of the live index is whole, in one of its versions; returns how many there are."""
    if current_generation(settings.vectorstore) is None:
        return 0
    index = open_index(settings)
    manifest = Generations(settings.vectorstore).manifest(index.generation)
    for path, entry in manifest.entries.items():
        assert {each for each, _ in entry.passages} in [version.get(path) for version in versions]
    assert index.vectors.ids() == index.lexical.ids() == manifest.ids()
    assert len(index.vectors.get(sorted(manifest.ids()))) == len(manifest.ids())
    assert index.vectors.query(index.embedder.embed_query("whales"), 3)
    require_spans(index)
    index.close()
    return len(manifest.entries)


def version_of(settings: Settings, embedder: OnnxEmbedder) -> dict[str, set[str]]:
    found = {}
    for path in sorted(settings.corpus.glob("*.md")):
        article = read_article(settings.corpus, path)
        assert isinstance(article, Article)
        found[article.path] = passages_of(article, embedder)
    return found


@pytest.mark.slow
def test_kill_9_at_any_moment_leaves_a_usable_index(setup: Setup, embedder: OnnxEmbedder) -> None:
    settings = setup(0)
    for number in range(100):
        write(settings.corpus, number, sections=5)
    chance = random.Random(20)
    versions = [version_of(settings, embedder)]
    began = time.monotonic()
    run(settings)
    whole = time.monotonic() - began
    complete = vectors_of(settings)
    seen = []

    for moment in range(24):
        if moment < 12 and not is_stale(settings):
            assert vectors_of(settings) == complete
            forget(settings)
        elif not is_stale(settings):
            for number in range(0, 100, 2):
                write(settings.corpus, number, f"number {moment}", sections=6)
            versions.append(version_of(settings, embedder))
        stop = signal.SIGINT if moment % 6 == 5 else signal.SIGKILL
        run(settings, stop, after=chance.uniform(0, whole))
        seen.append(require_usable(settings, versions))

    assert len({count for count in seen if count < 100}) > 2, "some moments were in the midst of the first build"
    assert len(versions) > 1
    assert build_index(settings).articles == 100
    assert require_usable(settings, versions[-1:]) == 100
    last = vectors_of(settings)
    forget(settings)
    build_index(settings)
    assert vectors_of(settings) == last


@pytest.mark.slow
def test_the_posts_of_the_site(setup: Setup, tmp_path: Path) -> None:
    posts = Path(__file__).parents[2] / "shared" / "posts"
    if not posts.is_dir():
        pytest.skip(f"{posts} is not there")
    shutil.copytree(posts, tmp_path / "corpus")
    report = build_index(setup(0))

    assert (report.articles, report.skipped) == (5, ())


def test_front_matter_of_any_kind_is_kept(setup: Setup) -> None:
    settings = setup(1)
    odd = "when: 2024-01-01 10:00:00\nset: !!set {a, b}\nraw: !!binary aGk=\n1: one\nnested: {2024-05-01: [.nan]}"
    (settings.corpus / "odd.md").write_text(f"---\ntitle: Odd\n{odd}\n---\nText here.\n")
    build_index(settings)
    index = open_index(settings)

    assert index.articles[1].title == "Odd"
    assert index.articles[1].metadata["when"].startswith("2024-01-01")
    index.close()


def test_half_a_character_in_the_front_matter(setup: Setup) -> None:
    settings = setup(1)
    (settings.corpus / "odd.md").write_text('---\ntitle: "Lone \\ud83d half"\n---\nText here.\n')
    report = build_index(settings)

    assert report.articles + len(report.skipped) == 2
