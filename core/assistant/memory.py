"""What the assistant remembers of a member, and forgets: talks, and answers that may be given again."""

from datetime import datetime, timedelta

from core.assistant import repository, rules
from core.assistant.rules import Asking, AssistantLimits, History
from core.db import UnitOfWork
from core.ids import MemberId
from core.models import Turn


def history(uow: UnitOfWork, member: MemberId, thread: str) -> History:
    """What a talk remembers; nothing without a talk."""
    head = uow.run(repository.THREAD_OF, member=member, name=thread).first() if thread else None
    if head is None:
        return History()
    rows = uow.run(repository.TURNS_OF, thread=head.id)
    return History(head.summary, tuple(Turn(row.asked, row.answered) for row in rows), head.turns)


def remember(
    uow: UnitOfWork, member: MemberId, asking: Asking, answered: str, *, key: str, at: datetime, limits: AssistantLimits
) -> None:
    """Add a turn to the talk it belongs to, once, and fold the oldest into the summary when a step is full."""
    if not (asking.thread and answered.strip()):
        return
    head = repository.lock_thread(uow, member, asking.thread, at)
    turn = {"thread_id": head.id, "key": key, "asked": asking.question, "answered": answered, "at": at}
    if not uow.run(repository.ADD_TURN, **turn):
        return
    rows = list(uow.run(repository.TURNS_OF, thread=head.id))
    turns = [Turn(row.asked, row.answered) for row in rows]
    folded = rules.to_fold(turns, limits, asking.history_tokens_max or limits.history_tokens_max)
    summary = head.summary
    if folded:
        summary = rules.summarise(summary, turns[:folded])
        uow.run(repository.DROP_TURNS_TO, thread=head.id, last=rows[folded - 1].id)
    uow.run(repository.TOUCH_THREAD, thread=head.id, summary_now=summary, turns_now=head.turns + 1, at_now=at)


def forget_thread(uow: UnitOfWork, member: MemberId, thread: str) -> None:
    """Begin a talk anew."""
    head = uow.run(repository.THREAD_OF, member=member, name=thread).first()
    if head is not None:
        repository.drop_thread(uow, head.id)


def kept_answer(
    uow: UnitOfWork, member: MemberId, question: str, context: str, *, since: datetime
) -> tuple[str, datetime] | None:
    """The member's own answer to the same question in the same context, and when it was given."""
    row = uow.run(repository.ANSWER_OF, member=member, question=question, context=context, since=since).first()
    return None if row is None else (row.answer, row.at)


def sweep(uow: UnitOfWork, at: datetime, limits: AssistantLimits) -> int:
    """Forget answers that are too old to give again, and talks that nobody went on with. How many talks."""
    uow.run(repository.OLD_ANSWERS, before=at - timedelta(hours=limits.answer_hours))
    idle = [row.id for row in uow.run(repository.IDLE_THREADS, before=at - timedelta(days=limits.thread_days))]
    for thread in idle:
        repository.drop_thread(uow, thread)
    return len(idle)
