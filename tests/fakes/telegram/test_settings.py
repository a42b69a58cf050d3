"""The bot's own settings, button presses, and payments in Stars."""

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LabeledPrice,
)
from telegram.error import BadRequest

TOO_OLD = "^Query is too old and response timeout expired or query id is invalid$"
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="go:yes")]])


class TestMe:
    async def test_get(self, bot, telegram):
        assert bot.username == telegram.world.bot.username
        assert not (await bot.get_me()).can_read_all_group_messages


class TestCommands:
    async def test_by_scope_and_language(self, bot, telegram, ann, group):
        await bot.set_my_commands([BotCommand("gift", "Give")])
        await bot.set_my_commands([BotCommand("gift", "Schenken")], language_code="de")
        await bot.set_my_commands([BotCommand("top", "Ranking")], scope=BotCommandScopeAllGroupChats())
        await bot.set_my_commands(
            [BotCommand("rules", "Set rules")], scope=BotCommandScopeChatAdministrators(group.id)
        )
        doris = telegram.person("Doris", language="de")
        group.joins(doris)
        assert ann.menu() == [("gift", "Give")]
        assert doris.menu() == [("gift", "Schenken")]
        assert ann.menu(group) == [("rules", "Set rules")]
        assert doris.menu(group) == [("top", "Ranking")]
        mine = BotCommandScopeChatMember(group.id, doris.id)
        await bot.set_my_commands([BotCommand("mine", "Mine")], scope=mine)
        assert doris.menu(group) == [("mine", "Mine")]
        await bot.delete_my_commands(scope=mine)
        assert doris.menu(group) == [("top", "Ranking")]
        assert (await bot.get_my_commands(language_code="de"))[0].description == "Schenken"
        assert await bot.get_my_commands(language_code="fr") == ()

    @pytest.mark.parametrize(
        ("commands", "words"),
        [
            ([("Gift", "Give")], "bot_command_invalid"),
            ([("x" * 33, "Give")], "bot_command_invalid"),
            ([("give-it", "Give")], "bot_command_invalid"),
            ([("gift", "")], "bot_command_description_invalid"),
            ([("gift", "x" * 257)], "bot_command_description_invalid"),
            ([("gift", "Give")] * 101, "bot_commands_too_much"),
        ],
    )
    async def test_refuses(self, bot, commands, words):
        with pytest.raises(BadRequest, match=f"(?i)^{words}$"):
            await bot.set_my_commands(commands)

    async def test_takes_the_longest(self, bot):
        await bot.set_my_commands([(f"{'x' * 29}{number:03}", "x" * 256) for number in range(100)])

    async def test_refuses_scope_and_language(self, bot, ann):
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await bot.set_my_commands([("gift", "Give")], scope=BotCommandScopeChat(99))
        with pytest.raises(BadRequest):
            await bot.set_my_commands([("gift", "Give")], scope=BotCommandScopeChatAdministrators(ann.id))
        with pytest.raises(BadRequest, match=r"(?i)language"):
            await bot.set_my_commands([("gift", "Give")], language_code="english")

    async def test_descriptions(self, bot, telegram):
        await bot.set_my_description("What I do")
        await bot.set_my_short_description("Short", language_code="de")
        assert telegram.world.descriptions == {
            ("description", ""): "What I do",
            ("short_description", "de"): "Short",
        }
        with pytest.raises(BadRequest):
            await bot.set_my_description("x" * 513)
        with pytest.raises(BadRequest):
            await bot.set_my_short_description("x" * 121)


class TestPress:
    async def test_is_answered_once(self, bot, ann):
        await bot.send_message(ann.id, "Sure?", reply_markup=KEYBOARD)
        ann.presses("Yes")
        (update,) = await bot.get_updates()
        assert (update.callback_query.data, update.callback_query.message.text) == ("go:yes", "Sure?")
        await update.callback_query.answer("Done", show_alert=True)
        toast = ann.toasts()[0]
        assert (toast.text, toast.alert) == ("Done", True)
        with pytest.raises(BadRequest, match=f"(?i){TOO_OLD}"):
            await update.callback_query.answer()

    async def test_grows_old(self, bot, telegram, ann):
        await bot.send_message(ann.id, "Sure?", reply_markup=KEYBOARD)
        press = ann.presses("Yes")
        telegram.clock.advance(16)
        with pytest.raises(BadRequest, match=f"(?i){TOO_OLD}"):
            await bot.answer_callback_query(press.id)

    async def test_refuses_unknown_and_long(self, bot, ann):
        with pytest.raises(BadRequest, match=f"(?i){TOO_OLD}"):
            await bot.answer_callback_query("1")
        await bot.send_message(ann.id, "Sure?", reply_markup=KEYBOARD)
        press = ann.presses("Yes")
        with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
            await bot.answer_callback_query(press.id, "x" * 201)
        with pytest.raises(BadRequest, match=r"(?i)url_invalid"):
            await bot.answer_callback_query(press.id, url="https://a.example")
        await bot.answer_callback_query(press.id, "x" * 200)

    async def test_by_somebody_else(self, bot, telegram, ann, group):
        bob = telegram.person("Carl")
        group.joins(bob)
        await bot.send_message(group.id, "Ann, sure?", reply_markup=KEYBOARD)
        bob.presses("Yes", where=group)
        ann.presses("Yes", where=group)
        presses = [update.callback_query for update in await bot.get_updates() if update.callback_query]
        assert [press.from_user.first_name for press in presses] == ["Carl", "Ann"]
        await presses[0].answer("Not yours")
        assert (bob.toasts()[0].text, ann.toasts()) == ("Not yours", [])

    async def test_nobody_presses_in_a_strangers_chat(self, bot, telegram, ann):
        await bot.send_message(ann.id, "Sure?", reply_markup=KEYBOARD)
        with pytest.raises(AssertionError, match="can not see"):
            telegram.person("Eve").presses("Yes", on=ann.last())

    async def test_on_a_message_as_it_was(self, bot, ann):
        await bot.send_message(ann.id, "Sure?", reply_markup=KEYBOARD)
        old = ann.last()
        await bot.edit_message_text("Done", ann.id, old.id)
        with pytest.raises(AssertionError, match="no button 'Yes'"):
            ann.presses("Yes")
        ann.presses("Yes", on=old)
        (update,) = await bot.get_updates()
        assert (update.callback_query.data, update.callback_query.message.text) == ("go:yes", "Done")


class TestStars:
    async def invoice(self, bot, chat_id, **other):
        what = {
            "title": "Plan",
            "description": "A month",
            "payload": "plan:1",
            "currency": "XTR",
            "provider_token": "",
        }
        return await bot.send_invoice(chat_id, prices=[LabeledPrice("Plan", 100)], **what | other)

    async def test_paid_and_refunded(self, bot, telegram, ann):
        await self.invoice(bot, ann.id)
        ann.pays(ann.last())
        (update,) = await bot.get_updates()
        assert await update.pre_checkout_query.answer(ok=True)
        paid = (await bot.get_updates(offset=update.update_id + 1))[0].message.successful_payment
        assert (paid.total_amount, paid.invoice_payload) == (100, "plan:1")
        with pytest.raises(BadRequest, match=r"(?i)invalid user_id specified"):
            await bot.refund_star_payment(5, paid.telegram_payment_charge_id)
        assert await bot.refund_star_payment(ann.id, paid.telegram_payment_charge_id)
        with pytest.raises(BadRequest, match=r"(?i)charge_already_refunded"):
            await bot.refund_star_payment(ann.id, paid.telegram_payment_charge_id)

    async def test_declined_and_late(self, bot, telegram, ann):
        await self.invoice(bot, ann.id)
        payment = ann.pays(ann.last())
        await bot.answer_pre_checkout_query(payment.id, ok=False, error_message="Sold out")
        assert (payment.error, payment.charge) == ("Sold out", "")
        late = ann.pays(ann.last())
        telegram.clock.advance(11)
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_pre_checkout_query(late.id, ok=True)
        assert not late.charge

    @pytest.mark.parametrize(
        ("other", "words"),
        [
            ({"provider_token": "x"}, "stars_invoice_invalid"),
            ({"payload": "x" * 129}, "stars_invoice_invalid"),
            ({"max_tip_amount": 5}, "stars_invoice_invalid"),
            ({"is_flexible": True}, "stars_invoice_invalid"),
            ({"currency": "EUR"}, "payment_provider_invalid"),
            ({"currency": "EUR", "provider_token": "x"}, "currency_invalid"),
        ],
    )
    async def test_refuses(self, bot, ann, other, words):
        with pytest.raises(BadRequest, match=f"(?i){words}"):
            await self.invoice(bot, ann.id, **other)

    async def test_refuses_two_prices(self, bot, ann):
        with pytest.raises(BadRequest, match=r"(?i)stars_invoice_invalid"):
            await bot.send_invoice(ann.id, "Plan", "A month", "p", "XTR", [LabeledPrice("a", 1)] * 2)
