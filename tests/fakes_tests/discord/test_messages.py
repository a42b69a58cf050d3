"""Messages in channels and in direct messages, and the places they go to."""

import io

import discord
import pytest

from tests.fakes.discord.things import Upload


@pytest.fixture
def channel(echo, ann):
    return echo.get_channel(ann.place.id)


class TestSending:
    async def test_is_seen_and_heard(self, echo, channel, ann):
        sent = await channel.send("hello")
        assert ann.latest.id == sent.id
        assert (await echo.hears_messages(1))[0].content == "hello"

    async def test_takes_2000_characters(self, channel):
        await channel.send("x" * 2000)
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send("x" * 2001)
        assert (refused.value.status, refused.value.code) == (400, 50035)
        assert "Must be 2000 or fewer in length." in refused.value.text

    async def test_refuses_nothing(self, channel):
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send("")
        assert (refused.value.status, refused.value.code) == (400, 50006)

    async def test_carries_files(self, channel, ann):
        sent = await channel.send("look", file=discord.File(io.BytesIO(b"png"), "a.png", description="a chart"))
        assert await sent.attachments[0].read() == b"png"
        assert ann.latest.attachments[0].description == "a chart"

    async def test_returns_the_first_for_the_same_nonce(self, fake, channel, ann):
        first = await channel.send("once", nonce="gift-1")
        second = await channel.send("once", nonce="gift-1")
        assert first.id == second.id
        assert len(ann.sees()) == 1
        fake.clock.advance(600)
        assert (await channel.send("once", nonce="gift-1")).id != first.id

    async def test_refuses_a_long_nonce(self, channel):
        with pytest.raises(discord.HTTPException):
            await channel.send("x", nonce="n" * 26)

    async def test_replies(self, echo, ann):
        ann.says("question")
        heard = await echo.hears_messages(1)
        await heard[0].reply("answer")
        assert int(ann.latest.reference["message_id"]) == heard[0].id

    async def test_hears_files_of_people(self, echo, ann):
        ann.dm.says("look", Upload("a.txt", b"words"))
        heard = await echo.hears_messages(1)
        assert await heard[0].attachments[0].read() == b"words"
        await heard[0].channel.send("nice")
        assert ann.dm.latest.text == "nice"

    async def test_shows_typing(self, fake, channel):
        async with channel.typing():
            pass
        assert len(fake.calls("POST", "/channels/{channel_id}/typing")) == 1


class TestEditing:
    async def test_changes_ones_own(self, channel, ann):
        sent = await channel.send("one")
        await sent.edit(content="two")
        assert ann.latest.text == "two"
        assert ann.latest.edited_at is not None

    async def test_refuses_anothers(self, channel, ann):
        said = ann.says("mine")
        with pytest.raises(discord.Forbidden) as refused:
            await channel.get_partial_message(said.id).edit(content="no")
        assert refused.value.code == 50005

    async def test_refuses_to_empty(self, channel):
        sent = await channel.send("one")
        with pytest.raises(discord.HTTPException) as refused:
            await sent.edit(content="")
        assert refused.value.code == 50006

    async def test_misses_what_is_gone(self, channel, ann):
        sent = await channel.send("one")
        await sent.delete()
        assert ann.sees() == []
        with pytest.raises(discord.NotFound) as refused:
            await sent.edit(content="two")
        assert refused.value.code == 10008

    async def test_reads_back(self, channel, ann):
        for number in range(3):
            ann.says(str(number))
        assert [message.content async for message in channel.history(limit=2)] == ["2", "1"]
        assert (await channel.fetch_message(ann.latest.id)).content == "2"


