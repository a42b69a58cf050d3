"""What a command costs, and work outside the transaction: hold, do, then apply and capture in one transaction.

A crash in between loses nothing: a stream's hold expires, and an errand leaves a due row that the runner resumes.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from core.chat import (
    Call,
    Command,
    Done,
    Facts,
    Meanwhile,
    Message,
    Outcome,
    Refusal,
    Reply,
    Stream,
    Streaming,
    StreamPiece,
    Wait,
    said,
)
from core.chat.catalog import Catalog
from core.chat.errors import BrokeOff
from core.chat.message import Line
from core.chat.outcome import with_lines
from core.conversations.buttons import Buttons
from core.db import Database, UnitOfWork
from core.errors import ErrorKind, TandemError
from core.ids import HoldId
from core.ledger import holds, views
from core.ledger import service as ledger
from core.ledger.codes import SELF_PAID, Code, LotSource
from core.ledger.errors import InsufficientFunds
from core.ledger.posting import Why
from core.money import Unit
from core.people import Quote, wallet
from core.schedule import service as schedule
from core.schedule.service import ERRAND
from core.values import dataclass

HOLD_LASTS = timedelta(minutes=30)
"""After this the price of a stream that nobody captured goes back: far beyond any stream."""
RESUME_AFTER = timedelta(minutes=2)
"""When the runner takes over an errand that was started and not finished."""

_SOLD = {Unit.COIN: "recharged coins alone", Unit.CREDIT: "bought and gifted credits alone"}

RefusedBy = Callable[[Exception], Refusal]


@dataclass(frozen=True, slots=True)
class Work:
    """What is left to do outside the transaction that claimed it: exactly one of `stream` and `errand`."""

    trace: str
    call: Call
    stream: Callable[[], Stream] | None = None
    errand: Callable[[], Awaitable[Done]] | None = None
    hold: HoldId | None = None
    private: bool = True
    lines: tuple[Line, ...] = ()
    """What the rooms had to say in that transaction: shown below what comes of the work."""

    def telling(self, lines: Sequence[Line]) -> "Work":
        """The same with what the rooms had to say; in public that is nobody else's business."""
        return replace(self, lines=(*self.lines, *lines)) if lines and self.private else self


def with_price(uow: UnitOfWork, call: Call, question: Message | None, quote: Quote | None) -> Message | None:
    """The question to agree to, with the price and what is there: a price is always agreed to."""
    if quote is None:
        return question
    unit = quote.amount.unit
    account = wallet(call.member.id, unit)
    have = views.self_paid(uow, account, unit, call.at) if quote.self_paid else views.balance(uow, account, unit)
    if have < quote.amount:
        raise InsufficientFunds(have, quote.amount)
    question = question or said(f"{quote.what} costs {quote.amount}.")
    facts = [("Costs", str(quote.amount)), ("You have", str(have))]
    if quote.self_paid:
        facts.insert(1, ("Taken from", _SOLD[unit]))
    return replace(question, blocks=(*question.blocks, Facts(tuple(facts))))


def charge(uow: UnitOfWork, call: Call, quote: Quote) -> None:
    """Take the price of a command that runs within its transaction."""
    why = Why(Code.WORK_DONE, call.key, call.at, quote.what)
    ledger.spend(uow, wallet(call.member.id, quote.amount.unit), quote.amount, why, sources=_sources(quote))


def _sources(quote: Quote) -> frozenset[LotSource] | None:
    return SELF_PAID if quote.self_paid else None


def prepare(
    uow: UnitOfWork,
    command: Command,
    call: Call,
    form: Any,
    quote: Quote | None,
    *,
    trace: str,
    values: dict[str, Any],
    now: datetime,
) -> Work:
    """The transaction before: hold the price; for an errand leave a row that finds it again after a crash.

    `now` is when the work begins: an event that was stored may have come long before, when the program was down.
    """
    hold = None
    if quote is not None:
        why = Why(Code.PRICED_WORK, call.key, call.at, quote.what)
        account = wallet(call.member.id, quote.amount.unit)
        # An errand's price waits as long as its row: what was done outside must still find it.
        expires_at = None if command.errand is not None else now + HOLD_LASTS
        hold = holds.hold(
            uow, account, quote.amount, why, what=quote.what, expires_at=expires_at, sources=_sources(quote)
        )
    if command.stream is not None:
        return Work(trace, call, stream=partial(command.stream, call, form), hold=hold, private=command.private)
    assert command.errand is not None, "a command runs, streams or goes on an errand"
    place = call.place
    where = {
        "platform": place.platform,
        "channel": place.channel,
        "space": place.space,
        "private": place.private,
    }
    payload = {"command": command.name, "values": values, "member": call.member.id, "place": where}
    payload |= {"at": call.at.isoformat(), "hold": hold, "trace": trace}
    schedule.plan(uow, ERRAND, call.key, now + RESUME_AFTER, payload)
    return Work(trace, call, errand=partial(command.errand, call, form), hold=hold, private=command.private)


async def start(database: Database, catalog: Catalog, work: Work, refused: RefusedBy) -> Outcome:
    """Do the work: a stream is handed on piece by piece, an errand is awaited. Never raises."""
    if work.stream is not None:
        return Streaming(_Delivery(database, catalog, work, refused).pieces(), private=work.private)
    return with_lines(await _fetched(database, catalog, work, refused), work.lines)


