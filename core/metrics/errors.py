"""What connecting and reading accounts refuses."""

from typing import ClassVar

from core.chat.room import Forged
from core.errors import TandemError, Way

_CONNECT: tuple[Way, ...] = (("Connect", ("connect",)),)


class AccountTaken(TandemError):
    """One account belongs to one member."""

    words: ClassVar[str] = (
        "{name} is connected to another member here. Disconnect it there first, or link the two of you with /link."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Link", ("link",)),)

    name: str


class CoolingDown(TandemError):
    """An account that just left one member can not pay another one at once."""

    words: ClassVar[str] = "{name} was connected to another member until lately. You can connect it from {day}."
    ways: ClassVar[tuple[Way, ...]] = _CONNECT

    name: str
    day: str


class TooManyAccounts(TandemError):
    """So many and no more."""

    words: ClassVar[str] = "You have {count} accounts connected, which is the most. Disconnect one first."
    ways: ClassVar[tuple[Way, ...]] = (("Disconnect one", ("connect", "remove")),)

    count: int


class NotConfigured(TandemError):
    """The operator has no access to this platform."""

    words: ClassVar[str] = (
        "{platform} can not be connected here: whoever runs this service has not set it up. /connect shows what can be."
    )
    ways: ClassVar[tuple[Way, ...]] = (("What can be", ("connect",)),)

    platform: str


class NoSuchChannel(TandemError):
    """The platform knows nobody of that name."""

    words: ClassVar[str] = "{platform} knows no account called {name}. Take the address from its page and try again."
    ways: ClassVar[tuple[Way, ...]] = _CONNECT

    platform: str
    name: str


class CodeNotThere(TandemError):
    """The description does not hold the code yet."""

    words: ClassVar[str] = (
        "{code} is not in the description of {name} yet. Save it there, wait a minute, and press Check again."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Check", ("connect", "check")),)

    name: str
    code: str


class NothingToProve(TandemError):
    """No code is open for this account: it ended, or it was used."""

    words: ClassVar[str] = "There is no open code for this account. They last {hours} hours; get a new one."
    ways: ClassVar[tuple[Way, ...]] = (("New code", ("connect", "youtube")),)

    hours: int


class NothingConnected(TandemError):
    """Nothing can be disconnected."""

    words: ClassVar[str] = "None of your accounts is connected. /connect shows which can be."
    ways: ClassVar[tuple[Way, ...]] = _CONNECT


class NotOurSignIn(Forged):
    """A sign-in came back that we never sent out."""

    words: ClassVar[str] = "This sign-in did not start here. Nothing was connected; start again with /connect."


class UnusableKeys(TandemError):
    """A key that is none; said at start and by the doctor."""

    words: ClassVar[str] = (
        "TANDEM__METRICS__KEYS holds something that is no key. Make one: openssl rand -base64 32 | tr '+/' '-_'"
    )
