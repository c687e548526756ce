import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from chatbot import Chatbot, Settings, Turn
from chatbot.channels.cli import app
from chatbot.errors import EvaluationError
from chatbot.evaluation.measures import (
    answer_scores,
    auc,
    calibration_error,
    caught,
    citation_scores,
    estimated,
    estimated_difference,
    ranking_scores,
    separation,
)
from chatbot.evaluation.questions import KEYS, Gold, Question, read_questions
from chatbot.evaluation.report import as_json, summarized, summary, table
from chatbot.evaluation.results import scored
from chatbot.evaluation.running import Outcome, run

CORPUS = ROOT / "corpus"
FILE = "what-are-lead-generation.md"
SLUG = "what-are-lead-generation"
GOLD = next(line for line in (CORPUS / FILE).read_text(encoding="utf-8").split("\n") if line.startswith("Lead generat"))
EVIDENCE = GOLD.split(". ")[0] + "."
DEFINITION = {
    "id": "definition",
    "question": "What is lead generation?",
    "answerable": True,
    "answers": [EVIDENCE],
    "gold_file": f"articles/{FILE}",
    "gold_passage_text": GOLD,
    "evidence_sentences": [EVIDENCE],
    "kind": "answerable",
}
OFF_TOPIC = {
    "id": "off",
    "question": "Who discovered the moons of Jupiter?",
    "answerable": False,
    "answers": [],
    "gold_file": None,
    "gold_passage_text": None,
    "kind": "unanswerable_offtopic",
}
BOUNDED = settings(max_examples=100, deadline=None)
TEXTS = st.text(st.sampled_from("ab c.,\n éλ"), max_size=30)
SHARES = st.floats(0, 1)


def write(folder: Path, *rows: object) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return file


def evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)], catch_exceptions=False)


def test_a_set_is_read_from_its_file_or_its_folder(tmp_path: Path):
    file = write(tmp_path, DEFINITION, OFF_TOPIC)
    (tmp_path / "articles").mkdir()
    found = read_questions(tmp_path)
    assert found == read_questions(file)
    assert found.articles == tmp_path / "articles"
    first, second = found.questions
    assert first.gold == (Gold(FILE, GOLD),)
    assert (first.articles, first.answers, first.evidence) == ((FILE,), (EVIDENCE,), (EVIDENCE,))
    assert (second.answerable, second.kind, second.gold) == (False, "unanswerable_offtopic", ())


def test_an_owner_needs_to_write_little(tmp_path: Path):
    rows = {"question": "What is a lead?"}, {"question": "And a llama?", "articles": [SLUG], "answerable": False}
    found = read_questions(write(tmp_path, *rows))
    assert found.articles is None
    assert found.questions == (
        Question("1", "What is a lead?"),
        Question("2", "And a llama?", False, "unanswerable", articles=(SLUG,)),
    )


def test_history_becomes_turns(tmp_path: Path):
    said = [("assistant", "Hello."), ("user", "a?"), ("assistant", "b"), ("assistant", "c"), ("user", "d?")]
    history = [{"role": role, "content": content} for role, content in said]
    found = read_questions(write(tmp_path, {"question": "e?", "history": history}))
    assert found.questions[0].history == (Turn("a?", "b\nc"), Turn("d?", ""))


def test_several_gold_passages(tmp_path: Path):
    gold = [{"file": "articles/a.md", "passage_text": "x"}, {"file": "articles/a.md", "passage_text": "y"}]
    row = read_questions(write(tmp_path, {"question": "e?", "gold": gold, "gold_file": "articles/a.md"})).questions[0]
    assert row.gold == (Gold("a.md", "x"), Gold("a.md", "y"))
    assert row.articles == ("a.md",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "isn't JSON"),
        ("[" * 100_000, "isn't JSON"),
        ("[]", "isn't a JSON object"),
        ('{"id": 3}', "has no 'question'"),
        ('{"question": " "}', "has no 'question'"),
        ('{"question": 3}', "has 'question' as int"),
        ('{"question": "a?", "answerable": "no"}', "it must be true or false"),
        ('{"question": "a?", "answers": "b"}', "it must be a list of texts"),
        ('{"question": "a?", "gold": [3]}', "it must be a list of objects"),
        ('{"question": "a?", "history": [{"role": "system", "content": "b"}]}', "must be user or assistant"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, line: str, said: str):
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "a?"}\n\n' + line, encoding="utf-8")
    with pytest.raises(EvaluationError) as caught:
        read_questions(file)
    assert str(caught.value).startswith(f"'{file}', line 3 ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"answr": ["b"]}, "unknown key 'answr'; did you mean 'answers'?"),
        ({"Answers": ["b"]}, "unknown key 'Answers'; did you mean 'answers'?"),
        ({"article": "b"}, "unknown key 'article'; did you mean 'articles'?"),
        ({"gold": [{"file": "b.md", "text": "b"}]}, "unknown key 'text' in 'gold'; did you mean 'passage_text'?"),
        ({"history": [{"rol": "user", "content": "b"}]}, "unknown key 'rol' in 'history'; did you mean 'role'?"),
    ],
)
def test_a_misspelt_key_is_no_extra_one(tmp_path: Path, row: dict[str, object], said: str):
    file = write(tmp_path, {"question": "a?"}, {"question": "a?"} | row)
    with pytest.raises(EvaluationError) as caught:
        read_questions(file)
    assert str(caught.value) == f"'{file}', line 2 has the {said}"


