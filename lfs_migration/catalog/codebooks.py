"""Loads codebooks, indicators, standards and quality rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lfs_migration.catalog.areas import area_lists
from lfs_migration.catalog.classifications import classification_lists
from lfs_migration.catalog.code_lists import SHARED, dated, module_lists, with_years
from lfs_migration.catalog.documents import build, load
from lfs_migration.catalog.entries import (
    alone,
    choices_of,
    conventions,
    entries,
    group_lists,
    indicator,
    questions,
    records,
    rule,
    statements,
    tuples,
)
from lfs_migration.catalog.places import folder, modules
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook, Dimension, Multiple, Parameter, Record, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Edition
from lfs_migration.model.indicator import Indicator, Profile
from lfs_migration.model.rules import AnyRule
from lfs_migration.model.standard import Standard

Asked = tuple[dict[str, Variable], dict[str, Multiple]]


def load_codebook(module: str = "emigration", edition: Edition | None = None) -> Codebook:
    """Return the codebook of a module; with an edition, its own lists and parameters are in it.

    Raises
    ------
    NotFound
        For an unknown module.
    CatalogError
        With file and line.

    Examples
    --------
    >>> load_codebook().variable("em_sex").type
    'code'
    """
    place = folder() / module
    if module not in modules():
        where = edition.line("module") if edition else ""
        raise NotFound(f"No module {module!r}", where=where, hint=near(module, modules()))
    head = load(place / "module.yaml")
    data = entries(head.data, head)
    parts = {key: entries(data.pop(key, {}), head, key) for key in ("parameters", "records", "dimensions", "missing")}
    parameters = {n: build(Parameter, tuples(v, "allowed"), head, "parameters", n)
                  for n, v in parts["parameters"].items()}  # fmt: skip
    kinds = records(parts["records"], head)
    dimensions = {n: build(Dimension, v, head, "dimensions", n) for n, v in parts["dimensions"].items()}
    lines = {name: head.where(kind, name) for kind in ("records", "dimensions") for name in parts[kind]}
    lines |= {f"{kind}/{name}": head.where(kind, name) for kind in ("records", "dimensions") for name in parts[kind]}
    chosen = choices_of(parameters, edition)
    own = module_lists(place, chosen)
    variables, multiples = _asked(place, kinds, conventions(parts["missing"], head), chosen, own, lines)
    lists = own | _classifications() | (edition.codelists if edition else {})
    codebook = build(
        Codebook,
        {**tuples(data, "national", "headlines"), "records": kinds, "variables": with_years(variables, dated(place)),
         "multiples": multiples, "rules": _rules(place, chosen, multiples, own, lines), "dimensions": dimensions,
         "codelists": lists | dict(group_lists(lists)), "parameters": parameters,
         "coverage": statements(load(place / "coverage.yaml"))},
        head,
    )  # fmt: skip
    codebook._lines.update(lines)
    return codebook


def _classifications() -> dict[str, CodeList]:
    """Return the classifications that all modules share: areas, occupations, industries, levels of education."""
    places = folder() / "classifications"
    return area_lists(places / "areas.csv") | classification_lists(places)


def _rules(
    place: Path,
    chosen: dict[str, Any],
    multiples: dict[str, Multiple],
    lists: dict[str, CodeList],
    lines: dict[str, str],
) -> dict[str, AnyRule]:
    """Return the rules of a module and those that its multiple-response questions bring, and note their lines."""
    document = load(place / "rules.yaml")
    rules = {n: rule(document, n, v, chosen) for n, v in entries(document.data, document).items()}
    lines |= {name: document.where(name) for name in rules}
    for multiple in multiples.values():
        for one in alone(multiple, lists[multiple.codelist]):
            rules[one.id], lines[one.id] = one, lines[multiple.name]
    return rules


def missing_sets(module: str) -> tuple[str, ...]:
    """Return the names of a module's sets of codes of absent answers.

    Examples
    --------
    >>> missing_sets("emigration")[:3]
    ('two', 'three', 'four')
    """
    head = load(folder() / module / "module.yaml")
    return tuple(entries(entries(head.data, head).get("missing", {}), head, "missing"))


def _asked(
    place: Path,
    kinds: dict[str, Record],
    absent: dict[str, Any],
    chosen: dict[str, Any],
    lists: dict[str, CodeList],
    lines: dict[str, str],
) -> Asked:
    """Return the variables and the multiple-response questions of every record's file, and note their lines."""
    variables: dict[str, Variable] = {}
    multiples: dict[str, Multiple] = {}
    for record in kinds:
        for one, where in questions(load(place / f"{record}.yaml"), record, absent, chosen, lists):
            if one.name in variables or one.name in multiples:
                hint = f"The other is at {lines[one.name]}"
                raise CatalogError(f"Variable {one.name!r} stands twice", where=where, hint=hint)
            lines[one.name] = where
            if isinstance(one, Variable):
                variables[one.name] = one
            else:
                multiples[one.name] = one
    return variables, multiples


