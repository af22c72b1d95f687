"""The code lists of a module: the shared ones, its own, and the national rules that are attributes of their codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from lfs_migration.catalog.documents import Document, build, load
from lfs_migration.catalog.entries import codelists, entries, tuples
from lfs_migration.catalog.places import folder
from lfs_migration.errors import CatalogError, ExpressionError, near
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.rates import Rates, Ruling

SHARED = "codelists.yaml"
"""File of the lists of several modules, in the folder of the codebooks; a module's own has the same name in its own."""
RATES = "rates.yaml"
"""File of a module's national rules, where it has some."""


def module_lists(place: Path, chosen: Mapping[str, Any]) -> dict[str, CodeList]:
    """Return the lists of a module by name, its national rules among the attributes of their codes.

    Parameters
    ----------
    place : Path
        The module's folder.
    chosen : mapping of parameter to value
        Which year's rules hold is one of them.

    Raises
    ------
    CatalogError
        With file and line, for a list that stands in both files, and for rules that do not go with the lists.
    """
    shared, own = load(folder() / SHARED), load(place / SHARED)
    lists = codelists(shared)
    for name, codelist in codelists(own).items():
        if name in lists:
            hint = f"All modules have that of codebooks/{shared.where(name)}; keep one of the two"
            raise CatalogError(f"Code list {name} stands twice", where=own.where(name), hint=hint)
        lists[name] = codelist
    for rates, document, name in load_rates(place):
        lists[rates.codelist] = _rated(lists, rates, chosen, document, name)
    return lists


def load_rates(place: Path) -> Iterator[tuple[Rates, Document, str]]:
    """Yield a module's national rules, each with its file and its name in it.

    Raises
    ------
    CatalogError
        With file and line.
    """
    if not (place / RATES).is_file():
        return
    document = load(place / RATES)
    for name, value in entries(document.data, document).items():
        entry = entries(value, document, name)
        rules = tuple(_ruling(rule, document, name, n) for n, rule in enumerate(entry.get("rules") or ()))
        yield build(Rates, {**entry, "rules": rules}, document, name), document, name


def dated(place: Path) -> dict[str, str]:
    """Return the parameter that chooses the year of each rate, by the rate's name."""
    return {rate: rates.year for rates, _, _ in load_rates(place) for rate in rates.rates}


def with_years(variables: Mapping[str, Variable], years: Mapping[str, str]) -> dict[str, Variable]:
    """Return variables that say which year's rules they follow: its parameter is one of theirs.

    Parameters
    ----------
    variables : mapping by name
    years : mapping of rate to parameter
        From :func:`dated`.
    """
    out = dict(variables)
    for name, variable in variables.items() if years else ():
        used = {years[rate] for _, rate in _lookups(variable.value or "True") if rate in years}
        if used:
            parameters = tuple(dict.fromkeys([*variable.parameters, *sorted(used)]))
            out[name] = variable.model_copy(update={"parameters": parameters})
    return out


def _lookups(text: str) -> tuple[tuple[str, str], ...]:
    """Return the lookups of an expression; what is wrong in one that cannot be read is told with all problems."""
    try:
        return parse(text).lookups
    except ExpressionError:
        return ()


def _ruling(value: Any, document: Document, name: str, number: int) -> Ruling:
    keys = (name, "rules", number)
    entry = entries(value, document, *keys)
    values = entries(entry.get("values", {}), document, *keys, "values")
    numbers = {rate: _number(given, document, *keys, "values", rate) for rate, given in values.items()}
    return build(Ruling, {**tuples(entry), "values": numbers}, document, *keys)


def _number(value: Any, document: Document, *keys: object) -> Any:
    """Return a number; `1/3` is as exact as a float can be."""
    if not isinstance(value, str):
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    try:
        return float(Fraction(value))
    except (ValueError, ZeroDivisionError):
        raise CatalogError(f"{value!r} is not a number", where=document.where(*keys),
                           hint="Write 21, 0.5, 1/3, or null for none") from None  # fmt: skip


def _rated(
    lists: Mapping[str, CodeList], rates: Rates, chosen: Mapping[str, Any], document: Document, name: str
) -> CodeList:
    """Return the list of the countries with the chosen year's numbers among the attributes of its codes."""
    if rates.codelist not in lists:
        raise CatalogError(f"No code list {rates.codelist!r}", where=document.where(name, "codelist"),
                           hint=near(rates.codelist, lists))  # fmt: skip
    if rates.year not in chosen:
        raise CatalogError(f"No parameter {rates.year!r}", where=document.where(name, "year"),
                           hint=near(rates.year, chosen))  # fmt: skip
    codelist = lists[rates.codelist]
    for number, rule in enumerate(rates.rules):
        if rule.code not in codelist.codes:
            raise CatalogError(f"{rule.code!r} is not a code of {rates.codelist}",
                               where=document.where(name, "rules", number, "code"),
                               hint=near(str(rule.code), map(str, codelist.codes)))  # fmt: skip
    own = rates.of(chosen[rates.year]) if isinstance(chosen[rates.year], int) else {}
    codes = {
        code: known.model_copy(update={"attributes": known.attributes | {n: repr(v) for n, v in own[code].items()}})
        if code in own
        else known
        for code, known in codelist.codes.items()
    }
    return codelist.model_copy(update={"codes": codes})
