"""What differs between two editions, countries, modules, or versions of a country's file.

Each side becomes a set of facts: a variable's type, its universe, the label of a code in a language, the code that a
native code becomes. A difference is a fact that the sides do not share; so it is the same seen from either side, and
nothing is told twice. Of what only one side has, only that is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from lfs_migration import catalog
from lfs_migration.errors import NotFound, near
from lfs_migration.files import csv_line, write_lines
from lfs_migration.metadata.sources import questions
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Derive, Edition, Fixed, Join, Map, Recode
from lfs_migration.model.noun import Text

COLUMNS = ("entity", "name", "kind", "place_a", "place_b", "before", "after")
ENTITIES = ("module", "record", "variable", "code list", "rule", "parameter", "design", "file")
"""What a difference is about, in the order in which it is told."""


@dataclass(frozen=True)
class Difference:
    """One fact that two sides do not share.

    Parameters
    ----------
    entity : str
        One of :data:`ENTITIES`.
    name : str
        Of the variable, list, rule, parameter or file.
    kind : str
        What of it: ``present``, ``type``, ``universe``, ``label fr``, ``wording fr``, ``native code 5``, ``code 61``.
    place_a, place_b : str
        ``file:line`` on either side; of what is not there, the side's own name.
    before, after : str
        The fact on the one side and on the other; empty where it is not there.
    """

    entity: str
    name: str
    kind: str
    place_a: str
    place_b: str
    before: str
    after: str

    @property
    def language(self) -> str:
        """The language of a label or wording; empty for other facts."""
        words = self.kind.split()
        worded = not self.kind.startswith("native code") and len(words) > 1 and words[-2] in ("label", "wording")
        return words[-1] if worded else ""


@dataclass
class _Side:
    """Facts of one side, each with its place.

    Parameters
    ----------
    name : str
    facts : mapping of (entity, name, kind) to text
    places : mapping of (entity, name) to ``file:line``
    """

    name: str
    facts: dict[tuple[str, str, str], str] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, entity: str, name: str, place: str, facts: Mapping[str, Any]) -> None:
        self.places[entity, name] = place
        self.facts[entity, name, "present"] = "yes"
        for kind, fact in facts.items():
            if fact not in (None, ""):
                self.facts[entity, name, kind] = str(fact)


def compare(a: str | Path, b: str | Path) -> tuple[Difference, ...]:
    """Return what differs between two sides.

    Parameters
    ----------
    a, b : str or Path
        A country's edition (``armenia-2007``), a country (its newest edition), a YAML file, or a module.

    Raises
    ------
    NotFound
        With near matches.
    CatalogError
        With file and line.

    Examples
    --------
    >>> compare("emigration", "emigration")
    ()
    """
    codebook_a, edition_a = _loaded(a)
    codebook_b, edition_b = _loaded(b)
    both = edition_a is not None and edition_b is not None
    one, other = (
        _side(book, edition, files=both) for book, edition in ((codebook_a, edition_a), (codebook_b, edition_b))
    )
    _word(one, other, (codebook_a, edition_a), (codebook_b, edition_b))
    return tuple(_different(one, other))


def _different(one: _Side, other: _Side) -> Iterator[Difference]:
    keys = sorted({*one.facts, *other.facts}, key=_place)
    for entity, name, kind in keys:
        before, after = (side.facts.get((entity, name, kind), "") for side in (one, other))
        shared = (entity, name) in one.places and (entity, name) in other.places
        if before != after and (shared or kind == "present"):
            place_a, place_b = (side.places.get((entity, name), side.name) for side in (one, other))
            yield Difference(entity, name, kind, place_a, place_b, before, after)


def _place(key: tuple[str, str, str]) -> tuple[int, str, bool, list[tuple[str, int]]]:
    """Return where a fact stands among others: native code 9 before 10."""
    entity, name, kind = key
    parts = [(text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", kind)]
    return ENTITIES.index(entity), name, kind != "present", [*parts, (kind, 0)]


def _loaded(name: str | Path) -> tuple[Codebook, Edition | None]:
    text, known = str(name), catalog.countries()
    editions = {f"{country}-{edition}": (country, edition) for country, edition in known}
    if text in catalog.modules():
        return catalog.load_codebook(text), None
    if Path(text).suffix in (".yaml", ".yml"):
        edition = catalog.load_country(Path(text))
    elif text in editions or text in {country for country, _ in known}:
        edition = catalog.load_country(*editions.get(text, (text, None)))
    else:
        names = [*editions, *(country for country, _ in known), *catalog.modules()]
        raise NotFound(f"No country, edition or module {text!r}", hint=near(text, names))
    return catalog.load_codebook(edition.module, edition), edition


def _side(codebook: Codebook, edition: Edition | None, *, files: bool) -> _Side:
    """Return the facts of a side; of an edition's files only where both sides have some."""
    side = _Side(edition.id if edition else codebook.name)
    side.add("module", "module", side.name, {"name": codebook.name, "version": codebook.version})
    for name, record in codebook.records.items():
        if edition is None or name in edition.records:
            place = codebook.where(f"records/{name}")
            facts = {"key": ", ".join(record.key), "belongs to": record.parent, "scope": record.scope}
            side.add("record", name, place, {**facts, **_labels(record.label)})
    _add_variables(side, codebook, edition, files=files)
    used = {v.codelist for v in codebook.variables.values()} | {m.codelist for m in codebook.multiples.values()}
    for name in sorted(filter(None, used & set(codebook.codelists))):
        own = edition is not None and name in edition.codelists
        place = edition.line("codelists", name) if own and edition else codebook.name
        side.add("code list", name, place, _list_facts(codebook.codelists[name]))
    for rule in codebook.rules.values():
        facts = {"record": rule.record, "when": rule.when, "check": rule.said, "severity": rule.severity}
        side.add("rule", rule.id, codebook.where(rule.id), {**facts, **_labels(rule.label)})
    for name, parameter in codebook.parameters.items():
        value = edition.parameters.get(name, parameter.default) if edition else parameter.default
        place = edition.line("parameters", name) if edition and name in edition.parameters else codebook.name
        side.add("parameter", name, place, {"value": value, "unit": parameter.unit})
    if edition is not None and files:
        _add_files(side, edition)
    return side


