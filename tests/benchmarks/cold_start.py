"""From the command to the first prompt of the local chat, against importing its three largest libraries alone.

Both start in turn, each as a process of its own that is killed once it has shown what is waited for, and the medians
are compared. `python -m tests.benchmarks.cold_start` prints this line alone.
"""

import os
import pty
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.databases import SqliteEngine

GOAL = 2.0
PROMPT = "x > "
CHAT = ("-m", "bot", "chat", "--as", "x")
IMPORTS = ("-c", f"import sqlmodel, pydantic_settings, rich.console; print({PROMPT!r}, flush=True)")
ROOT = Path(__file__).parents[2]


def seconds(arguments: tuple[str, ...], environ: dict[str, str], folder: Path) -> float:
    """From starting Python until it shows the prompt on a terminal."""
    ours, theirs = pty.openpty()
    began = time.perf_counter()
    program = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environ,
        cwd=folder,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while PROMPT.encode() not in shown:
            shown += os.read(ours, 4096)
    except OSError:  # the other end is closed: it has ended
        raise AssertionError(f"no prompt came, only: {shown.decode(errors='replace')}") from None
    else:
        return time.perf_counter() - began
    finally:
        program.kill()
        program.wait()
        os.close(ours)


def medians(folder: Path, times: int) -> tuple[float, float]:
    """Median milliseconds of the chat and of the imports, on a migrated database."""
    # Without compiled modules one would measure the compiler, which only the very first start waits for.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ = kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "TANDEM__DATABASE__URL": SqliteEngine(folder).fresh(),
        "TERM": "xterm",
    }
    rounds = [[seconds(arguments, environ, folder) for arguments in (CHAT, IMPORTS)] for _ in range(times + 1)]
    chat, imports = zip(*rounds[1:], strict=True)  # the first round compiles
    return median(chat) * 1000, median(imports) * 1000


def main() -> None:
    """Print the one line of the table."""
    from tests.benchmarks.__main__ import HEAD, cold_start

    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for line in cold_start(Path(folder), 20):
            print(line)


if __name__ == "__main__":
    main()
