"""The verb: tables in which nobody can be recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lfs_migration import catalog
from lfs_migration.errors import EstimationError
from lfs_migration.model.protection import Hidden, Primary, Protected, ProtectionRules
from lfs_migration.model.results import CONFIDENTIAL, KNOWN, UNKNOWN, Cell, Key, Table
from lfs_migration.protect.audit import audit, falling
from lfs_migration.protect.cells import Cells
from lfs_migration.protect.kept import suppress_once
from lfs_migration.protect.merged import Merged
from lfs_migration.protect.perturbed import covered, perturbed, primary_of, seed_for, without_few
from lfs_migration.protect.primary import limits, sensitive
from lfs_migration.protect.rounded import rounded
from lfs_migration.protect.system import Floats, Mask
from lfs_migration.protect.ties import cells_of

SECONDARY = "secondary"
DEAR = 20.0
"""How many times as much is lost with a cell on which all the shares of a distribution rest."""


def protect(
    tables: Sequence[Table],
    *,
    rules: str | ProtectionRules = "default",
    secondary: bool = True,
    seed: int | None = None,
    kept: Path | None = None,
) -> Protected:
    """Hide the figures from which something could be learnt of a person, and those from which they could be worked out.

    All tables are protected together: a cell that is hidden is hidden wherever a figure rests on it, in shares, means
    and rates as well. What is hidden loses its number of rows too.

    Parameters
    ----------
    tables : sequence of Table
        Of one publication. Tables that are published later, or elsewhere, are not known here.
    rules : str or ProtectionRules
        A profile of ``protection.yaml``, or rules of one's own.
    secondary : bool
        Without it only the sensitive cells themselves are hidden, which a subtraction can often bring back: to see what
        the others are for, and never to publish.
    seed : int, optional
        Secret, for rules that perturb: that with which the tables were made. It is in nothing that comes out.
    kept : Path, optional
        Folder of choices of secondary cells: one that was made from the same is not made again
        (:mod:`~lfs_migration.protect.kept`), and audited like a new one.

    Returns
    -------
    Protected

    Raises
    ------
    NotFound
        With near matches, for an unknown profile.
    DataError
        For rules that perturb, without a seed, or on tables without keys.
    EstimationError
        When a cell cannot be protected, naming it.

    Notes
    -----
    Primary cells follow :func:`~lfs_migration.protect.primary.sensitive`; secondary ones are chosen and audited by
    linear programs (:mod:`~lfs_migration.protect.secondary`), in the numbers of the population and in those of the
    sample, which are published beside each figure. Rules that perturb hide amounts, means and quantiles alone; numbers
    get noise (:mod:`~lfs_migration.protect.perturbed`).
    """
    profile, chosen = (rules, catalog.load_protection(rules)) if isinstance(rules, str) else ("own", rules)
    secret = seed_for(chosen, seed)
    cells = cells_of(tables)
    shown = [[cells.behind(table.survey, cell) for cell in table.cells] for table in tables]
    primary = (sensitive if secret is None else primary_of)(cells, tables, chosen)
    needs = limits(cells, primary, chosen)
    hidden = np.isin(np.arange(len(cells.names)), list(primary))
    if secondary:
        hidden = _hidden(cells, _costs(cells, tables, shown), hidden, needs, kept)
    made = tuple(_covered(table, own, hidden, profile) for table, own in zip(tables, shown, strict=True))
    if chosen.rounding:
        made = rounded(made, cells, chosen.rounding)
    if secret is not None:
        made = without_few(made, cells, chosen)
    counts = _counts(cells, tables, made, primary, hidden)
    if secret is not None:
        noisy = sum(base.n > 0 and base.key > 0 for base in cells.bases)
        counts |= {"cells_perturbed": noisy, "figures_perturbed": counts["figures"] - counts["figures_hidden"]}
        made = perturbed(made, cells, chosen, secret)
    return Protected(made, profile, chosen, _log(cells, shown, hidden, primary, needs), counts)


def _costs(cells: Cells, tables: Sequence[Table], shown: Sequence[Sequence[tuple[int, ...]]]) -> Floats:
    """Return what is lost with each cell: the figures that their quality lets stand, more where they rest on many rows.

    Nothing is lost with a cell that no such figure rests on. But a hidden category of a whole distribution takes those
    of whom the answer is known, or is not, with it, and so every share: categories of all rows cost something whatever
    their quality, and these two so much that others are taken first.
    """
    resting = np.zeros(len(cells.names))
    for table, own in zip(tables, shown, strict=True):
        for cell, behind in zip(table.cells, own, strict=True):
            if cell.flag != "suppress":
                resting[list(behind)] += 1
    keys: dict[int, Key] = {}
    for table in tables:
        for ref in table.bases:
            number = cells.number[cells.name(table.survey, ref)]
            keys[number] = min(keys.get(number, ref[1]), ref[1], key=len)
    for number, key in keys.items():
        if any(code in (KNOWN, UNKNOWN) for _, code in key):
            resting[number] = DEAR * (1 + resting[number])
        elif len(key) <= 1:
            resting[number] = max(resting[number], DEAR / 4)
    out: Floats = resting * (1 + np.log10(np.maximum([base.n for base in cells.bases], 1)))
    return out


def _hidden(cells: Cells, cost: Floats, primary: Mask, needs: tuple[Floats, Floats], kept: Path | None) -> Mask:
    """Return which cells are hidden: the sensitive ones, and those from which they could be worked out.

    Numbers of the population come first, then those of the sample. What is the same rows by chance is taken for known
    to be, which is safe, and makes one cell of two.
    """
    numbers = Merged.of(cells.system)
    own, price, far = numbers.any(primary), numbers.sum(cost), numbers.most(needs[0])
    found = suppress_once(kept, numbers.system, own, far, far, price, price == 0)
    if len(found.unprotected):
        raise EstimationError(
            f"No choice of cells protects {len(found.unprotected)} of them",
            where=numbers.system.name(int(found.unprotected[0])),
            hint="Leave a table out, or waive the rule with a reason",
        )
    hidden = _of_sample(cells, cost, primary, needs[1], found.suppressed[numbers.group], kept)
    exposed = audit(numbers.system, own, far, far, numbers.any(hidden))
    if exposed:
        raise EstimationError(f"{len(exposed)} sensitive cells can be worked out", detail=str(exposed[0]))
    return hidden


def _of_sample(cells: Cells, cost: Floats, primary: Mask, need: Floats, hidden: Mask, kept: Path | None) -> Mask:
    """Return which cells are hidden when numbers of rows, that were known to be one or more, are not to be known.

    They must be able to be lower, too, but not than the printed rows tell without any number in them: each of them has
    one at least. What these tell together is more where cells are taken for the same that are so by chance. So all is
    looked at again as if they were not.
    """
    counts = Merged.of(cells.counts)
    own, used, rows = counts.any(primary), counts.any(hidden), counts.most(need)
    fewer = np.where(falling(counts.system, own), rows, 0.0)
    price = np.where(used, 0.0, counts.sum(cost))
    found = suppress_once(kept, counts.system, own, fewer, rows, price, price == 0)
    hidden = hidden | found.suppressed[counts.group]

    more = len(cells.apart) - len(hidden)
    asked, seen = np.r_[primary, np.zeros(more, dtype=bool)], np.r_[~hidden, np.zeros(more, dtype=bool)]
    rows = np.r_[need, np.zeros(more)]
    fewer = np.where(falling(cells.apart, asked), rows, 0.0)
    left = audit(cells.apart, asked, fewer, rows, ~seen)
    if left:
        few, price = np.zeros(len(asked), dtype=bool), np.where(seen, np.r_[cost, np.zeros(more)], 0.0)
        few[[one.cell for one in left]] = True
        found = suppress_once(kept, cells.apart, few, fewer, rows, price, ~seen | (price == 0))
        seen &= ~found.suppressed
        left = audit(cells.apart, few, fewer, rows, ~seen)  # who was safe with fewer cells hidden still is
    if left:
        raise EstimationError(f"{len(left)} sensitive numbers of rows can be worked out", detail=str(left[0]))
    out: Mask = ~seen[: len(hidden)]
    return out


def _covered(table: Table, behind: Sequence[tuple[int, ...]], hidden: Mask, profile: str) -> Table:
    """Return a table without the figures that rest on hidden cells."""
    cells = tuple(
        covered(cell) if hidden[list(own)].any() else cell for cell, own in zip(table.cells, behind, strict=True)
    )
    return replace(table, cells=cells, protection=profile)


def _log(
    cells: Cells, shown: Sequence[Sequence[tuple[int, ...]]], hidden: Mask, primary: Mapping[int, Primary],
    needs: tuple[Floats, Floats],
) -> tuple[Hidden, ...]:  # fmt: skip
    resting = Counter(cell for own in shown for behind in own for cell in set(behind))
    out = []
    for cell in np.flatnonzero(hidden).tolist():
        name, base, need = cells.names[cell], cells.bases[cell], float(needs[0][cell])
        if cell not in cells.rests:
            out.append(Hidden(
                name.survey, name.record, " and ".join(sorted(name.conditions)), name.value, dict(sorted(name.key)),
                primary.get(cell, SECONDARY), base.n, base.households, base.value, max(base.value - need, 0.0),
                base.value + need, resting[cell],
            ))  # fmt: skip
    return tuple(out)


def _counts(
    cells: Cells, tables: Sequence[Table], made: Sequence[Table], primary: Mapping[int, Primary], hidden: Mask
) -> dict[str, float]:
    pairs = [(one, other) for table, own in zip(tables, made, strict=True)
             for one, other in zip(table.cells, own.cells, strict=True)]  # fmt: skip
    real = np.array([cell not in cells.rests for cell in range(len(cells.names))], dtype=bool)
    values = np.array([abs(base.value) for base in cells.bases])
    return {
        "cells": int(real.sum()),
        "primary": len(primary),
        "secondary": int((hidden & real).sum()) - len(primary),
        "figures": len(pairs),
        "figures_hidden": sum(is_confidential(other) for _, other in pairs),
        "figures_lost": sum(is_confidential(other) and one.flag != "suppress" for one, other in pairs),
        "value_lost": round(100 * float(values[hidden & real].sum() / max(values[real].sum(), 1e-300)), 3),
    }


def is_confidential(cell: Cell) -> bool:
    """Return whether disclosure control hides a figure."""
    return cell.why == CONFIDENTIAL
