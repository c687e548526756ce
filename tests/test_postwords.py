"""Questions about which posts there are, and the periods they name."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.answering import periods
from chatbot.answering.periods import Period
from chatbot.answering.postwords import PostsQuestion, read

TODAY = date(2026, 2, 10)
YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which posts are about soil?", PostsQuestion("list", topic="soil")),
        ("Do you have anything about soil?", PostsQuestion("list", topic="soil")),
        ("Which articles mention soil?", PostsQuestion("list", topic="soil", merely=True)),
        ("What did you publish in 2024?", PostsQuestion("list", period=YEAR)),
        ("Have you written anything about soil in 2024?", PostsQuestion("list", topic="soil", period=YEAR)),
        ("Posts by Ada Miller", PostsQuestion("list", author="Ada Miller")),
        ("What has Ada written about soil?", PostsQuestion("list", topic="soil", author="Ada")),
        ("list all articles", PostsQuestion("list")),
        ("What posts do you have?", PostsQuestion("list")),
        ("how many posts are there about soil", PostsQuestion("count", topic="soil")),
        ("How many posts did Ada write?", PostsQuestion("count", author="Ada")),
        ("How many articles are there?", PostsQuestion("count")),
        ("What's new?", PostsQuestion("newest", many=3)),
        ("Anything new on the blog?", PostsQuestion("newest", many=3)),
        ("latest post about soil", PostsQuestion("newest", topic="soil")),
        ("What are the two oldest posts?", PostsQuestion("oldest", many=2)),
        ("When did Ada last write?", PostsQuestion("newest", author="Ada")),
        ("Who wrote about soil?", PostsQuestion("writers", topic="soil")),
        ("Who writes this blog?", PostsQuestion("writers")),
    ],
)
def test_what_is_asked_of_the_posts(question: str, asked: PostsQuestion):
    assert read(question, TODAY) == asked


@pytest.mark.parametrize(
    "question",
    ["What is a blog post?", "How many blog posts should I publish?", "Which blog posts generate leads?",
     "What is the latest trend?", "What posts should I write?", "What did the Romans write about?", "posts",
     "What's new in version 4?", "What makes a good article about soil?", "What is the latest post about?"],
)  # fmt: skip
def test_other_questions_are_left(question: str):
    assert read(question, TODAY) is None


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("in 2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("in the year 2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("from October 2025", date(2025, 10, 1), date(2025, 10, 31)),
        ("since March 2024", date(2024, 3, 1), None),
        ("from after 2023", date(2024, 1, 1), None),
        ("before 2024", None, date(2023, 12, 31)),
        ("between 2022 and 2024", date(2022, 1, 1), date(2024, 12, 31)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("this month", date(2026, 2, 1), date(2026, 2, 28)),
        ("last month", date(2026, 1, 1), date(2026, 1, 31)),
        ("last week", date(2026, 2, 2), date(2026, 2, 8)),
        ("in October", date(2025, 10, 1), date(2025, 10, 31)),
    ],
)
def test_periods(text: str, since: date | None, until: date | None):
    assert periods.read(f"What was new {text}", TODAY) == (Period(since, until), "What was new")


def test_a_period_includes_its_ends_and_nothing_without_a_date():
    assert YEAR.includes(date(2024, 1, 1))
    assert YEAR.includes(date(2024, 12, 31))
    assert not YEAR.includes(date(2025, 1, 1))
    assert not YEAR.includes(None)


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_left(text: str):
    asked = read(text, TODAY)
    assert asked is None or asked.many >= 0


def test_a_long_question_is_left():
    assert read("which posts did a write " * 20, TODAY) is None
