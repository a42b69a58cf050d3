"""`/privacy`: see, take, stay, go."""

import asyncio
import csv
import io
import json
import time
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import LargeBinary, String, Text, bindparam, cast, select, update

from core.audit import service as audit
from core.chat import Ask, Confirm, Reply
from core.chat import repository as conversations
from core.db import Table, UnitOfWork
from core.entitlements import service as entitlements
from core.facts import MembersMerged
from core.ledger import holds, repository, statements, views
from core.ledger import service as ledger
from core.ledger.codes import Code, LotSource, System
from core.ledger.posting import Why
from core.linking import repository as links
from core.members import service as members
from core.money import Coins, Credits, Unit
from core.people import Plan, Role
from core.privacy.rules import PrivacyLimits
from core.roles import service as roles
from core.schedule import service as schedule
from tests.databases import AnyDatabase
from tests.household import NOON, SALT, Household, Person, asked, buttons_of, file_of, refused, text_of

DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@pytest.fixture
def mara(house: Household) -> Person:
    return house.person("Marabella Quint", "discord", "771234500001")


@pytest.fixture
def bob(house: Household) -> Person:
    return house.person("Bob Other", "discord", "880000000002")


async def settled(person: Person) -> None:
    """Somebody with coins, bought credits, a plan, a profile, and forty days behind them."""
    house = person.house
    await person.does("start")
    house.clock.advance(timedelta(days=40))
    await person.does("daily")
    member = await person.member()
    await house.grant(member.coin_wallet, Coins(100))
    await house.grant(member.credit_wallet, Credits(300), LotSource.BOUGHT)
    await house.do(lambda uow: entitlements.set_plan(uow, member.id, Plan.PREMIUM, NOON, None))
    await house.do(lambda uow: members.tell(uow, member.id, "niche", f"baking by {person.name}", NOON))


async def wallets(person: Person, number: Any) -> tuple[int, int]:
    house = person.house
    return await house.database.read(
        lambda uow: (
            views.balance(uow, number.coin_wallet, Unit.COIN).value,
            views.balance(uow, number.credit_wallet, Unit.CREDIT).value,
        )
    )


def unzip(content: bytes) -> dict[str, str]:
    with ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


async def taken(person: Person) -> dict[str, str]:
    """The files of an export."""
    return unzip(file_of(await person.does("privacy", "export")).content)


class TestShow:
    async def test_says_what_is_held_and_the_two_ways_on(self, mara: Person) -> None:
        await settled(mara)
        reply = await mara.does("privacy")
        text = text_of(reply)
        for part in ("Credits: 300 credits", "profile", "ledger", "visits", "gifts", "linking", "conversations"):
            assert part in text
        assert set(buttons_of(reply)) == {"Get a copy", "Leave"}

    async def test_offers_to_stay_while_leaving(self, mara: Person) -> None:
        await mara.insists("privacy", "erase")
        reply = await mara.does("privacy")
        assert "You are leaving on 13 June" in text_of(reply)
        assert "Stay" in buttons_of(reply)


