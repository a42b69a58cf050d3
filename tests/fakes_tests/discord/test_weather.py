"""Rate limits, storms, lost answers, and requests that no route or schema knows."""

import aiohttp
import discord
import pytest

from tests.fakes.discord import spec
from tests.fakes.discord.fake import FakeDiscord
from tests.fakes_tests.discord.echo import Echo, connects

MESSAGES = "/channels/{channel_id}/messages"


class TestRateLimit:
    async def test_is_kept_by_the_client(self, fake, echo, ann):
        for number in range(12):
            await echo.place(ann.place.id).send(str(number))
        assert len(ann.sees()) == 12
        assert fake.rates.limited == 0

    async def test_refuses_the_sixth(self, ann, bob):
        async with FakeDiscord(pace=1) as fake, aiohttp.ClientSession() as session:
            eve = fake.person("eve")
            url = f"{fake.api_url}/channels/{eve.place.id}/messages"
            for number in range(6):
                headers = {"Authorization": f"Bot {fake.token}"}
                async with session.post(url, json={"content": "x"}, headers=headers) as answer:
                    body = await answer.json()
                    assert answer.headers["X-RateLimit-Limit"] == "5"
                    assert answer.headers["X-RateLimit-Remaining"] == str(max(0, 4 - number))
                    assert answer.headers["Content-Type"] == "application/json"
            assert answer.status == 429
            assert body["message"] == "You are being rate limited."
            assert 0 < body["retry_after"] <= 5
            assert body["global"] is False
            assert answer.headers["Via"]
            assert int(answer.headers["Retry-After"]) >= body["retry_after"]
            assert answer.headers["X-RateLimit-Scope"] == "user"

    async def test_is_global_at_fifty_but_not_for_interactions(self):
        async with FakeDiscord(pace=1) as fake, aiohttp.ClientSession() as session:
            headers = {"Authorization": f"Bot {fake.token}"}
            fake.rates.buckets["other"] = (1000, 1.0)
            for _ in range(51):
                async with session.get(f"{fake.api_url}/users/@me", headers=headers) as answer:
                    body = await answer.json()
            assert body["global"] is True
            assert answer.headers["X-RateLimit-Global"] == "true"
            async with session.post(f"{fake.api_url}/interactions/1/x/callback", json={"type": 5}) as answer:
                assert answer.status == 404

    async def test_storm_is_waited_out(self, fake, echo, ann):
        fake.next_answers("POST", MESSAGES, 429, times=3, retry_after=0.01)
        await echo.place(ann.place.id).send("through")
        assert ann.screen == "through"
        assert len(fake.calls("POST", MESSAGES)) == 4

    async def test_long_storm_is_given_up_where_the_client_says_so(self, fake, ann):
        async with connects(fake, Echo(max_ratelimit_timeout=30.0)) as bot:
            fake.next_answers("POST", MESSAGES, 429, retry_after=64.57)
            with pytest.raises(discord.RateLimited) as limited:
                await bot.place(ann.place.id).send("never")
            assert limited.value.retry_after == 64.57

    async def test_without_via_is_taken_for_a_ban(self, fake, echo, ann):
        fake.next_answers("POST", MESSAGES, 429, via=False)
        with pytest.raises(discord.HTTPException) as refused:
            await echo.place(ann.place.id).send("never")
        assert refused.value.status == 429

    async def test_reaches_interactions_too(self, fake, synced, ann):
        fake.next_answers("POST", "/interactions/{interaction_id}/{interaction_token}/callback", 429, times=2)
        synced.does = lambda interaction: interaction.response.send_message("late but there")
        assert (await ann.runs("/do")).text == "late but there"

    async def test_bans_after_too_many_bad_answers(self, fake, echo, ann):
        fake.rates.bad_answers_max = 3
        ann.closes_dms()
        user = await echo.fetch_user(ann.id)
        for _ in range(3):
            with pytest.raises(discord.Forbidden):
                await user.send("x")
        with pytest.raises(discord.HTTPException) as banned:
            await user.send("x")
        assert banned.value.status == 429


class TestLostAnswer:
    async def test_leaves_the_message_there(self, fake, echo, ann):
        fake.loses_answers("POST", MESSAGES)
        channel = echo.get_channel(ann.place.id)
        with pytest.raises(aiohttp.ClientError):
            await channel.send("once", nonce="n1")
        assert ann.screen == "once"
        await channel.send("once", nonce="n1")
        assert ann.screen == "once"

    async def test_of_a_put_is_asked_again_by_aiohttp_itself(self, fake, echo, ann):
        role = fake.world.role("Fan", fake.guild)
        fake.loses_answers("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
        await echo.get_guild(fake.guild.id).get_member(ann.id).add_roles(discord.Object(role.id))
        assert len(fake.calls("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")) == 2

    async def test_of_a_first_answer_leaves_it_answered(self, fake, synced, ann):
        fake.loses_answers("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
        again = []

        async def answers(interaction):
            try:
                await interaction.response.send_message("there")
            except aiohttp.ClientError:
                try:
                    await interaction.response.send_message("there")
                except discord.HTTPException as refused:
                    again.append(refused.code)

        synced.does = answers
        assert (await ann.runs("/do")).text == "there"
        await synced.bell.until(lambda: again, told="the second answer")
        assert again == [40060]


@pytest.mark.skipif(spec.unavailable() is not None, reason=str(spec.unavailable()))
class TestSpec:
    async def test_refuses_and_remembers_what_breaks_it(self, fake, echo, ann):
        with pytest.raises(discord.HTTPException) as refused:
            await echo.http.request(
                discord.http.Route("POST", MESSAGES, channel_id=ann.place.id),
                json={"content": "x", "tts": "very"},
            )
        assert refused.value.code == 50035
        assert "/tts" in fake.violations.pop().reason
        assert ann.sees() == []

    async def test_reads_the_json_of_forms_with_files(self, fake, echo, ann):
        form = [
            {"name": "payload_json", "value": '{"content": "x", "embeds": [{"color": -1}]}'},
            {"name": "files[0]", "value": "x", "filename": "x.txt"},
        ]
        with pytest.raises(discord.HTTPException):
            await echo.http.request(discord.http.Route("POST", MESSAGES, channel_id=ann.place.id), form=form)
        assert "embeds" in fake.violations.pop().reason

    async def test_takes_integers_in_strings(self, fake, echo):
        await echo.get_guild(fake.guild.id).create_role(name="x", permissions=discord.Permissions(8))

    def test_knows_every_route_of_the_fake(self, fake):
        from tests.fakes.discord.routes import routes

        for route in routes(fake.gateway):
            reason = spec.violation(route.method, route.template, None, multipart=False)
            assert reason in (None, "a body is required"), reason


class TestWithoutSpec:
    async def test_says_why(self, monkeypatch):
        monkeypatch.delenv(spec.VARIABLE, raising=False)
        async with FakeDiscord() as fake:
            assert fake.unvalidated == "$TANDEM_SPECS is not set"


class TestUnknownRoute:
    async def test_is_remembered(self, fake, echo):
        with pytest.raises(discord.NotFound):
            await echo.http.request(discord.http.Route("GET", "/sticker-packs"))
        assert fake.violations.pop().request == "GET /api/v10/sticker-packs"

    async def test_and_broken_json(self, fake):
        async with aiohttp.ClientSession() as session:
            headers = {"Content-Type": "application/json"}
            url = f"{fake.api_url}/users/@me/channels"
            async with session.post(url, data="{", headers=headers) as answer:
                assert (await answer.json())["code"] == 50109
