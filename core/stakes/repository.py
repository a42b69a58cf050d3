"""Every statement on contracts."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, false, select, true, update

from core.contracts import terms as contract_terms
from core.contracts.rules import Case
from core.contracts.states import ENDS, OPEN, State
from core.contracts.states import JUDGED as JUDGED_STATES
from core.contracts.terms import Terms
from core.contracts.verdict import Verdict
from core.db import Row, UnitOfWork, columns, upsert
from core.growth.rules import Metric
from core.ids import HoldId, MemberId
from core.stakes.tables import ChallengeMetric, ChallengeRow
from core.values import dataclass

CHALLENGE = columns(ChallengeRow)
METRIC = columns(ChallengeMetric)
_id: Any = bindparam("challenge")
_member: Any = bindparam("member")
_account: Any = bindparam("account")
_mine = CHALLENGE.c.member_id == _member
_this = CHALLENGE.c.id == _id


def _set(*names: str) -> Any:
    return update(CHALLENGE).where(_this).values({name: bindparam(name) for name in names})


ASK = (
    upsert(CHALLENGE)
    .values({name: bindparam(name) for name in ("key", "member_id", "account_id", "template", "asked_at", "state")}
            | {"terms": "", "digest": "", "stake": 0, "staked_by": "", "lost_key": "", "verdict": "", "share": "",
               "consumed": 0, "returned": 0, "burned": 0, "evidence": "", "evidence_digest": "", "overturned": False,
               "why": ""})
    .on_conflict_do_nothing(index_elements=[CHALLENGE.c.key])
    .returning(CHALLENGE.c.id)
)  # fmt: skip
ONE = select(CHALLENGE).where(_this)
LOCKED = ONE.with_for_update()
BY_KEY = select(CHALLENGE).where(CHALLENGE.c.key == bindparam("key"))
OF_MEMBER = select(CHALLENGE).where(_mine).order_by(CHALLENGE.c.id)
LIVE_OF_MEMBER = select(CHALLENGE).where(_mine, CHALLENGE.c.state.not_in(ENDS)).order_by(CHALLENGE.c.id)
LIVE_ON_ACCOUNT = (
    select(CHALLENGE)
    .where(CHALLENGE.c.account_id == _account, CHALLENGE.c.state.not_in(ENDS))
    .order_by(CHALLENGE.c.id)
    .with_for_update()
)
LIVE = (
    select(CHALLENGE)
    .where(CHALLENGE.c.state.in_(OPEN | JUDGED_STATES))
    .order_by(CHALLENGE.c.ends_at, CHALLENGE.c.id)
    .limit(bindparam("most"))
)  # fmt: skip
JUDGED = (
    select(CHALLENGE.c.verdict)
    .where(_mine, CHALLENGE.c.verdict != "", CHALLENGE.c.overturned == false())
    .order_by(CHALLENGE.c.judged_at, CHALLENGE.c.id)
)
MOVE = (
    update(CHALLENGE)
    .where(_this, CHALLENGE.c.state == bindparam("before"))
    .values(state=bindparam("state"))
    .returning(CHALLENGE.c.id)
)
OFFER = _set("terms", "digest", "starts_at", "ends_at")
STAKE = _set("terms", "digest", "stake", "hold_id", "staked_by", "staked_at")
BEGIN_WITH = _set("baseline_at")
LOSE = _set("lost_at", "back_at", "lost_key")
REGAIN = _set("back_at")
JUDGE = _set("verdict", "share", "consumed", "returned", "burned", "evidence", "evidence_digest", "judged_at", "why")
RETURN = update(CHALLENGE).where(_this).values(consumed=0, returned=CHALLENGE.c.stake, burned=0)
APPEAL = _set("appealed_at")
OVERTURN = _set("overturned")
CLOSE = _set("closed_at", "why")
FEEDBACK = (
    update(CHALLENGE)
    .where(_this, CHALLENGE.c.feedback_at.is_(None))
    .values(feedback_at=bindparam("feedback_at"))
    .returning(CHALLENGE.c.id)
)
DROP_EVIDENCE = update(CHALLENGE).where(_this).values(evidence="")
FORGET = update(CHALLENGE).where(_mine).values(terms="", evidence="", why="")
MERGE = update(CHALLENGE).where(CHALLENGE.c.member_id == bindparam("gone")).values(member_id=bindparam("kept"))
WATCH = (
    upsert(METRIC)
    .values({name: bindparam(name) for name in ("challenge_id", "metric", "account_id")} | {"is_open": True})
    .on_conflict_do_nothing()
    .returning(METRIC.c.metric)
)
UNWATCH = update(METRIC).where(METRIC.c.challenge_id == _id).values(is_open=False)
WATCHED = select(METRIC.c.metric).where(METRIC.c.account_id == _account, METRIC.c.is_open == true())


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as it stands. `terms` are None until it is offered and once they had to go."""

    id: int
    member: MemberId
    account: int
    template: str
    state: State
    asked_at: datetime
    terms: Terms | None
    digest: str
    stake: int
    hold: HoldId | None
    staked_by: str
    staked_at: datetime | None
    baseline_at: datetime | None
    lost_at: datetime | None
    back_at: datetime | None
    lost_key: str
    verdict: Case | None
    share: str
    consumed: int
    returned: int
    burned: int
    evidence: str
    evidence_digest: str
    judged_at: datetime | None
    overturned: bool
    appealed_at: datetime | None
    closed_at: datetime | None
    why: str
    feedback_at: datetime | None

    @property
    def is_away(self) -> bool:
        """Whether the member has taken the account away."""
        return self.lost_at is not None and self.back_at is None

    @property
    def agreed(self) -> Terms:
        """The terms of a contract that has some."""
        assert self.terms is not None, "it was never offered, or its member was erased"
        return self.terms


