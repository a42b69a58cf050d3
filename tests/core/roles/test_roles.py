"""Roles are granted once, taken once, cover those below them, and end with the member."""

import itertools

import pytest

from core.facts import MemberErased, MembersMerged
from core.people import Role
from core.roles import service as roles
from tests.house import House


class TestCovers:
    def test_knows_who_includes_whom(self):
        table = {has: {needed for needed in Role if roles.covers(has, needed)} for has in Role}
        assert table == {
            Role.OWNER: set(Role),
            Role.ADMIN: {Role.ADMIN, Role.MODERATOR, Role.SUPPORT, Role.PARTNER},
            Role.MODERATOR: {Role.MODERATOR, Role.SUPPORT},
            Role.SUPPORT: {Role.SUPPORT},
            Role.PARTNER: {Role.PARTNER},
        }

    def test_goes_one_way(self):
        for one, other in itertools.permutations(Role, 2):
            assert not (roles.covers(one, other) and roles.covers(other, one))


class TestGrant:
    async def test_is_given_and_taken_once(self, house: House):
        ann = await house.person("ann").has()
        member, write = (await ann.member()).id, house.database.write
        at = house.clock.now()

        def give(uow):
            return roles.grant(uow, member, Role.SUPPORT, "", by=member, at=at)

        assert [await write(give), await write(give)] == [True, False]
        assert [await write(lambda uow: roles.revoke(uow, member, Role.SUPPORT, "")) for _ in range(2)] == [True, False]

    async def test_can_not_make_an_owner(self, house: House):
        member = (await (await house.person("ann").has()).member()).id
        with pytest.raises(AssertionError, match="owners come from config"):
            await house.database.write(
                lambda uow: roles.grant(uow, member, Role.OWNER, "", by=None, at=house.clock.now())
            )
        values = {"member_id": member, "role": "owner", "space": "", "granted_by": None, "at": house.clock.now()}
        with pytest.raises(Exception, match=r"(?i)check"):
            await house.database.write(lambda uow: uow.run(roles.INSERT, **values))

    async def test_does_not_travel_by_linking(self, house: House):
        ann, bob = await house.person("ann").has(), await house.person("bob").has()
        kept, gone, at = (await ann.member()).id, (await bob.member()).id, house.clock.now()

        def merge(uow):
            roles.grant(uow, gone, Role.ADMIN, "", by=gone, at=at)
            roles.merge(uow, MembersMerged(at, kept, gone))
            return roles.everybody(uow)

        assert await house.database.write(merge) == []

    async def test_of_who_left_ends_and_what_they_granted_stands(self, house: House):
        ann, bob = await house.person("ann").has(), await house.person("bob").has()
        goes, stays, at = (await ann.member()).id, (await bob.member()).id, house.clock.now()

        def erase(uow):
            roles.grant(uow, goes, Role.ADMIN, "", by=None, at=at)
            roles.grant(uow, stays, Role.SUPPORT, "discord:1", by=goes, at=at)
            roles.erase(uow, MemberErased(at, goes))
            return roles.everybody(uow)

        assert await house.database.write(erase) == [roles.Granted(stays, Role.SUPPORT, "discord:1")]
