"""Verbs that headings begin with, in their base form and as gerunds (English)."""

_CLEAR = """
    achieve acquire adapt add adjust adopt allow analyze analyse apply approve arrange ask assign attract automate avoid
    become begin bring calculate capture choose clean close collect combine communicate compare configure connect
    consider convert cook create customize customise cut decide define delete deliver deploy detect determine develop
    diagnose disable discover divide download earn edit embed enable encourage engage enhance ensure establish
    evaluate expand extend fetch find follow gather generate get give grow handle hire identify implement improve
    include increase initialize insert install integrate invest join keep know launch learn leverage listen maintain
    make manage maximize measure merge migrate minimize mix modify navigate negotiate nurture obtain operate
    optimize optimise organize organise pay perform personalize pick prepare prevent prioritize promote protect
    prove provide publish push qualify raise reach read receive recognize recover reduce register remove rename render
    replace resolve restore retain retrieve revoke run save secure select sell send serve set share simplify solve
    speed start stay stop submit subscribe succeed summarize sync take teach tell tie train transfer
    translate troubleshoot tune turn understand uninstall unsubscribe upload use validate verify
    visualize win write declare exclude prune reload wrap skip assemble guarantee escape
"""
_ALSO_NOUNS = """
    upgrade update document fix mount store structure produce
    access back backup balance bake benchmark book boost build call change check code contact contribute control copy
    cost cover debug design display drive export feature file filter focus form format group guide host import
    index label lead link list load lock log look map market match monitor move name need offer open order pass pipe
    plan plant play post price print process program query rank record release repeat report request research return
    review route scale schedule score search show sign sort stream style support switch tag talk target test track trade
    try type view visit watch work
"""
AS_IS = frozenset(_ALSO_NOUNS.split())
"""Verbs that are nouns as well."""
BASES = frozenset(_CLEAR.split()) | AS_IS
"""All base forms."""
_DOUBLED = """
    begin cut embed forget get let log map plan put run set ship sit skip stop submit tag win wrap
"""
_DOUBLING = frozenset(_DOUBLED.split())
"""Verbs whose last letter is doubled."""


def gerund(verb: str) -> str:
    """The -ing form of a verb."""
    if verb in _DOUBLING:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    return f"{verb[:-1]}ing" if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) else f"{verb}ing"


BASE_OF = {gerund(verb): verb for verb in BASES}
"""Base forms by gerund."""
