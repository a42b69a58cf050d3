"""The requests themselves: JSON out, JSON in.

python-telegram-bot keeps the connections, makes the errors and sends the files. Its objects are left out: to make and
to unmake those of one answer takes longer than all the rest of it, and an update is kept as the JSON that it came as.
This needs the library's private `_post`, in which all its own methods end; no other file uses it.
"""

from collections.abc import Sequence
from typing import Any

from telegram import Bot

Json = dict[str, Any]


class Wire:
    """One bot's requests. Raises `TelegramError`."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @property
    def name(self) -> str:
        """The bot's username."""
        return self._bot.username

    async def call(self, method: str, **data: Any) -> Any:
        """One method of the Bot API, by the names it has there; what is None is left out."""
        return await self._bot._post(method, data)

    async def updates(self, offset: int | None, *, seconds: int, grace: float, kinds: Sequence[str]) -> list[Json]:
        """What came in since the last time. It may take so many seconds, and then the grace."""
        data = {"offset": offset, "timeout": seconds, "allowed_updates": kinds}
        found: list[Json] = await self._bot._post("getUpdates", data, read_timeout=seconds + grace)
        return found
