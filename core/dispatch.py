"""How one interaction travels: inbound -> one transaction -> outcome. The only place that commits what members do.

`core/interaction.py` is what happens inside the transaction; `core/settling.py` is work outside of one (streams and
errands: claim and hold before, apply and capture after, and nothing holds the database in between).
"""

from functools import partial

from core import settling
from core.chat import Answer, Ask, Command, Inbound, Option, Outcome, Query, Refusal, Said
from core.chat.form import OPTION_MAX, OPTIONS_MAX
from core.chat.parse import clean
from core.db import UnitOfWork
from core.desk import Desk
from core.errors import DatabaseBusy, TandemError
from core.ids import new_code, new_trace
from core.interaction import Interaction
from core.mailroom import Arrival
from core.members import service as members
from core.people import Member
from core.roles import service as roles
from core.settling import Work


class Dispatcher:
    """Turns what came in into what happened."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.catalog = desk.catalog

    async def handle(self, inbound: Inbound, arrival: Arrival | None = None) -> Outcome | None:
        """Do what was asked, once. None: this event was handled before, and there is nothing to answer.

        Never raises: a rule's no is a `Refusal`; a bug is one too, with a reference that the log has. An `arrival` is
        stored with its effect and settled; one that a busy database could not keep has no answer, as it comes again.
        """
        payload = None if arrival is None else arrival.event.payload
        interaction = Interaction(self._desk, inbound, trace=new_trace(), payload=payload)
        lost: Exception | None = None
        try:
            outcome = await self._desk.database.write(interaction.run)
        except Exception as error:  # noqa: BLE001  the one mapper from errors to refusals
            outcome, lost = await self._refuse(interaction, error)
        if arrival is not None:
            arrival.settle(new=outcome is not None and lost is None, error=lost)
            if isinstance(lost, DatabaseBusy):
                return None
        if isinstance(outcome, Work):
            outcome = await settling.start(self._desk.database, self.catalog, outcome, interaction.refused)
        if outcome is not None:
            outcome = await self._desk.easel.of_outcome(outcome, trace=interaction.trace)
            self._desk.observer.handled(interaction.name, type(outcome).__name__, trace=interaction.trace)
        return outcome

    async def _refuse(
        self, interaction: Interaction, error: Exception
    ) -> tuple[Outcome | Work | None, Exception | None]:
        """The refusal, and why nothing at all was kept, if so."""
        refusal = interaction.refused(error)
        if interaction.nothing_can_be_kept(error):
            return refusal, error
        try:
            # Everything was undone; what stays true is written again: the event, the person, the day's visit.
            return await self._desk.database.write(partial(interaction.remember, refusal=refusal)), None
        except Exception as second:  # noqa: BLE001  as above
            return interaction.refused(second), second

    async def open_form(self, said: Said) -> Ask | None:
        """The form that a plain sentence may be an answer to: the member's newest unfinished one, as it stands."""
        interaction = Interaction(self._desk, said, trace=new_trace())
        try:
            return await self._desk.database.read(interaction.open_form)
        except Exception as error:  # noqa: BLE001  a busy database has no open form; the sentence itself will say so
            self._note("open form", error)
            return None

    async def form(self, answer: Answer) -> Ask | Refusal:
        """The form that an answer is for, as it stands, to show it again. Claims nothing, does nothing."""
        interaction = Interaction(self._desk, answer, trace=new_trace())
        try:
            return await self._desk.database.read(lambda uow: interaction.form(uow, answer.token))
        except Exception as error:  # noqa: BLE001  the one mapper from errors to refusals
            return interaction.refused(error)

    async def options(self, query: Query) -> list[Option]:
        """Autocomplete: a field's options for what was typed so far, at most 25."""
        command = self.catalog.find(query.command)
        field = next((item for item in command.fields if item.name == query.field), None) if command else None
        if command is None or field is None:
            return []
        prefix = clean(query.prefix, lines=False)[:OPTION_MAX].casefold()

        def look(uow: UnitOfWork) -> list[Option]:
            known = members.known(uow, query.actor.identity)
            member = known.member if known else members.newcomer(query.actor, query.at)
            if command.role is not None and not self._may_look(uow, command, member, query):
                return []
            if field.asked.source is None:
                return [option for option in field.options if prefix in option.label.casefold()]
            return field.asked.source(uow, prefix, member)

        try:
            return (await self._desk.database.read(look))[:OPTIONS_MAX]
        except Exception as error:  # noqa: BLE001  no suggestions are the answer that a busy database allows
            self._note(f"/{command.name}", error)
            return []

    def _may_look(self, uow: UnitOfWork, command: Command, member: Member, query: Query) -> bool:
        """Options may name what only staff should see. A query has no space: a role in any is enough to look."""
        assert command.role is not None
        if command.space_role:
            return roles.may_somewhere(uow, member.id, query.actor.identity, command.role, self._desk.owners)
        return roles.may(uow, member.id, query.actor.identity, command.role, self._desk.owners)

    def _note(self, what: str, error: Exception) -> None:
        trace, observer = new_trace(), self._desk.observer
        if isinstance(error, TandemError):
            observer.operational(what, error, trace=trace)
        else:
            observer.broken(what, error, trace=trace, reference=new_code(4))
