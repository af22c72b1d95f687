"""What the codebook page shows: entries made of a codebook, an edition and a questionnaire, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lfs_migration.catalog import load_standards
from lfs_migration.metadata.sources import Native, Question, natives, questions
from lfs_migration.metadata.verbal import asked
from lfs_migration.metadata.words import WORDS, word
from lfs_migration.model.codebook import Codebook, Multiple, Parameter, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Derive, Edition, Fixed, Join, Map, Rename
from lfs_migration.model.noun import Text, Value
from lfs_migration.model.questionnaire import Questionnaire
from lfs_migration.model.standard import Standard

LONG = 30
"""A list of more codes is shown once, among the lists, and linked from its variables."""


@dataclass(frozen=True)
class Row:
    """A code: what it means, its group, and what stands for it in the files of an edition."""

    code: Value
    label: Text
    group: Text | None = None
    native: tuple[Value, ...] = ()
    attributes: str = ""
    exclusive: bool = False


@dataclass(frozen=True)
class Held:
    """Where a variable is in the files of an edition.

    Parameters
    ----------
    how : str
        Key of a word: ``always``, ``computed`` or ``joined``; empty for a column as it is.
    calendar : str
        Key of a word; empty for the common era.
    codes : tuple of (native code, what it becomes)
        Where the variable's own table does not show them.
    """

    file: str
    columns: tuple[str, ...]
    how: str = ""
    said: str = ""
    note: str = ""
    calendar: str = ""
    codes: tuple[tuple[Value, Value], ...] = ()
    skipped: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A variable, or a question of which several answers may be ticked.

    Parameters
    ----------
    asked : str, optional
        The universe in words, where the language has some.
    rows : tuple of Row
        Codes of a short list.
    absent : tuple of (code, reason, native codes)
    parts : tuple of (Variable, code, Text)
        The variables of a multiple-response question.
    there : bool
        Whether the files of the edition have it, or it is computed.
    """

    item: Variable | Multiple
    question: Question | None
    asked: str | None
    codelist: str = ""
    size: int = 0
    rows: tuple[Row, ...] = ()
    absent: tuple[tuple[Value, str, tuple[Value, ...]], ...] = ()
    limits: str = ""
    held: Held | None = None
    there: bool = True
    parts: tuple[tuple[Variable, Value, Text], ...] = ()


@dataclass(frozen=True)
class Part:
    """Entries of one section of a record."""

    title: Text
    anchor: str
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """How many variables it has."""
        return sum(len(entry.parts) or 1 for entry in self.entries)


@dataclass(frozen=True)
class ListView:
    """A code list, and the variables that use it."""

    name: str
    codelist: CodeList
    rows: tuple[Row, ...]
    users: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """A parameter, and what the edition chose."""

    parameter: Parameter
    chosen: Any


class View:
    """What the page shows.

    Parameters
    ----------
    codebook, language, edition, questionnaire
        As of :func:`lfs_migration.metadata.page.write_page`.
    """

    def __init__(
        self, codebook: Codebook, language: str, edition: Edition | None, questionnaire: Questionnaire | None
    ) -> None:
        self.codebook, self.language, self.edition = codebook, language, edition
        self._questions = questions(codebook, questionnaire, edition)
        self._natives = natives(edition)
        self.anchors: Mapping[str, str] = {
            **anchors("v-", [*codebook.variables, *codebook.multiples]),
            **{f"list {name}": at for name, at in anchors("list-", codebook.codelists).items()},
            **{f"rule {name}": at for name, at in anchors("rule-", codebook.rules).items()},
            **{f"standard {name}": at for name, at in anchors("standard-", load_standards()).items()},
        }

    def records(self) -> Iterator[tuple[str, str, tuple[Part, ...]]]:
        """Yield each record with its anchor and sections."""
        at = anchors("record-", self.codebook.records)
        for record in self.codebook.records:
            sections: dict[str, list[Entry]] = {}
            for entry in self._entries(record):
                sections.setdefault(entry.item.section, []).append(entry)
            where = anchors(f"{at[record]}-", sections)
            titles = {title: self.codebook.sections.get(title, {"en": title}) for title in sections}
            yield record, at[record], tuple(Part(titles[t], where[t], tuple(own)) for t, own in sections.items())

    def _entries(self, record: str) -> Iterator[Entry]:
        shown: set[str] = set()
        for variable in self.codebook.variables_of(record):
            if not variable.part_of or variable.part_of not in self.codebook.multiples:
                yield self._variable(variable)
            elif variable.part_of not in shown:
                shown.add(variable.part_of)
                yield self._multiple(self.codebook.multiples[variable.part_of], variable)

    def _variable(self, variable: Variable) -> Entry:
        native = self._natives.get(variable.name)
        codelist = self.codebook.codelist_of(variable.name)
        short = codelist is not None and len(codelist.codes) <= LONG
        rows = tuple(rows_of(codelist, native.code_of if native else {})) if codelist and short else ()
        return Entry(
            item=variable, question=self._questions.get(variable.name),
            asked=asked(variable.universe, self.codebook, self.language), codelist=variable.codelist or "",
            size=len(codelist.codes) if codelist else 0, rows=rows, absent=_absent(variable, native),
            limits=limits(variable, self.language), held=held(native, shown=bool(rows)) if native else None,
            there=self.edition is None or native is not None or variable.derived,
        )  # fmt: skip

    def _multiple(self, multiple: Multiple, first: Variable) -> Entry:
        codelist = self.codebook.codelists[multiple.codelist]
        parts = [(self.codebook.variables[name], code, codelist.codes[code].label)
                 for code, name in multiple.parts.items()]  # fmt: skip
        held_parts = [part for part, _, _ in parts if part.name in self._natives]
        return Entry(
            item=multiple, question=self._questions.get(multiple.name),
            asked=asked(multiple.universe, self.codebook, self.language), codelist=multiple.codelist,
            size=len(codelist.codes), absent=_absent(first, self._natives.get(first.name)),
            there=self.edition is None or bool(held_parts), parts=tuple(parts),
        )  # fmt: skip

    def native(self, name: str) -> Held | None:
        """Return where the files hold a part of a multiple-response question."""
        return held(self._natives[name], shown=False) if name in self._natives else None

    def lists(self) -> Iterator[ListView]:
        """Yield all code lists."""
        users: dict[str, list[str]] = {}
        for variable in self.codebook.variables.values():
            if variable.codelist and not variable.part_of:
                users.setdefault(variable.codelist, []).append(variable.name)
        for multiple in self.codebook.multiples.values():
            users.setdefault(multiple.codelist, []).append(multiple.name)
        for name, codelist in self.codebook.codelists.items():
            yield ListView(name, codelist, tuple(rows_of(codelist, {})), tuple(users.get(name, ())))

    def standards(self) -> dict[str, tuple[Standard, tuple[str, ...]]]:
        """Return the standards that variables follow, each with the variables."""
        followed: dict[str, list[str]] = {}
        for variable in self.codebook.variables.values():
            for name in variable.standards:
                followed.setdefault(name, []).append(variable.name)
        known = load_standards()
        return {name: (known[name], tuple(by)) for name, by in followed.items() if name in known}

    def choices(self) -> Iterator[tuple[str, Choice]]:
        """Yield the parameters, each with what the edition chose."""
        own = {} if self.edition is None else self.edition.parameters
        for name, parameter in self.codebook.parameters.items():
            yield name, Choice(parameter, own.get(name, parameter.default))


