"""Primary suppression: the cells that would tell of persons by themselves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lfs_migration.model.protection import Primary, ProtectionRules, Waiver
from lfs_migration.model.results import Base, Table
from lfs_migration.protect.cells import Cells
from lfs_migration.protect.names import Name
from lfs_migration.protect.system import Floats

SHARES = ("share", "options")
"""Kinds of indicator whose figures are of a base and of those of it who have something."""


def sensitive(cells: Cells, tables: Iterable[Table], rules: ProtectionRules) -> dict[int, Primary]:
    """Return the cells that are sensitive by themselves, each with the first rule that says so.

    A cell of a count is, when it has few rows or households in the sample; one of an amount also when few contribute,
    when its largest contributions dominate it, or when the second largest contributor can work the largest one out. So
    is the numerator of a share when those outside it are as few, and, on request, a category that holds all.

    Parameters
    ----------
    cells : Cells
    tables : iterable of Table
        Those of the cells.
    rules : ProtectionRules

    Notes
    -----
    Dominance and the p% rule are those of Hundepool and others (2012), *Statistical Disclosure Control*, section 4.2.2,
    on weighted contributions: a total X with the largest contributions x1 and x2 is sensitive when x1 + x2 is more than
    k per cent of X, or when X - x1 - x2 is less than p per cent of x1.
    """
    out: dict[int, Primary] = {}
    for cell, (name, base) in enumerate(zip(cells.names, cells.bases, strict=True)):
        if cell not in cells.rests:
            broken = _broken(name, base, rules, cell in cells.signed)
            rule = next((rule for rule in broken if not waived(rule, name, rules.waived)), None)
            if rule:
                out[cell] = rule
    for table in tables:
        for figure in table.cells:
            behind = cells.behind(table.survey, figure)
            if table.indicator.kind in SHARES and len(behind) == 2 and rules.complement:
                _beside(cells, behind, rules, out)
            if table.indicator.kind == "distribution" and len(behind) == 2 and rules.full:
                _filled(cells, behind, rules, out)
    return out


def _broken(name: Name, base: Base, rules: ProtectionRules, signed: bool) -> Iterable[Primary]:
    """Yield the rules that a cell breaks; contributions of both signs cannot dominate a total."""
    if not base.n:
        return
    if base.n < rules.persons:
        yield "persons"
    if base.households < rules.households:
        yield "households"
    if name.value:
        yield from _amount(base, rules, signed)


def _amount(base: Base, rules: ProtectionRules, signed: bool) -> Iterable[Primary]:
    if base.n < rules.contributors:
        yield "contributors"
    if signed:
        return
    most, whole = base.largest, abs(base.value)
    if rules.dominance and sum(most[: rules.dominance.n]) > rules.dominance.k / 100 * whole:
        yield "dominance"
    if rules.p_percent and most and whole - sum(most[:2]) < rules.p_percent / 100 * most[0]:
        yield "p_percent"


def _beside(cells: Cells, behind: tuple[int, ...], rules: ProtectionRules, out: dict[int, Primary]) -> None:
    """Note a numerator whose base holds few others."""
    base, top = behind
    others = cells.bases[base].n - cells.bases[top].n
    if 0 < others < rules.persons and not waived("complement", cells.names[top], rules.waived):
        out.setdefault(top, "complement")


def _filled(cells: Cells, behind: tuple[int, ...], rules: ProtectionRules, out: dict[int, Primary]) -> None:
    """Note a category that holds all of its base."""
    top, base = behind
    if cells.bases[base].n == cells.bases[top].n and not waived("full", cells.names[top], rules.waived):
        out.setdefault(top, "full")


def waived(rule: Primary, name: Name, waivers: Iterable[Waiver]) -> bool:
    """Return whether a rule is not applied to a cell."""
    return any(
        (not waiver.rules or rule in waiver.rules)
        and waiver.record in ("", name.record)
        and (
            not (waiver.dimension or waiver.code)
            or any(waiver.dimension in ("", d) and waiver.code in ("", code) for d, code in name.key)
        )
        for waiver in waivers
    )


def limits(cells: Cells, primary: dict[int, Primary], rules: ProtectionRules) -> tuple[Floats, Floats]:
    """Return how far from the truth an attacker must still think each cell possible, in population and in sample.

    That is some average contributions. For a total that its largest contribution dominates, it is so much that this
    cannot be worked out to within p per cent either: p/100 x1 - (X - x1 - x2) (Hundepool and others 2012, section
    4.2.2).

    Returns
    -------
    population, sample : float arrays of shape (cells,)
        Zero for a cell that is not sensitive.
    """
    population, sample = np.zeros(len(cells.names)), np.zeros(len(cells.names))
    for cell in primary:
        base = cells.bases[cell]
        population[cell] = rules.range * cells.amounts[cell] / base.n
        sample[cell] = max(1.0, np.floor(rules.range))
        if base.largest and rules.p_percent and cell not in cells.signed:
            rest = abs(base.value) - sum(base.largest[:2])
            population[cell] = max(population[cell], rules.p_percent / 100 * base.largest[0] - rest)
    return population, sample
