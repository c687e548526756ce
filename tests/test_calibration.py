import json
import logging
import shutil
from pathlib import Path

import pytest
from conftest import with_model
from hypothesis import given, settings
from hypothesis import strategies as st
from modelserver import ModelServer
from typer.testing import CliRunner, Result

from chatbot import Chatbot, Passage, Settings, Span, build_index
from chatbot.channels.cli import app
from chatbot.errors import EvaluationError
from chatbot.evaluation.calibration import BINS, calibrated, rates, share, summary
from chatbot.evaluation.calibration_asking import Asked, Asker
from chatbot.evaluation.calibration_questions import made
from chatbot.thresholds import min_confidence, store_threshold, threshold_file

BOUNDED = settings(max_examples=100, deadline=None)
SURE = st.integers(0, 99).map(lambda hundredth: hundredth / 100)
OUTCOMES = st.lists(st.builds(Asked, st.just("q?"), st.just("fact"), st.booleans(), SURE, st.booleans()), max_size=60)


def passage(*sentences: str, title: str = "Bridges", headings: tuple[str, ...] = (), kind: str = "sentence") -> Passage:
    text = "\n".join(sentences)
    starts = [text.find(each) for each in sentences]
    spans = tuple(Span(start, start + len(each), each, kind) for start, each in zip(starts, sentences, strict=True))
    return Passage("1", "bridges", "bridges.md", title, "/bridges/", headings, "", "text", text, 0, len(text), spans)


def asked(answerable: bool, *confidences: float, right: bool = True) -> list[Asked]:
    return [Asked("q?", "fact", answerable, sure, right and answerable) for sure in confidences]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("A truss bridge is a structure of connected triangles.", "What is a truss bridge?"),
        ("The Alcantara Bridge was built in 106.", ""),
        ("The Alcantara Bridge was built in Spain, by hand.", "Where was the Alcantara Bridge built?"),
        ("The Tower Bridge was opened in 1894, after eight years.", "When was the Tower Bridge opened?"),
        ("In 1894, the Tower Bridge was opened.", "When was the Tower Bridge opened?"),
        ("The Tower Bridge was designed by Horace Jones.", "Who was the Tower Bridge designed by?"),
        ("Horace Jones designed the Tower Bridge in London.", "Who designed the Tower Bridge in London?"),
        ("Horace Jones was an English architect of the time.", "Who was Horace Jones?"),
        ("Each span has 3 arches.", ""),
        ("The bridge of Avignon has 4 arches today.", "How many arches does the bridge of Avignon have today?"),
        ("There are 13 bridges in Prague.", "How many bridges are there in Prague?"),
        ("The length of Tower Bridge is 240 metres.", "What is the length of Tower Bridge?"),
        ("Old bridges were closed because they were unsafe.", "Why were old bridges closed?"),
        ("Inspection of cables is essential for safety.", "Why is inspection of cables essential?"),
        ("Stress in cables can be measured with sensors.", "How can stress in cables be measured?"),
        ("A suspension bridge consists of cables and a deck.", "What does a suspension bridge consist of?"),
    ],
)
def test_sentences_become_questions_in_their_own_words(sentence: str, question: str):
    others = "We talk of old bridges, of inspection, of stress, of the length and of a truss in small letters."
    found = made([passage(sentence, others)])
    assert [each.text for each in found] == ([question] if question else [])
    assert all(each.said == sentence for each in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a structure of connected triangles.",
        "The result is a structure of connected triangles.",
        "This bridge was opened in 1894.",
        "Such a bridge is the best of all for cyclists.",
        "Building it was a great adventure for us.",
        "Is a truss bridge the best of all bridges?",
    ],
)
def test_no_question_is_made_of_what_leans_on_something_before_it(sentence: str):
    assert made([passage(sentence)]) == []


def test_titles_headings_and_named_items_become_questions():
    items = passage(
        "Cable stay: A rope that holds the deck from a tower",
        "Cleaning piers: Divers work in a dry box below the water",
        title="How to Cross a River",
        headings=("Why Bridges Matter",),
        kind="item",
    )
    found = {each.text: each for each in made([items])}
    assert set(found) == {
        "How do I cross a river?", "Why do bridges matter?", "What is cable stay?", "How do I clean piers?",
    }  # fmt: skip
    assert found["How do I cross a river?"].section == ("bridges.md", ())
    assert found["Why do bridges matter?"].section == ("bridges.md", ("Why Bridges Matter",))
    assert found["What is cable stay?"].said.startswith("Cable stay: A rope")


