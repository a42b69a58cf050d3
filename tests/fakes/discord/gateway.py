"""The WebSocket gateway: sessions to resume, heartbeats, intents and the codes that close a connection."""

import asyncio
import contextlib
import importlib
import json
import zlib
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from tests.fakes.discord.errors import Json
from tests.fakes.discord.sessions import Session, privileged_refused, shard_of
from tests.fakes.discord.world import Event, World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME = 0, 1, 2, 3, 4, 6
RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 7, 8, 9, 10, 11
KNOWN = {HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, REQUEST_MEMBERS}

UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, BAD_TOKEN, ALREADY = 4001, 4002, 4003, 4004, 4005
BAD_SEQUENCE, TOO_FAST, TIMED_OUT, BAD_SHARD, BAD_VERSION = 4007, 4008, 4009, 4010, 4012
BAD_INTENTS, DISALLOWED_INTENTS = 4013, 4014

FRAME_BYTES_MAX = 4096
FRAMES_MAX, FRAMES_SECONDS = 120, 60.0
IDENTIFIES_A_DAY = 1000
HEARTBEAT_SECONDS = 41.25
INTENTS_KNOWN = (1 << 26) - 1
CLOSE = "close"


class Closing(Exception):
    """The server closes the connection with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Connection:
    """One socket. What goes out goes through its queue, so that the world may speak without waiting."""

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, compression: str | None
    ) -> None:
        self.socket = socket
        # Frames until the line breaks, if it is to break.
        self.fuse: int | None = None
        self._transport = transport
        self.session: Session | None = None
        self.frames: deque[float] = deque()
        self.last_beat = 0.0
        self._queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._compress = compressor(compression)

    def send(
        self, op: int, data: Any = None, *, name: str | None = None, sequence: int | None = None
    ) -> None:
        """Put a frame on its way."""
        self._queue.put_nowait(("frame", {"op": op, "d": data, "s": sequence, "t": name}))

    def close(self, code: int) -> None:
        """Close after what is already on its way."""
        self._queue.put_nowait((CLOSE, code))

    def cut(self) -> None:
        """Drop the line without a word."""
        if self._transport is not None:
            self._transport.abort()

    async def write(self) -> None:
        """Send until the end."""
        with contextlib.suppress(ConnectionError):
            while True:
                kind, what = await self._queue.get()
                if kind == CLOSE:
                    await self.socket.close(code=what)
                    return
                if self.fuse is not None:
                    self.fuse -= 1
                    if self.fuse < 0:
                        self.cut()
                        return
                text = json.dumps(what, separators=(",", ":"))
                if self._compress is None:
                    await self.socket.send_str(text)
                else:
                    await self.socket.send_bytes(self._compress(text.encode()))


def compressor(kind: str | None) -> Any:
    """One stream of compression for a whole connection, each message flushed."""
    if kind == "zlib-stream":
        stream = zlib.compressobj()
        return lambda raw: stream.compress(raw) + stream.flush(zlib.Z_SYNC_FLUSH)
    if kind == "zstd-stream":
        zstandard = importlib.import_module("zstandard")

        zstd = zstandard.ZstdCompressor().compressobj()
        return lambda raw: zstd.compress(raw) + zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return None


class Gateway:
    """Accepts connections and lets sessions hear of the world."""

    def __init__(self, world: World, *, pace: float) -> None:
        self.world = world
        self.pace = pace
        self.url = ""
        self.heartbeat_seconds = HEARTBEAT_SECONDS
        self.shards = 1
        self.max_concurrency = 1
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        # For tests: what was identified and resumed with, and the codes that connections were closed with.
        self.identified: list[Json] = []
        self.resumed: list[Json] = []
        self.closed: list[int] = []
        self.accepted = 0
        self._identify_at: dict[int, float] = {}
        world.listeners.append(self._hear)

    def for_bots(self) -> Json:
        """GET /gateway/bot."""
        left = IDENTIFIES_A_DAY - len(self.identified)
        limit = {
            "total": IDENTIFIES_A_DAY,
            "remaining": left,
            "reset_after": 14_400_000,
            "max_concurrency": self.max_concurrency,
        }
        return {"url": self.url, "shards": self.shards, "session_start_limit": limit}

    @property
    def live(self) -> list[Session]:
        """Sessions with a connection."""
        return [session for session in self.sessions.values() if session.connection is not None]

    # What a test may do to the line

    def cut(self) -> None:
        """Drop every connection without a close frame; sessions stay resumable."""
        for connection in list(self.connections):
            self._leave(connection, resumable=True)
            connection.cut()

    def cut_after(self, frames: int) -> None:
        """Drop every connection once this many more frames have gone out."""
        for connection in self.connections:
            connection.fuse = frames

    def close(self, code: int) -> None:
        """Close every connection with this code."""
        for connection in list(self.connections):
            connection.close(code)

    def ask_to_reconnect(self) -> None:
        """Op 7."""
        for connection in list(self.connections):
            connection.send(RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """Op 9; a session that is not resumable is forgotten."""
        for connection in list(self.connections):
            if connection.session is not None and not resumable:
                self.sessions.pop(connection.session.id, None)
                connection.session.connection = None
                connection.session = None
            connection.send(INVALID_SESSION, resumable)

    def forget_sessions(self) -> None:
        """The next RESUME gets op 9 false."""
        self.sessions.clear()

    # Serving

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from HELLO to the end."""
        socket = web.WebSocketResponse(autoping=True, max_msg_size=0, compress=False, timeout=0.2)
        await socket.prepare(request)
        connection = Connection(socket, request.transport, request.query.get("compress"))
        self.connections.append(connection)
        self.accepted += 1
        connection.last_beat = asyncio.get_running_loop().time()
        connection.send(HELLO, {"heartbeat_interval": int(self.heartbeat_seconds * 1000)})
        writer = asyncio.create_task(connection.write())
        clean = False
        try:
            if request.query.get("v") != "10":
                raise Closing(BAD_VERSION, "Invalid API version")
            async for message in self._frames(connection):
                self._take(connection, message)
        except Closing as closing:
            self.closed.append(closing.code)
            connection.close(closing.code)
            await writer
        finally:
            # 1000 and 1001 from the bot end the session, anything else leaves it resumable.
            clean = socket.close_code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY) and not writer.done()
            self._leave(connection, resumable=not clean)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self.world.bell.ring()
        return socket

    def _leave(self, connection: Connection, *, resumable: bool) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            if not resumable:
                self.sessions.pop(session.id, None)

    async def _frames(self, connection: Connection) -> AsyncIterator[WSMessage]:
        loop = asyncio.get_running_loop()
        while True:
            # A client that misses one beat by half is taken for dead.
            patience = connection.last_beat + self.heartbeat_seconds * 1.5 - loop.time()
            try:
                message = await asyncio.wait_for(connection.socket.receive(), timeout=max(patience, 0.001))
            except TimeoutError:
                if loop.time() - connection.last_beat > self.heartbeat_seconds * 1.5 - 0.01:
                    raise Closing(TIMED_OUT, "Session timed out") from None
                continue
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            yield message

    def _take(self, connection: Connection, message: WSMessage) -> None:
        raw = message.data if isinstance(message.data, bytes) else message.data.encode()
        if len(raw) > FRAME_BYTES_MAX:
            raise Closing(DECODE_ERROR, "Payload too large")
        now = self.world.clock.now()
        connection.frames.append(now)
        while connection.frames[0] < now - FRAMES_SECONDS:
            connection.frames.popleft()
        if len(connection.frames) > FRAMES_MAX:
            raise Closing(TOO_FAST, "Rate limited")
        try:
            frame = json.loads(raw)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            raise Closing(DECODE_ERROR, "Error while decoding payload") from None
        if op not in KNOWN:
            raise Closing(UNKNOWN_OPCODE, "Unknown opcode")
        self._act(connection, op, data)
        self.world.bell.ring()

    def _act(self, connection: Connection, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            connection.last_beat = asyncio.get_running_loop().time()
            connection.send(HEARTBEAT_ACK)
        elif op == IDENTIFY:
            self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif connection.session is None:
            raise Closing(NOT_AUTHENTICATED, "Not authenticated")
        elif op == REQUEST_MEMBERS:
            self._members(connection.session, data)

    def _identify(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            raise Closing(ALREADY, "Already authenticated")
        if data.get("token") != self.world.application.token or len(self.identified) >= IDENTIFIES_A_DAY:
            raise Closing(BAD_TOKEN, "Authentication failed")
        shard, count = data.get("shard") or (0, 1)
        if not 0 <= shard < count:
            raise Closing(BAD_SHARD, "Invalid shard")
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~INTENTS_KNOWN:
            raise Closing(BAD_INTENTS, "Invalid intent(s)")
        if privileged_refused(intents, self.world.application.privileged):
            raise Closing(DISALLOWED_INTENTS, "Disallowed intent(s)")
        loop = asyncio.get_running_loop()
        lane = shard % self.max_concurrency
        if loop.time() - self._identify_at.get(lane, -1e9) < 5 * self.pace:
            connection.send(INVALID_SESSION, False)
            return
        self._identify_at[lane] = loop.time()
        self.identified.append(data)
        session = Session(self.world, f"session-{self.world.snowflake()}", intents, (shard, count))
        self.sessions[session.id] = session
        session.attach(connection)
        connection.session = session
        session.greet(self.url)

    def _resume(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            raise Closing(ALREADY, "Already authenticated")
        if data.get("token") != self.world.application.token:
            raise Closing(BAD_TOKEN, "Authentication failed")
        session = self.sessions.get(data.get("session_id") or "")
        if session is None:
            connection.send(INVALID_SESSION, False)
            return
        sequence = data.get("seq")
        if not isinstance(sequence, int) or sequence > session.sequence:
            raise Closing(BAD_SEQUENCE, "Invalid seq")
        self.resumed.append(data)
        connection.session = session
        session.attach(connection)
        session.replay(sequence)

    def _members(self, session: Session, data: Json) -> None:
        guild = self.world.guilds.get(int(data["guild_id"]))
        if guild is None or not guild.has_bot:
            return
        wanted = [str(number) for number in data.get("user_ids") or []]
        prefix = (data.get("query") or "").lower()
        members = [
            member.json()
            for member in guild.members.values()
            if (str(member.user.id) in wanted if wanted else member.user.name.lower().startswith(prefix))
        ]
        found = {member["user"]["id"] for member in members}
        chunk = {
            "guild_id": str(guild.id),
            "members": members[: data.get("limit") or None],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [number for number in wanted if number not in found],
            "nonce": data.get("nonce"),
        }
        session.dispatch(Event("GUILD_MEMBERS_CHUNK", chunk, guild=guild))

    def _hear(self, event: Event) -> None:
        for session in list(self.sessions.values()):
            if shard_of(event.guild, session.shard[1]) == session.shard[0]:
                session.dispatch(event)
