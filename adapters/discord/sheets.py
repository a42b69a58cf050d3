"""Pages on show in one place: edited where they changed, added where they are missing, so that all is said once."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Protocol

from adapters.discord import limits
from adapters.discord.render import Page
from adapters.discord.wire import ORIGINAL, Wire, code


class Where(Protocol):
    """A place that takes messages."""

    async def add(self, page: Page, number: int) -> str:
        """One more message; its id."""
        ...

    async def change(self, message: str, page: Page) -> None:
        """Another look of a message."""
        ...


class Followed:
    """Behind an interaction that was acknowledged."""

    def __init__(self, wire: Wire, token: str, flags: int) -> None:
        self._wire = wire
        self._token = token
        self._flags = flags

    async def add(self, page: Page, number: int) -> str:  # noqa: ARG002  the protocol's signature
        """A follow-up. There is no nonce here: if its answer is lost, it may be there twice rather than not at all."""
        return await self._wire.follow(self._token, page, flags=self._flags)

    async def change(self, message: str, page: Page) -> None:
        """An edit through the token; ephemeral messages too."""
        await self._wire.edit(self._token, message, page)


class InChannel:
    """A channel of the bot's own messages."""

    def __init__(self, wire: Wire, channel: str, key: str) -> None:
        self._wire = wire
        self._channel = channel
        self._key = key

    def beside(self) -> "InChannel":
        """The same channel, for something else that has to be said once."""
        return InChannel(self._wire, self._channel, f"{self._key}/beside")

    async def add(self, page: Page, number: int) -> str:
        """A message, once however often it is tried."""
        return await self._wire.post(self._channel, page, nonce=nonce(self._key, number))

    async def change(self, message: str, page: Page) -> None:
        """An edit."""
        await self._wire.change(self._channel, message, page)


class Pages:
    """What is on show, and what shows it."""

    def __init__(self, where: Where, shown: Sequence[tuple[str, Page | None]] = ()) -> None:
        self._where = where
        self._shown: list[tuple[str, Page | None]] = list(shown)

    async def show(self, pages: Sequence[Page]) -> None:
        """Let these be what is on show. Pages only ever grow in number here: a text gets longer."""
        for number, page in enumerate(pages):
            if number == len(self._shown):
                self._shown.append((await self._where.add(page, number), page))
            elif self._shown[number][1] != page:
                self._shown[number] = (await self._changed(number, page), page)

    async def _changed(self, number: int, page: Page) -> str:
        message = self._shown[number][0]
        try:
            await self._where.change(message, page)
        except Exception as error:
            if code(error) != limits.UNKNOWN_MESSAGE:
                raise
            # Somebody took it away; what it had to say is still to be said.
            return await self._where.add(page, number)
        return message


def original(wire: Wire, token: str, flags: int) -> Pages:
    """Pages that begin in the place that a deferral keeps, or in the message that was pressed."""
    return Pages(Followed(wire, token, flags), [(ORIGINAL, None)])


def nonce(key: str, number: int) -> str:
    """Discord's 25 characters from a key of any length."""
    return blake2b(f"{key}/{number}".encode(), digest_size=limits.NONCE_MAX // 2).hexdigest()
