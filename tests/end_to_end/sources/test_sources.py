"""Creators' own platforms: the program as it is wired, the real adapters, loopback TikTok and YouTube behind them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot import wiring
from bot.settings import Settings, TikTokSettings, YouTubeSettings
from bot.wiring import House
from core.chat import Ask, Confirm, Invocation, Message, Place, Refusal, Reply, Visit
from core.chat.inbound import Agreement
from core.clock import SetClock
from core.ledger import audit
from core.people import Actor, Identity
from core.ports import Delivered, Delivery
from tests.driver import Loud
from tests.fakes.tiktok.fake import FakeTikTok
from tests.fakes.youtube.fake import FakeYouTube
from tests.outcomes import words

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MARA = Identity("discord", "1001")
HOUR = timedelta(hours=1)


class Phone:
    """A messenger that keeps what it was given."""

    def __init__(self) -> None:
        self.got: list[Message] = []

    def serves(self, identity: Identity) -> bool:
        return True

    def repeats_safely(self, platform: str) -> bool:
        return False

    async def send(self, identity: Identity, message: Any, *, key: str) -> Delivery:
        self.got.append(message)
        return Delivered()

    @property
    def screen(self) -> str:
        return "\n".join(words(message) for message in self.got)


@dataclass
class Studio:
    """The house, and Mara in it."""

    house: House
    clock: SetClock
    phone: Phone
    events: int = 0

    def _event(self) -> tuple[Actor, Place, str, datetime]:
        self.events += 1
        place = Place("discord", "dm", "", private=True)
        return Actor(MARA, "Mara"), place, f"discord:{self.events}", self.clock.now()

    async def does(self, *path: str, **values: Any) -> Any:
        return await self.house.dispatcher.handle(Invocation(path, values, *self._event()))

    async def agrees(self, asked: Any) -> Any:
        assert isinstance(asked, Confirm), asked
        return await self.house.dispatcher.handle(Agreement(asked.token, True, *self._event()))

    async def comes_back(self, address: str) -> None:
        """A browser returns from signing in, as the web's door hands it on."""
        parts = urlsplit(address)
        assert await self.house.runner.receive("oauth", f"{parts.path.rpartition('/')[2]}?{parts.query}".encode(), {})
        await self.due()

    async def due(self) -> None:
        tick = await self.house.runner.run_due()
        assert tick.failed == 0

    async def pass_time(self, by: timedelta, step: timedelta = 6 * HOUR) -> None:
        until = self.clock.now() + by
        while self.clock.now() < until:
            self.clock.advance(min(step, until - self.clock.now()))
            await self.due()

    async def coins(self) -> str:
        return words((await self.does("wallet")).message).splitlines()[0]

    async def books_hold(self) -> None:
        assert await self.house.database.read(lambda uow: list(audit.findings(uow))) == []


@asynccontextmanager
async def studio(folder: Path, clock: SetClock, **sources: Any) -> AsyncIterator[Studio]:
    settings = replace(
        Settings(),
        database=replace(Settings().database, url=f"sqlite:///{folder}/tandem.db"),
        metrics=replace(Settings().metrics, keys=SecretStr(Fernet.generate_key().decode())),
        challenges=replace(Settings().challenges, youtube_amendment_accepted=True),
        **sources,
    )
    wiring.prepare_database(settings.database)
    async with wiring.open_house(settings, Loud(), clock=clock) as house:
        phone = Phone()
        house.messengers.add(phone)
        made = Studio(house, clock, phone)
        await made.does("start")
        yield made


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


