import re
import time
from collections import Counter
from pathlib import Path

import pytest

from chatbot.articles import SUFFIXES, read_article, read_corpus, read_text
from chatbot.records import Article, Problem

ROOT = Path(__file__).parent.parent.parent / "shared" / "realworld"
pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"real posts to try are not at {ROOT}")

HELD_BACK = re.compile(r"^(?:draft\s*[:=]\s*true|(?:published|permalink)\s*:\s*false)\s*$", re.MULTILINE)
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", re.DOTALL)
BROKEN_ON_PURPOSE = "jekyll__jekyll/test/source/_broken/bad_post.md"


def posts() -> list[Path]:
    files = [file for file in ROOT.rglob("*") if file.suffix in SUFFIXES]
    seen = [file for file in files if "/." not in file.relative_to(ROOT.parent).as_posix()]
    return sorted(seen, key=Path.as_posix)


def sample() -> list[Path]:
    """About sixty files spread over the sites, the odd ones among them."""
    sites: dict[str, list[Path]] = {}
    for file in posts():
        sites.setdefault(file.relative_to(ROOT).parts[0], []).append(file)
    return [file for files in sites.values() for file in files[:: max(1, len(files) // 8)]]


def expected(text: str) -> bool:
    """Whether a simple look says that this is published and has words to read."""
    parts = re.split(r"^(?:---|\+\+\+)\w*[ \t]*\r?$", text, maxsplit=2, flags=re.MULTILINE)
    head, body = (parts[1], parts[2]) if len(parts) == 3 and not parts[0].strip() else ("", text)
    return bool(CODE.sub("", body).strip()) and not HELD_BACK.search(head.replace("\r", ""))


def check(record: Article | Problem) -> None:
    text = read_text(ROOT / record.path)
    assert isinstance(record, Article) == (expected(text) and record.path != BROKEN_ON_PURPOSE), record.path
    if isinstance(record, Article):
        assert record.title
        assert len(record.body) == len(text) - record.offset
        for key, span in record.sources.items():
            assert span.text, key
            assert 0 <= span.start < span.end <= len(text), key


def test_a_sample_of_real_posts_is_read():
    files = sample()
    assert len(files) > 40
    for file in files:
        check(read_article(ROOT, file))


@pytest.mark.slow
def test_all_real_posts_are_read():
    begin = time.perf_counter()
    records = list(read_corpus(ROOT, site_url="https://example.com"))
    assert time.perf_counter() - begin < 60
    assert [record.path for record in records] == [file.relative_to(ROOT).as_posix() for file in posts()]
    for record in records:
        check(record)
    articles = [record for record in records if isinstance(record, Article)]
    problems = Counter(record.kind for record in records if isinstance(record, Problem))
    assert len(articles) + problems.total() == len(records)
    assert problems["unreadable"] == 1
    assert len({article.slug for article in articles}) == len(articles)
    assert all(article.url.startswith(("https://", "http://")) for article in articles)


FENCES = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(`{3,}|~{3,})(?s:.*?)(?:^[ \t>]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE
)
INLINE = re.compile(r"(`+)(?:.|\n(?!\n))+?\1|<code>.*?</code>", re.DOTALL)
LEFT = re.compile(r"\{%|\{\{[<%]|<!--|</?script\b|</?style\b|^:::|^\{:", re.MULTILINE)


SHOWS_CODE = {
    "18F__18f.gsa.gov/content/posts/2024-07-17-working-with-oracle-databases-in-open-source-projects.md",
    "jekyll__jekyll/docs/_docs/upgrading/3-to-4.md",
    "jekyll__jekyll/test/source/_posts/2018-01-28-closed-liquid-block-excerpt.markdown",
    "jekyll__jekyll/test/source/_posts/2018-01-28-open-liquid-block-excerpt.markdown",
}
"""What is left in these stands in a block of raw text, in highlighted code or in inline code."""


@pytest.mark.slow
def test_no_template_code_is_left():
    bodies = {record.path: record.body for record in read_corpus(ROOT) if isinstance(record, Article)}
    left = {path for path, body in bodies.items() if LEFT.search(INLINE.sub("", FENCES.sub("", body)))}
    assert left <= SHOWS_CODE
