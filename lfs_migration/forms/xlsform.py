"""The questionnaire as an XLSForm, the workbook that the servers of Open Data Kit and Kobo make a form of.

Sections are groups, and a block of sections on a child record is a repeat. What is asked of whom follows the codebook's
universes, so that a question shows where its universe is known to be true; filters are for paper, and their conditions
are in the universes. The answers come back as the codebook's variables and codes: each answer of a multiple-response
question is a column of its own beside the list.

Each repeat of persons begins with a name to call the person by, which takes the place of ``(NAME)`` in the questions.
It is personal data, it is no variable of the codebook, and it is to be deleted before the data leave the field team.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from lfs_migration.errors import CatalogError, ExpressionError, LfsMigrationError
from lfs_migration.expr import parse
from lfs_migration.files import write_bytes
from lfs_migration.forms.choices import LONG, Answers, Lists, answers_of
from lfs_migration.forms.layout import Block, Layout, Place, Row
from lfs_migration.forms.logic import quoted
from lfs_migration.forms.phrases import NAMES, absent_words, in_all, offered, phrase
from lfs_migration.forms.xpath import is_text, quantity, relevant
from lfs_migration.model.codebook import Codebook, Multiple, Variable
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Text, Value
from lfs_migration.model.questionnaire import Item, Questionnaire, Section
from lfs_migration.model.rules import Condition
from lfs_migration.text import pick

CREATED = datetime(2000, 1, 1)
"""Stands in every workbook, so that the same questionnaire gives the same bytes."""
TYPES = {
    "int": "integer",
    "year": "integer",
    "month": "integer",
    "float": "decimal",
    "amount": "decimal",
    "str": "text",
}
PERSON = re.compile(r"\((?:NAME|NOM|NOMBRE|الاسم|ԱՆՈՒՆ|ИМЯ|ชื่อ)\)")
"""What stands in a wording for the person that it is about."""
# Text must stay text, whatever it starts with.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write_xlsform(codebook: Codebook, questionnaire: Questionnaire, out: Path, edition: Edition | None = None) -> Path:
    """Write a questionnaire as an XLSForm.

    Parameters
    ----------
    codebook : Codebook
        Loaded with the edition, where there is one.
    questionnaire : Questionnaire
        The module's own, whose items name the codebook's variables.
    out : Path
        The file, ``emigration.xlsx``.
    edition : Edition, optional
        Brings its national lists. Without it a question with such a list takes a text.

    Returns
    -------
    Path

    Raises
    ------
    CatalogError
        With the variable, its file and line, for a condition that a form cannot ask.
    """
    form = _Form(_with_lists(codebook, edition), questionnaire)
    survey = list(form.rows())
    named = form.lists.named
    sheets = {
        "survey": _survey(survey, questionnaire.languages),
        "choices": _choices(named, questionnaire.languages),
        "settings": _settings(codebook, questionnaire, edition),
    }
    return write_bytes(out, _workbook(sheets, pick(questionnaire.title)))


def _with_lists(codebook: Codebook, edition: Edition | None) -> Codebook:
    if edition is None or set(edition.codelists) <= set(codebook.codelists):
        return codebook
    return codebook.model_copy(update={"codelists": codebook.codelists | edition.codelists})


def counted(codebook: Codebook, record: str) -> str:
    """Return how many rows a record has, as an expression of its parent: what a rule says of their count.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook
    >>> counted(load_codebook(), "emigrant")
    'hh_em_n'
    """
    for rule in (one for one in codebook.rules.values() if isinstance(one, Condition)):
        tree = parse(rule.check).tree
        if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], ast.Eq):
            sides = [ast.unparse(tree.left), ast.unparse(tree.comparators[0])]
            if f"count({record})" in sides:
                sides.remove(f"count({record})")
                return sides[0]
    return ""


class _Form:
    """The rows of the survey sheet, and the lists that they use."""

    def __init__(self, codebook: Codebook, questionnaire: Questionnaire) -> None:
        self.codebook = codebook
        self.questionnaire = questionnaire
        self.languages = questionnaire.languages
        self.layout = Layout(codebook, questionnaire)
        self.lists = Lists()
        repeats = {block.record for block in self.layout.blocks if block.repeat}
        self.counts = {record: counted(codebook, record) for record in repeats}

    def rows(self) -> Iterator[Row]:
        """Yield the rows in their order. A block's calculations are complete when all blocks have been made."""
        made = [(block, self._counts(block), list(self._block(block))) for block in self.layout.blocks]
        for block, count, rows in made:
            if not block.repeat:
                yield from (*rows, *block.computed.values())
                continue
            label = self.codebook.records[block.record].label
            # Of a repeat with the count 0 the engine still asks the first row, unless it is not relevant.
            some = f"{count} > 0" if count else ""
            yield Row("begin repeat", block.name, self._text(label), repeat_count=count, relevant=some)
            yield from (*self._head(block), *rows, *block.computed.values())
            yield Row("end repeat", block.name)

    def _text(self, text: Mapping[str, str], called: str = "") -> Text:
        """Return a text in the form's languages, with the person's name where it is spoken of."""
        words = {language: pick(text, language) for language in self.languages}
        return {n: PERSON.sub(lambda _: f"${{{called}}}", w) for n, w in words.items()} if called else words

    def _counts(self, block: Block) -> str:
        """Return how often a repeat is asked; of what a rule counts, the rows that are known to be it."""
        if block.first is not None:
            return f"count(${{{block.first.name}}})"
        text = self.counts.get(block.record)
        if not text:
            return ""
        try:
            number = quantity(parse(text).tree, Place(self.layout, self.layout.blocks[0]))
        except ExpressionError:
            return ""  # what the rule compares is not asked: the interviewer adds rows
        return number.value if number.absent is None else f"if({number.known}, {number.value}, 0)"

    def _called(self, block: Block) -> str:
        texts = [
            t for s in block.sections for i in s.items for t in (i.wording, i.instruction or {}, s.introduction or {})
        ]
        spoken = any(PERSON.search(words) for text in texts for words in text.values())
        return f"{block.name}_called" if block.repeat and spoken else ""

    def _head(self, block: Block) -> Iterator[Row]:
        """Yield the number of the row and the name of the person."""
        number, called = self.layout.number(block), self._called(block)
        yield Row("calculate", number, calculation="position(..)")
        earlier = block.first and self._called(block.first)
        if called and earlier and block.first:
            taken = f"indexed-repeat(${{{earlier}}}, ${{{block.first.name}}}, ${{{number}}})"
            yield Row("calculate", called, calculation=taken)
        elif called:
            name = f"{block.name}_name"
            yield Row("text", name, in_all("called", self.languages), in_all("called_hint", self.languages))
            shown = f"if(${{{name}}} != '', ${{{name}}}, concat('#', ${{{number}}}))"
            yield Row("calculate", called, calculation=shown)

    def _block(self, block: Block) -> Iterator[Row]:
        called, own = self._called(block), self.layout.key(block.record) if block.repeat else ""
        for section in block.sections:
            name = f"section_{section.id.lower()}"
            rows = [row for item in section.items if item.name and item.name != own
                    for row in self._item(item, block, called)]  # fmt: skip
            yield Row("begin group", name, self._text(section.title))
            yield from self._introduction(section, rows, called)
            yield from rows
            yield Row("end group", name)

    def _introduction(self, section: Section, rows: Sequence[Row], called: str) -> Iterator[Row]:
        if section.introduction:
            shown = [row.relevant for row in rows if row.label]
            every = "" if "" in shown else " or ".join(f"({one})" for one in dict.fromkeys(shown))
            text = self._text(section.introduction, called)
            yield Row("note", f"introduction_{section.id.lower()}", text, relevant=every)

    def _item(self, item: Item, block: Block, called: str) -> Iterator[Row]:
        multiple = self.codebook.multiples.get(item.name)
        variable = self.codebook.variables[next(iter(multiple.parts.values())) if multiple else item.name]
        universe = multiple.universe if multiple else variable.universe
        label = {language: f"{item.id}. {words}" for language, words in self._text(item.wording, called).items()}
        hint = self._text(item.instruction, called) if item.instruction else {}
        row = Row("", item.name, label, hint, relevant=self._relevant(item.name, universe, block))
        answers = answers_of(item, self.codebook)
        if multiple:
            yield self._several(row, multiple, variable, answers)
            yield from self._parts(multiple, variable)
        elif answers:
            name = self.lists.of(answers, variable.codelist or variable.name)
            look = "autocomplete" if len(answers) > LONG else ""
            yield replace(row, type=f"select_one {name}", appearance=look, required="yes")
        else:
            yield self._open(row, variable, item)

    def _relevant(self, name: str, universe: str, block: Block) -> str:
        scope = self._scope(name, block.record)
        both = f"({scope}) and ({universe})" if scope and universe else scope or universe
        try:
            return relevant(both, Place(self.layout, block))
        except LfsMigrationError as error:
            raise self.layout.refused(name, universe, error) from None

    def _scope(self, name: str, record: str) -> str:
        """Return the record's scope for a question that comes after those that settle it: others are not asked on."""
        scope = self.codebook.records[record].scope
        order = [item.name for item in self.questionnaire.items if item.name]
        needed = parse(scope).names if scope else frozenset[str]()
        return scope if needed and needed <= set(order[: order.index(name)]) else ""

    def _several(self, row: Row, multiple: Multiple, variable: Variable, answers: Answers) -> Row:
        codelist = self.codebook.codelists[multiple.codelist]
        alone = [*codelist.exclusive, *offered(variable)]
        name = self.lists.of(answers, multiple.codelist)
        labels = dict(answers)
        message = {one: phrase("alone", one, answers=", ".join(pick(labels[code], one) for code in alone))
                   for one in self.languages}  # fmt: skip
        ticked = " or ".join(f"selected(., {quoted(str(code))})" for code in alone)
        constraint = f"not(({ticked}) and count-selected(.) > 1)" if alone else ""
        return replace(row, type=f"select_multiple {name}", required="yes", constraint=constraint,
                       constraint_message=message if alone else {})  # fmt: skip

    def _parts(self, multiple: Multiple, variable: Variable) -> Iterator[Row]:
        """Yield the variable of each answer: yes, no or absent; empty where nothing was asked."""
        yes, no = list(self.codebook.codelists[variable.codelist or ""].codes)[:2]
        list_ = f"${{{multiple.name}}}"
        for code, name in multiple.parts.items():
            value = f"if(selected({list_}, {quoted(str(code))}), {quoted(yes)}, {quoted(no)})"
            for absent in offered(variable):
                value = f"if(selected({list_}, {quoted(str(absent))}), {quoted(absent)}, {value})"
            yield Row("calculate", name, calculation=f"if({list_} = '', '', {value})")

    def _open(self, row: Row, variable: Variable, item: Item) -> Row:
        """Return a question whose answer is a number or a text."""
        national = variable.codelist is not None
        if variable.type not in TYPES and not national:
            raise CatalogError(f"{variable.name}: a form cannot ask for a {variable.type}",
                               where=self.codebook.where(variable.name), hint="Give it a code list")  # fmt: skip
        listed = variable.name in self.counts.values()
        codes = {} if listed else offered(variable)
        hint = {one: self._hint(variable, row.hint.get(one, ""), one, listed) for one in self.languages}
        constraint, message = self._constraint(variable, codes)
        required = "yes" if codes or listed or self._is_key(variable) else ""
        return replace(row, type="text" if national else TYPES[variable.type], hint=hint if any(hint.values()) else {},
                       constraint=constraint, constraint_message=message, required=required)  # fmt: skip

    def _is_key(self, variable: Variable) -> bool:
        return variable.name in self.codebook.records[variable.record].key

    def _hint(self, variable: Variable, instruction: str, language: str, listed: bool) -> str:
        words = [phrase("counted", language)] if listed else absent_words(variable, language)
        if variable.codelist is not None:
            words.insert(0, phrase("national", language))
        # An instruction that already gives the codes is enough.
        told = all(str(code) in instruction for code in offered(variable)) and not listed and variable.codelist is None
        return " ".join(filter(None, [instruction, "" if told else ". ".join(words)]))

    def _constraint(self, variable: Variable, codes: Mapping[Value, str]) -> tuple[str, Text]:
        tests, message = [], {}
        if variable.range is not None:
            low, high = variable.range
            ends = [
                f". >= {quoted(low)}" if low is not None else "",
                f". <= {quoted(high)}" if high is not None else "",
            ]
            tests = [" and ".join(filter(None, ends))]
            name = "between" if all(ends) else "at_least" if low is not None else "at_most"
            message = in_all(name, self.languages, low=low, high=high)
        elif variable.pattern:
            tests, message = [f"regex(., {quoted(f'^({variable.pattern})$')})"], in_all("pattern", self.languages)
        if not any(tests):
            return "", {}
        text = is_text(variable, self.codebook)
        absent = [f". = {quoted(str(code) if text else code)}" for code in codes]
        words = {one: ". ".join([message[one], *(absent_words(variable, one) if codes else [])]) for one in message}
        return " or ".join([f"({tests[0]})" if absent else tests[0], *absent]), words


