"""`/daily` and `/wallet`."""

from datetime import UTC, date, datetime, timedelta

from core.chat import (
    Bold,
    Button,
    Call,
    Command,
    Facts,
    Image,
    Line,
    Message,
    Nothing,
    Reaction,
    Reply,
    Text,
    Tone,
    pictured,
    said,
)
from core.chat.catalog import Catalog
from core.clock import local_day, zone
from core.coins import pictures, service
from core.coins.errors import AlreadyVisited
from core.coins.rules import CoinRules
from core.coins.service import Visited
from core.db import UnitOfWork
from core.durations import day_in_words, moment_in_words
from core.earnings import service as earnings
from core.earnings.rules import EarningLimits
from core.earnings.service import Waiting
from core.facts import MemberVisited
from core.ledger import views
from core.ledger.codes import LotSource
from core.ledger.rules import Lot
from core.ledger.views import Held, Purse
from core.ledger.views import Line as HistoryLine
from core.members import service as members
from core.members.rules import MemberRules
from core.money import Unit

COMING_MAX = 5
ASKS_ZONE = timedelta(days=14)
"""How long `/daily` asks whether UTC is right, beside the first one; after that `/settings` does."""
LINES = 20
"""The last transfers that `/wallet` names."""


def daily(
    uow: UnitOfWork, call: Call, form: Nothing, *, limits: CoinRules, zones: MemberRules, catalog: Catalog
) -> Reply:
    """Pay today's coins, show where the streak stands, and what could be done next."""
    visited = service.visit(uow, call.member, call.at, limits, zones)
    have = views.balance(uow, call.member.coin_wallet, Unit.COIN)
    grace = f"grace day back on {day_in_words(visited.grace_on)}" if visited.grace_on else "grace day in hand"
    lines: list[Line] = [
        _paid(visited),
        f"{have} · {grace} · next coins tomorrow, from 00:00 your time",
    ]
    invited = (invitation.button(uow, call) for invitation in catalog.invitations)
    buttons: tuple[Button, ...] = (
        *(button for button in invited if button is not None),
        Button("See challenges", ("challenge", "list")),
        Button("Wallet", ("wallet",)),
    )
    new = visited.first or call.at - call.member.joined_at <= ASKS_ZONE
    if new and not call.member.zone_known:
        local = call.at.astimezone(UTC)
        lines.append(f"Is it {local:%H:%M} where you are? Your day begins at your own midnight.")
        buttons = (
            Button("Yes", ("settings", "zone"), {"zone": "UTC"}),
            Button("No, set my time", ("settings", "zone")),
            *buttons,
        )
    return Reply(said(*lines, tone=Tone.SUCCESS, buttons=buttons))


def _paid(visited: Visited) -> str:
    text = f"+{visited.coins}. Day {visited.streak.days}"
    return f"{text}: your grace day covered yesterday." if visited.streak.bridged else f"{text}."


def pay_visit(uow: UnitOfWork, fact: MemberVisited, *, limits: CoinRules, zones: MemberRules) -> Line | None:
    """Reaction: the first command of the local day pays, whatever it is, before it begins; `/daily` does so itself."""
    if service.was_paid_just_now(uow, fact.member):
        return None
    try:
        visited = service.visit(uow, members.member(uow, fact.member), fact.at, limits, zones)
    except AlreadyVisited:
        if service.is_unpaid(uow, fact.member, fact.day):
            members.forget_visit(uow, fact.member)  # too soon after a change of zone: a later command may pay the day
        return None
    return f"+{visited.coins} for today's visit, day {visited.streak.days}."


