"""Where a variable comes from in a country's file: columns, native codes, and the reasons of absent answers."""

from __future__ import annotations

import ast
from collections.abc import Collection

from lfs_migration.explain.sources import CodeSource, Native
from lfs_migration.expr import parse
from lfs_migration.metadata.sources import Native as Source
from lfs_migration.metadata.words import WORDS
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Derive, Fixed, Join, Recode, Rename
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.noun import Value
from lfs_migration.text import pick

UNMAPPED = "codes that no map names"
MOST = 12
"""Codes of a map that are shown where all of them matter."""


def native_of(name: str, source: Source, data: Dataset, record: str) -> Native:
    """Return where a variable comes from.

    Parameters
    ----------
    name : str
    source : Source
    data : Dataset
    record : str
        Whose map it is in.
    """
    assert data.country is not None
    mapping, columns = source.source, source.columns
    how, detail = "", ""
    match mapping:
        case Fixed(value=value):
            how, detail = "the same in every row", str(value)
        case Derive(compute=text):
            how, detail = "computed", text
        case Join(columns=names):
            how, columns = "joined", names
        case Recode():
            how = "recoded"
        case Rename(calendar=calendar):
            how = "as it is" if calendar == "gregorian" else f"as it is, from the {calendar} calendar"
    held = next((one for one in data.sources if one.name == data.country.records[record].file), None)
    labels = tuple(held.labels[one] for one in columns if one in held.labels) if held else ()
    where = data.country.line("records", record, "variables", name)
    return Native(source.file, where, columns, how, detail, labels, mapping.note)


def codes_of(
    variable: Variable, source: Source, codebook: Codebook, wanted: Collection[Value] | None, language: str
) -> tuple[tuple[CodeSource, ...], int]:
    """Return the codes of a variable that matter, with their native codes, and how many others its map has.

    Parameters
    ----------
    wanted : collection of codes, optional
        All where it is None; then the first ones are given.
    """
    if not isinstance(source.source, Recode) or not variable.codelist:
        return (), 0
    codelist, mapped = codebook.codelists[variable.codelist], source.code_of
    texts = {str(code) for code in (mapped if wanted is None else wanted)}
    chosen = [code for code in codelist.codes if str(code) in texts]
    shown = chosen[:MOST]
    out = tuple(
        CodeSource(str(code), pick(codelist.codes[code].label, language), tuple(map(str, mapped.get(code, ()))))
        for code in shown
    )
    return out, len([code for code in mapped if code not in shown])


def absent_of(variable: Variable, source: Source | None, language: str) -> tuple[CodeSource, ...]:
    """Return the codes of an absent answer, with the reason and the native codes that become them.

    Of a map that is computed they are those that its expression names.
    """
    reasons = {code: pick(WORDS[reason], language) for code, reason in variable.missing.items()}
    mapping = source.source if source else None
    if isinstance(mapping, Fixed | Join):
        return ()
    if isinstance(mapping, Derive):
        given = {node.value for node in ast.walk(parse(mapping.compute).tree) if isinstance(node, ast.Constant)}
        return tuple(CodeSource(str(code), label, ("computed",)) for code, label in reasons.items() if code in given)
    natives = source.absent if source else {}
    out = []
    for code, reason in variable.missing.items():
        own = tuple(str(one) for one, why in natives.items() if why == reason)
        own = own or ((UNMAPPED,) if reason == "uncodable" and isinstance(mapping, Recode | Rename) else ())
        out.append(CodeSource(str(code), reasons[code], own))
    skipped = tuple(map(str, source.skipped)) if source else ()
    return (*out, CodeSource("", "does not apply (empty)", skipped)) if skipped else tuple(out)
