"""A ledger whose books are right when the test ends."""

from collections.abc import AsyncIterator

import pytest

from core.ledger import audit
from tests.databases import AnyDatabase
from tests.ledger import Ledger


@pytest.fixture
async def ledger(database: AnyDatabase) -> AsyncIterator[Ledger]:
    """The verbs on a real database, audited afterwards."""
    yield Ledger(database)
    assert await database.read(lambda uow: list(audit.findings(uow))) == []
    assert sum(total.total for total in await database.read(audit.sums)) == 0