def _add_files(side: _Side, edition: Edition) -> None:
    for name, file in edition.files.items():
        facts = file.model_dump(exclude={"note"}, exclude_defaults=True)
        side.add("file", name, edition.line("files", name), facts)
    design = edition.design.model_dump(exclude={"record_weights", "note"})
    weights = {f"weight of {record}": name for record, name in edition.design.record_weights.items()}
    steps = " -> ".join(word for word, _ in edition.weighting.steps) if edition.weighting else ""
    more = {"quality profile": edition.quality, "weighting": steps, "layout": edition.layout}
    side.add("design", "design", edition.line("design"), {**design, **weights, **more})


def _add_variables(side: _Side, codebook: Codebook, edition: Edition | None, *, files: bool) -> None:
    able = catalog.Computable(codebook, edition) if edition else None
    maps = {name: (record, source) for record, own in (edition.records if edition else {}).items()
            for name, source in own.variables.items()}  # fmt: skip
    for variable in codebook.variables.values():
        if able is not None and able.why_not(variable.name):
            continue
        facts, place = _variable_facts(variable), codebook.where(variable.name)
        if edition is not None and variable.name in maps:
            record, source = maps[variable.name]
            place = edition.line("records", record, "variables", variable.name)
            facts |= _native_facts(source, edition.records[record].file) if files else {}
        side.add("variable", variable.name, place, facts)


def _variable_facts(variable: Variable) -> dict[str, Any]:
    low, high = variable.range or (None, None)
    span = "" if variable.range is None else f"{'' if low is None else low} to {'' if high is None else high}"
    return {
        "record": variable.record, "type": variable.type, "code list": variable.codelist, "universe": variable.universe,
        "range": span, "unit": variable.unit, "pattern": variable.pattern, "derived as": variable.value,
        **{f"missing code {code}": reason for code, reason in variable.missing.items()}, **_labels(variable.label),
    }  # fmt: skip


