"""A household whose members call models: through the gate's own verbs, one transaction each, as the assistant does."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from core.costs import audit as costs_audit
from core.costs import repository as costs_repository
from core.costs import service as costs
from core.costs.months import Month
from core.costs.rules import IncomeKind, Payer, Prices, nanos
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.facts import MembersMerged
from core.gate import audit as gate_audit
from core.gate import service as gate
from core.gate.rules import CallAsk, GateLimits, Grant
from core.ids import HoldId
from core.ledger import holds
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.money import AMOUNTS, Credits, Nanos, Unit
from core.people import Identity, Member, Plan, wallet
from core.usage import Usage, Worst
from tests.databases import AnyDatabase
from tests.household import NOON, Household

T = TypeVar("T")
PRICES = Prices()
SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"


def worth(dollars: str, model: str = SONNET) -> Worst:
    """A call that costs exactly so much at its worst: output alone."""
    each = PRICES.worst(Worst(model, 0, 1), NOON)
    tokens, rest = divmod(nanos(dollars), each)
    assert rest == 0, f"{dollars} is no whole number of tokens"
    return Worst(model, 0, tokens)


def used(worst: Worst, part: tuple[int, int] = (1, 1)) -> Usage:
    """What a call used if it was so much of its worst."""
    return Usage(output=worst.output * part[0] // part[1])


class Gated:
    """Members, their months, and calls of theirs."""

    def __init__(
        self, database: AnyDatabase, limits: GateLimits | None = None, *, owners: Iterable[Identity] = ()
    ) -> None:
        self.limits = limits or GateLimits(burst_a_minute=10_000)
        self.house = Household(database, gate=self.limits, owners=owners)
        self.clock = self.house.clock
        self._count = 0

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def do(self, unit: Callable[[UnitOfWork], T]) -> T:
        return await self.house.do(unit)

    async def member(
        self, name: str = "ann", platform: str = "discord", *, days: int = 40, account: int | None = None
    ) -> Member:
        """Somebody who has been here for so many days, on an account that was made so many ago, if that is told."""
        since = None if account is None else self.now - timedelta(days=account)
        actor = replace(self.house.person(name, platform).actor, since=since)
        at = self.now - timedelta(days=days)
        return await self.do(lambda uow: members.resolve(uow, actor, at).member)

    async def are_one(self, kept: Member, gone: Member) -> None:
        """Two members become one, with what every room does then."""
        await self.house.react(lambda uow: uow.record(MembersMerged(self.now, kept.id, gone.id)))

    def key(self) -> str:
        self._count += 1
        return f"call:test:{self._count}"

    async def reserve(
        self,
        member: Member,
        dollars: str | Worst,
        payer: Payer = Payer.HOUSE,
        *,
        key: str = "",
        reduced: Worst | None = None,
        hold: HoldId | None = None,
        digest: str = "",
    ) -> Grant:
        """One reservation."""
        worst = worth(dollars) if isinstance(dollars, str) else dollars
        ask = CallAsk("coach", worst, payer, reduced, hold, digest)
        key, at = key or self.key(), self.now
        return await self.do(
            lambda uow: gate.reserve(uow, member, ask, key=key, at=at, limits=self.limits, prices=PRICES)
        )

    async def settle(self, grant: Grant, used: Usage | None, share: tuple[int, int] | None = None) -> bool:
        """Book what it cost."""
        at = self.now
        return await self.do(
            lambda uow: gate.settle(
                uow, grant.reservation, used, delivered_share=share, at=at, prices=PRICES, limits=self.limits
            )
        )

    async def release(self, grant: Grant) -> bool:
        """It never ran."""
        return await self.do(lambda uow: gate.release(uow, grant.reservation, self.now))

    async def pays(self, hold: HoldId, amount: int) -> None:
        """So much of a price is taken and the rest goes back, as the dispatcher does after a stream."""
        taken, back = (Why(code, self.key(), self.now) for code in (Code.WORK_DONE, Code.WORK_UNDONE))
        if amount:
            await self.do(lambda uow: holds.capture(uow, hold, Credits(amount), taken))
        if await self.do(lambda uow: holds.is_open(uow, hold)):
            await self.do(lambda uow: holds.release(uow, hold, None, back))

    async def count_prices(self) -> int:
        """What the ledger has taken for self-paid calls counts."""
        return await self.do(lambda uow: gate.count_prices(uow, self.now))

    async def call(self, member: Member, dollars: str, payer: Payer = Payer.HOUSE, **more: Any) -> Grant:
        """A call that cost its worst."""
        grant = await self.reserve(member, dollars, payer, **more)
        assert await self.settle(grant, used(grant.worst))
        return grant

    async def brings(self, member: Member, dollars: str, kind: IncomeKind = IncomeKind.PLAN, key: str = "") -> bool:
        """Income."""
        amount, key = Nanos(nanos(dollars)), key or self.key()
        return await self.do(lambda uow: costs.income(uow, member.id, amount, kind, key=key, at=self.now))

    async def month(self, member: Member) -> Month:
        """How the month stands."""
        return await self.do(lambda uow: costs.peek(uow, member.id, self.now))

    async def on_plan(self, member: Member, plan: Plan) -> None:
        """A plan from now on."""
        await self.do(lambda uow: entitlements.set_plan(uow, member.id, plan, self.now, None))

    async def bought(
        self, member: Member, amount: int, net: str, source: LotSource = LotSource.BOUGHT, unit: Unit = Unit.CREDIT
    ) -> None:
        """Credits or coins with the dollars that they brought."""
        why = Why(Code.DEMO_GRANT, self.key(), self.now)
        to, worth = wallet(member.id, unit), Nanos(nanos(net))
        await self.do(lambda uow: ledger.grant(uow, to, AMOUNTS[unit](amount), why, source=source, net=worth))

    async def hold(self, member: Member, amount: int) -> HoldId:
        """The price of a command, held as the dispatcher does."""
        why = Why(Code.PRICED_WORK, self.key(), self.now)
        return await self.do(
            lambda uow: holds.hold(
                uow, member.credit_wallet, Credits(amount), why, what="a message",
                expires_at=self.now + timedelta(minutes=30),
            )
        )  # fmt: skip

    async def day(self) -> Any:
        """The service's day."""
        return await self.do(lambda uow: uow.run(costs_repository.DAY_OF, on=costs.utc_day(self.now)).first())

    async def books_hold(self) -> None:
        """The ledger, the costs and the reservations say the same."""

        def look(uow: UnitOfWork) -> list[Any]:
            return [*costs_audit.findings(uow), *gate_audit.findings(uow)]

        assert await self.do(look) == []
        await self.house.books_hold()
