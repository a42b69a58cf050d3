"""`/connect …`: which accounts are connected, and proving another one."""

from datetime import timedelta
from typing import Annotated

from core.chat import (
    Asked,
    Bold,
    Button,
    Call,
    Code,
    Command,
    Done,
    Facts,
    Kind,
    Line,
    Message,
    Nothing,
    Option,
    Reply,
    Text,
    Tone,
    Visit,
    said,
)
from core.chat.form import shortened
from core.db import UnitOfWork
from core.errors import InvalidField
from core.ids import new_code
from core.members.service import Salt
from core.metrics import connecting, repository, rules, service, sign_in
from core.metrics.errors import CodeNotThere, NoSuchChannel, NotConfigured, NothingConnected, NothingToProve
from core.metrics.reactions import label, state
from core.metrics.repository import MetricAccount
from core.metrics.rules import MetricLimits
from core.metrics.sealing import Keys
from core.metrics.service import Sources
from core.people import Member
from core.sources import Found, Loss, Way
from core.values import dataclass

_TOPIC = "You"
DEMO, TIKTOK, YOUTUBE = "demo", "tiktok", "youtube"
CODE_LENGTH = 8
_SHOW = Button("Connected accounts", ("connect", "show"))
_REMOVE = Button("Disconnect one", ("connect", "remove"))


