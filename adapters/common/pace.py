"""Time as a member feels it: a stream is shown now and then and its end always, and what takes long is announced."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from core.chat import Delta, Meanwhile, Refusal, Reply, StreamPiece

T = TypeVar("T")
Show = Callable[[str], Awaitable[float]]
"""Shows all text so far; answers how many seconds to wait before the next time (the pace, or what a 429 asked for)."""


async def relay(pieces: "AsyncIterator[StreamPiece]", show: Show) -> tuple[str, Reply | Refusal | None]:
    """Show a growing text at the pace that `show` asks for. The whole text, and how it ended.

    What is said meanwhile is shown where the text will stand, as long as there is none. The last state of the text is
    left to the caller, who shows it together with the end. If showing raises, the stream is closed, and so settled for
    what was delivered.
    """
    text, shown, not_before = "", "", 0.0
    now = asyncio.get_running_loop().time
    async with aclosing(pieces) as stream:  # type: ignore[type-var]
        async for piece in stream:
            match piece:
                case Delta():
                    text += piece.text
                case Meanwhile():
                    pass
                case _:
                    return text, piece
            visible = text or piece.text
            if now() >= not_before and visible.strip() != shown:
                not_before = now() + await show(visible)
                shown = visible.strip()
    return text, None


async def beside(
    work: Callable[[], Awaitable[T]], after_s: float, announce: Callable[[], Coroutine[Any, Any, None]]
) -> T:
    """What the work gives. If it takes longer than so many seconds, it is announced meanwhile, to the end of that.

    What is fast, and that is nearly everything, pays for no task.
    """
    async with asyncio.TaskGroup() as group:
        late = asyncio.get_running_loop().call_later(after_s, lambda: group.create_task(announce()))
        try:
            return await work()
        finally:
            late.cancel()
