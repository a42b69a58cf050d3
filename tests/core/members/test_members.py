"""Zones, quiet hours, settings and profiles of members, and what remains of who left."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import zone
from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.members import rules
from core.members import service as members
from core.members.errors import ZoneChangedRecently
from core.members.reactions import export
from core.members.rules import MemberRules
from core.members.service import Salt
from core.people import Identity
from tests.house import House, Person

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "Pacific/Niue",
    "Asia/Kathmandu",
    "Africa/Cairo",
)
AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
MADE = datetime(2019, 8, 7, 6, 5, 4, 321_000, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
SALT = Salt(b"tests")


class TestQuiet:
    @pytest.mark.parametrize(
        ("start", "end", "at", "quiet"),
        [
            (22, 8, "23:00", True),
            (22, 8, "07:59", True),
            (22, 8, "08:00", False),
            (22, 8, "22:00", True),
            (22, 8, "21:59", False),
            (13, 15, "14:00", True),
            (13, 15, "15:00", False),
            (9, 9, "09:00", False),
            (0, 0, "00:00", False),
        ],
    )
    def test_may_span_midnight(self, start: int, end: int, at: str, quiet: bool):
        instant = datetime.fromisoformat(f"2026-03-10T{at}").replace(tzinfo=UTC)
        assert rules.is_quiet(instant, "UTC", time(start), time(end)) is quiet

    @given(INSTANTS, st.sampled_from(ZONES), TIMES)
    def test_ends_after_now_and_within_a_day(self, at: datetime, zone_name: str, end: time):
        ends = rules.quiet_ends_at(at, zone_name, end)
        assert at < ends <= at + timedelta(hours=25, minutes=59)

    @given(INSTANTS, st.sampled_from(ZONES), TIMES, TIMES)
    def test_is_over_when_it_ends(self, at: datetime, zone_name: str, start: time, end: time):
        ends = rules.quiet_ends_at(at, zone_name, end)
        shown = ends.astimezone(zone(zone_name)).time()
        if shown == end:  # where the clock jumps over the end, the next look decides
            assert not rules.is_quiet(ends, zone_name, start, end)

    def test_in_the_hour_that_comes_twice_ends_the_second_time(self):
        second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, again
        assert rules.quiet_ends_at(second, "Europe/Berlin", time(2, 45)) == second + timedelta(minutes=15)


class TestZone:
    async def test_is_set_freely_once_and_then_every_thirty_days(self, house: House):
        ann = await house.person("ann").has()
        limits = MemberRules()

        async def move(to: str, at: datetime) -> None:
            member = await ann.member()
            await house.database.write(lambda uow: members.set_zone(uow, member, to, at, limits))

        await move("Europe/Berlin", AT)
        assert ((await ann.member()).zone, (await ann.member()).zone_known) == ("Europe/Berlin", True)
        with pytest.raises(ZoneChangedRecently, match="again on 9 April"):
            await move("UTC", AT + timedelta(days=30) - timedelta(seconds=1))
        await move("Europe/Berlin", AT + timedelta(days=1))  # the same again is no change
        await move("UTC", AT + timedelta(days=30))
        assert (await ann.member()).zone == "UTC"

    @pytest.mark.parametrize(
        ("local", "name"),
        [
            ("12:00", "UTC"),
            ("14:05", "Etc/GMT-2"),
            ("07:10", "Etc/GMT+5"),
            ("00:30", "Etc/GMT-12"),
            ("01:20", "Etc/GMT+11"),
            ("17:29", "Asia/Kolkata"),
            ("17:45", "Asia/Kathmandu"),
            ("08:31", "Etc/GMT+3"),  # St. John's is on summer time
            ("09:30", "America/St_Johns"),
            ("22:30", "Australia/Adelaide"),
            ("21:30", "Australia/Darwin"),
            ("20:45", "Australia/Eucla"),
            ("01:45", "Pacific/Chatham"),
        ],
    )
    def test_is_found_by_the_clock_on_the_wall(self, local: str, name: str):
        found = rules.zone_for_local_time(AT, time.fromisoformat(local))
        assert found == name
        assert zone(found).key == name


class TestProfile:
    @pytest.mark.parametrize("value", ["x" * 10_000, "🎉", "مرحبا", "'; DROP TABLE member; --", "@everyone", ""])
    async def test_keeps_what_was_told(self, house: House, value: str):
        ann = await house.person("ann").has()
        member = (await ann.member()).id

        def tell(uow: UnitOfWork) -> None:
            members.tell(uow, member, "niche", "before", AT)
            members.tell(uow, member, "niche", value, AT)

        await house.database.write(tell)
        (entry,) = await house.database.read(lambda uow: members.profile(uow, member))
        assert (entry.name, entry.value, entry.origin) == ("niche", value, "own")


class TestMerge:
    async def test_brings_identities_opt_outs_and_what_was_unknown(self, house: House):
        ann, bob = await house.person("ann").has(), await house.person("bob", "telegram").has()
        kept, gone = (await ann.member()).id, (await bob.member()).id

        def merge(uow: Any) -> None:
            members.tell(uow, kept, "niche", "cats", AT)
            members.tell(uow, gone, "niche", "dogs", AT)
            members.tell(uow, gone, "tone", "dry", AT)
            members.turn(uow, gone, "notice:news", on=False)
            members.merge(uow, MembersMerged(AT, kept, gone))

        await house.database.write(merge)
        assert (await bob.member()).id == kept
        entries = await house.database.read(lambda uow: members.profile(uow, kept))
        assert {entry.name: entry.value for entry in entries} == {"niche": "cats", "tone": "dry"}
        assert not await house.database.read(lambda uow: members.wants(uow, kept, "notice:news"))
        assert await house.database.read(lambda uow: members.profile(uow, gone)) == []


class TestAccountAge:
    """When a platform's account was made: kept once, and never asked of who has told."""

    async def rows(self, house: House, person: Person) -> list[dict[str, Any]]:
        member = (await person.member()).id
        rows = await house.database.read(lambda uow: export(uow, member))
        return [row for row in rows if row["table"] == "identity"]

    async def test_is_kept_at_first_contact_and_exported(self, house: House):
        ann = replace(house.person("ann"), since=MADE)
        await ann.invokes("ping")
        assert [row["registered_at"] for row in await self.rows(house, ann)] == [MADE]

    async def test_is_filled_in_for_who_was_here_before(self, house: House):
        ann = house.person("ann")
        await ann.invokes("ping")  # the day's first command, which notes that they were seen
        assert [row["registered_at"] for row in await self.rows(house, ann)] == [None]
        await replace(ann, since=MADE).invokes("ping")
        assert [row["registered_at"] for row in await self.rows(house, ann)] == [MADE]

    async def test_writes_nothing_where_it_is_known(self, house: House):
        ann = replace(house.person("ann"), since=MADE)
        await ann.invokes("ping")
        before = await self.rows(house, ann)
        house.clock.advance(timedelta(minutes=1))
        await ann.invokes("ping")
        await house.person("ann").invokes("ping")
        assert await self.rows(house, ann) == before

    async def test_stays_when_another_event_does_not_tell(self, house: House):
        ann = replace(house.person("ann"), since=MADE)
        await ann.invokes("ping")
        house.clock.advance(timedelta(days=1))
        await house.person("ann").invokes("ping")  # the day's first command notes that they were seen
        (row,) = await self.rows(house, ann)
        assert (row["last_seen_at"], row["registered_at"]) == (house.clock.now(), MADE)

    async def test_is_unknown_of_who_was_only_named(self, house: House):
        ann = house.person("ann")
        await house.database.write(lambda uow: members.expect(uow, ann.identity, "Ann", AT))
        assert [row["registered_at"] for row in await self.rows(house, ann)] == [None]
        await replace(ann, since=MADE).invokes("ping")
        assert [row["registered_at"] for row in await self.rows(house, ann)] == [MADE]

    async def test_of_two_who_are_one_the_oldest_counts(self, house: House):
        ann, bob = replace(house.person("ann"), since=MADE), house.person("bob", "telegram")
        for person in (ann, bob):
            await person.invokes("ping")
        kept, gone = (await bob.member()).id, (await ann.member()).id
        assert [await self.oldest(house, one) for one in (kept, gone)] == [None, MADE]
        await house.database.write(lambda uow: members.merge(uow, MembersMerged(AT, kept, gone)))
        assert [await self.oldest(house, one) for one in (kept, gone)] == [MADE, None]
        await replace(bob, since=MADE - timedelta(days=9)).invokes("ping")
        assert await self.oldest(house, kept) == MADE - timedelta(days=9)

    async def oldest(self, house: House, member: MemberId) -> datetime | None:
        return await house.database.read(lambda uow: members.oldest_account(uow, member))

    async def test_goes_along_when_an_identity_leaves(self, house: House):
        ann, bob = replace(house.person("ann"), since=MADE), house.person("bob", "telegram")
        for person in (ann, bob):
            await person.invokes("ping")
        kept, gone = (await bob.member()).id, (await ann.member()).id
        await house.database.write(lambda uow: members.merge(uow, MembersMerged(AT, kept, gone)))
        new = await house.database.write(lambda uow: members.part(uow, kept, ann.identity, AT, SALT))
        assert [await self.oldest(house, one) for one in (kept, new)] == [None, MADE]


