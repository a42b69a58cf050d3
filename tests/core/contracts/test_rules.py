"""Penalties that rise and ease, and what of a stake has to be recharged."""

import pytest

from core.contracts.rules import Case, ChallengeLimits, Means, bought_least, penalty_percent, stake_max

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


class TestMeans:
    @pytest.mark.parametrize(
        ("means", "most"),
        [
            (Means(20, 0), 20),
            (Means(9, 0), 0),
            (Means(5, 5), 10),
            (Means(1000, 0), 300),
            (Means(1000, 0, in_escrow=250), 50),
            (Means(1000, 0, in_escrow=291), 0),
            (Means(1000, 100), 300),
            (Means(1000, 180), 360),
            (Means(200, 900), 500),
            (Means(1000, 30, in_escrow=300), 60),
            (Means(1000, 1000, owed=1), 0),
        ],
    )
    def test_the_most_is_allowed_and_affordable(self, means: Means, most: int) -> None:
        assert means.most(estimate=False, limits=LIMITS) == most

    def test_estimates_carry_less(self) -> None:
        assert Means(1000, 0).most(estimate=True, limits=LIMITS) == 50

    @pytest.mark.parametrize("means", [Means(1000, 0, 295), Means(173, 88, 200), Means(0, 40, 300), Means(301, 151)])
    def test_one_more_is_not(self, means: Means) -> None:
        most = means.most(estimate=False, limits=LIMITS)
        more = range(most + 1, 501)
        assert not means.missing(most)
        assert not means.recharged_missing(most, LIMITS)
        assert all(
            means.missing(stake) or means.recharged_missing(stake, LIMITS)
            for stake in more
            if stake >= LIMITS.stake_min
        )


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
