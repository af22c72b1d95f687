"""Recipes: steps of YAML, totals of files, and what is wrong with either."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfs_migration import catalog
from lfs_migration.errors import CatalogError, DataError, DesignError, NotFound, ReadError
from lfs_migration.harmonise import read
from lfs_migration.model.weighting import MarginFile
from lfs_migration.readers import read_totals
from lfs_migration.weighting import weigh_by_recipe
from lfs_migration.weights import known_totals

BOOK = catalog.load_codebook()
FILE = MarginFile(path="known.csv", columns={"per_sex": "sex", "per_age_grp": "age"}, total="n", source="-", date="-")
RECIPE = """
weighting:
  reference: made for tests
  categories:
    grown: {record: person, value: "cut(per_age, 50)"}
  margins:
    people: {path: people.csv, columns: {region_code: island, per_sex: sex}, total: n, source: tests, date: "2020"}
    ages: {path: ages.csv, columns: {grown: grown}, total: n, source: tests, date: "2020"}
  steps:
    - given_weights: {weight: w_hh}
    - calibrate:
        margins: [{file: people, variables: [region_code]}, {file: ages, variables: [grown]}]
"""


def table(folder, text, spec=FILE):
    (folder / spec.path).write_text(text, encoding="utf-8")
    return known_totals(read_totals(folder, "known", spec)[0], spec, BOOK)


def test_totals_of_a_file_have_the_codebooks_codes(tmp_path):
    known = table(tmp_path, "sex,age,n\n1,1,10\n1,2,20\n2,1,30.5\n")
    assert known.totals == {(1, 1): 10.0, (1, 2): 20.0, (2, 1): 30.5}
    assert known.over(["per_sex"]) == {(1,): 30.0, (2,): 30.5}


def test_totals_of_a_workbook(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "notes"
    sheet = book.create_sheet("totals")
    for row in (("sex", "age", "n"), (1, 1, 10), (2.0, "1", 20.5), (None, None, None)):
        sheet.append(row)
    book.save(tmp_path / "known.xlsx")
    spec = FILE.model_copy(update={"path": "known.xlsx", "format": "xlsx", "sheet": "totals"})
    found, source = read_totals(tmp_path, "known", spec)
    assert known_totals(found, spec, BOOK).totals == {(1, 1): 10.0, (2, 1): 20.5}
    assert (source.name, source.rows, len(source.sha256)) == ("known", 2, 64)
    with pytest.raises(ReadError, match=r"Has no sheet 'total'\. Did you mean 'totals'"):
        read_totals(tmp_path, "known", spec.model_copy(update={"sheet": "total"}))


def test_a_file_that_is_no_workbook(tmp_path):
    (tmp_path / "known.xlsx").write_text("sex,n\n1,2\n")
    spec = FILE.model_copy(update={"path": "known.xlsx", "format": "xlsx"})
    with pytest.raises(ReadError, match="Is not an Excel or zip file"):
        read_totals(tmp_path, "known", spec)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("sex,age,n\n3,1,10\n", NotFound, r"known.csv, row 2: '3' is not a code of per_sex\. Known: 1, 2"),
        ("sex,age,n\n1,01,10\n", NotFound, r"known.csv, row 2: '01' is not a code of per_age_grp\. Did you mean '1'"),
        ("sex,age,n\n1,,10\n", NotFound, r"The code of per_age_grp is empty"),
        ("sex,age,n\n1,1,10\n1,1,20\n", DataError, r"known.csv, row 3: A combination of codes stands twice"),
        ("sex,age,n\n1,1,ten\n", DataError, r"known.csv, row 2: 'ten' is no total"),
        ("sex,age,n\n1,1,-3\n", DataError, r"known.csv, row 2: '-3' is no total"),
        ("sex,ages,n\n1,1,3\n", DataError, r"known.csv: No column 'age'\. Did you mean 'ages'"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be(tmp_path, text, error, message):
    with pytest.raises(error, match=message):
        table(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path):
    (tmp_path / "knwon.csv").write_text("x\n")
    with pytest.raises(ReadError, match=r"No such file\. Did you mean 'knwon.csv'"):
        read_totals(tmp_path, "known", FILE)


@pytest.fixture
def island(survey):
    """The small survey with a recipe, and totals that its weights can meet."""
    return Island(survey)


class Island:
    """A folder with the survey of Atlantis, its recipe, and its known totals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "atlantis-2020.yaml"
        self.people = {("01", 1): 130, ("01", 2): 150, ("02", 1): 110, ("02", 2): 130}
        self.ages = {1: 280, 2: 240}
        self.recipe = RECIPE

    def write(self):
        text = self.path.read_text("utf-8").partition("\nweighting:")[0]
        self.path.write_text(text.rstrip("\n") + "\n" + self.recipe, encoding="utf-8")
        rows = [f"{place},{sex},{n}" for (place, sex), n in self.people.items()]
        (self.folder / "people.csv").write_text("\n".join(["island,sex,n", *rows, ""]))
        (self.folder / "ages.csv").write_text("\n".join(["grown,n", *(f"{g},{n}" for g, n in self.ages.items()), ""]))

    def weighed(self):
        self.write()
        country = catalog.load_country(self.path)
        assert catalog.problems(catalog.load_codebook(edition=country), country) == []
        return weigh_by_recipe(read(self.folder, country, "memory"), self.folder).data

    def refused(self):
        self.write()
        country = catalog.load_country(self.path)
        return [str(problem) for problem in catalog.problems(catalog.load_codebook(edition=country), country)]


