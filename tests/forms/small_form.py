"""A small module with all that a form has to ask: repeats, lists, absent answers, what is computed and skipped."""

from __future__ import annotations

from lfs_migration.model.codebook import Codebook, Multiple, Record, Variable
from lfs_migration.model.codelist import Code, CodeList, Group
from lfs_migration.model.questionnaire import Item, Questionnaire, Route, Section
from lfs_migration.model.rules import Condition

TWO = {97: "dont_know", 98: "refused", 99: "not_stated"}
THREE = {997: "dont_know", 998: "refused", 999: "not_stated"}
FOUR = {9997: "dont_know", 9998: "refused", 9999: "not_stated"}
TEXT = {"ZZ7": "dont_know", "ZZ8": "refused"}
LANGUAGES = ("en", "fr")
COUNTRIES = ["ARE", "ARM", "DEU", "EGY", "ESP", "FRA", "ITA", "KWT", "MEX", "QAT", "RUS", "SAU", "THA", "USA"]
GULF = {"ARE", "KWT", "QAT", "SAU"}


def said(words):
    return {"en": words, "fr": f"{words} (fr)"}


def variable(name, record, type_, **more):
    return Variable(**{"name": name, "record": record, "type": type_, "label": said(name), "reference": "ours", **more})


def codes(labels, attributes=None, **more):
    made = {c: Code(label=said(words), attributes=(attributes or {}).get(c, {})) for c, words in labels.items()}
    return CodeList(label=said("list"), codes=made, source="ours", **more)


LISTS = {
    "YESNO": codes({1: "Yes", 2: "No"}),
    "REASON": codes({1: "Work", 2: "=Study", 3: "Family", 96: "Other"},
                    groups={"work": Group(label=said("Work"), codes=(1,)),
                            "rest": Group(label=said("Rest"), codes=(2, 3))}),
    "COUNTRY": codes({c: c.title() for c in COUNTRIES}, {c: {"GCC": "GCC"} for c in GULF} | {"USA": {"kind": "group"}}),
    "STEPS": codes({1: "Papers", 2: "Money", 3: "Language", 6: "None"}, exclusive=(6,)),
}  # fmt: skip

HOUSEHOLD = [
    variable("hh_id", "household", "str"),
    variable("int_year", "household", "year", range=(1990, 2100), missing=FOUR),
    variable("region", "household", "code", codelist="REGION", missing=TEXT),
    variable("any_abroad", "household", "code", codelist="YESNO", missing=TWO),
    variable("n_abroad", "household", "int", range=(1, 20), missing=TWO, universe="any_abroad == 1"),
    variable("money", "household", "amount", range=(0, None), missing={999999997: "dont_know"}),
    variable("why", "household", "code", codelist="REASON", missing=TWO,
             universe="(any(emigrant, dest == 'DEU') or total(emigrant, age) > 100) and not count(person, adult) == 0"),
    variable("thanks", "household", "code", codelist="YESNO", universe="not money > 100 or has_any"),
    variable("has_any", "household", "bool", value="any(emigrant, age >= 15)"),
]  # fmt: skip
PERSON = [
    variable("per_no", "person", "int", range=(1, 99)),
    variable("per_age", "person", "int", range=(0, 120), missing=THREE),
    variable("adult", "person", "bool", value="per_age >= 15"),
    variable("plan", "person", "code", codelist="YESNO", missing=TWO, universe="adult and int_year > 2000"),
    variable("currency", "person", "str", pattern="[A-Z]{3}", universe="plan == 1"),
]
EMIGRANT = [
    variable("em_no", "emigrant", "int"),
    variable("in_scope", "emigrant", "code", codelist="YESNO", missing=TWO),
    variable("age", "emigrant", "int", range=(0, 120), missing=THREE),
    variable("dest", "emigrant", "code", codelist="COUNTRY", missing=TEXT, universe="in_scope == 1"),
    variable("reason", "emigrant", "code", codelist="REASON", missing=TWO,
             universe="age >= 15 and not dest in ['FRA', 'ITA']"),
    variable("permit", "emigrant", "code", codelist="YESNO", missing=TWO,
             universe="lookup(dest, 'GCC') == 'GCC' or group(reason) != 'work'"),
    variable("left", "emigrant", "year", range=(1930, 2100), missing=FOUR,
             universe="coalesce(reason, 96) != 2 and 10 <= age < 60"),
    variable("long_ago", "emigrant", "code", codelist="YESNO", universe="int_year - left >= 5 or refused(left)"),
    variable("kind", "emigrant", "int", value="cut(age, 15, 30) if answered(left) else None"),
    variable("asked_last", "emigrant", "code", codelist="YESNO", universe="kind in [1, 3] and blank(permit)"),
]  # fmt: skip


