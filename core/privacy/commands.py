"""`/privacy …`: see, take, stay, go."""

from typing import Annotated

from core.audit import service as audit
from core.chat import (
    Asked,
    Attachment,
    Bold,
    Button,
    Call,
    Command,
    Done,
    Facts,
    Kind,
    Line,
    Message,
    Nothing,
    Reply,
    Text,
    Tone,
    said,
)
from core.chat.catalog import Catalog
from core.db import UnitOfWork
from core.entitlements import service as entitlements
from core.entitlements.service import Plans
from core.errors import InvalidField
from core.members import service as members
from core.ports import Vault
from core.privacy import rules, service
from core.privacy.archive import Archive, Packed
from core.privacy.errors import AlreadyLeaving
from core.privacy.rules import PrivacyLimits
from core.roles import service as roles
from core.values import dataclass

_TOPIC = "You"
_STAY = Button("Stay", ("privacy", "stay"))
_EXPORT = Button("Get a copy first", ("privacy", "export"))
IN_WORDS = {
    "conversations": "forms you have open",
    "ledger": "each coin and credit that moved",
    "profile": "your name, accounts and profile",
    "plan": "your plan",
    "tracked links": "links you made",
    "costs": "what you cost and brought",
    "earnings": "what you earned",
    "announcements": "messages I sent you",
    "gate": "how much AI you used",
    "connected accounts": "connected accounts and their figures",
    "answers": "your answers",
    "notebook": "your notebook",
    "reviews": "what staff looked at for you",
    "assistant": "your talks with me",
    "visits": "the days you came by",
    "questions": "when you answered",
    "linking": "links between your platforms",
}
"""What a part of an export is called here, where its file has a shorter name."""
SURE = "erase"
"""What has to be typed to skip the days."""


@dataclass(frozen=True, slots=True)
class Going:
    """Whether to go at once, and the word that says it is meant."""

    now: Annotated[
        bool, Asked(Kind.FLAG, "Erase everything today", "Yes skips the waiting time, and there is no way back")
    ] = False
    word: Annotated[
        str, Asked(Kind.TEXT, "The word erase", "Only to erase today: it says that you mean it", maximum=20,
                   example=SURE)
    ] = ""  # fmt: skip


def show(uow: UnitOfWork, call: Call, form: Nothing, *, catalog: Catalog, limits: PrivacyLimits) -> Reply:
    """What is held, in a few lines, and the two ways on."""
    member = call.member
    rows = [row for card in catalog.cards for row in card.rows(uow, member)]
    rows.append(("Held on you", _held(uow, call, catalog)))
    lines: list[Line] = ["A copy of all of it comes as a ZIP within a minute."]
    if member.leaves_at is not None:
        lines.append(f"You are leaving on {service.day_of(member, member.leaves_at)}; until then you can stay.")
        last = _STAY
    else:
        lines.append(f"Leaving takes {limits.erase_days} days, and until then you can stay after all.")
        last = Button("Leave", ("privacy", "erase"))
    blocks = (Text((Bold("Your data"),)), Facts(tuple(rows)), *said(*lines).blocks)
    return Reply(Message(blocks, buttons=(Button("Get a copy", ("privacy", "export")), last)))


async def export(
    call: Call, form: Nothing, *, catalog: Catalog, archive: Archive, vault: Vault, limits: PrivacyLimits
) -> Done:
    """Everything held on the member, as a file or behind a link."""
    packed = await archive.make(catalog.exports, call.member.id, call.at)
    size = len(packed.content)
    what = f"{packed.rows:,} rows in {packed.parts} parts, {rules.size_in_words(size)}"
    if rules.fits_a_message(size, limits):
        message = _as_file(packed, what)
    else:
        url = await vault.keep(packed.name, packed.content, limits.export_link_hours)
        message = said(
            f"Everything I hold on you: {what}. Too large to send here.",
            f"The link works for {limits.export_link_hours} h. Who has it can read your data: {url}",
        )

    def apply(uow: UnitOfWork, delivered: str) -> Reply:
        detail = {"rows": packed.rows, "bytes": size}
        audit.write(uow, call.member.id, "privacy.export", f"member:{call.member.id}", at=call.at, detail=detail)
        return Reply(message)

    return Done(apply)


