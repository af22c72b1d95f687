"""Portable files of SPSS: values, labels, missing codes and notes, and what is wrong with a damaged one."""

from __future__ import annotations

import datetime as dt
import math

import made
import pandas as pd
import pyreadstat
import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import read_any, read_file
from lfs_migration.readers.packages import portable


def write(path, body):
    """Write a portable file of one numeric variable V and the given end."""
    path.write_bytes(made.in_lines("A" + made.text("20231216") + made.text("172821") + body))
    return path


def test_everything_that_it_holds(tmp_path):
    path = tmp_path / "whole.por"
    path.write_bytes(made.portable())
    table, source = read_any(path)
    assert table.slice(0, 3).to_pydict() == {
        "AGE": [30, 97, None],
        "INCOME": [5, -5, 99],
        "LOW": [6, 3, 100],
        "HIGH": [7, 95, 1],
        "COUNTRY": ["NA", "004", "ZZ"],
        "LEFT": [dt.date(2018, 5, 6), None, dt.date(2018, 5, 6)],
    }
    assert (table.num_rows, source.rows) == (24, 24)
    assert source.labels == {"AGE": "Age", "INCOME": "Income", "COUNTRY": "Country"}
    assert source.value_labels == {
        "AGE": {97: "refused", 98: "not known"},
        "COUNTRY": {"NA": "Namibia", "NO": "Norway"},
    }
    assert source.user_missing == {
        "AGE": (97, 98),
        "INCOME": ((-9, -1), 99),
        "LOW": ((-math.inf, 5),),
        "HIGH": ((90, math.inf),),
        "COUNTRY": ("ZZ",),
    }
    assert source.documents == ("first note", "second note")


def test_why_the_library_does_not_read_it(tmp_path):
    path = tmp_path / "whole.por"
    path.write_bytes(made.portable())
    frame, meta = pyreadstat.read_por(path)
    assert math.isnan(frame["AGE"][1])
    assert not meta.missing_ranges
    path.write_bytes(path.read_bytes()[:-10])
    path.write_bytes(path.read_bytes()[:-10])
    assert len(pyreadstat.read_por(path)[0]) == 24


def test_the_library_and_this_reader_agree_where_it_can_read(tmp_path):
    path = tmp_path / "other.por"
    frame = pd.DataFrame({"N": [1.0, -2.5, None, 1e10, 0.1, 123456.789, 1e-5], "S": list("abcdefg")})
    pyreadstat.write_por(frame, path, column_labels={"N": "a number"})
    table, source = read_any(path)
    assert table["S"].to_pylist() == list("abcdefg")
    theirs = pyreadstat.read_por(path)[0]["N"].tolist()
    assert table["N"].to_pylist() == [None if math.isnan(v) else pytest.approx(v, rel=1e-12) for v in theirs]
    assert source.labels == {"N": "a number"}


def test_lines_may_end_as_on_unix_or_not_at_all_or_be_without_blanks(tmp_path):
    data = made.portable()
    path = tmp_path / "whole.por"
    path.write_bytes(data)
    expected = read_any(path)[0]
    for changed in (
        data.replace(b"\r\n", b"\n"),
        data.replace(b"\r\n", b""),
        b"\r\n".join(line.rstrip(b" ") for line in data.split(b"\r\n")),
    ):
        path.write_bytes(changed)
        assert read_any(path)[0].equals(expected)


def test_text_in_another_encoding(tmp_path):
    path = tmp_path / "cyrillic.por"
    path.write_bytes(made.portable().replace(b"Namibia", "Намибия".encode("cp1251")))
    with pytest.raises(ReadError, match=r"another encoding.*Declare the encoding"):
        read_any(path)
    _, source = read_file(path, File(path=path.name, format="por", encoding="windows-1251"))
    assert source.value_labels["COUNTRY"]["NA"] == "Намибия"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("4" + made.whole(1) + "F", "It declares no variables"),
        ("4" + made.whole(2) + made.variable("V", 0) + "F", "It declares 2 variables, and has 1"),
        ("Q", "a record 'Q', which there is not"),
        (made.variable("V", 0) * 2 + "F", "has it twice"),
        (made.variable("V", 300) + "F", "of width 300"),
        (made.variable("V", 0) + "D" + made.whole(1) + made.text("W"), "labels of a variable that it does not have: W"),
        (made.variable("V", 0) + "Fabc/", "A text of 3 letters stands where a number should"),
        (made.variable("V", 0) + "F1+TT/", "is too large"),
        (made.variable("V", 8) + "F-1/", "stands where a count should"),
        (made.variable("V", 0) + "F1/ZZ1/", "Text follows the letters Z"),
        ("8" + made.whole(1), "begins without a variable"),
    ],
)
def test_a_file_that_contradicts_its_format(tmp_path, body, message):
    with pytest.raises(ReadError, match=f"Is damaged. .*{message}"):
        read_any(write(tmp_path / "odd.por", body))


def test_a_text_longer_than_the_file(tmp_path):
    with pytest.raises(ReadError, match=r"Is not whole. It ends inside a value.*cut off"):
        read_any(write(tmp_path / "odd.por", made.variable("V", 8) + "F" + made.whole(70) + "x"))


def test_letters_of_another_kind_of_computer(tmp_path):
    path = tmp_path / "odd.por"
    path.write_bytes(made.portable().replace(b"0123456789ABCDEFGHIJ", b"9876543210ABCDEFGHIJ", 1))
    with pytest.raises(ReadError, match="letters are those of another kind of computer"):
        read_any(path)


def test_a_portable_file_under_another_name(tmp_path):
    path = tmp_path / "renamed.sav"
    path.write_bytes(made.portable())
    with pytest.raises(ReadError, match=r"looks like a portable SPSS file.*format: por"):
        read_any(path)


@pytest.mark.parametrize(("words", "value"), [("0", 0.0), ("T", 29.0), ("-10", -30.0), (".F", 0.5), ("1+2", 900.0)])
def test_numbers_in_base_30(words, value):
    assert portable.number(words) == value
