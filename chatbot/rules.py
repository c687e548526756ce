"""The version of the passage rules, apart from the rules: opening an index needs no Markdown parser."""

RULES_VERSION = 1
"""Changes whenever the same article would be split otherwise; recorded with an index."""
