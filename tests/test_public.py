"""What the package shows of itself."""

import ast
import inspect
import typing
from pathlib import Path

import pytest

import chatbot
from chatbot import errors

PACKAGE = Path(chatbot.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_the_exported_names_are_those_of_all():
    star: dict[str, object] = {}
    exec("from chatbot import *", star)
    assert sorted(set(star) - {"__builtins__"}) == chatbot.__all__ == sorted(chatbot.__all__)
    assert all(getattr(chatbot, name) is star[name] for name in chatbot.__all__)


def test_what_a_type_checker_sees_is_exported():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chatbot")
        for alias in node.names
    }
    assert imported == set(chatbot.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Chatbott'"):
        _ = chatbot.Chatbott


def test_the_package_is_typed():
    assert (PACKAGE / "py.typed").is_file()


@pytest.mark.parametrize("name", ["ask", "stream", "aask", "astream"])
def test_every_way_to_ask_takes_the_same(name: str):
    signature = inspect.signature(getattr(chatbot.Chatbot, name))
    assert list(signature.parameters) == ["self", "question", "history", "filter", "prefer"]
    assert [each.default for each in list(signature.parameters.values())[2:]] == [(), None, ""]
    assert typing.get_type_hints(getattr(chatbot.Chatbot, name))["question"] is str


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_public_is_explained(module: Path):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module"
    assert not [node.name for node in _public(tree) if not ast.get_docstring(node)]


def _public(tree: ast.AST):
    """Public functions, classes and methods; not functions within functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def test_every_error_is_a_chatbot_error_named_in_the_tree():
    classes = [each for _, each in inspect.getmembers(errors, inspect.isclass)]
    assert len(classes) > 5
    for each in classes:
        assert issubclass(each, chatbot.ChatbotError)
        assert each.__name__ in errors.__doc__
