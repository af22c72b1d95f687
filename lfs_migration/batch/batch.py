"""The batch: what is to be done, one process a survey, a journal, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lfs_migration.batch.jobs import Job
from lfs_migration.batch.journal import Journal
from lfs_migration.batch.outcomes import Event, Outcome, one_line
from lfs_migration.batch.schedule import begin, side_by_side
from lfs_migration.batch.states import State, counts, state
from lfs_migration.batch.worker import Message
from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import ready
from lfs_migration.locks import alone
from lfs_migration.publish import INTERNAL, cleared
from lfs_migration.publish.pages.side_by_side import Published, write_side_by_side
from lfs_migration.verification.manifests import office_of

STEPS: Mapping[str, float] = {
    "read": 0.02, "harmonise": 0.1, "validate": 0.15, "weigh": 0.2, "tabulate": 0.3, "protect": 0.5, "publish": 0.8,
}  # fmt: skip
"""The first word of a step of the pipeline, and the share of the work that is done before it, by rule of thumb."""
BASE = 400 << 20
"""Bytes that a process needs beside its records: Python, its libraries, the codebooks, the tables."""
LEAST = 64 << 20
"""Bytes for records below which no survey is begun."""
PAGE = "surveys.html"
"""The page that sets the surveys side by side, in the folder of the batch."""


@dataclass(frozen=True)
class Batch:
    """What came of a batch.

    Parameters
    ----------
    outcomes : tuple of Outcome
        One a survey, in the order in which they were given.
    seconds : float
    page : Path, optional
        With the headline figures of all that are published; none where nothing is.
    """

    outcomes: tuple[Outcome, ...]
    seconds: float
    page: Path | None = None

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Those that failed."""
        return tuple(one for one in self.outcomes if one.kind == "failed")


def run_batch(  # noqa: PLR0913
    jobs: Sequence[Job | Outcome],
    out: Path,
    *,
    workers: int = 1,
    memory: int | None = None,
    resume: bool = False,
    keep_going: bool = True,
    again: bool = False,
    wait: float = 0,
    seed: int | None = None,
    language: str = "en",
    tell: Callable[[Event], None] = lambda _: None,
) -> Batch:
    """Publish surveys that are not published yet from the same data, codebooks, settings and versions.

    Parameters
    ----------
    jobs : sequence of Job or Outcome
        From :func:`lfs_migration.batch.jobs_of`. An outcome is a survey that failed before it began.
    out : Path
        Of the journal; surveys are published where their projects say. One batch at a time has it.
    workers : int
        So many surveys at a time, each in a process of its own.
    memory : int, optional
        Bytes for all processes together. Records that take more than the share of a survey leave memory for the disk.
    resume : bool
        Go on with the batch that was ended in its midst: what failed in it, and would be made from the same, is not
        tried again.
    keep_going : bool
        Whether the others are still begun after one failed.
    again : bool
        Make what is published already too.
    wait : float
        Seconds to wait for another batch in the same folder; without end where negative.
    seed : int, optional
        Secret, of the keys of records.
    language : str
        Of the page that sets the surveys side by side.
    tell : callable
        Takes what happens.

    Returns
    -------
    Batch

    Raises
    ------
    LfsMigrationError
        When another batch has the folder, when it cannot be written, or when the memory is too little for one survey.

    Notes
    -----
    Processes are begun anew and import this package: a script of your own that calls this must stand under
    ``if __name__ == "__main__":``.
    """
    began = time.monotonic()
    ready(out / INTERNAL)
    share = None if memory is None else share_of(memory, workers)
    with alone(out / INTERNAL / "batch", wait):
        journal = Journal(out, resume=resume)
        course = _Course(jobs, journal, tell, again=again, keep_going=keep_going, seed=seed)
        course.look()
        surveys = [job.settings for job in course.open]
        try:
            with closing(side_by_side(surveys, workers, share, seed, course.goes_on)) as messages:
                for number, message in messages:
                    course.take(number, message)
        finally:
            course.sweep()
        outcomes = course.end()
        published = [Published(job.edition, job.folder) for job in course.published()]
        page = write_side_by_side(published, out / PAGE, language=language) if published else None
        return Batch(outcomes, time.monotonic() - began, page)


def share_of(memory: int, workers: int) -> int:
    """Return how many bytes the records of one survey may take, of the memory for all processes.

    Raises
    ------
    LfsMigrationError
        When too little is left of it.

    Examples
    --------
    >>> share_of(4 << 30, 2) >> 20
    1648
    """
    share = memory // workers - BASE
    if share < LEAST:
        raise LfsMigrationError(
            f"{memory >> 20:,} MB are too little for {workers} surveys at a time", where="--memory",
            hint=f"Give {(BASE + LEAST) * workers >> 20:,} MB or more, or fewer --jobs",
        )  # fmt: skip
    return share


