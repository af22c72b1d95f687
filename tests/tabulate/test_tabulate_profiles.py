"""Quality profiles: dated versions, limits that a country sets, profiles of one indicator, reasons in words."""

from __future__ import annotations

import math

import pytest
from folding_survey import indicator, survey

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.catalog.codebooks import load_profiles
from lfs_migration.errors import CatalogError
from lfs_migration.model.indicator import FACTS, Part, Profile, Rules
from lfs_migration.publish.reasons import in_words
from lfs_migration.tabulate.quality import facts_of, judge, too_few
from lfs_migration.tabulate.tabulate import tables_of

PROFILES = load_profiles()
LIMITS = {"publication_limit_a": 3500, "publication_limit_b": 7000}
GOOD = {"estimate": 0.4, "se": 0.02, "cv": 0.05, "n": 500, "households": 300, "df": 80.0, "unknown_share": 0.01,
        "n_numerator": 200, "n_effective": 400.0, "population": 90000.0, "proportion": True}  # fmt: skip


def edition(**changes):
    return catalog.load_country("armenia").model_copy(update=changes)


@pytest.mark.parametrize("name", PROFILES)
def test_a_good_figure_is_published(name):
    profile = catalog.load_profile(name, edition(parameters=LIMITS))
    assert judge(profile, GOOD) == ("publish", "")
    assert not too_few(profile, 500, 300)


@pytest.mark.parametrize(
    ("name", "facts", "flag", "why"),
    [
        ("difference", {"cv": 90.0, "estimate": 0.0001}, "publish", ""),
        ("difference", {"n": 19}, "suppress", "n < 20"),
        ("difference", {"n_effective": 29.0}, "caution", "n_effective < 30"),
        ("difference", {"df": 2.0}, "suppress", "df < 3"),
        ("abs", {"cv": 0.25}, "caution", "cv >= 0.25"),
        ("abs", {"cv": 0.5}, "suppress", "cv >= 0.50"),
        ("ons", {"cv": 0.1}, "publish", ""),
        ("ons", {"cv": 0.15}, "caution", "cv > 0.10"),
        ("ons", {"cv": 0.21}, "suppress", "cv > 0.20"),
        ("inec", {"n_effective": 59.0}, "suppress", "n_effective < 60"),
        ("inec", {"n_effective": math.nan}, "publish", ""),
        ("eurostat_lfs", {"population": 3499.0}, "suppress", "population < 3500"),
        ("eurostat_lfs", {"population": 3500.0}, "caution", "population < 7000"),
        ("eurostat_lfs", {"unknown_share": 0.11}, "caution", "unknown_share > 0.10"),
        ("eurostat_lfs", {"unknown_share": 0.31}, "suppress", "unknown_share > 0.30"),
    ],
)
def test_the_rule_that_decides(name, facts, flag, why):
    assert judge(catalog.load_profile(name, edition(parameters=LIMITS)), {**GOOD, **facts}) == (flag, why)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("name", PROFILES)
def test_every_reason_has_words_in_every_language(name, language):
    profile = catalog.load_profile(name, edition(parameters=LIMITS))
    for rule in profile.expressions:
        words = in_words(rule, language)
        assert words != rule and not any(fact in words.split() for fact in FACTS if "_" in fact), rule
        assert language == "en" or words != in_words(rule, "en")


def test_each_profile_has_a_day_a_status_and_a_reference():
    for profile in PROFILES.values():
        assert profile.valid_from and profile.status and profile.reference
        assert {"en", "fr", "es"} <= set(profile.title)


def test_a_country_sets_its_limits():
    with pytest.raises(CatalogError, match=r"armenia-2007.yaml:\d+.*eurostat_lfs needs publication_limit_a.*not set"):
        catalog.load_profile("eurostat_lfs", edition(parameters={"working_age": 15}))
    worker = edition(module="worker", parameters={})
    with pytest.raises(CatalogError, match="worker has no such parameter"):
        catalog.load_profile("eurostat_lfs", worker)
    assert "population < publication_limit_a" in catalog.load_profile("eurostat_lfs").suppress


def dated(suppress, day):
    return {"suppress": (suppress,), "caution": (), "valid_from": day, "status": "ours", "reference": "ours"}


EARLIER = (Rules(**dated("n < 30", "2012-01-01")), Rules(**dated("n < 40", "2005-01-01")))
VERSIONS = Profile(title={"en": "Rules", "fr": "Règles"}, **dated("n < 20", "2018-07-01"), earlier=EARLIER)


