"""Expressions of the rule language as XPath, as the forms of Open Data Kit write it.

In XPath a condition is true or false, and a comparison with an empty answer is false; in the rule language it may be
unknown, and the code of an absent answer is unknown too. So each condition becomes a pair: when it is true, and when it
is false. ``not`` exchanges the two, ``and`` is true when both are true and false when one is false, ``or`` the other
way round: that is Kleene's logic, exactly, in two-valued conditions.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Protocol

from lfs_migration.errors import ExpressionError
from lfs_migration.expr import AGGREGATES, parse
from lfs_migration.forms.logic import ALWAYS, NEVER, Test, both, either, opposite, quoted, single
from lfs_migration.forms.quantities import (
    UNKNOWN,
    Condition,
    Quantity,
    answer,
    chosen,
    compared,
    constant,
    first_known,
    member,
    property_of,
)
from lfs_migration.model.codebook import Codebook, Variable

SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "div"}


class Fields(Protocol):
    """Where a form keeps what an expression names, seen from one place of the form."""

    @property
    def codebook(self) -> Codebook:
        """What the variables mean."""

    def reference(self, name: str) -> str:
        """Return the XPath of a variable."""

    def rows(self, record: str) -> str:
        """Return the XPath of the number of rows of a child record."""

    def total(self, record: str, formula: str) -> str:
        """Return the XPath of a sum over the rows of a child record, of what ``formula`` is in each."""

    def under(self, record: str) -> Fields:
        """Return what is seen from the rows of a child record."""


def relevant(text: str, fields: Fields) -> str:
    """Return when an expression is known to be true; empty when it always is.

    Parameters
    ----------
    text : str
        Of the rule language; empty is everyone.
    fields : Fields

    Raises
    ------
    ExpressionError
        Where a form cannot ask it.
    """
    test = condition(parse(text).tree, fields).true if text else ALWAYS
    return "" if test == ALWAYS else str(test)


def calculation(text: str, fields: Fields) -> str:
    """Return the value of an expression, 1 and 0 for a condition; empty where it is unknown.

    Raises
    ------
    ExpressionError
        Where a form cannot compute it.
    """
    tree = parse(text).tree
    if _is_condition(tree, fields):
        found = condition(tree, fields)
        return f"if({found.true}, 1, if({found.false}, 0, ''))"
    value = quantity(tree, fields)
    return value.value if value.known == ALWAYS else f"if({value.known}, {value.value}, '')"


def is_text(variable: Variable, codebook: Codebook) -> bool:
    """Return whether a variable's values are texts."""
    if variable.codelist in codebook.codelists:
        return codebook.codelists[variable.codelist].is_text
    return variable.is_text or variable.codelist is not None


def condition(node: ast.expr, fields: Fields) -> Condition:
    """Return when an expression is true and when it is false.

    Raises
    ------
    ExpressionError
    """
    match node:
        case ast.Constant(value=bool() as value):
            return Condition(ALWAYS, NEVER) if value else Condition(NEVER, ALWAYS)
        case ast.Constant(value=None):
            return Condition(NEVER, NEVER)
        case ast.Name(id=name):
            return _truth(name, fields)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ~condition(operand, fields)
        case ast.BoolOp(op=op, values=values):
            return _all(op, [condition(value, fields) for value in values])
        case ast.Compare():
            return _all(ast.And(), _comparisons(node, fields))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            case, then, otherwise = (condition(part, fields) for part in (test, body, orelse))
            return Condition(
                either(both(case.true, then.true), both(case.false, otherwise.true)),
                either(both(case.true, then.false), both(case.false, otherwise.false)),
            )
        case ast.Call(func=ast.Name(id=name)):
            return _called_condition(name, node, fields)
    raise ExpressionError(f"{ast.unparse(node)!r} is not a condition")


def _truth(name: str, fields: Fields) -> Condition:
    if fields.codebook.variable(name).type != "bool":
        raise ExpressionError(f"{name} is not a condition", hint="Compare it with a code")
    reference = fields.reference(name)
    return Condition(single(f"{reference} = 1"), single(f"{reference} = 0"))


