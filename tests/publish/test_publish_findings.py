"""Files of findings: what each holds, that counts are true where lists are cut, and that nothing in them can run."""

import csv
import json
from dataclasses import replace
from html.parser import HTMLParser

import openpyxl
import pytest

from lfs_migration import frames
from lfs_migration.errors import NotFound
from lfs_migration.model.codebook import Codebook, Fieldwork, Record, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.findings import Finding, Findings, Outcome, Skipped
from lfs_migration.publish import write_findings
from lfs_migration.publish.findings.counts import Interviews, by_rule, excess
from lfs_migration.publish.findings.heat_map import INTERVIEWERS, REGIONS, RULES, askers, heat_map
from lfs_migration.text import texts

EVIL = "=cmd|'/c calc'!A1 </script><script>alert(1)</script>"
TEXT = {"en": "Sex is <male> or female", "fr": "Le sexe est <masculin> ou féminin"}
REMEDY = {"en": "Ask again", "fr": "Demander à nouveau"}
VOID = {"meta", "wbr", "rect", "path", "link", "br"}


def finding(rule, household, **others):
    given = {
        "rule": rule, "severity": "error", "record": "emigrant", "household": household, "line": "1",
        "variable": "em_sex", "value": "3", "message": TEXT["en"], "remedy": "Ask again", "region": "01",
        "interviewer": "7", **others,
    }  # fmt: skip
    return Finding(**given)


def outcome(rule, failed, **others):
    given = {"severity": "error", "record": "emigrant", "label": TEXT, "remedy": REMEDY, "passed": 900, **others}
    return Outcome(rule, failed=failed, **given)


@pytest.fixture
def found():
    """A rule with a cut list, one with an exception, one that broke, and one that was not run."""
    many = [finding("sex_known", f"h{i:03}", region="02") for i in range(150)]
    seen = [finding("age_fits", "017", value=EVIL, accepted="a shepherd (A. Office)"), finding("age_fits", "=1+1")]
    return Findings(
        (*many, *seen),
        (
            outcome("sex_known", 12_345, listed=150, unknown=5, regions={"01": 45, "02": 12_300},
                    interviewers={"7": 12_345}),
            outcome("age_fits", 2, listed=2, accepted=1, severity="warning", regions={"01": 1}, interviewers={"8": 1}),
            outcome("heaped", 0, passed=0, broken=f"rules.yaml:7: {EVIL}"),
        ),
        "Atlantis 2020 (synthetic data)",
        (Skipped("twins", "person", "per_twin was not asked"),),
    )  # fmt: skip


@pytest.fixture
def data():
    """Ten interviews in two regions, by two interviewers."""
    key = Variable(name="hh_id", record="household", type="str", label={"en": "Household"}, reference="ours")
    own = {"en": "Region", "fr": "Région"}
    region = Variable(name="region", record="household", type="code", label=own, codelist="R", reference="ours")
    asker = Variable(name="asker", record="household", type="int", label={"en": "Interviewer"}, reference="ours")
    labels = {"01": {"label": {"en": "East", "fr": "Est"}}, "02": {"label": {"en": "West & <i>", "fr": "Ouest"}}}
    book = Codebook(
        name="small", version="1", title={"en": "Small"}, reference="ours",
        records={"household": Record(label={"en": "Household"}, key=("hh_id",))},
        variables={"hh_id": key, "region": region, "asker": asker},
        fieldwork=Fieldwork(region="region", interviewer="asker"),
        codelists={"R": CodeList.model_validate({"label": {"en": "Regions"}, "codes": labels, "source": "ours"})},
        rules={}, dimensions={}, parameters={},
    )  # fmt: skip
    rows = {
        "hh_id": [f"h{i}" for i in range(10)],
        "region": ["01"] * 6 + ["02"] * 3 + [None],
        "asker": [7] * 4 + [8] * 6,
    }
    return Dataset({"household": frames.frame(rows)}, book)


