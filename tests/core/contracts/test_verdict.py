"""The verdict: its four cases to the coin, and what must hold for any evidence."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contracts import evidence as contract_evidence
from core.contracts import terms as contract_terms
from core.contracts.evidence import Ended, Evidence
from core.contracts.rules import Case
from core.contracts.terms import Actions, Terms
from core.contracts.verdict import Verdict, judge
from core.growth.rules import Metric
from tests.core.contracts.making import DAY, HOUR, TERMS, evidence, goal, noon, reading, seen, terms


def coins(verdict: Verdict) -> tuple[str, int, int, int]:
    return verdict.case.value, verdict.consumed, verdict.returned, verdict.burned


class TestCases:
    @pytest.mark.parametrize(
        ("grown", "days", "expected"),
        [
            (100, 8, ("A", 100, 0, 0)),
            (5000, 10, ("A", 100, 0, 0)),
            (80, 8, ("B", 80, 20, 0)),
            (99, 8, ("B", 99, 1, 0)),
            (0, 8, ("B", 0, 100, 0)),
            (-40, 8, ("B", 0, 100, 0)),
            (2, 8, ("B", 0, 100, 0)),  # noise
            (80, 7, ("C", 80, 20, 0)),
            (20, 7, ("C", 50, 50, 0)),
            (-5, 0, ("C", 50, 50, 0)),
            (100, 7, ("C", 100, 0, 0)),
        ],
    )
    def test_a_hundred_coins(self, grown: int, days: int, expected: tuple[str, int, int, int]) -> None:
        assert coins(judge(TERMS, evidence(TERMS, grown, days=days))) == expected

    def test_what_is_consumed_is_rounded_down(self) -> None:
        agreed = terms(stake=7)
        assert coins(judge(agreed, evidence(agreed, 99))) == ("B", 6, 1, 0)
        assert coins(judge(agreed, evidence(agreed, 0, days=0))) == ("C", 3, 4, 0)

    @pytest.mark.parametrize(("penalty", "consumed"), [(50, 50), (75, 75), (100, 100)])
    def test_penalties(self, penalty: int, consumed: int) -> None:
        agreed = terms(penalty_percent=penalty)
        assert judge(agreed, evidence(agreed, 10, days=0)).consumed == consumed

    def test_the_rest_is_burned_if_the_terms_say_so(self) -> None:
        agreed = terms(burns=True)
        assert coins(judge(agreed, evidence(agreed, 10, days=0))) == ("C", 50, 0, 50)
        assert coins(judge(agreed, evidence(agreed, 10))) == ("B", 10, 90, 0)

    def test_weights(self) -> None:
        agreed = terms(goal(Metric.FOLLOWERS, 100, Fraction(1, 3)), goal(Metric.VIEWS, 2000, Fraction(2, 3)), stake=99)
        verdict = judge(agreed, evidence(agreed, 50))  # ten posts of 100 views
        assert (verdict.share, verdict.consumed) == (Fraction(1, 2), 49)

    def test_left_in_the_middle(self) -> None:
        verdict = judge(TERMS, evidence(TERMS, 70, ended=Ended.LEFT))
        assert (coins(verdict), verdict.why) == (("C", 70, 30, 0), "left")

    def test_cheated(self) -> None:
        assert coins(judge(TERMS, evidence(TERMS, 1, ended=Ended.CHEATED))) == ("C", 100, 0, 0)

    def test_erased(self) -> None:
        assert coins(judge(TERMS, evidence(TERMS, 30, days=0, ended=Ended.ERASED))) == ("B", 30, 70, 0)


class TestFailures:
    def test_no_beginning(self) -> None:
        assert coins(judge(TERMS, evidence(TERMS, before=None))) == ("D", 0, 100, 0)

    def test_the_end_was_not_read(self) -> None:
        old = reading(TERMS.ends_at - 25 * HOUR, 1090)
        assert coins(judge(TERMS, evidence(TERMS, after=old, counted=old))) == ("D", 0, 100, 0)

    def test_a_day_old_is_fresh_enough(self) -> None:
        old = reading(TERMS.ends_at - 24 * HOUR, 1090)
        assert coins(judge(TERMS, evidence(TERMS, after=old, counted=old))) == ("B", 90, 10, 0)

    def test_it_counts_differently_now(self) -> None:
        after = reading(TERMS.ends_at, 1090, era="b")
        verdict = judge(TERMS, evidence(TERMS, after=after, counted=after))
        assert (coins(verdict), verdict.why) == (("D", 0, 100, 0), "the platform changed how it counts")

    def test_admitted_by_staff(self) -> None:
        verdict = judge(TERMS, evidence(TERMS, 100, ended=Ended.FAILED, note="wrong account read"))
        assert (coins(verdict), verdict.why) == (("D", 0, 100, 0), "wrong account read")

    def test_one_metric_of_two_counts_nothing_and_is_not_spread(self) -> None:
        agreed = terms(goal(Metric.FOLLOWERS, 100, Fraction(1, 2)), goal(Metric.VIEWS, 1000, Fraction(1, 2)))
        unsaid = tuple(seen(noon(agreed, day), None) for day in range(10))
        verdict = judge(agreed, evidence(agreed, 100, posts=unsaid))
        assert (verdict.case, verdict.share) == (Case.PARTIAL, Fraction(1, 2))

    def test_nothing_readable_at_all(self) -> None:
        agreed = terms(goal(Metric.VIEWS, 1000))
        unsaid = tuple(seen(noon(agreed, day), None) for day in range(10))
        assert judge(agreed, evidence(agreed, posts=unsaid)).case is Case.FAILED

    def test_posts_not_read_at_the_end(self) -> None:
        agreed = terms(goal(Metric.VIEWS, 1000))
        early = (agreed.starts_at + DAY, agreed.ends_at + 47 * HOUR)
        assert judge(agreed, evidence(agreed, reads=early)).case is Case.FAILED


class TestHidden:
    def test_a_count_that_the_member_hid_counts_as_it_was_last(self) -> None:
        hidden = reading(TERMS.ends_at, None, number=3)
        last = reading(TERMS.starts_at + 5 * DAY, 1060, number=2)
        assert coins(judge(TERMS, evidence(TERMS, after=hidden, counted=last))) == ("B", 60, 40, 0)

    def test_an_account_that_was_hidden_at_the_end_counts_as_it_was_last(self) -> None:
        last = reading(TERMS.starts_at + 5 * DAY, 1060, number=2)
        shown = evidence(TERMS, after=last, counted=last, hidden=True)
        assert coins(judge(TERMS, shown)) == ("B", 60, 40, 0)


class TestRounded:
    def test_the_lower_end_counts(self) -> None:
        before, after = reading(TERMS.starts_at, 4220, step=10), reading(TERMS.ends_at, 4300, step=10, number=2)
        verdict = judge(TERMS, evidence(TERMS, before=before, after=after, counted=after))
        assert coins(verdict) == ("B", 71, 29, 0)

    def test_one_step_is_noise(self) -> None:
        before, after = reading(TERMS.starts_at, 4220, step=10), reading(TERMS.ends_at, 4230, step=10, number=2)
        assert coins(judge(TERMS, evidence(TERMS, before=before, after=after, counted=after)))[1] == 0


class TestEngagement:
    def test_grows_in_points_against_the_window_before(self) -> None:
        agreed = terms(goal(Metric.ENGAGEMENT, 100))
        earlier = tuple(seen(noon(agreed, -day), 1000, likes=30) for day in range(1, 5))
        posts = tuple(seen(noon(agreed, day), 1000, likes=35) for day in range(10))
        verdict = judge(agreed, evidence(agreed, posts=posts, earlier=earlier))
        assert coins(verdict) == ("B", 50, 50, 0)  # from 3% to 3.5%, half of a point

    @pytest.mark.parametrize("posts", [2, 0])
    def test_on_too_few_posts_there_is_none(self, posts: int) -> None:
        agreed = terms(goal(Metric.ENGAGEMENT, 100), actions=Actions(posting_days=0))
        earlier = tuple(seen(noon(agreed, -day), 1000, likes=30) for day in range(1, 5))
        few = tuple(seen(noon(agreed, day), 1000, likes=900) for day in range(posts))
        assert coins(judge(agreed, evidence(agreed, posts=few, earlier=earlier))) == ("B", 0, 100, 0)


class TestUnusual:
    def test_growth_that_somebody_may_have_bought_is_pointed_at(self) -> None:
        verdict = judge(TERMS, evidence(TERMS, 50_000))
        assert verdict.unusual
        assert verdict.consumed == 100
        assert not judge(TERMS, evidence(TERMS, 500)).unusual


# What holds for anything

weights = st.lists(st.integers(1, 9), min_size=1, max_size=3)
targets = st.lists(st.integers(10, 5000), min_size=3, max_size=3)


@st.composite
def contracts(draw: st.DrawFn) -> Terms:
    parts = draw(weights)
    metrics = draw(st.permutations(list(Metric)))[: len(parts)]
    goals = [
        goal(metric, target, Fraction(part, sum(parts)))
        for metric, target, part in zip(metrics, draw(targets), parts, strict=False)
    ]
    return terms(
        *goals,
        stake=draw(st.integers(1, 500)),
        penalty_percent=draw(st.sampled_from([50, 75, 100])),
        burns=draw(st.booleans()),
        days=draw(st.integers(7, 30)),
        actions=Actions(posting_days=draw(st.integers(0, 7)), posts_a_week=draw(st.integers(0, 7))),
        zone=draw(st.sampled_from(["UTC", "Europe/Paris", "Pacific/Kiritimati", "America/Sao_Paulo"])),
    )


@st.composite
def findings(draw: st.DrawFn, agreed: Terms) -> Evidence:
    """Anything that could ever have been read."""
    window = int((agreed.verdict_at - agreed.starts_at) / HOUR)
    hours = st.integers(-6, window)
    counts = st.one_of(st.none(), st.integers(0, 5000))

    def one(number: int) -> Any:
        at = agreed.starts_at + draw(hours) * HOUR
        return reading(at, draw(counts), step=draw(st.sampled_from([1, 10, 100])), era=draw(st.sampled_from("ab")),
                       number=number)  # fmt: skip

    posts = tuple(
        seen(agreed.starts_at + draw(hours) * HOUR, draw(counts), likes=draw(counts),
             first_seen_at=agreed.starts_at + draw(hours) * HOUR)
        for _ in range(draw(st.integers(0, 12)))
    )  # fmt: skip
    known = one(2)
    return Evidence(
        agreed.starts_at + draw(hours) * HOUR,
        before=replace(one(1), followers=1000) if draw(st.booleans()) else None,
        after=one(3) if draw(st.booleans()) else None,
        counted=known if known.followers is not None else None,
        posts=posts,
        earlier=posts[:4],
        reads=tuple(sorted(agreed.starts_at + draw(hours) * HOUR for _ in range(draw(st.integers(0, 5))))),
        hidden=draw(st.booleans()),
        ended=draw(st.sampled_from(list(Ended))),
    )


both = contracts().flatmap(lambda agreed: st.tuples(st.just(agreed), findings(agreed)))


class TestProperties:
    @given(both)
    def test_each_coin_goes_to_one_place(self, known: tuple[Terms, Evidence]) -> None:
        agreed, found = known
        verdict = judge(agreed, found)
        assert verdict.consumed + verdict.returned + verdict.burned == agreed.stake
        assert min(verdict.consumed, verdict.returned, verdict.burned) >= 0
        assert 0 <= verdict.share <= 1

    @given(both)
    def test_what_failed_for_us_returns_all(self, known: tuple[Terms, Evidence]) -> None:
        agreed, found = known
        verdict = judge(agreed, found)
        assert (verdict.case is Case.FAILED) <= (verdict.returned == agreed.stake)

    @given(both)
    def test_unverifiable_never_costs_the_member(self, known: tuple[Terms, Evidence]) -> None:
        agreed, found = known
        innocent = replace(found, ended=Ended.NOTHING, hidden=False)
        nothing = replace(innocent, after=None, counted=None, posts=(), reads=())
        assert judge(agreed, nothing).consumed == 0
        assert judge(agreed, replace(innocent, before=None)).consumed == 0

    @given(both)
    def test_keeping_the_actions_never_costs_more_than_breaking_them(self, known: tuple[Terms, Evidence]) -> None:
        agreed, found = known
        kept = judge(replace(agreed, actions=Actions()), found)
        broken = judge(replace(agreed, actions=Actions(posting_days=agreed.days + 1)), found)
        assert kept.consumed <= broken.consumed
        left = judge(replace(agreed, actions=Actions()), replace(found, ended=Ended.LEFT))
        if found.ended is Ended.NOTHING and kept.case is not Case.FAILED and kept.share == left.share:
            assert kept.consumed <= left.consumed

    @given(contracts(), st.integers(-50, 6000), st.integers(0, 500), st.integers(0, 30))
    def test_better_results_never_consume_less(self, agreed: Terms, grown: int, more: int, days: int) -> None:
        fewer, better = (judge(agreed, evidence(agreed, gain, days=days)) for gain in (grown, grown + more))
        assert fewer.consumed <= better.consumed
        assert fewer.share <= better.share

    @given(both)
    def test_it_can_be_replayed_from_what_is_stored(self, known: tuple[Terms, Evidence]) -> None:
        agreed, found = known
        stored = contract_terms.canonical(agreed), contract_evidence.canonical(found)
        again = judge(contract_terms.read(stored[0]), contract_evidence.read(stored[1]))
        assert again == judge(agreed, found)
        assert contract_terms.canonical(contract_terms.read(stored[0])) == stored[0]
        assert contract_evidence.canonical(contract_evidence.read(stored[1])) == stored[1]

    @given(both, st.integers(-10_000, 10_000))
    def test_a_hidden_post_changes_nothing(self, known: tuple[Terms, Evidence], shift: int) -> None:
        # A post that is gone keeps the counts that it had: who hides it before the end gains nothing.
        agreed, found = known
        later = replace(found, judged_at=found.judged_at + timedelta(seconds=abs(shift)))
        assert judge(agreed, found).share == judge(agreed, later).share
