"""Two members become one: what is in the way, the merge itself, what follows it, what time does."""

from datetime import datetime, timedelta

from core.audit import service as audit
from core.chat import Again, Button, Due, Line, Notice, said
from core.db import UnitOfWork
from core.errors import TandemError
from core.facts import MembersMerged
from core.ids import MemberId
from core.ledger import views
from core.linking import repository, rules
from core.linking.repository import Link
from core.linking.rules import Side
from core.members import service as members
from core.outbox import service as outbox
from core.schedule import service as schedule

NEWS = Notice("linking", "Linking of your accounts", counted=False)
MERGE = "linking.merge"
SWEEP = "linking.sweep"
SWEEP_AFTER = timedelta(hours=1)
"""What was under way to the member that is gone (a running answer, a gift just being given) has landed by then."""
REMEMBERED = timedelta(days=1)
"""How long an old code still gets its own refusal."""


def obstacle(uow: UnitOfWork, one: MemberId, other: MemberId) -> TandemError | None:
    """Why two members can not become one now; None: they can."""
    return rules.obstacle(_side(uow, one), _side(uow, other))


def _side(uow: UnitOfWork, member_id: MemberId) -> Side:
    member = members.member(uow, member_id)
    platforms = [address.identity.platform for address in members.addresses(uow, member_id)]
    wallets = (member.coin_wallet, member.credit_wallet)
    return Side(member, platforms, any(views.disputed(uow, wallet) for wallet in wallets))


def tell_off(uow: UnitOfWork, link: Link, side: MemberId, why: Line, at: datetime) -> None:
    """Say that nothing comes of a link."""
    message = said(
        "The link of your accounts does not happen, and nothing was changed.",
        why,
        buttons=(Button("Start again", ("link",)),),
    )
    outbox.announce(uow, side, NEWS, message, key=f"link-off:{link.id}:{side}", at=at)


def take_effect(uow: UnitOfWork, due: Due) -> Again | None:
    """Job: the day to think again is over."""
    link = repository.by_id(uow, due.key)
    if link is None or link.other is None:
        return None
    members.lock(uow, link.member, link.other)
    link = repository.by_id(uow, due.key)
    if link is None or link.state != "agreed" or link.merges_at is None or link.other is None:
        return None
    if link.merges_at > due.at:
        return Again(link.merges_at, fresh=True)
    stands = obstacle(uow, link.member, link.other)
    if stands is None:
        merge(uow, link, due.at)
        return None
    uow.run(repository.END, link=link.id, end="cancelled")
    audit.write(uow, audit.SERVICE, "link.obstacle", f"member:{link.member}", at=due.at, detail={"other": link.other})
    for side in (link.member, link.other):
        tell_off(uow, link, side, stands.text, due.at)
    return None


def merge(uow: UnitOfWork, link: Link, at: datetime) -> None:
    """Make two members one: every room moves its rows, the ledger its lots. The caller has locked both."""
    assert link.other is not None, "both sides agreed"
    ended = uow.run(repository.END, link=link.id, end="done").first()
    assert ended is not None, "a link takes effect once"
    one, other = members.member(uow, link.member), members.member(uow, link.other)
    kept, gone = rules.older_first(one, other)
    identities = [item.identity for side in (one, other) for item in members.addresses(uow, side.id)]
    message = said(
        "Your accounts are one now: the same wallet and the same streak on each platform.",
        "This can not be undone. /link remove lets an account leave, without the wallet.",
        buttons=(Button("Wallet", ("wallet",)),),
    )
    for identity in identities:
        key = f"link-done:{link.id}:{identity.platform}"
        outbox.announce(uow, kept.id, NEWS, message, key=key, at=at, platform=identity.platform)
    audit.write(uow, audit.SERVICE, "link.merge", f"member:{kept.id}", at=at, detail={"gone": gone.id})
    payload = {"kept": kept.id, "gone": gone.id}
    schedule.plan(uow, SWEEP, str(gone.id), at + SWEEP_AFTER, payload)
    uow.record(MembersMerged(at, kept.id, gone.id))


def sweep(uow: UnitOfWork, due: Due) -> None:
    """Job: what reached the member that is gone after the merge follows. Each room's reaction may run again."""
    gone = MemberId(due.payload["gone"])
    kept = members.member(uow, MemberId(due.payload["kept"])).id
    members.lock(uow, kept, gone)
    uow.record(MembersMerged(due.at, kept, gone))


def expire(uow: UnitOfWork, due: Due) -> None:
    """Job: forget old codes, what nobody agreed to, and who guessed."""
    uow.run(repository.EXPIRE, before=due.at - REMEMBERED)
    uow.run(repository.EXPIRE_GUESSES, before=due.at - rules.WINDOW)
