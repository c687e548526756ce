"""Wordings that lean on what was said before, and what a question is about (English rules)."""

import re

ASKING = "what|which|who|whom|whose|when|where|why|how"
AUXILIARY = (
    "is|are|was|were|am|do|does|did|can|could|should|would|will|has|have|had|may|might|must"
    r"|(?:isn|aren|don|doesn|won|shouldn|can)['’]?t"
)
ASPECT = (
    r"(?:(?:dis)?advantages?|benefits?|drawbacks?|downsides?|upsides?|pros(?: and cons)?|cons|risks?|costs?|prices?"
    r"|pricing|purpose|goals?|aims?|types?|kinds?|sorts?|examples?|steps?|stages?|phases?|parts?|elements?|components?"
    r"|features?|alternatives?|limits|limitations?|uses|use cases?|requirements?|importance"
    r"|definition|meaning|main ideas?|fees?|deadlines?|eligibility)"
)
_FURTHER = (
    r"(?:challenges?|problems?|mistakes?|tools?|tips?|metrics?|trends?|strateg(?:y|ies)|methods?|techniques?|tactics?"
    r"|best practices?|results?|history|origins?|causes?|effects?|consequences?|reasons?|rules?|exceptions?|symptoms?)"
)

CHAT = re.compile(r"^(?:hi|hello|hey|thanks?|thank you|ok(?:ay)?|great|cool|nice|perfect|got it|yes|no|bye)\b\W*", re.I)
JOINED = re.compile(r"^(?:(?:and|or|but|plus|also|so|then|ok(?:ay)?|well|yes|no)\b[\s,:.!…]*)+", re.I)
LEAD_IN = re.compile(r"^(?:what|how) (?:about|of)\b\s*", re.I)
PREPOSITION = re.compile(r"^(?P<preposition>for|with|without|in|on|at|from|by|about)\s+(?P<object>.+)$", re.I)
SAYING = re.compile(
    rf"\b(?:{ASKING}|{AUXILIARY}|tell|explain|list|name|give|show|define|describe|compare|thanks?|thank|works?|matters?"
    r"|helps?|costs?)\b",
    re.I,
)
BARE = re.compile(
    r"^(?P<asking>why(?: not| so)?|how(?: so| come| much| many| often| long| fast| soon)?|when|where|who"
    r"|for (?:whom|how long)|(?:since|until) when|(?:by|with|from) (?:whom|what))(?: exactly|\W)*$"
    r"|^(?P<cause>why|how come)(?:['’]s| is| was) (?:that|this|it)(?: so)?\W*$",
    re.I,
)
WHICH = re.compile(r"^which(?: ones?| of (?:them|these|those))?\W*$", re.I)
MORE = re.compile(
    r"^(?:(?:can|could) you |please |now )*(?:(?:tell|give|show)(?: me| us)? )?(?:(?:some |a (?:bit|little) )?more"
    r"|go on|continue|(?:elaborate|explain|expand|clarify)(?: (?:it|that|this|more|further|on (?:it|that|this)))*"
    r"|(?:(?:some |any )?(?:more |further |other ))?(?:details?|info(?:rmation)?)|(?:any(?:thing)?|what) else"
    r"|in (?:more )?detail|what do you mean(?: by (?:it|that|this))?|meaning|(?:it|that|this|them|these|those))"
    r"(?: (?:on|about|of) (?:it|that|this|them|these|those))?(?: please)?\W*$|^\W*$",
    re.I,
)
WHICH_IS = re.compile(
    r"^which (?=(?:is|are|was|were|has|have|do|does|should|would|can|will|works?|costs?|takes?)\b)(?! of\b)", re.I
)
MEANT = re.compile(r"^(?:(?:no|sorry)\b\W*)*i (?:mean|meant)\b\s+(?P<object>.+?)\W*$", re.I)
NO_OBJECT = re.compile(
    r"^(?:who (?:(?:can|should|may|must) )?(?:qualif(?:y|ies)|appl(?:y|ies)|pays?|benefits?|is eligible)"
    rf"|(?:(?:when|where|how|why|what) )?(?:{AUXILIARY}|to) (?:(?:i|we|you|one|anyone|people) )?(?:need to |have to )?"
    r"(?:(?P<begun>start|begin|get started|proceed)|apply|qualify|register|enrol|enroll|sign up|join|order|subscribe"
    r"|pay|cancel|appeal|participate|opt out|be eligible|eligible)"
    r"|(?:is|are) there (?:an? |any |some )?(?:(?:age|income|time|free|extra|hidden|monthly|annual) )?"
    r"(?:fees?|costs?|charges?|limits?|deadlines?|discounts?|minimum|maximum|penalt(?:y|ies)|requirements?|exceptions?"
    r"|alternatives?|risks?|drawbacks?|catch|trials?))\W*$",
    re.I,
)
SAYS_WHO = re.compile(r"^who (?:says|said|claims|thinks)(?: so| that| this| it)?\W*$", re.I)
COMPARED = re.compile(
    r"^which (?:one |of (?:them|these|those|the two) )?"
    r"(?P<rest>(?:is|are|was|were) (?:the )?(?:more|less|most|\w+er|best|\w+est)\b.*?)\W*$",
    re.I,
)
EFFORT = re.compile(
    r"^(?P<how>how (?:long|much(?: time| effort)?) (?:does|will|would|did) (?:it|that|this) (?:take|cost|usually take)"
    r"|(?:is|was) (?:it|that|this) (?:hard|easy|difficult|dangerous|expensive|complicated))\W*$",
    re.I,
)
DOING = re.compile(r"^how (?:do|can|could|should|would|must) (?:i|we|you|one|people) (?P<act>\w+ .+)$", re.I)
"""A question how to do something."""
IT_DOES = re.compile(rf"\b(?:{AUXILIARY}) (?:it|they|he|she|that|this|these|those)\b", re.I)
WHO_DOES = re.compile(rf"^who (?!(?:{AUXILIARY})\b)\w+", re.I)
WHO_GETS = re.compile(r"^who (?:gets?|has|have|receives?|can (?:get|have)|is entitled to|qualif(?:y|ies) for)\b", re.I)
PRICED = re.compile(r"^how much (?:is|are|was|were|does|do|did)\b(?P<thing>.+?)(?:\s+costs?)?\W*$", re.I)
TIME = re.compile(
    r"^(?:(?:the|this|next|last|a|early|late|every|normal|public|bank|school|winter|summer) )*"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|christmas(?: (?:day|eve))?"
    r"|easter|new year(?:['’]s)?(?: (?:day|eve))?|spring|summer|autumn|winter|weekdays?|weekends?|mornings?|afternoons?"
    r"|evenings?|nights?|noon|midnight|holidays?|week|month|year|\d[\d:.]*(?: ?[ap]m)?|(?:19|20)\d\d)\b",
    re.I,
)
AT_TIME = re.compile(r"\b(?:on|in|at|during|over) (?P<object>[^?!.,;]+)$", re.I)
WRITING = re.compile(r"\b(?:write|written|wrote|publish(?:ed)?|post(?:ed)?)\W*$", re.I)
HE = re.compile(r"\b(?:he|she|him|his|her)\b", re.I)
WHAT_ELSE = re.compile(r"^what else (?P<rest>(?:does|did|has|can|will) (?:he|she)\b.*)$", re.I)
NO = re.compile(r"^\W*(?:sorry,? )?(?:no|not|never)\b[^\w]*(?:\[\d+\]|[A-Z]|$)", re.I)
"""An answer that begins with a mere no."""
INSTANCES = re.compile(r"^(?:like (?:what|which|who)|such as(?: what)?|for (?:example|instance)|e\.g)\W*$", re.I)
ASPECT_ALONE = re.compile(
    rf"^(?:(?:{ASKING}|{AUXILIARY}|what['’]s|there|the|some|any|an?|more|other|another|main|key|biggest|most|common"
    r"|different|possible|about|give|show|list|name|me|you|please|and)\s+)*"
    rf"(?P<aspect>{ASPECT}|{_FURTHER})(?P<rest>(?: (?:are|is) there| exist| please)?\W*)$",
    re.I,
)
PRONOUN = re.compile(
    r"\b(?P<possessive>its|their|his)\b"
    r"|(?<=\bwhich )ones?\b(?!-)|\b(?:this|that) one\b|(?<![-\w])ones?(?=\W*$)"
    r"|\b(?:it|they|them|he|she|him|these|those(?! who| that| which)|this)\b"
    r"|(?P<place>(?<! is)(?<! are)(?<! was)(?<! were)(?<!from)(?<!over)(?<!out)(?<!hi)(?<!hello)(?<!hey) there(?=\W*$))"
    r"|\b(?:(?<=\bis )|(?<=\bare )|(?<=\bwas )|(?<=\bdoes )|(?<=\bdid )|(?<=\bcan )|(?<=\bwill )|(?<=\bfor )"
    r"|(?<=\bwith )|(?<=\bof )|(?<=\bto )|(?<=\babout )|(?<=\bfrom ))that\b"
    r"(?! (?:an?|the|my|your|our|i|we|you|it|they)\b)"
    r"|\bthat(?=\W*$| \w+ly\b| (?:approach|strategy|method|way|tool|channel|campaign|activity|metric|process|step)\b)",
    re.I,
)
EXPLETIVE = re.compile(
    r"(?:\bit\s+(?:when|if|that|seems?|turns? out|comes? to)\b"
    r"|\bit\s+(?:take|cost|require|mean|make sense|help|matter)s?\b.*"
    r"\b(?:to (?!\w+(?: (?:off|up|out))?\W*$)|\b(?:if|whether|which|what|how)\b)"
    r"|\bis\s+it\s+(?:still |always |ever |really |even |also |too |so |not )*(?:an? |the )?"
    r"(?:(?:possible|necessary|true|legal|illegal|ok(?:ay)?|fine|better|best|hard|easy|difficult|expensive|safe|cheap"
    r"|important|normal|common|allowed|wise|smart|useful|helpful|enough|risky|late|early|good|bad|idea|mistake|case|rude)\s*)+"
    r"(?:for \w+(?: \w+)? )?(?:that|if|(?:not )?to \w+ \w+)"
    r"|\bit\s+(?:be )?worth (?:\w+ing\b)"
    r"|\bwhat (?:time|day|year) is it|\bit (?:rain|snow)"
    r"|\bthis (?:article|post|page|blog|site|website|chatbot|bot|chat|year|month|week|conversation)|\bthese days)",
    re.I,
)
CLAUSE = re.compile(
    rf"[,;:.?!]|\b(?:and|but|or|if|while|because|so|that|before|after|once|until|unless|{ASKING})\b", re.I
)

