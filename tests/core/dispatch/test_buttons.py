"""Buttons are commands with their form filled: private ones one intention of one person, public ones anybody's."""

import asyncio
from datetime import timedelta

from core.chat import Confirm, Reply
from core.conversations.buttons import BUTTON_LIVES
from tests.house import House, refused, text_of


class TestPrivateButton:
    async def test_with_values_has_a_token_and_runs(self, house: House):
        ann = house.person("ann")
        one, ping = (await ann.invokes("card")).message.buttons
        assert (one.label, ping.label) == ("Plant one", "Ping")
        assert len(one.token) == 12
        assert ping.token == ""
        assert text_of(await ann.presses(one)).startswith("Planted 1 Ash.")
        assert text_of(await ann.presses(ping)) == "Pong."

    async def test_of_an_unknown_command_is_dropped(self, house: House):
        buttons = (await house.person("ann").invokes("card")).message.buttons
        assert [button.label for button in buttons] == ["Plant one", "Ping"]

    async def test_pressed_twice_is_one_intention(self, house: House):
        ann = house.person("ann")
        one, _ = (await ann.invokes("card")).message.buttons
        await asyncio.gather(*(ann.presses(one) for _ in range(5)))
        keys = {done.partition("/")[0] for done in await house.happened("plant")}
        assert keys == {one.token}

    async def test_of_somebody_else_is_refused(self, house: House):
        one, _ = (await house.person("ann").invokes("card")).message.buttons
        assert refused(await house.person("bob").presses(one)) == "NotYours"
        assert await house.happened("plant") == []

    async def test_grows_old(self, house: House):
        ann = house.person("ann")
        one, _ = (await ann.invokes("card")).message.buttons
        house.clock.advance(BUTTON_LIVES - timedelta(seconds=1))
        assert isinstance(await ann.presses(one), Reply)
        house.clock.advance(timedelta(seconds=1))
        assert refused(await ann.presses(one)) == "Outdated"

    async def test_takes_no_values_from_whoever_presses(self, house: House):
        ann = house.person("ann")
        one, _ = (await ann.invokes("card")).message.buttons
        assert isinstance(await ann.answers(one, amount=500), Reply)
        assert await house.happened("plant") == [f"{one.token}/Ash/1/"]


class TestPublicButton:
    async def test_starts_afresh_for_whoever_presses(self, house: House):
        one, _ = (await house.person("ann").invokes("poster")).message.buttons
        for name in ("ann", "bob", "bob"):
            assert isinstance(await house.person(name).presses(one), Reply)
        done = [key.partition("/")[0] for key in await house.happened("plant")]
        assert len(set(done)) == 3
        assert one.token not in done

    async def test_of_one_event_is_pressed_once(self, house: House):
        one, _ = (await house.person("ann").invokes("poster")).message.buttons
        bob = house.person("bob")
        await bob.agrees(one, key="discord:1")
        assert await bob.agrees(one, key="discord:1") is None
        assert len(await house.happened("plant")) == 1

    async def test_opens_a_question_for_whoever_presses_alone(self, house: House):
        ann, bob = house.person("ann"), house.person("bob")
        one, _ = (await ann.invokes("poster")).message.buttons
        await bob.presses(one)
        asked = await bob.invokes("plant", name="Ash", amount=200)
        assert isinstance(asked, Confirm)
        assert refused(await ann.agrees(asked)) == "NotYours"
