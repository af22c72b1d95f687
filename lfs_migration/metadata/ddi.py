"""DDI-Codebook 2.5: the codebook as data catalogues such as NADA take it.

One ``codeBook`` with the study, a ``fileDscr`` for each record (``F1``, ...) and a ``var`` for each variable (``V1``,
...). Only elements and attributes of version 2.5 are used. What is not known, the producer or the number of rows, is
not there: nothing is made up. Where an element may stand once, it is in the language that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from xml.etree.ElementTree import Element

from lfs_migration.catalog import load_standards
from lfs_migration.files import write_bytes
from lfs_migration.metadata.ddi_variables import Variables
from lfs_migration.metadata.sources import natives, questions
from lfs_migration.metadata.verbal import in_words
from lfs_migration.metadata.xmltree import LANG, Tree, identifiers, languages_of, written
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.questionnaire import Questionnaire
from lfs_migration.model.standard import Standard
from lfs_migration.text import pick

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Held:
    """What a file of records really holds.

    Parameters
    ----------
    name, format : str
        Of the file, and its format in words.
    records : tuple of str
        The record that its rows are of, then those that this belongs to.
    rows : int
    columns : mapping of str to bool
        Whether each has text.
    weight : str
        The final weight.
    """

    name: str
    format: str
    records: tuple[str, ...]
    rows: int
    columns: Mapping[str, bool]
    weight: str = ""


def write_ddi(
    codebook: Codebook,
    out: Path,
    *,
    language: str = "en",
    edition: Edition | None = None,
    questionnaire: Questionnaire | None = None,
) -> Path:
    """Write the codebook as DDI-Codebook 2.5; the same codebook gives the same bytes.

    Parameters
    ----------
    codebook : Codebook
        Loaded with the edition, where there is one.
    out : Path
        The file, ``emigration.ddi.xml``.
    language : str
        The language that comes first, and the one of what may stand once. All others are there too.
    edition : Edition, optional
        Gives the title, the nation, the files' columns and what the country chose. A catalogue needs one: a module
        by itself is of no country.
    questionnaire : Questionnaire, optional
        Gives the wording of questions.

    Returns
    -------
    Path
    """
    return write_bytes(out, written(Document(codebook, language, edition, questionnaire).root()))


class Document:
    """The parts of a document about a module or an edition of it.

    Parameters
    ----------
    codebook : Codebook
    language : str
    edition : Edition, optional
    questionnaire : Questionnaire, optional
    held : Held, optional
        The one file that it is about; a file for each record without it.
    """

    def __init__(
        self,
        codebook: Codebook,
        language: str,
        edition: Edition | None,
        questionnaire: Questionnaire | None,
        held: Held | None = None,
    ) -> None:
        self._codebook, self._language, self._edition, self._held = codebook, language, edition, held
        self._records = tuple(codebook.records) if held is None else held.records
        self._files = identifiers("F", codebook.records) if held is None else dict.fromkeys(codebook.records, "F1")
        known = load_standards()
        own = [one for name, one in codebook.variables.items() if held is None or name in held.columns]
        used = dict.fromkeys(name for variable in own for name in variable.standards)
        self._standards: dict[str, Standard] = {name: known[name] for name in used if name in known}
        weights = set() if edition is None else {edition.design.weight, *edition.design.record_weights.values()}
        self._variables = Variables(
            codebook=codebook,
            files=self._files,
            questions=questions(codebook, questionnaire, edition),
            natives=natives(edition),
            standards=self._standards,
            weights=weights if held is None else {held.weight},
            held=None if held is None else held.columns,
        )

    def root(self) -> Element:
        """Return the whole document."""
        root = Element("codeBook", {
            "xmlns": NAMESPACE, "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}", "version": "2.5", "ID": "codebook", LANG: self._language,
        })  # fmt: skip
        top = Tree(root, self._language)
        self._document(top.add("docDscr"))
        self._study(top.add("stdyDscr"))
        if self._held is not None:
            self._one_file(top, self._held)
        else:
            for record in self._codebook.records:
                self._file(top, record)
        self._variables.add_to(top.add("dataDscr"))
        return root

    @property
    def _title(self) -> dict[str, str]:
        return self._codebook.title if self._edition is None else self._edition.title

    @property
    def _id(self) -> str:
        named = self._codebook.name if self._edition is None else self._edition.id
        return named if self._held is None else f"{named}-microdata"

    def _titles(self, citation: Tree, suffix: str = "") -> None:
        statement = citation.add("titlStmt")
        main, *others = languages_of(self._title, self._language)
        statement.add("titl", self._title[main], lang=main)
        for one in others:
            statement.add("parTitl", self._title[one], lang=one)
        statement.add("IDNo", self._id + suffix)

    def _document(self, document: Tree) -> None:
        citation = document.add("citation")
        self._titles(citation, "-ddi")
        citation.add("prodStmt").add("software", "lfs_migration", version=_version())
        citation.add("verStmt").add("version", self._codebook.version)

    def _study(self, study: Tree) -> None:
        citation = study.add("citation")
        self._titles(citation)
        citation.add("verStmt").add("version", self._codebook.version)
        self._information(study.add("stdyInfo"))
        if self._edition is not None:
            self._method(study.add("method").add("dataColl"), self._edition)
        for name, standard in self._standards.items():
            study.english("notes", _described(standard), type="standard", subject=name)
        if self._edition is not None and self._edition.synthetic is not None:
            study.english("notes", f"Synthetic data. {self._edition.synthetic.reference}", type="synthetic")

    def _information(self, information: Tree) -> None:
        codebook, edition = self._codebook, self._edition
        subject = codebook.words.get("subject", codebook.title)
        information.each("abstract", {
            language: f"{text}. {pick(codebook.title, language)}." for language, text in subject.items()
        })  # fmt: skip
        information.english("abstract", edition.reference if edition else codebook.reference)
        summary = information.add("sumDscr")
        if edition is not None:
            self._coverage(summary, edition)
        for name in self._records:
            summary.each("anlyUnit", codebook.records[name].label)
        for name in self._records:
            record = codebook.records[name]
            said = in_words(record.scope, codebook, "en") or record.scope
            summary.english("universe", f"{name}: {pick(record.label)}{f', where {said}' if said else ''}")
        summary.add("dataKind", "Sample survey data [ssd]")
        for name, statement in codebook.coverage.items():
            information.each("notes", statement, type="coverage", subject=name)

    def _coverage(self, summary: Tree, edition: Edition) -> None:
        if _YEAR.fullmatch(edition.edition):
            summary.add("collDate", edition.edition, event="single", date=edition.edition)
        countries = self._codebook.codelists.get("COUNTRY")
        nation = countries.codes.get(edition.country) if countries else None
        if nation is None:
            summary.add("nation", edition.country, abbr=edition.country)
        else:
            summary.each("nation", nation.label, abbr=edition.country)
        for name in self._codebook.national:
            if name in edition.codelists:
                summary.each("geogUnit", edition.codelists[name].label)

    def _method(self, collection: Tree, edition: Edition) -> None:
        design = edition.design
        facts = f"Stratum {design.stratum}, primary sampling unit {design.psu}. {design.note}".strip()
        collection.english("sampProc", facts)
        collection.english("weight", f"Variable {self._held.weight if self._held else design.weight}.")

    def _file(self, top: Tree, record: str) -> None:
        codebook = self._codebook
        own = codebook.variables_of(record)
        file = top.add("fileDscr", ID=self._files[record])
        text = file.add("fileTxt")
        text.add("fileName", record)
        text.add("fileCont", pick(codebook.records[record].label, self._language))
        structure = text.add("fileStrc", type="relational" if len(codebook.records) > 1 else "rectangular")
        keys = [self._variables.ids[key] for key in codebook.records[record].key if key in self._variables.ids]
        structure.add("recGrp", rectype=record, keyvar=" ".join(keys)).each("labl", codebook.records[record].label)
        text.add("dimensns").add("varQnty", len(own))
        if self._edition is not None and record in self._edition.records:
            held = self._edition.files[self._edition.records[record].file]
            file.english("notes", f"From {held.path}. {held.note}".strip(), type="source")

    def _one_file(self, top: Tree, held: Held) -> None:
        """Add the file that holds rows of a record, each with what is known of those that it belongs to."""
        main, *parents = held.records
        labels = self._codebook.records
        text = top.add("fileDscr", ID=self._files[main]).add("fileTxt")
        text.add("fileName", held.name)
        beside = ", ".join(pick(labels[one].label, self._language) for one in parents)
        text.add("fileCont", pick(labels[main].label, self._language) + (f" ({beside})" if beside else ""))
        keys = [self._variables.ids[key] for key in labels[main].key if key in self._variables.ids]
        structure = text.add("fileStrc", type="rectangular")
        structure.add("recGrp", rectype=main, keyvar=" ".join(keys)).each("labl", labels[main].label)
        size = text.add("dimensns")
        size.add("caseQnty", held.rows)
        size.add("varQnty", len(held.columns))
        text.add("fileType", held.format)


def _described(standard: Standard) -> str:
    place = f", {standard.paragraph}" if standard.paragraph else ""
    doubt = f" Not settled: {standard.doubt}." if standard.doubt else ""
    choices = f" A country may choose: {', '.join(standard.choices)}." if standard.choices else ""
    head = f"{pick(standard.title)} ({standard.document}{place}; wording {standard.seen})"
    return f"{head}: {pick(standard.definition).rstrip()}{choices}{doubt}"


def _version() -> str | None:
    try:
        return version("lfs-migration")
    except PackageNotFoundError:
        return None
