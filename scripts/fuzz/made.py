"""Small files of SPSS and Stata with all that they can hold, some of them made byte by byte.

No program that is still sold writes portable files with missing codes, or files of Stata before version 8, so they are
made here from the description of their layout, in both byte orders.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

ROWS = 40
FRAME = pd.DataFrame(
    {
        "sex": [float(1 + i % 2) for i in range(ROWS)],
        "age": [[34.0, 97.0, 99.0, 0.5, -3.0][i % 5] for i in range(ROWS)],
        "place": [["NA", "NO", "004", "010150", "Երևան"][i % 5] for i in range(ROWS)],
    }
)
LABELS = {"sex": {1.0: "man", 2.0: "woman"}}
MISSING: dict[str, Any] = {"age": [{"lo": -9, "hi": -1}, 99], "place": ["NO"]}
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRST"
PORTABLE_LETTERS = (
    "0" * 64 + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz .<(+|&[]!$*);^-/|,%_>?`:#@'=\""
)
OLD_RELEASES = (102, 103, 104, 105, 108, 110, 111, 113, 114, 115)

Maker = Callable[[Path], object]


def makers() -> dict[str, Maker]:
    """Return what makes each file, by its name."""
    spss: dict[str, dict[str, Any]] = {
        "plain.sav": {},
        "packed.sav": {"row_compress": True},
        "zipped.zsav": {"compress": True},
    }
    made: dict[str, Maker] = {name: _spss_maker(choices) for name, choices in spss.items()}
    made["portable.por"] = lambda path: path.write_bytes(portable())
    for version in (8, 10, 12, 13, 15):
        made[f"stata{version}.dta"] = _stata_maker(version)
    for release in OLD_RELEASES:
        made[f"release{release}.dta"] = _old_maker(release, ">" if release % 2 else "<")
    for release, order in ((117, "big"), (118, "big"), (119, "little")):
        made[f"release{release}.dta"] = _new_maker(release, order)
    return made


def _spss_maker(choices: dict[str, Any]) -> Maker:
    return lambda path: pyreadstat.write_sav(
        FRAME, path, variable_value_labels=LABELS, missing_ranges=MISSING, note="a note", **choices
    )


def _stata_maker(version: int) -> Maker:
    return lambda path: pyreadstat.write_dta(FRAME, path, version=version, variable_value_labels=LABELS)


def _old_maker(release: int, order: str) -> Maker:
    return lambda path: path.write_bytes(old_stata(release, order))


def _new_maker(release: int, order: str) -> Maker:
    return lambda path: new_stata(path, release, order)


def new_stata(path: Path, release: int, order: str) -> None:
    """Write a file with marks, of columns of each type, a long string, and value labels."""
    frame = pd.DataFrame(
        {
            "b": np.array([1, 2, 100], np.int8), "h": np.array([300, -5, 7], np.int16),
            "l": np.array([70_000, 1, 2], np.int32), "f": np.array([1.5, np.nan, -1.5], np.float32),
            "d": [2.25, 1e10, np.nan], "s": ["NA", "004", ""], "words": ["x" * 3000, "010150", ""],
            "yn": pd.Categorical(["Yes", "No", "Yes"]),
        }
    )  # fmt: skip
    frame.to_stata(path, version=release, byteorder=order, write_index=False, convert_strl=["words"])  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Widths:
    """The lengths of the fixed texts of a release."""

    name: int
    form: int
    label: int
    stamp: int
    gap: int

    @classmethod
    def of(cls, release: int) -> _Widths:
        """Return those of a release."""
        return cls(
            name=9 if release <= 108 else 33,
            form=7 if release <= 104 else 12 if release <= 113 else 49,
            label=32 if release <= 105 else 81,
            stamp=0 if release <= 104 else 18,
            gap=0 if release <= 104 else 3 if release <= 108 else 5,
        )


def old_stata(release: int, order: str = "<", rows: Sequence[Sequence[float | str]] | None = None) -> bytes:
    """Return a file without marks: a column of each type, the third row missing, and labels of the first column."""
    wide, types = _Widths.of(release), ["b", "h", "i", "f", "d", "8s"]
    table = rows or [[1, 300, 70_000, 1.5, 2.25, "NA"], [2, -5, -70_000, -1.5, 1e10, "004"], _missing(release)]
    names = ["b1", "h2", "l4", "f4", "d8", "ctry"]
    parts = [
        bytes([release, 0 if release == 102 else 1 if order == ">" else 2, 1, 0]),
        struct.pack(order + ("HH" if release == 102 else "HI"), len(types), len(table)),
        _fixed("A survey", wide.label), _fixed("01 Jan 1995 10:00", wide.stamp),
        bytes(_code(form, release) for form in types),
        *(_fixed(name, wide.name) for name in names), bytes(2 * (len(types) + 1)),
        *(_fixed("%8s" if form == "8s" else "%8.0g", wide.form) for form in types),
        *(_fixed("yn" if name == "b1" else "", wide.name) for name in names),
        *(_fixed(f"Column {name}", wide.label) for name in names), bytes(wide.gap),
    ]  # fmt: skip
    line = order + "".join(types)
    parts += [struct.pack(line, *(v.encode() if isinstance(v, str) else v for v in row)) for row in table]
    return b"".join([*parts, _labels(release, order)])


def _fixed(text: str, length: int) -> bytes:
    return text.encode("cp1252").ljust(length, b"\0")[:length]


def _code(form: str, release: int) -> int:
    if form == "8s":
        return 8 if release >= 111 else 127 + 8
    return "bhifd".index(form) + 251 if release >= 111 else {"b": 98, "h": 105, "i": 108, "f": 102, "d": 100}[form]


def _missing(release: int) -> list[float | str]:
    if release >= 113:
        return [101, 32_741, 2_147_483_621, 2.0**127, 2.0**1023, ""]
    return [127, 32_767, 2_147_483_647, 2.0**127, 2.0**333 if release <= 105 else 2.0**1023, ""]


def _labels(release: int, order: str) -> bytes:
    if release <= 105:
        head = struct.pack(order + "H", 2) + _fixed("yn", 10)
        return head + struct.pack(order + "2h", 1, 2) + _fixed("Yes", 8) + _fixed("No", 8)
    text = b"Yes\0No\0"
    body = struct.pack(order + "2i2i2i", 2, len(text), 0, 4, 1, 2) + text
    return struct.pack(order + "i", len(body)) + _fixed("yn", 9 if release == 108 else 33) + bytes(3) + body


def portable() -> bytes:
    """Return a portable file with missing codes and ranges, value labels, notes, and a date."""
    words = [
        "A", text("20231216"), text("172821"), "1", text("made by hand"), "4", whole(6), "5", whole(11),
        variable("AGE", 0, "8" + whole(97) + "8" + whole(98), "Age"),
        variable("INCOME", 0, "B" + whole(-9) + whole(-1) + "8" + whole(99), "Income"),
        variable("LOW", 0, "9" + whole(5)), variable("HIGH", 0, "A" + whole(90)),
        variable("COUNTRY", 8, "8" + text("ZZ"), "Country"), variable("LEFT", 0, form="3C/B/0/"),
        "D", whole(1), text("AGE"), whole(2), whole(97), text("refused"), whole(98), text("not known"),
        "D", whole(1), text("COUNTRY"), whole(2), text("NA"), text("Namibia"), text("NO"), text("Norway"),
        "E", whole(2), text("first note"), text("second note"), "F",
    ]  # fmt: skip
    rows = [(30, 5, 6, 7, "NA", 13_744_944_000), (97, -5, 3, 95, "004", None), (None, 99, 100, 1, "ZZ", 13_744_944_000)]
    for *numbers, country, left in rows * 8:
        words += [*(whole(number) for number in numbers), text(str(country)), whole(left)]
    return in_lines("".join(words))


def in_lines(body: str) -> bytes:
    """Return a body behind the head of a portable file, in lines of 80 letters."""
    head = "ASCII SPSS PORT FILE".ljust(40) * 5 + PORTABLE_LETTERS.ljust(256, "0") + "SPSSPORT"
    data = (head + body).encode("utf-8")
    data += b"Z" * (80 - len(data) % 80)
    return b"".join(data[start : start + 80] + b"\r\n" for start in range(0, len(data), 80))


def variable(name: str, width: int, more: str = "", label: str = "", form: str = "") -> str:
    """Return the record of a variable."""
    form = form or (f"1/{whole(width)}0/" if width else "5/8/2/")
    return "7" + whole(width) + text(name) + form * 2 + more + ("C" + text(label) if label else "")


def text(words: str) -> str:
    """Return a text of a portable file."""
    return whole(len(words.encode("utf-8"))) + words


def whole(number: int | None) -> str:
    """Return a whole number of a portable file."""
    if number is None:
        return "*."
    digits, rest = "", abs(number)
    while rest or not digits:
        rest, digit = divmod(rest, 30)
        digits = DIGITS[digit] + digits
    return f"{'-' if number < 0 else ''}{digits}/"
