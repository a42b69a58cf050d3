"""The HTTP server of the fake: /bot<token>/<method> and /file/bot<token>/<path>."""

import asyncio
import contextlib
import re
import traceback
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.fakes.telegram import asking, media, payments, sending, settings, spec
from tests.fakes.telegram.asking import Asking
from tests.fakes.telegram.faults import ApiError, Json
from tests.fakes.telegram.flood import (
    AsUsual,
    BadJson,
    LostAnswer,
    NoConnection,
    Refused,
    RetryAfter,
    ServerError,
)
from tests.fakes.telegram.messages import Asked
from tests.fakes.telegram.polling import Polling
from tests.fakes.telegram.webhook import Pusher
from tests.fakes.telegram.world import World

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{35}")
BODY_BYTES_MAX = 60_000_000
PAGE = "<html><head><title>Bad gateway</title></head><body>nginx</body></html>"

Method = Callable[[World, Asking], Any]

METHODS: dict[str, Method] = {
    "getMe": settings.get_me,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMessageDraft": sending.send_message_draft,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": sending.edit_message_text,
    "editMessageCaption": sending.edit_message_caption,
    "editMessageMedia": sending.edit_message_media,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "answerCallbackQuery": settings.answer_callback_query,
    "setMyCommands": settings.set_my_commands,
    "getMyCommands": settings.get_my_commands,
    "deleteMyCommands": settings.delete_my_commands,
    "setMyDescription": settings.set_my_description,
    "setMyShortDescription": settings.set_my_short_description,
    "getFile": media.get_file,
    "getChat": settings.get_chat,
    "getChatMember": settings.get_chat_member,
    "leaveChat": settings.leave_chat,
    "setWebhook": settings.set_webhook,
    "deleteWebhook": settings.delete_webhook,
    "getWebhookInfo": settings.get_webhook_info,
    "sendInvoice": payments.send_invoice,
    "answerPreCheckoutQuery": payments.answer_pre_checkout_query,
    "refundStarPayment": payments.refund_star_payment,
}
BY_NAME = {name.lower(): method for name, method in METHODS.items()}


class Server:
    """Serves one world on a free port of the loopback."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.polling = Polling(world)
        self.pusher = Pusher(world, self._execute)
        self.port = 0
        self._spec, world.spec_skipped = spec.from_environment()
        self._runner: web.AppRunner | None = None
        self._pushing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_route("*", "/{path:.*}", self._route)
        # Cancelled with their connection, so that a poller that went away is no poller any more.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._pushing = asyncio.create_task(self.pusher.run())

    async def stop(self) -> None:
        if self._pushing is not None:
            self._pushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pushing
        if self._runner is not None:
            await self._runner.cleanup()

    async def _route(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if path.startswith("file/"):
            return self._file(path.removeprefix("file/"))
        token, _, method = path.removeprefix("bot").partition("/")
        if not path.startswith("bot") or not method or "/" in method:
            return refusal(ApiError(404, "Not Found"))
        if TOKEN.fullmatch(token) is None:
            return refusal(ApiError(401, "Unauthorized: invalid token specified"))
        if token != self.world.token:
            return refusal(ApiError(401, "Unauthorized"))
        return await self._method(method, request)

    def _file(self, path: str) -> web.Response:
        token, _, rest = path.removeprefix("bot").partition("/")
        kept = self.world.file_at(rest)
        if token != self.world.token or kept is None:
            return refusal(ApiError(404, "Not Found"))
        return web.Response(body=kept.content, content_type="application/octet-stream")

    async def _method(self, method: str, request: web.Request) -> web.StreamResponse:
        try:
            ask = await asking.read(method, request)
        except ApiError as error:
            return refusal(error)
        match self.world.flood.scripted(method):
            case ServerError(code=code):
                return web.Response(status=code, text=PAGE, content_type="text/html")
            case NoConnection():
                return cut(request)
            case RetryAfter(seconds=seconds):
                chat = ask.parameters.get("chat_id", 0)
                storm = self.world.flood.block(
                    method, int(chat) if str(chat).lstrip("-").isdigit() else 0, seconds
                )
                self._record(ask, storm.code, storm)
                return refusal(storm)
            case Refused(code=code, description=description):
                refused = ApiError(code, description)
                self._record(ask, code, refused)
                return refusal(refused)
            case LostAnswer():
                await self._answer(ask)
                return cut(request)
            case BadJson():
                await self._answer(ask)
                return web.Response(text='{"ok":tru', content_type="application/json")
            case AsUsual():
                return await self._answer(ask)

    async def _answer(self, ask: Asking) -> web.Response:
        try:
            result = await self._run(ask)
        except ApiError as error:
            self._record(ask, error.code, error)
            return refusal(error)
        except Exception:  # noqa: BLE001
            # A bug of the fake must fail the test, not look like Telegram's bad day.
            self.world.violations.append(f"the fake broke at {ask.method}:\n{traceback.format_exc()}")
            return refusal(ApiError(500, "Internal Server Error"))
        self._record(ask, 200, result)
        return web.json_response({"ok": True, "result": result})

    async def _run(self, ask: Asking) -> Any:
        if ask.method.lower() == "getupdates":
            self._check(ask)
            return await self.polling.answer(ask)
        known = BY_NAME.get(ask.method.lower())
        if known is None:
            if self._spec is not None and ask.method.lower() in self._spec.methods:
                self.world.violations.append(f"{ask.method}: the fake does not know this method yet")
            raise ApiError(404, "Not Found: method not found")
        self._check(ask)
        return known(self.world, ask)

    async def _execute(self, method: str, parameters: Json) -> Any:
        """A method that came as the answer to a webhook."""
        await self._answer(Asking(method, parameters))

    def _check(self, ask: Asking) -> None:
        if self._spec is not None:
            self.world.violations += self._spec.request_problems(ask.method, ask.parameters)

    def _record(self, ask: Asking, code: int, answer: Any) -> None:
        self.world.requests.append(Asked(ask.method, ask.parameters, ask.files, code, answer))
        if self._spec is not None and code == 200:
            self.world.violations += self._spec.answer_problems(ask.method, answer)
        self.world.bell.ring()


def refusal(error: ApiError) -> web.Response:
    seconds = error.parameters.get("retry_after")
    headers = {"Retry-After": str(seconds)} if seconds else {}
    return web.json_response(error.body(), status=error.code, headers=headers)


def cut(request: web.Request) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
