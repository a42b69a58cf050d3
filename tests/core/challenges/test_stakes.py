"""What may be staked: bounds, which coins, how many at once, whose account; and pressing twice."""

import pytest

from core.chat import Ask, Confirm, Field, Outcome, Refusal, Reply, Wait
from core.contracts.states import State
from core.ledger import views
from core.ledger.codes import LotSource
from core.money import Coins, Unit
from core.people import wallet
from core.sources import Way
from tests.core.challenges.scene import HOUR, Scene, button
from tests.databases import AnyDatabase
from tests.household import Person, refused, text_of


def fields_of(outcome: Outcome) -> tuple[Field, ...]:
    assert isinstance(outcome, Ask), outcome
    return outcome.fields


async def lots(scene: Scene, ann: Person) -> dict[str, int]:
    account, at = wallet(await ann.id(), Unit.COIN), scene.house.clock.now()
    found = await scene.house.do(lambda uow: views.lots(uow, account, at))
    return {lot.source.value: lot.remaining for lot in found}


class TestStart:
    async def test_shows_the_whole_contract(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        outcome = await ann.does("challenge", "start", challenge="ten_clips")
        assert isinstance(outcome, Wait)
        await scene.house.pass_time()
        shown = scene.heard(ann)
        for words in (
            "Ten clips in ten days · Demo @demo-ann-0 (demo, made-up figures)",
            "You: post on 8 of 10 days. I check your public posts, nothing to report.",
            "Growth: you usually gain about 160 followers in 10 days; the target is 184 followers (likely between",
            "15 May 00:00 to 25 May 00:00, your time. Numbers count as read up to 25 May 06:00, the",
            "verdict is on 27 May. Cancel free until 15 May 00:00.",
            "Stake: 100 coins (100 earned, 0 recharged). Coins have no cash value.",
            "Do it all and grow by 184 followers or more: the 100 coins are spent.",
            "Do it all and reach less: you get the rest back (92 followers: 50 back).",
            "Skip something, or take the account away: at least 50 are gone, the rest comes back.",
            "If I can not measure it, everything comes back.",
            "By staking you accept the terms",
        ):
            assert words in shown
        message = scene.house.postbox.sent[-1][1]
        assert [item.label for item in message.buttons] == ["Stake 100 coins", "Change the stake", "Not now"]

    async def test_says_what_is_missing_and_offers_what_can_be_staked(self, scene: Scene) -> None:
        bob = await scene.person("Bob", coins=20)
        await scene.account(bob)
        made = await scene.offered(bob, "daily_week")
        assert "Stake: 50 coins. You have 20 coins; 30 more needed. Coins have no cash value." in scene.heard(bob)
        message = scene.house.postbox.sent[-1][1]
        assert [item.label for item in message.buttons] == ["Stake 20 coins", "Change the stake", "Not now"]
        status = await bob.does("challenge", "status", challenge=str(made.id))
        assert "You have 20 coins; 30 more needed" in text_of(status)
        question = await bob.agrees(button(status, "Stake 20").token)
        assert "the 20 coins are spent" in text_of(question)
        assert "20 coins are in escrow" in text_of(await bob.agrees(question))

    async def test_offers_no_stake_to_who_has_too_little_for_any(self, scene: Scene) -> None:
        bob = await scene.person("Bob", coins=9)
        await scene.account(bob)
        await scene.offered(bob, "daily_week")
        assert "You have 9 coins; 41 more needed" in scene.heard(bob)
        message = scene.house.postbox.sent[-1][1]
        assert [item.label for item in message.buttons] == ["Answer questions", "Not now"]

    async def test_says_which_coins_are_missing(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        await scene.staked(ann, "ten_clips", 280)
        await scene.offered(ann, "views_sprint")
        assert "Stake: 50 coins; above 300 coins in escrow, half of it is recharged coins" in scene.heard(ann)
        assert scene.house.postbox.sent[-1][1].buttons[0].label == "Stake 20 coins"

    async def test_asked_twice_by_one_event_is_one(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        first = await scene.offered(ann, "ten_clips")
        second = await scene.offered(ann, "ten_clips")
        assert first.id != second.id  # two events are two offers, and only the newer one can be staked on
        await scene.staked(ann, "ten_clips")

    async def test_a_newer_offer_replaces_the_older_one(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        older, other = await scene.offered(ann, "ten_clips"), await scene.offered(ann, "daily_week")
        press = button(scene.house.postbox.sent[-2][1], "Stake 100")
        newer = await scene.offered(ann, "ten_clips")
        states = [(await scene.now(item)).state for item in (older, other, newer)]
        assert states == [State.LAPSED, State.OFFERED, State.OFFERED]
        assert refused(await ann.agrees(press.token)) == "OfferOver"
        await scene.staked(ann, "ten_clips", 100)

    async def test_what_was_agreed_to_stays(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        agreed = await scene.staked(ann, "ten_clips")
        second = await scene.account(ann)
        await scene.offered(ann, "ten_clips", second)
        assert (await scene.now(agreed)).state is State.SCHEDULED

    async def test_the_status_of_an_offer_has_a_no(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        made = await scene.offered(ann, "ten_clips")
        status = await ann.does("challenge", "status", challenge=str(made.id))
        await ann.agrees(button(status, "Not now").token)
        assert (await scene.now(made)).state is State.LAPSED

    async def test_without_an_account(self, scene: Scene, ann: Person) -> None:
        assert refused(await ann.does("challenge", "start", challenge="ten_clips")) == "NoAccount"

    async def test_somebody_elses_account(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(await scene.person("Bob"))
        outcome = await ann.does("challenge", "start", challenge="ten_clips", account=str(account))
        assert refused(outcome) == "NoAccount"

    async def test_which_of_two(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        second = await scene.account(ann, "tiktok")
        outcome = await ann.does("challenge", "start", challenge="ten_clips")
        made = await ann.answers(outcome, account=str(second))
        assert isinstance(made, Wait)

    async def test_asks_for_the_account_only_where_there_are_two(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        outcome = await ann.does("challenge", "start")
        assert [field.name for field in fields_of(outcome)] == ["challenge"]
        await scene.account(ann, "tiktok")
        outcome = await ann.does("challenge", "start")
        assert [field.name for field in fields_of(outcome)] == ["challenge", "account"]

    async def test_lives_on_tiktok(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann, "tiktok")
        assert refused(await ann.does("challenge", "start", challenge="go_live")) == "NotOnThisPlatform"

    async def test_a_month_by_a_code(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann, "youtube", way=Way.CODE)
        assert refused(await ann.does("challenge", "start", challenge="followers_month")) == "NotOnThisPlatform"
        assert isinstance(await ann.does("challenge", "start", challenge="ten_clips"), Wait)

    async def test_youtube_without_its_agreement(self, database: AnyDatabase) -> None:
        scene = Scene.made(database, accepted=False)
        bob = await scene.person("Bob")
        await scene.account(bob, "youtube")
        assert refused(await bob.does("challenge", "start", challenge="ten_clips")) == "NotOnThisPlatform"

    async def test_too_small_to_measure(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann, "youtube", followers=133_000, step=1000)
        await scene.offered(ann, "ten_clips")
        assert (await scene.last(ann)).state is State.LAPSED
        assert "Followers are not measurable at your size; views and engagement would be." in scene.heard(ann)

    async def test_the_platform_gives_no_answer(self, scene: Scene, ann: Person) -> None:
        account = await scene.account(ann)
        scene.is_away(account)
        await ann.does("challenge", "start", challenge="ten_clips")
        for _ in range(12):
            await scene.house.pass_time(HOUR / 12)
        assert (await scene.last(ann)).state is State.LAPSED
        assert "I could not read the account just now." in scene.heard(ann)


class TestStake:
    async def test_the_first_asks_for_the_terms_once(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        made = await scene.offered(ann, "ten_clips")
        question = await ann.does("challenge", "stake", challenge=str(made.id), coins="100")
        assert isinstance(question, Confirm)
        assert "By staking you accept the terms" in text_of(question)
        assert isinstance(await ann.agrees(question), Reply)
        again = await scene.offered(ann, "daily_week")
        assert "accept the terms" not in scene.heard(ann)
        assert isinstance(await ann.does("challenge", "stake", challenge=str(again.id), coins="50"), Reply)

    async def test_another_stake_shows_the_contract_again(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        await scene.staked(ann, "daily_week", 50)
        made = await scene.offered(ann, "ten_clips")
        question = await ann.does("challenge", "stake", challenge=str(made.id), coins="60")
        assert isinstance(question, Confirm)
        assert "the 60 coins are spent" in text_of(question)
        await ann.agrees(question)
        now = await scene.now(made)
        assert (now.stake, now.agreed.stake) == (60, 60)
        assert now.digest != made.digest

    async def test_the_button_pressed_twice_is_one_stake(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        await scene.staked(ann, "daily_week", 50)
        await scene.offered(ann, "ten_clips")
        press = button(scene.house.postbox.sent[-1][1], "Stake 100")
        before = await scene.coins(ann)
        assert isinstance(await ann.agrees(press.token), Reply)
        assert isinstance(await ann.agrees(press.token), Reply)
        assert (await scene.coins(ann), await scene.held(ann)) == (before - 100, 150)
        await scene.books_are_right()

    async def test_missing_coins_are_said(self, scene: Scene) -> None:
        bob = await scene.person("Bob", coins=80)
        await scene.account(bob)
        made = await scene.offered(bob, "ten_clips")
        outcome = await bob.does("challenge", "stake", challenge=str(made.id), coins="100")
        assert refused(outcome) == "CoinsMissing"
        assert "20 coins more: you have 80 coins" in outcome.error.text  # type: ignore[union-attr]
        assert await scene.held(bob) == 0

    async def test_bounds(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        made = await scene.offered(ann, "ten_clips")
        for coins in ("9", "501"):
            outcome = await ann.does("challenge", "stake", challenge=str(made.id), coins=coins)
            assert "10 to 500 coins" in str(outcome)

    async def test_an_estimate_carries_fifty(self, scene: Scene, ann: Person) -> None:
        scene.gain = 16
        account = await scene.account(ann, followers=None)
        scene.creators[account].followers = 10_000
        await scene.days(1)
        made = await scene.offered(ann, "ten_clips")
        assert made.agreed.estimate
        assert "an estimate for accounts like yours" in scene.heard(ann)
        outcome = await ann.does("challenge", "stake", challenge=str(made.id), coins="51")
        assert "10 to 50 coins while the targets are estimates" in str(outcome)

    async def test_an_hour_later_the_numbers_are_old(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        made = await scene.offered(ann, "ten_clips")
        await scene.house.pass_time(HOUR)
        assert refused(await ann.does("challenge", "stake", challenge=str(made.id), coins="100")) == "OfferOver"

    async def test_somebody_elses_offer(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        made = await scene.offered(ann, "ten_clips")
        bob = await scene.person("Bob")
        assert refused(await bob.does("challenge", "stake", challenge=str(made.id), coins="100")) == "NoSuchChallenge"


class TestTyped:
    async def test_a_title_is_taken_for_the_challenge(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        assert isinstance(await ann.does("challenge", "start", challenge="Ten clips in ten days"), Wait)
        await scene.house.pass_time()
        made = await scene.last(ann)
        question = await ann.does("challenge", "stake", challenge="ten clips in ten days", coins="100")
        assert isinstance(await ann.agrees(question), Reply)
        assert (await scene.now(made)).stake == 100
        assert "At stake: 100 coins" in text_of(
            await ann.does("challenge", "status", challenge="Ten clips in ten days")
        )
        assert "are back" in text_of(await ann.does("challenge", "cancel", challenge="TEN CLIPS in ten days"))

    async def test_a_title_of_none_is_none(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        assert isinstance(await ann.does("challenge", "start", challenge="Eleven clips"), Ask)
        assert refused(await ann.does("challenge", "cancel", challenge="Ten clips in ten days")) == "NoSuchChallenge"


class TestNothingToPick:
    @pytest.mark.parametrize(
        ("command", "which"),
        [
            ("stake", "to stake on"),
            ("cancel", "to cancel"),
            ("leave", "to leave"),
            ("appeal", "to appeal"),
            ("feedback", "to tell about"),
        ],
    )
    async def test_is_said_before_the_first_question(self, ann: Person, command: str, which: str) -> None:
        outcome = await ann.does("challenge", command)
        assert refused(outcome) == "NoneToChoose"
        assert isinstance(outcome, Refusal)
        assert outcome.error.text.startswith(f"You have no challenge {which} just now.")

    async def test_what_is_there_is_asked_about(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        await scene.offered(ann, "ten_clips")
        for command in ("stake", "cancel"):
            assert fields_of(await ann.does("challenge", command))[0].options
        assert refused(await ann.does("challenge", "leave")) == "NoneToChoose"


class TestHowMany:
    async def test_one_for_each_metric_of_an_account(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        rival = await scene.offered(ann, "weekly_rhythm")
        await scene.staked(ann, "ten_clips")
        assert refused(await ann.does("challenge", "start", challenge="followers_month")) == "MetricTaken"
        assert refused(await ann.does("challenge", "stake", challenge=str(rival.id), coins="80")) == "MetricTaken"
        await scene.staked(ann, "views_sprint", 50)

    async def test_three_at_once(self, scene: Scene, ann: Person) -> None:
        for name in ("ten_clips", "weekly_rhythm", "ten_clips"):
            await scene.staked(ann, name, 50, await scene.account(ann))
        fourth = await scene.account(ann)
        outcome = await ann.does("challenge", "start", challenge="ten_clips", account=str(fourth))
        assert refused(outcome) == "TooManyOpen"

    async def test_a_verdict_makes_room(self, scene: Scene, ann: Person) -> None:
        await scene.account(ann)
        contract = await scene.running(ann, "daily_week", 50)
        await scene.judged(ann, contract)
        await scene.staked(ann, "daily_week", 50)


class TestWhichCoins:
    async def test_earned_ones_first(self, scene: Scene, ann: Person) -> None:
        await scene.house.grant(wallet(await ann.id(), Unit.COIN), Coins(200), LotSource.BOUGHT)
        await scene.account(ann)
        await scene.staked(ann, "ten_clips", 300)
        assert (await lots(scene, ann))["bought"] == 200

    async def test_above_the_bound_half_is_recharged(self, scene: Scene, ann: Person) -> None:
        await scene.house.grant(wallet(await ann.id(), Unit.COIN), Coins(200), LotSource.BOUGHT)
        await scene.account(ann)
        made = await scene.offered(ann, "ten_clips")
        question = await ann.does("challenge", "stake", challenge=str(made.id), coins="301")
        assert "301 coins (150 earned, 151 recharged)" in text_of(question)
        before = await lots(scene, ann)
        await ann.agrees(question)
        assert await lots(scene, ann) == {"earned": before["earned"] - 150, "bought": 49}
        await ann.does("challenge", "cancel", challenge=str(made.id))
        assert await lots(scene, ann) == before
        await scene.books_are_right()

    async def test_without_them_it_says_how_many(self, scene: Scene, ann: Person) -> None:
        await scene.house.grant(wallet(await ann.id(), Unit.COIN), Coins(100), LotSource.BOUGHT)
        await scene.account(ann)
        made = await scene.offered(ann, "ten_clips")
        outcome = await ann.does("challenge", "stake", challenge=str(made.id), coins="301")
        assert refused(outcome) == "RechargedMissing"
        assert "51 coins more" in outcome.error.text  # type: ignore[union-attr]

    async def test_what_is_spent_is_spent_pro_rata(self, scene: Scene, ann: Person) -> None:
        await scene.house.grant(wallet(await ann.id(), Unit.COIN), Coins(200), LotSource.BOUGHT)
        await scene.account(ann)
        scene.gain = 16
        contract = await scene.running(ann, "ten_clips", 302)
        scene.gain, before = 10, await lots(scene, ann)
        judged = await scene.judged(ann, contract)
        back = judged.returned
        now = await lots(scene, ann)
        assert back == 302 - 302 * 51 // 92
        # By largest remainder over 151 and 151.
        assert now["earned"] - before["earned"] in {back // 2, back - back // 2}
        assert now["bought"] - before["bought"] == back - (now["earned"] - before["earned"])
        await scene.days(1)
        await scene.books_are_right()
