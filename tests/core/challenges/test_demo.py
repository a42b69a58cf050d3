"""A creator's way with the demo's made-up accounts, day by day, through a database that is opened anew each time."""

from datetime import timedelta

import pytest

from adapters import offline
from core.ledger import audit
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource
from core.ledger.posting import Why
from core.members import service as members
from core.metrics.service import Sources
from core.money import Coins
from tests.driver import Chat, Driver

HOURS = 6


@pytest.fixture
def demo(driver: Driver) -> Driver:
    """With the demo's creators, and nobody paid for being here."""
    made_up = offline.make(driver.clock)
    driver.sources = Sources(readers={made_up.platform: made_up}, lookups={made_up.platform: made_up})
    return driver


def give(driver: Driver, chat: Chat, coins: int) -> None:
    """Coins to stake."""

    def unit(uow):
        known = members.known(uow, chat.identity)
        assert known is not None
        why = Why(Code.DEMO_GRANT, "coins", driver.clock.now())
        ledger.grant(uow, known.member.coin_wallet, Coins(coins), why, source=LotSource.EARNED)

    driver.write(unit)


@pytest.mark.parametrize(
    ("story", "says", "history"),
    [
        ("fast", "50 coins spent. +50 credits for keeping it.", "reached, 50 of 50 coins spent"),
        ("shrinking", "0 coins spent, 50 are back. +50 credits for keeping it.", "kept, 0 of 50 coins spent"),
        ("idle", "25 coins gone, 25 are back.", "not kept, 25 of 50 coins spent"),
        ("hidden", "25 coins gone, 25 are back.", "not kept, 25 of 50 coins spent"),
        ("away", "That is on us: all 50 coins are back.", "not measured, 0 of 50 coins spent"),
    ],
)
def test_each_story_ends_as_told(demo: Driver, chat: Chat, story: str, says: str, history: str) -> None:
    chat.invokes("start")
    give(demo, chat, 100)
    chat.invokes("connect demo", story=story).sees("made-up figures")
    demo.due()
    chat.invokes("challenge start", challenge="ten_clips").sees("Reading Demo")
    demo.due()
    chat.hears("an estimate for accounts like yours")
    chat.invokes("challenge status").presses("Stake 50 coins").confirms("By staking you accept the terms")
    chat.agrees().sees("50 coins are in escrow")
    for _ in range(14 * 24 // HOURS):
        demo.clock.advance(timedelta(hours=HOURS))
        demo.due()
        assert demo.read(lambda uow: list(audit.findings(uow))) == []
    chat.hears(says)
    chat.invokes("challenge history").sees(history)
    chat.invokes("challenge explain").sees("Judged again just now from the stored evidence: the same.")
