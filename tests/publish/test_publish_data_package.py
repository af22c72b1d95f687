"""The data package and the CSV on the Web description: the files can be read by what they say, and by nothing else."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import unquote

import planned_tables
import pytest
from publish_nouns import SEX, STOCK, cell, stock_by_sex, table

from lfs_migration import catalog
from lfs_migration.model.dataset import Dataset
from lfs_migration.publish.about import About
from lfs_migration.publish.data.columns import type_of
from lfs_migration.publish.data.exports import write_exports
from lfs_migration.publish.data.package import write_data_package
from lfs_migration.publish.data.tidy import write_tables
from lfs_migration.publish.figures import plain, publishable
from lfs_migration.publish.sdmx.files import write_sdmx
from lfs_migration.publish.titles import code_of, distributed
from lfs_migration.text import clean

CAST = {"string": str, "number": float, "integer": int, "double": float, "nonNegativeInteger": int}


def made(tables, folder, *, about=None, exports=False):
    """Write a publication with what describes it, and return the package."""
    data = Dataset(records={}, country=catalog.load_country("armenia"))
    paths = [write_tables(tables, folder / "tables.csv")]
    if exports:
        for plan in catalog.load_exports().values():
            paths += write_exports(tables, folder / "exports", plan=plan, edition=data.country)
    paths += write_sdmx(tables, folder / "sdmx", data=data)
    written = write_data_package(tables, folder, paths, about=about, data=data)
    assert [path.name for path in written] == ["tables.csv-metadata.json", "datapackage.json"]
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


@pytest.fixture
def package(tables, tmp_path):
    return made(tables, tmp_path)


def rows_of(folder, resource):
    """Read a CSV file by its Table Schema alone."""
    schema, out = resource["schema"], []
    with (folder / resource["path"]).open(encoding=resource["encoding"], newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [field["name"] for field in schema["fields"]]
    for row in rows:
        values = {}
        for field, text in zip(schema["fields"], row, strict=True):
            missing = field.get("missingValues", schema["missingValues"])
            values[field["name"]] = None if text in missing else CAST[field["type"]](text)
            codes = {one["value"] for one in field.get("categories", ())}
            assert not codes or text in codes, (field["name"], text)
        out.append(values)
    key = schema.get("primaryKey", ())
    if key:
        keys = [tuple(row[name] for name in key) for row in out]
        assert len(set(keys)) == len(keys) and all(None not in one for one in keys)
    return out


def resource_of(package, path):
    return next(one for one in package["resources"] if one["path"] == path)


def figures(tables):
    """What readers may know of each figure, straight from the tables."""
    out = {}
    for one in tables:
        for own in map(publishable, one.cells):
            codes = tuple(sorted((name, code_of(own, name)) for name in one.dimensions if code_of(own, name) != "_T"))
            key = (one.survey, one.indicator.code, distributed(one), codes, own.statistic)
            out[key] = (plain(own.estimate), plain(own.se), own.n, own.flag)
    return out


def test_the_file_read_by_its_schema_has_the_figures_of_the_tables(tables, package, tmp_path):
    resource = resource_of(package, "tables.csv")
    names = {name for one in tables for name in one.dimensions}
    read = {}
    for row in rows_of(tmp_path, resource):
        codes = tuple(sorted((name, row[name]) for name in names if row[name] != "_T"))
        key = (row["survey"], row["indicator"], row["shares_of"], codes, row["statistic"])
        numbers = ("" if row[name] is None else plain(row[name]) for name in ("estimate", "se"))
        read[key] = (*numbers, row["n"], row["flag"])
    assert read == figures(tables)
    assert any(code == "NA" for key in read for _, code in key[3]), "Namibia is no missing value"


def test_the_key_of_the_tidy_file_is_its_codes(package):
    assert resource_of(package, "tables.csv")["schema"]["primaryKey"] == [
        "survey", "indicator", "shares_of", "sex", "destination", "reason", "statistic",
    ]  # fmt: skip


def test_figures_of_two_tables_with_the_same_codes_have_no_key(tmp_path):
    other = replace(stock_by_sex(), cells=(cell({"sex": "1"}, "total", "persons", 7.0, 1.0, 50),))
    package = made((stock_by_sex(), other), tmp_path)
    assert "primaryKey" not in resource_of(package, "tables.csv")["schema"]
    metadata = json.loads((tmp_path / "tables.csv-metadata.json").read_text(encoding="utf-8"))
    assert "primaryKey" not in metadata["tableSchema"]


def test_every_file_is_described_as_it_is(package, tmp_path):
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {one["path"] for one in package["resources"]} == written - {"datapackage.json"}
    for one in package["resources"]:
        content = (tmp_path / one["path"]).read_bytes()
        assert one["bytes"] == len(content) and one["hash"] == f"sha256:{sha256(content).hexdigest()}"
    assert {one["path"]: one["mediatype"] for one in package["resources"]} == {
        "tables.csv": "text/csv",
        "tables.csv-metadata.json": "application/json",
        "sdmx/data.csv": "application/vnd.sdmx.data+csv;version=2.0.0",
        "sdmx/structure.json": "application/vnd.sdmx.structure+json;version=2.0.0",
    }


def test_the_package_keeps_the_rules_of_the_specification(package):
    """Data Package 2.0: what must hold of a package, a resource and a schema."""
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    names = [one["name"] for one in package["resources"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in (package["name"], *names))
    for one in package["resources"]:
        path = PurePosixPath(one["path"])
        assert not path.is_absolute() and ".." not in path.parts and "data" not in one
        assert (one.get("type") == "table") == (one["format"] == "csv") == ("schema" in one)
        for field in one.get("schema", {"fields": ()})["fields"]:
            assert field["type"] in ("string", "number", "integer")
            categories = field.get("categories", ())
            for what in ("value", "label"):
                values = [category[what] for category in categories]
                assert len(set(values)) == len(values) and all(isinstance(value, str) for value in values)
        fields = [field["name"] for field in one.get("schema", {"fields": ()})["fields"]]
        assert len(set(fields)) == len(fields)
        assert set(one.get("schema", {}).get("primaryKey", ())) <= set(fields)


def test_labels_are_in_the_language_of_the_publication(tables, tmp_path):
    package = made(tables, tmp_path, about=About(language="fr"))
    fields = {one["name"]: one for one in resource_of(package, "tables.csv")["schema"]["fields"]}
    labels = {one["value"]: one["label"] for one in fields["sex"]["categories"]}
    assert labels == {"_T": "Total", "1": "Hommes", "2": "Femmes"}
    assert (fields["sex"]["title"], fields["se"]["title"]) == ("Sexe", "Erreur type")
    assert package["title"].startswith("Enquête sur la migration") and "synthétiques" in package["title"]
    assert "aucun pays" in package["description"]


def test_labels_that_several_codes_have_are_told_apart(tmp_path):
    same = {"1": {"en": "Other"}, "2": {"en": "Other"}, "3": {"en": "Women"}}
    cells = [cell({"sex": code}, "total", "persons", 5.0, 1.0, 90) for code in same]
    package = made((table(STOCK, ("sex",), cells, labels={"sex": same}),), tmp_path)
    field = next(one for one in resource_of(package, "tables.csv")["schema"]["fields"] if one["name"] == "sex")
    assert [one["label"] for one in field["categories"]] == ["Other (1)", "Other (2)", "Women"]


def test_exports_have_a_schema_that_reads_them(tmp_path):
    tables = planned_tables.everything()
    package = made(tables, tmp_path, exports=True)
    exports = [one for one in package["resources"] if one["path"].startswith("exports/")]
    assert len(exports) > 3
    for one in exports:
        rows = rows_of(tmp_path, one)
        assert rows
        if not one["path"].endswith("notes.csv"):
            assert {type(row["value"]) for row in rows} <= {float, type(None)}
            assert all(isinstance(row["year"], str) and isinstance(row["n"], int | None) for row in rows)


def test_frictionless_reads_the_tables(tmp_path):
    frictionless = pytest.importorskip("frictionless")
    made(planned_tables.everything(), tmp_path, exports=True)
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    report = package.validate()
    assert report.valid and len(report.tasks) == len(package.resources) > 5, report.flatten(["type", "message"])[:3]
    broken = tmp_path / "tables.csv"
    broken.write_text(broken.read_text(encoding="utf-8").replace(",publish\n", ",maybe,\n", 1), encoding="utf-8")
    (resource,) = (one for one in package.resources if one.path == "tables.csv")
    assert not resource.validate().valid


def test_the_description_for_the_web_reads_the_file(tables, package, tmp_path):
    """Model for Tabular Data and Metadata on the Web: names, types, nulls, required cells, the key."""
    metadata = json.loads((tmp_path / "tables.csv-metadata.json").read_text(encoding="utf-8"))
    assert metadata["@context"][0] == "http://www.w3.org/ns/csvw" and metadata["url"] == "tables.csv"
    columns = metadata["tableSchema"]["columns"]
    with (tmp_path / metadata["url"]).open(encoding=metadata["dialect"]["encoding"], newline="") as file:
        header, *rows = csv.reader(file)
    assert [column["titles"]["und"][0] for column in columns] == header
    assert all(re.fullmatch(r"(?!_)([A-Za-z0-9_.]|%[0-9A-F]{2})+", column["name"]) for column in columns)
    assert [unquote(column["name"]) for column in columns] == header
    for row in rows:
        for column, text in zip(columns, row, strict=True):
            kind = column["datatype"]
            if isinstance(kind, dict):
                assert re.fullmatch(kind["format"], text) and kind["base"] == "string"
            elif text not in column.get("null", [""]):
                CAST[kind](text)
            assert text or not column.get("required")
    key = [header.index(unquote(name)) for name in metadata["tableSchema"]["primaryKey"]]
    assert len({tuple(row[place] for place in key) for row in rows}) == len(rows) == len(figures(tables))
    words = {one["@language"]: one["@value"] for one in columns[header.index("sex")]["dc:description"]}
    assert words == {"en": "Sex", "fr": "Sexe"}


def test_the_reader_of_csv_on_the_web_takes_it(package, tmp_path):
    csvw = pytest.importorskip("csvw")
    read = csvw.CSVW(str(tmp_path / "tables.csv"), validate=True)
    assert read.is_valid, [str(one.message) for one in read.warnings]
    rows = list(read.t.iterdicts())
    assert {type(row["estimate"]) for row in rows} == {float, type(None)}
    assert any(row["destination"] == "NA" for row in rows)


def test_nothing_hidden_is_told(tmp_path):
    secret = cell({"sex": "2"}, "total", "persons", 98765.4321, 12345.678, 31, flag="suppress", why="confidential")
    secret = replace(secret, n=None, households=None)  # as disclosure control leaves it
    shown = cell({"sex": "1"}, "total", "persons", 500.0, 20.0, 90)
    made((table(STOCK, ("sex",), [shown, secret]),), tmp_path)
    for path in (tmp_path / "datapackage.json", tmp_path / "tables.csv-metadata.json"):
        assert not re.search(r"98765|12345|\b31\b", path.read_text(encoding="utf-8").partition("sha256")[0])


def test_hostile_text_stays_text(hostile, tmp_path):
    long = {"en": "<b>" + "x" * 10_000}
    labels = {"sex": {**hostile[0].labels["sex"], "b": long}}
    package = made((replace(hostile[0], labels=labels),), tmp_path, about=About(notes=("=2+2\x07",)))
    field = next(one for one in resource_of(package, "tables.csv")["schema"]["fields"] if one["name"] == "sex")
    assert {one["value"]: one["label"] for one in field["categories"]} == {
        code: clean(text["en"]) for code, text in labels["sex"].items()
    }
    assert field["title"] == "=Sex & <i>" and "=2+2\ufffd" in package["description"]
    rows = rows_of(tmp_path, resource_of(package, "tables.csv"))
    assert [row["sex"] for row in rows] == list(labels["sex"])


def test_a_column_with_an_odd_name_has_a_name_for_the_web(tmp_path):
    odd = "_é-x y"
    cells = [cell({odd: code}, "total", "persons", 5.0, 1.0, 90) for code in SEX]
    made((table(STOCK, (odd,), cells, labels={odd: SEX}, names={}),), tmp_path)
    metadata = json.loads((tmp_path / "tables.csv-metadata.json").read_text(encoding="utf-8"))
    column = next(one for one in metadata["tableSchema"]["columns"] if one["titles"]["und"] == [odd])
    assert column["name"] == "%5F%C3%A9%2Dx%20y" and unquote(column["name"]) == odd
    assert column["name"] in metadata["tableSchema"]["primaryKey"]


def test_the_same_tables_give_the_same_bytes(tables, tmp_path):
    for name in ("a", "b"):
        made(tables, tmp_path / name)
    for file in ("datapackage.json", "tables.csv-metadata.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@pytest.mark.parametrize(("name", "kind"), [("cv", "number"), ("households", "integer"), ("flag", "string")])
def test_the_type_of_a_column(name, kind):
    assert type_of(name) == kind
