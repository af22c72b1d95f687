"""Ad hoc tables and an office's own sets: what their texts mean, and what is said of those that are wrong."""

from __future__ import annotations

import re

import pytest

from lfs_migration import catalog
from lfs_migration.catalog.adhoc.wording import statistic_of, wording
from lfs_migration.errors import CatalogError, NotFound


@pytest.fixture(scope="module")
def armenia():
    edition = catalog.load_country("armenia")
    return catalog.load_codebook(edition=edition), edition


@pytest.fixture(scope="module")
def ask(armenia):
    def call(text, statistic="", **more):
        return catalog.ad_hoc(text, *armenia, statistic=statistic, **more)

    return call


def parts(made):
    return [(part.record, part.where, part.value) for part in made.indicator.own]


def test_a_text_has_clauses():
    said = wording(
        "em_rem_cash where em_sex == 1 per 100 emigrant of emigrant by urban, cut(em_age, 15, 25) where em_abroad"
    )
    assert (said.first.what, said.first.where, said.joined, said.per) == ("em_rem_cash", "em_sex == 1", "per", 100)
    assert (said.second.what, said.second.of, said.second.where) == ("emigrant", "emigrant", "")
    assert (said.by, said.where) == (("urban", "cut(em_age, 15, 25)"), "em_abroad")


