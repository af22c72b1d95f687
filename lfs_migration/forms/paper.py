"""The questionnaire on paper: one HTML page with everything in it, laid out for A4 and for printing to PDF.

A record that has one row is asked down the page, with boxes to tick and to fill. A child record is asked on a sheet
across the page: a row for each question, a column for each person. Beside the answers an arrow says where to go on, and
lines in the margin lead past the questions that are skipped. Long lists stand on code sheets at the end.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lfs_migration.errors import NotFound, near
from lfs_migration.files import write_bytes
from lfs_migration.forms.choices import absent_answers, own_answers
from lfs_migration.forms.phrases import phrase
from lfs_migration.forms.skips import Lane, condition, lanes, led_to, targets
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Edition, Recode, Rename
from lfs_migration.model.noun import Text, Value
from lfs_migration.model.questionnaire import Item, Questionnaire, Section
from lfs_migration.pages import template
from lfs_migration.text import RIGHT_TO_LEFT, pick

LONG = 20
"""A list with more codes stands on a code sheet."""
SHORT = 18
"""Longest label that shares a line with another."""
COLUMNS = 10
"""Persons on a sheet."""
BOXED = 4
"""Up to so many digits have boxes in a person's column; longer answers have the column's width to write in."""


@dataclass(frozen=True)
class Answer:
    """A possible answer, and where it leads; nowhere is the next item."""

    code: str
    label: str
    to: str = ""


@dataclass(frozen=True)
class Asked:
    """An item as it is printed.

    Parameters
    ----------
    answers : tuple of Answer
    several : bool
        Whether more than one may be given.
    sheet : str
        Code sheet of a long list.
    digits : int
        Boxes to fill; 0 is a line to write on.
    absent : tuple of Answer
        Codes of absent answers, on a line of their own.
    routes : tuple of (words, target)
        Skips that no single answer says.
    check : bool
        A filter: the interviewer looks, and asks nothing.
    numbered : bool
        The number of the row itself, printed.
    margin : tuple of Lane
    """

    id: str
    wording: str
    instruction: str = ""
    answers: tuple[Answer, ...] = ()
    several: bool = False
    sheet: str = ""
    digits: int = 0
    absent: tuple[Answer, ...] = ()
    routes: tuple[tuple[str, str], ...] = ()
    check: bool = False
    numbered: bool = False
    margin: tuple[Lane, ...] = ()

    @property
    def short(self) -> bool:
        """Whether many short answers fit side by side."""
        return len(self.answers) > 5 and all(len(one.label) < SHORT and not one.to for one in self.answers)


@dataclass(frozen=True)
class Part:
    """A section as it is printed."""

    id: str
    title: str
    introduction: str
    record: str
    roster: bool
    opens: bool
    breaks: bool
    items: tuple[Asked, ...]


@dataclass
class _Paper:
    questionnaire: Questionnaire
    codebook: Codebook
    language: str
    native: Mapping[tuple[str, str], tuple[Variable, Rename | Recode]]
    sheets: dict[str, CodeList] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.numbers = {item.name: item.id for item in self.questionnaire.items if item.name}
        for multiple in self.codebook.multiples.values():
            if multiple.name in self.numbers:
                self.numbers |= {part: f"{self.numbers[multiple.name]}.{code}" for code, part in multiple.parts.items()}


def write_paper(
    questionnaire: Questionnaire,
    codebook: Codebook,
    out: Path,
    language: str = "en",
    edition: Edition | None = None,
) -> Path:
    """Write a questionnaire for printing.

    Parameters
    ----------
    questionnaire : Questionnaire
        A module's own, or an edition's, whose items name native columns.
    codebook : Codebook
        Loaded with the edition, where there is one.
    out : Path
        The file, ``questionnaire.emigration.en.html``.
    language : str
        One of the questionnaire's.
    edition : Edition, optional
        Says which variable a native column is, and brings the national lists.

    Returns
    -------
    Path

    Raises
    ------
    NotFound
        For a language that the questionnaire is not written in.
    """
    if language not in questionnaire.languages:
        raise NotFound(f"The questionnaire {questionnaire.name} is not written in {language!r}",
                       hint=near(language, questionnaire.languages))  # fmt: skip
    paper = _Paper(questionnaire, codebook, language, _native(codebook, edition))
    parts = list(_parts(paper))
    content = {
        "title": pick(questionnaire.title, language),
        "reference": questionnaire.reference,
        "parts": parts,
        "sheets": [(name, pick(one.label, language), _sorted(one, language)) for name, one in paper.sheets.items()],
        "columns": range(1, COLUMNS + 1),
        "boxed": BOXED,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "arrow": "←" if language in RIGHT_TO_LEFT else "→",
    }
    return write_bytes(out, _template(language).render(content).encode("utf-8"))


def _native(codebook: Codebook, edition: Edition | None) -> dict[tuple[str, str], tuple[Variable, Rename | Recode]]:
    """Return the variable that each record's native column becomes, and how."""
    maps = [(record, name, one) for record, own in (edition.records if edition else {}).items()
            for name, one in own.variables.items()]  # fmt: skip
    return {(record, one.column): (codebook.variables[name], one) for record, name, one in maps
            if isinstance(one, Rename | Recode) and name in codebook.variables}  # fmt: skip


