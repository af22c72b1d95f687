"""What the columns of ``tables.csv`` are, as CSV on the Web (W3C Recommendation, 2015): ``tables.csv-metadata.json``.

A program that is given the CSV file finds the description by its name, which is that of the file with
``-metadata.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lfs_migration.files import write_text
from lfs_migration.model.noun import Text
from lfs_migration.publish.data.columns import FLAGS, Column
from lfs_migration.text import clean

CONTEXT = "http://www.w3.org/ns/csvw"
ENDING = "-metadata.json"
_TYPES = {"string": "string", "number": "double", "integer": "nonNegativeInteger"}


def write_csvw(path: Path, columns: Sequence[Column], key: Sequence[str], title: Text) -> Path:
    """Write the description of a CSV file beside it.

    Parameters
    ----------
    path : Path
        The CSV file.
    columns : sequence of Column
        In the order of its header.
    key : sequence of str
        The columns that together identify a row.
    title : Text

    Returns
    -------
    Path
    """
    content = {
        "@context": [CONTEXT, {"@language": "en"}],
        "url": quote(path.name),
        "dc:title": _words(title),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "quoteChar": '"', "doubleQuote": True,
                    "skipInitialSpace": False, "trim": False},
        "tableSchema": {
            "columns": [_column(column, column.name in key) for column in columns],
            **({"primaryKey": [_name(one) for one in key]} if key else {}),
        },
    }  # fmt: skip
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    return write_text(path.with_name(path.name + ENDING), text + "\n")


def _column(column: Column, in_key: bool) -> dict[str, Any]:
    # A text is never missing, also an empty one; a number is, where the file has none.
    own: dict[str, Any] = {"name": _name(column.name), "titles": {"und": [column.name]}}
    if column.names:
        own["dc:description"] = _words(column.names)
    own["datatype"] = _TYPES[column.type]
    if tuple(column.codes) == FLAGS:
        own["datatype"] = {"base": "string", "format": "|".join(FLAGS)}
    if column.type == "string":
        own["null"] = []
    if in_key and "" not in column.codes:
        own["required"] = True
    return own


def _name(header: str) -> str:
    """Return a column's name as a variable of a URI template can have it."""
    named = quote(clean(header), safe="").replace("-", "%2D").replace("~", "%7E")
    return f"%5F{named[1:]}" if named.startswith("_") else named


def _words(text: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": clean(said), "@language": language} for language, said in text.items()]
