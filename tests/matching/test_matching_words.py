"""Words, codes and blanks, each by itself."""

from __future__ import annotations

import numpy as np
import pytest

from lfs_migration.matching.absent import absent_answers
from lfs_migration.matching.amounts import buddhist, of_values
from lfs_migration.matching.keys import household_key, numbers_lines, twins
from lfs_migration.matching.links import countings
from lfs_migration.matching.lists import Named, code_map, of_codes, same_codes
from lfs_migration.matching.nouns import Candidate, Column, Evidence, Table
from lfs_migration.matching.scoring import assigned, score
from lfs_migration.matching.scripts import guess_encoding, letters, sense
from lfs_migration.matching.targets import knowledge
from lfs_migration.matching.universes import conditions, depths, gates, of_blanks
from lfs_migration.matching.words import concepts, fold, name_concepts, parts
from lfs_migration.model.country import File


@pytest.fixture(scope="module")
def known():
    return knowledge("emigration")


def column(values, name="c", **more):
    """A column of values; None is blank."""
    distinct = sorted({v for v in values if v is not None}, key=lambda v: (isinstance(v, str), v))
    numbers = np.array([float(v) if not isinstance(v, str) or v.isdigit() else np.nan for v in distinct])
    rows = np.array([-1 if v is None else distinct.index(v) for v in values])
    kind = "text" if any(isinstance(v, str) for v in distinct) else "number"
    return Column(**{"name": name, "position": 0, "values": tuple(distinct), "numbers": numbers, "rows": rows,
                     "nature": kind, **more})  # fmt: skip


@pytest.mark.parametrize(
    ("label", "concept"),
    [
        ("Sexo", "sex"), ("Пол выехавшего", "sex"), ("Մեկնողի սեռը", "sex"), ("النوع", "sex"), ("เพศ", "sex"),
        ("Edad", "age"), ("Возраст", "age"), ("Տարիքը", "age"), ("السن الحالي", "age"), ("อายุปัจจุบัน", "age"),
        ("Année du retour", "return"), ("Год возвращения", "return"), ("เดือนที่กลับ", "return"),
    ],
)  # fmt: skip
def test_a_concept_is_found_in_any_language(label, concept):
    assert concept in concepts(label)


@pytest.mark.parametrize("name", ["q501", "p03", "mig13", "M9", "x", "v0042"])
def test_a_name_that_only_numbers_says_nothing(name, known):
    from lfs_migration.matching.wording import of_name

    target = known.target("emigrant", "em_sex")
    assert of_name(column([1, 2], name), target, known) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [("rururb", {"rural", "urban"}), ("WeightHH", {"weight", "household"}), ("birth_year", {"birth", "year"})],
)
def test_a_name_is_cut_into_abbreviations(name, said):
    assert name_concepts(name) == said


def test_digits_of_other_scripts_and_accents_are_folded():
    assert fold("ÉTÉ ۱۲٣") == "ete 123"
    assert parts("Մարզը / Марз") == ("Մարզը", "Марз")
    assert parts("Urbano/rural") == ("Urbano/rural",)


def test_codes_are_mapped_whatever_their_order_and_language(known):
    sexes = known.codebook.codelists["SEX"]
    mapped = code_map((Named(1, "Mujer"), Named(2, "Hombre")), sexes)
    assert {one.native: one.code for one in mapped} == {1: 2, 2: 1}


def test_a_code_without_a_label_that_fits_is_open(known):
    sexes = known.codebook.codelists["SEX"]
    mapped = code_map((Named(1, "Mujer"), Named(3, "Azul celeste")), sexes)
    assert mapped[1].code is None


def test_several_codes_may_become_one(known):
    levels = known.codebook.codelists["LFSTAT"]
    answers = tuple(Named(i, label) for i, label in enumerate(("Ocupado pleno", "Ocupado parcial", "Desocupado"), 1))
    assert [one.code for one in code_map(answers, levels)] == [1, 1, 2]


def test_the_country_no_is_norway_and_na_namibia(known):
    areas = known.codebook.codelists["COUNTRY"]
    answers = tuple(Named(code, code) for code in ("NO", "NA", "DEU", "Perú"))
    assert [one.code for one in code_map(answers, areas)] == ["NOR", "NAM", "DEU", "PER"]


def test_labels_of_another_list_speak_against_it(known):
    answers = tuple(Named(i, f"{word} satisfied") for i, word in enumerate(("Very", "Rather", "Hardly", "Not"), 1))
    told = of_codes(answers, known.codebook.codelists["STAYPLAN"], 1, {})
    assert told is not None
    assert told.value < 0.2


@pytest.mark.parametrize(
    ("values", "absent"),
    [
        ([*range(1, 12), 97, 98, 99], {97: "dont_know", 98: "refused", 99: "not_stated"}),
        ([*range(0, 100)], {}),
        ([*range(0, 96), 99], {}),
        ([*range(0, 97), 999], {999: "not_stated"}),
        ([1, 2, 9], {9: "not_stated"}),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], {}),
        ([1990, 2007, 9997], {9997: "dont_know"}),
        ([100, 7600, 9999998], {9999998: "refused"}),
    ],
)
def test_nines_beyond_the_answers_are_absent_ones(values, absent):
    found = absent_answers(column(values), set())
    assert {value: told[0] for value, told in found.items()} == absent


def test_labels_and_declarations_give_the_reason():
    labels = {1: "Sí", 2: "No", 8: "No sabe", 9: "Отказ от ответа"}
    found = absent_answers(column([1, 2, 8, 9, -1], value_labels=labels), {-1})
    assert {value: told[0] for value, told in found.items()} == {
        8: "dont_know", 9: "refused", -1: "not_stated"}  # fmt: skip


