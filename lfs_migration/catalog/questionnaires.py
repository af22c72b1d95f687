"""Loads questionnaires: those of the modules, and the countries' own."""

from __future__ import annotations

from pathlib import Path

from lfs_migration.catalog.documents import Document, build, load
from lfs_migration.catalog.entries import entries, tuples
from lfs_migration.catalog.places import folder
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.model.questionnaire import Item, Questionnaire, Route, Section


def questionnaires() -> list[str]:
    """Return the names of all questionnaires: of a module, or of a country's edition.

    Examples
    --------
    >>> "emigration" in questionnaires()
    True
    """
    return sorted(path.stem for path in folder("questionnaires").rglob("*.yaml"))


def load_questionnaire(name: str | Path = "emigration") -> Questionnaire:
    """Return a questionnaire.

    Parameters
    ----------
    name : str or Path
        A name from :func:`questionnaires`, or the path of a YAML file.

    Raises
    ------
    NotFound
        With near matches.
    CatalogError
        With file and line.

    Examples
    --------
    >>> load_questionnaire().module
    'emigration'
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        path = next((p for p in folder("questionnaires").rglob("*.yaml") if p.stem == str(name)), path)
    if not path.is_file():
        raise NotFound(f"No questionnaire {str(name)!r}", hint=near(str(name), questionnaires()))
    return _questionnaire(load(path))


def _questionnaire(document: Document) -> Questionnaire:
    data = entries(document.data, document)
    given = data.get("sections")
    if not isinstance(given, list):
        raise CatalogError(
            "sections must be a list", where=document.where("sections"), hint="Write each as `- id: ...`"
        )
    lines: dict[str, str] = {}
    sections = []
    for number, entry in enumerate(given):
        keys = ("sections", str(number))
        own = entries(entry, document, *keys)
        items = own.get("items")
        if not isinstance(items, list):
            raise CatalogError("A section has a list of items", where=document.where(*keys, "items"),
                               hint="Write each under items as `- id: ...`")  # fmt: skip
        built = tuple(_item(document, lines, *keys, "items", str(i), entry=item) for i, item in enumerate(items))
        section = build(Section, {**own, "items": built}, document, *keys)
        _once(section.id, lines, document.where(*keys, "id"))
        lines[section.id] = document.where(*keys)
        sections.append(section)
    _asked_once(sections, lines)
    built_from = tuples({**data, "sections": tuple(sections)}, "languages")
    questionnaire = build(Questionnaire, built_from, document)
    questionnaire._lines.update(lines)
    if questionnaire.name != document.path.stem:
        hint = "Name it after its content"
        raise CatalogError(f"The file holds {questionnaire.name}", where=document.where("name"), hint=hint)
    return questionnaire


def _item(document: Document, lines: dict[str, str], *keys: str, entry: object) -> Item:
    own = entries(entry, document, *keys)
    routes = own.get("routes", [])
    if not isinstance(routes, list):
        raise CatalogError("routes must be a list", where=document.where(*keys, "routes"),
                           hint="Write each as `- {when: ..., to: ...}`")  # fmt: skip
    built = tuple(build(Route, route, document, *keys, "routes", str(n)) for n, route in enumerate(routes))
    item = build(Item, {**own, "routes": built}, document, *keys)
    _once(item.id, lines, document.where(*keys, "id"))
    lines[item.id] = document.where(*keys)
    return item


def _once(id: str, lines: dict[str, str], where: str) -> None:
    """Refuse a section or an item of the name of another."""
    if id in lines:
        raise CatalogError(f"{id} stands twice", where=where, hint=f"Give it another id: the other is at {lines[id]}")


def _asked_once(sections: list[Section], lines: dict[str, str]) -> None:
    """Refuse two items of one variable."""
    seen: dict[str, str] = {}
    for item in (item for section in sections for item in section.items if item.name):
        if item.name in seen:
            hint = f"Ask it once: the other item is at {seen[item.name]}"
            raise CatalogError(f"{item.name} is asked twice", where=lines[item.id], hint=hint)
        seen[item.name] = lines[item.id]
