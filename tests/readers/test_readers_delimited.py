"""Delimited text: each field as it stands, and the line of whatever is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import read_any, read_file


def spec(**more) -> File:
    return File(path="data.csv", format="csv", **more)


def read(tmp_path: Path, content: bytes | str, **more) -> dict[str, list[str | None]]:
    path = tmp_path / "data.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, spec(**more))[0].to_pydict()


def refuse(tmp_path: Path, content: bytes | str, message: str, **more) -> None:
    with pytest.raises(ReadError, match=message):
        read(tmp_path, content, **more)


def test_every_field_is_the_text_that_it_is(tmp_path):
    table = read(tmp_path, 'a,b\nNA,NO\n004,010150\n1e5,TRUE\n"1,5", x \nnull,nan\n2020-01-01,-\n')
    assert table == {
        "a": ["NA", "004", "1e5", "1,5", "null", "2020-01-01"],
        "b": ["NO", "010150", "TRUE", " x ", "nan", "-"],
    }


def test_an_empty_field_is_null_quoted_or_not(tmp_path):
    assert read(tmp_path, 'a,b,c\n,"",x\n1,,\n') == {"a": [None, "1"], "b": [None, None], "c": ["x", None]}


def test_quotes_hold_delimiters_line_ends_and_quotes(tmp_path):
    assert read(tmp_path, 'a,b\n"x, ""y""","one\ntwo"\r\n"p\r\nq",5" pipe\n') == {
        "a": ['x, "y"', "p\r\nq"],
        "b": ["one\ntwo", '5" pipe'],
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_a_last_line_without_one(tmp_path, end, last):
    text = end.join(["a,b", "1,x", "2,y"]) + (end if last else "")
    assert read(tmp_path, text) == {"a": ["1", "2"], "b": ["x", "y"]}


def test_blank_lines_are_no_rows(tmp_path):
    assert read(tmp_path, "\na,b\n\n1,x\n\n\n") == {"a": ["1"], "b": ["x"]}


def test_a_decimal_comma_is_left_as_it_is(tmp_path):
    assert read(tmp_path, "w;n\n1,5;2\n", delimiter=";", decimal=",") == {"w": ["1,5"], "n": ["2"]}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (None, "Երևան"),
        ("utf-8", "القاهرة"),
        ("utf-8-sig", "กรุงเทพ"),
        ("utf-16", "Երևան"),
        ("utf-16-le", "Москва"),
        ("windows-1256", "القاهرة"),
        ("windows-1251", "Москва"),
        ("tis-620", "กรุงเทพ"),
        ("cp1252", "Málaga"),
    ],
)
def test_encodings(tmp_path, encoding, text):
    data = f"place,n\n{text},1\n".encode(encoding or "utf-8")
    path = tmp_path / "data.csv"
    path.write_bytes(data)
    table, source = read_file(path, spec(encoding=encoding))
    assert table.to_pydict() == {"place": [text], "n": ["1"]}
    assert source.encoding == (encoding or "utf-8")
    assert (source.rows, source.path, source.labels) == (1, str(path), {})


def test_byte_order_marks_are_no_part_of_the_first_name(tmp_path):
    assert list(read(tmp_path, "\ufeffa,b\n1,2\n")) == ["a", "b"]
    assert list(read(tmp_path, "a,b\n1,2\n".encode("utf-16"))) == ["a", "b"]
    assert list(read(tmp_path, "\ufeffa,b\n1,2\n".encode("utf-16-le"), encoding="utf-16-le")) == ["a", "b"]


def test_a_file_in_another_encoding_names_the_byte_the_line_and_likely_ones(tmp_path):
    data = "a,b\n1,2\nМосква,3\n".encode("cp1251")
    message = r"data.csv:3: Is not utf-8 text. At byte 8 it holds 0xCC.*decodes as .*windows-1251"
    refuse(tmp_path, data, message)


def test_an_encoding_without_the_byte(tmp_path):
    refuse(tmp_path, b"a,b\n1,\x81\n", "data.csv:2: Is not cp1252 text.*windows-1256", encoding="cp1252")


def test_utf_8_declared_as_a_single_byte_encoding(tmp_path):
    for encoding in ("latin-1", "cp1256", "windows-1251", "tis-620"):
        data = "a,b\nš,2\n" if encoding != "tis-620" else "a,b\nਡ,2\n"
        try:
            data.encode().decode(encoding)
        except UnicodeDecodeError:
            continue
        refuse(tmp_path, data, "Is UTF-8 text.*declare encoding: utf-8|Is UTF-8 text.*utf-8", encoding=encoding)


def test_ascii_is_fine_in_any_of_them(tmp_path):
    assert read(tmp_path, "a,b\n1,2\n", encoding="latin-1") == {"a": ["1"], "b": ["2"]}