def test_what_public_sets_have_besides_is_ignored(tmp_path: Path):
    extra = ("near_passage_text", "plausible_answers", "answer_outside_corpus", "question_type", "relevant", "_id")
    assert read_questions(write(tmp_path, {"question": "a?"} | dict.fromkeys(extra, "b"))).questions == (
        Question("1", "a?"),
    )


@pytest.mark.parametrize("name", ["squad2", "clapnq", "multiturn"])
def test_public_sets_are_read(name: str):
    folder = ROOT.parent / "shared" / "eval" / name
    if not folder.is_dir():
        pytest.skip("the public question sets are not in ../shared")
    assert len(read_questions(folder).questions) > 200


def test_the_readme_has_the_form_of_a_set(tmp_path: Path):
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").split("## Measuring your own answers")[1].split("\n## ")[0]
    )
    rows = section.split("```jsonl\n")[1].split("```")[0]
    (tmp_path / "questions.jsonl").write_text(rows, encoding="utf-8")
    found = read_questions(tmp_path).questions
    assert {question.answerable for question in found} == {True, False}
    assert any(question.history for question in found)
    assert any(question.gold for question in found)
    assert [key for key in KEYS if f"`{key}`" not in section] == []


def test_the_help_has_the_form_of_a_set(tmp_path: Path):
    told = evaluate("--help").stdout
    rows = " ".join(told.split("such as\n")[1].split("(broken")[0].split()).replace('} {"question"', '}\n{"question"')
    (tmp_path / "questions.jsonl").write_text(rows, encoding="utf-8")
    assert len(read_questions(tmp_path).questions) == 6
    assert [key for key in KEYS if f" {key}" not in told.split("Its keys")[1]] == []


@pytest.mark.parametrize(("content", "said"), [(None, "No such file"), (b"\xff", "UTF-8"), (b"\n", "no questions")])
def test_a_file_that_holds_no_questions(tmp_path: Path, content: bytes | None, said: str):
    if content is not None:
        (tmp_path / "questions.jsonl").write_bytes(content)
    with pytest.raises(EvaluationError, match=said):
        read_questions(tmp_path)


def test_a_sample_is_the_same_each_time_and_in_order(tmp_path: Path):
    found = read_questions(write(tmp_path, *({"question": f"{number}?"} for number in range(50))))
    sample = found.sample(10)
    assert sample == found.sample(10)
    assert [int(each.id) for each in sample] == sorted({int(each.id) for each in sample})
    assert len(sample) == 10
    assert found.sample(0) == found.sample(50) == found.questions


def test_answer_scores_by_hand():
    # the words "the cat sat", stemmed, are three of the four of the second
    scores = answer_scores("The cat sat", ["dogs", "the cats sat down"])
    assert scores["rouge_l"] == pytest.approx(2 * 1 * 0.75 / 1.75)
    assert scores["token_recall"] == pytest.approx(0.75)
    assert answer_scores("b a", ["a b"]) == {"rouge_l": 0.5, "token_f1": 1.0, "token_recall": 1.0, "contained": 0.0}


def test_an_answer_contains_whole_words():
    assert answer_scores("It is about 7,000,000 km.", ["7,000,000"])["contained"] == 1
    assert answer_scores("In 1903 , The Firm grew", ["the firm"])["contained"] == 1
    assert answer_scores("It is 17", ["7", "."])["contained"] == 0


