import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import Turn
from chatbot.context import blended, in_context
from chatbot.conversation import leans, said_before, standalone
from chatbot.leaning import topic
from chatbot.records import Hit, Passage

EMAIL = "What is email marketing good for?"
SEO = "Is SEO expensive?"
MAGNETS = "What is a lead magnet?"
ACTIVITIES = "What are the key lead generation activities?"


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (EMAIL, "and social media?", "What is social media good for?"),
        (EMAIL, "What about social media?", "What is social media good for?"),
        (EMAIL, "how about for social media", "What is social media good for?"),
        (EMAIL, "And for small businesses?", "What is email marketing good for for small businesses?"),
        ("How much does SEO cost?", "and for small businesses?", "How much does SEO cost for small businesses?"),
        ("How much does SEO cost?", "In Germany?", "How much does SEO cost In Germany?"),
        ("What are good channels for B2B companies?", "and for B2C?", "What are good channels for B2C?"),
        ("Why are campaigns important?", "or webinars?", "Why are webinars important?"),
        ("What are the benefits of SEO?", "what about PPC?", "What are the benefits of PPC?"),
        ("What does MQL mean?", "and SQL?", "What does SQL mean?"),
        ("How do I measure success?", "and lead quality?", "How do I measure lead quality?"),
        (SEO, "why?", "why is SEO expensive?"),
        (SEO, "But why not?", "why not is SEO expensive?"),
        ("Should I send newsletters?", "How often?", "How often should I send newsletters?"),
        ("What are free tools?", "Which ones?", "Which free tools?"),
        (MAGNETS, "tell me more", "Tell me more about lead magnet"),
        (MAGNETS, "Can you explain that?", "Tell me more about lead magnet"),
        (MAGNETS, "What about them?", "Tell me more about lead magnet"),
        (MAGNETS, "and?", "Tell me more about lead magnet"),
        (MAGNETS, "More details please", "Tell me more about lead magnet"),
        (MAGNETS, "Like what?", "What are examples of lead magnet?"),
        (MAGNETS, "any examples?", "any examples of lead magnet?"),
        ("What is SEO?", "What are the benefits?", "What are the benefits of SEO?"),
        ("What is a lead?", "What types are there?", "What types of lead are there?"),
        ("What is SEO?", "And the cost?", "the cost of SEO?"),
        ("What is lead scoring?", "How does it work?", "How does lead scoring work?"),
        ("What is lead scoring?", "Is that expensive?", "Is lead scoring expensive?"),
        ("What is lead scoring?", "And why does it matter?", "And why does lead scoring matter?"),
        ("What is lead scoring?", "Which companies use it?", "Which companies use lead scoring?"),
        ("What is lead scoring?", "How do I automate this?", "How do I automate lead scoring?"),
        ("What is lead scoring?", "How much should I spend on it?", "How much should I spend on lead scoring?"),
        ("What is lead scoring?", "How do I know if it works?", "How do I know if lead scoring works?"),
        ("What is lead scoring?", "What is it used for?", "What is lead scoring used for?"),
        ("What is lead scoring?", "what does that mean", "what does lead scoring mean"),
        ("What is lead scoring?", "Is this strategy worth it?", "Is lead scoring strategy worth it?"),
        ("What is lead scoring?", "How long does it take to work?", "How long does lead scoring take to work?"),
        ("What is lead scoring?", "Is it easy?", "Is lead scoring easy?"),
        ("What are landing pages?", "What are their benefits?", "What are landing pages’ benefits?"),
        ("Why use SEO?", "What are its limits?", "What are SEO’s limits?"),
        ("How do chatbots help?", "Do customers like them?", "Do customers like chatbots?"),
        ("Tell me about lead magnets", "How do I make one?", "How do I make lead magnets?"),
        ("Tell me about lead magnets", "Which ones are best?", "Which lead magnets are best?"),
        (ACTIVITIES, "Which of these activities is cheapest?", "Which of lead generation activities is cheapest?"),
        (MAGNETS, "What about webinars for it?", "What about webinars for lead magnet?"),
        (ACTIVITIES, "Why are they important?", "Why are lead generation activities important?"),
        ("What is the location of the Ada Library?", "Do they lend films?", "Do Ada Library lend films?"),
        ("Are savings accounts insured by the state?", "What about bonds?", "Are bonds insured by the state?"),
        ("Before renting a kiln, what should I check?", "Is it safe?", "Is renting a kiln safe?"),
        ("What are landing pages? I need some.", "Are they free?", "Are landing pages free?"),
        ("What is lead scoring?", "Who qualifies?", "Who qualifies for lead scoring?"),
        ("What is lead scoring?", "How do I start?", "How do I start with lead scoring?"),
        ("What is the summer course?", "Is there a fee?", "Is there a fee of summer course?"),
        ("What is the summer course?", "Is there an age limit?", "Is there an age limit for summer course?"),
        ("What are the benefits of SEO?", "and the challenges?", "the challenges of SEO?"),
        ("What are free tools?", "Which is best?", "Which free tools is best?"),
        ("How much does SEO cost?", "why?", "why does SEO cost that much?"),
        (SEO, "Why is that?", "Why is SEO expensive?"),
        ("Where is the campsite?", "Can I swim there?", "Can I swim at campsite?"),
        (
            "How do I get there from the station?",
            "I mean the bus station",
            "How do I get there from the station the bus station?",
        ),
        ("When was the campaigns article published?", "Who wrote it?", "Who wrote campaigns article?"),
    ],
)
def test_a_follow_up_becomes_the_question_it_stands_for(earlier: str, question: str, expected: str):
    assert standalone(question, [Turn(earlier, "…")]) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is SEO and why does it matter?",
        "What is lead scoring? Is it useful?",
        "What are hot leads and how do I find them?",
        "Is it possible to buy leads?",
        "What trait of oxygen makes it necessary to life?",
        "How many homes had satellite service available to them in 2010?",
        "What is the first step of a campaign?",
        "In the first place, what is a lead?",
        "Who was the second president?",
        "Is it a good idea to call a lead twice?",
        "Is it worth paying for ads?",
        "Is it better to call or to write?",
        "Is it true that emails convert best?",
        "How long does it take to rank on Google?",
        "What does it take to close a deal?",
        "Does it matter which channel I use?",
        "How much does it cost to run a campaign?",
        "What happens to leads if they don't buy?",
        "How can a company improve its ranking?",
        "How do I encourage visitors to share their address?",
        "If a lead goes cold, what do I do with it?",
        "Why do leads go cold when you ignore them?",
        "I have a blog. How do I promote it?",
        "What are the things that attract customers?",
        "How do I know that a lead is good?",
        "How do I reach those who never answer?",
        "What is one way to get leads?",
        "Which one-page sites convert?",
        "What is this website about?",
        "In which year was the first post written?",
        "For whom is lead scoring useful?",
        "With which tools can I automate emails?",
        "On what channels should I advertise?",
        "And what is a landing page?",
        "but tell me about PPC",
        "Why is nurturing important?",
        "What are the benefits of webinars?",
        "How many articles are there?",
        "Who won the 2018 world cup?",
        "lead magnets",
        "sales and marketing",
        "MQL vs SQL",
        "thanks",
        "ok, thank you!",
        "hello",
        "what can you do?",
        "What time is it?",
        "Was ist ein Lead?",
        "",
    ],
)
def test_a_standalone_question_is_left_alone(question: str):
    assert standalone(question, [Turn("What is email marketing?", "…")]) == question