@BOUNDED
@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_any_text_is_read(texts: list[str]):
    for question in made([passage(*texts)]):
        assert question.text.endswith("?")
        assert question.said in texts or not question.said


def test_the_threshold_lets_through_what_is_wanted_and_no_more():
    outcomes = asked(True, *[0.9] * 20) + asked(False, *[place / 20 for place in range(20)])
    found = calibrated(outcomes, 0.1, 0.5)
    assert found.threshold == pytest.approx(0.875)
    assert found.expected.false_answers.value == pytest.approx(0.1)
    assert found.before.false_answers.value == pytest.approx(0.5)
    assert found.expected.false_refusals.value == 0
    assert found.kinds == {"fact": (20, 20)}


def test_a_calibration_in_words():
    outcomes = asked(True, *[0.9] * 15, *[0.2] * 5) + asked(False, *[0.4] * 2, *[0.1] * 18)
    basis, effect = summary(calibrated(outcomes, 0.05, 0.3), 7)
    assert basis.startswith("20 questions were made from 7 articles and asked of all of them; 20 were asked")
    assert "They are few because" in basis
    assert effect == (
        "With a threshold of 0.650 (before: 0.300) the chatbot would refuse 5 of 20 right answers (before: 5) and "
        "answer 0 of 20 questions asked of articles that do not answer them (before: 2)."
    )
    assert "few" not in summary(calibrated(outcomes * 2, 0.05, 0.3), 7)[0]


def test_a_calibrated_chatbot_has_no_calibration_error():
    answers = asked(True, *[0.8] * 8, right=True) + asked(True, *[0.8] * 2, right=False)
    found = calibrated(answers + asked(False, *[0.1] * 10), 0.1, 0.5)
    assert found.calibration_error == pytest.approx(0)
    assert [(each.low, each.answers, each.right.value) for each in found.bins] == [(0.8, 10, 0.8)]


@BOUNDED
@given(OUTCOMES, st.floats(0.05, 0.9))
def test_no_more_is_answered_falsely_than_wanted(outcomes: list[Asked], wanted: float):
    outcomes += asked(True, *[0.7] * 10) + asked(False, *[0.3] * 20)
    found = calibrated(outcomes, wanted, 0.5)
    assert 0 <= found.threshold <= 1
    assert found.expected.false_answers.value <= wanted
    assert sum(each.answers for each in found.bins) == sum(each.confidence >= found.threshold for each in outcomes)
    assert len(found.bins) <= BINS
    assert found.expected == rates(outcomes, found.threshold)


@given(st.integers(1, 500), st.data())
@BOUNDED
def test_the_interval_of_a_share_holds_it(total: int, data: st.DataObject):
    found = share(data.draw(st.integers(0, total)), total)
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value <= found.high + 1e-9
    assert found.high <= 1
    assert found.low < found.high


def test_too_few_questions_set_nothing():
    with pytest.raises(
        EvaluationError, match=r"20 that they answer and 9 that they don't; a rate of 0\.1 needs 10 and 10"
    ):
        calibrated(asked(True, *[0.9] * 20) + asked(False, *[0.1] * 9), 0.1, 0.5)
    with pytest.raises(EvaluationError, match=r"a rate of 0\.01 needs 10 and 100"):
        calibrated(asked(True, *[0.9] * 20) + asked(False, *[0.1] * 50), 0.01, 0.5)


@pytest.fixture
def own_index(index_settings: Settings, tmp_path: Path) -> Settings:
    """The index of ``corpus/``, to be written to."""
    shutil.copytree(index_settings.vectorstore, tmp_path / "index")
    return Settings(corpus=index_settings.corpus, vectorstore=tmp_path / "index", site_url=index_settings.site_url)


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["calibrate", "--vectorstore", str(settings.vectorstore), *arguments])


def test_without_a_stored_threshold_the_default_holds(own_index: Settings):
    assert min_confidence(own_index) == Settings.model_fields["min_confidence"].default