def _parts(paper: _Paper) -> Iterator[Part]:
    page, seen = 0, set[str]()
    for record, sections in paper.questionnaire.blocks():
        roster = paper.codebook.records[record].parent is not None
        for section in sections:
            yield Part(
                id=section.id,
                title=pick(section.title, paper.language),
                introduction=pick(section.introduction, paper.language) if section.introduction else "",
                record=paper.codebook.records[record].label.get(paper.language, ""),
                roster=roster,
                opens=record not in seen,
                breaks=page not in (0, section.page),
                items=tuple(_items(paper, section)),
            )
            page = section.page
            seen.add(record)


def _items(paper: _Paper, section: Section) -> Iterator[Asked]:
    for item, margin in zip(section.items, lanes(section.items), strict=True):
        yield _item(paper, section, item, margin)


def _item(paper: _Paper, section: Section, item: Item, margin: tuple[Lane, ...]) -> Asked:
    language = paper.language
    meant = _meaning(paper, section, item)
    led = targets(item, [*meant.answers, *meant.absent], meant.unknown) if not meant.several else None
    answers = tuple(_answer(paper, section, code, label, led) for code, label in meant.answers.items())
    sheet = _sheet(paper, item, meant)
    shown = () if sheet else answers
    return Asked(
        id=item.id, wording=pick(item.wording, language),
        instruction=pick(item.instruction, language) if item.instruction else "",
        answers=shown, several=meant.several, sheet=sheet, digits=_digits(meant),
        absent=tuple(_answer(paper, section, code, label, led) for code, label in meant.absent.items()),
        routes=() if led is not None and shown else tuple(_routes(paper, section, item)),
        check=not item.name, numbered=_numbers_rows(paper, section, meant.variable), margin=margin,
    )  # fmt: skip


@dataclass(frozen=True)
class _Meant:
    """What an item asks for.

    Parameters
    ----------
    variable : Variable, optional
        Nothing is known of a native column without its edition.
    answers, absent : mappings of code to label
        Answers, and those that say why there is none; these stand beside the boxes where nothing else is listed.
    unknown : tuple
        Codes that an expression does not know.
    """

    variable: Variable | None = None
    codelist: CodeList | None = None
    answers: Mapping[Value, Text] = field(default_factory=dict)
    absent: Mapping[Value, Text] = field(default_factory=dict)
    unknown: tuple[Value, ...] = ()
    several: bool = False


