"""The product's table of contents: every room, in floor order. Reactions to a fact run in this order."""

from core.chat import Room
from core.coins.room import ROOM as COINS
from core.entitlements.service import ROOM as ENTITLEMENTS
from core.gifts.room import ROOM as GIFTS
from core.members.reactions import ROOM as MEMBERS
from core.moderation.room import ROOM as MODERATION
from core.outbox.service import ROOM as OUTBOX
from core.roles.service import ROOM as ROLES
from core.settings.room import ROOM as SETTINGS
from core.welcome.room import ROOM as WELCOME

ROOMS: tuple[Room, ...] = (
    MEMBERS,
    ROLES,
    ENTITLEMENTS,
    OUTBOX,
    COINS,
    GIFTS,
    MODERATION,
    SETTINGS,
    WELCOME,
)
