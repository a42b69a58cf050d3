"""`tandem simulate`: a made-up year of the economy, as a table, as charts and as JSON. Reads settings, no database."""

import argparse
import gc
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import ClassVar

from adapters.pictures import PillowPainter
from bot.settings import Settings
from core.asks import rules as asks
from core.chat.chart import Bars
from core.costs.rules import DOLLAR, nanos
from core.costs.service import BOUND
from core.errors import TandemError
from core.money import plural
from core.simulation.economy import PARTS, simulate
from core.simulation.result import SEED, Expected, MonthSum, Result
from core.simulation.terms import Rate, World

HEADS = ("month", "members", "active", "Premium", "Pro", "pay", "revenue", "cost", "profit", "each", "half above",
         "over $3", "worst", "coins out", "minted", "burnt")  # fmt: skip


WORTH_A_POOL = 20_000
"""Members' months from which it is worth the start of further processes."""


class NoRoom(TandemError):
    """A file or folder that can not take the figures."""

    words: ClassVar[str] = "The figures could not be written to {place}. Name another one with --json or --out."

    place: str


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Simulate, print, and write what was asked for. Raises `NoRoom`, `NoRate`."""
    out = Path(arguments.out) if arguments.out else None
    json_file = Path(arguments.json) if arguments.json else None
    for folder in filter(None, (out, json_file.parent if json_file else None)):
        _make(folder)  # before the year: nobody waits a minute to hear that there is no place for it
    result = _simulated(world(settings), arguments)
    _print(result)
    try:
        if json_file:
            json_file.write_text(json.dumps(result.plain(), indent=1), encoding="utf-8")
        if out:
            for name, picture in pictures(result).items():
                (out / name).write_bytes(PillowPainter().paint(picture))
            print(f"Charts: {out}")
    except OSError as error:
        raise NoRoom(str(json_file or out)) from error
    return 0


def world(settings: Settings) -> World:
    """The settings that the economy hangs on."""
    selling = replace(settings.simulation, rates=tuple(_rates(settings)))
    return World(
        selling, settings.coins, settings.earnings, settings.challenges, settings.gate, settings.costs,
        settings.models, settings.plans, settings.assistant, settings.questions,
    )  # fmt: skip


def _rates(settings: Settings) -> Iterator[Rate]:
    """The rates; what is sold already at the price of its own section."""
    sold = {"ask": asks.answer_price(settings.asks), "analyse": asks.analysis_price(settings.asks)}
    for rate in settings.simulation.rates:
        price = sold.get(rate.name)
        yield rate if price is None else replace(rate, credits=price.credits.value, coins=price.coins.value)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoRoom(str(folder)) from error


def _simulated(world: World, arguments: argparse.Namespace) -> Result:
    asked = {"members": arguments.members, "months_count": arguments.months, "seed": arguments.seed}
    if arguments.members * arguments.months < WORTH_A_POOL:
        return simulate(world, **asked)
    # Started anew and not forked: whoever calls this may have threads.
    with ProcessPoolExecutor(PARTS, mp_context=get_context("spawn"), initializer=gc.disable) as pool:
        return simulate(world, **asked, play=pool.map)


# Shown


def _print(result: Result) -> None:
    rows = [_row(month) for month in result.months]
    title = f"{plural(result.members, 'member')}, {plural(len(rows), 'month')}, seed {result.seed}"
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(title=title)
        for head in HEADS:
            table.add_column(head, justify="right")
        for row in rows:
            table.add_row(*row)
        Console().print(table)
    else:
        print(title)
        widths = [max(len(row[i]) for row in (HEADS, *rows)) for i in range(len(HEADS))]
        for row in (HEADS, *rows):
            print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    print("\n".join(lines(result)))


def _row(month: MonthSum) -> tuple[str, ...]:
    each = (month.brought - month.cost) // month.active if month.active else 0
    return (
        f"{month.first:%Y-%m}", f"{month.members:,}", f"{month.active:,}", f"{month.plans['premium']:,}",
        f"{month.plans['pro']:,}", f"{month.payers:,}", money(month.brought), money(month.cost),
        money(month.brought - month.cost), money(each), money(month.at_percent(50)), f"{month.above(nanos('3'))}%",
        money(month.at_percent(0)), f"{month.outstanding:,}", f"{month.minted:,}", f"{month.burnt:,}",
    )  # fmt: skip


def lines(result: Result) -> list[str]:
    """Everything below the table: the distribution, the seed's expectation, refusals, warnings, what was assumed."""
    worst = min(result.months, key=lambda month: month.at_percent(0))
    said = [
        "",
        (
            f"Worst member's month: {money(worst.at_percent(0))} ({worst.worst or 'nobody'}, {worst.first:%Y-%m}); "
            f"the bound is {money(-BOUND)}."
        ),
        "Members' months from worst to best: "
        + " · ".join(f"{part}% {money(_of_all(result, part))}" for part in (0, 5, 25, 50, 75, 95, 100)),
        "",
        "Beside what seed 5 expects:",
    ]
    said += [_beside(result.months[one.month - 1], one) for one in SEED if one.month <= len(result.months)]
    calls: dict[str, int] = {}
    for month in result.months:
        for what, times in month.calls.items():
            calls[what] = calls.get(what, 0) + times
    said += ["", "Calls: " + " · ".join(f"{what} {times:,}" for what, times in sorted(calls.items(), key=_most))]
    if worst.at_percent(0) < -BOUND:
        said.append(f"WARNING: a member's month fell below {money(-BOUND)}.")
    said += [f"WARNING: {warning}." for warning in result.warnings]
    said += ["", *(f"Assumed: {text}." for text in result.assumed)]
    return said


