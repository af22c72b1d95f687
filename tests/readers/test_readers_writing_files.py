"""What is written to a file and read from it is equal, in every format, or it is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

from lfs_migration.errors import DataError, ReadError
from lfs_migration.model.dataset import MultipleResponse, Source
from lfs_migration.readers import differences, extent, fit, read_any, typed, write_file
from lfs_migration.readers.packages import extent_spss, extent_stata

LOWEST, HIGHEST = float("-inf"), float("inf")
ENDINGS = ("sav", "zsav", "dta", "csv", "tsv", "parquet")
ALL = ("sav", "zsav", "csv", "tsv", "parquet")
"""Those that hold what SPSS holds."""

TABLE = pa.table(
    {
        "age": [34, None, 99],
        "income": [1.5, -0.123456789, None],
        "weight_of_the_whole_household": [0.1, 1e-9, 123456.75],
        "country": ["NA", "NO", "004"],
        "place": ["Երևան", "010150", None],
        "story": ["x" * 300 + "é", "y" * 3000, "NA"],
        "born": [dt.date(1500, 5, 6), None, dt.date(9999, 12, 31)],
        "seen": [dt.datetime(2023, 5, 6, 10, 11, 12, 345000), None, dt.datetime(1, 1, 1)],
        "hour": [None, dt.time(1, 2, 3), dt.time(23, 59, 59, 999000)],
        "never": pa.nulls(3, pa.date32()),
        "moment": pa.nulls(3, pa.timestamp("ms")),
        "clock": pa.nulls(3, pa.time32("ms")),
        "nothing": pa.nulls(3, pa.string()),
        "reason_for_leaving_home": [1, 0, 1],
        "reason_for_leaving_work": [0, 1, 1],
        "household": [123456789012345, -(2**53), None],
    }
)
REASONS = ("reason_for_leaving_home", "reason_for_leaving_work")
SOURCE = Source(
    "", "", "", 3,
    labels={"age": "Возраст", "place": "Վայր", "story": "é" * 120},
    value_labels={
        "age": {34: "ใช่", 99: "لا"}, "income": {-1.5: "debt"}, "country": {"NA": "Namibia", "NO": "Norway"},
        "story": {"NA": "none", "y" * 110: "long"},
    },
    user_missing={
        "age": (97, 98, 99), "income": ((LOWEST, 0), 9.5), "household": ((10**14, HIGHEST),),
        "country": ("004", "ab", "12345678"), "story": ("NA",),
    },
    title="Ֆայլ",
    documents=("first", "  second", "é" * 40),
    multiple=(MultipleResponse("reasons", "Why é?", REASONS, "1"), MultipleResponse("groups", "", REASONS)),
    measures={"age": "scale", "country": "nominal", "place": "ordinal"},
)  # fmt: skip
"""All that SPSS knows."""

STATA = pa.table(
    {
        "answer": ["1", ".a", "2.5", ".z"],
        "labelled": ["1", "2", None, "3"],
        "code": [4, 10150, None, 2147483620],
        "large": [5_000_000_000, None, 1, 2],
        "country": ["NA", "NO", "004", "010150"],
        "story": ["x" * 3000, None, "  blanks", "Երևան"],
        "born": [dt.date(1500, 5, 6), None, dt.date(2020, 2, 29), dt.date(1, 1, 1)],
        "never": pa.nulls(4, pa.timestamp("ms")),
    }
)
TAGGED = Source(
    "", "", "", 4,
    labels={"answer": "é" * 80, "code": "NA"},
    value_labels={"answer": {"1": "yes", ".a": "refused"}, "labelled": {"2": "no", ".b": "b"}, "code": {4: "NO"}},
    user_missing={"answer": (".a", ".z"), "labelled": (".b",)},
    title="Ֆայլ",
    documents=("first note", "n" * 70, "last"),
)  # fmt: skip
"""All that Stata knows, with up to three missing codes, so that SPSS holds them as text."""


def read(path: Path) -> tuple[pa.Table, Source]:
    return typed(*read_any(path))


@pytest.mark.parametrize("ending", ALL)
def test_all_that_spss_knows_is_read_as_it_was_written(tmp_path, ending):
    path = tmp_path / f"data.{ending}"
    written = write_file(TABLE, SOURCE, path)
    assert written.losses == ()
    assert differences(TABLE, SOURCE, *read(path)) == []
    assert differences(written.table, written.source, *read(path)) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_that_stata_knows_is_read_as_it_was_written(tmp_path, ending):
    path = tmp_path / f"data.{ending}"
    assert write_file(STATA, TAGGED, path).losses == ()
    assert differences(STATA, TAGGED, *read(path)) == []


@pytest.mark.parametrize(("first", "second"), list(product(ENDINGS, ENDINGS)))
def test_from_every_format_to_every_other(tmp_path, first, second):
    table, source = (TABLE, SOURCE) if first in ALL and second in ALL else (STATA, TAGGED)
    write_file(table, source, tmp_path / f"one.{first}")
    write_file(*read(tmp_path / f"one.{first}"), tmp_path / f"two.{second}")
    assert differences(table, source, *read(tmp_path / f"two.{second}")) == []


@pytest.mark.parametrize("ending", ["sav", "zsav", "dta"])
def test_the_walk_before_reading_accepts_what_was_put_in(tmp_path, ending):
    path = tmp_path / f"data.{ending}"
    write_file(STATA if ending == "dta" else TABLE, TAGGED if ending == "dta" else SOURCE, path)
    with path.open("rb") as handle:
        measure = extent_stata.measure if ending == "dta" else extent_spss.measure
        found = measure(extent.Cursor(handle, path.stat().st_size), path, 10**9)
    assert found.rows == (4 if ending == "dta" else 3)


def test_a_long_zsav_with_sets_is_whole(tmp_path):
    rows = 200_000
    table = pa.table({"long_name_of_a": range(rows), "long_name_of_b": [f"{n:040}" for n in range(rows)]})
    sets = (MultipleResponse("s", "set", ("long_name_of_a", "long_name_of_b")),)
    source = Source("", "", "", rows, multiple=sets)
    write_file(table, source, tmp_path / "data.zsav")
    assert differences(table, source, *read_any(tmp_path / "data.zsav")) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_bytes_twice(tmp_path, ending):
    for folder in ("one", "two"):
        write_file(STATA, TAGGED, tmp_path / folder / f"data.{ending}")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)


def test_chunks_do_not_change_the_bytes(tmp_path):
    parts = pa.concat_tables([STATA.slice(0, 1), STATA.slice(1)])
    for ending in ENDINGS:
        write_file(STATA, TAGGED, tmp_path / f"one.{ending}")
        write_file(parts, TAGGED, tmp_path / f"two.{ending}")
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes(), ending


CODES = ["NA", "NO", "004", "010150", "NULL", "nan", ".a", "1e5", "-", "TRUE", "2020-01-01"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_codes_that_programs_take_for_something_else(tmp_path, ending):
    path = tmp_path / f"data.{ending}"
    table = pa.table({"country": CODES, "NA": ["NO", *CODES[:10]], "number": range(11)})
    words = {"labels": {"country": "NA", "NA": "NO"}, "value_labels": {"number": {4: "NA", 10: "004"}}}
    if ending != "dta":
        words["value_labels"]["country"] = {"NA": "Namibia", "NO": "Norway", "004": "four", "010150": "NA"}
        words["user_missing"] = {"country": ("NA", "004", "010150")}
    source = Source("", "", "", len(CODES), **words)
    write_file(table, source, path)
    assert differences(table, source, *read(path)) == []


def test_text_stays_text_without_the_types_of_the_sidecar(tmp_path):
    write_file(TABLE, SOURCE, tmp_path / "data.csv")
    table, source = read_any(tmp_path / "data.csv")
    assert table["age"].to_pylist() == ["34", None, "99"]
    assert source.value_labels["age"] == {"34": "ใช่", "99": "لا"}
    assert source.declares_missing("age", "98")
    assert source.declares_missing("income", "-0.5")
    assert not source.declares_missing("income", "0.5")


def test_the_parts_that_only_the_dictionary_holds_are_seen_by_the_library_too(tmp_path):
    write_file(TABLE, SOURCE, tmp_path / "data.sav")
    _, meta = pyreadstat.read_sav(tmp_path / "data.sav", user_missing=True)
    assert meta.mr_sets["reasons"]["variable_list"] == list(REASONS)
    assert meta.mr_sets["reasons"]["counted_value"] == 1
    assert meta.notes == list(SOURCE.documents)
    lowest = bytes.fromhex("feffffffffffefff")
    assert lowest + bytes(8) in (tmp_path / "data.sav").read_bytes(), "a range from LOWEST to 0, as SPSS writes it"
    assert meta.original_variable_types["household"] == "F17.0"
    assert meta.original_variable_types["never"] == "DATE11"
    write_file(STATA, TAGGED, tmp_path / "data.dta")
    assert pyreadstat.read_dta(tmp_path / "data.dta")[1].notes == list(TAGGED.documents)
    assert pd.read_stata(tmp_path / "data.dta", convert_categoricals=False)["country"].tolist() == CODES[:4]


# Into Stata: what it has not, column by column.
LOST_IN_STATA = {
    "missing codes": ({"user_missing": {"n": (99,)}}, "99 no longer declared missing: Stata declares none"),
    "a range": ({"user_missing": {"n": ((LOWEST, 0),)}}, "LOWEST to 0 no longer declared missing"),
    "text missing": ({"user_missing": {"s": ("NA",)}}, "NA no longer declared missing"),
    "labels of text": ({"value_labels": {"s": {"NA": "Namibia"}}}, "1 label of values left out ('NA')"),
    "labels of fractions": ({"value_labels": {"n": {1.5: "x", 2: "y"}}}, "1 label of values left out (1.5)"),
    "labels of large numbers": ({"value_labels": {"n": {2147483621: "x"}}}, "1 label of values left out (2147483621)"),
    "levels": ({"measures": {"n": "scale", "s": "nominal"}}, "the level of measurement of 2 columns is left out"),
    "sets": ({"multiple": (MultipleResponse("m", "", ("n", "s")),)}, "multiple-response set 'm' is left out"),
    "long label": ({"labels": {"n": "é" * 81}}, "the label of the column has 81 characters, is cut to 80"),
    "long title": ({"title": "é" * 81}, "the label of the file has 81 characters, is cut to 80"),
    "long value label": ({"value_labels": {"n": {1: "é" * 8001}}}, "the label of 1 has 8001 characters"),
    "an unused tag": ({"user_missing": {"t": (".a", ".b")}}, ".b declared missing, neither held nor labelled"),
    "an empty note": ({"documents": ("", "x")}, "1 note empty or too long for Stata, left out"),
}
LOST_IN_SPSS = {
    "four codes": ({"user_missing": {"n": (1, 2, 3, 4)}}, "1, 2, 3, 4 no longer declared missing: SPSS takes three"),
    "two ranges": ({"user_missing": {"n": ((1, 2), (4, HIGHEST))}}, "1 to 2, 4 to HIGHEST no longer declared"),
    "long text": ({"user_missing": {"s": ("123456789",)}}, "SPSS takes 8 bytes of text"),
    "range of text": ({"user_missing": {"s": ((1, 2),)}}, "text has no ranges"),
    "text for numbers": ({"user_missing": {"n": ("NA",)}}, "not all are of the column's kind"),
    "missing dates": ({"user_missing": {"d": (99,)}}, "a column of dates that declares some is read as numbers"),
    "labels of dates": ({"value_labels": {"d": {99: "x"}}}, "a date has none in this format"),
    "labels of text": ({"value_labels": {"n": {"1": "x"}}}, "they are not of the column's kind"),
    "long label": ({"labels": {"n": "é" * 128}}, "the label of the column has 256 bytes, is cut to 255"),
    "long title": ({"title": "é" * 33}, "the label of the file has 66 bytes, is cut to 64"),
    "long value label": ({"value_labels": {"n": {1: "é" * 61}}}, "the label of 1 has 122 bytes, is cut to 120"),
    "a long line": ({"documents": ("word " * 30,)}, "1 line of the documents broken to 80 bytes"),
    "an empty line": ({"documents": ("a", "", "b")}, "1 empty line of the documents left out"),
    "a counted text": ({"multiple": (MultipleResponse("m", "", ("n", "s"), "yes"),)}, "it counts 'yes'"),
    "a set with a gap": ({"multiple": (MultipleResponse("m", "", ("n", "gone")),)}, "there is no column 'gone'"),
    "a name of a set": ({"multiple": (MultipleResponse("m m", "", ("n", "s")),)}, "SPSS does not take its name"),
    "a level": ({"measures": {"n": "ratio"}}, "its level of measurement 'ratio' is left out"),
}
SMALL = pa.table({"n": [1, 99], "s": ["NA", "x"], "t": ["1", ".a"], "d": [dt.date(2020, 1, 1), None]})


def check_lost(path: Path, table: pa.Table, source: Source, message: str) -> None:
    """What is refused is listed where it is allowed, and the rest is read as it was written."""
    with pytest.raises(DataError) as caught:
        write_file(table, source, path)
    assert message in str(caught.value)
    assert "lossy=True" in str(caught.value)
    assert not path.exists()
    written = write_file(table, source, path, lossy=True)
    assert any(message in str(loss) for loss in written.losses)
    assert differences(written.table, written.source, *read(path)) == []
    assert differences(table, source, *read(path))


@pytest.mark.parametrize("case", LOST_IN_STATA)
def test_what_stata_cannot_hold(tmp_path, case):
    words, message = LOST_IN_STATA[case]
    source = replace(Source("", "", "", 2, user_missing={"t": (".a",)}), **words)
    check_lost(tmp_path / "data.dta", SMALL, source, message)


@pytest.mark.parametrize("ending", ["sav", "zsav"])
@pytest.mark.parametrize("case", LOST_IN_SPSS)
def test_what_spss_cannot_hold(tmp_path, case, ending):
    words, message = LOST_IN_SPSS[case]
    check_lost(tmp_path / f"data.{ending}", SMALL, Source("", "", "", 2, **words), message)


ZONE = pa.array([dt.datetime(2020, 1, 1)], pa.timestamp("ms", "Asia/Yerevan"))
COLUMNS = {
    "empty text": (["", "x"], ("sav", "zsav", "dta", "csv"), "1 empty text cannot be told from no answer"),
    "blanks": (["x ", "y"], ("sav", "zsav"), "1 text lose the blanks at the end"),
    "long numbers": ([2**53 + 1], ("sav", "zsav", "dta"), "whole numbers of more than 15 digits become text"),
    "not a number": ([float("nan"), 1.5], ("sav", "zsav", "dta", "csv"), "1 value that are not numbers become empty"),
    "decimals": ([Decimal("1.10")], ("sav", "zsav", "dta", "csv"), "exact decimals (decimal128(3, 2)) become floats"),
    "zone": (ZONE, ("sav", "zsav", "dta", "csv"), "lose their zone Asia/Yerevan"),
    "fine time": ([dt.datetime(2020, 1, 1, microsecond=1)], ("sav", "dta", "csv"), "finer than a millisecond"),
}


@pytest.mark.parametrize(
    ("case", "ending"), [(case, ending) for case, (_, endings, _) in COLUMNS.items() for ending in endings]
)
def test_values_that_a_format_cannot_hold(tmp_path, case, ending):
    values, _, message = COLUMNS[case]
    check_lost(tmp_path / f"data.{ending}", pa.table({"a": values}), Source("", "", "", 1), message)


@pytest.mark.parametrize("case", COLUMNS)
def test_parquet_holds_all_values(tmp_path, case):
    table = pa.table({"a": COLUMNS[case][0]})
    write_file(table, Source("", "", "", table.num_rows), tmp_path / "data.parquet")
    back, source = read_any(tmp_path / "data.parquet")
    assert differences(table, Source("", "", "", 1), back, source) == []
    assert back.schema.field("a").type == table.schema.field("a").type


@pytest.mark.parametrize(
    ("ending", "names", "become"),
    [
        ("dta", ["a b", "a_b", "if", "1x", "x" * 40], ["a_b_2", "a_b", "if_", "v1x", "x" * 32]),
        ("dta", ["Age", "age", "str5"], ["Age", "age", "str5_"]),
        ("sav", ["a b", "ALL", "Age", "age", "_x", "é" * 40], ["a_b", "ALL_", "Age", "age_2", "v_x", "é" * 32]),
    ],
)
def test_names_that_a_package_does_not_take(tmp_path, ending, names, become):
    table = pa.table({name: [number] for number, name in enumerate(names)})
    source = Source("", "", "", 1, labels={name: name for name in names})
    path = tmp_path / f"data.{ending}"
    with pytest.raises(DataError, match="its name becomes"):
        write_file(table, source, path)
    written = write_file(table, source, path, lossy=True)
    assert written.table.column_names == become
    back, read_source = read_any(path)
    assert differences(written.table, written.source, back, read_source) == []
    assert [value for (value,) in back.to_pydict().values()] == list(range(len(names)))
    assert [read_source.labels[name] for name in become] == names


def test_missing_codes_become_those_of_stata_when_asked(tmp_path):
    table = pa.table({"n": [1, 98, None, 99, 995], "w": [1.5, -1.0, 2.0, None, 3.0]})
    source = Source(
        "", "", "", 5, value_labels={"n": {1: "yes", 97: "refused", 99: "unknown"}},
        user_missing={"n": (97, 98, 99, (900.0, HIGHEST)), "w": ((LOWEST, 0.0),)},
    )  # fmt: skip
    written = write_file(table, source, tmp_path / "data.dta", tags=True)
    assert [str(loss) for loss in written.losses] == [
        "column 'n': its missing codes become Stata's: 97 is .a, 98 is .b, 99 is .c, 995 is .d",
        "column 'w': its missing codes become Stata's: -1 is .a",
    ]
    back, read_source = read_any(tmp_path / "data.dta")
    assert back.to_pydict() == {"n": ["1", ".b", None, ".c", ".d"], "w": ["1.5", ".a", "2", None, "3"]}
    assert read_source.value_labels == {"n": {"1": "yes", ".a": "refused", ".c": "unknown"}}
    assert read_source.user_missing == {"n": (".a", ".b", ".c", ".d"), "w": (".a",)}


def test_more_missing_codes_than_stata_has_letters(tmp_path):
    table = pa.table({"n": range(100, 130)})
    source = Source("", "", "", 30, user_missing={"n": ((100, 200),)})
    with pytest.raises(DataError, match="100 to 200 no longer declared missing"):
        write_file(table, source, tmp_path / "data.dta", tags=True)


def test_a_tag_among_text_that_is_no_number_stays_text(tmp_path):
    source = Source("", "", "", 2, user_missing={"s": (".a",)})
    with pytest.raises(DataError, match=r".a no longer declared missing"):
        write_file(pa.table({"s": ["004", ".a"]}), source, tmp_path / "data.dta")
    write_file(pa.table({"s": ["004", ".a"]}), source, tmp_path / "data.dta", lossy=True)
    assert read_any(tmp_path / "data.dta")[0].to_pydict() == {"s": ["004", ".a"]}


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_is_no_file(tmp_path, ending):
    for table in (SMALL.slice(0, 0), pa.table({})):
        with pytest.raises(DataError, match="There is nothing to write"):
            write_file(table, Source("", "", "", 0), tmp_path / f"data.{ending}", lossy=True)
    twice = pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(DataError, match=r"Two columns have the same name\. 'a'"):
        write_file(twice, Source("", "", "", 1), tmp_path / f"data.{ending}", lossy=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("ending", "column", "message"),
    [
        ("sav", [[1, 2]], "is of kind list<.*Leave the column out"),
        ("csv", [b"x"], "is of kind binary"),
        ("dta", [dt.timedelta(1)], "is of kind duration"),
        ("dta", [9e307], "a number of 8.98e.307 or more. Make it null"),
        ("sav", [1.7976931348623157e308], "a number of 1.798e.308 or more"),
        ("csv", ["a\0b"], "holds text with NUL bytes"),
        ("sav", pa.array([4_000_000], pa.date32()), "dates outside the years 1 to 9999"),
    ],
)
def test_columns_that_are_refused_in_any_case(tmp_path, ending, column, message):
    with pytest.raises(DataError, match=message):
        write_file(pa.table({"a": column}), Source("", "", "", 1), tmp_path / f"data.{ending}", lossy=True)
    assert not list(tmp_path.iterdir())


def test_an_ending_that_is_not_written(tmp_path):
    message = r"end in '.por' are not written\. Known: .sav, .zsav, .dta, .csv, .tsv, .parquet"
    with pytest.raises(DataError, match=message):
        write_file(SMALL, Source("", "", "", 2), tmp_path / "data.por")


def test_fit_says_what_would_be_lost_and_writes_nothing(tmp_path):
    found = fit(TABLE, SOURCE, tmp_path / "data.dta")
    assert {loss.column for loss in found.losses} == {"", "age", "income", "household", "country", "story"}
    assert not list(tmp_path.iterdir())


def test_labels_of_columns_that_are_not_in_the_table_play_no_part(tmp_path):
    write_file(TABLE.select(["age", *REASONS]), SOURCE, tmp_path / "data.sav")
    assert set(read_any(tmp_path / "data.sav")[1].labels) == {"age"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (b"{", "Has damaged labels"),
        (b"[]", "Has damaged labels"),
        (b'{"version":2}', "of version 2, and this program reads version 1"),
        (b'{"version":1,"columns":{"n":{"values":[[[],"x"]]}}}', "is no code"),
        (b'{"version":1,"columns":{"n":{"missing":[{"low":1}]}}}', "Has damaged labels"),
        (b'{"version":1,"title":3}', "is no text"),
    ],
)
def test_damaged_words_in_parquet(tmp_path, words, message):
    import pyarrow.parquet as pq

    path = tmp_path / "data.parquet"
    pq.write_table(SMALL.replace_schema_metadata({b"lfs_migration.source": words}), path)
    with pytest.raises(ReadError, match=message):
        read_any(path)
