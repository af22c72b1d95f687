"""What other programs leave: a benchmark on a busy machine should say so."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from math import nan
from pathlib import Path


class Load:
    """Counts from when it is made; processes of ours count when they have ended."""

    def __init__(self) -> None:
        self._start = time.perf_counter(), _busy(), _own()

    def of_others(self) -> float:
        """Return the share of all processors that others took, not-a-number where the system does not tell it."""
        start, busy, own = self._start
        whole = (time.perf_counter() - start) * (os.cpu_count() or 1)
        return max((_busy() - busy) - (_own() - own), 0.0) / whole


def free() -> float:
    """Return how many bytes of memory are free, or how many there are where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable"):
                return float(line.split()[1]) * 1024
    return memory()


def memory() -> float:
    """Return how many bytes of memory there are."""
    return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")


def _busy() -> float:
    """Return the seconds that all programs together have worked since the machine was started."""
    try:
        line = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    except OSError:
        return nan
    user, nice, system, _idle, _waiting, interrupts, soft, stolen = map(int, line.split()[1:9])
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _own() -> float:
    """Return the seconds that this program and its ended children have worked."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in whose)
