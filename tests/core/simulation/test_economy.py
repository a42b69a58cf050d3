"""The simulated year: deterministic, inside the bound, with every coin accounted for."""

import json
from dataclasses import replace
from typing import Any

import pytest

from core.contracts.rules import Case
from core.contracts.verdict import Verdict
from core.costs.rules import nanos
from core.gate.rules import GateLimits
from core.ledger.codes import LotSource
from core.money import split
from core.people import Plan
from core.questions.rules import QuestionRules
from core.simulation import result
from core.simulation.behaviours import BEHAVIOURS, everybody
from core.simulation.economy import BEGINS, NoRate, simulate
from core.simulation.people import Stake, Wallet
from core.simulation.result import Result
from core.simulation.terms import Pack, Selling, World, tariffs
from core.simulation.verdicts import TARGET, verdict
from core.templates import TemplateError

WORLD = World()
OPEN = World(gate=GateLimits(service_day="1000000", breaker_day="1000000"))
"""Where no day's budget stands before the member's own bound."""


def year(world: World = WORLD, *, members: int = 120, months: int = 3, seed: int = 1) -> Result:
    return simulate(world, members=members, months_count=months, seed=seed)


class TestSimulate:
    def test_the_same_seed_is_the_same_year(self) -> None:
        assert json.dumps(year().plain()) == json.dumps(year().plain())

    def test_another_seed_is_another(self) -> None:
        assert year().plain() != year(seed=2).plain()

    @pytest.mark.parametrize("world", [WORLD, OPEN], ids=["as set", "without a day's budget"])
    def test_nobody_falls_below_the_bound(self, world: World) -> None:
        assert min(month.profits[0] for month in year(world, members=300).months if month.profits) >= -nanos("2")

    def test_who_asks_without_end_reaches_the_bound(self) -> None:
        abuser = next(one for one in BEHAVIOURS if one.name == "abuser").model_copy(update={"coach": 500})
        found = simulate(OPEN, members=20, months_count=2, seed=1, behaviours=(abuser,))
        assert min(month.profits[0] for month in found.months) < -nanos("1.70")
        assert found.months[0].calls["closed"]

    def test_the_parts_may_be_played_in_any_order(self) -> None:
        def backwards(play: Any, parts: Any) -> Any:
            return [play(part) for part in reversed(list(parts))][::-1]

        whole = simulate(WORLD, members=1_000, months_count=1, seed=1)
        assert whole.plain() == simulate(WORLD, members=1_000, months_count=1, seed=1, play=backwards).plain()
        assert whole.months[0].members == 1_000

    def test_every_coin_is_made_once_and_burnt_once(self) -> None:
        outstanding = 0
        for month in year().months:
            outstanding += month.minted + month.recharged - month.burnt
            assert month.outstanding == outstanding

    def test_the_dearest_answers_are_dearer_without_prepared_ones(self) -> None:
        bare = replace(OPEN, selling=replace(OPEN.selling, prepared_percent=0))
        assert sum(m.calls["house"] for m in year(bare).months) > sum(m.calls["house"] for m in year(OPEN).months)

    def test_what_members_brought_less_what_they_cost_is_what_is_left(self) -> None:
        found = year(OPEN, months=2)
        left = sum(sum(month.profits) for month in found.months)
        # A self-paid call's own cost is inside what it brought; a reading of who has no month yet is nobody's.
        assert left == sum(month.brought - month.cost for month in found.months)

    def test_who_left_buys_nothing_more(self) -> None:
        leaving = {"leave_percent": 100, "plan": "premium", "plan_percent": 100}
        short = BEHAVIOURS[0].model_copy(update={**leaving, "challenge_permille": 1000, "stake": 10})
        months = simulate(OPEN, members=30, months_count=3, seed=1, behaviours=(short,)).months
        assert all(month.payers <= month.members for month in months)

    def test_what_questions_pay_is_as_it_is_set(self) -> None:
        silent = replace(WORLD, questions=QuestionRules(check_in_coins=1, again_days=400))
        assert sum(month.minted for month in year(silent).months) < sum(month.minted for month in year().months)

    def test_it_is_plain_json(self) -> None:
        found = json.loads(json.dumps(year().plain()))
        assert found["months"][0]["first"] == "2027-01-01"
        assert len(found["assumed"]) >= 3

    def test_one_member_and_one_month_are_enough(self) -> None:
        assert len(year(members=1, months=1).months) == 1


