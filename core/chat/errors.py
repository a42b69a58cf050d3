"""What the chat language itself refuses."""

from typing import ClassVar

from core.chat.message import Button
from core.errors import TandemError, Way

_START: tuple[Way, ...] = (("Start", ("start",)), ("Help", ("help",)))


class Outdated(TandemError):
    """A button or question that is unknown: expired, or never ours."""

    words: ClassVar[str] = "This button is too old to use. Start again from the command."
    ways: ClassVar[tuple[Way, ...]] = _START


class FormChanged(TandemError):
    """The form was updated while the question was open."""

    words: ClassVar[str] = "This form changed in the meantime, and nothing was done. Start again with /{command}."
    ways: ClassVar[tuple[Way, ...]] = _START

    command: str


class NotYours(TandemError):
    """Somebody else's question."""

    words: ClassVar[str] = "Not yours: only the person who was asked can answer this. Start your own with the command."


class AlreadyAnswered(TandemError):
    """The second press of the same button."""

    words: ClassVar[str] = "This was already answered, and nothing was done twice. To do it again, use the command."


class UnknownCommand(TandemError):
    """No such command."""

    words: ClassVar[str] = "I do not know /{command}. /help lists what I can do."
    ways: ClassVar[tuple[Way, ...]] = (("Help", ("help",)),)

    command: str
    buttons: tuple[Button, ...]
    """What was meant, if anything is near."""


class NotAllowed(TandemError):
    """The command needs a role that the member does not have."""

    words: ClassVar[str] = "This needs the role {role}. Ask an owner of this service if it should be yours."

    role: str


class MemberLeaving(TandemError):
    """The member asked to be erased; nothing new starts in the 30 days until then."""

    words: ClassVar[str] = "You are leaving on {day}, so nothing new starts. To stay after all, use /privacy stay."
    ways: ClassVar[tuple[Way, ...]] = (("Stay", ("privacy", "stay")),)

    day: str


class BrokeOff(TandemError):
    """A stream ended early, through no act of its listener, after some of it had arrived."""

    words: ClassVar[str] = (
        "The answer broke off here. What arrived is yours, and no more than that was charged. Ask again for the rest; "
        "support finds it as {reference}."
    )

    reference: str


class Broken(TandemError):
    """A bug of ours; the reference finds it in the log."""

    words: ClassVar[str] = (
        "That did not work, and nothing was charged. Try again in a minute; if it stays, tell support this number: "
        "{reference}."
    )

    reference: str
