"""One command on its way from raw values to an outcome: ask for what is missing, put the question, do it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core import settling
from core.chat import Ask, Call, Command, Confirm, Inbound, Message, Outcome, Reply
from core.chat.errors import AlreadyAnswered
from core.chat.form import Field, FieldProblem, jsonable
from core.chat.parse import is_empty, name_of, parse
from core.conversations import repository as conversations
from core.conversations.buttons import Buttons
from core.conversations.repository import Open, Stage
from core.db import UnitOfWork
from core.desk import Desk
from core.entitlements import service as entitlements
from core.ids import Token
from core.members import service as members
from core.people import Identity, Member, Quote
from core.settling import Work
from core.values import dataclass

AGREED_PRICE = "=price"
"""Beside the values of a question: the price that was shown. No field has such a name."""

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filling:
    """A command, who wants it, and the transaction in which it happens."""

    uow: UnitOfWork
    desk: Desk
    inbound: Inbound
    member: Member
    command: Command
    trace: str
    visit: Callable[[], None]
    """To be called once the form is complete: it is the day's visit, and what that pays is there from then on."""

    def gather(
        self, values: Values, *, key: str, open_: Open | None = None, stage: Stage = Stage.ASKING
    ) -> Outcome | Work:
        """Ask for what is missing, put the question if there is one, do the rest.

        `open_`: the form being filled; `stage`: where it has to stand to be done, as its question may be put already.
        """
        call, token = self._call(key), None if open_ is None else open_.token
        form, problems = self._read(call, values)
        if form is None or (token is None and self.command.asks_first and all(map(is_empty, values.values()))):
            return self.ask(values, problems, token)
        self.visit()
        quote = self._quote(call, form)
        question = self._question(call, form, quote)
        if question is not None:
            return self._confirm(values, question, quote, open_)
        if token is not None and not conversations.claim(self.uow, token, stage):
            raise AlreadyAnswered
        return self._do(call, form, quote, values)

    def agreed(self, open_: Open) -> Outcome | Work:
        """A yes to the question that was put. A price that changed meanwhile is put again."""
        call = self._call(open_.token)
        form, problems = self._read(call, open_.values)
        if form is None:  # what was readable when it was asked is not any more, such as a choice that is gone
            return self.ask(open_.values, problems, open_.token)
        self.visit()
        quote = self._quote(call, form)
        if quote is not None and open_.values.get(AGREED_PRICE) != str(quote.amount):
            question = self._question(call, form, quote)
            assert question is not None, "a price is always agreed to"
            return self._confirm(open_.values, question, quote, open_)
        if not conversations.claim(self.uow, open_.token, Stage.CONFIRMING):
            raise AlreadyAnswered
        return self._do(call, form, quote, open_.values)

    def ask(self, values: Values, problems: tuple[FieldProblem, ...], token: Token | None) -> Ask:
        """Keep what is known and ask for the rest: what was wrong and what is required first."""
        wrong = {problem.field for problem in problems}
        kept = {name: value for name, value in jsonable(values).items() if name not in wrong and not is_empty(value)}
        return self.as_it_stands(kept, problems, self._keep(Stage.ASKING, self._raw(kept), token))

    def as_it_stands(self, kept: Values, problems: tuple[FieldProblem, ...], token: Token) -> Ask:
        """The open fields of a form, with options where a source has them. Changes nothing.

        What may be left out and has nothing to choose from is not asked: its command knows the one that there is.
        """
        command = self.command
        wrong = {problem.field for problem in problems}
        heading = command.opening(self.uow, self._call(key=token)) if command.opening else ""
        found = [self._with_options(field) for field in command.fields if field.name not in kept]
        needed = [field for field in found if field.required or field.name in wrong]
        others = [field for field in found if field not in needed]
        worth = [field for field in others if field.asked.source is None or len(field.options) > 1]
        fields = (*needed, *worth) or tuple(others)
        return Ask(token, heading or command.heading, fields, problems, private=command.private, command=command.path)

    def _with_options(self, field: Field) -> Field:
        source = field.asked.source
        return field if source is None else replace(field, options=tuple(source(self.uow, "", self.member)))

    def _call(self, key: str) -> Call:
        return Call(self.member, self.inbound.place, key, self.inbound.at)

    def _read(self, call: Call, values: Values) -> tuple[Any, tuple[FieldProblem, ...]]:
        """The typed form, or None and what is wrong (nothing, if something is only missing)."""
        command = self.command
        parsed = parse(command.fields, values, zone_name=call.member.zone, now=call.at)
        missing = any(field.required and field.name not in parsed.values for field in command.fields)
        if parsed.problems or missing:
            return None, parsed.problems
        for name, value in parsed.values.items():
            if isinstance(value, Identity):
                parsed.values[name] = members.expect(self.uow, value, name_of(values[name], value), call.at).id
        return command.form(**parsed.values), ()

    def _quote(self, call: Call, form: Any) -> Quote | None:
        if self.command.price is None:
            return None
        quote = self.command.price(form, entitlements.of(self.uow, call.member.id, call.at, self.desk.plans))
        return quote if quote is not None and quote.amount else None  # a price of nothing is none

    def _question(self, call: Call, form: Any, quote: Quote | None) -> Message | None:
        asked: Message | None = self.command.confirm(self.uow, call, form) if self.command.confirm else None
        return settling.with_price(self.uow, call, asked, quote)

    def _confirm(self, values: Values, question: Message, quote: Quote | None, open_: Open | None) -> Confirm:
        raw, token = self._raw(values), None if open_ is None else open_.token
        if quote is not None:
            raw[AGREED_PRICE] = str(quote.amount)
        if open_ is not None and open_.stage is Stage.CONFIRMING and raw != open_.values:
            # Another question than the one that was put: who says yes below that one has not read this one.
            if not conversations.claim(self.uow, open_.token, Stage.CONFIRMING):
                raise AlreadyAnswered
            token = None
        kept = self._keep(Stage.CONFIRMING, raw, token)
        ready = Buttons(self.uow, self.desk.catalog, self.member.id, self.inbound.at).of_message(question)
        return Confirm(kept, ready, private=self.command.private)

    def _raw(self, values: Values) -> dict[str, Any]:
        names = {field.name for field in self.command.fields}
        return {name: value for name, value in jsonable(values).items() if name in names}

    def _keep(self, stage: Stage, raw: Values, token: Token | None) -> Token:
        command, uow = self.command, self.uow
        # From when it is asked: an event that was stored may have come hours before, when the program was down.
        expires_at = self.desk.clock.now() + timedelta(minutes=self.desk.limits.conversation_minutes)
        if token is None:
            return conversations.save(
                uow, command.path, command.version, self.member.id, stage=stage, values=raw, expires_at=expires_at
            )
        if not conversations.advance(uow, token, stage, raw, expires_at):
            raise AlreadyAnswered
        return token

    def _do(self, call: Call, form: Any, quote: Quote | None, values: Values) -> Outcome | Work:
        command, uow = self.command, self.uow
        if command.run is None:
            now = self.desk.clock.now()
            return settling.prepare(uow, command, call, form, quote, trace=self.trace, values=jsonable(values), now=now)
        if quote is not None:
            settling.charge(uow, call, quote)
        outcome: Outcome = command.run(uow, call, form)
        return replace(outcome, private=command.private) if isinstance(outcome, Reply) else outcome
