"""The whole core on each engine in turn, with the loopback Anthropic behind it."""

from collections.abc import AsyncIterator

import pytest

from tests.asking import staged
from tests.core.asks.asker import Asker
from tests.databases import AnyDatabase


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL", "PROFILE", "CUSTOM_HEADERS"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)


@pytest.fixture
async def asker(database: AnyDatabase) -> AsyncIterator[Asker]:
    """People, and a model to ask."""
    async with staged(database) as made:
        yield Asker(made.stage, made.api)
