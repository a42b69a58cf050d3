"""A stage on each engine in turn."""

from collections.abc import AsyncIterator

import pytest

from tests.asking import Stage, staged
from tests.databases import AnyDatabase
from tests.fakes.anthropic.fake import FakeAnthropic


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL", "PROFILE", "CUSTOM_HEADERS"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)


@pytest.fixture
async def _both(database: AnyDatabase) -> AsyncIterator[tuple[Stage, FakeAnthropic]]:
    async with staged(database) as made:
        yield made.stage, made.api


@pytest.fixture
def stage(_both: tuple[Stage, FakeAnthropic]) -> Stage:
    """People, gate and assistant."""
    return _both[0]


@pytest.fixture
def api(_both: tuple[Stage, FakeAnthropic]) -> FakeAnthropic:
    """The model's own side."""
    return _both[1]
