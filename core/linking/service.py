"""Making a code, giving it back, agreeing, calling it off, letting an account leave.

Every step locks the members it is about, in the order of their ids, and reads the link again: whatever comes at once
comes one after the other.
"""

from datetime import datetime, timedelta

from core.audit import service as audit
from core.chat import Button, Moment, said
from core.db import UnitOfWork
from core.durations import in_words
from core.entitlements import service as entitlements
from core.entitlements.service import Plans
from core.ids import MemberId, new_code, new_token
from core.ledger import views
from core.ledger.codes import Code
from core.linking import merging, repository, rules
from core.linking.errors import (
    AlreadyLinking,
    CodeExpired,
    CodeUsed,
    NothingToAgree,
    NothingToCancel,
    OnlyIdentity,
    OwnCode,
    TooManyWrongCodes,
    UnknownCode,
)
from core.linking.repository import Link
from core.linking.rules import LinkingLimits
from core.members import service as members
from core.members.service import Salt
from core.outbox import service as outbox
from core.people import Identity, Member, Plan
from core.schedule import service as schedule
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Agreed:
    """Both sides said yes. `merges_at` None: they are one already."""

    merges_at: datetime | None


def make(uow: UnitOfWork, member: MemberId, at: datetime, limits: LinkingLimits) -> Link:
    """A new code; an older one of the member ends. Raises `AlreadyLinking`."""
    members.lock(uow, member)
    _only_link(uow, [member], at)
    uow.run(repository.DROP_CODES, member=member)
    until = at + timedelta(minutes=limits.code_minutes)
    made: str | None = None
    while made is None:  # two codes of 31**6 meet about never
        made = uow.run(repository.INSERT, id=new_token(), code=new_code(), member_id=member, expires_at=until).scalar()
    link = repository.by_id(uow, made)
    assert link is not None
    return link


def find(uow: UnitOfWork, member: MemberId, typed: str, at: datetime, limits: LinkingLimits) -> Link:
    """The link that a code stands for. Raises what is wrong with the code; changes nothing."""
    since, wrong = repository.guesses(uow, member)
    again_at = rules.tries_again_at(since, wrong, at)
    if again_at is not None:
        raise TooManyWrongCodes(rules.WRONG_CODES_AN_HOUR, in_words(again_at - at))
    link = repository.by_code(uow, rules.readable(typed))
    if link is None:
        raise UnknownCode
    if link.member == member:
        raise OwnCode
    if link.state != "open":
        raise CodeUsed
    if link.expires_at <= at:
        raise CodeExpired(limits.code_minutes)
    return link


def count_wrong(uow: UnitOfWork, member: MemberId, at: datetime) -> None:
    """Remember a code that nobody was given."""
    members.lock(uow, member)
    since, wrong = rules.counted(*repository.guesses(uow, member), at)
    uow.run(repository.SET_GUESSES, member_id=member, since=since, wrong=wrong)


def _only_link(uow: UnitOfWork, who: list[MemberId], at: datetime, *, but: str = "") -> None:
    for member in who:
        if any(link.id != but and link.waits(at) for link in repository.of_member(uow, member)):
            raise AlreadyLinking


def _check(uow: UnitOfWork, one: MemberId, other: MemberId) -> None:
    obstacle = merging.obstacle(uow, one, other)
    if obstacle is not None:
        raise obstacle


def usable(uow: UnitOfWork, member: MemberId, typed: str, at: datetime, limits: LinkingLimits) -> Link:
    """The link of a code, if it may be given back by this member. Raises what is in the way; changes nothing."""
    link = find(uow, member, typed, at, limits)
    _only_link(uow, [member, link.member], at)
    _check(uow, member, link.member)
    return link


def ask(uow: UnitOfWork, member: MemberId, typed: str, at: datetime, limits: LinkingLimits) -> Link:
    """Give a code back, which agrees for this side, and ask the side that made it."""
    link = find(uow, member, typed, at, limits)
    members.lock(uow, member, link.member)
    link = usable(uow, member, typed, at, limits)
    until = at + rules.AGREE_WITHIN
    assert uow.run(repository.ASK, link=link.id, other=member, until=until).first() is not None
    message = said(
        (members.mention(uow, member), " gave your code back and wants to be linked with this account."),
        f"Was it you, on your other platform? Look at both and agree within {in_words(rules.AGREE_WITHIN)}.",
        buttons=(
            Button("Look and agree", ("link", "agree"), {"code": link.code}),
            Button("It was not me", ("link", "cancel")),
        ),
    )
    outbox.announce(uow, link.member, merging.NEWS, message, key=f"link-asked:{link.id}", at=at)
    return link


