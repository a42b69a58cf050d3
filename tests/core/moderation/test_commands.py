"""`/admin …`: for whom, and what it may not do."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from core.audit import service as audit
from core.chat import Ask, Command, Outcome, Reply
from core.chat.form import Kind
from core.db import UnitOfWork
from core.facts import MembersMerged
from core.ids import MemberId
from core.linking import repository as links
from core.members import service as members
from core.moderation.room import ROOM
from core.people import Identity, Role
from core.registry import ROOMS
from core.roles import service as roles
from core.roles.service import Granted
from tests.databases import AnyDatabase, SqliteEngine, connect
from tests.household import Household, Person, refused, text_of

BOSS = Identity("discord", "boss")
ADMIN_COMMANDS = [command for room in ROOMS for command in room.commands if command.path[0] == "admin"]
HIGHER = {
    Role.OWNER: (Role.OWNER,),
    Role.ADMIN: (Role.ADMIN, Role.OWNER),
    Role.MODERATOR: (Role.MODERATOR, Role.ADMIN, Role.OWNER),
    Role.SUPPORT: (Role.SUPPORT, Role.MODERATOR, Role.ADMIN, Role.OWNER),
}


@pytest.fixture
async def house(sqlite_engine: SqliteEngine) -> AsyncIterator[Household]:
    """A service with one owner."""
    url = sqlite_engine.fresh()
    async with connect(url) as database:
        yield Household(database, owners=(BOSS,))
    sqlite_engine.drop(url)


@pytest.fixture
def boss(house: Household) -> Person:
    """The owner."""
    return house.person("Boss", "discord", "boss")


@pytest.fixture
def ann(house: Household) -> Person:
    """Who acts."""
    return house.person("Ann", "discord", "ann")


@pytest.fixture
async def bob(house: Household) -> Person:
    """Who is acted on."""
    person = house.person("Bob", "telegram", "bob")
    await person.does("start")
    return person


async def become(person: Person, role: Role, space: str = "") -> None:
    """A role from nowhere."""
    await person.does("start")
    me, now = await person.id(), person.house.clock.now()
    await person.house.do(lambda uow: roles.grant(uow, me, role, space, by=None, at=now))


async def roles_of(person: Person) -> list[tuple[str, str]]:
    me = await person.id()
    found: list[Granted] = await person.house.database.read(lambda uow: roles.of_member(uow, me))
    return [(one.role.value, one.space) for one in found]


async def acts(house: Household) -> list[tuple[str, str, Any]]:
    """What the audit log says, oldest first."""
    found = await house.database.read(audit.newest)
    return [(one.act, one.subject, dict(one.detail)) for one in reversed(found)]


def values_for(command: Command, who: Identity) -> dict[str, Any]:
    """A filled form of any staff command."""
    known: dict[str, Any] = {"role": "support", "case": "12", "option": "return", "why": "Because.", "page": 1}
    return {field.name: who if field.kind is Kind.MEMBER else known.get(field.name, False) for field in command.fields}


def let_in(outcome: Outcome) -> bool:
    """Whether the command ran, be there what it is about or not."""
    return isinstance(outcome, Reply) or refused(outcome) in {"NoSuchCase", "NothingAtStake"}


async def runs(person: Person, command: Command, on: Person) -> Outcome:
    return await person.does(*command.path, **values_for(command, on.identity))


class TestEveryCommand:
    def test_needs_a_role(self) -> None:
        assert [command.name for command in ADMIN_COMMANDS if command.role is None] == []
        assert {command.role for command in ADMIN_COMMANDS} <= set(HIGHER)
        assert {command.path for command in ROOM.commands} <= {command.path for command in ADMIN_COMMANDS}

    @pytest.mark.parametrize("command", ADMIN_COMMANDS, ids=lambda command: command.name)
    async def test_is_refused_without_it_and_with_a_lower_one(
        self, house: Household, ann: Person, bob: Person, command: Command
    ) -> None:
        assert command.role is not None
        assert refused(await runs(ann, command, bob)) == "NotAllowed"
        for role in set(Role) - {Role.OWNER} - set(HIGHER[command.role]):
            other = house.person(role.value, "console", role.value)
            await become(other, role)
            assert refused(await runs(other, command, bob)) == "NotAllowed"
        assert await roles_of(bob) == []
        assert await acts(house) == []

    @pytest.mark.parametrize("command", ADMIN_COMMANDS, ids=lambda command: command.name)
    async def test_is_allowed_with_it_and_with_a_higher_one(
        self, house: Household, boss: Person, bob: Person, command: Command
    ) -> None:
        assert command.role is not None
        assert let_in(await runs(boss, command, bob))
        for role in set(HIGHER[command.role]) - {Role.OWNER}:
            other = house.person(role.value, "console", role.value)
            await become(other, role)
            assert let_in(await runs(other, command, bob))

    @pytest.mark.parametrize("command", ADMIN_COMMANDS, ids=lambda command: command.name)
    async def test_is_refused_to_who_has_the_role_in_one_space_alone(
        self, ann: Person, bob: Person, command: Command
    ) -> None:
        await become(ann, Role.ADMIN, "discord:42")
        assert refused(await runs(replace(ann, space="42"), command, bob)) == "NotAllowed"


class TestGiveRole:
    async def test_gives_it_and_writes_it_down(self, house: Household, boss: Person, bob: Person) -> None:
        reply = await boss.does("admin", "role", "give", member=bob.identity, role="moderator")
        assert "Bob is moderator now." in text_of(reply)
        assert await roles_of(bob) == [("moderator", "")]
        assert await acts(house) == [("role.give", f"member:{await bob.id()}", {"role": "moderator", "space": ""})]
        (entry,) = await house.database.read(audit.newest)
        assert entry.actor == await boss.id()

    async def test_twice_is_said_and_written_once(self, house: Household, boss: Person, bob: Person) -> None:
        for _ in range(2):
            reply = await boss.does("admin", "role", "give", member=bob.identity, role="support")
        assert "Bob has the role support already." in text_of(reply)
        assert len(await acts(house)) == 1

    async def test_of_ones_own_is_refused(self, house: Household, ann: Person) -> None:
        await become(ann, Role.ADMIN)
        for role in ("moderator", "admin"):
            assert refused(await ann.does("admin", "role", "give", member=ann.identity, role=role)) == "OwnRole"
        assert await roles_of(ann) == [("admin", "")]

    async def test_of_ones_own_is_refused_to_owners_too(self, boss: Person) -> None:
        assert refused(await boss.does("admin", "role", "give", member=BOSS, role="admin")) == "OwnRole"

    async def test_of_ones_own_linked_identity_is_refused(self, house: Household, ann: Person, bob: Person) -> None:
        await become(ann, Role.ADMIN)
        await merge(ann, bob)
        for role in ("give", "take"):
            outcome = await ann.does("admin", "role", role, member=bob.identity, role="moderator")
            assert refused(outcome) == "OwnRole"

    async def test_admins_are_made_by_owners_alone(self, boss: Person, ann: Person, bob: Person) -> None:
        await become(ann, Role.ADMIN)
        outcome = await ann.does("admin", "role", "give", member=bob.identity, role="admin")
        assert refused(outcome) == "RoleAbove"
        assert await roles_of(bob) == []
        assert isinstance(await boss.does("admin", "role", "give", member=bob.identity, role="admin"), Reply)
        assert await roles_of(bob) == [("admin", "")]

    async def test_admins_of_a_space_are_made_by_owners_alone(self, ann: Person, bob: Person) -> None:
        await become(ann, Role.ADMIN)
        here = replace(ann, space="42")
        outcome = await here.does("admin", "role", "give", member=bob.identity, role="admin", here_only=True)
        assert refused(outcome) == "RoleAbove"

    async def test_an_account_linked_to_an_owners_is_no_owner(
        self, house: Household, boss: Person, ann: Person, bob: Person
    ) -> None:
        await boss.does("start")
        tele = house.person("Boss T", "telegram", "boss-t")
        await tele.does("start")
        await merge(boss, tele)
        await become(tele, Role.ADMIN)
        outcome = await tele.does("admin", "role", "give", member=bob.identity, role="admin")
        assert refused(outcome) == "RoleAbove"
        assert isinstance(await boss.does("admin", "role", "give", member=bob.identity, role="admin"), Reply)

    async def test_nobody_is_made_an_owner(self, boss: Person, bob: Person) -> None:
        for role in ("owner", "Owner", "OWNER", "king", ""):
            assert isinstance(await boss.does("admin", "role", "give", member=bob.identity, role=role), Ask)
        assert await roles_of(bob) == []

    async def test_nobody_is_made_an_owner_behind_the_commands_back(self, database: AnyDatabase) -> None:
        house = Household(database, owners=(BOSS,))
        bob = house.person("Bob")
        await bob.does("start")
        member, now = await bob.id(), house.clock.now()
        with pytest.raises(AssertionError, match=r"config\.toml"):
            await house.do(lambda uow: roles.grant(uow, member, Role.OWNER, "", by=None, at=now))
        row = {"member_id": member, "role": "owner", "space": "", "granted_by": None, "at": now}
        with pytest.raises((sqlite3.IntegrityError, psycopg.errors.CheckViolation), match="ck_role_grant_role"):
            await house.do(lambda uow: uow.run(roles.INSERT, **row))
        assert await roles_of(bob) == []

    async def test_for_one_space_counts_there(self, house: Household, boss: Person, bob: Person) -> None:
        here = replace(boss, space="42")
        reply = await here.does("admin", "role", "give", member=bob.identity, role="moderator", here_only=True)
        assert "Bob is moderator now in this space." in text_of(reply)
        assert await roles_of(bob) == [("moderator", "discord:42")]
        assert (await acts(house))[0][2] == {"role": "moderator", "space": "discord:42"}
        # And of another space, or of the service, it is not.
        assert refused(await bob.does("admin", "member", member=BOSS)) == "NotAllowed"

    async def test_for_a_space_that_is_none_never_becomes_one_for_the_service(self, boss: Person, bob: Person) -> None:
        for verb in ("give", "take"):
            outcome = await boss.does("admin", "role", verb, member=bob.identity, role="moderator", here_only=True)
            assert isinstance(outcome, Ask)
            assert [problem.field for problem in outcome.problems] == ["here_only"]
        assert await roles_of(bob) == []

    async def test_somebody_never_met_has_it_when_they_come(self, house: Household, boss: Person) -> None:
        new = house.person("New", "telegram", "new")
        await boss.does("admin", "role", "give", member=new.identity, role="support")
        assert isinstance(await new.does("admin", "member", member=BOSS), Reply)

    async def test_while_a_form_is_open_and_lost_meanwhile(self, house: Household, ann: Person, bob: Person) -> None:
        await become(ann, Role.ADMIN)
        question = await ann.does("admin", "role", "give", member=bob.identity)
        me = await ann.id()
        await house.do(lambda uow: roles.revoke(uow, me, Role.ADMIN, ""))
        assert refused(await ann.answers(question, role="moderator")) == "NotAllowed"


class TestTakeRole:
    async def test_takes_it_and_writes_it_down(self, house: Household, boss: Person, ann: Person) -> None:
        await become(ann, Role.SUPPORT)
        reply = await boss.does("admin", "role", "take", member=ann.identity, role="support")
        assert "Ann is not support any more." in text_of(reply)
        assert await roles_of(ann) == []
        assert [act for act, _, _ in await acts(house)] == ["role.take"]

    async def test_that_is_not_there_is_said_and_not_written(self, house: Household, boss: Person, bob: Person) -> None:
        reply = await boss.does("admin", "role", "take", member=bob.identity, role="support")
        assert "Bob does not have the role support." in text_of(reply)
        assert await acts(house) == []

    async def test_of_an_admin_is_an_owners(self, boss: Person, ann: Person, bob: Person) -> None:
        await become(ann, Role.ADMIN)
        await become(bob, Role.ADMIN)
        assert refused(await ann.does("admin", "role", "take", member=bob.identity, role="admin")) == "RoleAbove"
        assert isinstance(await boss.does("admin", "role", "take", member=bob.identity, role="admin"), Reply)

    async def test_of_ones_own_is_refused(self, ann: Person) -> None:
        await become(ann, Role.ADMIN)
        assert refused(await ann.does("admin", "role", "take", member=ann.identity, role="admin")) == "OwnRole"

    async def test_for_the_service_leaves_that_of_a_space(self, boss: Person, ann: Person) -> None:
        await become(ann, Role.MODERATOR)
        await become(ann, Role.MODERATOR, "discord:42")
        await boss.does("admin", "role", "take", member=ann.identity, role="moderator")
        assert await roles_of(ann) == [("moderator", "discord:42")]


class TestListRoles:
    async def test_names_owners_by_identity_and_everybody_else(self, boss: Person, ann: Person, bob: Person) -> None:
        await become(ann, Role.ADMIN)
        await become(bob, Role.MODERATOR, "discord:42")
        words = text_of(await boss.does("admin", "role"))
        for line in ("discord:boss · owner (config.toml)", "Ann · admin", "Bob · moderator in discord:42"):
            assert line in words


class TestShowMember:
    async def test_shows_identities_dates_and_roles_with_where_they_count(self, boss: Person, bob: Person) -> None:
        await become(bob, Role.MODERATOR, "discord:42")
        words = text_of(await boss.does("admin", "member", member=bob.identity))
        for part in (f"Bob, number {await bob.id()}", "telegram:bob", "14 May 2026", "moderator in discord:42"):
            assert part in words

    async def test_says_who_can_not_be_reached(self, house: Household, boss: Person, bob: Person) -> None:
        now = house.clock.now()
        await house.do(lambda uow: members.unreachable(uow, bob.identity, now))
        assert "telegram:bob (unreachable)" in text_of(await boss.does("admin", "member", member=bob.identity))

    async def test_shows_nothing_of_anybody_else_and_no_secret(
        self, house: Household, boss: Person, ann: Person, bob: Person
    ) -> None:
        await ann.does("start")
        await ann.does("gift", to=bob.identity, amount=150, note="for your eyes")
        await bob.does("profile", "basics", platform="tiktok", followers="12", niche="knitting", engagement="")
        await bob.does("link")
        me = await bob.id()
        codes = await house.database.read(lambda uow: [link.code for link in links.of_member(uow, me)])
        assert codes
        words = text_of(await boss.does("admin", "member", member=bob.identity))
        for secret in ("Ann", "ann", "for your eyes", "knitting", *codes):
            assert secret not in words


class TestShowAudit:
    async def test_is_empty_at_first(self, boss: Person) -> None:
        assert text_of(await boss.does("admin", "audit")).startswith("The audit log is empty.")

    async def test_shows_the_newest_first_in_the_readers_time(self, boss: Person, bob: Person) -> None:
        await boss.does("settings", "zone", zone="Asia/Kathmandu")
        for role in ("support", "moderator"):
            await boss.does("admin", "role", "give", member=bob.identity, role=role)
        _, first, second = text_of(await boss.does("admin", "audit")).splitlines()
        assert first.startswith("2 · 14 May 17:45: role.give")
        assert second.startswith("1 · 14 May 17:45: role.give")
        assert f"member:{await bob.id()} · by {await boss.id()}" in first

    async def test_outlives_the_one_who_acted(self, house: Household, ann: Person, bob: Person) -> None:
        await become(ann, Role.ADMIN)
        await ann.does("admin", "role", "give", member=bob.identity, role="support")
        await ann.insists("privacy", "erase", now=True, word="erase")
        assert "role.give" in [act for act, _, _ in await acts(house)]
        count, wrong = await house.database.read(audit.verify)
        assert (count > 0, wrong) == (True, None)
        assert await roles_of(bob) == [("support", "")]


async def merge(kept: Person, gone: Person) -> None:
    """Two become one."""
    house = kept.house
    ids: tuple[MemberId, MemberId] = (await kept.id(), await gone.id())

    def unit(uow: UnitOfWork) -> None:
        uow.record(MembersMerged(house.clock.now(), *ids))

    await house.react(unit)
