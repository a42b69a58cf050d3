"""The calls: answers, edits, files, streams, announcements. Implements `Messenger` for everybody on Telegram."""

import contextlib
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from telegram import InputFile
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from adapters.common.pace import relay
from adapters.telegram import flights, limits, render
from adapters.telegram.calls import Calls, Rhythm, is_refusal_of_content, is_unchanged, seconds_of, verdict
from adapters.telegram.commands import PLATFORM
from adapters.telegram.events import Press, Where
from adapters.telegram.render import File, Look, Screen
from adapters.telegram.text import Piece
from adapters.telegram.wire import Json, Wire
from core.chat import Streaming
from core.clock import Clock
from core.ids import new_token
from core.people import Identity
from core.ports import Delivered, Delivery, Later, Uncertain

_QUIET: Json = {"is_disabled": True}
_log = logging.getLogger(__name__)


class Outbound:
    """Everything that is said to Telegram."""

    def __init__(self, wire: Wire, clock: Clock, rhythm: Rhythm, commands: Collection[str] = ()) -> None:
        self._wire = wire
        self._clock = clock
        self._commands = commands
        self._calls = Calls(rhythm)
        self.open = False
        """Whether announcements are taken: from the start to the end of the connection."""

    def look(self, *, private: bool = True, **more: Any) -> Look:
        """How things look now."""
        return Look(self._clock.now(), self._wire.name, private, commands=self._commands, **more)

    # Presses

    async def toast(self, press: Press, text: str = "", *, alert: bool = False) -> bool:
        """Answer a press. False if it is too old to be answered, or nobody knows whether it was."""
        press.answered = True
        try:
            said = {"text": text or None, "show_alert": alert or None}
            await self._wire.call("answerCallbackQuery", callback_query_id=press.query, **said)
        except TelegramError as error:
            _log.info("a press was not answered: %s", error)
            return False
        return True

    # Screens

    async def show(self, where: Where, screen: Screen, press: Press | None = None) -> None:
        """Say something, in the place of the flow's own message if there is one. Raises `TelegramError`."""
        if press is not None and press.in_place and press.message is not None and screen.pieces:
            if screen.editable and len(screen.pieces) == 1 and await self._edit(where, press.message, screen):
                await self._files(where, screen.files)
                return
            await self._leave_standing(where, press)
        await self._send(where, screen)

    async def _edit(self, where: Where, message: int, screen: Screen) -> bool:
        """False if the message is gone or can not be changed any more: then a new one is due."""
        piece = screen.pieces[0]
        try:
            await self._edit_text(where.chat, message, piece, screen.markup if screen.editable else None)
        except Forbidden:
            raise
        except BadRequest as error:
            return is_unchanged(error)
        return True

    async def _edit_text(self, chat: int, message: int, piece: Piece, markup: Json | None = None) -> None:
        async def call(to: int) -> None:
            await self._wire.call(
                "editMessageText",
                chat_id=to,
                message_id=message,
                text=piece.text,
                entities=piece.entities,
                reply_markup=markup,
                link_preview_options=_QUIET,
            )

        await self._calls.surely(chat, call, repeatable=True)

    async def _leave_standing(self, where: Where, press: Press) -> None:
        """The step is over: what was chosen stays, its buttons go."""
        text = f"{press.text}\n✓ {press.chosen}" if press.chosen else press.text
        if not text or press.message is None:
            return
        with contextlib.suppress(BadRequest):
            await self._edit_text(where.chat, press.message, Piece(text, press.entities))

    async def _send(self, where: Where, screen: Screen) -> None:
        await self._files(where, screen.files)
        for i, piece in enumerate(screen.pieces, start=1):
            last = i == len(screen.pieces)
            with flights.last() if last else contextlib.nullcontext():
                await self._piece(where, piece, screen.markup if last else None, surely=True)

    async def _piece(self, where: Where, piece: Piece, markup: Json | None, *, surely: bool) -> int:
        try:
            return await self._message(where, piece, markup, surely=surely)
        except BadRequest as error:
            if not is_refusal_of_content(error) or not piece.entities:
                raise
            _log.warning("sent without its entities: %s", error)
            return await self._message(where, Piece(piece.text), markup, surely=surely)

    async def _message(self, where: Where, piece: Piece, markup: Json | None, *, surely: bool) -> int:
        async def call(to: int) -> int:
            sent = await self._wire.call(
                "sendMessage",
                chat_id=to,
                text=piece.text,
                entities=piece.entities or None,
                reply_markup=markup,
                link_preview_options=_QUIET,
                **self._beside(where),
            )
            return int(sent["message_id"])

        return await (self._calls.surely(where.chat, call) if surely else self._calls.once(where.chat, call))

    def _beside(self, where: Where) -> dict[str, Any]:
        answers = None
        if where.message is not None:
            answers = {"message_id": where.message, "allow_sending_without_reply": True}
        return {"message_thread_id": where.topic, "reply_parameters": answers}

    async def _files(self, where: Where, files: Sequence[File]) -> None:
        for file in files:
            await self._file(where, file)

    async def _file(self, where: Where, file: File) -> None:
        small = isinstance(file.content, str) or len(file.content) <= limits.PHOTO_BYTES_MAX
        try:
            await self._upload(where, file, picture=file.picture and small)
        except BadRequest as error:
            if not is_refusal_of_content(error):
                raise
            # A picture that Telegram can not draw is still a file; an address that it can not reach is still one.
            _log.warning("sent in another form: %s", error)
            if isinstance(file.content, str):
                await self._message(where, Piece(f"{file.caption}: {file.content}"), None, surely=True)
            elif file.picture:
                await self._upload(where, file, picture=False)
            else:
                raise

    async def _upload(self, where: Where, file: File, *, picture: bool) -> None:
        async def call(to: int) -> None:
            content = file.content if isinstance(file.content, str) else InputFile(file.content, file.name)
            beside = self._beside(where) | {"caption": file.caption or None}
            if picture:
                await self._wire.call("sendPhoto", chat_id=to, photo=content, **beside)
            else:
                await self._wire.call("sendDocument", chat_id=to, document=content, **beside)

        await self._calls.surely(where.chat, call)

    async def typing(self, where: Where) -> None:
        """Show that something is on its way; also the way to learn whether a private chat is open."""

        async def call(to: int) -> None:
            await self._wire.call("sendChatAction", chat_id=to, action="typing", message_thread_id=where.topic)

        await self._calls.once(where.chat, call)

    # Streams

    async def stream(self, where: Where, streaming: Streaming) -> None:
        """Show text as it comes, and its end once. Raises `TelegramError` for a chat that is gone."""
        growing = _Draft(self._wire, self._calls, where) if where.private else _Edited(self, where)
        text, end = await relay(streaming.pieces, growing.show)
        screen = render.stream_end(text, end, self.look(private=where.private))
        if growing.message is None:
            await self._send(where, screen)
            return
        first, *rest = screen.pieces or (Piece("…"),)
        alone = Screen((first,), None if rest else screen.markup)
        if not await self._edit(where, growing.message, alone):
            await self._send(where, alone)
        await self._send(where, Screen(tuple(rest), screen.markup, screen.files))

    # Messenger

    def serves(self, identity: Identity) -> bool:
        """Everybody on Telegram, while we are connected."""
        return self.open and identity.platform == PLATFORM

    def repeats_safely(self, platform: str) -> bool:
        """Telegram knows no key: a second send is a second message."""
        return False

    async def send(self, identity: Identity, message: Any, *, key: str) -> Delivery:
        """Deliver an announcement. After the first part of it has arrived, the rest follows, however long it takes."""
        if not self.serves(identity) or not identity.user_id.isdecimal():
            return Later()
        chat = int(identity.user_id)
        where = Where(chat, chat, "")
        screen = render.message(message, self.look())
        if not screen.pieces:
            screen = replace(screen, pieces=(Piece("·"),))
        first, *rest = screen.pieces
        try:
            await self._piece(where, first, None if rest else screen.markup, surely=False)
        except TelegramError as error:
            return verdict(error)
        try:
            await self._send(where, Screen(tuple(rest), screen.markup, screen.files))
        except TelegramError as error:
            return Uncertain(f"a part of it: {error}")
        return Delivered()


