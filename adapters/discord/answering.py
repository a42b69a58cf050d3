"""Answers an interaction within its three seconds, and survives what Discord says to that.

An answer takes the least calls there are: a first answer while the handler is fast, a deferral and an edit when not.
What can not be said any more, because the interaction's token has died, is said in direct messages.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from adapters.common.pace import beside, relay
from adapters.discord import limits, render
from adapters.discord.inbound import COMMAND, PRESS, Event
from adapters.discord.render import Page, View
from adapters.discord.sheets import Followed, InChannel, Pages, original
from adapters.discord.wire import DEFER, DEFER_UPDATE, MESSAGE, MODAL, UPDATE, Wire, code, lost, passing
from core.chat import Outcome, Refusal, Streaming, Tone, said
from core.values import dataclass

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

SORRY = "Your wish was handled, but Discord did not take my answer to it. Its own command shows where it stands."

Work = Callable[[], Awaitable[Outcome | None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds until a slow answer is announced, and between two looks of a stream."""

    defer_after_s: float = limits.DEFER_AFTER_S
    stream_s: float = limits.STREAM_PACE_S


class _First(Enum):
    """How an interaction was acknowledged."""

    NOTHING = 0
    PLACE = 1
    """A place is kept for the answer."""
    PRESS = 2
    """The press was heard; the message stays as it is."""


