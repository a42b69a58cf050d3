"""What happened, in seven outcomes. An adapter that handles these handles every command there will ever be."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TypeVar

from core.chat.form import Field, FieldProblem
from core.chat.message import Button, Line, Message, Text, spans
from core.errors import TandemError
from core.ids import Token
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """Still needs these fields; required ones first. The conversation goes on under the token."""

    token: Token
    title: str
    fields: tuple[Field, ...]
    problems: tuple[FieldProblem, ...] = ()
    private: bool = True
    command: tuple[str, ...] = ()
    """Whose form it is, to ask for options again."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Do you agree? The same token brings the answer."""

    token: Token
    message: Message
    private: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """Done. `private` answers are for the actor's eyes only; the dispatcher sets it from the command."""

    message: Message
    private: bool = True


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of streamed text."""

    text: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What is said before the first text comes, such as a place in line; what comes next takes its place."""

    text: str


@dataclass(frozen=True, slots=True)
class Streaming:
    """Text is coming. `pieces` yields deltas and then one final outcome: a reply or a refusal.

    Closing it early is allowed at any time: what was delivered is settled, the rest is given back.
    """

    pieces: "AsyncIterator[StreamPiece]"
    private: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """Do this outside (pay, connect an account), then come back."""

    url: str
    label: str
    message: Message
    token: Token | None = None
    private: bool = True


@dataclass(frozen=True, slots=True)
class Wait:
    """Long work has started; the result will be announced."""

    note: Line
    token: Token | None = None
    private: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """Not possible, and here is why. `reference` names the log entry when it is a bug of ours."""

    error: TandemError
    buttons: tuple[Button, ...] = ()
    reference: str = ""
    lines: tuple[Line, ...] = ()
    """What became true all the same, such as the coins of the day's visit; shown below the words."""


Outcome = Ask | Confirm | Reply | Streaming | Visit | Wait | Refusal
StreamPiece = Delta | Meanwhile | Reply | Refusal
"""Text, then how it ended; before the first text perhaps what is said meanwhile."""


Told = TypeVar("Told", bound=Outcome)


def with_lines(outcome: Told, lines: Sequence[Line]) -> Told:
    """What the rooms had to say, below what came of it; in a public answer it is nobody else's business."""
    if not lines:
        return outcome
    match outcome:
        case Refusal():
            return replace(outcome, lines=(*outcome.lines, *lines))
        case Reply(private=True) | Confirm(private=True) | Visit(private=True):
            blocks = (*outcome.message.blocks, *(Text(line) for line in lines))
            return replace(outcome, message=replace(outcome.message, blocks=blocks))
        case Wait(private=True):
            below = [span for line in lines for span in ("\n", *spans(line))]
            return replace(outcome, note=(*spans(outcome.note), *below))
    return outcome
