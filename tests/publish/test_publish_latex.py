"""Tables for papers: what stands in them, and that no label is a command."""

import re
import shutil
import subprocess

import pytest
from publish_nouns import cell, destinations, households, indicator, reasons_by_sex, stock_by_sex, table

import lfs_migration as lfm
from lfs_migration.publish.about import About
from lfs_migration.publish.papers.latex import SIGNS, escape
from lfs_migration.text import LANGUAGES

TRAPS = (
    r"\input{/etc/passwd}", "100 % & more", "a_b^c~d#e$f", "{", "}", "]", "[1]", "*", "--- ``x'' ?`", "x\n\ny",
    "=1+1", "\u202egnp.exe", "\x00bell\x07", "^^41", r"\\", "</script>", '"quoted"', "-", r"\end{tabular}", "@{}",
    "L" * 10_000, "Ա ไ ر Ж",
)  # fmt: skip


def trapped(**how):
    labels = {"sex": {str(n): {"en": trap} for n, trap in enumerate(TRAPS)}}
    cells = [cell({"sex": str(n)}, "total", "persons", 50.0 + n, 2.0, 60) for n in range(len(TRAPS))]
    ind = indicator("E_03%", {"en": r"\title{" + TRAPS[1]}, "total", "persons", note={"en": r"\immediate\write18{x}"})
    made = table(ind, ("sex",), cells, labels=labels, names={"sex": {"en": "[sex]"}}, notes=("$x$ % rest",))
    return lfm.to_latex(made, **how)


def body(text):
    """The lines of a table between its rules, each a list of cells."""
    start, end = (r"\endfoot", r"\end{longtable}") if "longtable" in text else (r"\midrule", r"\bottomrule")
    inside = text.split(start)[1].split(end)[0]
    return [re.split(r"(?<!\\) & ", line.removesuffix(r" \\")) for line in inside.strip().splitlines() if "&" in line]


def test_a_table_has_caption_label_figures_and_notes():
    text = lfm.to_latex(stock_by_sex())
    assert (
        r"\caption{Emigrants abroad reported by households, by sex: Number, persons}\label{tab:armenia-2007-E03-sex}"
        in text
    )
    assert text.count(r"\toprule") == text.count(r"\midrule") == text.count(r"\bottomrule") == 1
    assert body(text) == [
        ["{}Total", "104,211", "", "4,120", "96,053", "112,368", "1,204"],
        ["{}Men", "93,400", "", "3,901", "85,677", "101,123", "1,090"],
        ["{}Women", "10,810", r"\textsuperscript{a}", "2,010", "6,831", "14,790", "114"],
    ]
    notes = text.split(r"\begin{minipage}")[1]
    assert r"\textsuperscript{a} Use with caution" in notes and r"CV 16.5\% or more\par" in notes
    assert "Source: Labour Migration Survey 2007, Armenia (synthetic data).\\par" in notes
    assert "must not be cited" in notes


def test_a_suppressed_figure_is_a_dash_with_its_reason():
    text = lfm.to_latex(destinations(), about=About(coverage={"whole_households": {"en": "Some are missing."}}))
    row = next(cells for cells in body(text) if cells[0] == "{}Namibia")
    assert row == ["{}Namibia", r"\textendash{}", r"\textsuperscript{a}", "", "", "", "8"]
    assert r"\textsuperscript{a} Not published" in text and "Fewer than 20 in the sample" in text
    assert r"\textsuperscript{b} No figure" in text and "Some are missing." in text
    assert not re.search(r"\b0\.9\b|\b918\b|\b459\b", text)


def test_numbers_of_two_units_stand_at_their_decimal_mark():
    text = lfm.to_latex(destinations(), language="fr")
    assert r"94\,962\phantom{,0}" in text and " 93,1 " in text
    assert r"\emph{Part, pour cent}" in text and r"\emph{Nombre, personnes}" in text


