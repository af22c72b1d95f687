"""Where a form keeps what: the blocks of a questionnaire, and the values that a form computes beside the answers.

The household's blocks stand at the top of the form. Each block of a child record is a repeat of its own: ``person``,
and where the interview comes back to the same rows, ``person_2``. A value of the first is taken into the second by a
calculation there, row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lfs_migration.errors import CatalogError, ExpressionError, LfsMigrationError
from lfs_migration.expr import parse
from lfs_migration.forms.xpath import Fields, calculation
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.noun import Text
from lfs_migration.model.questionnaire import Item, Questionnaire, Section


@dataclass(frozen=True)
class Row:
    """A row of the survey sheet; texts are by language, conditions in XPath."""

    type: str
    name: str
    label: Text = field(default_factory=dict)
    hint: Text = field(default_factory=dict)
    required: str = ""
    relevant: str = ""
    constraint: str = ""
    constraint_message: Text = field(default_factory=dict)
    calculation: str = ""
    appearance: str = ""
    repeat_count: str = ""


@dataclass
class Block:
    """Neighbouring sections of one record.

    Parameters
    ----------
    name : str
        Of the repeat.
    repeat : bool
        Whether it is asked for each row of a child record.
    first : Block, optional
        Of a later block of the same rows, the first.
    computed : dict of Row
        Calculations at its end, by name.
    """

    name: str
    record: str
    sections: tuple[Section, ...]
    repeat: bool
    first: Block | None = None
    computed: dict[str, Row] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        """Its questions, without the filters."""
        return tuple(item for section in self.sections for item in section.items if item.name)

    @property
    def row(self) -> str:
        """Name of the row's number where no variable is it."""
        return f"{self.name}_row"


class Layout:
    """The blocks of a form, and what each name stands for in them.

    Parameters
    ----------
    codebook : Codebook
    questionnaire : Questionnaire

    Raises
    ------
    CatalogError
        With file and line, for what a form cannot ask.
    """

    def __init__(self, codebook: Codebook, questionnaire: Questionnaire) -> None:
        self.codebook = codebook
        self.questionnaire = questionnaire
        self.blocks = tuple(self._blocks())
        self._homes: dict[str, Block] = {}
        for block in self.blocks:
            for item in block.items:
                self._homes |= dict.fromkeys(self._names(item), block)

    def _blocks(self) -> Iterator[Block]:
        seen: dict[str, list[Block]] = {}
        for record, sections in self.questionnaire.blocks():
            self._placed(record, sections[0])
            earlier = seen.setdefault(record, [])
            name = f"{record}_{len(earlier) + 1}" if earlier else record
            repeat = self.codebook.records[record].parent is not None
            block = Block(name, record, sections, repeat, earlier[0] if earlier else None)
            earlier.append(block)
            yield block

    def _placed(self, record: str, section: Section) -> None:
        where = self.questionnaire.where(section.id)
        if record not in self.codebook.records:
            raise CatalogError(f"Section {section.id}: no record {record!r} in the codebook {self.codebook.name}",
                               where=where, hint=f"Known: {', '.join(self.codebook.records)}")  # fmt: skip
        if len(self.codebook.lineage(record)) > 2:
            raise CatalogError(f"Section {section.id}: a form cannot ask about rows of rows", where=where,
                               detail=" in ".join(self.codebook.lineage(record)))  # fmt: skip

    def _names(self, item: Item) -> tuple[str, ...]:
        if item.name in self.codebook.multiples:
            return (item.name, *self.codebook.multiples[item.name].parts.values())
        if item.name in self.codebook.variables:
            return (item.name,)
        hint = "A form is made from the module's own questionnaire, whose items name the codebook's variables"
        raise CatalogError(f"{item.id}: the codebook {self.codebook.name} has no variable {item.name!r}",
                           where=self.questionnaire.where(item.id), hint=hint)  # fmt: skip

    def key(self, record: str) -> str:
        """Return the variable that numbers the rows of a record inside their household; empty where there is none."""
        own = [name for name in self.codebook.records[record].key if self.codebook.variables[name].record == record]
        return own[-1] if own else ""

    def number(self, block: Block) -> str:
        """Return the name of the row's number in a repeat."""
        return self.key(block.record) if block.first is None and self.key(block.record) else block.row

    def first(self, record: str) -> Block | None:
        """Return the first block of a record."""
        return next((block for block in self.blocks if block.record == record), None)

    def home(self, name: str) -> Block | None:
        """Return the block in which a variable stands; a derived one is put into the first of its record."""
        if name in self._homes:
            return self._homes[name]
        variable = self.codebook.variable(name)
        block = self.first(variable.record)
        if block is None:
            return None
        settled = self._settled(variable.record)
        if variable.value is not None:
            text = variable.value
        elif name in settled:
            text = settled[name]
        elif block.repeat and name == self.key(variable.record):
            self._homes[name] = block
            return block
        else:
            return None
        self._homes[name] = block
        block.computed[name] = Row("calculate", name, calculation=self.translated(name, text, block))
        return block

    def _settled(self, record: str) -> dict[str, str]:
        """Return what is true of every row that the form asks about: the record's scope, where no item asks for it."""
        scope = self.codebook.records[record].scope
        return {name: repr(value) for name, value in parse(scope).compared} if scope.count("==") == 1 else {}

    def translated(self, name: str, text: str, block: Block) -> str:
        """Return the XPath of a variable's value.

        Raises
        ------
        CatalogError
            With the variable, its file and line, and the expression.
        """
        try:
            return calculation(text, Place(self, block))
        except LfsMigrationError as error:
            raise self.refused(name, text, error) from None

    def refused(self, name: str, text: str, error: LfsMigrationError) -> LfsMigrationError:
        """Return the error of an expression that a form cannot ask."""
        if error.where:
            return error
        return CatalogError(f"{name}: a form cannot ask {text!r}", where=self.codebook.where(name),
                            detail=" ".join(filter(None, (error.title, error.detail))), hint=error.hint)  # fmt: skip