def test_citation_scores_by_hand():
    scores = citation_scores(["One , two .", "Five."], ["One, two. Three.", "Four."])
    assert scores == {"citation_precision": 0.5, "citation_recall": 0.5, "citation_f1": 0.5}
    assert set(citation_scores([], ["Four."]).values()) == {0.0}


def test_ranking_scores_by_hand():
    first, second, none = ranking_scores([["x", "a", "y", "b"], ["a"], []], [{"a", "b"}, {"a"}, {"a"}])
    ideal = 1 + 0.6309297535714575
    gained = 0.6309297535714575 + 0.43067655807339306
    assert first == pytest.approx(
        {
            "recall@1": 0,
            "recall@5": 1,
            "recall@10": 1,
            "success@1": 0,
            "success@5": 1,
            "MRR": 0.5,
            "nDCG@10": gained / ideal,
        }
    )
    assert set(second.values()) == {1.0}
    assert set(none.values()) == {0.0}


def test_auc_by_hand():
    assert auc([0.9, 0.8], [0.1, 0.2]) == 1
    assert auc([0.5, 0.5], [0.5]) == 0.5
    assert auc([0.3, 0.7], [0.5, 0.2]) == 0.75


@BOUNDED
@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3), st.lists(TEXTS, max_size=3))
def test_scores_are_shares(answer: str, wanted: list[str], quotes: list[str]):
    scores = answer_scores(answer, wanted) | citation_scores(quotes, wanted)
    assert all(0 <= score <= 1 for score in scores.values())


@BOUNDED
@given(st.lists(SHARES, min_size=1, max_size=40))
def test_an_interval_holds_the_mean(values: list[float]):
    found = estimated(values)
    assert found.low - 1e-9 <= found.value <= found.high + 1e-9
    assert found.value == pytest.approx(sum(values) / len(values))
    assert (found, found.count) == (estimated(values), len(values))


@settings(max_examples=10, deadline=None)
@given(st.lists(SHARES, min_size=1, max_size=20), st.lists(SHARES, min_size=1, max_size=20))
def test_auc_is_a_chance_that_turns_round(first: list[float], second: list[float]):
    assert auc(first, second) == pytest.approx(1 - auc(second, first))
    found = estimated([(value, 1) for value in first] + [(value, 0) for value in second], separation)
    assert found.value == pytest.approx(auc(first, second))
    assert 0 <= found.low <= found.high <= 1


def test_what_a_bound_catches_at_a_price():
    answerable = [(0.1 * place, 1) for place in range(1, 11)]
    others = [(0.05, 0), (0.15, 0), (0.25, 0), (0.95, 0)]
    rows = np.array(answerable + others)
    assert [caught(rows, lost) for lost in (0, 0.1, 0.2, 0.9)] == [0.25, 0.5, 0.75, 1]
    assert np.isnan(caught(np.array(answerable), 0.1))


def test_calibration_error_by_hand():
    # two bins: 0.9 sure and half right, 0.2 sure and never right
    assert calibration_error(np.array([(0.9, 1), (0.9, 0), (0.2, 0), (0.2, 0)])) == pytest.approx((0.4 + 0.2) / 2)
    assert calibration_error(np.array([(1.0, 1), (1.0, 1)])) == 0


def test_a_difference_is_of_the_same_questions():
    before, after = [0.1, 0.9] * 20, [0.2, 1.0] * 20
    found = estimated_difference(before, after)
    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))
    assert estimated_difference(before, before).high == 0


def test_a_question_may_count_on_one_side_only():
    nothing = float("nan")
    found = estimated_difference([1.0, 1.0, nothing, nothing], [1.0, nothing, 0.0, nothing])
    assert (found.value, found.count) == (-0.5, 3)


def test_more_questions_narrow_the_interval():
    few, many = estimated([0.0, 1.0] * 10), estimated([0.0, 1.0] * 250)
    assert many.high - many.low < (few.high - few.low) / 3


