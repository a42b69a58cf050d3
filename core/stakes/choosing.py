"""Which contract a member means: one of those to choose from, by its number or by what it reads."""

from core.chat import Call, Option
from core.chat.command import Opening
from core.chat.form import Source, shortened
from core.db import UnitOfWork
from core.ids import ROW_DIGITS_MAX, MemberId
from core.people import Member
from core.stakes import repository, words
from core.stakes.errors import NoneToChoose, NoSuchChallenge
from core.stakes.repository import Contract

TOPIC = "Challenges"
"""Where `/help` lists what members can do with contracts."""


def options(contracts: list[Contract], prefix: str) -> list[Option]:
    """Contracts to choose from, the newest first."""
    found = []
    for item in reversed(contracts):
        if item.terms is not None:
            text = f"{item.terms.title} · {words.heading(item.terms)} · {words.STATES[item.state]}"
            found.append(Option(str(item.id), shortened(text)))
    return [option for option in found if prefix in option.label.casefold()]


def meant(text: str, choices: list[Option]) -> str:
    """What somebody means who types an option rather than pick it: all of it, or the title that it begins with."""
    typed = text.casefold()
    for option in choices:
        label = option.label.casefold()
        if typed in {label, label.partition(" · ")[0]}:
            return option.value
    return text


def needs(source: Source, which: str) -> Opening:
    """The opening of a form that begins with a choice: without anything to choose it is refused."""

    def opening(uow: UnitOfWork, call: Call) -> str:
        if not source(uow, "", call.member):
            raise NoneToChoose(which)
        return ""

    return opening


def find(uow: UnitOfWork, member: Member, text: str, source: Source) -> Contract:
    """The contract that a field names: by number, or by title among those to choose. Raises `NoSuchChallenge`."""
    if not text.isdecimal():
        text = meant(text, source(uow, "", member))
    if not text.isdecimal() or len(text) > ROW_DIGITS_MAX:
        raise NoSuchChallenge
    return mine(uow, member.id, int(text))


def mine(uow: UnitOfWork, member: MemberId, challenge: int) -> Contract:
    """A member's own contract, and nobody else changes it meanwhile. Raises `NoSuchChallenge`."""
    found = repository.one(uow, challenge)
    if found is None or found.member != member:
        raise NoSuchChallenge
    return repository.locked(uow, challenge)
