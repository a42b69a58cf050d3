"""What happens while somebody waits for an answer: they become somebody else, they go, their price goes back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.assistant.tables import AnswerRow, TurnRow
from core.costs.rules import Payer
from core.db import Table, columns
from core.facts import MembersMerged
from core.gate.tables import ReservationRow
from core.ledger import holds
from core.people import Member
from core.privacy import service as privacy
from tests.asking import Stage, listened


async def merge(stage: Stage, kept: Member, gone: Member) -> None:
    """Two turn out to be one."""
    await stage.house.react(lambda uow: uow.record(MembersMerged(stage.clock.now(), kept.id, gone.id)))


async def erase(stage: Stage, member: Member) -> None:
    """They leave for good."""
    await stage.house.react(lambda uow: privacy.erase_now(uow, member.id, stage.clock.now()))


async def rows(stage: Stage, table: type[Table]) -> int:
    """How many rows a table has."""
    counted = select(func.count()).select_from(columns(table))
    return int(await stage.house.do(lambda uow: uow.run(counted).scalar()))


class TestMerged:
    async def test_who_is_closed_as_one_is_not_answered(self, stage: Stage):
        kept, gone = await stage.gated.member("ann", days=50), await stage.gated.member("bob", "telegram", days=40)
        await stage.gated.call(kept, "1.945", Payer.PLAN)
        await stage.gated.call(gone, "0.001", Payer.PLAN)
        pieces = await stage.pieces(stage.house.person("bob", "telegram"), "Piano?")
        await merge(stage, kept, gone)
        assert (await listened(pieces)).refused == "Closed"
        assert stage.house.watch.bugs == []
        await stage.gated.books_hold()

    @pytest.mark.parametrize("used", ["0.001", None])
    async def test_a_call_counts_in_the_month_of_who_they_are(self, stage: Stage, used: str | None):
        kept, gone = await stage.gated.member("ann", days=50), await stage.gated.member("bob", "telegram", days=40)
        await stage.gated.call(kept, "0.10", Payer.PLAN)
        if used is not None:  # without, the one who goes has no month yet
            await stage.gated.call(gone, used, Payer.PLAN)
        before = (await stage.gated.month(kept)).cost
        pieces = await stage.pieces(stage.house.person("bob", "telegram"), "Piano?")
        await merge(stage, kept, gone)
        assert (await listened(pieces)).text
        assert (await stage.gated.month(kept)).cost > before
        assert await stage.open_reservations() == 0
        await stage.gated.books_hold()

    async def test_others_reservations_end_as_ever(self, stage: Stage):
        kept, gone = await stage.gated.member("ann", days=50), await stage.gated.member("bob", "telegram", days=40)
        for member in (kept, gone):
            await stage.gated.call(member, "0.01", Payer.PLAN)
        await stage.gated.reserve(await stage.gated.member("carl"), "0.10")
        pieces = await stage.pieces(stage.house.person("bob", "telegram"), "Piano?")
        await merge(stage, kept, gone)
        await listened(pieces)
        await stage.house.runner.plan_recurring()
        await stage.house.pass_time(timedelta(hours=1))
        assert stage.house.watch.bugs == []
        assert await stage.open_reservations() == 0


class TestErased:
    @pytest.mark.parametrize("thread", ["", "coach"])
    async def test_nothing_is_kept_of_what_they_asked(self, stage: Stage, thread: str):
        stage.more = {"thread": thread}
        ann = await stage.person()
        pieces = await stage.pieces(ann, "My secret is a piano?")
        await anext(pieces)
        await erase(stage, await ann.member())
        async for _ in pieces:
            pass
        for table in (AnswerRow, TurnRow):
            assert await rows(stage, table) == 0

    async def test_nobody_pays_for_them(self, stage: Stage):
        ann = await stage.person(credits=200)
        pieces = await stage.pieces(ann, "Piano?", paid=True)
        await erase(stage, await ann.member())
        assert (await listened(pieces)).refused == "HoldClosed"
        assert await rows(stage, ReservationRow) == 0


class TestPriceGone:
    async def test_the_house_does_not_pay_instead(self, stage: Stage):
        ann = await stage.person(credits=200)
        pieces = await stage.pieces(ann, "Piano?", paid=True)
        stage.clock.advance(timedelta(minutes=31))
        await stage.house.do(lambda uow: holds.expire_holds(uow, stage.clock.now()))
        assert (await listened(pieces)).refused == "HoldClosed"
        assert await stage.credits(ann) == 200
        assert await rows(stage, ReservationRow) == 0
