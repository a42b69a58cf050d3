"""Whole messages about contracts: the offer, the verdict, and what is said in between."""

from datetime import datetime

from core.chat import Bold, Button, Message, Notice, Text, Tone, said
from core.contracts.rules import Case, ChallengeLimits, Means
from core.contracts.states import State
from core.contracts.terms import Terms
from core.contracts.verdict import Verdict
from core.db import UnitOfWork
from core.metrics import rules as metric_rules
from core.money import plural
from core.outbox import service as outbox
from core.stakes import words
from core.stakes.repository import Contract

CHALLENGES = Notice("challenge", "Your challenges: offers, verdicts, what endangers one", counted=False)
HALF_WAY = Notice("challenge_half_way", "Half-way through a challenge")
NEXT = Button("Next challenge", ("challenge", "list"))


def tell(uow: UnitOfWork, contract: Contract, message: Message, what: str, at: datetime) -> str:
    """Announce something about a contract, once; the key it is known by."""
    key = f"challenge:{contract.id}:{what}"
    outbox.announce(uow, contract.member, CHALLENGES, message, key=key, at=at)
    return key


def contract(terms: Terms, stake: int, means: Means, limits: ChallengeLimits, *, first: bool) -> tuple[Text, ...]:
    """The whole contract with a stake, and what it would be made of; `first`: with the terms to be accepted."""
    named = [(Bold(terms.title), f" · {words.heading(terms)}")]
    lines = [
        f"You: {words.actions(terms.actions, terms.days)}. {words.PROMISE}",
        *(words.growth_line(goal, terms) for goal in terms.goals),
        words.dates(terms),
        f"{words.stake(stake, means, limits)} Coins have no cash value.",
        *words.outcomes(terms, stake),
    ]
    if first:
        lines.append("By staking you accept the terms and the privacy notice. This is asked once.")
    return (*(Text(line) for line in named), *(Text(line) for line in lines))


def offer(made: Contract, means: Means, limits: ChallengeLimits, *, first: bool) -> Message:
    """The contract with what can be done about it."""
    terms = made.agreed
    shown = contract(terms, terms.stake, means, limits, first=first)
    return Message(shown, buttons=offered(made, means, limits))


def offered(made: Contract, means: Means, limits: ChallengeLimits) -> tuple[Button, ...]:
    """What can be done about an offer. Only a stake that is allowed and affordable is a button."""
    terms, this = made.agreed, {"challenge": str(made.id)}
    most = means.most(estimate=terms.estimate, limits=limits)
    not_now = Button("Not now", ("challenge", "cancel"), this)
    if not most:
        return Button("Answer questions", ("questions",)), Button("Get coins", ("buy",)), not_now
    stake = min(terms.stake, most)
    return (
        Button(f"Stake {plural(stake, 'coin')}", ("challenge", "stake"), {**this, "coins": str(stake)}),
        Button("Change the stake", ("challenge", "stake"), this),
        not_now,
    )


def no_offer(title: str, why: str) -> Message:
    """Nothing could be drawn up."""
    buttons = (Button("See challenges", ("challenge", "list")),)
    return said((Bold(title), f": {why}"), "Nothing was staked.", tone=Tone.WARNING, buttons=buttons)


def verdict(judged: Contract, found: Verdict, until: datetime) -> Message:
    """How it went and where the coins are."""
    terms = judged.agreed
    how = Button("How it was measured", ("challenge", "explain"), {"challenge": str(judged.id)})
    first, *rest = words.done(terms, found)
    lines: list[Text] = [Text((Bold(f"{terms.title}: {words.CASES[found.case]}."), f" {first}"))]
    lines += [Text(line) for line in rest]
    if found.case is Case.FAILED:
        return Message(tuple(lines), buttons=(Button("See the record", how.command, how.values), NEXT))
    lines.append(Text(words.coins(terms, found)))
    if found.unusual:
        lines.append(Text("The growth is far above anything usual. If somebody else bought it, appeal and say so."))
    feedback = Button("Tell how it was", ("challenge", "feedback"), {"challenge": str(judged.id)})
    tone = Tone.SUCCESS if found.case.kept else Tone.WARNING
    return Message(tuple(lines), tone=tone, buttons=(how, appeal(judged, until), feedback, NEXT))


def appeal(judged: Contract, until: datetime) -> Button:
    """To ask staff to look, with how long that is possible."""
    label = f"Appeal, until {words.moment(until, judged.agreed.zone)}"
    return Button(label, ("challenge", "appeal"), {"challenge": str(judged.id)})


def explained(judged: Contract) -> tuple[Button, ...]:
    """What can be done below how it was measured."""
    if judged.state is State.VERDICT and judged.appealed_at is None and judged.judged_at is not None:
        return appeal(judged, judged.agreed.stands_at(judged.judged_at)), NEXT
    return NEXT, Button("History", ("challenge", "history"))


def returned(ended: Contract, why: str) -> Message:
    """The stake is back, and why."""
    line = f": {why} Your {plural(ended.stake, 'coin')} are back."
    return said((Bold(ended.agreed.title), line), buttons=(NEXT,))


def begun(running: Contract) -> Message:
    """It is measured from now on."""
    terms = running.agreed
    status = Button("Status", ("challenge", "status"), {"challenge": str(running.id)})
    return said(
        (Bold(f"{terms.title} has begun."), f" You: {words.actions(terms.actions, terms.days)}."),
        f"It ends on {words.moment(terms.ends_at, terms.zone)}, your time.",
        buttons=(status,),
    )


def away(lost: Contract, hours: int) -> Message:
    """The account was taken away in the middle."""
    terms = lost.agreed
    shown = f"{metric_rules.shown(terms.platform)} @{terms.handle}"
    return said(
        (Bold(terms.title), f": I can not read {shown} any more."),
        f"Bring it back within {hours} hours of this message, and nothing changes.",
        f"After that it counts as left: at least {terms.penalty_percent}% of the stake is gone.",
        tone=Tone.WARNING,
        buttons=(Button("Connect again", ("connect", "show")),),
    )
