"""What the dispatcher and the runner work with: made once in wiring, handed to both."""

from dataclasses import dataclass
from typing import Protocol

from core.bounds import Positive
from core.chat.catalog import Catalog
from core.clock import Clock
from core.db import Database
from core.entitlements.service import Plans
from core.roles.service import Owners


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """`[chat]` of config.toml: how long an open question waits."""

    conversation_minutes: Positive = 60


class Observer(Protocol):
    """Told what happened, for logs and counters; never message text."""

    def handled(self, command: str, outcome: str, *, trace: str) -> None:
        """An interaction ended."""
        ...

    def operational(self, what: str, error: Exception, *, trace: str) -> None:
        """Something outside was busy or away."""
        ...

    def broken(self, what: str, error: Exception, *, trace: str, reference: str) -> None:
        """A bug of ours, with the reference that the member was told."""
        ...


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
