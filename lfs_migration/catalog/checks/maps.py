"""What is wrong in an edition's maps: how its native codes become the codebook's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from lfs_migration.catalog.checks.expressions import read
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Derive, Edition, Fixed, Join, Map, Recode
from lfs_migration.model.noun import Value


def map_problems(codebook: Codebook, edition: Edition, record: str, name: str) -> Iterator[CatalogError]:
    """Find what is wrong in the map of a variable of a record."""
    where = edition.line("records", record, "variables", name)
    mapping = edition.records[record].variables[name]
    key = name in codebook.records[record].key
    if name not in codebook.variables or (codebook.variables[name].record != record and not key):
        own = [variable.name for variable in codebook.variables_of(record)]
        other = codebook.variables.get(name)
        hint = near(name, own) if other is None else f"Map it under {other.record}"
        yield CatalogError(f"{name!r} is not a variable of {record}", where=where, hint=hint)
        return
    variable, codelist = codebook.variables[name], codebook.codelist_of(name)
    if variable.derived:
        yield CatalogError(f"{name} is derived and cannot be mapped", where=where, hint="Take it out")
    targets = list(getattr(mapping, "codes", {}).values())
    targets += [mapping.value] if hasattr(mapping, "value") else []
    for target in dict.fromkeys(targets):
        if codelist is not None and target not in codelist.codes:
            yield CatalogError(f"{name}: {target!r} is not a code of {variable.codelist}", where=where,
                               hint=near(str(target), map(str, codelist.codes)))  # fmt: skip
    reasons = set(getattr(mapping, "missing", {}).values())
    for reason in sorted(reasons - set(variable.missing.values())):
        known = ", ".join(variable.missing.values()) or "no codes of absent answers"
        yield CatalogError(f"{name} has no code for {reason!r}", where=where, hint=f"It has {known}")
    yield from _form_problems(mapping, variable, where, coded=codelist is not None)
    if isinstance(mapping, Recode) and (role := _role(codebook, edition, record, name)):
        for target, natives in merged(mapping).items():
            yield CatalogError(
                f"{name} is {role}, and the native codes {_listed(natives)} both become {target!r}", where=where,
                detail="Units that are merged change the variance without a sign",
                hint="Give each native code a code of its own, or use the column as it is",
            )  # fmt: skip


def merged(mapping: Recode) -> Mapping[Value, tuple[Value, ...]]:
    """Return the codes that several native codes become, with those.

    A number and the text of it (``1`` and ``'1'``), and a text with and without zeros in front, are one native code in
    two forms.
    """
    out: dict[Value, dict[str, Value]] = defaultdict(dict)
    for native, target in mapping.codes.items():
        text = str(native)
        out[target].setdefault(text.lstrip("0") or "0" if text.isdecimal() else text, native)
    return {target: tuple(natives.values()) for target, natives in out.items() if len(natives) > 1}


def _role(codebook: Codebook, edition: Edition, record: str, name: str) -> str:
    """Return what a variable identifies, in words; nothing where it identifies nothing."""
    if name in codebook.records[record].key:
        return f"part of the key of {record}"
    design = edition.design
    return {design.psu: "the design's sampling unit", design.stratum: "the design's stratum"}.get(name, "")


def _listed(natives: tuple[Value, ...]) -> str:
    return " and ".join(map(repr, natives[:3])) + (" and others" if len(natives) > 3 else "")


def _form_problems(mapping: Map, variable: Variable, where: str, *, coded: bool) -> Iterator[CatalogError]:
    """Find what is wrong in a map by itself."""
    match mapping:
        case Derive(compute=text):
            yield from readable(text, where)
        case Join(columns=columns, widths=widths) if len(widths) not in (0, len(columns)):
            yield CatalogError(f"{variable.name} has {len(columns)} columns and {len(widths)} widths", where=where,
                               hint="Give one width for each column; 0 leaves it as it is")  # fmt: skip
        case Fixed(value=value) if not coded and isinstance(value, str) != variable.is_text:
            yield CatalogError(f"{variable.name}: {value!r} is not of the type {variable.type}", where=where,
                               hint="Put it in quotes" if variable.is_text else "Take the quotes off")  # fmt: skip
        case Recode(codes=codes, missing=missing, skip=skip):
            native = Counter(str(code) for code in (*codes, *missing, *skip))
            twice = sorted(code for code, times in native.items() if times > 1)
            if twice:
                yield CatalogError(f"{variable.name}: native code {twice[0]} stands twice", where=where,
                                   hint="Keep it under one of codes, missing and skip, once")  # fmt: skip


def readable(text: str, where: str) -> Iterator[CatalogError]:
    """Find what is wrong with the language of an expression over native columns."""
    expression = read(text, where)
    if isinstance(expression, CatalogError):
        yield expression
