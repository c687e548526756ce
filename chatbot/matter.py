"""Front matter: finding it, parsing it, and knowing on which lines each value stands.

python-frontmatter's YAML handler does the parsing of YAML. Finding is done here, because that library drops offsets and
silently reads no TOML, byte order mark, ``...`` terminator or ``---js``.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, ClassVar

import yaml
from frontmatter.default_handlers import SafeLoader, YAMLHandler

from chatbot.errors import ArticleError
from chatbot.records import Span

_OPENING = re.compile(r"\s*(---|\+\+\+|;;;)[ \t]*([a-z]*)[ \t]*\n")
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE),
    ";;;": re.compile(r"^;;;[ \t]*$", re.MULTILINE),
}
_LANGUAGES = {"": "yaml", "yaml": "yaml", "yml": "yaml", "toml": "toml", "json": "json"}
_SCRIPTS = ("js", "javascript", "ts")
_BARE_JSON = re.compile(r"\s*\{\s*(?:\"[^\"\n]+\"\s*:|\}\s*\n)")
_KEYS = {
    "yaml": re.compile(r"^([ \t]*)[\"']?(\w[\w .-]*?)[\"']?[ \t]*:(?=\s|$)", re.MULTILINE),
    "toml": re.compile(r"^([ \t]*)[\"']?(\w[\w.-]*)[\"']?[ \t]*=", re.MULTILINE),
    "js": re.compile(r"^([ \t]*)(?:export\s+)?(?:(?:const|let|var)\s+)?[\"']?(\w+)[\"']?[ \t]*[:=]", re.MULTILINE),
}
_TABLE = re.compile(r"^[ \t]*\[\[?[\w.\"' -]+\]\]?[ \t]*$", re.MULTILINE)
_JSON_FIELD = re.compile(r"\"([^\"\n]+)\"\s*:\s*(?:\"(?:[^\"\\]|\\.)*\"|\[[^\[\]{}]*\]|[^\s,{}\[\]]+)")
_TEMPLATE = re.compile(r"\{\{|\{%")
_DEEPEST = 50
_LINE_OF = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Matter:
    """What stands above the body: values as plain JSON data, the lines of each key, where the body begins."""

    values: Mapping[str, Any] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)
    end: int = 0


def read_matter(text: str) -> Matter:
    """Read the front matter of a file: YAML, TOML, JSON or the plain values of ``---js``.

    Args:
        text: The whole file, any line ends.

    Returns:
        Keys as the author wrote them. A file without front matter has no values and its body begins at 0.

    Raises:
        ArticleError: The front matter can't be parsed; the line is that of the file.
    """
    # One character for one, so that offsets hold for the file.
    lines = text.replace("\r\n", " \n").replace("\r", "\n")
    if _BARE_JSON.match(lines):
        return _bare_json(lines)
    opening = _OPENING.match(lines)
    closing = _CLOSING[opening[1]].search(lines, opening.end()) if opening else None
    if opening is None or closing is None or (opening[2] and opening[2] not in (*_LANGUAGES, *_SCRIPTS)):
        return Matter()
    language = {"+++": "toml", ";;;": "json"}.get(opening[1]) or _LANGUAGES.get(opening[2], "js")
    values = _parse(lines[: closing.start()], opening.end(), language)
    if values is None:
        return Matter()
    spans = _key_spans(lines, opening.end(), closing.start(), language)
    return Matter(_plain(values, {}), spans, min(closing.end() + 1, len(text)))


def _parse(head: str, start: int, language: str) -> dict[Any, Any] | None:
    """The values, or None where this is no front matter but a text between two rules."""
    source = "\n".join(line.rstrip() for line in head[start:].split("\n"))
    try:
        return _PARSERS[language](source)
    except ArticleError as error:
        without = "\n".join("" if _TEMPLATE.search(line) else line for line in source.split("\n"))
        try:
            return _PARSERS[language](without)
        except ArticleError:
            line = None if error.line is None else error.line + head.count("\n", 0, start)
            raise ArticleError(error.reason, line) from None


def _parse_yaml(source: str) -> dict[Any, Any] | None:
    try:
        values = YAMLHandler().load(source, Loader=_Loader)
    except Exception as error:  # a tag's constructor raises whatever its Python type raises
        return _toml_or(source, _yaml_error(error))
    if values is None:
        return {}
    return values if isinstance(values, dict) else _toml_or(source, None)


def _toml_or(source: str, error: ArticleError | None) -> dict[Any, Any] | None:
    """TOML between YAML's marks; else the error, if there is one."""
    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError):
        if error:
            raise error from None
        return None


