"""The age of answers: as of when they hold, and posts that say otherwise, over a small site with a history."""

from datetime import date
from pathlib import Path

import pytest

from chatbot import Answer, Chatbot, Filter, Settings, build_index
from chatbot.answering.claims import agree, claim, exclude, provides, replaced, rows_agree, rows_exclude, withdrawn
from chatbot.answering.dating import asks_for_the_present, depends_on_time
from chatbot.answering.questions import read

POSTS = {
    "prices-2023": ("Our prices", "2023-03-02", "An espresso costs $2.80. A slice of carrot cake costs $4."),
    "prices-2024": ("New prices from July", "2024-07-15", "An espresso costs $3.20. A slice of carrot cake costs $4."),
    "hours": (
        "Opening hours",
        "2022-05-10",
        "The café is open from 8 am to 5 pm on weekdays.\n\nLaptops are allowed at the long table.",
    ),
    "season": (
        "A new season at the café",
        "2024-04-03",
        "The café is open from 9 am to 6 pm on weekdays.\n\nLaptops are no longer allowed at the long table.",
    ),
    "espresso": ("Espresso at home", "2023-09-01", "An espresso is a small coffee pressed through fine grounds."),
    "story": ("How our café began", "2021-02-01", "The café was founded in 1987 by Ada Lund."),
    "notely-2": ("Notely 2 release notes", "2022-06-01", "Notely runs on Windows 7 and newer. Notely exports to PDF."),
    "notely-3": ("What's new in Notely 3", "2024-02-20", "Notely runs on Windows 10 and newer. Notely exports to PDF."),
    "team": ("The Team plan", "2024-01-10", "The Team plan is for companies.\n\nThe plan costs $12 per month."),
    "solo": ("The Solo plan", "2023-01-10", "The Solo plan is for one person.\n\nThe plan costs $6 per month."),
    "trail": ("The Trailblazer tent", "2023-05-05", "The tent weighs 2 kg. The tent sleeps three people."),
    "ridge": ("The Ridgeline tent", "2024-05-05", "The tent weighs 1 kg. The tent sleeps two people."),
    "swim-2022": (
        "What a swim costs",
        "2022-01-10",
        "| Swim | Adult | Student |\n| --- | --- | --- |\n| Single swim | £8 | £5 |\n| Ten swims | £65 | £40 |\n\n"
        "Swimmers: you can pay by cheque or by card at the turnstile.",
    ),
    "swim-2025": (
        "New prices for a swim from 2025",
        "2025-01-15",
        "| Swim | Adult | Student | Family |\n| --- | --- | --- | --- |\n| Single swim | £11 | £7 | £24 |\n"
        "| Ten swims | £65 | £40 | £150 |\n\n## Payment\n\nWe no longer take cheques.",
    ),
    "swim-hours": (
        "Pool hours",
        "2023-09-04",
        "| Day | Opens | Closes |\n| --- | --- | --- |\n| Friday | 10:00 | 22:00 |\n| Saturday | 9:00 | 18:00 |",
    ),
    "swim-late": (
        "A longer evening in the water",
        "2025-12-02",
        "The queue was long. On Saturdays the pool now closes at 20:00 instead of 18:00.",
    ),
    "sauna": (
        "The sauna",
        "2024-06-01",
        "| Swim | Adult | Student |\n| --- | --- | --- |\n| Single swim | £20 | £18 |",
    ),
    "seeds": ("Seed library", "", "The seed library lends seeds for 8 weeks."),
    "seeds-too": ("Our seed library", "", "The seed library lends seeds for 6 weeks."),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, index_settings: Settings) -> Chatbot:
    """A chatbot over these posts; it borrows the exported model."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "posts").mkdir()
    for name, (title, day, body) in POSTS.items():
        dated = f"date: {day}\n" if day else ""
        (folder / "posts" / f"{name}.md").write_text(f"---\ntitle: {title}\n{dated}---\n{body}\n", encoding="utf-8")
    (folder / "index").mkdir()
    (folder / "index" / "models").symlink_to(Path(index_settings.vectorstore).resolve() / "models")
    settings = Settings(corpus=folder / "posts", vectorstore=folder / "index")
    build_index(settings, progress=False)
    return Chatbot.open(settings)


def texts(answer: Answer) -> list[str]:
    assert answer.found
    return [statement.text for statement in answer.statements]


@pytest.mark.parametrize(
    ("question", "newer", "older"),
    [
        ("How much does an espresso cost?", "An espresso costs $3.20.", "An espresso costs $2.80."),
        (
            "What are the opening hours on weekdays?",
            "The café is open from 9 am to 6 pm on weekdays.",
            "The café is open from 8 am to 5 pm on weekdays.",
        ),
        (
            "Are laptops allowed at the long table?",
            "Laptops are no longer allowed at the long table.",
            "Laptops are allowed at the long table.",
        ),
        (
            "Which Windows does Notely run on?",
            "Notely runs on Windows 10 and newer.",
            "Notely runs on Windows 7 and newer.",
        ),
        (
            "Can I pay by cheque?",
            "We no longer take cheques.",
            "Swimmers: you can pay by cheque or by card at the turnstile.",
        ),
    ],
)
def test_where_a_newer_post_says_otherwise_both_are_shown_and_the_newer_leads(
    site: Chatbot, question: str, newer: str, older: str
):
    answer = site.ask(question)
    assert texts(answer)[:2] == [newer, older]
    first, second = (
        next(source for source in answer.citations if source.number in statement.citations)
        for statement in answer.statements[:2]
    )
    assert (first.quote, second.quote) == (newer, older)
    dates = [f"{source.date:%B %Y}" for source in (first, second) if source.date]
    assert answer.note == f"The posts differ: [1] is of {dates[0]}, [2] of {dates[1]}."


def test_rows_of_the_same_name_and_columns_differ_though_the_newer_table_has_a_column_more(site: Chatbot):
    answer = site.ask("How much is a single swim for an adult?")
    assert texts(answer)[:2] == [
        "Swim: Single swim; Adult: £11; Student: £7; Family: £24",
        "Swim: Single swim; Adult: £8; Student: £5",
    ]
    assert "[1] is of January 2025" in answer.note


def test_a_sentence_that_names_the_value_it_replaces_stands_before_the_row_that_has_it(site: Chatbot):
    answer = site.ask("When does the pool close on Saturday?")
    newer = texts(answer).index("On Saturdays the pool now closes at 20:00 instead of 18:00.")
    assert texts(answer)[newer + 1] == "Day: Saturday; Opens: 9:00; Closes: 18:00"
    assert "is of December 2025" in answer.note


def test_on_the_page_of_the_older_post_the_newer_is_shown_too(site: Chatbot):
    answer = site.ask("How much does an espresso cost?", prefer="prices-2023")
    assert texts(answer)[:2] == ["An espresso costs $3.20.", "An espresso costs $2.80."]


def test_posts_without_dates_that_differ_are_both_shown(site: Chatbot):
    answer = site.ask("For how many weeks does the seed library lend seeds?")
    assert set(texts(answer)) >= {
        "The seed library lends seeds for 8 weeks.",
        "The seed library lends seeds for 6 weeks.",
    }
    assert answer.note == "The posts differ."


def test_an_agreeing_copy_gives_the_newest_date(site: Chatbot):
    answer = site.ask("How much does a slice of carrot cake cost?")
    assert texts(answer) == ["A slice of carrot cake costs $4."]
    assert len(answer.citations) == 2
    assert answer.note == "As of July 2024."


def test_a_filter_leaves_the_date_of_what_it_leaves(site: Chatbot):
    answer = site.ask("How much does an espresso cost?", filter=Filter(until=date(2023, 12, 31)))
    assert texts(answer)[0] == "An espresso costs $2.80."
    assert answer.note == "As of March 2023."


@pytest.mark.parametrize(
    "question",
    [
        "How much does the Team plan cost?",
        "How many people does the Ridgeline tent sleep?",
        "Does Notely export to PDF?",
    ],
)
def test_other_products_and_agreeing_posts_do_not_differ(site: Chatbot, question: str):
    answer = site.ask(question)
    assert answer.found
    assert "differ" not in answer.note


@pytest.mark.parametrize("question", ["What is an espresso?", "Who founded the café?", "Does Notely export to PDF?"])
def test_what_does_not_age_gets_no_note(site: Chatbot, question: str):
    answer = site.ask(question)
    assert answer.found
    assert answer.note == ""


def test_every_part_of_a_growing_answer_has_the_note(site: Chatbot):
    parts = list(site.stream("How much does an espresso cost?"))
    assert {part.note for part in parts if part.statements} == {
        "The posts differ: [1] is of July 2024, [2] of March 2023."
    }


@pytest.mark.parametrize(
    "text",
    [
        "A ticket costs $12.",
        "Delivery is free.",
        "We currently ship to Norway only.",
        "The shop is open from 9 am to 5 pm.",
        "The museum is closed on Mondays.",
        "The app requires Python 3.10 or newer.",
        "We have 4,200 subscribers.",
        "About 62% of our readers are gardeners.",
        "The library is no longer lending skis.",
    ],
)
def test_prices_hours_versions_and_counts_depend_on_time(text: str):
    assert depends_on_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "An espresso is a small, strong coffee.",
        "Bake the bread for 50 minutes at 200 degrees.",
        "In 1995 an espresso cost 90 cents.",
        "The bridge was opened in 1911.",
        "If you spend $500 and win 10 leads, a lead costs you $50.",
        "Oxygen makes up 21% of the air.",
        "Start your campaign today!",
        "In today’s competitive market, a great product isn’t enough.",
        "Use new soil for new plants.",
    ],
)
def test_definitions_history_and_reckoning_do_not(text: str):
    assert not depends_on_time(text)


@pytest.mark.parametrize(
    ("question", "present"),
    [
        ("How much does a ticket cost?", True),
        ("Is the garden still open?", True),
        ("What is the latest version?", True),
        ("What are your opening hours?", True),
        ("What did a ticket cost?", False),
        ("What is an electric current?", False),
        ("How do I open an account?", False),
    ],
)
def test_questions_may_ask_for_the_present(question: str, present: bool):
    assert asks_for_the_present(read(question)) is present


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("An espresso costs $3.", "You pay $3.50 for an espresso."),
        ("Delivery is free.", "Delivery costs $5."),
        ("Delivery is free.", "Delivery is no longer free."),
        ("We open at 9.", "We open at 10 am."),
        ("The café is closed on Mondays.", "The café is open on Mondays."),
        ("Turn the heap every two weeks.", "Turn the heap weekly."),
        ("From 1 May, an espresso costs $3.50.", "An espresso costs $3."),
        ("The app needs Python 3.9 or newer.", "The app needs Python 3.10 or newer."),
        ("The fair takes place on 5 May 2024.", "The fair takes place on 4 May 2025."),
    ],
)
def test_values_and_denials_exclude_one_another(first: str, second: str):
    assert exclude(claim(first), claim(second))
    assert exclude(claim(second), claim(first))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The trip takes 60 minutes.", "The trip takes 1 hour."),
        ("A plan costs $12 per month.", "A plan costs $120 per year."),
        ("Tea costs $2 and coffee $3.", "Coffee costs $3 and tea $2."),
        ("In 2023 we have 40 members.", "In 2024 we have 52 members."),
        ("Step 2 takes 5 minutes.", "Step 3 takes 5 minutes."),
        ("A room of 20 m costs $30.", "A room of 40 m costs $50."),
        ("Delivery is not free.", "Delivery is no longer free."),
        ("The app runs on Windows 7.", "The app runs on Windows 10."),
        ("Tickets were $5.", "Tickets are $6."),
    ],
)
def test_units_conditions_names_and_the_past_do_not(first: str, second: str):
    assert not exclude(claim(first), claim(second))


def test_the_same_value_may_be_written_in_several_ways():
    assert agree(claim("It opens at 5 pm."), claim("It opens at 17:00."))
    assert agree(claim("A ticket is $5.00."), claim("A ticket is 5 dollars."))
    assert agree(claim("Water it every two weeks."), claim("Water it every 14 days."))


OLD = {"ticket": "day pass", "adult": "£8", "student": "£5"}


@pytest.mark.parametrize(
    "newer",
    [
        {"ticket": "day pass", "adult": "£11", "student": "£7", "family": "£24"},
        {"ticket": "day pass", "adult": "£9"},
        {"ticket": "day pass", "adult": "free", "student": "£5"},
    ],
)
def test_rows_with_other_values_exclude_one_another(newer: dict[str, str]):
    assert rows_exclude(OLD, newer, lasting=False)
    assert rows_exclude(newer, OLD, lasting=False)


@pytest.mark.parametrize(
    "other",
    [
        {"ticket": "day pass", "adult": "£8.00", "student": "£5", "family": "£24"},
        {"ticket": "week pass", "adult": "£30", "student": "£20"},
        {"boat": "day pass", "adult": "£30", "student": "£20"},
        {"ticket": "day pass", "dog": "£3"},
        {"ticket": "day pass", "adult": "£8 with a towel", "student": "£5"},
        {"ticket": "day pass", "adult": "ask us", "student": "£5"},
    ],
)
def test_rows_of_other_names_columns_or_words_do_not(other: dict[str, str]):
    assert not rows_exclude(OLD, other, lasting=True)


def test_figures_of_two_years_and_dates_of_two_events_do_not_exclude_one_another():
    first, second = {"month": "july", "visitors": "1840"}, {"month": "july", "visitors": "1990"}
    assert not rows_exclude(first, second, lasting=False)
    assert rows_exclude(first, second, lasting=True)
    spring, autumn = {"course": "sewing", "starts": "26 February"}, {"course": "sewing", "starts": "3 September"}
    assert not rows_exclude(spring, autumn, lasting=True)
    assert rows_agree(first, first)
    assert not rows_agree(first, second)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("We now close at 20:00 instead of 18:00.", ("time", (1080.0,))),
        ("A ticket goes up from $2 to $3.", ("money", ("$", 2.0))),
        ("During the fair we close at 20:00 instead of 18:00.", None),
        ("Rent rose from $200 to $300.", None),
        ("We are open from 9:00 to 18:00.", None),
    ],
)
def test_a_sentence_may_name_the_value_it_replaces(text: str, value: object):
    assert replaced(text) == value


def test_what_is_withdrawn_and_what_is_offered():
    assert [thing.split() for thing in withdrawn("We no longer take cash or cheques.")] == [["cash"], ["cheques."]]
    assert withdrawn("I don’t know your agency.") == withdrawn("Did you pay by cash?") == ()
    assert provides("You can pay by cash.")
    assert provides("Dogs are allowed in the garden.")
    assert not provides("Cash is handy on an island.")
    assert not provides("If you can pay by cash, bring coins.")
