"""The log of acts is a chain: it can be added to, and nothing else goes unnoticed."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text

from core.audit import service as audit
from core.db import UnitOfWork
from core.facts import MemberErased
from core.ids import MemberId
from core.members import service as members
from core.members.service import Salt
from tests.house import House

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


async def written(house: House, count: int, **detail: Any) -> None:
    def write(uow: UnitOfWork) -> None:
        for i in range(count):
            audit.write(uow, MemberId(7), "role.grant", f"member:{i}", at=AT, detail={"i": i, **detail})

    await house.database.write(write)


async def verified(house: House) -> tuple[int, int | None]:
    return await house.database.read(audit.verify)


async def tampered(house: House, statement: str) -> None:
    """Change the log as somebody with the database's password could, past the triggers."""

    def tamper(uow: UnitOfWork) -> None:
        if house.on_postgres:
            uow.run(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        else:
            uow.run(text("DROP TRIGGER audit_entry_refuses_update"))
            uow.run(text("DROP TRIGGER audit_entry_refuses_delete"))
        uow.run(text(statement))

    await house.database.write(tamper)


class TestWrite:
    async def test_makes_a_chain_that_verifies(self, house: House):
        await written(house, 5, who="Ä 🎉 مرحبا", many=[1, (2, 3)], nothing=None)
        assert await verified(house) == (5, None)

    async def test_is_undone_with_its_act(self, house: House):
        await written(house, 1)

        def fails(uow: UnitOfWork) -> None:
            audit.write(uow, MemberId(7), "x", "y", at=AT)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await house.database.write(fails)
        await written(house, 1)
        assert await verified(house) == (2, None)

    async def test_in_parallel_makes_one_chain(self, house: House):
        await asyncio.gather(*(written(house, 2) for _ in range(20)))
        assert await verified(house) == (40, None)

    async def test_in_parallel_from_nothing_makes_one_chain(self, house: House):
        await asyncio.gather(*(written(house, 1) for _ in range(20)))
        assert await verified(house) == (20, None)

    async def test_at_the_same_instant_elsewhere_is_the_same_instant(self, house: House):
        elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
        await house.database.write(lambda uow: audit.write(uow, MemberId(7), "x", "y", at=elsewhere))
        assert await verified(house) == (1, None)
        (entry,) = await house.database.read(audit.newest)
        assert entry.at == AT


class TestVerify:
    async def test_of_nothing_is_right(self, house: House):
        assert await verified(house) == (0, None)

    @pytest.mark.parametrize(
        ("statement", "first_wrong"),
        [
            ("UPDATE audit_entry SET actor = 8 WHERE id = 3", 3),
            ("UPDATE audit_entry SET act = 'role.revoke' WHERE id = 1", 1),
            ("UPDATE audit_entry SET subject = 'member:9' WHERE id = 5", 5),
            ("UPDATE audit_entry SET at = at + 1 WHERE id = 2", 2),
            ("UPDATE audit_entry SET detail = '{}' WHERE id = 4", 4),
            ("UPDATE audit_entry SET digest = 'x' WHERE id = 4", 4),
            ("DELETE FROM audit_entry WHERE id = 3", 4),
            ("DELETE FROM audit_entry WHERE id = 1", 2),
            ("UPDATE audit_entry SET id = 9 WHERE id = 5", 9),
        ],
    )
    async def test_finds_what_was_changed(self, house: House, statement: str, first_wrong: int):
        await written(house, 5)
        await tampered(house, statement)
        assert (await verified(house))[1] == first_wrong

    async def test_finds_a_change_on_the_other_engine_too(self, house: House):
        await written(house, 5)
        await tampered(house, "UPDATE audit_entry SET actor = 8 WHERE id = 3")
        assert (await verified(house))[1] == 3

    @pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 8", "DELETE FROM audit_entry"])
    async def test_needs_no_help_against_an_ordinary_statement(self, house: House, statement: str):
        await written(house, 1)
        with pytest.raises(Exception, match="append-only"):
            await house.database.write(lambda uow: uow.run(text(statement)))
        assert await verified(house) == (1, None)

    async def test_stays_right_when_its_actor_is_erased(self, house: House):
        ann = house.person("ann")
        await ann.invokes("ping")
        member = await ann.member()

        def act_and_go(uow: UnitOfWork) -> None:
            audit.write(uow, member.id, "role.grant", "member:1", at=AT)
            members.erase(uow, MemberErased(AT, member.id), salt=Salt(b"tests"))

        await house.database.write(act_and_go)
        assert await verified(house) == (1, None)
        (entry,) = await house.database.read(audit.newest)
        assert entry.actor == member.id

    async def test_reads_the_newest_first(self, house: House):
        await written(house, 5)
        newest = await house.database.read(lambda uow: audit.newest(uow, most=2))
        assert [entry.id for entry in newest] == [5, 4]
