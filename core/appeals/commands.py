"""After a verdict: how it was measured, asking staff to look, and telling how it was."""

from dataclasses import replace
from typing import Annotated

from core.appeals import explaining, service
from core.appeals.errors import FeedbackGiven, NothingToExplain
from core.chat import Asked, Bold, Button, Call, Command, Kind, Line, Option, Reply, Tone, said
from core.clock import next_midnight
from core.contracts.rules import ChallengeLimits
from core.contracts.states import State
from core.db import UnitOfWork
from core.durations import day_in_words
from core.earnings import service as earnings
from core.earnings.rules import EarningLimits
from core.knowledge import service as knowledge
from core.ledger.codes import Code
from core.ledger.posting import Why
from core.members import service as members
from core.money import Coins, plural
from core.people import Member
from core.stakes import choosing, messages, repository, words
from core.stakes.errors import NoSuchChallenge
from core.stakes.repository import Contract
from core.values import dataclass

KNOWLEDGE = "challenges"
AGAIN = (Option("yes", "Yes"), Option("other", "Another one"), Option("no", "Not now"))


def _judged(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    return choosing.options([item for item in repository.of_member(uow, member.id) if item.verdict], prefix)


def _appealable(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    live = repository.live_of(uow, member.id)
    return choosing.options([item for item in live if item.state is State.VERDICT], prefix)


def _untold(uow: UnitOfWork, prefix: str, member: Member) -> list[Option]:
    found = [item for item in repository.of_member(uow, member.id) if item.verdict and item.feedback_at is None]
    return choosing.options(found, prefix)


@dataclass(frozen=True, slots=True)
class Explain:
    """Which verdict; without it the last one."""

    challenge: Annotated[str, Asked(Kind.CHOICE, "Challenge", "The last one, if you leave it out", source=_judged)] = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """Which verdict, and what is wrong with it."""

    challenge: Annotated[str, Asked(Kind.CHOICE, "Challenge", source=_appealable)]
    reason: Annotated[
        str, Asked(Kind.LONG_TEXT, "What went wrong", "What the numbers do not show", minimum=10, maximum=600)
    ]


@dataclass(frozen=True, slots=True)
class Feedback:
    """How one challenge was."""

    challenge: Annotated[str, Asked(Kind.CHOICE, "Challenge", source=_untold)]
    helped: Annotated[str, Asked(Kind.LONG_TEXT, "What helped you to do it", "Or what got in the way", maximum=600)]
    learned: Annotated[str, Asked(Kind.LONG_TEXT, "What would you do differently", "One thing is enough", maximum=600)]
    again: Annotated[str, Asked(Kind.CHOICE, "Would you do it again", options=AGAIN)]


def explain(uow: UnitOfWork, call: Call, form: Explain) -> Reply:
    """The evidence, and the verdict made from it again."""
    if form.challenge:
        contract = choosing.find(uow, call.member, form.challenge, _judged)
    else:
        contract = _last_judged(uow, call.member)
    return Reply(replace(explaining.explain(contract), buttons=messages.explained(contract)))


def _last_judged(uow: UnitOfWork, member: Member) -> Contract:
    judged = [item for item in repository.of_member(uow, member.id) if item.verdict]
    if not judged:
        raise NothingToExplain("any challenge of yours")
    return max(judged, key=lambda item: (item.judged_at or item.asked_at, item.id))


def appeal(uow: UnitOfWork, call: Call, form: Appeal, *, limits: ChallengeLimits) -> Reply:
    """What waits in escrow goes on waiting, until staff have looked."""
    members.lock(uow, call.member.id)
    contract = choosing.find(uow, call.member, form.challenge, _appealable)
    until = service.appeal(uow, contract, form.reason, key=call.key, at=call.at, limits=limits)
    terms = contract.agreed
    return Reply(
        said(
            (Bold(terms.title), ": somebody of the staff looks at it, with the evidence."),
            f"{plural(contract.consumed, 'coin')} stay in escrow until then, at the latest until"
            f" {words.moment(until, terms.zone)}, your time.",
            "I tell you what was decided.",
            tone=Tone.SUCCESS,
        )
    )


def feedback(uow: UnitOfWork, call: Call, form: Feedback, *, limits: ChallengeLimits, earning: EarningLimits) -> Reply:
    """Note it, and pay for it once."""
    members.lock(uow, call.member.id)
    contract = choosing.find(uow, call.member, form.challenge, _untold)
    if contract.verdict is None:
        raise NoSuchChallenge
    if contract.feedback_at is not None:
        raise FeedbackGiven
    weighed = {"helped": form.helped, "learned": form.learned}
    knowledge.honest(uow, call.member.id, KNOWLEDGE, weighed)
    uow.run(repository.FEEDBACK, challenge=contract.id, feedback_at=call.at)
    _note(uow, call, contract, form)
    coins = Coins(limits.feedback_coins)
    why = Why(Code.FEEDBACK, f"feedback:{contract.id}", call.at)
    earned = earnings.earn(uow, call.member, coins, why, limits=earning)
    paid: Line = f"+{coins}. Noted; /answers shows what you told me."
    if not earned.paid:
        day = day_in_words(earned.pays_on or next_midnight(call.at, call.member.zone).date())
        paid = f"Noted. {coins} are paid on {day}, the next day with room."
    return Reply(said(paid, tone=Tone.SUCCESS, buttons=(messages.NEXT, Button("Wallet", ("wallet",)))))


def _note(uow: UnitOfWork, call: Call, contract: Contract, form: Feedback) -> None:
    title = contract.terms.title if contract.terms else contract.template
    again = next(option.label for option in AGAIN if option.value == form.again)
    asked = (
        ("helped", f"{title}: what helped you to do it?", form.helped),
        ("learned", f"{title}: what would you do differently?", form.learned),
        ("again", f"{title}: would you do it again?", again),
    )
    for key, question, answer in asked:
        name = f"{contract.id}:{key}"
        knowledge.tell(uow, call.member.id, KNOWLEDGE, name, question, answer, call.at)


COMMANDS = (
    Command(("challenge", "explain"), "How a challenge was measured", form=Explain, run=explain, topic=choosing.TOPIC),
    Command(("challenge", "appeal"), "Ask staff to look at a verdict", form=Appeal, run=appeal,
            opening=choosing.needs(_appealable, "to appeal"), topic=choosing.TOPIC),
    Command(
        ("challenge", "feedback"), "Tell how a challenge was, for coins", form=Feedback, run=feedback,
        opening=choosing.needs(_untold, "to tell about"), topic=choosing.TOPIC,
    ),
)  # fmt: skip
