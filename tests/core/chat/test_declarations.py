"""What no platform could show does not get past the import, and what does not fit together not past the start."""

from dataclasses import dataclass, make_dataclass, replace
from typing import Annotated, Any

import pytest

from core.chat import (
    Asked,
    Button,
    Call,
    Command,
    Done,
    Due,
    Hook,
    Job,
    Kind,
    Nothing,
    Notice,
    Option,
    Reaction,
    Reply,
    Room,
    Talk,
    Visibility,
    said,
)
from core.chat.catalog import Catalog, WiringError
from core.chat.form import declared_fields, shortened
from core.coins.rules import CoinRules
from core.db import UnitOfWork
from core.facts import MemberVisited
from core.money import Coins, Nanos
from tests.fakes.rooms.garden import Everything
from tests.fakes.rooms.stories import muse
from tests.fakes.rooms.tower import every, till_apply, till_identify


def run(uow: UnitOfWork, call: Call, form: Any) -> Reply:
    return Reply(said("Done."))


async def errand(call: Call, form: Any) -> Done:
    raise NotImplementedError


def form_of(kind: Any, asked: Asked | None, name: str = "field") -> type:
    return make_dataclass("Form", [(name, kind if asked is None else Annotated[kind, asked])], frozen=True)


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(str(i), str(i)) for i in range(count))


class TestShortened:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("Ten clips in ten", "Ten clips in ten"),
            ("Ten clips in ten days", "Ten clips in…"),
            ("Ten clips, in · tendays", "Ten clips, in…"),
            ("x" * 17, "x" * 15 + "…"),
            ("Ten xxxxxxxxxxxxxxxxxxxx", "Ten xxxxxxxxxxx…"),
        ],
    )
    def test_ends_after_a_word_and_says_that_there_is_more(self, text: str, shown: str):
        assert shortened(text, 16) == shown


class TestField:
    def test_of_every_kind_is_declared_in_order(self):
        fields = declared_fields(Everything)
        assert {field.kind for field in fields} == set(Kind)
        assert [field.name for field in fields if field.required] == ["text"]

    @pytest.mark.parametrize(
        ("kind", "asked", "why"),
        [
            (str, None, "does not say how it is asked"),
            (str, Asked(Kind.TEXT, ""), "a label has 1 to 45 characters"),
            (str, Asked(Kind.TEXT, "x" * 46), "a label has 1 to 45 characters"),
            (str, Asked(Kind.TEXT, "x", "y" * 101), "help has at most 100 characters"),
            (str, Asked(Kind.CHOICE, "x"), "a choice has options or a source"),
            (str, Asked(Kind.CHOICE, "x", options=options(26)), "more than 25 options need a source"),
            (str, Asked(Kind.CHOICE, "x", options=(Option("", "x"),)), "an option has 1 to 100 characters"),
            (str, Asked(Kind.CHOICE, "x", options=(Option("x", "y" * 101),)), "an option has 1 to 100 characters"),
            (str, Asked(Kind.CHOICE, "x", options=options(2) * 2), "two options have one value"),
            (int, Asked(Kind.NUMBER, "x", minimum=2, maximum=1), "the minimum is above the maximum"),
            (int, Asked(Kind.MONEY, "x"), "a money field is annotated Coins or Credits"),
            (Nanos, Asked(Kind.MONEY, "x"), "a money field is annotated Coins or Credits"),
            (str, Asked(Kind.NUMBER, "x"), "a number field is annotated int"),
            (int, Asked(Kind.MEMBER, "x"), "a member field is annotated MemberId"),
            (int, Asked(Kind.DURATION, "x"), "a duration field is annotated timedelta"),
        ],
    )
    def test_that_can_not_be_shown_is_refused(self, kind: Any, asked: Asked | None, why: str):
        with pytest.raises(TypeError, match=f"Form.field.*{why}"):
            Command(("x",), "X", form=form_of(kind, asked), run=run)

    @pytest.mark.parametrize("name", ["Name", "größe", "x" * 33])
    def test_has_a_name_that_platforms_take(self, name: str):
        with pytest.raises(TypeError, match="lower-case English"):
            Command(("x",), "X", form=form_of(str, Asked(Kind.TEXT, "x"), name), run=run)

    def test_there_are_25_at_most(self):
        fields = [(f"f{i}", Annotated[str, Asked(Kind.TEXT, "x")]) for i in range(26)]
        with pytest.raises(TypeError, match="more than 25 fields"):
            Command(("x",), "X", form=make_dataclass("Form", fields), run=run)

    def test_that_may_be_none_is_asked_like_the_rest(self):
        (field,) = declared_fields(form_of(Coins | None, Asked(Kind.MONEY, "x")))
        assert field.type is Coins


