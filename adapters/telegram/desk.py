"""One event on its way: the core is asked, its answer is said where its member should see it, and that is noted."""

import asyncio
import contextlib
import json
import logging
from dataclasses import replace
from typing import Any

from telegram.error import Forbidden, TelegramError

from adapters.common.pace import beside
from adapters.telegram import forms, inbound, keyboard, limits, render
from adapters.telegram.calls import Rhythm, was_not_sent
from adapters.telegram.events import Event, Fetching, Filling, Hint, Stamp, Turning, Where
from adapters.telegram.flights import Flights, answering
from adapters.telegram.keyboard import Shown
from adapters.telegram.outbound import Outbound
from core.chat import (
    Answer,
    Ask,
    Confirm,
    Field,
    Inbound,
    Option,
    Outcome,
    Query,
    Refusal,
    Reply,
    Said,
    Streaming,
    Text,
    Tone,
    said,
)
from core.dispatch import Dispatcher
from core.errors import DatabaseBusy
from core.ids import new_token
from core.mailroom import Arrival, Mailroom, Pending
from core.mailroom import Event as Mail

CUT = "That was cut off when I restarted. What arrived counts, the rest is not charged. Ask again to go on."
AGAIN = "I have just restarted. If you read this before: nothing was done twice."
NO_PLACE = "I did not ask for that just now. Start with the command that needs it."
FETCHED = "That answer is gone: I keep one for three days, or until it was read."
_log = logging.getLogger(__name__)


