"""A stream at a platform's pace: what has come so far is shown now and then, and the end always."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

from core.chat import Delta, Refusal, Reply

Show = Callable[[str], Awaitable[float]]
"""Shows all text so far; answers how many seconds to wait before the next time (the pace, or what a 429 asked for)."""


async def relay(pieces: "AsyncIterator[Delta | Reply | Refusal]", show: Show) -> tuple[str, Reply | Refusal | None]:
    """Show a growing text at the pace that `show` asks for. The whole text, and how it ended.

    The last state of the text is left to the caller, who shows it together with the end. If showing raises, the
    stream is closed, and so settled for what was delivered.
    """
    text, shown, not_before = "", "", 0.0
    now = asyncio.get_running_loop().time
    async with aclosing(pieces) as stream:  # type: ignore[type-var]
        async for piece in stream:
            if not isinstance(piece, Delta):
                return text, piece
            text += piece.text
            if now() >= not_before and text.strip() != shown:
                not_before = now() + await show(text)
                shown = text.strip()
    return text, None
