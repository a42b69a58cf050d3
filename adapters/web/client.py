"""The server: listens, answers, stops."""

import asyncio
import logging

from aiohttp import web

SHUTDOWN_SECONDS = 3.0


class WebServer:
    """Serves an application. Port 0 takes any free one; `url` says which."""

    name = "web"

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self._stopped = asyncio.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._runner is not None, "it is started before it is asked"
        host, port, *_ = self._runner.addresses[0]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def connected(self) -> bool:
        """Whether it listens."""
        return self._runner is not None

    async def start(self) -> None:
        """Listen. Raises OSError when the address is taken."""
        protocol = logging.getLogger("adapters.web.protocol")
        # What it says about broken requests is strangers' addresses; what breaks in ours is caught in app.py.
        protocol.setLevel(logging.CRITICAL)
        # No access log: paths hold members' signed links.
        runner = web.AppRunner(self._app, access_log=None, logger=protocol, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._stopped.clear()
        self._runner = runner

    async def serve(self) -> None:
        """Answer until it is stopped."""
        await self._stopped.wait()

    async def stop(self) -> None:
        """Take no new connection, let answers in hand finish, close."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
        self._stopped.set()
