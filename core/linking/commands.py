"""`/link …`: one person, two platforms, one wallet."""

from typing import Annotated

from core.chat import (
    Asked,
    Bold,
    Button,
    Call,
    Code,
    Command,
    Facts,
    Kind,
    Line,
    Message,
    Moment,
    Nothing,
    Option,
    Outcome,
    Refusal,
    Reply,
    Text,
    Tone,
    said,
)
from core.chat.catalog import Catalog
from core.chat.form import shortened
from core.db import UnitOfWork
from core.entitlements.service import Plans
from core.errors import InvalidField
from core.ids import MemberId
from core.linking import repository, service
from core.linking.errors import NothingToAgree, OnlyIdentity, UnknownCode
from core.linking.repository import Link
from core.linking.rules import LinkingLimits
from core.members import service as members
from core.members.repository import Address
from core.members.service import Salt
from core.people import Member
from core.values import dataclass

_TOPIC = "You"
_CANCEL = Button("Cancel", ("link", "cancel"))
_STATUS = Button("Where it stands", ("link", "status"))


def waiting_options(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    """Who gave this member's code back and waits for a yes."""
    asked = [link for link in repository.of_member(uow, member.id) if link.state == "asked"]
    return [
        Option(link.code, shortened(_name(uow, link.beyond(member.id)))) for link in asked if link.member == member.id
    ]


def platform_options(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    """The platforms on which a member has an account."""
    return [
        Option(platform, platform.capitalize())
        for platform in (address.identity.platform for address in members.addresses(uow, member.id))
        if prefix in platform
    ]


@dataclass(frozen=True, slots=True)
class Given:
    """A code from the other platform, or nothing to get one."""

    code: Annotated[
        str,
        Asked(Kind.TEXT, "Code", "The code from your other platform; leave it out to get one", maximum=20),
    ] = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which link to agree to."""

    code: Annotated[
        str, Asked(Kind.CHOICE, "With whom", "The account that gave your code back", source=waiting_options)
    ] = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Which account leaves."""

    platform: Annotated[
        str, Asked(Kind.CHOICE, "Platform", "The account that leaves the wallet", source=platform_options)
    ] = ""


def look(uow: UnitOfWork, call: Call, form: Given, *, catalog: Catalog, limits: LinkingLimits) -> Message | None:
    """Both accounts side by side, before a code is given back. A code that nobody was given is `start`'s to count."""
    if not form.code:
        return None
    try:
        link = service.usable(uow, call.member.id, form.code, call.at, limits)
    except UnknownCode:
        return None
    return _both(uow, catalog, call.member.id, link.member, _when(limits, at_once=None))


def start(uow: UnitOfWork, call: Call, form: Given, *, catalog: Catalog, limits: LinkingLimits) -> Outcome:
    """Make a code, or give one back."""
    if not form.code:
        return _new_code(uow, call, limits)
    try:
        link = service.ask(uow, call.member.id, form.code, call.at, limits)
    except UnknownCode as error:
        # Returned, not raised: the count must outlive the refusal.
        service.count_wrong(uow, call.member.id, call.at)
        return Refusal(error, catalog.ways(error))
    return Reply(
        said(
            (members.mention(uow, link.member), " is asked to agree too, on the other platform."),
            "They have an hour. Nothing changes before that.",
            buttons=(_STATUS, _CANCEL),
        )
    )


def _new_code(uow: UnitOfWork, call: Call, limits: LinkingLimits) -> Reply:
    waiting = service.pending(uow, call.member.id, call.at)
    if waiting is not None:
        return _stand(uow, call, waiting)
    link = service.make(uow, call.member.id, call.at, limits)
    return Reply(
        said(
            ("Your code: ", Code(link.code)),
            f"On your other platform, send /link with this code. It works once, for {limits.code_minutes} minutes.",
            "Both accounts are shown to both sides before anything happens. Give the code to nobody else.",
            buttons=(Button("Forget this code", ("link", "cancel")),),
        )
    )


def look_again(
    uow: UnitOfWork, call: Call, form: Waiting, *, catalog: Catalog, limits: LinkingLimits, plans: Plans
) -> Message | None:
    """Both accounts side by side, before the last yes."""
    if not form.code:
        if not waiting_options(uow, "", call.member):
            raise NothingToAgree
        raise InvalidField("code", "Pick who wants to be linked, to see both accounts.")
    link = service.to_agree(uow, call.member.id, form.code, call.at)
    at_once = service.at_once(uow, link, call.at, plans)
    return _both(uow, catalog, call.member.id, link.beyond(call.member.id), _when(limits, at_once=at_once))


def agree(uow: UnitOfWork, call: Call, form: Waiting, *, limits: LinkingLimits, plans: Plans) -> Reply:
    """The last yes."""
    agreed = service.agree(uow, call.member.id, form.code, call.at, limits=limits, plans=plans)
    if agreed.merges_at is None:
        line = "Your accounts are one now: the same wallet and the same streak on each platform."
        return Reply(said(line, tone=Tone.SUCCESS, buttons=(Button("Wallet", ("wallet",)),)))
    return Reply(
        said(
            ("Agreed. The two accounts become one ", Moment(agreed.merges_at, call.member.zone), "."),
            "Until then either side can cancel; afterwards there is no undo.",
            tone=Tone.SUCCESS,
            buttons=(_CANCEL, _STATUS),
        )
    )


def cancel(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    """Call a link off."""
    link = service.cancel(uow, call.member.id, call.at)
    if link is None:
        return Reply(said("The code no longer works. A new one comes with /link."))
    other = members.mention(uow, link.beyond(call.member.id))
    line: Line = ("Called off: this account and that of ", other, " stay two.")
    return Reply(said(line, buttons=(Button("Start again", ("link",)),)))


def status(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    """What is linked, and what waits."""
    waiting = service.pending(uow, call.member.id, call.at)
    if waiting is not None:
        return _stand(uow, call, waiting)
    mine = members.addresses(uow, call.member.id)
    buttons: tuple[Button, ...] = (Button("Link another platform", ("link",)),)
    if len(mine) > 1:
        buttons += (Button("Remove one", ("link", "remove")),)
    return Reply(Message((_linked(mine), Text("No link waits.")), buttons=buttons))


def _stand(uow: UnitOfWork, call: Call, link: Link) -> Reply:
    """Where a link that waits stands, as one of its two sides sees it."""
    me = call.member
    other = members.mention(uow, link.beyond(me.id))
    buttons: tuple[Button, ...] = (_CANCEL,)
    line: Line
    if link.merges_at is not None:
        line = ("This account and that of ", other, " become one ", Moment(link.merges_at, me.zone), ".")
    elif link.member == me.id:
        line = (
            other,
            " gave your code back and waits for you, until ",
            Moment(link.expires_at, me.zone),
            ".",
        )
        buttons = (Button("Look and agree", ("link", "agree"), {"code": link.code}), _CANCEL)
    else:
        line = (other, " is asked to agree, until ", Moment(link.expires_at, me.zone), ".")
    return Reply(Message((_linked(members.addresses(uow, me.id)), Text(line)), buttons=buttons))


def _linked(mine: list[Address]) -> Facts:
    return Facts(tuple((item.identity.platform.capitalize(), item.name) for item in mine))


def confirm_remove(uow: UnitOfWork, call: Call, form: Leaving) -> Message:
    """Which account leaves, and without what."""
    address = _leaving(uow, call, form)
    return said(
        f"Remove your {address.identity.platform.capitalize()} account ({address.name}) from this wallet?",
        "Coins, credits, streak and history stay here. That account starts again with an empty wallet.",
        "To bring it back, link it again.",
    )


def remove(uow: UnitOfWork, call: Call, form: Leaving, *, salt: Salt) -> Reply:
    """Let an account leave; the wallet stays with the one that asks."""
    address = _leaving(uow, call, form)
    service.remove(uow, call.member.id, address.identity, call.at, salt)
    line = f"Your {address.identity.platform.capitalize()} account left. The wallet stays here."
    return Reply(said(line, tone=Tone.SUCCESS, buttons=(_STATUS,)))


def _leaving(uow: UnitOfWork, call: Call, form: Leaving) -> Address:
    """The account that is meant: the named one, or the only other one."""
    mine = members.addresses(uow, call.member.id)
    if len(mine) == 1:
        raise OnlyIdentity
    others = [address for address in mine if address.identity.platform != call.place.platform]
    if form.platform:
        chosen = [address for address in others if address.identity.platform == form.platform]
    else:
        chosen = others if len(others) == 1 else []
    if not chosen:
        names = " or ".join(sorted(address.identity.platform.capitalize() for address in others))
        raise InvalidField("platform", f"The account you write from keeps the wallet. Pick {names}.")
    return chosen[0]


def _both(uow: UnitOfWork, catalog: Catalog, mine: MemberId, theirs: MemberId, when: str) -> Message:
    """Both members with what they have, as each is shown before agreeing."""
    blocks: list[Text | Facts] = [Text((Bold("Make these two accounts one?"),))]
    for side in (mine, theirs):
        member = members.member(uow, side)
        rows = tuple(row for card in catalog.cards for row in card.rows(uow, member))
        name = _name(uow, side) + (" (this account)" if side == mine else "")
        blocks += [Text((Bold(name),)), Facts(rows)]
    blocks.append(Text("Balances and debts add, the longer streak and the dearer plan stay. Roles stay behind."))
    blocks.append(Text(when))
    return Message(tuple(blocks))


def _name(uow: UnitOfWork, member: MemberId) -> str:
    platforms = ", ".join(item.identity.platform.capitalize() for item in members.addresses(uow, member))
    return f"{members.member(uow, member).name} on {platforms}"


def _when(limits: LinkingLimits, *, at_once: bool | None) -> str:
    if at_once or limits.merge_hours == 0:
        return "It takes effect at once. There is no undo."
    hours = f"{limits.merge_hours} h after both sides agreed"
    if at_once is None:
        return f"It takes effect {hours}, or at once if one side owns nothing. Then there is no undo."
    return f"It takes effect {hours}; until then either side can cancel. Then there is no undo."


COMMANDS = (
    Command(
        ("link", "start"),
        "Use one account on both platforms",
        form=Given,
        confirm=look,
        run=start,
        topic=_TOPIC,
        begins=True,
        front=True,
    ),
    Command(
        ("link", "agree"),
        "Agree to a link",
        form=Waiting,
        confirm=look_again,
        run=agree,
        topic=_TOPIC,
        begins=True,
    ),
    Command(("link", "cancel"), "Call a link off", run=cancel, topic=_TOPIC),
    Command(("link", "status"), "What is linked, and what waits", run=status, topic=_TOPIC),
    Command(
        ("link", "remove"),
        "Let an account leave your wallet",
        form=Leaving,
        confirm=confirm_remove,
        run=remove,
        topic=_TOPIC,
        begins=True,
    ),
)