@pytest.mark.parametrize(
    "question", ["why?", "and social media?", "How does it work?", "tell me more", "  spaced  out "]
)
def test_without_a_history_nothing_changes(question: str):
    assert standalone(question, []) == question
    assert standalone(question, [Turn("", "…"), Turn("thanks!", "You're welcome!")]) == question


def test_follow_ups_of_follow_ups_are_resolved_in_turn():
    asked = ["What is email marketing good for?", "and social media?", "Thanks!", "and webinars?"]
    history = [Turn(question, "…") for question in asked]
    assert standalone("Why?", history) == "Why is webinars good for?"
    assert standalone("How much do they cost?", history) == "How much do webinars cost?"


def test_what_points_outside_the_conversation_is_no_topic():
    history = [Turn("Who wrote this?", "I couldn't find an answer to that in the articles.")]
    assert standalone("What does it cost?", history) == "What does it cost?"
    history = [Turn("What does a course cost?", "60 euros"), Turn("Who leads it?", "Ada")]
    assert standalone("When does it start?", history) == "When does course start?"


LISTED = "Lead magnets:\n- **Ebooks**: long reads [1]\n- Webinars: live talks [2]\n- Free trials \\(14 days\\) [3][4]"
OFFERED = "Do you mean “What is SEO?”, “How do I start?” or “What is PPC?”"


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "expected"),
    [
        (MAGNETS, LISTED, "the second one", "Tell me more about Webinars"),
        (MAGNETS, LISTED, "And the 1st?", "Tell me more about Ebooks"),
        (MAGNETS, LISTED, "tell me more about the last one", "Tell me more about Free trials (14 days)"),
        (MAGNETS, LISTED, "number two please", "Tell me more about Webinars"),
        (MAGNETS, LISTED, "How does the third option work?", "How does Free trials (14 days) work?"),
        (MAGNETS, LISTED, "the fifth one", "the fifth lead magnet"),
        (MAGNETS, "Just one:\n- Ebooks [1]", "the first one", "the first lead magnet"),
        (MAGNETS, "An offer. [1]", "the second one", "the second lead magnet"),
        ("Compare cold and hot leads", "…", "the first one", "Tell me more about cold leads"),
        ("Compare cold and hot leads", "…", "Why is the latter better?", "Why is hot leads better?"),
        ("pricing?", OFFERED, "the second one", "How do I start?"),
        ("pricing?", OFFERED, "the last", "What is PPC?"),
    ],
)
def test_the_second_one_is_what_the_last_answer_lists(earlier: str, answer: str, question: str, expected: str):
    assert standalone(question, [Turn(earlier, answer)]) == expected