def load_indicators(module: str = "emigration", edition: Edition | None = None) -> dict[str, Indicator]:
    """Return the indicators of a module by code; with an edition, its parameters are in the expressions.

    Raises
    ------
    CatalogError
        With file and line.

    Examples
    --------
    >>> load_indicators()["E14"].kind
    'distribution'
    """
    document = load(folder() / module / "indicators.yaml")
    chosen = choices_of(load_codebook(module).parameters, edition)
    own = entries(document.data, document)
    return {code: indicator(document, code, entry, chosen) for code, entry in own.items()}


def load_standards() -> dict[str, Standard]:
    """Return the international definitions that variables and indicators follow, by name.

    Raises
    ------
    CatalogError
        With file and line.

    Examples
    --------
    >>> load_standards()["un_1998_long_term"].seen
    'text'
    """
    document = load(folder() / "standards.yaml")
    return {n: build(Standard, tuples(v, "choices"), document, n) for n, v in entries(document.data, document).items()}


def load_profile(name: str = "default") -> Profile:
    """Return a quality rule profile.

    Raises
    ------
    NotFound
        With near matches.

    Examples
    --------
    >>> load_profile().suppress[0]
    'n < 20'
    """
    document = load(folder() / "quality.yaml")
    known = entries(document.data, document)
    if name not in known:
        raise NotFound(f"No quality profile {name!r}", hint=near(name, known))
    return build(Profile, tuples(known[name], "suppress", "caution"), document, name)


def choices(codebook: Codebook, edition: Edition, indicator: Indicator) -> tuple[str, ...]:
    """Return what the country chose among the numbers that an indicator depends on, in words.

    Examples
    --------
    >>> from lfs_migration.catalog import load_country
    >>> mexico = load_country("mexico")
    >>> choices(load_codebook(edition=mexico), mexico, load_indicators(edition=mexico)["E53"])
    ('Look-back period for departures: 5 years.',)
    """
    parts = [part for part in (indicator.numerator, indicator.denominator) if part is not None]
    texts = [text for part in parts for text in (part.where, part.value) if text]
    waiting = [name for text in texts for name in parse(text).names]
    used, seen = set(indicator.parameters), set[str]()
    while waiting:
        name = waiting.pop()
        if name in codebook.variables and name not in seen:
            variable = codebook.variables[name]
            seen.add(name)
            used |= set(variable.parameters) if variable.derived else set()
            waiting += parse(variable.value).names if variable.value else []
    out = []
    for name, parameter in codebook.parameters.items():
        value = edition.parameters.get(name, parameter.default)
        if name in used and isinstance(value, int | float):
            out.append(f"{parameter.label['en']}: {value} {parameter.unit}.")
    return tuple(out)


def files_of(edition: Edition) -> tuple[Path, ...]:
    """Return every codebook file that an edition's results depend on."""
    shared = [*(folder() / edition.module).glob("*.yaml"), *(folder() / "classifications").glob("*.csv")]
    return (*sorted([*shared, folder() / SHARED, folder() / "quality.yaml"]), Path(edition.path))
