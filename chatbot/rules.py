"""The versions of the passage rules, apart from the rules: opening an index needs no Markdown parser."""

RULES_VERSION = 1
"""Changes whenever the same article would be split otherwise; recorded with an index."""

DETAILS_VERSION = 1
"""Changes whenever more is known of the same spans: an index without it can be read, and the next build adds it."""
