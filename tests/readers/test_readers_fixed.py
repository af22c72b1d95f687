"""Fixed columns: each dictionary, each field as it stands, and the line of whatever is wrong."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import read_any, read_file
from lfs_migration.readers.dictionaries.layouts import with_point
from lfs_migration.readers.text import lines as reading

TABLE = 'name,start,length,label,decimals\ncountry,1,3,Country,\nplace,4,6,,\nweight,10,5,"Weight, final",2\n'
ROWS = "NA 010150 1234\nNO 004      -5\n004     7NA   \n"
READ = {"country": ["NA", "NO", "004"], "place": ["010150", "004", "7"], "weight": ["12.34", "-0.05", "NA"]}

STATA = """\
infix dictionary using "survey.raw" {
* what stands where
  str3 country 1-3
  str6 place 4 - 9
  long weight 10-14
}
"""
INFILE = """\
infile dictionary {
_lrecl(14)
_column(1)  str3 country  %3s  "Country"
            str6 place    %6s
_column(10) double weight %5.2f "Weight, final"
}
"""
SPSS = """\
* The survey's data.
FILE HANDLE data /NAME='survey.dat'.
DATA LIST FILE=data RECORDS=1 TABLE
  / country 1-3 (A) place 4-9 (A)
    weight 10-14 (2) .
VARIABLE LABELS country 'Country'
  / weight "Weight, " + "final".
VALUE LABELS
  country 'NA' 'Namibia' 'NO' 'Norway''s' / weight 12.34 'one' -0.05 'other'.
