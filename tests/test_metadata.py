"""Questions about the posts themselves, over a small site written here."""

from pathlib import Path

import pytest

from chatbot import Chatbot, Filter, Settings, build_index

BREAD = """---
title: Baking bread
date: 2023-03-01
author: Ada Miller
tags: [baking, basics]
---
Bread needs flour.
"""
CAKE = """---
title: Cakes for beginners
date: 2024-06-05
lastmod: 2025-01-02
tags: [baking]
---
A cake is sweet.
"""
SOUP = """# Soup in winter

Soup warms. It needs an hour.

## Stock

Bones make stock.
"""
POSTS = {"2023-03-01-bread.md": BREAD, "cake.md": CAKE, "2022-12-24-soup.md": SOUP}


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory, index_settings: Settings) -> Chatbot:
    """A chatbot over three posts; it borrows the exported model."""
    folder = tmp_path_factory.mktemp("kitchen")
    (folder / "posts").mkdir()
    for name, text in POSTS.items():
        (folder / "posts" / name).write_text(text, encoding="utf-8")
    (folder / "index").mkdir()
    (folder / "index" / "models").symlink_to(Path(index_settings.vectorstore).resolve() / "models")
    settings = Settings(corpus=folder / "posts", vectorstore=folder / "index")
    build_index(settings, progress=False)
    return Chatbot.open(settings)


@pytest.mark.parametrize(
    ("question", "text", "quote"),
    [
        ("When was the bread post published?", "1 March 2023", "date: 2023-03-01"),
        ("When was the cakes article updated?", "2 January 2025", "lastmod: 2025-01-02"),
        ("When was the soup article published?", "24 December 2022", "Soup in winter"),
        ("What is the newest article?", "Cakes for beginners", "date: 2024-06-05"),
        ("What's the oldest post?", "Soup in winter", "Soup in winter"),
        ("How many posts are there?", "3 articles", "title: Cakes for beginners"),
        ("Which posts are tagged basics?", "Baking bread", "title: Baking bread"),
        ("Which posts were published in 2023?", "Baking bread", "title: Baking bread"),
        ("Which articles are from after 2023?", "Cakes for beginners", "title: Cakes for beginners"),
        ("Which posts mention stock?", "Soup in winter", "Soup in winter"),
        ("What tags are there?", "basics", "tags: [baking]"),
    ],
)
def test_answers_quote_the_line_they_rest_on(kitchen: Chatbot, question: str, text: str, quote: str):
    answer = kitchen.ask(question)
    assert answer.composer == "metadata"
    assert text in answer.text
    assert answer.citations[0].quote == quote
    source = (Path(kitchen.settings.corpus) / answer.citations[0].path).read_text(encoding="utf-8")
    assert source[answer.citations[0].start : answer.citations[0].end].strip() == quote


def test_a_date_filter_narrows_questions_about_posts(kitchen: Chatbot):
    only = Filter(articles=["bread", "soup"])
    assert "Baking bread" in kitchen.ask("What is the newest article?", filter=only).text


@pytest.mark.parametrize(
    "question", ["What is “Soup in winter” about?", "Summarize the soup article", "What is the soup article about?"]
)
def test_what_an_article_is_about_is_told_by_its_opening(kitchen: Chatbot, question: str):
    answer = kitchen.ask(question)
    assert answer.found
    assert [statement.text for statement in answer.statements] == ["Soup warms.", "It needs an hour."]


@pytest.mark.parametrize("question", ["When does bread rise?", "Which flour is best?", "What is the latest trend?"])
def test_other_questions_are_not_taken_for_them(kitchen: Chatbot, question: str):
    assert kitchen.ask(question).composer != "metadata"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who wrote the bread post?", "“Baking bread” was written by Ada Miller."),
        ("Which posts did Ada Miller write?", "Baking bread"),
        ("How many posts are tagged baking?", "There are 2 articles."),
        ("How many posts were published in 2023?", "There is one article."),
        ("What is the latest post about soup?", "Soup in winter"),
    ],
)
def test_authors_counts_and_topics(kitchen: Chatbot, question: str, text: str):
    answer = kitchen.ask(question)
    assert answer.composer == "metadata"
    assert text in answer.text


def test_the_newest_two(kitchen: Chatbot):
    answer = kitchen.ask("What are the two newest posts?")
    assert [statement.text.split("”")[0] for statement in answer.statements] == [
        "“Cakes for beginners",
        "“Baking bread",
    ]


def test_a_count_is_not_cut_where_a_list_would_be(tmp_path: Path, index_settings: Settings):
    (tmp_path / "posts").mkdir()
    for number in range(30):
        text = f"---\ntitle: Note {number}\ndate: 2024-01-01\ntags: [garden]\n---\nNote {number} says little.\n"
        (tmp_path / "posts" / f"note-{number}.md").write_text(text, encoding="utf-8")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "models").symlink_to(Path(index_settings.vectorstore).resolve() / "models")
    settings = Settings(corpus=tmp_path / "posts", vectorstore=tmp_path / "index")
    build_index(settings, progress=False)
    notes = Chatbot.open(settings)
    for question in ("How many posts were published in 2024?", "How many posts are tagged garden?"):
        assert notes.ask(question).text.startswith("There are 30 articles.")
    newest = notes.ask("What is the newest post?")
    assert len(newest.statements) == 20
    assert newest.note == "Only the first 20 of 30 are listed."
