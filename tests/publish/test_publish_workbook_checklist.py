"""The workbook against the checklist for accessible spreadsheets of the Government Analysis Function, point by point.

The points are those of "Making spreadsheets accessible: a brief checklist of the basics" (2021), in other words.
"""

import re
from dataclasses import replace

import pytest
from planned_tables import everything
from publish_nouns import COVERAGE, destinations, households, reasons_by_sex, stock_by_sex
from workbook_checks import MARKER, SHORTHAND, cells_of, head_of, parts_of, reopened, rows_of, table_of

from lfs_migration import catalog
from lfs_migration.publish import About, write_workbook
from lfs_migration.publish.workbook.heights import BOLD, extent
from lfs_migration.text import LANGUAGES

WHITE = 1.0
READABLE = 4.5
"""Contrast that the Web Content Accessibility Guidelines 2.1 ask for (1.4.3)."""


def small():
    """Four tables, one of them with figures that are not published, and some of another kind."""
    hidden = replace(
        stock_by_sex().cells[1], flag="suppress", why="confidential", n=None, households=None, df=float("nan")
    )
    some = replace(stock_by_sex(), cells=(*stock_by_sex().cells, hidden), notes=("About sex only.",))
    return some, households(), destinations(), reasons_by_sex()


@pytest.fixture(scope="module", params=["small en", "small ar", "planned en", "planned hy"])
def path(request, tmp_path_factory):
    which, language = request.param.split()
    made = small() if which == "small" else everything()
    about = About(language=language, notes=("A note.",), coverage=COVERAGE)
    folder = tmp_path_factory.mktemp("workbook")
    return write_workbook(made, folder / "tables.xlsx", about=about, findings_counts={"R1": 2, "R2": 1})


@pytest.fixture(scope="module")
def book(path):
    return reopened(path)


@pytest.fixture(scope="module")
def listed(book):
    """The sheets that have a table: all but the cover."""
    return book.worksheets[1:]


@pytest.fixture(scope="module")
def statistics(book):
    """The sheets of statistics, after cover, contents, notes and checks."""
    return book.worksheets[4:]


# Tables


def test_each_table_is_marked_as_one(listed):
    for sheet in listed:
        found = table_of(sheet)
        first, last = found.ref.split(":")
        assert re.fullmatch(r"A\d+", first)
        assert sheet[last].row == sheet.max_row and sheet[last].column == sheet.max_column


def test_names_of_tables_tell_what_they_are(listed, statistics):
    names = [table_of(sheet).name for sheet in listed]
    assert names[:3] == ["contents", "notes", "checks"]
    assert len({name.casefold() for name in names}) == len(names)
    for sheet in statistics:
        code = re.sub(r"\W", "_", sheet.title.split()[0])
        assert re.fullmatch(rf"table_{code}(_\w+)?", table_of(sheet).name)


def test_no_cell_is_merged(book):
    assert not [sheet.title for sheet in book if sheet.merged_cells.ranges]


def test_no_row_column_or_cell_of_a_table_is_blank(listed):
    for sheet in listed:
        for row in sheet[table_of(sheet).ref]:
            assert all(str(entry.value if entry.value is not None else "").strip() for entry in row), sheet.title


def test_there_is_one_row_of_headers_all_different(listed):
    for sheet in listed:
        found = table_of(sheet)
        headers = [entry.value for entry in sheet[found.ref][0]]
        assert found.headerRowCount == 1 and not found.totalsRowCount
        assert all(isinstance(name, str) and name.strip() and "\n" not in name for name in headers)
        assert len({name.casefold() for name in headers}) == len(headers)
        assert [column.name for column in found.tableColumns] == headers


def test_text_in_tables_wraps_and_no_height_cuts_it(path, book, listed):
    for sheet in listed:
        header, *rows = sheet[table_of(sheet).ref]
        assert all(entry.alignment.wrap_text for entry in header)
        for entry in (entry for row in rows for entry in row if entry.data_type == "s" and not entry.hyperlink):
            assert entry.alignment.wrap_text or entry.value in SHORTHAND
    assert all(row[0].alignment.wrap_text or row[0].hyperlink for row in book.worksheets[0].iter_rows())
    # Heights are what the text needs now, and not fixed.
    assert not [name for name, part in parts_of(path).items() if b"customHeight" in part]
    for sheet in book:
        for row in sheet.iter_rows():
            needed = max(lines_at_least(entry, sheet) for entry in row)
            given = sheet.row_dimensions[row[0].row].height or 15
            assert given >= min(408, needed * 13.4), (sheet.title, row[0].value)


def width_of(sheet, entry):
    """The width of a cell's column; columns of one width stand together in the file."""
    (found,) = (one for one in sheet.column_dimensions.values() if one.min <= entry.column <= one.max)
    return found.width


def lines_at_least(entry, sheet):
    """How many lines the text of a cell surely takes: as many as its letters fill, without any space left over."""
    if not isinstance(entry.value, str) or not entry.alignment.wrap_text:
        return 1
    wide = width_of(sheet, entry)
    return max(1, int(extent(entry.value) * entry.font.sz / 12 / wide))


