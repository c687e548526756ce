"""Greetings, thanks and questions about the chatbot itself: a short friendly reply with questions to try."""

import re
from collections.abc import Sequence

from chatbot.records import Answer, Statement

_GREETING = r"(?:hi+|hello+|hey+|howdy|greetings|good (?:morning|afternoon|evening|day)|hiya|yo)"
_FILLER = (
    r"(?:[\s,!.?]+(?:there|bot|chatbot|everyone|all|friend|again|so much|very much|a lot|you"
    r"|for (?:your|the|all the) (?:help|answers?)))*"
)
_PRAISE = r"(?:great|perfect|awesome|nice|cool|ok(?:ay)?|got it|good job|well done)"
_THANKS = r"(?:(?:many )?(?:thanks?|thank you)|thx|ty|cheers)"
_END = r"[\s,!.?]*$"

_HELLO = "Hello! Ask me a question and I'll answer it from the articles, with the sentences to back it up."
_READY = "I'm ready to look things up in the articles for you."
_WELCOME = "You're welcome! Is there anything else you'd like to know?"
_GOODBYE = "Goodbye, and come back any time."
_PURPOSE = (
    "I answer questions from this site's articles and show the exact sentences each answer rests on. "
    "If the articles don't say, I'll tell you."
)

_REPLIES = tuple(
    (re.compile(pattern, re.I), words)
    for pattern, words in (
        (rf"^{_GREETING}{_FILLER}[\s,!.?]*(?:how are you(?: doing| today)?)?{_END}", _HELLO),
        (rf"^(?:how are you(?: doing)?(?: today)?|what(?:'s| is) up){_END}", _READY),
        (rf"^{_PRAISE}?[\s,!.]*{_THANKS}{_FILLER}[\s,!.]*{_PRAISE}?{_END}|^{_PRAISE}{_END}", _WELCOME),
        (rf"^(?:good ?)?(?:bye|goodbye|see you|see ya|ciao|farewell|good night)(?: later| soon)?{_END}", _GOODBYE),
        (rf"^what (?:can|do|could) you (?:do|answer|know|help)\b.*$|^(?:who|what) are you{_END}", _PURPOSE),
        (rf"^help(?: me)?(?: please)?{_END}|^how (?:do|does|can) (?:you|this|it) work{_END}", _PURPOSE),
        (rf"^are you (?:an? )?(?:real )?(?:bot|robot|human|ai|real|chatbot|person){_END}", _PURPOSE),
        (rf"^what (?:topics |questions )?can i ask(?: you)?(?: about)?{_END}", _PURPOSE),
    )
)


def reply(question: str, suggestions: Sequence[str]) -> Answer | None:
    """A friendly reply with questions to try; None if this isn't small talk."""
    text = question.strip()
    for pattern, words in _REPLIES:
        if pattern.match(text):
            return Answer(
                question, (Statement(words, ()),), composer="smalltalk", confidence=1.0, suggestions=tuple(suggestions)
            )
    return None