class TestCommand:
    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"run": None}, "exactly one of run, stream, errand"),
            ({"errand": errand}, "exactly one of run, stream, errand"),
            ({"path": ()}, "one to three lower-case English words"),
            ({"path": ("a", "b", "c", "d")}, "one to three lower-case English words"),
            ({"path": ("Gift",)}, "one to three lower-case English words"),
            ({"path": ("größe",)}, "one to three lower-case English words"),
            ({"path": ("a b",)}, "one to three lower-case English words"),
            ({"path": ("x" * 20, "y" * 12)}, "32 characters in all"),
            ({"summary": ""}, "a summary has 1 to 100 characters"),
            ({"summary": "x" * 101}, "a summary has 1 to 100 characters"),
            ({"gesture": "x" * 33}, "too long to show"),
        ],
    )
    def test_that_can_not_be_shown_is_refused(self, changed: dict[str, Any], why: str):
        good: dict[str, Any] = {"path": ("x",), "summary": "X", "run": run}
        with pytest.raises(TypeError, match=why):
            Command(**good | changed)

    def test_is_private_unless_it_says_otherwise(self):
        command = Command(("challenge", "stake"), "Stake", run=run)
        assert command.private
        assert not replace(command, visibility=Visibility.PUBLIC).private
        assert command.title == "Challenge stake"

    def test_of_another_form_has_another_version(self):
        old = Command(("x",), "X", form=form_of(str, Asked(Kind.TEXT, "x")), run=run)
        renamed = replace(old, form=form_of(str, Asked(Kind.TEXT, "x"), "other"))
        retyped = replace(old, form=form_of(int, Asked(Kind.NUMBER, "x")))
        assert len({old.version, renamed.version, retyped.version}) == 3
        assert replace(old, summary="Y", form=form_of(str, Asked(Kind.TEXT, "x"))).version == old.version


PING = Command(("ping",), "Ping", run=run)


def needy(uow: UnitOfWork, call: Call, form: Nothing, *, limits: CoinRules) -> Reply:
    return Reply(said(f"{limits.daily_base}"))


async def needy_errand(call: Call, form: Nothing, *, rules: CoinRules) -> Done:
    raise NotImplementedError


def needy_reaction(uow: UnitOfWork, fact: MemberVisited, *, bank: "Bank") -> None:
    raise NotImplementedError


@dataclass(frozen=True)
class Bank:
    name: str = "bank"


class TestCatalog:
    @pytest.mark.parametrize(
        ("one", "two", "why"),
        [
            (Room("a"), Room("a"), "two rooms offer a"),
            (Room("a", commands=(PING,)), Room("b", commands=(PING,)), "two rooms offer /ping"),
            (Room("a", jobs=(Job("j", run=every),)), Room("b", jobs=(Job("j", run=every),)), "two rooms offer j"),
            (Room("a", talks=(Talk("t", "T", muse),)), Room("b", talks=(Talk("t", "T", muse),)), "two rooms offer t"),
            (Room("a", notices=(Notice("n", "N"),)), Room("b", notices=(Notice("n", "N"),)), "two rooms offer n"),
        ],
    )
    def test_refuses_one_name_twice(self, one: Room, two: Room, why: str):
        with pytest.raises(WiringError, match=why):
            Catalog((one, two), {})

    @pytest.mark.parametrize(
        ("room", "handler", "parameter"),
        [
            (Room("a", commands=(Command(("x",), "X", run=needy),)), "needy", "limits: CoinRules"),
            (Room("a", commands=(Command(("x",), "X", errand=needy_errand),)), "needy_errand", "rules: CoinRules"),
            (Room("a", reactions=(Reaction(MemberVisited, needy_reaction),)), "needy_reaction", "bank: Bank"),
            (Room("a", hooks=(Hook("h", till_identify, till_apply),)), "till_apply", "outside: Outside"),
        ],
    )
    def test_refuses_a_need_that_nothing_provides(self, room: Room, handler: str, parameter: str):
        with pytest.raises(WiringError, match=rf"\.{handler} wants {parameter}, and nothing provides it"):
            Catalog((room,), {})

    def test_binds_what_is_provided(self):
        catalog = Catalog((Room("a", commands=(Command(("x",), "X", run=needy),)),), {CoinRules: CoinRules(7)})
        bound = catalog.commands["x",].run
        assert bound is not None
        assert bound(None, None, Nothing()) == Reply(said("7"))

    def test_provides_itself(self):
        def lists(uow: UnitOfWork, due: Due, *, catalog: Catalog) -> None:
            assert catalog.jobs

        catalog = Catalog((Room("a", jobs=(Job("j", run=lists),)),), {})
        job = catalog.jobs["j"]
        assert job.run is not None
        job.run(None, None)

    def test_offers_only_ways_that_exist(self):
        class Lost(Exception):
            ways = (("Ping", ("ping",)), ("Buy", ("buy",)))

        catalog = Catalog((Room("a", commands=(PING,)),), {})
        error: Any = Lost()
        assert catalog.ways(error) == (Button("Ping", ("ping",)),)
