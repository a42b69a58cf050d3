"""What is announced arrives once, where and when the member wants it, whatever the platforms answer."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from core.chat import Button, Message, Notice, Reply, said
from core.facts import MembersMerged
from core.members import service as members
from core.members.repository import MOVE_IDENTITIES
from core.members.rules import MemberRules
from core.money import Credits
from core.outbox import service as outbox
from core.outbox.rules import OutboxPace, retry_at
from core.people import Actor, Identity
from core.ports import Later, Uncertain, Unreachable
from tests.fakes.rooms.garden import NEWS, VERDICT
from tests.house import House, Person

STATES = text("SELECT state FROM announcement ORDER BY id").columns(outbox.ANNOUNCEMENT.c.state)
LOST = Uncertain("the answer was lost")
BLOCKED = Unreachable("blocked")


async def announced(person: Person, key: str = "k1", notice: Notice = NEWS, message: Message | None = None) -> None:
    house, member = person.house, await person.member()
    at = house.clock.now()
    what = message or said(f"News {key}.")
    await house.database.write(lambda uow: outbox.announce(uow, member.id, notice, what, key=key, at=at))


async def states(house: House) -> list[str]:
    return await house.database.read(lambda uow: [row.state for row in uow.run(STATES)])


async def on_both(house: House) -> tuple[Person, Identity]:
    """A member on Discord and Telegram, last seen on Discord."""
    ann = await house.person("ann").has()
    member, telegram = await ann.member(), Identity("telegram", "ann")
    at = house.clock.now() - timedelta(days=1)

    def link(uow: Any) -> None:
        other = members.resolve(uow, Actor(telegram, "Ann"), at).member
        uow.run(MOVE_IDENTITIES, gone=other.id, kept=member.id)

    await house.database.write(link)
    return ann, telegram


async def change(person: Person, unit: Any, *args: Any, **settings: Any) -> None:
    member = await person.member()
    await person.house.database.write(lambda uow: unit(uow, member.id, *args, **settings))


class TestDelivery:
    async def test_arrives_once(self, house: House):
        ann = await house.person("ann").has()
        await announced(ann)
        await asyncio.gather(house.runner.run_due(), house.new_runner().run_due())
        await house.later(days=1)
        (sent,) = house.messenger.sent
        assert (sent.identity, sent.text, sent.key) == (ann.identity, "News k1.", "k1")
        assert await states(house) == ["sent"]
        assert await house.due() == []

    async def test_is_known_to_have_arrived_when_it_did(self, house: House):
        ann = await house.person("ann").has()
        await announced(ann)
        assert await house.database.read(lambda uow: outbox.arrived_at(uow, "k1")) is None
        await house.later()
        assert await house.database.read(lambda uow: outbox.arrived_at(uow, "k1")) == house.clock.now()
        assert await house.database.read(lambda uow: outbox.arrived_at(uow, "never said")) is None

    async def test_of_somebody_who_was_merged_meanwhile_reaches_who_they_are(self, house: House):
        ann, bob = await house.person("ann").has(), await house.person("bob").has()
        kept, gone = await ann.member(), await bob.member()
        at = house.clock.now()
        await house.database.write(lambda uow: members.merge(uow, MembersMerged(at, kept.id, gone.id)))
        late = said("It was being written as they became one.")
        await house.database.write(lambda uow: outbox.announce(uow, gone.id, NEWS, late, key="late", at=at))
        await house.later()
        assert [sent.text for sent in house.messenger.sent] == ["It was being written as they became one."]
        assert await states(house) == ["sent"]

    async def test_of_one_key_is_announced_once(self, house: House):
        ann = await house.person("ann").has()
        await announced(ann)
        await announced(ann)
        await house.later()
        await announced(ann)
        await house.later()
        assert len(house.messenger.sent) == 1

    async def test_of_a_transaction_that_failed_is_not_announced(self, house: House):
        ann = await house.person("ann").has()
        member = await ann.member()

        def fails(uow: Any) -> None:
            outbox.announce(uow, member.id, NEWS, said("x"), key="k", at=house.clock.now())
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await house.database.write(fails)
        await house.later(days=1)
        assert house.messenger.sent == []

    async def test_carries_buttons_that_can_be_pressed(self, house: House):
        ann = await house.person("ann").has()
        buttons = (
            Button("Plant", ("plant",), {"name": "Ash", "amount": 2}),
            Button("Nobody", ("not", "there")),
            Button("All", ("everything",), {"text": "hi", "amount": Credits(7), "lasts": timedelta(hours=3)}),
        )
        await announced(ann, message=said("Look.", buttons=buttons))
        house.messenger.answers.append(Later())
        await house.later()
        await house.later(seconds=5)
        (_, sent) = house.messenger.sent
        plant, everything = sent.message.buttons
        assert isinstance(await ann.presses(plant), Reply)
        assert isinstance(await ann.presses(everything), Reply)
        (done,) = await house.happened("everything")
        assert "amount=Credits(value=7)" in done
        assert "seconds=10800" in done


class TestRetry:
    async def test_is_later_and_later_and_never_lost(self, house: House):
        ann = await house.person("ann").has()
        house.messenger.answers.extend([Later()] * 5)
        await announced(ann, notice=VERDICT)
        gaps, start = [], house.clock.now()
        while await states(house) != ["sent"]:
            before = len(house.messenger.sent)
            await house.runner.run_due()
            if len(house.messenger.sent) > before:
                gaps.append((house.clock.now() - start) // timedelta(seconds=1))
            house.clock.advance(timedelta(seconds=5))
        assert gaps == [0, 5, 15, 35, 75, 155]

    async def test_waits_as_long_as_the_platform_asks(self, house: House):
        ann = await house.person("ann").has()
        house.messenger.answers.append(Later(600))
        await announced(ann)
        await house.later()
        await house.later(seconds=599)
        assert len(house.messenger.sent) == 1
        await house.later(seconds=1)
        assert await states(house) == ["sent"]

    async def test_ends_after_too_many(self, house: House):
        ann = await house.person("ann").has()
        house.messenger.answers.extend([Later()] * 99)
        await announced(ann, notice=VERDICT)
        for _ in range(20):
            await house.later(hours=1)
        assert await states(house) == ["undeliverable"]
        assert len(house.messenger.sent) == OutboxPace().attempts_max
        assert await house.due() == []

    async def test_of_a_messenger_that_breaks_its_word_is_tried_again(self, house: House):
        ann = await house.person("ann").has()
        house.messenger.answers.append(ConnectionResetError())
        await announced(ann)
        await house.later()
        await house.later(minutes=1)
        assert await states(house) == ["sent"]
        assert len(house.observer.bugs) == 1

    async def test_of_a_platform_that_another_process_serves_waits(self, house: House):
        ann = await house.person("ann").has()
        house.messenger.served.clear()
        await announced(ann)
        for _ in range(30):
            await house.later(minutes=1)
        assert house.messenger.sent == []
        house.messenger.served.add("discord")
        await house.later(minutes=1)
        assert await states(house) == ["sent"]

    def test_has_a_longest_pause(self):
        now, pace = datetime(2026, 3, 10, tzinfo=UTC), OutboxPace()
        assert retry_at(now, 10_000, 0, pace) == now + timedelta(hours=1)


class TestUncertain:
    async def test_is_not_sent_twice_where_a_second_copy_would_arrive(self, house: House):
        ann = await house.person("ann", "telegram").has()
        house.messenger.answers.append(LOST)
        await announced(ann)
        for _ in range(5):
            await house.later(hours=1)
        assert len(house.messenger.sent) == 1
        assert await states(house) == ["uncertain"]

    async def test_is_repeated_where_a_second_copy_is_dropped(self, house: House):
        ann = await house.person("ann").has()
        house.messenger.answers.append(LOST)
        await announced(ann)
        await house.later()
        await house.later(seconds=5)
        first, second = house.messenger.sent
        assert first == second
        assert await states(house) == ["sent"]

    async def test_is_not_repeated_on_the_other_platform(self, house: House):
        ann, _ = await on_both(house)
        house.messenger.answers.extend([LOST, LOST])
        await announced(ann)
        await house.later()
        await house.later(seconds=5)
        await house.later(seconds=10)
        assert [sent.identity for sent in house.messenger.sent] == [ann.identity] * 3

    async def test_is_repeated_in_time_even_when_it_was_the_last_of_the_day(self, house: House):
        ann = await house.person("ann").has()
        await announced(ann, "k1")
        await house.later()
        house.messenger.answers.append(LOST)
        await announced(ann, "k2")
        await house.later()
        await house.later(seconds=5)
        assert await states(house) == ["sent", "sent"]

    @pytest.mark.parametrize(("platform", "copies", "state"), [("discord", 2, "sent"), ("telegram", 1, "uncertain")])
    async def test_after_a_crash_while_sending(self, house: House, platform: str, copies: int, state: str):
        ann = await house.person("ann", platform).has()
        send = house.messenger.send

        async def crashes(*args: Any, **values: Any) -> Any:
            await send(*args, **values)
            vars(house.messenger)["send"] = send
            raise asyncio.CancelledError

        vars(house.messenger)["send"] = crashes
        await announced(ann)
        with pytest.raises(asyncio.CancelledError):
            await house.runner.run_due()
        house.clock.advance(timedelta(seconds=house.pace.lease_s))
        await house.new_runner().run_due()
        assert len(house.messenger.sent) == copies
        assert await states(house) == [state]


class TestUnreachable:
    async def test_falls_back_to_the_other_platform(self, house: House):
        ann, telegram = await on_both(house)
        house.messenger.answers.append(BLOCKED)
        await announced(ann)
        await house.later()
        assert [sent.identity for sent in house.messenger.sent] == [ann.identity, telegram]
        assert await states(house) == ["sent"]

    async def test_is_remembered_until_they_are_seen_again(self, house: House):
        ann, telegram = await on_both(house)
        house.messenger.answers.append(BLOCKED)
        await announced(ann, "k1")
        await house.later()
        await announced(ann, "k2")
        await house.later()
        assert house.messenger.sent[-1].identity == telegram
        await ann.invokes("ping")
        await announced(ann, "k3", VERDICT)
        await house.later()
        assert house.messenger.sent[-1].identity == ann.identity

    async def test_everywhere_is_the_end(self, house: House):
        ann, _ = await on_both(house)
        house.messenger.answers.extend([BLOCKED, BLOCKED])
        await announced(ann)
        await house.later(days=2)
        assert len(house.messenger.sent) == 2
        assert await states(house) == ["undeliverable"]
        assert await house.due() == []


class TestQuietHours:
    @pytest.mark.parametrize(
        ("zone", "at", "arrives"),
        [
            ("UTC", "21:59", "21:59"),
            ("UTC", "22:00", "08:00"),
            ("UTC", "23:59", "08:00"),
            ("UTC", "07:59", "08:00"),
            ("UTC", "08:00", "08:00"),
            ("Asia/Tokyo", "13:00", "23:00"),
            ("Asia/Tokyo", "12:59", "12:59"),
            ("America/Los_Angeles", "10:00", "15:00"),  # on summer time since two days
            ("Asia/Kathmandu", "16:15", "02:15"),
        ],
    )
    async def test_are_the_members_own(self, house: House, zone: str, at: str, arrives: str):
        ann = await house.person("ann").has()
        member = await ann.member()
        await house.database.write(lambda uow: members.set_zone(uow, member, zone, house.clock.now(), MemberRules()))
        house.clock.set(datetime.fromisoformat(f"2026-03-11T{at}").replace(tzinfo=UTC))
        await announced(ann)
        for _ in range(24 * 60 // 15):
            await house.runner.run_due()
            if house.messenger.sent:
                break
            house.clock.advance(timedelta(minutes=15) - timedelta(minutes=house.clock.now().minute % 15))
        assert f"{house.clock.now():%H:%M}" == arrives

    async def test_can_be_set(self, house: House):
        ann = await house.person("ann").has()
        await change(ann, members.set_quiet_hours, time(11, 0), time(13, 0))
        await announced(ann)
        await house.later()
        assert house.messenger.sent == []
        await house.later(hours=1)
        assert len(house.messenger.sent) == 1

    async def test_can_be_none(self, house: House):
        ann = await house.person("ann").has()
        await change(ann, members.set_quiet_hours, time(0, 0), time(0, 0))
        await house.later(hours=11)
        await announced(ann)
        await house.later()
        assert len(house.messenger.sent) == 1

    async def test_do_not_hold_back_what_is_not_counted(self, house: House):
        ann = await house.person("ann").has()
        house.clock.advance(timedelta(hours=11))
        await announced(ann, notice=VERDICT)
        await house.later()
        assert len(house.messenger.sent) == 1


class TestTwoADay:
    async def test_is_all_that_comes_unprompted(self, house: House):
        ann = await house.person("ann").has()
        for i in range(5):
            await announced(ann, f"k{i}")
        await house.later()
        assert len(house.messenger.sent) == 2
        await house.later(hours=20)  # the next day at eight
        assert len(house.messenger.sent) == 4
        await house.later(days=1)
        assert [sent.key for sent in house.messenger.sent] == ["k0", "k1", "k2", "k3", "k4"]

    async def test_holds_for_two_runners_at_once(self, house: House):
        ann = await house.person("ann").has()
        for i in range(6):
            await announced(ann, f"k{i}")
        house.pace = type(house.pace)(batch=3)
        await asyncio.gather(*(house.new_runner().run_due() for _ in range(3)))
        assert len(house.messenger.sent) == 2

    async def test_does_not_count_the_uncounted(self, house: House):
        ann = await house.person("ann").has()
        for i in range(4):
            await announced(ann, f"v{i}", VERDICT)
        for i in range(2):
            await announced(ann, f"k{i}")
        await house.later()
        assert len(house.messenger.sent) == 6

    async def test_is_each_members_own(self, house: House):
        for name in ("ann", "bob"):
            person = await house.person(name).has()
            for i in range(2):
                await announced(person, f"{name}{i}")
        await house.later()
        assert len(house.messenger.sent) == 4


class TestTurnedOff:
    async def test_is_not_sent(self, house: House):
        ann = await house.person("ann").has()
        await change(ann, members.turn, "notice:news", on=False)
        await announced(ann, "k1")
        await announced(ann, "v1", VERDICT)
        await house.later(days=1)
        assert [sent.key for sent in house.messenger.sent] == ["v1"]
        assert await states(house) == ["muted", "sent"]

    async def test_and_on_again_is_sent(self, house: House):
        ann = await house.person("ann").has()
        await change(ann, members.turn, "notice:news", on=False)
        await change(ann, members.turn, "notice:news", on=True)
        await announced(ann)
        await house.later()
        assert await states(house) == ["sent"]

    async def test_does_not_silence_money_and_verdicts(self, house: House):
        ann = await house.person("ann").has()
        await change(ann, members.turn, "notice:verdict", on=False)
        await announced(ann, notice=VERDICT)
        await house.later()
        assert await states(house) == ["sent"]


class TestUntil:
    async def test_after_which_it_is_not_said_any_more(self, house: House):
        ann = await house.person("ann").has()
        member, at = await ann.member(), house.clock.now()

        def announce(uow: Any) -> None:
            for key, minutes in (("soon", 5), ("late", 60)):
                until = at + timedelta(minutes=minutes)
                outbox.announce(uow, member.id, NEWS, said(key), key=key, at=at, until=until)

        await house.database.write(announce)
        await house.later(minutes=5)
        assert [sent.text for sent in house.messenger.sent] == ["late"]
        assert await states(house) == ["muted", "sent"]