def test_words_in_quotes_and_brackets_begin_no_clause():
    said = wording("""em_dest where em_dest in ["by", 'where'] and (em_age >= 15)""")
    assert said.where == """em_dest in ["by", 'where'] and (em_age >= 15)"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Nothing stands before the first clause"),
        ("by em_sex", "Nothing stands before the first clause"),
        ("em_dest by", "Nothing stands after 'by'"),
        ("em_dest by em_sex where", "Nothing stands after 'where'"),
        ("em_dest by em_sex,", "A comma stands without a name before it"),
        (
            "em_dest by em_sex by urban",
            "'by' stands twice. In 'em_dest by em_sex by urban'. Divide the names by commas",
        ),
        ("em_dest where a == 1 where b == 1", "'where' stands twice. .* Join the conditions with 'and'"),
        ("em_dest where a == 1 by em_sex where b == 1", "'where' stands twice"),
        ("em_dest per person over person", "'per and over' stands twice"),
        ("em_dest where (em_age >= 15", "A bracket is not closed"),
        ("em_dest where em_age >= 15)", "A bracket closes that was not opened"),
        ('em_dest where em_dest == "RUS', 'A quote " is not closed'),
    ],
)
def test_a_text_without_sense(text, message):
    with pytest.raises(CatalogError, match=message):
        wording(text)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("men", "No statistic 'men'. Did you mean 'mean' or 'median'?"),
        ("quantile", "A quantile of what probability? Write it between 0 and 1, as quantile:0.8"),
        ("quantile:8", "A quantile cannot be at '8'"),
        ("quantile:0.0", "A quantile cannot be at '0.0'"),
        ("mean:0.5", "The mean takes no number. Write mean"),
    ],
)
def test_a_statistic_that_there_is_not(given, message):
    with pytest.raises(CatalogError, match=re.escape(message)):
        statistic_of(given)


@pytest.mark.parametrize(
    ("text", "statistic", "kind", "unit"),
    [
        ("emigrant by em_sex", "", "total", "persons"),
        ("household by urban", "", "total", "households"),
        ("em_dest by em_sex", "", "distribution", "per cent"),
        ("em_dest by em_sex", "total", "total", "persons"),
        ("em_rem_cash", "", "mean", "national currency per 12 months"),
        ("em_rem_cash", "total", "total", "national currency per 12 months"),
        ("em_rem_cash / 12", "median", "median", "unit of em_rem_cash / 12"),
        ("em_rem_any == 1", "", "share", "per cent"),
        ("em_abroad", "share", "share", "per cent"),
        ("em_rem_cash per em_months_abroad", "", "ratio", "national currency per 12 months / months"),
        ("emigrant per 1000 person", "ratio", "ratio", "per 1000"),
        ("emigrant where em_sex == 2 over emigrant", "", "share", "per cent"),
    ],
)
def test_the_usual_statistic(ask, text, statistic, kind, unit):
    made = ask(text, statistic).indicator
    assert (made.kind, made.unit) == (kind, unit)


def test_rows_out_of_scope_are_left_out_unless_they_are_asked_for(ask):
    assert parts(ask("em_dest where em_age >= 15")) == [("emigrant", "(em_scope == 1) and (em_age >= 15)", "")]
    assert parts(ask("em_scope")) == [("emigrant", "", "")]
    assert parts(ask("urban of household")) == [("household", "", "")]


def test_what_a_country_chose_stands_in_the_condition(ask):
    made = ask("em_dest where em_age >= working_age").indicator
    assert made.numerator.where.endswith("(em_age >= 15)")
    assert made.parameters == ("working_age",)


def test_the_record_is_the_lowest_that_is_named(ask):
    assert ask("region").indicator.numerator.record == "emigrant"
    assert ask("sex by per_lfstat").indicator.numerator.record == "person"
    assert ask("sex of person").indicator.numerator.record == "person"
    assert ask("hh_em_n", "mean").indicator.numerator.record == "household"
    assert ask("hh_em_n by em_sex", "mean").indicator.numerator.record == "emigrant"
    assert ask("count(emigrant) by region", "mean").indicator.numerator.record == "household"


def test_a_condition_stands_with_what_it_is_about(ask):
    apart = parts(ask("emigrant where em_abroad per person where per_age >= 15 by region"))
    assert apart == [("emigrant", "(em_scope == 1) and (em_abroad)", ""), ("person", "per_age >= 15", "")]
    both = parts(ask("emigrant per person by region where urban == 1"))
    assert [where for _, where, _ in both] == ["(em_scope == 1) and (urban == 1)", "urban == 1"]
    one = parts(ask("em_rem_cash where em_abroad per em_months_abroad"))
    assert {where for _, where, _ in one} == {"(em_scope == 1) and (em_abroad)"}


def test_a_variable_that_measures_a_breakdown_is_it(ask):
    made = ask("em_dest by em_sex, em_relation")
    assert (made.indicator.of, made.breakdown) == (("destination",), ("sex", "em_relation"))
    assert made.codebook.dimensions["em_relation"].variables == {"emigrant": "em_relation"}
    assert made.codebook.dimensions["em_relation"].label == made.codebook.variables["em_relation"].label


def test_the_module_is_not_changed(ask, armenia):
    ask("em_dest by em_relation, cut(em_age, 15)")
    assert not {"em_relation", "em_age_15"} & set(armenia[0].dimensions)


def test_statements_of_the_record_hold_under_their_condition(ask):
    assert "look_back" not in ask("emigrant").indicator.coverage
    mexico = catalog.load_country("mexico")
    made = catalog.ad_hoc("emigrant by em_sex", catalog.load_codebook(edition=mexico), mexico).indicator
    assert {"whole_households", "double_reports", "proxies", "look_back"} <= set(made.coverage)
    assert ask("household").indicator.coverage == ()


def test_a_question_of_several_answers_has_the_share_of_each():
    book = catalog.load_codebook()
    plain = catalog.plain_edition(book, "w_hh", "stratum", "psu")
    made = catalog.ad_hoc("em_socprot by em_sex where em_abroad", book, plain).indicator
    assert (made.kind, made.question, made.breakdowns) == ("options", "em_socprot", (("sex",),))
    assert made.options["1"].where == "em_socprot__1 == 1"
    assert len(made.options) == len(book.multiples["em_socprot"].parts)


def test_statements_of_a_record_that_there_are_not_are_problems():
    book = catalog.load_codebook()
    changed = book.records["emigrant"].model_copy(update={"coverage": {"proxis": "rostr == 'all'", "returned": "1 +"}})
    found = list(map(str, catalog.problems(book.model_copy(update={"records": {**book.records, "emigrant": changed}}))))
    assert any("No coverage statement 'proxis'. Did you mean 'proxies'?" in one for one in found)
    assert any("No parameter 'rostr'. Coverage statement proxis. Did you mean 'roster'?" in one for one in found)
    assert any(one.startswith("module.yaml:") and "Cannot read '1 +'" in one for one in found)


WRONG = [
    ("em_dst by em_sex", "", "No variable, breakdown or record 'em_dst'. Did you mean 'em_dest'"),
    ("em_dest by em_sx", "", "No variable, breakdown or record 'em_sx'. Did you mean 'em_sex'"),
    ("em_dest where em_ag >= 15", "", "No variable 'em_ag'. Used in 'em_ag >= 15'. Did you mean 'em_age'"),
    ("em_dest of emigrnt", "", "No record 'emigrnt'. Did you mean 'emigrant'?"),
    ("em_dest buy em_sex", "", "Cannot read 'em_dest buy em_sex'. buy: Did you mean 'by'?"),
    ("em_dest by em_sex when em_age >= 15", "", "when: Did you mean 'where'?"),
    ("em_dest where em_age", "", "'em_age' is no condition. Compare it, as em_age == 1"),
    ("em_dest where em_sex == 3", "", "3 is not a code or attribute of em_sex"),
    ("em_dest by em_age", "", "em_age has too many values for categories: the numbers from 0 to 120. Cut it into "
     "classes, as cut(em_age, 15, 25, 65), or name a breakdown: age_group"),
    ("em_rem_cash", "proportion", "em_rem_cash has too many values for categories: any number. Cut it"),
    ("em_dest by hh_id", "", "hh_id tells one household from another, and has no categories"),
    ("em_dest by cut(em_sex, 2)", "", "em_sex is no number, and cannot be cut. Break down by em_sex"),
    ("em_dest by cut(em_age, 25, 15)", "", "The limits of 'cut(em_age, 25, 15)' are not numbers that rise"),
    ("em_dest by group(em_sex)", "", "The codes of em_sex have no groups. Break down by em_sex"),
    ("em_dest by em_age >= 15", "", "'em_age >= 15' is no breakdown. Divide names by commas; conditions follow where"),
    ("em_dest by destination_group", "", "destination_group and destination are about the same"),
    ("em_dest by em_sex, sex", "", "sex stands twice"),
    ("em_dest", "mean", "em_dest has no mean. It has: proportion, total"),
    ("emigrant", "ratio", "emigrant has no ratio. Write what it is set against after per"),
    ("emigrant per person", "share", "emigrant has no share. A ratio is set with per, a share with over"),
    ("emigrant over person", "", "A share is of rows of one record. Write per for a ratio"),
    ("em_dest per person", "", "em_dest has categories: it is no amount, and no rows"),
    ("em_reason + 1", "", "em_reason has codes, and is no number to compute with"),
    ("em_sex by per_sex", "", "em_sex is asked of each emigrant, per_sex of each person. No row has both"),
    ("em_dest of person", "", "'em_dest' is not a variable of person"),
    ("emigrant per person by sex where em_abroad", "", "'em_abroad' is not about rows of person. Put where right"),
    ("em_dest by em_marital", "", "armenia-2007 cannot make this table. em_marital was not asked"),
    ("em_dest by labour_status", "", "labour_status is not a breakdown of the emigrant record"),
    ("em_dest where em_age < 0", "", "'em_age < 0' is never true"),
    ("em_dest where em_age > 40 and em_age < 30", "", "'em_age > 40 and em_age < 30' is never true"),
    ("em_earn_now", "", "em_earn_now is in the currency of em_earn_cur per month: they cannot be added. Choose one of "
     "em_earn_cur after where"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "statistic", "message"), WRONG, ids=[one[0] for one in WRONG])
def test_what_is_wrong_is_said(ask, text, statistic, message):
    with pytest.raises(CatalogError, match=re.escape(message)) as caught:
        ask(text, statistic, place="tables.yaml:3")
    assert str(caught.value).startswith("tables.yaml:3: ")


def test_a_condition_out_of_the_scope_is_never_true_and_says_so(ask):
    with pytest.raises(CatalogError, match="Rows out of the scope of emigrant are left out: em_scope == 1"):
        ask("emigrant where em_end_year < 1900")
    assert ask("em_sex where em_scope == 2").indicator.numerator.where == "em_scope == 2"


SET = """\
- indicator: E14
  by: [[em_sex], [em_relation, urban]]
  title: {en: Where they are, fr: Où ils sont}
