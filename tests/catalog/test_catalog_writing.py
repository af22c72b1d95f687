"""Written YAML reads back, strictly, as what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfs_migration.catalog.documents import load
from lfs_migration.catalog.writing import Told, write_country, yaml_text
from lfs_migration.errors import CatalogError

NASTY = [
    "NO",
    "no",
    "on",
    "yes",
    "Y",
    "null",
    "~",
    "",
    " ",
    "004",
    "010150",
    "1e3",
    "0x1F",
    "1_000",
    "12:30",
    ".5",
    "-",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "'",
    '"',
    "\\",
    "{",
    "[x]",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "=",
    "?",
    "tab\there",
    "line\nend",
    "nel\x85",
    "ls\u2028",
    "zero\u200bwidth",
    "\ufeffmark",
    "Մարզ / Марз",
    "القاهرة",
    "กรุงเทพ",
    "</script>",
    "=1+1",
    "2007-01-01",
    "true",
    "NaN",
    ".inf",
    "<<",
    "\x00",
    "\U0001f600",
]


def read(text, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return load(path).data


@pytest.mark.parametrize("text", NASTY)
def test_text_stays_text_as_key_value_and_in_lists(text, tmp_path):
    data = {"v": text, "k": {text: 1, "other": 2}, "l": [text, "x"], "m": {"a": {"b": text}}}
    assert read(yaml_text(data), tmp_path) == data


@pytest.mark.parametrize("number", [0, 1, -1, 10**12, 0.5, 1.0, -2.25, 1e-05, 123456.789])
def test_numbers_keep_value_and_kind(number, tmp_path):
    back = read(yaml_text({"n": number, "k": {number: 1}}), tmp_path)
    assert back == {"n": number, "k": {number: 1}}
    assert type(back["n"]) is type(number)


@given(st.dictionaries(st.text(max_size=20), st.one_of(st.text(max_size=40), st.integers(), st.booleans()), max_size=5))
def test_any_entries_come_back(tmp_path_factory, data):
    whole = {"data": {"a": 1, **data}}
    assert read(yaml_text(whole), tmp_path_factory.mktemp("y")) == whole


@pytest.mark.parametrize("text", NASTY)
def test_a_comment_never_becomes_an_entry(text, tmp_path):
    note = f"evidence {text}\nintruder: 1"
    data = {"a": Told(1, note, (note,), (note,)), "b": Told({"c": 2}, note)}
    assert read(yaml_text(data, [note]), tmp_path) == {"a": 1, "b": {"c": 2}}


def test_a_file_that_is_there_is_left_alone(tmp_path):
    path = write_country("a: 1\n", tmp_path / "new" / "x-1.yaml")
    with pytest.raises(CatalogError, match="not overwritten"):
        write_country("a: 2\n", path)
    assert path.read_text() == "a: 1\n"
