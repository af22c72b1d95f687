"""Loads the indicators of a module."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from lfs_migration.catalog.code_lists import SHARED
from lfs_migration.catalog.codebooks import load_codebook
from lfs_migration.catalog.documents import Document, Marks, build, load, marks
from lfs_migration.catalog.entries import choices_of, entries, named, substituted, tuples
from lfs_migration.catalog.places import folder
from lfs_migration.errors import CatalogError, near
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.indicator import Indicator
from lfs_migration.model.noun import Text
from lfs_migration.text import pick, texts

PARTS = ("numerator", "denominator", "plus")


def load_indicators(module: str = "emigration", edition: Edition | None = None) -> dict[str, Indicator]:
    """Return the indicators of a module by code; with an edition, its parameters are in the expressions.

    Raises
    ------
    CatalogError
        With file and line.

    Examples
    --------
    >>> load_indicators()["E14"].kind
    'distribution'
    """
    chosen = choices_of(load_codebook(module).parameters, edition)
    return dict(_chosen(module, marks(folder() / module, folder() / SHARED), repr(chosen)))


@lru_cache(maxsize=32)
def _chosen(module: str, _marks: Marks, parameters: str) -> dict[str, Indicator]:
    """Return the indicators of a module for some values of its parameters; while no file changes, made once.

    The values are plain, and in the words of Python: as keys, ``1``, ``1.0`` and ``True`` would be the same.
    """
    document, codebook = load(folder() / module / "indicators.yaml"), load_codebook(module)
    chosen = literal_eval(parameters)
    own = entries(document.data, document)
    made = {code: indicator(document, code, entry, codebook, chosen) for code, entry in own.items()}
    return related(made, document)


def indicator(
    document: Document, code: str, entry: Any, codebook: Codebook, chosen: Mapping[str, Any]
) -> Indicator:  # fmt: skip
    """Return an indicator of a file, with what a country chose in its expressions.

    Parameters
    ----------
    document : Document
    code : str
    entry : mapping
        ``by`` lists its breakdowns. Its ``options`` are the name of a question of which several answers may be ticked,
        or have a condition and a label each; ``missing_of`` lists variables of which the missing answers are counted.
    codebook : Codebook
    chosen : mapping of parameter to value
    """
    data = {**entries(entry, document, code), "code": code}
    by = data.pop("by", [])
    if not isinstance(by, list) or not all(isinstance(one, list) for one in by):
        raise CatalogError(f"{code}.by must be a list of lists", where=document.where(code, "by"),
                           hint="Write it as `[[sex], [region, sex]]`")  # fmt: skip
    data["breakdowns"] = tuple(tuple(one) for one in by)
    if isinstance(data.get("fold"), dict):
        data["fold"] = tuples(data["fold"], *data["fold"])
    data = {**data, **_options(document, code, data, codebook)}
    data.pop("missing_of", None)
    texts: list[str] = []
    for key, own in _expressions(document, code, data):
        words = {word: own[word] for word in ("where", "value") if isinstance(own.get(word), str)}
        texts += words.values()
        filled = own | {word: substituted(text, chosen) for word, text in words.items()}
        if key in PARTS:
            data[key] = filled
        else:
            data["options"] = {**data["options"], key: filled}
    data["parameters"] = named(texts, chosen)
    return build(Indicator, tuples(data, "of", "coverage"), document, code)


def _expressions(document: Document, code: str, data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the parts and the options of an indicator, each with its name."""
    for part in PARTS:
        if part in data:
            yield part, entries(data[part], document, code, part)
    options = data.get("options", {})
    if isinstance(options, dict):
        yield from ((str(name), dict(option)) for name, option in options.items() if isinstance(option, dict))


def _options(document: Document, code: str, data: Mapping[str, Any], codebook: Codebook) -> dict[str, Any]:
    """Return the options of an indicator that names a question, or variables, in place of them."""
    given, missing = data.get("options"), data.get("missing_of", [])
    if isinstance(given, str):
        if given not in codebook.multiples:
            hint = near(given, codebook.multiples) or "It is one of which several answers may be ticked"
            raise CatalogError(f"No question {given!r}", where=document.where(code, "options"), hint=hint)
        return options_of(codebook, given)
    for name in missing:
        if name not in codebook.variables:
            where, hint = document.where(code, "missing_of"), near(str(name), codebook.variables)
            raise CatalogError(f"No variable {name!r}", where=where, hint=hint)
    if missing:  # who was not asked has no answer to miss
        return {"options": {name: {"where": f"missing({name})", "base": f"not blank({name})",
                                   "label": codebook.variables[name].label} for name in missing}}  # fmt: skip
    return {}


def options_of(codebook: Codebook, name: str) -> dict[str, Any]:
    """Return the fields of an indicator whose options are the answers to a question of which several may be ticked."""
    question = codebook.multiples[name]
    labels = codebook.codelists[question.codelist].codes
    options = {str(number): {"where": f"{part} == 1", "label": labels[number].label}
               for number, part in question.parts.items()}  # fmt: skip
    return {"options": options, "question": name, "question_label": question.label}


def related(known: dict[str, Indicator], document: Document) -> dict[str, Indicator]:
    """Return indicators where those that are relative to another have its parts."""
    out = dict(known)
    for code, one in known.items():
        if one.kind == "relative" or one.relative_to:
            where = document.where(code, *(("relative_to",) if one.relative_to else ()))
            other = known.get(one.relative_to)
            if one.kind != "relative" or other is None or other.denominator is None:
                hint = near(one.relative_to, known) if other is None else "A relative indicator is set against a ratio"
                raise CatalogError(f"{code} is relative to {one.relative_to or 'nothing'!r}", where=where, hint=hint)
            out[code] = one.model_copy(update={
                "against": other.own,
                "parameters": tuple(dict.fromkeys((*one.parameters, *other.parameters))),
            })  # fmt: skip
    return out


def choices(codebook: Codebook, edition: Edition, indicator: Indicator) -> tuple[Text, ...]:
    """Return what the country chose among the numbers that an indicator depends on, in words of each language.

    Examples
    --------
    >>> from lfs_migration.catalog import load_country
    >>> mexico = load_country("mexico")
    >>> (words,) = choices(load_codebook(edition=mexico), mexico, load_indicators(edition=mexico)["E53"])
    >>> words["en"], words["es"]
    ('Look-back period for departures: 5 years.', 'Período de referencia de las salidas: 5 años.')
    """
    written = [words for part in indicator.parts for words in (part.where, part.value) if words]
    waiting = [name for words in written for name in parse(words).names]
    used, seen = set(indicator.parameters), set[str]()
    while waiting:
        name = waiting.pop()
        if name in codebook.variables and name not in seen:
            variable = codebook.variables[name]
            seen.add(name)
            used |= set(variable.parameters) if variable.derived else set()
            waiting += parse(variable.value).names if variable.value else []
    out, units = list[Text](), texts("units")
    for name, parameter in codebook.parameters.items():
        value = edition.parameters.get(name, parameter.default)
        if name in used and isinstance(value, int | float):
            unit = units.get(parameter.unit, {"en": parameter.unit})
            out.append({tongue: f"{label}: {value} {pick(unit, tongue)}." for tongue, label in parameter.label.items()})
    return tuple(out)
