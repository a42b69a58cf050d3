"""What the ledger refuses."""

from typing import ClassVar

from core.errors import TandemError, Way
from core.ids import HoldId, TransferId
from core.money import Amount


class InsufficientFunds(TandemError):
    """The account does not cover the amount. `available` is what can be spent now: unfrozen, unexpired."""

    words: ClassVar[str] = "You have {available}; this needs {required}."
    ways: ClassVar[tuple[Way, ...]] = (("Get more", ("buy",)), ("Wallet", ("wallet",)))

    available: Amount
    required: Amount


class InDebt(TandemError):
    """A reversed payment left the member owing; nothing can be spent until it is paid."""

    words: ClassVar[str] = (
        "A reversed payment left {owed} to pay back. Spending opens again when that is settled; "
        "reading, tasks and challenges stay open. What you buy of the same kind pays it first."
    )
    ways: ClassVar[tuple[Way, ...]] = (("Wallet", ("wallet",)),)

    owed: Amount


class KeyReused(TandemError):
    """The same key and code came with different content: somebody reused a key, which is a bug or an attack."""

    words: ClassVar[str] = "That was already done differently, and nothing was moved. Start again from the command."

    key: str


class HoldClosed(TandemError):
    """A hold was resolved or has expired, or does not hold that much any more."""

    words: ClassVar[str] = "What was set aside for this is no longer on hold. Start again from the command."

    hold: HoldId


class AlreadyReversed(TandemError):
    """A transfer can be reversed once."""

    words: ClassVar[str] = "Transfer {transfer} was already reversed; a new correction needs a transfer of its own."

    transfer: TransferId
