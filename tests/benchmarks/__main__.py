"""Measures the database and the chat adapters against their goals and prints one table.

`python -m tests.benchmarks [--quick] [--kills N] [--only-kills]`

Every ratio compares two things measured in turn in the same run; rates by themselves say more about the machine.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks import charts, gate, in_process, over_http, postgres, programs, sqlite, town, verdicts, year
from tests.benchmarks import cold_start as start
from tests.benchmarks.sqlite import Rate
from tests.databases import Engine, PostgresEngine, SqliteEngine, connect

SMALL, LARGE = 10_000, 1_000_000
HEAD = f"{'':<70} {'ours/s':>9} {'raw/s':>9} {'ratio':>7} {'cpu µs':>8}{'raw':>8}  {'goal':<10} reached"


@dataclass
class Line:
    """One line of the table: a figure, and the goal that it is held against."""

    what: str
    ours: Rate
    raw: Rate
    goal: str
    reached: bool

    def __str__(self) -> str:
        mark = "yes" if self.reached else "NO"
        figures = f"{self.ours.per_second:>9,.0f} {self.raw.per_second:>9,.0f} {_ratio(self.ours, self.raw):>7.2f}"
        # Client and server are two programs on PostgreSQL: there the processor is not ours alone to count.
        cpu = "".join(f"{f'{rate.cpu_micros:.5g}' if rate.cpu_micros else '':>8}" for rate in (self.ours, self.raw))
        return f"{self.what:<70} {figures} {cpu}  {self.goal:<10} {mark}"


def _ratio(ours: Rate, raw: Rate) -> float:
    return ours.per_second / raw.per_second


def at_least(what: str, ours: Rate, raw: Rate, goal: float | None = None) -> Line:
    """A ratio that should be high."""
    return Line(what, ours, raw, f">= {goal}" if goal else "", goal is None or _ratio(ours, raw) >= goal)


def by_callers(folder: Path, times: int) -> Iterator[Line]:
    """Against plain sqlite3, one commit each."""
    path = sqlite.filled(folder, SMALL)
    found = sqlite.medians(list(sqlite.rounds(path, SMALL, (1, 16, 64), times, 1.0)))
    for callers, goal in ((1, 0.6), (16, None), (64, 2.5)):
        yield at_least(f"SQLite, {callers} callers / raw", found[str(callers)], found["raw"], goal)


def by_size(folder: Path, times: int, large: int) -> Iterator[Line]:
    """A large database against a small one; a cost of 1.5 is a rate of 1 / 1.5."""
    paths = {size: sqlite.filled(folder, size) for size in (SMALL, large)}
    found: dict[int, list[dict[str, Rate]]] = {size: [] for size in paths}
    for _ in range(times):
        for size, path in paths.items():
            found[size] += sqlite.rounds(path, size, (1, 64), 1, 1.0)
    small, big = sqlite.medians(found[SMALL]), sqlite.medians(found[large])
    for callers, most in (("1", 1.5), ("64", 2.0)):
        cost = _ratio(small[callers], big[callers])
        cpu = big[callers].cpu_micros / small[callers].cpu_micros
        what = f"SQLite, {callers} callers, {large:,} accounts / {SMALL:,}"
        yield Line(f"{what} (cost {cost:.2f}, cpu {cpu:.2f})", big[callers], small[callers], f"<= {most}", cost <= most)


def on_a_slow_disk(folder: Path, times: int) -> Iterator[Line]:
    """With a millisecond more for every fsync, in a process of its own: the library must be there from the start."""
    library = folder / "slow_disk.so"
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        print("skipped: a slower disk (no C compiler)")
        return
    source = Path(__file__).with_name("slow_disk.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    slow = os.environ | {"LD_PRELOAD": str(library), "FSYNC_MICROS": "1000"}
    assert __spec__ is not None, "run as a module"
    options = ["--measure", str(sqlite.filled(folder, SMALL)), "--times", str(times)]
    said = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *options],
        env=slow,
        check=True,
        stdout=subprocess.PIPE,
    )
    found = {name: Rate(*rate) for name, rate in json.loads(said.stdout).items()}
    yield at_least("SQLite, 1 caller / raw, 1 ms more per fsync", found["1"], found["raw"])
    yield at_least("SQLite, 64 callers / raw, 1 ms more per fsync", found["64"], found["raw"], 10)


def on_postgres(engine: PostgresEngine, times: int) -> Iterator[Line]:
    """Against pgbench with as many clients."""
    url = postgres.filled(engine, SMALL)
    pairs = [
        (postgres.our_rate(url, SMALL, 16, 2.0), postgres.raw_rate(engine, url, SMALL, 16, 2)) for _ in range(times)
    ]
    ours, raw = (median(column) for column in zip(*pairs, strict=True))
    yield at_least("PostgreSQL, 16 callers / pgbench", Rate(ours, 0), Rate(raw, 0), 0.4)
    engine.drop(url)


def cold_start(folder: Path, times: int) -> Iterator[Line]:
    """The local chat's first prompt; here the figures are milliseconds, and less is better."""
    chat, imports = start.medians(folder, times)
    what = "Cold start, ms: first prompt of the chat / its imports"
    yield Line(what, Rate(chat, 0), Rate(imports, 0), f"<= {start.GOAL}", chat <= start.GOAL * imports)