TABLE = (
    "*As of May 2025.*\n\nWe have three. [1]\n\n"
    "- Boat: Heron; Seats: 4; Skipper: Ada Quist; Hire: €30; Suits: rivers [2][3]\n"
    "- Boat: Otter; Seats: 2; Skipper: Ben Holm; Hire: €20; Suits: families with children [4][3]\n"
    "- Boat: Grebe; Seats: 8; Skipper: Ada Quist; Hire: €55; Suits: lakes [5][3]"
)
POSTS = "- “Oars, or not?” \\(2 May 2025\\) [1]\n- “The new pier is open” (1 April 2025) [2]"


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "expected"),
    [
        ("Which boats are there?", TABLE, "the second one", "Tell me more about Otter"),
        ("Which boats are there?", TABLE, "the second boat", "Tell me more about Otter"),
        ("What can I hire?", TABLE, "how much is the last boat?", "how much is Grebe?"),
        ("Which boats are there?", TABLE, "when does the first one leave?", "when does Heron leave?"),
        ("What did you publish?", POSTS, "the second post", "What is “The new pier is open” about?"),
        ("What did you publish?", POSTS, "Who wrote the first one?", "Who wrote “Oars, or not?”?"),
    ],
)
def test_rows_and_posts_are_counted_off_by_name(earlier: str, answer: str, question: str, expected: str):
    assert standalone(question, [Turn(earlier, answer)]).replace("??", "?") == expected.replace("??", "?")


