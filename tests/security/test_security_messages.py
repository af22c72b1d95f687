"""Messages, logs and publications tell no name and no free text of the data, and give a terminal no orders."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hostile_survey import HOUSEHOLD, REMARK, WORD, hostile, small

from lfs_migration import catalog, cli
from lfs_migration.errors import DataError, LfsMigrationError, ReadError, harmless, told, unquoted
from lfs_migration.frames import frame
from lfs_migration.frames.columns import floats
from lfs_migration.model.dataset import Doubt, Source, Unmatched
from lfs_migration.pipeline import run
from lfs_migration.readers import read_any, typed, write_file

ORDERS = "\x1b[2J\x1b]0;title\x07 \x9b31m back\rover \u202eturned"
"""What clears a screen, names a window, rings, colours, goes back in the line, and turns text around."""


def spoken(words: list[str], capfd) -> tuple[int, str, str]:
    """Run a command, and return its exit code and all that it and its children said."""
    with pytest.raises(SystemExit) as end:
        cli.main(words)
    out, err = capfd.readouterr()
    return end.value.code, out, err


def leaks(text: str) -> list[str]:
    return [line for line in text.splitlines() if WORD.lower() in line.lower() or "O'Hara" in line]


def texts(folder: Path) -> dict[str, bytes]:
    """The bytes of each file of a folder, workbooks and documents unpacked."""
    found = {}
    for path in (path for path in folder.rglob("*") if path.is_file()):
        found[path.name] = path.read_bytes()
        if path.suffix in (".xlsx", ".docx", ".zip"):
            with zipfile.ZipFile(path) as archive:
                found |= {f"{path.name}/{part}": archive.read(part) for part in archive.namelist()}
    return found


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return hostile(tmp_path_factory.mktemp("hostile") / "survey")


def test_a_run_tells_no_name_and_publishes_none(survey, tmp_path, capfd):
    code, out, err = spoken(["run", survey.yaml, "--data", str(survey.folder), "--out", str(tmp_path)], capfd)
    assert (code, leaks(out + err)) == (0, [])
    assert "where: a text of 7 letters has no target. Seen 1 times" in err
    public = texts(tmp_path / "atlantis-2020")
    assert len(public) > 12
    assert [name for name, held in public.items() if WORD.encode() in held or b"O'Hara" in held] == []
    # The office itself is told: there they stand.
    internal = tmp_path / "internal" / "atlantis-2020"
    assert WORD in (internal / "findings.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ["validate", "YAML", "--data", "DATA", "--out", "OUT/f.csv"],
        ["table", "em_dest by em_sex", "--country", "YAML", "--data", "DATA"],
        ["check", "YAML"],
    ],
    ids=lambda words: words[0],
)
def test_other_commands_tell_none(words, survey, tmp_path, capfd):
    places = {"YAML": survey.yaml, "DATA": str(survey.folder), "OUT/f.csv": str(tmp_path / "f.csv")}
    code, out, err = spoken([places.get(word, word) for word in words], capfd)
    assert code in (0, 1)
    assert leaks(out + err) == []


def test_an_error_in_the_midst_names_the_household_at_most(survey, tmp_path, capfd):
    broken = hostile(tmp_path / "survey")
    rows = broken.rows("households")
    rows[0]["weight"] = f"{WORD}-weight"
    broken.write("households", rows)
    code, out, err = spoken(["run", broken.yaml, "--data", str(broken.folder), "--out", str(tmp_path / "out")], capfd)
    assert code == 2
    assert [line for line in leaks(out + err) if HOUSEHOLD not in line] == []
    assert f"{WORD}-weight" not in err


@pytest.mark.parametrize(
    "value", [1, -7, 99.5, "", "1", "007", "NA", "ITA", "XEU", "B15", "A-102", "?", "9.1", "m", "999999"]
)
def test_a_code_is_told(value):
    assert told(value) in (f"code {value}", "a text of 0 letters")


@pytest.mark.parametrize(
    "value",
    ["Anna", "anna", "ANNA", "Li", "Ana", "O'Ha", "\u0531\u0576\u0576\u0561", "Zarub ezhnaya", "two words", "1234567",
     "AB123456", 12345678, "A B", "\x1b[31m", "1\n2", "a\u0301"],
)  # fmt: skip
def test_what_may_be_a_name_or_a_number_of_a_person_is_not(value):
    assert str(value) not in told(value)
    assert told(value) in (f"a text of {len(str(value))} letters", f"a number of {len(str(value))} signs")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Could not convert 'Anna Petrosyan' with type str: tried to convert to double",
         "Could not convert a text of 14 letters with type str: tried to convert to double"),
        ("Failed to parse: 'O'Hara, \"Anna\"' as a scalar", "Failed to parse: a text of 14 letters as a scalar"),
        ("value 'Anna\nPetrosyan' is bad", "value a text of 14 letters is bad"),
        ("'7' is bad", "code 7 is bad"),
        ("nothing is quoted\nsecond line", "nothing is quoted"),
    ],
)  # fmt: skip
def test_words_of_a_library_lose_the_value_that_they_quote(words, said):
    assert unquoted(words) == said


def test_the_words_of_arrow_are_such():
    """If Arrow quoted otherwise one day, names would be told again."""
    with pytest.raises(pa.ArrowInvalid) as raised:
        pc.cast(pa.array(["Anna Petrosyan"]), pa.float64())
    assert "Petrosyan" in str(raised.value)
    assert "Petrosyan" not in unquoted(raised.value)
    with pytest.raises(DataError) as error:
        floats(frame({"age": pa.array(["Anna Petrosyan"])}), "age")
    assert "Petrosyan" not in str(error.value)


def test_a_doubt_about_a_row_is_told_without_its_text():
    doubt = Doubt("Q7", "row 3", "Zarub\ufffd", 2, "holds the replacement character U+FFFD", "Export it again")
    assert (WORD in str(doubt), WORD in doubt.told()) == (True, False)
    label = Doubt("Q7", "label of 2", "Espa\ufffda", 1, "holds the replacement character U+FFFD", "Export it again")
    assert label.told() == str(label)


def test_a_value_that_its_sidecar_contradicts_is_not_told(tmp_path):
    path = tmp_path / "p.csv"
    write_file(pa.table({"age": [30, 40]}), Source("p", "", "", 2), path)
    path.write_text(path.read_text("utf-8").replace("40", "Zarubezhnaya"), encoding="utf-8")
    with pytest.raises(ReadError, match="Row 2 of column 'age' holds a text of 12 letters"):
        typed(*read_any(path))


def test_no_order_reaches_the_terminal_from_an_error():
    error = LfsMigrationError(f"No column {ORDERS}", where=ORDERS, detail=ORDERS, hint=ORDERS)
    assert not [sign for sign in str(error) if sign < " " or sign in "\x7f\x9b\u202e"]
    assert "\\x1b[2J" in str(error)
    assert harmless("two\nlines\tand a tab") == "two\nlines\tand a tab"


def orders(text: str) -> set[str]:
    """The signs of a text that a terminal takes for orders."""
    return set(re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text))


def test_inspect_gives_the_terminal_no_orders(tmp_path, capfd):
    path = tmp_path / "p.sav"
    labels = {"sex": f"Sex {ORDERS}"}
    source = Source("p", "", "", 2, labels=labels, value_labels={"sex": {1: ORDERS}}, encoding="utf-8")
    write_file(pa.table({"sex": [1, 2], "name": [ORDERS, "b"]}), source, path)
    code, out, err = spoken(["inspect", str(path)], capfd)
    assert (code, orders(out + err)) == (0, set())
    assert out.count("\\x1b[2J") >= 3


def test_table_and_check_give_the_terminal_no_orders(tmp_path, capfd):
    made = small(tmp_path / "survey")
    yaml = Path(made.yaml)
    text = yaml.read_text(encoding="utf-8")
    text = text.replace("{en: East}", '{en: "East\\e[2J\\rover\\u202e"}').replace(
        "{en: Atlantis 2020}", '{en: "A\\e[2J"}'
    )
    yaml.write_text(text, encoding="utf-8")
    words = ["table", "em_dest by region_code", "--country", made.yaml, "--data", str(made.folder), "--unprotected"]
    for command in (words, ["check", made.yaml]):
        code, out, err = spoken(command, capfd)
        assert (code, orders(out + err)) == (0, set()), command


def test_an_unmatched_code_is_told_with_its_place_and_number():
    lost = Unmatched("emigrant", "em_dest", "where", "ZZ", (("a1", 1), ("a2", 1)), "atlantis-2020.yaml:59")
    assert lost.told() == "atlantis-2020.yaml:59 where: code ZZ has no target. Seen 2 times"


def test_a_column_that_no_map_reads_is_in_no_file_of_the_office(survey, tmp_path):
    result = run(survey.yaml, survey.folder, tmp_path)
    names = catalog.load_codebook("emigration").variables
    assert REMARK not in names
    held = texts(tmp_path)
    assert result.outputs
    assert [name for name, bytes_ in held.items() if b"lives at No 5" in bytes_] == []
