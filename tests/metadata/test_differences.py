"""What differs between two sides is told once, from either side alike."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from lfs_migration import catalog
from lfs_migration.errors import NotFound
from lfs_migration.metadata.differences import Difference, compare, difference_lines, write_differences

sys.path.append(str(Path(__file__).parents[1] / "catalog"))
from small_books import Small

COUNTRY = "codebooks/countries/laputa-2020.yaml"
PAIRS = [("armenia-2007", "egypt-2006"), ("emigration", "worker"), ("mexico", "emigration")]


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")
    return Small(tmp_path)


def changed(small, *changes):
    """What differs between the small country's file and another version of it."""
    text = (small.folder / COUNTRY).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = small.write("other/laputa-2020.yaml", text)
    return compare("laputa-2020", path)


def told(found):
    return [(one.name, one.kind, one.before, one.after) for one in found]


@pytest.fixture(scope="module", params=PAIRS, ids=" and ".join)
def pair(request):
    return request.param, compare(*request.param)


def turned(one):
    return Difference(one.entity, one.name, one.kind, one.place_b, one.place_a, one.after, one.before)


def test_the_same_is_told_from_either_side(pair):
    (a, b), found = pair
    assert [turned(one) for one in compare(b, a)] == list(found)


def test_nothing_is_told_twice(pair):
    _, found = pair
    assert found
    assert len({(one.entity, one.name, one.kind) for one in found}) == len(found)
    assert all(one.before != one.after for one in found)


def test_of_what_one_side_has_only_that_is_told(pair):
    _, found = pair
    alone = {(one.entity, one.name) for one in found if one.kind == "present"}
    assert not [one for one in found if (one.entity, one.name) in alone and one.kind != "present"]


@pytest.mark.parametrize("side", ["armenia-2007", "emigration", "mexico"])
def test_a_side_does_not_differ_from_itself(side):
    assert compare(side, side) == ()


def test_two_versions_without_a_change_are_the_same(small):
    assert changed(small) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("codes: {1: 1, 2: 2, 3: 3}", "codes: {1: 1, 2: 3, 4: 2}",
         [("work", "native code 2", "becomes 2", "becomes 3"), ("work", "native code 3", "becomes 3", ""),
          ("work", "native code 4", "", "becomes 2")]),
        ("        skip: [0]", "        skip: [9]",
         [("work", "native code 0", "does not apply", ""), ("work", "native code 9", "", "does not apply")]),
        ("missing: {99: dont_know}}", "missing: {98: dont_know}}",
         [("age", "native code 98", "", "dont_know"), ("age", "native code 99", "dont_know", "")]),
        ("column: a, missing", "column: b, missing", [("age", "source", "a", "b")]),
        ("counted: {value: 1}", "counted: {value: 2}", [("counted", "source", "always 1", "always 2")]),
        ("      weight: {column: w}", "      weight: {compute: w / 2}", [("weight", "source", "w", "w / 2")]),
        ("'2': {en: Luggnagg, fr: Luggnaggie, es: Luggnagg}", "'2': {en: Luggnagg, fr: Luggnague, es: Luggnagg}",
         [("ISLAND", "code 2 label fr", "Luggnaggie", "Luggnague")]),
        ("parameters: {grown: 16}", "parameters: {grown: 18}",
         [("work", "universe", "age >= 16", "age >= 18"), ("grown", "value", "16", "18")]),
        ("singletons: adjust", "singletons: fail", [("design", "singletons", "adjust", "fail")]),
        ("path: homes.csv", "path: houses.csv", [("homes", "path", "homes.csv", "houses.csv")]),
        ("    - given_weights: {weight: weight}\n", "",
         [("design", "weighting", "given_weights -> reference_person", "reference_person")]),
    ],
)  # fmt: skip
def test_a_change_of_a_countrys_file(small, old, new, expected):
    assert told(changed(small, (old, new))) == expected


def test_a_list_with_one_code_more(small):
    found = changed(small, ("      '2': {en: Lugg", "      '3': {en: New}\n      '2': {en: Lugg"))
    assert told(found) == [("ISLAND", "code 3", "", "yes"), ("ISLAND", "code 3 label en", "", "New")]
    assert "  code 3: added" in list(difference_lines(found))


