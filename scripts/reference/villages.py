"""Makes the small survey that R and the toolkit both estimate: households, residents and emigrants, all invented.

It holds what is awkward: units and strata without an emigrant, two strata of one unit (``K`` and ``L``), answers that
are not known (97) or were not asked (empty), and person weights that differ inside a household.

    python scripts/reference/villages.py tests/reference
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

Row = dict[str, object]
SEED = 20070412
UNITS = {"A": 6, "B": 5, "C": 4, "D": 4, "E": 3, "F": 3, "G": 2, "H": 2, "K": 1, "L": 1}
"""Primary sampling units of each stratum, numbered from 1 in each."""
REGION = {"A": "north", "B": "north", "C": "north", "D": "south", "E": "south", "F": "south"}
HOUSEHOLDS = 9
USES = {"use_food": 0.8, "use_school": 0.4, "use_house": 0.25}
"""What money sent is used for, each ticked or not, and how often it is."""
NOT_KNOWN = 97


def villages(rng: np.random.Generator) -> tuple[list[Row], list[Row], list[Row]]:
    """Return households, residents and emigrants."""
    households: list[Row] = []
    persons: list[Row] = []
    emigrants: list[Row] = []
    for stratum, units in UNITS.items():
        for unit in range(1, units + 1):
            habit = rng.uniform(0.1, 0.9) if rng.random() < 0.8 else 0.0
            for _ in range(HOUSEHOLDS):
                identity = len(households) + 1
                weight = round(float(rng.gamma(4.0, 30.0)) + 5, 6)
                size = int(rng.poisson(2.5)) + 1
                gone = int(rng.binomial(2, habit))
                households.append({
                    "hh": identity, "stratum": stratum, "unit": unit, "region": REGION.get(stratum, "east"),
                    "w": weight, "size": size, "abroad": gone, "piped": _answer(rng, [1, 2], [0.6, 0.4], 0.05),
                })  # fmt: skip
                persons += [_person(rng, identity, line, weight) for line in range(1, size + 1)]
                emigrants += [_emigrant(rng, identity, line) for line in range(1, gone + 1)]
    return households, persons, emigrants


def _person(rng: np.random.Generator, household: int, line: int, weight: float) -> Row:
    return {
        "hh": household, "line": line, "sex": int(rng.integers(1, 3)), "age": int(rng.integers(0, 85)),
        "wp": round(weight * float(rng.uniform(0.8, 1.25)), 6),
    }  # fmt: skip


def _emigrant(rng: np.random.Generator, household: int, line: int) -> Row:
    sends = _answer(rng, [1, 2], [0.7, 0.3], 0.06)
    return {
        "hh": household, "line": line, "sex": 1 if rng.random() < 0.64 else 2, "age": int(rng.integers(15, 70)),
        "country": str(rng.choice(["NA", "NO", "004", "RUS"], p=[0.2, 0.2, 0.1, 0.5])),
        "reason": _answer(rng, [1, 2, 3], [0.7, 0.2, 0.1], 0.08),
        "sends": sends,
        "amount": round(float(rng.lognormal(6.0, 0.8)), 2) if sends == 1 else "",
        "months": int(rng.integers(1, 61)),
    }  # fmt: skip


def _uses(rng: np.random.Generator, emigrant: Row) -> Row:
    """Return the answers of one question; it is asked where money is sent."""
    answers = {use: _answer(rng, [1, 2], [share, 1 - share], 0.07) for use, share in USES.items()}
    return {**emigrant, **(answers if emigrant["sends"] == 1 else dict.fromkeys(USES, ""))}


def _answer(rng: np.random.Generator, codes: list[int], shares: list[float], unknown: float) -> int:
    return NOT_KNOWN if rng.random() < unknown else int(rng.choice(codes, p=shares))


def _write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    table = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    households, persons, emigrants = villages(np.random.default_rng(SEED))
    rng = np.random.default_rng(SEED + 1)  # so that a new question changes no answer to an older one
    tables = {
        "households": households, "persons": persons, "emigrants": [_uses(rng, emigrant) for emigrant in emigrants]
    }  # fmt: skip
    for name, rows in tables.items():
        _write(folder / f"villages_{name}.csv", rows)
