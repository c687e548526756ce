import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from typer.testing import CliRunner, Result

from chatbot import Settings
from chatbot.channels.cli import app
from chatbot.errors import EvaluationError
from chatbot.evaluation.comparing import compared, read_results, table, verdict
from chatbot.evaluation.measures import answer_scores
from chatbot.evaluation.questions import Question, read_questions
from chatbot.evaluation.report import Report, as_json
from chatbot.evaluation.results import Result as Found

GATE = ROOT / "tests" / "evaluation"
TEA, COCOA = "Tea is made from leaves.", "Cocoa is made from beans."


def found(number: int, answer: str = TEA, *, answerable: bool = True) -> Found:
    """A question about tea and what came; an empty answer is a refusal."""
    asked = Question(
        str(number),
        f"What is tea made from, in the village {number}?",
        answerable,
        "answerable" if answerable else "unanswerable_near",
        (TEA,) if answerable else (),
    )
    scores = answer_scores(answer, asked.answers) | {"characters": len(answer)} if answerable else {}
    right = {"right": float(answerable and answer == TEA)} if answer else {}
    return Found(asked, answer, (), bool(answer), 0.9 if answer else 0.1, "extractive", 0.01, (), scores | right)


def run(worse: int = 0, *, refused: int = 0, invented: int = 0) -> list[Found]:
    """Forty questions that can be answered and twenty that can't, the first few going wrong."""
    answers = [""] * refused + [COCOA] * worse
    answers += [TEA] * (40 - len(answers))
    inventions = [TEA] * invented + [""] * (20 - invented)
    return [
        *(found(number, answer) for number, answer in enumerate(answers)),
        *(found(100 + number, answer, answerable=False) for number, answer in enumerate(inventions)),
    ]


def dropped(before: list[Found], after: list[Found]) -> set[str]:
    return {change.measure.title for change in compared(before, after).dropped}


def test_the_same_run_twice_changed_nothing():
    comparison = compared(run(worse=3), run(worse=3))
    assert not comparison.moves
    assert all(change.difference.value == 0 for change in comparison.changes)
    assert verdict(comparison) == ["Nothing that matters is significantly worse."]


def test_a_few_questions_may_be_chance_and_many_are_not():
    assert not dropped(run(), run(worse=2))
    assert "answers, refusals count 0: rouge_l" in dropped(run(), run(worse=8))
    assert not dropped(run(worse=8), run())


def test_refusals_are_judged_by_what_was_asked():
    assert "refused: answerable" in dropped(run(), run(refused=10))
    assert "refused: unanswerable_near" in dropped(run(), run(invented=8))
    assert not dropped(run(refused=10, invented=8), run())


def test_slowness_alone_is_no_drop():
    slow = [replace(each, seconds=9.0) for each in run()]
    comparison = compared(run(), slow)
    row = next(row for row in table(comparison) if row[0] == "seconds: p95")
    assert row == ("seconds: p95", "0.010", "9.000", "+8.990", "+8.990 … +8.990", "")
    assert not comparison.dropped


def test_what_changed_question_by_question_most_first():
    after = run()
    after[5] = replace(after[5], answer=TEA + " It is hot.", scores=after[5].scores | {"rouge_l": 0.7})
    after[6] = found(6, "")
    after[45] = found(105, TEA, answerable=False)
    after[7] = replace(after[7], answer="Tea, is made from leaves.")
    moves = compared(run(), after).moves
    assert [move.after.question.id for move in moves] == ["6", "105", "5", "7"]
    assert moves[0].summary.startswith("answered → refused; rouge_l 1.000 → 0.000")
    assert moves[1].summary == "refused → answered"
    assert moves[2].summary == "rouge_l 1.000 → 0.700"
    assert moves[3].summary == "same scores, other words"


def test_sets_that_differ_are_compared_where_they_meet():
    after = run()[5:]
    after[0] = replace(after[0], question=replace(after[0].question, question="What is tea?"))
    comparison = compared(run(), after)
    assert (comparison.common, comparison.gone, comparison.new) == (54, 6, 1)
    assert verdict(comparison)[0].startswith("The sets differ: 6 questions only before, 1 only now")


def test_an_id_may_change():
    before = [replace(each, question=replace(each.question, id="")) for each in run()]
    assert compared(before, run()).common == 60


def test_nothing_in_common():
    with pytest.raises(EvaluationError, match="none is in both"):
        compared([found(1)], [found(2)])


def test_results_come_back_as_they_were_written(tmp_path: Path):
    file = tmp_path / "a.json"
    file.write_text(as_json(Report({}, run(worse=1))), encoding="utf-8")
    assert read_results(file) == run(worse=1)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"form": 1, "questions": []}', '{"form": 2, "questions": [{}]}'])
def test_a_file_that_is_no_report(tmp_path: Path, content: str):
    file = tmp_path / "a.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match="Make it again with: chatbot eval SET --json"):
        read_results(file)


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(EvaluationError, match="can't be read: No such file"):
        read_results(tmp_path / "a.json")


@pytest.fixture
def evaluate(index_settings: Settings, tmp_path: Path):
    """``chatbot eval`` of six questions over the example posts, with an earlier run beside them."""
    names = ["posts", "pages", "leads", "prospects", "ads", "tags"]
    rows = [{"question": f"What do {name} have to do with lead generation?", "answers": ["42 moons"]} for name in names]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    def evaluate(*arguments: object) -> Result:
        given = ["eval", tmp_path, "--vectorstore", index_settings.vectorstore, *arguments]
        return CliRunner().invoke(app, list(map(str, given)), catch_exceptions=False)

    assert evaluate("--json", tmp_path / "a.json").exit_code == 0
    return evaluate


def test_the_command_compares(evaluate, tmp_path: Path):
    same = evaluate("--compare", tmp_path / "a.json")
    assert same.exit_code == 0
    assert "answers, refusals count 0: rouge_l\t" in same.stdout
    assert "came out otherwise" not in same.stdout
    assert same.stderr == "Nothing that matters is significantly worse.\n"


def test_a_drop_has_an_exit_code_of_its_own(evaluate, tmp_path: Path):
    file = tmp_path / "a.json"
    report = json.loads(file.read_text(encoding="utf-8"))
    for row in report["questions"]:
        row["scores"] |= {"rouge_l": 1.0, "contained": 1.0}
    file.write_text(json.dumps(report), encoding="utf-8")
    worse = evaluate("--compare", file, "--html", tmp_path / "a.html")
    assert worse.exit_code == 4
    assert "DROP\n" in worse.stdout
    assert "6 questions came out otherwise:\n  What do " in worse.stdout
    assert worse.stderr.startswith("Significantly worse: answers, refusals count 0: rouge_l")
    assert "What changed" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_the_gate_asks_what_the_posts_say():
    questions = read_questions(GATE).questions
    assert len([each for each in questions if each.answerable]) >= 40
    assert len([each for each in questions if not each.answerable]) >= 25
    for question in questions:
        texts = [(ROOT / "corpus" / f"{slug}.md").read_text(encoding="utf-8") for slug in question.articles]
        plain = " ".join(" ".join(texts).replace("*", "").split()).casefold()
        assert all(sentence.casefold() in plain for sentence in question.evidence), question
        short = [answer for answer in question.answers if len(answer.split()) <= 12]
        assert all(answer.casefold() in plain for answer in short), question


def test_the_baseline_is_of_these_questions():
    stored = {replace(each.question, id="") for each in read_results(GATE / "baseline.json")}
    asked = {replace(each, id="") for each in read_questions(GATE).questions}
    assert stored == asked, "renew it: see tests/evaluation/README.md"
