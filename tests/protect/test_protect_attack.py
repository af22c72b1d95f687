"""A stranger who has the published files alone finds out what they betray, and nothing that is hidden well."""

import csv
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "attack"))

import audit_protection
from attack_files import stated
from attack_folds import folds_in
from attack_limits import Contradiction
from attack_names import Names
from attack_nesting import Nestings

from lfs_migration import catalog

SURVEY = "armenia-2007"
SCRIPT = Path(audit_protection.__file__)
SOME = ("E03", "E05", "E08", "E10", "E12", "E14")
COLUMNS = (
    "survey", "indicator", "title", "shares_of", "sex", "destination_main", "statistic", "unit", "estimate", "se",
    "cv", "ci_low", "ci_high", "n", "households", "df", "flag",
)  # fmt: skip
LOG = ("survey", "record", "where", "value", "codes", "rule", "n", "households", "amount", "low", "high", "figures")
WOMEN = ("em_abroad", "sex=2", "persons", 2, 200.0)


def figure(indicator, n, estimate="", *, statistic="number", of="", **codes):
    """One row of tables.csv; without a number of rows it is confidential."""
    own = {
        "survey": SURVEY,
        "indicator": indicator,
        "shares_of": of,
        "statistic": statistic,
        "n": n,
        "estimate": estimate,
    }
    return {**dict.fromkeys(COLUMNS, ""), "sex": "_T", "destination_main": "_T", **own, **codes}


@pytest.fixture
def made(tmp_path):
    """Write a publication and its log, and attack them."""

    def write(figures, hidden):
        folder = tmp_path / SURVEY
        folder.mkdir()
        for name, columns, rows in (("tables.csv", COLUMNS, figures), ("protection.csv", LOG, map(entry, hidden))):
            with (folder / name).open("w", newline="") as file:
                writer = csv.DictWriter(file, columns, restval="")
                writer.writeheader()
                writer.writerows(rows)
        return audit_protection.attack(folder, folder / "protection.csv", SURVEY)

    return write


def entry(cell):
    where, codes, rule, n, amount = cell
    each = amount / n if rule != "secondary" else 0.0
    return {
        "record": "emigrant", "where": where, "codes": codes, "rule": rule, "n": n, "amount": amount,
        "low": amount - each, "high": amount + each,
    }  # fmt: skip


def test_the_only_hidden_category_is_the_total_less_the_others(made):
    report = made([figure("E03", 12, 1200), figure("E03", 10, 1000, sex="1"), figure("E03", "", sex="2")], [WOMEN])
    assert {(one.what, round(one.smallest, 3), round(one.largest, 3)) for one in report.recovered} == {
        ("sample", 2, 2),
        ("population", 200, 200),
    }
    assert all(one.exact for one in report.recovered)


def test_two_hidden_categories_protect_each_other(made):
    rows = [figure("E03", 12, 1200), figure("E03", "", sex="1"), figure("E03", "", sex="2")]
    report = made(rows, [WOMEN, ("em_abroad", "sex=1", "secondary", 10, 1000.0)])
    assert report.found and not report.recovered


def test_two_persons_in_two_rows_are_one_in_each(made):
    """That a row stands in the file at all tells that somebody is in it."""
    rows = [figure("E03", 2, 200), figure("E03", "", sex="1"), figure("E03", "", sex="2")]
    one = ("em_abroad", "sex=1", "persons", 1, 100.0), ("em_abroad", "sex=2", "persons", 1, 100.0)
    report = made(rows, one)
    assert [(f.what, f.smallest, f.largest) for f in report.recovered] == [("sample", 1, 1)] * 2
    assert not any(f.exposed for f in report.blind)


def test_the_same_women_by_another_name_are_the_same(made):
    """Men for each woman are counted of the women: their number is that of emigrants by sex."""
    hidden = [figure("E03", 12, 1200), figure("E03", "", sex="1"), figure("E03", "", sex="2")]
    cells = [WOMEN, ("em_abroad", "sex=1", "secondary", 10, 1000.0)]
    report = made([*hidden, figure("E11b", 2, statistic="rate")], cells)
    assert [(f.what, f.smallest, f.largest) for f in report.recovered] == [("sample", 2, 2)]