class TestDirectMessage:
    async def test_arrives(self, echo, ann):
        await (await echo.fetch_user(ann.id)).send("psst")
        assert ann.dm.latest.text == "psst"

    async def test_is_refused_when_closed(self, echo, ann):
        ann.closes_dms()
        with pytest.raises(discord.Forbidden) as refused:
            await (await echo.fetch_user(ann.id)).send("psst")
        assert (refused.value.status, refused.value.code) == (403, 50007)
        assert refused.value.text == "Cannot send messages to this user"
        ann.opens_dms()
        await (await echo.fetch_user(ann.id)).send("again")

    async def test_is_refused_by_strangers(self, fake, echo):
        eve = fake.stranger("eve")
        with pytest.raises(discord.Forbidden) as refused:
            await (await echo.fetch_user(eve.id)).send("psst")
        assert refused.value.code == 50007

    async def test_needs_a_person(self, echo):
        with pytest.raises(discord.NotFound) as refused:
            await echo.fetch_user(5)
        assert refused.value.code == 10013
        with pytest.raises(discord.HTTPException) as failed:
            await echo.http.start_private_message(5)
        assert failed.value.code == 50033


class TestPlaces:
    async def test_must_exist(self, echo):
        with pytest.raises(discord.NotFound) as refused:
            await echo.fetch_channel(5)
        assert refused.value.code == 10003

    @pytest.mark.parametrize(
        ("permission", "code"), [("VIEW_CHANNEL", 50001), ("SEND_MESSAGES", 50013), ("ATTACH_FILES", 50013)]
    )
    async def test_may_be_closed_to_the_bot(self, channel, ann, permission, code):
        ann.place.forbidden.add(permission)
        with pytest.raises(discord.Forbidden) as refused:
            await channel.send("x", file=discord.File(io.BytesIO(b"x"), "x"))
        assert refused.value.code == code

    async def test_keeps_messages_of_others_without_the_permission(self, channel, ann):
        said = ann.says("mine")
        ann.place.forbidden.add("MANAGE_MESSAGES")
        with pytest.raises(discord.Forbidden) as refused:
            await channel.get_partial_message(said.id).delete()
        assert refused.value.code == 50013

    async def test_is_lost_when_the_bot_is_thrown_out(self, fake, echo, channel):
        fake.world.expel_bot(fake.guild)
        with pytest.raises(discord.Forbidden) as refused:
            await channel.send("x")
        assert refused.value.code == 50001
        await echo.hears("GUILD_DELETE")

    async def test_can_be_made(self, fake, echo):
        guild = echo.get_guild(fake.guild.id)
        made = await guild.create_text_channel("Weekly Talk")
        assert made.name == "weekly-talk"
        await made.send("first")
        await made.delete()
        fake.guild.forbidden.add("MANAGE_CHANNELS")
        with pytest.raises(discord.Forbidden) as refused:
            await guild.create_text_channel("x")
        assert refused.value.code == 50013


class TestRole:
    async def test_is_given_and_taken(self, fake, echo, ann):
        guild = echo.get_guild(fake.guild.id)
        role = await guild.create_role(name="Fan")
        member = guild.get_member(ann.id)
        await member.add_roles(role)
        assert [r.name for r in fake.guild.members[ann.id].roles] == ["Fan"]
        await member.remove_roles(role)
        assert fake.guild.members[ann.id].roles == []

    async def test_must_lie_below_the_bots(self, fake, echo, ann):
        high = fake.world.role("Chief", fake.guild, position=11)
        member = echo.get_guild(fake.guild.id).get_member(ann.id)
        with pytest.raises(discord.Forbidden) as refused:
            await member.add_roles(discord.Object(high.id))
        assert refused.value.code == 50013

    async def test_must_exist_as_must_the_member(self, fake, echo, ann):
        guild = echo.get_guild(fake.guild.id)
        with pytest.raises(discord.NotFound) as refused:
            await guild.get_member(ann.id).add_roles(discord.Object(5))
        assert refused.value.code == 10011
        eve = fake.stranger("eve")
        with pytest.raises(discord.NotFound) as refused:
            await guild.fetch_member(eve.id)
        assert refused.value.code == 10007
