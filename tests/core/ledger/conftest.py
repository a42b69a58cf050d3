"""A ledger whose books are right when the test ends."""

from collections.abc import AsyncIterator

import pytest
from databases import AnyDatabase
from ledger import Ledger

from core.ledger import audit


@pytest.fixture
async def ledger(database: AnyDatabase) -> AsyncIterator[Ledger]:
    """The verbs on a real database, audited afterwards."""
    yield Ledger(database)
    assert await database.read(lambda uow: list(audit.findings(uow))) == []
    assert sum(total.total for total in await database.read(audit.sums)) == 0
