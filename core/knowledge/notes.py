"""Keeping a notebook: a member's own notes, bounded, theirs to change and delete."""

from datetime import datetime

from core.db import UnitOfWork
from core.ids import MemberId
from core.knowledge import repository
from core.knowledge.errors import NoSuchNote, NotebookFull, NoteTooLong
from core.knowledge.repository import Note
from core.knowledge.rules import NotebookLimits
from core.members import service as members


def add(uow: UnitOfWork, member_id: MemberId, text: str, at: datetime, *, limits: NotebookLimits) -> int:
    """Write a note down. Raises `NotebookFull`, `NoteTooLong`."""
    _check_length(text, limits)
    members.lock(uow, member_id)  # in turns: notes that are written at once would all see room for one more
    if uow.run(repository.COUNT_NOTES, member=member_id).scalar() >= limits.notes_max:
        raise NotebookFull(limits.notes_max)
    return int(uow.run(repository.WRITE_NOTE, member_id=member_id, text=text, at=at).scalar())


def change(
    uow: UnitOfWork, member_id: MemberId, note_id: int, text: str, at: datetime, *, limits: NotebookLimits
) -> None:
    """Put other words in place of a note. Raises `NoSuchNote`, `NoteTooLong`."""
    _check_length(text, limits)
    if uow.run(repository.CHANGE_NOTE, member=member_id, note=note_id, words=text, now=at).first() is None:
        raise NoSuchNote


def delete(uow: UnitOfWork, member_id: MemberId, note_id: int) -> None:
    """Forget a note. Raises `NoSuchNote`."""
    if uow.run(repository.DELETE_NOTE, member=member_id, note=note_id).first() is None:
        raise NoSuchNote


def note(uow: UnitOfWork, member_id: MemberId, note_id: int) -> Note:
    """One of the member's own notes. Raises `NoSuchNote`."""
    found = repository.note(uow, member_id, note_id)
    if found is None:
        raise NoSuchNote
    return found


def page(uow: UnitOfWork, member_id: MemberId, *, most: int, after: int = 0) -> list[Note]:
    """Some notes, the latest first. For the member's own features alone."""
    return repository.notes(uow, member_id, most=most, after=after)


def count(uow: UnitOfWork, member_id: MemberId) -> int:
    """How many there are."""
    return int(uow.run(repository.COUNT_NOTES, member=member_id).scalar())


def _check_length(text: str, limits: NotebookLimits) -> None:
    if len(text) > limits.note_max:
        over = f"A note has up to {limits.note_max:,} characters; this has {len(text):,}."
        raise NoteTooLong("text", f"{over} Keep what matters, or make two of it.")
