"""The webhook's setting, and the pusher that posts updates to the bot until it takes them."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from tests.fakes.telegram.updates import Pending

if TYPE_CHECKING:
    from tests.fakes.telegram.world import World

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
DELAY_SECONDS_MAX: Final = 60.0
RETRY_AFTER_SECONDS_MAX: Final = 3600.0
GONE_SECONDS_MAX: Final = 23 * 3600.0
NOT_BY_ANSWER: Final = frozenset(("setwebhook", "deletewebhook", "logout", "close"))

Execute = Callable[[str, dict[str, Any]], Awaitable[Any]]


@dataclass
class Webhook:
    """Where updates go; without a url the bot has to ask for them."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    set_at: float = float("-inf")
    last_error: str = ""
    last_error_at: float = 0.0
    gone_since: float | None = None


@dataclass
class Line:
    """One chat's updates, which go one after another."""

    failures: int = 0
    not_before: float = 0.0
    busy: bool = False
    tried: list[float] = field(default_factory=list)


class Pusher:
    """Posts what is pending while a webhook is set."""

    def __init__(self, world: "World", execute: Execute) -> None:
        self._world = world
        self._execute = execute
        self._posting: set[asyncio.Task[None]] = set()
        self._waking: asyncio.Task[None] | None = None
        self._set_at = float("-inf")
        self.lines: dict[int, Line] = {}

    async def run(self) -> None:
        """Until cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            try:
                while True:
                    self._start(session)
                    await self._world.bell.next()
            finally:
                for task in (*self._posting, *([self._waking] if self._waking else [])):
                    task.cancel()
                await asyncio.gather(*self._posting, return_exceptions=True)

    def _start(self, session: aiohttp.ClientSession) -> None:
        hook = self._world.webhook
        if not hook.url:
            self.lines.clear()
            return
        if hook.set_at != self._set_at:
            # A new setting is tried at once, whatever became of the old one.
            self._set_at = hook.set_at
            for line in self.lines.values():
                line.failures, line.not_before = 0, 0.0
        now, seen, later = self._world.clock.now(), set[int](), []
        for update in self._world.updates.pending():
            line = self.lines.setdefault(update.chat, Line())
            if update.chat in seen or line.busy or len(self._posting) >= hook.connections:
                seen.add(update.chat)
                continue
            seen.add(update.chat)
            if line.not_before > now:
                later.append(line.not_before)
                continue
            line.busy = True
            task = asyncio.create_task(self._post(session, update, line))
            self._posting.add(task)
            task.add_done_callback(self._posting.discard)
        if later:
            self._wake_at(min(later))

    def _wake_at(self, moment: float) -> None:
        async def wake() -> None:
            await self._world.clock.until(moment)
            self._world.bell.ring()

        if self._waking is not None:
            self._waking.cancel()
        self._waking = asyncio.create_task(wake())

    async def _post(self, session: aiohttp.ClientSession, update: Pending, line: Line) -> None:
        hook = self._world.webhook
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        line.tried.append(self._world.clock.now())
        try:
            body = self._world.updates.hand_out(update)
            async with session.post(hook.url, json=body, headers=headers) as answer:
                words = await answer.read()
                self._took(update, line, answer, words)
            if answer.ok:
                await self._obey(words)
        except (aiohttp.ClientError, TimeoutError) as error:
            self._failed(line, f"Connection failed: {type(error).__name__}", None)
        finally:
            line.busy = False
            self._world.bell.ring()

    def _took(self, update: Pending, line: Line, answer: aiohttp.ClientResponse, words: bytes) -> None:
        hook = self._world.webhook
        if 200 <= answer.status < 300:
            line.failures, hook.gone_since = 0, None
            # Before the answer's method runs: a crash of that method is not a reason to deliver again.
            self._world.updates.confirm(update.id)
            return
        if answer.status == 410:
            now = self._world.clock.now()
            hook.gone_since = now if hook.gone_since is None else hook.gone_since
            if now - hook.gone_since >= GONE_SECONDS_MAX:
                hook.url = ""
        else:
            hook.gone_since = None
        reason = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        self._failed(line, reason, answer.headers.get("Retry-After"))

    def _failed(self, line: Line, reason: str, retry_after: str | None) -> None:
        """The first retry is immediate, then the delay doubles from one second."""
        now = self._world.clock.now()
        line.failures += 1
        delay = 0.0 if line.failures == 1 else min(2.0 ** (line.failures - 2), DELAY_SECONDS_MAX)
        if retry_after is not None and retry_after.isdigit():
            delay = min(float(retry_after), RETRY_AFTER_SECONDS_MAX)
        line.not_before = now + delay
        self._world.webhook.last_error, self._world.webhook.last_error_at = reason, now

    async def _obey(self, words: bytes) -> None:
        """Execute the method that an answer carries; its result goes nowhere."""
        with contextlib.suppress(ValueError):
            wanted = json.loads(words)
            if not isinstance(wanted, dict) or "method" not in wanted:
                return
            method = str(wanted.pop("method"))
            if not method.lower().startswith("get") and method.lower() not in NOT_BY_ANSWER:
                await self._execute(method, wanted)
