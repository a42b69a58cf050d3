"""What the outbox says to people on Discord."""

import pytest

from core.chat import Button, said
from core.people import Identity
from core.ports import Delivered, Later, Uncertain, Unreachable
from tests.end_to_end.discord.studio import Elsewhere, identity

MESSAGES = "/channels/{channel_id}/messages"


class TestAnnounce:
    async def test_arrives_in_direct_messages(self, studio, ann, bob):
        await ann.runs("/start")
        await studio.announce(ann, said("News.", buttons=(Button("Help", ("help",)),)))
        assert ann.dm.latest.text == "News."
        assert bob.dm.sees() == []
        await ann.dm.presses("Help")
        assert ann.dm.sees()[0].text == "News.", "what was announced stays"

    async def test_costs_one_call_the_second_time(self, studio, ann):
        await ann.runs("/start")
        await studio.announce(ann, said("One."), key="one")
        before = len(studio.fake.calls())
        await studio.announce(ann, said("Two."), key="two")
        assert len(studio.fake.calls()) == before + 1

    async def test_a_lost_answer_is_not_doubled(self, studio, ann):
        await ann.runs("/start")
        studio.fake.loses_answers("POST", MESSAGES)
        await studio.announce(ann, said("Once."))
        await studio.later(minutes=10)
        assert ann.dm.screen == "Once."
        assert len(studio.fake.calls("POST", MESSAGES)) == 2

    async def test_a_long_one_comes_in_pieces_once_each(self, studio, ann):
        await ann.runs("/start")
        studio.fake.loses_answers("POST", MESSAGES)
        await studio.announce(ann, said("x" * 9000))
        await studio.later(minutes=10)
        assert ann.dm.screen.count("x") == 9000


class TestClosed:
    async def test_goes_to_the_other_platform(self, studio, ann):
        studio.refusals |= {50007}
        elsewhere = Elsewhere(studio, "mara")
        studio.others.append(elsewhere)
        await studio.restart()
        code = (await ann.runs("/link start")).text.split("`")[1]
        await elsewhere.agrees(await elsewhere.invokes("link start", code=code))
        await ann.runs("/link agree", code=code)
        await ann.presses("Confirm")
        await studio.later(hours=25)
        heard = len(elsewhere.heard)
        ann.closes_dms()
        await studio.announce(ann, said("News."))
        await studio.later(minutes=5)
        assert "News." not in ann.dm.screen
        assert [message for message in elsewhere.heard[heard:] if message == said("News.")]

    async def test_is_said_as_what_it_is(self, studio, ann):
        studio.refusals |= {50007, 50033}
        ann.closes_dms()
        assert await studio.messengers.send(identity(ann), said("News."), key="k") == Unreachable("50007")
        assert isinstance(await studio.messengers.send(Identity("discord", "5"), said("x"), key="k"), Unreachable)
        assert isinstance(await studio.messengers.send(Identity("discord", "x"), said("x"), key="k"), Unreachable)


class TestStorm:
    async def test_a_short_one_is_waited_out(self, studio, ann):
        await ann.runs("/start")
        studio.fake.next_answers("POST", MESSAGES, 429, times=3, retry_after=0.01)
        await studio.announce(ann, said("Through."))
        assert ann.dm.screen == "Through."

    async def test_a_long_one_is_left_to_the_outbox(self, studio, ann):
        studio.fake.next_answers("POST", MESSAGES, 429, retry_after=64.5)
        assert await studio.messengers.send(identity(ann), said("Later."), key="k") == Later(64.5)

    async def test_a_ban_is_later(self, studio, ann):
        studio.fake.next_answers("POST", MESSAGES, 429, via=False)
        assert isinstance(await studio.messengers.send(identity(ann), said("Later."), key="k"), Later)

    @pytest.mark.parametrize("status", [401, 403, 404])
    async def test_other_answers_are_later(self, studio, ann, status):
        studio.fake.next_answers("POST", MESSAGES, status)
        assert isinstance(await studio.messengers.send(identity(ann), said("Later."), key="k"), Later)

    async def test_a_channel_that_is_gone_is_asked_for_again(self, studio, ann):
        assert isinstance(await studio.messengers.send(identity(ann), said("One."), key="1"), Delivered)
        studio.fake.next_answers("POST", MESSAGES, 404)
        studio.fake.rates.storms[-1].body = {"message": "Unknown Channel", "code": 10003}
        assert isinstance(await studio.messengers.send(identity(ann), said("Two."), key="2"), Later)
        assert isinstance(await studio.messengers.send(identity(ann), said("Two."), key="2"), Delivered)
        assert len(studio.fake.calls("POST", "/users/@me/channels")) == 2

    async def test_a_server_error_is_uncertain(self, studio, ann):
        studio.fake.next_answers("POST", MESSAGES, 503)
        assert isinstance(await studio.messengers.send(identity(ann), said("Perhaps."), key="k"), Uncertain)
        assert isinstance(await studio.messengers.send(identity(ann), said("Perhaps."), key="k"), Delivered)
        assert ann.dm.screen == "Perhaps."


class TestServes:
    async def test_only_while_connected(self, studio, ann):
        assert studio.messengers.serves(identity(ann))
        assert not studio.messengers.serves(Identity("telegram", "1"))
        assert studio.messengers.repeats_safely("discord")
        await studio.chat.stop()
        assert not studio.messengers.serves(identity(ann))
        await studio.serving
        await studio.connect()
