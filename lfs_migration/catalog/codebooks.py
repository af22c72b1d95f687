"""Finds and loads codebooks, countries, indicators and quality rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lfs_migration.catalog.areas import area_lists
from lfs_migration.catalog.documents import Document, build, load
from lfs_migration.catalog.recipes import recipe
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook, Dimension, Parameter, Record, Rule, Variable
from lfs_migration.model.codelist import Code, CodeList, Group
from lfs_migration.model.country import Derive, Edition, Fixed, Join, Map, Recode, RecordMap, Rename
from lfs_migration.model.indicator import Indicator, Profile
from lfs_migration.model.noun import Value

_KINDS: dict[str, type[Map]] = {"codes": Recode, "column": Rename, "value": Fixed, "compute": Derive, "columns": Join}
"""The key that tells the kind of a map, looked for in this order."""


def folder() -> Path:
    """Return the folder of the codebooks: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for candidate in (package / "codebooks", package.parent / "codebooks"):
        if candidate.is_dir():
            return candidate
    raise NotFound("The codebooks are not installed", where=str(package), hint="Install the package again")


def countries() -> list[tuple[str, str]]:
    """Return the name and edition of every country file, sorted.

    Examples
    --------
    >>> ("mexico", "2023") in countries()
    True
    """
    names = (path.stem.rpartition("-") for path in (folder() / "countries").glob("*-*.yaml"))
    return sorted((name, edition) for name, _, edition in names)


def load_country(name: str | Path, edition: str | None = None) -> Edition:
    """Return one edition of a country.

    Parameters
    ----------
    name : str or Path
        A name from :func:`countries`, or the path of a YAML file.
    edition : str, optional
        Without it, the newest.

    Raises
    ------
    NotFound
        With near matches, for an unknown country or edition.
    CatalogError
        With file and line, for a file that does not follow the codebook's form.

    Examples
    --------
    >>> load_country("mexico").edition
    '2023'
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if not path.is_file():
            raise NotFound("No such country file", where=str(path))
        own = _edition(load(path))
        if edition is not None and str(edition) != own.edition:
            hint = f"It holds {own.edition}; leave the edition out"
            raise NotFound(f"No edition {str(edition)!r} in this file", where=str(path), hint=hint)
        return own
    known = countries()
    editions = [e for n, e in known if n == str(name).lower()]
    if not editions:
        raise NotFound(f"No country {str(name)!r}", hint=near(str(name), {n for n, _ in known}))
    if edition is not None and str(edition) not in editions:
        raise NotFound(f"No edition {str(edition)!r} of {name}", hint=near(str(edition), editions))
    return _edition(load(folder() / "countries" / f"{str(name).lower()}-{edition or editions[-1]}.yaml"))


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
    if not (place / "module.yaml").is_file():
        modules = [path.parent.name for path in folder().glob("*/module.yaml")]
        raise NotFound(f"No module {module!r}", hint=near(module, modules))
    head = load(place / "module.yaml")
    data = dict(head.data)
    choices = data.pop("parameters").items()
    parameters = {n: build(Parameter, _tuples(v, "allowed"), head, "parameters", n) for n, v in choices}
    chosen = _chosen(parameters, edition)
    records = {n: build(Record, _tuples(v, "key"), head, "records", n) for n, v in data.pop("records").items()}
    dimensions = {n: build(Dimension, v, head, "dimensions", n) for n, v in data.pop("dimensions").items()}
    conventions = data.pop("missing")
    lines = {name: head.where("records", name) for name in records}
    lines |= {name: head.where("dimensions", name) for name in dimensions}
    variables: dict[str, Variable] = {}
    for record in records:
        for variable, where in _variables(load(place / f"{record}.yaml"), record, conventions, chosen):
            if variable.name in variables:
                raise CatalogError(f"Variable {variable.name!r} stands twice", where=where)
            variables[variable.name], lines[variable.name] = variable, where
    rules_file = load(place / "rules.yaml")
    rules = {n: _rule(rules_file, n, v, chosen) for n, v in rules_file.data.items()}
    lines |= {name: rules_file.where(name) for name in rules}
    lists = _codelists(load(place / "codelists.yaml")) | area_lists(folder() / "classifications" / "areas.csv")
    lists |= dict(edition.codelists) if edition else {}
    codebook = build(
        Codebook,
        {**data, "records": records, "variables": variables, "rules": rules, "dimensions": dimensions,
         "codelists": lists | dict(_group_lists(lists)), "parameters": parameters,
         "national": tuple(data["national"]), "coverage": load(place / "coverage.yaml").data},
        head,
    )  # fmt: skip
    codebook._lines.update(lines)
    return codebook


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
    chosen = _chosen(load_codebook(module).parameters, edition)
    out = {}
    for code, entry in document.data.items():
        data = {**entry, "code": code, "breakdowns": tuple(tuple(by) for by in entry.get("by", ()))}
        data.pop("by", None)
        texts = [v for part in ("numerator", "denominator") for k, v in data.get(part, {}).items() if k != "record"]
        data["parameters"] = _named(texts, chosen)
        for part in ("numerator", "denominator"):
            if part in data:
                data[part] = {k: _substitute(v, chosen) if k != "record" else v for k, v in data[part].items()}
        out[code] = build(Indicator, _tuples(data, "of", "coverage"), document, code)
    return out


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
    if name not in document.data:
        raise NotFound(f"No quality profile {name!r}", hint=near(name, document.data))
    return build(Profile, _tuples(document.data[name], "suppress", "caution"), document, name)


def choices(codebook: Codebook, edition: Edition, indicator: Indicator) -> tuple[str, ...]:
    """Return what the country chose among the numbers that an indicator depends on, in words.

    Examples
    --------
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
    return (*sorted([*shared, folder() / "quality.yaml"]), Path(edition.path))


