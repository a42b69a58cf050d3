"""The product's table of contents: every room, in floor order. Reactions to a fact run in this order."""

from core.appeals.room import ROOM as APPEALS
from core.asks.room import ROOM as ASKS
from core.assistant.room import ROOM as ASSISTANT
from core.challenges.room import ROOM as CHALLENGES
from core.chat import Room
from core.coins.room import ROOM as COINS
from core.conversations.room import ROOM as CONVERSATIONS
from core.costs.reactions import ROOM as COSTS
from core.earnings.room import ROOM as EARNINGS
from core.entitlements.service import ROOM as ENTITLEMENTS
from core.gate.room import ROOM as GATE
from core.gifts.room import ROOM as GIFTS
from core.inbox.service import ROOM as INBOX
from core.knowledge.room import ROOM as KNOWLEDGE
from core.ledger.room import ROOM as LEDGER
from core.linking.room import ROOM as LINKING
from core.links.service import ROOM as LINKS
from core.members.reactions import ROOM as MEMBERS
from core.metrics.room import ROOM as METRICS
from core.moderation.room import ROOM as MODERATION
from core.operations.jobs import ROOM as OPERATIONS
from core.outbox.service import ROOM as OUTBOX
from core.privacy.room import ROOM as PRIVACY
from core.questions.room import ROOM as QUESTIONS
from core.reports.room import ROOM as REPORTS
from core.reviews.room import ROOM as REVIEWS
from core.roles.service import ROOM as ROLES
from core.schedule.service import ROOM as SCHEDULE
from core.settings.room import ROOM as SETTINGS
from core.stakes.room import ROOM as STAKES
from core.welcome.room import ROOM as WELCOME

ROOMS: tuple[Room, ...] = (
    CONVERSATIONS,
    INBOX,
    SCHEDULE,
    LEDGER,
    MEMBERS,
    ROLES,
    ENTITLEMENTS,
    LINKS,
    COSTS,
    EARNINGS,
    OUTBOX,
    GATE,
    METRICS,
    KNOWLEDGE,
    REVIEWS,
    ASSISTANT,
    STAKES,
    ASKS,
    COINS,
    QUESTIONS,
    CHALLENGES,
    APPEALS,
    GIFTS,
    LINKING,
    MODERATION,
    REPORTS,
    SETTINGS,
    WELCOME,
    OPERATIONS,
    # Last: when somebody goes, what the other rooms gave back is forfeited after them.
    PRIVACY,
)
