"""Penalties that rise and ease, and what of a stake has to be recharged."""

import pytest

from core.contracts.rules import Case, ChallengeLimits, bought_least, penalty_percent, stake_max

LIMITS = ChallengeLimits()
A, B, C, D = Case


class TestPenalty:
    @pytest.mark.parametrize(
        ("past", "percent"),
        [
            ([], 50),
            ([C], 75),
            ([C, C], 100),
            ([C, C, C], 100),
            ([C, B], 75),
            ([C, B, A], 50),
            ([C, C, A, A], 75),
            ([C, C, A, A, B, B], 50),
            ([A, A, A, C], 75),
            ([C, A, C, A], 100),
            ([C, B, D, B], 50),
            ([D, D], 50),
        ],
    )
    def test_rises_and_eases(self, past: list[Case], percent: int) -> None:
        assert penalty_percent(past, LIMITS) == percent


class TestRecharged:
    @pytest.mark.parametrize(
        ("stake", "escrow", "least"), [(300, 0, 0), (301, 0, 151), (10, 291, 5), (10, 290, 0), (100, 300, 50)]
    )
    def test_half_above_the_bound(self, stake: int, escrow: int, least: int) -> None:
        assert bought_least(stake, escrow, LIMITS) == least


class TestLimits:
    def test_estimates_carry_less(self) -> None:
        assert stake_max(estimate=True, limits=LIMITS) == 50
        assert stake_max(estimate=False, limits=LIMITS) == 500

    def test_a_ladder_goes_up(self) -> None:
        with pytest.raises(ValueError, match="rise"):
            ChallengeLimits(penalty_first_percent=80)
        with pytest.raises(ValueError, match="rise"):
            ChallengeLimits(penalty_third_percent=101)

    def test_other_bounds(self) -> None:
        with pytest.raises(ValueError, match="stake_min"):
            ChallengeLimits(stake_min=501)
        with pytest.raises(ValueError, match="read again"):
            ChallengeLimits(counts_hours=48)