class TestExport:
    async def test_has_every_part_as_json_and_csv_with_the_same_rows(self, mara: Person) -> None:
        await settled(mara)
        files = await taken(mara)
        names = [export.name for export in mara.house.catalog.exports]
        assert set(files) == {"README.txt"} | {f"{name}.{kind}" for name in names for kind in ("json", "csv")}
        for name in names:
            rows = json.loads(files[f"{name}.json"])
            assert len(list(csv.DictReader(io.StringIO(files[f"{name}.csv"])))) == len(rows)

    async def test_holds_what_the_member_did(self, mara: Person) -> None:
        await settled(mara)
        files = await taken(mara)
        assert "baking by Marabella Quint" in files["profile.json"]
        assert "771234500001" in files["profile.json"]
        entries = [row for row in json.loads(files["ledger.json"]) if row["table"] == "entry"]
        assert sum(row["amount"] for row in entries if row["unit"] == "CREDIT") == 300
        assert {row["code"] for row in entries} == {"daily_visit", "demo_grant"}

    async def test_leaves_other_people_out(self, mara: Person, bob: Person) -> None:
        await settled(mara)
        await settled(bob)
        await mara.insists("gift", to=bob.identity, amount=150, note="for the thumbnails")
        await bob.insists("gift", to=mara.identity, amount=120, note="back to you")
        await mara.does("gift", to=bob.identity, amount=110)  # a question that stays open
        await mara.house.pass_time()
        files = await taken(mara)
        gifts = json.loads(files["gifts.json"])
        assert [(row["direction"], row["amount"]) for row in gifts] == [("given", 150), ("received", 120)]
        everything = "\n".join(files.values())
        assert "Bob" not in everything
        assert bob.identity.user_id not in everything
        assert f"member:{await bob.id()}" not in everything
        assert "somebody" in files["announcements.json"]

    async def test_includes_what_was_merged_in(self, mara: Person) -> None:
        house = mara.house
        await settled(mara)
        tele = house.person("mq", "telegram", "42424242")
        await settled(tele)
        gone = await tele.member()
        await house.react(lambda uow: _merge_now(uow, mara, tele))
        files = await taken(mara)
        assert "42424242" in files["profile.json"]
        entries = [row for row in json.loads(files["ledger.json"]) if row["table"] == "entry"]
        # Issued twice, moved out once and in once.
        assert sum(row["amount"] for row in entries if row["unit"] == "CREDIT") == 600
        assert await wallets(tele, gone) == (0, 0)

    async def test_a_formula_is_text_in_a_spreadsheet(self, mara: Person) -> None:
        await mara.does("start")
        me = await mara.id()
        await mara.house.do(lambda uow: members.tell(uow, me, "niche", "=HYPERLINK(1)", NOON))
        files = await taken(mara)
        assert "'=HYPERLINK(1)" in files["profile.csv"]
        assert '"=HYPERLINK(1)"' in files["profile.json"]

    async def test_goes_behind_a_link_when_it_is_too_large(self, database: AnyDatabase) -> None:
        house = Household(database, privacy=PrivacyLimits(export_inline_mb=1))
        mara = house.person("Mara")
        await mara.does("start")
        me = await mara.id()
        noise = [audit.GENESIS, *(f"{i * 2654435761 % 2**64:x}" for i in range(120_000))]
        await house.do(lambda uow: members.tell(uow, me, "noise", "".join(noise), NOON))
        reply = await mara.does("privacy", "export")
        ((url, (content, hours)),) = house.drawer.kept.items()
        assert hours == 24
        assert url in text_of(reply)
        assert len(content) > 1_000_000
        assert "noise" in unzip(content)["profile.json"]

    async def test_is_in_the_audit_log_without_names(self, mara: Person) -> None:
        await taken(mara)
        (entry,) = await mara.house.database.read(lambda uow: audit.newest(uow, most=1))
        assert (entry.act, entry.actor, entry.subject) == ("privacy.export", 1, "member:1")

    async def test_a_crash_in_between_is_resumed(self, mara: Person) -> None:
        house = mara.house
        await mara.does("start")
        member = await mara.member()
        payload = {
            "command": "privacy export", "values": {}, "member": member.id, "hold": None, "trace": "t",
            "at": NOON.isoformat(),
            "place": {"platform": "discord", "channel": "x", "space": "", "private": True},
        }  # fmt: skip
        await house.do(lambda uow: schedule.plan(uow, "errand", "crashed", NOON, payload))
        await house.pass_time(timedelta(minutes=1))
        assert any("Everything I hold on you" in text for text in house.postbox.to(mara))

    async def test_ten_thousand_rows_take_well_under_a_minute(self, mara: Person) -> None:
        await mara.does("start")
        member = await mara.member()

        def fill(uow: UnitOfWork) -> None:
            for i in range(5_000):
                why = Why(Code.DEMO_GRANT, f"many:{i}", NOON)
                ledger.grant(uow, member.credit_wallet, Credits(1), why, source=LotSource.BOUGHT)

        await mara.house.do(fill)
        began = time.monotonic()
        files = await taken(mara)
        assert time.monotonic() - began < 20
        assert len(json.loads(files["ledger.json"])) > 10_000


