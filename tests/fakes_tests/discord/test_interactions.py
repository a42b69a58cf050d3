"""Answering interactions: the one first answer, its clocks, deferrals, follow-ups and visibility."""

import discord
import pytest

from tests.fakes_tests.discord.echo import Echo


class TestFirstAnswer:
    async def test_is_seen_by_all(self, synced, ann, bob):
        synced.does = lambda interaction: interaction.response.send_message("hello")
        done = await ann.runs("/do")
        assert done.text == "hello"
        assert bob.latest is done.reply

    async def test_is_seen_by_one_when_ephemeral(self, fake, synced, ann, bob):
        synced.does = lambda interaction: interaction.response.send_message("psst", ephemeral=True)
        await ann.runs("/do")
        assert ann.latest.ephemeral
        assert bob.sees() == []
        assert synced.heard == []

    async def test_gives_the_message_back(self, synced, ann):
        async def answers(interaction):
            callback = await interaction.response.send_message("hello")
            interaction.extras["id"] = callback.message_id
            assert callback.resource.content == "hello"

        synced.does = answers
        await ann.runs("/do")
        assert synced.failures == []

    async def test_comes_once(self, fake, synced, ann):
        async def twice(interaction):
            await interaction.response.send_message("one")
            interaction.response._response_type = None
            await interaction.response.send_message("two")

        synced.does = twice
        await ann.runs("/do")
        failure = await synced.fails()
        assert (failure.status, failure.code) == (400, 40060)
        assert failure.text == "Interaction has already been acknowledged."
        assert ann.screen == "one"

    async def test_is_void_after_three_seconds(self, fake, synced, ann):
        async def late(interaction):
            fake.clock.advance(3.1)
            await interaction.response.send_message("too late")

        synced.does = late
        await ann.runs("/do", wait=False)
        failure = await synced.fails()
        assert (failure.status, failure.code, failure.text) == (404, 10062, "Unknown interaction")
        assert ann.sees() == []

    async def test_is_in_time_before_that(self, fake, synced, ann):
        async def almost(interaction):
            fake.clock.hold()
            fake.clock.advance(2.9)
            await interaction.response.send_message("in time")

        synced.does = almost
        assert (await ann.runs("/do")).text == "in time"

    async def test_needs_a_known_interaction(self, fake, synced, ann):
        async def strange(interaction):
            interaction.id = 5
            await interaction.response.send_message("who")

        synced.does = strange
        await ann.runs("/do", wait=False)
        assert (await synced.fails()).code == 10062

    @pytest.mark.parametrize("answer", [6, 7, 8])
    async def test_suits_the_question(self, fake, synced, ann, answer):
        async def wrong(interaction):
            from discord.webhook.async_ import async_context, interaction_response_params

            await async_context.get().create_interaction_response(
                interaction.id,
                interaction.token,
                session=interaction._session,
                params=interaction_response_params(answer, {"choices": []}),
            )

        synced.does = wrong
        await ann.runs("/do", wait=False)
        failure = await synced.fails()
        assert failure.code == 50035
        assert fake.refusals[-1].body["errors"]["type"]["_errors"][0]["code"] == "UNION_TYPE_CHOICES"

    async def test_is_not_empty(self, synced, ann):
        synced.does = lambda interaction: interaction.response.send_message("")
        await ann.runs("/do", wait=False)
        assert (await synced.fails()).code == 50006

    async def test_may_be_corrected(self, fake, synced, ann):
        async def corrected(interaction):
            with pytest.raises(discord.HTTPException) as refused:
                await interaction.response.send_message("x" * 2001)
            assert refused.value.code == 50035
            await interaction.response.send_message("x" * 2000)

        synced.does = corrected
        await ann.runs("/do")
        assert synced.failures == []
        leaf = fake.refusals[-1].body["errors"]["data"]["content"]["_errors"][0]
        assert leaf == {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}


