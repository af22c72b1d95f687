"""Perturbation of what is published: numbers get a small noise by the key of those whom they count.

A cell has the noise of its key wherever it stands: in every table, and behind shares, rates and means as well, which
are made anew of the cells with their noise. So no share and number together give a true number back. The same rows of a
sample have one key under every name; see :mod:`lfs_migration.sample.identity`. The noise is in rows of the sample, and
each counts for the mean weight of the cell; a number in the population has up to a row more or less beside.

Why that: without it the number in the population over that of rows would be the true mean weight m of a cell, and a
mean that of the true amounts. Of the parts 1 and 2 of a whole (m - m2) / (m1 - m2) is then the true n1 / n, which tells
both, being a fraction of small whole numbers. So numbers, and each amount, have less than a row of their own.

What else is printed beside: the rows and households of the sample have their noise too. The variance of the noise is
added to that of the sample. Flags stay, as they were decided before on the true numbers. Zeros stay. Of what occurs
in no row a table has no line; nor has it one of what the noise makes zero, or it would be told from the other.

References
----------
Cochran, W. G. (1977). Sampling Techniques, third edition. Wiley, New York.

Fraser, B. & Wooton, J. (2005). A proposed method for confidentialising tabular output to protect against differencing.
Joint UNECE/Eurostat work session on statistical data confidentiality, Geneva.

Squire, W. & Trapp, G. (1998). Using complex variables to estimate derivatives of real functions. SIAM Review 40,
110-112.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lfs_migration.errors import DataError, EstimationError
from lfs_migration.estimate.intervals import Facts, limits
from lfs_migration.model.protection import Perturbation, Primary, ProtectionRules
from lfs_migration.model.results import CONFIDENTIAL, KEY_BITS, TOTAL, Base, Cell, Ref, Table
from lfs_migration.protect.cellkeys import name_keys, perturbation_table
from lfs_migration.protect.cells import Cells
from lfs_migration.protect.composed import COUNTS, RANKED, Made, made_of
from lfs_migration.protect.names import Name
from lfs_migration.protect.noise import Ints, PerturbationTable
from lfs_migration.protect.primary import sensitive, waived
from lfs_migration.protect.system import Floats

SAME = 1e-6
"""How far a figure may be from what its cells make of it, as a part of it."""
EXACT = 1e-12
"""How far below 1 a sum of shares is all of them."""
SPREAD = 1.0
"""Of a row: how far below and above its noise in the sample that in the population may be, all values alike."""
STEP = 1e-30
"""Of a derivative by complex numbers, which lose no digit however small it is."""
LEVEL = 0.95
"""Of the intervals of tables."""


def seed_for(rules: ProtectionRules | None, seed: int | None) -> int | None:
    """Return the seed that rules of disclosure control need; nothing where they do not perturb.

    Raises
    ------
    DataError
        When they perturb and there is none.
    """
    if rules is None or rules.perturbation is None:
        return None
    if seed is None:
        raise DataError(
            "The rules perturb by the keys of records, and no seed of these is given",
            hint="Draw one with secrets.randbits(128), keep it secret, and give the same each time: as record_keys to "
            "tabulate and as seed to protect, or in the environment variable LFS_CELL_KEY_SEED to the command run",
        )  # fmt: skip
    return seed


def without_counts(rules: ProtectionRules) -> ProtectionRules:
    """Return what is left of rules for numbers of rows, which get noise in place of being hidden for being small."""
    return rules.model_copy(update={"persons": 0, "households": 0, "complement": False})


@dataclass(frozen=True)
class Noise:
    """The noise of the cells of a publication.

    Parameters
    ----------
    cells : Cells
    table : PerturbationTable
    keys : integer array of shape (cells,)
        What the noise is looked up by.
    beside : float array of shape (cells,)
        From -1 to 1: what the noise in the population has of its own, for numbers and for each amount.
    """

    cells: Cells
    table: PerturbationTable
    keys: Ints
    beside: Floats

    @classmethod
    def of(cls, cells: Cells, perturbation: Perturbation, seed: int) -> Noise:
        """Return the noise of some cells.

        The key of a cell is mixed with the seed once more, so that tables which are passed on with their keys do not
        tell the noise.
        """
        table = perturbation_table(perturbation.deviation, perturbation.variance, perturbation.threshold, KEY_BITS)
        mask = np.uint64((1 << KEY_BITS) - 1)
        mixed = name_keys([base.key for base in cells.bases], seed, use="noise") & mask
        summed = [(base.key, name.value) for name, base in zip(cells.names, cells.bases, strict=True)]
        beside = name_keys(summed, seed, use="beside") / 2.0**63 - 1
        return cls(cells, table, mixed.astype(np.int64), beside)

    @cached_property
    def n(self) -> Ints:
        """Rows in each cell with its noise, of shape (cells,)."""
        n = np.array([base.n for base in self.cells.bases], dtype=np.int64)
        out: Ints = n + self.table.noise(n, self.keys)
        return out

    @cached_property
    def values(self) -> Floats:
        """Numbers or totals in the population with their noise, of shape (cells,)."""
        own = np.array([base.value for base in self.cells.bases])
        n = np.array([base.n for base in self.cells.bases])
        rows = np.where(self.n > 0, self.n + SPREAD * self.beside, 0.0)
        out: Floats = np.where(n > 0, own * (rows / np.maximum(n, 1)), own)
        return out

    def households(self, true: Sequence[int], at: Sequence[int], n: Sequence[int]) -> list[int]:
        """Return numbers of households with the noise of their cells: none where there is no row, and never more."""
        added = self.table.noise(np.array(true, dtype=np.int64), self.keys[np.array(at, dtype=np.int64)])
        least = np.minimum(self.table.threshold + 1, n)
        return [int(h) for h in np.clip(np.asarray(true) + added, least, n)]


@dataclass(frozen=True)
class _Figure:
    """A figure, how it is made, and the numbers of its cells."""

    cell: Cell
    made: Made
    number: dict[Ref, int]
    per: int


def perturbed(tables: Sequence[Table], cells: Cells, rules: ProtectionRules, seed: int) -> tuple[Table, ...]:
    """Return tables whose numbers have noise, with all that is made of them.

    Parameters
    ----------
    tables : sequence of Table
        Protected; figures that are hidden stay so.
    cells : Cells
        Behind their figures.
    rules : ProtectionRules
        With a perturbation.
    seed : int
        Secret.

    Returns
    -------
    tuple of Table
        Without the true cells behind their figures, and without lines of what the noise makes zero.

    Raises
    ------
    DataError
        For tables whose cells have no keys.
    EstimationError
        For a figure that is not what its cells make of it; for a perturbation that no noise fulfils.

    Notes
    -----
    The noise of a cell has variance V in rows and 1/3 more in the population, and is drawn apart from the sample: as an
    error of measurement that is independent of it, it adds its own variance (Cochran 1977, chapter 13). That of a
    figure f is V times the sum, over different keys, of the squared derivatives of f by the noise, and 1/3 times that
    over different keys and amounts; of a number X of n rows it is (V + 1/3) (X / n)².
    """
    assert rules.perturbation is not None
    _require_keys(tables)
    noise = Noise.of(cells, rules.perturbation, seed)
    return tuple(_table(table, noise) for table in tables)


def _require_keys(tables: Sequence[Table]) -> None:
    bases = [base for table in tables for base in table.bases.values() if base.n]
    if bases and not any(base.key for base in bases):
        raise DataError(
            "The cells of the tables have no keys to perturb them by",
            hint="Make the tables with tabulate(..., record_keys=seed)",
        )


def _table(table: Table, noise: Noise) -> Table:
    figures = {place: _found(table, cell, noise) for place, cell in enumerate(table.cells) if cell.why != CONFIDENTIAL}
    out = list(table.cells)
    for place, cell in zip(figures, _settled(list(figures.values()), noise), strict=True):
        out[place] = cell
    return replace(table, cells=tuple(cell for cell in out if _occurs(cell)), bases={})


def _occurs(cell: Cell) -> bool:
    """Return whether a table has a line for a figure: for a total of all, and else where there are rows."""
    overall = all(code == TOTAL for code in cell.keys.values())
    return cell.why == CONFIDENTIAL or (not math.isnan(cell.estimate) and (overall or cell.n != 0))


def _found(table: Table, cell: Cell, noise: Noise) -> _Figure:
    """Return a figure with what it is made of, after it was seen that this gives it."""
    made, number = made_of(table, cell), dict[Ref, int]()
    if made is None:
        raise _strange(table, cell, "No cells behind it are known")
    for ref in made.refs:
        number[ref] = noise.cells.number[noise.cells.name(table.survey, ref)]
    bases = {ref: noise.cells.bases[at] for ref, at in number.items()}
    counted = cell.statistic == COUNTS and table.indicator.kind == "distribution"
    per = 1 if counted else table.indicator.per
    if made.rows({ref: base.n for ref, base in bases.items()}) != cell.n:
        raise _strange(table, cell, f"It is of {cell.n} rows")
    if made.way != "quantile":
        value = complex(made.value({ref: base.value for ref, base in bases.items()})).real * per
        if not math.isclose(value, cell.estimate, rel_tol=SAME, abs_tol=SAME * per):
            raise _strange(table, cell, f"It is {cell.estimate:.12g}, and of its cells {value:.12g}")
    return _Figure(cell, made, number, per)


def _strange(table: Table, cell: Cell, detail: str) -> EstimationError:
    codes = ", ".join(f"{dimension} {code}" for dimension, code in cell.keys.items())
    return EstimationError(
        "A figure is not what its cells make of it, and cannot be perturbed with them",
        where=f"{table.survey} {table.indicator.code} {codes}".rstrip(), detail=detail,
        hint="Give tables as tabulate made them, and protect them once",
    )  # fmt: skip


def _settled(figures: Sequence[_Figure], noise: Noise) -> list[Cell]:
    """Return figures with noise: estimate, error and interval, rows and households."""
    if not figures:
        return []
    n = [one.made.rows({ref: int(noise.n[at]) for ref, at in one.number.items()}) for one in figures]
    true = [one.cell.households or 0 for one in figures]
    households = noise.households(true, [_counted(one, noise) for one in figures], n)
    moved = [_moved(one, noise) for one in figures]
    value, se = (np.array(column) for column in zip(*moved, strict=True))
    df = np.array([one.cell.df for one in figures])
    whole = np.array([one.made.share for one in figures])
    low, high = limits(Facts(value, se, df, np.array(n, dtype=np.float64), LEVEL), whole)
    out = []
    for place, one in enumerate(figures):
        cell = replace(one.cell, n=n[place], households=households[place],
                       unknown_share=round(one.cell.unknown_share, 2))  # fmt: skip
        if one.made.way != "quantile":
            estimate, error = float(value[place]) * one.per, float(se[place]) * one.per
            cv = error / abs(estimate) if estimate else math.nan
            cell = replace(cell, estimate=estimate, se=error, cv=cv, ci_low=float(low[place]) * one.per,
                           ci_high=float(high[place]) * one.per)  # fmt: skip
        out.append(cell)
    return out


def _counted(figure: _Figure, noise: Noise) -> int:
    """Return the cell whose households are the figure's."""
    refs = [ref for side in figure.made.sides for ref in side]
    bases = noise.cells.bases
    same = (ref for ref in refs if bases[figure.number[ref]].households == figure.cell.households)
    return figure.number[next(same, refs[0])] if refs else 0


