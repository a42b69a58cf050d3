"""Whether an answer says something: length, repetition, mashed keys, copies. Pure, without a language model.

Meant to stop those who want the coins for nothing, never those who write badly: whatever could be somebody's own words
in any language passes. An answer is only ever compared with others of the same member.
"""

import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from core.bounds import Positive
from core.values import dataclass

NOTE_MAX = 2000
"""Characters that a form takes for a note; `[notebook]` may allow fewer."""


@dataclass(frozen=True, slots=True)
class NotebookLimits:
    """`[notebook]` of config.toml."""

    notes_max: Positive = 50
    note_max: Annotated[int, Field(ge=1, le=NOTE_MAX)] = 1000


LETTERS_MIN = 12
"""Letters that make an answer; a sign that stands for a syllable or a word counts as three."""
WIDE = 3
WORDS_REPEAT_FROM = 6
"""From so many words on, too few different ones are repetition."""
VARIETY_MIN = Fraction(35, 100)
"""Different words (or runs of three letters) among all of them, at least."""
PAIRS_MIN, TRIPLES_MIN = Fraction(55, 100), Fraction(30, 100)
"""Neighbours on one row of a keyboard among pairs of letters, and runs along it among triples: no language has both."""
REPEATS_WITHIN = 60
"""Letters that are looked at for repetition: long texts repeat runs of letters by nature."""
VOWELS_MIN = Fraction(15, 100)
LONG_WORD = 6
ALIKE = 0.9
"""From this similarity on (0 to 1, by insertions and deletions) an answer is a copy."""

_ROWS = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1234567890",
]


def _runs(text: str, length: int) -> list[str]:
    return [text[i : i + length] for i in range(len(text) - length + 1)]


_ALONG = frozenset(run for row in _ROWS for way in (row, row[::-1]) for n in (2, 3) for run in _runs(way, n))
_VOWELS = frozenset("aeiouy")


def problem(answer: str) -> str | None:
    """Why an answer says too little by itself, in words for who wrote it; None: it says something."""
    words = _words(answer)
    letters = "".join(words)
    if sum(WIDE if _is_wide(letter) else 1 for letter in letters) < LETTERS_MIN:
        return "That is very short. A sentence is enough: what do you mean by it?"
    if _is_mashed(words):
        return "I could not read that as words. Say it as you would to a friend."
    if _repeats(letters, words):
        return "That says the same thing over and over. Once is enough; then what else is there to it?"
    return None


def plain(text: str) -> str:
    """What two texts are compared by: their words in order of the alphabet, so that shuffling makes no new answer."""
    return " ".join(sorted(_words(text)))


def is_like(one: str, other: str) -> bool:
    """Whether two plain texts are copies of each other."""
    if not one or not other:
        return False
    from rapidfuzz.distance import Indel  # forty modules, which no start has to wait for

    return Indel.normalized_similarity(one, other, score_cutoff=ALIKE) >= ALIKE


def copied(answer: str, earlier: Iterable[str]) -> int | None:
    """Which of the earlier answers this one is a copy of; None: of none."""
    mine = plain(answer)
    return next((i for i, text in enumerate(earlier) if is_like(mine, plain(text))), None)


# Inside


def _words(text: str) -> list[str]:
    # Vowel signs are marks of their own in many scripts, and belong to the word.
    return "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text.casefold()).split()


def _is_wide(letter: str) -> bool:
    # Chinese, Japanese and Korean: no spaces to count, and much said with few signs.
    return unicodedata.east_asian_width(letter) in {"W", "F"}


def _repeats(letters: str, words: list[str]) -> bool:
    if len(words) >= WORDS_REPEAT_FROM and Fraction(len(set(words)), len(words)) < VARIETY_MIN:
        return True
    if letters in (letters + letters)[1:-1]:  # a whole number of copies of something
        return True
    runs = _runs(letters[:REPEATS_WITHIN], 3)
    return len(runs) >= LETTERS_MIN - 2 and Fraction(len(set(runs)), len(runs)) < VARIETY_MIN


def _is_mashed(words: list[str]) -> bool:
    # Accents are taken off: Škoda is read like Skoda.
    latin = [_bare(word) for word in words]
    latin = [word for word in latin if word.isascii()]
    total = sum(map(len, words))
    pairs, triples = ([run for word in latin for run in _runs(word, n)] for n in (2, 3))
    if len(pairs) * 2 > total and _along(pairs) >= PAIRS_MIN and _along(triples) >= TRIPLES_MIN:
        return True
    mute = [word for word in latin if len(word) >= LONG_WORD and word.isalpha() and _vowels(word) < VOWELS_MIN]
    return sum(map(len, mute)) * 2 > total


def _along(runs: list[str]) -> Fraction:
    return Fraction(sum(run in _ALONG for run in runs), max(1, len(runs)))


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _vowels(word: str) -> Fraction:
    return Fraction(sum(letter in _VOWELS for letter in word), len(word))
