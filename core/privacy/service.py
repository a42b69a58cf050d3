"""Leaving, staying after all, and going: what a member owned is forfeited, and every room forgets them."""

from datetime import datetime, timedelta

from core.audit import service as audit
from core.chat import Again, Button, Due, Notice, said
from core.clock import local_day
from core.db import UnitOfWork
from core.durations import day_in_words
from core.facts import MemberErased
from core.ids import MemberId
from core.ledger import service as ledger
from core.ledger import views
from core.ledger.codes import Code
from core.ledger.export import UNITS
from core.members import service as members
from core.outbox import service as outbox
from core.people import Member, wallet
from core.privacy.errors import AlreadyLeaving, NotLeaving
from core.privacy.rules import PrivacyLimits
from core.schedule import service as schedule

SECURITY = Notice("privacy", "Your data and your leaving", counted=False)
ERASE = "privacy.erase"
REST = "privacy.rest"
REST_LOOKS = timedelta(days=1)
"""How often what could not be forfeited yet is looked at: a dispute settles, a gift that waited comes back."""
SWEEP = "privacy.forget"
SWEEP_AFTER = timedelta(hours=1)
"""What was under way when somebody went (a note just being written) has landed by then."""


def leave(uow: UnitOfWork, member_id: MemberId, platform: str, at: datetime, limits: PrivacyLimits) -> datetime:
    """Open the days until a member is erased; when that is. Raises `AlreadyLeaving`."""
    members.lock(uow, member_id)
    member = members.member(uow, member_id)
    if member.leaves_at is not None:
        raise AlreadyLeaving(day_of(member, member.leaves_at))
    leaves_at = at + timedelta(days=limits.erase_days)
    members.leave(uow, member_id, leaves_at)
    schedule.plan(uow, ERASE, str(member_id), leaves_at, move=True)
    audit.write(uow, member_id, "privacy.leave", f"member:{member_id}", at=at)
    _tell_others(uow, member, platform, at, leaves_at)
    return leaves_at


def _tell_others(uow: UnitOfWork, member: Member, platform: str, at: datetime, leaves_at: datetime) -> None:
    """Whoever took over one account must not be able to erase the person behind the other one unseen."""
    message = said(
        f"You asked on {platform.capitalize()} to be erased. That happens on {day_of(member, leaves_at)}.",
        "If that was not you, or you want to stay, use /privacy stay.",
        buttons=(Button("Stay", ("privacy", "stay")),),
    )
    for address in members.addresses(uow, member.id):
        other = address.identity.platform
        if other != platform:
            key = f"leaving:{member.id}:{at.isoformat()}:{other}"
            outbox.announce(uow, member.id, SECURITY, message, key=key, at=at, platform=other)


def stay(uow: UnitOfWork, member_id: MemberId, at: datetime) -> None:
    """Take leaving back. Raises `NotLeaving`."""
    # The due row before the member: the job takes them in this order, so neither waits for the other.
    schedule.cancel(uow, ERASE, str(member_id))
    members.lock(uow, member_id)
    if members.member(uow, member_id).leaves_at is None:
        raise NotLeaving
    members.leave(uow, member_id, None)
    audit.write(uow, member_id, "privacy.stay", f"member:{member_id}", at=at)


def erase_due(uow: UnitOfWork, due: Due) -> Again | None:
    """Job: the day has come, unless they stayed."""
    member_id = MemberId(int(due.key))
    members.lock(uow, member_id)
    leaves_at = members.member(uow, member_id).leaves_at
    if leaves_at is None:
        return None
    if leaves_at > due.at:
        return Again(leaves_at, fresh=True)
    erase(uow, member_id, audit.SERVICE, due.at)
    return None


def erase_now(uow: UnitOfWork, member_id: MemberId, at: datetime) -> None:
    """Skip the days."""
    schedule.cancel(uow, ERASE, str(member_id))
    members.lock(uow, member_id)
    erase(uow, member_id, member_id, at)


def erase(uow: UnitOfWork, member_id: MemberId, actor: MemberId, at: datetime) -> None:
    """Let every room forget a member; what they owned is forfeited last. The caller has locked the member."""
    identities = tuple(address.identity for address in members.addresses(uow, member_id))
    audit.write(uow, actor, "privacy.erase", f"member:{member_id}", at=at)
    uow.record(MemberErased(at, member_id, identities))
    schedule.plan(uow, SWEEP, str(member_id), at + SWEEP_AFTER)


def sweep(uow: UnitOfWork, due: Due) -> None:
    """Job: what landed after a member was erased goes too. Each room's reaction may run again.

    Without identities: by now they may be somebody new, who came back.
    """
    member_id = MemberId(int(due.key))
    members.lock(uow, member_id)
    uow.record(MemberErased(due.at, member_id))


def forfeit(uow: UnitOfWork, fact: MemberErased) -> None:
    """Reaction, the last of all: what the other rooms gave back and what was there is given up."""
    _forfeit(uow, fact.member, fact.at)
    # Whatever the accounts look like now: an answer under way may still end in them.
    schedule.plan(uow, REST, str(fact.member), fact.at + REST_LOOKS, move=True)


def forfeit_rest(uow: UnitOfWork, due: Due) -> Again | None:
    """Job: what a dispute or a hold kept from being forfeited on the day."""
    member_id = MemberId(int(due.key))
    return None if _forfeit(uow, member_id, due.at) else Again(due.at + REST_LOOKS, fresh=True)


def _forfeit(uow: UnitOfWork, member_id: MemberId, at: datetime) -> bool:
    """Empty all wallets of a person but for frozen lots. Whether nothing is left or may come back."""
    key = f"erase:{member_id}:{at.isoformat()}"
    empty = True
    for one in members.everyone(uow, member_id):
        for unit in UNITS:
            mine = wallet(one, unit)
            ledger.forfeit(uow, mine, Code.FORFEITED, key, at, frozen=False)
            empty &= not views.balance(uow, mine, unit) and not views.holds(uow, mine)
    return empty


def day_of(member: Member, at: datetime) -> str:
    """The member's day of an instant, in words."""
    return day_in_words(local_day(at, member.zone))
