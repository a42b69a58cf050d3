"""Announce in the transaction; deliver after it; never lost, and doubled only after an outage of many minutes.

A delivery has three steps: `prepare` marks the announcement as being sent and commits, the messenger sends outside any
transaction, `finish` notes how it went. A row found still *sending* was cut off by a crash or a lost answer: it is sent
again only where the platform drops a second copy, otherwise it is settled as uncertain (the member finds what it said
in the chat's own commands). Discord drops one for minutes: after a longer outage rather twice than never.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, bindparam, cast, delete, func, select, update

from core.chat import Again, Due, Export, Job, Message, Notice, Reaction, Room
from core.chat.catalog import Catalog
from core.chat.codec import decode, encode
from core.chat.easel import Easel
from core.clock import day_start, local_day
from core.conversations.buttons import Buttons
from core.db import Row, UnitOfWork, columns, json_naming, upsert
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.members import rules as member_rules
from core.members import service as members
from core.outbox import rules
from core.outbox.rules import NoticeLimits, OutboxPace
from core.outbox.tables import Announcement
from core.people import Identity
from core.ports import Delivered, Delivery, Later, Messenger, Uncertain, Unreachable
from core.schedule import service as schedule
from core.values import dataclass

ANNOUNCEMENT = columns(Announcement)
DELIVER = "outbox.deliver"
NOT_SERVED = timedelta(minutes=1)
"""How long an announcement rests when this process does not speak to the member's platform."""

