"""Loads codebooks, standards and quality rules."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from lfs_migration.catalog.areas import area_lists
from lfs_migration.catalog.classifications import classification_lists
from lfs_migration.catalog.code_lists import SHARED, dated, module_lists, with_years
from lfs_migration.catalog.documents import Document, Marks, build, load, marks
from lfs_migration.catalog.entries import (
    alone,
    choices_of,
    conventions,
    entries,
    group_lists,
    questions,
    records,
    rule,
    statements,
    substituted,
    tuples,
)
from lfs_migration.catalog.places import folder, modules
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook, Dimension, Multiple, Parameter, Record, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Edition
from lfs_migration.model.indicator import FACTS, Profile
from lfs_migration.model.protection import ProtectionRules
from lfs_migration.model.rules import AnyRule
from lfs_migration.model.standard import Standard

Asked = tuple[dict[str, Variable], dict[str, Multiple]]


def load_codebook(module: str = "emigration", edition: Edition | None = None) -> Codebook:
    """Return the codebook of a module; with an edition, its own lists and parameters are in it.

    While no file of it changes, that without an edition is made once, and shared: take it, do not change it.

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
    return _codebook(place, edition) if edition else _without_edition(place, marks(place, folder() / SHARED))


@lru_cache(maxsize=8)
def _without_edition(place: Path, _marks: Marks) -> Codebook:
    return _codebook(place, None)


def _codebook(place: Path, edition: Edition | None) -> Codebook:
    """Return the codebook of a module's folder."""
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


def load_profile(name: str = "default", edition: Edition | None = None) -> Profile:
    """Return a quality rule profile; for an edition, the rules in force in its year, with its own limits in them.

    Parameters
    ----------
    name : str
    edition : Edition, optional
        Without it the rules are the last ones, and name the parameters that a country sets.

    Raises
    ------
    NotFound
        With near matches.
    CatalogError
        For a limit that the rules need and the edition does not set.

    Examples
    --------
    >>> load_profile().suppress[0]
    'n < 20'
    """
    known = load_profiles()
    if name not in known:
        raise NotFound(f"No quality profile {name!r}", hint=near(name, known))
    if edition is None:
        return known[name]
    year = re.search(r"\d{4}", edition.edition)
    return _with_limits(name, known[name].of_year(int(year[0]) if year else None), edition)


def _with_limits(name: str, profile: Profile, edition: Edition) -> Profile:
    """Return a profile with the values of the parameters that its expressions name."""
    if all(parse(text).names <= set(FACTS) for text in profile.expressions):
        return profile
    chosen = choices_of(load_codebook(edition.module).parameters, edition)
    needed = {word for text in profile.expressions for word in parse(text).names} - set(FACTS)
    for parameter in sorted(needed):
        if chosen.get(parameter) is None:
            reason = "The edition does not set it" if parameter in chosen else f"{edition.module} has no such parameter"
            raise CatalogError(
                f"The quality profile {name} needs {parameter}", where=edition.line("quality"), detail=reason,
                hint="Write it under parameters, or use another profile",
            )  # fmt: skip
    filled = {
        key: tuple(substituted(text, chosen) for text in getattr(profile, key)) for key in ("suppress", "caution")
    }
    return profile.model_copy(update=filled)


def load_protection(name: str = "default") -> ProtectionRules:
    """Return rules of disclosure control.

    Raises
    ------
    NotFound
        With near matches.

    Examples
    --------
    >>> load_protection().persons
    3
    """
    document, known = _protections()
    if name not in known:
        raise NotFound(f"No protection {name!r}", hint=near(name, known))
    own = entries(known[name], document, name)
    own["waived"] = tuple(tuples(waiver, "rules") for waiver in own.get("waived", []))
    return build(ProtectionRules, own, document, name)


def protections() -> list[str]:
    """Return the names of the rules of disclosure control.

    Examples
    --------
    >>> "default" in protections()
    True
    """
    return list(_protections()[1])


def _protections() -> tuple[Document, dict[str, Any]]:
    document = load(folder() / "protection.yaml")
    return document, entries(document.data, document)


def load_profiles() -> dict[str, Profile]:
    """Return the quality rule profiles by name.

    Examples
    --------
    >>> "default" in load_profiles()
    True
    """
    document = load(folder() / "quality.yaml")
    own = entries(document.data, document)
    return {n: build(Profile, _listed(v), document, n) for n, v in own.items()}


def _listed(entry: Any) -> Any:
    """Return the entry of a profile with tuples for lists, also in the rules that were in force before."""
    lists = ("suppress", "caution", "earlier")
    given = tuples(entry, *lists)
    if isinstance(given, dict) and isinstance(given.get("earlier"), tuple):
        given["earlier"] = tuple(tuples(one, *lists) for one in given["earlier"])
    return given


def files_of(edition: Edition) -> tuple[Path, ...]:
    """Return every codebook file that an edition's results depend on."""
    shared = [*(folder() / edition.module).glob("*.yaml"), *(folder() / "classifications").glob("*.csv")]
    others = [folder() / name for name in (SHARED, "protection.yaml", "quality.yaml", "sdmx.yaml", "standards.yaml")]
    asked = sorted(folder("questionnaires").rglob(f"{edition.id}.yaml"))
    return (*sorted([*shared, *others]), *asked, Path(edition.path))
