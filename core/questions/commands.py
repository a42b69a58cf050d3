"""`/questions …` and `/checkin`."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Any

from core.chat import (
    Asked,
    Bold,
    Button,
    Call,
    Command,
    Facts,
    Kind,
    Line,
    Message,
    Nothing,
    Option,
    Reply,
    Text,
    Tone,
    said,
)
from core.clock import local_day
from core.db import UnitOfWork
from core.durations import day_in_words
from core.earnings import service as earnings
from core.earnings.rules import EarningLimits
from core.earnings.service import Earned
from core.ledger import views
from core.members.rules import MemberRules
from core.money import Unit
from core.questions import rules, service
from core.questions.questionnaires import ANSWER_MAX, QUESTIONNAIRES, Questionnaire
from core.questions.rules import QuestionRules, Task
from core.questions.service import Said, State
from core.values import dataclass

_TOPIC = "Coins"
_OFFERED_MAX = 8
EASY_FIRST = sorted(QUESTIONNAIRES, key=lambda one: (one.coins, one.name))
"""The lightest first: what pays little takes little."""


def _one_to_five(*words: str) -> tuple[Option, ...]:
    return tuple(Option(str(number), f"{number}: {word}") for number, word in enumerate(words, start=1))


FIVE = _one_to_five("empty", "low", "all right", "good", "full")
SURE = _one_to_five("not at all", "a little", "it varies", "mostly", "very")


@dataclass(frozen=True, slots=True)
class CheckIn:
    """How it goes."""

    well: Annotated[
        str,
        Asked(Kind.LONG_TEXT, "What went well since last time?", "Small counts: one sentence.", maximum=ANSWER_MAX),
    ]
    energy: Annotated[str, Asked(Kind.CHOICE, "Your energy right now", options=FIVE)]
    stuck: Annotated[
        str | None,
        Asked(Kind.LONG_TEXT, "What is stuck?", "Leave it empty if nothing is.", maximum=ANSWER_MAX),
    ] = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What plans have to go around."""

    hours: Annotated[
        int, Asked(Kind.NUMBER, "Hours a week you have for this", "An ordinary week.", minimum=0, maximum=120)
    ]
    energy: Annotated[str, Asked(Kind.CHOICE, "Energy you bring these weeks", options=FIVE)]
    confidence: Annotated[str, Asked(Kind.CHOICE, "How sure are you of what you make?", options=SURE)]
    fixed: Annotated[
        str | None,
        Asked(
            Kind.LONG_TEXT,
            "What can not move?",
            "Days, places, people: what a plan must go around. Empty: as you said last.",
            maximum=ANSWER_MAX,
        ),
    ] = None


def show(
    uow: UnitOfWork, call: Call, form: Nothing, *, asked: QuestionRules, earning: EarningLimits, zones: MemberRules
) -> Reply:
    """What can be told, with what it pays and when."""
    tasks = [*(rules.of_questionnaire(one, asked) for one in EASY_FIRST), rules.limits(asked), rules.check_in(asked)]
    states = service.states(uow, call.member, tasks, call.at, earning=earning, zones=zones)
    rows: list[tuple[str, Line]] = [(state.task.title, _standing(state, call)) for state in states]
    blocks: list[Text | Facts] = [
        Text("Short questions, for you first. Skip what you like; each answer can be changed or deleted later."),
        Facts(tuple(rows)),
        Text(_room(uow, call, earning)),
    ]
    buttons = [_button(state, call) for state in states if state.opens_at is None][:_OFFERED_MAX]
    return Reply(Message(tuple(blocks), buttons=(*buttons, Button("My answers", ("answers", "show")))))


def _standing(state: State, call: Call) -> str:
    task = state.task
    if state.opens_at is not None and task.days == 1:
        return "done today"
    if state.opens_at is not None:
        assert state.told_on is not None, "what was never told is open"
        again = day_in_words(local_day(state.opens_at, call.member.zone))
        return f"told on {day_in_words(state.told_on)} · again from {again}"
    paid = f", paid {_when(state.pays_on, call)}" if state.pays_on else ""
    return f"+{task.coins}{paid}"


def _room(uow: UnitOfWork, call: Call, earning: EarningLimits) -> str:
    outlook = earnings.outlook(uow, call.member, call.at, earning)
    text = (
        f"Room for {outlook.left_today.value} of {earning.day_coins} coins today and {outlook.left_this_month.value} "
        f"of {earning.month_coins} this month; the daily visit is apart."
    )
    if not outlook.left_today:
        text += " What you tell now is paid whole as soon as there is room."
    return text


def _button(state: State, call: Call) -> Button:
    return Button(f"{state.task.title}: {_pays(state, call)}", PATHS[state.task.name])


def _pays(state: State, call: Call) -> str:
    """For a button: +25, or +25 tomorrow."""
    return f"+{state.task.coins.value}" + (f" {_when(state.pays_on, call, short=True)}" if state.pays_on else "")


