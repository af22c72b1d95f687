"""Looking things up in the codebook."""

import pytest

from lfs_migration import catalog, lookup
from lfs_migration.cli import main
from lfs_migration.errors import NotFound

BOOK = catalog.load_codebook()


def test_a_variable_with_its_codes_and_where_it_stands():
    lines = list(lookup.show("em_reason", BOOK))
    assert lines[0] == "em_reason: Main reason for leaving"
    facts = {line[2:16].strip(): line[16:] for line in lines[1:] if line[2] != " "}
    assert (facts["record"], facts["type"], facts["code list"]) == ("emigrant", "code", "REASON_EMIG")
    assert facts["universe"] == BOOK.variables["em_reason"].universe
    assert "97 dont_know" in facts["missing"]
    assert facts["defined in"].startswith("emigrant.yaml:")
    assert "         2  Work: to look for a job  [Work]" in lines


def test_an_edition_says_where_a_variable_comes_from():
    country = catalog.load_country("armenia")
    book = catalog.load_codebook(edition=country)
    lines = list(lookup.show("em_reason", book, country))
    assert "  in the files  M8 of armenia_emigrants.sav" in lines
    assert "  in the files  not there" in list(lookup.show("r_module", book, country))


def test_a_derived_variable_shows_its_expression():
    derived = next(variable for variable in BOOK.variables.values() if variable.derived)
    assert f"  {'derived as':<14}{derived.value}" in list(lookup.show(derived.name, BOOK))


def test_a_code_list_says_who_uses_it():
    lines = list(lookup.show("REASON_EMIG", BOOK))
    (users,) = (line for line in lines if line.startswith("  used by"))
    assert "em_reason" in users
    assert len([line for line in lines if line.startswith("     ")]) == len(BOOK.codelists["REASON_EMIG"].codes)


def test_labels_are_in_the_language():
    assert next(lookup.show("hh_result", BOOK, language="fr")) == "hh_result: Résultat de la visite"


def test_a_word_is_found_in_any_language_without_accents():
    assert "hh_result  Outcome of the visit" in list(lookup.search("resultat de la VISITE", BOOK))
    assert any(line.startswith("REASON_EMIG 5 ") for line in lookup.search("études", BOOK))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["show", "em_reasn"],
            "No variable, question, code list, indicator or standard 'em_reasn'. Did you mean 'em_reason'",
        ),
        (["show", "em_reason", "--language", "xx"], "No language 'xx'"),
        (["show", "em_reason", "--country", "armenai"], "Did you mean 'armenia'"),
    ],
)
def test_what_is_not_there_has_near_matches(words, message, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["codebook", *words])
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_the_commands(capsys):
    for words in (["show", "em_sex"], ["search", "destination"]):
        with pytest.raises(SystemExit) as stop:
            main(["codebook", *words])
        assert stop.value.code == 0
        assert "em_" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["codebook", "search", "zzzz"])
    assert "Nothing has 'zzzz'" in capsys.readouterr().err


def test_a_language_that_nobody_has():
    with pytest.raises(NotFound):
        list(lookup.search("x", BOOK, "de"))


def test_a_question_with_several_answers_shows_its_parts():
    lines = list(lookup.show("em_socprot", BOOK))
    assert "  type          several answers" in lines
    assert any(line.startswith("  em_socprot__1  ") for line in lines)
    assert any(
        line.startswith("em_socprot  ") and line.endswith("(several answers)")
        for line in lookup.search("em_socprot", BOOK)
    )
    assert "  one answer of em_socprot" in list(lookup.show("em_socprot__1", BOOK))


def test_a_standard_says_who_follows_it_and_how_it_is_known():
    lines = list(lookup.show("un_1998_long_term", BOOK))
    facts = {line[2:16].strip(): line[16:] for line in lines[1:]}
    assert facts["document"].startswith("UN, Recommendations on Statistics of International Migration")
    assert facts["seen"] in ("text", "quoted", "recalled")
    assert "em_un98" in facts["followed by"]


def test_another_module_can_be_asked(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["codebook", "show", "gcc_esb", "--module", "worker"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("gcc_esb: ")


def test_an_indicator_shows_what_is_counted():
    lines = list(lookup.show("E02", BOOK))
    facts = {line[2:16].strip(): line[16:] for line in lines[1:]}
    assert facts["kind"] == "share"
    assert facts["numerator"].startswith("rows of household where ")
    assert any(
        line.startswith("E02  ") and line.endswith("(indicator)")
        for line in lookup.search("Household emigration", BOOK)
    )
