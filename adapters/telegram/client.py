"""The connection: asks for updates or is handed them, keeps each before Telegram may forget it, has it answered."""

import asyncio
import hashlib
import hmac
import json
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from core.values import dataclass

os.environ.setdefault("PTB_TIMEDELTA", "1")  # else the library warns whenever a 429 says how long

from telegram import Bot, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from adapters.telegram import commands, inbound, limits
from adapters.telegram.calls import RealRhythm, Rhythm, seconds_of
from adapters.telegram.commands import PLATFORM
from adapters.telegram.desk import Desk
from adapters.telegram.errors import TokenRefused
from adapters.telegram.events import Event, Press, Scene
from adapters.telegram.flights import Flights
from adapters.telegram.http import Http
from adapters.telegram.lanes import Lanes
from adapters.telegram.met import Met
from adapters.telegram.outbound import Outbound
from adapters.telegram.wire import Json, Wire
from core.chat import Command, Inbound
from core.chat.room import Forged
from core.clock import Clock
from core.dispatch import Dispatcher
from core.errors import DatabaseBusy
from core.ids import new_code, new_trace
from core.mailroom import Arrival, Mailroom, Pending
from core.mailroom import Event as Mail
from core.ports import Observer

ALLOWED = ("message", "callback_query")
Turn = tuple[Event, Pending | Arrival | None]
"""An event, and what has become of it: a restart found it, it has just come, or it is not stored at all."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the Bot API is and who we are there. With a `hook` Telegram comes to us, and proves it by its secret."""

    token: str
    api_url: str = "https://api.telegram.org/bot"
    mode: Literal["polling", "webhook"] = "polling"
    hook_url: str = ""
    hook_secret: str = ""

    @property
    def file_url(self) -> str:
        """Where files are fetched."""
        head, _, tail = self.api_url.rpartition("/")
        return f"{head}/file/{tail}"


def hook_secret(secret: str) -> str:
    """What Telegram proves itself by: made from the operator's secret, so that there is one less to keep."""
    return hmac.new(secret.encode(), b"telegram webhook", hashlib.sha256).hexdigest()


def make_bot(endpoint: Endpoint) -> Bot:
    """The library's client on our HTTP; a poll has a connection of its own."""
    return Bot(
        endpoint.token,
        base_url=endpoint.api_url,
        base_file_url=endpoint.file_url,
        request=Http(endpoint.api_url, connections=limits.CONNECTIONS_MAX),
        get_updates_request=Http(endpoint.api_url, read_s=limits.POLL_GRACE_S),
    )


