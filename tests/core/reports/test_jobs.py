"""Reports by the day, week and month, and alarms: at most once, after a crash too, and they reach somebody."""

from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import update

from core.chat import Due
from core.chat.message import Attachment, Image
from core.costs import service as costs
from core.costs.repository import MONTH
from core.costs.rules import Category, nanos
from core.db import UnitOfWork
from core.ids import MemberId
from core.money import Nanos
from core.operations.jobs import PROVE
from core.people import Role
from core.reports import jobs, service
from core.reports.rules import Goals, Period, ReportRules
from core.roles import service as roles
from tests.gating import Gated
from tests.household import SALT, Person, buttons_of, text_of

MONDAY = datetime(2026, 6, 1, 7, tzinfo=UTC)
"""The first of a month, too: the day, the week and the month before are over."""
BREAK = update(MONTH).values(earned=MONTH.c.earned + 1)


def heads(gated: Gated, person: Person) -> list[str]:
    return [text.splitlines()[0] for text in gated.house.postbox.to(person)]


def appoint(uow: UnitOfWork, who: MemberId, role: Role, at: datetime) -> None:
    roles.grant(uow, who, role, "", by=None, at=at)


def read(uow: UnitOfWork, dollars: str, key: str, at: datetime) -> None:
    costs.own(uow, Category.EXTERNAL, Nanos(nanos(dollars)), key=key, at=at, purpose="reading")


async def busy_week(gated: Gated) -> None:
    """Somebody who costs and brings a little on each day until the Monday."""
    ann = await gated.member()
    gated.clock.set(MONDAY - timedelta(days=6))
    for _ in range(6):
        await gated.call(ann, "0.05")
        gated.clock.advance(timedelta(days=1))
    await gated.house.runner.plan_recurring()


class TestReports:
    async def test_day_week_and_month_come_once(self, gated: Gated, owner: Person) -> None:
        await busy_week(gated)
        await gated.house.pass_time()
        for _ in range(30):  # two a day, and the quiet hours hold
            await gated.house.pass_time(timedelta(hours=1))
        said = heads(gated, owner)
        assert [head.split(" · ")[0] for head in said] == ["The day", "The week", "The month"]
        assert "31 May 2026" in said[0]
        assert "25 May to 31 May 2026" in said[1]
        assert "1 May to 31 May 2026" in said[2]

    async def test_with_a_picture_and_a_table(self, gated: Gated, owner: Person) -> None:
        await busy_week(gated)
        for _ in range(30):
            await gated.house.pass_time(timedelta(hours=1))
        blocks = [block for _, message in gated.house.postbox.sent for block in message.blocks]
        assert sum(isinstance(block, Attachment) for block in blocks) == 3
        assert sum(isinstance(block, Image) for block in blocks) == 2

    async def test_admins_hear_it_and_support_does_not(self, gated: Gated, owner: Person) -> None:
        kim, sam = gated.house.person("kim"), gated.house.person("sam")
        for person, role in ((kim, Role.ADMIN), (sam, Role.SUPPORT)):
            await person.does("wallet")
            who = await person.id()
            await gated.do(partial(appoint, who=who, role=role, at=gated.now))
        await busy_week(gated)
        await gated.house.pass_time()
        await gated.house.pass_time(timedelta(hours=2))
        assert heads(gated, kim)
        assert heads(gated, sam) == []

    async def test_not_to_who_turned_it_off(self, gated: Gated, owner: Person) -> None:
        await owner.does("settings", "notice", notice="reports", on=False)
        await busy_week(gated)
        await gated.house.pass_time()
        await gated.house.pass_time(timedelta(hours=2))
        assert heads(gated, owner) == []

    async def test_members_are_not_told_that_there_are_any(self, gated: Gated) -> None:
        assert "Reports" not in text_of(await gated.house.person("bob").does("settings", "show"))

    async def test_its_own_button_ends_it(self, gated: Gated, owner: Person) -> None:
        await busy_week(gated)
        await gated.house.pass_time()
        await gated.house.pass_time(timedelta(hours=2))
        _, message = gated.house.postbox.sent[-1]
        await owner.agrees(buttons_of(message)["No more reports"].token)
        before = len(heads(gated, owner))
        await gated.house.pass_time(timedelta(days=2))
        assert len(heads(gated, owner)) == before

    async def test_a_crash_before_the_end_doubles_nothing(self, gated: Gated, owner: Person) -> None:
        await busy_week(gated)
        due = Due(jobs.WRITE, "every", {}, gated.now)
        needs = {"limits": gated.limits, "salt": SALT, "goals": Goals(), "listing": ReportRules()}
        work = jobs.Wanted(gated.now, tuple(Period))
        result = await jobs.write(work, reader=service.Reader(gated.house.database.read), **needs)  # type: ignore[arg-type]
        owners = gated.house.desk.owners
        for _ in range(2):  # whoever takes the row over does it again
            await gated.do(lambda uow: jobs.finish(uow, due, result, owners=owners))
        for _ in range(40):
            await gated.house.pass_time(timedelta(hours=1))
        # One of each, and on the next day nothing happened that were worth a report.
        assert len(heads(gated, owner)) == 3

    async def test_not_before_the_hour(self, gated: Gated, owner: Person) -> None:
        await busy_week(gated)
        gated.clock.set(MONDAY.replace(hour=5))
        await gated.house.pass_time()
        assert heads(gated, owner) == []

    async def test_nothing_is_said_about_nothing(self, gated: Gated, owner: Person) -> None:
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time(timedelta(days=1))
        assert heads(gated, owner) == []