def wallet(uow: UnitOfWork, call: Call, form: Nothing, *, earning: EarningLimits) -> Reply:
    """Balances by lot, what is on hold, and the last transfers with why."""
    member = call.member
    purses = views.purses(uow, member.coin_wallet, member.credit_wallet, call.at)
    blocks: list[Text | Facts | Image] = [Text(_balance(purse, call)) for purse in purses]
    held = [item for purse in purses for item in purse.held]
    if held:
        blocks.append(Text("On hold: " + " · ".join(_held(item) for item in held)))
    coming = earnings.waiting(uow, member, call.at, earning)
    if coming:
        blocks.append(Text("On its way: " + " · ".join(_coming(item) for item in coming[:COMING_MAX])))
    blocks += [
        Text(f"Owed: {purse.owed}. The next credits or coins that are bought pay it first.")
        for purse in purses
        if purse.owed
    ]
    history = views.history(uow, member.coin_wallet, member.credit_wallet, most=LINES)
    if history:
        blocks.append(Facts(_history(history, member.zone)))
    picture = pictures.two_weeks(_moved(uow, call, history), call.at, member.zone)
    if picture is not None:
        blocks.append(pictured(picture, "coins.png"))
    buttons = (Button("What used my credits", ("usage",)), Button("Get more", ("buy",)))
    return Reply(Message(tuple(blocks), buttons=buttons))


def _moved(uow: UnitOfWork, call: Call, history: list[HistoryLine]) -> list[tuple[datetime, int]]:
    """What moved coins in the days of the picture. Mostly the last lines have it all, and nothing more is read."""
    if len(history) == LINES:
        since = pictures.since(call.at, call.member.zone)
        if history[-1].at >= since:
            return views.moved(uow, call.member.coin_wallet, since)
    return [(line.at, line.amount.value) for line in history if line.amount.unit is Unit.COIN]


def _balance(purse: Purse, call: Call) -> Line:
    total = Bold(str(purse.balance))
    if not purse.lots:
        return (total,)
    return total, ": " + ", ".join(_merged(purse.lots, purse.balance.unit, call))


Together = tuple[LotSource, date | None, bool]
"""What lots have in common that the wallet names in one phrase: source, last day, whether they are frozen."""


def _merged(lots: list[Lot], unit: Unit, call: Call) -> list[str]:
    """One phrase for each source and local day, in burn order."""
    sums: dict[Together, int] = {}
    for lot in lots:
        until = local_day(lot.expires_at, call.member.zone) if lot.expires_at else None
        place = (lot.source, until, lot.frozen)
        sums[place] = sums.get(place, 0) + lot.remaining
    return [_phrase(amount, unit, place) for place, amount in sums.items()]


def _phrase(amount: int, unit: Unit, place: Together) -> str:
    source, until, frozen = place
    name = "recharged" if unit is Unit.COIN and source is LotSource.BOUGHT else source.value
    if frozen:
        return f"{amount:,} {name} (on hold until the payment is settled)"
    if unit is Unit.COIN:
        return f"{amount:,} {name}"
    return f"{amount:,} {name} (until {day_in_words(until)})" if until else f"{amount:,} {name} (do not expire)"


def _held(held: Held) -> str:
    return f"{held.amount} ({held.what})"


def _coming(waiting: Waiting) -> str:
    return f"{waiting.coins} on {day_in_words(waiting.pays_on)} ({waiting.code.label})"


def _history(lines: list[HistoryLine], zone_name: str) -> tuple[tuple[str, Line], ...]:
    here = zone(zone_name)
    return tuple([(moment_in_words(line.at.astimezone(here)), _moved_by(line)) for line in lines])


def _moved_by(line: HistoryLine) -> str:
    amount = f"+{line.amount}" if line.amount.value > 0 else f"−{-line.amount}"
    return f"{amount} · {line.code.label}: {line.note}" if line.note else f"{amount} · {line.code.label}"


DAILY = Command(("daily",), "Take today's coins", run=daily, topic="Coins", pays_visit=True)
WALLET = Command(("wallet",), "Your coins and credits, lot by lot", run=wallet, topic="Coins")
PAY_VISIT = Reaction(MemberVisited, pay_visit)
