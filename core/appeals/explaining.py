"""`/challenge explain`: the stored evidence, judged again, on one screen. Staff decide appeals by the same."""

from core.appeals.errors import NothingToExplain
from core.chat import Bold, Facts, Line, Message, Text
from core.chat.message import Block
from core.contracts import evidence as contract_evidence
from core.contracts import terms as contract_terms
from core.contracts.evidence import Evidence, Reading
from core.contracts.rules import Case
from core.contracts.terms import Terms
from core.contracts.verdict import Grown, Verdict, judge
from core.growth.rules import Metric
from core.money import plural
from core.stakes import words
from core.stakes.repository import Contract

DIGEST_SHOWN = 12
FAILURES_SHOWN = 5


def replayed(contract: Contract) -> tuple[Evidence, Verdict]:
    """A stored verdict, made again from what is stored. Whoever changed either is found out."""
    evidence = contract_evidence.read(contract.evidence)
    assert contract_terms.digest(contract.evidence) == contract.evidence_digest, "the evidence was changed"
    assert contract_terms.digest(contract_terms.canonical(contract.agreed)) == contract.digest, "the terms were changed"
    verdict = judge(contract.agreed, evidence)
    stored = (contract.verdict, contract.share)
    assert (verdict.case, str(verdict.share)) == stored, "the same evidence is the same verdict"
    return evidence, verdict


def explain(contract: Contract) -> Message:
    """How a contract was measured. Raises `NothingToExplain` before its verdict."""
    if contract.verdict is None:
        raise NothingToExplain(contract.terms.title if contract.terms else "this challenge")
    if not contract.evidence or contract.terms is None:
        return _dropped(contract)
    terms = contract.terms
    evidence, verdict = replayed(contract)
    head: Line = (Bold(f"{terms.title}: {words.CASES[verdict.case]}"), f" · {words.heading(terms)}")
    rows: list[tuple[str, Line]] = [
        ("At the beginning", _reading(evidence.before, terms)),
        ("At the end", _reading(evidence.counted or evidence.after, terms)),
        ("Posts seen", f"{len(evidence.posts)} in the window, read {len(evidence.reads)} times"),
        *(("To do", words.duty(item)) for item in verdict.duties),
        *((words.METRICS[item.metric], _grown(item)) for item in verdict.goals),
        ("Share", f"{words.percent(verdict.share)} ({verdict.share})"),
        ("Coins", _coins(terms, verdict)),
    ]
    rows += [("Failed reading", f"{words.moment(item.at, terms.zone)}: {item.why}") for item in _failures(evidence)]
    if verdict.why:
        rows.append(("Why", verdict.why))
    blocks: list[Block] = [Text(head), Facts(tuple(rows)), Text(_proof(contract))]
    if contract.overturned:
        blocks.append(Text(f"Taken back later: {contract.why}. All that was in escrow came back."))
    return Message(tuple(blocks))


def _failures(evidence: Evidence) -> list[contract_evidence.Failure]:
    return list(evidence.failures[:FAILURES_SHOWN])


def _reading(reading: Reading | None, terms: Terms) -> str:
    if reading is None:
        return "nothing could be read"
    step = f", rounded to {reading.step:,}" if reading.step > 1 else ""
    followers = "followers hidden" if reading.followers is None else plural(reading.followers, "follower")
    moment = words.moment(reading.at, terms.zone)
    return f"{moment}: {followers}{step} (reading {reading.id}, {reading.digest[:DIGEST_SHOWN]})"


def _grown(item: Grown) -> str:
    if item.why:
        return f"not measured: {item.why}, counts 0 of {item.weight}"
    low = words.points(int(item.low)) if item.metric is Metric.ENGAGEMENT else f"{int(item.low):,}"
    noise = "" if item.counted == item.low else ", which counts as none"
    target = words.bare(item.metric, item.target)
    return f"at least {low}{noise}, of {target}: {words.percent(item.share)}, weight {item.weight}"


def _coins(terms: Terms, verdict: Verdict) -> str:
    """The formula with its numbers."""
    share, stake = verdict.share, terms.stake
    match verdict.case:
        case Case.FULL:
            return f"all {stake} consumed"
        case Case.PARTIAL:
            return f"{stake} × {share}, rounded down: {verdict.consumed} consumed, {verdict.returned} returned"
        case Case.BROKEN:
            rest = f"{verdict.returned} returned, {verdict.burned} burned"
            more = f"the larger of {terms.penalty_percent}% and {share}"
            return f"{stake} × {more}, rounded down: {verdict.consumed} consumed, {rest}"
        case Case.FAILED:
            return f"all {stake} returned"


def _proof(contract: Contract) -> str:
    terms, found = contract.digest[:DIGEST_SHOWN], contract.evidence_digest[:DIGEST_SHOWN]
    return f"Judged again just now from the stored evidence: the same. Terms {terms}, evidence {found}."


def _dropped(contract: Contract) -> Message:
    """What stays when figures had to go."""
    assert contract.verdict is not None
    source = f"{contract.terms.platform}, proven by {contract.terms.way}" if contract.terms else "erased"
    rows = (
        ("Verdict", words.CASES[contract.verdict]),
        ("Share", contract.share),
        ("Coins", f"{contract.consumed} of {contract.stake} consumed"),
        ("Source", source),
        ("Evidence", contract.evidence_digest),
    )
    return Message((Text("The figures had to go, as the platform's terms ask. This stays:"), Facts(rows)))
