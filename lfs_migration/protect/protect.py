"""The verb: tables in which nobody can be recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lfs_migration import catalog
from lfs_migration.errors import EstimationError
from lfs_migration.model.protection import Hidden, Primary, Protected, ProtectionRules
from lfs_migration.model.results import CONFIDENTIAL, KNOWN, UNKNOWN, Cell, Table
from lfs_migration.protect.audit import audit
from lfs_migration.protect.cells import Cells, told
from lfs_migration.protect.perturbed import covered, perturbed, primary_of, seed_for, without_few
from lfs_migration.protect.primary import limits, sensitive
from lfs_migration.protect.rounded import rounded
from lfs_migration.protect.secondary import Suppression, suppress
from lfs_migration.protect.system import Floats, Mask

SECONDARY = "secondary"
DEAR = 20.0
"""How many times as much is lost with a cell on which all the shares of a distribution rest."""


def protect(
    tables: Sequence[Table],
    *,
    rules: str | ProtectionRules = "default",
    secondary: bool = True,
    seed: int | None = None,
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
    cells = Cells.of(tables)
    shown = [[cells.behind(table.survey, cell) for cell in table.cells] for table in tables]
    primary = (sensitive if secret is None else primary_of)(cells, tables, chosen)
    needs = limits(cells, primary, chosen)
    hidden = np.isin(np.arange(len(cells.names)), list(primary))
    if secondary:
        hidden = _hidden(cells, _costs(cells, tables, shown), hidden, needs)
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
    for number in set(range(len(cells.names))) - cells.rests:
        key = cells.names[number].key
        if any(code in (KNOWN, UNKNOWN) for _, code in key):
            resting[number] = DEAR * (1 + resting[number])
        elif len(key) <= 1:
            resting[number] = max(resting[number], DEAR / 4)
    out: Floats = resting * (1 + np.log10(np.maximum([base.n for base in cells.bases], 1)))
    return out


def _hidden(cells: Cells, cost: Floats, primary: Mask, needs: tuple[Floats, Floats]) -> Mask:
    """Return which cells are hidden: the sensitive ones, and those from which they could be worked out.

    Of a number of rows one more must be possible; that there are fewer cannot be asked where each of several printed
    rows has one at least.
    """
    used, spare, none = primary.copy(), cost == 0, np.zeros(len(primary))
    asked = (cells.system, needs[0], needs[0]), (cells.counts, none, needs[1])
    for system, low, high in asked:
        found = suppress(system, primary, low, high, np.where(used, 0.0, cost), spare | used)
        _require(cells, found)
        used |= found.suppressed
    for system, low, high in asked:
        exposed = audit(system, primary, low, high, used)
        if exposed:
            raise EstimationError(f"{len(exposed)} sensitive cells can be worked out", detail=str(exposed[0]))
    return used


def _require(cells: Cells, found: Suppression) -> None:
    if len(found.unprotected):
        name = told(cells.names[int(found.unprotected[0])])
        raise EstimationError(
            f"No choice of cells protects {len(found.unprotected)} of them", where=name,
            hint="Leave a table out, or waive the rule with a reason",
        )  # fmt: skip


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