class Answering:
    """One interaction from its first answer to its last page."""

    def __init__(self, wire: Wire, event: Event, *, public: bool, pace: Pace, log: "FilteringBoundLogger") -> None:
        self._wire = wire
        self._event = event
        self._public = public
        """Whether all may see what is coming: a deferral fixes it before anybody knows the answer."""
        self._pace = pace
        self._log = log
        self._first = _First.NOTHING
        self._spoken = False
        """Whether a part of a stream is on show, which nothing may take the place of."""

    async def run(self, work: Work, *, declined: bool = False) -> None:
        """Do the work, deferring if it takes long, and say what came of it."""
        outcome = await beside(work, self._pace.defer_after_s, self._defer)
        if outcome is None:  # this very event was answered before
            return
        try:
            if isinstance(outcome, Streaming):
                await self._stream(outcome)
            else:
                view = render.outcome(outcome)
                await self.say(replace(view, private=True) if declined else view)
        except Exception as error:  # noqa: BLE001  what was done is settled; that it can not be shown is owned up to
            self._note("answer", error)
            await self._apologise()

    async def say(self, view: View) -> None:
        """Show a view, wherever it can still be shown."""
        try:
            await self._say(view)
        except Exception as error:  # noqa: BLE001  whatever it was, the member still gets their answer
            self._note("answer", error)
            if code(error) in limits.GONE or lost(error):
                await self._privately(view.pages)
            elif code(error) != limits.ALREADY_ACKNOWLEDGED:  # that one is somebody else's to finish
                await self._apologise()

    # In time

    async def _defer(self) -> None:
        on_message = self._event.source is not None
        kind = DEFER_UPDATE if on_message else DEFER
        flags = 0 if on_message else self._flags(private=not self._public)
        try:
            await self._respond(kind, {"flags": flags} if flags else None)
        except Exception as error:  # noqa: BLE001  the work goes on; the answer finds out for itself
            self._note("defer", error)

    async def _respond(self, kind: int, data: dict[str, Any] | None = None, page: Page | None = None) -> None:
        event = self._event
        flags = int((data or {}).get("flags", 0))

        async def once() -> None:
            if page is None:
                await self._wire.respond(event.id, event.token, kind, data)
            else:
                await self._wire.respond_with(event.id, event.token, kind, page, flags=flags)

        try:
            await once()
        except Exception as error:
            if not lost(error):
                raise
            try:
                await once()
            except Exception as second:
                if code(second) != limits.ALREADY_ACKNOWLEDGED:  # otherwise the first had arrived
                    raise
        self._first = _First.PRESS if kind == DEFER_UPDATE else _First.PLACE

    # The answer

    async def _say(self, view: View) -> None:
        event = self._event
        if self._first is _First.NOTHING and view.modal is not None and event.kind in {COMMAND, PRESS}:
            await self._respond(MODAL, view.modal)
            return
        if self._first is _First.NOTHING and self._answered_before_all(view):
            await self._respond(DEFER_UPDATE)
        if self._replaces(view):
            await self._replace(view)
        elif self._first is _First.NOTHING:
            await self._answer(view)
        else:
            await self._add(view)

    def _replaces(self, view: View) -> bool:
        """Whether the answer takes the place of the message that was pressed: theirs alone, and so is the answer."""
        source = self._event.source
        fits = view.private or self._event.place.private
        return source is not None and source.alone and fits and not view.anew

    async def _replace(self, view: View) -> None:
        event, first = self._event, view.pages[0]
        if self._first is _First.NOTHING:
            try:
                await self._respond(UPDATE, page=first)
            except Exception as error:
                if code(error) != limits.UNKNOWN_MESSAGE:
                    raise
                await self._answer(view)
                return
            await self._more(view.pages[1:], view)
        else:
            await original(self._wire, event.token, self._flags(private=view.private)).show(view.pages)

    async def _answer(self, view: View) -> None:
        flags = self._flags(private=view.private, anew=view.anew)
        await self._respond(MESSAGE, {"flags": flags}, view.pages[0])
        await self._more(view.pages[1:], view)

    async def _add(self, view: View) -> None:
        """After a deferral: in the place that it kept, unless that is seen by others than the answer is for."""
        event, flags = self._event, self._flags(private=view.private, anew=view.anew)
        fits = view.private != self._public or event.place.private
        if self._first is _First.PLACE and fits:
            await original(self._wire, event.token, flags).show(view.pages)
            return
        if self._first is _First.PLACE:
            await self._wire.remove(event.token)
        await self._more(view.pages, view)
        if self._answered_before_all(view):
            await self._put_away()

    async def _more(self, pages: tuple[Page, ...], view: View) -> None:
        flags = self._flags(private=view.private, anew=view.anew)
        await Pages(Followed(self._wire, self._event.token, flags)).show(pages)

    async def _put_away(self) -> None:
        try:
            await self._wire.remove(self._event.token)
        except Exception as error:  # noqa: BLE001  the answer is there; a second press says that it is
            self._note("put away", error)

    def _answered_before_all(self, view: View) -> bool:
        """Whether one person saw the question and everybody sees the answer: then the question goes."""
        event = self._event
        if view.private or event.place.private or event.source is None or not event.source.alone:
            return False
        return event.custom_id.partition(":")[2] in event.source.asks

    def _flags(self, *, private: bool, anew: bool = False) -> int:
        """Ephemeral where others look on; what is said in direct messages may stay, unless it is only a no."""
        return limits.EPHEMERAL if private and (anew or not self._event.place.private) else 0

    # Streams

    async def _stream(self, streaming: Streaming) -> None:
        view = View((), streaming.private)
        if self._first is _First.NOTHING:
            self._public = not streaming.private
            in_place = self._replaces(view) or self._answered_before_all(view)
            await (self._defer() if in_place else self._keep_place(private=streaming.private))
        if self._first is _First.PRESS and self._answered_before_all(view):
            await self._put_away()
        place = self._stage(view)

        async def show(text: str) -> float:
            nonlocal place
            place = await self._shown(place, render.growing(text))
            return self._pace.stream_s

        text, end = await relay(streaming.pieces, show)
        reply = None if isinstance(end, Refusal) else end
        if text.strip() or reply is not None:
            place = await self._shown(place, render.finished(text, reply), last=True)
        if isinstance(end, Refusal):
            view = render.outcome(end)
            if self._spoken and not text.strip():  # only what was said meanwhile stands there
                await self._shown(place, view.pages, last=True)
            else:
                await self._refuse(view)

    async def _refuse(self, view: View) -> None:
        """How a stream ended that broke: below what had come, or in its place if nothing had."""
        if not self._spoken:
            await self.say(view)
            return
        try:
            await self._more(view.pages, view)
        except Exception as error:  # noqa: BLE001  what had come is there; the reason goes another way
            self._note("refusal", error)
            await self._privately(view.pages)

    async def _keep_place(self, *, private: bool) -> None:
        flags = self._flags(private=private)
        try:
            await self._respond(DEFER, {"flags": flags} if flags else None)
        except Exception as error:  # noqa: BLE001  the stream finds out for itself
            self._note("defer", error)

    def _stage(self, view: View) -> Pages:
        """Where a stream is shown."""
        event, flags = self._event, self._flags(private=view.private)
        if self._first is _First.PLACE or self._replaces(view):
            return original(self._wire, event.token, flags)
        return Pages(Followed(self._wire, event.token, flags))

    async def _shown(self, place: Pages, pages: tuple[Page, ...], *, last: bool = False) -> Pages:
        """Show what there is; where the interaction has died, go on in direct messages."""
        for attempt in (1, 2):
            try:
                await place.show(pages)
            except Exception as error:
                if code(error) in limits.GONE:
                    self._note("stream", error)
                    place = await self._direct()
                elif not passing(error) or (last and attempt == 2):
                    raise
                elif not last:  # the next look shows it all
                    return place
            else:
                self._spoken = True
                return place
        await place.show(pages)
        self._spoken = True
        return place

    # When it is too late

    async def _direct(self) -> Pages:
        user = self._event.actor.identity.user_id
        return Pages(InChannel(self._wire, await self._wire.private_channel(user), self._event.key))

    async def _apologise(self) -> None:
        """Discord refused the answer itself: better than its own "did not respond" after something was done."""
        view = View(render.message(said(SORRY, tone=Tone.WARNING)), anew=True)
        try:
            await (self._more(view.pages, view) if self._spoken else self._say(view))
        except Exception as error:  # noqa: BLE001  nothing is left to try
            self._note("apology", error)

    async def _privately(self, pages: tuple[Page, ...]) -> None:
        """What was done was done, and its words must not be lost with a token that has died."""
        try:
            await (await self._direct()).show(pages)
        except Exception as second:  # noqa: BLE001  closed to us as well: their own commands still tell it
            self._note("direct message", second)

    def _note(self, what: str, error: Exception) -> None:
        outside = hasattr(error, "status") or lost(error)
        reason = f"{type(error).__name__} {code(error) or ''}".strip()
        if outside:
            self._log.warning("could not be said", what=what, why=reason, late=code(error) in limits.GONE)
        else:  # a bug, or a client that was closed under it
            self._log.error("could not be said", what=what, why=reason, exc_info=error)
