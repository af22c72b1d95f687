"""The JSON Schemas accept every shipped YAML file, and refuse what the loaders refuse by itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from lfs_migration import catalog
from lfs_migration.catalog.codebooks import load_profiles
from lfs_migration.catalog.documents import load
from lfs_migration.errors import CatalogError
from lfs_migration.metadata.schemas import schemas, write_schemas
from lfs_migration.model.codebook import Variable
from lfs_migration.model.project import Project, called_so

sys.path.append(str(Path(__file__).parents[1] / "catalog"))
from small_books import FILES, Small
from wrong_entries import STRUCTURE

PROJECTS = sorted((Path(__file__).parents[2] / "examples" / "pilots").glob("*.project.yaml"))
SHIPPED = [*catalog.folder().rglob("*.yaml"), *catalog.folder("questionnaires").rglob("*.yaml"), *PROJECTS]
TOGETHER = (
    "stands twice",
    "asked twice",
    "No record",
    "each other's parents",
    "No code list",
    "in the groups",
    "all integers",
)
"""Reasons that several entries, or the catalog as a whole, have: no schema of one file sees them."""


@pytest.fixture(scope="module")
def shipped():
    return {name: Draft202012Validator(schema) for name, schema in schemas().items()}


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")
    return Small(tmp_path)


def kind(path, known):
    if path.parent.name == "countries":
        return "country"
    if "questionnaires" in path.parts:
        return "questionnaire"
    if called_so(path):
        return "project"
    return path.stem if path.stem in known else "variables"


def plain(value):
    """The data of a file as JSON has them: keys are text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def wrong(path, validators):
    found = validators[kind(path, validators)].iter_errors(plain(load(path).data))
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in found]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_shipped_file_is_accepted(shipped, path):
    assert wrong(path, shipped) == []


def test_each_schema_is_one_of_the_draft():
    for schema in schemas().values():
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_schemas_are_written_as_files(tmp_path):
    paths = write_schemas(tmp_path / "out")
    assert {path.name for path in paths} >= {
        f"{name}.schema.json" for name in ("module", "variables", "codelists", "rules", "indicators", "country",
                                           "questionnaire", "standards", "quality", "project")
    }  # fmt: skip
    assert [json.loads(path.read_text(encoding="utf-8")) for path in paths] == list(schemas().values())


def test_the_small_catalog_is_accepted(small):
    validators = {name: Draft202012Validator(schema) for name, schema in schemas().items()}
    assert {name: wrong(small.folder / name, validators) for name in FILES} == {name: [] for name in FILES}


@pytest.mark.parametrize("case", [case for case in STRUCTURE if not any(reason in case[4] for reason in TOGETHER)])
def test_what_the_loaders_refuse_in_one_entry_is_refused(small, case):
    validators = {name: Draft202012Validator(schema) for name, schema in schemas().items()}
    file, old, new, *_ = case
    assert wrong(small(file, old, new), validators)


@pytest.mark.parametrize("case", [case for case in STRUCTURE if case[4] == "stands twice" and case[5] == "Keep one"])
def test_a_key_that_stands_twice_is_refused_before_any_schema(small, case):
    file, old, new, *_ = case
    path = small(file, old, new)
    with pytest.raises(CatalogError, match="stands twice"):
        load(path)


def test_a_key_says_what_its_docstring_says():
    (own,) = [part for name, part in schemas()["variables"]["$defs"].items() if name == "Variable"]
    assert own["properties"]["universe"]["description"].startswith("Expression: who is asked.")
    assert all(
        key in own["properties"] for key in Variable.model_fields if key not in ("record", "parameters", "part_of")
    )


@pytest.mark.parametrize("key", ["record", "parameters", "part_of"])
def test_what_a_loader_fills_is_in_no_file(shipped, key):
    entry = plain(load(catalog.folder() / "emigration" / "person.yaml").data)[0]
    assert list(shipped["variables"].iter_errors([{**entry, key: "x"}]))


@pytest.mark.parametrize("module", catalog.modules())
def test_a_country_is_offered_the_variables_of_its_module(module):
    codebook = catalog.load_codebook(module)
    (own,) = [
        part["then"] for part in schemas()["country"]["allOf"] if part["if"]["properties"]["module"]["const"] == module
    ]
    for record in codebook.records:
        offered = own["properties"]["records"]["properties"][record]["properties"]["variables"]["properties"]
        asked = {variable.name for variable in codebook.variables_of(record) if not variable.derived}
        assert set(offered) == asked | set(codebook.records[record].key)
    assert set(own["properties"]["parameters"]["properties"]) == set(codebook.parameters)


def test_a_derived_variable_cannot_be_mapped(shipped):
    data = plain(load(catalog.folder() / "countries" / "mexico-2023.yaml").data)
    data["records"]["emigrant"]["variables"]["em_abroad"] = {"compute": "True"}
    assert [error for error in shipped["country"].iter_errors(data) if "em_abroad" in error.message]


@pytest.mark.parametrize(
    "entry", [{"column": "a", "value": 1}, {"codes": {"1": 1}}, {"column": "a", "skip": [1]}, {"columns": "a"}, "a"]
)
def test_a_map_of_no_kind_is_refused(shipped, entry):
    data = plain(load(catalog.folder() / "countries" / "mexico-2023.yaml").data)
    data["records"]["emigrant"]["variables"]["em_sex"] = entry
    assert list(shipped["country"].iter_errors(data))


def test_there_are_projects_among_what_is_shipped():
    assert len(PROJECTS) == 4


def test_a_project_is_offered_the_names_of_the_catalog_and_what_each_key_is():
    own = schemas()["project"]
    assert own["required"] == ["country", "data"]
    assert set(own["properties"]) == set(Project.model_fields)
    assert all(part["description"] for part in own["properties"].values())
    assert "armenia" in own["properties"]["country"]["examples"]
    assert own["properties"]["quality"]["anyOf"][0]["enum"] == list(load_profiles())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("langages", ["en"]),
        ("languages", ["hyy"]),
        ("languages", []),
        ("languages", "en"),
        ("engine", "sparc"),
        ("weights", "both"),
        ("quality", "defualt"),
        ("protection", "defualt"),
        ("edition", 2007),
        ("data", ""),
        ("data", 4),
        ("out", None),
        ("tables", ""),
        ("stage", ""),
        ("strict", "often"),
        ("allow", ["/"]),
        ("unprotected", True),
    ],
)
def test_a_wrong_project_is_refused_by_its_schema_and_its_loader(shipped, tmp_path, key, value):
    right = {"country": "armenia", "data": "data", "protection": "default"}
    assert not list(shipped["project"].iter_errors(right))
    assert list(shipped["project"].iter_errors({**right, key: value}))
    path = tmp_path / "x.project.yaml"
    path.write_text(json.dumps({**right, key: value}), encoding="utf-8")
    with pytest.raises(CatalogError):
        catalog.load_project(path)


@pytest.mark.parametrize("key", ["country", "data"])
def test_a_project_needs_its_country_and_data(shipped, key):
    right = {"country": "armenia", "data": "data"}
    assert list(shipped["project"].iter_errors({name: value for name, value in right.items() if name != key}))


@pytest.mark.parametrize("key", ["quality", "stage", "accepted", "edition"])
def test_a_key_of_a_project_may_be_empty(shipped, key):
    assert not list(shipped["project"].iter_errors({"country": "armenia", "data": "data", key: None}))
