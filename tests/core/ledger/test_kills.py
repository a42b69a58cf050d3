"""A few kills on every run; `make bench` does two hundred."""

import random

from tests.databases import Engine, connect
from tests.kills import check, fill, kill_under_load

KILLS = {"sqlite": 5, "postgres": 2}


class TestKill:
    async def test_loses_and_doubles_nothing(self, engine: Engine) -> None:
        url = engine.fresh()
        async with connect(url) as database:
            await database.write(fill)
        for run in range(KILLS[engine.name]):
            keys = kill_under_load(url, run, random.Random(run).randrange(1, 300))
            async with connect(url) as database:
                await check(database, keys)
        engine.drop(url)
