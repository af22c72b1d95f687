"""The kinds of errors that synthetic surveys carry: what is wrong in their file is told with its line."""

from __future__ import annotations

import pytest
from catalog_changes import Books

from lfs_migration import catalog
from lfs_migration.catalog import planted, recipes
from lfs_migration.errors import CatalogError
from lfs_migration.model.planted import ErrorKind


@pytest.fixture
def books(tmp_path, monkeypatch):
    copy = Books(tmp_path)
    monkeypatch.setattr(planted, "folder", lambda: copy.folder)
    return copy


@pytest.mark.parametrize("module", catalog.modules())
def test_every_kind_is_found_by_a_rule_that_there_is(module):
    book = catalog.load_codebook(module)
    own = {"orphan", "duplicate_key", "unmatched_code", "range", "codes", "routing_answered", "routing_blank"}
    kinds = catalog.load_planted(book)
    assert kinds
    assert {kind.rule for kind in kinds} <= own | set(book.rules)


def test_a_module_may_have_none(books):
    (books.folder / "worker" / "planted.yaml").unlink()
    assert catalog.load_planted(catalog.load_codebook("worker")) == ()


@pytest.mark.parametrize(
    ("module", "old", "new", "message"),
    [
        ("emigration", "rule: listed_number\n  record: household", "rule: listed_number\n  record: houshold",
         "No record 'houshold'. Did you mean 'household'"),
        ("emigration", "{per_age: \"130\"}", "{per_agee: \"130\"}", "'per_agee' is not a variable of person. Did you"),
        ("emigration", "where: 20 <= per_age <= 60", "where: 20 <= per_agee", "'per_agee' is not a variable of person"),
        ("emigration", "where: answered(per_lfstat)", "where: answerd(per_lfstat)", "'answerd' is not a function"),
        ("emigration", "variable: em_sex", "variable: em_sx", "'em_sx' is not a variable of emigrant. Did you mean"),
        ("emigration", "above: {hh_em_n: \"2\"}", "above: {em_no: \"2\"}", "'em_no' is not a variable of household"),
        ("emigration", "  way: orphan\n", "  way: orphaned\n", "way: Input should be"),
        ("emigration", "  variable: em_sex\n", "", "variable belongs to the way `unnamed_code`"),
        ("worker", "  way: repeat\n", "  way: orphan\n", "The rows of worker belong to no other"),
        ("worker", "  changes: {gcc_age: \"81\"}\n", "", "changes belong to the ways `change` and `group`"),
        ("emigration", "  found: household\n", "  found: emigrant\n", "The rows of person do not belong to 'emigrant'"),
        ("emigration", "  also: [emigrant_lines,", "  also: [emigrant_line,", "No rule 'emigrant_line'. Did you mean"),
        ("emigration", "  copied: [em_sex,", "  copied: [em_sx,",
         "'em_sx' is not a variable of emigrant. Did you mean"),
        ("emigration", "  within: [stratum, psu]\n", "  within: [stratum, psuu]\n",
         "'psuu' is not a variable of emigrant"),
        ("emigration", "  within: [stratum, psu]\n", "", "within belongs to the way `copy`, and to no other"),
        ("emigration", "  by: [interviewer, int_year, int_month]\n", "",
         "by belongs to the way `group`, and to no other"),
        ("emigration", "- rule: interviews_of_a_day\n", "- rule: interviews_of_day\n",
         "No rule 'interviews_of_day'. Did"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(books, module, old, new, message):
    books(f"{module}/planted.yaml", old, new)
    with pytest.raises(CatalogError) as error:
        catalog.load_planted(catalog.load_codebook(module))
    assert error.value.where.startswith("planted.yaml:")
    assert message in str(error.value)


def test_a_file_that_is_no_list(books):
    (books.folder / "worker" / "planted.yaml").write_text("rule: x\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="The file must hold a list of errors"):
        catalog.load_planted(catalog.load_codebook("worker"))


def test_the_row_above_changes_only_with_a_row_that_stands_twice():
    with pytest.raises(ValueError, match="above belongs to the way `repeat`"):
        ErrorKind(rule="range", record="r", where="x == 1", changes={"x": "2"}, above={"y": "1"})


def test_a_step_without_a_record_is_of_the_modules_residents(tmp_path):
    step = "weighting:\n  reference: made for tests\n  steps:\n    - person_weights: {}\n"
    path = tmp_path / "x.yaml"
    for module, record in (("emigration", "person"), ("worker", None)):
        path.write_text(f"module: {module}\n{step}", encoding="utf-8")
        document = catalog.documents.load(path)
        if record is None:
            with pytest.raises(
                CatalogError, match=r"x.yaml:5: person_weights does not say of which record. Add record"
            ):
                recipes.recipe(document)
        else:
            assert recipes.recipe(document).steps[0][1].record == record
