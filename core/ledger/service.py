"""The ledger's verbs: grant, spend, give, reverse, and what time or a goodbye does. Each is done once per key."""

from datetime import datetime

from core.db import UnitOfWork
from core.ids import AccountId, LotId, TransferId, new_token
from core.ledger import posting, repository, rules
from core.ledger.codes import Code, Dollars, LotSource, System
from core.ledger.posting import Posted, Why
from core.ledger.rules import Leg, Part
from core.money import Amount, Nanos, Unit

NO_DOLLARS = Nanos(0)


def ensure_system_accounts(uow: UnitOfWork) -> None:
    """Make the service's own accounts; once at start, because entries refer to them."""
    for system in System:
        for unit in Unit:
            repository.ensure_account(uow, system.account(unit), unit)
    for dollars in Dollars:
        repository.ensure_account(uow, dollars.account, Unit.USD)


def book(uow: UnitOfWork, giver: Dollars, taker: Dollars, amount: Nanos, why: Why) -> Posted:
    """Move dollars between two accounts of the service; whose they were, the row that names this transfer says."""
    assert amount.value > 0, "only a positive amount moves"
    transfer, posted = posting.begin(uow, why, f"{giver.account}>{amount.value}>{taker.account}")
    if not posted:
        posting.write(uow, transfer, [Leg(giver.account, -amount.value), Leg(taker.account, amount.value)])
    return posted or Posted(transfer)


def grant(
    uow: UnitOfWork,
    to: AccountId,
    amount: Amount,
    why: Why,
    *,
    source: LotSource,
    expires_at: datetime | None = None,
    net: Nanos = NO_DOLLARS,
) -> Posted:
    """Issue an amount to a wallet as a lot. A bought lot pays what the member owes, before anything else."""
    digest = f"{amount.value}>{to}"
    transfer, posted = posting.begin(uow, why, digest)
    if posted:
        return posted
    repository.credit(uow, to, amount.unit, amount.value)
    if expires_at is None and not net and source is LotSource.EARNED:
        lot = repository.pool_lot(uow, to, amount.value, source, why.at)
    else:
        lot = repository.insert_lot(
            uow, to, amount.value, source=source, at=why.at, net_nanos=net.value, expires_at=expires_at
        )
    issuance = System.ISSUANCE.account(amount.unit)
    posting.write(uow, transfer, [Leg(issuance, -amount.value, lot), Leg(to, amount.value, lot)])
    if source is LotSource.BOUGHT:
        _pay_debt(uow, to, amount, lot, why)
    return Posted(transfer)


def spend(
    uow: UnitOfWork,
    wallet: AccountId,
    amount: Amount,
    why: Why,
    *,
    to: System = System.SPENT,
    sources: frozenset[LotSource] | None = None,
) -> Posted:
    """Burn an amount from a wallet's lots. Raises `InsufficientFunds`, `InDebt`."""
    sink = to.account(amount.unit)
    transfer, posted = posting.begin(uow, why, f"{wallet}>{amount.value}>{sink}")
    if posted:
        return posted
    burnt = posting.burn(uow, wallet, amount, why.at, sources=sources)
    posting.write(uow, transfer, [leg for part in burnt.parts for leg in posting.legs(part, wallet, sink)])
    return Posted(transfer)


def give(
    uow: UnitOfWork,
    giver: AccountId,
    receiver: AccountId,
    amount: Amount,
    why: Why,
    *,
    sources: frozenset[LotSource],
    become: LotSource | None,
) -> Posted:
    """Move an amount between wallets. The receiver's lots carry date and dollars along, and become `become`.

    With `become=None` they keep their source (a merge). Raises `InsufficientFunds`, `InDebt`.
    """
    assert giver != receiver, "a wallet can not give to itself"
    transfer, posted = posting.begin(uow, why, f"{giver}>{amount.value}>{receiver}")
    if posted:
        return posted
    # Accounts are locked in the order of their names, so that two givers can not wait for each other.
    if receiver < giver:
        repository.credit(uow, receiver, amount.unit, amount.value)
    burnt = posting.burn(uow, giver, amount, why.at, sources=sources, receiver=receiver)
    if giver < receiver:
        repository.credit(uow, receiver, amount.unit, amount.value)
    legs = []
    for lot, part in zip(burnt.lots, burnt.parts, strict=False):
        child = posting.cut(uow, lot, part.amount, receiver, become=become, at=why.at, pool=burnt.pool)
        legs += [Leg(giver, -part.amount, part.lot), Leg(receiver, part.amount, child)]
    posting.write(uow, transfer, legs)
    return Posted(transfer)