def _all(op: ast.boolop, conditions: Sequence[Condition]) -> Condition:
    true, false = ([getattr(one, side) for one in conditions] for side in ("true", "false"))
    return Condition(both(*true), either(*false)) if isinstance(op, ast.And) else Condition(either(*true), both(*false))


def _comparisons(node: ast.Compare, fields: Fields) -> list[Condition]:
    out, left = [], quantity(node.left, fields)
    for sign, right_node in zip(node.ops, node.comparators, strict=True):
        if isinstance(right_node, ast.List | ast.Tuple):
            inside = member(left, [ast.literal_eval(item) for item in right_node.elts])
            out.append(inside if isinstance(sign, ast.In) else ~inside)
            continue
        right = quantity(right_node, fields)
        out.append(compared(SIGNS[type(sign)], left, right))
        left = right
    return out


def _called_condition(name: str, node: ast.Call, fields: Fields) -> Condition:
    if name == "coalesce":
        return _first_condition([condition(argument, fields) for argument in node.args])
    subject = node.args[0]
    assert isinstance(subject, ast.Name)
    if name == "any":
        return _any(node, fields)
    variable = fields.codebook.variable(subject.id)
    reference = fields.reference(subject.id)
    if name in ("answered", "blank"):
        true = single(f"{reference} = ''") if name == "blank" else _answer(subject.id, fields).known
    else:
        codes = [code for code, reason in variable.missing.items() if name in ("missing", reason)]
        true = either(*(single(f"{reference} = {quoted(code)}") for code in codes))
    return Condition(true, opposite(true))


def _first_condition(conditions: Sequence[Condition]) -> Condition:
    first, *rest = conditions
    if not rest:
        return first
    other, unknown = _first_condition(rest), opposite(first.known)
    return Condition(either(first.true, both(unknown, other.true)), either(first.false, both(unknown, other.false)))


def _any(node: ast.Call, fields: Fields) -> Condition:
    record, inside = _each(node, fields)
    if inside is None:
        some = single(f"{fields.rows(record)} > 0")
        return Condition(some, opposite(some))
    yes, no = (fields.total(record, f"if({test}, 1, 0)") for test in (inside.true, inside.false))
    return Condition(single(f"{yes} > 0"), single(f"{no} = {fields.rows(record)}"))


def _each(node: ast.Call, fields: Fields) -> tuple[str, Condition | None]:
    """Return the child record of an aggregate and what is to be true in its rows."""
    record = node.args[0]
    assert isinstance(record, ast.Name)
    return record.id, condition(node.args[1], fields.under(record.id)) if len(node.args) > 1 else None


