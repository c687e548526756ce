import asyncio
import gc
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import ROOT, SITE, with_model

from chatbot import Chatbot, Filter, Settings, Turn, build_index
from chatbot.errors import ChatbotError, IndexMissingError, QuestionError

QUESTIONS = [
    "What is lead generation?",
    "What are the key lead generation activities?",
    "What is the difference between MQLs and SQLs?",
    "When was the campaigns article published?",
    "Who won the 2018 world cup?",
    "hello",
]


def test_half_a_character_is_replaced(bot: Chatbot):
    assert not bot.ask("\ud800 zebra crossing").found


def test_many_threads_get_the_answers_one_gets(index_settings: Settings, bot: Chatbot):
    expected = [bot.ask(question) for question in QUESTIONS]
    fresh = Chatbot.open(index_settings)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(fresh.ask, QUESTIONS * 6))
    assert answers == expected * 6


def test_asking_from_asyncio(bot: Chatbot):
    async def ask_all():
        return await asyncio.gather(*(bot.aask(question) for question in QUESTIONS))

    async def grow():
        return [part async for part in bot.astream(QUESTIONS[1])]

    assert asyncio.run(ask_all()) == [bot.ask(question) for question in QUESTIONS]
    assert asyncio.run(grow()) == list(bot.stream(QUESTIONS[1]))


def test_history_and_filter_reach_every_way_to_ask(bot: Chatbot):
    turn, only = Turn("What is a lead magnet?", "…"), Filter(articles=["what-are-lead-generation"])
    answer = bot.ask("why is it used?", [turn], only)
    assert asyncio.run(bot.aask("why is it used?", [turn], only)) == answer
    assert list(bot.stream("why is it used?", [turn], only))[-1] == answer
    assert "lead magnet" in bot.search("why is it used?", history=[turn], filter=only)[0].passage.text.lower()
    assert {hit.passage.slug for hit in bot.search("why?", 50, [turn], only)} == {"what-are-lead-generation"}
    assert len(bot.search("leads", limit=2)) == 2


def test_small_talk_is_told_from_a_follow_up(bot: Chatbot):
    history = [Turn("What is lead nurturing?", "…")]
    assert bot.ask("How does it work?").composer == "smalltalk"
    assert bot.ask("How does it work?", history).composer == "extractive"
    assert bot.ask("thanks!", history).composer == "smalltalk"
    assert bot.ask("thanks!", history).question == "thanks!"


@pytest.mark.parametrize("question", ["", "  \n\t ", "long " * 401])
def test_a_question_that_cannot_be_asked(bot: Chatbot, question: str):
    for ask in (bot.ask, bot.search, bot.stream, lambda text: asyncio.run(bot.aask(text))):
        with pytest.raises(QuestionError, match=r"is empty\. Ask|2,004 characters long; the limit is 2,000"):
            ask(question)


def test_the_longest_question_can_be_asked(bot: Chatbot):
    assert not bot.ask("é" * bot.settings.question_limit).found


def test_articles_come_newest_first_and_without_bodies(bot: Chatbot):
    articles = bot.articles()
    days = [article.date for article in articles]
    assert len(articles) == 5
    assert days == sorted(days, reverse=True)
    assert {article.body for article in articles} == {""}
    assert all(article.title and article.url == f"{SITE}/posts/{article.slug}/" for article in articles)


@pytest.mark.parametrize(
    ("filter", "count"),
    [
        (Filter(), 5),
        (Filter(articles=["what-are-lead-generation-campaigns"]), 1),
        (Filter(articles=["nowhere"]), 0),
        (Filter(tags=["MARKETING strategy"]), 1),
        (Filter(until=date(2024, 7, 13)), 1),
        (Filter(since=date(2024, 7, 14)), 4),
        (Filter(since=date(2024, 7, 13), until=date(2024, 7, 13)), 1),
    ],
)
def test_articles_are_filtered(bot: Chatbot, filter: Filter, count: int):
    assert len(bot.articles(filter)) == count


def test_suggestions_are_questions_the_articles_answer(bot: Chatbot):
    suggestions = bot.suggestions()
    assert len(suggestions) == len(set(suggestions)) == 3
    cited = {bot.ask(suggestion).citations[0].slug for suggestion in suggestions}
    assert len(cited) == 3, "they are of different articles"
    assert all(bot.ask(suggestion).found for suggestion in bot.suggestions(limit=8))
    assert len(bot.suggestions(limit=1)) == 1


