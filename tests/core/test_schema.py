"""No table that names a member may be forgotten: by an export, by a merge, by a goodbye."""

from collections.abc import Iterable

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text

from core.chat import Export, Reaction, Room
from core.db import Table as Base
from core.facts import MemberErased, MembersMerged
from core.registry import ROOMS

NAMES_A_MEMBER = ("member.id", "account.id")
"""Accounts are named after members."""
ALSO = frozenset({"account", "transfer"})
"""They name members by text alone: an account by its name, a transfer by its digest."""


def names_a_member(table: Table) -> bool:
    targets = {key.target_fullname for key in table.foreign_keys}
    return table.name in ALSO or bool(targets & set(NAMES_A_MEMBER)) or table.name == "member"


def folder_of(table: Table) -> str:
    """The room whose `tables.py` declares a table; empty for one that no class declares."""
    found: list[type] = [Base]
    for one in found:  # a list that grows while it is read
        found += one.__subclasses__()
    return next((one.__module__.split(".")[1] for one in found if one.__dict__.get("__table__") is table), "")


def forgotten(tables: Iterable[Table], rooms: Iterable[Room]) -> list[str]:
    """What is missing, in words."""
    rooms = tuple(rooms)
    missing = []
    for table in tables:
        if not names_a_member(table):
            continue
        room = next((room for room in rooms if any(table.name in export.tables for export in room.exports)), None)
        if room is None:
            missing.append(f"{table.name}: no export")
            continue
        facts = {reaction.fact for reaction in room.reactions}
        missing += [f"{table.name}: {room.name} does not react to {fact.__name__}" for fact in WANTED - facts]
        if folder_of(table) not in {"", room.name}:
            missing.append(f"{table.name}: belongs to {folder_of(table)}, exported by {room.name}")
    return sorted(missing)


WANTED = frozenset({MembersMerged, MemberErased})


class TestSchema:
    def test_every_table_that_names_a_member_is_exported_merged_and_erased(self) -> None:
        assert forgotten(Base.metadata.tables.values(), ROOMS) == []

    def test_looks_at_tables_at_all(self) -> None:
        named = {name for name, table in Base.metadata.tables.items() if names_a_member(table)}
        assert {"member", "identity", "conversation", "gift", "visit", "lot", "entry", "hold", "link"} <= named

    def test_exports_name_tables_that_exist(self) -> None:
        named = {table for room in ROOMS for export in room.exports for table in export.tables}
        assert named - set(Base.metadata.tables) == set()


class TestMadeUpTable:
    """The test above must be able to fail."""

    diary = Table("diary", MetaData(), Column("id", Integer), Column("by", ForeignKey("member.id")), Column("x", Text))

    def test_without_an_export(self) -> None:
        assert forgotten([self.diary], ROOMS) == ["diary: no export"]

    def test_without_reactions(self) -> None:
        room = Room("diaries", exports=(Export("diary", ("diary",), lambda uow, member: []),))
        assert forgotten([self.diary], [room]) == [
            "diary: diaries does not react to MemberErased",
            "diary: diaries does not react to MembersMerged",
        ]

    def test_with_all_of_it(self) -> None:
        reactions = tuple(Reaction(fact, lambda uow, fact: None) for fact in WANTED)
        exports = (Export("diary", ("diary",), lambda uow, member: []),)
        assert forgotten([self.diary], [Room("diaries", reactions=reactions, exports=exports)]) == []

    def test_a_table_without_members_needs_nothing(self) -> None:
        assert forgotten([Table("weather", MetaData(), Column("day", Text))], ROOMS) == []
