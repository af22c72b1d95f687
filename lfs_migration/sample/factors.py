"""Factors of replicates, from the primary sampling units of a file: jackknife, half-samples, bootstrap and others."""

from __future__ import annotations

from math import gcd, isqrt
from typing import Any

import numpy as np

from lfs_migration.engine import LeaveOneOut, Psus, Replicates
from lfs_migration.engine.totals import Floats, Ints
from lfs_migration.errors import DesignError
from lfs_migration.sample import settled


def jackknife(units: Psus, mse: bool = True) -> Replicates:
    """Leave out one unit at a time, ``rscales = (n_h - 1) / n_h``: JK1, or JKn in strata (Wolter 2007, section 4.5)."""
    units = _ready(units, "jackknife")
    n = units.size[units.stratum]
    stands_in = units.single[units.stratum] & (units.singletons == "adjust")
    left = np.flatnonzero((units.fraction < 1) & ((n > 1) | stands_in))
    rscales = (1 - units.fraction[left]) * np.where(n > 1, (n - 1) / n, 1.0)[left]
    method = "JKn" if len(units.size) > 1 else "JK1"
    return Replicates(LeaveOneOut(units.stratum, left), _growth(units), rscales, mse, method, _df(units, len(left)))


def brr(units: Psus, fay: float = 0.0, mse: bool = True) -> Replicates:
    """Take half-samples in full orthogonal balance (McCarthy 1969), with Fay's factors 2 - fay and fay (Judkins 1990).

    Replicates are the columns of a Hadamard matrix with more rows than strata (the first, all ones, serves none);
    ``scale = 1 / (R (1 - fay)^2)``. A stratum has two units, or one and a policy.
    """
    units = _ready(units, "BRR")
    _refuse(units, units.size > 2, "Balanced half-samples need two; use the jackknife or the bootstrap")
    if not 0 <= fay < 1:
        raise DesignError(f"Fay's factor cannot be {fay}", hint="Give a number from 0 to less than 1, such as 0.5")
    matrix = hadamard(int((units.size == 2).sum()) + 1)
    row = np.cumsum(units.size == 2)[units.stratum]
    sign = 1 - 2 * _rank(units, np.argsort(units.stratum, kind="stable"))
    factors = 1 + (1 - fay) * sign[:, None] * matrix[row]
    return _made(units, factors, 1 / (len(matrix) * (1 - fay) ** 2), "Fay" if fay else "BRR", mse)


def bootstrap(units: Psus, replicates: int, seed: int, mse: bool = True) -> Replicates:
    """Draw ``n_h - 1`` units of each stratum with replacement: factor ``n_h / (n_h - 1)`` times the number of draws.

    Rao, Wu and Yue (1992); ``scale = 1 / R``, or ``1 / (R - 1)`` about the replicates' mean. More replicates of a seed
    begin with the same ones.
    """
    units = _ready(units, "bootstrap", replicates)
    order, size = np.argsort(units.stratum, kind="stable"), units.size
    first, among = np.repeat(np.cumsum(size) - size, size - 1), np.repeat(size.astype(np.float64), size - 1)
    raised = np.repeat(size / np.maximum(size - 1, 1), size)
    generator = np.random.Generator(np.random.PCG64(seed))
    factors = np.empty((replicates, len(units)))
    for r in range(replicates):
        drawn = first + (generator.random(len(first)) * among).astype(np.int64)
        factors[r, order] = raised * np.bincount(drawn, minlength=len(units))
    return _made(units, factors.T, 1 / (replicates if mse else replicates - 1), "bootstrap", mse)


def successive_difference(units: Psus, replicates: int, mse: bool = True) -> Replicates:
    """Compare each unit with the one before it in its stratum, by their numbers: for systematic samples; circular.

    Fay and Train (1995): factor ``1 + 2^(-3/2) (own row - next unit's row)`` of a Hadamard matrix of this order or the
    next that exists, R; ``scale = 4 / R``. With fewer units than R, the variance of a total is in each stratum
    ``sum over i of (z_i - z_(i-1))^2 / 2``; with more, rows serve again, in another sequence (Ash 2014).
    """
    units = _ready(units, "successive difference", replicates)
    matrix = hadamard(replicates)
    factors = np.empty((len(units), len(matrix)))
    own, following = _successive_rows(units.size, len(matrix) - 1)
    factors[np.argsort(units.stratum, kind="stable")] = 1 + 2**-1.5 * (matrix[own] - matrix[following])
    return _made(units, factors, 4 / len(matrix), "successive difference", mse)


def _successive_rows(sizes: Ints, rows: int) -> tuple[Ints, Ints]:
    """Return the two rows of each unit, sorted by stratum: all rows in turn, then again by longer steps."""
    steps = np.array([step for step in range(1, rows) if gcd(step, rows) == 1])
    own, used = [np.empty(0, dtype=np.int64)], 0
    for n in sizes.tolist():
        used += -used % rows if used % rows + n > rows else 0
        turn, place = np.divmod(np.arange(used, used + n), rows)
        row = 1 + place * steps[turn % len(steps)] % rows
        if n > 1 and row[0] == row[-1]:
            row[-1] = min({1, 2, 3} - {int(row[0]), int(row[-2])})
        own.append(row)
        used += n
    return np.concatenate(own), np.concatenate([np.roll(row, -1) for row in own])


