"""What happens inside the transaction of one interaction: who is it, may they, what does it stand for."""

from dataclasses import replace
from functools import partial

from core import mailroom
from core.chat import (
    Agreement,
    Answer,
    Ask,
    Call,
    Command,
    Inbound,
    Invocation,
    Outcome,
    Refusal,
    Reply,
    Said,
    said,
)
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
from core.chat.message import Line
from core.chat.outcome import with_lines
from core.chat.parse import clean, name_of
from core.clock import local_day
from core.conversations import repository as conversations
from core.conversations.buttons import Buttons
from core.conversations.repository import Open, Stage
from core.db import UnitOfWork
from core.desk import Desk
from core.errors import DatabaseBusy, ErrorKind, InvalidField, TandemError
from core.filling import Filling, Values
from core.ids import Token, new_code
from core.inbox import service as inbox
from core.members import service as members
from core.members.repository import Known
from core.roles import service as roles
from core.settling import Work


class Interaction:
    """One inbound on its way through one transaction. It may run again after a rollback: only the database changes."""

    def __init__(self, desk: Desk, inbound: Inbound, trace: str, *, payload: bytes | None = None) -> None:
        """`payload`: of an event that is to be stored here, because nobody has stored it yet."""
        self.desk = desk
        self.inbound = inbound
        self.trace = trace
        self.name = _label(inbound, desk.catalog)
        # What a platform shows as a name is anybody's text: it is stored, and other members read it.
        shown = name_of(inbound.actor, inbound.actor.identity)
        self.actor = inbound.actor if shown == inbound.actor.name else replace(inbound.actor, name=shown)
        self._payload = payload
        self._reached: Command | None = None
        self._values: Values = {}
        self._lines: list[Line] = []
        self._stored = False

    def run(self, uow: UnitOfWork) -> Outcome | Work | None:
        """The whole transaction: claim the event, find the person, do it, let the rooms react."""
        uow.trace = self.trace
        known = self._enter(uow)
        if known is None:
            return None
        outcome = self._route(uow, known)
        self._lines += self.desk.catalog.react(uow)
        if isinstance(outcome, Work):
            return outcome.telling(self._lines)
        if isinstance(outcome, Reply):
            outcome = self._buttons(uow, known).ready(outcome)
        return self._kept(uow, outcome)

    def _kept(self, uow: UnitOfWork, outcome: Outcome) -> Outcome:
        """The outcome with what the rooms had to say; of an event that was stored it is kept until it was said."""
        outcome = with_lines(outcome, self._lines)
        if self._stored:
            inbox.keep_answer(uow, self.inbound.key, mailroom.packed(outcome))
        return outcome

    def _enter(self, uow: UnitOfWork) -> Known | None:
        inbound = self.inbound
        stored = inbox.claim(uow, inbound.key, inbound.place.platform, inbound.at, self._payload)
        if stored is None:
            return None
        self._stored = stored
        self._lines = []
        return members.resolve(uow, self.actor, inbound.at)

    def _buttons(self, uow: UnitOfWork, known: Known) -> Buttons:
        return Buttons(uow, self.desk.catalog, known.member.id, self.inbound.at)

    def _route(self, uow: UnitOfWork, known: Known) -> Outcome | Work:
        match self.inbound:
            case Invocation(command=path, values=values):
                return self._admit(uow, known, path, values).gather(values, key=self.inbound.key)
            case Answer(token=token, values=values):
                return self._continue(uow, known, token, agreed=None, values=jsonable(values))
            case Agreement(token=token, agreed=agreed):
                return self._continue(uow, known, token, agreed=agreed, values={})
            case Said(text=text):
                return self._say(uow, known, clean(text, lines=True))

    def _continue(
        self, uow: UnitOfWork, known: Known, token: str, *, agreed: bool | None, values: Values
    ) -> Outcome | Work:
        """Go on with what a token stands for: a button, an open form, or a question."""
        open_ = self._open(uow, known, token)
        filling = self._admit(uow, known, open_.command, {**open_.values, **values})
        command = filling.command
        if open_.version != command.version:
            raise FormChanged(command.name)
        if open_.stage is Stage.BUTTON:
            # A private button is one intention however often it is pressed; a public one starts afresh for everybody.
            key = self.inbound.key if open_.member is None else open_.token
            return filling.gather(open_.values, key=key)
        if agreed is False:
            if not conversations.claim(uow, token, open_.stage):
                raise AlreadyAnswered
            filling.visit()
            return Reply(said("Left as it was. Nothing was changed."), private=command.private)
        if agreed and open_.stage is Stage.CONFIRMING:
            return filling.agreed(open_)
        if agreed is None and not values and open_.stage is Stage.ASKING:
            # A look at the form: nothing was said, so nothing is done, even if all that is required is known.
            return filling.ask(self._values, (), open_.token)
        # What was said anew may need no question any more; where nothing was said, one that is put needs its yes.
        stage = open_.stage if values else Stage.ASKING
        return filling.gather(self._values, key=token, open_=open_, stage=stage)

    def _say(self, uow: UnitOfWork, known: Known, text: str) -> Outcome | Work:
        current = conversations.current_talk(uow, known.member.id)
        talk = self.desk.catalog.talks.get(current[0]) if current else None
        if talk is None:
            return self._admit(uow, known, ("start",), {}).gather({}, key=self.inbound.key)
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

    def _admit(self, uow: UnitOfWork, known: Known, path: tuple[str, ...], values: Values) -> Filling:
        """May this member run this command now?"""
        command = self.desk.catalog.find(path)
        if command is None:
            typed = clean(" ".join(path), lines=False)[:40]
            raise UnknownCommand(typed, self.desk.catalog.meant_by(typed))
        self.name = f"/{command.name}"
        self._reached, self._values = command, values
        inbound, member = self.inbound, known.member
        if command.role is not None:
            space = f"{inbound.place.platform}:{inbound.place.space}" if command.space_role else ""
            if not roles.may(uow, member.id, self.actor.identity, command.role, self.desk.owners, space=space):
                raise NotAllowed(command.role.value)
        if command.begins and member.leaves_at is not None:
            raise MemberLeaving(local_day(member.leaves_at, member.zone).strftime("%-d %B"))
        return self._filling(uow, known, command)

    def _filling(self, uow: UnitOfWork, known: Known, command: Command) -> Filling:
        visit = partial(self._visit, uow, known, command)
        return Filling(uow, self.desk, self.inbound, known.member, command, self.trace, visit)

    def _visit(self, uow: UnitOfWork, known: Known, command: Command) -> None:
        """Count the day's visit. The rooms react at once: every balance that is shown or checked has what it pays."""
        if not command.visits:
            return
        members.note_visit(uow, known, self.actor, self.inbound.at)
        if not command.pays_visit:
            self._lines += self.desk.catalog.react(uow)

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
        if command is not None and not isinstance(error, NotAllowed | InvalidField):
            self._visit(uow, known, command)
        if refusal.buttons:
            outcome = self._buttons(uow, known).of_refusal(refusal)
        if command is not None and isinstance(error, InvalidField):
            problem = FieldProblem(error.field, error.text)
            filling = self._filling(uow, known, command)
            outcome = filling.ask(self._values, (problem,), self._open_token(uow))
        self._lines += self.desk.catalog.react(uow)
        return self._kept(uow, outcome)

    def open_form(self, uow: UnitOfWork) -> Ask | None:
        """The form that the member filled last and has not finished, as it stands. Claims nothing."""
        known = members.known(uow, self.inbound.actor.identity)
        open_ = conversations.newest_form(uow, known.member.id, self.inbound.at) if known else None
        command = self.desk.catalog.find(open_.command) if open_ else None
        if known is None or open_ is None or command is None or open_.version != command.version:
            return None
        return self._filling(uow, known, command).as_it_stands(open_.values, (), open_.token)

    def form(self, uow: UnitOfWork, token: str) -> Ask:
        """The form of a token, as it stands. Claims nothing. Raises what a press of its button would."""
        known = members.known(uow, self.inbound.actor.identity)
        if known is None:
            raise NotYours
        open_ = self._open(uow, known, token)
        command = self.desk.catalog.find(open_.command)
        if command is None or open_.version != command.version:
            raise FormChanged(" ".join(open_.command))
        if open_.stage is not Stage.ASKING:
            raise AlreadyAnswered
        # A role may be gone since it was asked, and options name what only staff should see.
        return self._admit(uow, known, open_.command, open_.values).as_it_stands(open_.values, (), open_.token)

    def _open_token(self, uow: UnitOfWork) -> Token | None:
        """The token of the form that is being filled, if this came from one; a press of a button opens a new one."""
        token = getattr(self.inbound, "token", None)
        open_ = conversations.find(uow, token) if token else None
        return open_.token if open_ is not None and open_.stage is not Stage.BUTTON else None


def _label(inbound: Inbound, catalog: Catalog) -> str:
    """What logs and counters call it until its command is found: never what somebody typed."""
    if not isinstance(inbound, Invocation):
        return type(inbound).__name__
    command = catalog.find(inbound.command)
    return f"/{command.name}" if command is not None else "unknown"
