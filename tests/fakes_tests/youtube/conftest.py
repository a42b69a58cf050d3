"""The loopback YouTube and a plain client, which may ask what ours never would."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.fakes.youtube.fake import FakeYouTube
from tests.fakes.youtube.world import Channel


@pytest.fixture
async def fake() -> AsyncIterator[FakeYouTube]:
    async with FakeYouTube() as fake:
        yield fake


@pytest.fixture
async def http(fake: FakeYouTube) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(fake.url) as http:
        yield http


@pytest.fixture
def ann(fake: FakeYouTube) -> Channel:
    return fake.channel("ann_bakes", 4_227)
