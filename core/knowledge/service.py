"""Keeping what members tell; who asks them pays for it elsewhere, after `honest` let it pass."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.clock import local_day
from core.db import UnitOfWork
from core.durations import day_in_words
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.knowledge import repository, rules
from core.knowledge.errors import NoSuchAnswer, SaysTooLittle, ToldBefore
from core.knowledge.repository import Told, Topic
from core.members import service as members

COMPARED = 50
"""How many earlier answers an answer is compared with: about a millisecond for a whole form of long ones."""


def tell(uow: UnitOfWork, member_id: MemberId, topic: str, key: str, question: str, answer: str, at: datetime) -> None:  # noqa: PLR0917  the words of one row
    """Keep an answer; told again under the same key, it replaces the one before."""
    row = {"member_id": member_id, "topic": topic, "key": key, "question": question, "answer": answer, "at": at}
    uow.run(repository.TELL, **row)


def told(uow: UnitOfWork, member_id: MemberId, topics: Sequence[str] | None = None) -> list[Told]:
    """What a member told on these topics, or on all, the latest first. For their own features alone."""
    return repository.told(uow, member_id, topics)


def honest(uow: UnitOfWork, member_id: MemberId, topic: str, answers: Mapping[str, str]) -> None:
    """Whether a form's answers (by field) say something of their own. Raises `SaysTooLittle`, `ToldBefore`.

    Compared with what this member told before, on this topic and others, and with each other: never with anybody else.
    """
    given = {field: answer for field, answer in answers.items() if answer.strip()}
    for field, answer in given.items():
        problem = rules.problem(answer)
        if problem is not None:
            raise SaysTooLittle(field, problem)
    _check_each_other(given)
    zone = members.member(uow, member_id).zone
    earlier = repository.latest(uow, member_id, topic, COMPARED)
    texts = [text for text, _ in earlier]
    for field, answer in given.items():
        found = rules.copied(answer, texts)
        if found is not None:
            day = day_in_words(local_day(earlier[found][1], zone))
            raise ToldBefore(field, f"You told me this on {day}, almost word for word. What is different today?")


def _check_each_other(given: Mapping[str, str]) -> None:
    seen: list[str] = []
    for field, answer in given.items():
        if rules.copied(answer, seen) is not None:
            raise ToldBefore(field, "This is what you wrote one answer above. What would you say to this question?")
        seen.append(answer)


def topics(uow: UnitOfWork, member_id: MemberId) -> list[Topic]:
    """What a member told about."""
    return repository.topics(uow, member_id)


def page(uow: UnitOfWork, member_id: MemberId, topic: str, *, most: int, after: int) -> list[Told]:
    """Some answers on a topic, the latest first."""
    return repository.page(uow, member_id, topic, most=most, after=after)


def answer(uow: UnitOfWork, member_id: MemberId, told_id: int) -> Told:
    """One of the member's own answers. Raises `NoSuchAnswer`."""
    found = repository.one(uow, member_id, told_id)
    if found is None:
        raise NoSuchAnswer
    return found


def correct(uow: UnitOfWork, member_id: MemberId, told_id: int, text: str, at: datetime) -> None:
    """Put other words in place of an answer. Nothing is paid, so nothing is checked. Raises `NoSuchAnswer`."""
    if uow.run(repository.CORRECT, member=member_id, told=told_id, answer=text, at=at).first() is None:
        raise NoSuchAnswer


def delete(uow: UnitOfWork, member_id: MemberId, told_id: int) -> None:
    """Forget an answer. Raises `NoSuchAnswer`."""
    if uow.run(repository.DELETE, member=member_id, told=told_id).first() is None:
        raise NoSuchAnswer


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: what either told is told by the one; of two answers to a question the later stays. All notes stay."""
    both = {"kept": fact.kept, "gone": fact.gone}
    uow.run(repository.DROP_OLDER, one=fact.kept, two=fact.gone, **both)
    uow.run(repository.MOVE, **both)
    uow.run(repository.MOVE_NOTES, **both)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: nothing that was told or noted stays."""
    uow.run(repository.FORGET, member=fact.member)
    uow.run(repository.FORGET_NOTES, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """What the member told."""
    return [row._asdict() for row in uow.run(repository.OF_MEMBER, member=member)]


def export_notes(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """What the member wrote down."""
    return [row._asdict() for row in uow.run(repository.NOTES, member=member)]
