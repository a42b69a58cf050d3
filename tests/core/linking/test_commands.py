"""`/link` as two people (who are one) use it."""

import asyncio
from datetime import timedelta

import pytest

from core.chat import Ask, Confirm, Refusal, Reply
from core.ledger import service as ledger
from core.ledger.codes import Code
from core.ledger.posting import Why
from core.linking import repository
from core.linking.rules import LinkingLimits
from core.members import service as members
from core.money import Coins, Credits
from tests.core.linking.acts import DAY, HOUR, all_coins, asked_to_agree, both_agreed, both_rich, code_of, coins, freeze
from tests.databases import AnyDatabase
from tests.household import NOON, SALT, Household, Person, asked, buttons_of, refused, text_of


class TestStart:
    async def test_gives_a_code_for_five_minutes(self, mara: Person) -> None:
        reply = await mara.does("link")
        code = await code_of(mara)
        assert len(code) == 6
        assert "works once, for 5 minutes" in text_of(reply)

    async def test_a_new_code_ends_the_one_before(self, mara: Person, tele: Person) -> None:
        first = await code_of(mara)
        await code_of(mara)
        assert refused(await tele.does("link", code=first)) == "UnknownCode"

    async def test_shows_what_waits_instead_of_a_second_code(self, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        assert "become one" in text_of(await mara.does("link"))

    async def test_is_closed_to_who_is_leaving(self, mara: Person) -> None:
        await mara.insists("privacy", "erase")
        assert refused(await mara.does("link")) == "MemberLeaving"


class TestGivingTheCodeBack:
    async def test_shows_both_names_and_balances_before_anything(self, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        question = await tele.does("link", code=await code_of(mara))
        assert isinstance(question, Confirm)
        text = text_of(question)
        for part in ("Mara on Discord", "mara_t on Telegram (this account)", "Coins: 110 coins", "Credits: 50 credits"):
            assert part in text

    async def test_reads_a_code_as_people_type_it(self, mara: Person, tele: Person) -> None:
        code = await code_of(mara)
        assert isinstance(await tele.does("link", code=f"{code[:3].lower()}-{code[3:]} "), Confirm)

    async def test_asks_the_other_side_with_a_button_that_carries_the_code(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        code = await asked_to_agree(mara, tele)
        await house.pass_time()
        (message,) = [message for identity, message in house.postbox.sent if identity == mara.identity]
        button = buttons_of(message)["Look and agree"]
        assert button.token
        assert code not in text_of(message)
        assert isinstance(await mara.agrees(button.token), Confirm)

    async def test_a_no_changes_nothing(self, mara: Person, tele: Person) -> None:
        question = await tele.does("link", code=await code_of(mara))
        await tele.agrees(question, agreed=False)
        assert refused(await mara.does("link", "agree")) == "NothingToAgree"

    async def test_refuses_ones_own_code(self, mara: Person) -> None:
        assert refused(await mara.does("link", code=await code_of(mara))) == "OwnCode"

    async def test_refuses_an_expired_code(self, house: Household, mara: Person, tele: Person) -> None:
        code = await code_of(mara)
        house.clock.advance(timedelta(minutes=5))
        assert refused(await tele.does("link", code=code)) == "CodeExpired"

    async def test_refuses_a_code_that_ran_out_while_the_question_was_open(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        question = await tele.does("link", code=await code_of(mara))
        house.clock.advance(timedelta(minutes=6))
        assert refused(await tele.agrees(question)) == "CodeExpired"

    async def test_refuses_a_used_code(self, house: Household, mara: Person, tele: Person) -> None:
        code = await asked_to_agree(mara, tele)
        assert refused(await house.person("Eve", "console").does("link", code=code)) == "CodeUsed"

    async def test_refuses_two_accounts_on_one_platform(self, house: Household, mara: Person) -> None:
        other = house.person("Mara2", "discord")
        outcome = await other.does("link", code=await code_of(mara))
        assert refused(outcome) == "BothOnOnePlatform"
        assert isinstance(outcome, Refusal)
        assert "Discord" in outcome.error.text
        assert "/link remove" not in outcome.error.text  # there is none to remove, on either side

    async def test_says_how_one_of_two_accounts_on_a_platform_can_leave(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        await both_agreed(mara, tele)
        await house.pass_time(DAY)
        other = house.person("Mara2", "discord")
        assert refused(await other.does("link", code=await code_of(mara))) == "OneTooManyThere"
        await tele.insists("link", "remove", platform="discord")
        assert isinstance(await other.does("link", code=await code_of(tele)), Confirm)

    async def test_refuses_while_the_other_is_leaving(self, mara: Person, tele: Person) -> None:
        code = await code_of(mara)
        await mara.insists("privacy", "erase")
        assert refused(await tele.does("link", code=code)) == "OneIsLeaving"

    async def test_refuses_a_code_of_somebody_erased(self, mara: Person, tele: Person) -> None:
        code = await code_of(mara)
        await mara.insists("privacy", "erase", now=True, word="erase")
        assert refused(await tele.does("link", code=code)) == "UnknownCode"

    @pytest.mark.parametrize("spent", [False, True])
    async def test_refuses_while_a_payment_is_in_dispute(
        self, house: Household, mara: Person, tele: Person, *, spent: bool
    ) -> None:
        await both_rich(mara, tele)
        member = await tele.member()
        if spent:
            why = Why(Code.WORK_DONE, "spent", NOON)
            await house.do(lambda uow: ledger.spend(uow, member.credit_wallet, Credits(50), why))
        await freeze(house, member.credit_wallet)
        assert refused(await tele.does("link", code=await code_of(mara))) == "InDispute"

    async def test_refuses_a_second_link_while_one_waits(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        third = house.person("Mara3", "console")
        code = await code_of(third)
        await both_agreed(mara, tele)
        assert refused(await mara.does("link", code=code)) == "AlreadyLinking"


class TestGuessing:
    async def test_the_sixth_wrong_code_in_an_hour_is_not_looked_at(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        right = await code_of(mara)
        for wrong in ("222222", "333333", "444444", "555555", "666666"):
            assert refused(await tele.does("link", code=wrong)) == "UnknownCode"
        outcome = await tele.does("link", code=right)
        assert refused(outcome) == "TooManyWrongCodes"
        assert isinstance(outcome, Refusal)
        assert "Try again in 1 h." in outcome.error.text

    async def test_opens_again_after_an_hour(self, house: Household, mara: Person, tele: Person) -> None:
        for wrong in ("222222", "333333", "444444", "555555", "666666"):
            await tele.does("link", code=wrong)
        house.clock.advance(HOUR)
        assert isinstance(await tele.does("link", code=await code_of(mara)), Confirm)

    async def test_many_at_once_are_all_counted(self, house: Household, mara: Person, tele: Person) -> None:
        right = await code_of(mara)
        await tele.does("start")
        await asyncio.gather(*(tele.does("link", code=f"{number}{number}2222") for number in range(2, 8)))
        assert refused(await tele.does("link", code=right)) == "TooManyWrongCodes"


class TestAgree:
    async def test_by_hand_asks_with_whom(self, mara: Person, tele: Person) -> None:
        await asked_to_agree(mara, tele)
        question = await mara.does("link", "agree")
        assert isinstance(question, Ask)
        (option,) = question.fields[0].options
        assert option.label == "mara_t on Telegram"
        assert isinstance(await mara.answers(question, code=option.value), Confirm)

    async def test_takes_effect_at_once_where_one_side_owns_nothing(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        await mara.does("start")
        await mara.house.grant((await mara.member()).coin_wallet, Coins(100))
        code = await code_of(mara)
        house.clock.advance(timedelta(minutes=1))
        await tele.does("start")
        # Giving the code back is the day's visit and pays: those coins alone are nothing that anybody would miss.
        await tele.agrees(await tele.does("link", code=code))
        question = await mara.does("link", "agree", code=code)
        assert "at once" in text_of(question)
        await mara.agrees(question)
        assert await mara.id() == await tele.id()
        # Both were here today: a day pays once.
        assert await coins(mara) == 110
        await house.books_hold()

    async def test_parting_and_linking_again_every_day_pays_no_day_twice(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        await mara.does("daily")
        paid = []
        for _ in range(3):
            await tele.does("daily")
            await both_agreed(mara, tele)
            assert await mara.id() == await tele.id()
            paid.append(await coins(mara))
            await mara.insists("link", "remove")
            await house.pass_time(DAY)
            await mara.does("daily")
        assert paid == [10, 10 + 11, 10 + 11 + 12]
        await house.books_hold()

    async def test_coins_that_the_last_yes_itself_pays_come_along(self, house: Household) -> None:
        old, young = house.person("Old", "discord"), house.person("Young", "telegram")
        house.clock.set(NOON.replace(hour=23, minute=50))
        await old.does("start")
        house.clock.advance(timedelta(minutes=1))
        code = await code_of(young)
        await old.insists("link", code=code)
        question = await young.does("link", "agree", code=code)
        member = await young.member()
        house.clock.advance(timedelta(minutes=15))
        # The first command of Young's new day is the yes that ends Young: the visit pays, then the merge moves it.
        await young.agrees(question)
        assert await old.id() == await young.id() != member.id
        assert await all_coins(house, member.id) == 0
        assert await coins(old) == 10 + 10 + 11
        await house.books_hold()

    async def test_waits_a_day_where_both_own_something(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        await house.pass_time(DAY - timedelta(minutes=1))
        assert await mara.id() != await tele.id()
        assert any("become one" in text for text in house.postbox.to(tele))
        await house.pass_time(timedelta(minutes=1))
        assert await mara.id() == await tele.id()

    async def test_refuses_a_question_that_ran_out(self, house: Household, mara: Person, tele: Person) -> None:
        code = await asked_to_agree(mara, tele)
        house.clock.advance(HOUR)
        assert refused(await mara.does("link", "agree", code=code)) == "NothingToAgree"

    async def test_is_not_for_the_side_that_gave_the_code(self, mara: Person, tele: Person) -> None:
        code = await asked_to_agree(mara, tele)
        assert refused(await tele.does("link", "agree", code=code)) == "NothingToAgree"

    async def test_a_seen_question_does_not_agree_to_another_link(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        code = await asked_to_agree(mara, tele)
        seen = await mara.does("link", "agree", code=code)
        await tele.does("link", "cancel")
        await house.person("Eve", "console").insists("link", code=await code_of(mara))
        assert refused(await mara.agrees(seen)) == "NothingToAgree"

    async def test_a_double_press_agrees_once(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        code = await asked_to_agree(mara, tele)
        question = asked(await mara.does("link", "agree", code=code))
        outcomes = await asyncio.gather(*(mara.agrees(question) for _ in range(4)))
        assert sum(isinstance(outcome, Reply) for outcome in outcomes) == 1

    async def test_zero_hours_merge_at_once(self, database: AnyDatabase) -> None:
        house = Household(database, linking=LinkingLimits(merge_hours=0))
        mara, tele = house.person("Mara"), house.person("mara_t", "telegram")
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        assert await mara.id() == await tele.id()


class TestCancel:
    @pytest.mark.parametrize("who", [0, 1])
    async def test_either_side_can(self, house: Household, mara: Person, tele: Person, who: int) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        first, second = ((mara, tele), (tele, mara))[who]
        assert "Called off" in text_of(await first.does("link", "cancel"))
        await house.pass_time(2 * DAY)
        assert await mara.id() != await tele.id()
        assert any("The other side called it off" in text for text in house.postbox.to(second))

    async def test_forgets_an_unused_code(self, mara: Person, tele: Person) -> None:
        code = await code_of(mara)
        assert "no longer works" in text_of(await mara.does("link", "cancel"))
        assert refused(await tele.does("link", code=code)) == "UnknownCode"

    async def test_refuses_when_nothing_waits(self, mara: Person) -> None:
        assert refused(await mara.does("link", "cancel")) == "NothingToCancel"

    async def test_a_new_link_can_follow(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        await mara.does("link", "cancel")
        await both_agreed(mara, tele)
        await house.pass_time(DAY)
        assert await mara.id() == await tele.id()
        await house.books_hold()

    async def test_comes_too_late_after_the_merge(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        await house.pass_time(DAY)
        assert refused(await mara.does("link", "cancel")) == "NothingToCancel"


class TestStatus:
    async def test_names_what_is_linked(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        await house.pass_time(DAY)
        text = text_of(await mara.does("link", "status"))
        assert "Discord: Mara" in text
        assert "Telegram: mara_t" in text
        assert "No link waits." in text

    async def test_says_to_each_side_what_it_waits_for(self, mara: Person, tele: Person) -> None:
        await asked_to_agree(mara, tele)
        assert "waits for you" in text_of(await mara.does("link", "status"))
        assert "Mara is asked to agree" in text_of(await tele.does("link", "status"))


class TestRemove:
    async def linked(self, house: Household, mara: Person, tele: Person) -> None:
        await both_rich(mara, tele)
        await both_agreed(mara, tele)
        await house.pass_time(DAY)

    async def test_the_wallet_stays_with_the_one_that_asks(self, house: Household, mara: Person, tele: Person) -> None:
        await self.linked(house, mara, tele)
        await tele.does("daily")
        before = await coins(tele)
        await tele.insists("link", "remove")
        assert await coins(tele) == before > 0
        assert await coins(mara) == 0
        assert (await mara.member()).name == "Mara"
        assert (await tele.member()).name == "mara_t"

    async def test_tells_the_account_that_left(self, house: Household, mara: Person, tele: Person) -> None:
        await self.linked(house, mara, tele)
        await tele.insists("link", "remove")
        await house.pass_time()
        assert any("was removed from your wallet" in text for text in house.postbox.to(mara))

    async def test_does_not_make_once_only_grants_twice(self, house: Household, mara: Person, tele: Person) -> None:
        await self.linked(house, mara, tele)
        await tele.insists("link", "remove")
        assert await house.database.read(lambda uow: members.was_erased(uow, mara.identity, SALT))

    async def test_refuses_the_only_account(self, mara: Person) -> None:
        assert refused(await mara.does("link", "remove")) == "OnlyIdentity"

    async def test_asks_again_for_the_account_one_writes_from(
        self, house: Household, mara: Person, tele: Person
    ) -> None:
        await self.linked(house, mara, tele)
        question = await mara.does("link", "remove", platform="discord")
        assert isinstance(question, Ask)
        assert "Pick Telegram" in question.problems[0].text

    async def test_can_be_linked_again(self, house: Household, mara: Person, tele: Person) -> None:
        await self.linked(house, mara, tele)
        await tele.insists("link", "remove")
        await both_agreed(mara, tele)
        await house.pass_time(DAY)
        assert await mara.id() == await tele.id()
        await house.books_hold()


class TestExpire:
    async def test_old_codes_and_guesses_go(self, house: Household, mara: Person, tele: Person) -> None:
        code = await code_of(mara)
        await tele.does("link", code="222222")
        await house.runner.plan_recurring()
        await house.pass_time(2 * DAY)
        assert refused(await tele.does("link", code=code)) == "UnknownCode"
        me = await mara.id()
        assert await house.database.read(lambda uow: repository.of_member(uow, me)) == []