def test_buddhist_years_are_years(known):
    target = known.target("emigrant", "em_dep_year")
    thai = column([2540 + i % 12 for i in range(200)])
    assert buddhist(thai)
    told = of_values(thai, target, root=False)
    assert told is not None
    assert told.value > 0.8
    assert not buddhist(column([1990 + i % 12 for i in range(200)]))


@pytest.mark.parametrize(("variable", "fits"), [("em_age", True), ("em_dep_year", False), ("em_sex", False)])
def test_ages_are_ages_and_nothing_else(variable, fits, known):
    ages = column([18 + i % 50 for i in range(500)])
    told = of_values(ages, known.target("emigrant", variable), root=False)
    assert told is not None
    assert (told.value > 0.5) == fits


def test_a_key_is_found_that_only_columns_together_make():
    spec = File(path="x.csv", format="csv")
    areas, numbers = [1, 1, 2, 2, 3], [1, 2, 1, 2, 1]
    home = Table("home", spec, 5, (column(areas, "area"), column(numbers, "nr"), column([4, 4, 4, 4, 5], "w")))
    people = Table("people", spec, 6, (column([1, 1, 1, 2, 3, 3], "area"), column([1, 1, 2, 1, 1, 1], "nr")))
    keys = household_key([people, home])
    assert (keys.columns, keys.home) == (("area", "nr"), "home")
    assert keys.households("people") == 4
    line = column([1, 2, 1, 1, 1, 2], "line")
    assert numbers_lines(line, keys.groups["people"]) == 1.0
    assert numbers_lines(column([1, 1, 1, 1, 1, 1], "other"), keys.groups["people"]) < 0.6


def test_a_column_of_names_beside_codes_is_their_twin():
    names = ["Lori", "Lori", "Shirak", "Tavush", "Shirak"]
    columns = (column([6, 6, 8, 11, 8], "code"), column(names, "name"), column([1, 2, 1, 1, 1], "sex"))
    table = Table("t", File(path="x.csv", format="csv"), 5, columns)
    assert twins(table) == {"code": "name"}


def test_a_filter_question_decides_where_others_are_filled():
    gate = column([1, 2] * 50, "gate")
    amount = column([100, None] * 50, "amount")
    assert gates([gate, amount, column([1] * 100, "one")]) == {"gate": ["amount"]}


def test_blanks_where_a_question_is_not_asked_speak_for_it(known):
    target = known.target("emigrant", "em_rem_cash")
    sent = np.array([1.0, 2.0] * 50)
    everyone = np.ones(100, dtype=bool)
    right = of_blanks(column([100, None] * 50), target, {"em_rem_any": sent}, everyone)
    wrong = of_blanks(column([None, 100] * 50), target, {"em_rem_any": sent}, everyone)
    assert right is not None and wrong is not None
    assert (right.value > 0.9, wrong.value < 0.1) == (True, True)


def test_conditions_of_a_universe_are_read_one_by_one(known):
    read = {c.variable: c.holds(np.array([1.0, 2.0, np.nan])).tolist() for c in conditions("a == 1 and b in [2, 3]")}
    assert read == {"a": [True, False, False], "b": [False, True, False]}
    depth = depths(known.targets["emigrant"])
    assert depth["em_rem_cash"] > depth["em_rem_any"] > depth["em_sex"] == 0


def test_rules_about_numbers_of_rows_are_read_from_the_codebook(known):
    found = {(one.variable, one.record, one.none) for one in countings(known.codebook)}
    assert {("hh_em_n", "emigrant", None), ("hh_em_any", "emigrant", 2)} <= found


def test_only_unusual_codes_tell_that_two_lists_are_one():
    schools = [110, 130, 210, 220, 310, 320, 400]
    assert same_codes(column(schools), column(schools[1:])) == 1.0
    assert same_codes(column([1, 2, 3, 4, 5]), column([1, 2, 3, 4, 5])) == 0.0


def test_of_all_assignments_the_best_in_sum_is_taken():
    sure, fair = (Evidence("label", value, "") for value in (0.95, 0.8))
    pairs = {
        ("a", "x"): Candidate("a", "x", 0.9, (sure,)),
        ("a", "y"): Candidate("a", "y", 0.85, (sure,)),
        ("b", "x"): Candidate("b", "x", 0.8, (sure,)),
        ("b", "y"): Candidate("b", "y", 0.3, (fair,)),
    }
    assert {c: one.variable for c, one in assigned(pairs).items()} == {"a": "y", "b": "x"}


def test_values_alone_do_not_decide_in_an_unknown_file():
    values = {("a", "x"): Candidate("a", "x", 0.9, (Evidence("values", 0.9, ""),))}
    assert assigned(values) == {}
    assert set(assigned(values, silent=True)) == {"a"}


def test_evidence_of_a_half_changes_no_score():
    silent = Evidence("blanks", 0.5, "")
    assert score([silent], 0.4) == score([], 0.4)


@pytest.mark.parametrize("encoding", ["windows-1251", "windows-1256", "cp874", "cp1252", "utf-8"])
def test_an_encoding_makes_sense_of_its_own_text(encoding, known, tmp_path):
    areas = known.codebook.codelists["COUNTRY"]
    language = {"windows-1251": "ru", "windows-1256": "ar", "cp874": "th"}.get(encoding, "es")
    names = [area.label[language] for area in areas.codes.values() if language in area.label][:60]
    text = "id,name\n" + "".join(f"{i},{name.replace(',', ' ')}\n" for i, name in enumerate(names))
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding, "ignore"))
    assert guess_encoding(path, areas)[0] == encoding
    assert sense("qqzzx", letters(areas)) == 0.0