def _contract(row: Row) -> Contract:
    return Contract(
        row.id, row.member_id, row.account_id, row.template, State(row.state), row.asked_at,
        contract_terms.read(row.terms) if row.terms else None, row.digest, row.stake, row.hold_id, row.staked_by,
        row.staked_at, row.baseline_at, row.lost_at, row.back_at, row.lost_key,
        Case(row.verdict) if row.verdict else None,
        row.share, row.consumed, row.returned, row.burned, row.evidence, row.evidence_digest, row.judged_at,
        row.overturned, row.appealed_at, row.closed_at, row.why, row.feedback_at,
    )  # fmt: skip


def one(uow: UnitOfWork, challenge: int) -> Contract | None:
    """A contract."""
    row = uow.run(ONE, challenge=challenge).first()
    return None if row is None else _contract(row)


def locked(uow: UnitOfWork, challenge: int) -> Contract:
    """A contract that is known to exist, and nobody else changes it meanwhile."""
    return _contract(uow.run(LOCKED, challenge=challenge).one())


def by_key(uow: UnitOfWork, key: str) -> Contract | None:
    """The contract that an event asked for."""
    row = uow.run(BY_KEY, key=key).first()
    return None if row is None else _contract(row)


def of_member(uow: UnitOfWork, member: MemberId) -> list[Contract]:
    """All contracts of a member, oldest first."""
    return [_contract(row) for row in uow.run(OF_MEMBER, member=member)]


def live_of(uow: UnitOfWork, member: MemberId) -> list[Contract]:
    """A member's contracts that are not over."""
    return [_contract(row) for row in uow.run(LIVE_OF_MEMBER, member=member)]


def live_on(uow: UnitOfWork, account: int) -> list[Contract]:
    """Contracts on an account that are not over."""
    return [_contract(row) for row in uow.run(LIVE_ON_ACCOUNT, account=account)]


def live(uow: UnitOfWork, *, most: int = 20) -> list[Contract]:
    """Everybody's contracts with coins in escrow, those that end first at the top."""
    return [_contract(row) for row in uow.run(LIVE, most=most)]


def past(uow: UnitOfWork, member: MemberId) -> list[Case]:
    """How a member's contracts were judged, in order; what was overturned never was."""
    return [Case(row.verdict) for row in uow.run(JUDGED, member=member)]


def watched(uow: UnitOfWork, account: int) -> frozenset[Metric]:
    """The metrics of an account that an open contract is judged by."""
    return frozenset(Metric(row.metric) for row in uow.run(WATCHED, account=account))


def keep_verdict(uow: UnitOfWork, challenge: int, verdict: Verdict, evidence: str, at: datetime) -> None:
    """Store how a contract was judged, and from what."""
    uow.run(
        JUDGE,
        challenge=challenge,
        verdict=verdict.case.value,
        share=str(verdict.share),
        consumed=verdict.consumed,
        returned=verdict.returned,
        burned=verdict.burned,
        evidence=evidence,
        evidence_digest=contract_terms.digest(evidence),
        judged_at=at,
        why=verdict.why,
    )
