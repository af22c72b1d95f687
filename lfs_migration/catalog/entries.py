"""Makes nouns of the entries of YAML files: variables, rules, code lists, and what a country chose in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lfs_migration.catalog.documents import Document, build
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codebook import Multiple, Parameter, Rule, Variable
from lfs_migration.model.codelist import Code, CodeList, Group
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Value
from lfs_migration.text import MESSAGES

TICKED = "YESNO"
"""List of the answers to each part of a question of which several may be ticked."""


def questions(
    document: Document,
    record: str,
    conventions: Mapping[str, Any],
    chosen: Mapping[str, Any],
    lists: Mapping[str, CodeList],
) -> Iterator[tuple[Variable | Multiple, str]]:
    """Yield the variables of a record, and the multiple-response questions before their parts, each with its line.

    Parameters
    ----------
    document : Document
        A list of entries; ``type: multi`` is a question of which several answers may be ticked.
    record : str
    conventions : mapping
        Sets of codes of absent answers, by name.
    chosen : mapping of parameter to value
    lists : mapping of code lists
        Of the module, for the parts of multiple-response questions.
    """
    if not isinstance(document.data, list):
        raise CatalogError("The file must hold a list of variables", where=document.path.name,
                           hint="Write each as `- name: ...`")  # fmt: skip
    for position, entry in enumerate(document.data):
        where = document.where(position)
        if not isinstance(entry, dict):
            raise CatalogError("A variable must hold entries", where=where, hint="Write each as `key: value`")
        data = {**tuples(entry, "range", "standards"), "record": record, "missing": _missing(entry, conventions, where)}
        texts = [data[key] for key in ("universe", "value") if isinstance(data.get(key), str)]
        data["parameters"] = named(texts, chosen)
        for key in ("universe", "value"):
            if isinstance(data.get(key), str):
                data[key] = substituted(data[key], chosen)
        if data.get("type") == "multi":
            yield from ((one, where) for one in _parts(data, lists, document, position))
        else:
            yield build(Variable, data, document, position), where


def _missing(entry: Mapping[str, Any], conventions: Mapping[str, Any], where: str) -> Any:
    missing = entry.get("missing", {})
    if not isinstance(missing, str):
        return missing
    if missing not in conventions:
        raise CatalogError(f"No missing-code convention {missing!r}", where=where, hint=near(missing, conventions))
    return conventions[missing]


def _parts(
    data: dict[str, Any], lists: Mapping[str, CodeList], document: Document, position: int
) -> Iterator[Variable | Multiple]:
    """Yield a multiple-response question, then a yes-or-no variable for each of its answers."""
    codelist = lists.get(data.get("codelist", ""))
    if codelist is None:
        where = document.where(position, "codelist")
        raise CatalogError(f"No code list {data.get('codelist')!r}", where=where, hint=near(data["codelist"], lists))
    parts = {code: f"{data['name']}__{code}" for code in codelist.codes}
    own = {key: data[key] for key in Multiple.model_fields if key in data}
    yield build(Multiple, {**own, "parts": parts}, document, position)
    for code, name in parts.items():
        answer = codelist.codes[code].label
        label = {language: f"{text}: {answer[language]}" for language, text in data["label"].items()
                 if language in answer}  # fmt: skip
        part = {"name": name, "type": "code", "codelist": TICKED, "label": label, "part_of": data["name"]}
        yield build(Variable, {**data, **part}, document, position)


def alone(multiple: Multiple, codelist: CodeList) -> Iterator[Rule]:
    """Yield a rule for each answer of a multiple-response question that excludes the others."""
    for code in codelist.exclusive:
        others = [name for other, name in multiple.parts.items() if other != code]
        yield Rule(
            id=f"{multiple.parts[code]}_alone", record=multiple.record, severity="error",
            label={language: text.format(codelist.codes[code].label.get(language, code), multiple.name)
                   for language, text in MESSAGES["alone"].items()},
            when=f"{multiple.parts[code]} == 1", check=" and ".join(f"coalesce({name}, 2) != 1" for name in others),
            variables=tuple(multiple.parts.values()), remedy=MESSAGES["alone_remedy"], reference=multiple.reference,
        )  # fmt: skip


def rule(document: Document, name: str, entry: dict[str, Any], chosen: Mapping[str, Any]) -> Rule:
    """Return a rule, with what a country chose in its expressions."""
    data = {**tuples(entry, "variables"), "id": name}
    data |= {key: substituted(data[key], chosen) for key in ("when", "check") if key in data}
    return build(Rule, data, document, name)


def codelists(document: Document) -> dict[str, CodeList]:
    """Return the code lists of a file, by name."""
    return {name: codelist(entry, document, name) for name, entry in document.data.items()}


def codelist(value: Any, document: Document, *keys: str) -> CodeList:
    """Return a code list.

    An entry under ``codes`` is the label by language, or ``label`` and ``attributes``.
    """
    entry = entries(value, document, *keys)
    labels = entries(entry.get("codes", {}), document, *keys, "codes")
    if not labels:
        raise CatalogError(f"{'.'.join(keys)} has no codes", where=document.where(*keys), hint="Add them under codes")
    codes = {c: build(Code, label if isinstance(label, dict) and "label" in label else {"label": label},
                      document, *keys, "codes", c) for c, label in labels.items()}  # fmt: skip
    groups = {n: build(Group, tuples(g, "codes"), document, *keys, "groups", n)
              for n, g in entries(entry.get("groups", {}), document, *keys, "groups").items()}  # fmt: skip
    return build(CodeList, {**tuples(entry, "exclusive"), "codes": codes, "groups": groups}, document, *keys)


def entries(value: Any, document: Document, *keys: str) -> dict[Any, Any]:
    """Return what must be entries with keys as a dict of its own."""
    if not isinstance(value, dict):
        raise CatalogError(f"{'.'.join(keys) or 'The file'} must hold entries", where=document.where(*keys),
                           hint="Write each as `name: value`")  # fmt: skip
    return dict(value)


def group_lists(lists: Mapping[str, CodeList]) -> Iterator[tuple[str, CodeList]]:
    """Yield a list of the groups of each list that has some, as ``ISCED11.groups``."""
    for name, own in lists.items():
        if own.groups:
            codes: dict[Value, Code] = {group: Code(label=g.label) for group, g in own.groups.items()}
            yield f"{name}.groups", CodeList(label=own.label, codes=codes, source=own.source)


def choices_of(parameters: Mapping[str, Parameter], edition: Edition | None) -> dict[str, Any]:
    """Return the value of each parameter: the edition's, or the default."""
    own = dict(edition.parameters) if edition else {}
    unknown = sorted(set(own) - set(parameters))
    if unknown and edition:
        raise CatalogError(
            f"Unknown parameter {unknown[0]!r}",
            where=edition.line("parameters", unknown[0]),
            hint=near(unknown[0], parameters),
        )
    return {name: own.get(name, parameter.default) for name, parameter in parameters.items()}


def substituted(text: str, chosen: Mapping[str, Any]) -> str:
    """Put the values of parameters in place of their names, outside quotes."""
    if not chosen:
        return text
    pattern = r"\"[^\"]*\"|'[^']*'|\b(" + "|".join(map(re.escape, chosen)) + r")\b"
    return re.sub(pattern, lambda m: repr(chosen[m[1]]) if m[1] else m[0], text)


def named(texts: Iterable[str], chosen: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the parameters that some expressions name."""
    words = {word for text in texts for word in re.findall(r"\b[a-z_0-9]+\b", str(text))}
    return tuple(name for name in chosen if name in words)


def tuples(entry: Any, *keys: str) -> Any:
    """Make tuples of the lists under some keys, as frozen nouns hold them."""
    if not isinstance(entry, dict):
        return entry
    return {k: tuple(v) if k in keys and isinstance(v, list) else v for k, v in entry.items()}