@pytest.mark.parametrize(
    ("year", "rule", "older"),
    [(2000, "n < 40", True), (2005, "n < 40", False), (2011, "n < 40", False), (2012, "n < 30", False),
     (2017, "n < 30", False), (2018, "n < 20", False), (2030, "n < 20", False), (None, "n < 20", False)],
)  # fmt: skip
def test_the_year_of_the_survey_picks_the_version(year, rule, older):
    found = VERSIONS.of_year(year)
    assert found.suppress == (rule,)
    assert (found.note is not None) == older
    if older:
        assert found.note["fr"] == "Règles : en vigueur depuis le 2005-01-01 ; l'enquête, de 2000, est plus ancienne"


def test_versions_are_read_from_yaml(tmp_path, monkeypatch):
    text = """\
own:
  title: {en: Own}
  suppress: [n < 20]
  caution: []
  valid_from: "2018-01-01"
  status: ours
  reference: made for tests
  earlier:
    - {suppress: [n < 30], caution: [], valid_from: "2000-01-01", status: ours, reference: made for tests}
"""
    monkeypatch.setattr("lfs_migration.catalog.codebooks.folder", lambda: tmp_path)
    (tmp_path / "quality.yaml").write_text(text, encoding="utf-8")
    assert catalog.load_profile("own").suppress == ("n < 20",)
    assert catalog.load_profile("own", edition()).suppress == ("n < 30",)
    (tmp_path / "quality.yaml").write_text(text.replace("2000-01-01", "2000-13-01"), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"quality.yaml:9.*valid_from is a day, as 2018-01-01"):
        catalog.load_profile("own")


def test_the_table_says_that_the_rules_are_later():
    data = survey()
    (table, *_) = tables_of(data, [indicator("total", fold={}, quality="statcan")], data.codebook)
    assert table.notes == ()
    (table, *_) = tables_of(data, [indicator("total", fold={}, quality="armstat_2018")], data.codebook)
    assert table.notes_in() == ("Armstat 2018: in force from 2018-01-01; the survey, of 2007, is older.",)


def test_the_profile_of_an_indicator_comes_before_that_of_the_edition_and_of_the_call():
    data = survey()
    one = indicator("total", fold={}, breakdowns=())
    flags = {}
    for profile in ("", "statcan", "default"):
        named = one.model_copy(update={"quality": profile})
        (table,) = tables_of(data, [named], data.codebook, profile="ons")
        flags[profile] = table.cells[0].why
    assert flags == {"": "cv > 0.10", "statcan": "", "default": "n < 50; df < 8"}


def facts(statistic, row=0, **more):
    return facts_of(lfm.estimate(survey(), statistic, **more), row, statistic)


ABROAD = Part(record="emigrant", where="em_abroad")
WOMEN = Part(record="emigrant", where="em_abroad and em_sex == 2")
AGE = Part(record="emigrant", where="em_abroad", value="em_age")
PERSONS = Part(record="person")


def test_the_population_is_that_of_the_rows_that_n_counts():
    assert facts(lfm.Count("emigrant", where="em_abroad"))["population"] == 423
    assert facts(lfm.Share(WOMEN, ABROAD))["population"] == pytest.approx(423)
    assert facts(lfm.Ratio(AGE, ABROAD))["population"] == pytest.approx(423)
    assert facts(lfm.Quantile(AGE))["population"] == pytest.approx(423)
    shares = lfm.Proportion("em_dest", ABROAD)
    result = lfm.estimate(survey(), shares)
    counts = lfm.estimate(survey(), lfm.Count("emigrant", where="em_abroad"), by=["em_dest"])
    size = dict(zip(counts.by["em_dest"], counts.estimate, strict=True))
    for row, code in enumerate(result.by["em_dest"]):
        assert facts_of(result, row, shares)["population"] == pytest.approx(size[code])


@pytest.mark.parametrize(
    "statistic",
    [lfm.Total(AGE), lfm.Ratio(ABROAD, PERSONS, plus=ABROAD), lfm.Proportion("em_dest", AGE),
     lfm.Difference(lfm.Share(WOMEN, ABROAD), "em_dest", "RUS", "TUR")],
)  # fmt: skip
def test_what_has_no_one_population_has_none(statistic):
    assert math.isnan(facts(statistic)["population"])


def test_the_effective_sample_is_rows_over_the_design_effect():
    result = lfm.estimate(survey(), lfm.Share(WOMEN, ABROAD))
    assert facts(lfm.Share(WOMEN, ABROAD))["n_effective"] == pytest.approx(28 / result.deff[0])


def test_a_fact_that_is_not_given_is_unknown():
    assert judge(PROFILES["inec"], {"n": 100}) == ("publish", "")
