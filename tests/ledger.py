"""A ledger to move things in, one call a line."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from core.ids import AccountId, HoldId, TransferId
from core.ledger import holds, service, views
from core.ledger.codes import Code, LotSource, System
from core.ledger.posting import Least, Posted, Why
from core.ledger.views import Held
from core.money import Coins, Nanos, Unit
from tests.databases import AnyDatabase

A, B, C = (AccountId(f"member:{i}:COIN") for i in (1, 2, 10))
START = datetime(2026, 11, 20, tzinfo=UTC)


class Ledger:
    """The verbs on a real database, each with a key of its own unless one is given."""

    def __init__(self, database: AnyDatabase) -> None:
        self.database = database
        self.at = START
        self._keys = count()

    def why(self, key: str | None = None, code: Code = Code.DEMO_GRANT) -> Why:
        return Why(code, key or f"key:{next(self._keys)}", self.at)

    async def grant(
        self,
        to: AccountId,
        amount: int,
        source: LotSource = LotSource.BOUGHT,
        *,
        days: int | None = None,
        net: int = 0,
        key: str | None = None,
    ) -> Posted:
        expires, why = None if days is None else self.at + timedelta(days=days), self.why(key)
        return await self.database.write(
            lambda uow: service.grant(uow, to, Coins(amount), why, source=source, expires_at=expires, net=Nanos(net))
        )

    async def spend(self, wallet: AccountId, amount: int, *, key: str | None = None, **options: Any) -> Posted:
        why = self.why(key)
        return await self.database.write(lambda uow: service.spend(uow, wallet, Coins(amount), why, **options))

    async def give(self, giver: AccountId, receiver: AccountId, amount: int, *, key: str | None = None) -> Posted:
        why, sources = self.why(key), frozenset({LotSource.BOUGHT})
        return await self.database.write(
            lambda uow: service.give(uow, giver, receiver, Coins(amount), why, sources=sources, become=LotSource.GIFTED)
        )

    async def hold(
        self,
        wallet: AccountId,
        amount: int,
        *,
        days: int | None = None,
        key: str | None = None,
        code: Code = Code.PRICED_WORK,
        least: Least | None = None,
    ) -> HoldId:
        expires, why = None if days is None else self.at + timedelta(days=days), self.why(key, code)
        return await self.database.write(
            lambda uow: holds.hold(uow, wallet, Coins(amount), why, what="work", expires_at=expires, least=least)
        )

    async def capture(
        self, hold: HoldId, amount: int | None = None, *, key: str | None = None, **options: Any
    ) -> Posted:
        why, some = self.why(key), None if amount is None else Coins(amount)
        return await self.database.write(lambda uow: holds.capture(uow, hold, some, why, **options))

    async def release(self, hold: HoldId, amount: int | None = None, *, key: str | None = None) -> Posted:
        why, some = self.why(key), None if amount is None else Coins(amount)
        return await self.database.write(lambda uow: holds.release(uow, hold, some, why))

    async def reverse(self, transfer: TransferId, *, cap: int = 0, key: str | None = None) -> Posted:
        why = self.why(key)
        return await self.database.write(lambda uow: service.reverse(uow, transfer, why, debt_cap=cap))

    async def lapse(self) -> int:
        return await self.database.write(lambda uow: service.lapse(uow, self.at))

    async def expire_holds(self) -> int:
        return await self.database.write(lambda uow: holds.expire_holds(uow, self.at))

    async def move_all(self, giver: AccountId, receiver: AccountId, key: str = "merge") -> int:
        return await self.database.write(
            lambda uow: service.move_all(uow, giver, receiver, code=Code.MERGED, key=key, at=self.at)
        )

    async def forfeit(self, wallet: AccountId, key: str = "forfeit") -> int:
        return await self.database.write(lambda uow: service.forfeit(uow, wallet, Code.FORFEITED, key, self.at))

    async def balance(self, account: AccountId) -> int:
        return (await self.database.read(lambda uow: views.balance(uow, account, Unit.COIN))).value

    async def system(self, system: System) -> int:
        return await self.balance(system.account(Unit.COIN))

    async def debt(self, wallet: AccountId) -> int:
        return await self.database.read(lambda uow: views.debt(uow, wallet))

    async def lots(self, wallet: AccountId) -> list[tuple[str, int, int]]:
        """What is left, as (source, remaining, net dollars of the whole lot)."""
        found = await self.database.read(lambda uow: views.lots(uow, wallet, self.at))
        return [(lot.source.value, lot.remaining, lot.net_nanos) for lot in found]

    async def holds(self, wallet: AccountId) -> list[Held]:
        return await self.database.read(lambda uow: views.holds(uow, wallet))