def test_a_counted_post_is_the_topic_then():
    history = [Turn("What did you publish?", POSTS), Turn("the last one", "We built it in a week. [1]")]
    assert standalone("who wrote it?", history) == "who wrote “The new pier is open”?"
    assert standalone("tell me more", history) == "What is “The new pier is open” about?"


OTTER = "- Boat: Otter; Seats: 2; Skipper: Ben Holm; Hire: €20; Suits: families with children [1][2]"
WALKS = "We lead two. [1]\n- Dune walk: a slow one for families [2]\n- Ridge walk: a hard day, led by Per Lund [3]"


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "expected"),
    [
        ("Is there a boat for children?", OTTER, "how much is it?", "how much is Otter?"),
        ("Tell me about the children's boat", TABLE, "Who steers it?", "Who steers Otter?"),
        ("Is there a walk for families?", WALKS, "how long does it take?", "how long does Dune walk take?"),
        ("Which boats are there?", TABLE, "are they safe?", "are boats safe?"),
        ("What is rowing?", WALKS, "is it hard?", "is rowing hard?"),
        ("Is there a walk for dogs?", WALKS, "how long is it?", "how long is walk?"),
        ("How is the weather?", OTTER, "does it rain?", "does it rain?"),
    ],
)
def test_one_of_a_kind_goes_by_the_name_the_answer_gives(earlier: str, answer: str, question: str, expected: str):
    assert standalone(question, [Turn(earlier, answer)]) == expected


def test_the_name_is_kept_from_question_to_question():
    history = [Turn("Is there a boat for children?", OTTER), Turn("how many people does it take?", OTTER)]
    assert standalone("when does it leave?", history) == "when does Otter leave?"


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "expected"),
    [
        ("Who steers the Otter?", OTTER, "what else does he steer?", "which boats does Ben Holm steer?"),
        ("Who leads the ridge walk?", WALKS, "what else does he lead?", "what does Per Lund lead?"),
        ("Who is Ada Quist?", "A skipper. [1]", "what else did she write?", "which posts did Ada Quist write?"),
        ("Who is Ada Quist?", "A skipper. [1]", "Where does she live?", "Where does Ada Quist live?"),
        ("Who steers the Otter?", "Somebody. [1]", "what else does he steer?", "what else does Otter steer?"),
    ],
)
def test_who_is_meant_is_whom_the_answer_names(earlier: str, answer: str, question: str, expected: str):
    assert standalone(question, [Turn(earlier, answer)]) == expected


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "expected"),
    [
        ("When do you close on Saturday?", "…", "and at Christmas?", "When do you close at Christmas?"),
        ("When do you close at the pier?", "…", "and on Sunday?", "When do you close at the pier on Sunday?"),
        ("How do I get there by bus?", "…", "and by boat?", "How do I get there by boat?"),
        ("Who gets a discount?", "…", "and for pensioners?", "discount for pensioners?"),
        ("Can I bring my dog?", "…", "and my cat?", "Can I bring my cat?"),
        ("Can I bring my dog?", "Sorry, no. [1] They chase ducks. [2]", "why?", "Can I bring my dog?"),
        ("Can I bring my dog?", "Yes. [1]", "why?", "why can I bring my dog?"),
        ("How much is a day?", "…", "why?", "why is a day that much?"),
        ("Why did the prices go up?", "…", "how much is it now?", "how much is it now?"),
        ("How do I paint a boat?", "…", "how long does it take?", "how long does it take to paint a boat?"),
        ("Is rowing always worth it?", "…", "who says so?", "Who wrote about rowing?"),
        ("Who leads the Dune walk?", "…", "and when?", "when is Dune walk?"),
        ("Which boats does Ada steer?", "…", "when?", "when does Ada steer?"),
    ],
)
def test_a_part_of_a_question_takes_the_place_of_its_like(earlier: str, answer: str, question: str, expected: str):
    assert standalone(question, [Turn(earlier, answer)]) == expected