def test_there_are_no_filters_and_no_frozen_panes(book):
    assert not [sheet.title for sheet in book if sheet.auto_filter.ref or sheet.freeze_panes]
    assert not [sheet.title for sheet in book.worksheets[1:] if table_of(sheet).autoFilter]


def test_a_cell_without_a_number_has_shorthand_that_is_explained(book, statistics):
    explained = {row["Marker"].value for row in rows_of(book["Notes"])} if "Notes" in book.sheetnames else None
    if explained is None:
        explained = {next(iter(row.values())).value for row in rows_of(book.worksheets[2])}
    used = set()
    for sheet in statistics:
        for row in rows_of(sheet):
            for entry in [*row.values()][-9:-1]:
                assert entry.data_type == "n" or entry.value in SHORTHAND
                used |= {entry.value} & set(SHORTHAND)
        here = " ".join(str(entry.value) for entry in head_of(sheet))
        inside = {entry.value for row in sheet[table_of(sheet).ref] for entry in row} & set(SHORTHAND)
        assert set(MARKER.findall(here)) & set(SHORTHAND) == inside
    assert used and used <= explained
    assert explained & set(SHORTHAND) == used


def test_nothing_is_hidden(book):
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not [one for one in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()) if one.hidden]


def test_columns_are_as_wide_as_numbers_and_words_need(listed):
    for sheet in listed:
        header, *rows = sheet[table_of(sheet).ref]
        for at, head in enumerate(header):
            wide = width_of(sheet, head)
            words = max(BOLD * extent(word) for word in head.value.split())
            numbers = [shown(row[at]) for row in rows if row[at].data_type == "n"]
            assert wide <= 200
            assert wide > max([words, *map(len, numbers)]), (sheet.title, head.value)


def shown(entry):
    """A number as its cell shows it."""
    places, share = entry.number_format.count("0") - entry.number_format.count("##0"), entry.number_format[-1] == "%"
    return f"{entry.value * (100 if share else 1):,.{places}f}{'%' * share}"


# Notes


def test_notes_are_named_by_number_in_brackets_and_not_by_signs(book, statistics):
    for entry in cells_of(book):
        assert not re.search("[*\u2020\u2021\u00a7\u00b9\u00b2\u00b3\u2070-\u2079]", str(entry.value))
        assert entry.font.vertAlign is None
    notes = {next(iter(row.values())).value for row in rows_of(book.worksheets[2])}
    for sheet in statistics:
        named = {marker for entry in head_of(sheet) for marker in MARKER.findall(str(entry.value))}
        assert named <= notes
        assert named - set(SHORTHAND), sheet.title
    everywhere = {m for sheet in statistics for entry in head_of(sheet) for m in MARKER.findall(str(entry.value))}
    assert everywhere == notes


def test_the_word_note_is_in_their_names(book):
    words = {row.value for rows in rows_of(book.worksheets[2]) for row in [next(iter(rows.values()))]}
    numbered = sorted(words - set(SHORTHAND), key=lambda marker: int(re.search(r"\d+", marker)[0]))
    assert [int(re.search(r"\d+", marker)[0]) for marker in numbered] == [*range(1, len(numbered) + 1)]
    assert len({re.sub(r"\d+", "", marker) for marker in numbered}) == 1
    assert re.fullmatch(r"\[\w+ 1\]", numbered[0])


def test_no_cell_of_statistics_has_a_note(statistics):
    for sheet in statistics:
        for row in sheet[table_of(sheet).ref]:
            for entry in row:
                assert not MARKER.search(str(entry.value)) or entry.value in SHORTHAND


def test_each_note_stands_once_with_the_sheets_that_it_is_about(book, statistics):
    rows = [[entry.value for entry in row.values()] for row in rows_of(book.worksheets[2])]
    assert len({text for _, text, _ in rows}) == len(rows)
    codes = {sheet.title.split()[0] for sheet in statistics} | {sheet.title for sheet in statistics}
    for marker, _, where in rows:
        about = {sheet.title for sheet in statistics if marker in " ".join(str(e.value) for e in head_of(sheet))}
        if len(about) == len(statistics):
            assert where not in codes
        else:
            named = {re.sub(r" \(\D*\d+\D+\d+\D*\)$", "", one) for one in where.split(", ")}  # "E01 (2 of 4)"
            assert named <= codes
            assert {title for title in about if title in named or title.split()[0] in named} == about


# Formatting


def test_letters_are_large_enough_and_plain(book):
    for entry in cells_of(book):
        assert (entry.font.name, entry.font.i) == ("Arial", False)
        assert entry.font.sz >= 12
        assert entry.font.u is None or entry.hyperlink
        assert entry.alignment.textRotation == 0


