"""What the catalog finds in a recipe before any data are read: names, records, files and the order of steps."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from lfs_migration import catalog
from lfs_migration.errors import CatalogError
from lfs_migration.model.response import Nonresponse, Outcomes, ToSample
from lfs_migration.model.weighting import (
    BaseWeights,
    Calibrating,
    GivenWeights,
    KnownMargin,
    Recipe,
    Replicating,
    Trimming,
)

RECIPE = """
weighting:
  reference: made for tests
  categories:
    grown: {record: person, value: "cut(per_age, 50)"}
  margins:
    people: {path: people.csv, columns: {region_code: island, per_sex: sex, grown: age}, total: n, source: t, date: ""}
    homes: {path: homes.csv, columns: {region_code: island}, total: n, source: tests, date: "2020"}
  steps:
    - base_weights: {probabilities: [p_psu, p_dwelling], subsample: "0.5 if region_code == '01' else 1"}
    - trim: {rule: median, high: 3}
    - adjust_nonresponse:
        outcomes:
          variable: hh_result
          classes: {respondent: [1, 2], nonrespondent: [3, 4, 9], unknown: [8, 96], ineligible: [6, 7], abroad: [5]}
        unknown: {by: [region_code]}
        cells: {by: [psu], collapse: [[stratum], [region_code]]}
    - replicate: {method: jackknife}
    - calibrate:
        scale_to: people
        margins:
          - {file: people, variables: [region_code, per_sex, grown]}
          - {file: homes, variables: [region_code], record: household}
    - multiplicity: {households: "1 + em_sex"}
"""
PERSONS = """    - given_weights: {weight: w_hh / 10, rounds: psu}
    - person_weights: {}
    - calibrate: {margins: [{file: people, variables: [grown]}]}
    - reference_person: {where: per_no == 1 and grown == 2 and w_given_calibrated > 0}
"""
MODEL = """    - base_weights: {probabilities: [p_psu]}
    - adjust_nonresponse:
        outcomes:
          variable: hh_result
          classes: {respondent: [1, 2], nonrespondent: [3, 4, 9], unknown: [8, 96], ineligible: [6, 7], abroad: [5]}
        propensity: {categories: [region_code], numbers: [p_psu * 2, w_base]}