class Place:
    """What is seen from a block: the :class:`Fields` of its expressions.

    Parameters
    ----------
    layout : Layout
    block : Block
    """

    def __init__(self, layout: Layout, block: Block) -> None:
        self._layout = layout
        self._block = block

    @property
    def codebook(self) -> Codebook:
        """What the variables mean."""
        return self._layout.codebook

    def reference(self, name: str) -> str:
        """Return the XPath of a variable; one of an earlier block of the same rows is taken over.

        Raises
        ------
        ExpressionError
            For a variable that the form does not have, or that is of another record's rows.
        """
        home = self._layout.home(name)
        if home is None:
            raise ExpressionError(f"The questionnaire does not ask {name}", hint="Add an item, or derive it")
        if home is self._block or not home.repeat:
            return f"${{{name}}}"
        if home.record != self._block.record:
            raise ExpressionError(f"{name} is of the rows of {home.record}", hint="Use any(), count() or total()")
        own = f"{self._block.name}_{name}"
        path = f"indexed-repeat(${{{name}}}, ${{{home.name}}}, ${{{self._layout.number(self._block)}}})"
        self._block.computed.setdefault(own, Row("calculate", own, calculation=path))
        return f"${{{own}}}"

    def rows(self, record: str) -> str:
        """Return the number of rows of a child record."""
        return f"count(${{{self._child(record).name}}})"

    def total(self, record: str, formula: str) -> str:
        """Return a sum over the rows of a child record, by a calculation in each of them."""
        block = self._child(record)
        same = [row.name for row in block.computed.values() if row.calculation == formula]
        name = same[0] if same else f"{block.name}_each_{len(block.computed) + 1}"
        block.computed.setdefault(name, Row("calculate", name, calculation=formula))
        return f"sum(${{{name}}})"

    def under(self, record: str) -> Fields:
        """Return what is seen from the rows of a child record."""
        return Place(self._layout, self._child(record))

    def _child(self, record: str) -> Block:
        block = self._layout.first(record)
        if block is None or not block.repeat or self._block.repeat:
            raise ExpressionError(f"The form has no rows of {record} here")
        return block
