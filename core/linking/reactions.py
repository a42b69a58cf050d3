"""What the linking room does when two members are one, and when one goes; and what it exports."""

from typing import Any

from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.export import UNITS
from core.ledger.posting import Why
from core.linking import merging, repository
from core.people import wallet


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: what both were welcomed with is taken back once; links of who is gone have nobody to link."""
    for unit in UNITS:
        why = Why(Code.WELCOME_TAKEN_BACK, f"merge:{fact.gone}:{unit}", fact.at)
        kept, gone = wallet(fact.kept, unit), wallet(fact.gone, unit)
        ledger.take_back_double(uow, kept, gone, LotSource.WELCOME, why)
    uow.run(repository.FORGET, member=fact.gone)
    uow.run(repository.FORGET_GUESSES, member=fact.gone)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: a link needs two; whoever waits is told."""
    for link in repository.of_member(uow, fact.member):
        if link.waits(fact.at):
            merging.tell_off(uow, link, link.beyond(fact.member), "The other account was erased.", fact.at)
    uow.run(repository.FORGET, member=fact.member)
    uow.run(repository.FORGET_GUESSES, member=fact.member)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's codes and links. Who the other one is belongs to the other one."""
    rows: list[dict[str, Any]] = [
        {
            "table": "link",
            "side": "made the code" if link.member == member else "gave it back",
            "state": link.state,
            "expires_at": link.expires_at,
            "merges_at": link.merges_at,
        }
        for link in repository.of_member(uow, member)
    ]
    since, wrong = repository.guesses(uow, member)
    if since is not None:
        rows.append({"table": "link_guess", "since": since, "wrong": wrong})
    return rows
