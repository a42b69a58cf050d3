"""`/analyse`: three findings of one account over 28 days, counted here and worded by a model, and one challenge."""

from contextlib import aclosing
from datetime import datetime
from typing import Annotated

from core.asks import analysis, context, figures, paying, rules
from core.asks.analysis import Analysis
from core.asks.errors import NothingConnected, TooLittle
from core.asks.figures import WINDOW, Window
from core.asks.paying import Bill
from core.asks.rules import AskPrices, Pay
from core.assistant.rules import Asking
from core.assistant.service import Answered, Assistant, Source
from core.chat import Asked, Bold, Button, Call, Command, Facts, Kind, Message, Option, Reply, Stream, Text
from core.chat.catalog import Catalog
from core.chat.form import shortened
from core.clock import local_day
from core.db import UnitOfWork
from core.durations import day_in_words
from core.entitlements.service import Plans
from core.errors import InvalidField
from core.gate.rules import GateLimits
from core.metrics import service as metrics
from core.metrics.reactions import label
from core.metrics.repository import MetricAccount
from core.money import plural
from core.people import Entitlements, Member, Quote
from core.values import dataclass

PATH = ("analyse",)
NAME_MAX = 60
QUESTION = "What do these 28 days mean for me?"
INSTRUCTIONS = """You are Tandem, a manager of creators: practical, calm, honest.
The context has three findings that were counted from a creator's own account, a challenge that is proposed, and \
numbered sources about the creator. Say for each finding in two or three sentences what it means for their goals and \
what to do about it, in the order given, and end with why the proposed challenge fits. Plain text without headings, \
under 300 words.
Repeat figures and dates exactly as they are given. Never compute, estimate or add a figure of your own. Where you \
rest on a numbered source, name it by its number in brackets, such as [2]."""


