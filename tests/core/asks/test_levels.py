"""Every level is reached by use and left by payment, a visit or time, and says why and how: through `/ask` alone."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.chat import Confirm, Refusal, Reply, Visit
from core.costs.rules import IncomeKind, Payer, nanos
from core.db import UnitOfWork
from core.gate.rules import GateLimits, Offer
from core.ledger import views
from core.ledger.codes import LotSource
from core.links import service as links
from core.money import Credits, Unit
from core.people import Plan
from tests.asking import Heard, staged
from tests.core.asks.asker import Asker, connected, offered, words
from tests.databases import AnyDatabase
from tests.fakes.anthropic.script import Say
from tests.household import Person, buttons_of, text_of

QUESTION = "Which of my two violins should the channel show?"
LAMP = Offer("lamp", "A lamp shop", "https://lamp.example/", rewarded=True)


@pytest.fixture
async def walk(database: AnyDatabase) -> AsyncIterator["Walk"]:
    """Somebody with earned coins, whom the house pays for, and a partner to visit."""
    gate = GateLimits(burst_a_minute=10_000, copies=10_000, offers=(LAMP,))
    async with staged(database, gate=gate) as made:
        asker = Asker(made.stage, made.api)
        ann = await asker.person(coins=10_000)
        yield Walk(asker, ann)


class Walk:
    """Use, payment and what is said."""

    def __init__(self, asker: Asker, ann: Person) -> None:
        self.asker, self.ann, self.gated = asker, ann, asker.stage.gated
        self._asked = 0

    async def uses(self, dollars: str) -> None:
        """AI work of so many dollars; it counts in the month, whoever let it through."""
        await self.gated.call(await self.ann.member(), dollars, Payer.PLAN)

    async def pays(self, dollars: str) -> None:
        """So much of theirs reaches us."""
        await self.gated.brings(await self.ann.member(), dollars, IncomeKind.PLAN)

    async def asks(self) -> tuple[str, str, list[str]]:
        """A new question each time: what was answered, what stands below it or refuses it, and the ways on."""
        self._asked += 1
        await self.ann.does("daily")
        before = await self.asker.coins(self.ann)
        heard = await self.asker.asks(self.ann, f"Which of my {self._asked + 1} violins should the channel show?")
        paid = before - await self.asker.coins(self.ann)
        assert paid == (40 if isinstance(heard.last, Reply) else 0), "a refusal costs nothing"
        return heard.text, words(heard), offered(heard)

    async def has(self, *, free: int, bought: int, source: LotSource = LotSource.BOUGHT) -> None:
        """Credits of an allowance beside those that brought $0.01 each."""
        member = await self.ann.member()
        if free:
            await self.asker.house.grant(member.credit_wallet, Credits(free), LotSource.ALLOWANCE)
        await self.gated.bought(member, bought, f"{bought / 100:.2f}", source)

    async def credits(self) -> list[tuple[LotSource, int]]:
        """What is left, by source in burn order."""
        member, at = await self.ann.member(), self.gated.now
        found = await self.asker.house.do(lambda uow: views.lots(uow, member.credit_wallet, at))
        return [(lot.source, lot.remaining) for lot in found]

    async def presses(self, heard: Heard, label: str) -> Confirm:
        """The question that a button below an answer or a refusal leads to."""
        assert heard.last is not None
        found = heard.last.buttons if isinstance(heard.last, Refusal) else heard.last.message.buttons
        button = next(one for one in found if one.label == label)
        question = await self.ann.agrees(button.token)
        assert isinstance(question, Confirm)
        return question

    async def visits(self) -> None:
        """The partner's page, by the button of the refusal and then of the list."""
        pages = await self.ann.does("offers")
        way = await self.ann.agrees(buttons_of(pages)[LAMP.label].token)
        assert isinstance(way, Visit)
        code, now = way.url.rsplit("/", 1)[1], self.gated.now

        def note(uow: UnitOfWork) -> None:
            link = links.find(uow, code)
            assert link is not None
            links.note_visit(uow, link, now, "somebody")

        await self.asker.house.do(note)

    async def heard(self) -> str:
        """All that came by the next day without being asked for."""
        await self.asker.house.pass_time(timedelta(days=1))
        return "\n".join(self.asker.house.postbox.to(self.ann))


