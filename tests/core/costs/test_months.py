"""Which month an instant belongs to, and where a month is heading."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs import months
from core.costs.months import Month
from core.ids import MemberId
from core.people import Plan


def on(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


class TestMonthOf:
    def test_without_a_plan_the_calendar_month_in_utc(self) -> None:
        key = months.month_of(None, on(2026, 12, 31, 23, 59))
        assert key == (Plan.FREE, on(2026, 12, 1), on(2027, 1, 1))

    @pytest.mark.parametrize(
        ("at", "start", "end"),
        [
            (on(2026, 1, 31, 8), on(2026, 1, 31, 8), on(2026, 2, 28, 8)),
            (on(2026, 2, 28, 7, 59), on(2026, 1, 31, 8), on(2026, 2, 28, 8)),
            (on(2026, 2, 28, 8), on(2026, 2, 28, 8), on(2026, 3, 31, 8)),
            (on(2028, 2, 29, 9), on(2028, 2, 29, 8), on(2028, 3, 31, 8)),
            (on(2026, 12, 31, 9), on(2026, 12, 31, 8), on(2027, 1, 31, 8)),
        ],
    )
    def test_with_one_its_own_cycle(self, at, start, end) -> None:
        assert months.month_of((Plan.PRO, on(2026, 1, 31, 8)), at) == (Plan.PRO, start, end)

    @given(
        st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.timedeltas(timedelta(), timedelta(days=900)),
    )
    def test_months_follow_each_other_without_a_gap(self, since, later) -> None:
        cycle, at = (Plan.PREMIUM, since), since + later
        key = months.month_of(cycle, at)
        assert key.starts_at <= at < key.ends_at
        assert months.month_of(cycle, key.ends_at).starts_at == key.ends_at


class TestOutlook:
    def month(self, spent: int, earned: int = 0) -> Month:
        return Month(1, MemberId(1), Plan.FREE, on(2026, 11, 1), on(2026, 12, 1), spent, 0, earned, 0)

    def test_cost_goes_on_and_income_does_not(self) -> None:
        found = months.outlook(self.month(300, 1_000), on(2026, 11, 11))
        assert (found.cost, found.earned, found.profit) == (900, 1_000, 100)

    def test_the_first_hours_say_little(self) -> None:
        assert months.outlook(self.month(10), on(2026, 11, 1, 1)).cost == 300
