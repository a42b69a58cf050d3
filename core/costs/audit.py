"""Proves that costs, income and months say the same as the ledger, to the nano-dollar."""

from collections.abc import Iterator

from sqlalchemy import func, select

from core.costs.repository import COST, INCOME, MONTH, SMALL
from core.costs.rules import Category, IncomeKind
from core.db import UnitOfWork
from core.ledger import repository as books
from core.ledger.audit import Finding
from core.ledger.codes import Dollars

BY_CATEGORY = select(COST.c.category, func.sum(COST.c.nanos).label("total")).group_by(COST.c.category)
BY_KIND = select(INCOME.c.kind, func.sum(INCOME.c.nanos).label("total")).group_by(INCOME.c.kind)
_cost = select(func.coalesce(func.sum(COST.c.nanos), 0)).where(COST.c.month_id == MONTH.c.id).scalar_subquery()
_counted = (
    select(func.coalesce(func.sum(COST.c.nanos), 0))
    .where(COST.c.month_id == MONTH.c.id, COST.c.payer != "self")
    .scalar_subquery()
)
_small = select(func.coalesce(func.sum(SMALL.c.nanos), 0)).where(SMALL.c.month_id == MONTH.c.id).scalar_subquery()
_income = (
    select(func.coalesce(func.sum(INCOME.c.nanos), 0))
    .where(INCOME.c.month_id == MONTH.c.id, INCOME.c.kind != "reversal")
    .scalar_subquery()
)
OFF_BALANCE = select(MONTH.c.id).where(MONTH.c.earned - MONTH.c.spent - MONTH.c.lost != _income - _cost - _small)
UNDERCOUNTED = select(MONTH.c.id).where(MONTH.c.spent < _counted + _small)

INVARIANTS = (
    "costs and income equal the ledger, kind by kind",
    "profit is what came in less what it cost",
    "a month's sums equal its rows",
    "a month counts every cost that is not self-paid",
)


def findings(uow: UnitOfWork) -> Iterator[Finding]:
    """Everything about costs that is not as it must be. Reads all of it."""
    costs = {Category(row.category): int(row.total) for row in uow.run(BY_CATEGORY)}
    brought = {str(row.kind): int(row.total) for row in uow.run(BY_KIND)}
    expected = {Dollars(f"cost_{category.value}"): costs.get(category, 0) for category in Category}
    expected |= {Dollars(f"income_{kind.value}"): -brought.get(kind.value, 0) for kind in IncomeKind}
    expected[Dollars.REVERSAL_LOSS] = brought.get("reversal", 0)
    for account, total in expected.items():
        if books.balance(uow, account.account) != total:
            yield Finding(INVARIANTS[0], f"{account.account}: rows say {total}")
    if books.balance(uow, Dollars.PROFIT.account) != -sum(expected.values()):
        yield Finding(INVARIANTS[1], Dollars.PROFIT.account)
    for row in uow.run(OFF_BALANCE):
        yield Finding(INVARIANTS[2], f"month {row.id}")
    for row in uow.run(UNDERCOUNTED):
        yield Finding(INVARIANTS[3], f"month {row.id}")