def _most(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _of_all(result: Result, percent: int) -> int:
    found = sorted(one for month in result.months for one in month.profits)
    return found[(len(found) - 1) * percent // 100] if found else 0


def _beside(month: MonthSum, seed: Expected) -> str:
    active = max(1, month.active)
    paying = f", {month.payers * 100 // active}% pay (seed {seed.buyers}%)" if seed.buyers is not None else ""
    goal = f"{month.above(nanos('3'))}% above $3" if seed.month == 6 else f"{month.above(0)}% above $0"
    return (
        f"  month {seed.month}: {money((month.brought - month.cost) // active)} profit a member (seed ${seed.profit}), "
        f"{money(month.cost // active)} cost (seed ${seed.cost}){paying}, {goal} (seed {seed.profitable}%)"
    )


def money(amount: int) -> str:
    """Nano-dollars to the cent."""
    cents = (abs(amount) * 100 + DOLLAR // 2) // DOLLAR
    return f"{'-' if amount < 0 and cents else ''}${cents // 100:,}.{cents % 100:02d}"


# Drawn

EDGES = ("-2", "-1", "-0.50", "0", "0.50", "1", "3", "5", "8", "15")


def pictures(result: Result) -> dict[str, Bars]:
    """Revenue and cost, coins minted and burnt, members' months by what was left; by file name."""
    shown = result.months[-31:]
    labels = tuple(f"{month.first:%b %y}" for month in shown)
    dollars = [(_whole(month.brought), _whole(month.cost)) for month in shown]
    coins = [(month.minted + month.recharged, month.burnt) for month in shown]
    found = {
        "money.png": Bars(
            "Revenue and cost by month", "dollars", labels, *_columns(dollars), sides=("revenue", "cost")
        ),
        "coins.png": Bars("Coins made and burnt by month", "coins", labels, *_columns(coins), sides=("made", "burnt")),
    }
    edges = [nanos(text.removeprefix("-")) * (-1 if text.startswith("-") else 1) for text in EDGES]
    above, below = [0] * (len(edges) + 1), [0] * (len(edges) + 1)
    for month in result.months:
        for one in month.profits:
            place = sum(one > edge for edge in edges)
            (above if one > 0 else below)[place] += 1
    names = (*(f"≤ {edge}" for edge in EDGES), f"> {EDGES[-1]}")
    sides = ("above $0", "up to $0")
    found["profit.png"] = Bars(
        "Members' months by profit, dollars", "months", names, tuple(above), tuple(below), sides=sides
    )
    return found


def _whole(amount: int) -> int:
    """The nearest dollar, so that the sum of many is not many dollars short."""
    return (amount + DOLLAR // 2) // DOLLAR


def _columns(pairs: list[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(up for up, _ in pairs), tuple(down for _, down in pairs)