class TestAlarms:
    async def usual(self, gated: Gated, dollars: str = "0.10", days: int = 14) -> None:
        """The service's own cost on each of some days."""
        for _ in range(days):
            key, at = gated.key(), gated.now
            await gated.do(partial(read, dollars=dollars, key=key, at=at))
            gated.clock.advance(timedelta(days=1))

    async def test_a_command_that_costs_five_times_its_median(self, gated: Gated, owner: Person) -> None:
        await self.usual(gated)
        await self.usual(gated, "0.60", 1)
        gated.clock.advance(-timedelta(days=1))
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time(timedelta(minutes=1))
        await gated.house.pass_time(timedelta(hours=3))
        said = [text for text in gated.house.postbox.to(owner) if "reading" in text and "median" in text]
        assert len(said) == 1
        assert "“reading” has cost $0.60 today, on its median day $0.10." in said[0]

    async def test_a_member_who_does(self, gated: Gated, owner: Person) -> None:
        ann = await gated.member("Annabel")
        for _ in range(5):
            await gated.call(ann, "0.05")
            gated.clock.advance(timedelta(days=1))
        await gated.call(ann, "0.80")
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time()
        said = "\n".join(gated.house.postbox.to(owner))
        assert f"Member {service.hashed(ann.id, SALT)} has cost $0.80 today, on its median day $0.0500." in said
        assert "Annabel" not in said

    async def test_a_usual_day_is_none(self, gated: Gated, owner: Person) -> None:
        await self.usual(gated, "1.00", 15)
        gated.clock.advance(-timedelta(days=1))
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time(timedelta(minutes=1))
        assert not [text for text in gated.house.postbox.to(owner) if "median" in text]


class TestBooks:
    async def test_what_does_not_hold_reaches_the_owner(self, gated: Gated, owner: Person) -> None:
        ann = await gated.member()
        await gated.call(ann, "0.05")

        def spoil(uow: UnitOfWork) -> None:
            uow.run(BREAK)

        await gated.do(spoil)
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time()
        (said,) = [text for text in gated.house.postbox.to(owner) if "books" in text]
        assert "The books do not hold: 1 findings." in said
        assert "a month's sums equal its rows" in said

    async def test_the_same_once_a_day(self, gated: Gated, owner: Person) -> None:
        await gated.call(await gated.member(), "0.05")
        await gated.do(lambda uow: uow.run(BREAK))
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time()
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time(timedelta(hours=1))
        assert sum("do not hold" in text for text in gated.house.postbox.to(owner)) == 1
        await gated.house.pass_time(timedelta(days=1))
        assert sum("do not hold" in text for text in gated.house.postbox.to(owner)) == 2

    async def test_books_that_hold_are_no_news(self, gated: Gated, owner: Person) -> None:
        await gated.call(await gated.member(), "0.05")
        await gated.house.runner.plan_recurring()
        await gated.house.pass_time()
        assert not [text for text in gated.house.postbox.to(owner) if "hold" in text]
        assert PROVE in gated.house.catalog.jobs