def reverse(uow: UnitOfWork, transfer: TransferId, why: Why, *, debt_cap: int = 0) -> Posted:
    """Take a transfer back, entry by entry. What a wallet's lot no longer has becomes debt up to the cap, then loss.

    Raises `AlreadyReversed`; a replay of the same key answers with the first reversal.
    """
    original = repository.transfer_by_id(uow, transfer)
    assert original is not None, "only a transfer that exists can be reversed"
    new, posted = posting.begin(uow, why, f"reverse>{transfer}", reverses=transfer)
    if posted:
        return posted
    legs: list[Leg] = []
    for leg in sorted(repository.entries_of(uow, transfer), key=lambda leg: leg.account):
        legs += _undo(uow, leg, debt_cap)
    posting.write(uow, new, [leg for leg in legs if leg.amount])
    return Posted(new)


def lapse(uow: UnitOfWork, at: datetime, *, most: int = 500) -> int:
    """Book what remains in lots whose date has come as expired. How many lots lapsed; call again while not 0."""
    lots = repository.lapsed_lots(uow, at, most)
    for lot in sorted(lots, key=lambda lot: lot.account):
        repository.lock_account(uow, lot.account)
        lot = repository.lot_by_id(uow, lot.id)
        if lot.remaining == 0 or lot.frozen:
            continue
        unit = rules.unit_of(lot.account)
        # What remains guards against doing it twice, not the key: a release may fill a lapsed lot again.
        why = Why(Code.LOT_EXPIRED, f"lapse:{lot.id}:{new_token()}", at)
        posting.take_whole(uow, lot, System.EXPIRED.account(unit), why)
    return len(lots)


def forfeit(uow: UnitOfWork, wallet: AccountId, code: Code, key: str, at: datetime, *, frozen: bool = True) -> int:
    """Empty a wallet into *forfeited*; without `frozen`, what a dispute holds stays. What was given up."""
    repository.lock_account(uow, wallet)
    total = 0
    for lot in repository.open_lots(uow, wallet):
        if lot.frozen and not frozen:
            continue
        why = Why(code, f"{key}:{lot.id}", at)
        total += posting.take_whole(uow, lot, System.FORFEITED.account(rules.unit_of(wallet)), why)
    return total


def move_all(uow: UnitOfWork, giver: AccountId, receiver: AccountId, *, code: Code, key: str, at: datetime) -> int:
    """Move the lots, the debt, and the way back of open holds to another wallet of the same person."""
    unit = rules.unit_of(giver)
    # All of it may be on hold, and nothing may ever have come to the receiver.
    repository.ensure_account(uow, receiver, unit)
    # Holds are locked before wallets, as everywhere; and once more for a hold that was made in between.
    repository.redirect_holds(uow, giver, receiver)
    for account in sorted((giver, receiver)):
        repository.lock_account(uow, account)
    repository.redirect_holds(uow, giver, receiver)
    total = 0
    for lot in repository.open_lots(uow, giver):
        transfer, posted = posting.begin(uow, Why(code, f"{key}:{lot.id}", at), f"{giver}>{lot.remaining}>{receiver}")
        if posted:
            continue
        assert repository.debit(uow, giver, lot.remaining)
        part = Part(lot.id, lot.remaining)
        repository.take_from_lots(uow, [part])
        repository.credit(uow, receiver, unit, lot.remaining)
        child = posting.cut(uow, lot, lot.remaining, receiver, become=None, at=at)
        posting.write(uow, transfer, [Leg(giver, -lot.remaining, lot.id), Leg(receiver, lot.remaining, child)])
        total += lot.remaining
    owed = repository.balance(uow, rules.debt_of(giver))
    if owed:
        transfer, posted = posting.begin(uow, Why(code, f"{key}:debt", at), f"{giver}>{owed}>{receiver}:debt")
        if not posted:
            repository.credit(uow, rules.debt_of(receiver), unit, owed)
            assert repository.pay_debt(uow, rules.debt_of(giver), -owed)
            posting.write(uow, transfer, [Leg(rules.debt_of(giver), -owed), Leg(rules.debt_of(receiver), owed)])
    return total


