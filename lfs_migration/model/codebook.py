"""The codebook: records, variables, rules and breakdowns of a survey module."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PrivateAttr

from lfs_migration.errors import NotFound, near
from lfs_migration.model.codelist import CodeList, Reason
from lfs_migration.model.noun import Noun, Text, Value
from lfs_migration.model.rules import AnyRule

Type = Literal["code", "int", "float", "amount", "year", "month", "str", "bool"]


class Record(Noun):
    """A kind of row: a household, a resident, a person abroad.

    Parameters
    ----------
    key : tuple of str
        Variables that identify a row.
    parent : str, optional
        The record that the rows belong to; its variables can be used as if they were this record's own.
    scope : str
        Expression: the rows that the module is about. On others the universes have no opinion. Empty is all.
    outside_margins : bool
        Whether its rows are in no known totals of the population, as persons who live abroad are not: weights are never
        calibrated to them.
    coverage : mapping of str to str
        Coverage statements of whatever is tabulated of its rows without an indicator of the module, each with a
        condition on what a country chooses; empty where it always holds.
    """

    label: Text
    key: tuple[str, ...]
    parent: str | None = None
    scope: str = ""
    outside_margins: bool = False
    coverage: dict[str, str] = Field(default_factory=dict)


class Variable(Noun):
    """A question or a derived variable.

    Parameters
    ----------
    record : str
        The record it stands in.
    type : str
        ``code`` (one of ``codelist``), ``int``, ``float``, ``amount``, ``year``, ``month``, ``str`` or ``bool``.
    universe : str
        Expression: who is asked. ``True`` is everyone.
    range : (low, high)
        Inclusive limits of a number; ``None`` is open.
    missing : mapping of code to reason
        Codes of an absent answer; see :data:`lfs_migration.model.codelist.Reason`.
    value : str, optional
        Expression, for a derived variable.
    pattern : str
        Regular expression that a whole text must fit.
    reference : str
        Source of the concept, and how sure we are.
    standards : tuple of str
        The definitions that it follows, of :func:`lfs_migration.catalog.load_standards`.
    doubt : str
        What is not settled about it; empty where nothing is.
    parameters : tuple of str
        What a country chooses in its expressions; filled when it is loaded.
    part_of : str
        The :class:`Multiple` question that it is one answer of; empty for others.
    """

    name: str
    record: str
    type: Type
    label: Text
    section: str = ""
    codelist: str | None = None
    universe: str = ""
    range: tuple[int | float | None, int | float | None] | None = None
    unit: str = ""
    pattern: str = ""
    missing: dict[Value, Reason] = Field(default_factory=dict)
    value: str | None = None
    reference: str
    standards: tuple[str, ...] = ()
    note: str = ""
    doubt: str = ""
    parameters: tuple[str, ...] = ()
    part_of: str = ""

    @property
    def derived(self) -> bool:
        """Whether it is computed and not asked."""
        return self.value is not None

    @property
    def is_text(self) -> bool:
        """Whether its values are strings when it has no code list."""
        return self.type == "str"

    def missing_code(self, reason: str) -> Value | None:
        """Return the code that stands for ``reason``."""
        return next((code for code, why in self.missing.items() if why == reason), None)


class Multiple(Noun):
    """A question of which several answers may be ticked: one yes-or-no variable for each code of a list.

    Parameters
    ----------
    codelist : str
        Its codes are the answers.
    parts : mapping of code to variable
        ``em_socprot__1`` for the code 1 of ``em_socprot``.
    """

    name: str
    record: str
    label: Text
    section: str = ""
    codelist: str
    universe: str = ""
    parts: dict[Value, str]
    reference: str
    note: str = ""


class Dimension(Noun):
    """A breakdown of tables: one concept, measured by a variable in each record that knows it.

    Parameters
    ----------
    variables : mapping of record to variable
        A record without an entry takes its parent's.
    concept : str
        Breakdowns of one concept (destination by country, by region) are not crossed with each other.
    """

    label: Text
    variables: dict[str, str]
    concept: str = ""


class Parameter(Noun):
    """Something that a country chooses; its name in an expression stands for the value chosen.

    Parameters
    ----------
    default : number, str, list or None
        What holds where a country chooses nothing. Without one nothing is assumed: the choice is a number, and what is
        derived with it cannot be had from an edition that does not give it.
    allowed : tuple
        What may be chosen; empty when anything of the default's type may.
    """

    label: Text
    default: Value | list[Value] | None
    allowed: tuple[Value, ...] = ()
    unit: str
    reference: str


class Roles(Noun):
    """The variables of a module that hold the sampling design, where an edition names no others.

    Parameters
    ----------
    weight, stratum, psu : str
    base : str
        The weight of the selection alone, before any adjustment; empty where the module has none.
    """

    weight: str
    stratum: str
    psu: str
    base: str = ""


class Fieldwork(Noun):
    """The variables of a module that say where, and by whom, an interview was made: findings are counted by them.

    Parameters
    ----------
    region, interviewer : str
        Empty where the module has none.
    """

    region: str = ""
    interviewer: str = ""


class Codebook(Noun):
    """Everything that is known of a module, for one edition or for none.

    Parameters
    ----------
    records, variables, multiples, codelists, rules, dimensions, parameters : mappings by name
    main : str
        The record that the module is about; empty is the last one.
    design : Roles, optional
        Its variables of the design.
    fieldwork : Fieldwork
    residents : str
        The record whose rows known totals of the population count; empty where the module has none.
    headlines : tuple of str
        Indicators whose national figure is shown first.
    key_indicator : str
        The indicator whose design effect is shown beside the weights; empty is none.
    words : mapping of str to Text
        What publications say of the module: ``subject`` of the report, ``units`` (the rows of the first record, in the
        plural), ``sample_units`` (a column's heading) and ``unseen`` (whom no interval covers).
    sections : mapping of str to Text
        Parts of the questionnaire, as the variables name them.
    topics : mapping of str to Text
        What indicators are about, in the order in which they are published.
    national : tuple of str
        Code lists that each edition brings itself.
    coverage : mapping of str to Text
        What a household survey cannot see, to print with tables.
    """

    name: str
    version: str
    title: Text
    reference: str
    records: dict[str, Record]
    main: str = ""
    design: Roles | None = None
    fieldwork: Fieldwork = Fieldwork()
    residents: str = ""
    headlines: tuple[str, ...] = ()
    key_indicator: str = ""
    words: dict[str, Text] = Field(default_factory=dict)
    sections: dict[str, Text] = Field(default_factory=dict)
    topics: dict[str, Text] = Field(default_factory=dict)
    variables: dict[str, Variable]
    multiples: dict[str, Multiple] = Field(default_factory=dict)
    codelists: dict[str, CodeList]
    rules: dict[str, AnyRule]
    dimensions: dict[str, Dimension]
    parameters: dict[str, Parameter]
    national: tuple[str, ...] = ()
    coverage: dict[str, Text] = Field(default_factory=dict)
    _lines: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def home(self) -> str:
        """The record that belongs to no other: the sampled units, as households."""
        return next(name for name, record in self.records.items() if record.parent is None)

    def variable(self, name: str) -> Variable:
        """Return a variable.

        Raises
        ------
        NotFound
            With near matches.
        """
        if name not in self.variables:
            raise NotFound(f"No variable {name!r} in the codebook {self.name}", hint=near(name, self.variables))
        return self.variables[name]

    def codelist_of(self, name: str) -> CodeList | None:
        """Return the code list of a variable, if it has one."""
        codelist = self.variable(name).codelist
        return None if codelist is None else self.codelists.get(codelist)

    def where(self, name: str) -> str:
        """Return ``file:line`` of a variable, rule or dimension."""
        return self._lines.get(name, self.name)

    def variables_of(self, record: str) -> tuple[Variable, ...]:
        """Return the variables of a record, in the codebook's order."""
        return tuple(v for v in self.variables.values() if v.record == record)

    def lineage(self, record: str) -> tuple[str, ...]:
        """Return the record and its ancestors, nearest first."""
        parent = self.records[record].parent
        return (record,) if parent is None else (record, *self.lineage(parent))

    def visible(self, name: str, record: str) -> bool:
        """Return whether a variable can be used in the expressions of a record."""
        return name in self.variables and self.variables[name].record in self.lineage(record)

    def dimension_variable(self, dimension: str, record: str) -> str | None:
        """Return the variable that measures a dimension in a record or its ancestors."""
        if dimension not in self.dimensions:
            raise NotFound(f"No breakdown {dimension!r}", hint=near(dimension, self.dimensions))
        variables = self.dimensions[dimension].variables
        return next((variables[r] for r in self.lineage(record) if r in variables), None)
