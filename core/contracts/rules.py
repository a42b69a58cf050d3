"""Stakes and penalties: how much may be at stake, of which coins, and what a broken commitment costs."""

from collections.abc import Iterable
from enum import StrEnum

from core.bounds import Positive, Whole
from core.values import dataclass


class Case(StrEnum):
    """How a contract was judged."""

    FULL = "A"
    """All actions done and every target reached: the stake is consumed."""
    PARTIAL = "B"
    """All actions done: consumed in proportion to what was reached."""
    BROKEN = "C"
    """Actions not done, left in the middle, or the account taken away: the penalty, or the proportion if it is more."""
    FAILED = "D"
    """Nothing could be measured, through no act of the member: everything comes back."""

    @property
    def kept(self) -> bool:
        """Whether the member did what was agreed."""
        return self in {Case.FULL, Case.PARTIAL}


@dataclass(frozen=True, slots=True)
class ChallengeLimits:
    """`[challenges]` of config.toml: coins, credits, percent, hours, days, numbers."""

    open_max: Positive = 3
    stake_min: Positive = 10
    stake_max: Positive = 500
    estimate_stake_max: Positive = 50
    escrow_earned_max: Whole = 300
    reward_credits: Whole = 50
    penalty_first_percent: Whole = 50
    penalty_second_percent: Whole = 75
    penalty_third_percent: Whole = 100
    kept_to_ease: Positive = 2
    burn_rest: bool = False
    baseline_hours: Positive = 6
    baseline_again_hours: Positive = 24
    counts_hours: Positive = 6
    verdict_hours: Positive = 48
    escrow_hours: Positive = 24
    lost_hours: Positive = 48
    lost_unreachable_hours: Positive = 72
    appeal_days: Positive = 7
    appeals_open_max: Positive = 2
    feedback_coins: Whole = 15
    offer_minutes: Positive = 60
    code_days_max: Positive = 14
    code_raw_days: Positive = 30
    youtube_amendment_accepted: bool = False

    def __post_init__(self) -> None:
        ladder = self.penalties
        if list(ladder) != sorted(ladder) or ladder[-1] > 100:
            raise ValueError(f"penalties should rise and stay within 100%, not {ladder}")
        if self.stake_min > self.stake_max:
            raise ValueError(f"stake_min {self.stake_min} should not be over stake_max {self.stake_max}")
        if self.counts_hours >= self.verdict_hours:
            raise ValueError("verdict_hours should be more than counts_hours: the posts are read again in between")

    @property
    def penalties(self) -> tuple[int, int, int]:
        """What a broken commitment costs in percent, the first time, the second, from then on."""
        return self.penalty_first_percent, self.penalty_second_percent, self.penalty_third_percent


def penalty_percent(past: Iterable[Case], limits: ChallengeLimits) -> int:
    """What breaking the next contract would cost, after these verdicts in their order.

    Each broken one is a step up, each two kept in a row a step down. What failed for us counts for nothing.
    """
    step = kept = 0
    for case in past:
        if case is Case.BROKEN:
            step, kept = min(step + 1, len(limits.penalties) - 1), 0
        elif case.kept:
            kept += 1
            if kept == limits.kept_to_ease:
                step, kept = max(step - 1, 0), 0
    return limits.penalties[step]


def bought_least(stake: int, in_escrow: int, limits: ChallengeLimits) -> int:
    """How many coins of a stake have to be recharged ones: half of it, rounded up, once escrow would pass the bound."""
    return -(-stake // 2) if in_escrow + stake > limits.escrow_earned_max else 0


def stake_max(*, estimate: bool, limits: ChallengeLimits) -> int:
    """How much may be staked on one contract."""
    return min(limits.estimate_stake_max, limits.stake_max) if estimate else limits.stake_max


@dataclass(frozen=True, slots=True)
class Means:
    """What a member has for one more stake: coins in the wallet by their kind, and what is in escrow before it."""

    earned: int
    recharged: int
    in_escrow: int = 0
    owed: int = 0
    """What a reversed payment left to pay back; while there is some, nothing can be staked."""

    def split(self, stake: int, limits: ChallengeLimits) -> tuple[int, int]:
        """How much of a stake that is affordable would be (earned, recharged): earned ones first."""
        earned = min(self.earned, stake - bought_least(stake, self.in_escrow, limits))
        return earned, stake - earned

    def missing(self, stake: int) -> int:
        """How many coins of any kind a stake needs beyond what is there."""
        return max(0, stake - self.earned - self.recharged)

    def recharged_missing(self, stake: int, limits: ChallengeLimits) -> int:
        """How many recharged coins it needs beyond those that are there."""
        return max(0, bought_least(stake, self.in_escrow, limits) - self.recharged)

    def most(self, *, estimate: bool, limits: ChallengeLimits) -> int:
        """The largest stake that is allowed and affordable; 0 if none is."""
        most = min(stake_max(estimate=estimate, limits=limits), self.earned + self.recharged)
        if self.recharged_missing(most, limits):
            most = min(most, max(limits.escrow_earned_max - self.in_escrow, 2 * self.recharged))
        return most if most >= limits.stake_min and not self.owed else 0
