"""Evidence from what is already recognised: blanks, filters, order in the file, dates that follow each other, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lfs_migration.matching.amounts import of_values
from lfs_migration.matching.links import Link
from lfs_migration.matching.lists import Named, code_map, same_codes
from lfs_migration.matching.nouns import Candidate, Column, Evidence, Real, Table
from lfs_migration.matching.targets import Target
from lfs_migration.matching.universes import dependants, depths, gates, of_blanks, of_gate
from lfs_migration.matching.words import concepts

CERTAIN = 0.6
"""From this score on a suggestion is built upon."""
_BEFORE = frozenset({"leave", "first", "before"})
_AFTER = frozenset({"return", "now"})


@dataclass(frozen=True, eq=False)
class Context:
    """A file and a record, with what is recognised in it so far.

    Parameters
    ----------
    columns : tuple of Column
        Those that may be variables of the record.
    found : mapping of column to Candidate
    labels : mapping of column to tuple of Named
    elsewhere : tuple of (Column, code list)
        Columns of other files that are recognised.
    """

    table: Table
    columns: tuple[Column, ...]
    targets: tuple[Target, ...]
    found: Mapping[str, Candidate]
    labels: Mapping[str, tuple[Named, ...]]
    elsewhere: Sequence[tuple[Column, str]]
    gated: Mapping[str, list[str]]
    linked: tuple[Link, ...] = ()
    root: bool = False

    @cached_property
    def sure(self) -> dict[str, str]:
        """The variable of each column that is recognised with certainty."""
        return {name: one.variable for name, one in self.found.items() if one.score >= CERTAIN}

    @cached_property
    def by_name(self) -> dict[str, Target]:
        """The targets by name."""
        return {target.name: target for target in self.targets}

    @cached_property
    def answers(self) -> dict[str, Real]:
        """The answers of recognised variables, in the codebook's codes."""
        return {
            v: self._coded(self.table.by_name[c], self.by_name[v]) for c, v in self.sure.items() if v in self.by_name
        }

    @cached_property
    def around(self) -> dict[str, list[tuple[int, bool, int]]]:
        """The recognised columns next to each: how far off, whether later, and the place of the codebook's variable."""
        placed = {column: self.by_name[v].position for column, v in self.sure.items() if v in self.by_name}
        known = [(one, placed[one.name]) for one in self.columns if one.name in placed]
        return {
            column.name: sorted(
                (abs(other.position - column.position), other.position > column.position, position)
                for other, position in known
                if other.name != column.name
            )[:8]
            for column in self.columns
        }

    @cached_property
    def like(self) -> dict[str, tuple[Column, str] | None]:
        """Another recognised column with the same unusual codes as each, and its list."""
        return {
            column.name: next(
                (pair for pair in self.elsewhere if pair[0] is not column and same_codes(column, pair[0]) > 0.85), None
            )
            for column in self.columns
        }

    def _coded(self, column: Column, target: Target) -> Real:
        codelist = target.codelist
        if codelist is None or codelist.is_text:
            return column.number
        mapped = {one.native: one.code for one in code_map(self.labels.get(column.name, ()), codelist)}
        if any(code is not None for code in mapped.values()):
            codes = [mapped.get(value) for value in column.values]
            table = np.array([np.nan if code is None else float(code) for code in codes] + [np.nan])
            return table[column.rows]
        number = column.number
        return np.where(number == 0, 2.0, number) if len(codelist.codes) == 2 else number

    @cached_property
    def hanging(self) -> dict[str, int]:
        """How many variables each variable decides about."""
        return dependants(self.targets)

    @cached_property
    def depth(self) -> dict[str, int]:
        """How many filter questions lead to each variable."""
        return depths(self.targets)

    @cached_property
    def share(self) -> float:
        """Share of the columns that are recognised with certainty."""
        return len(self.sure) / max(1, len(self.columns))

    def evidence(self, column: Column, target: Target) -> list[Evidence]:
        """Return everything that the context says of a pair."""
        asked = np.ones(column.rows.size, dtype=bool)
        answers = {name: number for name, number in self.answers.items() if self.sure.get(column.name) != name}
        found = [
            None if self._common(column) else of_blanks(column, target, answers, asked, self.depth.get(target.name, 0)),
            of_gate(column, target, self.gated, self.hanging),
            self._sequence(column, target),
            self._lists(column, target),
            self._order(column, target),
            self._file(),
        ]
        return [one for one in found if one is not None]

    def _common(self, column: Column) -> bool:
        """Whether three columns of the household or more are blank in the same rows: there was no interview."""
        if not self.root or not 0 < column.blank < 1:
            return False
        blank = column.rows < 0
        return sum(np.array_equal(blank, other.rows < 0) for other in self.columns) >= 3

    def _order(self, column: Column, target: Target) -> Evidence | None:
        """Compare where a column stands among recognised ones with where the codebook has the variable."""
        near = [one for one in self.around[column.name] if one[2] != target.position]
        if len(near) < 3:
            return None
        weight = [1 / (1 + distance) for distance, _, _ in near]
        right = [
            w for w, (_, later, position) in zip(weight, near, strict=True) if later == (position > target.position)
        ]
        share = sum(right) / sum(weight)
        gap = min(abs(position - target.position) for _, _, position in near)
        value = 0.15 + 0.7 * share - 0.012 * min(20, gap)
        return Evidence(
            "order", max(0.06, value), f"{share:.0%} of the recognised columns around it stand in this order"
        )

    def _file(self) -> Evidence:
        recognised = f"{len(self.sure)} of {len(self.columns)} columns are recognised"
        value = 0.4 + 0.52 * min(1.0, self.share / 0.7)
        if self.linked:
            return Evidence(
                "file", max(value, 0.88), f"{self.linked[0].column} counts rows across the files; {recognised}"
            )
        return Evidence("file", value, recognised)

    def _sequence(self, column: Column, target: Target) -> Evidence | None:
        """Of two ages or two years, the smaller is that of the departure."""
        said = concepts(target.variable.label["en"])
        early = bool(_BEFORE & said)
        late = bool(_AFTER & said) and not early
        if target.variable.type not in ("int", "year") or early == late:
            return None
        own = of_values(column, target, root=False)
        if own is None or own.value < 0.8:
            return None
        for other in self.columns:
            if other is column or (like := of_values(other, target, root=False)) is None or like.value < 0.8:
                continue
            both = np.isfinite(column.number) & np.isfinite(other.number)
            if both.sum() < 10:
                continue
            below = float(np.mean(column.number[both] <= other.number[both]))
            above = float(np.mean(column.number[both] >= other.number[both]))
            if max(below, above) > 0.95 and abs(below - above) > 0.1:
                word = "at most" if below > above else "at least"
                right = (below > above) == early
                return Evidence("sequence", 0.85 if right else 0.1, f"is {word} {other.name} in nearly all rows")
        return None

    def _lists(self, column: Column, target: Target) -> Evidence | None:
        """Look for a recognised column with the same unusual codes: it has the same list."""
        if target.codelist is None or target.variable.codelist is None:
            return None
        if (like := self.like[column.name]) is None:
            return None
        other, codelist = like
        right = codelist == target.variable.codelist
        return Evidence("same codes", 0.9 if right else 0.12, f"has the codes of {other.name}, {codelist}")


def filters(table: Table, columns: Sequence[Column]) -> dict[str, list[str]]:
    """Return the filter questions of a file with what they decide about."""
    return gates(columns) if table.rows else {}
