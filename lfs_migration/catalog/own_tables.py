"""Loads an office's own set of tables: a YAML file in place of the module's indicators.

It is a list. An entry is one of three:

* ``indicator``: the code of an indicator of the module, with a ``by`` or a ``title`` of its own where they differ;
* ``table``: an ad hoc text, as ``em_dest by em_sex``, with ``code``, ``title``, ``statistic``, ``unit`` and ``topic``;
* ``code``: an indicator that is defined here, with the entries that one of ``indicators.yaml`` has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lfs_migration.catalog.adhoc import Dimensions, ad_hoc
from lfs_migration.catalog.checks.computable import Computable
from lfs_migration.catalog.checks.indicator_fields import problems_of
from lfs_migration.catalog.codebooks import load_codebook
from lfs_migration.catalog.documents import Document, build, load
from lfs_migration.catalog.entries import choices_of
from lfs_migration.catalog.indicators import indicator, load_indicators, related
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.indicator import Indicator
from lfs_migration.model.noun import Noun, Text

KINDS = ("indicator", "table", "code")
"""The entry that says which of the three it is; ``code`` also names a table."""


class Chosen(Noun):
    """An indicator of the module, in an office's own set.

    Parameters
    ----------
    indicator : str
        Its code.
    by : tuple of tuples of str
        Breakdowns in place of its own: dimensions, variables, or classes of them.
    title : Text, optional
    """

    indicator: str
    by: tuple[tuple[str, ...], ...] | None = None
    title: Text | None = None


class Worded(Noun):
    """An ad hoc table, in an office's own set.

    Parameters
    ----------
    table : str
        Its text.
    code : str
        ``T`` and its number in the list without one.
    title : Text, optional
    statistic : str
    unit : str
        Of an amount that is computed.
    topic : str
    """

    table: str
    code: str = ""
    title: Text | None = None
    statistic: str = ""
    unit: str = ""
    topic: str = ""


@dataclass(frozen=True)
class OwnTables:
    """An office's own set of tables.

    Parameters
    ----------
    indicators : tuple of Indicator
        In the order of the file.
    codebook : Codebook
        With the breakdowns that the tables have and the module lacks.
    """

    indicators: tuple[Indicator, ...]
    codebook: Codebook


def load_tables(path: Path | str, edition: Edition) -> OwnTables:
    """Return the tables of a file, for an edition.

    Raises
    ------
    CatalogError
        With file and line and near matches: for an unknown entry, indicator, breakdown or variable, a code that stands
        twice, and a table that the edition cannot compute, with the reason.
    """
    document = load(Path(path))
    if not isinstance(document.data, list):
        raise CatalogError("The file must hold a list", where=document.where(), hint="Write each table after a `- `")
    reading = _Reading(document, edition, load_codebook(edition.module, edition))
    made: dict[str, Indicator] = {}
    for number, entry in enumerate(document.data):
        one = reading.entry(number, entry)
        if one.code in made:
            raise CatalogError(f"{one.code} stands twice", where=document.where(number),
                               hint="Put the breakdowns into one entry, or give it another code")  # fmt: skip
        made[one.code] = one
    return OwnTables(tuple(made.values()), reading.codebook)


@dataclass
class _Reading:
    """A file that is being read."""

    document: Document
    edition: Edition
    codebook: Codebook

    def __post_init__(self) -> None:
        self.known: Mapping[str, Indicator] = load_indicators(self.edition.module, self.edition)
        self.defined: dict[str, Indicator] = {}

    def entry(self, number: int, entry: Any) -> Indicator:
        """Return the indicator of an entry, after its kind."""
        given = entry if isinstance(entry, dict) else {}
        match next((kind for kind in KINDS if kind in given), ""):
            case "indicator":
                return self._chosen(build(Chosen, _pairs(entry, self.document, number), self.document, number), number)
            case "table":
                return self._worded(build(Worded, entry, self.document, number), number)
            case "code":
                return self._defined(dict(given), number)
        odd = next((str(key) for key in given if near(str(key), KINDS).startswith("Did")), "")
        hint = near(odd, KINDS) if odd else "Write `indicator: CODE`, `table: TEXT`, or `code: CODE` with a definition"
        raise CatalogError("The entry is no table", where=self.document.where(number), hint=hint)

    def _chosen(self, given: Chosen, number: int) -> Indicator:
        """Return an indicator of the module, or of an entry above, with its own breakdowns."""
        known = {**self.known, **self.defined}
        if given.indicator not in known:
            where = self.document.where(number, "indicator")
            raise NotFound(f"No indicator {given.indicator!r}", where=where, hint=near(given.indicator, known))
        one = known[given.indicator]
        if given.title is not None:
            one = one.model_copy(update={"title": given.title})
        if given.by is not None:
            place = self.document.where(number, "by")
            dimensions, record = Dimensions(self.codebook), one.numerator.record
            by = tuple(tuple(dimensions.named(name, record, place) for name in names) for names in given.by)
            self.codebook, one = dimensions.codebook, one.model_copy(update={"breakdowns": by})
        self._computable(one, number, own=given.by is not None)
        return one

    def _worded(self, given: Worded, number: int) -> Indicator:
        """Return the indicator of an ad hoc text."""
        code = given.code or f"T{number + 1}"
        self._new(code, number)
        fields = {"title": given.title, "unit": given.unit, "topic": given.topic}
        if given.topic and given.topic not in self.codebook.topics:
            where = self.document.where(number, "topic")
            raise NotFound(f"No topic {given.topic!r}", where=where, hint=near(given.topic, self.codebook.topics))
        made = ad_hoc(
            given.table, self.codebook, self.edition, statistic=given.statistic, code=code,
            place=self.document.where(number, "table"), more={key: value for key, value in fields.items() if value},
        )  # fmt: skip
        self.codebook = made.codebook
        return made.indicator

    def _defined(self, entry: dict[str, Any], number: int) -> Indicator:
        """Return an indicator that is defined as those of the module are."""
        code = entry.pop("code")
        if not isinstance(code, str):
            where = self.document.where(number, "code")
            raise CatalogError(f"The code {code!r} is no text", where=where, hint="Put it in quotes")
        self._new(code, number)
        document = _under(self.document, number, code, entry)
        chosen = choices_of(self.codebook.parameters, self.edition)
        one = indicator(document, code, entry, self.codebook, chosen)
        if one.relative_to:
            one = related({**self.known, **self.defined, code: one}, document)[code]
        wrong = next(problems_of(one, self.codebook, self.edition, document), None)
        if wrong is not None:
            raise wrong
        self._computable(one, number, own=True)
        self.defined[code] = one
        return one

    def _new(self, code: str, number: int) -> None:
        """See that a code is not that of an indicator of the module."""
        if code in self.known:
            raise CatalogError(f"{code} is an indicator of the module {self.codebook.name}",
                               where=self.document.where(number, "code"),
                               hint=f"Write `indicator: {code}` to publish it, or choose another code")  # fmt: skip

    def _computable(self, one: Indicator, number: int, *, own: bool) -> None:
        """See that the edition's answers allow an indicator, and the breakdowns that stand in this file."""
        computable = Computable(self.codebook, self.edition)
        if reason := computable.indicator(one):
            raise CatalogError(f"{one.code} cannot be computed for {self.edition.id}", detail=reason,
                               where=self.document.where(number), hint="Take it out, or ask it")  # fmt: skip
        for breakdown in one.breakdowns if own else ():
            if reason := computable.breakdown(one, breakdown):
                title = f"{one.code} cannot be broken down by {', '.join(breakdown)} for {self.edition.id}"
                where = self.document.where(number, "by")
                raise CatalogError(title, detail=reason, where=where, hint="Take it out")


def _pairs(entry: dict[str, Any], document: Document, number: int) -> dict[str, Any]:
    """Return an entry whose breakdowns are tuples, as frozen nouns hold them."""
    if "by" not in entry:
        return entry
    by = entry["by"]
    if not isinstance(by, list) or not all(isinstance(one, list) and one for one in by):
        raise CatalogError("by must be a list of lists", where=document.where(number, "by"),
                           hint="Write it as `[[sex], [region, sex]]`")  # fmt: skip
    return {**entry, "by": tuple(map(tuple, by))}


def _under(document: Document, number: int, code: str, entry: dict[str, Any]) -> Document:
    """Return a document in which an entry of a list stands under its code."""
    head = str(number)
    lines = {code + key.removeprefix(head): line for key, line in document.lines.items()
             if key == head or key.startswith(f"{head}/")}  # fmt: skip
    return Document(document.path, {code: entry}, lines)
