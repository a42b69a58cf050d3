"""Our `dataclass` against the standard one: the same in everything but in who refuses an assignment."""

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from core.values import dataclass

DECORATORS: dict[str, Callable[..., Any]] = {"ours": dataclass, "standard": dataclasses.dataclass}


def point(decorator: Callable[..., Any]) -> Any:
    @decorator(frozen=True, slots=True)
    class Point:
        """A class with a bit of everything."""

        x: int
        y: int = 2
        note: str = dataclasses.field(default="", compare=False)
        secret: str = dataclasses.field(default="s", repr=False)
        tags: tuple[str, ...] = dataclasses.field(default_factory=tuple)

    return Point


@pytest.fixture(params=DECORATORS)
def kind(request: pytest.FixtureRequest) -> Any:
    return point(DECORATORS[request.param])


class TestBoth:
    def test_equal_by_what_is_compared(self, kind):
        assert kind(1) == kind(1, 2, note="other")
        assert kind(1) != kind(2)
        assert kind(1) != kind(1, secret="t")
        assert kind(1) != (1, 2, "s", ())

    def test_equal_ones_are_one_in_a_set(self, kind):
        assert len({kind(1), kind(1, note="x"), kind(2)}) == 2

    def test_shown_without_what_is_hidden(self, kind):
        assert repr(kind(1)).endswith(".Point(x=1, y=2, note='', tags=())")

    def test_has_no_room_for_other_attributes(self, kind):
        with pytest.raises((AttributeError, TypeError)):  # the standard one gives a TypeError in Python 3.11
            kind(1).z = 1
        assert not hasattr(kind(1), "__dict__")

    def test_an_unhashable_field_is_said(self, kind):
        with pytest.raises(TypeError, match="unhashable"):
            hash(kind([]))

    def test_fields_replace_and_match(self, kind):
        assert [field.name for field in dataclasses.fields(kind)] == ["x", "y", "note", "secret", "tags"]
        assert dataclasses.replace(kind(1), y=5) == kind(1, 5)
        match kind(7, 8):
            case kind(x, y):
                assert (x, y) == (7, 8)

    def test_pydantic_reads_it(self, kind):
        assert TypeAdapter(kind).validate_python({"x": "4"}) == kind(4)
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python({"x": "four"})


@pytest.mark.parametrize("decorator", DECORATORS.values(), ids=DECORATORS)
class TestShapes:
    def test_without_fields(self, decorator):
        nothing = decorator(frozen=True, slots=True)(type("Nothing", (), {"__doc__": "None."}))
        assert nothing() == nothing()
        assert hash(nothing()) == hash(nothing())
        assert repr(nothing()) == "Nothing()"

    def test_another_class_with_the_same_values_differs(self, decorator):
        assert point(decorator)(1) != point(decorator)(1)

    def test_what_a_class_writes_itself_stays(self, decorator):
        class Own:
            """Shows itself."""

            x: int

            def __repr__(self) -> str:
                return "mine"

            def __hash__(self) -> int:
                return 7

        own = decorator(frozen=True)(Own)
        assert (repr(own(1)), hash(own(1))) == ("mine", 7)
        assert own(1) == own(1)

    def test_not_frozen_can_change_and_not_be_hashed(self, decorator):
        class Count:
            """A number that grows."""

            n: int = 0

        kind = decorator(slots=True)(Count)
        count = kind()
        count.n += 1
        assert count == kind(1)
        with pytest.raises(TypeError, match="unhashable"):
            hash(count)

    def test_ordered(self, decorator):
        class Turn:
            """One that has a place in a line."""

            at: int

        turn = decorator(frozen=True, slots=True, order=True)(Turn)
        assert turn(1) < turn(2)


def test_mypy_refuses_to_assign(tmp_path: Path):
    program = tmp_path / "assigns.py"
    program.write_text(
        "from core.values import dataclass\n\n\n@dataclass(frozen=True, slots=True)\nclass A:\n    x: int\n\n\n"
        "A(1).x = 2\n"
    )
    config = Path(__file__).parents[2] / "pyproject.toml"
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", config, "--cache-dir", tmp_path / "cache", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=config.parent,
    )
    assert 'error: Property "x" defined in "A" is read-only' in told.stdout, told
