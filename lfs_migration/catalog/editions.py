"""Finds and loads the countries' editions of a module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lfs_migration.catalog.classifications import crossed
from lfs_migration.catalog.documents import Document, build, load
from lfs_migration.catalog.entries import codelist, entries, tuples
from lfs_migration.catalog.places import folder
from lfs_migration.catalog.recipes import recipe
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.model.country import Derive, Edition, Fixed, Join, Map, Recode, RecordMap, Rename
from lfs_migration.model.questionnaire import Questionnaire

_KINDS: dict[str, type[Map]] = {"codes": Recode, "column": Rename, "value": Fixed, "compute": Derive, "columns": Join}
"""The key that tells the kind of a map, looked for in this order."""


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


def edition_of(questionnaire: Questionnaire) -> Edition | None:
    """Return the edition that a questionnaire was asked in, none of a module's own questionnaire.

    Examples
    --------
    >>> from lfs_migration.catalog import load_questionnaire
    >>> edition_of(load_questionnaire("egypt-2006")).id
    'egypt-2006'
    """
    if not questionnaire.edition:
        return None
    name, _, edition = questionnaire.edition.rpartition("-")
    if Path(name).name != name or Path(name).suffix:
        raise NotFound(f"No edition {questionnaire.edition!r}", hint="Name one of the catalog, as armenia-2007")
    return load_country(name, edition)


def _edition(document: Document) -> Edition:
    data = entries(document.data, document)
    records = {}
    for name, value in entries(data.get("records", {}), document, "records").items():
        entry = entries(value, document, "records", name)
        own = entries(entry.get("variables", {}), document, "records", name, "variables")
        maps = {v: _map(m, document, name, v) for v, m in own.items()}
        records[name] = build(RecordMap, {**entry, "variables": maps}, document, "records", name)
    own_lists = entries(data.get("codelists", {}), document, "codelists")
    lists = {n: codelist(v, document, "codelists", n) for n, v in own_lists.items()}
    own = {"records": records, "codelists": lists, "weighting": recipe(document)}
    edition = build(Edition, tuples({**data, **own}, "languages"), document)
    edition._path = str(document.path)
    edition._lines.update(document.lines)
    if edition.id != document.path.stem:
        raise CatalogError(
            f"The file holds {edition.id}", where=document.where("name"), hint="Name it after its content"
        )
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
    if isinstance(entry.get("codes"), str):
        entry = crossed(entry, document.where(*keys))
    return build(kind, tuples(entry, "skip", "columns", "widths"), document, *keys)