INSERT = (
    upsert(ANNOUNCEMENT)
    .values(
        {name: bindparam(name) for name in ("key", "member_id", "notice", "counted", "message", "prefers", "at")}
        | {"state": "waiting", "platform": ""}
    )
    .on_conflict_do_nothing(index_elements=[ANNOUNCEMENT.c.key])
    .returning(ANNOUNCEMENT.c.id)
)
BY_ID = select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == bindparam("announcement")).with_for_update()
SETTLE = (
    update(ANNOUNCEMENT)
    .where(ANNOUNCEMENT.c.id == bindparam("announcement"))
    .values(state=bindparam("state"), platform=bindparam("platform"), settled_at=bindparam("at"))
)
TRY = (
    update(ANNOUNCEMENT)
    .where(ANNOUNCEMENT.c.id == bindparam("announcement"))
    .values(state=bindparam("state"), platform=bindparam("platform"), settled_at=bindparam("at"))
)
TAKE = (
    update(ANNOUNCEMENT)
    .where(ANNOUNCEMENT.c.id == bindparam("announcement"))
    .values(state="sending", platform=bindparam("platform"), message=bindparam("message"), settled_at=bindparam("at"))
)
SENT_SINCE = (
    select(func.count())
    .select_from(ANNOUNCEMENT)
    .where(
        ANNOUNCEMENT.c.member_id == bindparam("member"),
        ANNOUNCEMENT.c.counted,
        ANNOUNCEMENT.c.state.in_(["sending", "sent", "uncertain"]),
        ANNOUNCEMENT.c.settled_at >= bindparam("since"),
    )
)
FATE = select(ANNOUNCEMENT.c.state, ANNOUNCEMENT.c.settled_at).where(ANNOUNCEMENT.c.key == bindparam("key"))
OF_MEMBER = select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.member_id == bindparam("member")).order_by(ANNOUNCEMENT.c.id)
MOVE = update(ANNOUNCEMENT).where(ANNOUNCEMENT.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
FORGET = delete(ANNOUNCEMENT).where(ANNOUNCEMENT.c.member_id == bindparam("member"))
FORGET_NAMING = delete(ANNOUNCEMENT).where(cast(ANNOUNCEMENT.c.message, Text).like(bindparam("pattern"), escape="\\"))


@dataclass(frozen=True, slots=True)
class Sending:
    """What to send where."""

    announcement: int
    identity: Identity
    message: Message
    key: str


def announce(
    uow: UnitOfWork,
    member: MemberId,
    notice: Notice,
    message: Message,
    *,
    key: str,
    at: datetime,
    platform: str = "",
    until: datetime | None = None,
) -> None:
    """Let a member know, on their own platform, after this transaction. The same key is announced once.

    `platform` is where it should arrive if that can be reached. Whoever a message names, it names by a `Mention`
    with an identity: by it the row is found when they are erased. After `until` it is not worth saying any more.
    """
    row = {"key": key, "member_id": member, "notice": notice.name, "counted": notice.counted, "at": at}
    made = uow.run(INSERT, message=encode(message), prefers=platform, **row).scalar()
    if made is not None:
        schedule.plan(uow, DELIVER, str(made), at, {"until": until.isoformat()} if until else None)


def is_announced(uow: UnitOfWork, key: str) -> bool:
    """Whether something was announced under a key, whatever became of it."""
    return uow.run(FATE, key=key).first() is not None


def arrived_at(uow: UnitOfWork, key: str) -> datetime | None:
    """When an announcement was delivered; None if it was not, or nobody knows."""
    row = uow.run(FATE, key=key).first()
    return row.settled_at if row is not None and row.state == "sent" else None


def prepare(
    uow: UnitOfWork, due: Due, *, messenger: Messenger, limits: NoticeLimits, pace: OutboxPace, catalog: Catalog
) -> Sending | Again | None:
    """Decide whether and where to send now. None: nothing is left to do."""
    row = _found(uow, int(due.key))
    if row is None or row.state not in {"waiting", "sending"}:
        return None
    if row.state == "sending":
        return _repeat(uow, row, due, messenger, pace)
    if row.counted and not _wanted(uow, row, due, catalog):
        _settle(uow, row, "muted", "", due.at)
        return None
    waits = _waits_until(uow, row, due.at, limits) if row.counted else None
    if waits is not None:
        return Again(waits, fresh=True)
    reachable = [address.identity for address in members.addresses(uow, row.member_id) if address.reachable]
    identity = rules.choose(reachable, row.platform, row.prefers)
    if identity is None or due.attempt > pace.attempts_max:
        _settle(uow, row, "undeliverable", row.platform, due.at)
        return None
    if not messenger.serves(identity):  # another process does, or the local chat is closed
        return Again(due.at + NOT_SERVED, fresh=True)
    message = Buttons(uow, catalog, row.member_id, due.at).of_message(decode(row.message))
    uow.run(TAKE, announcement=row.id, platform=identity.platform, message=encode(message), at=due.at)
    return Sending(row.id, identity, message, row.key)


def _found(uow: UnitOfWork, announcement: int) -> Row | None:
    """An announcement; one that was being written while its member was merged is for who they are now."""
    row = uow.run(BY_ID, announcement=announcement).first()
    kept = None if row is None else members.member(uow, row.member_id).id
    if row is None or kept == row.member_id:
        return row
    uow.run(MOVE, gone=row.member_id, kept=kept)
    return uow.run(BY_ID, announcement=announcement).first()


def _wanted(uow: UnitOfWork, row: Row, due: Due, catalog: Catalog) -> bool:
    """Whether the member has such notices on, and it still means something."""
    until, notice = due.payload.get("until"), catalog.notices.get(row.notice)
    if until is not None and due.at >= datetime.fromisoformat(until):
        return False
    if notice is not None and notice.opt_in:
        return notice.name in members.asked_for(uow, row.member_id)
    return members.wants(uow, row.member_id, f"notice:{row.notice}")


def _repeat(uow: UnitOfWork, row: Row, due: Due, messenger: Messenger, pace: OutboxPace) -> Sending | Again | None:
    """Send again what may have arrived: at once, to the same place, and only where a second copy is dropped."""
    reachable = [address.identity for address in members.addresses(uow, row.member_id) if address.reachable]
    identity = next((identity for identity in reachable if identity.platform == row.platform), None)
    if identity is None or due.attempt > pace.attempts_max or not messenger.repeats_safely(row.platform):
        _settle(uow, row, "uncertain", row.platform, due.at)
        return None
    if not messenger.serves(identity):
        return Again(due.at + NOT_SERVED, fresh=True)
    return Sending(row.id, identity, decode(row.message), row.key)


def _waits_until(uow: UnitOfWork, row: Row, at: datetime, limits: NoticeLimits) -> datetime | None:
    """Quiet hours and the daily number; None if it may go now."""
    members.lock(uow, row.member_id)  # two at once must not both be the last of the day
    member = members.member(uow, row.member_id)
    start, end = members.settings(uow, row.member_id).quiet or (limits.quiet_from, limits.quiet_to)
    if member_rules.is_quiet(at, member.zone, start, end):
        return member_rules.quiet_ends_at(at, member.zone, end)
    today = local_day(at, member.zone)
    sent = uow.run(SENT_SINCE, member=row.member_id, since=day_start(today, member.zone)).scalar()
    if sent >= limits.unprompted_a_day:
        return day_start(today + timedelta(days=1), member.zone)
    return None


def _settle(uow: UnitOfWork, row: Row, state: str, platform: str, at: datetime) -> None:
    uow.run(SETTLE, announcement=row.id, state=state, platform=platform, at=at)


async def send(work: Sending, *, messenger: Messenger, easel: Easel) -> tuple[Sending, Delivery]:
    """One call of one platform, after the pictures were drawn."""
    message = await easel.of_message(work.message, trace=work.key)
    return work, await messenger.send(work.identity, message, key=work.key)


def finish(uow: UnitOfWork, due: Due, result: tuple[Sending, Delivery], *, pace: OutboxPace) -> Again | None:
    """Note how it went; look again unless it arrived."""
    work, delivery = result
    row = uow.run(BY_ID, announcement=work.announcement).first()
    if row is None:
        return None
    platform = work.identity.platform
    match delivery:
        case Delivered():
            _settle(uow, row, "sent", platform, due.at)
            return None
        case Uncertain():
            # It stays *sending*: the next look decides by the platform whether a second copy could arrive.
            return Again(rules.retry_at(due.at, due.attempt, 0, pace))
        case Unreachable():
            members.unreachable(uow, work.identity, due.at)
            uow.run(TRY, announcement=row.id, state="waiting", platform=platform, at=None)
            return Again(due.at)
        case Later(seconds):
            # No platform is remembered: nothing was wrong with it, so it may be tried again.
            uow.run(TRY, announcement=row.id, state="waiting", platform="", at=None)
            return Again(rules.retry_at(due.at, due.attempt, seconds, pace))


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: what was to be said to either is said to the one."""
    uow.run(MOVE, kept=fact.kept, gone=fact.gone)


def erase(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction: nothing is left to say, to them or of them."""
    uow.run(FORGET, member=fact.member)
    for identity in fact.identities:
        pattern = json_naming(platform=identity.platform, user_id=identity.user_id)
        uow.run(FORGET_NAMING, pattern=pattern)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """What was announced to the member."""
    return [row._asdict() for row in uow.run(OF_MEMBER, member=member)]


ROOM = Room(
    "outbox",
    jobs=(Job(DELIVER, prepare=prepare, errand=send, finish=finish),),
    reactions=(Reaction(MembersMerged, merge), Reaction(MemberErased, erase)),
    exports=(Export("announcements", ("announcement",), export),),
)
