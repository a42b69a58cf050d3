"""The calls themselves: an interaction is answered by its token, a channel by the bot's.

Both go through discord.py, which keeps to the rate limits. Interactions have an adapter of their own, because a limit
on the bot's messages must not delay an answer that has three seconds.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from adapters.discord import limits
from adapters.discord.render import File, Page

if TYPE_CHECKING:
    import aiohttp
    import discord
    from discord.http import Route

Json = dict[str, Any]

MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ORIGINAL: Final = "@original"
HOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"
SILENT: Json = {"parse": []}


class Wire:
    """One client's calls. Raises what discord.py and aiohttp raise."""

    def __init__(self, client: "discord.Client", session: "aiohttp.ClientSession") -> None:
        from discord.webhook.async_ import AsyncWebhookAdapter

        self._client = client
        self._session = session
        self._hooks: Any = AsyncWebhookAdapter()  # type: ignore[no-untyped-call]
        self._channels: OrderedDict[str, str] = OrderedDict()

    # Interactions

    async def respond(self, number: int, token: str, kind: int, data: Json | None = None) -> None:
        """The one first answer."""
        await self._respond(number, token, {"type": kind} | ({} if data is None else {"data": data}))

    async def respond_with(self, number: int, token: str, kind: int, page: Page, *, flags: int = 0) -> None:
        """The first answer, as a page: a new message, or in place of the one that was pressed."""
        await self._respond(number, token, {"type": kind, "data": _body(page, flags)}, page.files)

    async def _respond(self, number: int, token: str, payload: Json, files: Sequence[File] = ()) -> None:
        route = self._route("POST", "/interactions/{webhook_id}/{webhook_token}/callback", token, number)
        await self._hook(route, payload, files)

    async def edit(self, token: str, message: str, page: Page) -> None:
        """Change a message of an interaction."""
        await self._hook(self._route("PATCH", f"{HOOK}/messages/{message}", token), _body(page), page.files)

    async def follow(self, token: str, page: Page, *, flags: int = 0) -> str:
        """One more message; its id."""
        made = await self._hook(self._route("POST", HOOK, token), _body(page, flags), page.files)
        return str(made["id"])

    async def remove(self, token: str, message: str = ORIGINAL) -> None:
        """Take a message of an interaction away."""
        await self._hook(self._route("DELETE", f"{HOOK}/messages/{message}", token), None)

    async def _hook(self, route: "Route", payload: Json | None, files: Sequence[File] = ()) -> Any:
        multipart = _multipart(payload, files) if files else None
        return await self._hooks.request(route, self._session, payload=None if files else payload, multipart=multipart)

    def _route(self, method: str, path: str, token: str, number: int | None = None) -> "Route":
        from discord.http import Route

        if number is None:
            number = self._client.application_id
        assert number is not None, "a login names the application"
        return Route(method, path, webhook_id=number, webhook_token=token)

    # Channels

    async def private_channel(self, user_id: str) -> str:
        """The direct messages with somebody."""
        if user_id not in self._channels:
            made = await self._client.http.start_private_message(int(user_id))
            self._channels[user_id] = str(made["id"])
            if len(self._channels) > limits.CHANNELS_MAX:
                self._channels.popitem(last=False)
        return self._channels[user_id]

    async def post(self, channel: str, page: Page, *, nonce: str) -> str:
        """A message of the bot's own, once for a nonce; its id."""
        body = _body(page) | {"nonce": nonce, "enforce_nonce": True}
        made = await self._call("POST", "/channels/{channel_id}/messages", body, page.files, channel_id=channel)
        return str(made["id"])

    async def change(self, channel: str, message: str, page: Page) -> None:
        """Change a message of the bot's own."""
        path = "/channels/{channel_id}/messages/{message_id}"
        await self._call("PATCH", path, _body(page), page.files, channel_id=channel, message_id=message)

    async def type(self, channel: str) -> None:
        """Show that something is being written."""
        await self._call("POST", "/channels/{channel_id}/typing", None, (), channel_id=channel)

    async def _call(self, method: str, path: str, body: Json | None, files: Sequence[File], **where: str) -> Any:
        from discord.http import Route

        route = Route(method, path, **where)
        if files:
            return await self._client.http.request(route, form=_multipart(body, files))
        return await self._client.http.request(route, **cast("Any", {} if body is None else {"json": body}))


def _body(page: Page, flags: int = 0) -> Json:
    """A page as a message. Attachments are always named, so that an edit drops those of before."""
    named = [_attached(i, file) for i, file in enumerate(page.files)]
    return {
        "components": list(page.components),
        "flags": limits.COMPONENTS_V2 | flags,
        "allowed_mentions": SILENT,
        "attachments": named,
    }


def _attached(number: int, file: File) -> Json:
    return {"id": number, "filename": file.name, "description": file.alt[: limits.ALT_MAX]}


def _multipart(payload: Json | None, files: Sequence[File]) -> list[Json]:
    parts: list[Json] = [{"name": "payload_json", "value": json.dumps(payload)}]
    for number, file in enumerate(files):
        kind = "application/octet-stream"
        part = {"name": f"files[{number}]", "value": file.content, "filename": file.name, "content_type": kind}
        parts.append(part)
    return parts


# What an exception means


def code(error: BaseException) -> int:
    """Discord's own number for an error, 0 if it is none of Discord's."""
    return int(getattr(error, "code", 0) or 0) if hasattr(error, "status") else 0


def lost(error: BaseException) -> bool:
    """Whether the answer to a request was lost, so that it may have taken effect."""
    import aiohttp

    never_sent = isinstance(error, aiohttp.ClientConnectorError)
    return isinstance(error, (aiohttp.ClientError, OSError, asyncio.TimeoutError)) and not never_sent


def passing(error: BaseException) -> bool:
    """Whether the same request may well succeed in a moment."""
    status = int(getattr(error, "status", 0) or 0)
    return lost(error) or status == 429 or status >= 500
