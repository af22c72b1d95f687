"""Small publications, and exact answers about them found without a solver."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from lfs_migration.protect.system import System


def table(inner, names=()):
    """Return the system of a table of any number of dimensions with all its margins, cells in C order."""
    inner = np.asarray(inner, dtype=float)
    full = np.zeros([length + 1 for length in inner.shape])
    full[tuple(slice(length) for length in inner.shape)] = inner
    for axis, length in enumerate(inner.shape):
        whole = [slice(None)] * inner.ndim
        whole[axis] = length
        full[tuple(whole)] = np.take(full, range(length), axis=axis).sum(axis=axis)
    number = np.arange(full.size).reshape(full.shape)
    wholes = []
    for axis in range(inner.ndim):
        for line in np.moveaxis(number, axis, -1).reshape(-1, inner.shape[axis] + 1):
            wholes.append((int(line[-1]), line[:-1].tolist()))
    return System.of(full.ravel(), wholes, names)


def linked(seed=0, countries=12, subregions=4, regions=2):
    """Return a publication of two tables, country by sex and country by age, with countries in two levels above."""
    draw = np.random.default_rng(seed)
    people = np.floor(np.exp(draw.normal(1.5, 1.3, (countries, 2, 3))))
    place, values, wholes = {}, [], []

    def cell(*key):
        return place.setdefault(key, len(place))

    levels = [("country", countries, lambda c: c), ("sub", subregions, lambda c: c % subregions),
              ("region", regions, lambda c: c % subregions % regions), ("world", 1, lambda c: 0)]  # fmt: skip
    for level, count, of in levels:
        for one in range(count):
            block = people[[c for c in range(countries) if of(c) == one]].sum(axis=0)
            sums = {(level, one): block.sum()}
            sums |= {(level, one, "sex", s): block[s].sum() for s in range(2)}
            sums |= {(level, one, "age", a): block[:, a].sum() for a in range(3)}
            for key, value in sums.items():
                cell(*key)
                values.append(value)
            for name, length in (("sex", 2), ("age", 3)):
                wholes.append((cell(level, one), [cell(level, one, name, k) for k in range(length)]))
    above = [("sub", "country", subregions, lambda c: c % subregions, countries),
             ("region", "sub", regions, lambda s: s % regions, subregions),
             ("world", "region", 1, lambda r: 0, regions)]  # fmt: skip
    for upper, lower, count, of, length in above:
        for one in range(count):
            below = [k for k in range(length) if of(k) == one]
            for tail in [(), *(("sex", s) for s in range(2)), *(("age", a) for a in range(3))]:
                wholes.append((cell(upper, one, *tail), [cell(lower, k, *tail) for k in below]))
    return System.of(values, wholes, [" ".join(map(str, key)) for key in place])


def vertices(system, hidden):
    """Return all corners of what an attacker must think possible of the hidden cells, of shape (corners, hidden)."""
    cells = np.flatnonzero(hidden)
    dense = system.equations.toarray()
    left, right = dense[:, cells], -dense[:, ~hidden] @ system.values[~hidden]
    rank = np.linalg.matrix_rank(left)
    found = []
    for basis in combinations(range(len(cells)), rank):
        part = left[:, basis]
        if np.linalg.matrix_rank(part) < rank:
            continue
        solution = np.linalg.lstsq(part, right, rcond=None)[0]
        if np.abs(part @ solution - right).max(initial=0) < 1e-7 and (solution > -1e-7).all():
            point = np.zeros(len(cells))
            point[list(basis)] = solution
            found.append(point)
    return np.array(found)


def width_by_vertices(system, hidden):
    """Return the smallest and largest value of each hidden cell; the set must be bounded."""
    corners = vertices(system, hidden)
    return corners.min(axis=0), corners.max(axis=0)
