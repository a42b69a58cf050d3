"""Talks: what is remembered, when it is folded, and what is done with it when a member goes or becomes another."""

import itertools
from datetime import timedelta
from typing import Any

from core.assistant import memory
from core.assistant.room import ROOM, export
from core.assistant.rules import AssistantLimits, History
from core.chat import Due
from core.facts import MemberErased, MembersMerged
from core.models import Turn
from tests.asking import Stage
from tests.fakes.anthropic.fake import FakeAnthropic
from tests.household import Person


async def talk(stage: Stage, who: Person, times: int, thread: str = "coach") -> None:
    stage.more = {"thread": thread}
    for number in range(times):
        await stage.ask(who, f"Question {number}?")


async def history(stage: Stage, who: Person, thread: str = "coach") -> History:
    member = await who.id()
    return await stage.house.do(lambda uow: memory.history(uow, member, thread))


class TestHistory:
    async def test_grows_by_a_turn_each_time(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        await talk(stage, ann, 3)
        assert (await history(stage, ann)).turns == tuple(Turn(f"Question {n}?", api.reply) for n in range(3))

    async def test_is_folded_in_whole_steps(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        await talk(stage, ann, 13)
        assert ((await history(stage, ann)).summary, len((await history(stage, ann)).turns)) == ("", 13)
        await talk(stage, ann, 1)
        folded = await history(stage, ann)
        assert [turn.asked for turn in folded.turns] == [f"Question {n}?" for n in (10, 11, 12, 0)]
        assert folded.summary.splitlines()[0] == f"- Asked: Question 0? Answered: {api.reply.split('. ')[1]}"
        assert (len(folded.summary.splitlines()), folded.count) == (10, 14)

    async def test_reads_what_the_turn_before_wrote(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        await talk(stage, ann, 5)
        totals = [asked.counted for asked in api.asked]
        assert totals[0].read == 0
        for before, after in itertools.pairwise(totals):
            assert after.read >= before.read + before.write_1h

    async def test_of_one_member_is_not_anothers(self, stage: Stage, api: FakeAnthropic):
        ann, bob = await stage.person("ann"), await stage.person("bob")
        await talk(stage, ann, 2)
        await stage.ask(bob, "Mine?")
        assert len(api.asked[-1].body["messages"]) == 1

    async def test_of_long_turns_keeps_to_its_tokens(self, stage: Stage, api: FakeAnthropic):
        stage.more = {"thread": "coach", "history_tokens_max": 1000}
        ann = await stage.person()
        for number in range(6):
            await stage.ask(ann, f"{number} " + "long question " * 60)
        kept = await history(stage, ann)
        assert 0 < len(kept.turns) < 5
        assert kept.count == 6

    async def test_can_begin_anew(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        await talk(stage, ann, 2)
        member = await ann.id()
        await stage.house.do(lambda uow: memory.forget_thread(uow, member, "coach"))
        assert await history(stage, ann) == History()

    async def test_of_a_replay_is_one_turn(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        member, at = await ann.id(), stage.clock.now()
        asking = stage.asking("Once?", thread="coach")
        for _ in range(2):
            await stage.house.do(
                lambda uow: memory.remember(uow, member, asking, "Yes.", key="one", at=at, limits=AssistantLimits())
            )
        assert (await history(stage, ann)).count == 1


class TestRoom:
    async def exported(self, stage: Stage, who: Person) -> list[dict[str, Any]]:
        member = await who.id()
        return await stage.house.do(lambda uow: export(uow, member))

    async def test_exports_what_was_said(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        await talk(stage, ann, 2)
        rows = await self.exported(stage, ann)
        assert [row["table"] for row in rows] == ["talk_thread", "talk_turn", "talk_turn", "kept_answer", "kept_answer"]
        assert rows[1]["asked"] == "Question 0?"

    async def test_erases_it(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        await talk(stage, ann, 2)
        member, at = await ann.id(), stage.clock.now()
        await stage.house.do(lambda uow: _react(uow, MemberErased(at=at, member=member)))
        assert await self.exported(stage, ann) == []

    async def test_a_merge_brings_talks_along_and_no_answers(self, stage: Stage, api: FakeAnthropic):
        ann, bob = await stage.person("ann"), await stage.person("bob")
        await talk(stage, ann, 1)
        await talk(stage, bob, 2)
        await talk(stage, bob, 1, thread="editor")
        kept, gone, at = await ann.id(), await bob.id(), stage.clock.now()
        await stage.house.do(lambda uow: _react(uow, MembersMerged(kept=kept, gone=gone, at=at)))
        assert await self.exported(stage, bob) == []
        assert (await history(stage, ann)).count == 1
        assert (await history(stage, ann, "editor")).count == 1

    async def test_forgets_what_nobody_went_on_with(self, stage: Stage, api: FakeAnthropic):
        ann = await stage.person()
        await talk(stage, ann, 2)
        stage.clock.advance(timedelta(days=91))
        (job,) = ROOM.jobs
        run = job.run
        assert run is not None
        due = Due(job.kind, "now", {}, stage.clock.now())
        await stage.house.do(lambda uow: run(uow, due, limits=stage.limits))
        assert await self.exported(stage, ann) == []


def _react(uow: Any, fact: Any) -> None:
    for reaction in ROOM.reactions:
        if isinstance(fact, reaction.fact):
            reaction.run(uow, fact)