def _meaning(paper: _Paper, section: Section, item: Item) -> _Meant:
    book = paper.codebook
    if paper.questionnaire.edition:
        return _native_meaning(paper, section, item)
    multiple = book.multiples.get(item.name)
    variable = book.variables.get(next(iter(multiple.parts.values())) if multiple else item.name)
    if variable is None:
        return _Meant()
    codelist = book.codelists.get((multiple.codelist if multiple else variable.codelist) or "")
    return _Meant(variable, codelist, dict(own_answers(item, codelist)), dict(absent_answers(variable)),
                  tuple(variable.missing), multiple is not None)  # fmt: skip


def _native_meaning(paper: _Paper, section: Section, item: Item) -> _Meant:
    """Return what a native column asks for; an edition lists the codes of absent answers among the others."""
    variable, one = paper.native.get((section.record, item.name), (None, None))
    missing = one.missing if one is not None else {}
    if item.answers and set(item.answers) <= set(missing):
        return _Meant(variable, absent=item.answers, unknown=tuple(missing))
    return _Meant(variable, answers=item.answers, unknown=tuple(missing))


def _numbers_rows(paper: _Paper, section: Section, variable: Variable | None) -> bool:
    key = paper.codebook.records[section.record].key
    return len(key) > 1 and variable is not None and variable.name == key[-1]


def _answer(paper: _Paper, section: Section, code: Value, label: Text, led: Mapping[Value, str] | None) -> Answer:
    to = (led or {}).get(code, "")
    words = led_to(to, paper.questionnaire, section.record, paper.language) if to else ""
    return Answer(str(code), pick(label, paper.language), words)


def _sheet(paper: _Paper, item: Item, meant: _Meant) -> str:
    if len(meant.answers) <= LONG or meant.codelist is None or item.answers:
        return ""
    name = next(name for name, one in paper.codebook.codelists.items() if one is meant.codelist)
    paper.sheets[name] = meant.codelist
    return name


def _digits(meant: _Meant) -> int:
    """Return how many characters an answer has at most; 0 where it is a text or not known."""
    if meant.answers:
        return max(len(str(code)) for code in (*meant.answers, *meant.absent))
    if meant.variable is None or meant.variable.type in ("str", "code"):
        return 0
    ends = [end for end in meant.variable.range or () if end is not None]
    codes = [*(str(int(end)) for end in ends), *map(str, meant.absent)]
    return max(map(len, codes), default=0)


def _routes(paper: _Paper, section: Section, item: Item) -> Iterator[tuple[str, str]]:
    """Yield the skips of an item in words; a filter with one route is a question to the interviewer."""
    for route in item.routes:
        to = led_to(route.to, paper.questionnaire, section.record, paper.language)
        if not item.name and len(item.routes) == 1:
            yield phrase("yes" if route.when else "no", paper.language), to
        else:
            yield condition(route, paper.numbers, paper.language), to


def _sorted(codelist: CodeList, language: str) -> list[tuple[str, str]]:
    """Return the codes of a list by name; numbered classifications keep their order."""
    rows = [(str(code), pick(one.label, language)) for code, one in codelist.codes.items()]
    named = all(code.strip("_").isalpha() and len(code.strip("_")) > 1 for code, _ in rows)
    return sorted(rows, key=lambda row: _plain(row[1])) if named else rows


def _plain(text: str) -> str:
    """Return a text as it is looked up: without accents and case."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).casefold()


def _template(language: str) -> Any:
    return template(
        "lfs_migration.forms",
        "questionnaire.html.j2",
        language=language,
        say=lambda name, /, **values: phrase(name, language, **values),
        in_css=in_css,
    )


def in_css(text: str) -> str:
    r"""Return a text for a string of a style sheet: whatever is no letter or digit is written as its number.

    Examples
    --------
    >>> print(in_css('A"}'))
    A\22 \7d
    """
    return "".join(sign if sign.isalnum() else f"\\{ord(sign):x} " for sign in text)
