"""How a client comes in, stays in and comes back."""

import json

import aiohttp
import discord
import pytest

from tests.fakes.discord.fake import FakeDiscord
from tests.fakes.discord.world import MEMBERS, MESSAGE_CONTENT
from tests.fakes_tests.discord.echo import Echo, connects


class TestLogin:
    async def test_reaches_ready(self, fake, echo):
        assert echo.me.id == fake.world.application.id
        assert [guild.name for guild in echo.guilds] == ["Studio"]
        assert echo.application_id == fake.world.application.id

    async def test_refuses_a_wrong_token(self, fake):
        bot = Echo()
        async with bot:
            with pytest.raises(discord.LoginFailure):
                await bot.login("somebody else's")
        assert [(r.status, r.code) for r in fake.refusals] == [(401, 0)]

    async def test_puts_the_addresses_back(self):
        before = discord.http.Route.BASE
        async with FakeDiscord() as fake:
            with fake.pointed_at():
                assert fake.api_url == discord.http.Route.BASE
        assert before == discord.http.Route.BASE

    async def test_shows_members_to_the_members_intent(self, echo, ann):
        assert echo.guilds[0].get_member(ann.id).name == "ann"

    async def test_hides_members_without_the_intent(self, fake, ann):
        async with connects(fake, Echo(intents=discord.Intents.default())) as bot:
            assert bot.guilds[0].get_member(ann.id) is None
            assert bot.guilds[0].me.id == bot.me.id

    async def test_serves_shards(self, fake):
        class Sharded(discord.AutoShardedClient):
            async def before_identify_hook(self, shard_id, *, initial=False):
                pass

        fake.gateway.shards = fake.gateway.max_concurrency = 2
        bot = Sharded(intents=discord.Intents.default(), guild_ready_timeout=0.01)
        async with connects(fake, bot):
            assert sorted(tuple(data["shard"]) for data in fake.gateway.identified) == [(0, 2), (1, 2)]
            assert [guild.name for guild in bot.guilds] == ["Studio"]
        assert len(fake.calls("GET", "/gateway/bot")) >= 1


class TestIntents:
    async def test_are_recorded(self, fake, echo):
        assert fake.gateway.identified[0]["intents"] & (MEMBERS | MESSAGE_CONTENT)

    async def test_end_the_client_where_the_portal_forbids_them(self, fake):
        fake.world.application.privileged = 0
        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with connects(fake, Echo()):
                pass
        assert fake.gateway.closed == [4014]

    async def test_keep_out_what_was_not_asked_for(self, fake, ann):
        intents = discord.Intents.none()
        intents.guilds = True
        async with connects(fake, Echo(intents=intents)) as bot:
            ann.says("nobody hears")
            ann.dm.says("nor this")
            fake.world.role("new", fake.guild)
            await bot.hears("GUILD_ROLE_CREATE")
            assert "MESSAGE_CREATE" not in bot.seen

    async def test_strip_content_but_for_mentions_own_and_direct(self, fake, ann):
        async with connects(fake, Echo(intents=discord.Intents.default())) as bot:
            ann.says("secret")
            ann.says(f"<@{bot.me.id}> listen")
            ann.dm.says("direct")
            await bot.place(ann.place.id).send("mine")
            await bot.hears_messages(4)
            said = [message.content for message in bot.heard]
            assert said == ["", f"<@{bot.me.id}> listen", "direct", "mine"]


class TestResume:
    async def test_replays_what_a_cut_line_lost(self, fake, echo, ann):
        fake.gateway.cut_after(3)
        said = [ann.says(f"line {number}").content for number in range(10)]
        await echo.hears_messages(10)
        assert [message.content for message in echo.heard] == said
        assert len(fake.gateway.resumed) == 1
        assert len(fake.gateway.identified) == 1

    async def test_follows_an_abrupt_cut(self, fake, echo, ann):
        fake.gateway.cut()
        ann.says("said while away")
        await echo.hears_messages(1)
        assert echo.heard[0].content == "said while away"

    async def test_follows_op_7(self, fake, echo, ann):
        fake.gateway.ask_to_reconnect()
        await echo.hears("RESUMED")
        assert len(fake.gateway.identified) == 1

    async def test_follows_a_resumable_op_9(self, fake, echo):
        fake.gateway.invalidate(resumable=True)
        await echo.hears("RESUMED")

    async def test_gives_way_to_identify_after_an_invalid_session(self, fake, echo):
        fake.gateway.invalidate(resumable=False)
        await echo.hears("READY", times=2)
        assert len(fake.gateway.identified) == 2

    async def test_gives_way_to_identify_when_the_session_is_forgotten(self, fake, echo):
        fake.gateway.forget_sessions()
        fake.gateway.cut()
        await echo.hears("READY", times=2)

    @pytest.mark.parametrize("code", [4000, 4008, 1000])
    async def test_follows_a_close_that_is_not_final(self, fake, echo, code):
        fake.gateway.close(code)
        await echo.hears("RESUMED")

    async def test_is_still_possible_after_discord_py_closes(self, fake, echo):
        # It means to send 1000, but its own reader wakes first and closes with 4000.
        await echo.close()
        await fake.world.bell.until(lambda: not fake.gateway.live, told="the end of the connection")
        assert len(fake.gateway.sessions) == 1