def _edition(document: Document) -> Edition:
    data = _entries(document.data, document)
    records = {}
    for name, value in _entries(data.get("records", {}), document, "records").items():
        entry = _entries(value, document, "records", name)
        own = _entries(entry.get("variables", {}), document, "records", name, "variables")
        maps = {v: _map(m, document, name, v) for v, m in own.items()}
        records[name] = build(RecordMap, {**entry, "variables": maps}, document, "records", name)
    own_lists = _entries(data.get("codelists", {}), document, "codelists")
    lists = {n: _codelist(v, document, "codelists", n) for n, v in own_lists.items()}
    own = {"records": records, "codelists": lists, "weighting": recipe(document)}
    edition = build(Edition, _tuples({**data, **own}, "languages"), document)
    edition._path = str(document.path)
    edition._lines.update(document.lines)
    if edition.id != document.path.stem:
        raise CatalogError(f"The file holds {edition.id}", where=document.path.name, hint="Name it after its content")
    return edition


def _map(entry: Any, document: Document, record: str, variable: str) -> Map:
    keys = ("records", record, "variables", variable)
    kind = next((noun for key, noun in _KINDS.items() if isinstance(entry, dict) and key in entry), None)
    if kind is None:
        raise CatalogError(
            f"{variable} does not say where it comes from",
            where=document.where(*keys),
            hint="Give column (and codes), columns, value or compute",
        )
    return build(kind, _tuples(entry, "skip", "columns", "widths"), document, *keys)


def _variables(
    document: Document, record: str, conventions: Mapping[str, Any], chosen: Mapping[str, Any]
) -> Iterator[tuple[Variable, str]]:
    for position, entry in enumerate(document.data):
        where = document.where(position)
        missing = entry.get("missing", {})
        if isinstance(missing, str):
            if missing not in conventions:
                raise CatalogError(
                    f"No missing-code convention {missing!r}", where=where, hint=near(missing, conventions)
                )
            missing = conventions[missing]
        data = {**_tuples(entry, "range"), "record": record, "missing": missing}
        data["parameters"] = _named(
            [data[key] for key in ("universe", "value") if isinstance(data.get(key), str)], chosen
        )
        for key in ("universe", "value"):
            if isinstance(data.get(key), str):
                data[key] = _substitute(data[key], chosen)
        yield build(Variable, data, document, position), where


def _rule(document: Document, name: str, entry: dict[str, Any], chosen: Mapping[str, Any]) -> Rule:
    data = {**_tuples(entry, "variables"), "id": name}
    data |= {key: _substitute(data[key], chosen) for key in ("when", "check") if key in data}
    return build(Rule, data, document, name)


def _codelists(document: Document) -> dict[str, CodeList]:
    return {name: _codelist(entry, document, name) for name, entry in document.data.items()}


def _codelist(value: Any, document: Document, *keys: str) -> CodeList:
    entry = _entries(value, document, *keys)
    labels = _entries(entry.get("codes", {}), document, *keys, "codes")
    if not labels:
        raise CatalogError(f"{'.'.join(keys)} has no codes", where=document.where(*keys), hint="Add them under codes")
    codes = {c: build(Code, {"label": label}, document, *keys, "codes", c) for c, label in labels.items()}
    groups = {n: build(Group, _tuples(g, "codes"), document, *keys, "groups", n)
              for n, g in _entries(entry.get("groups", {}), document, *keys, "groups").items()}  # fmt: skip
    return build(CodeList, {**entry, "codes": codes, "groups": groups}, document, *keys)


def _entries(value: Any, document: Document, *keys: str) -> dict[Any, Any]:
    """Return what must be entries with keys as a dict of its own."""
    if not isinstance(value, dict):
        raise CatalogError(f"{'.'.join(keys) or 'The file'} must hold entries", where=document.where(*keys),
                           hint="Write each as `name: value`")  # fmt: skip
    return dict(value)


def _group_lists(lists: Mapping[str, CodeList]) -> Iterator[tuple[str, CodeList]]:
    for name, codelist in lists.items():
        if codelist.groups:
            codes: dict[Value, Code] = {group: Code(label=g.label) for group, g in codelist.groups.items()}
            yield f"{name}.groups", CodeList(label=codelist.label, codes=codes, source=codelist.source)


def _chosen(parameters: Mapping[str, Parameter], edition: Edition | None) -> dict[str, Any]:
    own = dict(edition.parameters) if edition else {}
    unknown = sorted(set(own) - set(parameters))
    if unknown and edition:
        raise CatalogError(
            f"Unknown parameter {unknown[0]!r}",
            where=edition.line("parameters", unknown[0]),
            hint=near(unknown[0], parameters),
        )
    return {name: own.get(name, parameter.default) for name, parameter in parameters.items()}


def _substitute(text: str, chosen: Mapping[str, Any]) -> str:
    """Put the values of parameters in place of their names, outside quotes."""
    pattern = r"\"[^\"]*\"|'[^']*'|\b(" + "|".join(map(re.escape, chosen)) + r")\b"
    return re.sub(pattern, lambda m: repr(chosen[m[1]]) if m[1] else m[0], text)


def _named(texts: Iterable[str], chosen: Mapping[str, Any]) -> tuple[str, ...]:
    words = {word for text in texts for word in re.findall(r"\b[a-z_0-9]+\b", str(text))}
    return tuple(name for name in chosen if name in words)


def _tuples(entry: Any, *keys: str) -> Any:
    """Make tuples of the lists under some keys, as frozen nouns hold them."""
    if not isinstance(entry, dict):
        return entry
    return {k: tuple(v) if k in keys and isinstance(v, list) else v for k, v in entry.items()}
