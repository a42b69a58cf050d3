"""What a report says beside its figures: of which days they are, and what its picture shows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.chat import Reply
from core.costs.rules import nanos
from core.gate.rules import Level
from core.ids import MemberId
from core.reports import words
from core.reports.rules import Account, Books, Earned, Figures, Goals, Period, ReportRules, Span, Spent
from tests.household import text_of


def on(day: date) -> Figures:
    """A dollar spent on each of the seven days up to one."""
    days = [day - timedelta(days=past) for past in range(7)]
    books = Books(tuple(Spent(one, "model", "ask", "house", 1, nanos("1")) for one in days))
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Figures(at, Span(day, day), books, 1, (Account(MemberId(1), nanos("1"), 0, 0, Level.NORMAL),))


class TestBars:
    def test_of_a_month_are_its_days(self) -> None:
        found = words.bars(on(date(2026, 5, 14)))
        assert found is not None
        assert (found.title, len(found.labels)) == ("Revenue and cost, May 2026", 14)
        assert dict(found.facts)["Cost"] == "$7.00"

    def test_on_the_first_are_the_last_seven_and_say_so(self) -> None:
        found = words.bars(on(date(2026, 5, 1)))
        assert found is not None
        assert (found.title, len(found.labels)) == ("Revenue and cost, 25 April to 1 May 2026", 7)
        assert dict(found.facts)["Cost"] == "$7.00", "what its bars add up to"

    @pytest.mark.parametrize(
        ("revenue", "unit", "gained"), [("99.99", "cents", 9_999), ("100", "dollars", 100), ("812.60", "dollars", 813)]
    )
    def test_of_hundreds_of_dollars_are_in_dollars(self, revenue: str, unit: str, gained: int) -> None:
        day = date(2026, 5, 14)
        figures = replace(on(day), books=Books(earned=(Earned(day, "plan", 1, nanos(revenue)),)))
        found = words.bars(figures)
        assert found is not None
        assert (found.unit, sum(found.gained)) == (unit, gained)


class TestReport:
    @pytest.mark.parametrize(
        ("day", "said"), [(date(2026, 5, 14), "May so far, beside its goals"), (date(2026, 5, 31), "May, beside its")]
    )
    def test_goals_are_the_month_s_and_say_so(self, day: date, said: str) -> None:
        report = words.report(on(day), Goals(), ReportRules(), Period.DAY)
        assert said in text_of(Reply(report))

    @pytest.mark.parametrize(("names", "least"), [(8, "Purpose 7"), (10, "3 others")])
    def test_says_what_the_least_come_to(self, names: int, least: str) -> None:
        day = date(2026, 5, 14)
        spent = tuple(Spent(day, "model", f"purpose_{n}", "house", 1, nanos(str(100 - n))) for n in range(names))
        said = text_of(Reply(words.report(replace(on(day), books=Books(spent)), Goals(), ReportRules(), Period.DAY)))
        assert f"{least}: ${sum(100 - n for n in range(7, names))}.00" in said
