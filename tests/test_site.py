"""Answers over the kinds of page a site has besides articles: questions and answers, prices, recipes, policies."""

from pathlib import Path

import pytest

from chatbot import Answer, Chatbot, Settings, build_index

PAGES = {
    "faq.md": """---
title: Frequently asked questions
---
## How do I reset my password?

Open the settings, choose Reset and follow the link in the email. The link works for 2 hours.

## Do you offer a Linux app?

No. There is no native Linux app. Linux users can open the web version.

## Which file formats can I export?

Exports come as:

- Markdown
- PDF
- HTML
""",
    "prices.md": """---
title: Prices
---
There are three plans.

| Plan | Price per month | Users |
| --- | --- | --- |
| Free | $0 | 1 |
| Team | $12 per user | up to 50 |
| Company | $40 per user | unlimited |

## Refunds

We refund any payment within 30 days. Refunds are not available for the Company plan.
""",
    "bread.md": """---
title: Rye bread
---
This bread keeps for a week. It serves 8 people.

## Ingredients

- 500 g rye flour
- 2 eggs

For the crust:

- 20 g seeds

## Method

1. Mix everything.
2. Let the dough rest for 12 hours.
3. Bake it.
""",
    "equipment.md": """---
title: Office equipment
---
New colleagues get equipment.

- Engineers
  - Laptop with 32 GB memory
- Designers
  - Drawing tablet

Equipment must be returned within 14 days.
""",
    "heap-old.md": "---\ntitle: Compost\n---\nTurn the compost heap every two weeks. Compost feeds the soil.\n",
    "heap-new.md": "---\ntitle: Better compost\n---\nTurn the compost heap every week. Compost feeds the soil.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, index_settings: Settings) -> Chatbot:
    """A chatbot over these pages; it borrows the exported model."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "pages").mkdir()
    for name, text in PAGES.items():
        (folder / "pages" / name).write_text(text, encoding="utf-8")
    (folder / "index").mkdir()
    (folder / "index" / "models").symlink_to(Path(index_settings.vectorstore).resolve() / "models")
    settings = Settings(corpus=folder / "pages", vectorstore=folder / "index")
    build_index(settings, progress=False)
    return Chatbot.open(settings)


def texts(answer: Answer) -> list[str]:
    assert answer.found
    return [statement.text for statement in answer.statements]


def test_the_answer_below_a_question_comes_whole(site: Chatbot):
    assert texts(site.ask("How do I reset my password?")) == [
        "Open the settings, choose Reset and follow the link in the email.",
        "The link works for 2 hours.",
    ]


def test_yes_and_no_are_not_lost(site: Chatbot):
    assert texts(site.ask("Do you offer a Linux app?"))[:2] == ["No.", "There is no native Linux app."]


def test_a_list_answers_a_question_about_one_of_its_items(site: Chatbot):
    assert "PDF" in texts(site.ask("Can I export to PDF?"))


def test_a_row_is_told_with_the_names_of_its_columns(site: Chatbot):
    answer = site.ask("How much does the Team plan cost?")
    assert texts(answer) == ["Plan: Team; Price per month: $12 per user; Users: up to 50"]
    assert [citation.quote for citation in answer.citations] == [
        "Team | $12 per user | up to 50",
        "Plan | Price per month | Users",
    ]


def test_a_sentence_that_says_the_same_answers_yes_or_no(site: Chatbot):
    assert "Refunds are not available for the Company plan." in texts(site.ask("Are refunds available for Company?"))


def test_steps_answer_how_to(site: Chatbot):
    assert texts(site.ask("How do I make rye bread?")) == [
        "Mix everything.",
        "Let the dough rest for 12 hours.",
        "Bake it.",
    ]


def test_a_section_with_two_lists_gives_both(site: Chatbot):
    answer = texts(site.ask("What ingredients do I need for rye bread?"))
    assert answer == ["500 g rye flour", "2 eggs", "For the crust:", "20 g seeds"]


def test_a_pronoun_brings_its_sentence_along(site: Chatbot):
    assert texts(site.ask("How many people does the rye bread serve?")) == [
        "This bread keeps for a week.",
        "It serves 8 people.",
    ]


def test_an_item_comes_with_what_is_nested_in_it(site: Chatbot):
    assert texts(site.ask("What equipment do designers get?")) == ["Designers", "Drawing tablet"]


def test_copies_are_cited_together_but_contradictions_are_not(site: Chatbot):
    same = site.ask("What does compost feed?")
    assert len(same.citations) == 2
    turning = site.ask("How often should I turn the compost heap?")
    for statement in turning.statements:
        quotes = [citation.quote for citation in turning.citations if citation.number in statement.citations]
        assert quotes == [statement.text]
