"""A typed line or a pressed number to what the core understands. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Any, ClassVar

from adapters.common.harmless import cut
from adapters.console import commands
from adapters.console.commands import FILES, PLATFORM, Declared, Group
from adapters.console.limits import LINE_MAX, OPTIONS_MAX
from core.chat import (
    Agreement,
    Answer,
    Ask,
    Button,
    Confirm,
    Field,
    Inbound,
    Invocation,
    Kind,
    Message,
    Outcome,
    Place,
    Query,
    Rail,
    Said,
    said,
)
from core.chat.form import FileRef
from core.chat.parse import clean, parse
from core.errors import TandemError
from core.people import Actor
from core.values import dataclass

WORD_MAX = 20
"""How much of a number that presses nothing is repeated."""
QUIT, CANCEL = "/quit", "/cancel"

Attach = Callable[[str], FileRef | None]


@dataclass(frozen=True, slots=True)
class Typist:
    """Who types, and where."""

    actor: Actor
    place: Place


class Unnameable(TandemError):
    """A name for the local chat that others could not type, to send something to it."""

    words: ClassVar[str] = "That name does not work here. Take 1 to 64 letters, digits, dots or dashes, such as mara."


def typist(name: str) -> Typist:
    """The person that `--as NAME` names. Raises `Unnameable`."""
    identity = commands.person(name)
    if identity is None or identity.platform != PLATFORM:
        raise Unnameable
    place = Place(PLATFORM, identity.user_id, private=True, rails=frozenset({Rail.WEB}))
    return Typist(Actor(identity, identity.user_id), place)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes a line an event: who, where, its own key, the instant, how a path becomes a file."""

    who: Typist
    key: str
    at: datetime
    attach: Attach = lambda _: None

    @property
    def common(self) -> dict[str, Any]:
        """The fields that all inbound kinds share."""
        return {"actor": self.who.actor, "place": self.who.place, "key": self.key, "at": self.at}


@dataclass(frozen=True, slots=True)
class Asking:
    """A form on its way: fields are asked in turn, and sent together."""

    ask: Ask
    command: commands.Path
    step: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    begun: str = ""
    """The lines so far of a text that goes on: each ended with a backslash."""
    problem: str = ""
    """What was wrong with the value that was there."""
    again: bool = False
    """Whether the same field was asked just before, so that only what was wrong is new."""

    @property
    def field(self) -> Field:
        """What is asked now."""
        return self.ask.fields[self.step]

    def at(self, step: int) -> "Asking":
        """The same form at another field, with what the core says about that one."""
        name = self.ask.fields[step].name
        problem = next((problem.text for problem in self.ask.problems if problem.field == name), "")
        return replace(self, step=step, problem=problem, again=False)


@dataclass(frozen=True, slots=True)
class Confirming:
    """A question that waits for yes or no."""

    token: str
    command: commands.Path = ()


Open = Asking | Confirming | None


@dataclass(frozen=True, slots=True)
class Hint:
    """Words of the terminal itself; what is open stays open."""

    message: Message


@dataclass(frozen=True, slots=True)
class Leave:
    """The session ends."""


Read = Inbound | Asking | Hint | Leave | None


def opened(outcome: Outcome, command: commands.Path) -> Open:
    """What an outcome leaves open."""
    match outcome:
        case Ask() if outcome.fields:
            return Asking(outcome, command).at(0)
        case Confirm(token=token):
            return Confirming(token, command)
    return None


def read(
    line: str, open_: Open, buttons: tuple[Button, ...], known: Declared, stamp: Stamp, *, talks: bool = False
) -> Read:
    """What a line means, given what is open and the buttons of the last message. None: an empty line.

    `talks`: there is somebody to talk to, so that a number or a yes may be meant for them.
    """
    line = line[:LINE_MAX].rstrip("\r\n")
    word = line.strip()
    if word == QUIT:
        return Leave()
    if word == CANCEL:
        return _cancelled(open_, stamp)
    if commands.is_known(word, known):
        return _command(word, known, stamp)
    if isinstance(open_, Asking):
        return answered(open_, line, stamp)
    if word.startswith("/"):
        return _command(word, known, stamp)
    if isinstance(open_, Confirming) and (agreed := _agreed(word)) is not None:
        return Agreement(open_.token, agreed, **stamp.common)
    if buttons and word.isdecimal() and len(word) <= 3:
        return _pressed(int(word), buttons, stamp)
    if isinstance(open_, Confirming):
        return _hint(f"Answer y for yes or n for no. {CANCEL} leaves it as it was.") if word else None
    if not talks and (word.isdecimal() or word.casefold() in {"y", "yes", "n", "no"}):
        return _nothing_open(word)
    return Said(clean(line, lines=True), **stamp.common) if clean(word, lines=False) else None