async def _fetched(database: Database, catalog: Catalog, work: Work, refused: RefusedBy) -> Outcome:
    assert work.errand is not None
    try:
        done = await work.errand()
        return await database.write(partial(finish, catalog=catalog, work=work, done=done, delivered=""))
    except Exception as error:  # noqa: BLE001  mapped to a refusal, like the dispatcher does
        refusal = refused(error)
        if isinstance(error, TandemError) and error.kind is ErrorKind.OPERATIONAL:
            return Wait("This takes longer than it should. I keep trying and will tell you.", private=work.private)
        return await _after(database, catalog, work, refused, refusal)


class _Delivery:
    """A stream on its way to whoever listens; settled exactly once, however it ends."""

    def __init__(self, database: Database, catalog: Catalog, work: Work, refused: RefusedBy) -> None:
        self._database = database
        self._catalog = catalog
        self._work = work
        self._refused = refused
        self._delivered: list[str] = []
        self._done: Done | None = None
        self._settled = False

    async def pieces(self) -> AsyncIterator[StreamPiece]:
        """Deltas as they come, then one reply or refusal."""
        assert self._work.stream is not None
        try:
            async with aclosing(self._work.stream()) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    if isinstance(piece, Done):
                        self._done = piece
                        continue
                    yield piece
                    if isinstance(piece, Meanwhile):
                        continue
                    # Counted after the yield: what the listener did not take was not delivered.
                    self._delivered.append(piece.text)
            last: Reply | Refusal = await self._settle(self._done)
        except Exception as error:  # noqa: BLE001  mapped to a refusal, like the dispatcher does
            last = self._refused(error)
            if await self._cut():
                last = replace(last, error=BrokeOff(last.reference or self._work.trace))
            last = await _ready(self._database, self._catalog, self._work, self._refused, last)
        finally:
            # Closed or cancelled in the middle: nobody listens any more.
            await self._cut()
        yield with_lines(last, self._work.lines)

    async def _cut(self) -> bool:
        """Settle a stream that broke: what was delivered is applied and paid for, the rest goes back.

        Whether what arrived counts; where the stream itself owes nothing for it, its error has the better words.
        """
        if self._settled:
            return False
        done = self._done if self._delivered else None
        try:
            await self._settle(done)
        except Exception as error:  # noqa: BLE001  logged; the hold expires by itself
            self._refused(error)
            return False
        if done is None or self._work.hold is None:
            return False
        return not done.price_for or bool(done.price_for("".join(self._delivered)))

    async def _settle(self, done: Done | None) -> Reply:
        self._settled = True
        work = self._work
        if done is None:
            await self._database.write(partial(give_up, work=work))
            return Reply(said("Nothing came of it, and nothing was charged."), private=work.private)
        delivered = "".join(self._delivered)
        unit = partial(finish, catalog=self._catalog, work=work, done=done, delivered=delivered)
        return await self._database.write(unit)


async def _after(database: Database, catalog: Catalog, work: Work, refused: RefusedBy, refusal: Refusal) -> Refusal:
    try:
        await database.write(partial(give_up, work=work))
    except Exception as error:  # noqa: BLE001  the runner finds the row and tries again
        return refused(error)
    return await _ready(database, catalog, work, refused, refusal)


async def _ready(database: Database, catalog: Catalog, work: Work, refused: RefusedBy, refusal: Refusal) -> Refusal:
    """A refusal with buttons that can be pressed; those with values are left out where they can not be kept."""
    if not any(button.values for button in refusal.buttons):
        return refusal
    owner, at = work.call.member.id, work.call.at
    try:
        return await database.write(lambda uow: Buttons(uow, catalog, owner, at).of_refusal(refusal))
    except Exception as error:  # noqa: BLE001  logged; the words are the answer, the buttons a help
        refused(error)
        return replace(refusal, buttons=tuple(button for button in refusal.buttons if not button.values))


def finish(uow: UnitOfWork, catalog: Catalog, work: Work, done: Done, delivered: str) -> Reply:
    """The transaction after: apply what came of it, capture the price, let the rooms react."""
    uow.trace = work.trace
    call = work.call
    if work.errand is not None and not schedule.cancel(uow, ERRAND, call.key):
        return Reply(said("This was finished in the meantime; I sent you what came of it."), private=work.private)
    reply = replace(done.apply(uow, delivered), private=work.private)
    if work.hold is not None:
        _capture(uow, work.hold, call, done, delivered)
    reply = with_lines(reply, catalog.react(uow))
    return Buttons(uow, catalog, call.member.id, call.at).ready(reply)


def _capture(uow: UnitOfWork, hold: HoldId, call: Call, done: Done, delivered: str) -> None:
    part = done.price_for(delivered) if done.price_for else None
    if part is None or part:
        holds.capture(uow, hold, part, Why(Code.WORK_DONE, call.key, call.at))
    if part is not None and holds.is_open(uow, hold):
        holds.release(uow, hold, None, Why(Code.WORK_UNDONE, call.key, call.at))


def give_up(uow: UnitOfWork, work: Work) -> None:
    """Nothing came of it: the price goes back, the row goes."""
    uow.trace = work.trace
    if work.errand is not None and not schedule.cancel(uow, ERRAND, work.call.key):
        return  # the runner took over and finished
    if work.hold is not None and holds.is_open(uow, work.hold):
        holds.release(uow, work.hold, None, Why(Code.WORK_UNDONE, work.call.key, work.call.at))