def test_a_stored_threshold_is_used_unless_the_owner_set_one(
    own_index: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store_threshold(own_index, 0.99999, {})
    assert min_confidence(own_index) == 0.99999
    assert not Chatbot.open(own_index).ask("What is a lead magnet?").found
    assert min_confidence(own_index.model_copy(update={"min_confidence": 0.5})) == 0.5
    monkeypatch.chdir(tmp_path)
    here = {"vectorstore": own_index.vectorstore}
    assert min_confidence(Settings(**here)) == 0.99999
    assert min_confidence(Settings(**here, min_confidence=0.5)) == 0.5
    Path("pyproject.toml").write_text("[tool.chatbot]\nmin_confidence = 0.4\n", encoding="utf-8")
    assert min_confidence(Settings(**here)) == 0.4
    monkeypatch.setenv("CHATBOT_MIN_CONFIDENCE", "0.3")
    assert min_confidence(Settings(**here)) == 0.3


def test_a_stored_threshold_outlives_an_update(own_index: Settings, tmp_path: Path):
    corpus = tmp_path / "corpus"
    shutil.copytree(own_index.corpus, corpus)
    changed = own_index.model_copy(update={"corpus": corpus})
    store_threshold(changed, 0.75, {})
    (corpus / "new.md").write_text("---\ntitle: New\n---\nA truss is a structure of triangles.\n", encoding="utf-8")
    assert build_index(changed, progress=False).added == 1
    assert min_confidence(changed) == 0.75


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"form": 2, "model": "other", "threshold": 0.9}', "set for the embedding model 'other'"),
        ('{"form": 99, "model": "all-MiniLM-L6-v2", "threshold": 0.9}', "it has form 99"),
        ('{"form": 2, "model": "all-MiniLM-L6-v2", "threshold": 9}', "it isn't between 0 and 1"),
        ('{"form": 2, "model": "all-MiniLM-L6-v2"}', "can't be read (KeyError"),
        ("[]", "can't be read (TypeError"),
        ("{", "can't be read (JSONDecodeError"),
    ],
)
def test_a_threshold_that_does_not_fit_is_ignored_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str, said: str
):
    here = Settings(vectorstore=tmp_path)
    threshold_file(here).write_text(content, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert min_confidence(here) == Settings.model_fields["min_confidence"].default
    assert said in caplog.text
    assert "`chatbot calibrate`" in caplog.text


def test_one_article_is_too_few(tmp_path: Path, model_folder: Path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("---\ntitle: Trusses\n---\nA truss is a structure of triangles.\n", encoding="utf-8")
    alone = Settings(corpus=corpus, vectorstore=with_model(tmp_path / "index", model_folder))
    build_index(alone, progress=False)
    found = run(alone)
    assert found.exit_code == 1
    assert "takes at least 2; the index has 1. Nothing was changed." in found.stderr
    assert not threshold_file(alone).exists()


def test_a_question_is_left_out_with_all_articles_that_answer_it(own_index: Settings):
    steps: list[int] = []
    asker = Asker(own_index, 8)
    outcomes = asker.run(steps.append)
    asker.close()
    everywhere = [each for each in outcomes if each.question == "What is lead generation?"]
    assert all(each.answerable for each in everywhere)
    assert {each.answerable for each in outcomes} == {True, False}
    assert not any(each.right and not each.answerable for each in outcomes)
    assert steps[-1] == len(asker)


def test_a_chat_model_is_not_asked(own_index: Settings, model_server: ModelServer):
    pytest.importorskip("langchain_openai", reason="langchain-openai isn't installed: pip install '.[openai]'")
    asker = Asker(own_index.model_copy(update={"chat_model": model_server.model("told")}), 2)
    outcomes = asker.run()
    asker.close()
    assert outcomes
    assert model_server.asked == []


@pytest.mark.slow
def test_the_command_sets_a_threshold_and_says_what_it_does(own_index: Settings):
    dry = run(own_index, "--dry-run", "--json")
    assert dry.exit_code == 0
    assert not threshold_file(own_index).exists()
    plain = json.loads(dry.stdout)
    assert plain["answerable"] >= 10
    assert plain["unanswerable"] >= 10
    assert plain["expected"]["false_answers"]["value"] <= plain["wanted"] == 0.1
    shown = run(own_index)
    assert "\nMeasure\tBefore\tNow\t95 % interval\n" in shown.stdout
    assert "\nConfidence\tAnswers\tRight\t95 % interval\n" in shown.stdout
    assert " right answers (before: " in shown.stdout
    assert "unanswerable questions answered" in shown.stdout
    assert f"Stored in '{threshold_file(own_index)}'." in shown.stdout
    stored = json.loads(threshold_file(own_index).read_text(encoding="utf-8"))
    assert stored["model"] == own_index.embedding_model
    assert stored["threshold"] == plain["threshold"] == min_confidence(own_index)
