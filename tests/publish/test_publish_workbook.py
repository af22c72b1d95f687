"""The workbook, read back with openpyxl."""

import hashlib
import re
import time
import zipfile
from dataclasses import replace

import pytest
from hostile_strings import NAMES, STRINGS, TEXTS
from lxml import etree
from machines import on_another_machine
from publish_nouns import COVERAGE, DESTINATION, STOCK, cell, indicator, reasons_by_sex, stock_by_sex, table
from workbook_checks import cells_of, head_of, parts_of, reopened, rows_of, table_of

from lfs_migration import catalog
from lfs_migration.model.protection import Protected
from lfs_migration.publish import About, write_workbook
from lfs_migration.publish.workbook import tables as workbook_tables
from lfs_migration.publish.workbook.sheets import LONGEST_TEXT
from lfs_migration.publish.workbook.tables import sheet_names
from lfs_migration.text import LANGUAGES, clean, texts, wording

HIDDEN = {"flag": "suppress", "why": "confidential"}


@pytest.fixture
def book(tables, tmp_path):
    about = About(notes=("A note.",), coverage=COVERAGE)
    return reopened(write_workbook(tables, tmp_path / "tables.xlsx", about=about, findings_counts={"R1": 2}))


def test_sheets(book):
    fixed = ["Cover", "Contents", "Notes", "Checks of the records"]
    assert book.sheetnames == [*fixed, "E03 sex", "E02", "E14", "E17 sex"]


def test_a_row_for_each_figure(book, tables):
    for name, source in zip(book.sheetnames[4:], tables, strict=True):
        assert len(rows_of(book[name])) == len(source.cells)


def test_headers_and_labels(book):
    first = rows_of(book["E17 sex"])[0]
    assert list(first) == [
        "Sex", "Main reason", "Statistic", "Unit", "Estimate", "Standard error", "Coefficient of variation",
        "Lower limit 95%", "Upper limit 95%", "Sample n", "Sample households", "Degrees of freedom", "Flag",
    ]  # fmt: skip
    assert [first[name].value for name in ("Sex", "Main reason", "Statistic")] == ["Total", "Total", "Share"]


def test_numbers_are_numbers_with_the_format_of_their_unit(book):
    persons, share = rows_of(book["E03 sex"])[1]["Estimate"], rows_of(book["E17 sex"])[1]["Estimate"]
    assert (persons.value, persons.number_format, persons.data_type) == (93400.3, "#,##0", "n")
    assert (share.value, share.number_format) == (88.2, "#,##0.0")


def test_the_cell_of_a_number_that_is_not_shown_says_why(tmp_path):
    few = cell({"sex": "1"}, "total", "persons", 50.0, 1.0, 6, flag="suppress", why="n < 20; cv >= 0.333")
    hidden = replace(
        cell({"sex": "2"}, "total", "persons", 60.0, 1.0, 7, **HIDDEN), n=None, households=None, df=float("nan")
    )
    nothing = cell({"sex": "_T"}, "total", "persons", float("nan"), float("nan"), 0)
    zero = cell({"sex": "_U"}, "total", "persons", 0.0, 0.0, 30)
    made = [table(STOCK, ("sex",), [few, hidden, nothing, zero])]
    rows = rows_of(reopened(write_workbook(made, tmp_path / "tables.xlsx"))["E03 sex"])
    shown = [[entry.value for name, entry in row.items() if name not in ("Sex", "Statistic", "Unit")] for row in rows]
    assert shown == [
        ["[u]", "[u]", "[u]", "[u]", "[u]", 6, 4, 112, "not published"],
        ["[c]", "[c]", "[c]", "[c]", "[c]", "[c]", "[c]", "[c]", "confidential"],
        ["[x]", "[x]", "[x]", "[x]", "[x]", 0, 0, 112, "no number"],
        [0, 0, "[x]", 0, 0, 30, 20, 112, "usable"],
    ]


def test_a_hidden_number_is_nowhere_in_the_file(tmp_path):
    made = [table(STOCK, ("sex",), [cell({"sex": "1"}, "total", "persons", 987_654.0, 321_987.0, 6, **HIDDEN)])]
    parts = parts_of(write_workbook(made, tmp_path / "tables.xlsx"))
    assert not [name for name, part in parts.items() if b"987654" in part or b"321987" in part]


