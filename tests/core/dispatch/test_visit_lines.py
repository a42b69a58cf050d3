"""What the rooms say of the day's visit stands below whatever comes of its command, for its member alone."""

from datetime import timedelta
from typing import Any

import pytest

from core.chat import Confirm, Refusal, Reply, Streaming, Visit, Wait
from core.mailroom import Arrival, Event, Mailroom
from tests.fakes.rooms.effects import Overloaded, Sorry
from tests.fakes.rooms.garden import GARDEN
from tests.fakes.rooms.kiosk import KIOSK
from tests.house import House, text_of

LINE = "+10 coins for today's visit, day 1."


async def ended(outcome: Any) -> Any:
    """What came in the end: of a stream its last piece."""
    if isinstance(outcome, Streaming):
        *_, outcome = [piece async for piece in outcome.pieces]
    return outcome


def told(outcome: Any) -> str:
    """All that is read in an outcome, also in one that `text_of` does not know."""
    if isinstance(outcome, Visit):
        return text_of(Reply(outcome.message))
    if isinstance(outcome, Wait):
        return outcome.note if isinstance(outcome.note, str) else "".join(map(str, outcome.note))
    return text_of(outcome)


class TestLine:
    @pytest.mark.parametrize(
        ("command", "values", "kind"),
        [
            ("ping", {}, Reply),
            ("plant", {"name": "Ash", "amount": 200}, Confirm),
            ("away", {}, Visit),
            ("story", {"price": 0}, Reply),
            ("story", {"price": 0, "done": "never"}, Reply),
            ("story", {"price": 0, "breaks_at": 1}, Refusal),
            ("fetch", {"what": "air"}, Reply),
            ("fail", {"how": "refuse"}, Refusal),
            ("fail", {"how": "busy"}, Refusal),
            ("fail", {"how": "bug"}, Refusal),
        ],
    )
    async def test_stands_below(self, house: House, command: str, values: dict[str, Any], kind: type):
        ann = house.person("ann")
        came = await ended(await ann.invokes(command, **values))
        assert isinstance(came, kind)
        assert told(came).splitlines()[-1] == LINE
        assert LINE not in told(await ended(await ann.invokes(command, **values)))
        assert await ann.coins() == 10
        house.observer.bugs.clear()

    @pytest.mark.parametrize(("error", "kind"), [(Sorry(), Refusal), (Overloaded(), Wait)])
    async def test_stands_below_an_errand_that_went_wrong(self, house: House, error: Exception, kind: type):
        house.outside.fails.append(error)
        came = await house.person("ann").invokes("fetch", what="air")
        assert isinstance(came, kind)
        assert told(came).splitlines()[-1] == LINE

    async def test_stands_below_a_talk(self, house: House):
        ann = house.person("ann")
        await ann.invokes("listen")
        house.clock.advance(timedelta(days=1))
        came = await ended(await ann.says("abc"))
        assert text_of(came).splitlines() == ["cba", "A new day.", "+11 coins for today's visit, day 2."]

    @pytest.mark.parametrize("command", ["poster", "song", "wash", "out", "agree", "broken song", "drop"])
    async def test_is_nobody_elses_business(self, house: House, command: str):
        house.move_in((GARDEN, KIOSK))
        ann = house.person("ann")
        assert "visit" not in told(await ended(await ann.invokes(command)))
        assert await ann.coins() == 10

    async def test_is_kept_with_a_refusal_that_was_not_said_yet(self, house: House):
        ann, key = house.person("ann", "telegram"), "telegram:1"
        refusal = await house.dispatcher.handle(ann.invocation("fail", key=key, how="refuse"), Arrival(Event(key, b"")))
        (left,) = await Mailroom(house.database, house.clock, house.easel).pending("telegram")
        assert text_of(left.answer) == text_of(refusal)
        assert text_of(left.answer).splitlines()[-1] == LINE

    async def test_is_said_once_to_an_event_that_comes_twice(self, house: House):
        ann = house.person("ann")
        assert LINE in text_of(await ann.invokes("fail", key="discord:1", how="refuse"))
        assert await ann.invokes("fail", key="discord:1", how="refuse") is None
        assert await ann.coins() == 10
