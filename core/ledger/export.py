"""What the ledger holds on a member, for `/privacy export`."""

from typing import Any

from sqlalchemy import bindparam, select

from core.db import Row, UnitOfWork
from core.ids import AccountId, MemberId
from core.ledger import holds, repository, rules
from core.ledger.codes import Code
from core.ledger.statements import ENTRY, HOLD, LOT, TRANSFER
from core.money import Unit
from core.people import wallet

UNITS = (Unit.COIN, Unit.CREDIT)
_GIFTS = frozenset({Code.GIFT, Code.GIFT_HELD, Code.GIFT_RETURNED})
_account = bindparam("account", type_=LOT.c.account_id.type)

LOTS_OF = select(LOT).where(LOT.c.account_id == _account).order_by(LOT.c.id)
HOLDS_OF = select(HOLD).where(HOLD.c.account_id == _account).order_by(HOLD.c.id)
ENTRIES_OF = (
    select(TRANSFER.c.at, TRANSFER.c.code, TRANSFER.c.note, ENTRY.c.amount, LOT.c.source)
    .join(TRANSFER, TRANSFER.c.id == ENTRY.c.transfer_id)
    .outerjoin(LOT, LOT.c.id == ENTRY.c.lot_id)
    .where(ENTRY.c.account_id == _account)
    .order_by(ENTRY.c.transfer_id, ENTRY.c.line)
)


def export(uow: UnitOfWork, member: MemberId) -> list[dict[str, Any]]:
    """The member's accounts, lots, holds and every entry on them. Whom a transfer came from or went to is theirs."""
    found: list[dict[str, Any]] = []
    for unit in UNITS:
        mine = wallet(member, unit)
        head = {"unit": unit.value}
        accounts: list[tuple[str, AccountId]] = [("wallet", mine), ("debt", rules.debt_of(mine))]
        for row in uow.run(HOLDS_OF, account=mine):
            accounts.append(("hold", holds.hold_account(row.id)))
            found.append({"table": "hold", **head, **_picked(row, "amount what is_open expires_at created_at")})
        for row in uow.run(LOTS_OF, account=mine):
            picked = _picked(row, "source amount remaining net_nanos expires_at frozen created_at")
            found.append({"table": "lot", **head, **picked})
        for kind, account in accounts:
            balance = repository.balance(uow, account)
            found.append({"table": "account", **head, "kind": kind, "balance": balance})
            found += [_entry(row, kind, head) for row in uow.run(ENTRIES_OF, account=account)]
    return found


def _picked(row: Row, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def _entry(row: Row, kind: str, head: dict[str, Any]) -> dict[str, Any]:
    note = "" if Code(row.code) in _GIFTS else row.note
    picked = _picked(row, "at code amount source")
    return {"table": "entry", **head, "kind": kind, **picked, "note": note}
