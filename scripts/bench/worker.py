"""A contestant's process: loads a file, then does its work once for each line it is sent.

    python worker.py MODULE CLASS FILE [ARGUMENT ...]

``turn`` does the work and answers with its seconds; ``rows PATH`` writes the last results there. The class is a
:class:`tables.Job`. Only the standard library is needed, so that it runs in any peer's environment.
"""

from __future__ import annotations

import csv
import gc
import sys
import time
from importlib import import_module

from tables import Job


def answer(text: str) -> None:
    """Write one line that the other side will not take for a message of a library."""
    print(f"answer {text}", flush=True)


def timed(job: Job) -> float:
    """Return the seconds of one turn."""
    gc.collect()
    start = time.perf_counter()
    job.turn()
    return time.perf_counter() - start


def written(job: Job, path: str) -> None:
    """Write the results of the last turn."""
    with open(path, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
        csv.writer(file).writerows(job.rows())


def main() -> None:
    """Load, then serve."""
    module, name, *arguments = sys.argv[1:]
    job: Job = getattr(import_module(module), name)(*arguments)
    answer("ready")
    for line in sys.stdin:
        order, _, path = line.strip().partition(" ")
        if order == "turn":
            answer(f"{timed(job):.6f}")
        else:
            written(job, path)
            answer("written")


if __name__ == "__main__":
    main()
