"""A made-up room above the garden: commands for each role, reactions, and a job or hook for every way to end."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.chat import (
    Again,
    Call,
    Command,
    Due,
    Hook,
    Job,
    Line,
    Nothing,
    Reaction,
    Reply,
    Room,
    said,
)
from core.chat.room import Forged
from core.db import UnitOfWork
from core.facts import MemberVisited
from core.ids import MemberId
from core.ledger import holds
from core.people import Role
from tests.fakes.outside import Outside
from tests.fakes.rooms.effects import Overloaded, Planted, Sorry, Watered, happen
from tests.fakes.rooms.garden import Everything, everything


def role_only(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    happen(uow, "power", call.key)
    return Reply(said("Done."))


def count_planted(uow: UnitOfWork, fact: Planted) -> Line | None:
    happen(uow, "reaction", "above")
    if fact.amount == 13:
        raise Sorry
    return None


def count_watered(uow: UnitOfWork, fact: Watered) -> Line | None:
    happen(uow, "reaction", "watered")
    return "The soil is wet."


def count_visits(uow: UnitOfWork, fact: MemberVisited) -> Line | None:
    happen(uow, "visit", f"{fact.member}/{fact.day}")
    return "A new day."


def once(uow: UnitOfWork, due: Due) -> None:
    happen(uow, "once", due.key)


def again(uow: UnitOfWork, due: Due) -> Again | None:
    happen(uow, "again", str(due.attempt))
    if due.attempt >= 3:
        return None
    return Again(due.at + timedelta(minutes=1), fresh=bool(due.payload.get("fresh")) and due.attempt == 2)


def poison(uow: UnitOfWork, due: Due) -> None:
    happen(uow, "poison", due.key)
    raise ZeroDivisionError("poison")


def busy(uow: UnitOfWork, due: Due) -> None:
    raise Overloaded


def every(uow: UnitOfWork, due: Due) -> None:
    happen(uow, "every", due.key)


def sulks(uow: UnitOfWork, due: Due, *, outside: Outside) -> None:
    """Runs each hour, unless told to fail."""
    if outside.sulks:
        raise outside.sulks.popleft()
    happen(uow, "sulks", due.key)


def sprout(uow: UnitOfWork, due: Due) -> None:
    happen(uow, "sprout", due.key)
    uow.record(Planted(due.at, MemberId(due.payload["member"]), due.payload["amount"]))


def expire_holds(uow: UnitOfWork, due: Due) -> None:
    while holds.expire_holds(uow, due.at):
        pass


def steps_prepare(uow: UnitOfWork, due: Due) -> str | Again | None:
    happen(uow, "prepared", due.key)
    if due.key == "nothing":
        return None
    if due.key == "later" and due.attempt == 1:
        return Again(due.at + timedelta(minutes=5))
    return due.key


async def steps_errand(key: str, *, outside: Outside) -> str:
    return await outside.make(key)


def steps_finish(uow: UnitOfWork, due: Due, result: str) -> None:
    happen(uow, "finished", result)


def till_identify(body: bytes, headers: Mapping[str, str]) -> str:
    if headers.get("signature") != "good":
        raise Forged
    return body.decode().partition(":")[0]


def till_apply(uow: UnitOfWork, body: bytes, at: datetime, *, outside: Outside) -> None:
    happen(uow, "till", body.decode())
    if outside.fails:
        raise outside.fails.popleft()


TOWER = Room(
    "tower",
    commands=(
        Command(("power", "own"), "For owners", run=role_only, role=Role.OWNER),
        Command(("power", "admin"), "For admins", run=role_only, role=Role.ADMIN),
        Command(("power", "support"), "For support", run=role_only, role=Role.SUPPORT),
        Command(("power", "partner"), "For partners", run=role_only, role=Role.PARTNER),
        Command(("power", "space"), "For moderators here", run=role_only, role=Role.MODERATOR, space_role=True),
        Command(("power", "trees"), "With options", form=Everything, run=everything, role=Role.SUPPORT),
    ),
    reactions=(
        Reaction(Planted, count_planted),
        Reaction(Watered, count_watered),
        Reaction(MemberVisited, count_visits),
    ),
    jobs=(
        Job("once", run=once),
        Job("again", run=again),
        Job("poison", run=poison),
        Job("busy", run=busy),
        Job("sprout", run=sprout),
        Job("every", run=every, every=timedelta(hours=1)),
        Job("sulks", run=sulks, every=timedelta(hours=1)),
        Job("expire", run=expire_holds, every=timedelta(minutes=1)),
        Job("steps", prepare=steps_prepare, errand=steps_errand, finish=steps_finish),
    ),
    hooks=(Hook("till", till_identify, till_apply),),
)
