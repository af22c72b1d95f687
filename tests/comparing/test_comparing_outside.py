"""Outside sources: how they are read, and the ratios of coverage."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from compared_nouns import cell
from scipy import stats

import lfs_migration as lfm
from lfs_migration.comparing import coverage, read_outside
from lfs_migration.comparing.outside import Outside, OutsideFigure
from lfs_migration.errors import DataError, EstimationError, NotFound, ReadError
from lfs_migration.model.codelist import Code, CodeList

BOOK = lfm.load_codebook()
AREAS = BOOK.codelists["COUNTRY"]
SEXES = CodeList(label={"en": "Sex"}, codes={1: Code(label={"en": "Men", "fr": "Hommes"}),
                                             2: Code(label={"en": "Women"})}, source="made for tests")  # fmt: skip


def read(tmp_path, text, **options):
    path = tmp_path / "source.csv"
    path.write_text(text, encoding="utf-8")
    return read_outside(path, AREAS, SEXES, **options)


def test_what_the_source_is_stands_in_the_first_lines(tmp_path):
    found = read(tmp_path, "# Source: A register\n# reference: table 1, 2020\n\ndestination,figure\nRUS,10\n")
    assert (found.source, found.reference, found.definition) == ("A register", "table 1, 2020", "")


def test_what_is_given_goes_before_the_first_lines(tmp_path):
    found = read(tmp_path, "# source: A register\ndestination,figure\nRUS,10\n", source="Another", definition="born")
    assert (found.source, found.definition) == ("Another", "born")


@pytest.mark.parametrize(
    ("word", "code"),
    [("RUS", "RUS"), ("ru", "RUS"), ("643", "RUS"), ("4", "AFG"), ("004", "AFG"), ("NA", "NAM"), ("NO", "NOR"),
     ("Côte d’Ivoire", "CIV"), ("cote d'ivoire", "CIV"), ("España", "ESP"), ("XEU", "XEU")],
)  # fmt: skip
def test_what_a_destination_may_be_called(tmp_path, word, code):
    (figure,) = read(tmp_path, f"destination,figure\n{word},10\n").figures
    assert (figure.destination, figure.figure, figure.where) == (code, 10.0, "source.csv:2")


def test_a_figure_that_the_source_does_not_have_is_not_zero(tmp_path):
    found = read(tmp_path, "destination,figure,se\nRUS,..,\nESP,0,\nFRA,5,0.5\n").figures
    assert math.isnan(found[0].figure) and found[1].figure == 0
    assert (math.isnan(found[1].se), found[2].se) == (True, 0.5)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("destination,figure\nRUS,1\nUtopia\u00e9,2\n", NotFound, r"source.csv:3: No destination 'Utopia\u00e9'"),
        ("# source: x\ndestination,figure\nRussai,2\n", NotFound, r"source.csv:3: .*Did you mean 'Russia' \(RUS\)"),
        ("destination,figure\n900,2\n", NotFound, r"source.csv:2: No destination '900'"),
        ("destination,figure\n891,2\n", NotFound, r"source.csv:2: .*not clear.*SCG or YUG"),
        ("destination,figure\nRUS,1 200\n", DataError, r"source.csv:2: The figure '1 200' is no number"),
        ("destination,figure\nRUS,-5\n", DataError, r"source.csv:2"),
        ("destination,figure\nRUS\n", DataError, r"source.csv:2: A row of 1 cells"),
        ("destination,figure\nRUS,1\nRussia,2\n", DataError, r"source.csv:3: RUS stands twice.*source.csv:2"),
        ("destination,number\nRUS,1\n", DataError, r"source.csv:1: No column 'figure'"),
        ("destination;figure\nRUS;1\n", DataError, r"source.csv:1: No column 'destination'"),
        ("destination,figure,colour\nRUS,1,2\n", DataError, r"Nothing is known of a column 'colour'"),
        ("destination,figure,sex\nRUS,1,boys\n", NotFound, r"source.csv:2: No sex 'boys'"),
        ("destination,figure,year\nRUS,1,2005\nRUS,2,2010\n", DataError, r"several years.*2005, 2010"),
        ("# sauce: x\ndestination,figure\nRUS,1\n", NotFound, r"Did you mean 'source'"),
        ("destination,figure\n", DataError, r"no figure"),
        ("", DataError, r"No column 'destination'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_line(tmp_path, text, error, words):
    with pytest.raises(error, match=words):
        read(tmp_path, text)


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(ReadError, match=r"nowhere.csv"):
        read_outside(tmp_path / "nowhere.csv", AREAS)
    (tmp_path / "x.csv").write_bytes(b"destination,figure\n\xff\xfe,1\n")
    with pytest.raises(ReadError, match="UTF-8"):
        read_outside(tmp_path / "x.csv", AREAS)


def test_one_year_is_chosen(tmp_path):
    text = "destination,figure,year\nRUS,1,2005\nRUS,2,2010\n"
    assert [one.figure for one in read(tmp_path, text, year="2010").figures] == [2.0]
    with pytest.raises(NotFound, match="'2011'"):
        read(tmp_path, text, year="2011")


def test_sexes_are_codes_or_labels(tmp_path):
    found = read(tmp_path, "destination,figure,sex\nRUS,1,hommes\nRUS,2,2\nRUS,3,Total\nESP,4,\n").figures
    assert [one.sex for one in found] == ["1", "2", "_T", "_T"]


RNG = np.random.default_rng(3)
FRAME = pd.DataFrame(
    {
        "w": RNG.uniform(5, 9, 90),
        "c": np.repeat(np.arange(15), 6),
        "d": RNG.choice(["RUS", "ESP", "FRA"], 90, p=[0.6, 0.3, 0.1]),
        "s": RNG.choice([1, 2], 90),
    }
)
SURVEY = lfm.dataset(FRAME, lfm.Design("w", psu="c"))
BY = lfm.estimate(SURVEY, lfm.Count(), by="d")
NAMES = ("d", "s")


def ratios(*figures, estimates=(BY,), judge=lambda facts: "publish", published=None):
    source = Outside(tuple(OutsideFigure(*one) for one in figures))
    rows, notes = coverage(estimates, source, NAMES, judge, published)
    return {(row.destination, row.sex): row for row in rows}, notes


def test_an_exact_source_divides_the_survey_figure_and_its_error():
    rows, _ = ratios(("RUS", 400.0))
    row, at = rows["RUS", "_T"], list(BY.by["d"]).index("RUS")
    assert (row.ratio, row.ratio_se) == pytest.approx((BY.estimate[at] / 400, BY.se[at] / 400))
    half = stats.t.ppf(0.975, BY.df[at]) * BY.se[at] / 400
    assert (row.ci_low, row.ci_high) == pytest.approx((row.ratio - half, row.ratio + half))


def test_the_error_of_a_source_is_in_the_ratio_by_the_delta_method():
    rows, _ = ratios(("RUS", 400.0, 30.0))
    row, at = rows["RUS", "_T"], list(BY.by["d"]).index("RUS")
    y, v = BY.estimate[at], BY.se[at] ** 2
    by_hand = math.sqrt(v / 400**2 + y**2 / 400**4 * 30.0**2)
    assert row.ratio_se == pytest.approx(by_hand)


def test_the_total_is_over_those_in_both_with_their_covariance():
    rows, notes = ratios(("RUS", 400.0, 30.0), ("ESP", 200.0), ("DEU", 50.0))
    total, direct = rows["_T", "_T"], lfm.estimate(SURVEY, lfm.Count(where="d == 'RUS' or d == 'ESP'"))
    assert (total.estimate, total.se) == pytest.approx((direct.estimate[0], direct.se[0]))
    assert (total.n, total.outside, total.outside_se) == (direct.n[0], 600.0, 30.0)
    assert total.ratio == pytest.approx(direct.estimate[0] / 600)
    assert notes == ("In the survey only: FRA.", "In the source only: DEU.")


def test_a_destination_of_one_side_is_absent_in_the_other():
    rows, _ = ratios(("RUS", 400.0), ("DEU", 50.0))
    assert (rows["DEU", "_T"].seen, rows["DEU", "_T"].n, rows["DEU", "_T"].flag) == ("source", None, "")
    assert rows["FRA", "_T"].seen == "survey"
    for row in (rows["DEU", "_T"], rows["FRA", "_T"]):
        assert math.isnan(row.ratio) and (math.isnan(row.estimate) or math.isnan(row.outside))


def test_a_suppressed_figure_has_no_ratio_and_is_in_no_total():
    few = BY.n[list(BY.by["d"]).index("FRA")]
    rows, notes = ratios(
        ("RUS", 400.0), ("FRA", 60.0), judge=lambda facts: "suppress" if facts["n"] <= few else "publish"
    )
    row = rows["FRA", "_T"]
    assert math.isnan(row.estimate) and math.isnan(row.ratio) and (row.n, row.flag) == (few, "suppress")
    assert rows["_T", "_T"].outside == 400.0
    assert notes[0] == "Suppressed in the survey, and outside the total: FRA."


HIDDEN = {"n": None, "households": None, "df": math.nan, "flag": "suppress"}


def test_what_disclosure_control_hides_is_not_shown_and_in_no_total():
    published = {("RUS", "_T"): cell({}, 330.0, 20.0, n=55, df=14.0), ("ESP", "_T"): replace(cell({}, 180.0), **HIDDEN)}
    rows, notes = ratios(("RUS", 400.0), ("ESP", 200.0), ("FRA", 50.0), published=published)
    for code in ("ESP", "FRA"):  # one is hidden, the other stands in no table
        row = rows[code, "_T"]
        numbers = (row.estimate, row.se, row.df, row.ratio, row.ratio_se, row.ci_low, row.ci_high)
        assert all(map(math.isnan, numbers)) and (row.n, row.flag, row.seen) == (None, "suppress", "both")
    assert notes == ("Suppressed in the survey, and outside the total: ESP, FRA.",)
    assert (rows["_T", "_T"].n, rows["_T", "_T"].outside) == (BY.n[list(BY.by["d"]).index("RUS")], 400.0)


def test_what_is_shown_is_what_the_protected_tables_show():
    published = {("RUS", "_T"): cell({}, 330.0, 20.0, n=55, df=14.0, flag="caution")}
    rows, _ = ratios(("RUS", 400.0), published=published)
    row = rows["RUS", "_T"]
    assert (row.estimate, row.se, row.n, row.df, row.flag) == (330.0, 20.0, 55, 14.0, "caution")
    assert rows["_T", "_T"].estimate == 330.0
    assert (rows["ESP", "_T"].n, rows["ESP", "_T"].flag, rows["ESP", "_T"].seen) == (None, "suppress", "survey")


def test_the_total_is_judged_too():
    rows, _ = ratios(("RUS", 400.0), ("ESP", 9.0), judge=lambda facts: "caution" if facts["n"] > 80 else "publish")
    assert (rows["RUS", "_T"].flag, rows["_T", "_T"].flag) == ("publish", "caution")


def test_a_source_with_nobody_has_no_ratio():
    rows, notes = ratios(("RUS", 0.0), ("ESP", 100.0))
    assert math.isnan(rows["RUS", "_T"].ratio) and rows["RUS", "_T"].seen == "both"
    assert notes[0] == "Nobody in the source, so that there is no ratio: RUS."


def test_each_sex_is_compared_with_its_own():
    by_both = lfm.estimate(SURVEY, lfm.Count(), by=["d", "s"])
    rows, _ = ratios(("RUS", 400.0), ("RUS", 150.0, math.nan, "1"), estimates=(BY, by_both))
    direct = lfm.estimate(SURVEY, lfm.Count(where="d == 'RUS' and s == 1"))
    assert rows["RUS", "1"].ratio == pytest.approx(direct.estimate[0] / 150)
    assert rows["_T", "1"].ratio == rows["RUS", "1"].ratio != rows["RUS", "_T"].ratio


def test_nothing_in_common_is_an_error():
    with pytest.raises(EstimationError, match="No destination"):
        ratios(("DEU", 50.0))
