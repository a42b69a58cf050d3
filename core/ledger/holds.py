"""Setting an amount aside, and resolving it: hold, capture, release, expiry."""

from datetime import datetime

from core.db import UnitOfWork
from core.ids import AccountId, HoldId
from core.ledger import posting, repository, rules, statements
from core.ledger.codes import AccountKind, Code, LotSource, System
from core.ledger.errors import HoldClosed, KeyReused
from core.ledger.posting import Least, Posted, Why
from core.ledger.repository import HoldRow
from core.ledger.rules import Leg
from core.money import Amount


def hold(
    uow: UnitOfWork,
    wallet: AccountId,
    amount: Amount,
    why: Why,
    *,
    what: str,
    expires_at: datetime | None = None,
    sources: frozenset[LotSource] | None = None,
    least: Least | None = None,
) -> HoldId:
    """Set an amount aside until it is captured or released. Only holds with `expires_at` expire.

    With `least`, so much of it comes from lots that would burn later; the rest burns in the usual order.

    The same key answers with the same hold. Raises `InsufficientFunds`, `InDebt`.
    """
    digest = f"{wallet}>{amount.value}>hold"
    repository.ensure_account(uow, wallet, amount.unit)
    head = {
        "code": why.code.value,
        "key": why.key,
        "account_id": wallet,
        "amount": amount.value,
        "what": what,
    }
    made = repository.insert_hold(uow, head | {"expires_at": expires_at, "created_at": why.at})
    if made is None:
        return _same_hold(uow, wallet, amount, why, digest)
    held = hold_account(made)
    transfer, posted = posting.begin(uow, why, digest, hold=made)
    if posted:  # the key was used for this code, but not by a hold
        raise KeyReused(why.key)
    burnt = posting.burn(uow, wallet, amount, why.at, sources=sources, least=least)
    repository.credit(uow, held, amount.unit, amount.value)
    posting.write(uow, transfer, [leg for part in burnt.parts for leg in posting.legs(part, wallet, held)])
    return made


def capture(
    uow: UnitOfWork,
    hold_id: HoldId,
    amount: Amount | None,
    why: Why,
    *,
    to: System | AccountId = System.SPENT,
    become: LotSource | None = None,
) -> Posted:
    """Consume a held amount (None: all of it), pro rata over its lots. The rest stays held.

    To a wallet, the lots become `become` there (a gift that waited). Raises `HoldClosed`.
    """
    return _resolve(uow, hold_id, amount, why, to=to, become=become)


def release(uow: UnitOfWork, hold_id: HoldId, amount: Amount | None, why: Why) -> Posted:
    """Bring a held amount (None: all of it) back to the lots it came from. Raises `HoldClosed`."""
    return _resolve(uow, hold_id, amount, why, to=None, become=None)


def expire_holds(uow: UnitOfWork, at: datetime, *, most: int = 200) -> int:
    """Release holds whose time is over. How many; call again while not 0."""
    expired = repository.expired_holds(uow, at, most)
    for hold_id in expired:
        release(uow, hold_id, None, Why(Code.HOLD_EXPIRED, f"expire:{hold_id}", at))
    return len(expired)


def release_all(uow: UnitOfWork, wallet: AccountId, opened: Code, code: Code, at: datetime) -> None:
    """Release every open hold of a wallet that was opened for one reason."""
    for row in uow.run(statements.HOLDS_FOR, account=wallet, code=opened.value):
        release(uow, row.id, None, Why(code, f"release:{row.id}", at))


def hold_account(hold_id: HoldId) -> AccountId:
    """The account that keeps what a hold set aside."""
    return AccountId(f"hold:{hold_id}")


def _same_hold(uow: UnitOfWork, wallet: AccountId, amount: Amount, why: Why, digest: str) -> HoldId:
    """The hold that a replay asks for. After a merge it is the kept wallet's, and a replay may name either."""
    before = repository.hold_by_key(uow, why.key, why.code)
    stands = repository.transfer_by_key(uow, why.key, why.code)
    assert before is not None
    assert stands is not None, "a hold is written with its transfer"
    if (before.account, before.amount) != (wallet, amount.value) and stands.digest != digest:
        raise KeyReused(why.key)
    return before.id


def _resolve(
    uow: UnitOfWork,
    hold_id: HoldId,
    amount: Amount | None,
    why: Why,
    *,
    to: System | AccountId | None,
    become: LotSource | None,
) -> Posted:
    """Move out of a hold: to a system account, to a wallet, or (to=None) back where it came from."""
    head = repository.lock_hold(uow, hold_id)
    if head is None:
        raise HoldClosed(hold_id)
    unit = rules.unit_of(head.account)
    goal = to.account(unit) if isinstance(to, System) else to
    asked = "all" if amount is None else amount.value
    transfer, posted = posting.begin(uow, why, f"hold:{hold_id}>{asked}>{goal or head.account}", hold=hold_id)
    if posted:
        return posted
    legs = _leave_hold(uow, head, amount, goal=goal, become=become, at=why.at)
    posting.write(uow, transfer, legs)
    return Posted(transfer)


def _leave_hold(
    uow: UnitOfWork,
    head: HoldRow,
    amount: Amount | None,
    *,
    goal: AccountId | None,
    become: LotSource | None,
    at: datetime,
) -> list[Leg]:
    held = hold_account(head.id)
    parts = repository.held_parts(uow, held)
    total = sum(part.amount for part in parts)
    value = total if amount is None else amount.value
    if value <= 0 or not repository.debit(uow, held, value):
        raise HoldClosed(head.id)
    if value == total:
        repository.close_hold(uow, head.id)
    parts = rules.share(parts, value)
    unit = rules.unit_of(head.account)
    if goal is not None and rules.kind_of(goal) is AccountKind.SYSTEM:
        return [leg for part in parts for leg in posting.legs(part, held, goal)]
    receiver = goal or head.account
    repository.credit(uow, receiver, unit, value)
    legs = []
    for part in parts:
        # After a merge the lot stands in the wallet that is gone: then the way back is a lot of the same kind.
        lot = repository.lot_by_id(uow, part.lot)
        if goal is None and lot.account == receiver:
            repository.return_to_lots(uow, [part])
            into = lot.id
        else:
            into = posting.cut(uow, lot, part.amount, receiver, become=become, at=at)
        legs += [Leg(held, -part.amount, lot.id), Leg(receiver, part.amount, into)]
    return legs


def is_open(uow: UnitOfWork, hold_id: HoldId) -> bool:
    """Whether a hold still holds something."""
    head = repository.lock_hold(uow, hold_id)
    return head is not None and head.is_open
