"""`/offers`: partner pages. `/appeal`: lift a pause. `/admin ease`: the same, by staff."""

from typing import Annotated

from core.audit import service as audit
from core.chat import (
    Asked,
    Bold,
    Button,
    Call,
    Command,
    Kind,
    Mention,
    Message,
    Moment,
    Nothing,
    Reply,
    Text,
    Tone,
    Visit,
    said,
)
from core.chat.message import Block
from core.db import UnitOfWork
from core.gate import standing, words
from core.gate.errors import NoSuchOffer, OwnPause
from core.gate.rules import GateLimits, Offer
from core.ids import MemberId
from core.links import service as links
from core.links.rules import Redirects
from core.members import service as members
from core.people import Role
from core.values import dataclass

LABEL = "Partner link, we earn a commission"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class WhichOffer:
    """A partner's short name; without it, all of them."""

    partner: Annotated[str, Asked(Kind.TEXT, "Partner", "Its short name; leave it out to see all", maximum=40)] = ""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody to help."""

    member: Annotated[MemberId, Asked(Kind.MEMBER, "Who")]


def offers(uow: UnitOfWork, call: Call, form: WhichOffer, *, limits: GateLimits, redirects: Redirects) -> Reply | Visit:
    """Show the partners of the member's language, or the way to one of them."""
    found = standing.offers(uow, call.member.id, limits)
    if form.partner:
        chosen = next((offer for offer in found if offer.name == form.partner.strip().lower()), None)
        if chosen is None:
            raise NoSuchOffer("partner", "No partner has that short name. /offers without one lists them.")
        return _way_to(uow, call, chosen, limits, redirects)
    if not found:
        lines = ("There is no partner page for you just now.", "AI never waits for one: it stays open without a visit.")
        return Reply(said(*lines, buttons=(words.TOP_UP, words.PLANS)))
    until = standing.open_until(uow, call.member.id, limits)
    blocks: list[Block] = [Text((Bold("Partner pages"),))]
    if until is not None and until > call.at:
        blocks.append(Text(("Your last visit keeps AI open until ", Moment(until, call.member.zone), ".")))
    blocks += [Text(_line(offer, limits)) for offer in found[:SHOWN]]
    buttons = tuple(Button(offer.label[:40], ("offers",), {"partner": offer.name}) for offer in found[:SHOWN])
    return Reply(Message(tuple(blocks), buttons=(*buttons, words.PLANS)))


def _line(offer: Offer, limits: GateLimits) -> tuple[Bold | str, ...]:
    about = f": {offer.about}" if offer.about else ""
    share = f" ({offer.commission})" if offer.commission else ""
    opens = f" A visit keeps AI open for {limits.visit_hours} h." if offer.rewarded else ""
    return Bold(offer.label), f"{about}\n{LABEL}{share}; you owe nothing.{opens}"


def _way_to(uow: UnitOfWork, call: Call, offer: Offer, limits: GateLimits, redirects: Redirects) -> Visit:
    code = links.own(uow, offer.url, standing.purpose(offer), call.member.id, call.at)
    return Visit(redirects.url(code), offer.label[:40], said(_line(offer, limits)))


def appeal(uow: UnitOfWork, call: Call, form: Nothing, *, limits: GateLimits) -> Reply:
    """Lift the pause, once in a while without anybody looking."""
    standing.appeal(uow, call.member, call.at, limits)
    return Reply(
        said(
            "The pause is lifted, and what led to it is forgotten.",
            f"That works by itself once in {limits.appeal_days} days; after that support looks at it.",
            tone=Tone.SUCCESS,
        )
    )


def ease(uow: UnitOfWork, call: Call, form: Who) -> Reply:
    """Lift somebody's pause; not one's own."""
    who = members.member(uow, form.member)
    if who.id == call.member.id:
        raise OwnPause
    if not standing.ease(uow, who.id, call.at):
        return Reply(said((Mention(who.name), " is not held up by anything.")))
    audit.write(uow, call.member.id, "pace.ease", f"member:{who.id}", at=call.at, detail={})
    return Reply(said(("The pause of ", Mention(who.name), " is lifted."), tone=Tone.SUCCESS))


COMMANDS = (
    Command(("offers",), "Partner pages, and what a visit opens", form=WhichOffer, run=offers, topic="Credits"),
    Command(("appeal",), "Lift a pause of the AI", run=appeal, topic="Credits"),
    Command(("admin", "ease"), "Lift a member's pause", form=Who, run=ease, role=Role.SUPPORT, topic="Staff"),
)