def test_outer_labels_stand_once_and_on_every_line_of_a_long_table():
    short, long = (body(lfm.to_latex(reasons_by_sex(), long=how)) for how in (False, True))
    assert [cells[0] for cells in short] == ["{}Total", "{}", "{}", "{}Men", "{}", "{}", "{}Women", "{}", "{}"]
    assert [cells[0] for cells in long] == ["{}Total"] * 3 + ["{}Men"] * 3 + ["{}Women"] * 3
    text = lfm.to_latex(reasons_by_sex(), long=True)
    assert text.count(r"{}Sex & Main reason & ") == 2 and r"\emph{continued}" in text


def test_a_table_without_breakdowns_and_several_tables():
    text = lfm.to_latex([households(), stock_by_sex()])
    assert text.count(r"\begin{table}") == 2 and "{}16.2 &  & 0.9 & 14.4 & 18.0 & 2,500" in text


def test_estimates_can_be_written_too(tmp_path):
    import pandas as pd

    frame = pd.DataFrame({"w": 1.0, "g": ["a_b", "c"] * 20, "y": range(40)})
    found = lfm.estimate(lfm.dataset(frame, lfm.Design(weight="w")), lfm.Mean("y"), by=["g"])
    text = lfm.write_latex(found, tmp_path / "t.tex").read_text("utf-8")
    assert r"{}a\_b & 19" in text and "not protected against disclosure" in text


@pytest.mark.parametrize("long", [False, True])
def test_no_label_is_a_command(long):
    text = trapped(long=long)
    ours = {
        "begin", "end", "centering", "caption", "label", "small", "toprule", "midrule", "bottomrule", "multicolumn",
        "raggedright", "raggedleft", "arraybackslash", "par", "medskip", "linewidth", "footnotesize", "textsuperscript",
        "begingroup", "endgroup", "setlength", "LTcapwidth", "endfirsthead", "endhead", "endfoot", "noindent", "emph",
        "textbf",
    }  # fmt: skip
    signs = {name for sign in SIGNS.values() for name in re.findall(r"\\([A-Za-z]+)", sign)}
    assert set(re.findall(r"(?<!\\)(?:\\\\)*\\([A-Za-z]+)", text)) <= ours | signs
    lines = text.splitlines()
    assert "" not in lines, "an empty line would end a paragraph"
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    assert not re.search(r"(?<!\\)[%#$](?!-\$)", text.replace("$-$", ""))
    assert all(not line.startswith(("[", "*")) for line in lines)
    assert text.isprintable() or set(re.findall(r"[^\x20-\x7e\n]", text)) <= set("Ա ไ ر Ж")


def test_every_sign_of_latex_is_escaped():
    assert {sign for sign in '\\{}$&#%_^~<>|"`[]' if escape(sign) == sign} == set()
    assert escape("a--b''c") == "a-{}-b'{}'c"
    assert escape("\N{MINUS SIGN}1") == "$-$1"


def test_the_name_of_a_label_has_plain_letters_only():
    assert re.findall(r"\\label\{(.*?)\}", trapped()) == ["tab:armenia-2007-E_03-sex"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_is_the_same_twice(language, tmp_path):
    made = [
        lfm.write_latex(destinations(), tmp_path / name, language=language, document=True).read_bytes() for name in "ab"
    ]
    assert made[0] == made[1] and made[0].startswith(rb"\documentclass")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("lualatex") is None, reason="lualatex is not installed")
@pytest.mark.parametrize("how", ["short", "long", "ar", "th"])
def test_a_document_compiles(how, tmp_path):
    if how in ("ar", "th"):
        lfm.write_latex(destinations(), tmp_path / "t.tex", language=how, document=True)
    else:
        source = lfm.write_latex(stock_by_sex(), tmp_path / "t.tex", document=True).read_text("utf-8")
        start, end = source.split(r"\begin{document}")[0], r"\end{document}"
        whole = f"{start}\\begin{{document}}\n{trapped(long=how == 'long')}\n{end}\n"
        (tmp_path / "t.tex").write_text(whole, encoding="utf-8")
    command = ["lualatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "t.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "t.pdf").stat().st_size > 5000
