"""Interactions: their tokens, their clocks and the rules for answering them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.discord import errors
from tests.fakes.discord.errors import Json
from tests.fakes.discord.limits import COMPONENTS_V2, EPHEMERAL, LOADING
from tests.fakes.discord.things import Channel, Guild, Message, Upload, User

if TYPE_CHECKING:
    from tests.fakes.discord.world import World

ANSWER_SECONDS = 3
TOKEN_SECONDS = 15 * 60
FOLLOWUPS_USER_INSTALL = 5

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


@dataclass(eq=False)
class Interaction:
    """One gesture of one person, and what the bot made of it."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    at: float
    data: Json
    guild: Guild | None = None
    # The message whose component was used.
    source: Message | None = None
    by_user_install: bool = False
    # The type of the first answer.
    answer: int | None = None
    original: Message | None = None
    modal: Json | None = None
    choices: list[Json] | None = None
    followups: list[Message] = field(default_factory=list)
    # The modal was filled in, or the person closed it.
    modal_done: bool = False

    @property
    def answered(self) -> bool:
        """The first answer is there."""
        return self.answer is not None

    @property
    def replied(self) -> bool:
        """There is something to see, not only the promise of it."""
        waiting = self.answer == DEFER and (self.original is None or self.original.thinking)
        return self.answered and not waiting

    @property
    def reply(self) -> Message:
        """The message that answers it."""
        assert self.original is not None, f"no message answers it: answer type {self.answer}"
        return self.original

    @property
    def text(self) -> str:
        """What the person reads as the answer, follow-ups included."""
        shown = [self.original, *self.followups]
        return "\n".join(message.text for message in shown if message is not None)


class Desk:
    """Where interactions are opened, answered and followed up."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.interactions: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def open(self, interaction: Interaction) -> None:
        """A person has done something: it can be answered from now on."""
        self.interactions[interaction.id] = interaction
        self._by_token[interaction.token] = interaction

    def awaited(self, number: int, token: str) -> Interaction:
        """An interaction whose first answer may be given now, or the refusal."""
        interaction = self.interactions.get(number)
        if interaction is None or interaction.token != token:
            raise errors.unknown_interaction()
        if interaction.answered:
            raise errors.already_acknowledged()
        if self._world.clock.now() - interaction.at > ANSWER_SECONDS:
            raise errors.unknown_interaction()
        return interaction

    def hooked(self, application: int, token: str) -> Interaction:
        """An interaction that was answered and can be followed up, or the refusal."""
        interaction = self._by_token.get(token)
        if interaction is None or application != self._world.application.id or not interaction.answered:
            raise errors.unknown_webhook()
        if self._world.clock.now() - interaction.at > TOKEN_SECONDS:
            raise errors.invalid_token()
        return interaction

    def refuse_type(self, interaction: Interaction, kind: int) -> None:
        """Some answers only suit some questions."""
        on_message = interaction.source is not None and interaction.kind in (COMPONENT, MODAL_SUBMIT)
        allowed = {
            MESSAGE: interaction.kind != AUTOCOMPLETE,
            DEFER: interaction.kind != AUTOCOMPLETE,
            DEFER_UPDATE: on_message,
            UPDATE: on_message,
            CHOICES: interaction.kind == AUTOCOMPLETE,
            MODAL: interaction.kind in (COMMAND, COMPONENT),
        }
        if not allowed.get(kind, False):
            words = f'Value of field "type" must be one of {tuple(k for k, fits in allowed.items() if fits)!r}.'
            raise errors.invalid_form([(("type",), "UNION_TYPE_CHOICES", words)])

    def respond(self, interaction: Interaction, kind: int, data: Json, files: list[Upload]) -> None:
        """The first answer takes effect."""
        if kind == MESSAGE:
            interaction.original = self._post(interaction, data, files)
        elif kind == DEFER:
            # Of a deferral's data only the ephemeral flag counts.
            flags = LOADING | ((data.get("flags") or 0) & EPHEMERAL)
            interaction.original = self._post(interaction, {"flags": flags}, [])
        elif kind in (DEFER_UPDATE, UPDATE):
            interaction.original = interaction.source
            if kind == UPDATE and interaction.source is not None:
                self._world.change(interaction.source, data, files)
        elif kind == CHOICES:
            interaction.choices = data.get("choices") or []
        elif kind == MODAL:
            interaction.modal = data
        interaction.answer = kind
        self._world.bell.ring()

    def follow_up(self, interaction: Interaction, body: Json, files: list[Upload]) -> Message:
        """One more message; the first after a deferral takes the placeholder's place."""
        if self._keeps_place(interaction):
            assert interaction.original is not None
            self.fill(interaction.original, body, files)
            return interaction.original
        if interaction.by_user_install and len(interaction.followups) >= FOLLOWUPS_USER_INSTALL:
            raise errors.too_many_followups()
        message = self._post(interaction, body, files)
        interaction.followups.append(message)
        return message

    def _keeps_place(self, interaction: Interaction) -> bool:
        """Whether a deferral's placeholder waits; one that was deleted does not come back."""
        original = interaction.original
        return original is not None and original.thinking and original in original.channel.messages

    def fill(self, message: Message, body: Json, files: list[Upload]) -> None:
        """Write into a message through the token; a placeholder becomes an ordinary message by it."""
        message.flags &= ~LOADING
        message.flags |= (body.get("flags") or 0) & COMPONENTS_V2
        self._world.change(message, {key: value for key, value in body.items() if key != "flags"}, files)

    def message(self, interaction: Interaction, name: str) -> Message:
        """`@original` or a follow-up by its number."""
        mine = [interaction.original, *interaction.followups]
        for message in mine:
            if message is None or message not in message.channel.messages:
                continue
            if (name == "@original" and message is interaction.original) or name == str(message.id):
                return message
        raise errors.unknown_message()

    def _post(self, interaction: Interaction, body: Json, files: list[Upload]) -> Message:
        ephemeral = (body.get("flags") or 0) & EPHEMERAL
        metadata = {
            "id": str(interaction.id),
            "type": interaction.kind,
            "user": interaction.user.json(),
            "authorizing_integration_owners": {},
        }
        return self._world.post(
            interaction.channel,
            self._world.application.user,
            body,
            files,
            only_for=interaction.user if ephemeral else None,
            metadata=metadata,
        )
