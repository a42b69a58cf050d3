"""One call of the Bot API: made again where that is harmless, never where it could double; what a failure means."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol, TypeVar

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from adapters.telegram import limits
from adapters.telegram.http import NotSent
from core.ports import Delivery, Later, Uncertain, Unreachable

T = TypeVar("T")

_NOBODY = ("chat not found", "user not found", "peer_id_invalid", "not enough rights to send")


class Rhythm(Protocol):
    """Time as waiting needs it; tests bring the platform's own."""

    def now(self) -> float:
        """Seconds since some beginning."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class RealRhythm:
    """The loop's."""

    def now(self) -> float:
        """Seconds since the loop began."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def seconds_of(error: RetryAfter) -> float:
    """What a 429 asks for."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def is_unchanged(error: TelegramError) -> bool:
    """Whether an edit was refused because the message looks like that already."""
    return isinstance(error, BadRequest) and "not modified" in str(error).casefold()


def is_refusal_of_content(error: TelegramError) -> bool:
    """Whether Telegram did not like what was sent, rather than to whom."""
    return isinstance(error, BadRequest) and not _names_nobody(error)


def _names_nobody(error: TelegramError) -> bool:
    return any(words in str(error).casefold() for words in _NOBODY)


def verdict(error: TelegramError) -> Delivery:
    """What a failed send says about whether it arrived."""
    match error:
        case RetryAfter():
            return Later(seconds_of(error))
        case Forbidden():
            return Unreachable(str(error))
        case BadRequest() if _names_nobody(error):
            return Unreachable(str(error))
        case BadRequest():
            return Later()
        case _ if was_not_sent(error):
            return Later()
    # Among them answers that are no JSON and broken servers: what they did before nobody knows.
    return Uncertain(str(error))


def was_not_sent(error: TelegramError) -> bool:
    """Whether the request certainly never reached Telegram, or only its door: a token that was taken back."""
    return isinstance(error, InvalidToken) or isinstance(error.__cause__, NotSent)


class Calls:
    """Calls by chat: none goes out while the chat rests, and a group that has moved is followed."""

    def __init__(self, rhythm: Rhythm) -> None:
        self._rhythm = rhythm
        self._rests_until: dict[int, float] = {}
        self._moved: dict[int, int] = {}

    def rest(self, chat: int) -> float:
        """Seconds for which Telegram wants nothing more in a chat."""
        until = self._rests_until.get(self.chat(chat))
        if until is None:
            return 0.0
        left = until - self._rhythm.now()
        if left <= 0:
            del self._rests_until[self.chat(chat)]
        return max(left, 0.0)

    def chat(self, chat: int) -> int:
        """Where a chat is now."""
        return self._moved.get(chat, chat)

    async def once(self, chat: int, call: Callable[[int], Awaitable[T]]) -> T:
        """One call, in the chat's present place. Raises `TelegramError`."""
        if (left := self.rest(chat)) > 0:
            raise RetryAfter(timedelta(seconds=left))
        try:
            return await call(self.chat(chat))
        except ChatMigrated as error:
            self._moved[chat] = error.new_chat_id
            return await self.once(error.new_chat_id, call)
        except RetryAfter as error:
            self._rests_until[self.chat(chat)] = self._rhythm.now() + seconds_of(error)
            raise

    async def surely(self, chat: int, call: Callable[[int], Awaitable[T]], *, repeatable: bool = False) -> T:
        """A call for which we wait: after a 429 as long as it says, after a broken connection some times.

        What may have arrived is sent again only if it is `repeatable`. Raises `TelegramError`.
        """
        tries, wait = 1, limits.RETRY_FIRST_S
        while True:
            try:
                return await self.once(chat, call)
            except RetryAfter:
                await self._rhythm.sleep(self.rest(chat))
            except (BadRequest, Forbidden):
                raise
            except NetworkError as error:
                if tries >= limits.SEND_TRIES_MAX or not (repeatable or was_not_sent(error)):
                    raise
                await self._rhythm.sleep(wait)
                tries, wait = tries + 1, min(wait * 2, limits.RETRY_MOST_S)