def test_utf_16_declared_as_something_else(tmp_path):
    data = "a,b\n1,2\n".encode("utf-16")
    refuse(tmp_path, data, "data.csv:1: Is not utf-8 text.*utf-16", encoding="utf-8")
    refuse(tmp_path, data[2:], "NUL bytes.*utf-16", encoding="utf-8")


def test_text_cut_inside_a_letter(tmp_path):
    refuse(tmp_path, "a,b\n1,Երևան\n".encode()[:-2], "data.csv:2: Is not utf-8 text")
    refuse(tmp_path, "a,b\n1,2\n".encode("utf-16")[:-1], "Is not utf-16 text", encoding="utf-16")


def test_an_unknown_encoding(tmp_path):
    refuse(tmp_path, "a\n1\n", "No encoding is called 'windows-1265'.*windows-1256", encoding="windows-1265")
    refuse(tmp_path, "a\n1\n", "No encoding is called 'rot13'", encoding="rot13")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,c\n1,2,3\n1,2\n", r"data.csv:3: A row is not as long as the header. It has 2 fields.*has 3"),
        ("a,b\n1,2\n3\n", "data.csv:3: .*It has 1 field where"),
        ("a,b\n1,2\n\n3,4,5\n", "data.csv:4: .*It has 3 fields"),
        ('a,b\n"x\ny",2\n3\n', "data.csv:4: .*It has 1 field "),
    ],
)
def test_ragged_rows_name_the_line_and_the_counts(tmp_path, text, message):
    refuse(tmp_path, text, message)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n1,"x', 2),
        ('a,b\n1,"x\n', 2),
        ('a,b\n1,2\n3,"x\n4,5\n6,7\n', 3),
        ('a,b\n1,"', 2),
        ('a,b\n5" pipe,2\n3,"x\n', 3),
        ('a,b\n1,"x""\n', 2),
        ('a,"b\n1,2\n', 1),
        ('"a\n1\n', 1),
        ('a,b\n1,2\n3,"' + "4,5\n" * 60_000, 3),
        ('a,"' + "b,c\n" * 60_000, 1),
    ],
)
def test_a_quote_left_open_is_a_file_cut_off(tmp_path, text, line):
    refuse(tmp_path, text, rf"data.csv:{line}: A quote is left open.*cut off")


def test_large_files_with_and_without_quotes(tmp_path):
    rows = 90_000
    for quote in ("", '"'):
        lines = "".join(f"{i},{quote}a{i}{quote},{'x' * 250}\n" for i in range(rows))
        table = read(tmp_path, "n,s,t\n" + lines)
        assert len(table["n"]) == rows
        assert (table["n"][-1], table["s"][-1]) == (str(rows - 1), f"a{rows - 1}")
        refuse(tmp_path, "n,s,t\n" + lines + "1,2\n", f"data.csv:{rows + 2}: .*2 fields")


def test_files_without_rows(tmp_path):
    refuse(tmp_path, "", "Is empty. It has 0 bytes")
    refuse(tmp_path, "\n \r\n\n", "Is empty. It holds blank lines only")
    refuse(tmp_path, b"\xef\xbb\xbf", "Is empty")
    refuse(tmp_path, "a,b\n", "Has a header and no rows")
    refuse(tmp_path, "a,b", "Has a header and no rows")


def test_names_of_columns(tmp_path):
    refuse(tmp_path, "a,b,a\n1,2,3\n", "data.csv:1: Has columns of the same name.*'a'")
    refuse(tmp_path, "a,b,\n1,2,\n", "data.csv:1: Column 3 has no name")
    assert list(read(tmp_path, 'A,a,"long\nname"\n1,2,3\n')) == ["A", "a", "long\nname"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_than_declared(tmp_path, delimiter):
    text = f"a{delimiter}b\n1{delimiter}2\n"
    with pytest.raises(ReadError) as caught:
        read(tmp_path, text)
    assert f"declare delimiter: {delimiter!r}" in caught.value.hint
    assert read(tmp_path, text, delimiter=delimiter) == {"a": ["1"], "b": ["2"]}
    assert read_any(tmp_path / "data.csv")[0].column_names == ["a", "b"]


def test_one_column_is_a_file_too(tmp_path):
    assert read(tmp_path, 'a\n1\n""\nx y\n') == {"a": ["1", None, "x y"]}


def test_a_delimiter_of_two_characters(tmp_path):
    refuse(tmp_path, "a::b\n1::2\n", "'::' cannot be a delimiter", delimiter="::")


def test_nul_bytes(tmp_path):
    refuse(tmp_path, b"a,b\n1,2\n3,\x00\n", "data.csv:3: Holds NUL bytes")


def test_reading_a_file_whose_encoding_is_given_by_hand(tmp_path):
    path = tmp_path / "data.txt"
    path.write_bytes("place\tn\nМосква\t1\n".encode("cp1251"))
    assert read_any(path, encoding="cp1251")[0].to_pydict() == {"place": ["Москва"], "n": ["1"]}