def _survey(rows: Iterable[Row], languages: Sequence[str]) -> Iterator[Sequence[str]]:
    texts, plain = ("label", "hint", "constraint_message"), ("required", "relevant", "constraint", "calculation",
                                                              "appearance", "repeat_count")  # fmt: skip
    yield ("type", "name", *(head for text in texts for head in _heads(text, languages)), *plain)
    for row in rows:
        words = (getattr(row, text).get(language, "") for text in texts for language in languages)
        yield (row.type, row.name, *words, *(getattr(row, name) for name in plain))


def _heads(text: str, languages: Sequence[str]) -> list[str]:
    return [f"{text}::{NAMES[language]} ({language})" for language in languages]


def _choices(lists: Mapping[str, Answers], languages: Sequence[str]) -> Iterator[Sequence[str]]:
    yield ("list_name", "name", *_heads("label", languages))
    for name, answers in lists.items():
        for code, label in answers:
            yield (name, str(code), *(pick(label, language) for language in languages))


def _settings(codebook: Codebook, questionnaire: Questionnaire, edition: Edition | None) -> Iterator[Sequence[str]]:
    language = questionnaire.languages[0]
    root = next(name for name, record in codebook.records.items() if record.parent is None)
    asked = {item.name for item in questionnaire.items}
    keys = [f"${{{name}}}" for name in codebook.records[root].key if name in asked]
    settings = {
        "form_title": pick(questionnaire.title, language),
        "form_id": codebook.name if edition is None else f"{codebook.name}-{edition.id}",
        "version": codebook.version,
        "default_language": f"{NAMES[language]} ({language})",
        "style": "pages",
        "instance_name": f"concat({', '.join(keys)})" if len(keys) > 1 else "".join(keys),
    }
    yield tuple(settings)
    yield tuple(settings.values())


def _workbook(sheets: Mapping[str, Iterable[Sequence[str]]], title: str) -> bytes:
    from xlsxwriter import Workbook

    buffer = BytesIO()
    with Workbook(buffer, OPTIONS) as file:
        file.set_properties({"title": title, "comments": "lfs_migration", "created": CREATED})
        bold, wrap = file.add_format({"bold": True, "bottom": 1}), file.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets.items():
            sheet: Any = file.add_worksheet(name)
            sheet.freeze_panes(1, 2)
            sheet.set_column(0, 1, 22)
            sheet.set_column(2, 30, 36)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value:
                        sheet.write_string(number, column, value, wrap if number else bold)
    return buffer.getvalue()
