"""The codebook as CSV files: one row a variable, one row a code of a variable or list, one row a rule.

UTF-8, a line feed at the end of each row. Text is written exactly as it is, also one that begins with ``=``: a code
such as ``-1`` or ``NA`` is itself. Read all columns as text, and a text stays a text:
``pandas.read_csv(path, dtype=str, keep_default_na=False)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lfs_migration.files import csv_line, write_lines
from lfs_migration.metadata.sources import Native, Question, natives, questions
from lfs_migration.metadata.verbal import FORMS, asked
from lfs_migration.metadata.words import WORDS
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Derive, Edition, Fixed
from lfs_migration.model.noun import Text, Value
from lfs_migration.model.questionnaire import Questionnaire
from lfs_migration.text import LANGUAGES

Row = Sequence[object]


def write_listing(
    codebook: Codebook,
    folder: Path,
    *,
    edition: Edition | None = None,
    questionnaire: Questionnaire | None = None,
    prefix: str = "",
) -> tuple[Path, ...]:
    """Write ``variables.csv``, ``codes.csv`` and ``rules.csv``; labels in all languages are columns.

    Parameters
    ----------
    codebook : Codebook
        Loaded with the edition, where there is one.
    folder : Path
    edition : Edition, optional
        Gives the columns and codes of its files.
    questionnaire : Questionnaire, optional
        Gives the wording of questions.
    prefix : str
        Before the names of the files: ``emigration.``.

    Returns
    -------
    tuple of Path
    """
    asking, held = questions(codebook, questionnaire, edition), natives(edition)
    tables = {
        "variables": (_variable_head(), _variables(codebook, asking, held)),
        "codes": (_code_head(), _codes(codebook, held)),
        "rules": (_rule_head(), _rules(codebook)),
    }
    return tuple(
        write_lines(folder / f"{prefix}{name}.csv", map(csv_line, [head, *rows]))
        for name, (head, rows) in tables.items()
    )


def _by_language(name: str) -> list[str]:
    return [f"{name}_{language}" for language in LANGUAGES]


def _in_each(text: Text | None) -> list[str]:
    return ["" if text is None else text.get(language, "") for language in LANGUAGES]


def _variable_head() -> Row:
    return [
        "record", "section", "variable", "type", "codelist", "part_of", *_by_language("label"), "unit", "low", "high",
        "pattern", "universe", *(f"asked_{language}" for language in FORMS), "value", "parameters", "standards",
        "item", *_by_language("question"), *_by_language("instruction"), "reference", "note", "doubt",
        "file", "column", "computed",
    ]  # fmt: skip


def _variables(codebook: Codebook, asking: Mapping[str, Question], held: Mapping[str, Native]) -> Iterator[Row]:
    for record in codebook.records:
        for variable in codebook.variables_of(record):
            low, high = variable.range or (None, None)
            item = asking[variable.name].item if variable.name in asking else None
            yield [
                record, variable.section, variable.name, variable.type, variable.codelist, variable.part_of,
                *_in_each(variable.label), variable.unit, low, high, variable.pattern, variable.universe,
                *(asked(variable.universe, codebook, language) for language in FORMS), variable.value,
                " ".join(variable.parameters), " ".join(variable.standards), item.id if item else "",
                *_in_each(item.wording if item else None), *_in_each(item.instruction if item else None),
                variable.reference, variable.note, variable.doubt, *_held(held.get(variable.name)),
            ]  # fmt: skip


def _held(native: Native | None) -> Row:
    if native is None:
        return ["", "", ""]
    source = native.source
    computed = source.compute if isinstance(source, Derive) else source.value if isinstance(source, Fixed) else ""
    return [native.file, " ".join(native.columns), computed]


def _code_head() -> Row:
    return [
        "codelist", "variable", "code", *_by_language("label"), "group", *_by_language("group"), "absent", "exclusive",
        "attributes", "native",
    ]  # fmt: skip


def _codes(codebook: Codebook, held: Mapping[str, Native]) -> Iterator[Row]:
    """Yield the codes of each list, then of each variable its codes of absent answers, and its native codes."""
    for name, codelist in codebook.codelists.items():
        group_of = codelist.group_of()
        for code, own in codelist.codes.items():
            group = group_of.get(code, "")
            yield [
                name, "", code, *_in_each(own.label), group,
                *_in_each(codelist.groups[group].label if group else None), "",
                "yes" if code in codelist.exclusive else "",
                " ".join(f"{key}={value}" for key, value in own.attributes.items()), "",
            ]  # fmt: skip
    for variable in codebook.variables.values():
        yield from _own_codes(codebook, variable, held.get(variable.name))


def _own_codes(codebook: Codebook, variable: Variable, native: Native | None) -> Iterator[Row]:
    codelist = codebook.codelist_of(variable.name)
    nothing = [""] * (1 + len(LANGUAGES))
    for code, own in (native.code_of if native else {}).items():
        label = codelist.codes[code].label if codelist and code in codelist.codes else None
        yield [
            variable.codelist, variable.name, code, *_in_each(label), *nothing, "", "", "", " ".join(map(str, own)),
        ]  # fmt: skip
    reasons: dict[str, list[Value]] = {}
    for one, reason in (native.absent if native else {}).items():
        reasons.setdefault(reason, []).append(one)
    for code, reason in variable.missing.items():
        own_codes = " ".join(map(str, reasons.get(reason, ())))
        yield [
            variable.codelist, variable.name, code, *_in_each(WORDS[reason]), *nothing, reason, "", "", own_codes,
        ]  # fmt: skip


def _rule_head() -> Row:
    return [
        "rule", "record", "severity", *_by_language("label"), "when", "check", "variables", *_by_language("remedy"),
        "reference",
    ]  # fmt: skip


def _rules(codebook: Codebook) -> Iterator[Row]:
    for rule in codebook.rules.values():
        yield [
            rule.id, rule.record, rule.severity, *_in_each(rule.label), rule.when, rule.said,
            " ".join(rule.variables), *_in_each(rule.remedy), rule.reference,
        ]  # fmt: skip
