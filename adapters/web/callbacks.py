"""`GET /oauth/{platform}`: a browser comes back from signing in somewhere. Stored, then a page; the chat says the rest.

Reloading the page is the same return again, and changes nothing.
"""

from aiohttp import web

from adapters.web import pages
from adapters.web.hooks import Receive
from adapters.web.metrics import Metrics
from core.chat.room import Forged
from core.errors import DatabaseBusy

HOOK = "oauth"
QUERY_MAX = 4096
"""Codes and states have some hundred characters; nobody stores a novel for us."""


class Callbacks:
    """The door for people who signed in."""

    def __init__(self, receive: Receive, metrics: Metrics) -> None:
        self._receive = receive
        self._metrics = metrics

    async def show(self, request: web.Request) -> web.StreamResponse:
        """200: stored, now or earlier. 400: it did not start here. 503: reload."""
        query = request.rel_url.raw_query_string
        if len(query) > QUERY_MAX:
            raise web.HTTPRequestEntityTooLarge(max_size=QUERY_MAX, actual_size=len(query))
        try:
            fresh = await self._receive(HOOK, f"{request.match_info['platform']}?{query}".encode(), request.headers)
        except (Forged, DatabaseBusy) as error:
            self._metrics.hook("forged" if isinstance(error, Forged) else "busy")
            raise
        self._metrics.hook("stored" if fresh else "seen")
        return pages.signed_in()