def _accounts(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    mine = [Option(str(one.id), shortened(label(one))) for one in _readable(uow, member)]
    return [option for option in mine if prefix in option.label.casefold()]


def _readable(uow: UnitOfWork, member: Member) -> list[MetricAccount]:
    return [account for account in metrics.accounts(uow, member.id) if account.loss is None]


@dataclass(frozen=True, slots=True)
class Which:
    """Which account, and what pays for it."""

    account: Annotated[str, Asked(Kind.CHOICE, "Account", "Needed if you connected several", source=_accounts)] = ""
    pay: Annotated[str, Asked(Kind.CHOICE, "Pay with", "Coins, unless you choose", options=paying.PAY)] = Pay.COINS


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted of the account, and what is known of the member."""

    seen: Window
    made: Analysis
    known: context.Known

    @property
    def counted(self) -> str:
        """The findings and the challenge, as a model reads them."""
        lines = [f"Finding {i}: {one.name}: {one.text}" for i, one in enumerate(self.made.findings, start=1)]
        challenge = self.made.challenge
        return "\n".join([*lines, f"Proposed challenge: {challenge.title}: {challenge.about}"])


def price(form: Which, allowed: Entitlements, *, prices: AskPrices) -> Quote | None:  # noqa: ARG001  as every price
    """The same for everybody."""
    return _bill(form, prices).quote


def _bill(form: Which, prices: AskPrices) -> Bill:
    return Bill(rules.analysis_price(prices), PATH, form)


def confirm(
    uow: UnitOfWork,
    call: Call,
    form: Which,
    *,
    prices: AskPrices,
    assistant: Assistant,
    catalog: Catalog,
    limits: GateLimits,
    plans: Plans,
) -> Message:
    """What there is to go by; too little is refused before anything else. Posts are read meanwhile."""
    found = _found(uow, call, form.account)
    bill = _bill(form, prices)
    paying.check(uow, call, bill, catalog=catalog)
    account, since = found.seen.account, call.at - WINDOW
    key = f"analyse:{account.id}:{local_day(call.at, call.member.zone)}"
    metrics.want(uow, account.id, call.at, key=key, posts_since=since)
    told = paying.told_before(assistant.answered_at(uow, call, _asking(found)), call.at)
    lines, buttons = paying.offer(uow, call, bill, limits=limits, plans=plans)
    return Message(
        (
            Text((Bold("A tailored analysis"), f" of {label(account)}, 28 days")),
            Text(f"There: {analysis.there(found.seen)}. Three findings with number and date, and one challenge."),
            *(Text(line) for line in (*told, *lines)),
        ),
        buttons=buttons,
    )


def _asking(found: Found) -> Asking:
    fresh = f"{found.counted}\n\n{found.known.fresh}".strip()
    about = found.known.about
    return Asking("analyse", INSTRUCTIONS, QUESTION, about=about, fresh=fresh, prepared=False, written=False)


async def analyse(call: Call, form: Which, *, assistant: Assistant, prices: AskPrices) -> Stream:
    """Count, have it worded, and show what was counted beside it."""
    found = await assistant.look(lambda uow: _found(uow, call, form.account))
    pieces = assistant.answer(call, _asking(found), lambda uow, answered: _told(uow, call, answered, found))
    async with aclosing(paying.delivered(assistant, call, _bill(form, prices), pieces)) as delivered:
        async for piece in delivered:
            yield piece


def _found(uow: UnitOfWork, call: Call, picked: str) -> Found:
    """Everything that is counted. Raises `NothingConnected`, `TooLittle`, `InvalidField`."""
    account = _account(uow, call.member, picked)
    seen = figures.window(uow, account, call.member, call.at)
    if analysis.missing_days(seen):
        raise _too_little(seen, call.at)
    return Found(seen, analysis.analyse(seen), context.known(uow, call.member, call.at))


def _account(uow: UnitOfWork, member: Member, picked: str) -> MetricAccount:
    mine = _readable(uow, member)
    if not mine:
        raise NothingConnected
    if picked:
        typed = picked.casefold()
        found = next((one for one in mine if typed in {str(one.id), shortened(label(one)).casefold()}), None)
        if found is None:
            raise InvalidField("account", "That account is not connected, or can not be read. Pick one of the list.")
        return found
    if len(mine) > 1:
        raise InvalidField("account", "You connected several accounts. Pick the one to look at.")
    return mine[0]


def _too_little(seen: Window, at: datetime) -> TooLittle:
    ready = day_in_words(analysis.ready_on(seen, at))
    return TooLittle(
        label(seen.account)[:NAME_MAX], plural(len(analysis.daily(seen)), "day"), analysis.DAYS_LEAST, ready
    )


def _told(uow: UnitOfWork, call: Call, answered: Answered, found: Found) -> Reply:
    """The findings as they were counted; the words above are a model's, and a figure of its own is named as such."""
    known = f"{QUESTION}\n{found.counted}\n{found.known.about}\n{found.known.fresh}"
    own = analysis.uncounted(answered.text, known)
    warning = f"Not counted by me: {', '.join(own[:5])}. What I counted stands above." if own else ""
    notes = answered.notes if answered.source is Source.MODEL else []
    used = rules.used(answered.text, found.known.sources)
    lines = [line for line in (warning, used, *notes, paying.left(uow, call, answered)) if line]
    challenge = found.made.challenge
    values = {"challenge": challenge.name, "account": str(found.seen.account.id)}
    rows = tuple((one.name, one.text) for one in found.made.findings)
    facts = Facts((*rows, ("Challenge", f"{challenge.title}: {challenge.about}")))
    button = Button(f"Start: {challenge.title}", ("challenge", "start"), values)
    return Reply(Message((facts, *(Text(line) for line in lines)), buttons=(button, Button("Ask", ("ask",)))))


ANALYSE = Command(
    PATH, "28 days of an account: three findings, one challenge", form=Which, stream=analyse, confirm=confirm,
    price=price, topic="Coins",
)  # fmt: skip
