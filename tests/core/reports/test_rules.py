"""Spans, projections, goals and alarms."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.rules import nanos
from core.gate.rules import Level
from core.ids import MemberId
from core.reports import rules
from core.reports.rules import Account, Books, Earned, Figures, Goals, Held, Period, ReportRules, Span, Spent

THURSDAY = date(2026, 5, 14)
AT = datetime(2026, 5, 14, 12, tzinfo=UTC)


def spent(dollars: str, day: date = THURSDAY, purpose: str = "coach") -> Spent:
    return Spent(day, "model", purpose, "house", 1, nanos(dollars))


def earned(dollars: str, day: date = THURSDAY, kind: str = "plan") -> Earned:
    return Earned(day, kind, 1, nanos(dollars))


def account(number: int, cost: str, brought: str) -> Account:
    return Account(MemberId(number), nanos(cost), nanos(brought), 0, Level.NORMAL)


def by_label(figures: Figures) -> dict[str, Held]:
    return {one.label: one for one in rules.held(figures, Goals())}


class TestSpans:
    @pytest.mark.parametrize(
        ("period", "first"),
        [(Period.DAY, THURSDAY), (Period.WEEK, date(2026, 5, 8)), (Period.MONTH, date(2026, 5, 1))],
    )
    def test_so_far(self, period: Period, first: date) -> None:
        assert rules.so_far(period, THURSDAY) == Span(first, THURSDAY)

    @pytest.mark.parametrize(
        ("period", "first", "last"),
        [
            (Period.DAY, date(2026, 5, 13), date(2026, 5, 13)),
            (Period.WEEK, date(2026, 5, 4), date(2026, 5, 10)),
            (Period.MONTH, date(2026, 4, 1), date(2026, 4, 30)),
        ],
    )
    def test_finished(self, period: Period, first: date, last: date) -> None:
        assert rules.finished(period, THURSDAY) == Span(first, last)

    def test_on_a_monday_the_week_to_yesterday_is_over(self) -> None:
        assert rules.finished(Period.WEEK, date(2026, 5, 11)).last == date(2026, 5, 10)

    def test_on_a_sunday_it_is_not(self) -> None:
        assert rules.finished(Period.WEEK, date(2026, 5, 10)).last == date(2026, 5, 3)


class TestBooks:
    books = Books(
        (spent("1.00"), spent("0.25", date(2026, 5, 1), "ask")), (earned("4.00"), earned("2", kind="reversal"))
    )

    def test_profit_is_what_came_in_less_what_it_cost_and_what_was_taken_back(self) -> None:
        month = rules.so_far(Period.MONTH, THURSDAY)
        assert self.books.revenue(month) == nanos("4")
        assert self.books.profit(month) == nanos("0.75")

    def test_what_is_outside_does_not_count(self) -> None:
        assert self.books.cost(Span(THURSDAY, THURSDAY)) == nanos("1")

    def test_the_dearest_comes_first(self) -> None:
        month = rules.so_far(Period.MONTH, THURSDAY)
        assert list(self.books.costs_by(lambda row: row.purpose, month)) == ["coach", "ask"]

    def test_a_projection_goes_on_as_it_began(self) -> None:
        month = Span(date(2026, 4, 1), date(2026, 4, 10))
        assert rules.projected(nanos("10"), month, datetime(2026, 4, 11, tzinfo=UTC)) == nanos("30")


class TestGoals:
    def test_each_is_beside_its_figure(self) -> None:
        books = Books((spent("1.00"),), (earned("20.00"),))
        people = (account(1, "0.40", "10"), account(2, "0.60", "2"))
        found = by_label(Figures(AT, Span(THURSDAY, THURSDAY), books, 2, people, 4, 3))
        assert found["Members above $3.00"] == Held("Members above $3.00", "50% (1 of 2 active)", "95%", reached=False)
        assert found["Cost"].reached
        assert found["Revenue"].reached is False
        assert found["Margin"] == Held("Margin", "95%", "90%", reached=True)
        assert found["Revenue a member"].reached
        assert found["Active again"].figure == "75% (3 of 4)"

    @pytest.mark.parametrize("label", ["Who pays", "Upgrades", "Click-through"])
    def test_what_can_not_be_measured_says_so(self, label: str) -> None:
        found = by_label(Figures(AT, Span(THURSDAY, THURSDAY), Books()))[label]
        assert found.reached is None
        assert found.figure.startswith("not measured yet")

    def test_ninety_four_and_nine_is_no_ninety_five(self) -> None:
        assert rules.percent(949, 1000) == 94

    def test_who_only_just_reaches_three_dollars_is_not_above(self) -> None:
        figures = Figures(AT, Span(THURSDAY, THURSDAY), Books(), 1, (account(1, "0", "3"),))
        assert by_label(figures)["Members above $3.00"].figure.startswith("0%")


class TestAlarms:
    limits = ReportRules()

    def test_five_times_the_median(self) -> None:
        assert rules.is_outlier(nanos("5"), [nanos("1")] * 14, self.limits)
        assert not rules.is_outlier(nanos("5") - 1, [nanos("1")] * 14, self.limits)

    def test_one_dear_day_before_changes_no_median(self) -> None:
        assert rules.is_outlier(nanos("5"), [nanos("1")] * 13 + [nanos("90")], self.limits)

    def test_small_change_alarms_nobody(self) -> None:
        assert not rules.is_outlier(nanos("0.49"), [1] * 14, self.limits)

    def test_three_days_are_needed_to_know_what_is_usual(self) -> None:
        assert not rules.is_outlier(nanos("50"), [nanos("1")] * 2, self.limits)

    @given(st.lists(st.integers(0, 10**12), min_size=3, max_size=14), st.integers(0, 10**12), st.integers(0, 10**12))
    def test_more_cost_never_silences_it(self, before: list[int], today: int, more: int) -> None:
        if rules.is_outlier(today, before, self.limits):
            assert rules.is_outlier(today + more, before, self.limits)


class TestDollars:
    @pytest.mark.parametrize(
        ("amount", "said"),
        [
            (0, "$0.00"),
            (nanos("0.0004"), "$0.0004"),
            (nanos("0.1"), "$0.10"),
            (-nanos("1234.567"), "-$1,234.57"),
            (-nanos("0.0000035"), "$0.0000"),
        ],
    )
    def test_are_short(self, amount: int, said: str) -> None:
        assert rules.dollars(amount) == said
