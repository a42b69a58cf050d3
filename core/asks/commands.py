"""`/ask`: a strategic answer, for coins or credits, from what the member told and connected."""

from contextlib import aclosing
from typing import Annotated

from core.asks import context, paying, rules
from core.asks.context import Known
from core.asks.paying import Bill
from core.asks.rules import AskPrices, Pay
from core.assistant.rules import Asking
from core.assistant.service import Answered, Assistant, Source
from core.chat import Asked, Bold, Button, Call, Command, Kind, Message, Reply, Stream, said
from core.chat.catalog import Catalog
from core.chat.form import shortened
from core.db import UnitOfWork
from core.entitlements.service import Plans
from core.gate.rules import GateLimits
from core.ledger import views
from core.people import Entitlements, Quote
from core.values import dataclass

TOPIC = "Coins"
PATH = ("ask",)
QUESTION_MAX = 2000
SHOWN_MAX = 120
"""Letters of a question where its price is agreed to."""
INSTRUCTIONS = """You are Tandem, a manager of creators: practical, calm, honest.
You answer one strategic question of a creator. Lead with the answer, then why in a sentence or two, then two to four \
concrete steps, and end with one next step that fits into this week. Plain text without headings, tables or bold, \
under 300 words.
The context has numbered sources about this creator. Where you rest on one, name it by its number in brackets, such as \
[2]. Use no figure about them that stands in no source; where something decisive is missing, say what it is.
Never promise a result, never advise to buy followers or to break a platform's rules."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know, and what pays for it."""

    question: Annotated[
        str,
        Asked(Kind.LONG_TEXT, "What do you want to decide?", "One question, as you would ask a manager.",
              minimum=3, maximum=QUESTION_MAX, example="Should I post shorter clips?"),
    ]  # fmt: skip
    pay: Annotated[str, Asked(Kind.CHOICE, "Pay with", "Coins, unless you choose", options=paying.PAY)] = Pay.COINS


def price(form: Question, allowed: Entitlements, *, prices: AskPrices, assistant: Assistant) -> Quote | None:
    """Nothing for what stands ready."""
    if assistant.has_prepared(form.question):
        return None
    return _bill(form, prices).quote


def _bill(form: Question, prices: AskPrices) -> Bill:
    return Bill(rules.answer_price(prices), PATH, form)


def confirm(
    uow: UnitOfWork,
    call: Call,
    form: Question,
    *,
    prices: AskPrices,
    assistant: Assistant,
    catalog: Catalog,
    limits: GateLimits,
    plans: Plans,
) -> Message | None:
    """What it will be answered from, and the other way to pay; a shortfall is said before anything else."""
    bill = _bill(form, prices)
    if not bill.quote.amount or assistant.has_prepared(form.question):
        return None
    paying.check(uow, call, bill, catalog=catalog)
    known = context.known(uow, call.member, call.at)
    reads = ", ".join(one.name for one in known.sources)
    looked = f"I read for it: {reads}." if known.sources else "I know nothing of you yet, so it will be general."
    told = paying.told_before(assistant.answered_at(uow, call, _asking(form, known)), call.at)
    lines, buttons = paying.offer(uow, call, bill, limits=limits, plans=plans)
    if not known.sources:
        buttons += (Button("Tell me about you", ("questions", "list")),)
    question = shortened(" ".join(form.question.split()), SHOWN_MAX)
    first = (Bold("A strategic answer"), f" to: {question}")
    return said(first, looked, *told, *lines, buttons=buttons)


def _asking(form: Question, known: Known) -> Asking:
    return Asking("ask", INSTRUCTIONS, form.question, about=known.about, fresh=known.fresh)


async def ask(call: Call, form: Question, *, assistant: Assistant, prices: AskPrices) -> Stream:
    """Answer, from this member's own sources alone."""
    known = await assistant.look(lambda uow: context.known(uow, call.member, call.at))
    bill = _bill(form, prices)
    pieces = assistant.answer(call, _asking(form, known), lambda uow, answered: _told(uow, call, answered, known, bill))
    async with aclosing(paying.delivered(assistant, call, bill, pieces)) as delivered:
        async for piece in delivered:
            yield piece


def _told(uow: UnitOfWork, call: Call, answered: Answered, known: Known, bill: Bill) -> Reply:
    """Below the answer: what it rests on, what there is to know about it, the balance."""
    used = "" if answered.source is Source.PREPARED else rules.used(answered.text, known.sources)
    # What a ready answer says of itself stands at its head.
    notes = answered.notes if answered.source is Source.MODEL else []
    lines = [line for line in (used, *notes, paying.left(uow, call, answered)) if line]
    # It was given instead of what was agreed to pay for: that is still to be had.
    instead = answered.source is Source.PREPARED and views.price(uow, call.key) is not None
    sold = paying.sold_ways(uow, call, bill) if instead else ()
    return Reply(said(*lines, buttons=(*sold, Button("Ask something else", PATH))))


ASK = Command(
    PATH, "A strategic answer from what I know of you", form=Question, stream=ask, confirm=confirm, price=price,
    topic=TOPIC,
)  # fmt: skip