def _nothing_open(word: str) -> Hint:
    """For an answer without a question: to greet who gave it would be odd."""
    what = f"Nothing is open under {cut(word, WORD_MAX)}." if word.isdecimal() else "No question is open."
    return _hint(f"{what} /help lists what I can do.")


def query(command: commands.Path, name: str, prefix: str, stamp: Stamp) -> Query:
    """What the Tab key asks the core."""
    return Query(command, name, prefix, stamp.who.actor, stamp.at)


def press(button: Button, stamp: Stamp) -> Inbound:
    """A press of a button: behind its token if it has one, otherwise the command it names."""
    if button.token:
        return Agreement(button.token, agreed=True, **stamp.common)
    return Invocation(button.command, button.values, **stamp.common)


def _pressed(number: int, buttons: tuple[Button, ...], stamp: Stamp) -> Read:
    if 1 <= number <= len(buttons):
        return press(buttons[number - 1], stamp)
    numbers = "only 1" if len(buttons) == 1 else f"1 to {len(buttons)}"
    return _hint(f"There is no {number}: the last message has {numbers}.")


def _cancelled(open_: Open, stamp: Stamp) -> Read:
    match open_:
        case Asking(ask=Ask(token=token)) | Confirming(token=token):
            return Agreement(token, agreed=False, **stamp.common)
    return _hint(f"Nothing is open. {QUIT} or Ctrl-D leaves.")


def _command(line: str, known: Declared, stamp: Stamp) -> Read:
    found = commands.read(line, known)
    if isinstance(found, Group):
        buttons = tuple(Button(command.name, command.path) for command in found.commands)
        return Hint(said(f"/{' '.join(found.path)} goes on with one of these.", buttons=buttons))
    fields = {field.name: field for field in known[found.command].fields} if found.command in known else {}
    values = {name: _attached(fields[name], value, stamp) for name, value in found.values.items()}
    return Invocation(found.command, values, **stamp.common)


def _attached(field: Field, value: Any, stamp: Stamp) -> Any:
    if field.kind not in FILES or not isinstance(value, str):
        return value
    return stamp.attach(value.strip()) or value


def _hint(text: str) -> Hint:
    return Hint(said(text))


_YES, _NO = frozenset({"y", "yes", "ok", "sure"}), frozenset({"n", "no"})


def _agreed(word: str) -> bool | None:
    word = word.casefold()
    return True if word in _YES else False if word in _NO else None


# Forms


def answered(asking: Asking, line: str, stamp: Stamp) -> Asking | Answer:
    """The next line of an open form: the value of the field, or the same field with a problem."""
    field = asking.field
    if field.kind is Kind.LONG_TEXT and line.endswith("\\"):
        return replace(asking, begun=f"{asking.begun}{line[:-1]}\n")
    text = asking.begun + line
    asking = replace(asking, begun="")
    if not clean(text, lines=True):
        if field.required:
            return replace(asking, again=True, problem=f"This is needed to go on. {CANCEL} leaves it as it was.")
        value: Any = ""  # said to be empty, so that it is not asked again
    else:
        value = value_of(field, text, stamp)
        # The core reads it again with the member's own zone; here it is only about asking again at once.
        problems = parse((field,), {field.name: value}, zone_name="UTC", now=stamp.at).problems
        if problems:
            return replace(asking, again=True, problem=problems[0].text)
    values = {**asking.values, field.name: value}
    if asking.step + 1 < len(asking.ask.fields):
        return replace(asking, values=values).at(asking.step + 1)
    return Answer(asking.ask.token, values, **stamp.common)


def value_of(field: Field, text: str, stamp: Stamp) -> Any:
    """The raw value of a typed answer: numbers stand for the options that were shown with them."""
    word = text.strip()
    match field.kind:
        case Kind.CHOICE:
            return _option(field, word)
        case Kind.FLAG:
            return {"1": "yes", "2": "no"}.get(word, word)
        case Kind.MEMBER:
            return commands.person(word) or word
        case Kind.IMAGE | Kind.FILE:
            return _attached(field, word, stamp)
    return text


def _option(field: Field, word: str) -> str:
    """By label, then by number: where labels are numbers themselves, the label is what people mean."""
    shown = field.options[:OPTIONS_MAX]
    for option in field.options:
        if option.label.casefold() == word.casefold():
            return option.value
    if word.isdecimal() and len(word) <= 3 and 1 <= int(word) <= len(shown):
        return shown[int(word) - 1].value
    return word
