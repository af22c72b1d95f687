"""What is wrong with an expression where it stands: its language, its variables, and the codes it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lfs_migration.errors import CatalogError, LfsMigrationError, near
from lfs_migration.expr import Expression, parse
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Value

_COMPARED = ast.Eq | ast.NotEq | ast.In | ast.NotIn


@dataclass(frozen=True)
class Setting:
    """A constant that a variable is set against, or an attribute that it is asked for.

    Parameters
    ----------
    variable : str
    value : int, float or str
        The constant, or the name of the attribute.
    of : str
        What of the variable it is: its ``code``, its ``group``, an ``attribute`` of its code, or the ``value`` of an
        attribute.
    attribute : str
        Its name, where ``of`` is ``value``.
    """

    variable: str
    value: Value
    of: str = "code"
    attribute: str = ""


def settings(expression: Expression) -> tuple[Setting, ...]:
    """Return the constants that variables are set against, on either side of a comparison, and the attributes named.

    ``coalesce(x, 0) == 1`` sets ``x`` against 1, ``group(x) in ["a"]`` its group against ``"a"``.
    """
    return tuple(dict.fromkeys(_settings(expression.tree)))


def _settings(tree: ast.AST) -> Iterator[Setting]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "lookup":
            yield Setting(ast.unparse(node.args[0]), ast.literal_eval(node.args[1]), "attribute")
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for operation, left, right in zip(node.ops, sides, sides[1:], strict=False):
                if isinstance(operation, _COMPARED):
                    yield from _set(left, right)
                    yield from _set(right, left)


def _set(side: ast.expr, other: ast.expr) -> Iterator[Setting]:
    items = other.elts if isinstance(other, ast.List | ast.Tuple) else [other]
    values = [i.value for i in items if isinstance(i, ast.Constant) and isinstance(i.value, int | float | str)]
    values = [value for value in values if not isinstance(value, bool)]
    name, own = _called(side), side
    if isinstance(side, ast.Call) and name == "coalesce":
        fallbacks = [argument.value for argument in side.args[1:] if isinstance(argument, ast.Constant)]
        values, own = [value for value in values if value not in fallbacks], side.args[0]
    if isinstance(own, ast.Name):
        yield from (Setting(own.id, value) for value in values)
    elif isinstance(own, ast.Call) and _called(own) in ("group", "lookup"):
        of, attribute = ("group", "") if _called(own) == "group" else ("value", ast.literal_eval(own.args[1]))
        yield from (Setting(ast.unparse(own.args[0]), value, of, attribute) for value in values)


def _called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def read(text: str, where: str) -> Expression | CatalogError:
    """Return an expression, or what is wrong with its language."""
    try:
        return parse(text)
    except LfsMigrationError as error:
        hint = error.hint or "Write it in the rule language: names, numbers, and, or, not, ==, <, in [...]"
        return CatalogError(error.title, where=where, detail=error.detail, hint=hint)


def named(
    codebook: Codebook, text: str, record: str, where: str, beside: Mapping[str, str] | None = None
) -> Iterator[CatalogError]:
    """Find what is wrong with the language, the variables and the records of an expression.

    Parameters
    ----------
    codebook : Codebook
    text : str
    record : str
        Whose rows it is about; an unknown one is an error of its own.
    where : str
        ``file:line``.
    beside : mapping of str to str, optional
        The record of the other row, by the word before the dot in ``other.per_age``.
    """
    if record not in codebook.records:
        yield CatalogError(f"No record {record!r}", where=where, hint=near(record, codebook.records))
        return
    expression = read(text, where)
    if isinstance(expression, CatalogError):
        yield expression
        return
    for name in sorted(expression.names):
        side, _, own = name.rpartition(".")
        home = (beside or {}).get(side) if side else record
        if home is None:
            yield CatalogError(f"{name!r} is the answer of another row", where=where, detail=f"Used in {text!r}",
                               hint="Only the check of a rule that compares two rows has one")  # fmt: skip
        elif not codebook.visible(own, home):
            yield CatalogError(f"{own!r} is not a variable of {home}", where=where, detail=f"Used in {text!r}",
                               hint=elsewhere(codebook, own, home))  # fmt: skip
    below = [child for child, kind in codebook.records.items() if kind.parent == record]
    for _, child, argument in expression.aggregates:
        if child not in below:
            yield CatalogError(f"{child!r} is not a record under {record}", where=where, detail=f"Used in {text!r}",
                               hint=near(child, below))  # fmt: skip
        elif argument is not None:
            yield from named(codebook, argument.text, child, where)


def elsewhere(codebook: Codebook, name: str, record: str) -> str:
    """Return what to do about a name that cannot be used in a record's expressions."""
    if name not in codebook.variables:
        return near(name, [own for own in codebook.variables if codebook.visible(own, record)])
    home = codebook.variables[name].record
    if record in codebook.lineage(home):
        return f"It is a variable of {home}: use it inside any(), count() or total()"
    return f"It is a variable of {home}: derive it in a record that both belong to"


def coded(codebook: Codebook, expression: Expression) -> Iterator[tuple[Setting, CatalogError]]:
    """Find codes, groups and attributes that no list has: typing errors, often in a parameter."""
    for setting in settings(expression):
        known = _known(codebook, setting)
        if known is not None and setting.value not in known:
            yield (
                setting,
                CatalogError(
                    f"{setting.value!r} is not a code or attribute of {setting.variable}",
                    detail=f"Used in {expression.text!r}",
                    hint=near(str(setting.value), map(str, known)),
                ),
            )


def _known(codebook: Codebook, setting: Setting) -> set[Value] | None:
    """Return what a variable may be set against; nothing where it has no list."""
    name = setting.variable.rpartition(".")[2]
    if name not in codebook.variables:
        return None
    codelist = codebook.codelist_of(name)
    if codelist is None:
        return None
    match setting.of:
        case "group":
            return set(codelist.groups)
        case "attribute":
            return {key for code in codelist.codes.values() for key in code.attributes}
        case "value":
            return set(codelist.attribute(setting.attribute).values())
    return {*codelist.codes, *codebook.variables[name].missing}


def parameter_line(edition: Edition | None, value: object) -> str:
    """Return where an edition sets a parameter to a value, or to a list with it."""
    if edition is None:
        return ""
    for name, chosen in edition.parameters.items():
        if value in (chosen if isinstance(chosen, list) else [chosen]):
            return str(edition.line("parameters", name))
    return ""
