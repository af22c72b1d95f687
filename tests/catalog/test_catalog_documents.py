"""Strict YAML: what stands in the file is what is meant, or it is an error with file and line."""

from __future__ import annotations

import pytest

from lfs_migration.catalog import documents
from lfs_migration.catalog.documents import build, load
from lfs_migration.errors import CatalogError
from lfs_migration.model.codelist import Code


@pytest.fixture
def read(tmp_path):
    def reader(text):
        path = tmp_path / "book.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path)

    return reader


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a: 1\nb: 2\na: 3\n", "book.yaml:3", "Key 'a' stands twice. Keep one"),
        ("a:\n  1: x\n  1: y\n", "book.yaml:3", "Key 1 stands twice"),
        ("a: &x 1\nb: 2\n", "book.yaml:1", "Anchors and aliases are not allowed"),
        ("a: &x [1]\nb: *x\n", "book.yaml:1", "Anchors and aliases"),
        ("b: 1\n&x a: 1\n", "book.yaml:2", "A key must be one word, without an anchor"),
        ("a: 1\nb: *x\n", "book.yaml:2", "Not valid YAML"),
        ("a: 1\nb: !secret x\n", "book.yaml:2", "Tag !secret is not allowed"),
        ("a: 1\nb: !secret {c: 1}\n", "book.yaml:2", "Tag !secret is not allowed"),
        ("b: !secret [1]\n", "book.yaml:1", "Tag !secret is not allowed"),
        ("a: !!python/name:os.system x\n", "book.yaml:1", "is not allowed"),
        ("a: !!binary aGk=\n", "book.yaml:1", "is not allowed"),
        ("a: 1\nb: 004\n", "book.yaml:2", "004 would lose its zeros. Write '004'"),
        ("010150: 1\n", "book.yaml:1", "010150 would lose its zeros. Write '010150'"),
        ("a: 0x1F\n", "book.yaml:1", "0x1F would lose its zeros"),
        ("a: 2026-01-01\n", "book.yaml:1", "timestamp is not allowed"),
        ("a: .inf\n", "book.yaml:1", ".inf is not a number"),
        ("a: -.inf\n", "book.yaml:1", "-.inf is not a number"),
        ("a: .nan\n", "book.yaml:1", ".nan is not a number"),
        ("a: 1\n? [x, y]\n: 2\n", "book.yaml:2", "A key must be one word"),
        ("a: 1\n b: 2\n", "book.yaml:2", "Not valid YAML"),
        ("a: [1, 2\n", "book.yaml:2", "Not valid YAML"),
        ("a: 'x\n", "book.yaml:2", "Not valid YAML"),
        ("a: 1\n---\nb: 2\n", "book.yaml:2", "Not valid YAML"),
        ("base: {a: 1}\nb:\n  <<: {a: 2}\n", "book.yaml:3", "is not allowed"),
        ("", "book.yaml:1", "The file is empty"),
        ("# only a comment\n", "book.yaml:1", "The file is empty"),
        ("a: \x07\n", "book.yaml:1", "Not valid YAML"),
        (b"a: caf\xe9\n", "book.yaml:1", "Not UTF-8 text"),
        ("a: " + "[" * 5000, "book.yaml:1", "Not valid YAML"),
    ],
)
def test_what_strict_yaml_does_not_allow_is_an_error_with_its_line(read, text, where, what):
    with pytest.raises(CatalogError) as error:
        read(text)
    assert error.value.where == where
    assert what in str(error.value)


def test_a_file_over_the_limit_is_refused_before_it_is_read(read, monkeypatch):
    monkeypatch.setattr(documents, "MAX_BYTES", 10)
    with pytest.raises(CatalogError, match=r"book.yaml: File too large. Over 10 bytes"):
        read("a: 1234567890\n")


@pytest.mark.parametrize("text", ["NO", "NA", "no", "yes", "on", "off", "Y", "N", "004a", "1:30", "1_x", "~x"])
def test_a_plain_word_stays_text(read, text):
    assert read(f"a: {text}\n{text}: 1\n").data == {"a": text, text: 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("-3", -3), ("0", 0), ("1.5", 1.5), ("'004'", "004"), ('"1"', "1"), ("true", True), ("null", None),
     ("", None), ("'NO'", "NO"), ("[1, 'a']", [1, "a"]), ("{}", {}), ("à Paris", "à Paris"), (">-\n  a\n  b", "a b")],
)  # fmt: skip
def test_a_value_is_what_it_looks_like(read, text, value):
    found = read(f"a: {text}\n").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_a_number_and_a_text_are_different_keys(read):
    assert read("{1: a, '1': b}").data == {1: "a", "1": "b"}


def test_a_byte_order_mark_is_not_part_of_the_first_key(read):
    assert read(b"\xef\xbb\xbfa: 1\n").data == {"a": 1}


def test_the_line_of_an_entry_is_known(read):
    document = read("a:\n  b: 1\n  c:\n    - 2\n    - 3\n")
    assert document.where("a", "c", 1) == "book.yaml:5"


def test_an_entry_without_a_line_has_that_of_the_one_above_it(read):
    assert read("x: 1\na:\n  b: 1\n").where("a", "absent", "deep") == "book.yaml:2"


def test_an_unknown_key_has_its_line_and_near_matches(read):
    document = read("code:\n  label: {en: x}\n  atributes: {}\n")
    with pytest.raises(CatalogError) as error:
        build(Code, document.data["code"], document, "code")
    assert str(error.value) == "book.yaml:3: Unknown key 'atributes'. Did you mean 'attributes'?"


def test_a_missing_key_is_named(read):
    document = read("x: 1\ncode:\n  attributes: {}\n")
    with pytest.raises(CatalogError) as error:
        build(Code, document.data["code"], document, "code")
    assert str(error.value) == "book.yaml:2: code.label is missing. Add it."


def test_a_text_without_english_is_refused(read):
    document = read("code:\n  label: {fr: x}\n")
    with pytest.raises(CatalogError) as error:
        build(Code, document.data["code"], document, "code")
    assert str(error.value).startswith("book.yaml:2: code.label: a text needs its English wording, under 'en'")


def test_a_language_that_is_not_known_is_refused(read):
    document = read("code:\n  label: {en: x, xx: y}\n")
    with pytest.raises(CatalogError, match=r"book.yaml:2: code.label: no such language: xx; known: en, fr"):
        build(Code, document.data["code"], document, "code")


def test_a_wrong_type_is_an_error_and_never_a_guess(read):
    document = read("code:\n  label: {en: x}\n  attributes: {iso2: 4}\n")
    with pytest.raises(CatalogError, match=r"book.yaml:3: code.attributes.iso2: Input should be a valid string"):
        build(Code, document.data["code"], document, "code")


def test_the_number_of_other_wrong_entries_is_told(read):
    document = read("code:\n  label: {en: 1, fr: 2}\n")
    with pytest.raises(CatalogError, match=r"1 more in this entry"):
        build(Code, document.data["code"], document, "code")
