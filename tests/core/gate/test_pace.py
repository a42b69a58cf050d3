"""Bursts and copies: who is held up, for how long, and when it is forgotten."""

from datetime import UTC, datetime, timedelta

from core.gate import pace
from core.gate.rules import GateLimits

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)


class TestPace:
    limits = GateLimits(burst_a_minute=3, copies=4, throttle_minutes=(1, 10))

    def after(self, *calls: tuple[float, str]) -> pace.Pace:
        found = pace.fresh(NOW)
        for seconds, digest in calls:
            found = pace.paced(found, digest, NOW + timedelta(seconds=seconds), self.limits)
        return found

    def test_a_steady_member_is_never_held_up(self) -> None:
        assert self.after(*[(40 * i, f"text {i}") for i in range(100)]).strikes == 0

    def test_a_burst_is_a_strike(self) -> None:
        found = self.after((0, "a"), (1, "b"), (2, "c"))
        assert (found.strikes, found.until) == (1, NOW + timedelta(seconds=2, minutes=1))

    def test_pauses_grow_to_the_last_one(self) -> None:
        found = self.after(*[(s + 100 * i, f"{i}{s}") for i in range(3) for s in (0, 1, 2)])
        assert found.strikes == 3
        assert found.until == NOW + timedelta(seconds=202, minutes=10)

    def test_copies_are_a_strike_though_they_come_slowly(self) -> None:
        assert self.after(*[(65 * i, "the same") for i in range(4)]).strikes == 1

    def test_an_hour_between_copies_is_no_flood(self) -> None:
        assert self.after(*[(3600 * i, "the same") for i in range(10)]).strikes == 0

    def test_calls_without_a_text_are_no_copies(self) -> None:
        assert self.after(*[(65 * i, "") for i in range(10)]).strikes == 0

    def test_a_strike_is_forgotten_after_a_week(self) -> None:
        found = self.after((0, "a"), (1, "b"), (2, "c"))
        assert [pace.strikes(found, NOW + timedelta(days=days)) for days in (6, 8)] == [1, 0]
