"""The cells that figures are made of: how many rows, of what weight, and whose contributions are the largest.

Whoever knows a share and what it is of knows how many have the thing. So disclosure control does not look at figures,
but at the weighted sums that they are functions of: a total is one, a share two, the difference of two shares four. A
sum that stands behind figures of several tables is one and the same there, and is named alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lfs_migration.estimate.pieces import rows_of
from lfs_migration.estimate.statistics import (
    Concentration,
    Count,
    Difference,
    MultipleResponse,
    Proportion,
    Quantile,
    Ratio,
    Share,
    Statistic,
    Total,
)  # fmt: skip
from lfs_migration.model.indicator import Part
from lfs_migration.model.results import KEY_BITS, KNOWN, UNKNOWN, WHERE, Base, Key, Measure, Ref
from lfs_migration.sample import By, Rows, Sample, cells
from lfs_migration.sample.identity import row_keys
from lfs_migration.sample.keys import Keys, cell_keys
from lfs_migration.tabulate.requests import Request

EVERYWHERE: Key = frozenset()


@dataclass
class Bases:
    """Finds the cells behind the figures of a table, and keeps each once.

    Parameters
    ----------
    sample : Sample
    weighting : str
        What tells cells of one weight from those of another.
    seed : int, optional
        Of the keys of records, for perturbation; without it cells have no key.
    """

    sample: Sample
    weighting: str = "final"
    seed: int | None = field(default=None, repr=False)
    cells: dict[Ref, Base] = field(default_factory=dict)

    def of(self, request: Request) -> dict[Key, tuple[Ref, ...]]:
        """Return the cells that each figure of a request is made of."""
        return self._of(request.statistic, request.by, next(iter(request.renamed.values()), ""))

    def _of(self, statistic: Statistic, by: Sequence[By], category: str) -> dict[Key, tuple[Ref, ...]]:
        match statistic:
            case Count(record=record, where=where):
                return {key: (ref,) for key, ref in self._summed(Part(record=record, where=where), by).items()}
            case Total(value=Part() as part):
                return {key: (ref,) for key, ref in self._summed(part, by).items()}
            case Quantile(value=Part() as part):
                return {key: (ref,) for key, ref in self._counted(part, by).items()}
            case Ratio(statistics=(top, base)):
                return _both(self._of(top, by, ""), self._of(base, by, ""))
            case Share() | Ratio():
                return self._ratio(statistic, by)
            case Proportion():
                return self._distribution(statistic, by, category)
            case Concentration():
                return _gathered(self._distribution(statistic.shares, by, category), category)
            case MultipleResponse():
                return self._options(statistic, by)
            case Difference(statistic=inner, variable=By() as between):
                return self._difference(statistic, self._of(inner, [*by, between], ""), between.name)
        raise TypeError(f"No cells are known behind {statistic!r}")

    def _summed(
        self, part: Part, by: Sequence[By], rows: Rows | None = None, known: str = "", inside: Key = EVERYWHERE
    ) -> dict[Key, Ref]:
        """Return the cells of the rows of a part, or of others in its place, by some dimensions."""
        rows = rows or Rows.of(self.sample, part, "")
        found = cells(self.sample, by, [part.record])
        placed = rows.into(found)
        value, n, households, most = placed.sums().total, placed.n, placed.households, largest(placed)
        own = self._keys(placed)
        names, out = list(found.keys), dict[Key, Ref]()
        for cell in np.flatnonzero(n).tolist():
            key = frozenset((name, str(found.keys[name][cell])) for name in names)
            out[key] = self._kept(
                (self._measure(part, known), key | inside),
                Base(float(value[cell]), int(n[cell]), int(households[cell]), most.get(cell, ()), int(own[cell])),
            )
        return out

    def _keys(self, placed: Rows) -> Keys:
        """Return the key of each cell of some rows; zeros without a seed."""
        if self.seed is None:
            return np.zeros(placed.cells, dtype=np.uint64)
        inside = np.flatnonzero(placed.cell >= 0)
        keys = row_keys(self.sample, placed.record, self.seed)[placed.numbers[inside]]
        return cell_keys(keys, placed.cell[inside], placed.cells, KEY_BITS)

    def _counted(self, part: Part, by: Sequence[By]) -> dict[Key, Ref]:
        """Return the cells of the rows of a part of which its value is known."""
        rows = Rows.of(self.sample, part, "")
        silent = len(rows.silent("").cell) > 0
        return self._summed(part.model_copy(update={"value": ""}), by, _ones(rows), part.value if silent else "")

    def _ratio(self, statistic: Share | Ratio, by: Sequence[By]) -> dict[Key, tuple[Ref, ...]]:
        more = statistic.plus if isinstance(statistic, Ratio) else None
        top, base = statistic.numerator, statistic.denominator
        assert isinstance(top, Part) and isinstance(base, Part)
        silent, rows = rows_of(self.sample, [top, base], "", nested=isinstance(statistic, Share))
        unsure = top.record == base.record and len(silent[0].cell) > 0
        known = " and ".join(dict.fromkeys(filter(None, (top.where, top.value, base.value)))) if unsure else ""
        below = self._summed(base, by, rows[1], known)
        if isinstance(statistic, Share):
            above = self._summed(base, by, rows[0], known, frozenset({(WHERE, top.where)}))
        else:
            above = self._summed(top, by, rows[0], known)
        refs = _both({key: (ref,) for key, ref in below.items()}, {key: (ref,) for key, ref in above.items()})
        return refs if more is None else _both(refs, {k: (ref,) for k, ref in self._summed(more, by).items()})

    def _distribution(self, statistic: Proportion, by: Sequence[By], category: str) -> dict[Key, tuple[Ref, ...]]:
        """Return of each category its cell, and that of what its share is of: known answers, or all."""
        base = statistic.base
        assert base is not None
        inner = By(category, {base.record: statistic.variable}, unknown=True, recode=statistic.recode)
        found = self._summed(base, [*by, inner])
        whole, known = self._summed(base, by), dict[Key, Base]()
        for key, ref in found.items():
            if (category, UNKNOWN) not in key:
                rest, one = _without(key, category), self.cells[ref]
                known[rest] = known[rest].beside(one) if rest in known else one
        sums = {rest: self._kept((self._measure(base), rest | {(category, KNOWN)}), one) for rest, one in known.items()}
        out: dict[Key, tuple[Ref, ...]] = {}
        for key, ref in found.items():
            rest = _without(key, category)
            all_rows = statistic.over == "all" or (category, UNKNOWN) in key
            out[key] = (ref, whole[rest] if all_rows else sums[rest])
        return out

    def _options(self, statistic: MultipleResponse, by: Sequence[By]) -> dict[Key, tuple[Ref, ...]]:
        base, out = statistic.base, dict[Key, tuple[Ref, ...]]()
        assert base is not None
        for option, where in statistic.conditions.items():
            share = Share(Part(record=base.record, where=where), base)
            for key, refs in self._ratio(share, by).items():
                out[key | {(statistic.question, str(option))}] = refs
        return out

    def _difference(
        self, statistic: Difference, refs: Mapping[Key, tuple[Ref, ...]], name: str
    ) -> dict[Key, tuple[Ref, ...]]:
        sides = [
            {key - {(name, str(code))}: refs[key] for key in refs if (name, str(code)) in key}
            for code in (statistic.first, statistic.second)
        ]
        return _both(*sides)

    def _measure(self, part: Part, known: str = "") -> Measure:
        return Measure(part.record, part.where, part.value, known, self.weighting)

    def _kept(self, ref: Ref, base: Base) -> Ref:
        self.cells[ref] = base
        return ref


def _ones(rows: Rows) -> Rows:
    """Return the rows of an amount as rows that are counted."""
    return replace(rows, text="", value=np.broadcast_to(1.0, len(rows.value)))


def _both(one: Mapping[Key, tuple[Ref, ...]], other: Mapping[Key, tuple[Ref, ...]]) -> dict[Key, tuple[Ref, ...]]:
    return {key: (*one.get(key, ()), *other.get(key, ())) for key in dict.fromkeys([*one, *other])}


def _gathered(refs: Mapping[Key, tuple[Ref, ...]], category: str) -> dict[Key, tuple[Ref, ...]]:
    """Return the cells of all categories of a distribution together, for each of its other codes."""
    out: dict[Key, tuple[Ref, ...]] = {}
    for key, own in refs.items():
        rest = _without(key, category)
        out[rest] = tuple(dict.fromkeys((*out.get(rest, ()), *own)))
    return out


def _without(key: Key, dimension: str) -> Key:
    return frozenset(item for item in key if item[0] != dimension)


def largest(rows: Rows) -> dict[int, tuple[float, ...]]:
    """Return the two largest weighted contributions of rows to each cell of an amount, the larger first.

    Rows that an engine has put together, of one sampling unit and one value, have their mean weight.
    """
    inside = np.flatnonzero(rows.cell >= 0)
    if rows.counted or not len(inside):
        return {}
    size = rows.sample.rows(rows.record).size
    times = np.ones(len(inside), dtype=np.int64) if size is None else np.maximum(size[rows.index][inside], 1)
    share = np.abs(rows.weight * rows.value)[inside] / times
    order = np.lexsort((-share, rows.cell[inside]))
    cell, share, times = rows.cell[inside][order], share[order], times[order]
    found, first = np.unique(cell, return_index=True)
    second = np.where(times[first] > 1, first, np.minimum(first + 1, len(cell) - 1))
    alone = cell[second] != found
    alone |= (second == first) & (times[first] == 1)
    return {
        number: (one,) if only else (one, other)
        for number, one, other, only in zip(
            found.tolist(), share[first].tolist(), share[second].tolist(), alone.tolist(), strict=True
        )
    }
