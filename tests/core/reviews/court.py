"""A made-up room whose members appeal, and the people around a case. What was decided is a row each time."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from core.audit import service as audit
from core.chat import Button, Line, Message, Option, Review, Room, Text
from core.db import UnitOfWork
from core.ids import CaseId, MemberId
from core.people import Role
from core.registry import ROOMS
from core.reviews import service
from core.reviews.rules import Case
from core.roles import service as roles
from tests.databases import AnyDatabase
from tests.fakes.rooms.effects import HAPPENED, Sorry, happen
from tests.household import Household, Person

WEEK = timedelta(days=7)
APPEAL, REPORT = "appeal", "report"


def show(uow: UnitOfWork, subject: str) -> Message:
    return Message((Text(f"Evidence on {subject}."),), buttons=(Button("Its wallet", ("wallet",)),))


def decide(uow: UnitOfWork, case: Case, option: str, by: MemberId | None, at: datetime) -> Line:
    happen(uow, option, f"{case.id}:{by or 'deadline'}")
    if case.subject == "pot:broken":
        raise Sorry
    return f"30 coins of {case.subject} are back." if option == "return" else f"{case.subject} stays as it is."


KEEP = Option("keep", "Leave it")
COURT = Room(
    "court",
    reviews=(
        Review(
            APPEAL, "Appeal", (Option("return", "Give it back"), Option("keep", "Leave it")), show, decide, "return"
        ),
        Review(REPORT, "Report", (Option("hide", "Hide"), Option("keep", "Leave it")), show, decide, "keep"),
    ),
)


class Court(Household):
    """Every room, and the court."""

    def __init__(self, database: AnyDatabase, *, rooms: tuple[Room, ...] = (*ROOMS, COURT), **more: Any) -> None:
        super().__init__(database, rooms=rooms, **more)

    async def open(self) -> None:
        """Make the table in which it shows what was decided."""
        await self.do(lambda uow: uow.run(text("CREATE TABLE IF NOT EXISTS effect (what TEXT, key TEXT)")))

    async def happened(self, what: str) -> list[str]:
        return await self.database.read(lambda uow: [row.key for row in uow.run(HAPPENED, what=what)])

    async def staff(self, name: str, role: Role = Role.MODERATOR, space: str = "", platform: str = "discord") -> Person:
        """Somebody with a role."""
        person = self.person(name, platform)
        await person.does("start")
        me, now = await person.id(), self.clock.now()
        await self.do(lambda uow: roles.grant(uow, me, role, space, by=None, at=now))
        return person

    async def case(self, about: Person, subject: str = "pot:7", **more: Any) -> CaseId:
        """Something waits about somebody."""
        me, at = await about.id(), self.clock.now()
        kind, key = more.pop("kind", APPEAL), f"appeal:{subject}"
        values: dict[str, Any] = {"deadline": at + WEEK, "note": "It was not me.", "key": key} | more
        return await self.do(lambda uow: service.open_case(uow, kind, subject, me, at=at, **values))

    async def looks(self, case: CaseId) -> Case:
        return await self.database.read(lambda uow: service.case_of(uow, case))

    async def acts(self) -> list[tuple[str, str, MemberId, dict[str, Any]]]:
        """Decisions in the audit log, oldest first."""
        found = await self.database.read(audit.newest)
        return [
            (one.act, one.subject, one.actor, dict(one.detail)) for one in reversed(found) if one.act[:6] == "review"
        ]
