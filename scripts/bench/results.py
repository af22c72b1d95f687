"""What a benchmark leaves behind: one record a contestant and contest, in a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from math import isnan, nan
from pathlib import Path

from contest import OURS, Aim, Contest, Outcome
from tables import Row


@dataclass(frozen=True)
class Record:
    """One line of the file.

    Parameters
    ----------
    contest, title, contestant, version : str
    seconds : float
        Median of the turns after the first.
    lowest, highest, first : float
        Of the turns after the first, and the first.
    turns : int
        How many the median is of.
    ratio : float
        Seconds over ours.
    memory : float
        Largest of its process, in MB.
    figures : int
        How many were compared with ours.
    of_estimates, of_errors : float
        Largest relative difference from ours, of estimates and of standard errors.
    others : float
        Share of the processors that other programs took during the contest.
    note, day : str
    """

    contest: str
    title: str
    contestant: str
    version: str
    seconds: float
    lowest: float
    highest: float
    first: float
    turns: int
    ratio: float
    memory: float
    figures: int
    of_estimates: float
    of_errors: float
    others: float
    note: str
    day: str


def recorded(contest: Contest, outcomes: Sequence[Outcome], others: float = nan) -> list[Record]:
    """Return the records of a contest; one that failed has its reason as note and no numbers."""
    return [_record(contest, outcome, outcomes[0], others) for outcome in outcomes]


def _record(contest: Contest, outcome: Outcome, ours: Outcome, others: float) -> Record:
    who, day = outcome.contestant, date.today().isoformat()
    if outcome.failure:
        lost = (nan, nan, nan, nan, 0, nan, nan, 0, nan, nan)
        return Record(contest.name, contest.title, who.name, who.version, *lost, others, outcome.failure, day)
    turns = outcome.seconds or [outcome.first]
    compared = (0, nan, nan) if outcome is ours else differences(ours.rows, outcome.rows)
    return Record(
        contest.name, contest.title, who.name, who.version, outcome.median, min(turns), max(turns), outcome.first,
        len(turns), outcome.median / ours.median, outcome.peak / 1e6, *compared, others, who.note, day,
    )  # fmt: skip


def differences(ours: Sequence[Row], theirs: Sequence[Row]) -> tuple[int, float, float]:
    """Return how many figures both have, and the largest relative difference of estimates and of standard errors."""
    known = {(table, cell): (estimate, se) for table, cell, estimate, se in ours}
    pairs = [(known[t, c], (estimate, se)) for t, c, estimate, se in theirs if (t, c) in known]
    if not pairs:
        return 0, nan, nan
    of_estimates = max(_relative(own[0], other[0]) for own, other in pairs)
    return len(pairs), of_estimates, max(_relative(own[1], other[1]) for own, other in pairs)


def _relative(own: float, other: float) -> float:
    """Return the difference over ours; two undefined figures agree, and one does not agree with a defined one."""
    if isnan(own) or isnan(other):
        return 0.0 if isnan(own) and isnan(other) else float("inf")
    return abs(own - other) / (abs(own) or 1.0)


def read(path: Path) -> list[Record]:
    """Return the records of a file, none where there is no file."""
    if not path.exists():
        return []
    kinds = {"float": float, "int": int, "str": str}
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return [Record(**{f.name: kinds[str(f.type)](line[f.name]) for f in fields(Record)}) for line in lines]


def write(path: Path, records: Sequence[Record]) -> None:
    """Write the records, with six digits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, [f.name for f in fields(Record)], lineterminator="\n")
        out.writeheader()
        for record in records:
            out.writerow({k: f"{v:.6g}" if isinstance(v, float) else v for k, v in asdict(record).items()})


def renewed(old: Sequence[Record], new: Sequence[Record]) -> list[Record]:
    """Return the records with those of contests held again in their places, and those of new contests at the end."""
    order = list(dict.fromkeys(record.contest for record in [*old, *new]))
    again = {record.contest for record in new}
    kept = [record for record in old if record.contest not in again]
    return sorted([*kept, *new], key=lambda record: order.index(record.contest))


def measured(aim: Aim, records: Sequence[Record]) -> float | None:
    """Return what an aim is about, if it was measured."""
    found = {record.contestant: record for record in records if record.contest == aim.contest}
    if OURS not in found or (aim.than and aim.than not in found):
        return None
    ours = found[OURS]
    if not aim.than:
        value = ours.seconds if aim.measure == "seconds" else ours.memory * 1e6
    else:
        ratio = found[aim.than].ratio
        value = ratio if aim.way == "faster" else 1 / ratio
    return None if isnan(value) else value


def met(aim: Aim, value: float) -> bool:
    """Whether an aim was met."""
    return value >= aim.limit if aim.way == "faster" else value <= aim.limit