def test_codes_without_a_label_stay_text(tmp_path):
    codes = ("NA", "NO", "004", "010150", "1E5", "TRUE", "_T", "_U", "_O")
    cells = [cell({"destination": code}, "total", "persons", 50.0, 1.0, 60) for code in codes]
    path = write_workbook([table(STOCK, ("destination",), cells, labels={})], tmp_path / "tables.xlsx")
    column = [row["Country of destination"] for row in rows_of(reopened(path)["E03 destination"])]
    assert [entry.value for entry in column] == [*codes[:6], "Total", "Not known", "Other"]
    assert {entry.data_type for entry in column} == {"s"}


def test_the_contents_lead_to_the_sheets_and_back(book):
    rows, pages = rows_of(book["Contents"]), book.sheetnames[4:]
    assert list(rows[0]) == ["Sheet", "Indicator", "Title", "Breakdown", "Figures", "Not published"]
    assert [row["Sheet"].value for row in rows] == pages
    assert [row["Sheet"].hyperlink.location for row in rows] == [f"'{name}'!A1" for name in pages]
    assert [row["Breakdown"].value for row in rows] == ["by sex", "overall", "overall", "by sex"]
    assert [row["Figures"].value for row in rows] == [3, 1, 10, 9]
    assert [row["Not published"].value for row in rows] == [0, 0, 2, 0]
    links = [entry.hyperlink.location for entry in head_of(book["E02"]) if entry.hyperlink]
    assert links == ["'Notes'!A1", "'Contents'!A1"]
    links = [row[0].hyperlink.location for row in book["Cover"].iter_rows() if row[0].hyperlink]
    assert links == ["'Contents'!A1", "'Notes'!A1", "'Checks of the records'!A1"]


def test_the_contents_name_topics_where_there_are_some(data, tmp_path):
    topics = {"who": {"en": "Who they are", "fr": "Qui ils sont"}}
    codebook = data.codebook.model_copy(update={"topics": topics})
    one = replace(stock_by_sex(), codebook=codebook, indicator=STOCK.model_copy(update={"topic": "who"}))
    path = write_workbook([one, reasons_by_sex()], tmp_path / "tables.xlsx", about=About(language="fr"))
    assert [row["Thème"].value for row in rows_of(reopened(path)["Sommaire"])] == ["Qui ils sont", "-"]


def test_notes_are_numbered_and_say_where_they_apply(book):
    rows = rows_of(book["Notes"])
    assert [[entry.value for entry in row.values()] for row in rows] == [
        ["[u]", "too unreliable to be published: too few in the sample, or too imprecise.", "E14"],
        ["[x]", "no number: it cannot be computed from the sample.", "E14"],
        ["[note 1]", "A note.", "All tables"],
        ["[note 2]", COVERAGE["whole_households"]["en"], "All tables"],
        ["[note 3]", "Shares are of the emigrants whose destination is known.", "E14"],
        ["[note 4]", "The unknown are left out.", "E17"],
    ]
    head = [entry.value for entry in head_of(book["E14"])]
    assert head[0].endswith("(synthetic data) [note 3]")
    assert head[2:] == [
        "This sheet has one table. Figures: 10; of these not published: 2.",
        "Notes about this table: [note 1] [note 2] [note 3].",
        "In the place of numbers: [u] too unreliable to be published; [x] no number.",
        "Source: Labour Migration Survey 2007, Armenia",
        "To the sheet Notes",
        "Back to the contents",
    ]


def test_a_note_of_some_sheets_of_an_indicator_names_them(tmp_path):
    other = table(STOCK, ("reason",), [cell({"reason": "work"}, "total", "persons", 9.0, 1.0, 60)], notes=("One.",))
    third = table(DESTINATION, (), [cell({}, "share", "per cent", 9.0, 1.0, 60)], notes=())
    third = replace(third, indicator=DESTINATION.model_copy(update={"note": {"en": "Three."}}))
    path = write_workbook([stock_by_sex(), other, third], tmp_path / "tables.xlsx")
    where = {row["Marker"].value: row["Where it is used"].value for row in rows_of(reopened(path)["Notes"])}
    assert where == {"[note 1]": "All tables", "[note 2]": "E03 reason", "[note 3]": "E14"}


def test_synthetic_is_said_everywhere(book):
    assert "synthetic data" in book.properties.title
    assert "(synthetic data)" in book["Cover"]["A1"].value
    assert "must not be cited" in book["Cover"]["A2"].value
    for sheet in book:
        assert "must not be cited" in sheet["A2"].value
        assert "synthetic data" in sheet["A1"].value or sheet.title in book.sheetnames[1:4]
        # On each page that is printed.
        assert sheet.title == "Cover" or sheet.print_title_rows.startswith("$1:$")


