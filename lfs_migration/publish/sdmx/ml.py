"""SDMX-ML 3.0 through pysdmx (extra ``sdmx``): a structure message and structure-specific data.

pysdmx writes names in English alone, and turns their apostrophes into quotation marks. It is given a mark for each name
here; the names, in every language, take the place of the marks in what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import write_text
from lfs_migration.model.noun import Text
from lfs_migration.publish.sdmx.nouns import AGENCY, PREPARED, VERSION, Code, Component, Cube, Structure, urn
from lfs_migration.text import clean

if TYPE_CHECKING:
    from pysdmx.model.message import Header

STRUCTURE, DATA = "structure.xml", "data.xml"
_MARK = re.compile(r'<com:(?P<tag>\w+)(?: xml:lang="en")?>lfs-words-(?P<number>\d+)</com:(?P=tag)>')


def write_sdmx_ml(cube: Cube, folder: Path | str) -> list[Path]:
    """Write a publication as SDMX-ML 3.0: ``structure.xml`` and ``data.xml``.

    Parameters
    ----------
    cube : Cube
    folder : path

    Returns
    -------
    list of Path

    Raises
    ------
    LfsMigrationError
        Without pysdmx.
    """
    try:
        from pysdmx.io import write_sdmx
        from pysdmx.io.format import Format
    except ImportError as error:
        raise LfsMigrationError(
            "SDMX-ML needs pysdmx", detail=str(error), hint='Install it: pip install "lfs-migration[sdmx]"'
        ) from error
    out, words = Path(folder), _Words()
    structures = _structures(cube.structure, words)
    header = _header(cube.structure)
    structure = write_sdmx(structures, Format.STRUCTURE_SDMX_ML_3_0, header=header, prettyprint=True)
    data = write_sdmx([_data(cube, structures)], Format.DATA_SDMX_ML_3_0, header=header, prettyprint=True)
    return [
        write_text(out / STRUCTURE, words.put_into(str(structure))),
        write_text(out / DATA, str(data)),
    ]


@dataclass
class _Words:
    """Names that marks stand for while pysdmx writes."""

    held: list[Mapping[str, str] | str] = field(default_factory=list)

    def mark(self, words: Mapping[str, str] | str) -> str:
        self.held.append(words)
        return f"lfs-words-{len(self.held) - 1}"

    def put_into(self, document: str) -> str:
        """Return a document with the names in the place of their marks."""
        return _MARK.sub(self._said, document)

    def _said(self, found: re.Match[str]) -> str:
        words, tag = self.held[int(found["number"])], f"com:{found['tag']}"
        if isinstance(words, str):
            return found[0].replace(f"lfs-words-{found['number']}", _escaped(words))
        return "".join(f'<{tag} xml:lang="{one}">{_escaped(said)}</{tag}>' for one, said in words.items())


def _escaped(text: str) -> str:
    # A reader takes a carriage return for a line feed, unless it is written as its number.
    return escape(clean(text), {"\r": "&#13;"})


def _header(structure: Structure) -> Header:
    from pysdmx.model import Organisation
    from pysdmx.model.message import Header

    return Header(
        id=structure.id, test=structure.synthetic, prepared=datetime.fromisoformat(PREPARED),
        sender=Organisation(id=AGENCY),
    )  # fmt: skip


def _structures(structure: Structure, words: _Words) -> list[Any]:
    """Return code lists, the concept scheme, the data structure and the data flow, as pysdmx has them."""
    from pysdmx.model import Codelist, Concept, ConceptScheme, Dataflow, DataStructureDefinition
    from pysdmx.model.dataflow import Components

    def maintained(names: Text) -> dict[str, Any]:
        return {"name": words.mark(names), "version": VERSION, "agency": AGENCY}

    lists = {
        one.id: Codelist(
            id=structure.list_id(one), items=[_code(code, words) for code in one.codes], **maintained(one.names)
        )
        for one in structure.components
        if one.codes
    }
    scheme = ConceptScheme(
        id=structure.scheme_id,
        items=[
            Concept(id=one.id, name=words.mark(one.names), annotations=_notes(one.notes, words))
            for one in structure.components
        ],
        **maintained(structure.names),
    )
    definition = DataStructureDefinition(
        id=structure.id,
        components=Components([_component(one, structure, lists) for one in structure.components]),
        **maintained(structure.names),
    )
    return [*lists.values(), scheme, definition,
            Dataflow(id=structure.id, structure=definition, **maintained(structure.names))]  # fmt: skip


def _code(code: Code, words: _Words) -> Any:
    from pysdmx.model import Code as Item

    return Item(id=code.id, name=words.mark(code.names), annotations=_notes(code.notes, words))


def _notes(notes: Mapping[str, str], words: _Words) -> Sequence[Any]:
    from pysdmx.model import Annotation

    return tuple(Annotation(type=kind, text=words.mark(text)) for kind, text in notes.items())


def _component(one: Component, structure: Structure, lists: Mapping[str, Any]) -> Any:
    from pysdmx.model import Component as Item
    from pysdmx.model import DataType, ItemReference, Role

    role = {"measure": Role.MEASURE, "attribute": Role.ATTRIBUTE}.get(one.kind, Role.DIMENSION)
    concept = ItemReference(
        sdmx_type="Concept", agency=AGENCY, id=structure.scheme_id, version=VERSION, item_id=one.id
    )  # fmt: skip
    return Item(
        id=one.id, required=role is Role.DIMENSION, role=role, concept=concept,
        local_dtype=None if one.id in lists else DataType(one.type), local_codes=lists.get(one.id),
        local_enum_ref=urn("codelist.Codelist", structure.list_id(one)) if one.id in lists else None,
        attachment_level="O" if role is Role.ATTRIBUTE else None,
    )  # fmt: skip


def _data(cube: Cube, structures: Sequence[Any]) -> Any:
    import pandas as pd
    from pysdmx.io.pd import PandasDataset
    from pysdmx.model.dataset import ActionType

    definition = structures[-2]
    # All are text: numbers stay as they are in the other files, to the last digit.
    frame = pd.DataFrame(list(cube.rows), columns=list(cube.header), dtype=str)
    dataset = PandasDataset(
        structure=definition.to_schema(), data=pd.DataFrame(columns=list(cube.header)), action=ActionType.Information
    )
    dataset.data = frame
    return dataset
