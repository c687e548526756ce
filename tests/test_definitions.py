"""How clearly a text says what a thing is."""

import pytest

from chatbot.answering.definitions import ENOUGH, strength
from chatbot.answering.relevance import Meter
from chatbot.engine import meter_of
from chatbot.opening import open_index
from chatbot.settings import Settings


@pytest.fixture(scope="module")
def meter(index_settings: Settings) -> Meter:
    index = open_index(index_settings)
    return meter_of(index)


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("lead generation", "Lead generation is the work of finding customers."),
        ("a lead", "Leads are people who showed interest."),
        ("CRM", "Customer Relationship Management (CRM) is software for sales teams."),
        ("SEO", "Search Engine Optimization (SEO): being found without paying."),
        ("lead magnet", "Landing Pages and Lead Magnets: something free for contact details."),
        ("lead magnets", "Lead magnets such as eBooks and whitepapers."),
        ("prospects", "The people it reaches, known as prospects, may buy later."),
    ],
)
def test_texts_that_define(topic: str, text: str, meter: Meter):
    assert strength(topic, text, meter) >= ENOUGH


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("lead generation", "Lead generation campaigns are planned programs."),
        ("lead generation", "It is the work of finding customers."),
        ("SEO", "Most channels are expensive, and SEO takes time."),
        ("leads", "Sending targeted emails is a way to nurture leads."),
    ],
)
def test_texts_that_do_not(topic: str, text: str, meter: Meter):
    assert strength(topic, text, meter) < ENOUGH


def test_the_plain_definition_is_strongest(meter: Meter):
    plain = strength("lead generation", "Lead generation is the work of finding customers.", meter)
    label = strength("lead generation", "Lead generation: finding customers.", meter)
    assert plain > label