@pytest.mark.parametrize("slug", ["what-are-lead-generation-campaigns", "what-is-lead-generation-marketing"])
def test_suggestions_about_one_article_are_answered_by_it(bot: Chatbot, slug: str):
    suggestions = bot.suggestions(article=slug)
    assert len(suggestions) == 3
    for suggestion in suggestions:
        assert {citation.slug for citation in bot.ask(suggestion, prefer=slug).citations} == {slug}


def test_an_answer_suggests_what_to_ask_next(bot: Chatbot):
    question = "What are the key lead generation activities?"
    *partial, answer = bot.stream(question)
    assert not any(part.suggestions for part in partial)
    assert partial[-1].statements == answer.statements, "the last statement doesn't wait for the suggestions"
    assert 1 <= len(answer.suggestions) <= 3
    history = [Turn(question, answer.text)]
    for suggestion in answer.suggestions:
        next_answer = bot.ask(suggestion, history)
        assert next_answer.found
        assert not set(next_answer.suggestions) & {question, suggestion}, "what was asked isn't suggested again"


def test_suggestions_stay_within_the_filter(bot: Chatbot):
    only = Filter(articles=["what-is-lead-generation-marketing"])
    answer = bot.ask("How do I measure success?", filter=only)
    assert answer.suggestions
    for suggestion in (*answer.suggestions, *bot.ask("Who won the 2018 world cup?", filter=only).suggestions):
        assert bot.ask(suggestion, filter=only).found


def test_each_stage_is_told_with_its_seconds(index_settings: Settings):
    told: list[tuple[str, float]] = []
    watched = Chatbot.open(index_settings, watch=lambda stage, seconds: told.append((stage, seconds)))
    watched.ask(QUESTIONS[0])
    assert [stage for stage, _ in told] == ["standalone", "metadata", "retrieval", "composing"]
    assert all(0 <= seconds < 30 for _, seconds in told)
    told.clear()
    parts = watched.stream(QUESTIONS[0])
    next(parts)
    time.sleep(1)
    parts.close()
    assert told[-1][0] == "composing"
    assert told[-1][1] < 1, "the reader's time isn't the composer's"


def test_the_status_counts_what_is_indexed(bot: Chatbot):
    status = bot.status()
    assert status.articles == 5
    assert status.passages == len({hit.passage.id for hit in bot.search("leads", limit=100)})
    assert timedelta(0) <= datetime.now(UTC) - status.built < timedelta(days=1)


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/posts/what-are-lead-generation/",
        "http://localhost:4000/posts/what-are-lead-generation",
        "https://LEADCRAFTR.com/posts/what%2Dare-lead-generation/index.html?utm_source=x#why",
        "/posts//what-are-lead-generation.html",
    ],
)
def test_the_article_of_a_page_is_known_by_its_path(bot: Chatbot, url: str):
    article = bot.article_at(url)
    assert article
    assert article.slug == "what-are-lead-generation"


@pytest.mark.parametrize("url", ["", SITE, f"{SITE}/posts/", f"{SITE}/about/", "http://[", "\x00", "mailto:a@b.c"])
def test_other_pages_have_no_article(bot: Chatbot, url: str):
    assert bot.article_at(url) is None


SAID_IN_ALL = "Why is lead generation important?"
PAGES = [
    "what-are-lead-generation-activities",
    "what-are-lead-generation-campaigns",
    "what-are-lead-generation",
    "what-is-lead-generation-in-digital-marketing",
    "what-is-lead-generation-marketing",
]


@pytest.mark.parametrize("slug", PAGES)
def test_the_page_a_reader_is_on_answers_what_all_say(bot: Chatbot, slug: str):
    answer = bot.ask(SAID_IN_ALL, prefer=slug)
    assert {citation.slug for citation in answer.citations} == {slug}
    assert bot.search(SAID_IN_ALL, 1, prefer=slug)[0].passage.slug == slug


@pytest.mark.parametrize("slug", PAGES)
@pytest.mark.parametrize(
    "question",
    [
        "What are hot leads?",
        "Which posts are about chatbots?",
        "Who won the 2018 world cup?",
        "What is the oldest post?",
    ],
)
def test_what_the_page_does_not_answer_is_answered_as_before(bot: Chatbot, question: str, slug: str):
    without, preferring = bot.ask(question), bot.ask(question, prefer=slug)
    assert preferring.statements == without.statements
    assert preferring.citations == without.citations


