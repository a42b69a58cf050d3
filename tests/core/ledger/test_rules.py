"""The pure rules."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import AccountId, LotId
from core.ledger import rules
from core.ledger.codes import AccountKind, LotSource
from core.ledger.rules import Leg, Lot, Part
from core.money import Unit, split

AT = datetime(2026, 11, 20, tzinfo=UTC)
WALLET = AccountId("member:1:COIN")
_numbers = count(1)


def lot(
    source: LotSource = LotSource.EARNED, left: int = 10, *, days: int | None = None, frozen: bool = False
) -> Lot:
    expires = None if days is None else AT + timedelta(days=days)
    return Lot(LotId(next(_numbers)), WALLET, source, max(left, 1), left, 1000, expires, frozen)


class TestBurnable:
    def test_burns_in_the_order_of_sources(self) -> None:
        lots = [lot(source) for source in reversed(LotSource)]
        assert [lot.source for lot in rules.burnable(lots, AT)] == [
            "allowance",
            "welcome",
            "earned",
            "gifted",
            "bought",
        ]

    def test_earliest_expiry_first_and_undated_last(self) -> None:
        never, late, soon = lot(), lot(days=9), lot(days=1)
        assert rules.burnable([never, late, soon], AT) == [soon, late, never]

    def test_oldest_first_among_equals(self) -> None:
        old, new = lot(days=3), lot(days=3)
        assert rules.burnable([new, old], AT) == [old, new]

    def test_leaves_out_frozen_empty_and_lapsed(self) -> None:
        assert rules.burnable([lot(frozen=True), lot(left=0), lot(days=0), lot(days=-1)], AT) == []

    def test_only_the_sources_asked_for(self) -> None:
        bought = lot(LotSource.BOUGHT)
        assert rules.burnable([lot(), bought], AT, frozenset({LotSource.BOUGHT})) == [bought]


class TestDraw:
    def test_takes_lot_by_lot(self) -> None:
        first, second, third = lot(left=3), lot(left=5), lot(left=5)
        assert rules.draw([first, second, third], 7) == [Part(first.id, 3), Part(second.id, 4)]

    def test_exactly_all(self) -> None:
        first = lot(left=3)
        assert rules.draw([first, lot(left=1)], 3) == [Part(first.id, 3)]

    def test_not_covered(self) -> None:
        assert rules.draw([lot(left=3)], 4) is None
        assert rules.draw([], 1) is None


class TestSplit:
    @given(st.lists(st.integers(0, 10**12), min_size=1, max_size=9).filter(sum), st.data())
    def test_loses_nothing_and_takes_no_more_than_there_is(
        self, weights: list[int], data: st.DataObject
    ) -> None:
        total = data.draw(st.integers(0, sum(weights)))
        shares = split(total, weights)
        assert sum(shares) == total
        assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))
        assert all(
            abs(share * sum(weights) - total * weight) < sum(weights)
            for share, weight in zip(shares, weights, strict=True)
        )

    def test_largest_remainder_and_earlier_at_a_tie(self) -> None:
        assert split(10, [1, 1, 1]) == [4, 3, 3]
        assert split(1, [1, 5, 2]) == [0, 1, 0]

    @pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [-1, 3])])
    def test_refuses_nonsense(self, total: int, weights: list[int]) -> None:
        with pytest.raises(ValueError, match="split wants"):
            split(total, weights)


class TestShare:
    def test_leaves_out_lots_that_get_nothing(self) -> None:
        assert rules.share([Part(LotId(1), 1), Part(LotId(2), 99)], 10) == [Part(LotId(2), 10)]


class TestNetShare:
    @given(st.integers(1, 10**9), st.integers(0, 10**15), st.data())
    def test_parts_never_bring_more_than_the_whole(self, amount: int, net: int, data: st.DataObject) -> None:
        whole = Lot(LotId(1), WALLET, LotSource.BOUGHT, amount, amount, net, None, False)
        first = data.draw(st.integers(0, amount))
        brought = rules.net_share(whole, first) + rules.net_share(whole, amount - first)
        assert net - 1 <= brought <= net
        assert rules.net_share(whole, amount) == net


class TestShortage:
    @pytest.mark.parametrize(
        ("amount", "found", "debt", "cap", "expected"),
        [
            (10, 10, 0, 50, (0, 0)),
            (10, 4, 0, 50, (6, 0)),
            (10, 4, 48, 50, (2, 4)),
            (10, 4, 60, 50, (0, 6)),
            (10, 0, 0, 0, (0, 10)),
        ],
    )
    def test_debt_up_to_the_cap_then_loss(
        self, amount: int, found: int, debt: int, cap: int, expected: tuple[int, int]
    ) -> None:
        assert rules.shortage(amount, found, debt, cap) == expected


class TestAccountNames:
    @pytest.mark.parametrize(
        ("account", "kind"),
        [
            ("system:spent:COIN", AccountKind.SYSTEM),
            ("hold:7", AccountKind.HOLD),
            ("member:1:COIN", AccountKind.WALLET),
            ("member:1:COIN:debt", AccountKind.DEBT),
        ],
    )
    def test_say_the_kind(self, account: str, kind: AccountKind) -> None:
        assert rules.kind_of(AccountId(account)) is kind

    def test_say_the_unit(self) -> None:
        assert rules.unit_of(AccountId("member:1:CREDIT")) is Unit.CREDIT
        assert rules.unit_of(rules.debt_of(WALLET)) is Unit.COIN


class TestSumsToZero:
    def test_only_when_it_does(self) -> None:
        assert rules.sums_to_zero([Leg(WALLET, -3), Leg(WALLET, 2), Leg(WALLET, 1)])
        assert not rules.sums_to_zero([Leg(WALLET, -3), Leg(WALLET, 2)])
