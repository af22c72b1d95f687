"""Judges of rules that set a round against the one before.

An error that no round shows by itself may show in the answers of one household in two rounds, and in the figures of
both; the second is what the United Nations Economic Commission for Europe, *Glossary of terms on statistical data
editing* (2000), calls macro-editing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DataError
from lfs_migration.expr import parse
from lfs_migration.frames import Records
from lfs_migration.frames.pairs import Pairs, known, matched, numbered_alike
from lfs_migration.model.rules import Change, Round, Rule
from lfs_migration.validate.judged import Context, Judged, Pattern, Rows
from lfs_migration.validate.shown import Answers, Told, about, shown, sides

ROUNDING = 1e-12
"""Error of a difference of shares, as of 0.4 and 0.3."""


def between(rule: Round, context: Context) -> Judged:
    """Judge rows against those of the same person, household or unit in the round before.

    A row that is new is not judged. It is unknown where the key is not complete, or of several rows in one of the two
    rounds, and where the check is.

    Raises
    ------
    DataError
        Without a round before.
    """
    records, before = context.records, _before(rule, context)
    assert records.codebook is not None
    names = rule.on or records.codebook.records[rule.record].key
    now, then = numbered_alike(known(records, names, rule.record), known(before, names, rule.record))
    at, times = matched(now, then)
    judged = about(records, rule.when, rule.record) & ((times > 0) | (now < 0))
    single = matched(now, now)[1] == 1
    truth = np.full(len(now), -1, dtype=np.int8)
    rows = np.flatnonzero(judged & single & (times == 1))
    pairs = Pairs(records, rule.record, rows, "before", before, rule.record, at[rows])
    truth[rows] = pairs.truth(rule.check)
    ended = Judged.of(truth, judged)
    here, there = Answers(records, rule.record), Answers(before, rule.record)
    own, others = sides(rule.check, rule.variables, "before", before, rule.record)

    def tell(row: int) -> str:
        said = []
        for name in dict.fromkeys([*own, *others]):
            parts = [here.text(name, row)] if name in own else []
            parts += [f"before {there.text(name, int(at[row]))}"] if name in others else []
            said.append(f"{name} {', '.join(parts)}")
        return "; ".join(said)

    return Judged(ended.failed, ended.passed, ended.unknown, Told(ended.failed, tell))


def _before(rule: Rule, context: Context) -> Records:
    if context.before is None or rule.record not in context.before.frames:
        raise DataError(
            f"There is no {rule.record} record of a round before", where=rule.id,
            hint="Give the files of the round before: --before FOLDER, or lfm.validate(data, before=data_before)",
        )  # fmt: skip
    return context.before


@dataclass(frozen=True)
class _Shares:
    """An answer's share in the groups of one round: how many gave it, of how many that answered, of how many rows."""

    yes: Rows
    of: Rows
    rows: Rows

    @classmethod
    def count(cls, rule: Change, records: Records, groups: Rows, number: int) -> _Shares:
        truth = records.truth(rule.share, rule.record)
        inside = about(records, rule.when, rule.record) & (groups >= 0)
        return cls(*(np.bincount(groups[inside & (truth >= least)], minlength=number) for least in (1, 0, -1)))

    @property
    def share(self) -> NDArray[np.float64]:
        """Unweighted; not-a-number for a group without answers."""
        share: NDArray[np.float64] = np.divide(self.yes, self.of, out=np.full(len(self.of), np.nan), where=self.of > 0)
        return share

    def told(self, group: int) -> str:
        """Return the share of a group and its counts."""
        return f"{100 * self.share[group]:.1f} % ({self.yes[group]:,} of {self.of[group]:,})"


def change(rule: Change, context: Context) -> Judged:
    """Judge groups by the difference of an answer's share between two rounds.

    Shares are of the rows whose answer is known. A group with fewer of them than the rule says, in either round, is
    unknown; rows whose group is not known are in none.

    Raises
    ------
    DataError
        Without a round before.
    """
    records, before = context.records, _before(rule, context)
    now, then = _groups(rule, records, before)
    number = max(int(now.max(initial=-1)) + 1, int(then.max(initial=-1)) + 1, 0 if rule.by else 1)
    here = _Shares.count(rule, records, now, number)
    there = _Shares.count(rule, before, then, number)
    judged = (here.of >= max(1, rule.least)) & (there.of >= max(1, rule.least))
    moved = judged & (np.abs(here.share - there.share) > rule.limit + ROUNDING)
    variable = ", ".join(rule.variables or sorted(parse(rule.share).names))
    patterns = tuple(
        Pattern(f"{here.told(group)}, before {there.told(group)}", _named(rule, records, int(np.argmax(now == group))),
                variable)
        for group in np.flatnonzero(moved).tolist()
    )  # fmt: skip
    some = here.rows + there.rows > 0 if rule.by else np.ones(1, dtype=bool)
    passed, unknown = int((judged & ~moved).sum()), int((some & ~judged).sum())
    return Judged(np.zeros(0, dtype=np.int64), passed, unknown, patterns=patterns)


def _groups(rule: Change, records: Records, before: Records) -> tuple[Rows, Rows]:
    if not rule.by:
        now, then = (np.zeros(len(each.frames[rule.record]), dtype=np.int64) for each in (records, before))
        return now, then
    return numbered_alike(known(records, rule.by, rule.record), known(before, rule.by, rule.record))


def _named(rule: Change, records: Records, row: int) -> dict[str, str]:
    """Return the codes of the group of a row."""
    return {name: shown(records.column(name, rule.record)[row].as_py()) for name in rule.by}
