"""How the gate talks: one fact a line, what it cost, and the way back."""

from datetime import datetime

from core.chat import Button, Facts, Line, Message, Moment, Text, Tone
from core.clock import local_day
from core.costs.months import Month
from core.costs.rules import DOLLAR, nanos
from core.durations import day_in_words
from core.gate.pace import Cause, Pace
from core.gate.rules import GateLimits, Level, New

PLANS = Button("Plans", ("plan", "show"))
TOP_UP = Button("Top up", ("buy",))
PARTNERS = Button("Partner pages", ("offers",))
SUPPORT = Button("Write to support", ("support",))
CONNECT = Button("Connect an account", ("connect",))


def dollars(amount: int) -> str:
    """Nano-dollars for people, to the cent, up."""
    cents = -(-abs(amount) * 100 // DOLLAR)
    return f"{'-' if amount < 0 else ''}${cents // 100:,}.{cents % 100:02d}"


def held_up(pace: Pace, limits: GateLimits) -> str:
    """What led to a pause that holds: a sentence."""
    match pace.cause:
        case Cause.BURST:
            return f"You called the AI {limits.burst_a_minute} times within a minute."
        case Cause.COPIES:
            return f"You sent the AI the same text {limits.copies} times in a row."
        case Cause.OUTLIER:
            assert pace.outlier_on is not None, "it is the last such day"
            # Without the day's count: after a merge, that of the pace is of both and may be of another day.
            day, times = day_in_words(pace.outlier_on), limits.outlier_times
            return f"On {day} you called the AI at least {times} times as often as on your usual day."
        case None:
            return "That was a lot in a short time, or the same text again and again."


def struck_for(cause: Cause | None) -> str:
    """What led to the last of several pauses: the end of a sentence."""
    match cause:
        case Cause.BURST:
            return "for too many calls in a minute"
        case Cause.COPIES:
            return "for the same text again and again"
        case Cause.OUTLIER:
            return "for many times your usual day"
        case None:
            return "for a flood of calls"


def changed(
    level: Level,
    month: Month,
    zone: str,
    limits: GateLimits,
    *,
    better: bool,
    has_offers: bool,
    open_until: datetime | None = None,
    new: New | None = None,
) -> Message:
    """What a member is told when their level has changed; of a new identity also why it has half as much.

    `open_until`: the end of a partner visit that still keeps the gate open.
    """
    until = day_in_words(local_day(month.ends_at, zone))
    free = dollars(nanos(limits.cost_normal) // (1 if new is None else 2))
    visit = _visit(limits, zone, has_offers=has_offers, open_until=open_until)
    lines, buttons = _said(level, until, limits, free=free, has_offers=has_offers, visit=visit)
    if new is not None and level is not Level.NORMAL:
        lines, buttons = (*lines, _half(new, limits)), (*buttons, CONNECT)
    if better:
        lines = ("Your month has more room again.", *lines) if level is not Level.NORMAL else lines
    facts = Facts((("AI this month", dollars(month.cost)), ("Brought in", dollars(month.earned)), ("Until", until)))
    tone = Tone.SUCCESS if better else Tone.PLAIN
    return Message((*(Text(line) for line in lines), facts), tone=tone, buttons=buttons)


def _half(new: New, limits: GateLimits) -> str:
    match new:
        case New.MEMBER:
            why = f"You have been here for less than {limits.new_days} days"
        case New.ACCOUNT:
            why = f"No account of yours is known to be {limits.account_days} days old"
    return f"{why}, so you have half of the free part. Paying, or connecting a metric account, brings all of it."


def _visit(limits: GateLimits, zone: str, *, has_offers: bool, open_until: datetime | None) -> Line:
    if open_until is not None:
        return "Your visit to a partner page keeps it open until ", Moment(open_until, zone), "."
    if not has_offers:
        return "No partner page fits you just now, so it stays open without one."
    return f"To go on for {limits.visit_hours} h, visit a partner page: we earn a commission, you owe nothing."


def _said(
    level: Level, until: str, limits: GateLimits, *, free: str, has_offers: bool, visit: Line
) -> tuple[tuple[Line, ...], tuple[Button, ...]]:
    rest = "Everything without AI stays open."
    other = "Or bought credits, or Premium."
    partners = (PARTNERS,) if has_offers else ()
    match level:
        case Level.NORMAL:
            return ("AI is fully open again.",), ()
        case Level.REDUCED:
            return (
                f"Until {until} answers are shorter and come from a smaller model.",
                "That is what this month's plan still carries. Answers paid with bought credits are whole.",
            ), (TOP_UP, PLANS)
        case Level.GATED_OFFERS if has_offers:
            used = "Much of this month's free AI is used: from now on partner pages stand below my answers."
            return (used, visit, f"{other} {rest}"), (*partners, TOP_UP, PLANS)
        case Level.GATED | Level.GATED_OFFERS:
            used = f"This month's AI has used its free part ({free} at most)."
            return (used, visit, f"{other} {rest}"), (*partners, TOP_UP, PLANS)
        case Level.GATED_REDUCED:
            used = "This month's free AI is nearly used: answers are shorter and come from a smaller model."
            return (used, visit, f"{other} {rest}"), (*partners, TOP_UP, PLANS)
        case Level.BASIC:
            return (f"Until {until} I answer from prepared texts. {rest}", other), (TOP_UP, PLANS)
        case Level.CLOSED:
            least = dollars(nanos(limits.opens_with))
            opens = f"Bought credits, from {least} on, open everything at once, at its price."
            return (f"The free AI rests until {until}. {rest}", opens), (TOP_UP, PLANS, SUPPORT)
