"""What may become of a contract: every state, every event, and where the coins go. What is not here is refused."""

from enum import StrEnum

from core.values import dataclass


class State(StrEnum):
    """Where a contract stands."""

    PREPARING = "preparing"
    """Asked for; the account is being read. No coins."""
    OFFERED = "offered"
    """Shown, not agreed to. No coins."""
    SCHEDULED = "scheduled"
    """Agreed to; begins at the next local midnight. The stake is in escrow."""
    AWAITING = "awaiting"
    """Begun; the first reading is still awaited."""
    RUNNING = "running"
    """Between its two midnights."""
    MEASURING = "measuring"
    """Over; late posts are awaited."""
    VERDICT = "verdict"
    """Judged; what is consumed waits in escrow, the rest is back."""
    APPEALED = "appealed"
    """The member asked staff to look."""
    SETTLED = "settled"
    """The end: what was to be consumed is."""
    RETURNED = "returned"
    """The end: everything that was in escrow is back."""
    LAPSED = "lapsed"
    """The end of what was never agreed to."""


class Event(StrEnum):
    """What may happen to it."""

    OFFER = "offer"
    """The account was read and the contract is shown."""
    EXPIRE = "expire"
    """Nobody agreed in time, or it can not be offered."""
    STAKE = "stake"
    CANCEL = "cancel"
    BEGIN = "begin"
    """Its first midnight has come."""
    BASELINE = "baseline"
    """The first reading is there."""
    NO_BASELINE = "no baseline"
    """It did not come within a day."""
    END = "end"
    """Its last midnight has come."""
    JUDGE = "judge"
    """A verdict of case A, B or C."""
    LEAVE = "leave"
    """The member left in the middle."""
    LOSE = "lose"
    """The account stayed hidden, disconnected or revoked beyond its time."""
    FAIL = "fail"
    """A failure of the platform or of ours: case D, by verdict or by staff."""
    STAND = "stand"
    """Nobody appealed in time."""
    APPEAL = "appeal"
    UPHOLD = "uphold"
    """Staff agreed with the member, or did not answer."""
    REFUSE = "refuse"
    """Staff did not agree."""
    BAN = "ban"
    """The member was banned for something else."""
    CHEAT = "cheat"
    """The member was banned for cheating on this contract."""
    ERASE = "erase"
    """The member's data has to go, now."""
    MERGE = "merge"
    """The member turned out to be another one."""
    ACCOUNT_LOST = "account lost"
    ACCOUNT_BACK = "account back"


class Coins(StrEnum):
    """Where the stake goes."""

    NONE = "no coins"
    HELD = "stay in escrow"
    STAKED = "go into escrow"
    RETURNED = "all come back"
    SHARED = "the rest comes back, what is consumed waits"
    CONSUMED = "what is in escrow is consumed"
    LAST_SHARE = "consumed at the last verified share, the rest comes back"


@dataclass(frozen=True, slots=True)
class Move:
    """Where an event leads, and the coins."""

    state: State
    coins: Coins


_OPEN = (State.SCHEDULED, State.AWAITING, State.RUNNING, State.MEASURING)
OPEN = frozenset(_OPEN)
"""At stake, and not yet judged."""
JUDGED = frozenset({State.VERDICT, State.APPEALED})
ENDS = frozenset({State.SETTLED, State.RETURNED, State.LAPSED})
_BACK = Move(State.RETURNED, Coins.RETURNED)
_SHARED = Move(State.VERDICT, Coins.SHARED)
_GONE = Move(State.LAPSED, Coins.NONE)
_SPENT = Move(State.SETTLED, Coins.CONSUMED)


def _stays(state: State) -> Move:
    return Move(state, Coins.HELD if state in OPEN | JUDGED else Coins.NONE)


TABLE: dict[tuple[State, Event], Move] = {
    (State.PREPARING, Event.OFFER): Move(State.OFFERED, Coins.NONE),
    (State.OFFERED, Event.STAKE): Move(State.SCHEDULED, Coins.STAKED),
    (State.SCHEDULED, Event.CANCEL): _BACK,
    (State.SCHEDULED, Event.BEGIN): Move(State.AWAITING, Coins.HELD),
    (State.AWAITING, Event.BASELINE): Move(State.RUNNING, Coins.HELD),
    (State.AWAITING, Event.NO_BASELINE): _BACK,
    # Nothing is measured yet, so nothing is broken.
    (State.AWAITING, Event.LEAVE): _BACK,
    (State.RUNNING, Event.END): Move(State.MEASURING, Coins.HELD),
    (State.RUNNING, Event.LEAVE): _SHARED,
    (State.RUNNING, Event.LOSE): _SHARED,
    (State.MEASURING, Event.LOSE): _SHARED,
    (State.MEASURING, Event.JUDGE): _SHARED,
    (State.VERDICT, Event.STAND): _SPENT,
    (State.VERDICT, Event.APPEAL): Move(State.APPEALED, Coins.HELD),
    (State.APPEALED, Event.UPHOLD): _BACK,
    (State.APPEALED, Event.REFUSE): _SPENT,
    **{(state, event): _GONE for state in (State.PREPARING, State.OFFERED) for event in (
        Event.EXPIRE, Event.CANCEL, Event.BAN, Event.CHEAT, Event.ERASE, Event.ACCOUNT_LOST)},
    **{(state, Event.FAIL): _BACK for state in (*_OPEN, *JUDGED)},
    **{(state, Event.BAN): _BACK for state in _OPEN},
    # A verdict stands, whatever its member is banned for later.
    **{(state, Event.BAN): _stays(state) for state in JUDGED},
    **{(state, Event.CHEAT): _SPENT for state in (*_OPEN, *JUDGED)},
    **{(state, Event.ERASE): _BACK for state in (State.SCHEDULED, State.AWAITING)},
    **{(state, Event.ERASE): Move(State.SETTLED, Coins.LAST_SHARE) for state in (State.RUNNING, State.MEASURING)},
    **{(state, Event.ERASE): _SPENT for state in JUDGED},
    # Before the beginning nothing was promised yet that an account would be needed for.
    (State.SCHEDULED, Event.ACCOUNT_LOST): _BACK,
    **{(state, Event.ACCOUNT_LOST): _stays(state) for state in (*_OPEN[1:], *JUDGED)},
    **{(state, Event.ACCOUNT_BACK): _stays(state) for state in State},
    **{(state, Event.MERGE): _stays(state) for state in State},
    # What happens to somebody does not fail because a contract of theirs is over.
    **{(state, event): _stays(state) for state in ENDS for event in (
        Event.BAN, Event.CHEAT, Event.ERASE, Event.ACCOUNT_LOST)},
}  # fmt: skip


def after(state: State, event: Event) -> Move | None:
    """Where an event leads from a state; None: it is refused there."""
    return TABLE.get((state, event))


def as_markdown() -> str:
    """The table for the README: a row for each event, a column for each state that is not an end."""
    states = [state for state in State if state not in ENDS]
    lines = ["| | " + " | ".join(states) + " | over |", "| --- |" + " --- |" * (len(states) + 1)]
    for event in Event:
        cells = [_cell(state, event) for state in (*states, State.SETTLED)]
        lines.append(f"| **{event.value}** | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(state: State, event: Event) -> str:
    move = after(state, event)
    if move is None:
        return "refused"
    coins = "" if move.coins in {Coins.NONE, Coins.HELD} else f": {move.coins.value}"
    return f"{'stays' if move.state is state else move.state.value}{coins}"
