"""`/privacy`: see, stay, go."""

import asyncio
from datetime import timedelta

from core.chat import Ask, Confirm, Refusal, Reply
from core.members import service as members
from core.people import Role
from core.privacy.commands import IN_WORDS
from core.roles import service as roles
from tests.core.privacy.leaving import MONTH, merge_now, settled, wallets
from tests.household import NOON, Person, asked, buttons_of, refused, text_of


class TestShow:
    async def test_says_what_is_held_and_the_two_ways_on(self, mara: Person) -> None:
        await settled(mara)
        reply = await mara.does("privacy")
        text = text_of(reply)
        for part in ("Credits: 300 credits", "your name, accounts and profile", "the days you came by", "your plan"):
            assert part in text
        assert set(buttons_of(reply)) == {"Get a copy", "Leave"}

    async def test_names_only_what_there_is(self, mara: Person, bob: Person) -> None:
        await settled(mara)
        await settled(bob)
        before = text_of(await mara.does("privacy"))
        assert not any(part in before for part in ("gifts", "notebook", "challenges"))
        await mara.does("gift", to=bob.identity, amount=20)
        await mara.does("notebook", "add", text="Nobody films on Sundays.")
        text = text_of(await mara.does("privacy"))
        assert all(part in text for part in ("gifts", "your notebook"))
        assert "challenges" not in text

    async def test_has_words_for_every_part(self, mara: Person) -> None:
        names = {export.name for export in mara.house.catalog.exports}
        assert set(IN_WORDS) < names
        assert names - set(IN_WORDS) == {"challenges", "gifts", "roles"}  # what they are called anyway

    async def test_offers_to_stay_while_leaving(self, mara: Person) -> None:
        await mara.insists("privacy", "erase")
        reply = await mara.does("privacy")
        assert "You are leaving on 13 June" in text_of(reply)
        assert "Stay" in buttons_of(reply)


class TestErase:
    async def test_lists_what_is_lost_and_asks(self, mara: Person) -> None:
        await settled(mara)
        me = await mara.id()
        await mara.house.do(lambda uow: roles.grant(uow, me, Role.MODERATOR, "", by=None, at=NOON))
        question = await mara.does("privacy", "erase")
        assert isinstance(question, Confirm)
        text = text_of(question)
        for part in ("Leave in 30 days", "Credits: 300 credits", "Roles: moderator", "Plan: Premium", "/privacy stay"):
            assert part in text

    async def test_opens_thirty_days_in_which_nothing_new_starts(self, mara: Person, bob: Person) -> None:
        await settled(mara)
        await settled(bob)
        reply = await mara.insists("privacy", "erase")
        assert "You are leaving on" in text_of(reply)
        assert refused(await mara.does("gift", to=bob.identity, amount=1)) == "MemberLeaving"
        assert refused(await mara.does("link")) == "MemberLeaving"
        assert isinstance(await mara.does("wallet"), Reply)

    async def test_is_done_on_the_day_and_not_before(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.member()
        await mara.insists("privacy", "erase")
        await mara.house.pass_time(MONTH - timedelta(minutes=1))
        assert await mara.id() == old.id
        await mara.house.pass_time(timedelta(minutes=1))
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is None

    async def test_tells_the_other_platform(self, mara: Person) -> None:
        house = mara.house
        await settled(mara)
        tele = house.person("mq", "telegram", "42424242")
        await settled(tele)
        await house.react(lambda uow: merge_now(uow, mara, tele))
        await mara.insists("privacy", "erase")
        await house.pass_time()
        assert any("You asked on Discord to be erased" in text for text in house.postbox.to(tele))
        assert not any("to be erased" in text for text in house.postbox.to(mara))

    async def test_refuses_to_open_twice(self, mara: Person) -> None:
        await mara.insists("privacy", "erase")
        outcome = await mara.does("privacy", "erase")
        assert refused(outcome) == "AlreadyLeaving"
        assert isinstance(outcome, Refusal)
        assert [button.label for button in outcome.buttons] == ["Stay", "Erase everything today"]
        asked_for = await mara.agrees(outcome.buttons[1].token)
        assert isinstance(asked_for, Ask)
        assert [field.name for field in asked_for.fields] == ["word"]

    async def test_now_is_said_by_its_own_name(self, mara: Person) -> None:
        question = await mara.does("privacy", "erase", now="now", word="erase")
        assert "Erase everything now?" in text_of(question)

    async def test_two_presses_open_once(self, mara: Person) -> None:
        question = asked(await mara.does("privacy", "erase"))
        outcomes = await asyncio.gather(mara.agrees(question), mara.agrees(question))
        assert sum(isinstance(outcome, Reply) for outcome in outcomes) == 1


class TestStay:
    async def test_keeps_everything(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.member()
        before = await wallets(mara, old)
        await mara.insists("privacy", "erase")
        await mara.house.pass_time(timedelta(days=29))
        assert isinstance(await mara.does("privacy", "stay"), Reply)
        await mara.house.pass_time(timedelta(days=40))
        assert await mara.id() == old.id
        after = await wallets(mara, old)
        assert after[0] >= before[0]
        assert after[1] == before[1]

    async def test_refuses_who_is_not_leaving(self, mara: Person) -> None:
        assert refused(await mara.does("privacy", "stay")) == "NotLeaving"

    async def test_leaving_again_counts_from_then(self, mara: Person) -> None:
        await mara.insists("privacy", "erase")
        await mara.house.pass_time(timedelta(days=20))
        await mara.does("privacy", "stay")
        await mara.insists("privacy", "erase")
        await mara.house.pass_time(timedelta(days=29))
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is not None
        await mara.house.pass_time(timedelta(days=1))
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is None

    async def test_races_the_day(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.member()
        await mara.insists("privacy", "erase")
        mara.house.clock.advance(MONTH)
        outcome, tick = await asyncio.gather(mara.does("privacy", "stay"), mara.house.runner.tick())
        assert tick.failed == 0
        now = await mara.member()
        assert (now.id == old.id) is isinstance(outcome, Reply)
        await mara.house.books_hold()


class TestEraseNow:
    async def test_wants_a_typed_word_and_then_a_yes(self, mara: Person) -> None:
        await settled(mara)
        question = await mara.does("privacy", "erase", now=True)
        assert isinstance(question, Ask)
        assert [field.name for field in question.fields] == ["word"]
        assert "no way back" in question.problems[0].text
        question = await mara.answers(question, word="Erase")
        assert "at once" in text_of(question)
        assert "You are erased here" in text_of(await mara.agrees(question))
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is None

    async def test_ends_the_days_of_who_is_leaving(self, mara: Person) -> None:
        await mara.insists("privacy", "erase")
        await mara.insists("privacy", "erase", now=True, word="erase")
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is None
        await mara.house.pass_time(MONTH)

    async def test_a_no_keeps_everything(self, mara: Person) -> None:
        await settled(mara)
        question = await mara.does("privacy", "erase", now=True, word="erase")
        await mara.agrees(question, agreed=False)
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is not None