class TestAddresses:
    async def linked(self, house: House) -> tuple[Person, Person]:
        """One member who was on Telegram first today, and then on Discord."""
        bob, ann = await house.person("bob", "telegram").has(), await house.person("ann").has()
        kept, gone = (await ann.member()).id, (await bob.member()).id
        await house.database.write(lambda uow: members.merge(uow, MembersMerged(AT, kept, gone)))
        return ann, bob

    async def used(self, house: House, person: Person) -> list[str]:
        member = (await person.member()).id
        found = await house.database.read(lambda uow: members.addresses(uow, member))
        return [address.identity.platform for address in found]

    async def test_begin_with_the_one_used_last_not_first_that_day(self, house: House):
        ann, bob = await self.linked(house)
        for person, platform in ((bob, "telegram"), (ann, "discord"), (bob, "telegram")):
            house.clock.advance(timedelta(minutes=1))
            await person.invokes("ping")
            assert (await self.used(house, ann))[0] == platform

    async def test_count_a_command_that_was_refused(self, house: House):
        ann, bob = await self.linked(house)
        await ann.invokes("ping")
        house.clock.advance(timedelta(minutes=1))
        await bob.invokes("fail", how="refuse")
        assert (await self.used(house, ann))[0] == "telegram"


class TestErase:
    async def test_leaves_a_tombstone_and_no_name(self, house: House):
        ann = await house.person("ann").has()
        member = (await ann.member()).id

        def erase(uow: Any) -> None:
            members.tell(uow, member, "niche", "cats", AT)
            members.turn(uow, member, "notice:news", on=False)
            members.erase(uow, MemberErased(AT, member), salt=SALT)

        await house.database.write(erase)
        left = await house.database.read(lambda uow: members.member(uow, member))
        assert (left.name, left.zone, left.zone_known) == ("", "UTC", False)
        assert await house.database.read(lambda uow: members.profile(uow, member)) == []
        assert await house.database.read(lambda uow: members.addresses(uow, member)) == []
        assert await house.database.read(lambda uow: members.was_erased(uow, ann.identity, SALT))
        assert not await house.database.read(lambda uow: members.was_erased(uow, ann.identity, Salt(b"other")))

    async def test_and_back_again_is_somebody_new(self, house: House):
        ann = await house.person("ann").has()
        before = (await ann.member()).id
        await house.database.write(lambda uow: members.erase(uow, MemberErased(AT, before), salt=SALT))
        await ann.invokes("ping")
        assert (await ann.member()).id != before

    def test_tombstones_are_salted(self):
        identity = Identity("discord", "7")
        assert rules.tombstone(identity, b"a") != rules.tombstone(identity, b"b")