class _Course:
    """The course of a batch: what is still open, what came of the others."""

    def __init__(
        self, jobs: Sequence[Job | Outcome], journal: Journal, tell: Callable[[Event], None], *,
        again: bool, keep_going: bool, seed: int | None,
    ) -> None:  # fmt: skip
        self._jobs, self._journal, self._tell = jobs, journal, tell
        self._again, self._keep_going, self._seed = again, keep_going, seed
        self._outcomes: dict[str, Outcome] = {}
        self._states: dict[str, State] = {}
        self._shares: dict[str, float] = {}
        self._began: dict[str, float] = {}
        self._start = time.monotonic()
        self.open: list[Job] = []

    def look(self) -> None:
        """Find what is to be done."""
        for job in self._jobs:
            if isinstance(job, Outcome):
                self._ended(job)
                continue
            found = state(job, seed=self._seed)
            self._states[job.name] = found
            if found.missing:
                self._ended(self._failure(job, found.missing))
            elif found.done and not self._again:
                tables, errors = counts(job)
                self._ended(self._judged(job, "unchanged", tables, errors))
            elif (before := self._journal.failure(job.name, found.key)) is not None:
                self._ended(self._failure(job, before))
            else:
                self.open.append(job)
                begin()
        self._start = time.monotonic()

    def goes_on(self) -> bool:
        """Return whether another survey may be begun."""
        return self._keep_going or not any(one.kind == "failed" for one in self._outcomes.values())

    def take(self, number: int, message: Message) -> None:
        """Take what a process told."""
        if number < 0:
            return
        job, (what, told) = self.open[number], message
        if what == "start":
            self._began[job.name] = time.monotonic()
            reasons = self._states[job.name].reasons
            more = f" and {len(reasons) - 1} more" if len(reasons) > 1 else ""
            self._happened(job.name, "start", one_line(reasons[0] + more) if reasons else "it is asked for again")
        elif what == "say":
            self._shares[job.name] = max(STEPS.get(told.split()[0], 0.0), self._shares.get(job.name, 0.0))
            self._happened(job.name, "step", one_line(told))
        else:
            self._ended(self._result(job, what, told))

    def sweep(self) -> None:
        """Take away what processes left that were ended in their midst, unless another program writes there."""
        ended = self._began.keys() - {job.name for job in self.published()}
        for job in self.open:
            if job.name in ended:
                own = office_of(job.folder)
                with suppress(LfsMigrationError, OSError), alone(own):
                    cleared(job.folder)
                    cleared(own)

    def end(self) -> tuple[Outcome, ...]:
        """Return what came of each survey, in the order in which they were given."""
        for job in self.open:
            if job.name not in self._outcomes:
                self._ended(self._of(job, "stopped", why="The batch ended before it was its turn."))
        return tuple(self._outcomes[job.name] for job in self._jobs)

    def published(self) -> list[Job]:
        """Return the surveys whose publication stands."""
        kinds = {name: one.kind for name, one in self._outcomes.items()}
        own = [job for job in self._jobs if isinstance(job, Job)]
        return [job for job in own if kinds.get(job.name) in ("published", "unchanged")]

    def _result(self, job: Job, what: str, told: Any) -> Outcome:
        if what == "done":
            return self._judged(job, "published", told["tables"], told["errors"])
        if what == "broken":
            self._journal.note(job.name, told)
            told = f"{told.splitlines()[0]}. This is a defect of lfs-migration; see {self._journal.path}"
        return self._failure(job, told)

    def _judged(self, job: Job, kind: Any, tables: int, errors: int) -> Outcome:
        """Return what came of a survey that is published; for a strict one, errors in the data are a failure."""
        made = self._of(job, kind)
        if errors and job.settings.strict:
            place = office_of(job.folder) / "findings.html"
            why = f"{errors:,} errors in the data, and the project is strict. It is published; see {place}"
            made = self._failure(job, why)
        return replace(made, tables=tables, errors=errors)

    def _failure(self, job: Job, why: str) -> Outcome:
        return self._of(job, "failed", why=one_line(why))

    def _of(self, job: Job, kind: Any, why: str = "") -> Outcome:
        found = self._states[job.name]
        began = self._began.get(job.name)
        seconds = 0.0 if began is None else round(time.monotonic() - began, 2)
        return Outcome(
            job.name, kind, job.edition.id, str(job.folder), why, seconds=seconds, size=found.size, key=found.key
        )

    def _ended(self, outcome: Outcome) -> None:
        self._outcomes[outcome.name] = outcome
        self._shares[outcome.name] = 1.0
        self._journal.keep(outcome)
        words = outcome.why or (f"{outcome.tables} tables, {outcome.errors:,} errors in the data")
        self._happened(outcome.name, "end", f"{outcome.kind}: {words}", outcome)

    def _happened(self, name: str, what: Any, words: str, outcome: Outcome | None = None) -> None:
        done = self._done()
        took = time.monotonic() - self._start
        left = took * (1 - done) / done if self._began and done > 0 else None
        self._tell(Event(name, what, words, self._shares.get(name, 0.0), done, left, outcome))

    def _done(self) -> float:
        """Return the share of the open work that is done, by the sizes of the files."""
        sizes = {job.name: max(self._states[job.name].size, 1) for job in self.open}
        whole = sum(sizes.values())
        return sum(self._shares.get(name, 0.0) * size for name, size in sizes.items()) / whole if whole else 1.0


def missing(jobs: Sequence[Job | Outcome], seed: int | None = None) -> Iterator[tuple[str, State | Outcome]]:
    """Yield the name of each survey with what would be done for it, or why nothing can be."""
    for job in jobs:
        yield job.name, job if isinstance(job, Outcome) else state(job, seed=seed)
