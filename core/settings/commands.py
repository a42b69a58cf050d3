"""`/settings …`: time zone, quiet hours, notices, gifts, language."""

from typing import Annotated

from core.chat import (
    Asked,
    Bold,
    Button,
    Call,
    Command,
    Facts,
    Kind,
    Line,
    Message,
    Nothing,
    Notice,
    Option,
    Reply,
    Text,
    Tone,
    said,
)
from core.chat.catalog import Catalog
from core.clock import zone
from core.db import UnitOfWork
from core.facts import NoticeTurned
from core.members import service as members
from core.members.rules import MemberRules
from core.outbox.rules import NoticeLimits
from core.people import Member
from core.settings import rules
from core.settings.errors import UnknownNotice
from core.values import dataclass

LANGUAGES = (
    Option("en", "English"), Option("de", "Deutsch"), Option("es", "Español"), Option("fr", "Français"),
    Option("it", "Italiano"), Option("pt", "Português"), Option("nl", "Nederlands"), Option("pl", "Polski"),
    Option("tr", "Türkçe"), Option("ar", "العربية"), Option("hi", "हिन्दी"), Option("id", "Bahasa Indonesia"),
    Option("ja", "日本語"), Option("ko", "한국어"), Option("zh", "中文"),
)  # fmt: skip
GIFTS = "gifts"
_TOPIC = "You"