def test_a_recipe_is_followed(island):
    data = island.weighed()
    assert data.design.weight == "w_given_calibrated"
    home, person = data.records["household"].to_pandas(), data.records["person"].to_pandas()
    weight = person["hh_id"].map(home.set_index("hh_id")["w_given_calibrated"])
    region = person["hh_id"].map(home.set_index("hh_id")["region_code"])
    assert weight[region == "01"].sum() == pytest.approx(280)
    assert weight[person["per_age"] < 50].sum() == pytest.approx(280)


def test_the_log_has_the_steps_and_the_recipe(island):
    log = island.weighed().log
    verbs = [step.verb for step in log]
    assert verbs[-1] == "recipe"
    assert verbs.index("given_weights") < verbs.index("calibrate")
    assert log[-1].counts["margins"]["people"]["source"] == "tests"


def test_emigrants_carry_the_reporting_households_weight(island):
    import lfs_migration as lfm

    data = island.weighed()
    home = data.records["household"].to_pandas().set_index("hh_id")["w_given_calibrated"]
    carried = data.records["emigrant"].to_pandas()["hh_id"].map(home).sum()
    assert lfm.estimate(data, lfm.Count("emigrant")).estimate[0] == pytest.approx(carried)
    residents = lfm.estimate(data, lfm.Count("person")).estimate[0]
    assert residents == pytest.approx(520), "emigrants are in no margin of residents"
    returned = lfm.estimate(data, lfm.Count("emigrant", where="em_status == 1")).estimate[0]
    assert returned == pytest.approx(carried), "whoever is listed carries it"
    remits = data.records["emigrant"].to_pandas()
    money = remits[remits["em_rem_any"] == 1]["hh_id"].map(home).sum()
    assert lfm.estimate(data, lfm.Count("emigrant", where="em_rem_any == 1")).estimate[0] == pytest.approx(money)


def test_margins_that_contradict_each_other(island):
    island.ages = {1: 280, 2: 440}
    with pytest.raises(DesignError, match=r"The margins region_code and grown contradict each other\..*520 and 720"):
        island.weighed()


def test_margins_that_differ_by_region(island):
    island.recipe = RECIPE.replace("variables: [grown]}", "variables: [grown]}, {file: more, variables: [region_code]}")
    island.recipe = island.recipe.replace(
        "    ages:",
        '    more: {path: more.csv, columns: {region_code: island}, total: n, source: t, date: "2020"}\n    ages:',
    )  # fmt: skip
    (island.folder / "more.csv").write_text("island,n\n01,250\n02,270\n")
    with pytest.raises(DesignError, match=r"contradict each other\. Their totals for '01' add up to 280 and 250"):
        island.weighed()


def test_an_empty_category_of_the_sample(island):
    island.ages = {1: 280, 2: 200, 3: 40}
    with pytest.raises(DesignError, match=r"cannot be met: the sample has no row in 3"):
        island.weighed()


def test_an_unknown_code_in_a_file(island):
    island.people = {("01", 1): 500, ("2", 2): 500}
    with pytest.raises(NotFound, match=r"people.csv, row 3: '2' is not a code of region_code\. Did you mean '0?2'"):
        island.weighed()


