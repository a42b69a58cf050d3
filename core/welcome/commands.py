"""`/start` and `/help`."""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from typing import Annotated

from core.chat import (
    Asked,
    Bold,
    Button,
    Call,
    Code,
    Command,
    Facts,
    Kind,
    Message,
    Nothing,
    Reply,
    Text,
    said,
)
from core.chat.catalog import Catalog
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.entitlements.service import Plans
from core.values import dataclass

NEAR = 0.6
"""From this similarity of a word on, a command counts as meant (0 to 1, as difflib measures it)."""

GIVES = ("gift",)

TASKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Take today's coins", ("daily",)),
    ("Launch a community", ("launch", "start")),
    ("Connect TikTok or YouTube", ("connect",)),
    ("See what you have", ("wallet",)),
    ("Tell me who you are", ("profile", "basics")),
    ("Thank somebody with credits", GIVES),
    ("Use one account on both platforms", ("link",)),
    ("Get a copy of your data", ("privacy", "export")),
)
"""What people come to do, most wanted first; what is not built yet is left out by itself."""

Can = Callable[[tuple[str, ...]], bool]
"""Whether a path is a command that a member may use."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for."""

    about: Annotated[str, Asked(Kind.TEXT, "About what", "A word or a command, for example coins", maximum=60)] = ""


def start(uow: UnitOfWork, call: Call, form: Nothing, *, catalog: Catalog, plans: Plans) -> Reply:
    """A short greeting and something of value within a minute."""
    can = _can(uow, call, catalog, plans)
    greeting = said(
        f"Hi {call.member.name}. I'm Tandem: a manager for creators, in your pocket.",
        *_promise(can),
        buttons=_known(can, TASKS)[:3],
    )
    return Reply(greeting)


def _can(uow: UnitOfWork, call: Call, catalog: Catalog, plans: Plans) -> Can:
    """Which commands there are for this member. Giving is a part of some plans."""
    gives = entitlements.of(uow, call.member.id, call.at, plans).may_give
    return lambda path: catalog.find(path) is not None and (gives or path != GIVES)


def _promise(can: Can) -> list[str]:
    """One sentence of what can be done here: never a promise that no command keeps."""
    wants = [
        ("check in daily and earn coins", ("daily",)),
        ("put them on a growth challenge", ("challenge", "list")),
        ("launch a paid community with me in 22 steps", ("launch", "start")),
        ("thank somebody with credits", GIVES),
    ]
    kept = [words for words, path in wants if can(path)][:3]
    listed = ", ".join(kept[:-1]) + f" or {kept[-1]}" if len(kept) > 1 else "".join(kept)
    return [f"{listed[0].upper()}{listed[1:]}."] if listed else []


def _known(can: Can, tasks: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[Button, ...]:
    return tuple(Button(label, path) for label, path in tasks if can(path))


def help_(uow: UnitOfWork, call: Call, wish: Wish, *, catalog: Catalog, plans: Plans) -> Reply:
    """By task, then by category; or what fits a word."""
    open_to_all = [command for command in catalog.commands.values() if command.role is None]
    if wish.about:
        return _found(wish.about, open_to_all)
    topics: dict[str, list[Command]] = {}
    for command in open_to_all:
        topics.setdefault(command.topic, []).append(command)
    blocks: list[Text | Facts] = [Text((Bold("What would you like to do?"),))]
    for topic, commands in sorted(topics.items()):
        blocks.append(Text((Bold(topic),)))
        blocks.append(Facts(tuple((f"/{command.name}", command.summary) for command in commands)))
    blocks.append(Text(("Looking for something? ", Code("/help coins"), " finds it.")))
    return Reply(Message(tuple(blocks), buttons=_known(_can(uow, call, catalog, plans), TASKS)[:5]))


def _found(word: str, commands: list[Command]) -> Reply:
    ranked = sorted(
        ((_fit(word.casefold().lstrip("/"), command), command) for command in commands), key=lambda x: -x[0]
    )
    best = [command for fit, command in ranked if fit >= NEAR][:5]
    if not best:
        line = "I found nothing about that. All commands are under /help."
        return Reply(said(line, buttons=(Button("All commands", ("help",)),)))
    facts = Facts(tuple((f"/{command.name}", command.summary) for command in best))
    buttons = tuple(Button(command.title, command.path) for command in best[:3])
    return Reply(Message((Text("This may be it:"), facts), buttons=buttons))


def _fit(word: str, command: Command) -> float:
    """How well a word fits a command, 0 to 1: exact parts first, then the likeness of single words."""
    words = f"{command.name} {command.summary} {command.topic}".casefold().replace(",", " ").split()
    if word in command.name or word in words:
        return 1.0
    return max(SequenceMatcher(None, word, other).ratio() for other in words)


START = Command(("start",), "Say hello", run=start, topic="Start", visits=False)
HELP = Command(("help",), "What I can do", form=Wish, run=help_, topic="Start", visits=False)
