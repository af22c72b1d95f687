"""What to mend and what to look at in a codebook, alone or with an edition, beyond what cannot be loaded or computed.

Errors contradict something else that is written: a question that nobody can be asked, a list that says less in one
language than in another. Notes may be meant: several native codes that become one, a label that is the English one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal

from lfs_migration.catalog.checks.computable import Computable
from lfs_migration.catalog.checks.maps import merged
from lfs_migration.catalog.checks.reach import Reach
from lfs_migration.catalog.documents import load
from lfs_migration.catalog.places import folder
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Derive, Edition, Fixed, Map, Recode
from lfs_migration.model.noun import Text, Value
from lfs_migration.model.remark import Remark
from lfs_migration.model.rules import AnyRule, Change, Effect, Pair, Share

EVERYWHERE = ("en", "fr", "es")
"""Languages in which everything has a label."""
SHOWN = 3
"""Examples in a message."""


def remarks(codebook: Codebook, edition: Edition | None = None) -> tuple[Remark, ...]:
    """Return what to mend and what to look at in a codebook without problems.

    Parameters
    ----------
    codebook : Codebook
        Loaded with the edition, where there is one.
    edition : Edition, optional
        Its maps and lists are looked at, and what its codes can reach; without it the module by itself.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook
    >>> [remark.message for remark in remarks(load_codebook()) if remark.severity == "error"]
    []
    """
    if edition is None:
        out = [*_reached(codebook), *_judged(codebook), *_worded(codebook), *_sourced(codebook)]
        out += [
            r
            for name, own in _own_lists(codebook).items()
            for r in _labelled(name, codebook.codelists[name], own, "error")
        ]
    else:
        out = [*_reached_with(codebook, edition), *_merged(codebook, edition), *_covered(codebook, edition)]
        out += [r for name, own in edition.codelists.items()
                for r in _labelled(name, own, edition.line("codelists", name), "note")]  # fmt: skip
    return tuple(out)


def _reached(codebook: Codebook) -> Iterator[Remark]:
    """Find questions that nobody can be asked, and say what contradicts their universe."""
    reach = Reach(codebook)
    if reach.circle:
        yield Remark(severity="error", about=reach.circle[0], where=codebook.where(reach.circle[0]),
                     message=f"Questions lead to each other: {' -> '.join(reach.circle)}",
                     remedy="Ask one of them of people who are known by other answers")  # fmt: skip
    for variable in codebook.variables.values():
        if variable.derived or not variable.universe or not _first_part(codebook, variable):
            continue
        found = reach.universe(variable)
        if found.can is True:
            continue
        about = variable.part_of or variable.name
        if found.can is None:
            yield Remark(severity="note", about=about, where=codebook.where(variable.name),
                         message=f"Whether anybody can be asked {about} was not decided: {variable.universe}",
                         remedy="Its universe computes with answers; look at it")  # fmt: skip
        else:
            yield _contradicted(codebook, reach, variable)


def _first_part(codebook: Codebook, variable: Variable) -> bool:
    """Return whether a variable is the one that stands for its multiple-response question, or no part of one."""
    return not variable.part_of or next(iter(codebook.multiples[variable.part_of].parts.values())) == variable.name


def _contradicted(codebook: Codebook, reach: Reach, variable: Variable) -> Remark:
    """Return what is wrong with a universe that no interview makes true."""
    about = variable.part_of or variable.name
    severity: Literal["error", "note"] = "note" if variable.parameters else "error"
    message = f"Nobody can be asked {about}: {variable.universe} is never true"
    remedy = "Mend the universe; its parts contradict each other, or the ranges and codes"
    if reach.universe(variable, free=None).can is not False:
        leading = [name for name in _leading(codebook, reach, variable) if codebook.variables[name].universe]
        guilty = [name for name in leading if reach.universe(variable, free=[name]).can is not False]
        named = [f"{name} (asked where {codebook.variables[name].universe})" for name in guilty or leading]
        message += f", given who is asked {' and '.join(named)}"
        remedy = "Mend one of the universes: those in the one are never asked the other"
    return Remark(severity=severity, about=about, where=codebook.where(variable.name), message=message, remedy=remedy)


def _leading(codebook: Codebook, reach: Reach, variable: Variable) -> list[str]:
    """Return the questions that lead to a question, and those that lead to them."""
    found: dict[str, None] = {}
    waiting = [variable.universe, codebook.records[variable.record].scope]
    while waiting:
        new = [name for name in reach.leading(waiting.pop(0)) if name not in found and name != variable.name]
        found |= dict.fromkeys(new)
        waiting += [codebook.variables[name].universe for name in new]
    return list(found)


def _judged(codebook: Codebook) -> Iterator[Remark]:
    """Find rules that judge no row, set no row against another, or measure a share that is known beforehand.

    What a rule says of another row is not looked at: its answers are not those of the row that is searched.
    """
    reach = Reach(codebook)

    def never(rule: AnyRule, *texts: str) -> bool:
        scope = codebook.records[rule.record].scope
        return reach.search([text for text in (scope, rule.when, *texts) if text]).can is False

    def remark(rule: AnyRule, what: str, field: str) -> Remark:
        return Remark(severity="error", about=rule.id, where=codebook.where(rule.id),
                      message=f"The rule {rule.id} {what}", remedy=f"Mend {field}, or take the rule out")  # fmt: skip

    for rule in codebook.rules.values():
        if rule.when and never(rule):
            yield remark(rule, f"judges no row: {rule.when} is never true", "when")
        elif isinstance(rule, Pair):
            if never(rule, rule.first):
                yield remark(rule, f"judges no row: {rule.first} is never true", "first")
            elif never(rule.model_copy(update={"when": ""}), rule.other):
                yield remark(rule, f"sets no row against another: {rule.other} is never true", "other")
        elif isinstance(rule, Effect | Share | Change):
            if never(rule, rule.share):
                yield remark(rule, f"measures nothing: {rule.share} is never true", "share")
            elif never(rule, f"not ({rule.share})"):
                yield remark(rule, f"measures nothing: {rule.share} is never false", "share")


def _worded(codebook: Codebook) -> Iterator[Remark]:
    """Find what has no label in a language in which everything has one."""
    texts: list[tuple[str, Text]] = [(v.name, v.label) for v in codebook.variables.values() if not v.part_of]
    texts += [(f"records/{name}", record.label) for name, record in codebook.records.items()]
    texts += [(name, multiple.label) for name, multiple in codebook.multiples.items()]
    texts += [(f"dimensions/{name}", dimension.label) for name, dimension in codebook.dimensions.items()]
    texts += [(rule.id, text) for rule in codebook.rules.values() for text in (rule.label, rule.remedy)]
    for name, text in texts:
        absent = [language for language in EVERYWHERE if not text.get(language, "").strip()]
        if absent:
            about = name.rpartition("/")[2]
            yield Remark(severity="error", about=about, where=codebook.where(name),
                         message=f"{about} has no label in {', '.join(absent)}", remedy="Write it")  # fmt: skip


def _sourced(codebook: Codebook) -> Iterator[Remark]:
    """Find variables that do not say where they come from."""
    for variable in codebook.variables.values():
        if not variable.reference.strip():
            yield Remark(severity="error", about=variable.name, where=codebook.where(variable.name),
                         message=f"{variable.name} has no reference",
                         remedy="Name its source; `ours` where there is none")  # fmt: skip


def _own_lists(codebook: Codebook) -> Mapping[str, str]:
    """Return the code lists that are written in the module's files, each with its line."""
    out: dict[str, str] = {}
    for path in (folder() / codebook.name / "codelists.yaml", folder() / "codelists.yaml"):
        if path.is_file():
            document = load(path)
            out |= {name: document.where(name) for name in document.data if name in codebook.codelists}
    return out


