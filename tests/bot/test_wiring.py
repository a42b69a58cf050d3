"""What is wired into which house."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from bot import wiring
from bot.settings import Settings
from bot.wiring import open_house
from core.clock import SystemClock
from core.links.rules import Redirects
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


@pytest.mark.parametrize("slash", ["", "/"])
async def test_a_slash_at_the_end_of_our_address_leads_nobody_astray(slash: str) -> None:
    settings, ours = Settings(), f"https://tandem.example{slash}"
    tiktok = replace(settings.tiktok, enabled=True, client_key=SecretStr("key"), client_secret=SecretStr("secret"))
    settings = replace(settings, web=replace(settings.web, public_url=ours), tiktok=tiktok)
    async with wiring.reading(settings, SystemClock(), demo=False) as sources:
        address = sources.sign_ins["tiktok"].address("state", "v" * 43)
    assert parse_qs(urlsplit(address).query)["redirect_uri"] == ["https://tandem.example/oauth/tiktok"]
    assert Redirects(ours).url("CODE") == "https://tandem.example/r/CODE"
