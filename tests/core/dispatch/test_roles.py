"""Who may run what: owners by config, others by grant, for the service or for a space."""

from dataclasses import replace

import pytest

from core.chat import Answer, Ask, Query, Reply
from core.members import service as members
from core.people import Role
from core.roles import service as roles
from tests.house import OWNER, House, Person, refused

COMMANDS = {"own": Role.OWNER, "admin": Role.ADMIN, "support": Role.SUPPORT, "partner": Role.PARTNER}


async def granted(house: House, person: Person, role: Role, space: str = "") -> None:
    await person.invokes("start")
    member = await person.member()
    await house.database.write(lambda uow: roles.grant(uow, member.id, role, space, by=None, at=house.clock.now()))


async def allowed(person: Person, command: str) -> bool:
    answer = await person.invokes(f"power {command}")
    if isinstance(answer, Reply):
        return True
    assert refused(answer) == "NotAllowed"
    return False


class TestRole:
    async def test_nobody_has_one_by_themselves(self, house: House):
        ann = house.person("ann")
        assert [await allowed(ann, command) for command in COMMANDS] == [False] * 4
        assert await house.happened("power") == []

    async def test_an_owner_may_everything(self, house: House):
        owner = Person(house, OWNER)
        assert all([await allowed(owner, command) for command in (*COMMANDS, "space")])

    async def test_of_the_same_id_on_another_platform_is_nobody(self, house: House):
        assert not await allowed(house.person(OWNER.user_id, "telegram"), "own")

    @pytest.mark.parametrize(
        ("role", "may"),
        [
            (Role.ADMIN, ["admin", "support", "partner"]),
            (Role.MODERATOR, ["support"]),
            (Role.SUPPORT, ["support"]),
            (Role.PARTNER, ["partner"]),
        ],
    )
    async def test_includes_those_below_it(self, house: House, role: Role, may: list[str]):
        ann = house.person("ann")
        await granted(house, ann, role)
        assert [command for command in COMMANDS if await allowed(ann, command)] == may

    async def test_of_a_space_counts_there_alone(self, house: House):
        ann = house.person("ann")
        await granted(house, ann, Role.MODERATOR, "discord:42")
        assert await allowed(replace(ann, space="42"), "space")
        assert not await allowed(replace(ann, space="43"), "space")
        assert not await allowed(ann, "space")

    async def test_of_a_space_does_not_count_for_the_service(self, house: House):
        ann = house.person("ann")
        await granted(house, ann, Role.ADMIN, "discord:42")
        assert not await allowed(replace(ann, space="42"), "support")

    async def test_of_the_service_counts_in_every_space(self, house: House):
        ann = house.person("ann")
        await granted(house, ann, Role.MODERATOR)
        assert await allowed(replace(ann, space="43"), "space")

    async def test_taken_while_a_form_is_open_is_gone(self, house: House):
        ann = house.person("ann")
        await granted(house, ann, Role.SUPPORT)
        asked = await ann.invokes("power trees")
        member = await ann.member()
        await house.database.write(lambda uow: roles.revoke(uow, member.id, Role.SUPPORT, ""))
        assert refused(await ann.answers(asked, text="hello")) == "NotAllowed"
        assert await house.happened("everything") == []

    async def test_taken_while_a_form_is_open_does_not_show_it_again(self, house: House):
        ann = house.person("ann")
        await granted(house, ann, Role.SUPPORT)
        asked = await ann.invokes("power trees")
        form = Answer(asked.token, {}, ann.actor, ann.place, "form", house.clock.now())
        assert isinstance(await house.dispatcher.form(form), Ask)
        member = await ann.member()
        await house.database.write(lambda uow: roles.revoke(uow, member.id, Role.SUPPORT, ""))
        assert refused(await house.dispatcher.form(form)) == "NotAllowed"

    async def test_refused_does_not_count_as_a_visit(self, house: House):
        await house.person("ann").invokes("power own")
        assert await house.happened("visit") == []


class TestOptions:
    def query(self, person: Person, command: str = "everything", field: str = "tree", prefix: str = "") -> Query:
        return Query(tuple(command.split()), field, prefix, person.actor, person.house.clock.now())

    async def test_start_as_typed(self, house: House):
        found = await house.dispatcher.options(self.query(house.person("ann"), prefix=" B"))
        assert [option.label for option in found] == ["Beech", "Birch"]

    async def test_make_no_member(self, house: House):
        await house.dispatcher.options(self.query(house.person("ann")))
        ann = house.person("ann")
        assert await house.database.read(lambda uow: members.known(uow, ann.identity)) is None

    async def test_of_a_fixed_choice_hold_what_was_typed(self, house: House):
        found = await house.dispatcher.options(self.query(house.person("ann"), field="size", prefix="LARGE"))
        assert [option.value for option in found] == ["l"]

    @pytest.mark.parametrize(("command", "field"), [("fly", "tree"), ("everything", "nobody"), ("everything", "text")])
    async def test_of_what_has_none_are_none(self, house: House, command: str, field: str):
        ann = house.person("ann")
        found = await house.dispatcher.options(self.query(ann, command, field))
        assert found == []

    @pytest.mark.parametrize("prefix", ["\x00", "\ud800", "x" * 10_000, "%", "'"])
    async def test_for_any_prefix_are_an_answer(self, house: House, prefix: str):
        found = await house.dispatcher.options(self.query(house.person("ann"), prefix=prefix))
        assert len(found) <= 3
        assert house.observer.bugs == []

    async def test_of_staff_are_for_staff(self, house: House):
        ann = house.person("ann")
        assert await house.dispatcher.options(self.query(ann, "power trees")) == []
        await granted(house, ann, Role.SUPPORT)
        assert len(await house.dispatcher.options(self.query(ann, "power trees"))) == 3

    async def test_of_a_closed_database_are_none(self, house: House):
        await house.database.close()
        ann = house.person("ann")
        assert await house.dispatcher.options(self.query(ann, "everything", "tree")) == []
