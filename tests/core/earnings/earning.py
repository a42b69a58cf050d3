"""People who earn, without a room that gives them something to do for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from core.clock import local_day
from core.earnings import service
from core.earnings.rules import EarningLimits
from core.earnings.service import Earned
from core.facts import MembersMerged
from core.ledger import views
from core.ledger.codes import Code
from core.ledger.posting import Why
from core.members import service as members
from core.members.rules import MemberRules
from core.money import Coins, Unit
from core.people import Member
from tests.household import Person

LIMITS = EarningLimits()
DAY = timedelta(days=1)
FREE = MemberRules(time_zone_change_days=0)


@dataclass
class Earner:
    """A person, and the calls that other rooms would make for them."""

    person: Person
    limits: EarningLimits = LIMITS

    @property
    def now(self) -> datetime:
        return self.person.house.clock.now()

    async def arrives(self) -> Self:
        """First contact, without a visit."""
        await self.person.does("start")
        return self

    async def member(self) -> Member:
        return await self.person.member()

    async def earns(self, coins: int, key: str = "", code: Code = Code.QUESTIONNAIRE) -> Earned:
        """Earn, once per key."""
        member, why = await self.member(), Why(code, key or self.person.house.key(), self.now)
        return await self.person.house.do(lambda uow: service.earn(uow, member, Coins(coins), why, limits=self.limits))

    async def would_be_paid(self, coins: int) -> date | None:
        """The day that is said before the first question."""
        member, at = await self.member(), self.now
        return await self.person.house.database.read(
            lambda uow: service.pays_on(uow, member, Coins(coins), at, self.limits)
        )

    async def waits(self) -> list[tuple[int, date]]:
        """What is on its way, and when it is paid."""
        member, at = await self.member(), self.now
        found = await self.person.house.database.read(lambda uow: service.waiting(uow, member, at, self.limits))
        return [(one.coins.value, one.pays_on) for one in found]

    async def left(self) -> tuple[int, int]:
        """Room today and this month."""
        member, at = await self.member(), self.now
        found = await self.person.house.database.read(lambda uow: service.outlook(uow, member, at, self.limits))
        return found.left_today.value, found.left_this_month.value

    async def coins(self) -> int:
        member = await self.member()
        return await self.person.house.database.read(
            lambda uow: views.balance(uow, member.coin_wallet, Unit.COIN).value
        )

    async def rows(self) -> list[dict[str, Any]]:
        """Every earning, as it is exported."""
        member = await self.member()
        return await self.person.house.database.read(lambda uow: service.export(uow, member.id))

    async def paid_by_day(self) -> dict[date, int]:
        """What was paid on which local day."""
        found: dict[date, int] = {}
        for row in await self.rows():
            if row["day"] is not None:
                found[row["day"]] = found.get(row["day"], 0) + row["amount"]
        return found

    async def moves(self, zone: str) -> None:
        """Change the time zone, without the thirty days."""
        member, at = await self.member(), self.now
        await self.person.house.do(lambda uow: members.set_zone(uow, member, zone, at, FREE))

    async def today(self) -> date:
        return local_day(self.now, (await self.member()).zone)

    async def becomes(self, kept: "Earner") -> None:
        """Merge this member into another, as linking does it."""
        gone, stays, at = (await self.member()).id, (await kept.member()).id, self.now
        await self.person.house.react(lambda uow: uow.record(MembersMerged(at, stays, gone)))
