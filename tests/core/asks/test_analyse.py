"""`/analyse`: refused before any charge without figures, paid once, its figures counted and never a model's."""

import pytest

from core.chat import Ask, Confirm, Refusal, Reply, Wait
from core.gate.rules import GateLimits
from tests.asking import staged
from tests.core.asks.asker import Asker, connected, offered, words
from tests.databases import AnyDatabase
from tests.fakes.anthropic.script import Refuse, Say
from tests.household import Person, buttons_of, refused, text_of


class TestTooLittle:
    async def test_without_an_account_is_refused_before_any_charge(self, asker: Asker):
        ann = await asker.person(coins=200)
        outcome = await ann.does("analyse")
        assert refused(outcome) == "NothingConnected"
        assert offered(outcome) == ["Connect an account"]

    async def test_with_a_few_days_says_when_there_is_enough(self, asker: Asker):
        ann = await asker.person(coins=200)
        await connected(asker, ann, 3)
        outcome = await ann.does("analyse")
        assert refused(outcome) == "TooLittle"
        assert "4 days with figures so far; an analysis needs 10 over two weeks." in words(outcome)
        assert "4 December. Nothing was charged." in words(outcome)
        assert asker.api.requests == 0

    async def test_is_said_before_a_shortfall(self, asker: Asker):
        ann = await asker.person(coins=10)
        assert refused(await ann.does("analyse")) == "NothingConnected"

    async def test_with_an_account_that_is_lost_is_refused(self, asker: Asker):
        ann = await asker.person(coins=200)
        await connected(asker, ann, 5, story="hidden")
        assert refused(await ann.does("analyse")) == "NothingConnected"

    async def test_of_somebody_elses_account_is_refused(self, asker: Asker):
        ann, bob = await asker.person("ann", coins=200), await asker.person("bob", coins=200)
        await connected(asker, ann, 15)
        assert refused(await bob.does("analyse", account="1")) == "NothingConnected"

    async def test_of_two_accounts_asks_which(self, asker: Asker):
        ann = await asker.person(coins=200)
        await connected(asker, ann, 15)
        await connected(asker, ann, 0, story="fast")
        outcome = await ann.does("analyse")
        assert isinstance(outcome, Ask)
        assert "Pick the one" in outcome.problems[0].text
        assert isinstance(await ann.answers(outcome, account="1"), Confirm)


class TestAnalysis:
    @pytest.fixture
    async def ann(self, asker: Asker) -> Person:
        ann = await asker.person(coins=100)
        await connected(asker, ann, 16)
        return ann

    async def test_shows_what_was_counted_and_starts_a_challenge(self, asker: Asker, ann: Person):
        question = await ann.does("analyse")
        assert "17 days with counts" in text_of(question)
        assert "Costs: 80 coins" in text_of(question)
        await asker.house.pass_time()
        before = await asker.coins(ann)
        asker.api.next(Say("You grow steadily."))
        heard = await asker.heard(await ann.agrees(question))
        assert heard.text == "You grow steadily."
        below = words(heard)
        assert "Followers: +" in below
        assert "from 20 November to 6 December" in below
        assert "Best post: " in below, "the posts were read while the price was asked"
        assert "Rhythm: " in below
        assert before - await asker.coins(ann) == 80
        assert isinstance(heard.last, Reply)
        start = next(button for button in buttons_of(heard.last).values() if button.label.startswith("Start: "))
        assert isinstance(await ann.agrees(start.token), Wait)

    async def test_figures_are_sent_and_not_asked_for(self, asker: Asker, ann: Person):
        heard = await asker.asks(ann, path="analyse")
        finding = next(line for line in words(heard).splitlines() if line.startswith("Followers: "))
        assert f"Finding 1: {finding}" in asker.sent

    async def test_a_figure_of_the_model_s_own_is_named_as_such(self, asker: Asker, ann: Person):
        asker.api.next(Say("You will reach 98765 followers."))
        heard = await asker.asks(ann, path="analyse")
        assert "Not counted by me: 98765." in words(heard)

    async def test_is_not_paid_when_the_model_declines(self, asker: Asker, ann: Person):
        before = await asker.coins(ann)
        asker.api.next(Refuse("No"))
        assert (await asker.asks(ann, path="analyse")).refused == "Declined"
        assert await asker.coins(ann) == before
        await asker.stage.gated.books_hold()

    async def test_too_few_coins_are_said_with_the_other_way(self, asker: Asker, ann: Person):
        await asker.asks(ann, path="analyse")
        await asker.stage.gated.bought(await ann.member(), 160, "1")
        short = await ann.does("analyse")
        assert words(short).startswith("A tailored analysis costs 80 coins; you have ")
        assert offered(short)[-1] == "Use 160 credits"
        assert isinstance(short, Refusal)
        assert "Costs: 160 credits" in text_of(await ann.agrees(short.buttons[-1].token))

    async def test_is_taken_once_however_often_it_is_pressed(self, asker: Asker, ann: Person):
        question = await ann.does("analyse")
        before = await asker.coins(ann)
        await asker.heard(await ann.agrees(question))
        assert refused(await ann.agrees(question)) == "AlreadyAnswered"
        assert before - await asker.coins(ann) == 80


class TestPace:
    async def test_our_own_question_is_no_copy_of_theirs(self, database: AnyDatabase):
        async with staged(database, gate=GateLimits(copies=3)) as made:
            asker = Asker(made.stage, made.api)
            ann = await asker.person(coins=2_000)
            await connected(asker, ann, 16)
            for day in range(4):
                await ann.does("notebook", "add", text=f"What has changed, number {day}")
                made.api.next(Say(f"Analysis {day}."))
                heard = await asker.asks(ann, path="analyse")
                assert heard.text == f"Analysis {day}."
