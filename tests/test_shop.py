"""A small shop's blog: who wrote what and when, questions on a post's own page, and what is proposed to ask."""

from pathlib import Path

import pytest

from chatbot import Chatbot, Settings, build_index

POSTS = {
    "tubeless.md": """---
title: Tubeless tyres on an old rim
date: 2025-11-12
author: Nora Lind
tags: [tyres]
---
A tubeless tyre needs a rim without holes. Old rims get a tape.

## What does the tape cost?

The tape costs €9 for both wheels.
""",
    "mudguards.md": """---
title: Mudguards that don't rattle
date: 2024-10-02
author: Pavel Hora
tags: [parts]
---
A mudguard rattles where a screw is loose. Put a drop of glue on each screw.
""",
    "swap.md": """---
title: Spring swap meet
date: 2025-03-01
author: [Nora Lind, Pavel Hora]
tags: [events]
---
The swap meet begins on Sunday, 6 April 2025, at 10:00 in the yard. It is for everybody who has parts to give away.
A table costs €8.

## Do sellers have to register?

Yes, until the Friday before, so that we know how many tables to carry out into the yard.
""",
    "kinds.md": """---
title: Kinds of bicycle
date: 2024-05-20
author: Pavel Hora
---
People ask us which bicycle to buy.

- Folding bike: A bicycle with hinges that fits under a train seat
- Tandem bikes: Bicycles with two saddles for two riders, one behind the other
- Racing bike: 6 to 8 bar of pressure

A folding bike is heavier than it looks. We keep a folding bike for customers to try, and tandem bikes on order.
A racing bike is fast.

## Which one is the cheapest?

A used folding bike is the cheapest of them all, and the one that is stolen least.
""",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, index_settings: Settings) -> Chatbot:
    """A chatbot over these posts; it borrows the exported model."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "posts").mkdir()
    for name, text in POSTS.items():
        (folder / "posts" / name).write_text(text, encoding="utf-8")
    (folder / "index").mkdir()
    (folder / "index" / "models").symlink_to(Path(index_settings.vectorstore).resolve() / "models")
    settings = Settings(corpus=folder / "posts", vectorstore=folder / "index")
    build_index(settings, progress=False)
    return Chatbot.open(settings)


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("Who wrote about tubeless tyres?", ["“Tubeless tyres on an old rim” was written by Nora Lind."]),
        ("Who writes this blog?", ["Nora Lind", "Pavel Hora"]),
        ("What did you publish in 2024?", ["“Mudguards that don't rattle” (2 October 2024)",
                                           "“Kinds of bicycle” (20 May 2024)"]),
        ("Posts by Nora", ["“Tubeless tyres on an old rim” (12 November 2025)", "“Spring swap meet” (1 March 2025)"]),
        ("What did Pavel Hora write in 2025?", ["“Spring swap meet” (1 March 2025)"]),
        ("latest post about tyres", ["“Tubeless tyres on an old rim” was published on 12 November 2025."]),
        ("How many posts are there about events?", ["There is one article."]),
        ("How many articles are there about mudguards?", ["At least one article is about “mudguards”."]),
        ("How many posts did Pavel write?", ["There are 3 articles."]),
    ],
)  # fmt: skip
def test_which_posts_there_are(shop: Chatbot, question: str, texts: list[str]):
    answer = shop.ask(question)
    assert answer.composer == "metadata"
    assert [statement.text for statement in answer.statements] == texts


def test_what_is_new_are_the_newest_posts(shop: Chatbot):
    newest = [citation.slug for citation in shop.ask("What's new?").citations]
    assert newest == ["tubeless", "swap", "mudguards"]


@pytest.mark.parametrize(
    ("question", "slug", "told"),
    [
        ("How much is it?", "swap", "€8"),
        ("When does it start?", "swap", "6 April 2025"),
        ("How much does it cost?", "tubeless", "€9"),
    ],
)
def test_a_question_without_a_subject_is_about_the_page(shop: Chatbot, question: str, slug: str, told: str):
    answer = shop.ask(question, prefer=slug)
    assert told in answer.text
    assert {citation.slug for citation in answer.citations} == {slug}


def test_who_wrote_it_is_who_wrote_the_page(shop: Chatbot):
    assert "by Pavel Hora" in shop.ask("Who wrote it?", prefer="mudguards").text


def test_what_is_proposed_can_be_read_by_itself(shop: Chatbot):
    proposed = shop.suggestions(10)
    assert "Do sellers have to register?" not in proposed
    assert "Spring swap meet: do sellers have to register?" in proposed
    assert "What does the tape cost?" not in proposed
    assert not {"What is folding bike?", "What is racing bike?", "What is a racing bike?"} & set(proposed)
    assert "Do sellers have to register?" in shop.suggestions(3, "swap"), "on its own page it is clear"


def test_a_question_after_its_subject_is_answered_by_its_section(shop: Chatbot):
    answer = shop.ask("Spring swap meet: do sellers have to register?")
    assert answer.text.startswith("Yes, until the Friday before")
