"""Makes nouns of the entries of YAML files: variables, rules, code lists, and what a country chose in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lfs_migration.catalog.documents import Document, build
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codebook import Multiple, Parameter, Record, Variable
from lfs_migration.model.codelist import Code, CodeList, Group, Reason
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Noun, Text, Value
from lfs_migration.model.rules import KINDS, AnyRule, Condition, Rule
from lfs_migration.text import MESSAGES

TICKED = "YESNO"
"""List of the answers to each part of a question of which several may be ticked."""


class Convention(Noun):
    """A set of codes of absent answers, which variables name under ``missing``."""

    codes: dict[Value, Reason]


class Statement(Noun):
    """A statement to print with tables."""

    text: Text


def records(given: Mapping[str, Any], document: Document) -> dict[str, Record]:
    """Return the records of a module.

    Raises
    ------
    CatalogError
        Also for a parent that is no record, and for records that are each other's parents.
    """
    out = {name: build(Record, tuples(entry, "key"), document, "records", name) for name, entry in given.items()}
    for name in out:
        where, above = document.where("records", name, "parent"), [name]
        while (parent := out[above[-1]].parent) is not None:
            if parent not in out:
                raise CatalogError(f"No record {parent!r}", where=where, hint=near(parent, out))
            if parent in above:
                circle, hint = " -> ".join([*above, parent]), f"Take the parent of {name} out"
                raise CatalogError("Records are each other's parents", where=where, detail=circle, hint=hint)
            above.append(parent)
    return out


def conventions(given: Mapping[str, Any], document: Document) -> dict[str, dict[Value, Reason]]:
    """Return the sets of codes of absent answers, by name."""
    return {n: build(Convention, {"codes": codes}, document, "missing", n).codes for n, codes in given.items()}


def statements(document: Document) -> dict[str, Text]:
    """Return the statements of a file, by name."""
    own = entries(document.data, document)
    return {name: build(Statement, {"text": text}, document, name).text for name, text in own.items()}


def questions(
    document: Document,
    record: str,
    absent: Mapping[str, Any],
    chosen: Mapping[str, Any],
    lists: Mapping[str, CodeList],
) -> Iterator[tuple[Variable | Multiple, str]]:
    """Yield the variables of a record, and the multiple-response questions before their parts, each with its line.

    Parameters
    ----------
    document : Document
        A list of entries; ``type: multi`` is a question of which several answers may be ticked.
    record : str
    absent : mapping
        Sets of codes of absent answers, by name.
    chosen : mapping of parameter to value
    lists : mapping of code lists
        Of the module, for the parts of multiple-response questions.
    """
    if not isinstance(document.data, list):
        raise CatalogError("The file must hold a list of variables", where=document.where(),
                           hint="Write each as `- name: ...`")  # fmt: skip
    for position, entry in enumerate(document.data):
        where = document.where(position)
        if not isinstance(entry, dict):
            raise CatalogError("A variable must hold entries", where=where, hint="Write each as `key: value`")
        data = {
            **tuples(entry, "range", "standards"),
            "record": record,
            "missing": _missing(entry, absent, document.where(position, "missing")),
            **_chosen(entry, chosen),
        }
        if data.get("type") == "multi":
            yield from ((one, where) for one in _parts(data, lists, document, position))
        else:
            yield build(Variable, data, document, position), where


def _chosen(entry: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the expressions of an entry with what a country chose in them, and which choices those are."""
    texts = {key: entry[key] for key in ("universe", "value") if isinstance(entry.get(key), str)}
    return {key: substituted(text, chosen) for key, text in texts.items()} | {
        "parameters": named(texts.values(), chosen)
    }


def _missing(entry: Mapping[str, Any], absent: Mapping[str, Any], where: str) -> Any:
    missing = entry.get("missing", {})
    if not isinstance(missing, str):
        return missing
    if missing not in absent:
        raise CatalogError(f"No missing-code convention {missing!r}", where=where, hint=near(missing, absent))
    return absent[missing]


def _parts(
    data: dict[str, Any], lists: Mapping[str, CodeList], document: Document, position: int
) -> Iterator[Variable | Multiple]:
    """Yield a multiple-response question, then a yes-or-no variable for each of its answers."""
    own = {key: data[key] for key in Multiple.model_fields if key in data}
    question = build(Multiple, {**own, "parts": {}}, document, position)
    codelist = lists.get(question.codelist)
    if codelist is None:
        where = document.where(position, "codelist")
        raise CatalogError(f"No code list {question.codelist!r}", where=where, hint=near(question.codelist, lists))
    parts = {code: f"{question.name}__{code}" for code in codelist.codes}
    yield question.model_copy(update={"parts": parts})
    for code, name in parts.items():
        answer = codelist.codes[code].label
        label = {language: f"{text}: {answer[language]}" for language, text in question.label.items()
                 if language in answer}  # fmt: skip
        part = {"name": name, "type": "code", "codelist": TICKED, "label": label, "part_of": question.name}
        yield build(Variable, {**data, **part}, document, position)


def alone(multiple: Multiple, codelist: CodeList) -> Iterator[Condition]:
    """Yield a rule for each answer of a multiple-response question that excludes the others."""
    for code in codelist.exclusive:
        others = [name for other, name in multiple.parts.items() if other != code]
        yield Condition(
            id=f"{multiple.parts[code]}_alone", record=multiple.record, severity="error",
            label={language: text.format(codelist.codes[code].label.get(language, code), multiple.name)
                   for language, text in MESSAGES["alone"].items()},
            when=f"{multiple.parts[code]} == 1", check=" and ".join(f"coalesce({name}, 2) != 1" for name in others),
            variables=tuple(multiple.parts.values()), remedy=MESSAGES["alone_remedy"], reference=multiple.reference,
        )  # fmt: skip


def rule(document: Document, name: str, entry: Any, chosen: Mapping[str, Any]) -> AnyRule:
    """Return a rule of the kind that it names, with what a country chose in its expressions.

    Raises
    ------
    CatalogError
        With near matches, for a kind that there is not.
    """
    given = entries(entry, document, name)
    word = given.get("kind", "condition")
    kind = KINDS.get(word) if isinstance(word, str) else None
    if kind is None:
        raise CatalogError(f"No kind of rule {word!r}", where=document.where(name, "kind"), hint=near(str(word), KINDS))
    data = {**tuples(given, *_listed(kind)), "id": name}
    data |= {key: substituted(data[key], chosen) for key in kind.expressions if isinstance(data.get(key), str)}
    for key in ("limits", "otherwise"):
        if key in data:
            data[key] = _limits(data[key])
    made: AnyRule = build(kind, data, document, name)  # type: ignore[assignment]
    return made


def _listed(kind: type[Rule]) -> tuple[str, ...]:
    """Return the fields of a kind of rule that are lists of names."""
    return tuple(name for name, held in kind.model_fields.items() if held.annotation == tuple[str, ...])


def _limits(given: Any) -> Any:
    """Return limits with pairs for lists, by code or alone."""
    if isinstance(given, dict):
        return {code: _limits(limits) for code, limits in given.items()}
    return tuple(given) if isinstance(given, list) else given


def codelists(document: Document) -> dict[str, CodeList]:
    """Return the code lists of a file, by name."""
    return {name: codelist(entry, document, name) for name, entry in entries(document.data, document).items()}


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


def entries(value: Any, document: Document, *keys: object) -> dict[Any, Any]:
    """Return what must be entries with keys as a dict of its own."""
    if not isinstance(value, dict):
        raise CatalogError(f"{'.'.join(map(str, keys)) or 'The file'} must hold entries", where=document.where(*keys),
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
