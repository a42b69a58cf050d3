"""`/answers …`: what a member told, to read, correct and delete."""

from datetime import datetime
from typing import Annotated

from core.chat import (
    Asked,
    Bold,
    Button,
    Call,
    Command,
    Facts,
    Kind,
    Message,
    Option,
    Reply,
    Text,
    Tone,
    said,
)
from core.chat.form import shortened
from core.clock import local_day
from core.db import UnitOfWork
from core.durations import day_in_words
from core.knowledge import service
from core.knowledge.errors import NoSuchAnswer, NothingTold
from core.knowledge.picked import beginning, row_of, stand_for
from core.knowledge.repository import Told
from core.people import Member
from core.values import dataclass

PAGE = 4
"""Answers on one page: two buttons each, and one to go on, is what fits below a message."""
SHOWN_MAX = 60
ANSWER_MAX = 600
_ANSWER = "answer"
_TOPIC = "You"


def topic_options(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    """What the member told about."""
    found = [Option(topic.name, label(topic.name)) for topic in service.topics(uow, member.id)]
    return [option for option in found if prefix in option.label.casefold()]


def answer_options(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    """The member's latest answers, by question."""
    found = [
        Option(stand_for(_ANSWER, one.id), shortened(f"{one.question} {one.answer}", SHOWN_MAX))
        for one in service.told(uow, member.id)
    ]
    return [option for option in found if prefix in option.label.casefold()]


@dataclass(frozen=True, slots=True)
class About:
    """Which answers."""

    topic: Annotated[str, Asked(Kind.CHOICE, "About what", "Leave it out to see all topics", source=topic_options)] = ""
    page: Annotated[int, Asked(Kind.NUMBER, "Page", "The latest are on the first", minimum=1, maximum=10_000)] = 1


@dataclass(frozen=True, slots=True)
class Correction:
    """Other words for an answer."""

    which: Annotated[str, Asked(Kind.CHOICE, "Which answer", source=answer_options)]
    text: Annotated[str, Asked(Kind.LONG_TEXT, "What it should say", minimum=1, maximum=ANSWER_MAX)]


@dataclass(frozen=True, slots=True)
class Which:
    """An answer."""

    which: Annotated[str, Asked(Kind.CHOICE, "Which answer", source=answer_options)]


def label(topic: str) -> str:
    """How a topic is shown."""
    return topic.replace("_", " ").capitalize()


def show(uow: UnitOfWork, call: Call, form: About) -> Reply:
    """The topics, or the answers on one of them."""
    if form.topic:
        return _answers(uow, call, form)
    topics = service.topics(uow, call.member.id)
    if not topics:
        return Reply(said("You have not told me anything yet.", buttons=(Button("Questions", ("questions",)),)))
    rows = tuple((label(topic.name), f"{topic.answers:,}, last on {_day(call, topic.at)}") for topic in topics)
    first = Text("Only you see these here, and what you delete is gone.")
    buttons = tuple(Button(label(topic.name), ("answers", "show"), {"topic": topic.name}) for topic in topics)
    return Reply(Message((Text((Bold("What you told me"),)), Facts(rows), first), buttons=buttons[:10]))


def _answers(uow: UnitOfWork, call: Call, form: About) -> Reply:
    known = topic_options(uow, "", call.member)
    wanted = form.topic.casefold()
    topic = next((option.value for option in known if wanted in {option.value, option.label.casefold()}), None)
    after = (form.page - 1) * PAGE
    found = service.page(uow, call.member.id, topic, most=PAGE + 1, after=after) if topic else []
    if topic is None or not found:
        raise NoSuchAnswer
    buttons: list[Button] = []
    blocks: list[Text] = [Text((Bold(label(topic)),))]
    for number, one in enumerate(found[:PAGE], start=after + 1):
        blocks.append(Text((Bold(f"{number}. {one.question}"), f"\n{one.answer}\n{_day(call, one.at)}")))
        buttons.append(Button(f"Correct {number}", ("answers", "correct"), {"which": stand_for(_ANSWER, one.id)}))
        buttons.append(Button(f"Delete {number}", ("answers", "delete"), {"which": stand_for(_ANSWER, one.id)}))
    if len(found) > PAGE:
        buttons.append(Button("Older", ("answers", "show"), {"topic": topic, "page": form.page + 1}))
    return Reply(Message(tuple(blocks), buttons=tuple(buttons)))


def opening(uow: UnitOfWork, call: Call) -> str:
    """Who told nothing has nothing to pick from."""
    if not answer_options(uow, "", call.member):
        raise NothingTold
    return ""


def correct(uow: UnitOfWork, call: Call, form: Correction) -> Reply:
    """Put other words in place of an answer."""
    before = _found(uow, call, form.which)
    service.correct(uow, call.member.id, before.id, form.text, call.at)
    return Reply(said((Bold(before.question), f"\n{form.text}"), "Corrected.", tone=Tone.SUCCESS, buttons=_back()))


def ask_to_delete(uow: UnitOfWork, call: Call, form: Which) -> Message:
    """Show what would be gone."""
    one = _found(uow, call, form.which)
    return said(
        "Delete this answer? It can not be brought back. Coins that it brought stay yours.",
        (Bold(one.question), f"\n{one.answer}"),
    )


def delete(uow: UnitOfWork, call: Call, form: Which) -> Reply:
    """Forget an answer."""
    one = _found(uow, call, form.which)
    service.delete(uow, call.member.id, one.id)
    return Reply(said("Deleted. I do not know it any more.", tone=Tone.SUCCESS, buttons=_back()))


def _found(uow: UnitOfWork, call: Call, which: str) -> Told:
    """The answer that was picked, or typed as its option reads.

    Not by its number in a list: that begins anew with each topic.
    """
    row = row_of(_ANSWER, which, answer_options(uow, beginning(which), call.member))
    if row is None:
        raise NoSuchAnswer
    return service.answer(uow, call.member.id, row)


def _back() -> tuple[Button, ...]:
    return (Button("My answers", ("answers", "show")),)


def _day(call: Call, at: datetime) -> str:
    return day_in_words(local_day(at, call.member.zone))


COMMANDS = (
    Command(("answers", "show"), "What you told me", form=About, run=show, topic=_TOPIC, front=True),
    Command(
        ("answers", "correct"),
        "Put other words in place of an answer",
        form=Correction,
        opening=opening,
        run=correct,
        topic=_TOPIC,
    ),
    Command(
        ("answers", "delete"),
        "Delete an answer",
        form=Which,
        opening=opening,
        confirm=ask_to_delete,
        run=delete,
        topic=_TOPIC,
    ),
)
