"""What the metrics room does when two members are one, and when one goes; what it exports and shows of a member."""

from typing import Any

from core.chat import Due, Line
from core.db import Row, UnitOfWork
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.members import rules as member_rules
from core.members.service import Salt
from core.metrics import repository, rules, service
from core.metrics.repository import MetricAccount
from core.people import Identity, Member
from core.schedule import service as schedule
from core.sources import Loss, Way

FORGET = "metrics.forget"
TABLES = (
    "metric_account", "metric_token", "metric_snapshot", "metric_post", "metric_count", "metric_failure",
    "metric_watch", "metric_proof", "metric_sign_in",
)  # fmt: skip


def merge(uow: UnitOfWork, fact: MembersMerged) -> None:
    """Reaction: the accounts of both are accounts of the one, with all that was read and all that is under way."""
    uow.run(repository.MOVE, kept=fact.kept, gone=fact.gone)
    uow.run(repository.MOVE_SIGN_INS, kept=fact.kept, gone=fact.gone)
    # A code is bound to who got it; the same account asked for by both is one question.
    uow.run(repository.FORGET_PROOFS_OF_BOTH, kept=fact.kept, gone=fact.gone)
    uow.run(repository.MOVE_PROOFS, kept=fact.kept, gone=fact.gone)


def buried(platform: str, external_id: str, salt: Salt) -> str:
    """What stays of an erased member's account: enough to know it again at the next proof, and for nothing else."""
    return "erased:" + member_rules.tombstone(Identity(platform, external_id), salt.value)


def erase(uow: UnitOfWork, fact: MemberErased, *, salt: Salt) -> None:
    """Reaction: tokens and names go now, the readings right after, because contracts are settled by them meanwhile."""
    for row in uow.run(repository.OF_MEMBER, member=fact.member):
        service.disconnect(uow, row.id, fact.at)
        if not row.external_id.startswith("erased:"):
            uow.run(repository.BURY, account=row.id, buried=buried(row.platform, row.external_id, salt))
        schedule.plan(uow, FORGET, str(row.id), fact.at)
    uow.run(repository.FORGET_SIGN_INS, member=fact.member)
    uow.run(repository.FORGET_PROOFS, member=fact.member)


def forget(uow: UnitOfWork, due: Due) -> None:
    """Job: an erased member's posts and figures go; the digests stay, which nobody can read a person from."""
    account = int(due.key)
    uow.run(repository.FORGET_COUNTS, account=account)
    uow.run(repository.FORGET_POSTS, account=account)
    uow.run(repository.DROP_FIGURES, account=account, moment=due.at, before=due.at)
    uow.run(repository.FORGET_WATCHES, account=account)


def label(account: MetricAccount) -> str:
    """An account in one line; made-up ones say so."""
    name = f"@{account.handle}" if account.handle else account.name
    sign = " (demo, made-up figures)" if account.way is Way.DEMO else ""
    return f"{rules.shown(account.platform)} {name}{sign}"


def state(account: MetricAccount) -> str:
    """How an account is, in a few words."""
    match account.loss:
        case None:
            return "connected"
        case Loss.HIDDEN:
            return "hidden: make it public again"
        case Loss.GONE:
            return "not found any more"
        case Loss.REVOKED | Loss.EXPIRED:
            return "needs connecting again"
        case Loss.DISCONNECTED:
            return "disconnected"


def card(uow: UnitOfWork, member: Member) -> list[tuple[str, Line]]:
    """Card: the member's accounts and how each is."""
    return [(label(account), state(account)) for account in service.accounts(uow, member.id)]


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """Accounts with everything read of them. Never a token, a code or a state: they are keys, not data."""
    rows: list[dict[str, Any]] = []
    for row in uow.run(repository.OF_MEMBER, member=member):
        known = ("platform", "external_id", "name", "handle", "way", "loss", "lost_at", "connected_at")
        rows.append({"table": "metric_account", **{name: getattr(row, name) for name in known}})
        mine = {"platform": row.platform, "account": row.external_id}
        for table, statement, left_out in repository.EXPORTED:
            rows += [
                {"table": table, **mine, **_shown(found, left_out)} for found in uow.run(statement, account=row.id)
            ]
    for table, statement, left_out in repository.EXPORTED_OF_MEMBER:
        rows += [{"table": table, **_shown(found, left_out)} for found in uow.run(statement, member=member)]
    return rows


def _shown(row: Row, left_out: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name not in left_out}
