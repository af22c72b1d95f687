"""The structure of a publication as an SDMX-JSON 2.0.0 structure message."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lfs_migration.files import write_text
from lfs_migration.model.noun import Text
from lfs_migration.publish.sdmx.nouns import AGENCY, PREPARED, VERSION, Code, Component, Structure, urn
from lfs_migration.text import LANGUAGES, clean

SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)


def write_sdmx_structure(structure: Structure, path: Path | str) -> Path:
    """Write a structure: data flow, data structure, concept scheme and code lists, with names in all languages.

    Parameters
    ----------
    structure : Structure
    path : path

    Returns
    -------
    Path
    """
    text = json.dumps(structure_message(structure), indent=1, ensure_ascii=False, allow_nan=False)
    return write_text(path, text + "\n")


def structure_message(structure: Structure) -> dict[str, Any]:
    """Return the message as plain values."""
    spoken = {language for names in _names(structure) for language in names}
    meta = {
        "schema": SCHEMA,
        "id": structure.id,
        "test": structure.synthetic,
        "prepared": PREPARED,
        "contentLanguages": [language for language in LANGUAGES if language in spoken],
        "sender": {"id": AGENCY},
    }
    own = _maintained(structure.id, structure.names)
    scheme = _maintained(structure.scheme_id, structure.names)
    return {
        "meta": meta,
        "data": {
            "dataflows": [{**own, "structure": urn("datastructure.DataStructure", structure.id)}],
            "dataStructures": [{**own, "dataStructureComponents": _lists(structure)}],
            "conceptSchemes": [{**scheme, "concepts": list(map(_item, structure.components))}],
            "codelists": [
                {**_maintained(structure.list_id(one), one.names), "codes": list(map(_item, one.codes))}
                for one in structure.components
                if one.codes
            ],
        },
    }


def _names(structure: Structure) -> Iterator[Text]:
    yield structure.names
    for component in structure.components:
        yield component.names
        yield from (code.names for code in component.codes)


def _maintained(identifier: str, names: Text) -> dict[str, Any]:
    return {"id": identifier, "agencyID": AGENCY, "version": VERSION, "name": names["en"], "names": names}


def _item(one: Code | Component) -> dict[str, Any]:
    """Return a code, or the concept of a component."""
    return {"id": one.id, **_noted(one.notes), "name": one.names["en"], "names": one.names}


def _noted(notes: Mapping[str, str]) -> dict[str, Any]:
    return {"annotations": [{"type": kind, "value": clean(text)} for kind, text in notes.items()]} if notes else {}


def _lists(structure: Structure) -> dict[str, Any]:
    """Return the components, each with its concept and what its values may be."""
    dimensions: dict[str, Any] = {
        "id": "DimensionDescriptor",
        "dimensions": [
            {"position": place, **_component(one, structure)} for place, one in enumerate(structure.of("dimension"))
        ],
    }
    for one in structure.of("time"):
        dimensions["timeDimension"] = _component(one, structure)
    return {
        "dimensionList": dimensions,
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [{**_component(one, structure), "usage": "optional"} for one in structure.of("measure")],
        },
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [
                {**_component(one, structure), "usage": "optional", "attributeRelationship": {"observation": {}}}
                for one in structure.of("attribute")
            ],
        },
    }


def _component(one: Component, structure: Structure) -> dict[str, Any]:
    values = (
        {"enumeration": urn("codelist.Codelist", structure.list_id(one))}
        if one.codes
        else {"format": {"dataType": one.type}}
    )
    identity = urn("conceptscheme.Concept", structure.scheme_id, one.id)
    return {"id": one.id, "conceptIdentity": identity, "localRepresentation": values}
