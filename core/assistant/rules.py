"""What is asked, when two questions are the same one, what a history is cut to, and what a part of an answer costs."""

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from core.bounds import Positive, Whole
from core.models import Effort, Turn
from core.usage import Usage
from core.values import dataclass

CHARACTERS_A_TOKEN = 3
"""Fewer than there are: what we estimate ourselves shall rather be too much than too little."""
CHARACTERS_OWED_A_TOKEN = 5
"""More than there are: of a broken answer a member shall rather owe too little than too much."""
SUMMARY_MAX = 1600
"""Characters of a summary; the oldest lines go first."""


@dataclass(frozen=True, slots=True)
class AssistantLimits:
    """`[assistant]` of config.toml."""

    model: Annotated[str, Field(min_length=1)] = "claude-sonnet-5-5"
    small_model: Annotated[str, Field(min_length=1)] = "claude-haiku-5-5"
    output_max: Positive = 500
    reduced_output_max: Positive = 250
    detection_output_max: Positive = 300
    question_max: Positive = 4000
    history_tokens_max: Positive = 8000
    summary_every: Positive = 10
    turns_kept: Whole = 4
    count_margin_percent: Whole = 5
    answer_s: Positive = 90
    tries_max: Positive = 3
    calls_at_once: Positive = 32
    backoff_ms: Positive = 500
    backoff_max_ms: Positive = 4000
    confident_percent: Annotated[int, Field(ge=1, le=100)] = 70
    basic_percent: Annotated[int, Field(ge=1, le=100)] = 45
    answer_hours: Whole = 72
    thread_days: Positive = 90


@dataclass(frozen=True, slots=True)
class Asking:
    """One question with what the room that asks it knows. Everything in it is text: no tool, no handle, no door."""

    purpose: str
    """What the call is booked as: `ask`, `coach`, `analyse`."""
    instructions: str
    """The same for everybody: cached once for all."""
    question: str
    about: str = ""
    """What holds for this member and changes seldom: profile, decisions, notes. Never of anybody else."""
    fresh: str = ""
    """What changes from call to call: figures, balance. A remembered answer is worth nothing when it changed."""
    thread: str = ""
    """The talk it belongs to, such as `coach`; empty: a question of its own, without a history."""
    prepared: bool = True
    """Whether a prepared answer will do."""
    output_max: int = 0
    """Tokens of the answer; 0: as `[assistant]` says."""
    history_tokens_max: int = 0
    """Tokens of the history; 0: as `[assistant]` says."""
    effort: Effort = Effort.LOW
    written: bool = True
    """Whether the member wrote the question: the same text again and again is only then a flood of theirs."""


@dataclass(frozen=True, slots=True)
class History:
    """What a talk remembers: a summary of what was folded away, and the turns since."""

    summary: str = ""
    turns: tuple[Turn, ...] = ()
    count: int = 0
    """Turns ever, folded ones among them."""


# Sameness

_WORDS = re.compile(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """A text as its words alone, for comparing."""
    return tuple(_WORDS.findall(text.casefold().replace("'", "").replace("’", "")))


def question_digest(purpose: str, question: str) -> str:
    """Equal for questions that differ in nothing but case, spaces and punctuation."""
    return _digest(purpose, " ".join(words(question)) or question.strip())


def context_digest(model: str, asking: Asking, history: History) -> str:
    """Changes when anything changes that the answer was computed from, but for the time of day."""
    turns = tuple(part for turn in history.turns for part in (turn.asked, turn.answered))
    return _digest(model, asking.instructions, asking.about, asking.fresh, history.summary, *turns)


def written_digest(question: str) -> str:
    """A hash of what the member wrote, by which the gate tells a flood of copies."""
    return _digest(" ".join(words(question)))


def _digest(*parts: str) -> str:
    head = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        head.update(len(data).to_bytes(8, "big") + data)
    return head.hexdigest()


# Histories


def tokens(text: str) -> int:
    """Our own estimate of a text's tokens."""
    return -(-len(text) // CHARACTERS_A_TOKEN)


def most_tokens(*texts: str) -> int:
    """A bound on a prompt's tokens that needs nobody to count: no token is less than a byte."""
    return sum(len(text.encode("utf-8", "surrogatepass")) + 16 for text in texts)


def history_tokens(turns: Sequence[Turn]) -> int:
    """Our own estimate of what the turns weigh."""
    return sum(tokens(turn.asked) + tokens(turn.answered) for turn in turns)


def to_fold(turns: Sequence[Turn], limits: AssistantLimits, tokens_max: int) -> int:
    """How many of the oldest turns go into the summary now: a whole step or nothing.

    A window that slides by one each turn would change the prefix each turn, and pay for a cache that nobody reads.
    """
    if len(turns) < limits.summary_every + limits.turns_kept and history_tokens(turns) <= tokens_max:
        return 0
    kept = min(limits.turns_kept, len(turns) - 1)
    while kept and history_tokens(turns[-kept:]) > tokens_max // 2:
        kept -= 1
    return len(turns) - kept


_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_TELLING = re.compile(
    r"\d|\b(decided?|decision|will|price|goal|target|deadline|plan|launch|budget|next step|agreed?|never|always)\b",
    re.IGNORECASE,
)


def summarise(before: str, turns: Sequence[Turn]) -> str:
    """The summary with these turns folded in: of each the question's beginning and the answer's most telling sentence.

    Extracted and not written by a model: it costs nothing, can not fail, invents nothing, and the same turns give the
    same bytes, which the prefix cache pays for.
    """
    lines = before.splitlines()
    for turn in turns:
        lines.append(f"- Asked: {_telling(turn.asked, 140)} Answered: {_telling(turn.answered, 180)}")
    while len(lines) > 1 and sum(len(line) + 1 for line in lines) > SUMMARY_MAX:
        lines.pop(0)
    return "\n".join(lines)[-SUMMARY_MAX:]


def _telling(text: str, most: int) -> str:
    sentences = [" ".join(found.split()) for found in _SENTENCE.findall(text)]
    sentences = [sentence for sentence in sentences if sentence] or [""]
    best = max(range(len(sentences)), key=lambda i: (len(_TELLING.findall(sentences[i])), -i))
    chosen = sentences[best]
    return chosen if len(chosen) <= most else f"{chosen[: most - 1]}…"


# Money


def share(delivered: int, whole: int) -> tuple[int, int]:
    """The part of a price that was delivered, never more than all of it."""
    return (min(delivered, whole), whole) if whole > 0 else (0, 1)


def unknown_usage(counted: int, written: str, output_max: int) -> Usage:
    """What a call is supposed to have used when the provider never said: all of the input, written to the dearest
    cache, and as much output as reached us."""
    return Usage(cache_write_1h=counted, output=min(output_max, tokens(written)))


def wait_ms(attempt: int, asked: int | None, limits: AssistantLimits) -> int | None:
    """Milliseconds before the next try; None: the provider asks for more than a person should wait for."""
    if asked is not None:
        return asked if asked <= limits.backoff_max_ms else None
    return min(limits.backoff_ms << (attempt - 1), limits.backoff_max_ms)