class TestTikTok:
    async def test_from_signing_in_to_a_verdict(self, tmp_path: Path, clock: SetClock) -> None:
        async with FakeTikTok(clock) as tiktok, studio(tmp_path, clock, tiktok=tiktok.settings) as mara:
            creator = tiktok.creator("mara.makes", followers=12_000)
            for day in range(40):
                creator.posts(NOON - timedelta(days=day, hours=1), views=900, likes=60, comments=4, shares=2)
            visit = await mara.does("connect", "tiktok")
            assert isinstance(visit, Visit)
            await mara.comes_back(tiktok.sign_in.consents(visit.url, creator))
            assert "is connected" in mara.phone.screen
            assert "mara.makes" in words((await mara.does("connect")).message)
            for _ in range(16):  # a history of one's own
                creator.followers += 10
                await mara.pass_time(timedelta(days=1))
                await mara.does("daily")
            await mara.does("challenge", "start", challenge="ten_clips")
            await mara.pass_time(timedelta(minutes=5), step=timedelta(minutes=1))
            assert "Ten clips in ten days" in mara.phone.screen
            asked = await mara.does("challenge", "stake", challenge="1", coins="100")
            assert isinstance(await mara.agrees(asked), Reply)
            before = await mara.coins()
            for day in range(13):
                creator.posts(clock.now(), views=500, likes=40, comments=4, shares=1)
                creator.followers += 10 if day < 11 else 0
                await mara.pass_time(timedelta(days=1))
            assert "kept" in mara.phone.screen, mara.phone.screen
            shown = words((await mara.does("challenge", "explain", challenge="1")).message)
            assert "the same" in shown
            assert await mara.coins() != before
            await mara.books_hold()

    async def test_whose_permission_is_taken_back_is_told(self, tmp_path: Path, clock: SetClock) -> None:
        async with FakeTikTok(clock) as tiktok, studio(tmp_path, clock, tiktok=tiktok.settings) as mara:
            creator = tiktok.creator("mara.makes", followers=12_000)
            visit = await mara.does("connect", "tiktok")
            await mara.comes_back(tiktok.sign_in.consents(visit.url, creator))
            tiktok.sign_in.removes_access(creator)
            await mara.pass_time(timedelta(days=2))
            assert "connect it again" in mara.phone.screen.lower(), mara.phone.screen

    async def test_without_consent_connects_nothing(self, tmp_path: Path, clock: SetClock) -> None:
        async with FakeTikTok(clock) as tiktok, studio(tmp_path, clock, tiktok=tiktok.settings) as mara:
            visit = await mara.does("connect", "tiktok")
            await mara.comes_back(tiktok.sign_in.declines(visit.url))
            assert "is connected" not in mara.phone.screen
            assert mara.phone.got


class TestYouTube:
    async def test_by_a_code_in_the_description(self, tmp_path: Path, clock: SetClock) -> None:
        async with FakeYouTube(clock) as youtube, studio(tmp_path, clock, youtube=youtube.settings) as mara:
            channel = youtube.channel("maramakes", subscribers=4_227)
            given = await mara.does("connect", "youtube", channel="@maramakes")
            code = next(word for word in words(given.message).split() if word.startswith("tandem-")).rstrip(".,")
            early = await mara.does("connect", "check", channel=channel.id)
            assert isinstance(early, Refusal), early
            channel.description = f"Cakes. {code}"
            await mara.does("connect", "check", channel=channel.id)
            await mara.due()
            shown = words((await mara.does("connect")).message)
            assert "maramakes" in shown.lower()
            assert "4,220" in words((await mara.does("profile")).message)

    async def test_by_signing_in(self, tmp_path: Path, clock: SetClock) -> None:
        async with FakeYouTube(clock) as youtube, studio(tmp_path, clock, youtube=youtube.settings) as mara:
            channel = youtube.channel("maramakes", subscribers=45_678)
            visit = await mara.does("connect", "google")
            assert isinstance(visit, Visit)
            await mara.comes_back(youtube.sign_in.consents(visit.url, channel))
            assert "is connected" in mara.phone.screen, mara.phone.screen


async def test_what_is_not_set_up_is_not_offered(tmp_path: Path, clock: SetClock) -> None:
    off = {"tiktok": TikTokSettings(enabled=True), "youtube": YouTubeSettings()}
    async with studio(tmp_path, clock, **off) as mara:
        shown = words((await mara.does("connect")).message)
        assert "TikTok can not be connected here" in shown
        assert "YouTube can not be connected here" in shown
        assert not isinstance(await mara.does("connect", "tiktok"), Visit | Ask)
