"""`/profile …`: who the member is as a creator. Typed values are marked own until a metric account measures them."""

from dataclasses import fields
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
    Option,
    Reply,
    Text,
    Tone,
    said,
)
from core.db import UnitOfWork
from core.members import service as members
from core.settings import rules
from core.values import dataclass

PLATFORMS = (
    Option("tiktok", "TikTok"), Option("youtube", "YouTube"), Option("instagram", "Instagram"),
    Option("twitch", "Twitch"), Option("x", "X"), Option("other", "Something else"),
)  # fmt: skip
_TOPIC = "You"


@dataclass(frozen=True, slots=True)
class Basics:
    """What every plan and challenge starts from."""

    platform: Annotated[str, Asked(Kind.CHOICE, "Main platform", options=PLATFORMS)]
    followers: Annotated[
        int,
        Asked(
            Kind.NUMBER,
            "Followers",
            "On your main platform",
            minimum=0,
            maximum=1_000_000_000,
            example="12000",
        ),
    ]
    niche: Annotated[str, Asked(Kind.TEXT, "Niche", "What you post about, for example street food", maximum=80)]
    engagement: Annotated[str, Asked(Kind.TEXT, "Engagement rate in percent", "If you know it: 3.4", maximum=8)] = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """What makes plans fit; all optional."""

    audience: Annotated[str, Asked(Kind.LONG_TEXT, "Audience", "Ages, places, what they do", maximum=500)] = ""
    signals: Annotated[str, Asked(Kind.LONG_TEXT, "Signals", "What they ask you for again and again", maximum=500)] = ""
    personality: Annotated[str, Asked(Kind.LONG_TEXT, "Personality", "How you come across", maximum=500)] = ""


def show(uow: UnitOfWork, call: Call, form: Nothing) -> Reply:
    """What is known, and where it comes from."""
    entries = {entry.name: entry for entry in members.profile(uow, call.member.id)}
    edit = Button("Edit the basics", ("profile", "basics"))
    more = Button("Audience and style", ("profile", "audience"))
    if not entries:
        line = "Nothing here yet. Four lines make plans and challenges fit you; it takes a minute."
        return Reply(said(line, buttons=(Button("Fill the basics", ("profile", "basics")),)))
    rows: list[tuple[str, Line]] = []
    for form_class in (Basics, Audience):
        for item in fields(form_class):
            entry = entries.get(item.name)
            if entry is not None:
                rows.append((_label(form_class, item.name), f"{_shown(entry.name, entry.value)} ({entry.origin})"))
    return Reply(Message((Text((Bold("Your creator profile"),)), Facts(tuple(rows))), buttons=(edit, more)))


def set_basics(uow: UnitOfWork, call: Call, form: Basics) -> Reply:
    """Keep the basics."""
    values = {"platform": form.platform, "followers": str(form.followers), "niche": form.niche}
    if form.engagement:
        values["engagement"] = rules.read_rate("engagement", form.engagement)
    return _keep(uow, call, values)


def set_audience(uow: UnitOfWork, call: Call, form: Audience) -> Reply:
    """Keep what was told of the audience; fields left empty stay as they were."""
    values = {"audience": form.audience, "signals": form.signals, "personality": form.personality}
    return _keep(uow, call, {name: value for name, value in values.items() if value})


def _keep(uow: UnitOfWork, call: Call, values: dict[str, str]) -> Reply:
    for name, value in values.items():
        members.tell(uow, call.member.id, name, value, call.at)
    if not values:
        return Reply(said("Nothing was changed: every field was left empty."))
    count = len(values)
    line = f"Kept {count} {'line' if count == 1 else 'lines'}, marked as your own figures."
    return Reply(said(line, tone=Tone.SUCCESS, buttons=(Button("See my profile", ("profile", "show")),)))


def _label(form: type, name: str) -> str:
    asked = form.__annotations__[name].__metadata__[0]
    return str(asked.label)


def _shown(name: str, value: str) -> str:
    match name:
        case "followers":
            return f"{int(value):,}"
        case "engagement":
            return f"{value}%"
        case "platform":
            return next((option.label for option in PLATFORMS if option.value == value), value)
    return value


COMMANDS = (
    Command(("profile", "show"), "Your creator profile", run=show, topic=_TOPIC, front=True),
    Command(("profile", "basics"), "Platform, followers, niche", form=Basics, run=set_basics, topic=_TOPIC),
    Command(
        ("profile", "audience"),
        "Audience and style",
        form=Audience,
        run=set_audience,
        asks_first=True,
        topic=_TOPIC,
    ),
)
