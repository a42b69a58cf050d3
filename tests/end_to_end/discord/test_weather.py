"""Late answers, lost answers, storms, lost connections: the member gets the answer, and gets it once."""

import asyncio
from typing import Any

import pytest

from adapters.discord.answering import Pace
from adapters.discord.client import DiscordChat, TokenRefused
from core.operations import reconcile
from tests.fakes.discord.fake import FakeDiscord

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
HOOKED = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
DEFER, DEFER_UPDATE = 5, 6


@pytest.fixture
async def hasty(studio):
    """A studio that says at once that an answer takes long."""
    studio.pace = Pace(defer_after_s=0.05, stream_s=0)
    await studio.restart()
    return studio


class TestSlow:
    async def test_is_deferred_and_then_said(self, hasty, ann, bob):
        asked = await ann.runs("/slow", wait=False)
        await hasty.fake.told(asked)
        assert asked.answer == DEFER
        assert ann.latest.thinking
        hasty.prompter.go.set()
        await ann.answer_to(asked)
        assert asked.text == "Slow, but here."
        assert len(ann.sees()) == 1
        assert bob.sees() == []

    async def test_before_all_is_deferred_before_all(self, hasty, ann, bob):
        asked = await ann.runs("/parade", wait=False)
        await hasty.fake.told(asked)
        assert bob.latest.thinking
        hasty.prompter.go.set()
        await bob.waits_for("Slow, but here.")

    async def test_a_press_is_heard_and_its_message_changes(self, hasty, ann):
        await ann.runs("/card")
        card = ann.latest
        for part in card.parts:
            if part.get("label") == "Help":
                part["custom_id"] = "go:slow"
        pressed = await ann.presses("Help", wait=False)
        await hasty.fake.told(pressed)
        assert pressed.answer == DEFER_UPDATE
        hasty.prompter.go.set()
        await ann.waits_for("Slow, but here.")
        assert card.text == "Slow, but here."

    async def test_a_private_no_after_a_public_deferral_stays_private(self, hasty, ann, bob):
        hasty.prompter.fails = True
        asked = await ann.runs("/parade", wait=False)
        await hasty.fake.told(asked)
        hasty.prompter.go.set()
        await ann.waits_for("Not today")
        assert "Not today" not in bob.screen
        assert ann.latest.ephemeral

    async def test_a_form_after_a_deferral_is_continued(self, studio, ann):
        studio.pace = Pace(defer_after_s=0, stream_s=0)
        await studio.restart()
        asked = await ann.runs("/wish", when="tomorrow-ish", name="pony")
        assert asked.answer == DEFER
        assert "tomorrow-ish" in asked.text
        studio.pace = Pace(defer_after_s=60, stream_s=0)
        await studio.restart()
        await ann.presses("Continue")
        assert "Wish for pony?" in (await ann.fills({"When": "2026-06-01 18:00"})).text

    async def test_after_15_minutes_it_is_said_in_direct_messages(self, hasty, ann):
        hasty.refusals |= {50027}
        asked = await ann.runs("/slow", wait=False)
        await hasty.fake.told(asked)
        hasty.fake.clock.advance(15 * 60 + 1)
        hasty.prompter.go.set()
        await ann.dm.waits_for("Slow, but here.")

    async def test_after_3_seconds_without_a_word_it_is_said_in_direct_messages(self, studio, ann):
        studio.refusals |= {10062}
        asked = await ann.runs("/slow", wait=False)
        studio.fake.clock.advance(3.1)
        studio.prompter.go.set()
        await ann.dm.waits_for("Slow, but here.")
        assert not asked.answered

    async def test_a_form_that_came_too_late_can_be_continued_there(self, studio, ann):
        studio.fake.next_answers("POST", CALLBACK, 404)
        studio.fake.rates.storms[-1].body = {"message": "Unknown interaction", "code": 10062}
        await ann.runs("/wish", name="pony", wait=False)
        await ann.dm.waits_for("Wish for pony?")
        assert "pony by None" in (await ann.dm.presses("Confirm")).text

    async def test_closed_to_us_as_well_it_is_only_noted(self, studio, ann):
        studio.refusals |= {10062, 50007}
        ann.closes_dms()
        await ann.runs("/slow", wait=False)
        studio.fake.clock.advance(3.1)
        studio.prompter.go.set()
        await studio.until(lambda: any(refused.code == 50007 for refused in studio.fake.refusals))
        assert (await ann.runs("/daily")).text


