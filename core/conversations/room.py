"""What becomes of open questions: old ones go, a merge moves them, a goodbye drops them."""

from datetime import timedelta

from core.chat import Due, Export, Job, Reaction, Room
from core.conversations import repository
from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged

EXPIRE = "chat.expire"
"""As it stands in databases."""


def expire(uow: UnitOfWork, due: Due) -> None:
    """Job: forget what nobody answered in time."""
    repository.expire(uow, due.at)


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: open questions and buttons stay good for the one person."""
    repository.move(uow, fact.gone, fact.kept)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: what was asked of them goes, and what others were asked about them."""
    repository.forget(uow, fact.member, fact.identities)


ROOM = Room(
    "conversations",
    jobs=(Job(EXPIRE, run=expire, every=timedelta(hours=1)),),
    reactions=(Reaction(MembersMerged, merge), Reaction(MemberErased, erase)),
    exports=(Export("conversations", ("conversation", "talk"), repository.of_member),),
)
