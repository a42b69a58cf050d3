"""A copy of everything that is held on a member: one ZIP, each room's rows as JSON and as CSV.

Other people's data stays out: whoever is named in a member's rows becomes "somebody".
"""

import asyncio
import csv
import io
import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from core.chat import Export
from core.db import UnitOfWork
from core.ids import MemberId
from core.members import service as members
from core.values import dataclass

SOMEBODY = "somebody"
READ_ME = """Everything that Tandem holds on you, as of {at} (UTC).

Each part is here twice: .json for programs, .csv for spreadsheets.
Amounts are whole coins and credits; net_nanos are billionths of a US dollar.
Whoever else appears in your rows is shown as "{somebody}": who they are is theirs.

{parts}
"""

Rows = list[dict[str, Any]]
Identities = frozenset[tuple[str, str]]
Read = Callable[[Callable[[UnitOfWork], Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Packed:
    """A finished export."""

    name: str
    content: bytes
    parts: int
    rows: int


class Archive:
    """Makes exports. Built at wiring on `database.read`: one consistent snapshot, and nobody waits for it."""

    def __init__(self, read: Read) -> None:
        self._read = read

    async def make(self, exports: Iterable[Export], member: MemberId, at: datetime) -> Packed:
        """Everything that these exports have on a member and on whoever was merged into them."""
        wanted = tuple(exports)

        def collect(uow: UnitOfWork) -> tuple[dict[str, Rows], Identities]:
            mine = members.everyone(uow, member)
            found = {item.name: [row for one in mine for row in item.rows(uow, one)] for item in wanted}
            own = [address.identity for one in mine for address in members.addresses(uow, one)]
            return found, frozenset((identity.platform, identity.user_id) for identity in own)

        found, own = await self._read(collect)
        # Packing is work for the processor, and everybody else is on this loop.
        return await asyncio.to_thread(pack, found, own, at)


def pack(found: dict[str, Rows], own: Identities, at: datetime) -> Packed:
    """Rows by export as one ZIP."""
    clean = {name: [plain(row, own) for row in rows] for name, rows in found.items()}
    total = sum(len(rows) for rows in clean.values())
    listed = "\n".join(f"{name}: {len(rows):,} rows" for name, rows in clean.items())
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as file:

        def put(name: str, text: str) -> None:
            # The archive's dates are the export's, not the machine's: the same data is the same file.
            info = ZipInfo(name, at.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            file.writestr(info, text)

        put("README.txt", READ_ME.format(at=f"{at:%Y-%m-%d %H:%M}", somebody=SOMEBODY, parts=listed))
        for name, rows in clean.items():
            put(f"{name}.json", json.dumps(rows, indent=2, ensure_ascii=False))
            put(f"{name}.csv", as_csv(rows))
    return Packed(f"tandem-export-{at:%Y-%m-%d}.zip", buffer.getvalue(), len(clean), total)


def plain(value: Any, own: Identities) -> Any:
    """A row as JSON values, without other people and without files inside files."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return f"{len(value):,} bytes"
        case {"_": "bytes"}:
            return "a file"
        case {"_": "Mention", "identity": identity} if not _is_own(identity, own):
            return SOMEBODY
        case {"platform": str(), "user_id": str()} if not _is_own(value, own):
            return SOMEBODY
        case dict():
            return {str(name): plain(item, own) for name, item in value.items()}
        case list() | tuple():
            return [plain(item, own) for item in value]
    return str(value)


def _is_own(identity: Any, own: Identities) -> bool:
    return isinstance(identity, dict) and (identity.get("platform"), identity.get("user_id")) in own


def as_csv(rows: Rows) -> str:
    """Rows as a table: every column that any row has, in the order in which they first appear."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    # A spreadsheet would run a text that begins like a formula.
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value
