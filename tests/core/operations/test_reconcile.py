"""What `tandem reconcile` says of what it found."""

import pytest

from core.ledger.audit import Finding
from core.operations.reconcile import LISTED_MOST, Report, lines


def told(transfers: int, entries: int, broken: int) -> list[str]:
    found = [Finding("it holds", f"row {number}") for number in range(broken)]
    return lines(Report(transfers, [], ("it holds",), entries, found))


class TestLines:
    @pytest.mark.parametrize(
        ("transfers", "entries", "said"),
        [(1, 1, "1 transfer, 1 audit entry."), (1200, 2, "1,200 transfers, 2 audit entries.")],
    )
    def test_count_in_words(self, transfers: int, entries: int, said: str) -> None:
        assert told(transfers, entries, 0)[0] == said

    def test_one_finding_is_one(self) -> None:
        assert told(3, 0, 1)[-2:] == ["  at row 0: it holds", "1 finding: the books do not hold."]

    def test_more_than_are_listed_are_counted(self) -> None:
        said = told(3, 0, LISTED_MOST + 7)
        assert said[-2:] == ["  and 7 more", "57 findings: the books do not hold."]
