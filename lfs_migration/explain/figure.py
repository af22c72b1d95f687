"""The figure as it is published, or what hides it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lfs_migration.explain.cells import Found
from lfs_migration.explain.making import Making
from lfs_migration.explain.nouns import Figure, Hidden, Place
from lfs_migration.model.protection import Hidden as Covered
from lfs_migration.model.protection import Protected, ProtectionRules
from lfs_migration.model.results import CONFIDENTIAL, TOTAL, Table
from lfs_migration.protect.names import Name
from lfs_migration.protect.ties import cells_of
from lfs_migration.publish.figures import publishable, settle
from lfs_migration.publish.reasons import in_words
from lfs_migration.publish.titles import code_of, full_title, heading, label
from lfs_migration.publish.words import statistic_name, unit_name
from lfs_migration.tabulate.folding import Fold
from lfs_migration.text import pick

SECONDARY = "secondary"
RULES: Mapping[str, str] = {
    "persons": "fewer than {persons} rows of the sample are behind it",
    "households": "fewer than {households} {units} of the sample are behind it",
    "contributors": "fewer than {contributors} rows contribute to the amount",
    "dominance": "its largest contributions dominate the amount",
    "p_percent": "the second largest contributor could work the largest one out",
    "complement": "fewer than {persons} of those it is a share of are not in its numerator",
    "full": "the category holds everyone of whom the answer is known",
    SECONDARY: "it would let a figure that is hidden for its own sake be worked out",
}
"""Rules of disclosure control, in words."""


@dataclass(frozen=True)
class Published:
    """The tables of a publication.

    Parameters
    ----------
    raw : sequence of Table
        Before disclosure control.
    protected : Protected, optional
        What it made; nothing where there was none.
    """

    raw: Sequence[Table] = ()
    protected: Protected | None = None


def figure(making: Making, shown: Found, published: Published, language: str) -> Figure:
    """Return a figure as readers have it; without disclosure control, as nobody but the office has it.

    Parameters
    ----------
    making : Making
    shown : Found
        As it is published.
    published : Published
    language : str
        Of labels.
    """
    plain, protected = making.found, published.protected
    confidential = protected is None
    table, closed = plain.table, shown.cell.flag == "suppress"
    by_control = closed and shown.cell.why == CONFIDENTIAL
    hidden: Hidden = "disclosure" if by_control else "quality" if closed else ""
    cell = settle(plain.cell) if confidential else publishable(shown.cell)
    units = pick(table.units, "en") if table.units else "households"
    if by_control:
        assert protected is not None
        reasons = _covering(plain, protected, published.raw, units)
    else:
        reasons = tuple(in_words(one, "en", table.units) for one in shown.cell.why.split("; ") if one)
    return Figure(
        indicator=table.indicator.code,
        title=full_title(shown.table, language),
        survey=table.survey,
        statistic=statistic_name(cell.statistic, language),
        unit=unit_name(cell.unit, language),
        cell=tuple(_places(plain, making.folded, language)),
        estimate=_known(cell.estimate),
        se=_known(cell.se),
        cv=_known(cell.cv),
        ci_low=_known(cell.ci_low),
        ci_high=_known(cell.ci_high),
        df=_known(cell.df) if not closed or confidential else None,
        n=cell.n,
        households=cell.households,
        units=units,
        flag=shown.cell.flag,
        hidden=hidden,
        reasons=reasons,
        protection=protected.profile if protected else "",
        changed=_changed(plain, shown, protected),
        confidential=confidential,
    )


def _known(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


def _places(found: Found, folded: Mapping[str, Fold], language: str) -> list[Place]:
    table, out = found.table, []
    for dimension in table.dimensions:
        code = code_of(found.cell, dimension)
        if code != TOTAL:
            recode = folded[dimension].recode if dimension in folded else {}
            inside = tuple(f"{one} ({label(table, dimension, str(one), language)})"
                           for one, rest in recode.items() if rest == code)  # fmt: skip
            name, words = heading(table, dimension, language), label(table, dimension, code, language)
            out.append(Place(dimension, name, code, words, inside))
    return out


def _changed(plain: Found, shown: Found, protected: Protected | None) -> str:
    """Return how disclosure control changed a figure that it lets stand."""
    if protected is None or shown.cell.flag == "suppress":
        return ""
    rules: ProtectionRules = protected.rules
    if rules.perturbation:
        return "perturbed"
    return "rounded" if shown.cell.estimate != plain.cell.estimate or shown.cell.n != plain.cell.n else ""


def _covering(plain: Found, protected: Protected, raw: Sequence[Table], units: str) -> tuple[str, ...]:
    """Return the rules that hide the sums behind a figure: those of these sums' own first."""
    log = {_key(one): one.rule for one in protected.log}
    cells = cells_of(raw)
    rules = dict.fromkeys(
        rule
        for number in cells.behind(plain.table.survey, plain.cell)
        if (rule := log.get(_named(cells.names[number]))) is not None
    )
    limits = {name: getattr(protected.rules, name) for name in ("persons", "households", "contributors")}
    said = sorted(rules, key=lambda rule: rule == SECONDARY)
    return tuple(RULES[rule].format(**limits, units=units) for rule in said) or ("the rules of disclosure control",)


def _key(one: Covered) -> tuple[str, ...]:
    return one.survey, one.record, one.where, one.value, repr(sorted(one.codes.items()))


def _named(name: Name) -> tuple[str, ...]:
    where = " and ".join(sorted(name.conditions))
    return name.survey, name.record, where, name.value, repr(sorted(name.key))