def test_real_data_are_not_called_synthetic(tables, tmp_path):
    real = [replace(t, synthetic=False) for t in tables]
    book = reopened(write_workbook(real, tmp_path / "tables.xlsx"))
    words = [
        entry.value for sheet in book for row in sheet.iter_rows() for entry in row if isinstance(entry.value, str)
    ]
    assert not any("synthetic" in text.lower() for text in words)


def test_the_cover_explains(book, profile, tables, tmp_path):
    words = [row[0].value for row in book["Cover"].iter_rows()]
    assert {"Survey: armenia-2007", "Statistics from a sample survey", "Method", "What the flags mean"} <= set(words)
    assert "The workbook has 4 tables of 4 indicators, each on a sheet of its own." in words
    assert "not published: too few in the sample, or too imprecise." in words
    about = About(profile=profile)
    ruled = reopened(write_workbook(tables, tmp_path / "b.xlsx", about=about))["Cover"]
    assert (
        "use with caution: the sample behind the figure is small, or its interval is wide. "
        "Given when any of: fewer than 50 in the sample; CV 16.5% or more."
    ) in [row[0].value for row in ruled.iter_rows()]


def test_findings_have_a_sheet_and_none_a_line(book, tables, tmp_path):
    assert [[entry.value for entry in row.values()] for row in rows_of(book["Checks of the records"])] == [["R1", 2]]
    none = reopened(write_workbook(tables, tmp_path / "b.xlsx", findings_counts={}))
    assert "Checks of the records" not in none.sheetnames
    assert "No rule found anything." in [row[0].value for row in none["Cover"].iter_rows()]


def test_what_disclosure_control_did_is_on_the_cover(tables, tmp_path):
    counts = {"figures": 23, "figures_hidden": 2, "figures_lost": 1}
    protected = Protected(tuple(tables), "default", catalog.load_protection(), (), counts)
    book = reopened(write_workbook(tables, tmp_path / "a.xlsx", about=About(protection=protected)))
    words = [row[0].value for row in book["Cover"].iter_rows()]
    assert "Protection of persons" in words
    assert "confidential: the figure could tell of persons, or help to work out one that could." in words


def test_language(tables, tmp_path):
    path = write_workbook(tables, tmp_path / "tables.xlsx", about=About(language="fr"))
    book = reopened(path)
    assert book.sheetnames[:3] == ["Présentation", "Sommaire", "Notes"]
    assert rows_of(book["E03 sex"])[1]["Sexe"].value == "Hommes"
    assert book.custom_doc_props["Language"].value == book.properties.language == "fr"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_each_language(language, tables, tmp_path):
    english, own = wording("workbook", "en"), wording("workbook", language)
    assert list(own) == list(english)
    for name, words in english.items():
        assert sorted(re.findall(r"{\w+}", own[name])) == sorted(re.findall(r"{\w+}", words)), name
    about = About(language=language)
    book = reopened(write_workbook(tables, tmp_path / "tables.xlsx", about=about, findings_counts={"R1": 2}))
    assert book.properties.language == language
    assert book.sheetnames[:4] == [texts("report")[name][language] for name in ("cover", "contents", "notes", "checks")]
    contents = book[texts("report")["contents"][language]]
    said = {entry.value for entry in head_of(contents)} | set(rows_of(contents)[0])
    assert {own["book_contents_text"], own["book_title"], own["book_breakdown"]} <= said
    assert {sheet.sheet_view.rightToLeft for sheet in book} == ({True} if language == "ar" else {None})


def test_right_to_left_sheets_start_on_the_right(tables, tmp_path):
    book = reopened(write_workbook(tables, tmp_path / "tables.xlsx", about=About(language="ar")))
    for entry in cells_of(book):
        assert entry.alignment.horizontal == "right"
        number = entry.data_type == "n" or re.fullmatch(r"\[[cux]\]", str(entry.value))
        header = entry.font.bold and entry.border.bottom.style
        assert number or header or entry.alignment.readingOrder == 2, entry


def test_no_tables_and_empty_tables(tmp_path):
    none = reopened(write_workbook([], tmp_path / "a.xlsx"))
    assert none.sheetnames == ["Cover", "Contents"]
    assert none["Contents"]["A2"].value == "This workbook has no tables."
    book = reopened(write_workbook([table(STOCK, ("sex",), [])], tmp_path / "b.xlsx"))
    assert "This table has no figures." in [entry.value for entry in head_of(book["E03 sex"])]


