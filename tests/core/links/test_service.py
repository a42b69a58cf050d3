"""Tracked links: made, followed, counted, moved with their member and gone with them."""

from datetime import UTC, datetime, timedelta

import pytest

from core.chat import Again, Due
from core.db import UnitOfWork
from core.facts import MemberErased, MembersMerged
from core.ids import MemberId
from core.links import service
from core.links.errors import UnusableTarget
from core.members import service as members
from core.people import Identity
from tests.databases import AnyDatabase

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEPT = timedelta(days=1)
TARGET = "https://example.org/offer"


@pytest.fixture
async def people(database):
    """Ann and Bob."""

    def make(uow):
        return [members.expect(uow, Identity("console", name), name, NOON).id for name in ("ann", "bob")]

    return await database.write(make)


def found(uow, code) -> service.Found:
    link = service.find(uow, code)
    assert link is not None
    return link


class TestCreate:
    async def test_answers_a_code_that_leads_there(self, database):
        code = await database.write(lambda uow: service.create(uow, TARGET, "sponsor:1", None, NOON))
        link = await database.read(lambda uow: service.find(uow, code))
        assert link == service.Found(code, TARGET, "sponsor:1", None, NOON)

    async def test_a_code_that_is_taken_is_not_used_again(self, database, monkeypatch):
        codes = iter(["SAME", "SAME", "OTHER"])
        monkeypatch.setattr(service, "new_code", lambda length: next(codes))
        for expected in ("SAME", "OTHER"):
            assert await database.write(lambda uow: service.create(uow, TARGET, "p", None, NOON)) == expected

    @pytest.mark.parametrize(
        "target",
        [
            "javascript:alert(1)",
            "ftp://example.org",
            "//example.org",
            "example.org",
            "https://",
            "https:///path",
            "",
            "https://example.org/a b",
            "https://example.org/\r\nSet-Cookie: a=b",
            "java\tscript:alert(1)",
            " https://example.org",
            "https:\\\\example.org",
            "https://bank.example@example.org",
            "https://example.org:99999/",
            "https://[::1",
            "https://example.org/" + "x" * 2000,
        ],
    )
    async def test_leads_to_the_web_only(self, database, target):
        with pytest.raises(UnusableTarget):
            await database.write(lambda uow: service.create(uow, target, "p", None, NOON))

    @pytest.mark.parametrize("target", ["http://example.org", "https://example.org:8443/ä?q=1#x", "https://[::1]/"])
    async def test_an_address_stays_as_it_was_written(self, database, target):
        code = await database.write(lambda uow: service.create(uow, target, "p", None, NOON))
        assert (await database.read(lambda uow: found(uow, code))).target == target


class TestVisits:
    async def test_are_counted_by_link_and_told_apart(self, database):
        def unit(uow):
            one, two = (service.create(uow, TARGET, "p", None, NOON) for _ in range(2))
            for visitor in ("a", "a", "b", None):
                service.note_visit(uow, found(uow, one), NOON, visitor)
            return service.visits(uow, one), service.visits(uow, two)

        assert await database.write(unit) == (service.Visits(4, 2), service.Visits(0, 0))


class TestOwn:
    async def test_one_link_for_a_member_and_a_purpose(self, database, people):
        ann, bob = people

        def unit(uow):
            return [service.own(uow, TARGET, purpose, who, NOON) for purpose in ("p", "q") for who in (ann, ann, bob)]

        first, again, bobs, *others = await database.write(unit)
        assert first == again
        assert len({first, bobs, *others}) == 4

    async def test_a_new_target_is_a_new_link_and_the_old_one_still_leads_on(self, database, people):
        def unit(uow):
            old = service.own(uow, TARGET, "p", people[0], NOON)
            new = service.own(uow, f"{TARGET}/new", "p", people[0], NOON)
            return (
                found(uow, old).target,
                found(uow, new).target,
                service.own(uow, f"{TARGET}/new", "p", people[0], NOON) == new,
            )

        assert await database.write(unit) == (TARGET, f"{TARGET}/new", True)


class TestLastVisit:
    async def test_is_the_members_own_of_that_purpose(self, database, people):
        ann, bob = people
        later = NOON + timedelta(hours=1)

        def unit(uow):
            seen = [service.last_visit(uow, ann, "visit:")]
            for who, purpose, at in ((ann, "visit:a", NOON), (ann, "visit:b", later), (ann, "offer:a", later + KEPT),
                                     (bob, "visit:a", later + KEPT)):  # fmt: skip
                service.note_visit(uow, found(uow, service.own(uow, TARGET, purpose, who, NOON)), at)
            return [*seen, service.last_visit(uow, ann, "visit:")]

        assert await database.write(unit) == [None, later]


class TestReactions:
    @pytest.fixture
    async def theirs(self, database, people):
        """A visited link of each of them, and one of the service."""

        def make(uow):
            codes = [service.create(uow, TARGET, "p", member, NOON) for member in (*people, None)]
            for code in codes:
                service.note_visit(uow, found(uow, code), NOON, "a")
            return codes

        return await database.write(make)

    async def test_a_merge_moves_them(self, database, people, theirs):
        ann, bob = people

        def unit(uow):
            service.merge(uow, MembersMerged(NOON, kept=ann, gone=bob))
            return [found(uow, code).member for code in theirs]

        assert await database.write(unit) == [ann, ann, None]

    async def test_erasing_takes_them_with_their_visits_and_no_others(self, database, people, theirs):
        def unit(uow):
            service.erase(uow, MemberErased(NOON, people[0]))
            return [(service.find(uow, code) is not None, service.visits(uow, code).total) for code in theirs]

        assert await database.write(unit) == [(False, 0), (True, 1), (True, 1)]

    async def test_an_export_has_a_members_own_with_their_visits(self, database, people, theirs):
        rows = await database.read(lambda uow: service.export(uow, people[0]))
        assert [(row["code"], row["target"], row["visits"]) for row in rows] == [(theirs[0], TARGET, 1)]
        assert await database.read(lambda uow: service.export(uow, MemberId(99))) == []


class TestExpire:
    async def visited(self, database: AnyDatabase, *instants: datetime) -> str:
        def unit(uow: UnitOfWork) -> str:
            code = service.create(uow, TARGET, "sponsor:1", None, NOON)
            for at in instants:
                service.note_visit(uow, found(uow, code), at, "somebody")
            return code

        return await database.write(unit)

    async def test_forgets_what_is_older_than_90_days(self, database):
        edge = NOON - service.KEPT
        code = await self.visited(database, edge - timedelta(microseconds=1), edge, NOON)
        due = Due(service.EXPIRE, "every", {}, NOON)
        assert await database.write(lambda uow: service.expire(uow, due)) is None
        assert await database.read(lambda uow: service.visits(uow, code)) == service.Visits(2, 1)

    async def test_leaves_the_link(self, database):
        code = await self.visited(database, NOON - timedelta(days=400))
        await database.write(lambda uow: service.expire(uow, Due(service.EXPIRE, "every", {}, NOON)))
        assert await database.read(lambda uow: found(uow, code).target) == TARGET

    async def test_goes_on_at_once_when_there_is_more(self, database, monkeypatch):
        monkeypatch.setattr(service, "BATCH", 2)
        code = await self.visited(database, *[NOON - timedelta(days=100)] * 3)
        due = Due(service.EXPIRE, "every", {}, NOON)
        assert await database.write(lambda uow: service.expire(uow, due)) == Again(NOON, fresh=True)
        assert await database.write(lambda uow: service.expire(uow, due)) is None
        assert await database.read(lambda uow: service.visits(uow, code)) == service.Visits(0, 0)