def _native_facts(source: Map, file: str) -> dict[str, Any]:
    """Return where a variable comes from in a file, and what becomes of each native code."""
    out: dict[str, Any] = {"file": file}
    match source:
        case Join(columns=columns, widths=widths):
            out |= {"source": " + ".join(columns), "widths": ", ".join(map(str, widths))}
        case Fixed(value=value):
            out["source"] = f"always {value!r}"
        case Derive(compute=text):
            out["source"] = text
        case _:
            out["source"] = source.column
            if not isinstance(source, Recode) and source.calendar != "gregorian":
                out["calendar"] = source.calendar
    if isinstance(source, Recode):
        out |= {f"native code {native}": f"becomes {code}" for native, code in source.codes.items()}
        out |= {f"native code {native}": "does not apply" for native in source.skip}
    out |= {f"native code {native}": reason for native, reason in getattr(source, "missing", {}).items()}
    return out


def _list_facts(codelist: CodeList) -> dict[str, Any]:
    out: dict[str, Any] = dict(_labels(codelist.label))
    group = codelist.group_of()
    for code, known in codelist.codes.items():
        out[f"code {code}"] = "yes"
        out |= {f"code {code} {kind}": text for kind, text in _labels(known.label).items()}
        out[f"code {code} group"] = group.get(code)
    for name, own in codelist.groups.items():
        out |= {f"group {name} {kind}": text for kind, text in _labels(own.label).items()}
    return out


def _labels(text: Text) -> dict[str, str]:
    return {f"label {language}": words for language, words in text.items()}


def _word(one: _Side, other: _Side, a: tuple[Codebook, Edition | None], b: tuple[Codebook, Edition | None]) -> None:
    """Add the wording of questions, where both sides have a questionnaire and ask for the variable."""
    asked_a, asked_b = _asked(*a), _asked(*b)
    for name in asked_a.keys() & asked_b.keys():
        for side, wording in ((one, asked_a[name]), (other, asked_b[name])):
            if ("variable", name) in side.places:
                side.facts |= {("variable", name, f"wording {language}"): text for language, text in wording.items()}


def _asked(codebook: Codebook, edition: Edition | None) -> dict[str, Text]:
    """Return the wording of the question for each variable; nothing where there is no questionnaire."""
    name = edition.id if edition else codebook.name
    if name not in catalog.questionnaires():
        return {}
    found = questions(codebook, catalog.load_questionnaire(name), edition)
    return {variable: question.item.wording for variable, question in found.items()}


def difference_lines(found: Sequence[Difference], language: str = "en") -> Iterator[str]:
    r"""Yield differences for the screen, those of one variable together.

    Labels and wordings are shown in one language; those in others are counted.

    Examples
    --------
    >>> one = Difference("variable", "em_age", "range", "a.yaml:1", "b.yaml:2", "0 to 99", "0 to 120")
    >>> print("\n".join(difference_lines([one])))
    variable em_age (a.yaml:1, b.yaml:2)
      range: 0 to 99 -> 0 to 120
    """
    elsewhere = 0
    for (entity, name), group in groupby(found, key=lambda one: (one.entity, one.name)):
        own = list(group)
        shown = [one for one in own if one.language in ("", language)]
        elsewhere += len(own) - len(shown)
        if shown:
            head = name if name == entity else f"{entity} {name}"
            yield f"{head} ({shown[0].place_a}, {shown[0].place_b})"
            yield from (f"  {_line(one)}" for one in shown)
    if elsewhere:
        yield f"{elsewhere} labels and wordings in other languages differ too"


def _line(one: Difference) -> str:
    if one.kind == "present":
        return f"only in {one.place_a}" if one.before else f"only in {one.place_b}"
    if one.entity == "code list" and {one.before, one.after} == {"yes", ""}:
        return f"{one.kind}: {'taken away' if one.before else 'added'}"
    return f"{one.kind}: {one.before or '(nothing)'} -> {one.after or '(nothing)'}"


def write_differences(found: Sequence[Difference], path: Path | str) -> Path:
    """Write differences as a CSV file, one row each, in UTF-8; text stands as it is.

    Raises
    ------
    LfsMigrationError
        When the folder or the disk does not take the file.
    """
    rows = [COLUMNS, *([getattr(one, column) for column in COLUMNS] for one in found)]
    return write_lines(path, map(csv_line, rows))