def random_groups(units: Psus, groups: int, seed: int, mse: bool = True) -> Replicates:
    """Split each stratum at random into groups, each of which stands for the stratum (Wolter 2007, section 2.4).

    Factor ``n_h / n_hg`` in the group, else 0; ``scale = 1 / (G (G - 1))``, unbiased where groups are of one size.
    """
    units = _ready(units, "random groups", groups)
    _refuse(units, (units.size > 1) & (units.size < groups), f"{groups} random groups need as many")
    shuffled = np.random.Generator(np.random.PCG64(seed)).random(len(units))
    group = _rank(units, np.lexsort((shuffled, units.stratum))) % groups
    part = units.stratum * groups + group
    share = units.size[units.stratum] / np.bincount(part)[part]
    factors = np.where(group[:, None] == np.arange(groups), share[:, None], 0.0)
    return _made(units, factors, 1 / (groups * (groups - 1)), "random groups", mse)


def hadamard(least: int) -> Ints:
    """Return a Hadamard matrix of this order or the next that the rules give; its first row and column are ones.

    Doubling (Sylvester 1867), and quadratic residues of primes (Paley 1933).

    Examples
    --------
    >>> [len(hadamard(least)) for least in (1, 5, 9, 21, 49)]
    [4, 8, 12, 24, 56]
    """
    order = max(4, least + -least % 4)
    while (matrix := _hadamard(order)) is None:
        order += 4
    matrix = matrix * matrix[0]
    return np.asarray(matrix * matrix[:, :1])


def _hadamard(order: int) -> Ints | None:
    double = np.array([[1, 1], [1, -1]])
    if order <= 2 or order % 4:
        return double if order == 2 else None
    if _prime(order - 1):
        return np.asarray(_residues(order - 1) + np.eye(order, dtype=np.int64))
    if order % 8 == 4 and _prime(order // 2 - 1):
        turned = np.kron(np.eye(order // 2, dtype=np.int64), np.array([[1, -1], [-1, -1]]))
        return np.asarray(np.kron(_residues(order // 2 - 1), double) + turned)
    half = _hadamard(order // 2)
    return None if half is None else np.asarray(np.kron(double, half))


def _prime(number: int) -> bool:
    return all(number % divisor for divisor in range(2, isqrt(number) + 1))


def _residues(prime: int) -> Ints:
    """Return the quadratic characters of differences, bordered by ones: orthogonal rows, and a diagonal of zeros."""
    number = np.arange(prime)
    character = np.where(number == 0, 0, np.where(np.isin(number, number**2 % prime), 1, -1))
    out = np.pad(character[(number[:, None] - number) % prime], ((1, 0), (1, 0)), constant_values=1)
    out[:, 0] *= 1 if prime % 4 == 1 else -1
    out[0, 0] = 0
    return out


def _rank(units: Psus, order: Ints) -> Ints:
    """Return the place of each unit in its stratum, when ``order`` sorts units by stratum."""
    place = np.empty(len(units), dtype=np.int64)
    place[order] = np.arange(len(units))
    return place - (np.cumsum(units.size) - units.size)[units.stratum]


def _made(units: Psus, factors: Floats, scale: float, method: str, mse: bool) -> Replicates:
    share = np.where(units.size[units.stratum] > 1, np.sqrt(1 - units.fraction), 0.0)
    factors = factors if (share == 1).all() else 1 + share[:, None] * (factors - 1)
    size = factors.shape[1]
    return Replicates(factors, scale * _growth(units), np.ones(size), mse, method, _df(units, size))


def _growth(units: Psus) -> float:
    strata, lonely = len(units.size), int(units.single.sum())
    if units.singletons != "average" or not lonely:
        return 1.0
    return strata / (strata - lonely) if strata > lonely else np.nan


def _df(units: Psus, replicates: int) -> int:
    return max(min(len(units) - len(units.size), replicates - 1), 0)


def _ready(units: Psus, method: str, number: int = 2) -> Psus:
    """Return the units with their policy applied, when replicates of the first stage describe their design."""
    if number < 2:
        raise DesignError(f"The method {method!r} cannot work with {number} replicates", hint="Ask for two or more")
    if units.later or units.pps == "hajek" or (units.pps and method != "jackknife"):
        found = f"{units.pps} probabilities" if units.pps else "finite populations of later stages"
        raise DesignError(f"The method {method!r} has no correction for {found}", hint="Linearise, or leave it out")
    units = settled(units)
    if units.singletons == "adjust" and method != "jackknife":
        _refuse(units, units.single, f"'adjust' has no meaning in {method!r}; use certainty, average or collapse")
    return units


def _refuse(units: Psus, strata: Any, why: str) -> None:
    wrong = np.flatnonzero(strata[units.stratum])
    if len(wrong):
        name, n = units.name(int(wrong[0]))[0], int(units.size[units.stratum[wrong[0]]])
        raise DesignError(f"Stratum {name!r} has {n} primary sampling unit{'s' if n > 1 else ''}", detail=why)