def rows_of(codelist: CodeList, native: Mapping[Value, tuple[Value, ...]]) -> Iterator[Row]:
    """Yield the codes of a list, each with its group and the native codes that become it."""
    group_of = codelist.group_of()
    for code, own in codelist.codes.items():
        yield Row(
            code, own.label, group=codelist.groups[group_of[code]].label if code in group_of else None,
            native=native.get(code, ()), exclusive=code in codelist.exclusive,
            attributes="; ".join(f"{key} {value}" for key, value in own.attributes.items()),
        )  # fmt: skip


def limits(variable: Variable, language: str) -> str:
    """Return the limits of a number in words.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook
    >>> limits(load_codebook().variable("em_age"), "fr")
    'de 0 à 120'
    """
    low, high = variable.range or (None, None)
    if low is None and high is None:
        return ""
    form = "at_most" if low is None else "at_least" if high is None else "between"
    return word(form, language, low=low, high=high)


def held(native: Native, *, shown: bool) -> Held:
    """Return where a file holds a variable.

    Parameters
    ----------
    shown : bool
        Whether its native codes are shown beside the codes that they become.
    """
    source = native.source
    how, said = "", ""
    if isinstance(source, Fixed):
        how, said = "always", str(source.value)
    elif isinstance(source, Derive):
        how, said = "computed", source.compute
    elif isinstance(source, Join):
        how = "joined"
    codes = () if shown else tuple((one, code) for code, own in native.code_of.items() for one in own)
    return Held(
        file=native.file, columns=native.columns, how=how, said=said, note=source.note,
        calendar=_calendar(source), codes=codes, skipped=native.skipped,
    )  # fmt: skip


def _calendar(source: Map) -> str:
    """Return the key of the word for the calendar of a column, nothing for that of the common era."""
    return source.calendar if isinstance(source, Rename) and source.calendar != "gregorian" else ""


def _absent(variable: Variable, native: Native | None) -> tuple[tuple[Value, str, tuple[Value, ...]], ...]:
    own: dict[str, tuple[Value, ...]] = {}
    for code, reason in (native.absent if native else {}).items():
        own[reason] = (*own.get(reason, ()), code)
    return tuple((code, reason, own.get(reason, ())) for code, reason in variable.missing.items())


def anchors(prefix: str, names: Iterable[str]) -> dict[str, str]:
    """Return an identifier for each name that a link can point to; no two are alike.

    Examples
    --------
    >>> anchors("v-", ["em_sex", "a b", "a-b"])
    {'em_sex': 'v-em_sex', 'a b': 'v-a-b', 'a-b': 'v-a-b-2'}
    """
    out: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = prefix + (re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-") or "none")
        number = 1
        while (one := plain if number == 1 else f"{plain}-{number}") in taken:
            number += 1
        taken.add(one)
        out[name] = one
    return out


TYPES = {name.removeprefix("type_"): text for name, text in WORDS.items() if name.startswith("type_")}
"""The types of variables in words."""
