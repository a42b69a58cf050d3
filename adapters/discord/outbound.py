"""What the bot writes by itself: the answer to a direct message, and the outbox's announcements."""

import contextlib
from collections.abc import Callable

from adapters.common.pace import beside, relay
from adapters.discord import limits, render
from adapters.discord.answering import Pace, Work
from adapters.discord.commands import PLATFORM
from adapters.discord.render import Page
from adapters.discord.sheets import InChannel, Pages
from adapters.discord.wire import Wire, code, lost
from core.chat import Message, Outcome, Refusal, Streaming
from core.people import Identity
from core.ports import Delivered, Delivery, Later, Uncertain, Unreachable


class Conversing:
    """The answer to a direct message: messages of the bot's own."""

    def __init__(self, wire: Wire, channel: str, key: str, pace: Pace) -> None:
        self._place = InChannel(wire, channel, key)
        self._wire = wire
        self._channel = channel
        self._pace = pace

    async def run(self, work: Work) -> None:
        """Do the work, showing that something is being written if it takes long, and say what came of it."""
        outcome = await beside(work, self._pace.defer_after_s, self._type)
        if outcome is not None:
            await self._say(outcome)

    async def _type(self) -> None:
        with contextlib.suppress(Exception):  # a courtesy
            await self._wire.type(self._channel)

    async def _say(self, outcome: Outcome) -> None:
        pages = Pages(self._place)
        if not isinstance(outcome, Streaming):
            await _again(pages, render.outcome(outcome).pages)
            return

        await self._type()

        async def show(text: str) -> float:
            await _again(pages, render.growing(text))
            return self._pace.stream_s

        text, end = await relay(outcome.pieces, show)
        reply = None if isinstance(end, Refusal) else end
        if text.strip() or reply is not None:
            await _again(pages, render.finished(text, reply))
        if isinstance(end, Refusal):
            await _again(Pages(self._place.beside()) if text.strip() else pages, render.outcome(end).pages)


async def _again(pages: Pages, wanted: tuple[Page, ...]) -> None:
    """Show, and once more if the answer was lost: the nonce drops a second copy."""
    try:
        await pages.show(wanted)
    except Exception as error:
        if not lost(error):
            raise
        await pages.show(wanted)


class DirectMessages:
    """The outbox's way to people on Discord. Implements `Messenger`."""

    def __init__(self, wire: Callable[[], Wire | None]) -> None:
        self._wire = wire

    def serves(self, identity: Identity) -> bool:
        """People of Discord, while there is a connection."""
        return identity.platform == PLATFORM and self._wire() is not None

    def repeats_safely(self, platform: str) -> bool:
        """Discord drops a second message with the nonce of the first, for some minutes."""
        return platform == PLATFORM

    async def send(self, identity: Identity, message: Message, *, key: str) -> Delivery:
        """Write to somebody's direct messages."""
        wire = self._wire()
        if wire is None:
            return Later()
        if not identity.user_id.isdecimal():
            return Unreachable("not an id of Discord")
        pages = render.message(message)
        try:
            channel = await wire.private_channel(identity.user_id)
            # Again at once if the answer was lost: Discord knows the nonce for some minutes only.
            await _again(Pages(InChannel(wire, channel, key)), pages)
        except Exception as error:  # noqa: BLE001  whatever Discord answers is one of the four
            if code(error) == limits.UNKNOWN_CHANNEL:
                wire.forget(identity.user_id)
            return delivery(error)
        return Delivered()


def delivery(error: Exception) -> Delivery:
    """What an error means for a message that was to be sent."""
    if code(error) in limits.UNREACHABLE:
        return Unreachable(str(code(error)))
    if lost(error) or int(getattr(error, "status", 0)) >= 500:
        return Uncertain(type(error).__name__)
    return Later(float(getattr(error, "retry_after", 0) or 0))
