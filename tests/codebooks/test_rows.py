"""Raw row to standard row, for each country: the cases are in a YAML file beside this one.

A file has one complete row of each of the country's files. A case changes some native values of them and says what the
harmonised variables must be; `unmatched` lists variables whose native code no map names, with that code.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from ruamel.yaml import YAML

from lfs_migration import catalog, frames
from lfs_migration.harmonise import harmonise
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset

FOLDER = Path(__file__).parent
KINDS = {str: pa.string(), int: pa.int64(), float: pa.float64()}


def cases():
    for path in sorted(FOLDER.glob("*.yaml")):
        book = YAML(typ="safe", pure=True).load(path)
        for case in book["cases"]:
            yield pytest.param(book, case, id=f"{path.stem}: {case['name']}")


def native(country: str, rows: dict[str, dict[str, Any]], case: dict[str, Any]) -> Dataset:
    """A data set as files give it: one row a file, with the types of the complete row."""
    edition, codebook = loaded(country)
    tables = {}
    for file, row in rows.items():
        changes = case.get(file, {})
        assert set(changes) <= set(row), f"no column {set(changes) - set(row)} in {file}"
        columns = {}
        for name, value in {**row, **changes}.items():
            kind = KINDS.get(type(row[name] if value is None else value), pa.string())
            columns[name] = pa.array([value], type=kind)
        tables[file] = frames.frame(columns)
    return Dataset(tables, codebook, edition)


@lru_cache
def loaded(country: str) -> tuple[Edition, Codebook]:
    edition = catalog.load_country(country)
    return edition, catalog.load_codebook(edition=edition)


@pytest.mark.parametrize(("book", "case"), list(cases()))
def test_a_row(book, case):
    data = harmonise(native(book["country"], book["rows"], case))
    found = {name: value_of(data, name) for name in case.get("expect", {})}
    assert found == case.get("expect", {})
    assert {lost.variable: lost.value for lost in data.unmatched} == case.get("unmatched", {})
    for lost in data.unmatched:
        assert lost.where == line_of(data, lost.record, lost.variable)


def value_of(data: Dataset, name: str) -> Any:
    """The value in the only row, or `no row`."""
    record = data.codebook.variables[name].record
    values = frames.values(data.records[record], name)
    return values[0] if values else "no row"


def line_of(data: Dataset, record: str, variable: str) -> str:
    """`file:line` of a map, found by reading the file's text."""
    path = catalog.folder() / "countries" / f"{data.country.id}.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index(f"  {record}:")
    return next(
        f"{path.name}:{i}" for i, line in enumerate(lines, 1) if i > start and line.startswith(f"      {variable}:")
    )


@pytest.mark.parametrize("country", sorted({name for name, _ in catalog.countries()}))
def test_a_country_has_cases(country):
    assert (FOLDER / f"{country}.yaml").is_file()


@pytest.mark.parametrize("book", [YAML(typ="safe", pure=True).load(path) for path in sorted(FOLDER.glob("*.yaml"))])
def test_the_complete_row_matches_everything(book):
    data = harmonise(native(book["country"], book["rows"], {}))
    assert data.unmatched == ()
    assert [record for record, frame in data.records.items() if len(frame) != 1] == []
