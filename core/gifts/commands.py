"""`/gift`, a right click on a person, or a reply to their message."""

from typing import Annotated

from core.chat import Asked, Call, Command, Facts, Kind, Mention, Message, Reply, Text, Tone
from core.db import UnitOfWork
from core.entitlements.service import Plans
from core.gifts import service
from core.gifts.rules import GiftLimits
from core.ids import MemberId
from core.members import service as members
from core.money import Credits
from core.values import dataclass


@dataclass(frozen=True, slots=True)
class Gift:
    """Who gets how much, and a line to go with it."""

    to: Annotated[MemberId, Asked(Kind.MEMBER, "Who", "Somebody here, or somebody I have not met yet")]
    amount: Annotated[
        Credits, Asked(Kind.MONEY, "How many credits", "Only bought ones can be given", minimum=1, example="50")
    ]
    note: Annotated[str, Asked(Kind.TEXT, "Note", "One line; they will see it", maximum=140)] = ""


def opening(uow: UnitOfWork, call: Call, *, limits: GiftLimits, plans: Plans) -> str:
    """Who may not give is told before the first question."""
    service.check_giver(uow, call.member, call.at, limits=limits, plans=plans)
    return ""


def confirm(uow: UnitOfWork, call: Call, gift: Gift, *, limits: GiftLimits, plans: Plans) -> Message | None:
    """Ask above the threshold, and not before the gift is known to be possible."""
    if gift.amount.value <= limits.confirm_above:
        return None  # and giving checks by itself, unless it stands: a button pressed twice is no second gift
    receiver = members.member(uow, gift.to)
    left = service.check(uow, call.member, receiver, gift.amount, call.at, limits=limits, plans=plans)
    return Message(
        (
            Text(("Give ", str(gift.amount), " to ", Mention(receiver.name), "?")),
            Text(f"You will have {left} left to give. A gift can not be taken back."),
        )
    )


def give(uow: UnitOfWork, call: Call, gift: Gift, *, limits: GiftLimits, plans: Plans) -> Reply:
    """Send it and say what is left."""
    given = service.give(
        uow,
        call.member,
        gift.to,
        gift.amount,
        gift.note,
        key=call.key,
        at=call.at,
        limits=limits,
        plans=plans,
    )
    blocks: list[Text | Facts] = [Text(("Sent ", str(given.amount), " to ", Mention(given.receiver.name), "."))]
    if given.waits:
        blocks.append(
            Text(f"I have not met them yet: it waits {limits.wait_days} days and then comes back to you by itself.")
        )
    blocks.append(Facts((("Left to give", str(given.left)),)))
    return Reply(Message(tuple(blocks), tone=Tone.SUCCESS))


GIFT = Command(
    ("gift",),
    "Give someone credits you bought",
    form=Gift,
    opening=opening,
    confirm=confirm,
    run=give,
    begins=True,
    topic="Coins",
    gesture="Gift credits",
)
