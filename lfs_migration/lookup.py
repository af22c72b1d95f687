"""Shows what the codebook holds (variables, lists, indicators, standards), and finds it by a word in any language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from lfs_migration import catalog
from lfs_migration.errors import NotFound, near
from lfs_migration.model.codebook import Codebook, Multiple, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Edition, Fixed
from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.noun import Value
from lfs_migration.model.standard import Standard
from lfs_migration.text import LANGUAGES, pick


def show(name: str, codebook: Codebook, edition: Edition | None = None, language: str = "en") -> Iterator[str]:
    """Yield what the codebook says of a variable, a question, a code list, an indicator or a standard.

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
    standards, indicators = catalog.load_standards(), catalog.load_indicators(codebook.name, edition)
    if name in codebook.variables:
        yield from _variable(codebook.variables[name], codebook, edition, language)
    elif name in codebook.multiples:
        yield from _multiple(codebook.multiples[name], codebook, language)
    elif name in codebook.codelists:
        yield from _codelist(name, codebook, language)
    elif name in indicators:
        yield from _indicator(indicators[name], language)
    elif name in standards:
        yield from _standard(name, standards[name], codebook, language)
    else:
        known = [*codebook.variables, *codebook.multiples, *codebook.codelists, *indicators, *standards]
        raise NotFound(f"No variable, question, code list, indicator or standard {name!r}", hint=near(name, known))


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
        "pattern": variable.pattern,
        "derived as": variable.value or "",
        "parameters": ", ".join(variable.parameters),
        "missing": ", ".join(f"{code} {reason}" for code, reason in variable.missing.items()),
        "one answer of": variable.part_of,
        "reference": variable.reference,
        "standards": ", ".join(variable.standards),
        "note": variable.note,
        "in doubt": variable.doubt,
        "defined in": codebook.where(variable.part_of or variable.name),
    }
    yield from (f"  {word:<14}{fact}" for word, fact in facts.items() if fact)
    if edition is not None:
        yield f"  {'in the files':<14}{_native(variable.name, edition)}"
    if variable.codelist:
        yield f"  {'code list':<14}{variable.codelist}"
        yield from _codes(codebook.codelists[variable.codelist], language)


def _multiple(multiple: Multiple, codebook: Codebook, language: str) -> Iterator[str]:
    yield f"{multiple.name}: {pick(multiple.label, language)}"
    facts = {
        "record": multiple.record,
        "type": "several answers",
        "universe": multiple.universe or "everyone",
        "reference": multiple.reference,
        "note": multiple.note,
        "defined in": codebook.where(multiple.name),
        "code list": multiple.codelist,
    }
    yield from (f"  {word:<14}{fact}" for word, fact in facts.items() if fact)
    labels = codebook.codelists[multiple.codelist].codes
    yield from (f"  {part}  {pick(labels[code].label, language)}" for code, part in multiple.parts.items())


def _indicator(indicator: Indicator, language: str) -> Iterator[str]:
    yield f"{indicator.code}: {pick(indicator.title, language)}"
    facts = {
        "topic": indicator.topic,
        "kind": indicator.kind,
        "unit": indicator.unit,
        "numerator": _part(indicator.numerator),
        "denominator": " plus ".join(map(_part, indicator.own[1:])),
        "relative to": indicator.relative_to,
        "of": ", ".join(indicator.of),
        "options": ", ".join(indicator.options),
        "by": "; ".join(", ".join(by) for by in indicator.breakdowns),
        "coverage": ", ".join(indicator.coverage),
        "parameters": ", ".join(indicator.parameters),
        "reference": indicator.reference,
        "note": pick(indicator.note, language) if indicator.note else "",
    }
    yield from (f"  {word:<14}{fact}" for word, fact in facts.items() if fact)


def _part(part: Part) -> str:
    return f"{part.value or 'rows'} of {part.record}" + (f" where {part.where}" if part.where else "")


def _standard(name: str, standard: Standard, codebook: Codebook, language: str) -> Iterator[str]:
    users = [variable.name for variable in codebook.variables.values() if name in variable.standards]
    yield f"{name}: {pick(standard.title, language)}"
    facts = {
        "definition": pick(standard.definition, language),
        "document": standard.document,
        "paragraph": standard.paragraph,
        "seen": standard.seen,
        "choices": ", ".join(standard.choices),
        "in doubt": standard.doubt,
        "followed by": ", ".join(users),
    }
    yield from (f"  {word:<14}{fact}" for word, fact in facts.items() if fact)


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
    users += [multiple.name for multiple in codebook.multiples.values() if multiple.codelist == name]
    facts = {"used by": ", ".join(users), "source": codelist.source, "note": codelist.note, "in doubt": codelist.doubt}
    yield from (f"  {word:<14}{fact}" for word, fact in facts.items() if fact)
    yield from _codes(codelist, language)


def _codes(codelist: CodeList, language: str) -> Iterator[str]:
    group: Mapping[Value, str] = codelist.group_of()
    for code, own in codelist.codes.items():
        label = pick(own.label, language)
        inside = f"  [{pick(codelist.groups[group[code]].label, language)}]" if code in group else ""
        yield f"  {code!s:>8}  {label}{inside}"


def search(word: str, codebook: Codebook, language: str = "en") -> Iterator[str]:
    """Yield the variables, lists, codes and indicators that a word is in: in a name, or a label in any language.

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
    for name, multiple in codebook.multiples.items():
        if wanted in _plain(f"{name} {' '.join(multiple.label.values())}"):
            yield f"{name}  {pick(multiple.label, language)} (several answers)"
    for name, codelist in codebook.codelists.items():
        if wanted in _plain(f"{name} {' '.join(codelist.label.values())}"):
            yield f"{name}  {pick(codelist.label, language)} (code list)"
        for code, own in codelist.codes.items():
            if wanted in _plain(" ".join(own.label.values())):
                yield f"{name} {code}  {pick(own.label, language)}"
    for code, indicator in catalog.load_indicators(codebook.name).items():
        if wanted in _plain(f"{code} {' '.join(indicator.title.values())}"):
            yield f"{code}  {pick(indicator.title, language)} (indicator)"


def _known(language: str) -> None:
    if language not in LANGUAGES:
        raise NotFound(f"No language {language!r}", hint=near(language, LANGUAGES))


def _plain(text: str) -> str:
    """Return a text without capital letters and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