class _Draft:
    """A stream in a private chat: a preview beside the messages, which the end replaces."""

    message: int | None = None

    def __init__(self, wire: Wire, calls: Calls, where: Where) -> None:
        self._wire = wire
        self._calls = calls
        self._where = where
        self._number = int.from_bytes(new_token().encode()[:4], "big") or 1

    async def show(self, text: str) -> float:
        """A preview that fails is no loss; a chat that is gone ends the stream."""

        async def call(to: int) -> None:
            draft = {"draft_id": self._number, "text": render.growing(text)}
            await self._wire.call("sendMessageDraft", chat_id=to, message_thread_id=self._where.topic, **draft)

        return await _shown(self._calls, self._where.chat, call, limits.DRAFT_PACE_S)


class _Edited:
    """A stream in a group: a message that is edited as it grows."""

    def __init__(self, outbound: Outbound, where: Where) -> None:
        self._outbound = outbound
        self._where = where
        self.message: int | None = None
        self._lost = False

    async def show(self, text: str) -> float:
        """The first time a message of its own, then edits of it."""

        async def call(to: int) -> None:
            if self.message is None and not self._lost:
                try:
                    self.message = await self._outbound._message(
                        self._where, Piece(render.growing(text)), None, surely=False
                    )
                except TelegramError as error:
                    self._lost = isinstance(verdict(error), Uncertain)  # a second one might be one too many
                    raise
            elif self.message is not None:
                edit = {"message_id": self.message, "text": render.growing(text)}
                await self._outbound._wire.call("editMessageText", chat_id=to, **edit)

        return await _shown(self._outbound._calls, self._where.chat, call, limits.EDIT_PACE_S)


async def _shown(calls: Calls, chat: int, call: Any, pace_s: float) -> float:
    try:
        await calls.once(chat, call)
    except Forbidden:
        raise
    except RetryAfter as error:
        return max(seconds_of(error), pace_s)
    except TelegramError as error:
        if not is_unchanged(error):
            _log.warning("a part of a stream was not shown: %s", error)
    return pace_s