def test_questions_are_asked_and_measured(bot: Chatbot, tmp_path: Path):
    questions = read_questions(write(tmp_path, DEFINITION, OFF_TOPIC)).questions
    outcomes = run(bot, questions, CORPUS)
    answered, refused = outcomes
    assert answered.found
    assert answered.passages[0] == "gold 0"
    assert answered.articles[0] == FILE
    assert "[1]" not in answered.answer
    assert (refused.found, refused.answer, refused.quotes) == (False, "", ())
    groups = summarized(outcomes).groups
    assert groups["retrieval, passages"]["recall@1"].value == 1
    assert groups["answers given"]["contained"].value == 1
    assert groups["citations of answers given"]["citation_recall"].value == 1
    assert {kind: found.value for kind, found in groups["refused"].items()} == {
        "answerable": 0,
        "unanswerable_offtopic": 1,
    }
    assert groups["AUC of confidence against answerable"]["unanswerable_offtopic"].value == 1
    assert groups["right"]["of answers given"].value == 1
    error = groups["right"]["expected calibration error"].value
    assert error == pytest.approx(1 - answered.confidence, abs=1e-4)


def test_a_refusal_counts_nothing_where_refusals_count(bot: Chatbot):
    asked = Question("x", "Who discovered the moons of Jupiter?", answers=("Galileo",), evidence=("Galileo did.",))
    groups = summarized(run(bot, [asked], CORPUS)).groups
    assert groups["answers, refusals count 0"]["rouge_l"].value == 0
    assert groups["citations, refusals count 0"]["citation_f1"].value == 0
    assert "answers given" not in groups


def test_only_the_gold_article_may_answer(bot: Chatbot):
    other = "what-is-lead-generation-marketing"
    asked = Question("x", "What is lead generation?", articles=(other,))
    (outcome,) = run(bot, [asked], CORPUS, only_gold=True)
    assert set(outcome.articles) == {f"{other}.md"}
    (near,) = run(bot, [replace(asked, articles=(), near=(FILE,))], CORPUS, only_gold=True)
    assert set(near.articles) == {FILE}


def test_a_gold_text_with_other_spaces_is_found(bot: Chatbot):
    spaced = Gold(FILE, EVIDENCE.replace("**", "").replace(" ", "  ").replace(",", " ,"))
    (outcome,) = run(bot, [Question("x", "What is lead generation?", gold=(spaced,), articles=(FILE,))], CORPUS)
    assert "gold 0" in outcome.passages


def test_an_article_that_is_not_indexed(bot: Chatbot):
    with pytest.raises(EvaluationError, match="Question 'x' names the article 'none', which the index doesn't have"):
        run(bot, [Question("x", "What is a lead?", articles=("none",))], CORPUS)


@pytest.mark.parametrize(
    ("asked", "answer", "right"),
    [
        (Question("x", "?", answers=("1903", "in 1903")), "They came in 1903.", 1),
        (Question("x", "?", answers=("1903",)), "They came in 1904.", 0),
        (Question("x", "?", answers=("a b c d e f g h i j k l m n",)), "a b c d e f g", 1),
        (Question("x", "?", answers=("a b c d e f g h i j k l m n",)), "a b c d e f", 0),
        (Question("x", "?", evidence=("Tea is green.", "Tea is hot.")), "Tea is hot.", 1),
        (Question("x", "?", articles=("tea.md",)), "Tea is hot.", 1),
        (Question("x", "?", articles=("coffee.md",)), "Tea is hot.", 0),
        (Question("x", "?"), "Tea is hot.", None),
        (Question("x", "?", answerable=False), "Tea is hot.", 0),
        (Question("x", "?", answers=("1903",)), "", None),
    ],
)
def test_what_is_right(asked: Question, answer: str, right: float | None):
    found = bool(answer)
    outcome = Outcome(
        asked, answer, (answer,) * found, found, 0.5, "", 0.01, (), (), (), asked.articles, ("tea.md",) * found
    )
    assert scored([outcome])[0].scores.get("right") == right


def came(asked: Question, answer: str) -> Outcome:
    found = bool(answer)
    return Outcome(
        asked, answer, (answer,), found, 0.5, "extractive", 0.01, (), (), (), asked.articles, ("tea.md",) * found
    )


def test_a_summary_in_words():
    known, unknown = Question("x", "?", answers=("1903",)), Question("x", "?", answerable=False)
    outcomes = [
        came(known, "In 1903."),
        came(known, "In 1904."),
        came(known, ""),
        came(unknown, "No."),
        came(unknown, ""),
    ]
    assert summary(scored(outcomes)) == (
        "1 of 5 answered rightly, 2 wrongly, 1 refused although answerable, 1 refused rightly."
    )


