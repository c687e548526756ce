"""Writes what docs/quality.md shows: ``python tests/benchmarks/quality.py plots NAME=RESULTS.json …`` or ``… answers``.

``plots`` draws the results that ``chatbot eval --json`` wrote into ``docs/quality/``; ``answers`` asks the articles in
``corpus/`` and prints each answer as it is.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from chatbot import Answer, Chatbot, Settings, Turn, build_index
from chatbot.evaluation.comparing import read_results
from chatbot.evaluation.plots import calibration, risk_coverage

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "quality"
STYLE = """<style>
svg { background: #fff } text { font: 10px sans-serif; fill: #444 } .label { font-size: 10px } .said { font-size: 9px }
.axis { stroke: #888 } .grid { stroke: #e4e4e4 } .line { fill: none; stroke-width: 2.2 } .line.first { stroke: #0f766e }
.line.second, .line.ideal { stroke: #999; stroke-width: 1.4 } .line.ideal { stroke-dasharray: 4 4 }
.dot.first { fill: #0f766e; stroke: #fff } .bar.second { fill: #999; opacity: .3 }
</style>"""
QUESTIONS = {
    "Definitions": (
        "What is lead generation?",
        "What are leads?",
        "What is a lead magnet?",
        "what does sql stand for",
        "What is a Marketing Qualified Lead?",
        "Define conversion funnel",
        "What are hot leads?",
        "What is SEO?",
        "What is a landing page for?",
        "What does CPL mean?",
    ),
    "Lists": (
        "What are the key lead generation activities?",
        "Which channels work best for campaigns?",
        "Which metrics should I track?",
        "What types of leads are there?",
        "What are the benefits of lead generation marketing?",
        "Which tools help with lead generation?",
        "What are the core concepts?",
        "Which social networks are mentioned?",
        "What are signs of a good lead?",
        "Give me examples of lead magnets",
    ),
    "Comparisons": (
        "What is the difference between an MQL and an SQL?",
        "cold vs warm leads",
        "How does lead generation differ from traditional advertising?",
        "Compare email marketing and social media marketing",
        "Which is better, SEO or PPC?",
        "How do webinars compare to trade shows?",
        "What distinguishes a lead from a prospect?",
        "difference between hot leads and cold leads",
        "Is inbound different from outbound?",
        "campaigns versus activities",
    ),
    "How and why": (
        "Why is lead generation important?",
        "How do campaigns shorten the sales cycle?",
        "How do I measure success?",
        "How is a lead qualified?",
        "Why do campaigns lower costs?",
        "How does email marketing nurture leads?",
        "How can trade shows bring in leads?",
        "Why does it matter in crowded markets?",
        "How are chatbots used?",
        "How do I get more leads?",
    ),
    "Follow-ups": (
        "What is a lead magnet? | Give me an example",
        "What is email marketing good for? | and social media?",
        "What are MQLs? | And SQLs? | How do they differ?",
        "Why is lead generation important? | Why else?",
        "Which metrics should I track? | What does the last one mean?",
        "What are the key activities? | Tell me about the third one",
        "How do campaigns work? | How long should one run?",
        "What is SEO? | Why does it help?",
        "What are hot leads? | and cold ones?",
        "Who wrote about campaigns? | When?",
    ),
    "Vague, misspelt or about the posts": (
        "leed generation",
        "pricing?",
        "tell me more",
        "benefits?",
        "How many posts are there?",
        "What is the newest post?",
        "Which posts are about campaigns?",
        "wich metriks shoud i trak",
        "help",
        "measuring",
    ),
    "Not in the posts": (
        "How much does a lead cost on average?",
        "Which CRM is the best?",
        "Who invented lead generation?",
        "How long should a campaign run?",
        "What is the GDPR rule for collecting email addresses?",
        "What is a good open rate for newsletters?",
        "Is cold calling legal?",
        "What is the boiling point of lead?",
        "How do I bake bread?",
        "What percentage of visitors become leads?",
    ),
}


def plots(named: list[str]) -> None:
    """Draw results, given as ``NAME=FILE``."""
    FOLDER.mkdir(exist_ok=True)
    for name, file in (each.split("=", 1) for each in named):
        results = read_results(Path(file))
        for kind, draw in (("right", risk_coverage), ("calibration", calibration)):
            svg = draw(results).svg().replace(">", f' xmlns="http://www.w3.org/2000/svg">{STYLE}', 1)
            (FOLDER / f"{name}-{kind}.svg").write_text(svg + "\n", encoding="utf-8")


def answers() -> None:
    """Ask, and print as Markdown."""
    with TemporaryDirectory() as folder:
        settings = Settings(corpus=ROOT / "corpus", vectorstore=Path(folder))
        build_index(settings, progress=False)
        bot = Chatbot.open(settings)
        for kind, questions in QUESTIONS.items():
            print(f"\n### {kind}\n")
            for question in questions:
                print(told(question, last(bot, question)))


def last(bot: Chatbot, question: str) -> Answer:
    """The answer to the last question of a conversation."""
    history: list[Turn] = []
    for part in question.split(" | "):
        answer = bot.ask(part, history)
        history.append(Turn(part, answer.text))
    return answer


def told(question: str, answer: Answer) -> str:
    """Question and answer, as a quoted block."""
    state = f"{answer.composer}, {answer.confidence:.2f}" if answer.found else f"not found, {answer.confidence:.2f}"
    body = "\n".join(f"> {line}".rstrip() for line in answer.text.splitlines())
    return f"**{question}** ({state})\n\n{body}\n"


if __name__ == "__main__":
    plots(sys.argv[2:]) if sys.argv[1] == "plots" else answers()