class Desk:
    """Answers events. Never raises for what a platform or the core answers."""

    def __init__(
        self, dispatcher: Dispatcher, mailroom: Mailroom, outbound: Outbound, rhythm: Rhythm, flights: Flights
    ) -> None:
        self._dispatcher = dispatcher
        self._mailroom = mailroom
        self._outbound = outbound
        self._rhythm = rhythm
        self._flights = flights

    async def take(self, event: Event, arrival: Arrival | None = None) -> None:
        """A new event, or one that a restart found undone. An `arrival` is stored by being done."""
        try:
            with answering(self._flights, event.stamp.key):
                said_it = await self._answer(event, arrival)
        except TelegramError as error:
            # Nobody is there any more, or it may have arrived: saying it again would be wrong. Unless it never left.
            _log.warning("an answer was not said: %s", error)
            said_it = not was_not_sent(error)
        ours = arrival is None or (arrival.kept.done() and arrival.kept.result())
        if event.stored and said_it and ours:
            await self._note(event.stamp.key)

    async def again(self, pending: Pending, event: Event) -> None:
        """A restart found an event that was done and whose answer has not left, as far as we know.

        A flow's own message is edited again, which nobody sees if it was done; anything else may be said twice, and
        says that it is only said.
        """
        try:
            outcome = await self._kept(pending, event.stamp)
            if isinstance(outcome, Reply) and outcome is pending.answer and event.press is None:
                outcome = _perhaps_again(outcome)
            with answering(self._flights, event.stamp.key):
                said_it = await self._outcome(event, outcome, points=not isinstance(outcome, Reply))
        except TelegramError as error:
            _log.warning("a kept answer was not said: %s", error)
            said_it = not was_not_sent(error)
        if said_it:
            await self._note(event.stamp.key)

    async def _kept(self, pending: Pending, stamp: Stamp) -> Outcome | None:
        if pending.token is not None:
            return await self._dispatcher.handle(_look(pending.token, stamp, f"kept:{new_token()}"))
        return pending.answer or Reply(said(CUT, tone=Tone.WARNING))

    async def _note(self, key: str) -> None:
        """It was said. Until that is written down a restart would say it again."""
        while True:
            try:
                await self._mailroom.answered(Mail(key, b""))
            except DatabaseBusy:
                await self._rhythm.sleep(limits.RETRY_FIRST_S)
            else:
                return

    # What is wanted

    async def _answer(self, event: Event, arrival: Arrival | None) -> bool:
        match event.wanted:
            case Hint(message=message):
                await self._outbound.show(event.where, render.message(message, self._look(event)), event.press)
                return True
            case Fetching(key=key):
                return await self._fetch(key, event)
            case Turning(token=token, field=field, page=page):
                outcome = await self._handle(event, _look(token, event.stamp))
                return await self._outcome(event, outcome, field=field, shown=Shown(page))
            case Filling() as filling:
                return await self._fill(filling, event)
            case wanted:
                return await self._outcome(event, await self._handle(event, wanted, arrival))

    async def _fill(self, filling: Filling, event: Event) -> bool:
        found = await self._form(filling, event)
        if isinstance(found, Ask):
            asked = found.fields[forms.step_of(found, filling.field)]
            options = await self._searched(filling, found, asked, event.stamp)
            if len(options) > 1:
                await self._handle(event, _look(found.token, event.stamp))
                return await self._outcome(event, found, field=asked.name, shown=Shown(0, options))
            if options:
                filling = replace(filling, text=options[0].value)
            return await self._outcome(event, await self._handle(event, forms.filled(filling, found, event.stamp)))
        if found is not None:
            return await self._outcome(event, found)
        if not forms.said_of(filling, event.stamp).text:
            message = said(NO_PLACE)
            await self._handle(event, _look("", event.stamp))
            await self._outbound.show(event.where, render.message(message, self._look(event)))
            return True
        return await self._outcome(event, await self._handle(event, forms.said_of(filling, event.stamp)))

    async def _form(self, filling: Filling, event: Event) -> Outcome | None:
        """The form that a message answers: the one it replies to, else the newest. None: there is none."""
        newest = await self._dispatcher.open_form(Said("", **event.stamp.common))
        if newest is not None and filling.token in {"", newest.token}:
            return newest
        if not filling.token:
            return None
        return await self._dispatcher.handle(_look(filling.token, event.stamp, "form"))

    async def _searched(self, filling: Filling, ask: Ask, asked: Field, stamp: Stamp) -> tuple[Option, ...]:
        """For a choice with a source: the options that what was typed could mean, unless it is one of them."""
        text = filling.text.strip()
        if asked.asked.source is None or text.startswith(keyboard.DIGEST):
            return ()
        query = Query(ask.command, asked.name, text, stamp.actor, stamp.at)
        options = await self._dispatcher.options(query)
        exact = any(text.casefold() in {option.value.casefold(), option.label.casefold()} for option in options)
        return () if exact else tuple(options)

    async def _handle(self, event: Event, wanted: Inbound, arrival: Arrival | None = None) -> Outcome | None:
        """Ask the core; while it takes its time, the press is answered and the chat sees that something comes."""
        over = asyncio.Event()

        async def work() -> Outcome | None:
            try:
                return await self._dispatcher.handle(wanted, arrival)
            finally:
                over.set()

        return await beside(work, limits.PRESS_GRACE_S, lambda: self._keep_company(event, over))

    async def _keep_company(self, event: Event, over: asyncio.Event) -> None:
        while not over.is_set():
            if event.press is not None and not event.press.answered:
                await self._outbound.toast(event.press)
            try:
                await self._outbound.typing(event.where)
            except TelegramError as error:
                _log.info("no typing sign: %s", error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(limits.TYPING_S):
                    await over.wait()

    # What is said

    def _look(self, event: Event, **more: Any) -> render.Look:
        return self._outbound.look(private=event.where.private, **more)

    async def _outcome(
        self, event: Event, outcome: Outcome | None, *, field: str = "", shown: Shown | None = None, points: bool = True
    ) -> bool:
        """Say it where it belongs. False if its member could not be told, so that it has to be kept."""
        if outcome is None:
            await self._release(event)
            return True
        if not event.where.private and (isinstance(outcome, Refusal) or outcome.private):
            return await self._aside(event, outcome, points=points)
        if isinstance(outcome, Streaming):
            await self._release(event)
            await self._outbound.stream(event.where, outcome)
            return True
        step = forms.step_of(outcome, field) if isinstance(outcome, Ask) else 0
        screen = render.outcome(outcome, self._look(event, step=step, shown=shown or Shown()))
        if isinstance(outcome, Refusal):
            return await self._refused(event, outcome, screen)
        await self._release(event)
        await self._outbound.show(event.where, screen, event.press)
        return True

    async def _refused(self, event: Event, refusal: Refusal, screen: render.Screen) -> bool:
        """Beside the question, which may still be answered: over the chat if nothing can be pressed, else below."""
        if refusal.buttons or not await self._alert(event, screen):
            await self._release(event)
            await self._outbound.show(event.where, screen)
        return True

    async def _release(self, event: Event) -> None:
        """Every press is answered, or it would seem to hang."""
        if event.press is not None and not event.press.answered:
            await self._outbound.toast(event.press)

    async def _alert(self, event: Event, screen: render.Screen) -> bool:
        """Say something short to who pressed, and to nobody else."""
        if event.press is None or event.press.answered or not screen.toast:
            return False
        return await self._outbound.toast(event.press, screen.toast, alert=True)

    async def _aside(self, event: Event, outcome: Outcome, *, points: bool) -> bool:
        """What only its member should see, asked for among others: it goes on in their private chat."""
        if isinstance(outcome, Ask | Confirm):
            await self._release(event)
            await self._point(event, outcome.token, done=False)
            return True
        alone = Where(event.where.user, event.where.user, event.where.name)
        look = self._outbound.look()
        if not isinstance(outcome, Streaming) and await self._alert(event, render.outcome(outcome, look)):
            return True
        await self._release(event)
        try:
            if isinstance(outcome, Streaming):
                await self._outbound.typing(alone)  # before anything is paid for: is there somebody?
                await self._outbound.stream(alone, outcome)
            else:
                await self._outbound.show(alone, render.outcome(outcome, look))
        except Forbidden:
            if isinstance(outcome, Streaming):
                await outcome.pieces.aclose()  # type: ignore[attr-defined]
                await self._point(event, "", done=False)
                return True
            if points:
                number = event.stamp.key.partition(":")[2]
                await self._point(event, f"{inbound.KEPT}{number:0>20}", done=False)
            return False
        if points:
            await self._point(event, "", done=True)
        return True

    async def _point(self, event: Event, payload: str, *, done: bool) -> None:
        look = self._outbound.look(private=False)
        await self._outbound.show(event.where, render.elsewhere(event.where.name, look, payload, done=done))

    async def _fetch(self, key: str, event: Event) -> bool:
        """Say what could not be said when it was asked for among others."""
        waiting = [item for item in await self._mailroom.pending("telegram") if item.event.key == key and item.done]
        mine = [item for item in waiting if _asked_by(item, event.where.user)]
        if not mine:
            await self._outbound.show(event.where, render.message(said(FETCHED), self._look(event)))
            return True
        outcome = await self._kept(mine[0], event.stamp)
        if outcome is not None:
            await self._outcome(event, outcome)
        await self._note(key)
        return True


def _perhaps_again(reply: Reply) -> Reply:
    message = reply.message
    return replace(reply, message=replace(message, blocks=(*message.blocks, Text(AGAIN))))


def _look(token: str, stamp: Stamp, mark: str = "") -> Answer:
    """Ask for a conversation as it stands: an answer that says nothing."""
    return Answer(token, {}, **(stamp.again(mark) if mark else stamp).common)


def _asked_by(pending: Pending, user: int) -> bool:
    """Whether somebody is the one whose event it was: the payload is an address that anybody can type."""
    update = json.loads(pending.event.payload)
    asked = update.get("message") or update.get("callback_query") or {}
    return bool(asked.get("from", {}).get("id") == user)