def test_this_post_is_the_page_a_reader_is_on(bot: Chatbot):
    slug = "what-are-lead-generation-campaigns"
    history = [Turn("What is lead nurturing?", "…")]
    about = bot.ask("What is this post about?", history, prefer=slug)
    assert about.statements[0].text.startswith("Lead generation campaigns are")
    published = bot.ask("When was this published?", history, prefer=slug)
    assert "13 July 2024" in published.text
    assert published.citations[0].quote == "date: 2024-07-13"
    unsigned = bot.ask("Who wrote this?", history, prefer=slug)
    assert not unsigned.found
    assert bot.ask(unsigned.suggestions[0]).citations[0].slug == slug
    said = bot.ask("What does this post say about webinars?", prefer=slug)
    assert {citation.slug for citation in said.citations} == {slug}


def test_a_page_that_is_not_there_or_filtered_out_changes_nothing(bot: Chatbot):
    expected = bot.ask(SAID_IN_ALL)
    assert bot.ask(SAID_IN_ALL, prefer="nowhere") == expected
    only = Filter(articles=[PAGES[0]])
    assert bot.ask(SAID_IN_ALL, filter=only, prefer=PAGES[1]) == bot.ask(SAID_IN_ALL, filter=only)


def test_without_an_index_the_command_that_builds_one_is_named(tmp_path: Path):
    with pytest.raises(IndexMissingError, match="chatbot index") as caught:
        Chatbot.open(Settings(vectorstore=tmp_path / "nothing"))
    assert isinstance(caught.value, ChatbotError)
    assert str(tmp_path / "nothing") in str(caught.value)
    assert not (tmp_path / "nothing").exists()


@pytest.fixture
def own(tmp_path: Path, model_folder: Path) -> Settings:
    """An index of a corpus that may be changed."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    vectorstore = with_model(tmp_path / "vectorstore", model_folder)
    settings = Settings(corpus=tmp_path / "corpus", vectorstore=vectorstore, site_url=SITE)
    build_index(settings, progress=False)
    return settings


def test_an_open_chatbot_takes_up_a_newer_index(own: Settings):
    bot = Chatbot.open(own)
    question = "What is a wobbegong?"
    assert not bot.ask(question).found

    growing = bot.stream("What are the key lead generation activities?")
    next(growing)
    (own.corpus / "sharks.md").write_text(
        "---\ntitle: Sharks of the reef\ndate: 2025-01-02\n---\n\n"
        "A wobbegong is a carpet shark that lies in wait on the sea floor.\n",
        encoding="utf-8",
    )
    build_index(own, progress=False)
    built = time.monotonic()
    while not bot.ask(question).found:
        assert time.monotonic() - built < 2.5
        time.sleep(0.05)

    assert "carpet shark" in bot.ask(question).text
    assert bot.articles(Filter(articles=["sharks"]))[0].title == "Sharks of the reef"
    *_, last = growing
    del growing
    gc.collect()
    assert "generation-0002" in open_files(own.vectorstore)
    assert "generation-0001" not in open_files(own.vectorstore)
    assert last.complete, "an answer begun before the change is finished from the index it was begun with"
    assert len([statement for statement in last.statements if statement.kind == "item"]) == 8


def open_files(folder: Path) -> set[str]:
    """What this process has open in a folder, by the first part of the path."""
    opened = [Path(os.path.realpath(link)) for link in Path("/proc/self/fd").iterdir()]
    return {path.relative_to(folder).parts[0] for path in opened if path.is_relative_to(folder)}


def test_closing_one_chatbot_leaves_another_over_the_same_index_alone(own: Settings):
    first, second = Chatbot.open(own), Chatbot.open(own)
    answer = first.ask(QUESTIONS[0])
    del first
    gc.collect()
    assert second.ask(QUESTIONS[0]) == answer


def test_an_article_without_a_date_is_listed_last(own: Settings):
    (own.corpus / "undated.md").write_text("# Undated\n\nIt has no date at all.\n", encoding="utf-8")
    build_index(own, progress=False)
    bot = Chatbot.open(own)
    assert bot.articles()[-1].date is None
    assert len(bot.articles(Filter(since=date(1900, 1, 1)))) == 5


@pytest.mark.parametrize("tags", [["no such tag"], [str(number) for number in range(30_000)]])
def test_tags_that_no_article_has_find_nothing(bot: Chatbot, tags: list[str]):
    assert bot.search("landing pages", filter=Filter(tags=tags)) == []
    assert not bot.ask("What is lead generation?", filter=Filter(tags=tags)).found


def test_a_filter_may_name_any_number_of_things(bot: Chatbot):
    known = bot.articles()[0]
    many = Filter(articles=[known.slug, *map(str, range(30_000))], tags=[*known.tags, *map(str, range(30_000))])
    assert {hit.passage.slug for hit in bot.search("lead generation", filter=many)} == {known.slug}
