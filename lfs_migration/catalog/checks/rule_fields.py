"""What is wrong with what a rule names and sets, beyond its expressions, by its kind.

The expressions, and that each variable which a rule names is one of its record, are looked at with those of the
variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.rules import (
    AnyRule,
    Bounds,
    Constant,
    Digits,
    Duplicate,
    Heaping,
    Nonresponse,
    Outlier,
    Pair,
    Pointer,
    Sequence,
    Straight,
)

NUMBERS = ("int", "float", "amount", "year", "month")
"""Types of variables whose answers are numbers."""


def rule_problems(codebook: Codebook, rule: AnyRule) -> Iterator[CatalogError]:
    """Find what a rule of a kind cannot do with what it names.

    Checked: there is its record, and numbers are where numbers are compared; limits are by codes of the list, the lower
    one first; a block of questions has one set of answers; a line number is one of a record that has lines, and rows
    are set against others only where a household has several; what is left without an answer is a question of the
    record.
    """
    if rule.record not in codebook.records:
        yield _error(codebook, rule, f"No record {rule.record!r}", near(rule.record, codebook.records))
        return
    for name in _numbers(rule):
        variable = codebook.variables.get(name)
        if variable is not None and variable.type not in NUMBERS:
            yield _error(codebook, rule, f"{name} is no number", f"Rules of the kind {rule.kind} compare numbers")
    match rule:
        case Bounds():
            yield from _limits(codebook, rule)
        case Straight():
            yield from _block(codebook, rule)
        case Pair() | Pointer() | Sequence() | Constant() | Duplicate():
            yield from _lines(codebook, rule)
        case Nonresponse():
            yield from _own(codebook, rule)


def fieldwork_problems(codebook: Codebook) -> Iterator[CatalogError]:
    """Find a region or an interviewer that is no variable of the module's first record."""
    for role in ("region", "interviewer"):
        name = getattr(codebook.fieldwork, role)
        if name and not codebook.visible(name, codebook.home):
            own = [variable.name for variable in codebook.variables_of(codebook.home)]
            yield CatalogError(f"The {role} {name!r} is not a variable of {codebook.home}",
                               where=codebook.where(f"records/{codebook.home}"), detail="Named under fieldwork",
                               hint=near(name, own))  # fmt: skip


def _error(codebook: Codebook, rule: AnyRule, title: str, hint: str) -> CatalogError:
    return CatalogError(title, where=codebook.where(rule.id), detail=f"Named by the rule {rule.id}", hint=hint)


def _numbers(rule: AnyRule) -> tuple[str, ...]:
    """Return the variables whose answers a rule takes as numbers."""
    match rule:
        case Bounds() | Heaping() | Digits() | Pointer() | Sequence():
            return (rule.variable,)
        case Outlier():
            return (rule.variable, *([rule.base] if rule.base else []))
        case Duplicate():
            return tuple(rule.tolerance)
    return ()


def _limits(codebook: Codebook, rule: Bounds) -> Iterator[CatalogError]:
    if rule.by in codebook.variables:
        codelist = codebook.codelist_of(rule.by)
        known = [] if codelist is None else list(codelist.codes)
        for code in rule.limits:
            if code not in known:
                hint = near(str(code), map(str, known)) if known else "It has no code list"
                yield _error(codebook, rule, f"{code!r} is not a code of {rule.by}", hint)
    for code, limits in {**rule.limits, "otherwise": rule.otherwise or (None, None)}.items():
        low, high = limits
        if low is not None and high is not None and low > high:
            yield _error(codebook, rule, f"No number is from {low} to {high}", f"Write the lower limit of {code} first")


def _block(codebook: Codebook, rule: Straight) -> Iterator[CatalogError]:
    """Find a block whose questions cannot be answered alike: their lists differ."""
    variables = [codebook.variables[name] for name in rule.of if name in codebook.variables]
    for variable in variables:
        if (variable.codelist, variable.type) != (variables[0].codelist, variables[0].type):
            hint = "Only questions with the same list of answers can be answered all alike"
            title = f"{variable.name} and {variables[0].name} have different answers"
            yield _error(codebook, rule, title, hint)


def _lines(codebook: Codebook, rule: Pair | Pointer | Sequence | Constant | Duplicate) -> Iterator[CatalogError]:
    """Find rules that set the rows of a household against each other where it has one only."""
    home = rule.record
    if isinstance(rule, Pointer) and rule.to:
        home = rule.to
    elif isinstance(rule, Constant | Duplicate) and (rule.within or getattr(rule, "across", False)):
        return
    if home not in codebook.records:
        yield _error(codebook, rule, f"No record {home!r}", near(home, codebook.records))
    elif len(codebook.records[home].key) < 2:
        title = f"The rows of {home} have no line numbers, and no others beside them"
        yield _error(codebook, rule, title, "Name a record under it, or what makes the groups under `within`")


def _own(codebook: Codebook, rule: Nonresponse) -> Iterator[CatalogError]:
    for name in rule.of:
        variable = codebook.variables.get(name)
        if variable is not None and variable.record != rule.record:
            hint = f"Give it a rule with `record: {variable.record}`"
            yield _error(codebook, rule, f"{name} is a question of the {variable.record} record", hint)
