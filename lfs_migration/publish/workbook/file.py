"""The file of a workbook, finished: its language, its headings, and the same bytes on every machine."""

from __future__ import annotations

import re
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

CORE, APP, STYLES = "docProps/core.xml", "docProps/app.xml", "xl/styles.xml"
END, EXCEL = "</cp:coreProperties>", "<Application>Microsoft Excel</Application>"
"""What is changed in the first two."""
SHEETS, FIXED = "xl/worksheets/sheet", b' customHeight="1"'
"""No height of a row is fixed: a program that finds it out by itself may do so."""
MADE = (1980, 1, 1, 0, 0, 0)
"""The time of each part: the earliest that a zip file can name."""
UNIX = 3
"""The system of each part, whichever it is made on."""


class Heading(NamedTuple):
    """A style of Excel's for headings: its name, its number there, and what stands for it in an unfinished file."""

    name: str
    builtin: int
    mark: int


HEADINGS = (Heading("Heading 1", 16, 9001), Heading("Heading 2", 17, 9002))
"""Formats with a mark as their ``xf_id`` get the style."""


def finished(raw: bytes, language: str) -> bytes:
    """Return a workbook of XlsxWriter's with what that cannot write: language, styles of headings, and who made it.

    Parameters
    ----------
    raw : bytes
    language : str
        ISO 639-1; of the document's properties, which screen readers ask for the language (ECMA-376 part 2, 11.2).

    Returns
    -------
    bytes
        Its parts have no time and no system.
    """
    out = BytesIO()
    with ZipFile(BytesIO(raw)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name in (CORE, APP, STYLES):
                part = _changed(name, part.decode("utf-8"), language).encode("utf-8")
            elif name.startswith(SHEETS):
                part = part.replace(FIXED, b"")
            info = ZipInfo(name, MADE)
            info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, UNIX, 0o600 << 16
            new.writestr(info, part)
    return out.getvalue()


def _changed(name: str, part: str, language: str) -> str:
    if name == STYLES:
        return _styled(part)
    if name == CORE:
        return _replaced(name, part, END, f"<dc:language>{escape(language)}</dc:language>{END}")
    return _replaced(name, part, EXCEL, "<Application>lfs_migration</Application>")


def _replaced(name: str, part: str, old: str, new: str) -> str:
    if part.count(old) != 1:
        raise ValueError(f"{name} has no {old}, or several: XlsxWriter writes it differently")
    return part.replace(old, new)


def _styled(styles: str) -> str:
    """Return the styles with those of the headings that are used, each made of the first format that has its mark."""
    for heading in HEADINGS:
        used = re.search(
            rf'<xf (numFmtId="\d+" fontId="\d+" fillId="\d+" borderId="\d+") xfId="{heading.mark}"', styles
        )
        if used is None:
            continue
        styles, number = _added(styles, "cellStyleXfs", f"<xf {used[1].rstrip()}/>")
        own = f'<cellStyle name="{heading.name}" xfId="{number}" builtinId="{heading.builtin}" customBuiltin="1"/>'
        styles, _ = _added(styles, "cellStyles", own)
        styles = styles.replace(f'xfId="{heading.mark}"', f'xfId="{number}"')
    return styles


def _added(styles: str, tag: str, entry: str) -> tuple[str, int]:
    """Return the styles with an entry more in one of their lists, and its number there."""
    found = re.search(rf'<{tag} count="(\d+)">(.*?)</{tag}>', styles, re.DOTALL)
    if found is None:
        raise ValueError(f"{STYLES} has no {tag}: XlsxWriter writes it differently")
    number = int(found[1])
    longer = f'<{tag} count="{number + 1}">{found[2]}{entry}</{tag}>'
    return styles[: found.start()] + longer + styles[found.end() :], number
