"""Ask, answer, confirm, agree: in steps, over restarts, and once however often it is pressed."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any

import pytest

from core.chat import (
    Answer,
    Ask,
    Asked,
    Call,
    Command,
    Confirm,
    Kind,
    Option,
    Refusal,
    Reply,
    Room,
    Said,
    Wait,
    said,
)
from core.chat.form import FieldProblem
from core.db import UnitOfWork
from core.errors import InvalidField
from core.outbox.rules import NoticeLimits
from core.people import Member
from core.settling import HOLD_LASTS
from tests.core.chat.test_parse import BAD
from tests.fakes.rooms.effects import Sorry
from tests.fakes.rooms.garden import GARDEN, Everything, plant, plant_confirm
from tests.fakes.rooms.tower import TOWER
from tests.house import House, refused, text_of


def names(asked: Any) -> list[str]:
    assert isinstance(asked, Ask), asked
    return [field.name for field in asked.fields]


class TestAsk:
    async def test_names_what_is_missing_first(self, house: House):
        asked = await house.person("ann").invokes("plant", note="Sunny side")
        assert names(asked) == ["name", "amount"]
        assert asked.title == "Plant something"
        assert asked.problems == ()

    async def test_can_be_answered_however_late_it_was_asked(self, house: House):
        """An event that was stored waits for as long as the program is down."""
        ann = house.person("ann")
        late = ann.invocation("plant")
        house.clock.advance(timedelta(days=1))
        asked = await house.dispatcher.handle(late)
        assert isinstance(asked, Ask)
        assert isinstance(await ann.answers(asked, name="Ash", amount=1), Reply)

    async def test_offers_what_is_optional_last(self, house: House):
        assert names(await house.person("ann").invokes("plant")) == ["name", "amount", "note"]

    async def test_goes_on_field_by_field(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant")
        again = await ann.answers(asked, name="Ash")
        assert again.token == asked.token
        assert names(again) == ["amount", "note"]
        assert text_of(await ann.answers(asked, amount="7")).startswith("Planted 7 Ash.")

    async def test_keeps_its_token_as_the_key(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash")
        await ann.answers(asked, amount="7", note="hi")
        assert await house.happened("plant") == [f"{asked.token}/Ash/7/hi"]

    async def test_says_what_is_wrong_at_the_field_and_keeps_the_rest(self, house: House):
        asked = await house.person("ann").invokes("plant", name="Ash", amount="many", note="hi")
        assert names(asked) == ["amount"]
        words = 'I could not read that number: "many". A whole number from 1 to 500, for example 1.'
        assert asked.problems == (FieldProblem("amount", words),)

    async def test_asks_again_for_a_wrong_optional_field(self, house: House):
        asked = await house.person("ann").invokes("plant", name="Ash", amount=1, note="x" * 201)
        assert names(asked) == ["note"]

    @pytest.mark.parametrize("empty", ["", "  ", "\u200b", "\u3164", None])
    async def test_asks_again_for_an_empty_required_field(self, house: House, empty: Any):
        ann = house.person("ann")
        asked = await ann.invokes("plant", amount=1)
        again = await ann.answers(asked, name=empty)
        assert names(again) == ["name", "note"]
        assert text_of(await ann.answers(again, name="Ash")).startswith("Planted 1 Ash.")

    async def test_fills_options_from_the_source(self, house: House):
        asked = await house.person("ann").invokes("everything")
        (tree,) = [field for field in asked.fields if field.name == "tree"]
        assert [option.label for option in tree.options] == ["Ash", "Beech", "Birch"]

    async def test_with_anything_in_any_field_is_an_answer_in_words(self, house: House):
        ann = house.person("ann")
        for name, bad in BAD.items():
            everywhere: dict[str, Any] = dict.fromkeys(Everything.__annotations__, bad)
            answer = await ann.invokes("everything", **everywhere)
            assert isinstance(answer, Ask | Reply), name
            if isinstance(answer, Ask):
                assert isinstance(await ann.answers(answer, **everywhere), Ask), name
        assert house.observer.bugs == []

    async def test_ignores_names_that_no_field_has(self, house: House):
        ann = house.person("ann")
        others: dict[str, Any] = {"=price": "0", "member_id": 1, "x\x00": "\ud800"}
        asked = await ann.invokes("plant", name="Ash", **others)
        assert text_of(await ann.answers(asked, amount=2, run=5)).startswith("Planted 2 Ash.")


class TestConfirm:
    async def test_comes_before_what_is_large(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        assert isinstance(asked, Confirm)
        assert text_of(asked).startswith("Plant 101?\n")
        assert await house.happened("plant") == []
        assert text_of(await ann.agrees(asked)).startswith("Planted 101 Ash.")
        assert await house.happened("plant") == [f"{asked.token}/Ash/101/"]

    async def test_follows_an_ask_under_the_same_token(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash")
        confirm = await ann.answers(asked, amount=101)
        assert isinstance(confirm, Confirm)
        assert confirm.token == asked.token
        assert isinstance(await ann.agrees(confirm), Reply)

    async def test_is_not_in_the_way_of_an_answer_that_needs_none(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash")
        assert isinstance(await ann.answers(asked, amount=101), Confirm)
        assert text_of(await ann.answers(asked, amount=5)).startswith("Planted 5 Ash.")
        assert refused(await ann.agrees(asked.token)) == "AlreadyAnswered"
        assert await house.happened("plant") == [f"{asked.token}/Ash/5/"]

    async def test_agreed_to_is_the_one_that_was_read(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        newer = await ann.answers(asked, amount=500)
        assert text_of(newer) == "Plant 500?"
        assert refused(await ann.agrees(asked)) == "AlreadyAnswered"
        assert await house.happened("plant") == []
        assert isinstance(await ann.agrees(newer), Reply)
        assert [done.split("/")[2] for done in await house.happened("plant")] == ["500"]

    async def test_answered_anew_in_parallel_has_one_effect(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        newer = await asyncio.gather(*(ann.answers(asked, amount=500) for _ in range(8)))
        assert sum(isinstance(answer, Confirm) for answer in newer) == 1
        for answer in (asked, *newer):
            await ann.agrees(answer if isinstance(answer, Confirm) else asked)
        assert len(await house.happened("plant")) == 1

    async def test_is_put_again_to_who_only_looks(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        assert isinstance(await ann.answers(asked), Confirm)
        assert await house.happened("plant") == []

    async def test_can_be_declined(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        assert text_of(await ann.declines(asked)) == "Left as it was. Nothing was changed."
        assert refused(await ann.agrees(asked)) == "AlreadyAnswered"
        assert await house.happened("plant") == []

    async def test_survives_a_restart(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        house.move_in((GARDEN, TOWER))
        assert isinstance(await ann.agrees(asked), Reply)

    async def test_of_everything_survives_its_way_through_the_database(self, house: House):
        ann = house.person("ann")
        values = {"count": "1,000", "amount": "50 credits", "size": "Very large", "when": "2026-03-11 18:00"}
        asked = await ann.invokes("everything", lasts="2 days", sure="no", friend=ann.identity, **values)
        await ann.answers(asked, text="hello")
        (done,) = await house.happened("everything")
        assert "count=1000, amount=Credits(value=50), size='l'" in done
        assert "lasts=datetime.timedelta(days=2)" in done
        assert "sure=False" in done


class TestToken:
    async def test_agreed_to_in_parallel_has_one_effect(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        answers = await asyncio.gather(*(ann.agrees(asked) for _ in range(20)))
        assert sum(isinstance(answer, Reply) for answer in answers) == 1
        assert {refused(answer) for answer in answers if not isinstance(answer, Reply)} == {"AlreadyAnswered"}
        assert len(await house.happened("plant")) == 1

    async def test_answered_in_parallel_has_one_effect(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash")
        answers = await asyncio.gather(*(ann.answers(asked, amount=5) for _ in range(20)))
        assert sum(isinstance(answer, Reply) for answer in answers) == 1
        assert len(await house.happened("plant")) == 1

    async def test_agreed_to_and_declined_at_once_is_one_of_both(self, house: House):
        ann = house.person("ann")
        for _ in range(5):
            asked = await ann.invokes("plant", name="Ash", amount=101)
            before = len(await house.happened("plant"))
            answers = await asyncio.gather(*(ann.agrees(asked, yes=i % 2 == 0) for i in range(8)))
            told = {text_of(answer) for answer in answers if isinstance(answer, Reply)}
            assert len([answer for answer in answers if isinstance(answer, Reply)]) == 1
            done = len(await house.happened("plant")) - before
            assert done == (0 if "Left as it was. Nothing was changed." in told else 1)

    async def test_of_somebody_else_is_refused_privately(self, house: House):
        ann, bob = house.person("ann"), house.person("bob")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        assert refused(await bob.agrees(asked)) == "NotYours"
        assert refused(await bob.declines(asked)) == "NotYours"
        assert refused(await bob.answers(asked, amount=500)) == "NotYours"
        assert isinstance(await ann.agrees(asked), Reply)

    async def test_forged_is_too_old(self, house: House):
        ann = house.person("ann")
        for forged in ("", "x" * 12, "x" * 10_000, "'; --", "\x00", "\ud800", "🎉", "a b", "../.."):
            for answer in (await ann.agrees(forged), await ann.declines(forged), await ann.answers(forged, amount=1)):
                assert refused(answer) == "Outdated"
                assert [button.label for button in answer.buttons] == ["Start"]
        assert house.observer.bugs == []

    async def test_of_yesterday_is_too_old(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        house.clock.advance(HOLD_LASTS)
        confirm = await ann.answers(asked)  # looked at again, it waits as long again
        house.clock.advance(HOLD_LASTS)
        assert isinstance(await ann.answers(confirm), Confirm)
        house.clock.advance(2 * HOLD_LASTS)
        assert refused(await ann.agrees(asked)) == "Outdated"
        assert await house.happened("plant") == []

    async def test_answered_before_is_said_to_be(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash")
        await ann.answers(asked, amount=5)
        assert refused(await ann.answers(asked, amount=6)) == "AlreadyAnswered"
        assert refused(await ann.agrees(asked)) == "AlreadyAnswered"

    async def test_of_a_form_that_changed_starts_again(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        changed = replace_command(Command(("plant",), "Plant", form=Everything, run=plant, confirm=plant_confirm))
        house.move_in((changed, TOWER))
        answer = await ann.agrees(asked)
        assert refused(answer) == "FormChanged"
        assert answer.error.text.endswith("Start again with /plant.")
        assert await house.happened("plant") == []

    async def test_of_a_command_that_went_is_refused(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=101)
        house.move_in((TOWER,))
        assert refused(await ann.agrees(asked)) == "UnknownCommand"

    async def test_whose_choice_went_asks_for_it_again(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash", amount=500, note="hi")
        tighter = Command(("plant",), "Plant", form=Tighter, run=plant, confirm=plant_confirm)
        house.move_in((replace_command(tighter), TOWER))
        again = await ann.agrees(asked)
        assert names(again) == ["amount"]
        assert isinstance(await ann.answers(again, amount=400), Confirm)

    async def test_agreed_to_while_only_asked_does_nothing_by_itself(self, house: House):
        ann = house.person("ann")
        asked = await ann.invokes("plant", name="Ash")
        assert names(await ann.agrees(asked)) == ["amount", "note"]
        assert await house.happened("plant") == []


def replace_command(command: Command) -> Room:
    others = tuple(item for item in GARDEN.commands if item.path != command.path)
    return replace(GARDEN, commands=(*others, command))


@dataclass(frozen=True, slots=True)
class Tighter:
    """The form of `/plant` with another bound; it asks for the same."""

    name: Annotated[str, Asked(Kind.TEXT, "Name")]
    amount: Annotated[int, Asked(Kind.NUMBER, "How many", minimum=1, maximum=400)]
    note: Annotated[str, Asked(Kind.TEXT, "Note")] = ""


class TestOutcome:
    async def test_to_go_outside_passes_through(self, house: House):
        answer = await house.person("ann").invokes("away")
        assert not isinstance(answer, Refusal | Wait)
        assert answer.url == "https://example.org"


class TestNothingToChoose:
    """A field that may be left out, of whose options there are none or one: its command knows which."""

    def moved_in(self, house: House, *tools: str) -> None:
        def source(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
            return [Option(name.lower(), name) for name in tools]

        @dataclass(frozen=True)
        class Dig:
            place: Annotated[str, Asked(Kind.CHOICE, "Place", source=source)]
            tool: Annotated[str, Asked(Kind.CHOICE, "Tool", source=source)] = ""
            name: Annotated[str, Asked(Kind.TEXT, "Name")] = ""

        @dataclass(frozen=True)
        class Look:
            tool: Annotated[str, Asked(Kind.CHOICE, "Tool", source=source)] = ""

        def run(uow: UnitOfWork, call: Call, form: Dig | Look) -> Reply:
            if form.tool == "wrong":
                raise InvalidField("tool", "Not that one.")
            return Reply(said("Done."))

        dig = Command(("dig",), "Dig", form=Dig, run=run)
        look = Command(("look",), "Look", form=Look, run=run, asks_first=True)
        house.move_in((replace(GARDEN, commands=(*GARDEN.commands, dig, look)), TOWER))

    @pytest.mark.parametrize("tools", [(), ("Spade",)])
    async def test_is_not_asked(self, house: House, tools: tuple[str, ...]):
        self.moved_in(house, *tools)
        asked = await house.person("ann").invokes("dig")
        assert names(asked) == ["place", "name"]

    async def test_of_two_is_asked(self, house: House):
        self.moved_in(house, "Spade", "Fork")
        asked = await house.person("ann").invokes("dig")
        assert names(asked) == ["place", "tool", "name"]

    async def test_what_was_wrong_is_asked_again(self, house: House):
        self.moved_in(house, "Spade")
        asked = await house.person("ann").invokes("dig", tool="wrong", place="spade")
        assert names(asked) == ["tool", "name"]

    async def test_a_form_of_nothing_else_is_asked_whole(self, house: House):
        self.moved_in(house)
        asked = await house.person("ann").invokes("look")
        assert names(asked) == ["tool"]


class TestOpening:
    """What heads a form, or refuses it before the first question."""

    def moved_in(self, house: House, opening: Any) -> None:
        (command,) = (command for command in GARDEN.commands if command.path == ("plant",))
        others = tuple(other for other in GARDEN.commands if other is not command)
        house.move_in((replace(GARDEN, commands=(*others, replace(command, opening=opening))), TOWER))

    async def test_heads_the_form_each_time_it_is_shown(self, house: House):
        def opening(uow: UnitOfWork, call: Call, *, pace: NoticeLimits) -> str:
            return f"Plant, {pace.unprompted_a_day} a day, {call.member.name}"

        self.moved_in(house, opening)
        ann = house.person("ann")
        asked = await ann.invokes("plant")
        assert (asked.title, asked.command) == ("Plant, 2 a day, Ann", ("plant",))
        assert (await ann.answers(asked, name="Ash")).title == asked.title
        form = await house.dispatcher.form(Answer(asked.token, {}, ann.actor, ann.place, "form", house.clock.now()))
        assert isinstance(form, Ask)
        assert form.title == asked.title

    async def test_may_say_nothing_and_only_look(self, house: House):
        self.moved_in(house, lambda uow, call: "")
        assert (await house.person("ann").invokes("plant")).title == "Plant something"

    async def test_may_refuse_before_the_first_question_and_then_nothing_is_open(self, house: House):
        def opening(uow: UnitOfWork, call: Call) -> str:
            raise Sorry

        self.moved_in(house, opening)
        ann = house.person("ann")
        assert refused(await ann.invokes("plant")) == "Sorry"
        said = Said("", ann.actor, ann.place, "said", house.clock.now())
        assert await house.dispatcher.open_form(said) is None