def test_residents_of_unknown_age_keep_their_share(island):
    import lfs_migration as lfm

    persons = (island.folder / "persons.csv").read_text().splitlines()
    column = persons[0].split(",").index("age")
    cells = persons[1].split(",")
    cells[column] = ""
    (island.folder / "persons.csv").write_text("\n".join([persons[0], ",".join(cells), *persons[2:], ""]))
    data = island.weighed()
    assert lfm.estimate(data, lfm.Count("person")).estimate[0] == pytest.approx(520)
    ages = lfm.estimate(data, lfm.Count("person", where="grown == 1")).estimate[0]
    assert ages == pytest.approx(280 * 250 / 260)
    unknown = lfm.estimate(data, lfm.Count("person", where="grown_or_unknown == -1")).estimate[0]
    assert unknown == pytest.approx(520 * 10 / 260), "10 of 260 before calibration"
    east = lfm.estimate(data, lfm.Count("person", where="region_code == '01'")).estimate[0]
    assert east == pytest.approx(280)
    step = next(step for step in data.log if step.verb == "margins")
    assert step.counts["unknown"] == {"grown": 1}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("given_weights", "given_weight", r"yaml:\d+: No step 'given_weight' of weighting\. Did you mean"),
        ("{weight: w_hh}", "{wieght: w_hh}", r"Unknown key 'wieght'\. Did you mean 'weight'"),
        ("    - given_weights: {weight: w_hh}", "    - given_weights", r"A step is one word, and what belongs to it"),
        ("    - given_weights: {weight: w_hh}\n    - calibrate:\n        margins: [{file: people, variables: "
         "[region_code]}, {file: ages, variables: [grown]}]", "    []", r"weighting.steps"),
    ],
)  # fmt: skip
def test_a_step_that_is_misspelt(island, old, new, message):
    assert old in RECIPE
    island.recipe = RECIPE.replace(old, new)
    island.write()
    with pytest.raises(CatalogError, match=message):
        catalog.load_country(island.path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{file: ages,", "{file: age,", "No file of margins 'age'. Did you mean 'ages'"),
        ("variables: [grown]", "variables: [grow]", "The margins ages have no 'grow'. Did you mean 'grown'"),
        ("{region_code: island", "{region: island", "No variable or category 'region'"),
        ("        margins: [", "        record: emigrant\n        margins: [", "emigrant are outside the margins"),
    ],
)
def test_a_recipe_that_does_not_go_with_the_codebook(island, old, new, message):
    assert old in RECIPE
    island.recipe = RECIPE.replace(old, new)
    assert any(message in problem for problem in island.refused())


def test_every_outcome_has_a_class(island):
    island.recipe = """
weighting:
  reference: made for tests
  steps:
    - adjust_nonresponse:
        outcomes: {variable: hh_result, classes: {respondent: [1, 2], nonrespondent: [3, 13]}}
        cells: {}
"""
    problems = island.refused()
    assert any("13 is not a code of hh_result" in problem for problem in problems)
    assert any("The outcome 5 of hh_result has no class" in problem for problem in problems)


def test_one_way_of_adjusting(island):
    island.recipe = """
weighting:
  reference: made for tests
  steps:
    - adjust_nonresponse: {outcomes: {variable: hh_result, classes: {respondent: [1]}}}
"""
    island.write()
    with pytest.raises(CatalogError, match="one of cells, propensity and calibration says how"):
        catalog.load_country(island.path)


def test_replicates_go_through_the_steps_after_them(island):
    import lfs_migration as lfm

    plain = lfm.estimate(island.weighed(), lfm.Count("emigrant"))
    word = "    - replicate: {method: jackknife}\n"
    steps = island.recipe.splitlines(keepends=True)
    after = next(number for number, line in enumerate(steps) if "given_weights" in line)
    island.recipe = "".join([*steps[: after + 1], word, *steps[after + 1 :]])
    data = island.weighed()
    assert len(data.design.replicates.columns) == 4, "two units in each of two strata"
    ours = lfm.estimate(data, lfm.Count("emigrant"))
    assert ours.estimate == pytest.approx(plain.estimate)
    assert 0 < ours.se[0] != plain.se[0]
    residents = lfm.estimate(data, lfm.Count("person"))
    assert residents.estimate[0] == pytest.approx(520)
    assert residents.se[0] == pytest.approx(0, abs=1e-6), "each replicate meets the known totals"


def test_known_totals_beside_weights_that_stay(island):
    from lfs_migration.weights import diagnose

    island.recipe = island.recipe.replace("- calibrate:", "- compare:")
    data = island.weighed()
    assert data.design.weight == "w_given"
    home, person = data.records["household"].to_pandas(), data.records["person"].to_pandas()
    weight = person["hh_id"].map(home.set_index("hh_id")["w_given"])
    region = person["hh_id"].map(home.set_index("hh_id")["region_code"])
    (found,) = (step.counts for step in data.log if step.verb == "compare")
    sums = weight.groupby(region).sum()
    assert found["region_code"] == {
        "'01'": {"known total": 280, "sum of weights": sums["01"], "ratio": sums["01"] / 280},
        "'02'": {"known total": 240, "sum of weights": sums["02"], "ratio": sums["02"] / 240},
    }
    rows = {(row.measure, row.category): row.value for row in diagnose(data)}
    assert rows["region_code ratio", "'01'"] == sums["01"] / 280


def test_a_comparison_with_a_file_that_is_not_named(island):
    island.recipe = island.recipe.replace("- calibrate:", "- compare:").replace("{file: ages,", "{file: agges,")
    assert any("No file of margins 'agges'. Did you mean 'ages'" in problem for problem in island.refused())


def test_the_design_effect_without_calibration_is_linearised(island):
    def effect():
        island.write()
        native = read(island.folder, catalog.load_country(island.path), "memory")
        found = weigh_by_recipe(native, island.folder).diagnostics
        return next(row.value for row in found if row.category == "as if not calibrated")

    linear = effect()
    island.recipe = island.recipe.replace("{weight: w_hh}", "{weight: w_hh}\n    - replicate: {method: jackknife}")
    assert effect() == pytest.approx(linear)
