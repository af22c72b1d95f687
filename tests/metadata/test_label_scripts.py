"""SPSS and Stata scripts: read back by a parser of their own, and compared with the codebook."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import odd_codebook
import pandas as pd
import pyreadstat
import pytest

from lfs_migration.errors import CatalogError
from lfs_migration.exporting import export
from lfs_migration.metadata.labels import coded, is_text, one_line
from lfs_migration.metadata.stata import LETTERS
from lfs_migration.metadata.words import WORDS
from lfs_migration.text import pick

NAME = r"\$?[A-Za-z_][A-Za-z0-9_]*"
LITERAL = r"'(?:[^']|'')*'"


@dataclass
class Read:
    labels: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str | float, str]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    sets: dict[str, list[str]] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)


def commands(text: str) -> list[str]:
    """Cut syntax into commands: each ends with a full stop at the end of a line, outside quotes."""
    out, here, quoted = [], "", False
    for line in text.splitlines():
        assert len(line.encode()) <= 251, line
        quoted ^= line.count("'") % 2 == 1
        assert not quoted or here.lstrip().startswith("*") or line.startswith("*"), "a literal ends on its line"
        here += line + "\n"
        if line.endswith(".") or (not line and not here.strip()):
            out += [here.strip()] if here.strip() else []
            here, quoted = "", False
    assert not here.strip(), f"no full stop after {here[-80:]!r}"
    return out


def unquoted(literals: str) -> str:
    assert re.fullmatch(rf"{LITERAL}(?:\s*\+\s*{LITERAL})*", literals, re.DOTALL), literals
    return "".join(part[1:-1].replace("''", "'") for part in re.findall(LITERAL, literals))


def spss(text: str) -> Read:
    read = Read()
    first = text.splitlines()[0]
    assert first == "* Encoding: UTF-8."
    for command in commands(text):
        body = command.removesuffix(".")
        if command.startswith("*"):
            continue
        if match := re.fullmatch(rf"VARIABLE LABELS ({NAME})\s+(.*)", body, re.DOTALL):
            read.labels[match[1]] = unquoted(match[2])
        elif match := re.fullmatch(rf"VALUE LABELS ({NAME})\s+(.*)", body, re.DOTALL):
            pair = rf"\s*({LITERAL}|-?\d+)\s+({LITERAL}(?:\s*\+\s*{LITERAL})*)"
            assert re.fullmatch(f"(?:{pair})+", match[2], re.DOTALL), command
            read.codes[match[1]] = {
                unquoted(code) if code.startswith("'") else float(code): unquoted(label)
                for code, label in re.findall(pair, match[2])
            }
        elif match := re.fullmatch(rf"MISSING VALUES ({NAME}) \((.*)\)", body):
            read.missing[match[1]] = match[2]
        elif match := re.fullmatch(rf"VARIABLE LEVEL ({NAME}) \((NOMINAL|ORDINAL|SCALE)\)", body):
            read.levels[match[1]] = match[2]
        elif match := re.fullmatch(
            rf"MRSETS\s+/MDGROUP NAME=({NAME}) LABEL=\s+{LITERAL}(?:\s*\+\s*{LITERAL})*\s+CATEGORYLABELS=VARLABELS "
            rf"VARIABLES=\s+((?:{NAME}\s+)+)VALUE=1\s+/DISPLAY NAME=\[(\S+)\]", body,
        ):  # fmt: skip
            assert match[1] == match[3]
            read.sets[match[1]] = match[2].split()
        elif match := re.fullmatch(rf"ADD DOCUMENT((?:\s+{LITERAL})+)", body):
            read.documents = [unquoted(line) for line in re.findall(LITERAL, match[1])]
            assert all(len(line.encode()) <= 80 for line in read.documents)
        else:
            raise AssertionError(f"not a command: {command}")
    return read


def full(book, variable, language) -> dict[str | float, str]:
    """The labels that a variable must get, by code as a script writes it."""
    text = is_text(variable, book)
    labels = {code: pick(label, language) for code, label in coded(variable, book).items()}
    labels |= {code: pick(WORDS[reason], language) for code, reason in variable.missing.items()}
    return {str(code) if text else float(code): one_line(label) for code, label in labels.items()}


def whole(short: str, text: str, limit: int, documents: str) -> bool:
    """Whether a label is the text itself, or a beginning of it that says so and is documented in full."""
    if short == text:
        return len(text.encode()) <= limit
    begins = short.endswith("...") and text.startswith(short.removesuffix("..."))
    return begins and len(short.encode()) <= limit and text.replace(" ", "") in documents


CASES = [("", "en"), ("armenia", "hy"), ("egypt", "ar"), ("odd", "en")]


def scripts(tmp_path, case, to, language):
    book = odd_codebook.codebook() if case == "odd" else odd_codebook.module(case)
    edition = odd_codebook.edition(case) if case not in ("", "odd") else None
    paths = export(book, to, tmp_path, language=language, edition=edition)
    texts = {path.stem.rpartition("_")[2]: path.read_text(encoding="utf-8") for path in paths}
    assert list(texts) == list(book.records)
    return book, texts


@pytest.mark.parametrize(("case", "language"), CASES)
def test_spss_labels_are_the_codebooks(tmp_path, case, language):
    book, texts = scripts(tmp_path, case, "spss", language)
    for record, text in texts.items():
        read = spss(text)
        variables = {variable.name: variable for variable in book.variables_of(record)}
        documents = "".join(read.documents).replace(" ", "")
        assert set(read.labels) == set(read.levels) == set(variables)
        for name, variable in variables.items():
            assert whole(read.labels[name], one_line(pick(variable.label, language)), 255, documents), name
            wanted, found = full(book, variable, language), read.codes.get(name, {})
            assert list(found) == list(wanted)
            assert all(whole(found[code], label, 120, documents) for code, label in wanted.items()), name
        sets = {f"${m.name}": list(m.parts.values()) for m in book.multiples.values() if m.record == record}
        assert read.sets == sets


@pytest.mark.parametrize("case", ["", "odd"])
def test_spss_declares_the_codes_of_absent_answers_and_no_other(tmp_path, case):
    book, texts = scripts(tmp_path, case, "spss", "en")
    for record, text in texts.items():
        read = spss(text)
        said = " ".join(text.split())
        for variable in book.variables_of(record):
            if not variable.missing:
                assert variable.name not in read.missing
            elif is_text(variable, book):
                declared = [unquoted(one) for one in read.missing[variable.name].split(", ")]
                assert declared == [*variable.missing][:3]
                assert all(f"{variable.name} {code}" in said for code in [*variable.missing][3:])
            else:
                found: set[int] = set()
                for part in read.missing[variable.name].split(", "):
                    low, _, high = part.partition(" THRU ")
                    found |= set(range(int(low), int(high or low) + 1))
                assert found == set(variable.missing)


def test_spss_labels_put_on_a_file_are_read_back(tmp_path):
    book, texts = scripts(tmp_path, "armenia", "spss", "ru")
    read = spss(texts["emigrant"])
    names = [variable.name for variable in book.variables_of("emigrant")]
    text = {name: is_text(book.variable(name), book) for name in names}
    frame = pd.DataFrame({name: ["RUS"] if text[name] else [97.0] for name in names})
    ranges = {}
    for name, declared in read.missing.items():
        parts = [part.split(" THRU ") for part in declared.split(", ")]
        ranges[name] = ([unquoted(part[0]) for part in parts] if text[name] else
                        [{"lo": float(p[0]), "hi": float(p[-1])} for p in parts])  # fmt: skip
    pyreadstat.write_sav(frame, tmp_path / "e.sav", column_labels=read.labels, variable_value_labels=read.codes,
                         missing_ranges=ranges)  # fmt: skip
    back, meta = pyreadstat.read_sav(tmp_path / "e.sav")
    assert meta.column_names_to_labels == read.labels
    assert meta.variable_value_labels["em_dest"]["RUS"] == "Россия"
    assert meta.variable_value_labels["em_sex"] == full(book, book.variable("em_sex"), "ru")
    assert back["em_sex"].isna().all(), "97 is missing"
    assert back["em_dest"].tolist() == ["RUS"]


QUOTED = r"`\"((?:(?!\"').)*)\"'"


def stata(text: str) -> tuple[Read, dict[str, str], dict[str, str]]:
    """Read a do-file: labels, the sets of value labels, the set of each variable, and its options."""
    read, uses, options = Read(), {}, {}
    depth, here = 0, ""
    for line in text.splitlines():
        bare = re.sub(QUOTED, "Q", line.strip())
        if bare.startswith("*") or not bare:
            assert not re.search(r"/\*|///", bare), line
            continue
        assert bare.count("`") == bare.count("'"), f"open quotes in {line!r}"
        assert "$" not in bare and not (set(re.findall(r"`(\w+)'", bare)) - {"absent", "numbered"})
        assert depth or not line.startswith(" ")
        if match := re.fullmatch(r"capture confirm variable (\w+), exact", line):
            here = match[1]
        elif match := re.fullmatch(rf"label variable (\w+) {QUOTED}", line.strip()):
            assert match[1] == here and len(match[2]) <= 80
            read.labels[here] = match[2]
        elif match := re.fullmatch(rf"label define (\w+) (-?\d+|\.[a-d]) {QUOTED}, modify", line):
            assert len(match[1]) <= 32 and f"capture label drop {match[1]}\n" in text
            read.codes.setdefault(match[1], {})[match[2]] = match[3]
        elif match := re.fullmatch(r"label values (\w+) (\w+)", line.strip()):
            uses[match[1]] = match[2]
        elif match := re.fullmatch(r"(?:if `absent' )mvdecode (\w+), mv\((.*)\)", line.strip()):
            read.missing[match[1]] = match[2]
        elif match := re.fullmatch(r"encode (\w+), generate\((\w+)\) label\((\w+)\) noextend", line.strip()):
            assert len(match[2]) <= 32
            options[match[1]] = match[3]
        elif match := re.fullmatch(r"notes (\w+): (.+)", line.strip()):
            read.documents.append(match[2])
        elif bare.endswith("{"):
            assert bare in ("if !_rc {", "if `numbered' {")
            depth += 1
        elif bare == "}":
            depth -= 1
        else:
            assert re.fullmatch(r"version 14|local (absent|numbered) 0|capture label drop \w+", line), line
    assert depth == 0
    return read, uses, options


@pytest.mark.parametrize(("case", "language"), CASES)
def test_stata_labels_are_the_codebooks(tmp_path, case, language):
    book, texts = scripts(tmp_path, case, "stata", language)
    for record, text in texts.items():
        read, uses, options = stata(text)
        variables = {variable.name: variable for variable in book.variables_of(record)}
        assert set(read.labels) == set(variables)
        for name, variable in variables.items():
            wanted = full(book, variable, language)
            if case != "odd":
                label = one_line(pick(variable.label, language))
                short = read.labels[name]
                assert short == label or (short.endswith("...") and label in read.documents)
            if is_text(variable, book):
                assert name not in uses and (name in options) is bool(wanted)
                found = read.codes[options[name]] if wanted else {}
                assert list(found.values()) == list(wanted)
                meant = read.codes[uses[f"{name[:30]}_n"]] if wanted else {}
            else:
                found = read.codes[uses[name]] if wanted else {}
                meant = {code: label for code, label in found.items() if not code.startswith(".")}
                assert [float(code) for code in meant] == list(wanted)
                reasons = {LETTERS[reason]: pick(WORDS[reason], language) for reason in variable.missing.values()}
                assert {code: label for code, label in found.items() if code.startswith(".")} == reasons
            if case != "odd":
                assert list(meant.values()) == list(wanted.values()), name


def test_stata_turns_codes_of_absent_answers_into_letters_only_when_told(tmp_path):
    _, texts = scripts(tmp_path, "", "stata", "en")
    read, _, _ = stata(texts["emigrant"])
    assert "local absent 0" in texts["emigrant"] and "local numbered 0" in texts["emigrant"]
    assert read.missing["em_sex"] == r"97=.a \ 98=.b \ 99=.c \ 95=.d"
    assert read.missing["em_age"] == r"997=.a \ 998=.b \ 999=.c \ 995=.d"
    assert "em_dest" not in read.missing and "em_dest_n" in read.missing
    assert "em_abroad" not in read.missing


def test_what_stata_reads_as_its_own_is_written_otherwise_and_named(tmp_path):
    _, texts = scripts(tmp_path, "odd", "stata", "en")
    read, _, _ = stata(texts["person"])
    assert "`macro" not in read.labels["macro"] and "/*" not in read.labels["macro"]
    named = texts["person"].partition("because Stata reads the signs as its own:\n* ")[2].split("\n")[0]
    assert set(named.split(", ")) == {"macro", "macro =1"}
    assert read.labels["formula"] == odd_codebook.FORMULA
    assert any(line.startswith("Ünïcode label") and len(line) > 80 for line in read.documents)


@pytest.mark.parametrize(
    ("to", "name"),
    [("spss", "2nd"), ("spss", "with"), ("spss", "a" * 65), ("spss", "end."), ("stata", "a" * 33), ("stata", "str10"),
     ("stata", "in"), ("stata", "a-b")],
)  # fmt: skip
def test_a_name_that_a_program_does_not_take_is_an_error(tmp_path, to, name):
    book = odd_codebook.codebook()
    wrong = book.model_copy(update={"variables": {name: odd_codebook.variable(name, "x")}, "multiples": {}})
    with pytest.raises(CatalogError, match="takes no variable called"):
        export(wrong, to, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_absent_answers_that_spss_cannot_declare_are_an_error(tmp_path):
    book = odd_codebook.codebook()
    missing = {93: "dont_know", 95: "refused", 97: "not_stated", 99: "uncodable"}
    wrong = book.model_copy(
        update={"variables": {"n": odd_codebook.variable("n", "x", missing=missing)}, "multiples": {}}
    )
    with pytest.raises(CatalogError, match=r"SPSS cannot declare the absent answers of n.*93, 95, 97, 99"):
        export(wrong, "spss", tmp_path)
