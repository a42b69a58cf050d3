"""The real client on the loopback Anthropic."""

from collections.abc import AsyncIterator

import pytest

from adapters.anthropic import AnthropicModel
from tests.fakes.anthropic.fake import KEY, FakeAnthropic


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL", "PROFILE", "CUSTOM_HEADERS"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)


@pytest.fixture
async def api() -> AsyncIterator[FakeAnthropic]:
    async with FakeAnthropic() as fake:
        yield fake


@pytest.fixture
async def claude(api: FakeAnthropic) -> AsyncIterator[AnthropicModel]:
    model = AnthropicModel(api.url, KEY, silence_s=5)
    yield model
    await model.close()
