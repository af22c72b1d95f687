"""The variables that enter a figure, each down to the native columns of the country's file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from lfs_migration import catalog
from lfs_migration.explain.making import Making
from lfs_migration.explain.native import absent_of, codes_of, native_of
from lfs_migration.explain.sources import Ingredient
from lfs_migration.expr import Expression, parse
from lfs_migration.expr.words import called
from lfs_migration.metadata.sources import Native as Source
from lfs_migration.metadata.sources import Question, natives, questions
from lfs_migration.metadata.verbal import in_words
from lfs_migration.model.codebook import Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.noun import Value
from lfs_migration.model.results import UNKNOWN
from lfs_migration.sample import By
from lfs_migration.text import pick
from lfs_migration.weights.diagnose import STEPS

Codes = frozenset[Value] | None
"""Codes of a variable that matter; nothing where all do."""
OUT = "rows whose answer is absent are left out of numerator and denominator"
LOST = "rows whose answer is absent are not counted"
PLACED = "rows whose answer is absent are in a category of their own (_U)"
SHARED = "rows whose answer is absent are left out of the shares; they stand as _U, a share of all rows"
WHOLE = "rows whose answer is absent are in what the shares are of, as _U"


@dataclass(frozen=True)
class _Use:
    """That a variable enters a figure: in which role, with which codes, and what is done without an answer."""

    name: str
    role: str
    treatment: str
    codes: Codes = None


def variables_of(making: Making, language: str) -> tuple[Ingredient, ...]:
    """Return the variables that a figure is made of, in the order in which they enter it."""
    uses: dict[str, list[_Use]] = {}
    for use in _uses(making):
        uses.setdefault(use.name, []).append(use)
    teller, out = _Teller(making, language), []
    for name, own in uses.items():
        codes = _joined(use.codes for use in own)
        told = teller.told(name, codes)
        roles = tuple(dict.fromkeys(use.role for use in own))
        treatment = "; ".join(dict.fromkeys(use.treatment for use in own if use.treatment))
        out.append(replace(told, roles=roles, treatment=treatment))
    return tuple(out)


def _uses(making: Making) -> Iterator[_Use]:
    """Yield the variables of conditions and values, of the breakdowns, and of the design."""
    for side in making.plan.sides:
        pairs = ((side.top, "numerator"), (side.base, side.role))
        for part, role in pairs:
            for text in (part.where, part.value) if part else ():
                treatment = OUT if side.top or role != "counted" else LOST
                for name, codes in _names(parse(text)) if text else ():
                    yield _Use(name, role, treatment, codes)
    for side in making.plan.sides:
        for by, code in side.cell:
            yield _Use(by.variables[side.base.record], "breakdown", PLACED, _inside(by, code))
        if side.category is not None:
            treatment = WHOLE if side.over == "all" else SHARED
            codes = _inside(side.category, side.code) if side.code else None
            yield _Use(side.category.variables[side.base.record], "category", treatment, codes)
    yield from _designed(making)


def _designed(making: Making) -> Iterator[_Use]:
    """Yield the variables of the weights and of the design, those that the recipe starts with among them."""
    design = making.sample.design
    weighing = [design.weight, *design.record_weights.values(), *design.multiplicity.values()]
    weighing += [name for step in making.data.log for name in step.counts.get("stages", ()) if step.verb in STEPS]
    drawn = [name for name in (design.stratum, *design.units, *design.populations) if name]
    for role, names in (("weight", weighing if making.indicator.weights != "none" else []), ("design", drawn)):
        yield from (_Use(name, role, "") for name in dict.fromkeys(names) if name in making.codebook.variables)


def _inside(by: By, code: str) -> Codes:
    """Return the codes that are a category: those folded into it, or itself."""
    if code == UNKNOWN:
        return frozenset()
    return frozenset({one for one, rest in by.recode.items() if rest == code} | {code})


def _joined(several: Iterable[Codes]) -> Codes:
    out: set[Value] = set()
    for codes in several:
        if codes is None:
            return None
        out |= codes
    return frozenset(out)


def _names(expression: Expression) -> Iterator[tuple[str, Codes]]:
    """Yield the variables of an expression in their order, with the codes that it sets them against."""
    compared: dict[str, set[Value]] = {}
    for name, code in expression.compared:
        compared.setdefault(name, set()).add(code)
    seen = set[str]()
    for node in ast.walk(expression.tree):
        if isinstance(node, ast.Name) and node.id not in seen and node.id in expression.names:
            seen.add(node.id)
            yield node.id, frozenset(compared[node.id]) if node.id in compared else None


@dataclass
class _Teller:
    """Tells of variables, of each once."""

    making: Making
    language: str
    known: set[str] = field(default_factory=set)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """What the country's files hold, by variable."""
        return natives(self.making.edition)

    @cached_property
    def asked(self) -> Mapping[str, Question]:
        """The questions of the edition's own questionnaire, where the catalog has it."""
        edition = self.making.edition
        own = edition.id if edition.id in catalog.questionnaires() else ""
        return questions(self.making.codebook, catalog.load_questionnaire(own), edition) if own else {}

    def told(self, name: str, codes: Codes) -> Ingredient:
        """Return what is known of a variable; of one that was told of before, its name alone."""
        variable = self.making.codebook.variables.get(name)
        if variable is None:
            return Ingredient(name, "made by the toolkit", "", "")
        label = pick(variable.label, self.language)
        plain = Ingredient(name, label, variable.record, variable.type, unit=variable.unit)
        if name in self.known:
            return replace(plain, again=True)
        self.known.add(name)
        full = replace(plain, note=variable.note, reference=variable.reference,
                       defined=self.making.codebook.where(variable.part_of or name))  # fmt: skip
        return self._derived(full, variable, codes) if variable.derived else self._asked(full, variable, codes)

    def _asked(self, plain: Ingredient, variable: Variable, codes: Codes) -> Ingredient:
        question, source = self.asked.get(variable.name), self.sources.get(variable.name)
        universe = variable.universe if variable.universe != "True" else ""
        shown, others = codes_of(variable, source, self.making.codebook, codes, self.language) if source else ((), 0)
        return replace(
            plain,
            question=pick(question.item.wording, self.language) if question else "",
            number=question.item.id if question else "",
            universe=(in_words(universe, self.making.codebook, self.language) or universe) if universe else "",
            native=native_of(variable.name, source, self.making.data, self._mapped(variable)) if source else None,
            codes=shown,
            others=others,
            absent=absent_of(variable, source, self.language),
        )

    def _mapped(self, variable: Variable) -> str:
        records = self.making.edition.records
        return next(record for record, mapped in records.items() if variable.name in mapped.variables)

    def _derived(self, plain: Ingredient, variable: Variable, codes: Codes) -> Ingredient:
        text = variable.value or ""
        expression = parse(text)
        parts = [self.told(name, self._inner(expression, variable, name, own, codes))
                 for name, own in self._needed(expression)]  # fmt: skip
        words = in_words(text, self.making.codebook, self.language) or ""
        return replace(plain, expression=text, words=words, parts=tuple(parts))

    def _needed(self, expression: Expression) -> Iterator[tuple[str, Codes]]:
        """Yield the variables of an expression, those of child records that it counts among them."""
        yield from _names(expression)
        for _, _, argument in expression.aggregates:
            if argument is not None:
                yield from self._needed(argument)

    def _inner(self, expression: Expression, variable: Variable, name: str, own: Codes, codes: Codes) -> Codes:
        """Return which codes of a part of a derived variable give the codes that matter of the whole."""
        tree = expression.tree
        if codes is None or variable.type != "code":
            return own
        texts = {str(code) for code in codes}
        match tree:
            case ast.Call(args=[ast.Name(id=first), *_]) if first == name and called(tree) == "group":
                of = self._list(name)
                return frozenset(code for code, group in of.group_of().items() if group in texts) if of else None
            case ast.Call(args=[ast.Name(id=first), attribute]) if first == name and called(tree) == "lookup":
                of = self._list(name)
                known = of.attribute(ast.literal_eval(attribute)) if of else {}
                return frozenset(code for code, value in known.items() if value in texts) if of else None
            case ast.IfExp(body=ast.Name(id=first)) if first == name:
                return frozenset(codes) if own is None or codes & own else None
        return own

    def _list(self, name: str) -> CodeList | None:
        return self.making.codebook.codelist_of(name)