def account_options(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    """The member's accounts."""
    found = [Option(str(one.id), shortened(label(one))) for one in service.accounts(uow, member.id)]
    return [option for option in found if prefix in option.label.casefold()]


def channel_options(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    """The channels for which the member was given a code."""
    rows = uow.run(repository.ALL_PROOFS, member=member.id)
    found = [Option(row.external_id, shortened(row.name)) for row in rows if row.platform == YOUTUBE]
    return [option for option in found if prefix in option.label.casefold()]


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, as people write it."""

    channel: Annotated[
        str, Asked(Kind.TEXT, "Your channel", "Its handle or address", maximum=200, example="@annskitchen")
    ]


@dataclass(frozen=True, slots=True)
class Proven:
    """A channel that has its code."""

    channel: Annotated[
        str, Asked(Kind.CHOICE, "Which channel", "The one with the code in its description", source=channel_options)
    ]


@dataclass(frozen=True, slots=True)
class Story:
    """What becomes of a made-up account."""

    story: Annotated[
        str, Asked(Kind.TEXT, "Which story", "fast, steady, shrinking, idle, hidden or away", maximum=20)
    ] = "steady"


@dataclass(frozen=True, slots=True)
class Which:
    """One of the member's accounts."""

    account: Annotated[str, Asked(Kind.CHOICE, "Which account", source=account_options)] = ""


def show(uow: UnitOfWork, call: Call, form: Nothing, *, sources: Sources, keys: Keys) -> Reply:
    """What is connected, and what can be."""
    mine = service.accounts(uow, call.member.id)
    ways = _ways(sources, keys)
    blocks: list[Text | Facts] = [Text((Bold("Connected accounts"),))]
    if mine:
        blocks.append(Facts(tuple((label(one), _standing(uow, one)) for one in mine)))
    else:
        blocks.append(Text("None yet. A connected account lets challenges be settled by what really happened."))
    if ways:
        blocks.append(Text("I only read: followers, posts and their counts. I can not post or change anything."))
    closed = [rules.shown(platform) for platform in (TIKTOK, YOUTUBE) if not any(platform == of for of, _ in ways)]
    blocks += [Text(f"{name} can not be connected here: the operator has not set it up.") for name in closed]
    buttons = tuple(button for _, button in ways) + ((_REMOVE,) if mine else ())
    return Reply(Message(tuple(blocks), buttons=buttons))


def _ways(sources: Sources, keys: Keys) -> list[tuple[str, Button]]:
    """What can be connected here, and by which command."""
    found = [
        (platform, Button(words, ("connect", command)))
        for platform, command, words in (
            (TIKTOK, "tiktok", "Connect TikTok"),
            (YOUTUBE, "google", "Connect YouTube by sign-in"),
        )
        if _signs_in(platform, sources, keys)
    ]
    if YOUTUBE in sources.readers and YOUTUBE in sources.lookups:
        found.append((YOUTUBE, Button("Connect YouTube by a code", ("connect", "youtube"))))
    if DEMO in sources.readers and DEMO in sources.lookups:
        found.append((DEMO, Button("Connect a demo account", ("connect", "demo"))))
    return found


def _signs_in(platform: str, sources: Sources, keys: Keys) -> bool:
    return bool(keys) and platform in sources.readers and platform in sources.sign_ins


def _standing(uow: UnitOfWork, account: MetricAccount) -> Line:
    how = {Way.OAUTH: "by sign-in", Way.CODE: "by a code", Way.DEMO: "made up"}[account.way]
    if account.loss is not None:
        return state(account)
    last = uow.run(repository.LAST_SNAPSHOT, account=account.id).first()
    if last is None:
        return f"{how}; first reading under way"
    if last.followers is None:
        return f"{how}; hides its followers"
    return f"{last.followers:,} followers{_about(last.step)}; {how}"


def _about(step: int) -> str:
    """A floored number says so."""
    return f" (the platform rounds to {step:,})" if step > 1 else ""


# By signing in


def tiktok(
    uow: UnitOfWork, call: Call, form: Nothing, *, sources: Sources, keys: Keys, limits: MetricLimits, salt: Salt
) -> Visit:
    """Send the member to TikTok."""
    return _visit(uow, call, TIKTOK, sources=sources, keys=keys, limits=limits, salt=salt)


def google(
    uow: UnitOfWork, call: Call, form: Nothing, *, sources: Sources, keys: Keys, limits: MetricLimits, salt: Salt
) -> Visit:
    """Send the member to Google."""
    return _visit(uow, call, YOUTUBE, sources=sources, keys=keys, limits=limits, salt=salt)


def _visit(
    uow: UnitOfWork, call: Call, platform: str, *, sources: Sources, keys: Keys, limits: MetricLimits, salt: Salt
) -> Visit:
    name = rules.shown(platform)
    if not _signs_in(platform, sources, keys):
        raise NotConfigured(name)
    url = sign_in.begin(
        uow, call.member.id, platform, call.at, place=call.place.platform, sources=sources, keys=keys, limits=limits,
        salt=salt,
    )  # fmt: skip
    return Visit(
        url,
        f"Sign in at {name}",
        said(
            f"Sign in at {name} and let me see {' and '.join(sign_in.NEEDED[platform].values())}.",
            "I only read. I can not post or change anything, and you can take it back at any time.",
            f"The link works once, for {limits.sign_in_minutes} minutes. Keep it to yourself: what is signed in "
            "there is connected to you.",
        ),
    )


# By a code in the description


async def youtube(call: Call, form: Channel, *, sources: Sources, limits: MetricLimits) -> Done:
    """Look a channel up and give a code for its description."""
    found = await _found(form.channel, sources)
    expires_at = call.at + timedelta(hours=limits.code_hours)

    def apply(uow: UnitOfWork, delivered: str) -> Reply:
        row = {"member_id": call.member.id, "platform": YOUTUBE, "external_id": found.external_id}
        code = f"tandem-{new_code(CODE_LENGTH)}"
        code = uow.run(repository.KEEP_PROOF, name=found.name, code=code, expires_at=expires_at, **row).scalar()
        check = Button("Check", ("connect", "check"), {"channel": found.external_id})
        return Reply(
            said(
                ("Is ", Bold(found.name), f" (@{found.handle})" if found.handle else "", " yours?"),
                ("Put this anywhere into its description and save: ", Code(code)),
                f"Then press Check. The code works for {limits.code_hours} hours; take it out again afterwards.",
                buttons=(check,),
            )
        )

    return Done(apply)


async def _found(name: str, sources: Sources) -> Found:
    lookup = sources.lookups.get(YOUTUBE)
    if lookup is None or YOUTUBE not in sources.readers:
        raise NotConfigured(rules.shown(YOUTUBE))
    found = await lookup.find(name)
    if found is None:
        raise NoSuchChannel(rules.shown(YOUTUBE), name.strip()[:60])
    return found


async def check(call: Call, form: Proven, *, sources: Sources, limits: MetricLimits, salt: Salt) -> Done:
    """See whether the code is there; then the channel is proven."""
    found = await _found(form.channel, sources)

    def apply(uow: UnitOfWork, delivered: str) -> Reply:
        rows = uow.run(repository.PROOFS, member=call.member.id, moment=call.at)
        row = next((one for one in rows if (one.platform, one.external_id) == (YOUTUBE, found.external_id)), None)
        if row is None:
            raise NothingToProve(limits.code_hours)
        if row.code.casefold() not in found.description.casefold():
            raise CodeNotThere(found.name[:60], row.code)
        account = connecting.connect(
            uow, call.member.id, YOUTUBE, found, call.at, way=Way.CODE, limits=limits, salt=salt
        )
        uow.run(repository.END_PROOF, member=call.member.id, of_platform=YOUTUBE, named=found.external_id)
        return _connected(account, "You can take the code out of the description now.")

    return Done(apply)


def _connected(account: MetricAccount, *lines: Line) -> Reply:
    words = f"{label(account)} is connected.", "I read it once a day from now on, the first time in this minute."
    return Reply(said(*words, *lines, tone=Tone.SUCCESS, buttons=(_SHOW,)))


# Made up


async def demo(call: Call, form: Story, *, sources: Sources, limits: MetricLimits, salt: Salt) -> Done:
    """Connect an account whose figures are made up; only where time can travel."""
    lookup = sources.lookups.get(DEMO)
    if lookup is None or DEMO not in sources.readers:
        raise NotConfigured("A demo account")
    found = await lookup.find(f"{form.story.strip().lower()}-m{call.member.id}")
    if found is None:
        raise NoSuchChannel("The demo", form.story.strip()[:60])

    def apply(uow: UnitOfWork, delivered: str) -> Reply:
        account = connecting.connect(uow, call.member.id, DEMO, found, call.at, way=Way.DEMO, limits=limits, salt=salt)
        return _connected(account, "Its figures are made up, and what they settle is play.")

    return Done(apply)


# Letting go


def confirm_remove(uow: UnitOfWork, call: Call, form: Which) -> Message:
    """What ends with it."""
    account = _chosen(uow, call, form)
    return said(
        f"Disconnect {label(account)}?",
        "I stop reading it at once. A running challenge on it can then not be measured, which counts as leaving it.",
        "You can connect it again at any time; another member only after some weeks.",
    )


def remove(uow: UnitOfWork, call: Call, form: Which) -> Reply:
    """Disconnect an account."""
    account = _chosen(uow, call, form)
    service.disconnect(uow, account.id, call.at)
    words = f"{label(account)} is disconnected, and I no longer have access to it."
    return Reply(said(words, tone=Tone.SUCCESS, buttons=(_SHOW,)))


def _chosen(uow: UnitOfWork, call: Call, form: Which) -> MetricAccount:
    """The account that is meant: the named one, or the only one."""
    mine = service.accounts(uow, call.member.id)
    if not mine:
        raise NothingConnected
    chosen = [one for one in mine if form.account in {str(one.id), label(one)}] if form.account else mine
    if len(chosen) != 1:
        raise InvalidField("account", f"Pick one of yours: {', '.join(label(one) for one in mine)}."[:200])
    assert chosen[0].loss is not Loss.DISCONNECTED
    return chosen[0]


COMMANDS = (
    Command(("connect", "show"), "Your connected accounts, and what can be", run=show, topic=_TOPIC, front=True),
    Command(("connect", "tiktok"), "Connect TikTok by signing in there", run=tiktok, topic=_TOPIC, begins=True),
    Command(("connect", "google"), "Connect YouTube by signing in at Google", run=google, topic=_TOPIC, begins=True),
    Command(
        ("connect", "youtube"), "Connect YouTube by a code in the description", form=Channel, errand=youtube,
        topic=_TOPIC, begins=True,
    ),
    Command(
        ("connect", "check"), "Check whether the code is in the description", form=Proven, errand=check, topic=_TOPIC,
        begins=True,
    ),
    Command(
        ("connect", "demo"),
        "Connect a made-up account, in a demo",
        form=Story,
        errand=demo,
        topic=_TOPIC,
        begins=True,
    ),
    Command(
        ("connect", "remove"), "Disconnect an account", form=Which, confirm=confirm_remove, run=remove, topic=_TOPIC
    ),
)  # fmt: skip