def take_back_double(uow: UnitOfWork, kept: AccountId, gone: AccountId, source: LotSource, why: Why) -> int:
    """What two wallets of one person were both granted goes back to issuance, as far as it is unspent.

    Call it after `move_all`; again takes what a hold gave back since. How much went back now.
    """
    repository.lock_account(uow, kept)
    issuance = System.ISSUANCE.account(rules.unit_of(kept))
    twice = min(repository.granted(uow, kept, source), repository.granted(uow, gone, source))
    turn = why
    while (before := repository.transfer_by_key(uow, turn.key, turn.code)) is not None:
        twice -= sum(leg.amount for leg in repository.entries_of(uow, before.id) if leg.account == issuance)
        turn = turn._replace(key=f"{turn.key}:again")
    lots = rules.burnable(repository.open_lots(uow, kept), why.at, frozenset({source}))
    # What burns last goes first: the member keeps the grant, and pays no earlier expiry for having had two.
    parts = rules.draw(lots[::-1], min(twice, sum(lot.remaining for lot in lots)))
    if not parts:
        return 0
    total = sum(part.amount for part in parts)
    transfer, _ = posting.begin(uow, turn, f"{kept}>{total}>{issuance}")
    assert repository.debit(uow, kept, total)
    repository.take_from_lots(uow, parts)
    posting.write(uow, transfer, [leg for part in parts for leg in posting.legs(part, kept, issuance)])
    return total


# Inside


def _undo(uow: UnitOfWork, leg: Leg, debt_cap: int) -> list[Leg]:
    """The opposite of one entry. Only taking back from a wallet can come up short."""
    if rules.kind_of(leg.account) != "wallet":
        assert rules.kind_of(leg.account) == "system", "resolve a hold instead of reversing it"
        return [Leg(leg.account, -leg.amount, leg.lot)]
    assert leg.lot is not None, "every entry of a wallet names its lot"
    unit = rules.unit_of(leg.account)
    repository.lock_account(uow, leg.account)
    if leg.amount < 0:
        repository.credit(uow, leg.account, unit, -leg.amount)
        repository.return_to_lots(uow, [Part(leg.lot, -leg.amount)])
        return [Leg(leg.account, -leg.amount, leg.lot)]
    found = min(leg.amount, repository.lot_by_id(uow, leg.lot).remaining)
    if found:
        assert repository.debit(uow, leg.account, found)
        repository.take_from_lots(uow, [Part(leg.lot, found)])
    debt = rules.debt_of(leg.account)
    owed, lost = rules.shortage(leg.amount, found, -repository.balance(uow, debt), debt_cap)
    if owed:
        repository.credit(uow, debt, unit, -owed)
    return [Leg(leg.account, -found, leg.lot), Leg(debt, -owed), Leg(System.LOSS.account(unit), -lost)]


def _pay_debt(uow: UnitOfWork, wallet: AccountId, bought: Amount, lot: LotId, why: Why) -> None:
    debt = rules.debt_of(wallet)
    paid = min(-repository.balance(uow, debt), bought.value)
    if paid <= 0:
        return
    transfer, posted = posting.begin(uow, Why(Code.DEBT_PAID, why.key, why.at), f"{wallet}>{paid}>{debt}")
    assert posted is None, "the grant was new, so is what it pays"
    assert repository.debit(uow, wallet, paid)
    repository.take_from_lots(uow, [Part(lot, paid)])
    assert repository.pay_debt(uow, debt, paid)
    posting.write(uow, transfer, [Leg(wallet, -paid, lot), Leg(debt, paid)])
