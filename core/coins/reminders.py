"""The streak reminder: for those who turned it on, six hours before their midnight, while there is a streak to lose."""

from datetime import datetime, timedelta

from core.chat import Again, Button, Due, Message, Notice, said
from core.clock import local_day, next_midnight
from core.coins import repository, rules
from core.coins.rules import CoinRules
from core.db import UnitOfWork
from core.durations import in_words
from core.facts import MembersMerged, NoticeTurned
from core.ids import MemberId
from core.members import service as members
from core.outbox import service as outbox
from core.people import Member
from core.schedule import service as schedule

REMINDER = Notice("streak", "Streak reminder", opt_in=True)
REMIND = "coins.remind"


def turned(uow: UnitOfWork, fact: NoticeTurned, *, limits: CoinRules) -> None:
    """Reaction: who turns the reminder on is looked at each evening. Turned off, the next look is the last."""
    if fact.notice == REMINDER.name and fact.on:
        _look_daily(uow, fact.member, fact.at, limits)


def merge(uow: UnitOfWork, fact: MembersMerged, *, limits: CoinRules) -> None:
    """Reaction: whoever of the two wanted reminders has them."""
    if REMINDER.name in members.asked_for(uow, fact.kept):
        _look_daily(uow, fact.kept, fact.at, limits)


def remind(uow: UnitOfWork, due: Due, *, limits: CoinRules) -> Again | None:
    """Job: once a local day, say that the streak is still open, if it is."""
    members.lock(uow, MemberId(int(due.key)))  # or a switch turned on just now would find this row and lose it
    member = members.member(uow, MemberId(int(due.key)))
    if str(member.id) != due.key or REMINDER.name not in members.asked_for(uow, member.id):
        return None
    midnight = next_midnight(due.at, member.zone)
    remind_at = midnight - timedelta(hours=limits.reminder_hours)
    if due.at < remind_at:  # the zone changed, or nobody looked until the next day
        return Again(remind_at, fresh=True)
    days = _at_stake(uow, member, due.at, limits)
    if days is not None:
        message = _message(days, in_words(midnight - due.at), limits)
        key = f"streak:{member.id}:{local_day(due.at, member.zone)}"
        outbox.announce(uow, member.id, REMINDER, message, key=key, at=due.at, until=midnight)
    return Again(next_midnight(midnight, member.zone) - timedelta(hours=limits.reminder_hours), fresh=True)


def _at_stake(uow: UnitOfWork, member: Member, at: datetime, limits: CoinRules) -> int | None:
    """Which day of a streak a visit would make today; None: it was made, or nothing is lost by waiting."""
    today = local_day(at, member.zone)
    last, bridged = repository.last_and_bridged(uow, member.id, rules.grace_since(today, limits))
    if last is None or last.day >= today:
        return None
    streak = rules.streak(last, today, bridged, limits)
    return streak.days if streak.days > 1 else None


def _message(days: int, wait: str, limits: CoinRules) -> Message:
    return said(
        f"Day {days} of your streak is open until midnight, in {wait}.",
        f"{rules.reward(days, limits)} are waiting: /daily takes them.",
        buttons=(
            Button("Take today's coins", ("daily",)),
            Button("No more reminders", ("settings", "notice"), {"notice": REMINDER.name, "on": False}),
        ),
    )


def _look_daily(uow: UnitOfWork, member_id: MemberId, at: datetime, limits: CoinRules) -> None:
    members.lock(uow, member_id)
    zone = members.member(uow, member_id).zone
    remind_at = next_midnight(at, zone) - timedelta(hours=limits.reminder_hours)
    schedule.plan(uow, REMIND, str(member_id), max(at, remind_at))