def test_a_summary_says_how_many_a_chat_model_wrote():
    known = Question("x", "?", answers=("1903",))
    outcomes = [came(known, "In 1903."), replace(came(known, "In 1903."), composer="local:smollm2"), came(known, "")]
    assert summary(scored(outcomes)).endswith(" 0 refused rightly. 1 in the words of local:smollm2.")


def test_a_summary_says_what_could_not_be_judged_by_answers():
    quoted, named = Question("x", "?", evidence=("Tea is hot.",)), Question("x", "?", articles=("tea.md",))
    outcomes = [came(quoted, "Tea is hot."), came(named, "Tea."), came(Question("x", "?"), "Tea.")]
    assert summary(scored(outcomes)) == (
        "2 of 3 answered rightly, 0 wrongly, 0 refused although answerable, 0 refused rightly; 1 answered, which can't "
        "be judged: none has 'answers', 'evidence_sentences' or 'articles' to judge them by. "
        "Without 'answers', 1 by the sentence quoted and 1 by the article quoted alone had to be judged."
    )


def test_a_report_as_plain_data(bot: Chatbot, tmp_path: Path):
    report = summarized(run(bot, read_questions(write(tmp_path, DEFINITION)).questions, CORPUS))
    plain = json.loads(as_json(report))
    assert plain["measures"]["retrieval, articles"]["MRR"] == {"value": 1.0, "low": 1.0, "high": 1.0, "count": 1}
    row = plain["questions"][0]
    assert row["question"]["id"] == "definition"
    assert row["scores"]["passage recall@1"] == 1
    assert ("retrieval, articles: MRR", "1.000", "1.000 … 1.000", "1") in table(report)


def test_the_command_opens_an_index(index_settings: Settings, tmp_path: Path):
    file = write(tmp_path, {"question": "What is lead generation?", "articles": [SLUG]}, OFF_TOPIC)
    written = tmp_path / "result.json"
    result = evaluate(file, "--vectorstore", index_settings.vectorstore, "--json", written, "--limit", 5)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "1 of 2 answered rightly, 0 wrongly, 0 refused although answerable, 1 refused rightly"
    )
    assert "\nMeasure\tValue\t95 % interval\tQuestions\n" in result.stdout
    assert "retrieval, articles: MRR\t1.000\t1.000 … 1.000\t1\n" in result.stdout
    assert "The worst" not in result.stdout
    assert len(json.loads(written.read_text(encoding="utf-8"))["questions"]) == 2


def test_the_command_shows_the_worst_with_what_came(index_settings: Settings, tmp_path: Path):
    wrong = {"question": "What is lead generation?", "answers": ["a kind of tea"]}
    refused = {"question": OFF_TOPIC["question"], "answers": ["Galileo"]}
    shown = evaluate(write(tmp_path, wrong, refused), "--vectorstore", index_settings.vectorstore).stdout
    worst = [line.strip() for line in shown.split("\nThe worst:\n")[1].splitlines()]
    assert worst[0] == "What is lead generation? (wrong)"
    assert worst[1].startswith("came: Lead generation is")
    assert worst[2] == "wanted: a kind of tea"
    assert worst[3:] == [
        "Who discovered the moons of Jupiter? (refused, though an article answers)",
        "came: a refusal",
        "wanted: Galileo",
    ]


def test_the_command_indexes_the_articles_beside_the_questions(
    index_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CHATBOT_VECTORSTORE", str(index_settings.vectorstore))
    monkeypatch.chdir(tmp_path)
    write(tmp_path, DEFINITION)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / FILE).write_bytes((CORPUS / FILE).read_bytes())
    result = evaluate(tmp_path, "--only-gold")
    assert result.exit_code == 0, result.output
    assert "retrieval, passages: recall@1\t1.000" in result.stdout
    assert sorted(each.name for each in tmp_path.iterdir()) == ["articles", "questions.jsonl"]


def test_an_error_is_one_line(tmp_path: Path):
    result = evaluate(tmp_path / "none.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The questions in '")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("library", ["ir_measures", "rouge_score"])
def test_a_missing_library_is_one_line(tmp_path: Path, library: str):
    code = f"import sys; sys.modules['{library}'] = None; from chatbot.channels.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", code, "eval", write(tmp_path, DEFINITION)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: Measuring needs '{library}")
    assert result.stderr.endswith("pip install '.[eval]'\n")
