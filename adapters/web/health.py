"""`/healthz`: the process lives. `/readyz`: it can also do its work, and if not, why."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from core.errors import TandemError

CHECK_SECONDS = 3.0
FRESH_SECONDS = 1.0
"""How long an answer is given again: asking in a loop must not become work for the database."""

Check = Callable[[], Awaitable[str]]
"""Empty if all is well, else what is not."""


async def alive(_request: web.Request) -> web.Response:
    """The loop turns, or this would not be answered."""
    return web.json_response({"alive": True})


def connection(connected: Callable[[], bool]) -> Check:
    """A check of an adapter that knows by itself whether it is connected."""

    async def check() -> str:
        return "" if connected() else "not connected"

    return check


class Readiness:
    """Asks everything that must be well, side by side."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._turn = asyncio.Lock()
        self._states: dict[str, str] = {}
        self._asked_at: float | None = None

    async def show(self, _request: web.Request) -> web.Response:
        """200 or 503, with the state of each part."""
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if self._asked_at is None or now - self._asked_at >= FRESH_SECONDS:
                states = await asyncio.gather(*(_state(check) for check in self._checks.values()))
                self._states = dict(zip(self._checks, states, strict=True))
                self._asked_at = asyncio.get_running_loop().time()
            states_now = self._states
        ready = not any(states_now.values())
        answer = {"ready": ready, "checks": {name: state or "ok" for name, state in states_now.items()}}
        return web.json_response(answer, status=200 if ready else 503)


async def _state(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    except TandemError as error:
        return error.text
    except Exception as error:  # noqa: BLE001  a probe that breaks is an answer too
        return f"broken: {type(error).__name__}"