def _yaml_error(error: Exception) -> ArticleError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error) or type(error).__name__
    return ArticleError(f"The front matter is not valid YAML: {problem}.", mark.line + 1 if mark else None)


def _parse_toml(source: str) -> dict[Any, Any]:
    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        line = _LINE_OF.search(str(error))
        reason = str(error).partition(" (at ")[0]
        raise ArticleError(f"The front matter is not valid TOML: {reason}.", int(line[1]) if line else None) from None


def _parse_json(source: str) -> dict[Any, Any]:
    try:
        values = json.loads(source if source.lstrip().startswith("{") else f"{{{source}}}")
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deep")
        raise ArticleError(f"The front matter is not valid JSON: {reason}.", getattr(error, "lineno", None)) from None
    return dict(values)


def _parse_script(source: str) -> dict[Any, Any]:
    """The values of a ``---js`` block that are plain literals."""
    values: dict[Any, Any] = {}
    for match in _top_keys(source, 0, len(source), "js"):
        literal = source[match.end() :].split("\n", 1)[0].strip().rstrip(",;").strip()
        try:
            values[match[2]] = yaml.load(literal, Loader=_Loader)
        except yaml.YAMLError:
            continue
    return {key: value for key, value in values.items() if value is not None}


_PARSERS = {"yaml": _parse_yaml, "toml": _parse_toml, "json": _parse_json, "js": _parse_script}


class _Loader(SafeLoader):  # type: ignore[misc, valid-type]
    """YAML 1.2's idea of plain values: ``no`` and ``1:30`` are words, and dates stay as written."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, _words, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,17})", "-+0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_words})$"), list(_first))


def _bare_json(lines: str) -> Matter:
    start = len(lines) - len(lines.lstrip())
    try:
        values, end = json.JSONDecoder().raw_decode(lines, start)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deep")
        raise ArticleError(f"The front matter is not valid JSON: {reason}.", getattr(error, "lineno", None)) from None
    rest = lines[end:].partition("\n")
    if rest[0].strip():
        return Matter()
    return Matter(_plain(values, {}), _json_spans(lines, start, end), min(end + len(rest[0]) + 1, len(lines)))


def _plain(value: Any, seen: dict[int, Any], depth: int = 0) -> Any:
    """Parsed front matter as JSON data; dates become ISO strings, and an alias of something is that thing."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if not isinstance(value, (dict, list, tuple, set)) or depth > _DEEPEST:
        return value.isoformat() if isinstance(value, (date, time)) else str(type(value).__name__)
    if id(value) not in seen:
        seen[id(value)] = None
        if isinstance(value, dict):
            seen[id(value)] = {str(key): _plain(item, seen, depth + 1) for key, item in value.items()}
        else:
            seen[id(value)] = [_plain(item, seen, depth + 1) for item in value]
    return seen[id(value)]


def _key_spans(lines: str, start: int, end: int, language: str) -> dict[str, Span]:
    """Of each top-level key, the lines from it to the next; a key given twice counts where it counts, the last time."""
    if language == "json":
        return _json_spans(lines, start, end)
    if language == "yaml" and not re.search(r"^\S.*:(?:\s|$)", lines[start:end], re.MULTILINE):
        language = "toml"
    table = _TABLE.search(lines, start, end) if language == "toml" else None
    keys = _top_keys(lines, start, table.start() if table else end, language)
    limits = [key.start() for key in keys[1:]] + [table.start() if table else end]
    return {key[2].lower(): _span(lines, key.start(), limit) for key, limit in zip(keys, limits, strict=False)}


def _top_keys(lines: str, start: int, end: int, language: str) -> list[re.Match[str]]:
    """The keys that are indented as the first one is."""
    keys = list(_KEYS[language].finditer(lines, start, end))
    return [key for key in keys if key[1] == keys[0][1]]


def _json_spans(lines: str, start: int, end: int) -> dict[str, Span]:
    """Of each key, its first place: deeper objects come later as a rule."""
    fields = reversed(list(_JSON_FIELD.finditer(lines, start, end)))
    return {match[1].lower(): _span(lines, *match.span()) for match in fields}


def _span(lines: str, start: int, end: int) -> Span:
    """The stretch without the blanks and comment lines at its end."""
    source = re.sub(r"(?:\n[ \t]*(?:#[^\n]*)?)+\Z", "", lines[start:end])
    start += len(source) - len(source.lstrip())
    source = source.strip()
    return Span(start, start + len(source), " ".join(source.split()), kind="field")
