"""Questionnaires as `data/templates/questionnaires` has them, and the forms that ask them on every platform."""

from dataclasses import make_dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from core.chat import Asked, Kind, Option
from core.chat.form import HELP_MAX, LABEL_MAX, NAME_MAX, OPTION_MAX, OPTIONS_MAX
from core.earnings.rules import REWARD_MAX
from core.templates import Part, Template, load

ANSWER_MAX = 600
LINE_MAX = 120
QUESTIONS_MAX = 5
"""What one form on Discord asks at once."""
TITLE_MAX = 22
"""With what it pays and when (20 characters), a title heads the form."""

TAKEN = frozenset({"list", "limits", "check_in"})
"""Names of what the room asks and shows beside its questionnaires: commands, and what claims are kept under."""

_MOST = {"long_text": ANSWER_MAX, "text": LINE_MAX}

Words = Annotated[str, Field(min_length=1)]


class Question(Part):
    """One question. What is written at length has to say something; lines, choices and numbers are taken as given."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=NAME_MAX)]
    label: Annotated[Words, Field(max_length=LABEL_MAX)]
    help: Annotated[str, Field(max_length=HELP_MAX)] = ""
    kind: Literal["long_text", "text", "choice", "number"] = "long_text"
    required: bool = True
    options: Annotated[tuple[Annotated[Words, Field(max_length=OPTION_MAX)], ...], Field(max_length=OPTIONS_MAX)] = ()
    minimum: int | None = None
    maximum: int | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if bool(self.options) != (self.kind == "choice"):
            raise ValueError("a choice has options, and nothing else has")
        if (self.minimum is not None or self.maximum is not None) != (self.kind == "number"):
            raise ValueError("a number has a minimum or a maximum, and nothing else has")
        return self

    @property
    def weighed(self) -> bool:
        """Whether its answer has to say something of its own."""
        return self.kind == "long_text"

    def annotation(self) -> Any:
        """How a form asks it."""
        hint: Any = int if self.kind == "number" else str
        most = self.maximum if self.kind == "number" else _MOST.get(self.kind)
        options = tuple(Option(option, option) for option in self.options)
        kind = Kind(self.kind)
        asked = Asked(kind, self.label, self.help, minimum=self.minimum, maximum=most, options=options)
        return Annotated[hint if self.required else hint | None, asked]


class Questionnaire(Template):
    """Up to five questions on one theme, what they pay, and what is said for them."""

    title: Annotated[Words, Field(max_length=TITLE_MAX)]
    about: Annotated[Words, Field(max_length=100)]
    coins: Annotated[int, Field(ge=25, le=REWARD_MAX)]
    thanks: Annotated[Words, Field(max_length=200)]
    questions: Annotated[tuple[Question, ...], Field(min_length=2, max_length=QUESTIONS_MAX)]

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.name in TAKEN:
            raise ValueError(f"{self.name} is taken, so name the file otherwise")
        if len({question.key for question in self.questions}) < len(self.questions):
            raise ValueError("two questions have one key")
        if sum(question.weighed and question.required for question in self.questions) < 2:
            raise ValueError("at least two questions are required and answered at length")
        return self

    def form(self) -> type:
        """The form that asks it."""
        fields: list[Any] = [
            (question.key, question.annotation()) if question.required else (question.key, question.annotation(), None)
            for question in self.questions
        ]
        return make_dataclass(self.name.capitalize(), fields, frozen=True, slots=True, kw_only=True)


QUESTIONNAIRES: tuple[Questionnaire, ...] = load("questionnaires", Questionnaire)
