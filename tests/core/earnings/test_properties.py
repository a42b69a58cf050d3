"""Whatever people earn, whenever and wherever: no cap is passed, and what was booked is paid whole."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.earnings.rules import EarningLimits
from tests.core.earnings.earning import DAY, Earner
from tests.databases import Engine, connect
from tests.household import Household

LIMITS = EarningLimits(day_coins=60, month_coins=120)
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin", "Asia/Kathmandu")
EXAMPLES = {"sqlite": 25, "postgres": 3}

steps = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), st.integers(1, 40)),
        st.tuples(st.just("wait"), st.integers(1, 60 * 60)),
        st.tuples(st.just("sleep"), st.integers(1, 90 * 60)),
        st.tuples(st.just("move"), st.sampled_from(ZONES)),
    ),
    min_size=1,
    max_size=30,
)


@asynccontextmanager
async def household(engine: Engine) -> AsyncIterator[Household]:
    """Every room on a database of its own."""
    url = engine.fresh()
    async with connect(url, **({"readers": 1} if engine.name == "sqlite" else {})) as database:
        yield Household(database, earnings=LIMITS)
    engine.drop(url)


async def lived(ann: Earner, house: Household, programme: list[tuple[str, Any]]) -> list[int]:
    """Live through it. What was earned."""
    earned = []
    for act, what in programme:
        match act:
            case "earn":
                said = await ann.would_be_paid(what)
                got = await ann.earns(what)
                assert (got.paid, got.pays_on) == (said is None, said), "what was said before is what happens"
                earned.append(what)
            case "wait":
                await house.pass_time(timedelta(minutes=what))
            case "sleep":  # nothing looks at what is due
                house.clock.advance(timedelta(minutes=what))
            case _:
                await ann.moves(what)
    return earned


class TestAnySequence:
    def test_keeps_the_caps_and_pays_everything_whole(self, engine: Engine) -> None:
        @settings(max_examples=EXAMPLES[engine.name])
        @given(steps)
        def any_life(programme: list[tuple[str, Any]]) -> None:
            asyncio.run(live(engine, programme))

        any_life()


async def live(engine: Engine, programme: list[tuple[str, Any]]) -> None:
    """One life from first contact until nothing waits."""
    async with household(engine) as house:
        ann = await Earner(house.person("Ann"), LIMITS).arrives()
        earned = await lived(ann, house, programme)
        for _ in range(12 * 31):
            if not await ann.waits():
                break
            await house.pass_time(DAY)
        paid = await ann.paid_by_day()
        assert [row["amount"] for row in await ann.rows()] == earned
        assert await ann.coins() == sum(earned) == sum(paid.values())
        assert max(paid.values(), default=0) <= LIMITS.day_coins
        months: Counter[tuple[int, int]] = Counter()
        for day, amount in paid.items():
            months[day.year, day.month] += amount
        assert max(months.values(), default=0) <= LIMITS.month_coins
        await house.books_hold()