class TestLost:
    async def test_first_answer_arrives_once(self, studio, ann):
        studio.refusals |= {40060}
        studio.fake.loses_answers("POST", CALLBACK)
        done = await ann.runs("/daily")
        assert "coins" in done.text
        await studio.until(lambda: len(studio.fake.calls("POST", CALLBACK)) == 2)
        assert len(ann.sees()) == 1

    async def test_acknowledged_by_somebody_else(self, studio, ann):
        studio.fake.next_answers("POST", CALLBACK, 400)
        studio.fake.rates.storms[-1].body = {"message": "already", "code": 40060}
        await ann.runs("/daily", wait=False)
        await studio.until(lambda: studio.fake.calls("POST", CALLBACK))
        assert "already" in (await ann.runs("/daily")).text

    async def test_a_storm_is_waited_out(self, studio, ann):
        studio.fake.next_answers("POST", CALLBACK, 429, times=3, retry_after=0.01)
        assert "coins" in (await ann.runs("/daily")).text

    async def test_a_deleted_message_is_answered_anew(self, studio, ann):
        await ann.runs("/card")
        studio.fake.next_answers("POST", CALLBACK, 404)
        studio.fake.rates.storms[-1].body = {"message": "Unknown Message", "code": 10008}
        pressed = await ann.presses("Help")
        assert "What would you like to do" in pressed.text
        assert len(ann.sees()) == 2

    async def test_a_deleted_message_is_answered_anew_when_late(self, hasty, ann):
        hasty.refusals |= {10008}
        await ann.runs("/card")
        card = ann.latest
        for part in card.parts:
            if part.get("label") == "Help":
                part["custom_id"] = "go:slow"
        pressed = await ann.presses("Help", wait=False)
        await hasty.fake.told(pressed)
        hasty.fake.world.remove(card)
        hasty.prompter.go.set()
        await ann.waits_for("Slow, but here.")
        assert ann.latest.ephemeral

    async def test_an_answer_that_discord_refuses_is_owned_up_to(self, studio, ann):
        studio.fake.next_answers("POST", CALLBACK, 400)
        done = await ann.runs("/daily")
        assert "was handled" in done.text
        assert done.reply.ephemeral

    async def test_a_server_error_is_tried_again(self, studio, ann):
        studio.fake.next_answers("POST", CALLBACK, 503)
        assert "coins" in (await ann.runs("/daily")).text