def _labelled(name: str, codelist: CodeList, where: str, severity: Literal["error", "note"]) -> Iterator[Remark]:
    """Find codes without a label, and lists that say less in one language than in another."""

    def remark(kind: Literal["error", "note"], message: str, remedy: str) -> Remark:
        return Remark(severity=kind, about=name, where=where, message=message, remedy=remedy)

    labels: dict[Value, Text] = {code: known.label for code, known in codelist.codes.items()}
    groups: dict[Value, Text] = {f"group {group}": known.label for group, known in codelist.groups.items()}
    everything: dict[Value, Text] = {"the list itself": codelist.label, **labels, **groups}
    for language in EVERYWHERE:
        absent = [code for code, text in everything.items() if not text.get(language, "").strip()]
        if absent:
            yield remark(severity, f"{name} has {len(absent)} of {len(everything)} labels missing in {language}: "
                         f"{_listed(absent)}", "Write them")  # fmt: skip
    for language in sorted({language for text in labels.values() for language in text}):
        partly = [code for code, text in labels.items() if language not in text]
        if partly and language not in EVERYWHERE:
            yield remark("note", f"{name} has {len(partly)} of {len(labels)} codes without a label in {language}: "
                         f"{_listed(partly)}", "Write them, or take the others out")  # fmt: skip
        for text, codes in _same(labels, language).items():
            yield remark(severity, f"{name} says {text!r} in {language} of the codes {_listed(codes)}",
                         "Make the labels differ, as the codes do")  # fmt: skip
        if severity == "error" and language != "en":
            english = [code for code, text in labels.items() if text.get(language) == text["en"] and _worth(text["en"])]
            if english:
                yield remark("note", f"{name} has {len(english)} of {len(labels)} labels in {language} that are the "
                             f"English ones: {_listed(english)}", "Look whether they were translated")  # fmt: skip


