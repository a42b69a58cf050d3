"""Where pictures are drawn: after the transaction, in a thread, before an adapter sees the message."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from core.chat.message import Block, Image, Message, Text
from core.chat.outcome import Confirm, Outcome, Reply, Streaming, StreamPiece, Visit
from core.ids import new_code
from core.ports import Observer, Painter

AT_ONCE = 2
"""Pictures drawn side by side: each takes a processor and some 15 MB while it lasts."""


class Easel:
    """Draws what a message has as data. Where that fails the words stay, and the observer is told."""

    def __init__(self, painter: Painter, observer: Observer) -> None:
        self._painter = painter
        self._observer = observer
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def of_outcome(self, outcome: Outcome, *, trace: str) -> Outcome:
        """An outcome as adapters get it: its pictures are bytes or an address."""
        match outcome:
            case Reply() | Confirm() | Visit():
                message = await self.of_message(outcome.message, trace=trace)
                return outcome if message is outcome.message else replace(outcome, message=message)
            case Streaming():
                return replace(outcome, pieces=self._of_pieces(outcome.pieces, trace))
        return outcome

    async def _of_pieces(self, pieces: AsyncIterator[StreamPiece], trace: str) -> AsyncGenerator[StreamPiece, None]:
        # Closed together with whoever listens: what was delivered is settled then.
        async with aclosing(pieces):  # type: ignore[type-var]
            async for piece in pieces:
                if isinstance(piece, Reply):
                    yield replace(piece, message=await self.of_message(piece.message, trace=trace))
                else:
                    yield piece

    async def of_message(self, message: Message, *, trace: str) -> Message:
        """The message, its pictures drawn; itself if it has none."""
        if not any(_is_data(block) for block in message.blocks):
            return message
        blocks = [await self._drawn(block, trace) for block in message.blocks]
        return replace(message, blocks=tuple(blocks))

    async def _drawn(self, block: Block, trace: str) -> Block:
        if not isinstance(block, Image) or isinstance(block.source, bytes | str):
            return block
        try:
            async with self._turns:
                return replace(block, source=await asyncio.to_thread(self._painter.paint, block.source))
        except Exception as error:  # noqa: BLE001  whatever the painter stumbled over, the answer is worth more
            self._observer.broken("picture", error, trace=trace, reference=new_code(4))
            return Text(block.alt)


def _is_data(block: Block) -> bool:
    return isinstance(block, Image) and not isinstance(block.source, bytes | str)
