"""Cell suppression and its audit, on one table and on a publication of linked tables.

    python scripts/bench/protecting.py [--only table] [--cells 6000] [--share 0.08] [--seed 1] [--quality]

The table is 30 by 8 cells with margins and 80 sensitive ones among its smallest; the publication is every pair of
destination, sex, age, reason, duration and education, with destinations in two levels above the country, so that all
tables share margins and hang together. Figures are drawn from a seed: people, skewed over destinations, with weights.
A cell of one or two people is sensitive (of the table: the smallest), and must keep half its value of room on both
sides. With `--quality` cells of fewer than ten people are hidden anyway, and serve for nothing. Given are the seconds
of suppression and of the audit, how many cells were hidden, the share of all cells and of all value lost with them, and
how many sensitive cells can be worked out before and after.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from lfs_migration.protect.audit import audit  # noqa: E402
from lfs_migration.protect.secondary import suppress  # noqa: E402
from lfs_migration.protect.system import Floats, Ints, Mask, System  # noqa: E402

AIMS = {"table": 10.0, "publication": 60.0}
"""Seconds that suppression may take."""
ENOUGH, RELIABLE = 3, 10
"""People from which a cell is not sensitive, and from which it is good enough to be shown."""
CODES = {"sex": 2, "age": 7, "reason": 6, "duration": 5, "education": 5}
SUBREGIONS, REGIONS = 20, 5

Group = tuple[Mask, list[int]]
"""Who belongs to a code, and the positions of the codes that make it up, none for the finest."""


@dataclass(frozen=True)
class Case:
    """A publication with its sensitive cells, and those that are hidden anyway."""

    system: System
    primary: Mask
    hidden: Mask


def one_table(seed: int, rows: int = 30, columns: int = 8, sensitive: int = 80) -> Case:
    """Return one table of skewed counts with margins; its smallest inner cells above zero are sensitive."""
    draw = np.random.default_rng(seed)
    full = np.zeros((rows + 1, columns + 1))
    full[:-1, :-1] = np.floor(1 + np.exp(draw.normal(2.5, 1.6, (rows, columns))))
    full[-1] = full.sum(axis=0)
    full[:, -1] = full.sum(axis=1)
    number = np.arange(full.size).reshape(full.shape)
    lines = [*number, *number.T]
    system = System.of(full.ravel(), [(int(line[-1]), line[:-1].tolist()) for line in lines])
    inner = number[:-1, :-1].ravel()
    primary = np.zeros(full.size, dtype=bool)
    primary[inner[np.argsort(system.values[inner], kind="stable")][:sensitive]] = True
    return Case(system, primary, np.zeros(full.size, dtype=bool))


def publication(seed: int, cells: int, share: float, quality: bool) -> Case:
    """Return pair tables of all dimensions, of about so many cells, of which about the share is sensitive."""
    countries = max(cells // (1 + sum(CODES.values())) - 36, SUBREGIONS)
    found = None
    for people in np.geomspace(200_000, 500, 40).astype(int):
        case = _pairs(np.random.default_rng(seed), int(people), countries, quality)
        if case.primary.mean() > share:
            break
        found = case
    if found is None:
        raise SystemExit("No number of people leaves so few sensitive cells: give a larger --share.")
    return found


def _pairs(draw: np.random.Generator, people: int, countries: int, quality: bool) -> Case:
    dimensions = {"destination": _destinations(draw, people, countries)}
    for name, count in CODES.items():
        dimensions[name] = _flat(draw.choice(count, people, p=draw.dirichlet(np.full(count, 2.0))), count)
    weight = draw.gamma(4, 90, people)
    place: dict[tuple[tuple[str, int], ...], int] = {}
    masks: list[Mask] = []
    wholes: dict[tuple[int, tuple[int, ...]], None] = {}

    def cell(*codes: tuple[str, int]) -> int:
        """Return the cell of some codes; code 0 of a dimension is everyone, and shared by all tables."""
        key = tuple(code for code in codes if code[1])
        if key not in place:
            place[key] = len(place)
            masks.append(np.logical_and.reduce([dimensions[name][at][0] for name, at in codes]))
        return place[key]

    for one, other in combinations(dimensions, 2):
        sizes = [range(len(dimensions[name])) for name in (one, other)]
        for a, b in product(*sizes):
            whole = cell((one, a), (other, b))
            for parts in ([cell((one, p), (other, b)) for p in dimensions[one][a][1]],
                          [cell((one, a), (other, p)) for p in dimensions[other][b][1]]):  # fmt: skip
                if parts:
                    wholes[whole, tuple(parts)] = None
    counts = np.array([mask.sum() for mask in masks])
    system = System.of([weight[mask].sum() for mask in masks], wholes, [str(key) for key in place])
    primary = (counts > 0) & (counts < ENOUGH)
    return Case(system, primary, (counts < RELIABLE) & quality)


def _flat(code: Ints, count: int) -> list[Group]:
    """Return everyone, made up of the codes, and each code."""
    everyone: Group = (np.ones(len(code), dtype=bool), list(range(1, count + 1)))
    return [everyone, *((code == one, []) for one in range(count))]


def _destinations(draw: np.random.Generator, people: int, countries: int) -> list[Group]:
    """Return everyone, regions, sub-regions and countries; most people are in few countries."""
    country = draw.choice(countries, people, p=(p := 1 / (1.0 + np.arange(countries)) ** 1.1) / p.sum())
    first = 1 + REGIONS + SUBREGIONS
    regions: list[Group] = [
        (country % SUBREGIONS % REGIONS == r, [1 + REGIONS + s for s in range(r, SUBREGIONS, REGIONS)])
        for r in range(REGIONS)
    ]
    subregions: list[Group] = [
        (country % SUBREGIONS == s, [first + c for c in range(s, countries, SUBREGIONS)]) for s in range(SUBREGIONS)
    ]
    everyone: Group = (np.ones(people, dtype=bool), list(range(1, 1 + REGIONS)))
    return [everyone, *regions, *subregions, *((country == c, []) for c in range(countries))]


def report(name: str, case: Case) -> bool:
    """Protect, attack, print; return whether every sensitive cell is safe."""
    system, primary = case.system, case.primary
    need: Floats = np.where(primary, np.maximum(system.values / 2, 1), 0)
    cost = np.log1p(system.values)
    began = time.perf_counter()
    chosen = suppress(system, primary, need, need, cost, case.hidden)
    done = time.perf_counter()
    exposed = audit(system, primary, need, need, chosen.suppressed)
    audited = time.perf_counter()
    before = audit(system, primary, need, need, primary)
    lost = system.values[chosen.secondary].sum() / system.values.sum()
    print(f"{name}: {len(system):,} cells, {system.equations.shape[0]:,} equations, {primary.sum():,} sensitive")
    print(f"  suppression {done - began:.1f} s (aim {AIMS[name]:g}), audit {audited - done:.1f} s")
    print(f"  secondary {chosen.secondary.sum():,}, hidden anyway and used {chosen.served.sum():,}")
    print(f"  lost: {chosen.secondary.mean():.1%} of cells, {lost:.2%} of value")
    print(f"  exposed: {len(before):,} with sensitive cells hidden alone, {len(exposed):,} after")
    return not exposed and not len(chosen.unprotected)


def main() -> None:
    """Run the cases; exit code 1 when a sensitive cell is exposed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else None)
    parser.add_argument("--only", choices=list(AIMS), help="one of the two")
    parser.add_argument("--cells", type=int, default=6000, help="about how many cells the publication has")
    parser.add_argument("--share", type=float, default=0.08, help="the largest share of sensitive cells in it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quality", action="store_true", help="hide cells of fewer than ten people anyway")
    given = parser.parse_args()
    safe = True
    for name in [given.only] if given.only else AIMS:
        if name == "table":
            case = one_table(given.seed)
        else:
            case = publication(given.seed, given.cells, given.share, given.quality)
        safe &= report(name, case)
    sys.exit(0 if safe else 1)


if __name__ == "__main__":
    main()
