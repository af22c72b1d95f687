"""Tables for papers: LaTeX with booktabs, aligned at the decimal mark, with their notes under them.

Text of labels, names and notes is escaped sign by sign, so that no label can be a command. What is made compiles with
LuaLaTeX or XeLaTeX, which read every script; a document needs the packages ``booktabs``, ``array``, and ``longtable``
for tables of several pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lfs_migration.files import write_text
from lfs_migration.publish.about import About
from lfs_migration.publish.legible import said
from lfs_migration.publish.papers.chart_style import numbers as notation
from lfs_migration.publish.papers.grid import Figures, Grid, Line, grids_of
from lfs_migration.text import RIGHT_TO_LEFT

NONE = r"\textendash{}"
"""Stands where there is no figure."""
WIDE, ROOM, NARROW = 48, 16, 4.8
"""Letters of all labels of a line beyond which columns of long ones are paragraphs; their width together, and that of
the headings of numbers, in em."""
SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
    "[": "{[}", "]": "{]}", "@": "{@}", "*": "{*}", "\N{MINUS SIGN}": "$-$", "\N{NO-BREAK SPACE}": "~",
    "\N{NARROW NO-BREAK SPACE}": r"\,", "\N{REPLACEMENT CHARACTER}": r"\textbf{?}", "\u200b": "{}",
    "\N{LEFT-TO-RIGHT MARK}": "", "\N{RIGHT-TO-LEFT MARK}": "",
}  # fmt: skip
"""What stands for signs that LaTeX would read as commands, or not show."""
_JOINED = re.compile("(?<=['-])(?=['-])")
"""Between signs that LaTeX would make one of: two hyphens a dash."""
FONTS = {"ar": ("Noto Naskh Arabic", "DejaVu Sans"), "hy": ("Noto Serif Armenian", "DejaVu Serif"),
         "th": ("Noto Serif Thai", "FreeSerif")}  # fmt: skip
"""Fonts to be tried for a script that LaTeX's own has not."""
LANGUAGES = {
    "en": "british", "fr": "french", "es": "spanish", "ar": "arabic", "hy": "armenian", "ru": "russian", "th": "thai",
}  # fmt: skip
"""As the package babel calls them."""


def escape(text: str) -> str:
    r"""Return text as LaTeX that typesets it.

    Examples
    --------
    >>> print(escape(r"100 % \input{x} a_b"))
    100 \% \textbackslash{}input\{x\} a\_b
    """
    return "".join(SIGNS.get(sign, sign) for sign in _JOINED.sub("\u200b", text))


def to_latex(
    figures: Figures | Sequence[Figures], *, language: str = "en", about: About | None = None, long: bool = False
) -> str:
    """Return a table, or several, as LaTeX to be put into a paper.

    Parameters
    ----------
    figures : Table, Estimates, or sequence of them
    language : str
        Of labels and notes: en, fr, es, ar, hy, ru or th.
    about : About, optional
        Language and further notes, in place of ``language``.
    long : bool
        Tables that go on over several pages (``longtable``), their headings on each.

    Returns
    -------
    str
        Each table has a caption, and a label of its survey, indicator and breakdowns, as ``tab:armenia-2007-E03-sex``.
    """
    return "\n".join(_table(grid, long) for grid in grids_of(figures, about, language))


def write_latex(
    figures: Figures | Sequence[Figures],
    path: Path | str,
    *,
    language: str = "en",
    about: About | None = None,
    long: bool = False,
    document: bool = False,
) -> Path:
    """Write a table, or several, as LaTeX.

    Parameters
    ----------
    figures, language, about, long
        As :func:`to_latex` takes them.
    path : path
    document : bool
        A whole document, to be compiled by itself with LuaLaTeX, in place of a part of a paper.

    Returns
    -------
    Path
    """
    body = to_latex(figures, language=language, about=about, long=long)
    spoken = about.language if about else language
    return write_text(path, _document(body, spoken) if document else body)


def _table(grid: Grid, long: bool) -> str:
    lines = _long(grid) if long else _short(grid)
    return "\n".join(lines) + "\n"


def _short(grid: Grid) -> Iterator[str]:
    yield r"\begin{table}[htbp]"
    yield r"\centering"
    yield rf"\caption{{{escape(grid.caption)}}}\label{{tab:{grid.name}}}"
    yield r"\small"
    yield rf"\begin{{tabular}}{{{_columns(grid)}}}"
    yield r"\toprule"
    yield from _head(grid)
    yield r"\midrule"
    yield from _body(grid, repeated=False)
    yield r"\bottomrule"
    yield r"\end{tabular}"
    yield r"\par\medskip"
    yield r"\begin{minipage}{\linewidth}\footnotesize\raggedright"
    yield from _notes(grid)
    yield r"\end{minipage}"
    yield r"\end{table}"


def _long(grid: Grid) -> Iterator[str]:
    """Yield a table of several pages, in which each line has all its labels."""
    head = [r"\toprule", *_head(grid), r"\midrule"]
    yield r"\begingroup\small\setlength{\LTcapwidth}{\linewidth}"
    yield rf"\begin{{longtable}}{{{_columns(grid)}}}"
    yield rf"\caption{{{escape(grid.caption)}}}\label{{tab:{grid.name}}}\\"
    yield from head
    yield r"\endfirsthead"
    yield rf"\multicolumn{{{_width(grid)}}}{{@{{}}l}}{{\emph{{{escape(said('continued', grid.language))}}}}}\\"
    yield from head
    yield r"\endhead"
    yield r"\bottomrule"
    yield r"\endfoot"
    yield from _body(grid, repeated=True)
    yield r"\end{longtable}"
    yield r"\footnotesize\noindent\raggedright"
    yield from _notes(grid)
    yield r"\par\endgroup"


