"""What the bot has not yet confirmed: the queue behind getUpdates and webhooks."""

from dataclasses import dataclass

from tests.fakes.telegram.clock import Bell, Clock
from tests.fakes.telegram.faults import Json

KEPT_SECONDS = 24 * 3600
KINDS = frozenset(
    (
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "callback_query",
        "pre_checkout_query",
        "my_chat_member",
        "chat_member",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "shipping_query",
        "poll",
        "poll_answer",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "purchased_paid_media",
        "managed_bot",
        "guest_message",
        "subscription",
    )
)
OMITTED_BY_DEFAULT = frozenset(("chat_member", "message_reaction", "message_reaction_count"))


@dataclass(frozen=True, slots=True)
class Pending:
    """One update that waits to be confirmed."""

    id: int
    chat: int
    at: float
    body: Json


class Updates:
    """Updates in order, each kept until it is confirmed or a day old."""

    def __init__(self, clock: Clock, bell: Bell, first: int = 700_000_001) -> None:
        self._clock = clock
        self._bell = bell
        self._next = first
        self._pending: list[Pending] = []
        self.allowed: frozenset[str] = KINDS - OMITTED_BY_DEFAULT
        self.delivered: list[tuple[int, str]] = []
        """Each delivery as (update id, kind): an id that stands here twice was redelivered."""
        self.all: list[Json] = []

    def put(self, kind: str, content: Json, chat: int) -> Json | None:
        """Queue an update, unless the bot did not ask for its kind."""
        if kind not in self.allowed:
            return None
        body: Json = {"update_id": self._next, kind: content}
        self._pending.append(Pending(self._next, chat, self._clock.now(), body))
        self._next += 1
        self.all.append(body)
        self._bell.ring()
        return body

    def pending(self) -> list[Pending]:
        oldest = self._clock.now() - KEPT_SECONDS
        self._pending = [update for update in self._pending if update.at > oldest]
        return list(self._pending)

    def confirm_before(self, offset: int) -> None:
        """A negative offset keeps the last so many and forgets the rest."""
        if offset < 0:
            self._pending = self.pending()[offset:]
        elif offset > 0:
            self._pending = [update for update in self.pending() if update.id >= offset]
        self._bell.ring()

    def confirm(self, update_id: int) -> None:
        self._pending = [update for update in self._pending if update.id != update_id]
        self._bell.ring()

    def hand_out(self, update: Pending) -> Json:
        self.delivered.append((update.id, next(key for key in update.body if key != "update_id")))
        return update.body

    def clear(self) -> None:
        self._pending.clear()
        self._bell.ring()

    def allow(self, kinds: list[str] | None) -> None:
        """Remembered until told otherwise; an empty list is the default."""
        if kinds is not None:
            wanted = frozenset(kinds) & KINDS
            self.allowed = wanted or KINDS - OMITTED_BY_DEFAULT
