"""Two-valued conditions in XPath: built from parts, simplified, and written with as few brackets as XPath needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lfs_migration.model.noun import Value


@dataclass(frozen=True)
class Test:
    """A condition that is true or false.

    Parameters
    ----------
    operator : str
        ``and``, ``or``; empty for a single comparison or function.
    parts : tuple
        Of ``and`` and ``or``, conditions; otherwise one text.
    """

    __test__ = False  # not a test of pytest, which collects this name

    operator: Literal["and", "or", ""]
    parts: tuple[Test | str, ...]

    def __str__(self) -> str:
        if not self.parts:
            return "true()" if self.operator == "and" else "false()"
        return f" {self.operator} ".join(self._inside(part) for part in self.parts)

    @staticmethod
    def _inside(part: Test | str) -> str:
        return f"({part})" if isinstance(part, Test) and part.operator else str(part)


ALWAYS, NEVER = Test("and", ()), Test("or", ())


def single(text: str) -> Test:
    """Return a comparison or a function as a condition."""
    return Test("", (text,))


def both(*tests: Test) -> Test:
    """Return the condition that all are true.

    Examples
    --------
    >>> str(both(single("a = 1"), ALWAYS, either(single("b = 1"), single("c = 1"))))
    'a = 1 and (b = 1 or c = 1)'
    """
    return _joined("and", tests)


def either(*tests: Test) -> Test:
    """Return the condition that at least one is true.

    Examples
    --------
    >>> either(single("a = 1"), ALWAYS) is ALWAYS
    True
    """
    return _joined("or", tests)


def _joined(operator: Literal["and", "or"], tests: tuple[Test, ...]) -> Test:
    settled = NEVER if operator == "and" else ALWAYS
    parts = tuple(dict.fromkeys(part for test in tests for part in _flat(operator, test)))
    if settled in parts or any(opposite(part) in parts for part in parts):
        return settled
    if len(parts) == 1:
        return parts[0]
    return Test(operator, parts) if parts else (ALWAYS if operator == "and" else NEVER)


def _flat(operator: str, test: Test) -> Iterator[Test]:
    if test.operator == operator:
        yield from (part for part in test.parts if isinstance(part, Test))
    else:
        yield test


def opposite(test: Test) -> Test:
    """Return the condition that it is false."""
    if test in (ALWAYS, NEVER):
        return NEVER if test == ALWAYS else ALWAYS
    return single(f"not({test})")


def quoted(value: Value) -> str:
    """Return a value as XPath writes it.

    Raises
    ------
    ValueError
        For a text with both kinds of quotation marks, which XPath 1.0 cannot write.

    Examples
    --------
    >>> quoted("ZZ7"), quoted(15), quoted(0.5)
    ("'ZZ7'", '15', '0.5')
    """
    if isinstance(value, str):
        mark = "'" if "'" not in value else '"'
        if mark in value:
            raise ValueError(f"{value!r} holds both kinds of quotation marks")
        return f"{mark}{value}{mark}"
    # XPath 1.0 knows no exponents.
    return str(value) if isinstance(value, int) else f"{value:.15f}".rstrip("0").rstrip(".")
