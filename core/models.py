"""The port to language models: what is asked, the pieces that come back, and what can go wrong on the way.

Only `core.assistant`, the adapters that implement it and the wiring may import this module (`pyproject.toml`): whoever
could reach the port could spend money past the gate.
"""

from collections.abc import AsyncGenerator
from enum import StrEnum
from typing import ClassVar, Protocol

from pydantic import BaseModel

from core.errors import ErrorKind, TandemError
from core.usage import Usage
from core.values import dataclass

STABLE_PARTS_MAX = 3
"""Each ends in a cache breakpoint, the history in a fourth; a provider takes four."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange that is over."""

    asked: str
    answered: str


class Effort(StrEnum):
    """How hard the model should think; thinking is paid for as output."""

    LOW = "low"
    MEDIUM = "medium"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question with all it needs, ordered by how seldom it changes: that order is what a prefix cache pays for."""

    model: str
    stable: tuple[str, ...]
    """Instructions, what holds for this member, the summary of older turns: the same bytes call after call."""
    turns: tuple[Turn, ...]
    now: str
    """What varies (time, balance, fresh figures): after the last breakpoint, in front of the question."""
    asked: str
    output_max: int
    effort: Effort = Effort.LOW

    def __post_init__(self) -> None:
        assert len(self.stable) <= STABLE_PARTS_MAX, "more stable parts than breakpoints"
        assert all(self.stable), "an empty part can not carry a breakpoint"
        assert self.asked, "nothing was asked"
        assert self.output_max > 0


class Stop(StrEnum):
    """Why the model stopped."""

    END_TURN = "end_turn"
    """It had said what it wanted to say."""
    STOP_SEQUENCE = "stop_sequence"
    """It came to a mark that was asked for. We ask for none: as good as an end."""
    MAX_TOKENS = "max_tokens"
    """The answer is as long as was paid for; what there is can be used."""
    CONTEXT_FULL = "model_context_window_exceeded"
    """Question and answer together filled the model's window; what there is can be used."""
    TOOL_USE = "tool_use"
    """It wants a tool. We offer none, so there is nothing to run."""
    PAUSE_TURN = "pause_turn"
    """It wants to go on with a provider's tool. We use none."""
    REFUSAL = "refusal"
    """It declined; the text so far, if any, is not an answer."""
    UNKNOWN = "unknown"
    """A reason that was not there when this was written."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The provider took the question: what the input cost is known from here on."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer is over. `usage` is the provider's own and final count; None where it gave none."""

    stop: Stop
    usage: Usage | None
    request_id: str = ""


Piece = Begun | Written | Ended


@dataclass(frozen=True, slots=True)
class Structured:
    """An answer in a given shape; `value` is None when what came does not fit it. Either way it was paid for."""

    value: BaseModel | None
    ended: Ended


class LanguageModel(Protocol):
    """Answers questions for money. Each call raises `ModelTrouble` and nothing else that is expected."""

    async def count(self, prompt: Prompt) -> int:
        """Input tokens of a prompt, as the provider would count them. Costs nothing."""
        ...

    def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        """Ask once, without trying again: one `Begun`, then `Written`, at last `Ended`. Closing it ends the call."""
        ...

    async def structure(self, prompt: Prompt, schema: type[BaseModel]) -> Structured:
        """Ask once for an answer in a shape."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class ModelTrouble(TandemError):
    """Base of what goes wrong between us and a model. `why` is for the log, never for the member."""

    kind: ClassVar[ErrorKind] = ErrorKind.OPERATIONAL
    words: ClassVar[str] = "The AI could not answer, and nothing was charged. Try again in a minute."
    nothing_ran: ClassVar[bool] = True
    """Whether it is certain that the provider bills nothing."""
    again: ClassVar[bool] = False
    """Whether the same call may succeed in a moment."""

    why: str = ""


class ModelBusy(ModelTrouble):
    """Too many requests, overloaded, or an error of the provider's before it began."""

    words: ClassVar[str] = "The AI is busy just now, and nothing was charged. Try again in a minute."
    again: ClassVar[bool] = True

    wait_ms: int | None = None
    """What the provider asks us to wait; None if it does not say."""


class ModelUnreachable(ModelTrouble):
    """No connection came about, so nothing was asked."""

    words: ClassVar[str] = "I can not reach the AI just now, and nothing was charged. Try again in a minute."
    again: ClassVar[bool] = True


class ModelLost(ModelTrouble):
    """Broke off after the question was sent: timeout, cut connection, error in the middle. It may have been billed."""

    words: ClassVar[str] = "The answer broke off on its way. You pay only for what arrived. Ask again to get all of it."
    nothing_ran: ClassVar[bool] = False


class ModelOutOfFunds(ModelTrouble):
    """The operator's account at the provider is empty, or its spending limit is reached."""

    words: ClassVar[str] = (
        "The AI is off until its operator has topped it up; nothing was charged. Everything else works, so come back "
        "later."
    )


class ModelKeyRefused(ModelTrouble):
    """The provider does not accept our key."""

    words: ClassVar[str] = "The AI is not set up correctly, and nothing was charged. Tell the operator, then try again."


class ModelRetired(ModelTrouble):
    """The provider does not serve this model, or does not any more."""

    words: ClassVar[str] = (
        "The AI model set up here is not offered any more; nothing was charged. Tell the operator, then try again."
    )


class ModelRejected(ModelTrouble):
    """The provider refuses the request as it stands; sent again, it would be refused again."""

    words: ClassVar[str] = "The AI could not take this question, and nothing was charged. Ask it shorter or otherwise."
