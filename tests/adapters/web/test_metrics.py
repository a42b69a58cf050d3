"""Numbers for Prometheus, for who asks from near."""

import pytest

from adapters.web.metrics import Metrics
from core.errors import DatabaseBusy
from core.schedule import service as schedule
from tests.adapters.web.house import NOON


async def numbers(house):
    async with house.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        lines = (await answer.text()).splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


class TestNumbers:
    async def test_counts_what_happened(self, house, till):
        house.metrics.handled("/daily", "Reply")
        house.metrics.handled("/daily", "Refusal")
        house.metrics.operational("tick")
        house.metrics.broken("hook")
        house.metrics.wrote(0.002)
        await house.post("/hooks/till", till.event("e1"))
        await house.post("/hooks/till", (b"", {}))
        assert {
            'tandem_commands_total{command="/daily",outcome="Reply"}': "1.0",
            'tandem_commands_total{command="/daily",outcome="Refusal"}': "1.0",
            'tandem_refusals_total{command="/daily"}': "1.0",
            'tandem_operational_errors_total{what="tick"}': "1.0",
            'tandem_bugs_total{what="hook"}': "1.0",
            'tandem_hooks_total{result="stored"}': "1.0",
            'tandem_hooks_total{result="forged"}': "1.0",
            "tandem_database_write_seconds_count": "1.0",
        }.items() <= (await numbers(house)).items()

    async def test_says_what_waits(self, house, clock):
        def plan(uow):
            schedule.plan(uow, "job", "1", NOON)
            schedule.plan(uow, "outbox.deliver", "1", NOON.replace(hour=20))

        await house.database.write(plan)
        found = await numbers(house)
        assert (found["tandem_due_behind"], found["tandem_announcements_waiting"]) == ("1.0", "1.0")

    async def test_has_a_registry_of_its_own(self):
        Metrics()
        Metrics()  # the global one would refuse the second


class TestBusy:
    async def test_what_can_not_be_counted_is_not_a_number(self):
        async def away():
            raise DatabaseBusy

        assert b"tandem_due_behind NaN" in await Metrics().text(away)


class TestWho:
    @pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
    async def test_not_the_world_through_a_proxy(self, house, header):
        async with house.get("/metrics", headers={header: "203.0.113.7"}) as answer:
            assert answer.status == 404