def quantity(node: ast.expr, fields: Fields) -> Quantity:
    """Return the value of an expression and when it is known.

    Raises
    ------
    ExpressionError
    """
    match node:
        case ast.Constant(value=bool()):
            raise ExpressionError("A truth value stands where a number or a text belongs")
        case ast.Constant(value=None):
            return UNKNOWN
        case ast.Constant(value=int() | float() | str() as value):
            return constant(value)
        case ast.Name(id=name):
            return _answer(name, fields)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return constant(-number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _computed("(0 - {0})", operand, fields=fields)
        case ast.BinOp(left=left, op=op, right=right):
            return _arithmetic(op, left, right, fields)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return chosen(condition(test, fields), quantity(body, fields), quantity(orelse, fields))
        case ast.Call(func=ast.Name(id=name)):
            return _called_quantity(name, node, fields)
    raise ExpressionError(f"{ast.unparse(node)!r} is not a number or a text")


def _answer(name: str, fields: Fields) -> Quantity:
    variable = fields.codebook.variable(name)
    return answer(fields.reference(name), variable.missing, text=is_text(variable, fields.codebook))


def _computed(pattern: str, *nodes: ast.expr, fields: Fields, known: Test = ALWAYS) -> Quantity:
    values = [quantity(node, fields) for node in nodes]
    if any(value.text for value in values):
        raise ExpressionError(f"{ast.unparse(nodes[0])!r} is a text; a number is needed")
    every = both(known, *(value.known for value in values))
    return Quantity(every, pattern.format(*(value.value for value in values)))


def _arithmetic(op: ast.operator, left: ast.expr, right: ast.expr, fields: Fields) -> Quantity:
    whole = isinstance(op, ast.FloorDiv)
    sign = "div" if whole else OPERATORS[type(op)]
    known = ALWAYS
    if sign == "div":
        divisor = quantity(right, fields)
        zero = divisor.literal == 0
        known = NEVER if zero else ALWAYS if divisor.literal is not None else single(f"{divisor.value} != 0")
    return _computed(f"floor({{0}} {sign} {{1}})" if whole else f"({{0}} {sign} {{1}})",
                     left, right, fields=fields, known=known)  # fmt: skip


def _called_quantity(name: str, node: ast.Call, fields: Fields) -> Quantity:
    first = node.args[0]
    if name in AGGREGATES:
        return _aggregate(name, node, fields)
    match name:
        case "coalesce":
            return first_known([quantity(argument, fields) for argument in node.args])
        case "group" | "lookup":
            assert isinstance(first, ast.Name)
            return property_of(_answer(first.id, fields), _mapping(first.id, node, fields))
        case "abs" | "floor":
            return _computed(f"{name}({{0}})", first, fields=fields)
        case "ceil":
            return _computed("ceiling({0})", first, fields=fields)
        case "sqrt":
            root = quantity(first, fields)
            return _computed("sqrt({0})", first, fields=fields, known=single(f"{root.value} >= 0"))
        case "cut":
            steps = " + ".join(f"({{0}} >= {{{n}}})" for n in range(1, len(node.args)))
            return _computed(f"(1 + {steps})", *node.args, fields=fields)
        case "max" | "min":
            return _extreme(">=" if name == "max" else "<=", node, fields)
        case "number" | "text":
            given = quantity(first, fields)
            written = f"{'number' if name == 'number' else 'string'}({given.value})"
            return Quantity(given.known, written, name == "text")
    raise ExpressionError(f"{name}() is not a number or a text")


def _mapping(variable: str, node: ast.Call, fields: Fields) -> dict[int | float | str, str]:
    codelist = fields.codebook.codelist_of(variable)
    if codelist is None:
        raise ExpressionError(f"{variable} has no code list", hint="Load the codebook with an edition that has it")
    return dict(codelist.attribute(ast.literal_eval(node.args[1])) if len(node.args) > 1 else codelist.group_of())


def _extreme(sign: str, node: ast.Call, fields: Fields) -> Quantity:
    values = [quantity(argument, fields) for argument in node.args]
    found = values[0].value
    for value in values[1:]:
        found = f"if({found} {sign} {value.value}, {found}, {value.value})"
    return Quantity(both(*(value.known for value in values)), found)


def _aggregate(name: str, node: ast.Call, fields: Fields) -> Quantity:
    if name == "total":
        child = fields.under(ast.unparse(node.args[0]))
        each = quantity(node.args[1], child)
        return _summed(ast.unparse(node.args[0]), each.known, each.value, fields)
    record, inside = _each(node, fields)
    if name == "any":
        raise ExpressionError("any() is a condition where a number or a text belongs")
    if inside is None:
        return Quantity(ALWAYS, fields.rows(record))
    return _summed(record, inside.known, f"if({inside.true}, 1, 0)", fields)


def _summed(record: str, known: Test, value: str, fields: Fields) -> Quantity:
    """Return a sum over the rows of a child record; one unknown row makes it unknown."""
    if known == ALWAYS:
        return Quantity(ALWAYS, fields.total(record, value))
    complete = single(f"{fields.total(record, f'if({known}, 1, 0)')} = {fields.rows(record)}")
    return Quantity(complete, fields.total(record, f"if({known}, {value}, 0)"))


def _is_condition(node: ast.expr, fields: Fields) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, bool)
        case ast.Name(id=name):
            return fields.codebook.variable(name).type == "bool"
        case ast.IfExp(body=body, orelse=orelse):
            return _is_condition(body, fields) or _is_condition(orelse, fields)
        case ast.Call(func=ast.Name(id="coalesce"), args=arguments):
            return any(_is_condition(argument, fields) for argument in arguments)
        case ast.Call(func=ast.Name(id=name)):
            return name in ("any", "answered", "blank", "dont_know", "missing", "not_stated", "refused", "uncodable")
    return isinstance(node, ast.BoolOp | ast.Compare) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )
