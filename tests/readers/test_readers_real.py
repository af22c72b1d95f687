"""Real files with unusual content: what was kept of each, or why it is refused."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.dataset import MultipleResponse, Source
from lfs_migration.readers import notes, read_any

FOLDER = Path(os.environ.get("LFS_REAL_DATA", "none"), "odd_files")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="LFS_REAL_DATA names no folder with odd_files"),
]

SEXES, RANKS = {1: "Male", 2: "Female"}, {1: "low", 2: "medium", 3: "high"}
SAMPLE_LABELS = {"mylabl": SEXES, "myord": RANKS}
SAMPLE_DATES = {"mydate": "date", "dtime": "datetime", "mytime": "time"}
ALL_MEASURES = {"nominal", "ordinal", "scale"}


def capitals(names: Mapping[str, Any]) -> dict[str, Any]:
    return {name.upper(): value for name, value in names.items()}


# For each file: rows, columns, encoding, then what else it holds. "labels" is how many columns have a label; the
# value labels of long lists are counted; "left" names columns that could not become dates, with a reason.
KEPT: dict[str, dict[str, Any]] = {
    "haven/datetime-d.dta": {"size": (1, 1), "encoding": "windows-1252", "dates": {"date": "date"}},
    "haven/datetime.sav": {
        "size": (2, 3), "encoding": "windows-1252", "dates": {"date": "date", "time": "time"}, "left": {"date.posix"},
    },
    "haven/iris.dta": {"size": (150, 5), "encoding": "utf-8", "labels": 5},
    "haven/iris.sav": {
        "size": (150, 5), "encoding": "utf-8", "measures": {"nominal", "scale"},
        "value_labels": {"Species": {1: "setosa", 2: "versicolor", 3: "virginica"}},
    },
    "haven/labelled-num-na.sav": {
        "size": (2, 1), "encoding": "utf-8", "labels": 1, "value_labels": {"VAR00002": {1: "This is one"}},
        "missing": {"VAR00002": (9,)},
    },
    "haven/labelled-num.sav": {
        "size": (1, 1), "encoding": "utf-8", "value_labels": {"VAR00002": {1: "This is one"}},
    },
    "haven/labelled-str.sav": {
        "size": (2, 1), "encoding": "utf-8", "value_labels": {"gender": {"F": "Female", "M": "Male"}},
        "measures": {"nominal"},
    },
    "haven/notes.dta": {
        "size": (5, 4), "encoding": "windows-1252", "title": "This is a test dataset.", "documents": 1,
    },
    "haven/tagged-na-double.dta": {
        "size": (8, 1), "encoding": "utf-8", "value_labels": {"x": {".a": "apple", ".z": ".zebra"}},
        "missing": {"x": (".a", ".h", ".z")},
    },
    "haven/tagged-na-int.dta": {
        "size": (8, 1), "encoding": "utf-8", "value_labels": {"x": {".a": "apple", ".z": ".zebra"}},
        "missing": {"x": (".a", ".h", ".z")},
    },
    "haven/types.dta": {
        "size": (2, 8), "encoding": "windows-1252", "dates": {"vdate": "date", "vdatetime": "datetime"},
    },
    "haven/umlauts.sav": {
        "size": (4, 1), "encoding": "utf-8", "labels": 1,
        "value_labels": {"var1": {1: "the ä umlaut", 2: "the ü umlaut", 3: "the ö umlaut"}},
    },
    "haven/variable-label.sav": {
        "size": (1, 1), "encoding": "utf-8", "labels": 1, "value_labels": {"sex": {1: "female"}},
        "measures": {"nominal"},
    },
    "pyreadstat/hebrews.sav": {
        "size": (99, 1), "encoding": "utf-8", "title": "jamovi data set", "measures": {"nominal"},
    },
    "pyreadstat/missing_char.sav": {
        "size": (2, 1), "encoding": "windows-1252", "value_labels": {"mychar": {"a": "labeled"}},
        "missing": {"mychar": ("Z",)}, "measures": {"nominal"},
    },
    "pyreadstat/missing_test.dta": {
        "size": (1, 9), "encoding": "windows-1252", "value_labels": {"var1": {".a": "missing"}},
        "missing": {
            "var1": (".a",), "var2": (".b",), "var3": (".c",), "var4": (".x",), "var5": (".y",), "var6": (".z",),
        },
    },
    "pyreadstat/missing_test.sav": {
        "size": (2, 1), "encoding": "windows-1252", "value_labels": {"var1": {1: "missing"}},
        "missing": {"var1": (1,)},
    },
    "pyreadstat/ordered_category.sav": {
        "size": (4, 1), "encoding": "utf-8", "value_labels": {"Col1": {1: "high", 2: "low", 3: "medium"}},
        "measures": {"ordinal"},
    },
    "pyreadstat/sample.dta": {
        "size": (5, 7), "encoding": "windows-1252", "labels": 7, "value_labels": SAMPLE_LABELS, "dates": SAMPLE_DATES,
    },
    "pyreadstat/sample.por": {
        "size": (5, 7), "encoding": "utf-8", "labels": 7, "value_labels": capitals(SAMPLE_LABELS),
        "dates": capitals(SAMPLE_DATES), "documents": 4,
    },
    "pyreadstat/sample.sav": {
        "size": (5, 7), "encoding": "windows-1252", "labels": 7, "value_labels": SAMPLE_LABELS, "dates": SAMPLE_DATES,
        "documents": 4, "measures": ALL_MEASURES,
    },
    "pyreadstat/sample.zsav": {
        "size": (5, 7), "encoding": "windows-1252", "labels": 7, "value_labels": SAMPLE_LABELS, "dates": SAMPLE_DATES,
        "documents": 4, "measures": ALL_MEASURES,
    },
    "pyreadstat/sample_large.sav": {"size": (485, 7), "encoding": "utf-8", "dates": SAMPLE_DATES},
    "pyreadstat/sample_missing.sav": {
        "size": (7, 7), "encoding": "windows-1252", "labels": 7,
        "value_labels": {"mylabl": {-1: "undetermined", **SEXES}, "myord": {-1: "missing", **RANKS}},
        "missing": {"mynum": ((2000, 3000), -1), "mylabl": (-1,), "myord": (-1, -2, -3)},
        "dates": SAMPLE_DATES, "documents": 4, "measures": ALL_MEASURES,
    },
    "pyreadstat/simple_alltypes.sav": {
        "size": (6, 12), "encoding": "windows-1252", "labels": 7,
        "value_labels": {"x": 3, "z": 1, "ca_subvar_1": 4, "ca_subvar_2": 4, "ca_subvar_3": 4},
        "missing": {"x": (7, 8, 99), "z": ((-999, 0), 999)}, "dates": {"y": "date", "date": "date"},
        "measures": {"nominal", "scale"},
        "multiple": {
            MultipleResponse("categorical_array", "", ("ca_subvar_1", "ca_subvar_2", "ca_subvar_3")),
            MultipleResponse("mymrset", "My multiple response set", ("bool1", "bool2", "bool3"), "1"),
        },
    },
    "pyreadstat/tegulu.sav": {"size": (1, 2), "encoding": "utf-8", "labels": 1, "measures": {"nominal", "ordinal"}},
    "pyreadstat/test_width.sav": {
        "size": (5, 4), "encoding": "utf-8", "labels": 4, "value_labels": {"Finished": {1: "False", 2: "True"}},
        "measures": {"nominal", "scale"},
    },
    "quantipy/zlib_compressed.zsav": {
        "size": (2, 4), "encoding": "utf-8", "title": "File created by user 'antonia' at Sat Feb  9 21:35:25 2013",
    },
    "readstattables_jl/alltypes.dta": {
        "size": (3, 9), "encoding": "utf-8", "dates": {"vdate": "date", "vtime": "datetime"},
        "value_labels": dict.fromkeys(("vbyte", "vint", "vlong", "vfloat", "vdouble"), 2),
        "missing": dict.fromkeys(("vbyte", "vint", "vlong", "vfloat", "vdouble"), (".a",)),
    },
    "readstattables_jl/sample.dta": {
        "size": (5, 7), "encoding": "utf-8", "labels": 7, "value_labels": SAMPLE_LABELS, "title": "A test file",
        "dates": {"mydate": "date", "dtime": "datetime"}, "left": {"mytime"},
    },
    "readstattables_jl/sample.por": {
        "size": (5, 7), "encoding": "utf-8", "labels": 7, "value_labels": capitals(SAMPLE_LABELS),
        "dates": capitals(SAMPLE_DATES), "documents": 4,
    },
    "readstattables_jl/string_labeled_value.sav": {
        "size": (2, 1), "encoding": "utf-8", "labels": 1, "value_labels": {"v611": 254}, "measures": {"nominal"},
    },
    "readstattables_jl/stringtypes.dta": {"size": (3, 15), "encoding": "utf-8"},
    "tiamo_spss/data.sav": {
        "size": (3, 3), "encoding": "utf-8", "labels": 2, "measures": {"nominal", "scale"},
        "value_labels": {"aaa": {222: "foo", 13.22: "bar"}, "bbbb_bbbbbb12": {"m": "male", "f": "female"}},
    },
    "tiamo_spss/hotel.sav": {
        "size": (17, 5), "encoding": "utf-8", "labels": 5,
        "value_labels": {"v1": 5, "v2": 5, "v3": 5, "v4": 5, "v5": 5}, "measures": {"nominal", "ordinal"},
    },
}  # fmt: skip
REFUSED = {"tiamo_spss/test.sav": "Has no rows. It has 3 variables. Export it again with its cases."}
NOTHING: dict[str, Any] = {
    "labels": 0, "value_labels": {}, "missing": {}, "dates": {}, "left": set(), "title": "", "documents": 0,
    "multiple": set(), "measures": set(),
}  # fmt: skip


def moment(kind: pa.DataType) -> str:
    if pa.types.is_time(kind):
        return "time"
    return "datetime" if pa.types.is_timestamp(kind) else "date"


def kept(table: pa.Table, source: Source, counted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the table of this test says about a file; long lists of labels are counted where it counts them."""
    value_labels = {
        name: len(labels) if isinstance(counted.get(name), int) else dict(labels)
        for name, labels in source.value_labels.items()
    }
    return {
        "size": table.shape,
        "encoding": source.encoding,
        "labels": len(source.labels),
        "value_labels": value_labels,
        "missing": dict(source.user_missing),
        "dates": {field.name: moment(field.type) for field in table.schema if pa.types.is_temporal(field.type)},
        "left": set(notes(table)),
        "title": source.title,
        "documents": len(source.documents),
        "multiple": set(source.multiple),
        "measures": set(source.measures.values()),
    }


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_of_an_odd_file(name):
    expected = {**NOTHING, **KEPT[name]}
    table, source = read_any(FOLDER / name)
    assert kept(table, source, expected["value_labels"]) == expected
    assert table.num_rows == source.rows


@pytest.mark.parametrize("name", REFUSED)
def test_an_odd_file_that_is_refused(name):
    with pytest.raises(ReadError) as caught:
        read_any(FOLDER / name)
    assert str(caught.value) == f"{FOLDER / name}: {REFUSED[name]}"


def test_the_table_names_every_file():
    found = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    assert found == set(KEPT) | set(REFUSED)


def test_a_date_beyond_the_calendar_stays_a_number_with_a_reason():
    table, _ = read_any(FOLDER / "haven/datetime.sav")
    assert table["date"].to_pylist()[0] == dt.date(2014, 9, 22)
    assert table["date.posix"].to_pylist()[0] == 6_306_150_067_200
    assert "1 value is outside the years 1 to 9999" in notes(table)["date.posix"]


def test_values_of_the_odd_ones():
    assert read_any(FOLDER / "haven/tagged-na-double.dta")[0]["x"].to_pylist()[:1] == ["1"]
    assert read_any(FOLDER / "pyreadstat/missing_char.sav")[0]["mychar"].to_pylist()[0] == "Z"
    portable, system = (read_any(FOLDER / f"pyreadstat/sample.{ending}")[0] for ending in ("por", "sav"))
    assert portable.rename_columns(system.column_names).to_pylist() == system.to_pylist()