async def publish(bot: Bot, every: Iterable[Command]) -> None:
    """Show the commands where people type a slash."""
    every = tuple(every)
    await bot.set_my_commands(commands.private_menu(every), scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(commands.group_menu(every), scope=BotCommandScopeAllGroupChats())


class TelegramClient:
    """One bot. A `Part` of the program."""

    name = PLATFORM

    def __init__(
        self,
        endpoint: Endpoint,
        dispatcher: Dispatcher,
        mailroom: Mailroom,
        observer: Observer,
        clock: Clock,
        *,
        rhythm: Rhythm | None = None,
        sent: Path | None = None,
    ) -> None:
        """`sent` is the file of what has left, which only this bot writes; without one a kill may say more twice."""
        self._endpoint = endpoint
        self._dispatcher = dispatcher
        self._mailroom = mailroom
        self._observer = observer
        self._clock = clock
        self._rhythm = rhythm or RealRhythm()
        self._known = commands.known(dispatcher.catalog.commands.values())
        self._met = Met()
        self._flights = Flights(sent)
        self._bot = make_bot(endpoint)
        self._wire = Wire(self._bot)
        self.messenger = Outbound(self._wire, clock, self._rhythm, self._known.names)
        self._desk = Desk(dispatcher, mailroom, self.messenger, self._rhythm, self._flights)
        self._group: asyncio.TaskGroup | None = None
        self._lanes: Lanes[Turn] | None = None
        self._in_hand: set[str] = set()
        self._connected = False
        self._stopping = asyncio.Event()
        self._over = asyncio.Event()
        self._over.set()

    # The life of a part

    def connected(self) -> bool:
        """Whether updates come in."""
        return self._connected

    async def start(self) -> None:
        """Say hello, choose how updates come, show the commands. Raises ConnectionError, `TokenRefused`."""
        try:
            await self._bot.initialize()
            await publish(self._bot, self._dispatcher.catalog.commands.values())
            self.messenger.open = True  # before updates can come
            if self._endpoint.mode == "webhook":
                await self._bot.set_webhook(
                    self._endpoint.hook_url,
                    allowed_updates=ALLOWED,
                    secret_token=self._endpoint.hook_secret,
                    max_connections=limits.WEBHOOK_CONNECTIONS,
                )
            else:
                await self._bot.delete_webhook()
        except TelegramError as error:
            self.messenger.open = False
            await self._bot.shutdown()
            if isinstance(error, InvalidToken):
                raise TokenRefused from None  # the library's words have the token in them
            raise ConnectionError(str(error)) from error
        self._stopping.clear()

    async def serve(self) -> None:
        """Take up what was left, then answer what comes, until stopped."""
        self._over.clear()
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._lanes = Lanes(self._work, group)
                await self._take_up()
                self._connected = True
                polling = group.create_task(self._poll()) if self._endpoint.mode == "polling" else None
                await self._stopping.wait()
                if polling is not None:
                    polling.cancel()
                await self._drain(self._lanes)
        finally:
            self._lanes = self._group = None
            self._connected = self.messenger.open = False
            self._over.set()

    async def stop(self) -> None:
        """Take in nothing new, answer what is in hand, disconnect. What is left is answered by the next start."""
        self._stopping.set()
        await self._over.wait()
        self.messenger.open = False
        await self._bot.shutdown()
        self._flights.close()

    async def _drain(self, lanes: Lanes[Turn]) -> None:
        try:
            async with asyncio.timeout(limits.DRAIN_S):
                await lanes.drained()
        except TimeoutError:
            _log.warning("stopped with answers in hand; the next start says them")
            lanes.cancel()

    # Updates

    async def _take_up(self) -> None:
        """What an earlier process acknowledged and did not answer."""
        while True:
            try:
                waiting = await self._mailroom.pending(PLATFORM)
                break
            except DatabaseBusy:
                await self._rhythm.sleep(limits.RETRY_FIRST_S)
        left = self._flights.open()
        for pending in waiting:
            event = self._read(json.loads(pending.event.payload), pending.at)
            if event is None or (pending.done and pending.event.key in left):
                await self._mailroom.answered(pending.event)
            else:
                self._put(event, pending if pending.done else None)

    async def _poll(self) -> None:
        """Ask for updates. Asking for the next ones says that these are kept."""
        offset, wait = 0, limits.RETRY_FIRST_S
        while True:
            try:
                # After a failure a short one, to know soon whether it is over.
                seconds = limits.POLL_S if self._connected else limits.POLL_AGAIN_S
                updates = await self._wire.updates(
                    offset or None, seconds=seconds, grace=limits.POLL_GRACE_S, kinds=ALLOWED
                )
                await self._keep([(update, json.dumps(update).encode()) for update in updates])
            except InvalidToken:
                raise TokenRefused from None
            except (TelegramError, DatabaseBusy) as error:
                self._connected = False
                pause = _pause(error, wait)
                _log.warning("no updates for %.0f s: %s", pause, error)
                await self._rhythm.sleep(pause)
                wait = min(wait * 2, limits.RETRY_MOST_S)
                continue
            self._connected, wait = True, limits.RETRY_FIRST_S
            offset = max((update["update_id"] + 1 for update in updates), default=offset)

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """An update that Telegram brought; it may forget it when this returns. False if it was here before.

        Raises `Forged`, `DatabaseBusy`.
        """
        given = headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")  # a header may hold any bytes
        if not hmac.compare_digest(given, self._endpoint.hook_secret.encode()):
            raise Forged
        if not self.messenger.open:
            raise DatabaseBusy  # not started yet: bring it again
        try:
            update = json.loads(body)
        except ValueError:
            _log.warning("an update could not be read")
            return False
        return await self._keep([(update, body)])

    def _read(self, update: Json, at: datetime) -> Event | None:
        try:
            self._met.note(update)
            return inbound.read(update, self._scene(), at)
        except Exception as error:  # noqa: BLE001  it would come again, and again stop what everybody else wants
            _log.warning("an update could not be read: %s", type(error).__name__)
            return None

    async def _keep(self, updates: Sequence[tuple[Json, bytes]]) -> bool:
        """Have updates answered, and what is worth it stored before this returns. Whether any was new.

        What can be done at once is stored by being done; the rest together, before its turn comes.
        """
        now, begun = self._clock.now(), self._lanes is not None
        events, arrivals = [], []
        for update, payload in updates:
            event = self._read(update, now)
            if event is None:
                continue
            if not event.stored:
                self._put(event, None)
                continue
            arrival = Arrival(Mail(event.stamp.key, payload))
            at_once = self._put(event, arrival)
            arrival.apart = not at_once or not isinstance(event.wanted, Inbound)
            events.append(event)
            arrivals.append(arrival)
        await self._mailroom.keep(PLATFORM, [arrival for arrival in arrivals if arrival.apart])
        fresh = [await arrival.is_new() for arrival in arrivals]
        for arrival in arrivals:
            if isinstance(arrival.error, DatabaseBusy):
                raise arrival.error
        if not begun:  # started and not serving yet: what was left is taken up meanwhile, perhaps without these
            for event, new in zip(events, fresh, strict=True):
                if new:
                    self._put(event, None)
        # What no transaction can do must not come for ever: it waits for a version that can.
        await self._mailroom.keep(PLATFORM, [arrival for arrival in arrivals if arrival.error is not None])
        return any(fresh)

    def _scene(self) -> Scene:
        return Scene(self._bot.id, self._bot.username, self._known, self._met.find)

    # Events

    def _put(self, event: Event, mail: Pending | Arrival | None) -> bool:
        """Let it have its turn in its lane. Whether that comes at once."""
        if self._lanes is None or self._group is None or event.stamp.key in self._in_hand:
            return False  # stopped: it is stored, and the next start answers it
        self._in_hand.add(event.stamp.key)
        at_once = self._lanes.put((event.where.chat, event.where.user), (event, mail))
        if not at_once and event.press is not None:
            # A press can be answered for some seconds only, and what is before it may take minutes.
            self._group.create_task(self._release(event.press))
        return at_once

    async def _release(self, press: Press) -> None:
        await asyncio.sleep(limits.PRESS_GRACE_S)
        if not press.answered:
            await self.messenger.toast(press)

    async def _work(self, turn: Turn) -> None:
        event, mail = turn
        try:
            match mail:
                case Pending():
                    await self._desk.again(mail, event)
                case Arrival(apart=True):
                    if await mail.is_new():
                        await self._desk.take(event)
                case _:
                    await self._desk.take(event, mail)
        except Exception as error:  # noqa: BLE001  one event must not end the others
            self._observer.broken("telegram", error, trace=new_trace(), reference=new_code(4))
        finally:
            self._in_hand.discard(event.stamp.key)
            if isinstance(mail, Arrival) and not mail.apart:
                mail.settle(new=False, error=DatabaseBusy())  # cancelled before it was kept: let it come again


def _pause(error: Exception, wait: float) -> float:
    match error:
        case RetryAfter():
            return seconds_of(error)
        case Conflict():
            return limits.CONFLICT_S
    return wait