class TestWalk:
    async def test_down_by_use_and_back_by_a_visit_a_payment_and_time(self, walk: Walk):
        reply = walk.asker.api.reply
        # Normal.
        text, below, _ = await walk.asks()
        assert text == reply
        assert "smaller model" not in below
        # Gated: a visit opens it for a day.
        await walk.uses("0.60")
        _, said, ways = await walk.asks()
        assert said.startswith("This month's free AI part ($0.50) is used. A visit to a partner page opens it for 24 h")
        assert ways == ["Partner pages"]
        await walk.visits()
        text, below, _ = await walk.asks()
        assert text == reply
        assert "has used its free part ($0.50 at most)" in await walk.heard()
        assert "A visit to a partner page" in (await walk.asks())[1]
        # Gated with offers.
        await walk.uses("1.00")
        _, said, ways = await walk.asks()
        assert "A visit to a partner page" in said
        assert ways == ["Partner pages"]
        await walk.visits()
        text, _, ways = await walk.asks()
        assert text == reply
        assert ways == ["Ask something else", "Partner pages"]
        heard = await walk.heard()
        assert "from now on partner pages stand below my answers" in heard
        assert "Your visit to a partner page keeps it open until " in heard
        await walk.visits()
        # Gated and reduced.
        await walk.uses("0.20")
        text, below, _ = await walk.asks()
        assert text == reply
        assert "A shorter answer of a smaller model: that is what this month still carries." in below
        assert walk.asker.api.asked[-1].body["model"] == "claude-haiku-5-5"
        assert "nearly used" in await walk.heard()
        # Closed, until something is paid.
        await walk.uses("0.146")
        _, said, _ = await walk.asks()
        assert said == (
            "The free AI rests until 1 December. Your tasks, wallet and challenges go on as always. "
            "Bought credits, from $5.00 on, open everything at once, at its price."
        )
        await walk.pays("5.10")
        text, below, _ = await walk.asks()
        assert text == reply
        assert "smaller model" not in below
        assert "AI is fully open again." in await walk.heard()
        # Reduced.
        await walk.uses("1.50")
        _, below, _ = await walk.asks()
        assert "smaller model" in below
        assert "Answers paid with bought credits are whole." in await walk.heard()
        # Basic: prepared texts alone.
        await walk.uses("1.00")
        _, said, _ = await walk.asks()
        assert said.startswith("Until 1 December I answer from prepared texts: this month's plan is nearly used.")
        # Closed for who has paid, too.
        await walk.uses("1.00")
        assert (await walk.asks())[1].startswith("The free AI rests until 1 December.")
        # A new month.
        walk.asker.house.clock.advance(timedelta(days=8))
        text, below, _ = await walk.asks()
        assert text == reply
        assert "smaller model" not in below
        await walk.gated.books_hold()

    async def test_basic_gives_what_stands_ready_and_takes_nothing_for_it(self, walk: Walk):
        await walk.pays("3")
        await walk.uses("2.50")
        before = await walk.asker.coins(walk.ann)
        heard = await walk.asker.asks(walk.ann, "How often should I post about pianos and violins?")
        assert heard.text.startswith("The closest prepared answer, free of charge.")
        assert "Nothing was charged." in words(heard)
        assert await walk.asker.coins(walk.ann) == before

    async def test_what_was_bought_runs_at_any_level(self, walk: Walk):
        await walk.uses("1.949")
        await walk.gated.bought(await walk.ann.member(), 200, "0.90")
        assert (await walk.asks())[1].startswith("The free AI rests")
        heard = await walk.asker.asks(walk.ann, pay="credits")
        assert heard.text == walk.asker.api.reply
        assert "80 credits paid. 120 credits left." in words(heard)
        await walk.gated.books_hold()

    async def test_what_was_bought_opens_what_free_credits_would_leave_closed(self, walk: Walk):
        await walk.uses("1.949")
        await walk.has(free=50, bought=200)
        heard = await walk.asker.asks(walk.ann, pay="credits")
        assert words(heard).startswith("The free AI rests until 1 December.")
        assert offered(heard) == ["Use 80 bought credits"]
        question = await walk.presses(heard, "Use 80 bought credits")
        assert "Costs: 80 credits\nTaken from: bought and gifted credits alone\nYou have: 200 credits" in text_of(
            question
        )
        answer = await walk.asker.heard(await walk.ann.agrees(question))
        assert answer.text == walk.asker.api.reply
        assert "80 credits paid. 170 credits left." in words(answer)
        assert "smaller model" not in words(answer)
        assert await walk.credits() == [(LotSource.ALLOWANCE, 50), (LotSource.BOUGHT, 120)]
        await walk.gated.books_hold()

    async def test_a_gift_opens_it_too(self, walk: Walk):
        await walk.uses("1.949")
        await walk.has(free=100, bought=80, source=LotSource.GIFTED)
        heard = await walk.asker.asks(walk.ann, pay="bought_credits")
        assert heard.text == walk.asker.api.reply
        assert await walk.credits() == [(LotSource.ALLOWANCE, 100)]

    async def test_recharged_coins_open_what_earned_ones_would_leave_closed(self, walk: Walk):
        await walk.uses("1.949")
        await walk.gated.bought(await walk.ann.member(), 40, "0.40", unit=Unit.COIN)
        heard = await walk.asker.asks(walk.ann)
        assert offered(heard) == ["Use 40 recharged coins"]
        earned = await walk.asker.coins(walk.ann) - 40
        question = await walk.presses(heard, "Use 40 recharged coins")
        assert text_of(question).endswith("Costs: 40 coins\nTaken from: recharged coins alone\nYou have: 40 coins")
        answer = await walk.asker.heard(await walk.ann.agrees(question))
        assert answer.text == walk.asker.api.reply
        assert await walk.asker.coins(walk.ann) == earned

    async def test_the_other_unit_is_offered_as_it_is_where_all_of_it_was_bought(self, walk: Walk):
        await walk.uses("1.949")
        await walk.has(free=0, bought=80)
        assert offered(await walk.asker.asks(walk.ann)) == ["Use 80 credits"]

    async def test_too_little_of_it_is_no_way_on(self, walk: Walk):
        await walk.uses("1.949")
        await walk.has(free=50, bought=79)
        assert offered(await walk.asker.asks(walk.ann, pay="credits")) == []
        refusal = await walk.ann.does("ask", question=QUESTION, pay="bought_credits")
        assert words(refusal) == "A strategic answer costs 80 credits; you have 79 that were bought. 1 more needed."
        assert "Use 40 coins" in offered(refusal)

    async def test_it_is_offered_before_where_the_month_has_limits(self, walk: Walk):
        await walk.has(free=50, bought=200)
        question = await walk.ann.does("ask", question=QUESTION, pay="credits")
        assert "limits" not in text_of(question)
        assert "Use 80 bought credits" not in offered(question)
        await walk.uses("0.60")
        question = await walk.ann.does("ask", question=QUESTION, pay="credits")
        assert (
            "The free AI has limits for the rest of this month. Paid with what you bought alone, this has none."
            in text_of(question)
        )
        assert offered(question)[:2] == ["Use 80 bought credits", "Use 40 coins"]

    async def test_nothing_is_said_to_who_pays_with_a_plan(self, walk: Walk):
        await walk.gated.on_plan(await walk.ann.member(), Plan.PREMIUM)
        await walk.has(free=500, bought=200)
        await walk.uses("1.00")
        question = await walk.ann.does("ask", question=QUESTION, pay="credits")
        assert "limits" not in text_of(question)
        assert "Use 80 bought credits" not in offered(question)

    async def test_a_prepared_answer_in_its_place_leaves_it_open(self, walk: Walk):
        await walk.pays("3")
        await walk.uses("2.50")
        await walk.has(free=50, bought=200)
        often = "How often should I post about pianos and violins?"
        heard = await walk.asker.asks(walk.ann, often, pay="credits")
        assert heard.text.startswith("The closest prepared answer, free of charge.")
        assert offered(heard) == ["Use 80 bought credits", "Ask something else"]
        answer = await walk.asker.heard(await walk.ann.agrees(await walk.presses(heard, "Use 80 bought credits")))
        assert answer.text == walk.asker.api.reply
        assert await walk.credits() == [(LotSource.ALLOWANCE, 50), (LotSource.BOUGHT, 120)]

    async def test_an_analysis_is_opened_the_same_way(self, walk: Walk):
        await connected(walk.asker, walk.ann, 16)
        await walk.uses("1.949")
        await walk.has(free=50, bought=200)
        heard = await walk.asker.asks(walk.ann, path="analyse", pay="credits")
        assert offered(heard) == ["Use 160 bought credits"]
        walk.asker.api.next(Say("You grow steadily."))
        answer = await walk.asker.heard(await walk.ann.agrees(await walk.presses(heard, "Use 160 bought credits")))
        assert answer.text == "You grow steadily."
        assert await walk.credits() == [(LotSource.ALLOWANCE, 50), (LotSource.BOUGHT, 40)]

    async def test_what_was_bought_and_burns_beside_free_lots_is_income_all_the_same(self, walk: Walk):
        await walk.has(free=1, bought=79)
        heard = await walk.asker.asks(walk.ann, pay="credits")
        assert heard.text == walk.asker.api.reply
        month = await walk.asker.stage.month(walk.ann)
        assert month.earned == nanos("0.79")
        assert month.spent > 0
        again = await walk.asker.stage.month(walk.ann)
        assert again.earned == month.earned
        await walk.gated.books_hold()

    async def test_so_is_a_remembered_answer_paid_that_way(self, walk: Walk):
        await walk.has(free=81, bought=159)
        for _ in range(2):
            await walk.asker.asks(walk.ann, pay="credits")
        assert (await walk.asker.stage.month(walk.ann)).earned == nanos("0.79")
        assert walk.asker.api.requests == 1
        await walk.gated.books_hold()
