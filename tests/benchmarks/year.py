"""`tandem simulate` as an operator runs it: seconds, and megabytes of its largest process.

`python -m tests.benchmarks.year`
"""

import resource
import subprocess
import sys
import tempfile
from time import perf_counter

GOAL_S = 60
GOAL_MB = 1_024
PROCESSES = 3
"""The program and one for each half: none is larger than the largest."""
ARGUMENTS = ("simulate", "--members", "10000", "--months", "12", "--seed", "1")


def measured() -> tuple[float, float]:
    """Seconds, and an upper bound of megabytes for all of its processes together."""
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        program = [sys.executable, "-m", "bot", *ARGUMENTS, "--json", f"{folder}/year.json", "--out", folder]
        subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
        seconds = perf_counter() - began
    return seconds, PROCESSES * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    print("{:.1f} s, at most {:.0f} MB".format(*measured()))
