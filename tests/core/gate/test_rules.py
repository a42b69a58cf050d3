"""The table of levels, line by line, and what it promises: money never worsens a level, cost never improves it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.rules import nanos
from core.gate import rules
from core.gate.rules import GateLimits, Level, Offer, Payer, Standing

LIMITS = GateLimits()
NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
STEPS = ("0.25", "0.5", "0.75", "0.975", "1", "1.5", "1.75", "1.95", "2", "3")
DEEP = nanos("9")
amounts = st.integers(0, nanos("6")) | st.sampled_from(
    [
        nanos(text) + d
        for text in ("0.25", "0.5", "0.75", "0.975", "1", "1.5", "1.75", "1.95", "2", "3")
        for d in (-1, 0, 1)
    ]
)


def at(cost: int, profit: int, *, new: bool = False) -> Level:
    return rules.level(Standing(cost, profit, new), LIMITS)


class TestByCost:
    """What the month has cost, where nothing is left of it."""

    @pytest.mark.parametrize(
        ("cost", "level"),
        [
            ("0", Level.NORMAL),
            ("0.50", Level.NORMAL),
            ("0.500000001", Level.GATED),
            ("1.50", Level.GATED),
            ("1.500000001", Level.GATED_OFFERS),
            ("1.75", Level.GATED_OFFERS),
            ("1.750000001", Level.GATED_REDUCED),
            ("1.95", Level.GATED_REDUCED),
            ("1.950000001", Level.CLOSED),
        ],
    )
    def test_line(self, cost, level) -> None:
        assert at(nanos(cost), -nanos(cost)) is level

    @pytest.mark.parametrize(
        ("cost", "level"),
        [
            ("0.25", Level.NORMAL),
            ("0.250000001", Level.GATED),
            ("0.75", Level.GATED),
            ("0.875", Level.GATED_OFFERS),
            ("0.975", Level.GATED_REDUCED),
            ("0.975000001", Level.CLOSED),
        ],
    )
    def test_line_of_somebody_new(self, cost, level) -> None:
        assert at(nanos(cost), -nanos(cost), new=True) is level

    def test_zero_means_zero(self) -> None:
        nothing = GateLimits(cost_normal="0", cost_gated="0", cost_offers="0", cost_closed="0")
        assert rules.level(Standing(0, 0, new=False), nothing) is Level.CLOSED


class TestByProfit:
    """What is left of the month, where it has cost more than the other column carries."""

    @pytest.mark.parametrize(
        ("profit", "level"),
        [
            ("3.000000001", Level.NORMAL),
            ("3", Level.REDUCED),
            ("1.000000001", Level.REDUCED),
            ("1", Level.BASIC),
            ("0.000000001", Level.BASIC),
            ("0", Level.CLOSED),
        ],
    )
    def test_line(self, profit, level) -> None:
        assert at(DEEP, nanos(profit)) is level


class TestBetterColumn:
    @pytest.mark.parametrize(
        ("cost", "profit", "level"),
        [
            ("0.40", "0.60", Level.NORMAL),  # not basic: the month has cost little
            ("1.00", "2.00", Level.REDUCED),  # not gated: who brings money is not sent to partners
            ("1.00", "0.50", Level.GATED),  # not basic
            ("1.90", "0.50", Level.GATED_REDUCED),
            ("1.96", "0.50", Level.BASIC),
            ("9.00", "4.00", Level.NORMAL),
        ],
    )
    def test_counts(self, cost, profit, level) -> None:
        assert at(nanos(cost), nanos(profit)) is level

    @given(amounts, amounts, amounts, st.booleans())
    def test_more_revenue_never_worsens(self, earned, more, cost, new) -> None:
        before = at(cost, earned - cost, new=new)
        assert at(cost, earned + more - cost, new=new).rank <= before.rank

    @given(amounts, amounts, amounts, st.booleans())
    def test_more_cost_never_improves(self, earned, cost, more, new) -> None:
        before = at(cost, earned - cost, new=new)
        assert at(cost + more, earned - cost - more, new=new).rank >= before.rank

    @given(amounts, amounts)
    def test_half_the_ladder_is_never_better(self, earned, cost) -> None:
        assert at(cost, earned - cost, new=True).rank >= at(cost, earned - cost).rank

    @given(amounts, amounts, st.booleans())
    def test_what_runs_stays_above_the_bound(self, earned, cost, new) -> None:
        if at(cost, earned - cost, new=new) is not Level.CLOSED:
            assert earned - cost >= -rules.bound(LIMITS)


class TestNewIdentity:
    """First seen under 7 days ago, or on accounts that are under 30 days old."""

    @pytest.mark.parametrize(
        ("ago", "new", "may_be"),
        [
            (timedelta(0), True, True),
            (timedelta(days=7, microseconds=-1), True, True),
            (timedelta(days=7), False, True),
            (timedelta(days=30, microseconds=-1), False, True),
            (timedelta(days=30), False, False),
        ],
    )
    def test_by_when_they_were_first_seen(self, ago, new, may_be) -> None:
        assert rules.is_new(NOW - ago, NOW, LIMITS) is new
        assert rules.may_be_new(NOW - ago, NOW, LIMITS) is may_be

    @pytest.mark.parametrize(
        ("ago", "young"),
        [
            (timedelta(0), True),
            (timedelta(days=30, microseconds=-1), True),
            (timedelta(days=30), False),
            (timedelta(days=4000), False),
            (timedelta(days=-1), True),  # by a platform whose clock is ahead of ours
        ],
    )
    def test_by_their_oldest_account(self, ago, young) -> None:
        assert rules.is_young(NOW - ago, NOW, LIMITS) is young

    def test_an_age_that_nobody_tells_says_nothing(self) -> None:
        assert not rules.is_young(None, NOW, LIMITS)

    def test_zero_days_ask_for_no_age(self) -> None:
        none = GateLimits(account_days=0)
        assert not rules.is_young(NOW, NOW, none)
        assert not rules.may_be_new(NOW - timedelta(days=7), NOW, none)

    @given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
    def test_who_may_not_be_new_is_not(self, here, new_days, account_days) -> None:
        limits = GateLimits(new_days=new_days, account_days=account_days)
        joined_at = NOW - timedelta(days=here)
        # An account through which somebody was seen is at least as old as that.
        if rules.is_new(joined_at, NOW, limits) or rules.is_young(joined_at, NOW, limits):
            assert rules.may_be_new(joined_at, NOW, limits)


class TestLimits:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"cost_normal": "1.60"},
            {"cost_closed": "2.01"},
            {"throttle_minutes": ()},
            {"offers": (Offer("a", "A", "https://a.example"), Offer("a", "B", "https://b.example"))},
        ],
    )
    def test_contradictions_do_not_start(self, wrong) -> None:
        with pytest.raises(ValueError, match="should"):
            GateLimits(**wrong)

    def test_self_paid_calls_have_all_of_the_breaker(self) -> None:
        shares = [rules.breaker(payer, LIMITS) for payer in (Payer.HOUSE, Payer.PLAN, Payer.SELF)]
        assert shares == [nanos("80"), nanos("90"), nanos("100")]
