"""`GET /r/{code}`: on to where a tracked link leads, with the visit noted on the way."""

from aiohttp import web

from adapters.web import visitors
from adapters.web.signed import Signer
from core.public import Public


class Redirects:
    """Sends visitors on."""

    def __init__(self, public: Public, signer: Signer) -> None:
        self._public = public
        self._signer = signer

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """302 to the target. Who only looks (HEAD, prefetch, a preview) is answered alike and not counted."""
        visitor = self._signer.visitor(visitors.address(request), request.headers.get("User-Agent", ""))
        counts = visitors.is_visit(request)
        target = await self._public.follow(request.match_info["code"], counts=counts, visitor=visitor)
        if target is None:
            raise web.HTTPNotFound
        return web.Response(status=302, headers={"Location": target})
