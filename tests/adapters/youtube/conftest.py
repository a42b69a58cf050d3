"""A loopback YouTube, and ours that reads it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.youtube import YouTube, make
from adapters.youtube.signin import YouTubeSignIn
from bot.settings import YouTubeSettings
from core.clock import SetClock
from core.sources import Account, Way
from tests.fakes.weather import Answers
from tests.fakes.youtube.fake import FakeYouTube
from tests.fakes.youtube.refusals import Refusal
from tests.fakes.youtube.world import Channel

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK_AGO = NOON - 7 * DAY


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
async def fake(clock) -> AsyncIterator[FakeYouTube]:
    async with FakeYouTube(clock) as fake:
        yield fake


@asynccontextmanager
async def reading(settings: YouTubeSettings, clock: SetClock, **how: Any) -> AsyncIterator[YouTube]:
    """One of a test's own."""
    youtube = make(settings, clock, **how)
    assert youtube is not None
    try:
        yield youtube
    finally:
        await youtube.close()


def account(channel: Channel) -> Account:
    """It, as somebody proved by a code that it is theirs."""
    return Account(channel.id, Way.CODE)


def refused(error: Refusal) -> Answers:
    """How the loopback says no."""
    return Answers(error.status, error.body())


def signing_in(youtube: YouTube) -> YouTubeSignIn:
    """Its sign-in, which a test has configured."""
    assert youtube.sign_in is not None
    return youtube.sign_in


@pytest.fixture
async def youtube(fake: FakeYouTube, clock: SetClock) -> AsyncIterator[YouTube]:
    async with reading(fake.settings, clock, back=fake.back) as youtube:
        yield youtube


@pytest.fixture
def ann(fake: FakeYouTube) -> Channel:
    return fake.channel("ann_bakes", 4_227, "Bread. tandem-7Q2F")