def parts():
    for code in LISTS["STEPS"].codes:
        yield variable(f"steps__{code}", "person", "code", codelist="YESNO", missing=TWO, part_of="steps",
                       universe="plan == 1")  # fmt: skip
    yield variable("paid", "person", "amount", range=(0, None), missing={999999997: "dont_know"},
                   universe="steps__2 == 1 or steps__3 != 2")  # fmt: skip


def small_codebook(**lists):
    records = {
        "household": Record(label=said("Household"), key=("hh_id",)),
        "person": Record(label=said("Member"), key=("hh_id", "per_no"), parent="household"),
        "emigrant": Record(label=said("Emigrant"), key=("hh_id", "em_no"), parent="household", scope="in_scope == 1"),
    }
    variables = {one.name: one for one in [*HOUSEHOLD, *PERSON, *parts(), *EMIGRANT]}
    steps = Multiple(name="steps", record="person", label=said("Steps"), codelist="STEPS", universe="plan == 1",
                     parts={code: f"steps__{code}" for code in LISTS["STEPS"].codes}, reference="ours")  # fmt: skip
    rule = Condition(id="listed", record="household", severity="error", label=said("listed"), remedy=said("look"),
                check="n_abroad == count(emigrant)", variables=("n_abroad",), reference="ours")  # fmt: skip
    return Codebook(
        name="small", version="1", title=said("Small"), reference="ours", records=records, variables=variables,
        multiples={"steps": steps}, codelists=LISTS | lists, rules={"listed": rule}, dimensions={}, parameters={},
        national=("REGION",),
    )  # fmt: skip


def item(id_, name, *routes, **more):
    wording = more.pop("wording", said(f"Question on {name}?"))
    return Item(id=id_, name=name, wording=wording, routes=tuple(Route(**route) for route in routes), **more)


def section(id_, record, page, *items, **more):
    return Section(id=id_, record=record, title=said(f"Part {id_}"), page=page, items=items, **more)


def small_questionnaire(**changes):
    sections = (
        section("H", "household", 1, item("H1", "hh_id"), item("H2", "int_year"), item("H3", "region")),
        section("P", "person", 1, item("P1", "per_no"), item("P2", "per_age", wording=said("How old is (NAME)?"))),
        section("X", "household", 2,
                item("X1", "any_abroad", {"unless": "any_abroad == 1", "to": "R"}, instruction=said("Read out.")),
                item("X2", "n_abroad")),
        section("A", "emigrant", 2,
                item("A1", "em_no"),
                item("A2", "age", wording={"en": "How old is (NAME)?", "fr": "Quel âge a (NOM) ?"}),
                item("A3", "dest"),
                item("A4", "", {"unless": "age >= 15 and not dest in ['FRA', 'ITA']", "to": "A6"}),
                item("A5", "reason"),
                item("A6", "", {"unless": "lookup(dest, 'GCC') == 'GCC' or group(reason) != 'work'", "to": "A8"}),
                item("A7", "permit"),
                item("A8", "", {"unless": "coalesce(reason, 96) != 2 and 10 <= age < 60", "to": "A10"}),
                item("A9", "left"),
                item("A10", "", {"unless": "int_year - left >= 5 or refused(left)", "to": "A12"}),
                item("A11", "long_ago"),
                item("A12", "", {"unless": "kind in [1, 3] and blank(permit)", "to": "next"}),
                item("A13", "asked_last"),
                introduction=said("Now the persons abroad.")),
        section("R", "person", 3,
                item("R1", "", {"unless": "adult and int_year > 2000", "to": "next"}),
                item("R2", "plan", {"unless": "plan == 1", "to": "next"}, wording=said("Does (NAME) plan to go?")),
                item("R3", "currency"),
                item("R4", "steps", {"unless": "steps__2 == 1 or steps__3 != 2", "to": "next"}),
                item("R5", "paid"),
                introduction=said("Now plans.")),
        section("Q", "household", 4,
                item("Q1", "money"),
                item("Q2", "", {"when": "(any(emigrant, dest == 'DEU') or total(emigrant, age) > 100)"
                                " and not count(person, adult) == 0", "to": "Q3"},
                     {"unless": "1 == 2", "to": "Q4"}),
                item("Q3", "why"),
                item("Q4", "", {"unless": "not money > 100 or has_any", "to": "end"}),
                item("Q5", "thanks")),
    )  # fmt: skip
    given = {"name": "small", "module": "small", "title": said("Small questionnaire"), "languages": LANGUAGES,
             "reference": "ours", "sections": sections}  # fmt: skip
    return Questionnaire(**(given | changes))
