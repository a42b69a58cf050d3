"""How many stored challenges are judged again in a minute: `python -m tests.benchmarks.verdicts`. Goal: 100,000.

From their stored text, as `/challenge explain` and an audit of all of them do it.
"""

import random
import time
from datetime import timedelta

from core.contracts import evidence as contract_evidence
from core.contracts import terms as contract_terms
from core.contracts.actions import LATE
from core.contracts.catalogue import CATALOGUE
from core.contracts.evidence import Evidence, Seen
from core.contracts.terms import Terms
from core.contracts.verdict import judge
from tests.core.contracts.making import goal, noon, reading, terms

STORED, GOAL_A_MINUTE = 1_000, 100_000


def made(draw: random.Random) -> tuple[str, str]:
    """One stored challenge of the catalogue: some posts a day, daily readings, as text."""
    challenge = draw.choice(list(CATALOGUE.values()))
    goals = [goal(item.metric, draw.randrange(50, 5000), item.part) for item in challenge.goals]
    agreed = terms(*goals, days=challenge.days, actions=challenge.terms, stake=draw.randrange(10, 500))
    posts = tuple(_post(draw, agreed, day) for day in range(agreed.days) if draw.random() < 0.8)
    reads = tuple(agreed.day_starts_at(day) + timedelta(hours=4) for day in range(agreed.days + 3))
    after = reading(agreed.ends_at, 1000 + draw.randrange(200), number=2)
    found = Evidence(
        agreed.verdict_at,
        before=reading(agreed.starts_at, 1000),
        after=after,
        counted=after,
        posts=posts,
        earlier=posts[:5],
        reads=reads,
    )
    return contract_terms.canonical(agreed), contract_evidence.canonical(found)


def _post(draw: random.Random, agreed: Terms, day: int) -> Seen:
    at = noon(agreed, day)
    first = at + draw.random() * LATE
    counts = (draw.randrange(5000), draw.randrange(200), draw.randrange(20), draw.randrange(20))
    return Seen(f"{day}", at, first, *counts)


def rate(seconds: float = 3.0) -> float:
    """Verdicts in a minute of one processor: what else the machine does is no matter of theirs."""
    draw = random.Random(1)
    stored = [made(draw) for _ in range(STORED)]
    count, began = 0, time.process_time()
    while (took := time.process_time() - began) < seconds:
        for agreed, found in stored[:100]:
            judge(contract_terms.read(agreed), contract_evidence.read(found))
        count += 100
        stored = stored[100:] + stored[:100]
    return count * 60 / took


def main() -> int:
    """Print it; 1 below the goal."""
    found = rate()
    print(f"verdicts replayed from stored text: {found:,.0f} a minute of one processor (goal {GOAL_A_MINUTE:,})")
    return 0 if found >= GOAL_A_MINUTE else 1


if __name__ == "__main__":
    raise SystemExit(main())
