"""What may and may not differ between a sentence and what it is taken from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.answering.agreement import broken, counts, exchanged, names, numbers
from chatbot.answering.alignment import align, exchanges, words_alike
from chatbot.answering.tokens import Token, tokens

SENTENCE = "The Harbour Mill opened in 1904 and employs about 35 people in four workshops."


def read(text: str) -> tuple[Token, ...]:
    return tokens(text, lambda word: word.rstrip("s"))


def rules(claim: str, evidence: str) -> set[str]:
    """All rules that a claim breaks on its evidence."""
    found = align(read(claim), read(evidence))
    kinds = set(broken(found))
    kinds |= {"number"} if any(True for _ in numbers(found)) else set()
    kinds |= {"name"} if any(True for _ in names(found)) else set()
    return kinds | ({"exchange"} if any(map(exchanged, exchanges(found, counts))) else set())


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The mill opened in 1904.", SENTENCE),
        ("In 1904, the Harbour Mill opened.", SENTENCE),
        ("It employs thirty-five people in 4 workshops.", SENTENCE),
        ("A dozen eggs cost 3 dollars.", "Twelve eggs cost $3."),
        ("Two thousand people came.", "2,000 people came."),
        ("Half of them, 50 percent, stayed.", "Half of them, 50 %, stayed."),
        ("This was the 1st edition.", "This was the first edition."),
        ("It takes 20 minutes.", "It takes 20 to 30 minutes."),
        ("The bridge was built by Ada Lund.", "Ada Lund built the bridge."),
        ("Ada Lund beat Bo Berg.", "Bo Berg was beaten by Ada Lund."),
        ("Dogs aren't allowed.", "Dogs are not allowed."),
        ("It can't be undone.", "It cannot be undone."),
        ("It is not possible to park here.", "It is impossible to park here."),
        ("The shop isn't open on Mondays.", "The shop is closed on Mondays."),
        ("Bring a towel, soap and sandals.", "Bring sandals, soap and a towel."),
        ("WHO recommends it.", "The World Health Organization (WHO) recommends it."),
        ("Members not only swim but row.", "Members row, and swim."),
        ("In May it rains.", "It rains in May."),
    ],
)
def test_the_same_in_other_words_breaks_no_rule(claim, evidence):
    assert rules(claim, evidence) == set()


@pytest.mark.parametrize(
    ("claim", "evidence", "rule"),
    [
        ("The mill opened in 1905.", SENTENCE, "number"),
        ("It employs about 35 people in five workshops.", SENTENCE, "number"),
        ("There are 30 dogs and 20 cats.", "There are 20 dogs and 30 cats.", "number"),
        ("The trail is 5 miles long.", "The trail is 5 km long.", "number"),
        ("It costs €20.", "It costs $20.", "number"),
        ("It rose by 20.", "It rose by 20 percent.", None),
        ("The River Mill opened in 1904.", SENTENCE, "name"),
        ("It was sold to Acme in 1904.", SENTENCE, "name"),
        ("Dogs are allowed.", "Dogs are not allowed.", "denial"),
        ("Dogs are never allowed.", "Dogs are allowed.", "denial"),
        ("You can park without a ticket.", "You can park with a ticket.", "opposite"),
        ("Prices fell by 20 percent.", "Prices rose by 20 percent.", "opposite"),
        ("Stretch after the run.", "Stretch before the run.", "opposite"),
        ("The smallest lake is deep.", "The largest lake is deep.", "opposite"),
        ("The method is unsafe.", "The method is safe.", "opposite"),
        ("All rooms have a window.", "Most rooms have a window.", "quantity"),
        ("Few rooms have a window.", "Rooms have a window.", "quantity"),
        ("Only members may swim.", "Members may swim.", "quantity"),
        ("Members may swim.", "Only members may swim.", "restriction"),
        ("You must register first.", "You may register first.", "modal"),
        ("Coffee causes headaches.", "Coffee may cause headaches.", "modal"),
        ("Bo Berg beat Ada Lund.", "Ada Lund beat Bo Berg.", "order"),
        ("The waiting lasted for weeks.", "The waiting lasted for hours.", "exchange"),
        ("The June trip was led by Ada.", "The May trip was led by Ada.", "exchange"),
    ],
)
def test_a_change_in_what_is_said_breaks_a_rule(claim, evidence, rule):
    assert rule in rules(claim, evidence) if rule else rules(claim, evidence) == set()


def test_numbers_are_read_with_their_units():
    read_as = [(token.key, token.unit) for token in read("Twenty-five km, $3.50, 1.5 million people, 9:30 am, 19th")]
    numbers = [pair for pair in read_as if pair[0].startswith("#")]
    assert numbers == [("#25", "km"), ("#3.5", "$"), ("#1500000", ""), ("#9:30", "am"), ("#19o", "")]


def test_sentences_and_clauses_are_counted():
    found = read("Come in, sit down. Then eat.")
    assert [(token.text, token.clause, token.sentence) for token in found] == [
        ("Come", 0, 0), ("in", 0, 0), ("sit", 1, 0), ("down", 1, 0), ("Then", 2, 1), ("eat", 2, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "two", "likeness"),
    [
        ("develop", "development", "akin"),
        ("began", "started", "akin"),
        ("increase", "decreasing", "opposite"),
        ("useful", "useless", "opposite"),
        ("agree", "disagrees", "opposite"),
        ("international", "internet", None),
        ("table", "tablet", None),
        ("man", "many", None),
    ],
)
def test_how_words_stand_for_others(one, two, likeness):
    assert words_alike(one, two) == words_alike(two, one) == likeness


WORDS = "the red mill Ada Lund sold not every 12 1904 km may only before largest , . and to % $"
words = st.lists(st.sampled_from(WORDS.split()), max_size=30).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(text=words)
def test_a_text_breaks_no_rule_on_itself(text):
    assert rules(text, text) <= {"number"}
    assert not list(align(read(text), read(text)).missing())


@settings(max_examples=150, deadline=None)
@given(claim=words, evidence=words)
def test_places_are_places_of_the_texts(claim, evidence):
    found = align(read(claim), read(evidence))
    assert all(0 <= here < len(found.claim) and 0 <= there < len(found.evidence) for here, there in found.pairs.items())
    assert found.pairs.keys() == found.likeness.keys()
    broken(found)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_read(text):
    assert all(token.text and token.key for token in read(text))


BLAMED = "Ada Lund claimed that the mill had raised its prices, a claim which the mill denied."


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The mill had raised its prices.", BLAMED),
        ("The claim made by the mill was that it had raised its prices.", BLAMED),
        ("The mill was built by river spirits.", "Some people believe that the mill was built by river spirits."),
    ],
)
def test_what_is_held_or_denied_is_not_told_as_so(claim: str, evidence: str):
    assert "attribution" in rules(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Ada Lund claimed that the mill had raised its prices, which the mill denied.", BLAMED),
        ("It is believed that river spirits built the mill.", "Some people believe river spirits built the mill."),
        ("The mill opened in 1904.", "The mill opened in 1904, and Ada Lund claims to have been there."),
    ],
)
def test_what_is_told_as_held_may_be(claim: str, evidence: str):
    assert "attribution" not in rules(claim, evidence)