def test_a_share_times_its_base_is_its_numerator(made):
    rows = [figure("E03", 12, 1200), figure("E03", "", sex="1"), figure("E03", "", sex="2")]
    share = figure("E10", 2, 100 / 6, statistic="share", of="sex", sex="2")
    other = figure("E10", 10, 500 / 6, statistic="share", of="sex", sex="1")
    report = made([*rows, share, other], [WOMEN])
    assert ("population", True) in {(f.what, f.exact) for f in report.recovered}


def test_equations_that_cannot_be_are_no_result(made):
    rows = [figure("E03", 12, 1200), figure("E03", 13, 1300, sex="1")]
    with pytest.raises(Contradiction, match="at least"):
        made(rows, [])


def test_a_log_that_differs_from_what_follows_is_no_result(made):
    rows = [figure("E03", 12, 1200), figure("E03", 10, 1000, sex="1"), figure("E03", "", sex="2")]
    with pytest.raises(Contradiction, match="is 3, and not what follows"):
        made(rows, [("em_abroad", "sex=2", "persons", 3, 200.0)])


def test_numbers_left_in_confidential_rows_are_told(tmp_path, made):
    made([figure("E03", "", 1200)], [WOMEN])
    row = "<tr><th>Women</th><td>–</td><td>not published (confidential)</td><td>{}</td></tr>"
    (tmp_path / SURVEY / "report.html").write_text(row.format("") + row.format("17"), encoding="utf-8")
    assert list(stated(tmp_path / SURVEY, [])) == [
        "tables.csv:2: a confidential figure has estimate",
        "report.html: a confidential figure has 17",
    ]


def test_conditions_have_one_name_however_they_are_put():
    edition = catalog.load_country("armenia", "2007")
    names = Names(catalog.load_codebook(edition.module, edition))

    def rows(where, **codes):
        return names.rows("emigrant", where.split(" ; "), codes)

    assert rows("em_abroad and em_sex == 2") == rows("em_status == 1 ; em_scope == 1", sex="2")
    assert rows("em_abroad and em_months_abroad < 12").code("em_durclass") == "1|2|3"
    assert rows("em_abroad and known(em_sex == 1)") == rows("em_abroad", sex="_K")
    assert rows("em_irmw") == rows("em_abroad ; em_act_now in [1, 2, 3] ; em_age >= 15")
    assert rows("em_sex == 1", sex="2") is None


def test_nestings_follow_from_definitions():
    edition = catalog.load_country("armenia", "2007")
    nestings = Nestings(catalog.load_codebook(edition.module, edition))
    assert nestings.of("em_durclass", "em_un98")["4"] == {"1"}
    assert nestings.of("em_durclass", "em_un98")["2"] == {"2", "3"}
    assert nestings.of("em_dest", "em_dest_m49")["RUS"] == {"151"}
    assert not nestings.of("em_sex", "em_dest")


def test_help_tells_what_is_attacked():
    told = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, text=True, check=True).stdout
    assert "--without-secondary" in told and "tables.csv" in told


def test_the_notes_of_a_report_tell_what_is_in_its_rests(tmp_path):
    edition = catalog.load_country("thailand", "2008")
    book, page = catalog.load_codebook(edition.module, edition), tmp_path / "report.html"
    note = "Destination: with too few in the sample to be shown alone: "
    page.write_text(
        f"<p>{note}Other of Western Asia (Israel; Qatar), Other (Sweden)</p>"
        f"<p>{note}Other of Western Asia (Israel; Nowhere), Other (Qatar; Sweden)</p>", encoding="utf-8",
    )  # fmt: skip
    assert folds_in(page, book)["em_dest"] == {"ISR": "145_O", "SWE": "_O"}, "Qatar is in both"
    assert folds_in(tmp_path / "none.html", book) == {}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """What the attack finds in a publication of the pilot, and in some of its tables without their secondary cells."""

    @cache
    def report(secondary):
        out = tmp_path_factory.mktemp("published")
        audit_protection.published(audit_protection.PILOTS / SURVEY, out, secondary=secondary, indicators=SOME)
        log = out / audit_protection.INTERNAL / SURVEY / audit_protection.LOG
        return audit_protection.attack(out / SURVEY, log, SURVEY)

    return report


@pytest.mark.slow
def test_a_pilot_is_safe_with_its_secondary_cells(attacked):
    assert attacked(True).recovered == [], attacked(True).told(9)
    assert not attacked(True).stated


@pytest.mark.slow
def test_many_cells_of_a_pilot_are_recovered_exactly_without_them(attacked):
    found = attacked(False).recovered
    assert sum(one.exact for one in found) > 50 and len(found) > 100
    assert not attacked(False).stated
