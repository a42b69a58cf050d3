"""What is known of the member who asks, as numbered sources: their own rows alone, bounded, in plain text."""

from collections.abc import Sequence
from datetime import datetime

from core.asks import figures, rules
from core.asks.rules import Source
from core.clock import local_day
from core.db import UnitOfWork
from core.durations import day_in_words
from core.knowledge import notes
from core.knowledge import service as knowledge
from core.knowledge.repository import Told
from core.members import service as members
from core.metrics import service as metrics
from core.people import Member
from core.values import dataclass

TOPICS_MAX, ANSWERS_MAX, TEXT_MAX = 8, 6, 300
"""Topics; answers on each; characters of each. The latest go first."""
NOTES_MAX = 12
ACCOUNTS_MAX = 3
PROFILE_MAX = 20
_HIDDEN = "agreed:"
"""Lines of a profile that say what was agreed to are nobody's profile."""


@dataclass(frozen=True, slots=True)
class Known:
    """What holds for the member and changes seldom, and what changes from day to day; numbered through."""

    language: str
    lasting: tuple[Source, ...]
    figures: tuple[Source, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        """All of them, in the order of their numbers."""
        return self.lasting + self.figures

    @property
    def about(self) -> str:
        """The lasting part, as a model reads it."""
        return "\n\n".join([f"Answer in the language “{self.language}”.", rules.numbered(self.lasting)]).strip()

    @property
    def fresh(self) -> str:
        """The changing part, as a model reads it."""
        return rules.numbered(self.figures, start=len(self.lasting) + 1)


def known(uow: UnitOfWork, member: Member, at: datetime) -> Known:
    """Everything of this member that an answer may rest on."""
    lasting = [*_profile(uow, member), *_told(uow, member), *_notebook(uow, member)]
    accounts = [account for account in metrics.accounts(uow, member.id) if account.loss is None][:ACCOUNTS_MAX]
    read = (figures.source(uow, account, member, at) for account in accounts)
    language = members.settings(uow, member.id).language
    return Known(language, tuple(lasting), tuple(one for one in read if one is not None))


def _profile(uow: UnitOfWork, member: Member) -> list[Source]:
    entries = [entry for entry in members.profile(uow, member.id) if not entry.name.startswith(_HIDDEN)]
    if not entries:
        return []
    lines = (f"{entry.name} ({entry.origin}): {_cut(entry.value)}" for entry in entries[:PROFILE_MAX])
    return [Source("your profile", "\n".join(lines))]


def _told(uow: UnitOfWork, member: Member) -> list[Source]:
    topics: dict[str, list[Told]] = {}
    for one in knowledge.told(uow, member.id):
        topics.setdefault(one.topic, []).append(one)
    return [_topic(name, found[:ANSWERS_MAX], member) for name, found in list(topics.items())[:TOPICS_MAX]]


def _notebook(uow: UnitOfWork, member: Member) -> list[Source]:
    found = notes.page(uow, member.id, most=NOTES_MAX)
    if not found:
        return []
    lines = (f"{day(one.at, member)}: {_cut(one.text)}" for one in found)
    return [Source(f"your notebook ({day(found[0].at, member)})", "\n".join(lines))]


def _topic(name: str, found: Sequence[Told], member: Member) -> Source:
    lines = (f"{_cut(one.question)}\n{_cut(one.answer)}" for one in found)
    return Source(f"your {name.replace('_', ' ')} ({day(found[0].at, member)})", "\n".join(lines))


def day(at: datetime, member: Member) -> str:
    """The member's own day, as they read it."""
    return day_in_words(local_day(at, member.zone))


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1]}…"