def test_sheet_names_are_short_allowed_and_unique():
    long = reasons_by_sex()
    several = DESTINATION.model_copy(update={"of": ("destination", "destination_main")})
    odd = STOCK.model_copy(update={"code": "a/b[c]:*?'"})
    tables = [
        replace(long, dimensions=("destination_subregion", "duration_of_the_stay", "reason")),
        replace(long, dimensions=("destination_subregion", "duration_of_the_other", "reason")),
        replace(long, indicator=several, dimensions=("sex", "destination_main")),
        replace(long, indicator=odd, dimensions=()),
        replace(long, indicator=STOCK.model_copy(update={"code": "history"}), dimensions=()),
        replace(long, indicator=STOCK.model_copy(update={"code": "COVER"}), dimensions=()),
    ]
    names = sheet_names(tables, ("Cover", "Contents"))
    assert all(len(name) <= 31 for name in names)
    assert len({name.lower() for name in names}) == len(names)
    assert names[2:] == ["E14 sex-destination_main", "a_b_c____", "history (2)", "COVER (2)"]


def test_two_dimensions_of_one_name_have_two_headers(tmp_path):
    cells = [cell({"sex": "1", "reason": "work"}, "total", "persons", 50.0, 1.0, 60)]
    same = {"sex": {"en": "Unit"}, "reason": {"en": "unit"}}
    path = write_workbook([table(STOCK, ("sex", "reason"), cells, names=same)], tmp_path / "tables.xlsx")
    assert list(rows_of(reopened(path)["E03 sex-reason"])[0])[:4] == ["Unit", "unit (2)", "Statistic", "Unit (3)"]


def test_a_table_that_is_too_long_goes_on_in_the_next_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_tables, "ROWS", 4)
    path = write_workbook([reasons_by_sex()], tmp_path / "tables.xlsx")
    book = reopened(path)
    pages = ["E17 sex", "E17 sex (2)", "E17 sex (3)"]
    assert book.sheetnames[-3:] == pages
    assert [len(rows_of(book[name])) for name in pages] == [4, 4, 1]
    assert [book[name]["A1"].value.rpartition(", ")[2] for name in pages] == [f"part {part} of 3" for part in (1, 2, 3)]
    assert [table_of(book[name]).name for name in pages] == [
        "table_E17_sex_reason", "table_E17_sex_reason_2", "table_E17_sex_reason_3",
    ]  # fmt: skip


def test_more_sheets_than_excel_made_once(tmp_path):
    many = [replace(stock_by_sex(), indicator=STOCK.model_copy(update={"code": f"E{n}"})) for n in range(300)]
    book = reopened(write_workbook(many, tmp_path / "tables.xlsx"))
    assert len(book.sheetnames) == 303
    assert len({table_of(book[name]).name for name in book.sheetnames[3:]}) == 300
    assert len(rows_of(book["Contents"])) == 300


def test_two_hundred_tables_are_written_in_seconds(tmp_path):
    many = [replace(reasons_by_sex(), indicator=STOCK.model_copy(update={"code": f"E{n}"})) for n in range(209)]
    start = time.process_time()
    write_workbook(many, tmp_path / "tables.xlsx")
    assert time.process_time() - start < 10


def expected(words):
    """The words as a cell gives them back: cleaned, their ends of lines alike, as much as a cell takes."""
    one = clean(words).replace("\r\n", "\n").replace("\r", "\n")
    return one.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")


@pytest.fixture(scope="module")
def hostile_book(tmp_path_factory):
    """A workbook whose labels, breakdowns, titles and notes are all hostile."""
    labels = {"sex": {name: {"en": words} for name, words in STRINGS}}
    cells = [cell({"sex": name}, "total", "persons", 50.0 + i, 2.0, 60) for i, name in enumerate(NAMES)]
    made = [table(STOCK, ("sex",), cells, labels=labels, notes=TEXTS)]
    for number, words in enumerate(TEXTS):
        own = indicator(f"H{number}", {"en": words}, "total", words, note={"en": f"{words}!"})
        named = {"sex": {"en": words}}
        own_cells = [replace(cells[0], statistic=words, unit=words)]
        made.append(replace(table(own, ("sex",), own_cells, labels=labels, names=named), survey_title={"en": words}))
        odd = STOCK.model_copy(update={"code": words})
        made.append(table(odd, (words,), [cell({words: words}, "total", "persons", 5.0, 1.0, 60)], labels={}))
    about = About(notes=[f"{words}?" for words in TEXTS], coverage={"whole_households": {"en": TEXTS[0]}})
    path = tmp_path_factory.mktemp("hostile") / "tables.xlsx"
    return write_workbook(made, path, about=about, findings_counts=dict.fromkeys(TEXTS, 1))


