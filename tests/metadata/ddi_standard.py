"""What DDI-Codebook 2.5 says of the elements that are used: their content in order, and their attributes.

Written down from the standard's own description of each element, by hand and apart from the writer. ``*`` is any
number, ``?`` at most one, ``+`` at least one; an element without content has text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

NAMESPACE = "{ddi:codebook:2_5}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

CONTENT = {
    "codeBook": "docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*",
    "docDscr": "citation? guide* docStatus* docSrc* controlledVocabUsed* notes*",
    "stdyDscr": "citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat* notes*",
    "citation": "titlStmt rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit? holdings* notes*",
    "titlStmt": "titl subTitl* altTitl* parTitl* IDNo*",
    "prodStmt": "producer* copyright? prodDate* prodPlac* software* fundAg* grantNo*",
    "verStmt": "version? verResp? notes*",
    "stdyInfo": "studyBudget* subject* abstract* sumDscr* qualityStatement? notes* exPostEvaluation*",
    "sumDscr": "timePrd* collDate* nation* geogCover* geogUnit* geoBndBox? boundPoly? anlyUnit* universe* dataKind*",
    "method": "dataColl* notes* anlyInfo? stdyClas* dataProcessing* codingInstructions*",
    "dataColl": "timeMeth* dataCollector* collectorTraining* frequenc* sampProc* sampleFrame* targetSampleSize* "
                "deviat* collMode* resInstru* instrumentDevelopment* sources? collSitu* actMin* ConOps* weight* "
                "cleanOps*",
    "fileDscr": "fileTxt* locMap? notes*",
    "fileTxt": "fileName? fileCitation? fileCont? fileStrc? dimensns? fileType? format? filePlac? dataChck* ProcStat? "
               "dataMsng? software* verStmt?",
    "fileStrc": "recGrp* notes*",
    "recGrp": "labl* recDimnsn?",
    "dimensns": "caseQnty* varQnty* logRecL* recPrCas* recNumTot*",
    "dataDscr": "varGrp* nCubeGrp* var* nCube* notes*",
    "varGrp": "labl* txt* concept* defntn* universe* notes*",
    "var": "location* labl* imputation* security* embargo* respUnit* anlysUnit* qstn* valrng* invalrng* undocCod* "
           "universe* TotlResp* sumStat* txt* stdCatgry* catgryGrp* catgry* codInstr* verStmt* concept* derivation? "
           "varFormat? geoMap* catLevel* notes*",
    "qstn": "(preQTxt|qstnLit|postQTxt|forward|backward|ivuInstr)*",
    "valrng": "(item|range)+ key* notes*",
    "invalrng": "(item|range)+ key* notes*",
    "catgryGrp": "labl* catStat* txt*",
    "catgry": "catValu? labl* txt* catStat* mrow?",
    "derivation": "drvdesc? drvcmd?",
    "item": "", "range": "", "varFormat": "",
}  # fmt: skip
TEXT = frozenset((
    "titl", "parTitl", "IDNo", "software", "version", "abstract", "collDate", "nation", "geogUnit", "anlyUnit",
    "universe", "dataKind", "notes", "sampProc", "weight", "fileName", "fileCont", "caseQnty", "varQnty", "fileType",
    "labl", "preQTxt", "qstnLit", "forward", "ivuInstr", "stdCatgry", "catValu", "concept", "drvdesc", "drvcmd",
))  # fmt: skip
ATTRIBUTES = {
    "codeBook": "version codeBookAgency", "software": "version date", "IDNo": "agency level", "abstract": "date",
    "version": "date type", "collDate": "event date cycle", "nation": "abbr", "anlyUnit": "unit",
    "universe": "level clusion",
    "dataKind": "type", "notes": "type subject level resp sdatrefs parent sameNote",
    "fileDscr": "URI sdatrefs methrefs pubrefs access", "fileStrc": "type otherType fileStrcRef",
    "recGrp": "recGrp rectype keyvar rtypeloc rtypewidth rtypevtype recidvar",
    "varGrp": "type otherType var varGrp name sdatrefs methrefs pubrefs access nCube",
    "var": "name wgt wgt-var weight qstn files vendor dcml intrvl rectype sdatrefs methrefs pubrefs access aggrMeth "
           "otherAggrMeth measUnit scale origin nature additivity otherAdditivity temporal geog geoVocab catQnty "
           "representationType otherRepresentationType",
    "qstn": "qstn var seqNo sdatrefs responseDomainType otherResponseDomainType", "forward": "qstn",
    "qstnLit": "sdatrefs", "labl": "level vendor country sdatrefs", "item": "UNITS VALUE",
    "range": "UNITS min minExclusive max maxExclusive", "stdCatgry": "date URI",
    "catgryGrp": "missing missType catgry catGrp levelno levelnm compl excls",
    "catgry": "missing missType country sdatrefs excls catgry level", "concept": "vocab vocabURI",
    "derivation": "var", "drvcmd": "syntax",
    "varFormat": "type formatname schema otherSchema category otherCategory URI",
}  # fmt: skip
REQUIRED = {"var": ("name",), "item": ("VALUE",)}
REFERENCES = {
    "recGrp": ("keyvar", "recGrp"), "varGrp": ("var", "varGrp"), "var": ("files", "qstn", "wgt-var"),
    "qstn": ("qstn", "var"), "forward": ("qstn",), "catgryGrp": ("catgry", "catGrp"), "derivation": ("var",),
}  # fmt: skip
DOMAIN = ("text", "numeric", "code", "category", "datetime", "geographic", "multiple", "other")
ONE_OF = {
    ("codeBook", "version"): ("2.5",), ("universe", "clusion"): ("I", "E"),
    ("collDate", "event"): ("start", "end", "single"),
    ("fileStrc", "type"): ("rectangular", "hierarchical", "relational", "nested", "other"),
    ("varGrp", "type"): ("section", "multipleResp", "grid", "display", "repetition", "subject", "version", "iteration",
                         "analysis", "pragmatic", "record", "file", "randomized", "other"),
    ("var", "wgt"): ("wgt", "not-wgt"), ("var", "intrvl"): ("contin", "discrete"),
    ("var", "representationType"): ("text", "numeric", "code", "datetime", "other"),
    ("qstn", "responseDomainType"): DOMAIN, ("range", "UNITS"): ("INT", "REAL"), ("item", "UNITS"): ("INT", "REAL"),
    ("catgry", "missing"): ("Y", "N"), ("varFormat", "type"): ("numeric", "character"),
    ("varFormat", "schema"): ("SAS", "SPSS", "IBM", "ANSI", "ISO", "XML-Data", "other"),
}  # fmt: skip
NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def faults(document: bytes) -> list[str]:
    """Return what is not as the standard says."""
    root = fromstring(document)
    ids = Counter(node.get("ID", "") for node in root.iter() if "ID" in node.attrib)
    found = [f"identifier {one!r}" for one, times in ids.items() if not NCNAME.fullmatch(one) or times > 1]
    known = set(ids)
    for node in root.iter():
        found += _faults(node, known)
    return found


def _faults(node: Element, ids: set[str]) -> Iterator[str]:
    name = node.tag.removeprefix(NAMESPACE)
    if node.tag == name or name not in {*CONTENT, *TEXT}:
        yield f"element {node.tag}"
        return
    children = "".join(f"{child.tag.removeprefix(NAMESPACE)} " for child in node)
    if not PATTERNS[name].fullmatch(children):
        yield f"content of {name}: {children}"
    if name in CONTENT and (node.text or "").strip():
        yield f"text in {name}"
    allowed = {"ID", LANG, *ATTRIBUTES.get(name, "").split(), *([LOCATION] if name == "codeBook" else [])}
    yield from (f"attribute {one} of {name}" for one in node.attrib if one not in allowed)
    yield from (f"{name} without {one}" for one in REQUIRED.get(name, ()) if one not in node.attrib)
    for one, value in node.attrib.items():
        if value not in ONE_OF.get((name, one), (value,)):
            yield f"{one} of {name} is {value}"
    for one in REFERENCES.get(name, ()):
        yield from (f"{one} of {name} to {ref}" for ref in node.get(one, "").split() if ref not in ids)


def _particle(part: str) -> str:
    """Turn ``labl*`` into a pattern of names that a space ends."""
    tail = part[-1] if part[-1] in "*+?" else ""
    return f"(?:{part.removesuffix(tail).strip('()').replace('|', ' |')} ){tail}"


PATTERNS = {name: re.compile("".join(_particle(part) for part in CONTENT.get(name, "").split()))
            for name in (*CONTENT, *TEXT)}  # fmt: skip