class TestDeferral:
    async def test_is_followed_by_an_edit(self, synced, ann):
        async def slow(interaction):
            await interaction.response.defer(thinking=True)
            assert ann.latest.thinking
            await interaction.edit_original_response(content="done")

        synced.does = slow
        done = await ann.runs("/do")
        assert done.text == "done"
        assert not done.reply.thinking

    async def test_gives_fifteen_minutes(self, fake, synced, ann):
        async def slow(interaction):
            await interaction.response.defer(thinking=True)
            fake.clock.advance(14 * 60)
            await interaction.edit_original_response(content="done")

        synced.does = slow
        assert (await ann.runs("/do")).text == "done"

    async def test_gives_no_more(self, fake, synced, ann):
        async def slower(interaction):
            await interaction.response.defer(thinking=True)
            fake.clock.advance(15 * 60 + 1)
            await interaction.edit_original_response(content="done")

        synced.does = slower
        await ann.runs("/do", wait=False)
        failure = await synced.fails()
        assert (failure.status, failure.code, failure.text) == (401, 50027, "Invalid Webhook Token")
        assert ann.latest.thinking

    async def test_fixes_who_sees_the_answer(self, synced, ann, bob):
        async def private(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            await interaction.followup.send("for you", ephemeral=False)

        synced.does = private
        done = await ann.runs("/do")
        assert done.reply.ephemeral
        assert bob.sees() == []

    async def test_lets_the_first_followup_take_its_place(self, synced, ann):
        async def follows(interaction):
            await interaction.response.defer(thinking=True)
            await interaction.followup.send("first")
            await interaction.followup.send("second")

        synced.does = follows
        await ann.runs("/do")
        await ann.waits_for("second")
        assert [message.content for message in ann.sees()] == ["first", "second"]


class TestFollowUp:
    async def test_needs_an_answer_first(self, synced, ann):
        async def early(interaction):
            await interaction.followup.send("early")

        synced.does = early
        await ann.runs("/do", wait=False)
        failure = await synced.fails()
        assert (failure.status, failure.code, failure.text) == (404, 10015, "Unknown Webhook")

    async def test_may_be_private_after_a_public_answer(self, synced, ann, bob):
        async def both(interaction):
            await interaction.response.send_message("public")
            await interaction.followup.send("private", ephemeral=True)

        synced.does = both
        await ann.runs("/do")
        await ann.waits_for("private")
        assert bob.screen == "public"

    async def test_can_be_edited_and_deleted(self, synced, ann):
        async def changes(interaction):
            await interaction.response.send_message("answer")
            kept = await interaction.followup.send("one", wait=True)
            await kept.edit(content="one, edited")
            gone = await interaction.followup.send("two", wait=True)
            await gone.delete()
            await interaction.delete_original_response()
            with pytest.raises(discord.NotFound) as missing:
                await interaction.edit_original_response(content="x")
            assert missing.value.code == 10008

        synced.does = changes
        await ann.runs("/do")
        await ann.waits_for("one, edited")
        assert synced.failures == []

    async def test_stops_at_five_where_only_the_user_installed(self, fake, ann, echo: Echo):
        elsewhere = fake.world.guild("Elsewhere", has_bot=False)
        fake.world.join(ann.user, elsewhere)
        ann.user.has_installed = True

        async def chats(interaction):
            await interaction.response.send_message("answer")
            for number in range(6):
                await interaction.followup.send(str(number))

        echo.does = chats
        do = echo.tree.get_command("do")
        assert isinstance(do, discord.app_commands.Command)
        do.allowed_installs = discord.app_commands.AppInstallationType(user=True)
        await echo.tree.sync()
        there = ann.at(next(iter(elsewhere.channels.values())))
        await there.runs("/do")
        assert (await echo.fails()).code == 40094
        assert len(there.sees()) == 6

    async def test_reads_the_original_back(self, synced, ann):
        async def reads(interaction):
            await interaction.response.send_message("answer", ephemeral=True)
            assert (await interaction.original_response()).content == "answer"
            interaction._original_response = None
            assert (await interaction.original_response()).content == "answer"

        synced.does = reads
        await ann.runs("/do")
        assert synced.failures == []

    async def test_can_not_reach_an_ephemeral_message_as_a_channel(self, synced, ann):
        async def wrong_way(interaction):
            callback = await interaction.response.send_message("private", ephemeral=True)
            await interaction.channel.get_partial_message(callback.message_id).edit(content="x")

        synced.does = wrong_way
        await ann.runs("/do")
        assert (await synced.fails()).code == 10008