def to_agree(uow: UnitOfWork, member: MemberId, code: str, at: datetime) -> Link:
    """The link that waits for this member's yes. Raises `NothingToAgree`."""
    link = repository.by_code(uow, rules.readable(code))
    if link is None or link.member != member or link.state != "asked" or not link.waits(at):
        raise NothingToAgree
    return link


def at_once(uow: UnitOfWork, link: Link, at: datetime, plans: Plans) -> bool:
    """Whether a merge needs no time to think: one of the two owns nothing."""
    assert link.other is not None
    return any(_owns_nothing(uow, members.member(uow, side), at, plans) for side in (link.member, link.other))


def _owns_nothing(uow: UnitOfWork, member: Member, at: datetime, plans: Plans) -> bool:
    """Whether nobody would miss what a member has: nothing, or the coins of one visit, as linking itself is one."""
    if entitlements.of(uow, member.id, at, plans).plan is not Plan.FREE:
        return False
    wallets = (member.coin_wallet, member.credit_wallet)
    past = [line.code for line in views.history(uow, *wallets, most=2)]
    return past == [Code.DAILY_VISIT] or all(views.is_empty(uow, wallet) for wallet in wallets)


def agree(uow: UnitOfWork, member: MemberId, code: str, at: datetime, *, limits: LinkingLimits, plans: Plans) -> Agreed:
    """The last yes: plan the merge, or do it now where one side owns nothing."""
    link = to_agree(uow, member, code, at)
    members.lock(uow, link.member, link.beyond(member))
    link = to_agree(uow, member, code, at)
    other = link.beyond(member)
    _only_link(uow, [member, other], at, but=link.id)
    _check(uow, member, other)
    merges_at = at if at_once(uow, link, at, plans) else at + timedelta(hours=limits.merge_hours)
    assert uow.run(repository.AGREE, link=link.id, merges=merges_at).first() is not None
    audit.write(uow, member, "link.agree", f"member:{other}", at=at)
    if merges_at == at:
        merging.merge(uow, link, at)
        return Agreed(None)
    schedule.plan(uow, merging.MERGE, link.id, merges_at)
    for side in (member, other):
        zone = members.member(uow, side).zone
        message = said(
            (
                "This account and that of ",
                members.mention(uow, link.beyond(side)),
                " become one ",
                Moment(merges_at, zone),
                ".",
            ),
            "Until then either side can cancel; afterwards there is no undo.",
            buttons=(Button("Cancel", ("link", "cancel")), Button("Where it stands", ("link", "status"))),
        )
        outbox.announce(uow, side, merging.NEWS, message, key=f"link-agreed:{link.id}:{side}", at=at)
    return Agreed(merges_at)


def pending(uow: UnitOfWork, member: MemberId, at: datetime) -> Link | None:
    """The link of a member that can still become a merge."""
    return next((link for link in repository.of_member(uow, member) if link.waits(at)), None)


def cancel(uow: UnitOfWork, member: MemberId, at: datetime) -> Link | None:
    """Call a waiting link off, from either side; or (None) only an unused code. Raises `NothingToCancel`."""
    codes = uow.run(repository.DROP_CODES, member=member).affected
    link = pending(uow, member, at)
    if link is None and codes:
        return None
    if link is None:
        raise NothingToCancel
    # The due row before the members: the job takes them in this order, so neither waits for the other.
    schedule.cancel(uow, merging.MERGE, link.id)
    members.lock(uow, member, link.beyond(member))
    if uow.run(repository.END, link=link.id, end="cancelled").first() is None:
        raise NothingToCancel
    audit.write(uow, member, "link.cancel", f"member:{link.beyond(member)}", at=at)
    merging.tell_off(uow, link, link.beyond(member), "The other side called it off.", at)
    return link


def remove(uow: UnitOfWork, member: MemberId, leaving: Identity, at: datetime, salt: Salt) -> MemberId:
    """Let an identity of a member leave: it becomes a member of its own, new and empty. Raises `OnlyIdentity`."""
    members.lock(uow, member)
    mine = [address.identity for address in members.addresses(uow, member)]
    if leaving not in mine or len(mine) == 1:
        raise OnlyIdentity
    new = members.part(uow, member, leaving, at, salt)
    audit.write(uow, member, "link.remove", f"member:{new}", at=at, detail={"platform": leaving.platform})
    message = said(
        f"This {leaving.platform.capitalize()} account was removed from your wallet, from another platform of yours.",
        "It starts again with an empty wallet. If this was not you, write to support.",
        buttons=(Button("Help", ("help",)),),
    )
    outbox.announce(uow, new, merging.NEWS, message, key=f"link-removed:{new}", at=at)
    return new
