"""How to reach whoever runs the site: telephone number, email address, address (English)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chatbot.answering.citations import cited, draft
from chatbot.answering.listings import Place
from chatbot.answering.relevance import context
from chatbot.records import Answer, Hit

SURE = 0.9
"""Confidence of such an answer: what it quotes has the form of what is asked for."""
MOST_QUOTED = 3


@dataclass(frozen=True, slots=True)
class _Detail:
    """A detail: how it is asked for, what to search for, what it looks like."""

    asked: re.Pattern[str]
    search: str
    form: re.Pattern[str]


def _asked(text: str) -> re.Pattern[str]:
    polite = r"(?:(?:what(?:'s| is| are)|do you have|is there|tell me|give me) )?"
    return re.compile(rf"^{polite}(?:(?:the|your|an?|our) )*(?:(?:shop|company|contact) )?(?:{text})$", re.I)


_YOU = r"(?:you|us|the (?:shop|store|office|company|team))"
_PHONE = (
    r"(?<![\w.,€$£-])(?:\+|\(?0)[\d() /-]{6,}\d\b|\(\d{3}\) ?\d{3}-\d{4}"
    r"|\b(?:tel|phone|call)\w*\W[^.]{0,30}?\d{3,}[\d -]{2,}\d"
)
_EMAIL = r"[\w.+-]+@[\w-]+\.\w+"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ADDRESS = (
    r"(?:^|\n)\W*(?:our )?(?:address|where to find us)\s*:"
    r"|\b(?:is|are|live|us|located|based|workshop|shop|office) (?:at|in|on)"
    rf" (?!(?:\w+day|{_MONTHS})\b)(?-i:[A-Z])[^.\d]{{2,40}}\d"
    r"|\b\d+[a-z]?,? (?-i:[A-Z])[\w'’ -]{2,30} (?:street|st|road|rd|avenue|ave|lane|square|place|drive|way)\b"
)
_DETAILS = (
    _Detail(
        _asked(
            r"(?:tele)?phone(?: number)?|number to call"
            rf"|(?:how|where|(?:on )?(?:what|which) number) (?:can|do) i (?:call|phone|ring) {_YOU}"
        ),
        "phone number call us",
        re.compile(_PHONE, re.I),
    ),
    _Detail(
        _asked(r"e-?mail(?: address)?|(?:how|where) (?:can|do) i (?:e-?mail|write to) " + _YOU),
        "email address write to us",
        re.compile(_EMAIL, re.I),
    ),
    _Detail(
        _asked(
            r"(?:street |postal )?address|location|where are you(?: located| based)?"
            rf"|how do i get (?:there|to {_YOU})|where can i find {_YOU}"
            r"|where(?:'s| is| are) (?:you|(?:the|your) (?:shop|store|office|workshop))(?: located)?"
        ),
        "address where we are located",
        re.compile(_ADDRESS, re.I),
    ),
    _Detail(
        _asked(
            r"contact(?: details?| information| data| us| you)?"
            rf"|(?:how|where) (?:can|do|could) i (?:contact|reach|get in touch with) {_YOU}"
        ),
        "contact us phone email",
        re.compile(f"{_PHONE}|{_EMAIL}", re.I),
    ),
)
_OWN = re.compile(
    r"\b(?:contact|address|about us|who we are|visit us|find us|opening|imprint|impressum|location|in touch)\b",
    re.I,
)
"""What the page with the site's own details is called."""


def reads(question: str) -> bool:
    """Whether a question asks for such a detail of whoever runs the site."""
    return _detail(question) is not None


def answer(question: str, search: Callable[[str], Sequence[Hit]], day: Callable[[str], date | None]) -> Answer | None:
    """The words that hold the detail; None where none is asked for, or no one place is plainly the site's own.

    Args:
        question: A standalone question.
        search: Finds hits for a few words.
        day: The date of an article by its slug.
    """
    detail = _detail(question)
    found = list(_places(detail, search(detail.search))) if detail else []
    own = [place for place in found if _OWN.search(context(place.passage))]
    if not own and len({place.passage.path for place in found}) != 1:
        return None
    places = (own or found)[:MOST_QUOTED]
    statements, citations = cited(map(draft, places), {place.passage.slug: day(place.passage.slug) for place in places})
    return Answer(question, statements, citations, True, SURE)


def _detail(question: str) -> _Detail | None:
    plain = " ".join(question.split()).rstrip("?!. ").replace("’", "'")
    return next((detail for detail in _DETAILS if detail.asked.match(plain)), None)


def _places(detail: _Detail, hits: Sequence[Hit]) -> Iterator[Place]:
    for hit in hits:
        for span in hit.passage.sentences:
            if span.kind not in ("code", "heading", "header") and detail.form.search(span.text):
                yield Place(hit.passage, span)
