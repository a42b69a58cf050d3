"""Detection: small model, a shape, and nothing believed that does not fit it."""

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict

from core.ledger import holds
from core.ledger.codes import Code
from core.ledger.posting import Why
from core.models import ModelOutOfFunds
from core.money import Credits
from tests.asking import Stage
from tests.core.assistant.test_answers import billed
from tests.fakes.anthropic import script
from tests.fakes.anthropic.fake import FakeAnthropic
from tests.fakes.anthropic.script import Refuse, Say


class Found(BaseModel):
    model_config = ConfigDict(extra="forbid")

    decision: Literal["pricing", "none"]
    value: str
    percent: int


FOUND = '{"decision": "pricing", "value": "$9", "percent": 90}'


class TestDecide:
    async def test_answers_in_the_shape_by_the_small_model(self, stage: Stage, api: FakeAnthropic):
        api.next(Say(FOUND))
        ann = await stage.person()
        got = await stage.assistant.decide(await stage.call(ann), stage.asking("I take $9."), Found)
        assert got == Found(decision="pricing", value="$9", percent=90)
        assert api.asked[0].body["model"] == "claude-haiku-5-5"
        assert await stage.cost(ann) == billed(api, stage) > 0

    @pytest.mark.parametrize(
        "said", [Say("Sure!"), Say(FOUND[:30]), Say(FOUND, stop="max_tokens"), Refuse(), Refuse(FOUND), Say("")]
    )
    async def test_of_anything_else_is_nothing_and_was_paid_by_us(
        self, stage: Stage, api: FakeAnthropic, said: script.Answer
    ):
        api.next(said)
        ann = await stage.person()
        assert await stage.assistant.decide(await stage.call(ann), stage.asking("I take $9."), Found) is None
        assert await stage.cost(ann) == billed(api, stage) > 0
        assert await stage.open_reservations() == 0

    async def test_is_tried_again_while_nothing_was_billed(self, stage: Stage, api: FakeAnthropic):
        api.next(script.OVERLOADED, Say(FOUND))
        ann = await stage.person()
        assert await stage.assistant.decide(await stage.call(ann), stage.asking("I take $9."), Found) is not None
        assert stage.waits == [0.5]

    async def test_releases_what_never_ran(self, stage: Stage, api: FakeAnthropic):
        api.next(script.UNPAID)
        ann = await stage.person()
        with pytest.raises(ModelOutOfFunds):
            await stage.assistant.decide(await stage.call(ann), stage.asking("I take $9."), Found)
        assert (await stage.cost(ann), await stage.open_reservations()) == (0, 0)

    async def test_beside_a_paid_answer_brings_no_price_of_its_own(self, stage: Stage, api: FakeAnthropic):
        api.next(Say(FOUND))
        ann = await stage.person(credits=200)
        call = await stage.call(ann)
        why = Why(Code.PRICED_WORK, call.key, call.at)
        await stage.house.do(
            lambda uow: holds.hold(uow, call.member.credit_wallet, Credits(80), why, what="An answer", expires_at=None)
        )
        await stage.assistant.decide(call, stage.asking("I take $9."), Found)
        month = await stage.month(ann)
        assert (month.earned, month.spent) == (0, billed(api, stage))