- table: em_dest by em_sex where em_age >= 15
  title: {en: Adults by destination}
- table: em_rem_cash / 12 by cut(em_age, 15, 25)
  code: N02
  statistic: median
  unit: national currency per month
  topic: remittances
- code: N03
  topic: who
  title: {en: Women among emigrants}
  kind: share
  numerator: {record: emigrant, where: em_abroad and em_sex == 2}
  denominator: {record: emigrant, where: em_abroad}
  unit: per cent
  per: 100
  by: [[region]]
  reference: ours
"""


@pytest.fixture
def own(tmp_path, armenia):
    def call(text):
        path = tmp_path / "tables.yaml"
        path.write_text(text, encoding="utf-8")
        return catalog.load_tables(path, armenia[1])

    return call


def test_a_set_has_indicators_of_three_kinds(own):
    made = own(SET)
    first, second, third, fourth = made.indicators
    assert [one.code for one in made.indicators] == ["E14", "T2", "N02", "N03"]
    assert (first.breakdowns, first.title["fr"]) == ((("sex",), ("em_relation", "urban")), "Où ils sont")
    assert (second.kind, second.title["en"]) == ("distribution", "Adults by destination")
    assert (third.kind, third.unit, third.topic) == ("median", "national currency per month", "remittances")
    assert (fourth.kind, fourth.breakdowns) == ("share", (("region",),))
    assert {"em_relation", "em_age_15_25"} <= set(made.codebook.dimensions)


BAD = [
    ("indicator: E14", "indicator: E144", 1, "No indicator 'E144'. Did you mean 'E14"),
    ("by: [[em_sex], [em_relation, urban]]", "by: [em_sex]", 2, "by must be a list of lists"),
    ("by: [[em_sex], ", "by: [[em_sx], ", 2, "No breakdown or variable 'em_sx'. Did you mean 'em_sex'"),
    ("[em_relation, urban]", "[em_marital]", 2, "E14 cannot be broken down by em_marital for armenia-2007. em_marital "
     "was not asked"),
    ("where em_age >= 15", "where em_ag >= 15", 4, "No variable 'em_ag'"),
    ("- table: em_dest", "- tabel: em_dest", 4, "The entry is no table. Did you mean 'table'?"),
    ("statistic: median", "statistic: medean", 6, "No statistic 'medean'. Did you mean 'median'"),
    ("statistic: median", "statstic: median", 8, "Unknown key 'statstic'"),
    ("topic: remittances", "topic: money", 10, "No topic 'money'"),
    ("code: N02", "code: N03", 11, "N03 stands twice"),
    ("code: N02", "code: E03", 7, "E03 is an indicator of the module emigration. Write `indicator: E03`"),
    ("kind: share", "kind: shear", 14, "Did you mean 'share'"),
    ("em_abroad and em_sex == 2", "em_abroad and em_sex == 3", 15, "3 is not a code or attribute of em_sex"),
    ("em_abroad and em_sex == 2", "em_abroad and em_marital == 2", 11, "N03 cannot be computed for armenia-2007. "
     "em_marital was not asked"),
    ("by: [[region]]", "by: [[regon]]", 19, "No breakdown 'regon'. Did you mean 'region'"),
    ("  reference: ours\n", "  reference: ours\n- {}\n", 21, "The entry is no table. Write `indicator: CODE`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message"), BAD, ids=[one[1].strip() for one in BAD])
def test_a_bad_line_of_a_set_is_named(own, old, new, line, message):
    assert SET.count(old) == 1
    with pytest.raises(CatalogError, match=re.escape(message)) as caught:
        own(SET.replace(old, new))
    assert str(caught.value).startswith(f"tables.yaml:{line}: ")


def test_a_set_is_a_list_that_is_there(own, tmp_path, armenia):
    with pytest.raises(CatalogError, match=r"tables.yaml:1: The file must hold a list. Write each table after a `- `"):
        own("E14: {}\n")
    with pytest.raises(CatalogError, match="There is no such file"):
        catalog.load_tables(tmp_path / "none.yaml", armenia[1])


def test_an_indicator_may_be_relative_to_one_of_the_module_or_of_the_set(own):
    text = (
        SET
        + """\
- code: N04
  topic: who
  title: {en: Women abroad relative to N03}
  kind: relative
  relative_to: N03
  numerator: {record: emigrant, where: em_sex == 2}
  denominator: {record: emigrant}
  unit: ratio
  reference: ours
"""
    )
    made = own(text).indicators
    assert made[-1].against == made[-2].own
    with pytest.raises(CatalogError, match=r"tables.yaml:25: N04 is relative to 'N30'. Did you mean .*'N03'"):
        own(text.replace("relative_to: N03", "relative_to: N30"))


def test_a_name_that_is_not_known_is_not_found(ask):
    with pytest.raises(NotFound):
        ask("em_dst")