@pytest.fixture(scope="module")
def hostile_read(hostile_book):
    return reopened(hostile_book)


@pytest.mark.parametrize(("number", "words"), [*enumerate(TEXTS)], ids=NAMES)
def test_hostile_text_is_read_back_as_it_was_written(number, words, hostile_read):
    wanted = expected(words)
    kept = None if wanted == "" else wanted
    assert rows_of(hostile_read["E03 sex"])[number]["Sex"].value == kept
    rules = [row["Rule"].value for row in rows_of(hostile_read["Checks of the records"])]
    assert rules[number] == kept
    notes = {row["Meaning"].value for row in rows_of(hostile_read["Notes"])}
    assert {wanted, expected(f"{words}!"), expected(f"{words}?")} - {""} <= notes
    sheet = hostile_read[f"H{number} sex"]
    assert expected(words)[:500] in sheet["A1"].value
    (row,) = rows_of(sheet)
    header = next(iter(row))
    one_line = " ".join(clean(words).split()) or "-"
    assert header == (one_line if len(one_line) <= 127 else one_line[: len(header)].rstrip())
    assert len(header.encode("utf-16-le")) <= 510
    assert row["Estimate"].value == 50


def test_no_hostile_text_is_a_formula_or_leads_anywhere(hostile_book, hostile_read):
    cells = cells_of(hostile_read)
    assert {entry.data_type for entry in cells} == {"s", "n"}
    names = set(hostile_read.sheetnames)
    for entry in cells:
        if entry.hyperlink:
            assert entry.hyperlink.target is None
            place = entry.hyperlink.location
            assert place.startswith("'") and place.endswith("'!A1")
            assert place[1:-4].replace("''", "'") in names
    parts = parts_of(hostile_book)
    assert not [name for name in parts if "external" in name.lower() or "macro" in name.lower()]
    assert b"<f>" not in b"".join(part for name, part in parts.items() if "worksheets" in name)
    assert b"TargetMode" not in b"".join(parts.values())


def test_each_part_with_hostile_text_is_xml(hostile_book):
    strict = etree.XMLParser(resolve_entities=False, no_network=True)
    for part in parts_of(hostile_book).values():
        assert etree.fromstring(part, strict).getroottree().docinfo.internalDTD is None


def test_names_of_sheets_and_tables_are_allowed_whatever_they_come_from(hostile_read):
    names = hostile_read.sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f\u202e\u200b]|^'|'$|_x[0-9A-Fa-f]{4}_", name)
    found = [table_of(sheet).name for sheet in hostile_read if sheet.tables]
    assert len({name.casefold() for name in found}) == len(found)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,254}", name) for name in found)


def test_what_excel_reads_as_a_character_is_escaped_in_headers(hostile_book):
    number = NAMES.index("excel_escape")
    wanted = b'name="_x005F_x0041_ and _x005F_x000D_ and _x005F_x0000_"'
    # Before them stand the tables of contents, notes and checks, and the one of labels.
    assert {name for name, part in parts_of(hostile_book).items() if wanted in part} == {
        f"xl/tables/table{5 + 2 * number + more}.xml" for more in (0, 1)
    }


MAKE = """
import sys
from publish_nouns import COVERAGE, destinations, reasons_by_sex, stock_by_sex
from lfs_migration.publish import About, write_workbook
about = About(language=sys.argv[2], notes=("A note.",), coverage=COVERAGE)
write_workbook([stock_by_sex(), destinations(), reasons_by_sex()], sys.argv[1], about=about, findings_counts={"R1": 1})
"""
SETTINGS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "ar_EG.UTF-8"},
    {"PYTHONHASHSEED": "1", "TZ": "America/Guayaquil", "LC_ALL": "fr_FR.UTF-8", "PYTHONUTF8": "0"},
)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_same_bytes_in_any_place_and_time(language, tmp_path):
    made = set()
    for number, setting in enumerate(SETTINGS):
        path = tmp_path / f"{number}.xlsx"
        on_another_machine("-c", MAKE, path, language, **setting)
        made.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(made) == 1


def test_no_part_has_a_time_or_the_system_it_was_made_on(tables, tmp_path):
    with zipfile.ZipFile(write_workbook(tables, tmp_path / "tables.xlsx")) as file:
        assert {(one.date_time, one.create_system, one.external_attr) for one in file.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 3, 0o600 << 16)
        }