MISSING VALUES weight (LO THRU -1, 12.34) country ('004').
COMPUTE x = weight * 2.
EXECUTE.
"""


def put(folder: Path, data: str | bytes, dictionary: str = TABLE, ending: str = ".csv") -> Path:
    (folder / f"layout{ending}").write_text(dictionary, "utf-8")
    path = folder / "survey.dat"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def spec(ending: str = ".csv", **more: str) -> File:
    return File(path="survey.dat", format="fixed", dictionary=f"layout{ending}", **more)


def refused(path: Path, file: File | None = None) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_file(path, file or spec())
    return caught.value


@pytest.mark.parametrize(
    ("text", "ending"), [(TABLE, ".csv"), (INFILE, ".dct"), (SPSS, ".sps"), (SPSS.replace("\n", "\r\n"), ".sps")]
)
def test_every_dictionary_gives_the_same_columns(tmp_path, text, ending):
    table, source = read_file(put(tmp_path, ROWS, text, ending), spec(ending))
    assert table.to_pydict() == READ
    assert source.labels == {"country": "Country", "weight": "Weight, final"}
    assert (source.rows, table.num_rows) == (3, 3)


def test_the_infix_form_of_stata_implies_no_decimals(tmp_path):
    table, source = read_file(put(tmp_path, ROWS, STATA, ".dct"), spec(".dct"))
    assert table.to_pydict() == {**READ, "weight": ["1234", "-5", "NA"]}
    assert source.labels == {}


def test_labels_and_missing_codes_stand_under_the_texts_of_their_columns(tmp_path):
    source = read_file(put(tmp_path, ROWS, SPSS, ".sps"), spec(".sps"))[1]
    assert source.value_labels == {
        "country": {"NA": "Namibia", "NO": "Norway's"},
        "weight": {"12.34": "one", "-0.05": "other"},
    }
    assert source.user_missing == {"weight": ("12.34",), "country": ("004",)}
    assert source.declares_missing("country", "004")
    assert [doubt.why for doubt in source.doubts] == [
        "Its dictionary layout.sps also says COMPUTE (line 11), which no reader does"
    ]


def test_spss_shares_places_out_and_follows_on(tmp_path):
    text = "data list / v1 to v3 1-6 a (A2) b, c (F1.0).\nval lab v1 to v3 7 'seven' /c 1 'one'.\nmis val all (9)."
    table, source = read_file(put(tmp_path, " 7 8 9NO12\n0708 9004 \n", text, ".sps"), spec(".sps"))
    assert table.to_pydict() == {
        "v1": ["7", "07"], "v2": ["8", "08"], "v3": ["9", "9"], "a": ["NO", "00"], "b": ["1", "4"], "c": ["2", None],
    }  # fmt: skip
    assert source.value_labels["v1"] == {"7": "seven", "07": "seven"}
    assert source.user_missing["v3"] == ("9",)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end", "blank", "dos"])
def test_line_ends(tmp_path, end, last):
    text = end.join(ROWS.splitlines()) + {"": "", "end": end, "blank": end * 3, "dos": end + "\x1a"}[last]
    assert read_file(put(tmp_path, text), spec())[0].to_pydict() == READ


def test_lines_of_unequal_length_with_blanks_behind_are_read(tmp_path):
    text = "\n".join(line + " " * number for number, line in enumerate(ROWS.splitlines())) + "\n"
    assert read_file(put(tmp_path, text), spec())[0].to_pydict() == READ


def test_the_rows_of_blocks_stand_together(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "ROWS", 2)
    table = read_file(put(tmp_path, ROWS * 3), spec())[0]
    assert table.to_pydict() == {name: values * 3 for name, values in READ.items()}


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8", ["Երև", "Ñuñ"]), ("utf-8-sig", ["กรุ", "abc"]), ("utf-16", ["القاه", "ab"]), ("cp1252", ["Mál", "ñ"]),
        ("windows-1251", ["Мос", "abc"]), ("cp874", ["กรุ", "x"]), ("armscii-8", ["Եր", "ab"]), ("gbk", ["天津", "ab"]),
        ("shift_jis", ["東京", "ab"]),
    ],
)  # fmt: skip
def test_places_count_characters_in_every_encoding(tmp_path, encoding, words):
    from lfs_migration.readers.text import encodings

    data = "".join(f"{word:<6}004\n" for word in words)
    layout = "name,start,length\nplace,1,6\ncode,7,3\n"
    path = put(tmp_path, encodings.encode(data, encoding), layout)
    declared = None if encoding.startswith("utf") else encoding
    table, source = read_file(path, spec(**({"encoding": declared} if declared else {})))
    assert table.to_pydict() == {"place": words, "code": ["004"] * len(words)}
    assert source.rows == len(words)


def test_an_encoding_is_told_by_the_letters_of_the_languages(tmp_path):
    words = ["Москва", "Россия", "Казань"] * 20
    path = put(tmp_path, "".join(f"{word:<8}1\n" for word in words).encode("cp1251"), "name,start,length\nplace,1,8\n"
               "n,9,1\n")  # fmt: skip
    table, source = read_file(path, spec(), ["ru"])
    assert table["place"].to_pylist() == words
    assert (source.encoding, len(source.doubts)) == ("windows-1251", 1)
    assert "windows-1251" in source.doubts[0].hint


def test_a_wrong_encoding_is_refused(tmp_path):
    path = put(tmp_path, "Málaga 1\n".encode("cp1252"), "name,start,length\nplace,1,7\nn,8,1\n")
    error = refused(path, spec(encoding="utf-8"))
    assert error.title == "Is not utf-8 text"
    assert error.where.endswith("survey.dat:1")


def test_an_encoding_that_there_is_not_is_refused(tmp_path):
    assert "No encoding is called" in refused(put(tmp_path, ROWS), spec(encoding="utf-9")).title


def test_places_that_count_bytes_are_told(tmp_path):
    path = put(
        tmp_path, "ñandú 004\nnandu 1004 \n".replace("1004 ", "  004").encode(), "name,start,length\na,1,8\nb,9,3\n"
    )
    assert "count bytes" in refused(path).hint


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused_at_its_last_line(tmp_path, share):
    data = (ROWS * 101).encode()
    kept = data[: int(len(data) * share)]
    assert not kept.endswith(b"\n")
    error = refused(put(tmp_path, kept))
    assert error.title == "A line is shorter than the dictionary"
    assert error.where.endswith(f"survey.dat:{kept.count(10) + 1}")
    assert "cut off" in error.hint


@pytest.mark.parametrize(
    ("data", "line", "title"),
    [
        (ROWS + "NA 01\n" + ROWS, 4, "A line is shorter than the dictionary"),
        (ROWS + "\n" + ROWS, 4, "A line is shorter than the dictionary"),
        (ROWS + ROWS.replace("\n", "x\n", 1), 4, "A line is longer than the dictionary"),
        (ROWS + ROWS.splitlines()[0] + " " * 2000 + "\n", 4, "A line is longer than the dictionary"),
    ],
)
def test_a_line_of_another_length_is_named(tmp_path, data, line, title):
    error = refused(put(tmp_path, data))
    assert (error.title, error.where.rsplit(":", 1)[1]) == (title, str(line))


@pytest.mark.parametrize(
    ("data", "title"),
    [(b"", "Is empty"), (b"\n\n", "Is empty"), (b"PK\x03\x04abc", "Is not a text file"), (b"N\0\n" * 9, "NUL")],
)
def test_what_is_no_text_is_refused(tmp_path, data, title):
    error = refused(put(tmp_path, data))
    assert title in error.title


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("LFS_READ_GIGABYTES", "1e-8")
    assert refused(put(tmp_path, ROWS)).title == "Is too large"


def test_a_dictionary_that_is_not_there_is_named(tmp_path):
    path = put(tmp_path, ROWS)
    error = refused(path, File(path="survey.dat", format="fixed", dictionary="layuot.csv"))
    assert error.title == "No such file"
    assert "layout.csv" in error.hint


@pytest.mark.parametrize(
    ("text", "ending", "line", "title"),
    [
        ("name,start\na,1\n", ".csv", 1, "Has no field 'length'"),
        ("name,start,length,lable\na,1,2,x\n", ".csv", 1, "No dictionary has a field 'lable'"),
        ("name,start,length\na,one,2\n", ".csv", 2, "start of a is 'one', not a number"),
        ("name,start,length\na,1,2\na,3,2\n", ".csv", 3, "Column a stands twice"),
        ("name,start,length\na,1,0\n", ".csv", 2, "Column a has no place"),
        ("name,start,length\na,1\n", ".csv", 2, "A row is not as long as the header"),
        ("name,start,length\n,1,2\n", ".csv", 2, "A column has no name"),
        ("name,start,length\n", ".csv", None, "Has no columns"),
        ("int a 1-3\n", ".dct", 1, "Is not a Stata dictionary"),
        ("infix dictionary {\n int a 1-3\n", ".dct", 2, "Its brace is left open"),
        ("infix dictionary {\n int a 1-3\n 2: b 4\n}", ".dct", 3, "'2: b 4' is no column"),
        ("infix dictionary {\n 2 lines\n int a 1-3\n}", ".dct", 2, "Has rows of several lines"),
        ("infix dictionary {\n int a 3-1\n}", ".dct", 2, "Column a has no place"),
        ("infile dictionary {\n int a\n}", ".dct", 2, "a has no width"),
        ("infile dictionary {\n _newline int a %2f\n}", ".dct", 2, "Has rows of several lines"),
        ("VALUE LABELS a 1 'x'.", ".sps", 1, "No column is called 'a'"),
        ("EXECUTE.", ".sps", None, "Has no DATA LIST"),
        ("DATA LIST FREE / a b.", ".sps", 1, "DATA LIST is not of fixed columns"),
        ("DATA LIST RECORDS=2 / a 1-2 /2 b 1.", ".sps", 1, "DATA LIST has RECORDS=2"),
        ("DATA LIST / a 1-2 / b 1.", ".sps", 1, "Has rows of several lines"),
        ("DATA LIST / a 1-2\n  b.", ".sps", 2, "b has no place"),
        ("DATA LIST / a b 1-3.", ".sps", 1, "The places 1-3 cannot be shared out"),
        ("DATA LIST / a 1.\nVALUE LABELS a 1 'x.", ".sps", 2, "A quote is left open"),
        ("DATA LIST / a 1.\nVALUE LABELS a 1 2.", ".sps", 2, "'a' is not understood here"),
        ("DATA LIST / a 1 a 2.", ".sps", 1, "Column a stands twice"),
    ],
)
def test_a_wrong_dictionary_names_its_line(tmp_path, text, ending, line, title):
    error = refused(put(tmp_path, ROWS, text, ending), spec(ending))
    assert error.title == title
    assert error.where == str(tmp_path / f"layout{ending}") + (f":{line}" if line else "")


def test_a_dictionary_of_another_ending_is_refused(tmp_path):
    assert "No dictionary ends in '.pdf'" in refused(put(tmp_path, ROWS, "x", ".pdf"), spec(".pdf")).title


def test_a_data_file_is_read_by_the_dictionary_of_its_name(tmp_path):
    path = put(tmp_path, ROWS)
    (tmp_path / "survey.sps").write_text(SPSS, "utf-8")
    assert read_any(path)[0].to_pydict() == READ
    assert read_any(path, dictionary=tmp_path / "layout.csv")[0].to_pydict() == READ


def test_a_data_file_without_a_dictionary_says_what_to_do(tmp_path):
    path = put(tmp_path, ROWS)
    with pytest.raises(ReadError, match=r"survey\.dcf, survey\.dct, survey\.sps"):
        read_any(path)


@pytest.mark.parametrize(
    ("decimals", "text", "result"),
    [
        (2, "00123", "001.23"), (2, "5", "0.05"), (2, "-5", "-0.05"), (2, "+5", "+0.05"), (2, "1.5", "1.5"),
        (2, "NA", "NA"), (3, "9" * 17, "9" * 14 + ".999"), (1, "0", "0.0"), (2, "1,5", "1,5"),
    ],
)  # fmt: skip
def test_implied_decimals_are_exact(decimals, text, result):
    assert with_point(pa.chunked_array([[text, None]]), decimals).to_pylist() == [result, None]


FIELD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_written_is_read(data):
    widths = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    gaps = data.draw(st.lists(st.integers(0, 3), min_size=len(widths), max_size=len(widths)))
    rows = data.draw(st.lists(st.tuples(*(FIELD.map(lambda text, width=width: text[:width]) for width in widths)),
                              min_size=1, max_size=8))  # fmt: skip
    rows[0] = tuple("x" * width for width in widths)
    ends = np.cumsum(np.array(widths) + gaps)
    names = [f"c{number}" for number in range(len(widths))]
    places = zip(names, (ends - widths + 1).tolist(), widths, strict=True)
    text = "".join("".join(" " * gap + f"{field:<{width}}" for gap, width, field in zip(gaps, widths, row, strict=True))
                   + "\n" for row in rows)  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        layout = "name,start,length\n" + "".join(f"{name},{start},{width}\n" for name, start, width in places)
        path = put(Path(folder), text, layout)
        table = read_file(path, spec(encoding="utf-8"))[0]
    expected = [[field.strip(" ") or None for field in column] for column in zip(*rows, strict=True)]
    assert list(table.to_pydict().values()) == expected