def test_a_variable_that_is_no_longer_mapped_takes_what_is_derived_with_it(small):
    old = "      age: {column: a, missing: {99: dont_know}}\n"
    found = changed(small, (old, ""))
    assert told(found) == [(name, "present", "yes", "") for name in ("age", "age_class", "older")]


def test_the_places_are_lines_of_either_file(small):
    (one,) = changed(small, ("counted: {value: 1}", "counted: {value: 2}"))
    line = next(n for n, text in enumerate((small.folder / COUNTRY).read_text().splitlines(), 1) if "counted:" in text)
    assert (one.place_a, one.place_b) == (f"laputa-2020.yaml:{line}", f"laputa-2020.yaml:{line}")


def test_a_country_beside_its_module_shows_choices_and_what_is_not_asked(small):
    small(COUNTRY, "      weight: {column: w}\n", "")
    small(COUNTRY, "{weight: weight, stratum", "{weight: stratum, stratum")
    found = told(compare("small", "laputa"))
    assert ("grown", "value", "15", "16") in found
    assert ("weight", "present", "yes", "") in found
    assert ("ISLAND", "present", "", "yes") in found
    assert not [kind for _, kind, _, _ in found if kind.startswith(("native code", "source"))]


WORDING = """\
name: {name}
module: small
{edition}title: {{en: x}}
languages: [en, fr]
reference: made for tests
sections:
  - id: M
    record: member
    page: 1
    title: {{en: x, fr: x}}
    items:
      - {{id: M1, name: {item}, wording: {{en: "{en}", fr: "{fr}"}}}}
"""


def test_wordings_are_compared_in_each_language_where_both_sides_ask(small):
    small.write(
        "questionnaires/small.yaml", WORDING.format(name="small", edition="", item="age", en="How old?", fr="Âge ?")
    )
    own = WORDING.format(name="laputa-2020", edition="edition: laputa-2020\n", item="a", en="How old?", fr="Quel âge ?")
    small.write("questionnaires/laputa-2020.yaml", own)
    found = [one for one in compare("small", "laputa") if "wording" in one.kind]
    assert told(found) == [("age", "wording fr", "Âge ?", "Quel âge ?")]
    (small.folder / "questionnaires/laputa-2020.yaml").unlink()
    assert not [one for one in compare("small", "laputa") if "wording" in one.kind]


def test_the_screen_shows_one_language_and_counts_the_others(small):
    found = changed(small, ("{en: Luggnagg, fr: Luggnaggie,", "{en: Lugg, fr: Luggn,"))
    assert [line for line in difference_lines(found, "fr") if "Lugg" in line] == [
        "  code 2 label fr: Luggnaggie -> Luggn"
    ]
    assert list(difference_lines(found, "fr"))[-1] == "1 labels and wordings in other languages differ too"


def test_native_codes_stand_in_the_order_of_their_numbers(small):
    found = changed(small, ("codes: {1: 1, 2: 2, 3: 3}", "codes: {1: 1, 2: 2, 3: 3, 10: 1, 9: 1}"))
    assert [one.kind for one in found] == ["native code 9", "native code 10"]


def test_the_file_holds_every_difference_as_it_stands(small, tmp_path):
    found = changed(small, ("'2': {en: Luggnagg,", "'2': {en: '=1+1, \"x\"',"))
    path = write_differences(found, tmp_path / "out" / "differences.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [Difference(**row) for row in rows] == list(found)
    assert rows[0]["after"] == '=1+1, "x"'


def test_an_unknown_side_gets_near_matches():
    with pytest.raises(NotFound, match=r"No country, edition or module 'armenia-207'. Did you mean 'armenia-2007'"):
        compare("armenia-207", "emigration")


def test_a_country_without_its_year_is_its_newest_edition():
    newest = [f"mexico-{edition}" for name, edition in catalog.countries() if name == "mexico"][-1]
    assert compare("mexico", newest) == ()
