"""A loopback TikTok, ours that reads it, and somebody who has signed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.tiktok import TikTok, make
from bot.settings import TikTokSettings
from core.clock import SetClock
from core.sources import Account, Tokens, Way
from tests.fakes.tiktok.fake import FakeTikTok
from tests.fakes.tiktok.world import Creator

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
VERIFIER = "v" * 43


class Seconds:
    """What the pace counts by; only a test moves it."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Connected:
    """A creator as Tandem knows one."""

    creator: Creator
    tokens: Tokens

    @property
    def account(self) -> Account:
        return Account(self.creator.open_id, Way.OAUTH, self.tokens.access)


@asynccontextmanager
async def reading(settings: TikTokSettings, clock: SetClock, **how: Any) -> AsyncIterator[TikTok]:
    """One of a test's own."""
    tiktok = make(settings, clock, **how)
    assert tiktok is not None
    try:
        yield tiktok
    finally:
        await tiktok.close()


def consents(fake: FakeTikTok, tiktok: TikTok, creator: Creator, **how: Any) -> str:
    """The code with which somebody comes back."""
    back = fake.sign_in.consents(tiktok.sign_in.address("state-1", VERIFIER), creator, **how)
    return parse_qs(urlsplit(back).query)["code"][0]


async def connect(fake: FakeTikTok, tiktok: TikTok, creator: Creator) -> Connected:
    """Sign somebody in."""
    tokens, _ = await tiktok.sign_in.exchange(consents(fake, tiktok, creator), VERIFIER)
    return Connected(creator, tokens)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def fake(clock: SetClock) -> AsyncIterator[FakeTikTok]:
    async with FakeTikTok(clock) as fake:
        yield fake


@pytest.fixture
async def tiktok(fake: FakeTikTok, clock: SetClock, seconds: Seconds) -> AsyncIterator[TikTok]:
    async with reading(fake.settings, clock, back=fake.back, now=seconds) as tiktok:
        yield tiktok


@pytest.fixture
async def ann(fake: FakeTikTok, tiktok: TikTok) -> Connected:
    return await connect(fake, tiktok, fake.creator("ann", 4_227))
