"""What is wired into which house."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot import wiring
from bot.settings import Settings
from bot.wiring import open_house
from tests.household import Watch


@pytest.mark.parametrize("kind", ["demo", "real"])
async def test_money_is_pretended_in_a_demo_alone(tmp_path: Path, kind: str) -> None:
    settings = Settings()
    settings = replace(
        settings,
        database=replace(settings.database, url=f"sqlite:///{tmp_path}/house.db"),
        demo=replace(settings.demo, enabled=kind == "demo"),
    )
    wiring.prepare_database(settings.database)
    async with open_house(settings, Watch()) as house:
        assert (("demo", "pay") in house.catalog.commands) is (kind == "demo")
