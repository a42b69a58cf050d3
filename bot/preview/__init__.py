"""`tandem preview`: every command as Discord, Telegram and the terminal show it, on one page that needs no network.

The outcomes are real: short stories are played through the dispatcher on a database made for them. How they look comes
from the adapters' own `render`; here it is only put into HTML.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot import wiring
from bot.preview import page, platforms, stories
from bot.preview.stage import NOON, Nobody, Stage
from bot.settings import DatabaseSettings, DemoSettings, OperatorSettings, Settings
from core.clock import SetClock

FOLDER = Path("data/preview")


def write(settings: Settings, folder: Path = FOLDER) -> Path:
    """Play every story with these settings and write the page; where it is. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    path.write_text(asyncio.run(made(settings)), encoding="utf-8")
    return path


async def made(settings: Settings) -> str:
    """The page. The same settings make the same page."""
    with TemporaryDirectory() as folder:
        url = f"{wiring.SQLITE}{folder}/preview.db"
        settings = replace(
            settings,
            database=replace(DatabaseSettings(), url=url),
            demo=replace(DemoSettings(), enabled=True, url=url),
            operator=OperatorSettings(owners=("console:creator",)),
            metrics=replace(settings.metrics, keys=SecretStr(platforms.KEY)),
        )
        wiring.prepare_database(settings.database)
        clock = SetClock(NOON)
        sources = platforms.made(clock)
        async with wiring.open_house(settings, Nobody(), clock=clock, sources=sources) as house:
            stage = Stage(house, clock, sources)
            await stories.play(stage)
            return page.made(stage.chapters())
