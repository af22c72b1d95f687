"""The variables of a DDI-Codebook document, and the groups that they form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lfs_migration.errors import ExpressionError
from lfs_migration.expr import parse
from lfs_migration.metadata.sources import Native, Question
from lfs_migration.metadata.verbal import FORMS, asked
from lfs_migration.metadata.words import WORDS
from lfs_migration.metadata.xmltree import Tree, identifiers
from lfs_migration.model.codebook import Codebook, Parameter, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Derive, Fixed
from lfs_migration.model.noun import Text, Value
from lfs_migration.model.questionnaire import END, NEXT, Route
from lfs_migration.model.rules import Rule
from lfs_migration.model.standard import Standard
from lfs_migration.text import pick

_TRUTH: Mapping[Value, Text] = {1: WORDS["true"], 0: WORDS["false"]}
_CONTINUOUS = ("int", "float", "amount", "year")


@dataclass(frozen=True)
class Variables:
    """What is known of the variables.

    Parameters
    ----------
    files : mapping of record to identifier
    questions : mapping of variable to Question
    natives : mapping of variable to Native
    standards : mapping of name to Standard
    weights : set of str
        Variables that are weights.
    held : mapping of column to bool, optional
        The columns of the one file that it is about, and whether each has text: it is about no other variables, and
        about the file's columns that the codebook does not know.
    """

    codebook: Codebook
    files: Mapping[str, str]
    questions: Mapping[str, Question]
    natives: Mapping[str, Native]
    standards: Mapping[str, Standard]
    weights: set[str]
    held: Mapping[str, bool] | None = None

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """The identifier of each variable, numbered record by record, or as they stand in the file."""
        if self.held is not None:
            return identifiers("V", self.held)
        records = self.codebook.records
        return identifiers("V", [v.name for record in records for v in self.codebook.variables_of(record)])

    @cached_property
    def _asking(self) -> Mapping[str, str]:
        """The identifier of each item, which the first variable that it is about carries."""
        asked_by = {name: self.questions[name].item.id for name in self.ids if name in self.questions}
        return identifiers("Q", dict.fromkeys(asked_by.values()))

    @cached_property
    def _carriers(self) -> frozenset[str]:
        """The first variable of each item."""
        first: dict[str, str] = {}
        for name in self.ids:
            if name in self.questions:
                first.setdefault(self.questions[name].item.id, name)
        return frozenset(first.values())

    @cached_property
    def _groups(self) -> Mapping[str, frozenset[str]]:
        """The dimensions that each variable measures."""
        out: dict[str, frozenset[str]] = {}
        for name, dimension in self.codebook.dimensions.items():
            for variable in dimension.variables.values():
                out[variable] = out.get(variable, frozenset()) | {name}
        return out

    def add_to(self, data: Tree) -> None:
        """Add the groups, the variables and what is true of all of them."""
        self._sections(data)
        for name in self.ids:
            if name in self.codebook.variables:
                self._variable(data, self.codebook.variables[name])
            else:
                self._unknown(data, name)
        for rule in self.codebook.rules.values() if self.held is None else ():
            data.english("notes", _ruled(rule), type="rule", subject=rule.id, level=rule.severity)
        for name, parameter in self.codebook.parameters.items():
            data.english("notes", _chosen(parameter), type="parameter", subject=name)

    def _sections(self, data: Tree) -> None:
        number = 0
        members: dict[tuple[str, str], list[str]] = {}
        for name in (name for name in self.ids if name in self.codebook.variables):
            variable = self.codebook.variables[name]
            members.setdefault((variable.record, variable.section), []).append(self.ids[name])
        for (record, section), held in members.items():
            number += 1
            group = data.add("varGrp", ID=f"VG{number}", type="section", var=" ".join(held), name=section or record)
            label = self.codebook.records[record].label
            group.each("labl", {one: f"{text}: {section}" if section else text for one, text in label.items()})
        for multiple in self.codebook.multiples.values():
            held = [self.ids[part] for part in multiple.parts.values() if part in self.ids]
            if not held:
                continue
            number += 1
            group = data.add(
                "varGrp", ID=f"VG{number}", type="multipleResp", var=" ".join(held), name=multiple.name
            )  # fmt: skip
            group.each("labl", multiple.label)
            group.english("notes", multiple.reference, type="reference")
            group.english("notes", multiple.note, type="note")

    def _variable(self, data: Tree, variable: Variable) -> None:
        number = self.ids[variable.name]
        codelist = self.codebook.codelist_of(variable.name)
        text = self._is_text(variable, codelist) if self.held is None else self.held[variable.name]
        node = data.add(
            "var", ID=number, name=variable.name, files=self.files[variable.record],
            wgt="wgt" if variable.name in self.weights else None,
            intrvl="contin" if variable.type in _CONTINUOUS else "discrete",
            dcml="0" if variable.type in ("int", "year", "month") or (codelist and not text) else None,
            measUnit=variable.unit, representationType=_represented(variable),
        )  # fmt: skip
        node.each("labl", variable.label)
        if variable.name in self.questions:
            self._question(node, variable)
        _limits(node, variable)
        self._universe(node, variable)
        if codelist is not None and variable.codelist:
            node.english("stdCatgry", f"{variable.codelist}: {codelist.source}")
        _categories(node, variable, codelist, number)
        for dimension in sorted(self._groups.get(variable.name, ())):
            node.each("concept", self.codebook.dimensions[dimension].label)
        self._derivation(node, variable)
        node.add("varFormat", type="character" if text else "numeric", schema="other")
        self._notes(node, variable)

    def _unknown(self, data: Tree, name: str) -> None:
        """Add a column of the file that the codebook does not know, as a step of the weighting."""
        assert self.held is not None
        file = next(iter(self.files.values()))
        wgt = "wgt" if name in self.weights else None
        node = data.add("var", ID=self.ids[name], name=name, files=file, wgt=wgt)
        node.english("labl", name)
        node.add("varFormat", type="character" if self.held[name] else "numeric", schema="other")

    @staticmethod
    def _is_text(variable: Variable, codelist: CodeList | None) -> bool:
        # A list that each edition brings itself has text codes, as regions have.
        return variable.is_text or (variable.type == "code" and (codelist is None or codelist.is_text))

    def _question(self, node: Tree, variable: Variable) -> None:
        question = self.questions[variable.name]
        item = question.item
        own = variable.name in self._carriers
        asking = node.add(
            "qstn", ID=self._asking[item.id] if own else None, qstn=None if own else self._asking[item.id],
            var=self.ids[variable.name], seqNo=question.number,
            responseDomainType="multiple" if variable.part_of else _represented(variable),
        )  # fmt: skip
        if question.first and question.section.introduction:
            asking.each("preQTxt", question.section.introduction)
        asking.each("qstnLit", item.wording)
        for route in item.routes:
            asking.add("forward", _route(route), qstn=self._asking.get(route.to))
        if item.instruction:
            asking.each("ivuInstr", item.instruction)

    def _universe(self, node: Tree, variable: Variable) -> None:
        if variable.universe not in ("", "True"):
            said = {one: asked(variable.universe, self.codebook, one) for one in FORMS}
            node.each("universe", {one: text for one, text in said.items() if text is not None}, clusion="I")
            node.add("universe", variable.universe, level="rule language", clusion="I")

    def _derivation(self, node: Tree, variable: Variable) -> None:
        if variable.value is None:
            return
        names = _names(variable.value)
        used = [number for name, number in self.ids.items() if name in names]
        derivation = node.add("derivation", var=" ".join(used))
        derivation.english("drvdesc", f"{pick(variable.label)}: computed by the rule language of lfs_migration.")
        derivation.add("drvcmd", variable.value, syntax="lfs_migration")

    def _notes(self, node: Tree, variable: Variable) -> None:
        node.english("notes", variable.reference, type="reference")
        node.english("notes", variable.note, type="note")
        node.english("notes", variable.doubt, type="doubt")
        for name in variable.standards:
            if name in self.standards:
                one = self.standards[name]
                place = f", {one.paragraph}" if one.paragraph else ""
                node.english("notes", f"{pick(one.title)}: {one.document}{place}", type="standard", subject=name)
        if variable.pattern:
            node.add("notes", variable.pattern, type="pattern")
        if variable.name in self.natives:
            node.english("notes", _native(self.natives[variable.name]), type="source")


def _represented(variable: Variable) -> str:
    """Return the kind of answer, of those that questions and variables both know."""
    return {"code": "code", "bool": "code", "str": "text", "year": "datetime", "month": "datetime"}.get(
        variable.type, "numeric"
    )


def _limits(node: Tree, variable: Variable) -> None:
    real = "REAL" if variable.type in ("float", "amount") else "INT"
    if variable.range is not None and variable.range != (None, None):
        low, high = variable.range
        node.add("valrng").add("range", UNITS=real, min=low, max=high)
    if variable.missing:
        invalid = node.add("invalrng")
        for code in variable.missing:
            invalid.add("item", VALUE=code)


def _categories(node: Tree, variable: Variable, codelist: CodeList | None, number: str) -> None:
    codes = dict(_TRUTH) if variable.type == "bool" else {}
    codes |= {code: own.label for code, own in codelist.codes.items()} if codelist else {}
    ids = identifiers(f"{number}C", map(str, codes))
    grouped = codelist.groups if codelist else {}
    for group in grouped.values():
        member = node.add("catgryGrp", catgry=" ".join(ids[str(code)] for code in group.codes))
        member.each("labl", group.label)
    for code, label in codes.items():
        category = node.add("catgry", ID=ids[str(code)] if grouped else None)
        category.add("catValu", code)
        category.each("labl", label)
    for code, reason in variable.missing.items():
        category = node.add("catgry", missing="Y", missType=reason)
        category.add("catValu", code)
        category.each("labl", WORDS[reason])


def _names(expression: str) -> frozenset[str]:
    """Return the variables of an expression, those of child records among them."""
    try:
        parsed = parse(expression)
    except ExpressionError:
        return frozenset()
    inside = [argument.names for _, _, argument in parsed.aggregates if argument is not None]
    return parsed.names.union(*inside)


def _route(route: Route) -> str:
    places: Mapping[str, str] = {NEXT: "to the next row", END: "to the end of the interview"}
    to = places.get(route.to, f"to {route.to}")
    return f"If {route.when}: {to}" if route.when else f"Unless {route.unless}: {to}"


def _native(native: Native) -> str:
    source = native.source
    if isinstance(source, Fixed):
        head = f"{source.value} in every row of {native.file}"
    elif isinstance(source, Derive):
        head = f"Computed in {native.file}: {source.compute}"
    else:
        head = f"{', '.join(native.columns)} of {native.file}"
    return ". ".join(part for part in (head, "; ".join(_recoded(native)), source.note) if part)


def _recoded(native: Native) -> Iterator[str]:
    for code, own in native.code_of.items():
        yield f"{' '.join(map(str, own))} = {code}"
    for one, reason in native.absent.items():
        yield f"{one} = {reason}"
    for one in native.skipped:
        yield f"{one} = does not apply"


def _ruled(rule: Rule) -> str:
    when = f" where {rule.when}" if rule.when else ""
    return f"{pick(rule.label)}. Must hold in {rule.record}{when}: {rule.said}. {pick(rule.remedy)}."


def _chosen(parameter: Parameter) -> str:
    allowed = f", one of {_listed(parameter.allowed)}" if parameter.allowed else ""
    default = "none" if parameter.default is None else parameter.default
    return f"{pick(parameter.label)} ({parameter.unit}{allowed}); default {default}. {parameter.reference}."


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(str, values))
