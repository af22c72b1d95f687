"""The lists as CSV: all variables, codes and rules, and every text as it is."""

from __future__ import annotations

import csv
import io

import odd_codebook
import pytest

from lfs_migration import catalog
from lfs_migration.exporting import export
from lfs_migration.text import LANGUAGES


def lists(folder, book, **given) -> dict[str, list[dict[str, str]]]:
    """Read the files back with Python's own reader."""
    paths = export(book, "csv", folder, **given)
    out = {}
    for path in paths:
        raw = path.read_bytes()
        assert raw.endswith(b"\n") and not raw.startswith(b"\xef\xbb\xbf")
        out[path.name.split(".")[-2]] = list(csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True))
    return out


def test_all_variables_codes_and_rules_are_there(tmp_path):
    book = odd_codebook.module()
    read = lists(tmp_path, book, questionnaire=catalog.load_questionnaire())
    rows = {row["variable"]: row for row in read["variables"]}
    assert set(rows) == set(book.variables) and len(read["variables"]) == len(book.variables)
    for name, variable in book.variables.items():
        assert {one: rows[name][f"label_{one}"] for one in LANGUAGES} == {
            one: variable.label.get(one, "") for one in LANGUAGES
        }
        assert rows[name]["universe"] == variable.universe and rows[name]["value"] == (variable.value or "")
    listed = [row for row in read["codes"] if not row["variable"]]
    assert len(listed) == sum(len(codelist.codes) for codelist in book.codelists.values())
    russia = next(row for row in listed if (row["codelist"], row["code"]) == ("COUNTRY", "RUS"))
    assert russia["label_ru"] == "Россия" and "subregion=151" in russia["attributes"]
    absent = {row["code"]: row["absent"] for row in read["codes"] if row["variable"] == "em_sex"}
    assert absent == {"97": "dont_know", "98": "refused", "99": "not_stated", "95": "uncodable"}
    assert {row["rule"]: row["check"] for row in read["rules"]} == {r.id: r.said for r in book.rules.values()}
    assert rows["em_spouse_here"]["asked_es"] == "Se pregunta si em_marital es 2 (Casado) o 3 (Unión libre)"
    item = next(i for i in catalog.load_questionnaire().items if i.name == "hh_em_any")
    assert (rows["hh_em_any"]["item"], rows["hh_em_any"]["question_fr"]) == (item.id, item.wording["fr"])


def test_an_edition_gives_columns_and_native_codes(tmp_path):
    read = lists(tmp_path, odd_codebook.module("armenia"), edition=odd_codebook.edition("armenia"))
    rows = {row["variable"]: row for row in read["variables"]}
    assert (rows["em_reason"]["file"], rows["em_reason"]["column"]) == ("armenia_emigrants.sav", "M8")
    assert (rows["country"]["computed"], rows["hh_id"]["column"]) == ("ARM", "A6_Month A1")
    natives = {row["code"]: row["native"] for row in read["codes"] if row["variable"] == "em_reason"}
    codes = odd_codebook.edition("armenia").records["emigrant"].variables["em_reason"].codes
    for native, code in codes.items():
        assert str(native) in natives[str(code)].split()
    assert natives["97"] == "97"


@pytest.mark.parametrize("text", [odd_codebook.MARKUP, odd_codebook.FORMULA, odd_codebook.MACRO, odd_codebook.CONTROL])
def test_hard_texts_are_read_back_as_they_are(tmp_path, text):
    read = lists(tmp_path, odd_codebook.codebook())
    assert text in {row["label_en"] for row in read["variables"]}


def test_codes_that_look_like_formulas_stay_codes(tmp_path):
    read = lists(tmp_path, odd_codebook.codebook())
    assert {"=1", "'"} <= {row["code"] for row in read["codes"]}
    (rule,) = read["rules"]
    assert (rule["rule"], rule["remedy_en"]) == ("r<1>", odd_codebook.FORMULA)
