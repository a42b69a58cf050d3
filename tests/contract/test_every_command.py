"""Every command × every platform: it can be declared, and all it may answer can be shown."""

import pytest

from core.chat import Ask, Command, Confirm, Invocation, Place, Refusal, Reply, Wait
from core.dispatch import Dispatcher
from core.errors import TandemError
from core.people import Actor, Identity
from core.registry import ROOMS
from tests.contract import samples
from tests.contract.surfaces import NOW, SURFACES, Surface
from tests.contract.tiny import Pager
from tests.driver import Driver

COMMANDS = [command for room in ROOMS for command in room.commands]
every_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
every_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


def check(surface: Surface, command: Command) -> None:
    """What the contract asks for one command."""
    for outcome in samples.outcomes(command):
        seen = _flat(surface.show(outcome))
        match outcome:
            case Ask(title=title, fields=fields, problems=problems):
                wanted = [title, *(field.label for field in fields), *(problem.text for problem in problems)]
            case Confirm() | Reply():
                wanted = ["Plain, bold /code", "Days", "your data"]
            case Wait():
                wanted = ["Started for"]
            case _:
                wanted = []
        for words in wanted:
            assert _flat(words) in seen, f"{surface.name} does not show {words!r}"


def check_error(surface: Surface, kind: type[TandemError]) -> None:
    """What the contract asks for one error: it is shown whole, and so is what became true all the same."""
    error = samples.error(kind)
    assert error.text
    line = "+10 coins for today's visit, day 1."
    seen = _flat(surface.show(Refusal(error, samples.BUTTONS[:3], reference="7F3K", lines=(line,))))
    assert _flat(error.text) in seen
    assert _flat(line) in seen


def _flat(text: str) -> str:
    """Lines are broken where the platform likes."""
    return "".join(text.split())


@every_surface
class TestDeclare:
    def test_all_at_once(self, surface: Surface) -> None:
        surface.declare(COMMANDS)


@every_surface
class TestShow:
    @every_command
    def test_whatever_it_answers(self, surface: Surface, command: Command) -> None:
        check(surface, command)

    @pytest.mark.parametrize("kind", samples.errors(), ids=lambda kind: kind.__name__)
    def test_every_error(self, surface: Surface, kind: type[TandemError]) -> None:
        check_error(surface, kind)

    @every_command
    async def test_what_it_really_answers_first(self, surface: Surface, command: Command, driver: Driver) -> None:
        """Run by an owner who fills nothing in."""
        driver.owners = ("owner",)
        actor = Actor(Identity("console", "owner"), "owner")
        event = Invocation(command.path, {}, actor, Place("console", "owner"), f"key:{surface.name}", NOW)
        async with driver.opened() as desk:
            outcome = await Dispatcher(desk).handle(event)
        assert outcome is not None
        assert surface.show(outcome)


class TestAnotherPlatform:
    """A third adapter needs nothing from the core but the chat language."""

    def test_keeps_the_contract(self) -> None:
        pager = Pager()
        pager.declare(COMMANDS)
        for command in COMMANDS:
            check(pager, command)
        for kind in samples.errors():
            check_error(pager, kind)

    def test_and_one_that_drops_a_problem_does_not(self) -> None:
        class Careless(Pager):
            def show(self, outcome):
                return "" if isinstance(outcome, Ask) else super().show(outcome)

        asking = next(command for command in COMMANDS if command.fields)
        with pytest.raises(AssertionError, match="does not show"):
            check(Careless(), asking)