def _worth(text: str) -> bool:
    """Return whether a text holds a word that is likely to differ between languages."""
    return any(len(word) > 3 for word in re.findall(r"[^\W\d_]+", text))


def _same(labels: Mapping[Value, Text], language: str) -> Mapping[str, list[Value]]:
    """Return the labels that several codes of one length have; a longer code is a part of a shorter one."""
    found: dict[tuple[str, int], list[Value]] = defaultdict(list)
    for code, text in labels.items():
        if text.get(language):
            found[text[language].casefold(), len(code) if isinstance(code, str) else 0].append(code)
    return {labels[codes[0]][language]: codes for codes in found.values() if len(codes) > 1}


def _listed(codes: list[Value]) -> str:
    return ", ".join(str(code) for code in codes[:SHOWN]) + (" and more" if len(codes) > SHOWN else "")


def _mapped(edition: Edition) -> Iterator[tuple[str, str, Map, str]]:
    """Yield the record and the name of each mapped variable, its map, and where it stands."""
    for record, own in edition.records.items():
        for name, mapping in own.variables.items():
            yield record, name, mapping, edition.line("records", record, "variables", name)


def _reached_with(codebook: Codebook, edition: Edition) -> Iterator[Remark]:
    """Find maps of questions that nobody in an edition's files is asked."""
    reach, computable = Reach(codebook, edition), Computable(codebook, edition)
    for _, name, mapping, where in _mapped(edition):
        variable = codebook.variables[name]
        empty = isinstance(mapping, Fixed) or (isinstance(mapping, Derive) and parse(mapping.compute).text == "None")
        if empty or not variable.universe or computable.expression(variable.universe, variable.record):
            continue
        if reach.universe(variable).can is False:
            message = f"{name} is mapped, and nobody in these files is asked: {variable.universe} is never true"
            yield Remark(severity="note", about=name, where=where,
                         message=f"{message} with the codes that the maps give",
                         remedy="Each answer would be a finding: mend the maps of what leads to it")  # fmt: skip


def _merged(codebook: Codebook, edition: Edition) -> Iterator[Remark]:
    """Count native codes that become one code, where that is a choice and no error."""
    for record, name, mapping, where in _mapped(edition):
        if not isinstance(mapping, Recode) or name in codebook.records[record].key:
            continue
        several = merged(mapping)
        if several:
            shown = [f"{' and '.join(map(str, natives[:SHOWN]))} to {code}" for code, natives in several.items()]
            count = sum(map(len, several.values()))
            yield Remark(severity="note", about=name, where=where,
                         message=f"{name}: {count} native codes become {len(several)}: {_listed(list(shown))}",
                         remedy="Look whether a finer code of the list fits")  # fmt: skip


def _covered(codebook: Codebook, edition: Edition) -> Iterator[Remark]:
    """Find codes of national lists that no native code becomes."""
    for _, name, mapping, where in _mapped(edition):
        variable = codebook.variables[name]
        if not isinstance(mapping, Recode) or variable.codelist not in edition.codelists:
            continue
        given = set(mapping.codes.values())
        absent = [code for code in edition.codelists[variable.codelist].codes if code not in given]
        if absent:
            message = f"{name}: {len(absent)} codes of {variable.codelist} have no native code: {_listed(absent)}"
            yield Remark(severity="note", about=name, where=where, message=message,
                         remedy="Map one to each, or take them out of the list")  # fmt: skip