OPENING = re.compile(
    rf"^(?:(?:(?:how|what|where|when|which) to \w+|who \w+(?=\s+\S)|{ASKING}|{AUXILIARY}"
    r"|(?:what|who|where|how)['’]s|the|an?|my"
    r"|our|your|to|for|of|on|in|with|from|at|by|(?:i|we|you|one)(?: \w+)?|some|any|more|key|main|most"
    r"|best|common|different|much|many|long|often"
    r"|there|tell me|tell|me|about|explain|define|describe|compare|list|name|give|show|please"
    r"|happens?|use|using|good|useful|differences? between"
    r"|(?:location|address|name|history|role|impact|effects?|causes?|amount|number) of(?: the)?"
    rf"|and|or|but|so|then|also|if|while|after|before|once|because|{ASPECT} (?:of|for))(?:\s+|$))+",
    re.I,
)
BREAK = re.compile(
    rf"[.?!;]\s.*$|,\s+(?:{ASKING}|{AUXILIARY})\b.*$|\s+\w+ed by\b.*$"
    rf"|\s+(?:{AUXILIARY}|(?:and|or|but)\s+(?:{ASKING})|good|bad|important|expensive|cheap|hard|easy|difficult|worth"
    r"|necessary|effective|useful|used|works?|for|to|of(?!(?: the)? (?-i:[A-Z]))|in|on|with|from|than|that"
    r"|which|who|mean|means|stand|stands|cost|costs|takes?|help|helps|matter|matters|differ|published|written|updated|called|about|if|when|because)\b.*$",
    re.I,
)
GENERIC = re.compile(rf"(?:{ASPECT}|things?|ways?|one|it|that|this)", re.I)
"""A topic that is none: "the cost"."""


_QUOTED = re.compile(r"“[^”]+”")
_HAPPENS = re.compile(
    r"(?P<start>^(?:when|why|how|where|what)\b.*?\b(?:do|does|did) .*?)"
    r" (?:go|goes|rise|fall|increase|decrease|change|start|begin|end|finish|open|close|happen|last|run|come|have|live"
    r"|exist|take place|teach|lead|offer|look|stay|leave|arrive)(?: (?:up|down|on|off|out|away|back|again|now))?$",
    re.I,
)
"""What happens to the subject of a question, at its end."""
_ADVERB = re.compile(
    r"(?<=\w) (?:always|ever|really|still|often|usually|never|actually|even|now|again|currently)$", re.I
)


def topic(question: str) -> str:
    """What a question is about: its first words that aren't asking words, up to the verb or preposition after them.

    A title in quotes is a topic as it stands.
    """
    if quoted := _QUOTED.search(question):
        return quoted[0]
    plain = _HAPPENS.sub(r"\g<start>", question.strip().rstrip("?!. "))
    return _ADVERB.sub("", BREAK.sub("", OPENING.sub("", plain)).strip())
