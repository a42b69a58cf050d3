"""Why something moved: transfer codes, lot sources, system accounts."""

from enum import StrEnum

from core.ids import AccountId
from core.money import Unit


class Code(StrEnum):
    """Why a transfer happened; each says in one sentence what happened to the money."""

    DAILY_VISIT = "daily_visit"
    """Coins were issued to a member for the first visit of a local day."""
    QUESTIONNAIRE = "questionnaire"
    """Coins were issued for a questionnaire that was answered."""
    CHECK_IN = "check_in"
    """Coins were issued for a check-in."""
    CONSTRAINTS = "constraints"
    """Coins were issued for saying what time, energy and confidence allow."""
    FEEDBACK = "feedback"
    """Coins were issued for feedback on a challenge that ended."""
    STAKED = "staked"
    """Coins went into escrow for a challenge."""
    STAKE_RETURNED = "stake_returned"
    """Coins came back from escrow: the challenge was cancelled, or only a part of the stake is consumed."""
    STAKE_CONSUMED = "stake_consumed"
    """Coins in escrow were consumed by a verdict that stands."""
    STAKE_BURNED = "stake_burned"
    """What a broken commitment left of a stake was burned, because the operator set it so."""
    CHALLENGE_KEPT = "challenge_kept"
    """Credits were issued for a challenge whose actions were all done."""
    DEMO_GRANT = "demo_grant"
    """A demo database was filled with something to play with."""
    GIFT = "gift"
    """Bought credits left the giver and became a gifted lot of the receiver."""
    GIFT_HELD = "gift_held"
    """A gift to somebody not yet met was set aside."""
    GIFT_RETURNED = "gift_returned"
    """A gift that nobody collected went back to the lots it came from."""
    PRICED_WORK = "priced_work"
    """The price of a command was set aside while it ran."""
    WORK_DONE = "work_done"
    """The price of delivered work went to the sink."""
    WORK_UNDONE = "work_undone"
    """Work was not delivered, and its price went back."""
    HOLD_EXPIRED = "hold_expired"
    """A hold that nobody resolved in time went back."""
    LOT_EXPIRED = "lot_expired"
    """What remained of a lot lapsed at its date."""
    DEBT_PAID = "debt_paid"
    """A newly bought lot paid what the member owed."""
    MERGED = "merged"
    """Two members turned out to be one person; the lots moved with their sources, dates and dollars."""
    FORFEITED = "forfeited"
    """A member left and gave up what was left."""
    REVERSAL = "reversal"
    """An earlier transfer was taken back."""
    COST_BOOKED = "cost_booked"
    """Dollars that something cost the service were booked to its category."""
    INCOME_BOOKED = "income_booked"
    """Net dollars that a member brought were booked to their kind."""
    REVERSAL_BOOKED = "reversal_booked"
    """Net dollars that a dispute or a forced refund took back were booked as a loss."""
    WELCOME_TAKEN_BACK = "welcome_taken_back"
    """A once-only grant that a merged member had received twice was taken back as far as unspent."""

    VISIT_TAKEN_BACK = "visit_taken_back"
    """A day had paid both of two members who turned out to be one; the second pay went back as far as unspent."""

    @property
    def label(self) -> str:
        """How the wallet's history names it."""
        return _LABELS[self]


_LABELS = {code: code.value.replace("_", " ") for code in Code} | {
    Code.CHECK_IN: "check-in",
    Code.CONSTRAINTS: "your limits",
    Code.DEMO_GRANT: "for the demo",
    Code.GIFT_HELD: "gift set aside",
    # It is on hold until the work is done; what was not taken then comes back on a line of its own.
    Code.PRICED_WORK: "paid",
    Code.WORK_DONE: "paid",
    Code.WORK_UNDONE: "came back",
    Code.HOLD_EXPIRED: "came back",
    Code.LOT_EXPIRED: "expired",
    Code.REVERSAL: "taken back",
    Code.WELCOME_TAKEN_BACK: "second welcome taken back",
    Code.VISIT_TAKEN_BACK: "second visit of the day taken back",
}


class LotSource(StrEnum):
    """Where a lot came from; the order is the burn order."""

    ALLOWANCE = "allowance"
    """A plan's monthly credits; lapse at the cycle's end."""
    WELCOME = "welcome"
    """Granted once at the start; lapse after 90 days."""
    EARNED = "earned"
    """Earned coins (no expiry) and credits (90 days)."""
    GIFTED = "gifted"
    """From another member; spendable, not given on. Never expires."""
    BOUGHT = "bought"
    """Paid for: bought credits, recharged coins. Never expires; no plan change touches it."""

    @property
    def rank(self) -> int:
        """Place in the burn order."""
        return _RANKS[self]


SELF_PAID = frozenset({LotSource.GIFTED, LotSource.BOUGHT})
"""Lots that somebody paid for; what is drawn from them alone was sold, and is delivered at any service level."""
_RANKS = {source: rank for rank, source in enumerate(LotSource)}


class System(StrEnum):
    """Accounts of the service itself; each exists once per unit."""

    ISSUANCE = "issuance"
    """The other side of every coin and credit that exists."""
    SPENT = "spent"
    """The sink: what members consumed."""
    EXPIRED = "expired"
    """What lapsed unused."""
    FORFEITED = "forfeited"
    """What members left behind when they were erased."""
    LOSS = "loss"
    """What a reversal could not find and no debt could carry."""

    def account(self, unit: Unit) -> AccountId:
        """This account's name in a unit."""
        return AccountId(f"system:{self.value}:{unit}")


class Dollars(StrEnum):
    """The service's own accounts in dollars: where they came from and went."""

    PROFIT = "profit"
    """The other side of every cost and every income: its sum is what is left."""
    COST_MODEL = "cost_model"
    COST_MESSAGE = "cost_message"
    COST_EXTERNAL = "cost_external"
    COST_REQUEST = "cost_request"
    COST_DATABASE = "cost_database"
    COST_COMPUTE = "cost_compute"
    COST_STORAGE = "cost_storage"
    COST_FEE = "cost_fee"
    INCOME_PLAN = "income_plan"
    INCOME_SELF_PAID = "income_self_paid"
    INCOME_PAY_AS_YOU_GO = "income_pay_as_you_go"
    INCOME_STAKE = "income_stake"
    INCOME_COMMISSION = "income_commission"
    INCOME_DATA_SHARE = "income_data_share"
    REVERSAL_LOSS = "reversal_loss"
    """What disputes and forced refunds took back after it had counted."""

    @property
    def account(self) -> AccountId:
        """This account's name."""
        return AccountId(f"system:{self.value}:{Unit.USD}")


class AccountKind(StrEnum):
    """What an account may do; the constraints hang on it."""

    SYSTEM = "system"
    WALLET = "wallet"
    HOLD = "hold"
    DEBT = "debt"
