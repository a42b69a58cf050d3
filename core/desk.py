"""What the dispatcher and the runner work with: made once in wiring, handed to both."""

from core.bounds import Positive
from core.chat.catalog import Catalog
from core.chat.easel import Easel
from core.clock import Clock
from core.db import Database
from core.entitlements.service import Plans
from core.ports import Observer
from core.roles.service import Owners
from core.values import dataclass


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
    easel: Easel
