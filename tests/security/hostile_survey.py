"""A small survey in whose columns stand names, orders to a terminal and free text, where codes should be."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

SMALL = Path(__file__).parents[1] / "small"
WORD = "Zarub"
"""Part of every name: it is in no codebook."""
NAME = f"{WORD}ezhnaya\x1b[31m Anna O'Hara"
HOUSEHOLD = f"{WORD} 1234567"
"""What the household a1 is called."""
REMARK = "remark"
"""A column that no map reads."""
PLACED = (
    ("households", 1, "money", NAME), ("households", 2, "any", f"{WORD}ina"), ("persons", 1, "sex", f"{WORD}ov"),
    ("persons", 2, "age", f"{WORD}ezh"), ("emigrants", 0, "where", f"{WORD}ia"), ("emigrants", 1, "age", NAME),
    ("emigrants", 1, "sends", f" {WORD} \u0416"),
)  # fmt: skip
"""File, row, column and what stands there."""


@dataclass(frozen=True)
class Hostile:
    """Where it is."""

    folder: Path

    @property
    def yaml(self) -> str:
        return str(self.folder / "atlantis-2020.yaml")

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, name: str, rows: list[dict[str, str]]) -> None:
        with (self.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def small(folder: Path) -> Hostile:
    """Copy the small survey into a folder, as it is."""
    shutil.copytree(SMALL, folder)
    return Hostile(folder)


def hostile(folder: Path) -> Hostile:
    """Copy it, and put names where codes, ages and identifiers are."""
    made = small(folder)
    for name in ("households", "persons", "emigrants"):
        rows = made.rows(name)
        for file, row, column, text in PLACED:
            if file == name:
                rows[row][column] = text
        for row in rows:
            row["hh"] = HOUSEHOLD if row["hh"] == "a1" else row["hh"]
            row[REMARK] = f"{WORD}ina lives at No 5"
        made.write(name, rows)
    return made
