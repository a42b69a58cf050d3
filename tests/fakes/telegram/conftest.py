"""A fake Telegram and the real client, connected."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from tests.fakes.telegram.client import client
from tests.fakes.telegram.fake import FakeTelegram
from tests.fakes.telegram.group import Group
from tests.fakes.telegram.person import Person


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """A platform of the test's own."""
    async with FakeTelegram() as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    """The real client, pointed at the fake."""
    async with client(telegram) as bot:
        yield bot


@pytest.fixture
def ann(telegram: FakeTelegram) -> Person:
    """Somebody who has started the bot."""
    ann = telegram.person("Ann", "ann_of_tests")
    ann.starts()
    telegram.world.updates.clear()
    return ann


@pytest.fixture
def timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this the client warns whenever it makes a RetryAfter, and a warning is an error here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def group(telegram: FakeTelegram, ann: Person) -> Group:
    """A group of Ann and Bob with the bot."""
    return telegram.group("Friends", ann, telegram.person("Bob"))