def _as_file(packed: Packed, what: str) -> Message:
    file = Attachment(packed.name, packed.content, "A ZIP with everything Tandem holds on you")
    return Message((Text(f"Everything I hold on you: {what}. JSON for programs, CSV for spreadsheets."), file))


def confirm_erase(
    uow: UnitOfWork, call: Call, form: Going, *, catalog: Catalog, limits: PrivacyLimits, plans: Plans
) -> Message:
    """What is lost, and when. Skipping the days takes a typed word besides."""
    member = call.member
    if form.now and form.word.casefold() != SURE:
        raise InvalidField("word", f'Today means at once, and there is no way back. If you are sure, type "{SURE}".')
    if not form.now and member.leaves_at is not None:
        raise AlreadyLeaving(service.day_of(member, member.leaves_at))
    rows = tuple(_lost(uow, call, catalog, plans))
    if form.now:
        head = "Erase everything now? This is lost at once, and nobody can bring it back:"
        lines = ["Bought coins and credits are given up too; nothing is paid out."]
    else:
        head = f"Leave in {limits.erase_days} days? On that day this is lost for good:"
        lines = ["Until then nothing new starts, and /privacy stay keeps everything."]
    lines.append("The books keep their sums without your name. If you come back, you start anew.")
    blocks = (Text((Bold(head),)), Facts(rows), *said(*lines).blocks)
    return Message(blocks, tone=Tone.DANGER, buttons=(_EXPORT,))


def _lost(uow: UnitOfWork, call: Call, catalog: Catalog, plans: Plans) -> list[tuple[str, Line]]:
    member = call.member
    rows = [row for card in catalog.cards for row in card.rows(uow, member)]
    granted = roles.of_member(uow, member.id)
    if granted:
        rows.append(("Roles", ", ".join(grant.role.value for grant in granted)))
    plan = entitlements.of(uow, member.id, call.at, plans).plan
    rows.append(("Plan", plan.value.capitalize()))
    rows.append(("Held on you", _held(uow, call, catalog)))
    return rows


def _held(uow: UnitOfWork, call: Call, catalog: Catalog) -> str:
    """What there is of a member, as they would call it."""
    mine = members.everyone(uow, call.member.id)
    there = (export for export in catalog.exports if any(export.rows(uow, one) for one in mine))
    return ", ".join(dict.fromkeys(IN_WORDS.get(export.name, export.name) for export in there))


def erase(uow: UnitOfWork, call: Call, form: Going, *, limits: PrivacyLimits) -> Reply:
    """Open the days, or go now."""
    if form.now:
        service.erase_now(uow, call.member.id, call.at)
        return Reply(said("You are erased here. What you owned is given up. Farewell.", tone=Tone.DANGER))
    leaves_at = service.leave(uow, call.member.id, call.place.platform, call.at, limits)
    return Reply(
        said(
            f"You are leaving on {service.day_of(call.member, leaves_at)}. Until then nothing new starts.",
            "/privacy stay takes it back, on any day before.",
            tone=Tone.WARNING,
            buttons=(_STAY, Button("Get a copy", ("privacy", "export"))),
        )
    )


def stay(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    """Take leaving back."""
    service.stay(uow, call.member.id, call.at)
    return Reply(said("You stay, and everything is as it was.", tone=Tone.SUCCESS))


COMMANDS = (
    Command(("privacy", "show"), "What is held on you", run=show, topic=_TOPIC, front=True),
    Command(("privacy", "export"), "Get a copy of your data", errand=export, topic=_TOPIC),
    Command(
        ("privacy", "erase"),
        "Leave, and have everything erased",
        form=Going,
        confirm=confirm_erase,
        run=erase,
        topic=_TOPIC,
        visits=False,
    ),
    Command(("privacy", "stay"), "Stay after all", run=stay, topic=_TOPIC),
)