def _moved(figure: _Figure, noise: Noise) -> tuple[float, float]:
    """Return estimate and standard error of a figure with the noise of its cells, per one."""
    made, number, se = figure.made, figure.number, figure.cell.se / figure.per
    if made.way == "quantile":
        return figure.cell.estimate / figure.per, se
    values: dict[Ref, complex] = {ref: float(noise.values[at]) for ref, at in number.items()}
    value = complex(made.value(values)).real
    if math.isnan(value):
        return math.nan, math.nan
    if value == 0 or (made.bounded and value > 1 - EXACT):
        return min(value, 1.0), 0.0  # with an error it would not look as those do that are so by themselves
    together: dict[tuple[int, ...] | tuple[int, int, str], list[Ref]] = {}
    for ref in number:
        base = _base(noise, number[ref])
        if base.n:
            together.setdefault((base.n, base.key), []).append(ref)
            together.setdefault((base.n, base.key, ref[0].value), []).append(ref)
    added = [
        (noise.table.variance if len(key) == 2 else SPREAD**2 / 3)
        * _slope(made, values, {ref: _mean(noise, number[ref]) for ref in refs}) ** 2
        for key, refs in together.items()
    ]
    return value, math.sqrt(se**2 + math.fsum(added))


def _slope(made: Made, values: dict[Ref, complex], means: dict[Ref, float]) -> float:
    """Return how much a figure changes with one row more in some cells, which have one noise (Squire & Trapp 1998)."""
    near = {ref: value + 1j * STEP * means.get(ref, 0.0) for ref, value in values.items()}
    return complex(made.value(near)).imag / STEP


