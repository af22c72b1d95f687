"""The equations that an attacker can write down from a published ``tables.csv`` and the public codebook.

There are two systems: of weighted numbers and totals, and of rows in the sample. Their unknowns are the cells that any
row of the file is about; see :mod:`attack_names` for when two are one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from attack_folds import Folds
from attack_names import KNOWN, UNKNOWN, Names, Rows
from attack_nesting import OTHER, Nestings
from attack_parts import Definitions, Parts
from attack_system import Figure, System, figures_in, holds, size

from lfs_migration.model.codebook import Codebook
from lfs_migration.model.indicator import Indicator

COUNTED = ("total", "distribution")
"""Kinds of which a row stands only where somebody is counted."""


@dataclass
class Book:
    """All that is written down of a publication.

    Parameters
    ----------
    codebook : Codebook
    indicators : mapping of code to Indicator
    half : float
        Half the base to which totals were rounded; 0 where they were not.
    folds : Folds
        What is in rests, by the notes.
    numbers, counts : System
        Of numbers in the population, and of rows in the sample.
    listing : System
        Of rows in the sample, by which of them the file lists alone, without the number in any.
    """

    codebook: Codebook
    indicators: Mapping[str, Indicator]
    half: float = 0.0
    folds: Folds = field(default_factory=dict)
    numbers: System = field(default_factory=System)
    counts: System = field(default_factory=System)
    listing: System = field(default_factory=System)
    families: dict[tuple[Rows, str], dict[str, Rows]] = field(default_factory=lambda: defaultdict(dict))
    listed: dict[tuple[Rows, str], dict[str, Rows]] = field(default_factory=lambda: defaultdict(dict))
    present: set[Rows] = field(default_factory=set)
    rates: dict[tuple[str, frozenset[tuple[str, str]]], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = Names(self.codebook)
        self.definitions = Definitions(self.names)
        self.nestings = Nestings(self.codebook)

    def read(self, path: Path) -> None:
        """Write down every row of a file, and then what ties the cells."""
        figures = list(figures_in(path))
        for figure in figures:
            if figure.estimate is not None:
                key = figure.indicator, frozenset(figure.codes.items())
                self.rates[key] = figure.estimate / self.indicators[figure.indicator].per
        for figure in sorted(figures, key=lambda figure: self.indicators[figure.indicator].kind == "index"):
            self._figure(figure)
        figured = len(self.counts.equations)
        for system in (self.numbers, self.counts):
            for rows in list(system.cells):
                self._enrol(rows)
        for rows, variable in list(dict.fromkeys([*self.families, *self.listed])):
            self._add_up(rows, variable)
        self._nest()
        for system in (self.numbers, self.counts):
            self._contain(system)
        self.listing = replace(self.counts, equations=self.counts.equations[figured:])

    # Figures

    def _figure(self, figure: Figure) -> None:
        indicator = self.indicators[figure.indicator]
        counted = indicator.kind == "distribution" and figure.statistic == "number"
        parts = self.definitions.counts(figure, indicator) if counted else self.definitions.parts(figure, indicator)
        why = f"line {figure.line}, {figure.indicator} {figure.statistic}"
        for rows in (parts.top, parts.base, parts.plus):
            if rows is not None:
                self.numbers.of(rows)
                if rows.value and not self._never_negative(rows.value):
                    self.numbers.signed.add(self.numbers.of(rows))
        if parts.count is not None:
            self.counts.of(parts.count)
            self._note(figure, parts)
        if "n" in figure.numbers and parts.count is not None:
            own = {parts.count: 1.0}
            if parts.more is not None:
                own[parts.more] = own.get(parts.more, 0.0) + 1.0
            self.counts.equal(own, figure.numbers["n"], f"{why}: n")
        if figure.estimate is not None:
            per = 1 if counted else indicator.per
            self._estimate(figure, parts, figure.estimate / per, indicator, why)

    def _estimate(self, figure: Figure, parts: Parts, value: float, indicator: Indicator, why: str) -> None:
        if parts.top is None or indicator.kind in ("median", "quantile"):
            return
        if indicator.kind == "relative":
            against = self.rates.get((indicator.relative_to, frozenset(figure.codes.items())))
            if against is None:
                return
            value *= against
        if parts.base is None:
            rounded = self.half if not parts.top.value else 0.0
            self.numbers.add({parts.top: 1.0}, value - rounded, value + rounded, why)
            return
        if indicator.kind == "index":  # no category is larger than the largest, nor than the root of the squares
            limit = value if indicator.largest else math.sqrt(value)
            for category in self._categories(parts.base):
                self.numbers.add({category: 1.0, parts.base: -limit}, -math.inf, 0.0, why)
            return
        own: dict[Rows, float] = defaultdict(float)
        own[parts.top] += 1.0
        for rows in (parts.base, parts.plus):
            if rows is not None:
                own[rows] -= value
        self.numbers.equal(own, 0.0, why)

    def _categories(self, base: Rows) -> list[Rows]:
        """Return the categories that a distribution's base of known answers has in the file."""
        variable = next((v for v, code in base.key if code == KNOWN), "")
        whole = base.put(variable, None)
        found = [rows for rows in self.numbers.cells if rows.code(variable) and rows.put(variable, None) == whole]
        return [rows for rows in found if not str(rows.code(variable)).endswith((KNOWN, UNKNOWN, OTHER))]

    def _note(self, figure: Figure, parts: Parts) -> None:
        """Note that a row stands in the file: somebody is counted, and a breakdown has the codes that stand there."""
        indicator = self.indicators[figure.indicator]
        assert parts.count is not None
        if indicator.kind in COUNTED and not indicator.numerator.value:
            self.present.add(parts.count)
        for dimension, code in figure.codes.items() if parts.whole else ():
            if dimension == indicator.question:
                continue
            rest = self.definitions.without(figure, indicator, dimension)
            pairs = [(parts.count, rest.count), (parts.top, rest.top)]
            if figure.codes.get(figure.shares_of) == UNKNOWN:  # not every category has a row for the unknown
                pairs.append(self.definitions.wholes(figure, indicator, dimension))
            else:
                pairs += [(parts.base, rest.base), self.definitions.wholes(figure, indicator, dimension)]
            for rows, over in pairs:
                if rows is not None and over is not None:
                    variable = self.names.variable(dimension, rows.record)
                    if rows.code(variable) == code and (rows is not parts.top or holds(parts.count, rows.counted())):
                        self.listed[over, variable][code] = rows

    def _never_negative(self, value: str) -> bool:
        entry = self.codebook.variables.get(value)
        if entry is None:
            return False
        low = (entry.range or (None, None))[0]
        return not entry.derived and (entry.type == "amount" or (low is not None and low >= 0))

    # Ties

    def _enrol(self, rows: Rows) -> None:
        for variable, code in rows.key:
            self.families[rows.put(variable, None), variable][code] = rows

    def _systems(self, rows: Rows) -> tuple[System, ...]:
        return (self.numbers,) if rows.value else (self.numbers, self.counts)

    def _tie(self, terms: Mapping[Rows, float], low: float, high: float, why: str) -> None:
        first = next(iter(terms), None)
        if first is None:
            return
        if low == -math.inf and any(rows.value and not self._never_negative(rows.value) for rows in terms):
            return
        for system in self._systems(first):
            system.add(terms, low, high, why)

    def _add_up(self, rest: Rows, variable: str) -> None:
        """Tie the categories of a variable to their sum, to all known ones, and to several of them together.

        Where the file lists all categories, they add up, and one that it does not list is empty.
        """
        found, listed = self.families[rest, variable], self.listed.get((rest, variable), {})
        low = 0.0 if listed else -math.inf
        single = {c: rows for c, rows in {**found, **listed}.items() if "|" not in c and c != KNOWN}
        for code in single.keys() - listed.keys() if listed else ():
            self._tie({single[code]: 1.0}, 0.0, 0.0, f"no {variable} {code}")
        if single:
            self._tie({**dict.fromkeys(single.values(), 1.0), rest: -1.0}, low, 0.0, f"{variable} adds up")
        known = {c: rows for c, rows in single.items() if c != UNKNOWN}
        every = self.names.put(rest, variable, KNOWN)
        if every in self.numbers.number or every in self.counts.number:
            self._tie({**dict.fromkeys(known.values(), 1.0), every: -1.0}, low, 0.0, f"known {variable}")
        for code, rows in found.items():
            if "|" in code and not any(c.endswith(OTHER) for c in known):
                inside = {known[c]: 1.0 for c in code.split("|") if c in known}
                self._tie({**inside, rows: -1.0}, low, 0.0, f"{variable} in {code}")

    def _nest(self) -> None:
        """Tie the categories of a breakdown to those of a coarser one."""
        by_rest: dict[Rows, list[str]] = defaultdict(list)
        for rest, variable in self.listed:
            if variable in self.codebook.variables:
                by_rest[rest].append(variable)
        for rest, variables in by_rest.items():
            for fine, coarse in product(variables, variables):
                if fine != coarse:
                    self._nest_one(rest, fine, coarse)

    def _nest_one(self, rest: Rows, fine: str, coarse: str) -> None:
        fines, coarses = self.listed[rest, fine], self.listed[rest, coarse]
        nesting = self.nestings.of(fine, coarse)
        if not nesting:
            return
        self._in_rests(coarse, nesting, fines, coarses)
        possible = {c: nesting.get(c) or self._rest_of(fine, fines, nesting, c) for c in fines}
        reached = frozenset[str]().union(*nesting.values())
        if any(not codes for codes in possible.values()) or not coarses.keys() <= reached:
            return
        for code, whole in coarses.items():
            sure = {rows: 1.0 for c, rows in fines.items() if possible[c] == {code}}
            maybe = {rows: 1.0 for c, rows in fines.items() if code in possible[c]}
            why = f"{coarse} {code} of {fine}"
            if sure == maybe:
                self._tie({**sure, whole: -1.0}, 0.0, 0.0, why)
            else:
                self._tie({**sure, whole: -1.0}, -math.inf, 0.0, why)
                self._tie({whole: 1.0, **dict.fromkeys(maybe, -1.0)}, -math.inf, 0.0, why)

    def _in_rests(
        self, coarse: str, nesting: Mapping[str, frozenset[str]], fines: Mapping[str, Rows], coarses: Mapping[str, Rows]
    ) -> None:
        """Tie the rests of a breakdown to what the notes say that they hold."""
        rests, inside = self.folds.get(coarse, {}), dict[str, dict[Rows, float]]()
        for code, rows in fines.items():
            found = {rests.get(one, one) for one in nesting.get(code, ())}
            if len(found) == 1 and nesting.get(code, frozenset()) <= rests.keys():
                inside.setdefault(found.pop(), {})[rows] = 1.0
        for rest, parts in inside.items():
            if rest in coarses:
                self._tie({**parts, coarses[rest]: -1.0}, -math.inf, 0.0, f"{coarse} {rest} holds, by its note")

    def _rest_of(
        self, fine: str, fines: Mapping[str, Rows], nesting: Mapping[str, frozenset[str]], code: str
    ) -> frozenset[str]:
        if not code.endswith(OTHER):
            return frozenset()
        return self.nestings.folded(fine, [c for c in fines if not c.endswith(OTHER)], dict(nesting), code)

    def _contain(self, system: System) -> None:
        """Tie each cell to the next larger ones that hold it."""
        for rows in list(system.cells):
            if system.number[rows] in system.signed:
                continue
            added: list[Rows] = []
            for larger in sorted(self._larger(rows, system), key=size, reverse=True):
                if not any(holds(larger, other) for other in added):
                    added.append(larger)
                    system.add({rows: 1.0, larger: -1.0}, -math.inf, 0.0, "a part is no more than its whole")

    def _larger(self, rows: Rows, system: System) -> Iterator[Rows]:
        """Yield the cells of the system that hold all rows of one."""
        choices: list[list[tuple[str, tuple[str, str] | str | None]]] = [
            [("c", condition), ("c", None)] for condition in sorted(rows.conditions)
        ]
        for variable, code in sorted(rows.key):
            own: list[tuple[str, tuple[str, str] | str | None]] = [("k", (variable, code)), ("k", None)]
            if code not in (KNOWN, UNKNOWN):
                own.append(("k", (variable, KNOWN)))
                own += [
                    ("k", (variable, c)) for c in self._unions(variable) if set(code.split("|")) < set(c.split("|"))
                ]
            choices.append(own)
        for chosen in product(*choices):
            conditions = frozenset(str(one) for kind, one in chosen if kind == "c" and one is not None)
            key = frozenset(one for kind, one in chosen if kind == "k" and isinstance(one, tuple))
            larger = rows._replace(conditions=conditions, key=key)
            if larger != rows and larger in system.number:
                yield larger

    def _unions(self, variable: str) -> list[str]:
        if not hasattr(self, "_known_unions"):
            found: dict[str, set[str]] = defaultdict(set)
            for system in (self.numbers, self.counts):
                for rows in system.cells:
                    for name, code in rows.key:
                        if "|" in code:
                            found[name].add(code)
            self._known_unions = {name: sorted(codes) for name, codes in found.items()}
        return self._known_unions.get(variable, [])
