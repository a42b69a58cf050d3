"""Proves the books once a day, on a reader, and tells owners and admins what does not hold: an alarm has a reader."""

from datetime import timedelta
from hashlib import blake2b

from core.chat import Due, Notice, Ranking, Room, Tone, said
from core.chat.message import Message
from core.chat.room import Job
from core.costs import service as costs
from core.db import UnitOfWork
from core.ledger.audit import Finding
from core.operations import reconcile
from core.outbox import service as outbox
from core.reports.jobs import staff
from core.reports.service import Reader
from core.roles.service import Owners

BROKEN = Notice("books", "The books do not hold", counted=False)
PROVE = "operations.prove"
EVERY = timedelta(days=1)
SHOWN = 10


def prepare(uow: UnitOfWork, due: Due) -> bool:
    """Job, first step: always."""
    return True


async def prove(work: bool, *, reader: Reader) -> list[Finding]:
    """Job, between transactions: everything, on one snapshot, beside the writer."""
    return await reader.do(lambda uow: reconcile.reconcile(uow).findings)


def finish(uow: UnitOfWork, due: Due, findings: list[Finding], *, owners: Owners) -> None:
    """Job, last step: say what does not hold; the same findings once a day."""
    if not findings:
        return
    rows = tuple(f"{finding.invariant}: {finding.where}" for finding in findings[:SHOWN])
    head = said(
        f"The books do not hold: {len(findings)} findings.",
        "Freeze what moves money, and run tandem reconcile for all of them.",
        tone=Tone.DANGER,
    )
    message = Message((*head.blocks, Ranking(rows)), tone=Tone.DANGER)
    same = blake2b(repr(sorted(map(repr, findings))).encode(), digest_size=8).hexdigest()
    for reader in staff(uow, owners):
        key = f"books:{same}:{costs.utc_day(due.at)}:{reader}"
        outbox.announce(uow, reader, BROKEN, message, key=key, at=due.at)


ROOM = Room(
    "operations",
    jobs=(Job(PROVE, prepare=prepare, errand=prove, finish=finish, every=EVERY),),
    notices=(BROKEN,),
)
