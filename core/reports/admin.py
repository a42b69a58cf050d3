"""`/admin costs` and `/admin profit`: errands, because what reads the books of a month shall hold nobody up."""

import asyncio

from core.chat import Call, Command, Done, Message, Nothing, Reply
from core.costs import service as costs
from core.db import UnitOfWork
from core.gate.rules import GateLimits
from core.members.service import Salt
from core.people import Role
from core.reports import rules, words
from core.reports.rules import Goals, Period, ReportRules
from core.reports.service import Reader

_TOPIC = "Staff"


async def show_costs(
    call: Call, form: Nothing, *, reader: Reader, limits: GateLimits, salt: Salt, goals: Goals
) -> Done:
    """What today, the last seven days and the month have cost."""
    span = rules.so_far(Period.DAY, costs.utc_day(call.at))
    figures = await reader.figures(span, call.at, limits=limits, salt=salt)
    return _said(await asyncio.to_thread(words.costs, figures, goals))


async def show_profit(
    call: Call,
    form: Nothing,
    *,
    reader: Reader,
    limits: GateLimits,
    salt: Salt,
    goals: Goals,
    listing: ReportRules,
) -> Done:
    """What is left, members by level, who is dear and who is worth it, and each goal."""
    span = rules.so_far(Period.MONTH, costs.utc_day(call.at))
    figures = await reader.figures(span, call.at, limits=limits, salt=salt)
    return _said(await asyncio.to_thread(words.profit, figures, goals, listing))


def _said(message: Message) -> Done:
    def apply(uow: UnitOfWork, delivered: str) -> Reply:
        return Reply(message)

    return Done(apply)


COMMANDS = (
    Command(("admin", "costs"), "What the service costs", errand=show_costs, role=Role.ADMIN, topic=_TOPIC),
    Command(("admin", "profit"), "What is left, beside the goals", errand=show_profit, role=Role.ADMIN, topic=_TOPIC),
)