class TestErase:
    async def test_lists_what_is_lost_and_asks(self, mara: Person) -> None:
        await settled(mara)
        me = await mara.id()
        await mara.house.do(lambda uow: roles.grant(uow, me, Role.MODERATOR, "", by=None, at=NOON))
        question = await mara.does("privacy", "erase")
        assert isinstance(question, Confirm)
        text = text_of(question)
        for part in ("Leave in 30 days", "Credits: 300 credits", "Roles: moderator", "Plan: Premium", "/privacy stay"):
            assert part in text

    async def test_opens_thirty_days_in_which_nothing_new_starts(self, mara: Person, bob: Person) -> None:
        await settled(mara)
        await settled(bob)
        reply = await mara.insists("privacy", "erase")
        assert "You are leaving on" in text_of(reply)
        assert refused(await mara.does("gift", to=bob.identity, amount=1)) == "MemberLeaving"
        assert refused(await mara.does("link")) == "MemberLeaving"
        assert isinstance(await mara.does("wallet"), Reply)

    async def test_is_done_on_the_day_and_not_before(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.member()
        await mara.insists("privacy", "erase")
        await mara.house.pass_time(MONTH - timedelta(minutes=1))
        assert await mara.id() == old.id
        await mara.house.pass_time(timedelta(minutes=1))
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is None

    async def test_tells_the_other_platform(self, mara: Person) -> None:
        house = mara.house
        await settled(mara)
        tele = house.person("mq", "telegram", "42424242")
        await settled(tele)
        await house.react(lambda uow: _merge_now(uow, mara, tele))
        await mara.insists("privacy", "erase")
        await house.pass_time()
        assert any("You asked on Discord to be erased" in text for text in house.postbox.to(tele))
        assert not any("to be erased" in text for text in house.postbox.to(mara))

    async def test_refuses_to_open_twice(self, mara: Person) -> None:
        await mara.insists("privacy", "erase")
        assert refused(await mara.does("privacy", "erase")) == "AlreadyLeaving"

    async def test_two_presses_open_once(self, mara: Person) -> None:
        question = asked(await mara.does("privacy", "erase"))
        outcomes = await asyncio.gather(mara.agrees(question), mara.agrees(question))
        assert sum(isinstance(outcome, Reply) for outcome in outcomes) == 1


class TestStay:
    async def test_keeps_everything(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.member()
        before = await wallets(mara, old)
        await mara.insists("privacy", "erase")
        await mara.house.pass_time(timedelta(days=29))
        assert isinstance(await mara.does("privacy", "stay"), Reply)
        await mara.house.pass_time(timedelta(days=40))
        assert await mara.id() == old.id
        after = await wallets(mara, old)
        assert after[0] >= before[0]
        assert after[1] == before[1]

    async def test_refuses_who_is_not_leaving(self, mara: Person) -> None:
        assert refused(await mara.does("privacy", "stay")) == "NotLeaving"

    async def test_leaving_again_counts_from_then(self, mara: Person) -> None:
        await mara.insists("privacy", "erase")
        await mara.house.pass_time(timedelta(days=20))
        await mara.does("privacy", "stay")
        await mara.insists("privacy", "erase")
        await mara.house.pass_time(timedelta(days=29))
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is not None
        await mara.house.pass_time(timedelta(days=1))
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is None

    async def test_races_the_day(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.member()
        await mara.insists("privacy", "erase")
        mara.house.clock.advance(MONTH)
        outcome, tick = await asyncio.gather(mara.does("privacy", "stay"), mara.house.runner.tick())
        assert tick.failed == 0
        now = await mara.member()
        assert (now.id == old.id) is isinstance(outcome, Reply)
        await mara.house.books_hold()


class TestEraseNow:
    async def test_wants_a_typed_word_and_then_a_yes(self, mara: Person) -> None:
        await settled(mara)
        question = await mara.does("privacy", "erase", now=True)
        assert isinstance(question, Ask)
        assert [field.name for field in question.fields] == ["word"]
        assert "no way back" in question.problems[0].text
        question = await mara.answers(question, word="Erase")
        assert "at once" in text_of(question)
        assert "You are erased here" in text_of(await mara.agrees(question))
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is None

    async def test_ends_the_days_of_who_is_leaving(self, mara: Person) -> None:
        await mara.insists("privacy", "erase")
        await mara.insists("privacy", "erase", now=True, word="erase")
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is None
        await mara.house.pass_time(MONTH)

    async def test_a_no_keeps_everything(self, mara: Person) -> None:
        await settled(mara)
        question = await mara.does("privacy", "erase", now=True, word="erase")
        await mara.agrees(question, agreed=False)
        assert await mara.house.database.read(lambda uow: members.known(uow, mara.identity)) is not None


class TestForfeit:
    async def gone(self, person: Person) -> None:
        await person.insists("privacy", "erase", now=True, word="erase")

    async def test_what_was_owned_goes_to_forfeited_and_sums_stay_true(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.member()
        had = await wallets(mara, old)
        await self.gone(mara)
        assert await wallets(mara, old) == (0, 0)
        forfeited = await mara.house.database.read(
            lambda uow: [repository.balance(uow, System.FORFEITED.account(unit)) for unit in (Unit.COIN, Unit.CREDIT)]
        )
        assert tuple(forfeited) == had
        await mara.house.books_hold()

    async def test_priced_work_under_way_is_given_back_and_forfeited(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.member()
        why = Why(Code.PRICED_WORK, "work", NOON)
        await mara.house.do(lambda uow: holds.hold(uow, old.coin_wallet, Coins(40), why, what="an answer"))
        await self.gone(mara)
        assert await mara.house.database.read(lambda uow: views.holds(uow, old.coin_wallet)) == []
        assert await wallets(mara, old) == (0, 0)
        await mara.house.books_hold()

    async def test_a_dispute_delays_its_own_lot_only(self, mara: Person) -> None:
        house = mara.house
        await settled(mara)
        old = await mara.member()
        lot = statements.LOT
        frost = update(lot).where(lot.c.account_id == bindparam("account")).values(frozen=bindparam("frozen"))
        await house.do(lambda uow: uow.run(frost, account=old.credit_wallet, frozen=True))
        await self.gone(mara)
        assert await wallets(mara, old) == (0, 300)
        assert await house.database.read(lambda uow: members.known(uow, mara.identity)) is None
        await house.pass_time(3 * DAY)
        assert await wallets(mara, old) == (0, 300)
        await house.do(lambda uow: uow.run(frost, account=old.credit_wallet, frozen=False))
        await house.pass_time(DAY)
        assert await wallets(mara, old) == (0, 0)
        await house.books_hold()

    async def test_what_arrives_late_is_forfeited_too(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.member()
        await self.gone(mara)
        await mara.house.grant(old.coin_wallet, Coins(9))
        await mara.house.pass_time(DAY)
        assert await wallets(mara, old) == (0, 0)
        await mara.house.books_hold()

    async def test_a_gift_that_waits_for_somebody_goes_back_first(self, mara: Person) -> None:
        await settled(mara)
        stranger = mara.house.person("Stranger", "discord", "990000000009")
        await mara.insists("gift", to={**_raw(stranger), "name": "Stranger"}, amount=150)
        old = await mara.member()
        await self.gone(mara)
        assert await wallets(mara, old) == (0, 0)
        assert await mara.house.database.read(lambda uow: views.holds(uow, old.credit_wallet)) == []
        await mara.house.books_hold()

    async def test_gifts_to_somebody_erased_stay_the_givers(self, mara: Person, bob: Person) -> None:
        await settled(mara)
        await settled(bob)
        await bob.insists("gift", to=mara.identity, amount=120, note="thanks")
        before = await wallets(bob, await bob.member())
        await self.gone(mara)
        assert await wallets(bob, await bob.member()) == before

    async def test_a_waiting_link_ends_and_the_other_side_is_told(self, mara: Person) -> None:
        house = mara.house
        tele = house.person("mq", "telegram", "42424242")
        await mara.does("link")
        me = await mara.id()
        (link,) = await house.database.read(lambda uow: links.of_member(uow, me))
        await tele.insists("link", code=link.code)
        await self.gone(mara)
        await house.pass_time()
        assert any("The other account was erased" in text for text in house.postbox.to(tele))


class TestReturning:
    async def test_is_a_new_member_whom_the_tombstone_knows(self, mara: Person) -> None:
        await settled(mara)
        old = await mara.id()
        await mara.insists("privacy", "erase", now=True, word="erase")
        await mara.does("start")
        assert await mara.id() != old
        assert await mara.house.database.read(lambda uow: members.was_erased(uow, mara.identity, SALT))
        bob = mara.house.person("Bob")
        assert not await mara.house.database.read(lambda uow: members.was_erased(uow, bob.identity, SALT))

    async def test_old_buttons_are_not_theirs(self, mara: Person) -> None:
        question = asked(await mara.does("privacy", "erase"))
        await mara.insists("privacy", "erase", now=True, word="erase")
        assert refused(await mara.agrees(question)) == "Outdated"


class TestNothingRemains:
    """After erasing, no row anywhere holds a name, a user id, a note or a profile text of the member."""

    secrets = (
        "Marabella",
        "771234500001",
        "42424242",
        "mq_the_second",
        "for the thumbnails",
        "baking by night",
        "channel-771",
    )

    async def test_in_any_text_column_of_any_table(self, mara: Person, bob: Person) -> None:
        house = mara.house
        await self._live(mara, bob)
        before = await house.database.read(_texts)
        # The scan finds what it looks for, as long as it is there.
        assert {secret for secret in self.secrets if any(secret in text for _, text in before)} == set(self.secrets)
        await mara.insists("privacy", "erase", now=True, word="erase")
        await house.pass_time()
        after = await house.database.read(_texts)
        assert [(where, text) for where, text in after for secret in self.secrets if secret in text] == []
        assert any("Bob Other" in text for _, text in after)
        await house.books_hold()

    async def test_on_the_day(self, mara: Person, bob: Person) -> None:
        house = mara.house
        await self._live(mara, bob)
        await mara.insists("privacy", "erase")
        await house.pass_time(MONTH)
        after = await house.database.read(_texts)
        assert [(where, text) for where, text in after for secret in self.secrets if secret in text] == []

    async def _live(self, mara: Person, bob: Person) -> None:
        """Everything that leaves a trace: gifts both ways, a gift to nobody known, a merge, questions, an errand."""
        house = mara.house
        await settled(mara)
        await settled(bob)
        tele = house.person("mq_the_second", "telegram", "42424242")
        await settled(tele)
        await house.react(lambda uow: _merge_now(uow, mara, tele))
        await mara.insists("gift", to=bob.identity, amount=110, note="for the thumbnails")
        await bob.insists("gift", to=mara.identity, amount=120, note="gladly")
        await bob.does("gift", to={**_raw(mara), "name": mara.name}, amount=110, note="a question that stays open")
        await bob.does("link")
        await mara.does("settings", "quiet", start="21:00")
        me = await mara.id()
        await house.do(lambda uow: conversations.begin_talk(uow, me, "coach", "baking by night", NOON))
        await house.do(lambda uow: roles.grant(uow, me, Role.MODERATOR, "", by=None, at=NOON))
        where = {"platform": "discord", "channel": "channel-771", "space": "", "private": True}
        payload = {"command": "gone", "values": {}, "member": me, "place": where, "hold": None, "trace": ""}
        at = house.clock.now() + timedelta(days=60)
        errand = payload | {"at": at.isoformat()}
        await house.do(lambda uow: schedule.plan(uow, "errand", "far", at, errand))
        await house.pass_time()


def _texts(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Every text of every row of every table, with where it stands."""
    found = []
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            stored = getattr(column.type, "impl", column.type)
            if isinstance(stored, LargeBinary):
                rows = uow.run(select(column).where(column.is_not(None)))
                found += [(f"{table.name}.{column.name}", bytes(row[0]).decode("latin-1")) for row in rows]
            elif isinstance(stored, String | Text):
                rows = uow.run(select(cast(column, Text).label("text")).where(column.is_not(None)))
                found += [(f"{table.name}.{column.name}", row.text) for row in rows]
    return found


def _raw(person: Person) -> dict[str, str]:
    return {"platform": person.identity.platform, "user_id": person.identity.user_id}


def _merge_now(uow: UnitOfWork, one: Person, other: Person) -> None:
    kept, gone = members.known(uow, one.identity), members.known(uow, other.identity)
    assert kept is not None
    assert gone is not None
    uow.record(MembersMerged(one.house.clock.now(), kept.member.id, gone.member.id))


class TestSweep:
    async def test_lets_the_vault_look_every_hour(self, house):
        await house.runner.plan_recurring()
        await house.pass_time()
        assert house.drawer.sweeps == 1
        await house.pass_time(timedelta(minutes=59))
        assert house.drawer.sweeps == 1
        await house.pass_time(timedelta(minutes=1))
        assert house.drawer.sweeps == 2