def zone_options(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    """Zones for what was typed so far."""
    return [Option(name, rules.shown_zone(name)) for name in rules.matching_zones(prefix, most=25)]


@dataclass(frozen=True, slots=True)
class Zone:
    """Where the member's day begins."""

    zone: Annotated[
        str,
        Asked(Kind.CHOICE, "Your time, city or zone", "14:05, Berlin or Europe/Berlin", source=zone_options),
    ]


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nothing unprompted arrives."""

    start: Annotated[str, Asked(Kind.TEXT, "Quiet from", "Local time, for example 22:00", maximum=10)]
    end: Annotated[str, Asked(Kind.TEXT, "Quiet until", "Local time; the same time twice means never", maximum=10)]


@dataclass(frozen=True, slots=True)
class Switch:
    """Something to turn on or off."""

    on: Annotated[bool, Asked(Kind.FLAG, "On")]


@dataclass(frozen=True, slots=True)
class NoticeSwitch:
    """A kind of notice to turn on or off."""

    notice: Annotated[str, Asked(Kind.TEXT, "Notice", "Its name, as /settings shows it", maximum=40)]
    on: Annotated[bool, Asked(Kind.FLAG, "On")]


@dataclass(frozen=True, slots=True)
class Language:
    """What coach and agents answer in."""

    language: Annotated[str, Asked(Kind.CHOICE, "Language", options=LANGUAGES)]


def show(uow: UnitOfWork, call: Call, form: Nothing, *, notices: NoticeLimits, catalog: Catalog) -> Reply:
    """Everything a member can set, with what it is now."""
    now = members.settings(uow, call.member.id)
    start, end = now.quiet or (notices.quiet_from, notices.quiet_to)
    off = members.turned_off(uow, call.member.id)
    local = call.at.astimezone(zone(now.zone))
    language = next((option.label for option in LANGUAGES if option.value == now.language), now.language)
    rows: list[tuple[str, Line]] = [
        (
            "Time zone",
            f"{rules.shown_zone(now.zone)}, {local:%H:%M} now" + ("" if now.zone_changed_at else " (assumed)"),
        ),
        ("Quiet hours", "never" if start == end else f"{start:%H:%M} to {end:%H:%M}"),
        ("Coach answers in", language),
        ("Gifts", "off" if GIFTS in off else "welcome"),
    ]
    counted = [notice for notice in catalog.notices.values() if notice.counted and not notice.staff]
    on = members.asked_for(uow, call.member.id)
    rows += [(item.label, "on" if _is_on(item, off, on) else "off") for item in counted]
    addresses = members.addresses(uow, call.member.id)
    rows.append(("Known on", ", ".join(address.identity.platform.capitalize() for address in addresses)))
    buttons = (
        Button("Time zone", ("settings", "zone")),
        Button("Quiet hours", ("settings", "quiet")),
        Button("Language", ("settings", "language")),
        Button("Take gifts" if GIFTS in off else "Take no gifts", ("settings", "gifts"), {"on": GIFTS in off}),
        *(_switch(item, on=not _is_on(item, off, on)) for item in counted if item.opt_in),
        Button("Link another platform", ("link",)),
    )
    return Reply(Message((Text((Bold("Settings"),)), Facts(tuple(rows))), buttons=buttons))


def _is_on(notice: Notice, off: frozenset[str], on: frozenset[str]) -> bool:
    return notice.name in on if notice.opt_in else f"notice:{notice.name}" not in off


def _switch(notice: Notice, *, on: bool) -> Button:
    label = f"{notice.label} {'on' if on else 'off'}"
    return Button(label, ("settings", "notice"), {"notice": notice.name, "on": on})


def set_zone(uow: UnitOfWork, call: Call, form: Zone, *, limits: MemberRules) -> Reply:
    """Change the time zone, from a name or from what the clock shows there."""
    name = rules.read_zone(form.zone, call.at)
    members.set_zone(uow, call.member, name, call.at, limits)
    local = call.at.astimezone(zone(name))
    line = f"Your day now begins at midnight in {rules.shown_zone(name)}. It is {local:%H:%M} there."
    lines = [f"It can be changed again in {limits.time_zone_change_days} days."] if name != call.member.zone else []
    return Reply(said(line, *lines, tone=Tone.SUCCESS))


def set_quiet(uow: UnitOfWork, call: Call, form: Quiet) -> Reply:
    """Set quiet hours."""
    start, end = rules.read_time("start", form.start), rules.read_time("end", form.end)
    members.set_quiet_hours(uow, call.member.id, start, end)
    if start == end:
        return Reply(said("No quiet hours. At most two unprompted messages a day, as before.", tone=Tone.SUCCESS))
    line = f"Nothing unprompted from {start:%H:%M} to {end:%H:%M}, your time."
    return Reply(said(line, "Money, verdicts and security come at any hour.", tone=Tone.SUCCESS))


def set_language(uow: UnitOfWork, call: Call, form: Language) -> Reply:
    """Set what coach and agents answer in; the commands themselves speak English."""
    members.set_language(uow, call.member.id, form.language)
    label = next(option.label for option in LANGUAGES if option.value == form.language)
    return Reply(said(f"Coach and agents answer in {label}. Commands and buttons stay English.", tone=Tone.SUCCESS))


def set_gifts(uow: UnitOfWork, call: Call, form: Switch) -> Reply:
    """Take gifts or not."""
    members.turn(uow, call.member.id, GIFTS, on=form.on)
    return Reply(said("Gifts are welcome." if form.on else "Nobody can send you gifts now.", tone=Tone.SUCCESS))


def set_notice(uow: UnitOfWork, call: Call, form: NoticeSwitch, *, catalog: Catalog) -> Reply:
    """Turn a kind of notice on or off, by its name or label."""
    wanted = form.notice.strip().casefold()
    counted = [notice for notice in catalog.notices.values() if notice.counted]
    for notice in counted:
        if wanted in {notice.name.casefold(), notice.label.casefold()}:
            if notice.opt_in:
                members.ask_for(uow, call.member.id, notice.name, on=form.on)
            else:
                members.turn(uow, call.member.id, f"notice:{notice.name}", on=form.on)
            uow.record(NoticeTurned(call.at, call.member.id, notice.name, form.on))
            return Reply(said(f"{notice.label}: {'on' if form.on else 'off'}.", tone=Tone.SUCCESS))
    if not counted:
        return Reply(said("There is nothing to turn off yet: I send no message that you did not cause."))
    known = ", ".join(notice.label for notice in counted if not notice.staff)
    raise UnknownNotice("notice", f"No notice that can be turned on or off is called that. There are: {known}.")


COMMANDS = (
    Command(("settings", "show"), "What you have set", run=show, topic=_TOPIC, front=True),
    Command(("settings", "zone"), "Set your time zone", form=Zone, run=set_zone, topic=_TOPIC),
    Command(("settings", "quiet"), "Set quiet hours", form=Quiet, run=set_quiet, topic=_TOPIC),
    Command(
        ("settings", "language"),
        "What coach and agents answer in",
        form=Language,
        run=set_language,
        topic=_TOPIC,
    ),
    Command(("settings", "gifts"), "Take gifts or not", form=Switch, run=set_gifts, topic=_TOPIC),
    Command(
        ("settings", "notice"),
        "Turn a kind of notice on or off",
        form=NoticeSwitch,
        run=set_notice,
        topic=_TOPIC,
    ),
)
