"""What erasing leaves behind: sums that stay true, and not a word of who left."""

from datetime import timedelta

from sqlalchemy import LargeBinary, String, Text, bindparam, cast, select, update

from core.chat import Invocation
from core.conversations import repository as conversations
from core.db import Table, UnitOfWork
from core.inbox import service as inbox
from core.knowledge import notes
from core.knowledge.rules import NotebookLimits
from core.ledger import holds, repository, statements, views
from core.ledger.codes import Code, System
from core.ledger.posting import Why
from core.linking import repository as links
from core.mailroom import Arrival, Event
from core.members import service as members
from core.money import Coins, Unit
from core.people import Role
from core.roles import service as roles
from core.schedule import service as schedule
from tests.core.privacy.leaving import DAY, MONTH, merge_now, raw, settled, wallets
from tests.household import NOON, SALT, Person, asked, refused


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
        await mara.insists("gift", to={**raw(stranger), "name": "Stranger"}, amount=150)
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


class TestLate:
    async def test_what_was_being_written_goes_within_the_hour(self, mara: Person) -> None:
        house, limits = mara.house, NotebookLimits()
        await mara.does("start")
        old = await mara.id()
        await mara.insists("privacy", "erase", now=True, word="erase")
        # Another process began before the erasure and commits after it.
        await house.do(lambda uow: notes.add(uow, old, "baking by night", house.clock.now(), limits=limits))
        await house.pass_time(timedelta(hours=1))
        assert await house.database.read(lambda uow: notes.count(uow, old)) == 0

    async def test_leaves_who_came_back_alone(self, mara: Person) -> None:
        house = mara.house
        await settled(mara)
        await mara.insists("privacy", "erase", now=True, word="erase")
        await settled(mara)
        await mara.does("notebook", "add", text="baking by day")
        had = await wallets(mara, await mara.member())
        await house.pass_time(3 * DAY)
        assert await wallets(mara, await mara.member()) == had
        new = await mara.id()
        assert await house.database.read(lambda uow: notes.count(uow, new)) == 1
        await house.books_hold()

    async def test_an_answer_that_nobody_fetched_is_not_kept(self, mara: Person) -> None:
        house = mara.house
        tele, other = (house.person(name, "telegram", number) for name, number in (("mq", "42424242"), ("ox", "77")))
        await settled(mara)
        await tele.does("start")
        await house.react(lambda uow: merge_now(uow, mara, tele))
        for person in (tele, other):
            payload = f'{{"message":{{"from":{{"id":{person.identity.user_id}}}}}}}'.encode()
            asked_for = Invocation(("wallet",), {}, person.actor, person.place, house.key(), house.clock.now())
            await house.dispatcher.handle(asked_for, Arrival(Event(asked_for.key, payload)))
        house.clock.advance(timedelta(minutes=1))
        await mara.insists("privacy", "erase", now=True, word="erase")
        left = await house.database.read(lambda uow: inbox.unanswered(uow, "telegram"))
        assert [b'"id":77' in stored.payload for stored in left] == [True]


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
        await house.react(lambda uow: merge_now(uow, mara, tele))
        await mara.insists("gift", to=bob.identity, amount=110, note="for the thumbnails")
        await bob.insists("gift", to=mara.identity, amount=120, note="gladly")
        await bob.does("gift", to={**raw(mara), "name": mara.name}, amount=110, note="a question that stays open")
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