def _width(grid: Grid) -> int:
    """Return the number of columns; the letters of notes have one."""
    return len(grid.headings) + len(grid.columns) + 1


def _columns(grid: Grid) -> str:
    """Return the columns: labels to the left, long ones as paragraphs; numbers to the right; the letter of a note."""
    most = WIDE / max(1, len(grid.headings))
    wide = [max([0, *(len(line.labels[place]) for line in grid.lines)]) > most for place in range(len(grid.headings))]
    share = ROOM / max(1, sum(wide))
    labels = (rf">{{\raggedright\arraybackslash}}p{{{share:g}em}}" if one else "l" for one in wide)
    # Units stand under units; where columns run from the right, LaTeX takes the left for it.
    side = "l" if grid.language in RIGHT_TO_LEFT else "r"
    return f"@{{}}{''.join(labels)}{side}@{{\\,}}l{side * (len(grid.columns) - 1)}@{{}}"


def _head(grid: Grid) -> Iterator[str]:
    r"""Yield the headings; the limits of an interval share theirs.

    The braces before each line keep a label in brackets from being read as an option of ``\\``.
    """
    estimate, se, _, _, *rest = (escape(name) for name in grid.columns)
    narrow = rf"\multicolumn{{1}}{{>{{\raggedleft\arraybackslash}}b{{{NARROW}em}}}}"
    cells = [
        *map(escape, grid.headings),
        rf"\multicolumn{{2}}{{r}}{{{estimate}}}",
        f"{narrow}{{{se}}}",
        rf"\multicolumn{{2}}{{c}}{{{escape(grid.interval)}}}",
        *(f"{narrow}{{{name}}}" for name in rest),
    ]
    yield f"{{}}{' & '.join(cells)} \\\\"


def _body(grid: Grid, *, repeated: bool) -> Iterator[str]:
    """Yield the lines under their statistic, the outer labels once where they are not repeated."""
    most = max((line.places for line in grid.lines), default=0)
    above: tuple[str, ...] = ()
    kind = ""
    for line in grid.lines:
        if line.kind != kind:
            kind, above = line.kind, ()
            yield r"\addlinespace"
            yield rf"\multicolumn{{{_width(grid)}}}{{@{{}}l}}{{\emph{{{escape(kind)}}}}} \\"
        outer = line.labels[:-1] if len(grid.headings) > 1 else ()
        if above and outer and outer != above:
            yield r"\addlinespace"
        hidden = 0 if repeated else _same(outer, above)
        labels = ["" if place < hidden else escape(label) for place, label in enumerate(line.labels)]
        yield f"{{}}{' & '.join([*labels, *_numbers(line, most, grid.language)])} \\\\"
        above = outer


def _same(outer: Sequence[str], above: Sequence[str]) -> int:
    """Return how many of the outer labels are those of the line above."""
    count = 0
    while count < min(len(outer), len(above)) and outer[count] == above[count]:
        count += 1
    return count


def _numbers(line: Line, most: int, language: str) -> Iterator[str]:
    """Yield the numbers; a ghost of the decimals that one has not keeps it in line with those that have."""
    ghost = notation(language)["decimal"] * (line.places == 0) + "0" * (most - line.places)
    room = rf"\phantom{{{ghost}}}" if most > line.places else ""
    for place, number in enumerate(line.numbers):
        last = place == len(line.numbers) - 1
        yield (escape(number) + ("" if last else room)) if number else NONE if place == 0 else ""
        if place == 0:
            yield rf"\textsuperscript{{{line.mark}}}" if line.mark else ""


def _notes(grid: Grid) -> Iterator[str]:
    yield from (rf"\textsuperscript{{{letter}}} {escape(note)}\par" for letter, note in grid.marks.items())
    yield from (rf"{escape(note)}\par" for note in grid.notes)


def _document(body: str, language: str) -> str:
    """Return a document that LuaLaTeX compiles, in the first font that is there for its script."""
    turned = "bidi=basic, layout=tabular, " if language in RIGHT_TO_LEFT else ""
    lines = [
        r"\documentclass[11pt,a4paper]{article}",
        r"\usepackage[margin=2cm]{geometry}",
        r"\usepackage{fontspec}",
        rf"\usepackage[{turned}provide=*, main={LANGUAGES[language]}]{{babel}}",
        *_fonts(FONTS.get(language, ())),
        r"\usepackage{array}",
        r"\usepackage{booktabs}",
        r"\usepackage{longtable}",
        r"\begin{document}",
        body.rstrip("\n"),
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _fonts(names: Sequence[str]) -> Iterator[str]:
    """Yield the choice of a font; letters that it has not come from LaTeX's own."""
    if names:
        yield r'\directlua{luaotfload.add_fallback("others", {"Latin Modern Roman:mode=node;"})}'
        chosen = (
            rf"\IfFontExistsTF{{{name}}}{{\babelfont{{rm}}[RawFeature={{fallback=others}}]{{{name}}}}}{{"
            for name in names
        )
        yield "".join(chosen) + "}" * len(names)