"""
OTHER = RECIPE[: RECIPE.index("    - base_weights")]


def problems(folder, recipe):
    """The problems of Atlantis with a recipe, which has probabilities and outcomes too."""
    path = folder / "atlantis-2020.yaml"
    text = path.read_text("utf-8").partition("\nweighting:")[0]
    mapped = "      w_hh: {column: weight}\n      p_psu: {column: p1}\n      p_dwelling: {column: p2}\n"
    text = text.replace("      w_hh: {column: weight}\n", mapped + "      hh_result: {column: result, codes: {1: 1}}\n")
    path.write_text(text.rstrip("\n") + "\n" + recipe, encoding="utf-8")
    country = catalog.load_country(path)
    found = catalog.problems(catalog.load_codebook(edition=country), country)
    lines = path.read_text("utf-8").splitlines()
    return [(str(problem), lines[int(problem.where.rpartition(":")[2]) - 1]) for problem in found]


@pytest.mark.parametrize("recipe", [RECIPE, OTHER + PERSONS, OTHER + MODEL])
def test_a_recipe_without_problems(survey, recipe):
    assert problems(survey, recipe) == []


@pytest.mark.parametrize(
    ("recipe", "old", "new", "message"),
    [
        (RECIPE, "[p_psu, p_dwelling]", "[p_psu, p_dweling]", "'p_dweling' is not a variable of household. Did you"),
        (RECIPE, "[p_psu, p_dwelling]", "[p_psu +]", "Cannot read 'p_psu +'"),
        (RECIPE, "[p_psu, p_dwelling]", "[p_psu, p_household]", "'p_household' cannot be had from the household"),
        (RECIPE, "[p_psu, p_dwelling]", "[p_psu, per_age]", "'per_age' is not a variable of household"),
        (RECIPE, "if region_code ==", "if region ==", "'region' is not a variable of household. Did you mean"),
        (RECIPE, "variable: hh_result", "variable: hh_reslt", "'hh_reslt' is not a variable of household. Did"),
        (RECIPE, "{by: [region_code]}", "{by: [regioncode]}", "'regioncode' is not a variable of household. Did you"),
        (RECIPE, "{by: [region_code]}", "{by: [hh_size_grp]}", "'hh_size_grp' cannot be had from the household record"),
        (RECIPE, "{by: [region_code]}", "{by: ['psu == 1']}", "'psu == 1' is not a variable of household"),
        (RECIPE, "[[stratum],", "[[stratm],", "'stratm' is not a variable of household. Did you mean 'stratum'"),
        (RECIPE, "{by: [psu],", "{by: [w_bas],", "'w_bas' is not a variable of household. Did you mean 'w_base'"),
        (RECIPE, "{by: [psu],", "{by: [grown],", "'grown' is not a variable of household"),
        (RECIPE, "record: person, value", "record: persons, value", "No record 'persons'. Did you mean 'person'"),
        (RECIPE, "cut(per_age, 50)", "cut(per_ag, 50)", "'per_ag' is not a variable of person. Did you mean 'per_age'"),
        (RECIPE, "cut(per_age, 50)", "cutt(per_age, 50)", "'cutt' is not a function of the rule language"),
        (RECIPE, "scale_to: people", "scale_to: peple", "No file of margins 'peple'. Did you mean 'people'"),
        (RECIPE, "scale_to: people", "record: persn", "No record 'persn'. Did you mean 'person'"),
        (RECIPE, "record: household}", "record: houshold}", "No record 'houshold'. Did you mean 'household'"),
        (RECIPE, "per_sex, grown]", "per_sex, grwn]", "The margins people have no 'grwn'. Did you mean 'grown'"),
        (RECIPE, "scale_to: people", "record: household", "'per_sex' is not a variable of household"),
        (RECIPE, "scale_to: people", "record: household", "The category 'grown' is of person, and not known of"),
        (RECIPE, "1 + em_sex", "1 + em_sx", "'em_sx' is not a variable of emigrant. Did you mean 'em_sex'"),
        (RECIPE, '{households: "1', '{record: household, households: "1', "No record 'household'. Known: emigrant"),
        (OTHER + PERSONS, "w_hh / 10", "w_h / 10", "'w_h' is not a variable of household. Did you mean 'w_hh'"),
        (OTHER + PERSONS, "rounds: psu", "rounds: round_id", "'round_id' cannot be had from the household and person"),
        (OTHER + PERSONS, "person_weights: {}", "person_weights: {record: persn}", "No record 'persn'. Did you mean"),
        (OTHER + PERSONS, "per_no == 1", "per_n == 1", "'per_n' is not a variable of person. Did you mean 'per_no'"),
        (OTHER + MODEL, "categories: [region_code]", "categories: [region]", "'region' is not a variable of household"),
        (OTHER + MODEL, "[p_psu * 2, w_base]", "[count(person)]", "'person' is not a record under household here"),
        (OTHER + MODEL, "[p_psu * 2, w_base]", "[p_psu * w_response]", "'w_response' is not a variable of household"),
    ],
)  # fmt: skip
def test_a_name_that_is_not_known(survey, recipe, old, new, message):
    assert old in recipe
    found = problems(survey, recipe.replace(old, new))
    said = [(problem, line) for problem, line in found if message in problem]
    assert said, found
    assert any(new.strip("{}[]") in line or "margins" in line or "file:" in line for _, line in said), said


def test_a_category_is_no_variable(survey):
    found = problems(survey, RECIPE.replace("grown: {", "per_sex: {"))
    assert any("The category 'per_sex' is a variable of the codebook" in problem for problem, _ in found)


@pytest.mark.parametrize("step", ["person_weights: {}", "multiplicity: {households: '1'}", "compare: {margins: [{file: "
                                  "people, variables: [per_sex]}]}"])  # fmt: skip
def test_a_step_that_needs_interviews_comes_too_early(survey, step):
    found = problems(survey, RECIPE.replace("- trim: {rule: median, high: 3}", f"- {step}"))
    ((problem, line),) = found
    assert f"{step.partition(':')[0]} comes before a step at all visited addresses. Put it after the last" in problem
    assert step in line


def test_aggregates_of_a_record_are_checked(survey):
    persons = OTHER + PERSONS.replace("w_hh / 10", "'w_hh * count(person, per_sx == 1)'")
    ((problem, _),) = problems(survey, persons)
    assert "'per_sx' is not a variable of person. Did you mean 'per_sex'" in problem


# -------------------------------------------------------------------------------------------------------- nouns


@pytest.mark.parametrize(
    ("noun", "words", "message"),
    [
        (GivenWeights, {"weight": "w", "households": 0}, "households"),
        (GivenWeights, {"weight": "w", "households": -5}, "households"),
        (Trimming, {"rule": "median"}, "one of low and high is needed"),
        (ToSample, {"method": "logit"}, "the method 'logit' needs two bounds"),
        (ToSample, {"method": "logit", "bounds": (0.5, float("inf"))}, "the method 'logit' needs two bounds"),
        (ToSample, {"bounds": (2, 3)}, "the bounds 2 and 3 are not around 1"),
        (ToSample, {"method": "linear", "bounds": (-1, 3)}, "the bounds -1 and 3 are not around 1"),
        (KnownMargin, {"file": "f", "variables": ["a"], "tolerance": -0.1}, "tolerance"),
    ],
)
def test_a_noun_that_cannot_be(noun, words, message):
    with pytest.raises(ValidationError, match=message):
        noun(**words)


def test_a_noun_that_cannot_be_has_a_line(survey):
    with pytest.raises(CatalogError, match=r"atlantis-2020.yaml:\d+: .*one of low and high is needed, or both"):
        problems(survey, RECIPE.replace("- trim: {rule: median, high: 3}", "- trim: {rule: median}"))


def test_nouns_that_can_be():
    assert ToSample(method="logit", bounds=(0.5, 3)).bounds == (0.5, 3)
    assert ToSample(bounds=(0, 3)).bounds == (0, 3)
    assert Trimming(low=1).high is None
    assert KnownMargin(file="f", variables=["a"], record="household", tolerance=0).tolerance == 0


def test_how_many_steps_are_at_addresses():
    outcomes = Outcomes(variable="r", classes={"respondent": [1]})
    adjust = ("adjust_nonresponse", Nonresponse(outcomes=outcomes, calibration=ToSample()))
    base, trim = ("base_weights", BaseWeights(probabilities=["p"])), ("trim", Trimming(high=1))
    again, meet = (
        ("replicate", Replicating()),
        ("calibrate", Calibrating(margins=[KnownMargin(file="f", variables=["a"])])),
    )

    def found(*steps):
        recipe = Recipe(reference="-", steps=steps)
        return recipe.at_addresses, recipe.too_early

    assert found(trim, meet) == (0, ())
    assert found(again, meet) == (0, ())
    assert found(base, trim, adjust, trim, meet) == (3, ())
    assert found(base, again, trim) == (2, ())
    assert found(base, trim, again) == (1, ())
    assert found(base, adjust, again) == (3, ())
    assert found(base, meet, adjust) == (3, (1,))
