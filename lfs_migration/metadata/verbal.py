"""Conditions of the rule language in plain words, in the languages that have some; others show the expression itself.

Only forms whose words say exactly what the expression says are put into words: comparisons of a variable with
constants, membership in a list, whether and why an answer is missing, and these joined by ``and``, ``or`` and ``not``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from lfs_migration.errors import ExpressionError
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.noun import Value
from lfs_migration.text import pick

_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "is", ast.In: "is", ast.NotEq: "is_not", ast.NotIn: "is_not",
    ast.Lt: "below", ast.LtE: "at_most", ast.Gt: "above", ast.GtE: "at_least",
}  # fmt: skip
_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq}

FORMS: dict[str, dict[str, str]] = {
    "en": {
        "is": "{name} is {values}", "is_not": "{name} is not {values}", "below": "{name} is below {values}",
        "at_most": "{name} is at most {values}", "above": "{name} is above {values}",
        "at_least": "{name} is at least {values}", "between": "{name} is from {low} to {high}",
        "holds": "{name} is true", "answered": "{name} has an answer", "blank": "{name} is empty",
        "missing": "{name} is an absent answer", "dont_know": "{name} is not known", "refused": "{name} was refused",
        "not_stated": "{name} is not stated", "uncodable": "{name} cannot be coded", "not": "not ({part})",
        "and": "and", "or": "or", "asked": "Asked if {condition}",
    },
    "fr": {
        "is": "{name} vaut {values}", "is_not": "{name} ne vaut pas {values}",
        "below": "{name} est inférieur à {values}",
        "at_most": "{name} est au plus égal à {values}", "above": "{name} est supérieur à {values}",
        "at_least": "{name} est au moins égal à {values}", "between": "{name} va de {low} à {high}",
        "holds": "{name} est vrai", "answered": "{name} a une réponse", "blank": "{name} est vide",
        "missing": "{name} est une réponse absente", "dont_know": "{name} n'est pas connu",
        "refused": "{name} a été refusé",
        "not_stated": "{name} n'est pas indiqué", "uncodable": "{name} ne peut être codé", "not": "non ({part})",
        "and": "et", "or": "ou", "asked": "Posée si {condition}",
    },
    "es": {
        "is": "{name} es {values}", "is_not": "{name} no es {values}", "below": "{name} es menor que {values}",
        "at_most": "{name} es como máximo {values}", "above": "{name} es mayor que {values}",
        "at_least": "{name} es como mínimo {values}", "between": "{name} va de {low} a {high}",
        "holds": "{name} es verdadero", "answered": "{name} tiene respuesta", "blank": "{name} está vacío",
        "missing": "{name} es una respuesta ausente", "dont_know": "{name} no se sabe",
        "refused": "{name} fue rechazado",
        "not_stated": "{name} no consta", "uncodable": "{name} no se puede codificar", "not": "no ({part})",
        "and": "y", "or": "o", "asked": "Se pregunta si {condition}",
    },
}  # fmt: skip
"""How each form is said; ``name`` stays the variable's own, so that it can be looked up."""

_ABOUT = ("answered", "blank", "missing", "dont_know", "refused", "not_stated", "uncodable")


class _Unsaid(Exception):
    """A part has no words."""


@dataclass(frozen=True)
class _Said:
    """Words of a part, and the word that joins it: empty for a single statement."""

    text: str
    joint: str = ""

    def inside(self, joint: str) -> str:
        return f"({self.text})" if self.joint and self.joint != joint else self.text


def in_words(text: str, codebook: Codebook, language: str = "en") -> str | None:
    """Return a condition in words, or nothing where the language or the expression has none.

    Parameters
    ----------
    text : str
        An expression that is true or false.
    codebook : Codebook
        Gives the labels of codes.
    language : str

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook
    >>> in_words("em_marital in [2, 3] and em_age >= 15", load_codebook())
    'em_marital is 2 (Married) or 3 (Consensual union) and em_age is at least 15'
    >>> in_words("em_age + 1 > 2", load_codebook()) is None
    True
    """
    if language not in FORMS or not text:
        return None
    try:
        return _Sayer(codebook, language).said(parse(text).tree).text
    except (_Unsaid, ExpressionError):
        return None


def asked(text: str, codebook: Codebook, language: str = "en") -> str | None:
    """Return who is asked, in words.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook
    >>> asked("hh_em_any == 1", load_codebook(), "fr")
    'Posée si hh_em_any vaut 1 (Oui)'
    """
    condition = in_words(text, codebook, language)
    return None if condition is None else FORMS[language]["asked"].format(condition=condition)


class _Sayer:
    """Says the parts of an expression, as :class:`_Said`, or raises :class:`_Unsaid`."""

    def __init__(self, codebook: Codebook, language: str) -> None:
        self._codebook, self._language, self._forms = codebook, language, FORMS[language]

    def said(self, node: ast.expr) -> _Said:
        match node:
            case ast.BoolOp(op=op, values=values):
                joint = "and" if isinstance(op, ast.And) else "or"
                parts = [self.said(value).inside(joint) for value in values]
                return _Said(f" {self._forms[joint]} ".join(parts), joint)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return _Said(self._forms["not"].format(part=self.said(operand).text))
            case ast.Name(id=name) if self._type(name) == "bool":
                return self._form("holds", name)
            case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name)]) if function in _ABOUT:
                return self._form(function, name)
            case ast.Compare():
                return self._comparison(node)
        raise _Unsaid

    def _comparison(self, node: ast.Compare) -> _Said:
        match node:
            case ast.Compare(left=low, ops=[ast.LtE(), ast.LtE()], comparators=[ast.Name(id=name), high]):
                return self._form("between", name, low=_number(low), high=_number(high))
            case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[right]):
                return self._set_against(name, type(op), right)
            case ast.Compare(left=left, ops=[op], comparators=[ast.Name(id=name)]) if type(op) in _TURNED:
                return self._set_against(name, _TURNED[type(op)], left)
        raise _Unsaid

    def _set_against(self, name: str, op: type[ast.cmpop], right: ast.expr) -> _Said:
        form = _SIGNS[op]
        items = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
        if not items or (form not in ("is", "is_not") and self._type(name) == "code"):
            raise _Unsaid
        return self._form(form, name, values=self._joined(self._code(name, item) for item in items))

    def _form(self, form: str, name: str, **words: str) -> _Said:
        return _Said(self._forms[form].format(name=name, **words))

    def _joined(self, words: Iterable[str]) -> str:
        *first, last = words
        return f"{', '.join(first)} {self._forms['or']} {last}" if first else last

    def _code(self, name: str, node: ast.expr) -> str:
        value = _constant(node)
        codelist = self._codebook.codelist_of(name) if name in self._codebook.variables else None
        code = codelist.codes.get(value) if codelist is not None else None
        return f"{value} ({pick(code.label, self._language)})" if code is not None else str(value)

    def _type(self, name: str) -> str:
        return self._codebook.variables[name].type if name in self._codebook.variables else ""


def _constant(node: ast.expr) -> Value:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        raise _Unsaid from None
    # The unknown and the truth values are no codes that an answer could be.
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _Unsaid
    return value


def _number(node: ast.expr) -> str:
    value = _constant(node)
    if isinstance(value, str):
        raise _Unsaid
    return str(value)
