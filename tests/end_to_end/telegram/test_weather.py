"""Storms, lost answers, people who are gone, other pollers."""

import pytest
from telegram.error import Conflict

from core.chat import Attachment, Button, Image, Message, Text, said
from tests.end_to_end.telegram.lab import PIXEL
from tests.fakes.telegram.client import client as other_client
from tests.fakes.telegram.flood import BadJson, LostAnswer, NoConnection, Refused, RetryAfter, ServerError


async def met(person):
    person.starts()
    await person.waits_for("Hi")


class TestAnswer:
    async def test_waits_out_a_storm(self, lab, ann, telegram):
        await met(ann)
        telegram.next_answers("sendMessage", RetryAfter(3600), RetryAfter(60))
        ann.says("/lab_ping")
        await telegram.until(lambda: lab.rhythm.waiting)
        telegram.clock.advance(3601)
        await telegram.until(lambda: lab.rhythm.waiting and len(telegram.flood.refused) == 2)
        telegram.clock.advance(61)
        await ann.waits_for("pong")
        assert telegram.flood.too_early == []
        assert len(ann.sees()) == 2

    async def test_others_do_not_wait_for_it(self, lab, ann, bob, telegram):
        await met(ann)
        await met(bob)
        telegram.next_answers("sendMessage", RetryAfter(3600))
        ann.says("/lab_ping")
        await telegram.until(lambda: lab.rhythm.waiting)
        bob.says("/lab_ping")
        await bob.waits_for("pong")
        telegram.clock.advance(3601)
        await ann.waits_for("pong")

    @pytest.mark.parametrize("loss", [LostAnswer(), BadJson()])
    async def test_that_may_have_arrived_is_not_said_again(self, lab, ann, tap, telegram, loss):
        await met(ann)
        telegram.next_answers("sendMessage", loss)
        ann.says("/lab_ping")
        await ann.waits_for("pong")
        await lab.quiet()
        await lab.restarts()
        ann.says("/lab_ping")
        await telegram.until(lambda: str(ann.texts()).count("pong") == 2)
        assert len(tap.ran) == 2

    async def test_at_a_token_that_was_taken_back_is_said_by_the_next_start(self, lab, ann, tap, telegram):
        await met(ann)
        telegram.next_answers("sendMessage", Refused(401, "Unauthorized"))
        ann.says("/lab_ping")
        await lab.quiet()
        assert "pong" not in ann.screen()
        await lab.restarts()
        await telegram.until(lambda: "pong" in ann.screen())
        assert len(tap.ran) == 1

    async def test_an_edit_whose_answer_was_lost_is_made_again(self, lab, ann, telegram):
        ann.says("/lab_vote")
        await ann.waits_for("Vote?")
        telegram.next_answers("editMessageText", LostAnswer(), NoConnection(), ServerError(502))
        ann.presses("Yes")
        await ann.waits_for("pong")
        await lab.weathered()
        assert len(ann.sees()) == 1
        assert await lab.unanswered() == 0

    async def test_of_a_deleted_message_is_a_new_one(self, lab, ann, telegram):
        ann.says("/lab_vote")
        shown = await ann.waits_for("Vote?")
        shown.message.deleted = True
        ann.presses("Yes", on=shown)
        await ann.waits_for("pong")

    async def test_to_who_has_gone(self, lab, ann, telegram):
        await met(ann)
        telegram.next_answers("sendMessage", Refused(403, "Forbidden: bot was blocked by the user"))
        ann.says("/lab_ping")
        await lab.quiet()
        assert await lab.unanswered() == 0

    async def test_a_press_that_is_too_old_to_answer_still_acts(self, lab, ann, tap, telegram):
        ann.says("/lab_vote")
        await ann.waits_for("Vote?")
        telegram.next_answers("answerCallbackQuery", Refused(400, "Bad Request: query is too old"))
        ann.presses("Yes")
        await ann.waits_for("pong")

    async def test_a_refusal_whose_press_is_too_old_is_a_message(self, lab, ann, telegram):
        ann.says("/lab_vote")
        shown = await ann.waits_for("Vote?")
        ann.presses("Yes", on=shown)
        await ann.waits_for("pong")
        telegram.next_answers("answerCallbackQuery", Refused(400, "Bad Request: query is too old"))
        ann.presses("Yes", on=shown)
        await ann.waits_for("already answered")
        assert ann.toasts() == []

    async def test_entities_that_telegram_refuses_are_left_out(self, lab, ann, telegram):
        await met(ann)
        telegram.next_answers("sendMessage", Refused(400, "Bad Request: can't parse entities: something new"))
        ann.says("/lab_unkind")
        shown = await ann.waits_for("Mara")
        assert "bold" not in {entity["type"] for entity in shown.entities}

    async def test_a_muted_bot_stays_calm(self, lab, ann, group):
        group.mutes_bot()
        ann.says("/lab_shout hello", group)
        await lab.quiet()
        assert ann.texts(group) == []
        assert await lab.unanswered() == 0


class TestAnnouncement:
    async def test_arrives_with_its_buttons(self, lab, ann):
        await met(ann)
        await lab.announces(ann, said("Bob thanks you.", buttons=(Button("Ping", ("lab", "ping")),)), "a")
        await lab.due()
        await ann.waits_for("Bob thanks you.")
        assert await lab.announced("a") == "sent"
        ann.presses("Ping")
        await ann.waits_for("pong")
        assert "Bob thanks you." in str(ann.texts())

    async def test_of_several_messages_and_files(self, lab, ann):
        await met(ann)
        blocks = (Text("word " * 1000), Image(PIXEL, "a pixel"), Attachment("a.txt", b"a", "a file"))
        await lab.announces(ann, Message(blocks), "a")
        await lab.due()
        assert await lab.announced("a") == "sent"
        assert len(ann.sees()) == 5

    async def test_to_who_blocked_the_bot(self, lab, ann):
        await met(ann)
        ann.blocks_bot()
        await lab.announces(ann, said("Nobody hears this."), "a")
        for _ in range(3):
            await lab.due()
        assert await lab.announced("a") == "undeliverable"

    async def test_to_a_deleted_account(self, lab, ann):
        await met(ann)
        ann.deletes_account()
        await lab.announces(ann, said("Nobody hears this."), "a")
        for _ in range(3):
            await lab.due()
        assert await lab.announced("a") == "undeliverable"

    async def test_in_a_storm_comes_later(self, lab, ann, telegram):
        await met(ann)
        telegram.next_answers("sendMessage", RetryAfter(7200))
        await lab.announces(ann, said("At last."), "a")
        await lab.due()
        assert await lab.announced("a") == "waiting"
        telegram.clock.advance(7000)
        await lab.due()
        assert "At last." not in ann.texts()
        telegram.clock.advance(400)
        await lab.due()
        assert ann.last().text == "At last."
        assert telegram.flood.too_early == []

    async def test_at_a_token_that_was_taken_back_comes_with_the_next(self, lab, ann, telegram):
        await met(ann)
        telegram.next_answers("sendMessage", Refused(401, "Unauthorized"))
        await lab.announces(ann, said("With the new token."), "a")
        await lab.due()
        assert await lab.announced("a") == "waiting"
        telegram.clock.advance(60)
        await lab.due()
        assert ann.last().text == "With the new token."

    async def test_whose_answer_was_lost_is_not_repeated(self, lab, ann, telegram):
        await met(ann)
        telegram.next_answers("sendMessage", LostAnswer())
        await lab.announces(ann, said("Once only."), "a")
        for _ in range(4):
            await lab.due()
            telegram.clock.advance(4000)
        assert ann.texts().count("Once only.") == 1
        assert await lab.announced("a") == "uncertain"

    async def test_waits_while_nobody_is_connected(self, lab, ann):
        await met(ann)
        await lab.announces(ann, said("When you are back."), "a")
        client, lab.post.client = lab.post.client, None
        await lab.due()
        assert await lab.announced("a") == "waiting"
        lab.post.client = client
        lab.telegram.clock.advance(120)
        await lab.due()
        await ann.waits_for(lambda person: person.last().text == "When you are back.")


class TestPolling:
    async def test_another_poller_is_outlived(self, lab, ann, telegram):
        async with other_client(telegram) as other:
            await other.get_updates(timeout=0)
            await telegram.until(lambda: lab.rhythm.waiting)
            assert not lab.client.connected()
        telegram.clock.advance(10)
        ann.says("/lab_ping")
        await ann.waits_for("pong")
        assert lab.client.connected()

    async def test_the_library_calls_it_a_conflict(self, lab, telegram):
        telegram.next_answers("getUpdates", Refused(409, "Conflict: terminated by other getUpdates request"))
        async with other_client(telegram) as other:
            with pytest.raises(Conflict):
                await other.get_updates(timeout=0)

    async def test_bad_weather_is_waited_out(self, lab, ann, tap, telegram):
        telegram.next_answers("getUpdates", NoConnection(), ServerError(502), BadJson(), RetryAfter(30), LostAnswer())
        ann.says("/lab_ping")
        for _ in range(6):
            await telegram.until(lambda: lab.rhythm.waiting or lab.client.connected())
            telegram.clock.advance(60)
        await ann.waits_for("pong")
        await lab.quiet()
        assert len(tap.ran) == 1

    @pytest.mark.parametrize("says", ["/lab_ping", "Hello?"], ids=["by being done", "by itself"])
    async def test_nothing_is_confirmed_before_it_is_kept(self, lab, ann, telegram, monkeypatch, says):
        from core.errors import DatabaseBusy

        database, calls = lab.desk.database, []
        kept = database.write

        async def write(unit):
            calls.append(unit)
            if len(calls) < 3:
                raise DatabaseBusy
            return await kept(unit)

        monkeypatch.setattr(database, "write", write)
        ann.says(says)
        for number in (1, 2):
            await telegram.until(lambda number=number: lab.rhythm.waiting and len(calls) == number)
            assert len(telegram.world.updates.pending()) == 1
            assert ann.texts() == []
            telegram.clock.advance(60)
        await ann.waits_for("pong" if says == "/lab_ping" else "Hi")
        await lab.quiet()
        assert len(ann.texts()) == 1


class TestStart:
    async def test_without_telegram_is_tried_again(self, empty_stage, telegram):
        telegram.next_answers("getMe", NoConnection())
        with pytest.raises(ConnectionError):
            await empty_stage.starts()
        await empty_stage._house.aclose()
        empty_stage.client = None
        await empty_stage.starts()

    async def test_with_a_wrong_token_ends(self, empty_stage, telegram):
        from dataclasses import replace

        from adapters.telegram.errors import TokenRefused

        empty_stage.endpoint = replace(empty_stage.endpoint, token=f"1:{'B' * 35}")
        with pytest.raises(TokenRefused) as error:
            await empty_stage.starts()
        assert "BBB" not in str(error.value)
        await empty_stage._house.aclose()
        empty_stage.client = None

    async def test_takes_away_a_webhook(self, empty_stage, ann, telegram):
        telegram.world.webhook.url = "http://127.0.0.1:1/elsewhere"
        ann.starts()
        await empty_stage.starts()
        await ann.waits_for("Hi Ann")
