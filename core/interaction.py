"""What happens inside the transaction of one interaction: who is it, may they, what is missing, do it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from core import mailroom, settling
from core.bounds import Positive
from core.chat import (
    Agreement,
    Answer,
    Ask,
    Call,
    Command,
    Confirm,
    Inbound,
    Invocation,
    Message,
    Outcome,
    Refusal,
    Reply,
    Said,
    said,
)
from core.chat import repository as conversations
from core.chat.buttons import Buttons
from core.chat.catalog import Catalog
from core.chat.errors import (
    AlreadyAnswered,
    Broken,
    FormChanged,
    MemberLeaving,
    NotAllowed,
    NotYours,
    Outdated,
    UnknownCommand,
)
from core.chat.form import FieldProblem, jsonable
from core.chat.parse import clean, is_empty, name_of, parse
from core.chat.repository import Open, Stage
from core.clock import Clock, local_day
from core.db import Database, UnitOfWork
from core.entitlements import service as entitlements
from core.entitlements.service import Plans
from core.errors import DatabaseBusy, ErrorKind, InvalidField, TandemError
from core.ids import Token, new_code
from core.inbox import service as inbox
from core.members import service as members
from core.members.repository import Known
from core.people import Identity, Quote
from core.ports import Observer
from core.roles import service as roles
from core.roles.service import Owners
from core.settling import Work

AGREED_PRICE = "=price"
"""Beside the values of a question: the price that was shown. No field has such a name."""


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """`[chat]` of config.toml: how long an open question waits."""

    conversation_minutes: Positive = 60


@dataclass(frozen=True, slots=True)
class Desk:
    """What the dispatcher works with, made once in wiring."""

    database: Database
    catalog: Catalog
    clock: Clock
    owners: Owners
    plans: Plans
    limits: ChatLimits
    observer: Observer


class Interaction:
    """One inbound on its way through one transaction. It may run again after a rollback: only the database changes."""

    def __init__(self, desk: Desk, inbound: Inbound, trace: str) -> None:
        self.desk = desk
        self.inbound = inbound
        self.trace = trace
        self.name = _label(inbound, desk.catalog)
        # What a platform shows as a name is anybody's text: it is stored, and other members read it.
        shown = name_of(inbound.actor, inbound.actor.identity)
        self.actor = replace(inbound.actor, name=shown)
        self._reached: Command | None = None
        self._values: Mapping[str, Any] = {}
        self._stored = False

    def run(self, uow: UnitOfWork) -> Outcome | Work | None:
        """The whole transaction: claim the event, find the person, do it, let the rooms react."""
        uow.trace = self.trace
        known = self._enter(uow)
        if known is None:
            return None
        outcome = self._route(uow, known)
        lines = self.desk.catalog.react(uow)
        if isinstance(outcome, Reply):
            outcome = self._buttons(uow, known).ready(settling.with_lines(outcome, lines))
        self._keep_answer(uow, outcome)
        return outcome

    def _keep_answer(self, uow: UnitOfWork, outcome: Outcome | Work) -> None:
        """For an event that was stored: what is to be said, until it was said."""
        if self._stored and not isinstance(outcome, Work):
            inbox.keep_answer(uow, self.inbound.key, mailroom.packed(outcome))

    def _enter(self, uow: UnitOfWork) -> Known | None:
        inbound = self.inbound
        stored = inbox.claim(uow, inbound.key, inbound.place.platform, inbound.at)
        if stored is None:
            return None
        self._stored = stored
        return members.resolve(uow, self.actor, inbound.at)

    def _buttons(self, uow: UnitOfWork, known: Known) -> Buttons:
        return Buttons(uow, self.desk.catalog, known.member.id, self.inbound.at)

    def _route(self, uow: UnitOfWork, known: Known) -> Outcome | Work:
        match self.inbound:
            case Invocation(command=path, values=values):
                command = self._admit(uow, known, path)
                return self._gather(uow, known, command, values, key=self.inbound.key)
            case Answer(token=token, values=values):
                return self._continue(uow, known, token, agreed=None, values=jsonable(values))
            case Agreement(token=token, agreed=agreed):
                return self._continue(uow, known, token, agreed=agreed, values={})
            case Said(text=text):
                return self._say(uow, known, clean(text, lines=True))

    def _continue(
        self, uow: UnitOfWork, known: Known, token: str, *, agreed: bool | None, values: Mapping[str, Any]
    ) -> Outcome | Work:
        """Go on with what a token stands for: a button, an open form, or a question."""
        open_ = self._open(uow, known, token)
        command = self._admit(uow, known, open_.command)
        if open_.version != command.version:
            raise FormChanged(command.name)
        if open_.stage is Stage.BUTTON:
            # A private button is one intention however often it is pressed; a public one starts afresh for everybody.
            key = self.inbound.key if open_.member is None else open_.token
            return self._gather(uow, known, command, open_.values, key=key)
        if agreed is False:
            if not conversations.claim(uow, token, open_.stage):
                raise AlreadyAnswered
            return Reply(said("Left as it was. Nothing was changed."), private=command.private)
        if agreed and open_.stage is Stage.CONFIRMING:
            return self._confirmed(uow, known, command, open_)
        return self._gather(uow, known, command, {**open_.values, **values}, key=token, token=open_.token)

    def _say(self, uow: UnitOfWork, known: Known, text: str) -> Outcome | Work:
        current = conversations.current_talk(uow, known.member.id)
        talk = self.desk.catalog.talks.get(current[0]) if current else None
        if talk is None:
            return self._gather(uow, known, self._admit(uow, known, ("start",)), {}, key=self.inbound.key)
        members.note_visit(uow, known, self.actor, self.inbound.at)
        call = Call(known.member, self.inbound.place, self.inbound.key, self.inbound.at)
        return Work(self.trace, call, stream=lambda: talk.stream(call, text))

    def _open(self, uow: UnitOfWork, known: Known, token: str) -> Open:
        open_ = conversations.find(uow, token)
        if open_ is None or open_.expires_at <= self.inbound.at:
            raise Outdated
        if open_.member is not None and open_.member != known.member.id:
            raise NotYours
        if open_.stage is Stage.DONE:
            raise AlreadyAnswered
        return open_

    def _admit(self, uow: UnitOfWork, known: Known, path: tuple[str, ...]) -> Command:
        """May this member run this command now? Then it counts as the day's visit."""
        command = self.desk.catalog.find(path)
        if command is None:
            raise UnknownCommand(clean(" ".join(path), lines=False)[:40])
        self.name = f"/{command.name}"
        self._reached = command
        inbound, member = self.inbound, known.member
        if command.role is not None:
            space = f"{inbound.place.platform}:{inbound.place.space}" if command.space_role else ""
            if not roles.may(uow, member.id, self.actor.identity, command.role, self.desk.owners, space=space):
                raise NotAllowed(command.role.value)
        if command.begins and member.leaves_at is not None:
            raise MemberLeaving(local_day(member.leaves_at, member.zone).strftime("%-d %B"))
        if command.visits:
            members.note_visit(uow, known, self.actor, inbound.at)
        return command

    # The steps of a command

    def _gather(
        self,
        uow: UnitOfWork,
        known: Known,
        command: Command,
        values: Mapping[str, Any],
        *,
        key: str,
        token: Token | None = None,
    ) -> Outcome | Work:
        """Ask for what is missing, put the question if there is one, do the rest."""
        self._values = values
        call = Call(known.member, self.inbound.place, key, self.inbound.at)
        form, problems = self._read(uow, call, command, values)
        if form is None:
            return self._ask(uow, known, command, values, problems=problems, token=token)
        quote = self._quote(uow, command, call, form)
        question = self._question(uow, command, call, form, quote)
        if question is not None:
            return self._confirm(uow, known, command, values, question=question, quote=quote, token=token)
        if token is not None and not conversations.claim(uow, token, Stage.ASKING):
            raise AlreadyAnswered
        return self._do(uow, command, call, form, quote)

    def _confirmed(self, uow: UnitOfWork, known: Known, command: Command, open_: Open) -> Outcome | Work:
        self._values = open_.values
        call = Call(known.member, self.inbound.place, open_.token, self.inbound.at)
        form, problems = self._read(uow, call, command, open_.values)
        if form is None:  # what was readable when it was asked is not any more, such as a choice that is gone
            return self._ask(uow, known, command, open_.values, problems=problems, token=open_.token)
        quote = self._quote(uow, command, call, form)
        if quote is not None and open_.values.get(AGREED_PRICE) != str(quote.amount):
            question = self._question(uow, command, call, form, quote)
            assert question is not None, "a price is always agreed to"
            return self._confirm(uow, known, command, open_.values, question=question, quote=quote, token=open_.token)
        if not conversations.claim(uow, open_.token, Stage.CONFIRMING):
            raise AlreadyAnswered
        return self._do(uow, command, call, form, quote)

    def _question(
        self, uow: UnitOfWork, command: Command, call: Call, form: Any, quote: Quote | None
    ) -> Message | None:
        asked: Message | None = command.confirm(uow, call, form) if command.confirm else None
        return settling.with_price(uow, call, asked, quote)

    def _confirm(
        self,
        uow: UnitOfWork,
        known: Known,
        command: Command,
        values: Mapping[str, Any],
        *,
        question: Message,
        quote: Quote | None,
        token: Token | None,
    ) -> Confirm:
        token = self._keep(uow, known, command, Stage.CONFIRMING, values=values, token=token, quote=quote)
        return Confirm(token, self._buttons(uow, known).of_message(question), private=command.private)

    def _read(
        self, uow: UnitOfWork, call: Call, command: Command, values: Mapping[str, Any]
    ) -> tuple[Any, tuple[FieldProblem, ...]]:
        """The typed form, or None and what is wrong (nothing, if something is only missing)."""
        parsed = parse(command.fields, values, zone_name=call.member.zone, now=call.at)
        missing = any(field.required and field.name not in parsed.values for field in command.fields)
        if parsed.problems or missing:
            return None, parsed.problems
        for name, value in parsed.values.items():
            if isinstance(value, Identity):
                parsed.values[name] = members.expect(uow, value, name_of(values[name], value), call.at).id
        return command.form(**parsed.values), ()

    def _quote(self, uow: UnitOfWork, command: Command, call: Call, form: Any) -> Quote | None:
        if command.price is None:
            return None
        quote = command.price(form, entitlements.of(uow, call.member.id, call.at, self.desk.plans))
        return quote if quote is not None and quote.amount else None  # a price of nothing is none

    def _do(self, uow: UnitOfWork, command: Command, call: Call, form: Any, quote: Quote | None) -> Outcome | Work:
        if command.run is None:
            return settling.prepare(uow, command, call, form, quote, trace=self.trace, values=jsonable(self._values))
        if quote is not None:
            settling.charge(uow, call, quote)
        outcome: Outcome = command.run(uow, call, form)
        return replace(outcome, private=command.private) if isinstance(outcome, Reply) else outcome

    def _ask(
        self,
        uow: UnitOfWork,
        known: Known,
        command: Command,
        values: Mapping[str, Any],
        *,
        problems: tuple[FieldProblem, ...],
        token: Token | None,
    ) -> Ask:
        """Keep what is known and ask for the rest: what was wrong and what is required first."""
        wrong = {problem.field for problem in problems}
        kept = {name: value for name, value in jsonable(values).items() if name not in wrong and not is_empty(value)}
        token = self._keep(uow, known, command, Stage.ASKING, values=kept, token=token)
        return self._asked(uow, known, command, kept, problems=problems, token=token)

    def _asked(
        self,
        uow: UnitOfWork,
        known: Known,
        command: Command,
        kept: Mapping[str, Any],
        *,
        problems: tuple[FieldProblem, ...],
        token: Token,
    ) -> Ask:
        """A form as it stands, with options where a source has them."""
        wrong = {problem.field for problem in problems}
        fields = [field for field in command.fields if field.name not in kept]
        fields.sort(key=lambda field: not (field.required or field.name in wrong))
        for i, field in enumerate(fields):
            if field.asked.source is not None:
                fields[i] = replace(field, options=tuple(field.asked.source(uow, "", known.member)))
        return Ask(token, command.title, tuple(fields), problems, private=command.private)

    def _keep(
        self,
        uow: UnitOfWork,
        known: Known,
        command: Command,
        stage: Stage,
        *,
        values: Mapping[str, Any],
        token: Token | None,
        quote: Quote | None = None,
    ) -> Token:
        names = {field.name for field in command.fields}
        raw = {name: value for name, value in jsonable(values).items() if name in names}
        if quote is not None:
            raw[AGREED_PRICE] = str(quote.amount)
        expires_at = self.inbound.at + timedelta(minutes=self.desk.limits.conversation_minutes)
        if token is None:
            return conversations.save(
                uow, command.path, command.version, known.member.id, stage=stage, values=raw, expires_at=expires_at
            )
        if not conversations.advance(uow, token, stage, raw, expires_at):
            raise AlreadyAnswered
        return token

    # When it could not be done

    def nothing_can_be_kept(self, error: Exception) -> bool:
        """Whether the database itself is away, so that there is nothing to write to."""
        return isinstance(error, DatabaseBusy)

    def refused(self, error: Exception) -> Refusal:
        """An error as the member sees it."""
        observer = self.desk.observer
        if isinstance(error, TandemError):
            if error.kind is ErrorKind.OPERATIONAL:
                observer.operational(self.name, error, trace=self.trace)
            return Refusal(error, self.desk.catalog.ways(error))
        reference = new_code(4)
        observer.broken(self.name, error, trace=self.trace, reference=reference)
        return Refusal(Broken(reference), reference=reference)

    def remember(self, uow: UnitOfWork, refusal: Refusal) -> Outcome | None:
        """After a rollback: the event is done, the person was here, a wrong field is asked for again."""
        uow.trace = self.trace
        known = self._enter(uow)
        if known is None:
            return None
        outcome: Outcome = refusal
        command, error = self._reached, refusal.error
        if command is not None and command.visits and not isinstance(error, NotAllowed):
            members.note_visit(uow, known, self.actor, self.inbound.at)
        if command is not None and isinstance(error, InvalidField):
            problem = FieldProblem(error.field, error.text)
            outcome = self._ask(uow, known, command, self._values, problems=(problem,), token=self._open_token(uow))
        self.desk.catalog.react(uow)
        self._keep_answer(uow, outcome)
        return outcome

    def open_form(self, uow: UnitOfWork) -> Ask | None:
        """The form that the member filled last and has not finished, as it stands. Claims nothing."""
        known = members.known(uow, self.inbound.actor.identity)
        open_ = conversations.newest_form(uow, known.member.id, self.inbound.at) if known else None
        command = self.desk.catalog.find(open_.command) if open_ else None
        if known is None or open_ is None or command is None or open_.version != command.version:
            return None
        return self._asked(uow, known, command, open_.values, problems=(), token=open_.token)

    def _open_token(self, uow: UnitOfWork) -> Token | None:
        """The token of the form that is being filled, if this came from one; a press of a button opens a new one."""
        token = getattr(self.inbound, "token", None)
        open_ = conversations.find(uow, token) if token else None
        return open_.token if open_ is not None and open_.stage is not Stage.BUTTON else None


def _label(inbound: Inbound, catalog: Catalog) -> str:
    """What logs and counters call it until its command is found: never what somebody typed."""
    if not isinstance(inbound, Invocation):
        return type(inbound).__name__
    return "/" + " ".join(inbound.command) if inbound.command in catalog.commands else "unknown"
