"""Formulas as MathML, which browsers draw themselves: no script, no font and no server is needed."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx


def _inline(visitor: Any, node: nodes.math) -> None:
    visitor.body.append(convert(node.astext(), display="inline"))
    raise nodes.SkipNode


def _block(visitor: Any, node: nodes.math_block) -> None:
    # A screen reader stops at the formula, and one that is too wide for a phone scrolls by itself.
    label = visitor.starttag(node, "div", CLASS="formula", role="group", tabindex="0")
    visitor.body.append(f"{label}{convert(node.astext(), display='block')}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Take the place of MathJax."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
