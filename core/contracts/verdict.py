"""The verdict: a pure function of terms and evidence, in exact fractions. The same evidence is the same verdict."""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

from core.contracts.actions import Duty, duties
from core.contracts.evidence import Ended, Evidence, Reading
from core.contracts.rules import Case
from core.contracts.terms import Goal, Terms
from core.growth import rules as growth
from core.growth.rules import Metric
from core.values import dataclass

FRESH = timedelta(hours=24)
"""The reading that counts is at most so much older than the end, or the end was not read."""
JUMP = 10
"""Growth of so many times the top of the band is said to be unusual: bought by somebody, perhaps not by the member."""
NONE = Fraction(0)
ALL = Fraction(1)


@dataclass(frozen=True, slots=True)
class Grown:
    """One goal as it was judged. `low` is the lower end of what is certain; `why` says why nothing is, if so."""

    metric: Metric
    target: int
    weight: Fraction
    low: Fraction
    counted: Fraction
    why: str = ""

    @property
    def share(self) -> Fraction:
        """How much of the target was reached."""
        return growth.share(self.counted, self.target)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a contract is judged, and where each coin of the stake goes: the three amounts sum to it."""

    case: Case
    share: Fraction
    consumed: int
    returned: int
    burned: int
    duties: tuple[Duty, ...]
    goals: tuple[Grown, ...]
    why: str = ""
    """What failed, or how it was broken."""
    unusual: bool = False


def judge(terms: Terms, evidence: Evidence) -> Verdict:
    """Decide which of the four cases it is."""
    done = duties(terms, evidence)
    grown = tuple(_grown(goal, evidence, terms) for goal in terms.goals)
    share = sum((goal.weight * goal.share for goal in grown), NONE)
    if evidence.ended is Ended.CHEATED:
        return Verdict(Case.BROKEN, share, terms.stake, 0, 0, done, grown, why=Ended.CHEATED.value)
    failed = _failed(evidence, grown)
    if failed:
        return Verdict(Case.FAILED, NONE, 0, terms.stake, 0, done, grown, why=failed)
    if evidence.ended is Ended.ERASED:
        return _of(Case.PARTIAL, share, _part(terms.stake, share), terms, (done, grown, Ended.ERASED.value))
    unusual = any(
        goal.low > JUMP * max(asked.high, asked.target) for goal, asked in zip(grown, terms.goals, strict=True)
    )
    if evidence.ended in {Ended.LEFT, Ended.LOST} or not all(duty.kept for duty in done):
        consumed = _part(terms.stake, max(Fraction(terms.penalty_percent, 100), share))
        return _of(Case.BROKEN, share, consumed, terms, (done, grown, evidence.ended.value), unusual=unusual)
    case = Case.FULL if share == ALL else Case.PARTIAL
    return _of(case, share, _part(terms.stake, share), terms, (done, grown, ""), unusual=unusual)


def _of(
    case: Case,
    share: Fraction,
    consumed: int,
    terms: Terms,
    rest: tuple[tuple[Duty, ...], tuple[Grown, ...], str],
    *,
    unusual: bool = False,
) -> Verdict:
    left = terms.stake - consumed
    burned = left if case is Case.BROKEN and terms.burns else 0
    assert 0 <= consumed <= terms.stake, "no input consumes more than the stake"
    return Verdict(case, share, consumed, left - burned, burned, *rest, unusual)


def _part(stake: int, share: Fraction) -> int:
    """So much of a stake, rounded down: for the member."""
    return stake * share.numerator // share.denominator


def _failed(evidence: Evidence, grown: Iterable[Grown]) -> str:
    """What makes a measurement worthless through no act of the member; empty if nothing does."""
    if evidence.ended is Ended.FAILED:
        return evidence.note or "an error of ours"
    before, after = evidence.before, evidence.after
    if before is not None and after is not None and before.era != after.era:
        return "the platform changed how it counts"
    if evidence.ended is not Ended.NOTHING:
        return ""
    if before is None:
        return "there is no reading from the beginning"
    reasons = [goal.why for goal in grown]
    return "" if not all(reasons) else reasons[0]


def _grown(goal: Goal, evidence: Evidence, terms: Terms) -> Grown:
    low, why = _measured(goal.metric, evidence, terms)
    step = max((reading.step for reading in (evidence.before, evidence.counted) if reading is not None), default=1)
    counted = NONE if low is None else growth.counted(goal.metric, low, step)
    return Grown(goal.metric, goal.target, goal.weight, low or NONE, counted, why)


def _measured(metric: Metric, evidence: Evidence, terms: Terms) -> tuple[Fraction | None, str]:
    """The lower end of a growth, or why there is none. What the member hid counts as it was last seen."""
    before, counted = evidence.before, evidence.counted
    if before is None:
        return None, "there is no reading from the beginning"
    last_known = evidence.hidden or evidence.ended is not Ended.NOTHING
    if metric is Metric.FOLLOWERS:
        hidden = evidence.after is not None and evidence.after.followers is None
        if counted is None or not (last_known or hidden or _is_fresh(counted, terms)):
            return None, "there was no answer at the end"
        return Fraction(growth.follower_growth(before.count, counted.count)[0]), ""
    in_time = [at for at in evidence.reads if at <= terms.counts_until]
    if not last_known and not any(at >= terms.ends_at - FRESH for at in in_time):
        return None, "the posts could not be read at the end"
    # What was not there when it was counted last brings nothing, and is no failure of the platform to say how much.
    posts = [post for post in evidence.posts if post.first_seen_at <= terms.counts_until]
    if metric is Metric.VIEWS:
        views = growth.views(post.clip for post in posts)
        return (
            (None, "the platform does not say how often they were viewed") if views is None else (Fraction(views), "")
        )
    now, then = (growth.engagement(post.reactions for post in found) for found in (posts, evidence.earlier))
    # Too little to say is no failure of anybody: it is read, and it is no growth.
    return (NONE, "") if now is None or then is None else (now - then, "")


def _is_fresh(reading: Reading, terms: Terms) -> bool:
    return reading.at >= terms.ends_at - FRESH
