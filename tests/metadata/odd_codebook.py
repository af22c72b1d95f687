"""A codebook whose texts are hard to carry: quotes, markup, formulas, macros, line ends, long labels."""

from __future__ import annotations

from functools import lru_cache

from lfs_migration import catalog
from lfs_migration.model.codebook import Codebook, Dimension, Multiple, Parameter, Record, Variable
from lfs_migration.model.codelist import Code, CodeList, Group
from lfs_migration.model.country import Edition
from lfs_migration.model.rules import Condition

MARKUP = "</script><script>alert('1')</script> & <b>\"bold\"</b>"
FORMULA = "=1+1; @SUM(A1)"
MACRO = "a `macro' of $HOME, \"it\"'s /* no comment */ // nor this"
CONTROL = "two\nlines\x00 and\ta tab"
LONG = "Ünïcode label that goes on. " * 14
ABSENT = {97: "dont_know", 98: "refused", 99: "not_stated", 95: "uncodable"}
WORDS = {"en": MARKUP, "fr": "L'« énoncé »", "ar": 'سؤال "صعب" <b>'}


def variable(name: str, label: str, **given: object) -> Variable:
    own = {"type": "int", "record": "person", "reference": FORMULA, "section": "A & <B>", **given}
    return Variable.model_validate({"name": name, "label": {**WORDS, "en": label}, **own})


def codebook() -> Codebook:
    codes = {1: Code(label={"en": MARKUP}), 2: Code(label={"en": FORMULA}), 3: Code(label={"en": LONG})}
    text = {"=1": Code(label={"en": MACRO}), "'": Code(label={"en": "a quote"})}
    lists = {
        "ODD.list": CodeList(label={"en": MARKUP}, codes=codes, source=MARKUP, doubt=MARKUP,
                             groups={"g": Group(label={"en": FORMULA}, codes=(1, 2))}),
        "TEXT": CodeList(label={"en": "Text"}, codes=text, source="ours"),
        "YESNO": CodeList(label={"en": "Yes"}, codes={1: Code(label={"en": "Yes"}), 2: Code(label={"en": "No"})},
                          source="ours"),
    }  # fmt: skip
    variables = [
        variable("id", "Number"),
        variable("odd", MARKUP, type="code", codelist="ODD.list", missing=ABSENT, note=FORMULA, doubt=MARKUP),
        variable("formula", FORMULA, range=(0, 94), missing=ABSENT, unit="<i>", universe="odd in [1, 2]"),
        variable("macro", MACRO, type="code", codelist="TEXT", missing={"ZZ7": "dont_know"}),
        variable("control", CONTROL, type="str", pattern="<.*>"),
        variable("lengthy", LONG, type="float", value="formula / 2 if odd == 1 else None"),
        variable("regional", "Region", type="code", codelist="REGION"),
        variable("truth", "True?", type="bool", value="formula > 1"),
        variable("many__1", "Many: 1", type="code", codelist="YESNO", part_of="many", universe="truth"),
        variable("many__2", "Many: 2", type="code", codelist="YESNO", part_of="many", universe="truth"),
    ]
    return Codebook(
        name="odd", version="1", title={"en": MARKUP}, reference=MARKUP,
        records={"person": Record(label={"en": MARKUP}, key=("id",))},
        variables={one.name: one for one in variables},
        multiples={"many": Multiple(name="many", record="person", label={"en": MARKUP}, codelist="YESNO",
                                    parts={1: "many__1", 2: "many__2"}, reference="ours", universe="truth")},
        codelists=lists,
        rules={"r<1>": Condition(id="r<1>", record="person", severity="error", label={"en": MARKUP}, check="odd == 1",
                            when="truth", variables=("odd",), remedy={"en": FORMULA}, reference=MARKUP)},
        dimensions={"d": Dimension(label={"en": MARKUP}, variables={"person": "odd"})},
        parameters={"p": Parameter(label={"en": MARKUP}, default=None, unit="<u>", reference=FORMULA)},
        national=("REGION",), coverage={"c": {"en": MARKUP}},
    )  # fmt: skip


@lru_cache
def edition(name: str) -> Edition:
    return catalog.load_country(name)


@lru_cache
def module(country: str = "") -> Codebook:
    """The emigration module, or that of a country's edition."""
    return catalog.load_codebook(edition=edition(country) if country else None)
