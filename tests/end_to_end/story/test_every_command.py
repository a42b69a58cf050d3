"""Every command of the registry, driven to its end on both platforms. A new command fails here until it is driven."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from core.chat import Command
from core.db import UnitOfWork, columns
from core.knowledge import service as knowledge
from core.metrics.tables import MetricProof
from core.people import Identity, Role
from core.questions.questionnaires import QUESTIONNAIRES, Question, Questionnaire
from core.registry import ROOMS
from core.roles import service as roles
from tests.end_to_end.story.town import Cast, Town, identity
from tests.fakes.discord.person import Person as DiscordPerson
from tests.fakes.discord.things import USUAL
from tests.fakes.telegram.person import Person as TelegramPerson

COMMANDS: Mapping[str, Command] = {command.name: command for room in ROOMS for command in room.commands}
MANAGE_GUILD = 1 << 5
CODES = select(columns(MetricProof).c.code)
BOB, CODE = "bob", "code"


@dataclass(frozen=True)
class Drive:
    """What is typed on Discord and on Telegram, what comes first, and what both say in the end."""

    says: str
    options: dict[str, Any] = field(default_factory=dict)
    """On Discord. BOB stands for somebody else here, CODE for what came before: the code of a link, an answer."""
    line: str = ""
    """On Telegram, behind the command. The same two stand in braces."""
    first: str = ""
    """A word for what has to have happened: see `Before`."""
    confirmed: bool = False


def filled(one: Questionnaire) -> dict[str, Any]:
    """Something to say to each question that has to be answered."""
    return {question.key: answer(question) for question in one.questions if question.required}


def typed(one: Questionnaire) -> str:
    """The same on one line, by name."""
    return " ".join(f'{key}:"{value}"' for key, value in filled(one).items())


def answer(question: Question) -> Any:
    """Something to say to a question."""
    if question.kind == "number":
        return 7
    if question.options:
        return question.options[0]
    return f"{question.help.split('.')[0][::-1]} {question.key}"


DRIVES: Mapping[str, Drive] = {
    "start": Drive("I'm Tandem"),
    "help": Drive("/daily", {"about": "coins"}, "coins"),
    "daily": Drive("+10 coins"),
    "wallet": Drive("0 credits"),
    "analyse": Drive("160 credits paid", {"pay": "Credits"}, "pay:credits", "measured", confirmed=True),
    "ask": Drive(
        "80 credits paid",
        {"question": "Should my violin go?", "pay": "Credits"},
        "pay:credits Should my violin go?",
        "rich",
        confirmed=True,
    ),
    "gift": Drive("Sent 50 credits", {"to": BOB, "amount": 50, "note": "thanks"}, "{bob} 50 thanks", "rich"),
    "questions list": Drive("Strengths"),
    **{f"questions {one.name}": Drive(f"+{one.coins} coins", filled(one), typed(one)) for one in QUESTIONNAIRES},
    "questions limits": Drive("+10 coins", {"hours": 6, "energy": "3: all right", "confidence": "4: mostly"}, "6 3 4"),
    "checkin": Drive(
        "+5 coins",
        {"well": "The hook of the bread clip", "energy": "4: good"},
        '"The hook of the bread clip" 4',
    ),
    "answers show": Drive("not told me anything yet"),
    "answers correct": Drive("Corrected", {"which": CODE, "text": "less"}, "{code} less", "told"),
    "answers delete": Drive("Deleted", {"which": CODE}, "{code}", "told", confirmed=True),
    "notebook show": Drive("Your notebook is empty"),
    "notebook add": Drive("Noted", {"text": "No posts on Sundays"}, "No posts on Sundays"),
    "notebook change": Drive("Changed", {"note": CODE, "text": "less"}, "{code} less", "noted"),
    "notebook delete": Drive("Deleted", {"note": CODE}, "{code}", "noted", confirmed=True),
    "link start": Drive("Your code"),
    "link agree": Drive("are one now", {"code": CODE}, "{code}", "asked", confirmed=True),
    "link cancel": Drive("The code no longer works", first="made a code"),
    "link status": Drive("No link waits"),
    "link remove": Drive("account left", first="linked", confirmed=True),
    "profile show": Drive("Nothing here yet"),
    "profile basics": Drive(
        "Kept 3 lines", {"platform": "TikTok", "followers": 12_000, "niche": "cooking"}, "tiktok 12000 cooking"
    ),
    "profile audience": Drive("Kept 1 line", {"audience": "cooks"}, "audience:cooks"),
    "settings show": Drive("Time zone"),
    "settings zone": Drive("Europe/Berlin", {"zone": "Europe/Berlin"}, "Europe/Berlin"),
    "settings quiet": Drive("21:00", {"start": "21:00", "end": "07:00"}, "21:00 07:00"),
    "settings language": Drive("Deutsch", {"language": "Deutsch"}, "Deutsch"),
    "settings gifts": Drive("Nobody can send you gifts", {"on": False}, "no"),
    "settings notice": Drive("Streak reminder: on", {"notice": "streak", "on": True}, "streak yes"),
    "offers": Drive("There is no partner page for you"),
    "appeal": Drive("Nothing holds you up"),
    "privacy show": Drive("A copy of all of it"),
    "privacy export": Drive("Everything I hold on you"),
    "privacy erase": Drive("You are leaving on", confirmed=True),
    "privacy stay": Drive("You stay", first="leaving"),
    "connect show": Drive("Connected accounts"),
    "connect tiktok": Drive("Sign in at TikTok"),
    "connect google": Drive("Sign in at YouTube"),
    "connect youtube": Drive("Put this anywhere", {"channel": "UC1"}, "UC1"),
    "connect check": Drive("uc1 is connected", {"channel": "UC1"}, "UC1", "given a code"),
    "connect demo": Drive("made-up figures", {"story": "steady"}, "steady"),
    "connect remove": Drive("is disconnected", first="connected", confirmed=True),
    "challenge list": Drive("Growth challenges"),
    "challenge start": Drive("Reading Demo", {"challenge": "ten_clips"}, "ten_clips", "connected"),
    "challenge stake": Drive(
        "10 coins are in escrow", {"challenge": CODE, "coins": 10}, "{code} 10", "offered", confirmed=True
    ),
    "challenge cancel": Drive("Your 10 coins are back", {"challenge": CODE}, "{code}", "staked"),
    "challenge leave": Drive("You left it in the middle", {"challenge": CODE}, "{code}", "running", confirmed=True),
    "challenge status": Drive("Ten clips in ten days", first="staked"),
    "challenge history": Drive("Ten clips in ten days", first="staked"),
    "challenge explain": Drive("Judged again just now", first="judged"),
    "challenge appeal": Drive(
        "5 coins stay in escrow",
        {"challenge": CODE, "reason": "The last days are missing"},
        '{code} "The last days are missing"',
        "judged",
    ),
    "challenge feedback": Drive(
        "+15 coins",
        {"challenge": CODE, "helped": "Filming it all on Sunday", "learned": "Write the hooks first", "again": "Yes"},
        '{code} "Filming it all on Sunday" "Write the hooks first" Yes',
        "judged",
    ),
    "admin challenges list": Drive("No challenge has coins in escrow", first="staff"),
    "admin challenges fail": Drive(
        "There is no challenge 12", {"challenge": "12", "reason": "quota ran out"}, '12 "quota ran out"', "staff"
    ),
    "admin ease": Drive("is not held up by anything", {"member": BOB}, "{bob}", "staff"),
    "admin role give": Drive("is moderator now", {"member": BOB, "role": "Moderator"}, "{bob} Moderator", "staff"),
    "admin role take": Drive("not have the role", {"member": BOB, "role": "Moderator"}, "{bob} Moderator", "staff"),
    "admin role list": Drive("admin", first="staff"),
    "admin member": Drive("Known on", {"member": BOB}, "{bob}", "staff"),
    "admin queue": Drive("Nothing waits", first="staff"),
    "admin case": Drive("no case 12", {"case": "12"}, "12", "staff"),
    "admin decide": Drive(
        "no case 12", {"case": "12", "option": "return", "why": "Because."}, "12 return Because.", "staff"
    ),
    "admin costs": Drive("Today", first="staff"),
    "admin profit": Drive("Members by level", first="staff"),
    "admin audit": Drive("The audit log is empty", first="staff"),
}


class OnDiscord:
    """Mara types, Bob is there, and her other account is on Telegram."""

    def __init__(self, town: Town, cast: Cast) -> None:
        self.town = town
        self.me: DiscordPerson = cast.mara
        self.bob: DiscordPerson = cast.bob

    @property
    def who(self) -> Identity:
        """Who types."""
        return identity(self.me)

    async def arrives(self) -> None:
        """Both have been here."""
        await self.me.runs("/start")
        await self.bob.runs("/start")

    async def becomes_staff(self) -> None:
        """The commands of staff are offered to who manages the server."""
        guild = self.me.place.guild
        assert guild is not None
        guild.members[self.me.id].permissions = USUAL | MANAGE_GUILD

    async def types(self, name: str, code: str = "") -> str:
        """The command with its options."""
        stand_ins = {BOB: self.bob, CODE: code}
        options: dict[str, Any] = {key: stand_ins.get(value, value) for key, value in DRIVES[name].options.items()}
        return str((await self.me.runs(f"/{name}", **options)).text)

    async def sends(self, name: str, **options: Any) -> str:
        """Another command, on the way."""
        return str((await self.me.runs(f"/{name}", **options)).text)

    async def agrees(self, until: str = "") -> str:
        """Yes. What is streamed grows until these words stand there."""
        pressed = await self.me.presses("Confirm")
        if until not in str(pressed.text):
            await self.me.waits_for(until)
        return str(pressed.text)

    async def code(self) -> str:
        """A code of a link."""
        return (await self.sends("link start")).split("`")[1]

    async def gives_back(self, code: str) -> None:
        """The code of another platform."""
        await self.sends("link start", code=code)
        await self.agrees()


class OnTelegram:
    """Tom types, Uma is there, and his other account is on Discord."""

    def __init__(self, town: Town, cast: Cast) -> None:
        self.town = town
        self.me: TelegramPerson = cast.tom
        self.bob: TelegramPerson = cast.uma

    @property
    def who(self) -> Identity:
        """Who types."""
        return identity(self.me)

    async def arrives(self) -> None:
        """Both have been here."""
        await self._answered(self.bob, "/start")
        await self._answered(self.me, "/start")

    async def becomes_staff(self) -> None:
        """Nothing is hidden from those who can type."""

    async def types(self, name: str, code: str = "") -> str:
        """The command with its words."""
        beside = DRIVES[name].line.format(bob=f"@{self.bob.user.username}", code=code)
        return await self._answered(self.me, f"/{name.replace(' ', '_')} {beside}".strip())

    async def sends(self, name: str, **options: Any) -> str:
        """Another command, on the way."""
        words = " ".join(str(value) for value in options.values())
        return await self._answered(self.me, f"/{name.replace(' ', '_')} {words}".strip())

    async def agrees(self, until: str = "") -> str:
        """Yes."""
        self.me.presses("Yes")
        await self.town.quiet()
        return self.me.last().text

    async def code(self) -> str:
        """A code of a link."""
        await self.sends("link start")
        shown = self.me.last()
        part = next(entity for entity in shown.entities if entity["type"] == "code")
        return shown.text[part["offset"] : part["offset"] + part["length"]]

    async def gives_back(self, code: str) -> None:
        """The code of another platform."""
        await self.sends("link start", code=code)
        await self.agrees()

    async def _answered(self, person: TelegramPerson, line: str) -> str:
        before = len(person.sees())
        person.says(line)
        await self.town.quiet()
        return "\n".join(seen.text for seen in person.sees()[before:])


Place = OnDiscord | OnTelegram


class Before:
    """What has to have happened. Gives what is typed next: the code of a link, the number of an answer."""

    async def nothing(self, here: Place, there: Place) -> str:
        return ""

    async def rich(self, here: Place, there: Place) -> str:
        await here.arrives()
        await here.town.later(days=30)
        await here.town.enriches(here.who)
        return ""

    async def staff(self, here: Place, there: Place) -> str:
        await here.arrives()
        await here.becomes_staff()
        member, now = await here.town.member(here.who), here.town.clock.now()

        def grant(uow: UnitOfWork) -> None:
            roles.grant(uow, member, Role.ADMIN, "", by=member, at=now)

        await here.town.house.database.write(grant)
        return ""

    async def asked(self, here: Place, there: Place) -> str:
        await here.sends("daily")
        await there.sends("daily")
        code = await here.code()
        await there.gives_back(code)
        return code

    async def made_a_code(self, here: Place, there: Place) -> str:
        return await here.code()

    async def linked(self, here: Place, there: Place) -> str:
        code = await self.asked(here, there)
        await here.types("link agree", code)
        await here.agrees()
        return code

    async def told(self, here: Place, there: Place) -> str:
        await here.arrives()
        member, now = await here.town.member(here.who), here.town.clock.now()

        def tell(uow: UnitOfWork) -> str:
            knowledge.tell(uow, member, "goals", "why", "Why?", "Because of the bread", now)
            return f"answer-{knowledge.told(uow, member)[0].id}"

        return await here.town.house.database.write(tell)

    async def given_a_code(self, here: Place, there: Place) -> str:
        await here.sends("connect youtube", channel="UC1")
        codes = await here.town.house.database.read(lambda uow: [row.code for row in uow.run(CODES)])
        here.town.youtube.creators["UC1"].description = " ".join(codes)
        return ""

    async def noted(self, here: Place, there: Place) -> str:
        await here.sends("notebook add", text="No posts on Sundays")
        return "1"

    async def connected(self, here: Place, there: Place) -> str:
        return await here.sends("connect demo", story="steady")

    async def measured(self, here: Place, there: Place) -> str:
        await self.rich(here, there)
        await self.connected(here, there)
        for _ in range(15):
            await here.town.later(days=1)
        return ""

    async def offered(self, here: Place, there: Place) -> str:
        await self.connected(here, there)
        await here.town.later(minutes=1)
        await here.sends("challenge start", challenge="ten_clips")
        await here.town.later(minutes=1)
        return "1"

    async def staked(self, here: Place, there: Place) -> str:
        code = await self.offered(here, there)
        await here.sends("challenge stake", challenge=code, coins=10)
        await here.agrees()
        return code

    async def running(self, here: Place, there: Place) -> str:
        code = await self.staked(here, there)
        await here.town.later(hours=24)
        await here.town.later(hours=1)
        return code

    async def judged(self, here: Place, there: Place) -> str:
        code = await self.running(here, there)
        for _ in range(12 * 4):
            await here.town.later(hours=6)
        return code

    async def leaving(self, here: Place, there: Place) -> str:
        await here.sends("privacy erase")
        await here.agrees()
        return ""


def places(town: Town, cast: Cast) -> tuple[OnDiscord, OnTelegram]:
    """Where a command is driven."""
    return OnDiscord(town, cast), OnTelegram(town, cast)


async def driven(name: str, here: Place, there: Place) -> str:
    """What the command says in the end."""
    drive = DRIVES[name]
    first = getattr(Before(), drive.first.replace(" ", "_") or "nothing")
    said = await here.types(name, await first(here, there))
    return await here.agrees(drive.says) if drive.confirmed else said


class TestEveryCommand:
    def test_is_driven_here(self):
        assert sorted(DRIVES) == sorted(COMMANDS), "drive the new command, or forget the one that is gone"

    @pytest.mark.parametrize("name", sorted(COMMANDS))
    async def test_is_done_on_discord(self, town, cast, name):
        here, there = places(town, cast)
        said = await driven(name, here, there)
        assert DRIVES[name].says in said, said

    @pytest.mark.parametrize("name", sorted(COMMANDS))
    async def test_is_done_on_telegram(self, town, cast, name):
        there, here = places(town, cast)
        said = await driven(name, here, there)
        assert DRIVES[name].says in said, said
