"""`/notebook …`: notes that coach and agents may read; theirs to change and delete."""

from datetime import datetime
from typing import Annotated

from core.chat import Asked, Bold, Button, Call, Command, Kind, Message, Option, Reply, Text, Tone, said
from core.chat.form import shortened
from core.clock import local_day
from core.db import UnitOfWork
from core.durations import day_in_words
from core.ids import is_row_number
from core.knowledge import notes
from core.knowledge.errors import NoSuchNote, NotebookEmpty
from core.knowledge.picked import beginning, row_of, stand_for
from core.knowledge.repository import Note
from core.knowledge.rules import NOTE_MAX, NotebookLimits
from core.people import Member
from core.values import dataclass

PAGE = 4
"""Notes on one page: two buttons each, one to add and one to go on, is what fits below a message."""
OFFERED = 25
SHOWN_MAX = 60
_NOTE = "note"
_TOPIC = "You"
_ADD = Button("Add a note", ("notebook", "add"))
_BACK = Button("My notebook", ("notebook", "show"))


def _notes(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    found = [Option(stand_for(_NOTE, one.id), _short(one.text)) for one in notes.page(uow, member.id, most=OFFERED)]
    return [option for option in found if prefix in option.label.casefold()]


@dataclass(frozen=True, slots=True)
class Words:
    """What to write down."""

    text: Annotated[
        str,
        Asked(Kind.LONG_TEXT, "What should I keep in mind?", "A fact, a plan, a rule of yours.", minimum=1,
              maximum=NOTE_MAX),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Which:
    """A note."""

    note: Annotated[str, Asked(Kind.CHOICE, "Which note", source=_notes)]


@dataclass(frozen=True, slots=True)
class Change:
    """Other words for a note."""

    note: Annotated[str, Asked(Kind.CHOICE, "Which note", source=_notes)]
    text: Annotated[str, Asked(Kind.LONG_TEXT, "What it should say", minimum=1, maximum=NOTE_MAX)]


@dataclass(frozen=True, slots=True)
class Paged:
    """How far back."""

    page: Annotated[int, Asked(Kind.NUMBER, "Page", "The latest are on the first", minimum=1, maximum=10_000)] = 1


def show(uow: UnitOfWork, call: Call, form: Paged, *, limits: NotebookLimits) -> Reply:
    """The notes, the latest first, each with what can be done about it."""
    after = (form.page - 1) * PAGE
    found = notes.page(uow, call.member.id, most=PAGE + 1, after=after)
    if not found:
        empty = "Your notebook is empty." if form.page == 1 else "There is nothing on this page."
        return Reply(said(empty, "What stands in it I read before I answer you.", buttons=(_ADD,)))
    blocks = [Text((Bold("Your notebook"), f": {notes.count(uow, call.member.id):,} of {limits.notes_max:,} notes"))]
    buttons: list[Button] = []
    for number, one in enumerate(found[:PAGE], start=after + 1):
        blocks.append(Text((Bold(f"{number}."), f" {one.text}\n{_day(call, one.at)}")))
        buttons.append(Button(f"Change {number}", ("notebook", "change"), {"note": stand_for(_NOTE, one.id)}))
        buttons.append(Button(f"Delete {number}", ("notebook", "delete"), {"note": stand_for(_NOTE, one.id)}))
    if len(found) > PAGE:
        buttons.append(Button("Older", ("notebook", "show"), {"page": form.page + 1}))
    return Reply(Message(tuple(blocks), buttons=(*buttons, _ADD)))


def add(uow: UnitOfWork, call: Call, form: Words, *, limits: NotebookLimits) -> Reply:
    """Write a note down."""
    notes.add(uow, call.member.id, form.text, call.at, limits=limits)
    left = limits.notes_max - notes.count(uow, call.member.id)
    return Reply(said(f"Noted. Room for {left:,} more.", tone=Tone.SUCCESS, buttons=(_BACK, _ADD)))


def opening(uow: UnitOfWork, call: Call) -> str:
    """An empty notebook has nothing to pick from."""
    if not notes.count(uow, call.member.id):
        raise NotebookEmpty
    return ""


def change(uow: UnitOfWork, call: Call, form: Change, *, limits: NotebookLimits) -> Reply:
    """Put other words in place of a note."""
    before = _found(uow, call, form.note)
    notes.change(uow, call.member.id, before.id, form.text, call.at, limits=limits)
    lines = ("Changed. It says now:", form.text, f"It said: {before.text}")  # should it have been another one
    return Reply(said(*lines, tone=Tone.SUCCESS, buttons=(_BACK,)))


def ask_to_delete(uow: UnitOfWork, call: Call, form: Which) -> Message:
    """Show what would be gone."""
    return said("Delete this note? It can not be brought back.", _found(uow, call, form.note).text)


def delete(uow: UnitOfWork, call: Call, form: Which) -> Reply:
    """Forget a note."""
    notes.delete(uow, call.member.id, _found(uow, call, form.note).id)
    return Reply(said("Deleted. I do not know it any more.", tone=Tone.SUCCESS, buttons=(_BACK,)))


def _found(uow: UnitOfWork, call: Call, which: str) -> Note:
    """The note that was picked, or typed: as its option reads, or by its number in the list."""
    if is_row_number(which):
        here = notes.page(uow, call.member.id, most=1, after=int(which) - 1) if int(which) else []
        if not here:
            raise NoSuchNote
        return here[0]
    row = row_of(_NOTE, which, _notes(uow, beginning(which), call.member))
    if row is None:
        raise NoSuchNote
    return notes.note(uow, call.member.id, row)


def _day(call: Call, at: datetime) -> str:
    return day_in_words(local_day(at, call.member.zone))


def _short(text: str) -> str:
    one = " ".join(text.split()) or "…"
    return shortened(one, SHOWN_MAX)


COMMANDS = (
    Command(("notebook", "show"), "Your notes, which I read before I answer", form=Paged, run=show, topic=_TOPIC,
            front=True),
    Command(("notebook", "add"), "Write something down for me to keep in mind", form=Words, run=add, topic=_TOPIC),
    Command(("notebook", "change"), "Put other words in place of a note", form=Change, opening=opening,
            run=change, topic=_TOPIC),
    Command(("notebook", "delete"), "Delete a note", form=Which, opening=opening, confirm=ask_to_delete, run=delete,
            topic=_TOPIC),
)  # fmt: skip
