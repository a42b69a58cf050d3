"""`/start` and `/help`: nothing is promised that is not there."""

import pytest

from core.chat import Reply, Room
from core.chat.command import Command
from core.coins.room import ROOM as COINS
from core.entitlements import service as entitlements
from core.gifts.room import ROOM as GIFTS
from core.members.reactions import ROOM as MEMBERS
from core.outbox.service import ROOM as OUTBOX
from core.people import Plan, Role
from core.registry import ROOMS
from core.roles import service as roles
from core.schedule.service import ROOM as SCHEDULE
from core.welcome.room import ROOM as WELCOME
from tests.databases import SqliteEngine, connect
from tests.household import Household, Person, buttons_of, text_of

FLOOR = (SCHEDULE, MEMBERS, roles.ROOM, OUTBOX)
STAFF = [command for room in ROOMS for command in room.commands if command.role is not None]
OPEN = [command for room in ROOMS for command in room.commands if command.role is None]


def shown(command: Command) -> str:
    return f"/{command.name}: "


async def may_give(person: Person) -> None:
    """Put somebody on a plan that lets them give."""
    await person.does("start")
    me, now = await person.id(), person.house.clock.now()
    await person.house.do(lambda uow: entitlements.set_plan(uow, me, Plan.PREMIUM, now, None))


class TestStart:
    async def test_greets_by_name_and_promises_what_is_there(self, house: Household, ann: Person) -> None:
        reply = await ann.does("start")
        words = text_of(reply)
        assert words.startswith("Hi Ann. I'm Tandem: a manager for creators, in your pocket.")
        promises = {
            "check in daily and earn coins": ("daily",),
            "growth challenge": ("challenge", "list"),
            "launch a paid community": ("launch", "start"),
            "thank somebody with credits": ("gift",),
        }
        for words_of, path in promises.items():
            if words_of in words.casefold():
                assert house.catalog.find(path) is not None
        assert "daily" in words

    async def test_has_at_most_three_buttons_and_each_works(self, house: Household, ann: Person) -> None:
        buttons = buttons_of(await ann.does("start"))
        assert 1 <= len(buttons) <= 3
        for button in buttons.values():
            assert house.catalog.find(button.command) is not None
            await ann.does(*button.command)

    @pytest.mark.parametrize(
        ("rooms", "promise"),
        [
            ((), None),
            ((COINS,), "Check in daily and earn coins."),
            ((GIFTS,), "Thank somebody with credits."),
            ((COINS, GIFTS), "Check in daily and earn coins or thank somebody with credits."),
        ],
    )
    async def test_of_a_smaller_product_promises_less(
        self, sqlite_engine: SqliteEngine, rooms: tuple[Room, ...], promise: str | None
    ) -> None:
        url = sqlite_engine.fresh()
        async with connect(url, readers=1) as database:
            house = Household(database, rooms=(*FLOOR, *rooms, WELCOME))
            ann = house.person("Ann")
            await may_give(ann)
            reply = await ann.does("start")
            assert text_of(reply).splitlines()[1:] == ([promise] if promise else [])
            assert {button.command[0] for button in buttons_of(reply).values()} <= {"daily", "wallet", "gift"}
        sqlite_engine.drop(url)

    @pytest.mark.parametrize("command", ["start", "help"])
    async def test_speaks_of_giving_to_who_may_give(self, sqlite_engine: SqliteEngine, command: str) -> None:
        url = sqlite_engine.fresh()
        async with connect(url, readers=1) as database:
            ann = Household(database, rooms=(*FLOOR, GIFTS, WELCOME)).person("Ann")
            assert "Thank somebody with credits" not in buttons_of(await ann.does(command))
            assert "hank somebody" not in text_of(await ann.does("start"))
            await may_give(ann)
            assert "Thank somebody with credits" in buttons_of(await ann.does(command))
        sqlite_engine.drop(url)

    @pytest.mark.parametrize("name", ["<b>Ann</b>", "@everyone", "{name}", "*", "آن", "🎉"])
    async def test_says_any_name_as_it_is(self, house: Household, name: str) -> None:
        assert text_of(await house.person(name, user_id="x").does("start")).startswith(f"Hi {name}. ")


class TestHelp:
    async def test_lists_everything_open_by_topic_and_nothing_of_staff(self, ann: Person) -> None:
        words = text_of(await ann.does("help"))
        assert all(f"{shown(command)}{command.summary}" in words for command in OPEN)
        assert not any(shown(command) in words for command in STAFF)
        assert "admin" not in words
        assert "Staff" not in words
        for topic in {command.topic for command in OPEN}:
            assert topic in words.splitlines()

    async def test_begins_with_what_people_come_to_do(self, house: Household, ann: Person) -> None:
        reply = await ann.does("help")
        assert text_of(reply).startswith("What would you like to do?")
        buttons = buttons_of(reply)
        assert 1 <= len(buttons) <= 5
        assert "Take today's coins" in buttons
        assert all(house.catalog.find(button.command) is not None for button in buttons.values())

    @pytest.mark.parametrize(
        ("about", "found"),
        [
            ("gift", "/gift"),
            ("/gift", "/gift"),
            ("GIFT", "/gift"),
            ("zone", "/settings zone"),
            ("settings zone", "/settings zone"),
            ("coins", "/daily"),
            ("walet", "/wallet"),
            ("setings", "/settings show"),
            ("dayly", "/daily"),
        ],
    )
    async def test_finds_what_is_meant_exactly_or_nearly(self, ann: Person, about: str, found: str) -> None:
        reply = await ann.does("help", about=about)
        assert isinstance(reply, Reply)
        assert text_of(reply).startswith("This may be it:")
        assert f"\n{found}: " in text_of(reply)
        assert buttons_of(reply)

    @pytest.mark.parametrize("about", ["xyzzy", "🎉", "مرحبا", "9" * 60])
    async def test_says_when_nothing_fits_and_where_all_is(self, ann: Person, about: str) -> None:
        reply = await ann.does("help", about=about)
        assert text_of(reply).startswith("I found nothing about that.")
        assert buttons_of(reply)["All commands"].command == ("help",)

    @pytest.mark.parametrize("about", ["admin", "audit", "role", "staff", "moderator"])
    async def test_finds_nothing_of_staff(self, ann: Person, about: str) -> None:
        reply = await ann.does("help", about=about)
        assert not any(shown(command) in text_of(reply) for command in STAFF)
        assert not any(button.command[0] == "admin" for button in buttons_of(reply).values())

    async def test_of_more_than_fits_asks_again(self, ann: Person) -> None:
        assert not isinstance(await ann.does("help", about="x" * 61), Reply)

    async def test_pays_no_visit(self, house: Household, ann: Person) -> None:
        for command in ("start", "help"):
            assert "today's visit" not in text_of(await ann.does(command))
        assert "+10 coins for today's visit, day 1." in text_of(await ann.does("wallet"))
        assert Role.ADMIN in {command.role for command in STAFF}
