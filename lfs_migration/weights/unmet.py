"""Why margins cannot be met: an empty category, totals that contradict each other, bounds that are too tight."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError
from lfs_migration.model.calibration import Calibration
from lfs_migration.sample.auxiliaries import Auxiliaries, shown
from lfs_migration.sample.distance import near_to
from lfs_migration.sample.slopes import independent, weighted_gram

Floats = NDArray[np.float64]
SAME = 1e-8
_MANY = 300_000
_WAYS = "Widen the bounds, join categories, or allow a tolerance with method='ridge'"


@dataclass(frozen=True)
class Task:
    """A calibration, its auxiliaries, and the sums of weights before it by cell."""

    calibration: Calibration
    found: Auxiliaries
    weight: Floats

    def name(self, column: int) -> str:
        """Return the margin of an auxiliary."""
        return self.calibration.margins[int(self.found.margin[column])].name

    def category(self, column: int) -> str:
        """Return the category that an auxiliary is of, or the number."""
        return shown(self.found.codes[column]) or self.name(column)

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Whether each auxiliary's total is to be met exactly, of shape (auxiliaries,)."""
        slack = np.array(self.calibration.slack or [0.0] * len(self.calibration.margins))
        return np.asarray(slack[self.found.margin] == 0)

    @cached_property
    def unit(self) -> Floats:
        """What a distance from each total is small or large to, of shape (auxiliaries,)."""
        return near_to(self.found.totals, self.found.x, self.weight)


def check(task: Task) -> None:
    """Check what can be seen before anything is solved.

    Raises
    ------
    DesignError
        For a category without a row in the sample, a total of 0 of one with rows, or a total that follows from the
        others and is not what follows.
    """
    found, calibration = task.found, task.calibration
    here = task.weight @ np.abs(found.x)
    empty = np.flatnonzero((here == 0) & (found.totals != 0))
    if len(empty):
        column = int(empty[0])
        more = f", and {len(empty) - 1} more categories" if len(empty) > 1 else ""
        raise DesignError(
            f"The margin {task.name(column)} cannot be met: the sample has no row in {task.category(column)}",
            detail=f"Its total is {found.totals[column]:,.10g}{more}",
            hint="Join it with another category, and their totals",
        )
    zero = np.flatnonzero(
        (here > 0) & (found.totals == 0) & np.array([len(code) > 0 for code in found.codes], dtype=bool)
    )
    if len(zero) and calibration.method not in ("linear", "ridge"):
        column = int(zero[0])
        raise DesignError(
            f"The margin {task.name(column)} cannot be met: the total of {task.category(column)} is 0",
            detail=f"The sample has rows there, with weights of {here[column]:,.10g} in all",
            hint="Mend the total, or take those rows out of the sample",
        )
    _check_dependent(task)


def _check_dependent(task: Task) -> None:
    found, exact = task.found, np.flatnonzero(task.exact)
    gram, totals = weighted_gram(found.x, task.weight)[np.ix_(exact, exact)], found.totals[exact]
    kept = independent(gram, np.zeros(len(exact)))
    rest = np.setdiff1d(np.arange(len(exact)), kept)
    if not len(rest):
        return
    size = np.sqrt(np.diag(gram))
    factor = np.linalg.solve(gram[np.ix_(kept, kept)] / np.outer(size[kept], size[kept]),
                             gram[np.ix_(kept, rest)] / size[kept, None]) / size[kept, None]  # fmt: skip
    follows = totals[kept] @ factor
    wrong = np.flatnonzero(np.abs(follows - totals[rest]) > SAME * task.unit[exact][rest])
    if len(wrong):
        column = int(exact[rest[wrong[0]]])
        others = exact[kept[np.abs(factor[:, wrong[0]]) > SAME]]
        names = dict.fromkeys(name for name in map(task.name, others) if name != task.name(column))
        raise DesignError(
            f"The margins {' and '.join([task.name(column), *names])} contradict each other",
            detail=f"{task.category(column)} has the total {found.totals[column]:,.10g}, and with the others it would "
            f"be {follows[wrong[0]]:,.10g}",
            hint="Mend the totals, or allow a tolerance with method='ridge'",
        )


def unmet(task: Task, reached: Floats) -> DesignError:
    """Return the error for margins that no weights meet: which, and the closest total that can be reached.

    Parameters
    ----------
    task : Task
    reached : float array of shape (auxiliaries,)
        Totals at which the solution stopped.
    """
    low, high = task.calibration.bounds
    if task.calibration.method in ("raking", "logit"):
        low = max(low, 0.0)
    one_by_one = _clipped(task, low, high)
    away = np.abs(one_by_one - task.found.totals) / task.unit
    closest = one_by_one
    if (away[task.exact] <= SAME).all() and len(task.weight) <= _MANY:
        closest = _nearest(task, low, high)
        away = np.abs(closest - task.found.totals) / task.unit
    away = np.where(task.exact, away, 0.0)
    column = int(np.argmax(away))
    if away[column] <= SAME:
        column = int(np.argmax(np.where(task.exact, np.abs(reached - task.found.totals) / task.unit, 0.0)))
        return DesignError(
            f"The margin {task.name(column)} can be met only with g-weights at their bounds",
            detail=f"{task.category(column)} has the total {task.found.totals[column]:,.10g}; "
            f"{reached[column]:,.10g} was reached", hint=_WAYS,
        )  # fmt: skip
    bounded = task.calibration.bounds != (-np.inf, np.inf)
    title = f"The bounds {low:g} and {high:g} are too tight for the margin {task.name(column)}"
    return DesignError(
        title if bounded else f"The margin {task.name(column)} cannot be met together with the others",
        detail=f"{task.category(column)} has the total {task.found.totals[column]:,.10g}; the closest that can be "
        f"reached is {closest[column]:,.10g}", hint=_WAYS,
    )  # fmt: skip


def _clipped(task: Task, low: float, high: float) -> Floats:
    """Return the total of each auxiliary, alone, that g-weights between bounds come closest to."""
    up, down = (task.weight @ np.maximum(part, 0) for part in (task.found.x, -task.found.x))
    with np.errstate(invalid="ignore"):
        ends = [np.nan_to_num(a * up) - np.nan_to_num(b * down) for a, b in ((low, high), (high, low))]
    least = np.where((up > 0) & np.isinf(low) | (down > 0) & np.isinf(high), -np.inf, ends[0])
    most = np.where((up > 0) & np.isinf(high) | (down > 0) & np.isinf(low), np.inf, ends[1])
    out: Floats = np.clip(task.found.totals, least, most)
    return out


def _nearest(task: Task, low: float, high: float) -> Floats:
    """Return totals that g-weights between bounds reach together, at the least sum of relative distances."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack

    exact = task.exact
    scale = task.unit[exact]
    a: Any = csr_array(((task.found.x[:, exact] * task.weight[:, None]) / scale).T)
    unit = csr_array(np.eye(len(scale)))
    cells = len(task.weight)
    cost = np.concatenate([np.zeros(cells), np.ones(2 * len(scale))])
    limits = [(None if np.isinf(low) else low, None if np.isinf(high) else high)] * cells
    done = linprog(
        cost, A_eq=hstack([a, unit, -unit]), b_eq=task.found.totals[exact] / scale,
        bounds=limits + [(0, None)] * (2 * len(scale)), method="highs",
    )  # fmt: skip
    out: Floats = task.found.totals.copy()
    if done.x is not None:
        over, under = done.x[cells : cells + len(scale)], done.x[cells + len(scale) :]
        out[exact] -= (over - under) * scale
    return out
