"""The ledger again, as plain arithmetic on lists and dicts: what the property tests hold the real one against.

It shares no code with `core.ledger`. Days are integers; a lot is never split, merged or looked up by a statement.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count

BURN_ORDER = ("allowance", "welcome", "earned", "gifted", "bought")
NEVER = 10**9


class Refused(Exception):
    """The real ledger must refuse this too, with the error of this name."""


@dataclass(eq=False)
class Lot:
    """Some of one kind in one wallet."""

    number: int
    wallet: str
    source: str
    expires: int
    left: int
    dollars: bool
    pooled: bool


@dataclass(eq=False)
class Hold:
    """What is set aside, lot by lot."""

    wallet: str
    parts: list[tuple[Lot, int]]
    expires: int | None

    @property
    def total(self) -> int:
        return sum(amount for _, amount in self.parts)


@dataclass(eq=False)
class Moved:
    """A transfer between wallets or with the service: what each wallet's lot gained or gave."""

    changes: list[tuple[Lot, int]]
    system: dict[str, int]
    reversed: bool = False


@dataclass
class Books:
    """Who has how much."""

    lots: list[Lot] = field(default_factory=list)
    debts: Counter[str] = field(default_factory=Counter)
    system: Counter[str] = field(default_factory=Counter)
    numbers: count = field(default_factory=count)  # type: ignore[type-arg]

    def of(self, wallet: str) -> list[Lot]:
        """A wallet's lots, in the order in which they were opened."""
        return [lot for lot in self.lots if lot.wallet == wallet and lot.left]

    def balance(self, wallet: str) -> int:
        return sum(lot.left for lot in self.of(wallet))

    def grant(self, wallet: str, amount: int, source: str, expires: int, dollars: bool) -> Moved:
        lot = self._open(wallet, amount, source, expires, dollars)
        self.system["issuance"] -= amount
        if source == "bought":
            paid = min(self.debts[wallet], lot.left)
            self.debts[wallet] -= paid
            lot.left -= paid
        return Moved([(lot, amount)], {"issuance": -amount})

    def spend(self, wallet: str, amount: int, today: int, sources: frozenset[str] | None) -> Moved:
        parts = self._burn(wallet, amount, today, sources)
        self.system["spent"] += amount
        return Moved([(lot, -taken) for lot, taken in parts], {"spent": amount})

    def give(
        self, giver: str, receiver: str, amount: int, today: int, *, sources: frozenset[str], become: str | None
    ) -> Moved:
        changes = []
        for lot, taken in self._burn(giver, amount, today, sources):
            child = self._open(receiver, taken, become or lot.source, lot.expires, lot.dollars)
            changes += [(lot, -taken), (child, taken)]
        return Moved(changes, {})

    def hold(self, wallet: str, amount: int, today: int, sources: frozenset[str] | None, expires: int | None) -> Hold:
        return Hold(wallet, self._burn(wallet, amount, today, sources), expires)

    def capture(self, hold: Hold, amount: int | None) -> None:
        self.system["spent"] += sum(taken for _, taken in self._leave(hold, amount))

    def capture_to(self, hold: Hold, amount: int | None, wallet: str, become: str) -> None:
        for lot, taken in self._leave(hold, amount):
            self._open(wallet, taken, become, lot.expires, lot.dollars)

    def release(self, hold: Hold, amount: int | None) -> None:
        for lot, taken in self._leave(hold, amount):
            if lot.wallet == hold.wallet:
                lot.left += taken
            else:
                self._open(hold.wallet, taken, lot.source, lot.expires, lot.dollars)

    def reverse(self, moved: Moved, debt_cap: int) -> None:
        if moved.reversed:
            raise Refused("AlreadyReversed")
        moved.reversed = True
        for name, amount in moved.system.items():
            self.system[name] -= amount
        for lot, amount in moved.changes:
            found = min(amount, lot.left)
            lot.left -= found
            owed = min(amount - found, max(0, debt_cap - self.debts[lot.wallet])) if amount > found else 0
            self.debts[lot.wallet] += owed
            # A debt and a loss are what the wallet should have given: the other side of the shortage.
            self.system["loss"] -= amount - found - owed

    def lapse(self, today: int) -> None:
        for lot in self.lots:
            if lot.expires <= today:
                self.system["expired"] += lot.left
                lot.left = 0

    def forfeit(self, wallet: str) -> None:
        for lot in self.of(wallet):
            self.system["forfeited"] += lot.left
            lot.left = 0

    def move_all(self, giver: str, receiver: str, holds: list[Hold]) -> None:
        for lot in self.of(giver):
            self._open(receiver, lot.left, lot.source, lot.expires, lot.dollars)
            lot.left = 0
        for hold in holds:
            if hold.wallet == giver and hold.total:
                hold.wallet = receiver
        self.debts[receiver] += self.debts.pop(giver, 0)

    def _open(self, wallet: str, amount: int, source: str, expires: int, dollars: bool) -> Lot:
        pooled = source == "earned" and expires == NEVER and not dollars
        if pooled:
            for lot in self.lots:
                if lot.pooled and lot.wallet == wallet:
                    lot.left += amount
                    return lot
        lot = Lot(next(self.numbers), wallet, source, expires, amount, dollars, pooled)
        self.lots.append(lot)
        return lot

    def _burn(self, wallet: str, amount: int, today: int, sources: frozenset[str] | None) -> list[tuple[Lot, int]]:
        if self.debts[wallet]:
            raise Refused("InDebt")
        usable = [lot for lot in self.of(wallet) if lot.expires > today and (sources is None or lot.source in sources)]
        if sum(lot.left for lot in usable) < amount:
            raise Refused("InsufficientFunds")
        taken = []
        for lot in sorted(usable, key=lambda lot: (BURN_ORDER.index(lot.source), lot.expires, lot.number)):
            part = min(lot.left, amount)
            lot.left -= part
            amount -= part
            if part:
                taken.append((lot, part))
        return taken

    def _leave(self, hold: Hold, amount: int | None) -> list[tuple[Lot, int]]:
        wanted = hold.total if amount is None else amount
        if not wanted or hold.total < wanted:
            raise Refused("HoldClosed")
        # Largest remainder: whole shares first, then one each to the largest fractions, the older lot at a tie.
        exact = [(wanted * held, lot, held) for lot, held in sorted(hold.parts, key=lambda part: part[0].number)]
        total = hold.total
        shares = [value // total for value, _, _ in exact]
        order = sorted(range(len(exact)), key=lambda i: (-(exact[i][0] % total), i))
        for i in order[: wanted - sum(shares)]:
            shares[i] += 1
        hold.parts = [(lot, held - share) for share, (_, lot, held) in zip(shares, exact, strict=True) if held > share]
        return [(lot, share) for share, (_, lot, _) in zip(shares, exact, strict=True) if share]
