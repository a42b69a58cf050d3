"""What was played, as the looks get it: who did what, and what came of it."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from core.chat import Ask, Command, Message, Outcome, Refusal, Reply
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Did:
    """What somebody did. `words` is the command's name, the label that was pressed, or the sentence that was said."""

    who: str
    verb: str
    """`invokes`, `fills`, `agrees`, `declines`, `presses`, `says` or `hears`."""
    words: str = ""
    command: Command | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    """What was given, as people write it, by the labels of the fields."""
    number: int = 0
    """Of the button that was pressed: what the terminal takes for it."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """A stream after it was heard to its end."""

    deltas: tuple[str, ...]
    end: Reply | Refusal | None
    meanwhile: tuple[str, ...] = ()
    """What was said before the first text came, and made room for it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing done and what happened: an outcome, a stream, or a message that nobody asked for."""

    did: Did
    happened: Outcome | Streamed | Message
    at: datetime
    note: str = ""

    @property
    def kind(self) -> str:
        """What it is, for the page's reader."""
        match self.happened:
            case Message():
                return "Announcement"
            case Streamed():
                return "Stream"
            case Ask(problems=problems) if problems:
                return "Ask, with a problem"
        return type(self.happened).__name__


@dataclass(frozen=True, slots=True)
class Chapter:
    """The scenes of one command, or of something that is none."""

    name: str
    summary: str
    scenes: tuple[Scene, ...]
    aside: str = ""
    """Who may, or where it comes from, if that is worth a word."""
    real: bool = True
    """Whether it is the product's; otherwise the preview made it up."""
