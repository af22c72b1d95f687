"""The sidecar of a delimited file: a Data Package that fits, or an error that names it."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.dataset import Source
from lfs_migration.readers import read_any, typed, write_file
from lfs_migration.readers.text import sidecar

TABLE = pa.table({"sex": [1, 2, 9], "age": [34, 99, 5], "country": ["NA", "NO", None], "w": [1.0, 2.5, None]})
SOURCE = Source(
    "", "", "", 3, labels={"sex": "Sex"}, title="People",
    value_labels={"sex": {1: "man", 2: "woman", 9: "refused"}, "age": {99: "unknown"}, "w": {2.5: "half"}},
    user_missing={"sex": (9,), "age": ((90.0, float("inf")),)}, measures={"sex": "ordinal"},
)  # fmt: skip


def written(folder):
    path = folder / "person.csv"
    write_file(TABLE, SOURCE, path)
    return path, sidecar.beside(path)


def test_it_is_a_data_package(tmp_path):
    path, own = written(tmp_path)
    package = json.loads(own.read_text("utf-8"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    (resource,) = package["resources"]
    assert (resource["name"], resource["path"], resource["title"]) == ("person", path.name, "People")
    sex, age, country, weight = resource["schema"]["fields"]
    assert sex == {
        "name": "sex", "title": "Sex", "type": "integer",
        "categories": [{"value": 1, "label": "man"}, {"value": 2, "label": "woman"}], "categoriesOrdered": True,
        "missingValues": [{"value": ""}, {"value": "9", "label": "refused"}], "measure": "ordinal",
    }  # fmt: skip
    assert "categories" not in age, "99 is not all that an age can be"
    assert age["valueLabels"] == [{"value": "99", "label": "unknown"}]
    assert age["missingRanges"] == [{"minimum": 90.0, "maximum": None}]
    assert country == {"name": "country", "type": "string"}
    assert weight["type"] == "number"


def test_a_plain_file_has_none(tmp_path):
    (tmp_path / "person.csv").write_text("a\n1\n")
    table, source = read_any(tmp_path / "person.csv")
    assert source.labels == {}
    assert typed(table, source) == (table, source)


def test_one_of_somebody_else_is_read(tmp_path):
    (tmp_path / "p.csv").write_text("sex,income,q\n1,-99,x\n")
    fields = [
        {"name": "sex", "title": "Sex", "type": "integer", "categories": [{"value": 1, "label": "man"}, {"value": 2}]},
        {"name": "income", "type": "number", "missingValues": ["", "-99"]},
        {"name": "q", "type": "geopoint"},
    ]
    package = {"resources": [{"path": "other.csv"}, {"path": "p.csv", "schema": {"fields": fields}}]}
    (tmp_path / "p.csv.datapackage.json").write_text(json.dumps(package))
    table, source = typed(*read_any(tmp_path / "p.csv"))
    assert table.to_pylist() == [{"sex": 1, "income": -99.0, "q": "x"}]
    assert (source.value_labels, source.user_missing) == ({"sex": {1: "man"}}, {"income": (-99,)})


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda _: "[]",
        lambda _: "[" * 100_000,
        lambda _: '{"resources": []}',
        lambda text: text.replace('"label": "man"', '"label": 3'),
        lambda text: text.replace('"value": 1', '"value": [1]'),
        lambda text: text.replace('"fields"', '"columns"'),
        lambda text: text.replace('"minimum": 90.0', '"minimum": "low"'),
    ],
)
def test_a_damaged_one(tmp_path, damage):
    path, own = written(tmp_path)
    own.write_text(damage(own.read_text("utf-8")), "utf-8")
    with pytest.raises(ReadError) as caught:
        read_any(path)
    assert str(caught.value).startswith(f"{own}: Is no sidecar of a delimited file")
    assert "take the sidecar away" in str(caught.value)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("sex,age,land,w", "Column 3 is 'country' in the sidecar and 'land' in the file"),
        ("sex,age,country", "Column 4 is 'w' in the sidecar and '' in the file"),
        ("sex,age,country,w,x", "Column 5 is '' in the sidecar and 'x' in the file"),
    ],
)
def test_one_of_other_columns(tmp_path, header, message):
    path, own = written(tmp_path)
    path.write_text(f"{header}\n{','.join('1' * (header.count(',') + 1))}\n")
    with pytest.raises(ReadError) as caught:
        read_any(path)
    assert str(caught.value).startswith(f"{own}: Describes other columns than the file has")
    assert message in str(caught.value)


@pytest.mark.parametrize("value", ["x", "1_0", " 1", "1.5", "١"])
def test_a_value_that_is_not_of_its_type(tmp_path, value):
    path, _ = written(tmp_path)
    path.write_text(f"sex,age,country,w\n1,1,NA,1\n2,{value},NA,1\n")
    table, source = read_any(path)
    with pytest.raises(ReadError, match=r"person.csv: Does not hold what its sidecar says. Row 2 of column 'age'"):
        typed(table, source)


def test_two_labels_that_are_the_same_stay_two(tmp_path):
    path = tmp_path / "p.csv"
    source = Source(
        "", "", "", 2, value_labels={"a": {1: "other", 2: "other", 8: "x", 9: "x"}}, user_missing={"a": (8, 9)}
    )
    write_file(pa.table({"a": [1, 2]}), source, path)
    assert typed(*read_any(path))[1].value_labels == source.value_labels
