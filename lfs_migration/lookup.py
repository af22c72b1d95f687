"""Shows a variable or a code list of the codebook, and finds both by a word in any language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from lfs_migration.errors import NotFound, near
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Edition, Fixed
from lfs_migration.model.noun import Value
from lfs_migration.text import LANGUAGES, pick


def show(name: str, codebook: Codebook, edition: Edition | None = None, language: str = "en") -> Iterator[str]:
    """Yield what the codebook says of a variable or a code list, line by line.

    Parameters
    ----------
    name : str
    codebook : Codebook
        That of the edition, where one is given.
    edition : Edition, optional
        Where the variable comes from in a country's files.
    language : str

    Raises
    ------
    NotFound
        With near matches, for the name or the language.
    """
    _known(language)
    if name in codebook.variables:
        yield from _variable(codebook.variables[name], codebook, edition, language)
    elif name in codebook.codelists:
        yield from _codelist(name, codebook, language)
    else:
        raise NotFound(
            f"No variable or code list {name!r}", hint=near(name, [*codebook.variables, *codebook.codelists])
        )


def _variable(variable: Variable, codebook: Codebook, edition: Edition | None, language: str) -> Iterator[str]:
    yield f"{variable.name}: {pick(variable.label, language)}"
    low, high = variable.range or (None, None)
    facts = {
        "record": variable.record,
        "type": variable.type,
        "unit": variable.unit,
        "section": variable.section,
        "universe": variable.universe or "everyone",
        "range": "" if variable.range is None else f"{'' if low is None else low} to {'' if high is None else high}",
        "derived as": variable.value or "",
        "parameters": ", ".join(variable.parameters),
        "missing": ", ".join(f"{code} {reason}" for code, reason in variable.missing.items()),
        "reference": variable.reference,
        "note": variable.note,
        "defined in": codebook.where(variable.name),
    }
    yield from (f"  {word:<14}{fact}" for word, fact in facts.items() if fact)
    if edition is not None:
        yield f"  {'in the files':<14}{_native(variable.name, edition)}"
    if variable.codelist:
        yield f"  {'code list':<14}{variable.codelist}"
        yield from _codes(codebook.codelists[variable.codelist], language)


def _native(name: str, edition: Edition) -> str:
    """Return where a variable comes from in the files of an edition."""
    for record in edition.records.values():
        if name in record.variables:
            source = record.variables[name]
            where = edition.files[record.file].path
            if isinstance(source, Fixed):
                return f"always {source.value!r}"
            columns = getattr(source, "columns", None) or (getattr(source, "column", ""),)
            said = getattr(source, "compute", "") or ", ".join(columns)
            return f"{said} of {where}"
    return "not there"


def _codelist(name: str, codebook: Codebook, language: str) -> Iterator[str]:
    codelist = codebook.codelists[name]
    users = [variable.name for variable in codebook.variables.values() if variable.codelist == name]
    yield f"{name}: {pick(codelist.label, language)}"
    facts = {"used by": ", ".join(users), "source": codelist.source, "note": codelist.note}
    yield from (f"  {word:<14}{fact}" for word, fact in facts.items() if fact)
    yield from _codes(codelist, language)


def _codes(codelist: CodeList, language: str) -> Iterator[str]:
    group: Mapping[Value, str] = codelist.group_of()
    for code, own in codelist.codes.items():
        label = pick(own.label, language)
        inside = f"  [{pick(codelist.groups[group[code]].label, language)}]" if code in group else ""
        yield f"  {code!s:>8}  {label}{inside}"


def search(word: str, codebook: Codebook, language: str = "en") -> Iterator[str]:
    """Yield the variables, lists and codes that a word is in: in a name, or a label in any language.

    Capital letters and accents do not matter.

    Examples
    --------
    >>> from lfs_migration import catalog
    >>> [line for line in search("SEXE", catalog.load_codebook()) if line.startswith("em_sex")]
    ['em_sex  Sex']
    """
    _known(language)
    wanted = _plain(word)
    for variable in codebook.variables.values():
        if wanted in _plain(f"{variable.name} {' '.join(variable.label.values())}"):
            yield f"{variable.name}  {pick(variable.label, language)}"
    for name, codelist in codebook.codelists.items():
        if wanted in _plain(f"{name} {' '.join(codelist.label.values())}"):
            yield f"{name}  {pick(codelist.label, language)} (code list)"
        for code, own in codelist.codes.items():
            if wanted in _plain(" ".join(own.label.values())):
                yield f"{name} {code}  {pick(own.label, language)}"


def _known(language: str) -> None:
    if language not in LANGUAGES:
        raise NotFound(f"No language {language!r}", hint=near(language, LANGUAGES))


def _plain(text: str) -> str:
    """Return a text without capital letters and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