def test_what_was_asked_about_one_after_the_other_is_compared():
    history = [Turn("What is oak?", "A wood. [1]"), Turn("and ash?", "Another wood. [1]")]
    assert standalone("which is better?", history) == "Which is better, oak or ash?"
    assert standalone("how hard is the second one?", history) == "how hard is ash?"


def test_items_are_counted_off_one_after_the_other():
    history = [Turn(MAGNETS, LISTED), Turn("the first one", "Ebooks are:\n- long\n- free\n- useful")]
    assert standalone("and the second one?", history) == "Tell me more about Webinars"
    assert standalone("How much does it cost?", history) == "How much does Ebooks cost?"


def test_a_question_about_no_more_than_the_cost_keeps_the_topic():
    history = [Turn("What is the rowing club?", "…"), Turn("How much cost to be a member?", "…")]
    assert standalone("Does it have boats?", history) == "Does rowing club have boats?"


@pytest.mark.parametrize("question", ["tell me more", "pricing?", "How much is it?", "why?", "Who qualifies?"])
def test_what_leans_without_anything_to_lean_on(question: str):
    assert leans(question)


@pytest.mark.parametrize(
    "question", ["What is SEO?", "social media", "help", "thanks", "Is it possible to buy leads?", ""]
)
def test_what_stands_alone(question: str):
    assert not leans(question)


def test_what_was_said_before_is_the_last_question_in_full():
    history = [Turn("What is email marketing good for?", "…"), Turn("and social media?", "…"), Turn("thanks", "…")]
    assert said_before(history) == "What is social media good for?"
    assert said_before([]) == ""
    assert in_context("why?", "What is SEO?") == "What is SEO? why?"


def hit(name: str, score: float) -> Hit:
    return Hit(Passage(name, name, f"{name}.md", name, "", (), "", "text", name, 0, 1, ()), score)


def test_the_earlier_question_moves_what_fits_the_question_too():
    own = [hit("a", 0.6), hit("b", 0.58), hit("c", 0.1)]
    together = [hit("c", 0.9), hit("b", 0.7), hit("a", 0.3)]
    found = blended(own, together, 3)
    assert [each.passage.id for each in found] == ["b", "a", "c"]
    assert all(0 <= each.score <= 1 for each in found)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert blended(own, together, 2) == found[:2]
    assert blended(own, [], 2) == own[:2]
    assert blended([], together, 2) == []


def test_a_new_topic_takes_the_place_of_the_old():
    history = [Turn("What is SEO?", "…"), Turn("What is a landing page?", "…")]
    assert standalone("How does it work?", history) == "How does landing page work?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is a lead magnet?", "lead magnet"),
        ("What's SEO?", "SEO"),
        ("How do I measure success?", "success"),
        ("Why did the prices go up?", "prices"),
        ("When does the spring fair start?", "spring fair"),
        ("Who wrote “What is clay?”", "“What is clay?”"),
        ("Why are lead generation campaigns important?", "lead generation campaigns"),
        ("What is the difference between MQLs and SQLs?", "MQLs and SQLs"),
        ("What are the benefits of social media?", "social media"),
        ("What are cold and hot leads?", "cold and hot leads"),
        ("How does lead scoring work?", "lead scoring"),
        ("Tell me about chatbots.", "chatbots"),
        ("how?", ""),
        ("", ""),
    ],
)
def test_the_topic_of_a_question(question: str, expected: str):
    assert topic(question) == expected


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4))
def test_any_conversation_gives_a_question(question: str, earlier: list[str]):
    found = standalone(question, [Turn(text, "…") for text in earlier])
    assert bool(found.strip()) == bool(question.strip()) or not question.strip()


def test_a_very_long_history_costs_nothing():
    turn = Turn("what is " + "it and " * 20_000, "…")
    assert standalone("why?", [turn] * 500).lower().startswith("why")