class Raw:
    """A socket without a library, to break the rules that discord.py keeps."""

    def __init__(self, socket) -> None:
        self.socket = socket

    async def sends(self, op, data=None):
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def identifies(self, fake, **more):
        await self.sends(2, {"token": fake.token, "intents": 1, "properties": {}, **more})

    async def gets(self, op):
        while True:
            message = await self.socket.receive(timeout=5)
            assert message.type is aiohttp.WSMsgType.TEXT, f"closed with {message.data}"
            frame = json.loads(message.data)
            if frame["op"] == op:
                return frame

    async def is_closed_with(self):
        while True:
            message = await self.socket.receive(timeout=5)
            if message.type is not aiohttp.WSMsgType.TEXT:
                return self.socket.close_code


@pytest.fixture
async def raw(fake):
    url = f"{fake.gateway_url}?v=10&encoding=json"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        yield Raw(socket)


class TestGatewayRules:
    async def test_says_hello_with_an_interval(self, raw):
        assert (await raw.gets(10))["d"]["heartbeat_interval"] == 41_250

    async def test_acknowledges_heartbeats(self, raw):
        await raw.sends(1, None)
        assert (await raw.gets(11))["op"] == 11

    async def test_wants_identify_first(self, raw):
        await raw.sends(3, {})
        assert await raw.is_closed_with() == 4003

    async def test_wants_identify_once(self, fake, raw):
        await raw.identifies(fake)
        await raw.identifies(fake)
        assert await raw.is_closed_with() == 4005

    async def test_refuses_a_wrong_token(self, fake, raw):
        await raw.identifies(fake, token="wrong")
        assert await raw.is_closed_with() == 4004

    async def test_refuses_unknown_intents(self, fake, raw):
        await raw.identifies(fake, intents=1 << 40)
        assert await raw.is_closed_with() == 4013

    async def test_refuses_an_impossible_shard(self, fake, raw):
        await raw.identifies(fake, shard=[2, 2])
        assert await raw.is_closed_with() == 4010

    async def test_refuses_large_frames(self, raw):
        await raw.sends(3, "x" * 5000)
        assert await raw.is_closed_with() == 4002

    async def test_refuses_what_is_not_json(self, raw):
        await raw.socket.send_str("hello")
        assert await raw.is_closed_with() == 4002

    async def test_refuses_unknown_opcodes(self, raw):
        await raw.sends(77)
        assert await raw.is_closed_with() == 4001

    async def test_refuses_more_than_120_frames_a_minute(self, raw):
        for _ in range(121):
            await raw.sends(1)
        assert await raw.is_closed_with() == 4008

    async def test_forgets_frames_after_a_minute(self, fake, raw):
        for _ in range(100):
            await raw.sends(1)
        for _ in range(100):
            await raw.gets(11)
        fake.clock.advance(61)
        for _ in range(100):
            await raw.sends(1)
        for _ in range(100):
            await raw.gets(11)

    async def test_refuses_a_sequence_that_never_was(self, fake, raw):
        await raw.identifies(fake)
        session = (await raw.gets(0))["d"]["session_id"]
        async with aiohttp.ClientSession() as web, web.ws_connect(f"{fake.gateway_url}?v=10") as socket:
            second = Raw(socket)
            await second.sends(6, {"token": fake.token, "session_id": session, "seq": 999})
            assert await second.is_closed_with() == 4007

    async def test_identifies_no_faster_than_allowed(self, fake, raw):
        fake.gateway.pace = 1
        await raw.identifies(fake)
        await raw.gets(0)
        async with aiohttp.ClientSession() as web, web.ws_connect(f"{fake.gateway_url}?v=10") as socket:
            second = Raw(socket)
            await second.identifies(fake)
            assert (await second.gets(9))["d"] is False

    @pytest.mark.parametrize(("code", "sessions"), [(1000, 0), (1001, 0), (4000, 1)])
    async def test_ends_the_session_with_a_clean_close(self, fake, raw, code, sessions):
        await raw.identifies(fake)
        await raw.gets(0)
        await raw.socket.close(code=code)
        await fake.world.bell.until(lambda: not fake.gateway.connections, told="the end of the connection")
        assert len(fake.gateway.sessions) == sessions

    async def test_counts_a_thousand_identifies_a_day(self, fake, raw):
        fake.gateway.identified += [{}] * 1000
        await raw.identifies(fake)
        assert await raw.is_closed_with() == 4004

    async def test_takes_a_silent_client_for_dead(self, fake):
        fake.gateway.heartbeat_seconds = 0.02
        async with aiohttp.ClientSession() as web, web.ws_connect(f"{fake.gateway_url}?v=10") as socket:
            assert await Raw(socket).is_closed_with() == 4009

    async def test_wants_version_10(self, fake):
        async with aiohttp.ClientSession() as web, web.ws_connect(f"{fake.gateway_url}?v=6") as socket:
            assert await Raw(socket).is_closed_with() == 4012
