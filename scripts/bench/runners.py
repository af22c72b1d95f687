"""The processes of contestants: one that stays, or one for each turn; with a limit on memory and on patience."""

from __future__ import annotations

import contextlib
import csv
import os
import resource
import select
import subprocess
import sys
import tempfile
import time
from math import nan
from pathlib import Path
from typing import IO

from contest import Contestant, Rules
from tables import Row

OUT_OF_MEMORY = ("MemoryError", "cannot allocate", "memory allocation of", "bad_alloc", "Out of Memory", "OutOfMemory")
"""What contestants say on their way out."""


class Failed(Exception):
    """A contestant could not go on; the text says why."""


class Worker:
    """A contestant that stays, and answers each line it is sent with one that begins with ``answer``."""

    def __init__(self, contestant: Contestant, rules: Rules) -> None:
        self._rules = rules
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            contestant.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, bufsize=0,
            env={**os.environ, **contestant.environment},
        )  # fmt: skip
        _limit(self._process.pid, rules)
        try:
            self._answer()
        except Failed:
            self.close()
            raise
        with contextlib.suppress(OSError):  # the largest memory is counted from here on
            Path(f"/proc/{self._process.pid}/clear_refs").write_text("5", encoding="ascii")

    def _answer(self) -> str:
        """Return the next answer; lines that a library printed are passed over."""
        assert self._process.stdout is not None
        end = time.monotonic() + self._rules.patience
        while True:
            ready, _, _ = select.select([self._process.stdout], [], [], max(end - time.monotonic(), 0))
            if not ready:
                self._process.kill()
                raise Failed(f"no answer in {self._rules.patience:.0f} s")
            line = self._process.stdout.readline().decode(errors="replace")
            if not line:
                raise Failed(_why(self._process.wait(), self._errors, self._rules))
            if line.startswith("answer "):
                return line.removeprefix("answer ").strip()

    def _order(self, text: str) -> str:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # then there is no answer either
            self._process.stdin.write(f"{text}\n".encode())
        return self._answer()

    def turn(self) -> float:
        """Do the work once and return its seconds, as the worker took them."""
        return float(self._order("turn"))

    def peak(self) -> float:
        """Return the largest memory in bytes since the file was loaded, where the system tells it."""
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
            for line in status.splitlines():
                if line.startswith("VmHWM"):
                    return float(line.split()[1]) * 1024
        return nan

    def rows(self) -> list[Row]:
        """Return the last results."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.csv"
            self._order(f"rows {path}")
            with path.open(encoding="utf-8", newline="") as file:
                return [(table, cell, _number(value), _number(se)) for table, cell, value, se in csv.reader(file)]

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()


class Command:
    """A contestant that starts anew at each turn, and has no figures."""

    def __init__(self, contestant: Contestant, rules: Rules) -> None:
        self._contestant, self._rules = contestant, rules

    def turn(self) -> float:
        """Run the command and return its seconds from start to end."""
        with tempfile.TemporaryFile() as errors:
            start = time.perf_counter()
            process = subprocess.Popen(
                self._contestant.command, stdout=subprocess.DEVNULL, stderr=errors,
                env={**os.environ, **self._contestant.environment},
            )  # fmt: skip
            code = process.wait()
            seconds = time.perf_counter() - start
            if code:
                raise Failed(_why(code, errors, self._rules))
        return seconds

    def peak(self) -> float:
        """Return not-a-number: what the system keeps of a process that is gone holds some of its parent's."""
        return nan

    def rows(self) -> list[Row]:
        """Return nothing."""
        return []

    def close(self) -> None:
        """End nothing."""


def _limit(process: int, rules: Rules) -> None:
    """Limit the memory of a process, where the system lets us."""
    if sys.platform == "linux":
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(process, resource.RLIMIT_AS, (int(rules.memory), int(rules.memory)))


def _why(code: int, errors: IO[bytes], rules: Rules) -> str:
    """Return why a process ended, from its exit code and its last words."""
    errors.seek(0)
    said = errors.read().decode(errors="replace").strip()
    if code == -9 or any(words in said for words in OUT_OF_MEMORY):
        return f"out of memory at {rules.memory / 1e9:.0f} GB"
    return f"failed: {said.splitlines()[-1] if said else f'exit code {code}'}"


def _number(text: str) -> float:
    return nan if text in ("", "NA", "None") else float(text)