def at_most(what: str, ours: Rate, raw: Rate, goal: float) -> Line:
    """A cost, and what it is held against."""
    return Line(what, ours, raw, f"<= {goal:.3g}", _ratio(ours, raw) <= goal)


def commands(folder: Path, times: int) -> Iterator[Line]:
    """A command without the network, against the library's echo bot; here the figures are microseconds of processor."""
    for platform, goal in in_process.GOALS.items():
        for name, ours, echo in in_process.measured(folder, platform, times):
            what = f"{platform.capitalize()} /{name}, {town.IN_FLIGHT} in flight, cpu µs / echo"
            yield at_most(what, Rate(ours, 0), Rate(echo, 0), goal)


def answers(folder: Path, times: int) -> Iterator[Line]:
    """From the event to the answer by loopback HTTP, one in flight; here the figures are microseconds.

    The database is in memory where there is a place for it: one alone waits for the disk, and so for its neighbours.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else folder) as place:
        for platform, goal in over_http.GOALS.items():
            for name, ours, echo in over_http.measured(Path(place), platform, times):
                what = f"{platform.capitalize()} /{name} over HTTP, no disk, p50 µs / echo"
                yield at_most(what, Rate(*ours), Rate(*echo), goal)


def weights(folder: Path) -> Iterator[Line]:
    """What the program has in memory; here the figures are megabytes, beside what it may have."""
    active = f"{programs.ACTIVE:,} members active"
    found = zip((programs.IDLE_MB, programs.BUSY_MB), asyncio.run(programs.weights(folder)), strict=True)
    for (goal, megabytes), when in zip(found, ("idle", active), strict=True):
        yield at_most(f"tandem run on both platforms, MB, {when} / allowed", Rate(megabytes, 0), Rate(goal, 0), 1)


def judged() -> Iterator[Line]:
    """Stored challenges judged again; here the figures are verdicts in a minute of one processor."""
    yield at_least(
        "Verdicts made again, a minute / wanted", Rate(verdicts.rate(), 0), Rate(verdicts.GOAL_A_MINUTE, 0), 1
    )


def drawn(times: int) -> Iterator[Line]:
    """One chart as PNG; here the figures are milliseconds."""
    if not charts.installed():
        print("A chart, ms / matplotlib: not installed (the extra bench has it)")
        return
    ours, peer = charts.measured(2 * times)
    yield at_most("A chart of 30 days, ms / matplotlib", Rate(ours, 0), Rate(peer, 0), charts.GOAL)


def gated(folder: Path, large: int) -> Iterator[Line]:
    """The gate's part of a call; here the figures are microseconds, and less is better."""
    found = {size: gate.medians(gate.filled(folder, size), size) for size in (large // 100, large)}
    (small, _), (big, cpu) = found.values()
    ours, goal = Rate(big * 1_000, cpu * 1_000), Rate(gate.GOAL_MS * 1_000, 0)
    yield at_most(f"Gate: reserve and settle, {large:,} members, p50 µs / allowed", ours, goal, 1)
    yield at_most(f"Gate: the same / {large // 100:,} members", ours, Rate(small * 1_000, 0), 1.5)


def simulated() -> Iterator[Line]:
    """A year of 10,000 members; here the figures are seconds and megabytes."""
    seconds, megabytes = year.measured()
    yield at_most("tandem simulate, 10,000 members, 12 months, s / allowed", Rate(seconds, 0), Rate(year.GOAL_S, 0), 1)
    yield at_most("tandem simulate, the same, MB / allowed", Rate(megabytes, 0), Rate(year.GOAL_MB, 0), 1)


def killed(folder: Path, times: int) -> Iterator[str]:
    """The program with a crowd in hand, killed so many times in each way that updates come."""
    for mode in ("polling", "webhook"):
        heard = asyncio.run(programs.telegram_kills(Path(tempfile.mkdtemp(dir=folder)), mode, times))
        yield f"Telegram by {mode}, {times} kills, answers to {programs.CROWD} updates each: {dict(heard)}"
    heard = asyncio.run(programs.discord_kills(Path(tempfile.mkdtemp(dir=folder)), times))
    yield f"Discord, {times} kills, effects of {programs.CROWD} commands each: {dict(heard)}"


KILLS_OF_ONE = 50
"""Kills that one database lives through."""


async def kills(engine: Engine, times: int) -> int:
    """Kill the load so many times; how many acknowledged transfers were there afterwards, all of them."""
    from tests.kills import check, fill, kill_under_load

    url, chance, acknowledged = "", random.Random(1), 0
    for run in range(times):
        if run % KILLS_OF_ONE == 0:  # all of the books are looked at after each kill, so they are kept short
            url = engine.fresh()
            async with connect(url) as database:
                await database.write(fill)
        keys = kill_under_load(url, run, chance.randrange(1, 400))
        acknowledged += len(keys)
        async with connect(url) as database:
            await check(database, keys)
    return acknowledged


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a smaller large database, 10 kills")
    parser.add_argument("--kills", type=int, help="kills for each engine (200); a 20th of them for each platform")
    parser.add_argument("--only-kills", action="store_true", help="of all that is measured, the kills for each engine")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--times", type=int, default=5, help="rounds")
    asked = parser.parse_args()
    times = 2 if asked.quick else asked.times
    if asked.measure:
        found = sqlite.medians(list(sqlite.rounds(asked.measure, SMALL, (1, 64), times, 1.0)))
        print(json.dumps(found))
        return
    number = asked.kills if asked.kills is not None else (10 if asked.quick else 200)
    folder = Path(tempfile.mkdtemp())
    engines: list[Engine] = [SqliteEngine(folder)]
    server = PostgresEngine(durable=True) if PostgresEngine.installed() else None
    if server is not None:
        engines.append(server)
    if not asked.only_kills:
        measure(folder, server, times, LARGE // 10 if asked.quick else LARGE)
    for engine in engines:
        acknowledged = asyncio.run(kills(engine, number))
        print(
            f"{engine.name}, {number} kills under load: {acknowledged:,} acknowledged, 0 lost, 0 doubled, books right",
            flush=True,
        )
    if not asked.only_kills:
        for counted in killed(folder, max(1, number // 20)):
            print(counted, flush=True)
    shutil.rmtree(folder)


def measure(folder: Path, server: PostgresEngine | None, times: int, large: int) -> None:
    """Print the table: everything that is timed or weighed."""
    print(HEAD)
    lines = [by_callers(folder, times), on_a_slow_disk(folder, times), by_size(folder, times, large)]
    if server is not None:
        lines.append(on_postgres(server, times))
    lines += [cold_start(folder, 4 * times), commands(folder, times), answers(folder, times), drawn(times)]
    lines += [weights(folder), judged(), gated(folder, gate.MEMBERS), simulated()]
    for part in lines:
        for line in part:
            print(line, flush=True)


if __name__ == "__main__":
    main()