def test_titles_are_in_the_first_cell_and_tagged_as_headings(book):
    titles = [sheet["A1"].value for sheet in book]
    assert len(set(titles)) == len(titles) and all(titles)
    assert {sheet["A1"].style for sheet in book} == {"Heading 1"}
    cover = [row[0] for row in book.worksheets[0].iter_rows()]
    assert [entry.style for entry in cover].count("Heading 2") >= 3
    assert {entry.style for entry in cells_of(book)} == {"Normal", "Heading 1", "Heading 2", "Hyperlink"}
    assert all(entry.font.b and entry.font.sz > 12 for entry in cells_of(book) if "Heading" in entry.style)


def test_links_say_where_they_lead(book):
    names = set(book.sheetnames)
    for entry in (entry for entry in cells_of(book) if entry.hyperlink):
        target = entry.hyperlink.location.removesuffix("'!A1").removeprefix("'").replace("''", "'")
        assert target in names
        assert not re.search("click|here|http", entry.value)
        assert target in entry.value or target == book.sheetnames[1]


def test_there_is_nothing_beside_the_cells(path, book):
    allowed = (
        r"\[Content_Types\]\.xml|_rels/|docProps/|xl/(_rels/|worksheets/|tables/|theme/|workbook|styles|sharedStr)"
    )
    assert not [name for name in parts_of(path) if not re.match(allowed, name)]
    for sheet in book:
        assert not (sheet._charts or sheet._images or sheet.legacy_drawing)
        for side in (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.firstHeader):
            assert not any((side.left.text, side.center.text, side.right.text))


def test_no_cell_is_filled_and_tables_have_no_stripes(listed, book):
    assert {entry.fill.fill_type for entry in cells_of(book)} == {None}
    assert not [sheet.title for sheet in listed if table_of(sheet).tableStyleInfo.showRowStripes]


def test_colour_says_nothing_that_words_do_not_and_can_be_read(book):
    coloured = [entry for entry in cells_of(book) if entry.font.color.type == "rgb"]
    assert bool(coloured) == book.custom_doc_props["Synthetic"].value
    for entry in coloured:
        assert entry.font.b and len(entry.value.split()) > 5  # a sentence
        red, green, blue = (int(entry.font.color.rgb[at : at + 2], 16) / 255 for at in (2, 4, 6))
        assert contrast(red, green, blue) >= READABLE
    others = {entry.font.color.theme for entry in cells_of(book) if entry.font.color.type == "theme"}
    assert others == {1, 10}  # text, and links, which are underlined


def contrast(*colour):
    """Contrast with white, by the Web Content Accessibility Guidelines."""
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in colour]
    light = sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return (WHITE + 0.05) / (light + 0.05)


# Structure


def test_names_of_sheets_are_short_and_all_different(book, statistics):
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    assert all(len(name) <= 31 and name.strip() == name for name in book.sheetnames)
    codes = {*catalog.load_indicators("emigration")}
    assert {sheet.title.split()[0] for sheet in statistics} <= codes


def test_no_sheet_is_blank(book):
    assert all(sheet.max_row > 3 for sheet in book)


def test_the_first_column_has_no_gap_from_its_first_cell_on(book):
    for sheet in book:
        column = [sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)]
        assert all(value is not None and str(value).strip() for value in column)


def test_all_stands_at_the_left_edge_and_nothing_below_or_beside_a_table(book, listed):
    assert {(sheet.min_row, sheet.min_column) for sheet in book} == {(1, 1)}
    for sheet in listed:
        first, last = sheet[table_of(sheet).ref][0][0], sheet[table_of(sheet).ref][-1][-1]
        assert (sheet.max_row, sheet.max_column) == (last.row, last.column)
        above = [entry for row in sheet.iter_rows(max_row=first.row - 1, min_col=2) for entry in row]
        assert {entry.value for entry in above} <= {None}


def test_each_sheet_has_one_table_and_says_so(listed):
    assert {len(sheet.tables) for sheet in listed} == {1}
    for sheet in listed:
        said = [str(entry.value) for entry in head_of(sheet)]
        assert len(said) >= 2 and all(said)


def test_the_contents_list_each_sheet_of_statistics_once(book, statistics):
    rows = [[*row.values()] for row in rows_of(book.worksheets[1])]
    assert [row[0].value for row in rows] == [sheet.title for sheet in statistics]
    assert [row[-2].value for row in rows] == [len(rows_of(sheet)) for sheet in statistics]


# Before it is published


def test_the_document_has_a_title_and_a_language(book, path):
    assert book.properties.title == book.worksheets[0]["A1"].value
    assert book.properties.language in LANGUAGES
    assert book.properties.language.encode() in parts_of(path)["docProps/core.xml"]
    assert book.properties.subject


def test_it_opens_at_the_first_cell_of_the_first_sheet(book):
    assert book.active.title == book.sheetnames[0]
    for sheet in book:
        assert sheet.sheet_view.tabSelected in ((True,) if sheet is book.active else (False, None))
        assert {one.activeCell for one in sheet.sheet_view.selection} <= {"A1", None}
        assert sheet.sheet_view.topLeftCell in (None, "A1")