def _base(noise: Noise, at: int) -> Base:
    return noise.cells.bases[at]


def _mean(noise: Noise, at: int) -> float:
    base = _base(noise, at)
    return base.value / base.n


def primary_of(cells: Cells, tables: Sequence[Table], rules: ProtectionRules) -> dict[int, Primary]:
    """Return the cells that are sensitive although numbers get noise: those of amounts, and of others that are full."""
    amounts = {cell: rule for cell, rule in sensitive(cells, tables, rules).items() if cells.names[cell].value}
    return {**sensitive(cells, tables, without_counts(rules)), **amounts}


def without_few(tables: Sequence[Table], cells: Cells, rules: ProtectionRules) -> tuple[Table, ...]:
    """Return tables without the quantiles of so few rows or households that they tell of them.

    The rows of a quantile are counted, and their number is shown with noise; its value has none.
    """

    def open_(table: Table, cell: Cell) -> bool:
        behind = cells.behind(table.survey, cell)
        return not any(_few(cells.bases[at], cells.names[at], rules) for at in behind)

    return tuple(
        replace(table, cells=tuple(cell if open_(table, cell) else covered(cell) for cell in table.cells))
        if table.indicator.kind in RANKED else table
        for table in tables
    )  # fmt: skip


def covered(cell: Cell) -> Cell:
    """Return a figure that disclosure control hides, with all that tells of the rows behind it.

    That is their number, that of their households, and the degrees of freedom, which tell in how many strata they are.
    """
    return replace(cell, flag="suppress", why=CONFIDENTIAL, n=None, households=None, df=math.nan)


def _few(base: Base, name: Name, rules: ProtectionRules) -> bool:
    limits_of: dict[Primary, bool] = {
        "persons": base.n < rules.persons,
        "households": base.households < rules.households,
        "contributors": base.n < rules.contributors,
    }
    return any(broken and not waived(rule, name, rules.waived) for rule, broken in limits_of.items())
