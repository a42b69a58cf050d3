"""Connecting by signing in at the platform: sent there, come back once, exchanged, told in the chat.

The state that travels carries our mark, so that what we never sent out is not even stored. It belongs to the member who
asked, whoever opens the link.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from core.chat import Again, Due, Hook, Job, Line, Tone, said
from core.chat.message import Button, Message
from core.chat.room import Headers
from core.db import Row, UnitOfWork
from core.errors import TandemError
from core.ids import MemberId
from core.members.service import Salt
from core.metrics import connecting, repository, rules, sealing
from core.metrics.errors import NotOurSignIn
from core.metrics.notices import ACCOUNTS, SHOW
from core.metrics.reactions import label
from core.metrics.rules import MetricLimits
from core.metrics.sealing import Keys
from core.metrics.service import REVOKE, Sources, unused
from core.metrics.tokens import known
from core.outbox import service as outbox
from core.ports import Observer
from core.schedule import service as schedule
from core.sources import AccessLost, Found, SourceAway, Tokens, Way
from core.values import dataclass

EXCHANGE = "metrics.exchange"
HOOK = "oauth"
MARK_LENGTH = 16
RETURN_MAX = 5_000
"""Bytes of what a browser brings back; nobody stores a novel for us."""
NEEDED = {
    "tiktok": {
        "user.info.basic": "your account",
        "user.info.profile": "your name there",
        "user.info.stats": "your followers",
        "video.list": "your videos and their counts",
    },
    "youtube": {"https://www.googleapis.com/auth/youtube.readonly": "your channel and its videos"},
}
"""What we ask to see, and which permission shows it."""


# Going there


def begin(
    uow: UnitOfWork, member: MemberId, platform: str, at: datetime, *, place: str, sources: Sources, keys: Keys,
    limits: MetricLimits, salt: Salt,
) -> str:  # fmt: skip
    """Remember that a member goes to sign in; the address."""
    state = _marked(secrets.token_urlsafe(24), salt)
    verifier = secrets.token_urlsafe(48)
    row = {"state": state, "member_id": member, "platform": platform, "place": place}
    row["sealed"] = keys.seal({"verifier": verifier})
    uow.run(repository.BEGIN_SIGN_IN, expires_at=at + timedelta(minutes=limits.sign_in_minutes), **row)
    return sources.sign_ins[platform].address(state, verifier)


def _marked(nonce: str, salt: Salt) -> str:
    mark = hashlib.blake2b(nonce.encode(), key=salt.value[:64], digest_size=MARK_LENGTH, person=b"sign-in").hexdigest()
    return f"{nonce}.{mark}"


# Coming back


@dataclass(frozen=True, slots=True)
class Returned:
    """What a browser brought back."""

    platform: str
    state: str
    code: str
    error: str


def read(body: bytes) -> Returned:
    """`tiktok?code=…&state=…`: the platform of the address, and its query as it came."""
    platform, _, query = body.decode(errors="replace").partition("?")
    values = {name: found[0] for name, found in parse_qs(query, max_num_fields=20).items()}
    return Returned(platform, values.get("state", ""), values.get("code", ""), values.get("error", ""))


def identify(body: bytes, headers: Headers, *, salt: Salt) -> str:  # noqa: ARG001  a hook's signature
    """Whether we sent this out, by the mark in its state. Raises `NotOurSignIn`.

    A state is one event, whatever else comes with it: its member knows it, and could have us store no end of returns.
    """
    try:
        back = read(body[:RETURN_MAX])
    except ValueError as error:  # too many fields
        raise NotOurSignIn from error
    nonce, ours = back.state.partition(".")[0], len(body) <= RETURN_MAX and back.platform in NEEDED
    if not (ours and nonce and secrets.compare_digest(back.state.encode(), _marked(nonce, salt).encode())):
        raise NotOurSignIn
    return hashlib.sha256(f"{back.platform} {back.state}".encode()).hexdigest()


def apply(uow: UnitOfWork, body: bytes, at: datetime, *, keys: Keys) -> None:
    """Take a sign-in that came back, once. What was taken before, or is no more, changes nothing."""
    back = read(body)
    row = uow.run(repository.SIGN_IN_OF, of_state=back.state).first()
    if row is None or row.platform != back.platform:
        return
    if uow.run(repository.USE_SIGN_IN, of_state=back.state, moment=at).first() is None:
        return  # it came back before
    name = rules.shown(row.platform)
    opened = keys.open(row.sealed) if keys else None
    if at > row.expires_at:
        _tell(
            uow,
            row,
            at,
            f"That sign-in at {name} took too long, so nothing was connected.",
            "It is quickly done again.",
        )
    elif back.error == "access_denied":
        _tell(uow, row, at, f"You did not agree at {name}, so nothing was connected.", "You can any time you like.")
    elif back.error or not back.code or opened is None:
        _tell(
            uow, row, at, f"The sign-in at {name} did not work, so nothing was connected.", "Please try it once more."
        )
    else:
        uow.run(repository.SEAL_SIGN_IN, of_state=back.state, text=keys.seal({**opened, "code": back.code}))
        schedule.plan(uow, EXCHANGE, back.state, at, {"platform": row.platform})


def _tell(uow: UnitOfWork, row: Row, at: datetime, *lines: Line, tone: Tone = Tone.PLAIN) -> None:
    again = Button(f"Connect {rules.shown(row.platform)}", ("connect", "show"))
    _announce(uow, row, at, said(*lines, tone=tone, buttons=(again,)))


def _announce(uow: UnitOfWork, row: Row, at: datetime, message: Message) -> None:
    member = MemberId(row.member_id)
    key = "sign-in:" + hashlib.sha256(row.state.encode()).hexdigest()
    outbox.announce(uow, member, ACCOUNTS, message, key=key, at=at, platform=row.place)
    uow.run(repository.SEAL_SIGN_IN, of_state=row.state, text="")


# Exchanging the code


@dataclass(frozen=True, slots=True)
class Exchange:
    """A code that is worth tokens, once."""

    platform: str
    code: str
    verifier: str


Answer = tuple[Tokens, Found] | Exception


def prepare(uow: UnitOfWork, due: Due, *, sources: Sources, keys: Keys) -> Exchange | None:
    """What to exchange; None if there is nothing any more."""
    row = uow.run(repository.SIGN_IN_OF, of_state=due.key).first()
    opened = keys.open(row.sealed) if row is not None and row.sealed and keys else None
    if row is None or opened is None or row.platform not in sources.sign_ins:
        return None
    return Exchange(row.platform, opened["code"], opened["verifier"])


async def exchange(work: Exchange, *, limits: MetricLimits, sources: Sources, observer: Observer) -> Answer:
    """Ask for tokens."""
    source = sources.sign_ins[work.platform]
    try:
        async with asyncio.timeout(limits.call_s):
            return await source.exchange(work.code, work.verifier)
    except Exception as error:  # noqa: BLE001  whatever it is, the member has to be told
        return known(error, source, observer)


def finish(uow: UnitOfWork, due: Due, answer: Answer, *, limits: MetricLimits, keys: Keys, salt: Salt) -> Again | None:
    """Account and tokens in one transaction, and the news to the member."""
    row = uow.run(repository.SIGN_IN_OF, of_state=due.key).first()
    if row is None:  # erased meanwhile; the permission is not needed
        if not isinstance(answer, Exception):
            tokens, found = answer
            _drop(uow, due.payload["platform"], found, sealing.sealed_tokens(keys, tokens), due.at)
        return None
    if isinstance(answer, SourceAway) and due.at < row.expires_at:
        return Again(due.at + timedelta(seconds=5 * 2 ** min(due.attempt, 6)))
    name = rules.shown(row.platform)
    if isinstance(answer, AccessLost) and type(answer) is not AccessLost:  # it says by itself what was wrong
        _tell(uow, row, due.at, answer.text)
    elif isinstance(answer, AccessLost):
        _tell(
            uow, row, due.at, f"{name} did not take the sign-in, so nothing was connected.", "Please try it once more."
        )
    elif isinstance(answer, Exception):
        _tell(uow, row, due.at, f"{name} gave no answer in time, so nothing was connected.", "Try again in a while.")
    else:
        _connect(uow, row, answer, due.at, limits=limits, keys=keys, salt=salt)
    return None


def _connect(
    uow: UnitOfWork,
    row: Row,
    answer: tuple[Tokens, Found],
    at: datetime,
    *,
    limits: MetricLimits,
    keys: Keys,
    salt: Salt,
) -> None:
    tokens, found = answer
    columns = sealing.sealed_tokens(keys, tokens)
    lacking = rules.missing(NEEDED.get(row.platform, {}), tokens.scopes)
    if lacking:
        name, what = rules.shown(row.platform), " and ".join(lacking)
        _drop(uow, row.platform, found, columns, at)
        _tell(
            uow,
            row,
            at,
            f"{name} lets me in, but not see {what}.",
            "Nothing was connected. Try again and leave all of it on.",
        )
        return
    try:
        account = connecting.connect(
            uow, MemberId(row.member_id), row.platform, found, at, way=Way.OAUTH, limits=limits, salt=salt
        )
    except TandemError as error:
        _drop(uow, row.platform, found, columns, at)
        _tell(uow, row, at, error.text)
        return
    uow.run(repository.KEEP_TOKEN, account_id=account.id, **columns)
    lines = f"{label(account)} is connected.", "I read it once a day from now on, the first time in this minute."
    _announce(uow, row, at, said(*lines, tone=Tone.SUCCESS, buttons=(SHOW,)))


def _drop(uow: UnitOfWork, platform: str, found: Found, columns: Mapping[str, Any], at: datetime) -> None:
    """Give back a permission that is of no use, unless the account stands: whoever has it lives on the same one."""
    held = uow.run(repository.HELD, of_platform=platform, named=found.external_id).first()
    if held is None:
        payload = sealing.given_back(platform, columns)
        schedule.plan(uow, REVOKE, unused(platform, found.external_id), at, payload, move=True)


JOBS = (Job(EXCHANGE, prepare=prepare, errand=exchange, finish=finish),)
HOOKS = (Hook(HOOK, identify, apply),)
