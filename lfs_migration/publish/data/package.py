"""A publication as a data package: ``datapackage.json`` (Data Package 2.0), which describes each file.

CSV files have a Table Schema: types, keys, what is missing, and categories with their labels. Text is never missing: an
empty one is a text, and so are the codes ``NA`` and ``NO``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lfs_migration.files import sha256, write_text
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.noun import Text
from lfs_migration.model.results import Table
from lfs_migration.publish.about import About, Survey, survey_of
from lfs_migration.publish.data.columns import (
    Column,
    columns_of_tables,
    dimensions_of,
    header_of,
    key_of,
    plain_columns,
)
from lfs_migration.publish.data.csvw import write_csvw
from lfs_migration.publish.data.described import in_own_languages
from lfs_migration.text import clean, pick

PACKAGE, TABLES, SDMX_FOLDER = "datapackage.json", "tables.csv", "sdmx"
PROFILES = "https://datapackage.org/profiles/2.0/"
MEDIA: Mapping[str, str] = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "tex": "application/x-tex",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}
"""Media types by the ending of a file's name."""
SDMX: Mapping[str, tuple[str, str]] = {
    "data.csv": ("csv", "application/vnd.sdmx.data+csv;version=2.0.0"),
    "data.xml": ("sdmx-ml", "application/vnd.sdmx.data+xml;version=3.0.0"),
    "structure.json": ("sdmx-json", "application/vnd.sdmx.structure+json;version=2.0.0"),
    "structure.xml": ("sdmx-ml", "application/vnd.sdmx.structure+xml;version=3.0.0"),
}
"""Formats and media types of the SDMX files, in a folder of their own. A program that takes any JSON for a description
of data, as Frictionless does, then leaves the structure alone."""
TEXTS = ("csv", "html", "json", "svg", "tex", "xml")
"""Files of UTF-8 text."""


def write_data_package(
    tables: Sequence[Table],
    folder: Path | str,
    paths: Sequence[Path],
    *,
    about: About | None = None,
    data: Dataset | None = None,
) -> list[Path]:
    """Write what describes the files of a publication: ``tables.csv-metadata.json`` and ``datapackage.json``.

    Parameters
    ----------
    tables : sequence of Table
    folder : path
        Of the publication: ``tables.csv`` is there.
    paths : sequence of Path
        Files in it, or in folders of it, as they were written.
    about : About, optional
        Language of labels and titles, and notes.
    data : Dataset, optional
        What the tables were made from.

    Returns
    -------
    list of Path
    """
    out, about = Path(folder), (about or About()).of(data)
    survey = survey_of(tables, data)
    columns = columns_of_tables(tables, header_of(out / TABLES), about)
    key = key_of(out / TABLES, dimensions_of(tables))
    written = [write_csvw(out / TABLES, columns, key, in_own_languages(survey))]
    resources = [_resource(path, out, about, (columns, key) if path == out / TABLES else None)
                 for path in dict.fromkeys((*paths, *written))]  # fmt: skip
    content = {**_described(survey, about), "resources": resources}
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    return [*written, write_text(out / PACKAGE, text + "\n")]


def _described(survey: Survey, about: About) -> dict[str, Any]:
    notes = [clean(note) for note in (*about.notes, *about.protection_words())]
    if survey.synthetic:
        notes.insert(0, clean(about.say("synthetic_notice")))
    return {
        "$schema": f"{PROFILES}datapackage.json",
        "name": _name(survey.id) or "publication",
        "title": clean(survey.named(about.language)),
        **({"description": "\n\n".join(notes)} if notes else {}),
    }


def _name(text: str) -> str:
    """Return a name of small letters, digits, points, dashes and underscores."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-")


def _resource(
    path: Path, folder: Path, about: About, schema: tuple[Sequence[Column], Sequence[str]] | None
) -> dict[str, Any]:
    """Return the description of a file; the name is that of its path, so that no two have the same."""
    place = path.relative_to(folder).as_posix()
    ending = path.suffix.removeprefix(".").lower()
    own: dict[str, Any] = {"name": _name(place.replace("/", "-")), "path": place}
    if ending == "csv":
        own["type"] = "table"
    form, media = SDMX.get(path.name, (ending, "")) if path.parent == folder / SDMX_FOLDER else (ending, "")
    own["format"] = form
    if media or ending in MEDIA:
        own["mediatype"] = media or MEDIA[ending]
    if ending in TEXTS:
        own["encoding"] = "utf-8"
    own |= {"bytes": path.stat().st_size, "hash": f"sha256:{sha256(path)}"}
    if ending == "csv":
        columns, key = schema or (plain_columns(header_of(path), about), ())
        own["dialect"] = {"$schema": f"{PROFILES}tabledialect.json", "lineTerminator": "\n"}
        own["schema"] = _schema(columns, key, about.language)
    return own


def _schema(columns: Sequence[Column], key: Sequence[str], language: str) -> dict[str, Any]:
    own: dict[str, Any] = {
        "$schema": f"{PROFILES}tableschema.json",
        "fields": [_field(column, language) for column in columns],
        "missingValues": [""],
    }
    return {**own, "primaryKey": list(key)} if key else own


def _field(column: Column, language: str) -> dict[str, Any]:
    own: dict[str, Any] = {"name": column.name}
    if column.names:
        own["title"] = clean(pick(column.names, language))
    own["type"] = column.type
    if column.type == "string":
        own["missingValues"] = []
    if column.type == "integer":
        own["constraints"] = {"minimum": 0}
    if column.codes:
        own["categories"] = list(_categories(column.codes, language))
    return own


def _categories(codes: Mapping[str, Text], language: str) -> Iterator[dict[str, str]]:
    """Yield each code with its label; labels that several codes have are told apart by the code, as no two may be one.

    A code that has no words is its own label.
    """
    labels = {code: clean(pick(names, language)) if names else code for code, names in codes.items()}
    seen = list(labels.values())
    for code, words in labels.items():
        yield {"value": code, "label": words if seen.count(words) == 1 else f"{words} ({code})"}