class TestWarnings:
    def test_a_rate_that_loses_money_at_worst(self) -> None:
        cheap = tuple(replace(rate, credits=9) if rate.name == "agent" else rate for rate in WORLD.selling.rates)
        found = result.warnings(replace(WORLD, selling=replace(WORLD.selling, rates=cheap)), BEGINS)
        assert any(text.startswith("rate agent: a call for 9 credits brings $0.019 on stars") for text in found)

    def test_the_rate_card_as_it_is_loses_none(self) -> None:
        assert not [text for text in result.warnings(WORLD, BEGINS) if text.startswith("rate")]

    def test_a_plan_that_does(self) -> None:
        assert [text.split(":")[0] for text in result.warnings(WORLD, BEGINS)] == ["plan pro"]
        dear = replace(WORLD, selling=replace(WORLD.selling, pro="40"))
        assert result.warnings(dear, BEGINS) == ()

    def test_coins_that_nobody_burns(self) -> None:
        assert any(text.startswith("coins: ") for text in year().warnings)


class TestTerms:
    def test_the_behaviours_are_everybody(self) -> None:
        assert everybody(BEHAVIOURS) == BEHAVIOURS
        with pytest.raises(TemplateError, match="members_permille: all files sum to"):
            everybody(BEHAVIOURS[1:])

    def test_what_they_call_has_a_rate(self) -> None:
        known = {rate.name for rate in WORLD.selling.rates}
        assert {name for one in BEHAVIOURS for name in one.calls_permille} <= known

    def test_what_has_none_is_told_before_the_year(self) -> None:
        less = tuple(rate for rate in WORLD.selling.rates if rate.name not in {"plan", "post"})
        with pytest.raises(NoRate, match="plan, post: "):
            year(replace(WORLD, selling=replace(WORLD.selling, rates=less)))

    def test_what_a_call_costs_is_never_more_than_its_worst(self) -> None:
        for tariff in tariffs(WORLD, BEGINS).values():
            assert 0 < tariff.cost <= tariff.worst
            assert 0 < tariff.cost_reduced <= tariff.worst_reduced < tariff.worst

    def test_a_fee_can_eat_all_of_a_price_and_no_more(self) -> None:
        assert WORLD.selling.rails[0].net("0.10") == 0
        assert WORLD.selling.rails[0].net("5") == nanos("4.555")

    @pytest.mark.parametrize("wrong", [{"read_percent": 99}, {"top_ups": ()}, {"rails": Selling().rails[:1]}])
    def test_what_contradicts_itself_is_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="should"):
            Selling(**wrong)  # type: ignore[arg-type]

    def test_a_plan_has_its_price(self) -> None:
        assert Selling().price_of(Plan.PRO) == "29"
        assert Pack("5", 1).amount == 1


class TestVerdicts:
    """They are the contract's own."""

    def judged(self, grown: int, *, kept: bool, penalty: int = 50) -> Verdict:
        return verdict(10, 100, penalty, grown, kept=kept, burns=False)

    def test_kept_and_reached(self) -> None:
        assert (self.judged(TARGET, kept=True).case, self.judged(TARGET, kept=True).consumed) == (Case.FULL, 100)

    def test_kept_in_part(self) -> None:
        assert (self.judged(65, kept=True).case, self.judged(65, kept=True).consumed) == (Case.PARTIAL, 65)

    def test_not_kept(self) -> None:
        assert (self.judged(0, kept=False).case, self.judged(0, kept=False).consumed) == (Case.BROKEN, 50)
        assert self.judged(0, kept=False, penalty=75).consumed == 75


class TestWallet:
    def test_burns_in_the_ledger_s_order(self) -> None:
        purse = Wallet()
        purse.add(LotSource.BOUGHT, 100, 1_000)
        purse.add(LotSource.ALLOWANCE, 30)
        taken, net = purse.take(50)
        assert (taken, net) == ({LotSource.ALLOWANCE: 30, LotSource.BOUGHT: 20}, 200)
        assert (purse.total, purse.net) == (80, 800)

    def test_a_stake_is_consumed_pro_rata(self) -> None:
        assert Stake(88, 12, 0, 10).parts(50) == tuple(split(50, (88, 12)))
