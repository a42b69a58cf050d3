"""What a verdict is made from, and nothing else: readings and posts as plain data that are stored with it."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.clock import EPOCH, MICROSECOND
from core.growth.rules import Clip, Count
from core.values import dataclass

FORM = 1


class Ended(StrEnum):
    """What ended a contract before its time."""

    NOTHING = ""
    LEFT = "left"
    """The member left in the middle."""
    LOST = "lost"
    """The account was hidden, disconnected or revoked, and still was when the time to bring it back was over."""
    CHEATED = "cheated"
    """Staff banned the member for cheating on this contract."""
    ERASED = "erased"
    """The member's data had to go: judged by what is known on that day."""
    FAILED = "failed"
    """Staff admitted an error of ours."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the account. `id` and `digest` lead to what was read; `posts` says whether posts were."""

    id: int
    at: datetime
    followers: int | None
    step: int
    era: str
    digest: str
    posts: bool

    @property
    def count(self) -> Count:
        """As growth is measured."""
        return Count(self.at, self.followers, self.step, self.era)


@dataclass(frozen=True, slots=True)
class Seen:
    """One post: when it says it was published, when we saw it first, and its last counts that count.

    A post that is gone keeps the counts that it had: what was seen once stays done. Reactions that were switched off
    stay as they were told last.
    """

    id: str
    published_at: datetime
    first_seen_at: datetime
    views: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    live_at: datetime | None = None
    live_minutes: int = 0
    views_then: int | None = None
    """What it had been viewed when its reactions were told last, if that was before its views were."""

    @property
    def clip(self) -> Clip:
        """As growth is measured."""
        return Clip(self.published_at, self.views, self.likes, self.comments, self.shares)

    @property
    def reactions(self) -> Clip:
        """As engagement is measured: reactions with the views of the same reading."""
        then = self.views if self.views_then is None else self.views_then
        return Clip(self.published_at, then, self.likes, self.comments, self.shares)


@dataclass(frozen=True, slots=True)
class Failure:
    """A reading that did not come about, and why."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known on a contract when it is judged.

    `before` is the baseline, `after` the last reading that counts, `counted` the last of those with a count of
    followers. `posts` are the window's, `earlier` those of the window before, as they were at the baseline. `reads`
    are the instants at which posts were read. `hidden` says that the member kept us from reading at the end.
    """

    judged_at: datetime
    before: Reading | None = None
    after: Reading | None = None
    counted: Reading | None = None
    posts: tuple[Seen, ...] = ()
    earlier: tuple[Seen, ...] = ()
    reads: tuple[datetime, ...] = ()
    failures: tuple[Failure, ...] = ()
    hidden: bool = False
    ended: Ended = Ended.NOTHING
    note: str = ""


def canonical(evidence: Evidence) -> str:
    """Evidence as JSON with sorted keys: the text that is stored and hashed."""
    plain = {"form": FORM, **asdict(evidence)}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_instant)


def _instant(value: Any) -> int:
    assert isinstance(value, datetime), value
    micros: int = (value - EPOCH) // MICROSECOND
    return micros


def _at(micros: int | None) -> datetime | None:
    return None if micros is None else EPOCH + timedelta(0, *divmod(micros, 1_000_000))


def _reading(plain: dict[str, Any] | None) -> Reading | None:
    return None if plain is None else Reading(**{**plain, "at": _at(plain["at"])})


def _seen(plain: dict[str, Any]) -> Seen:
    instants = {name: _at(plain[name]) for name in ("published_at", "first_seen_at", "live_at")}
    return Seen(**{**plain, **instants})


def read(text: str) -> Evidence:
    """Evidence from its text."""
    plain: dict[str, Any] = json.loads(text)
    form = plain.pop("form")
    assert form == FORM, f"evidence of form {form}"
    for name in ("before", "after", "counted"):
        plain[name] = _reading(plain[name])
    for name in ("posts", "earlier"):
        plain[name] = tuple(_seen(item) for item in plain[name])
    plain["judged_at"] = _at(plain["judged_at"])
    plain["reads"] = tuple(_at(item) for item in plain["reads"])
    plain["failures"] = tuple(Failure(_at(item["at"]) or EPOCH, item["why"]) for item in plain["failures"])
    plain["ended"] = Ended(plain["ended"])
    return Evidence(**plain)