def _when(day: date, call: Call, *, short: bool = False) -> str:
    """Tomorrow, or the day."""
    if day == local_day(call.at, call.member.zone) + timedelta(days=1):
        return "tomorrow"
    return f"on {day.day} {day:%b}" if short else f"on {day_in_words(day)}"


@cache
def _easy_first(asked: QuestionRules) -> tuple[Task, ...]:
    """What `/daily` invites to, in this order."""
    return (*(rules.of_questionnaire(one, asked) for one in EASY_FIRST), rules.check_in(asked))


def invite(
    uow: UnitOfWork, call: Call, *, asked: QuestionRules, earning: EarningLimits, zones: MemberRules
) -> Button | None:
    """Below `/daily`: the next questionnaire, else the check-in, else nothing; with what it pays, and when."""
    state = service.first_open(uow, call.member, _easy_first(asked), call.at, earning=earning, zones=zones)
    if state is None:
        return None
    what = "Check-in" if state.task.days == 1 else "Two-minute questions"
    return Button(f"{what}: {_pays(state, call)}", PATHS[state.task.name])


# Telling

TaskOf = Callable[[QuestionRules], Task]
SaidIn = Callable[[Any], dict[str, Said]]


def _telling(path: tuple[str, ...], summary: str, form: type, task_of: TaskOf, said_in: SaidIn, thanks: str) -> Command:  # noqa: PLR0917  made three times, here
    """A command that asks a form and pays for it. What stands in the way is said before the first question."""

    def opening(
        uow: UnitOfWork, call: Call, *, asked: QuestionRules, earning: EarningLimits, zones: MemberRules
    ) -> str:
        state = service.check(uow, call.member, task_of(asked), call.at, earning=earning, zones=zones)
        if not state.task.coins:
            return state.task.title
        when = f" {_when(state.pays_on, call, short=True)}" if state.pays_on else ""
        return f"{state.task.title}: +{state.task.coins}{when}"

    def run(
        uow: UnitOfWork, call: Call, form: Any, *, asked: QuestionRules, earning: EarningLimits, zones: MemberRules
    ) -> Reply:
        task = task_of(asked)
        earned = service.tell(uow, call.member, task, said_in(form), call.at, earning=earning, zones=zones)
        following = invite(uow, call, asked=asked, earning=earning, zones=zones)
        buttons = (*([following] if following else []), Button("My answers", ("answers", "show")))
        return Reply(said(thanks, _paid(uow, call, task, earned, earning), tone=Tone.SUCCESS, buttons=buttons))

    return Command(path, summary, form=form, run=run, opening=opening, topic=_TOPIC)


def _paid(uow: UnitOfWork, call: Call, task: Task, earned: Earned, earning: EarningLimits) -> Line:
    if earned.paid:
        have = views.balance(uow, call.member.coin_wallet, Unit.COIN)
        return (Bold(f"+{task.coins}."), f" You have {have}.")
    when = f" and paid {_when(earned.pays_on, call)}" if earned.pays_on else ""
    return (
        Bold(f"{task.coins} are booked{when}."),
        f" A day pays up to {earning.day_coins}, a month {earning.month_coins}.",
    )


def _questionnaire(one: Questionnaire) -> Command:
    def said_in(form: Any) -> dict[str, Said]:
        given = ((question, getattr(form, question.key)) for question in one.questions)
        return {
            question.key: Said(question.label, f"{answer}", question.weighed)
            for question, answer in given
            if answer is not None
        }

    def task_of(asked: QuestionRules) -> Task:
        return rules.of_questionnaire(one, asked)

    return _telling(("questions", one.name), one.about, one.form(), task_of, said_in, one.thanks)


def _check_in(form: CheckIn) -> dict[str, Said]:
    told = {
        "well": Said("What went well?", form.well, weighed=True),
        "energy": Said("Energy, 1 to 5", form.energy),
    }
    return told | ({"stuck": Said("What was stuck?", form.stuck, weighed=True)} if form.stuck else {})


def _limits(form: Limits) -> dict[str, Said]:
    told = {
        "hours": Said("Hours a week", str(form.hours)),
        "energy": Said("Energy, 1 to 5", form.energy),
        "confidence": Said("Confidence, 1 to 5", form.confidence),
    }
    return told | ({"fixed": Said("What can not move?", form.fixed, weighed=True)} if form.fixed else {})


SHOW = Command(("questions", "list"), "What you can tell me for coins", run=show, topic=_TOPIC, front=True)
ANSWER = tuple(_questionnaire(one) for one in EASY_FIRST)
LIMITS = _telling(
    ("questions", "limits"),
    "Say what your time, energy and confidence allow",
    Limits,
    rules.limits,
    _limits,
    "Noted. Tell me again when it changes.",
)
CHECK_IN = _telling(
    ("checkin",),
    "What went well, what is stuck, how your energy is",
    CheckIn,
    rules.check_in,
    _check_in,
    "Thank you. It is noted.",
)
COMMANDS = (SHOW, *ANSWER, LIMITS, CHECK_IN)
PATHS = {**{command.path[-1]: command.path for command in (*ANSWER, LIMITS)}, "check_in": CHECK_IN.path}
"""The command of each task."""
