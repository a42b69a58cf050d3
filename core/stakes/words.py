"""How challenges talk: terms, growth and dates in words. One fact a line, numbers with units."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

from core.clock import local_day, zone
from core.contracts.actions import Duty, Kind
from core.contracts.catalogue import Challenge
from core.contracts.evidence import Ended
from core.contracts.rules import Case, ChallengeLimits, Means
from core.contracts.states import State
from core.contracts.terms import Actions, Goal, Terms
from core.contracts.verdict import Grown, Verdict
from core.durations import day_in_words
from core.growth.rules import Metric
from core.metrics import rules as metric_rules
from core.money import plural

STATES = {
    State.PREPARING: "being drawn up",
    State.OFFERED: "offered and not agreed to",
    State.SCHEDULED: "about to begin",
    State.AWAITING: "waiting for its first reading",
    State.RUNNING: "running",
    State.MEASURING: "over and being measured",
    State.VERDICT: "judged",
    State.APPEALED: "being looked at by staff",
    State.SETTLED: "settled",
    State.RETURNED: "over, with the stake back",
    State.LAPSED: "not agreed to",
}
CASES = {
    Case.FULL: "reached",
    Case.PARTIAL: "kept",
    Case.BROKEN: "not kept",
    Case.FAILED: "not measured",
}
METRICS = {Metric.FOLLOWERS: "Followers", Metric.VIEWS: "Views", Metric.ENGAGEMENT: "Engagement"}
PROMISE = "I check your public posts, nothing to report."


def amount(metric: Metric, value: int | Fraction) -> str:
    """An amount of a metric: "130 followers", "0.42 points"."""
    whole = int(value)
    match metric:
        case Metric.FOLLOWERS:
            return plural(whole, "follower")
        case Metric.VIEWS:
            return plural(whole, "view")
        case Metric.ENGAGEMENT:
            return f"{points(whole)} points"


def points(hundredths: int) -> str:
    """Hundredths as a decimal number."""
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def bare(metric: Metric, value: int) -> str:
    """The number alone."""
    return points(value) if metric is Metric.ENGAGEMENT else f"{value:,}"


def percent(share: Fraction) -> str:
    """A share in whole percent, rounded down: 100% is said of nothing less."""
    return f"{share.numerator * 100 // share.denominator}%"


def actions(asked: Actions, days: int) -> str:
    """What the member does."""
    found = []
    if asked.posting_days:
        found.append(f"post on {asked.posting_days} of {days} days")
    if asked.posts_a_week:
        found.append(f"{plural(asked.posts_a_week, 'post')} in each week")
    if asked.lives:
        length = f" of {asked.live_minutes} minutes or more" if asked.live_minutes else ""
        on = f" on {plural(asked.live_days, 'day')}" if asked.live_days else ""
        found.append(f"{plural(asked.lives, 'live broadcast')}{length}{on}")
    return ", and ".join(found)


def duty(item: Duty) -> str:
    """How much of an action is done."""
    match item.kind:
        case Kind.POSTING_DAYS:
            return f"Posted on {plural(item.done, 'day')}, {item.needed} asked"
        case Kind.WEEKS:
            return f"{plural(item.each, 'post')} in each week: {item.done} of {plural(item.needed, 'week')}"
        case Kind.LIVES:
            return f"{item.done} of {plural(item.needed, 'live broadcast')}"
        case Kind.LIVE_DAYS:
            return f"Live on {item.done} of {plural(item.needed, 'day')}"


def growth_line(goal: Goal, terms: Terms) -> str:
    """What is usual, what is asked, and how sure that is."""
    usual, target = bare(goal.metric, goal.usual), amount(goal.metric, goal.target)
    part = "" if len(terms.goals) == 1 else f" It counts {goal.weight} of the verdict."
    between = f"likely between {bare(goal.metric, goal.low)} and {bare(goal.metric, goal.high)}"
    if terms.estimate:
        return f"{METRICS[goal.metric]}: the target is {target}, an estimate for accounts like yours ({between}).{part}"
    if goal.metric is Metric.VIEWS:
        did = f"posts of {terms.days} days usually get about {usual} views"
    elif goal.metric is Metric.ENGAGEMENT:
        did = f"it usually moves by about {usual} points in {terms.days} days"
    else:
        did = f"you usually gain about {usual} followers in {terms.days} days"
    return f"Growth: {did}; the target is {target} ({between}).{part}"


def targets(terms: Terms) -> str:
    """All targets in a phrase."""
    verb = {Metric.FOLLOWERS: "grow by {}", Metric.VIEWS: "reach {}", Metric.ENGAGEMENT: "gain {}"}
    found = [verb[goal.metric].format(amount(goal.metric, goal.target)) for goal in terms.goals]
    return " and ".join(found)


def stake(coins: int, means: Means, limits: ChallengeLimits) -> str:
    """What a stake would be made of, or what is missing for it."""
    named = f"Stake: {plural(coins, 'coin')}"
    if means.owed:
        return f"{named}. Nothing can be staked while {plural(means.owed, 'coin')} of a reversed payment are owed."
    if means.missing(coins):
        have = plural(means.earned + means.recharged, "coin")
        return f"{named}. You have {have}; {means.missing(coins):,} more needed."
    if means.recharged_missing(coins, limits):
        half = f"above {plural(limits.escrow_earned_max, 'coin')} in escrow, half of it is recharged coins"
        return f"{named}; {half}, and {means.recharged_missing(coins, limits):,} more of those are needed."
    earned, recharged = means.split(coins, limits)
    return f"{named} ({earned} earned, {recharged} recharged)."


def outcomes(terms: Terms, stake: int) -> list[str]:
    """What each way it can end costs, said before anybody agrees."""
    half = terms.goals[0].target // 2
    one = len(terms.goals) == 1
    back = stake - stake * half // terms.goals[0].target
    example = f" ({amount(terms.goals[0].metric, half)}: {back} back)" if one else ""
    least = stake * terms.penalty_percent // 100
    rest = "the rest is burned" if terms.burns else "the rest comes back"
    return [
        f"Do it all and {targets(terms)} or more: the {plural(stake, 'coin')} are spent.",
        f"Do it all and reach less: you get the rest back{example}.",
        f"Skip something, or take the account away: at least {least} are gone"
        + (f", {rest}." if least < stake else "."),
        f"Keep all of it and {plural(terms.reward_credits, 'credit')} are yours, whatever the numbers.",
        "If I can not measure it, everything comes back.",
    ]


def moment(at: datetime, zone_name: str) -> str:
    """An instant as the member reads it: 21 May 00:00."""
    local = at.astimezone(zone(zone_name))
    return f"{day_in_words(local.date())} {local:%H:%M}"


def dates(terms: Terms) -> str:
    """The clock of a contract."""
    window = f"{moment(terms.starts_at, terms.zone)} to {moment(terms.ends_at, terms.zone)}, your time"
    verdict = day_in_words(local_day(terms.verdict_at, terms.zone))
    counts = f"Numbers count as read up to {moment(terms.counts_until, terms.zone)}"
    return f"{window}. {counts}, the verdict is on {verdict}. Cancel free until {moment(terms.starts_at, terms.zone)}."


def heading(terms: Terms) -> str:
    """The account, as a heading has it beside the title."""
    demo = " (demo, made-up figures)" if terms.platform == "demo" else ""
    return f"{metric_rules.shown(terms.platform)} @{terms.handle}{demo}"


def left(terms: Terms, at: datetime) -> str:
    """How long it still runs."""
    days = -(-(terms.ends_at - at) // timedelta(days=1))
    return "over" if days <= 0 else f"{plural(days, 'day')} left"


def grown(item: Grown) -> str:
    """What came of a metric."""
    if item.why:
        return f"{METRICS[item.metric]}: nothing could be measured ({item.why})"
    reached = f"{bare(item.metric, int(item.counted))} of {amount(item.metric, item.target)}"
    return f"{METRICS[item.metric]}: {reached} ({percent(item.counted / item.target)})"


def done(terms: Terms, verdict: Verdict) -> list[str]:
    """How a contract went, in one or two lines."""
    match verdict.case:
        case Case.FAILED:
            shown = metric_rules.shown(terms.platform)
            return [f"{shown}: {verdict.why}. That is on us: all {plural(terms.stake, 'coin')} are back."]
        case Case.BROKEN:
            first = _broken(verdict)
        case Case.FULL | Case.PARTIAL:
            first = ". ".join(duty(item) for item in verdict.duties) + "."
    return [first, ". ".join(grown(item) for item in verdict.goals) + "."]


def _broken(verdict: Verdict) -> str:
    match verdict.why:
        case Ended.LEFT.value:
            return "You left it in the middle."
        case Ended.LOST.value:
            return "The account stayed away, so the rest could not be seen."
        case Ended.CHEATED.value:
            return "Staff found that it was cheated on."
    return ". ".join(duty(item) for item in verdict.duties) + "."


def coins(terms: Terms, verdict: Verdict) -> str:
    """Where the stake goes."""
    found = [f"{plural(verdict.consumed, 'coin')} {'spent' if verdict.case.kept else 'gone'}"]
    if verdict.returned:
        found.append(f"{verdict.returned:,} are back")
    if verdict.burned:
        found.append(f"{verdict.burned:,} burned")
    kept = verdict.case.kept and terms.reward_credits
    reward = f" +{plural(terms.reward_credits, 'credit')} for keeping it." if kept else ""
    return ", ".join(found) + "." + reward


def in_catalogue(challenge: Challenge) -> str:
    """A challenge of the catalogue in one line."""
    return f"{challenge.days} days · {plural(challenge.stake, 'coin')} · {challenge.about}"


def listed(metrics: Iterable[Metric]) -> str:
    """What would be measurable instead."""
    found = " and ".join(METRICS[metric].lower() for metric in metrics)
    return f"{found} would be" if found else "nothing else of it would be either"
