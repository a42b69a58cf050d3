"""What the assistant offers the other rooms' machinery: no command of its own, but what it remembers is a member's."""

from datetime import timedelta
from typing import Any

from core.assistant import memory, repository
from core.assistant.rules import AssistantLimits
from core.chat import Again, Due, Export, Job, Reaction, Room
from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId

FORGET = "assistant.forget"


def forget(uow: UnitOfWork, due: Due, *, limits: AssistantLimits) -> Again | None:
    """Job: drop what is too old."""
    return Again(due.at, fresh=True) if memory.sweep(uow, due.at, limits) else None


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: talks come along; of two by the same name the kept member's stays. Answers were another context's."""
    own = {row.name for row in uow.run(repository.THREADS_OF, member=fact.kept)}
    for row in uow.run(repository.THREADS_OF, member=fact.gone):
        if row.name in own:
            repository.drop_thread(uow, row.id)
        else:
            uow.run(repository.MOVE_THREAD, thread=row.id, kept=fact.kept)
    uow.run(repository.DROP_ANSWERS, member=fact.gone)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: nothing that was said stays."""
    for row in uow.run(repository.THREADS_OF, member=fact.member):
        repository.drop_thread(uow, row.id)
    uow.run(repository.DROP_ANSWERS, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """Every talk with its turns, and every answer that could be given again."""
    rows: list[dict[str, Any]] = []
    for thread in uow.run(repository.THREADS_OF, member=member):
        rows.append({"table": "talk_thread", **thread._asdict()})
        rows += [{"table": "talk_turn", **turn._asdict()} for turn in uow.run(repository.TURNS_OF, thread=thread.id)]
    rows += [{"table": "kept_answer", **row._asdict()} for row in uow.run(repository.ANSWERS_OF, member=member)]
    return rows


ROOM = Room(
    "assistant",
    jobs=(Job(FORGET, run=forget, every=timedelta(hours=24)),),
    reactions=(Reaction(MembersMerged, merge), Reaction(MemberErased, erase)),
    exports=(Export("assistant", ("talk_thread", "talk_turn", "kept_answer"), export),),
)