class Page(HTMLParser):
    """The elements of a page; raises when they are not well nested."""

    def __init__(self, path):
        super().__init__()
        self.open, self.tags, self.texts = [], [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.texts).split())


def test_csv_has_all_columns_and_disarms_formulas(found, tmp_path):
    path = write_findings(found, tmp_path / "findings.csv")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == [*Finding.__dataclass_fields__, "survey"]
    assert len(rows) == 152
    assert rows[-2]["value"] == f"'{EVIL}" and rows[-2]["accepted"] == "a shepherd (A. Office)"
    assert (rows[-1]["household"], rows[-1]["region"], rows[-1]["interviewer"]) == ("'=1+1", "01", "7")
    assert rows[-1]["survey"] == "Atlantis 2020 (synthetic data)"


def test_json_has_true_counts_and_the_list_in_a_stable_order(found, tmp_path):
    path = write_findings(found, tmp_path / "findings.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert list(content) == ["survey", "totals", "outcomes", "findings", "skipped"]
    assert content["totals"] == {
        "errors": 12_345,
        "warnings": 1,
        "accepted": 1,
        "listed": 152,
        "checks": 3,
        "not_made": 1,
    }
    assert list(content["findings"][0]) == list(Finding.__dataclass_fields__)
    assert list(content["outcomes"][0]) == list(Outcome.__dataclass_fields__)
    assert content["outcomes"][0]["regions"] == {"01": 45, "02": 12_300}
    assert content["findings"][-2]["value"] == EVIL
    assert content["skipped"] == [{"rule": "twins", "record": "person", "reason": "per_twin was not asked"}]


def sheet_rows(sheet):
    (table,) = sheet.tables.values()
    header, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_workbook_has_counts_and_a_sheet_a_rule(found, data, tmp_path):
    book = openpyxl.load_workbook(write_findings(found, tmp_path / "findings.xlsx", data=data))
    assert book.sheetnames == [
        "By rule",
        "Checks",
        "Rules not run",
        "By region",
        "By interviewer",
        "sex_known",
        "age_fits",
    ]
    first, second, third = sheet_rows(book["By rule"])
    counts = ("Rule", "To look at", "Passed", "Failed", "Unknown", "Accepted", "Listed")
    assert [first[name] for name in counts] == ["sex_known", 12_345, 900, 12_345, 5, 0, 150]
    assert [second[name] for name in counts] == ["age_fits", 1, 900, 2, 0, 1, 2]
    assert third["Not made because"].startswith("rules.yaml:7: =cmd")
    assert "The first 150 of 12,345." in [row[0].value for row in book["sex_known"].iter_rows(max_row=4)]
    assert len(sheet_rows(book["sex_known"])) == 150
    regions = {row["Region"]: row for row in sheet_rows(book["By region"])}
    assert [regions["02"][name] for name in ("Name", "Interviews", "To look at", "sex_known")] == [
        "West & <i>",
        3,
        12_300,
        12_300,
    ]
    assert {row["Interviewer"]: row["Interviews"] for row in sheet_rows(book["By interviewer"])} == {"7": 4, "8": 6}


def test_what_starts_with_an_equals_sign_stays_text(found, tmp_path):
    book = openpyxl.load_workbook(write_findings(found, tmp_path / "findings.xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    seen = sheet_rows(book["age_fits"])
    assert [row["Household"] for row in seen] == ["017", "=1+1"]
    assert seen[0]["Values"] == EVIL


def test_long_and_like_names_of_rules_get_sheets_of_their_own(tmp_path):
    rules = ["a" * 40, "a" * 40 + "b", "History", "by RULE", "what/now?"]
    found = Findings(tuple(finding(rule, "1") for rule in rules), tuple(outcome(rule, 1, listed=1) for rule in rules))
    names = openpyxl.load_workbook(write_findings(found, tmp_path / "f.xlsx")).sheetnames
    assert len({name.lower() for name in names}) == len(names) == 7
    assert max(map(len, names)) == 31
    assert "what_now_" in names and "History" not in names


def test_page_names_counts_places_and_reasons(found, data, tmp_path):
    page = Page(write_findings(found, tmp_path / "findings.html", data=data))
    for words in (
        "Errors 12,345", "Warnings 1", "Accepted 1", "Rules with findings 2 of 3", "Show 1 findings",
        "Show the first 100 of 12,345 findings", "a shepherd (A. Office)", "rules.yaml:7:", "per_twin was not asked",
        "West & <i>", "Sex is <male> or female", "Do not publish it.",
    ):  # fmt: skip
        assert words in page.words
    accepted_in_lists = [text for text in page.texts if text == "017"]
    assert len(accepted_in_lists) == 1  # among the accepted ones alone


def test_page_runs_nothing_and_shows_what_it_quotes(found, data, tmp_path):
    path = write_findings(found, tmp_path / "findings.html", data=data)
    page = Page(path)
    assert not [tag for tag, _ in page.tags if tag in ("script", "img", "link", "iframe", "form", "object")]
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") or name == "style" for name in attrs)]
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
    assert EVIL in page.words
    assert path.read_bytes() == write_findings(found, tmp_path / "again.html", data=data).read_bytes()


def test_page_can_be_read_without_seeing_it(found, data, tmp_path):
    page = Page(write_findings(found, tmp_path / "findings.html", data=data))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {attrs["href"] for tag, attrs in page.tags if tag == "a"}
    assert links <= {f"#{name}" for name in ids}
    regions = [attrs for _, attrs in page.tags if attrs.get("role") == "region"]
    assert regions and all("tabindex" in attrs and {"aria-label", "aria-labelledby"} & {*attrs} for attrs in regions)
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert all(
        attrs.get("aria-hidden") == "true" or (attrs.get("role") == "img" and attrs["aria-label"]) for attrs in pictures
    )
    assert {attrs["scope"] for tag, attrs in page.tags if tag == "th"} <= {"col", "row"}


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Où les constats se concentrent"), ("es", "Dónde se concentran")]
)
def test_page_and_workbook_speak_the_language(found, data, tmp_path, language, words):
    page = Page(write_findings(found, tmp_path / "findings.html", data=data, language=language))
    assert words in page.words
    assert ("html", {"lang": language}) in page.tags
    book = openpyxl.load_workbook(write_findings(found, tmp_path / "f.xlsx", language=language))
    assert book.sheetnames[0] == texts("findings")["by_rule"][language]
    label = sheet_rows(book[book.sheetnames[0]])[0]
    assert TEXT.get(language, TEXT["en"]) in label.values()


def test_nothing_found_is_said(tmp_path):
    none = Findings((), (outcome("sex_known", 0),))
    assert "Nothing was found." in Page(write_findings(none, tmp_path / "f.html")).words
    assert openpyxl.load_workbook(write_findings(none, tmp_path / "f.xlsx")).sheetnames == ["By rule", "Checks"]
    empty = Findings(())
    assert "Nothing was found." in Page(write_findings(empty, tmp_path / "g.html")).words
    assert openpyxl.load_workbook(write_findings(empty, tmp_path / "g.xlsx")).sheetnames == ["By rule", "Checks"]


def test_an_ending_that_there_is_not(found, tmp_path):
    with pytest.raises(NotFound, match=r"Findings cannot be written as 'f.htm'. Did you mean '.html'"):
        write_findings(found, tmp_path / "f.htm")
    assert write_findings(found, tmp_path / "f").read_text().startswith("rule,severity,")


def test_interviews_are_counted_with_those_of_no_region(data):
    known = Interviews.of(data, "fr")
    assert known.regions == {"01": 6, "02": 3, "": 1}
    assert known.interviewers == {"7": 4, "8": 6}
    assert (known.region("01"), known.region("09"), known.region("", "fr")) == ("Est", "09", "Non connu")
    assert (
        Interviews.of(replace(data, codebook=data.codebook.model_copy(update={"fieldwork": Fieldwork()}))).regions == {}
    )
    assert Interviews.of(None) == Interviews()


def spread(**regions):
    return by_rule(Findings((), (outcome("r", sum(regions.values()), regions=regions),)))


def test_a_cell_is_marked_when_it_is_above_what_the_interviews_give():
    interviews = Interviews(regions={"a": 50, "b": 25, "c": 25})
    # Of 100 findings half are expected in a, a quarter in b and in c; one standard deviation is 5 in b and in c.
    for count, level, text in ((34, 1, "34"), (35, 2, "35+"), (44, 2, "44+"), (45, 3, "45++")):
        drawn = heat_map(spread(a=100 - count - 15, b=count, c=15), interviews)
        cell = drawn.cells[1]
        assert (cell.level, cell.text) == (level, text)
        assert cell.words == f"r, b: {count} (expected 25.0)"
        assert ("r, b" in drawn.words) == (level > 1)


def test_a_single_finding_is_never_marked():
    assert excess(1, 0.0001) < 2 < excess(3, 0.0001)


def test_without_interviews_the_regions_shares_of_all_findings_are_behind_the_marks():
    drawn = heat_map(spread(a=10, b=90), Interviews())
    assert not drawn.known
    assert {cell.level for cell in drawn.cells} == {1}


@pytest.mark.parametrize("regions", [{}, {"": 5}, {"a": 5}])
def test_no_picture_without_two_regions(regions):
    assert heat_map(spread(**regions), Interviews()) is None


def test_the_picture_adds_up_what_it_has_no_room_for():
    outcomes = tuple(
        outcome(f"r{i:02}", 30 + i, regions={f"{j:02}": 1 if j else i + 1 for j in range(30)}) for i in range(40)
    )
    drawn = heat_map(by_rule(Findings((), outcomes)), Interviews())
    assert (len(drawn.rules), len(drawn.regions)) == (RULES, REGIONS)
    assert drawn.rules[-1].text == f"{40 - RULES + 1} other rules"
    assert drawn.regions[-1].text == f"{30 - REGIONS + 1} others"
    shown = sum(int(cell.text.rstrip("+").replace("·", "0")) for cell in drawn.cells if "k" not in cell.text)
    assert shown == sum(sum(one.regions.values()) for one in outcomes)


def test_interviewers_are_set_against_their_interviews():
    rules = by_rule(Findings((), (outcome("r", 60, interviewers={"a": 30, "b": 28, "": 2}),)))
    known = askers(rules, Interviews(interviewers={"a": 300, "b": 70, "c": 210}))
    assert [(one.code, one.rate, one.mark) for one in known.rows] == [("b", "40.0", "++"), ("a", "10.0", "")]
    assert (known.average, known.mean, known.rows[0].length) == ("10.0", 50.0, 200.0)
    bare = askers(rules, Interviews())
    assert [(one.code, one.found, one.rate) for one in bare.rows] == [("a", "30", ""), ("b", "28", "")]


def test_only_some_interviewers_are_shown():
    found = {f"{i:03}": 5 for i in range(40)}
    shown = askers(by_rule(Findings((), (outcome("r", 200, interviewers=found),))), Interviews(interviewers=found))
    assert (len(shown.rows), shown.others) == (INTERVIEWERS, 40 - INTERVIEWERS)


def test_checks_of_one_rule_are_counted_together():
    codes = [replace(outcome("codes", n, listed=n), label={"en": f"Not a code of the list: v{n}"}) for n in (2, 3)]
    (rule,) = by_rule(Findings((), tuple(codes)), "fr")
    assert (rule.failed, rule.passed, rule.label) == (5, 1800, "Code absent de la liste")