class TestGateway:
    async def test_a_cut_line_is_taken_up_again(self, studio, ann):
        studio.fake.gateway.cut()
        await studio.until(lambda: studio.fake.gateway.resumed)
        await studio.until(studio.chat.connected)
        assert "coins" in (await ann.runs("/daily")).text

    async def test_a_burst_through_a_cut_is_answered_once_each(self, studio, ann):
        studio.fake.gateway.cut_after(3)
        asked = [await ann.runs("/say", text=f"number {i}", wait=False) for i in range(8)]
        for one in asked:
            await ann.answer_to(one)
        await studio.until(studio.chat.connected)
        assert sorted(message.text for message in ann.sees()) == [f"number {i}" for i in range(8)]

    async def test_an_event_that_comes_twice_is_done_once(self, studio, ann, bob):
        await studio.rich(ann)
        told: list[Any] = []
        studio.fake.world.listeners.append(told.append)
        await ann.runs("/gift", to=bob, amount=50)
        event = next(event for event in told if event.name == "INTERACTION_CREATE")
        studio.fake.world.tell(event.name, event.data, guild=event.guild)
        await ann.runs("/wallet")
        assert await studio.credits(ann) == 950
        assert ann.screen.count("Sent 50") == 1

    async def test_a_crowd_is_answered_once_each(self, studio, ann, bob):
        people = [studio.person(f"member{i}") for i in range(40)]
        asked = await asyncio.gather(*(person.runs("/daily") for person in people))
        assert all("coins" in one.text for one in asked)
        assert len(studio.fake.calls("POST", CALLBACK)) == 40
        report = await studio.database.read(reconcile.reconcile)
        assert report.holds

    async def test_an_invalid_session_begins_a_new_one(self, studio, ann, monkeypatch):
        import discord

        async def at_once(*_, **__):
            """The library sleeps five seconds here."""

        monkeypatch.setattr(discord.AutoShardedClient, "before_identify_hook", at_once)
        studio.fake.gateway.invalidate(resumable=False)
        await studio.until(lambda: len(studio.fake.gateway.identified) == 2)
        await studio.until(studio.chat.connected)
        assert "coins" in (await ann.runs("/daily")).text

    async def test_every_shard_counts(self, studio, ann, monkeypatch):
        import discord

        async def at_once(*_, **__):
            """The library sleeps five seconds here."""

        monkeypatch.setattr(discord.AutoShardedClient, "before_identify_hook", at_once)
        studio.fake.gateway.shards = 2
        await studio.restart()
        assert len(studio.fake.gateway.live) == 2
        assert "coins" in (await ann.runs("/daily")).text
        assert "already" in (await ann.dm.runs("/daily")).text

    async def test_health_follows_the_line(self, studio):
        assert studio.chat.connected()
        studio.fake.gateway.cut()
        await studio.until(lambda: not studio.chat.connected())
        await studio.until(studio.chat.connected)

    async def test_identifies_with_what_it_needs_alone(self, studio):
        guilds, guild_messages, direct_messages = 1 << 0, 1 << 9, 1 << 12
        assert studio.fake.gateway.identified[0]["intents"] == guilds | guild_messages | direct_messages

    async def test_a_refused_first_connection_may_pass(self, studio):
        await studio.chat.stop()
        gateway = studio.fake.gateway
        right, gateway.url = gateway.url, "ws://127.0.0.1:9"
        with pytest.raises(ConnectionError):
            await studio.chat.start()
        gateway.url = right
        await studio.serving
        await studio.connect()

    async def test_no_discord_at_all_may_pass(self, studio):
        async with FakeDiscord() as gone:
            settings = type(studio.settings.discord)(
                True, gone.api_url, gone.gateway_url, studio.settings.discord.token
            )
        chat = DiscordChat(settings, studio.dispatcher, studio.clock)
        with pytest.raises(OSError, match="127"):
            await chat.start()
        await chat.stop()

    async def test_a_wrong_token_is_said(self, studio):
        studio.refusals |= {0}
        from pydantic import SecretStr

        settings = type(studio.settings.discord)(True, studio.fake.api_url, studio.fake.gateway_url, SecretStr("wrong"))
        chat = DiscordChat(settings, studio.dispatcher, studio.clock)
        with pytest.raises(TokenRefused):
            await chat.start()
        await chat.stop()

    async def test_a_server_error_at_login_may_pass(self, studio):
        await studio.chat.stop()
        await studio.serving
        studio.fake.next_answers("GET", "/users/@me", 503)
        with pytest.raises(ConnectionError):
            await studio.chat.start()
        await studio.connect()


class TestStop:
    async def test_answers_what_is_in_hand(self, studio, ann):
        asked = await ann.runs("/slow", wait=False)
        await studio.until(lambda: studio.chat._in_hand)
        stopping = asyncio.create_task(studio.chat.stop())
        await asyncio.sleep(0)
        studio.prompter.go.set()
        await stopping
        assert asked.text == "Slow, but here."
        await studio.serving
        await studio.connect()

    async def test_twice_and_without_a_start_is_harmless(self, studio):
        chat = DiscordChat(studio.settings.discord, studio.dispatcher, studio.clock)
        await chat.stop()
        await chat.stop()
