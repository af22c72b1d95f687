"""JSON Schemas (draft 2020-12) of the YAML files, so that an editor completes them and checks them as they are written.

They are made from the same nouns that the loaders fill, in the form that stands in the files: what a loader adds is
taken out, maps by kind are alternatives, and the names that the catalog knows (modules, records, variables, parameters,
sets of missing codes, steps of weighting) are offered. What only several entries together can get wrong, `check` says.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from lfs_migration import catalog
from lfs_migration.catalog.projects import PATHS
from lfs_migration.catalog.projects import names as project_names
from lfs_migration.files import write_bytes
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.codelist import CodeList, Reason
from lfs_migration.model.country import Edition
from lfs_migration.model.cross_domain import CrossDomain
from lfs_migration.model.export_plan import ExportPlan
from lfs_migration.model.indicator import Indicator, Profile
from lfs_migration.model.noun import Noun, Text
from lfs_migration.model.planted import ErrorKind
from lfs_migration.model.profile_page import ProfilePage
from lfs_migration.model.project import Project
from lfs_migration.model.protection import ProtectionRules
from lfs_migration.model.questionnaire import Questionnaire
from lfs_migration.model.rates import Rates
from lfs_migration.model.report_plan import ReportPlan
from lfs_migration.model.rules import KINDS, Condition
from lfs_migration.model.standard import Standard
from lfs_migration.model.weighting import STEPS
from lfs_migration.text import LANGUAGES, pick

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_IN_ENGLISH = get_args(Text)[1].func
"""What tells a text by language from other mappings of words."""
_FILLED = {
    "Codebook": ("variables", "multiples", "codelists", "rules", "coverage"),
    "Variable": ("record", "parameters", "part_of"),
    **{kind.__name__: ("id",) for kind in KINDS.values()},
    "Indicator": ("code", "parameters", "breakdowns", "against"),
    "ProfilePage": ("module",),
    "ReportPlan": ("module",),
    "ExportPlan": ("name",),
}
"""Keys that a loader fills and no file has."""


def write_schemas(out: Path) -> tuple[Path, ...]:
    """Write the schema of each kind of YAML file, with the names that the catalog knows now.

    Parameters
    ----------
    out : Path
        Folder; a file in it is ``country.schema.json``.

    Returns
    -------
    tuple of Path

    Raises
    ------
    LfsMigrationError
        When the folder or the disk does not take a file.
    """
    return tuple(write_bytes(out / f"{name}.schema.json", _bytes(schema)) for name, schema in schemas().items())


def project_schema() -> bytes:
    """Return the schema of a project file, as the bytes of its file."""
    return _bytes(_headed("project", _project()))


def schemas() -> dict[str, Schema]:
    """Return the schema of each kind of YAML file, by kind.

    Examples
    --------
    >>> sorted(schemas())[:4]
    ['codelists', 'country', 'coverage', 'exports']
    """
    makers: dict[str, Callable[[], Schema]] = {
        "module": _module, "variables": _variables, "codelists": _codelists, "rules": _rules,
        "indicators": _indicators, "coverage": _coverage, "rates": _rates, "planted": lambda: _listed(ErrorKind),
        "standards": lambda: _by_name(Standard), "quality": lambda: _by_name(Profile),
        "protection": lambda: _by_name(ProtectionRules), "profile": lambda: _noun(ProfilePage),
        "report": lambda: _noun(ReportPlan), "exports": lambda: _by_name(ExportPlan),
        "sdmx": lambda: _by_name(CrossDomain), "country": _country, "questionnaire": _questionnaire,
        "project": _project,
    }  # fmt: skip
    return {name: _headed(name, make()) for name, make in makers.items()}


def _headed(name: str, schema: Schema) -> Schema:
    return {"$schema": DIALECT, "title": f"{name}.yaml", **schema}


def _bytes(schema: Schema) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()


class _InFiles(GenerateJsonSchema):
    """Makes schemas in which a text has its languages."""

    schema_dialect = DIALECT

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        if schema["function"]["function"] is _IN_ENGLISH:
            return _text()
        return super().function_after_schema(schema)


def _text() -> Schema:
    words = {language: {"type": "string"} for language in LANGUAGES}
    return {"type": "object", "properties": words, "required": ["en"], "additionalProperties": False}


def _noun(noun: type[Noun]) -> Schema:
    """Return the schema of a noun as it stands in a file, the nouns inside it under ``$defs``."""
    schema = noun.model_json_schema(schema_generator=_InFiles)
    known = {own.__name__: own for own in _nouns(Noun)}
    for part in (schema, *schema.get("$defs", {}).values()):
        own = known.get(part.get("title", ""))
        if own is not None:
            _described(part, own)
            for key in _FILLED.get(own.__name__, ()):
                part["properties"].pop(key, None)
                part["required"] = [name for name in part.get("required", ()) if name != key]
    return schema


def _nouns(noun: type[Noun]) -> Iterator[type[Noun]]:
    for own in noun.__subclasses__():
        yield own
        yield from _nouns(own)


def _described(schema: Schema, noun: type[Noun]) -> None:
    """Say of a noun and each of its keys what its docstring says."""
    text = inspect.getdoc(noun) or ""
    schema["description"] = " ".join(text.partition("\n\n")[0].split())
    section = re.search(r"Parameters\n-+\n(.*?)(?:\n\n\w+\n-+\n|\Z)", text, re.DOTALL)
    for names, said in re.findall(r"^(\S[^\n]*)\n((?:    [^\n]*\n?)*)", section[1] if section else "", re.MULTILINE):
        for name in names.partition(" : ")[0].split(", "):
            if name in schema["properties"] and said.strip():
                schema["properties"][name]["description"] = " ".join(said.split())
    for own in schema["properties"].values():
        own.pop("title", None)


def _mapping(values: Schema, description: str = "") -> Schema:
    out: Schema = {"type": "object", "additionalProperties": values}
    return out | ({"description": description} if description else {})


def _by_name(noun: type[Noun]) -> Schema:
    """Return the schema of a file with an entry of a kind under each name."""
    schema = _noun(noun)
    inner = schema.pop("$defs", {})
    return {**_mapping({"$ref": f"#/$defs/{noun.__name__}"}), "$defs": {**inner, noun.__name__: schema}}


def _rules() -> Schema:
    """Return the schema of rules: each is of the kind that it names, or a condition."""
    own = {kind.__name__: _by_name(kind) for kind in KINDS.values()}
    inner = {name: part for schema in own.values() for name, part in schema["$defs"].items()}
    for name in own:
        if name != Condition.__name__:
            inner[name]["required"] = ["kind", *inner[name].get("required", ())]
    return {**_mapping({"anyOf": [{"$ref": f"#/$defs/{name}"} for name in own]}), "$defs": inner}


def _listed(noun: type[Noun]) -> Schema:
    """Return the schema of a file with a list of entries of a kind."""
    schema = _by_name(noun)
    return {"type": "array", "items": schema["additionalProperties"], "$defs": schema["$defs"]}


def _books() -> dict[str, Codebook]:
    return {name: catalog.load_codebook(name) for name in catalog.modules()}


def _reasons() -> Schema:
    return _mapping({"enum": list(get_args(Reason))}, "Codes of absent answers, each with its reason.")


def _module() -> Schema:
    schema = _noun(Codebook)
    used = json.dumps(schema["properties"])
    schema["properties"]["missing"] = _mapping(_reasons(), "Sets of codes of absent answers, which variables name.")
    for name in [name for name in schema["$defs"] if f"#/$defs/{name}" not in used]:
        del schema["$defs"][name]
    return schema


def _variables() -> Schema:
    schema = _listed(Variable)
    own = schema["$defs"]["Variable"]
    own["properties"]["type"] = {**own["properties"]["type"], "enum": [*own["properties"]["type"]["enum"], "multi"]}
    sets = sorted({name for module in catalog.modules() for name in catalog.missing_sets(module)})
    own["properties"]["missing"] = {
        "description": own["properties"]["missing"].get("description", ""),
        "anyOf": [{"enum": sets}, _reasons()],
    }
    lists = sorted({name for book in _books().values() for name in (*book.codelists, *book.national)})
    own["properties"]["codelist"] = {"type": ["string", "null"], "default": None, "examples": lists}
    own["properties"]["standards"]["items"] = {"enum": sorted(catalog.load_standards())}
    own["allOf"] = [{"if": {"properties": {"type": {"enum": ["code", "multi"]}}, "required": ["type"]},
                     "then": {"required": ["codelist"]}}]  # fmt: skip
    return schema


def _codelist() -> Schema:
    """Return the schema of code lists in a file: a code has its label alone, or a label and attributes."""
    schema = _noun(CodeList)
    schema["properties"]["codes"] = {**_mapping({"anyOf": [_text(), {"$ref": "#/$defs/Code"}]}), "minProperties": 1}
    return schema


def _codelists() -> Schema:
    schema = _codelist()
    inner = schema.pop("$defs")
    return {**_mapping({"$ref": "#/$defs/CodeList"}), "$defs": {**inner, "CodeList": schema}}


def _indicators() -> Schema:
    schema = _by_name(Indicator)
    own = schema["$defs"]["Indicator"]
    known = sorted({name for book in _books().values() for name in book.dimensions})
    names: Schema = {"type": "string", "examples": known}
    own["properties"]["by"] = {"type": "array", "items": {"type": "array", "items": names},
                               "description": "Breakdowns; the figure without any is always made."}  # fmt: skip
    own["properties"]["of"]["items"] = names
    asked = sorted({name for book in _books().values() for name in book.multiples})
    question: Schema = {"enum": asked, "description": "A question of which several answers may be ticked."}
    own["properties"]["options"] = {"anyOf": [own["properties"]["options"], question]}
    own["properties"]["missing_of"] = {"type": "array", "items": {"type": "string"},
                                       "description": "Variables whose missing answers are the options."}  # fmt: skip
    return schema


def _coverage() -> Schema:
    return _mapping(_text(), "Statements that are printed with tables.")


def _rates() -> Schema:
    schema = _by_name(Rates)
    number = {"anyOf": [{"type": "number"}, {"type": "null"}, {"type": "string", "pattern": r"^\d+/\d+$"}]}
    schema["$defs"]["Ruling"]["properties"]["values"]["additionalProperties"] = number
    return schema


def _country() -> Schema:
    schema = _noun(Edition)
    inner, books = schema["$defs"], _books()
    codelist = _codelist()
    inner |= codelist.pop("$defs")
    inner["CodeList"] = codelist
    codes = inner["Recode"]["properties"]["codes"]
    crossing = {"type": "string", "description": "The name of a crossing between two classifications."}
    inner["Recode"]["properties"]["codes"] = {"anyOf": [codes, crossing]}
    inner["Recode"]["properties"]["digits"] = {"type": "integer", "description": "Digits of the codes of a crossing."}
    inner["Map"] = {
        "description": "Where a variable comes from: column (and codes), columns, value or compute.",
        "oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in ("Rename", "Recode", "Fixed", "Derive", "Join")],
    }
    inner["RecordMap"]["properties"]["variables"] = _mapping({"$ref": "#/$defs/Map"})
    inner["Recipe"]["properties"]["steps"] = {"type": "array", "minItems": 1, "items": {"oneOf": list(_steps())}}
    schema["properties"]["module"] = {"enum": list(books), "description": "The survey module."}
    schema["properties"]["parameters"]["description"] = "What the country chooses."
    schema["allOf"] = [_of_module(name, book) for name, book in books.items()]
    return schema


def _steps() -> Iterator[Schema]:
    """Yield each step of a recipe: one word, and what belongs to it."""
    for word, noun in STEPS.items():
        content = {"$ref": f"#/$defs/{noun.__name__}"}
        yield {"type": "object", "properties": {word: content}, "required": [word], "additionalProperties": False}


def _of_module(name: str, book: Codebook) -> Schema:
    """Return what a module adds to the schema of its countries: its records, variables, lists and parameters."""
    records = {record: {"properties": {"variables": _maps(book, record)}} for record in book.records}
    parameters = {n: {"description": f"{p.label['en']} ({p.unit})"} for n, p in book.parameters.items()}
    own = {
        "records": {"properties": records, "additionalProperties": False},
        "parameters": {"properties": parameters, "additionalProperties": False},
        "codelists": {"properties": dict.fromkeys(book.national, True), "required": list(book.national)},
    }
    wanted = ["codelists"] if book.national else []
    return {"if": {"properties": {"module": {"const": name}}}, "then": {"properties": own, "required": wanted}}


def _maps(book: Codebook, record: str) -> Schema:
    names = [*book.records[record].key, *(v.name for v in book.variables_of(record) if not v.derived)]
    known = {name: {"$ref": "#/$defs/Map", "description": pick(book.variables[name].label)} for name in names}
    return {"properties": known, "required": list(book.records[record].key), "additionalProperties": False}


def _questionnaire() -> Schema:
    schema = _noun(Questionnaire)
    schema["$defs"]["Route"]["oneOf"] = [{"required": ["when"]}, {"required": ["unless"]}]
    schema["properties"]["module"] = {"enum": catalog.modules(), "description": "The survey module."}
    schema["properties"]["languages"]["items"] = {"enum": list(LANGUAGES)}
    records = sorted({record for book in _books().values() for record in book.records})
    schema["$defs"]["Section"]["properties"]["record"] = {"enum": records}
    return schema


def _project() -> Schema:
    """Return the schema of a project file, with the names that the catalog knows."""
    schema = _noun(Project)
    own = schema["properties"]
    own["country"]["examples"] = sorted({name for name, _ in catalog.countries()})
    own["languages"]["items"] = {"enum": list(project_names("languages"))}
    for key in ("quality", "protection"):
        own[key]["anyOf"] = [{"enum": list(project_names(key))}, {"type": "null"}]
    for key in PATHS:
        for part in own[key].get("anyOf", [own[key]]):
            if part["type"] == "string":
                part["minLength"] = 1
    schema["not"] = {"properties": {"unprotected": {"const": True}, "protection": {"type": "string"}},
                     "required": ["unprotected", "protection"]}  # fmt: skip
    return schema
