"""Makes a form with pyxform and interviews with it, by the engine of ODK Collect.

A program of its own: the Python that runs it has pyxform and JPype, which the project's has not. It reads a job (JSON)
from standard input and writes the result to standard output.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path


def main() -> None:
    import jpype
    import jpype.imports
    import pyxform
    from pyxform.xls2xform import convert

    jar = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
    job = json.load(sys.stdin)
    made = convert(job["form"], validate=True)
    result = {"warnings": made.warnings, "xform": made.xform}
    if "interviews" in job:
        jpype.startJVM("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", classpath=[str(jar)])  # it ends before they pay
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "form.xml"
            path.write_text(made.xform, encoding="utf-8")
            result["interviews"] = [held(path, answers) for answers in job["interviews"]]
    json.dump(result, sys.stdout)


def held(path: Path, answers: dict) -> dict:
    """Hold one interview: the questions in the order of the engine, refusals of answers, and what the form computes.

    ``answers`` has for each question a list, one answer a row, and under ``rows`` how often an open repeat is asked.
    """
    from org.javarosa.core.model.instance import InstanceInitializationFactory
    from org.javarosa.form.api import FormEntryController, FormEntryModel
    from org.javarosa.model.xform import XFormsModule
    from org.javarosa.xform.util import XFormUtils

    XFormsModule().registerModule()
    form = XFormUtils.getFormFromFormXml(str(path), None)
    form.initialize(True, InstanceInitializationFactory())
    model = FormEntryModel(form)
    controller = FormEntryController(model)
    asked, refused = [], []
    while True:
        event = controller.stepToNextEvent()
        if event == FormEntryController.EVENT_END_OF_FORM:
            break
        index = model.getFormIndex()
        if event == FormEntryController.EVENT_PROMPT_NEW_REPEAT:
            name, row = step(index)
            if row < answers["rows"][name]:
                controller.newRepeat()
        if event == FormEntryController.EVENT_QUESTION:
            name, _ = step(index)
            prompt = model.getQuestionPrompt()
            if prompt.isReadOnly():
                continue
            row = row_of(index)
            given = answers[name][row]
            asked.append([name, row])
            if given is not None and str(controller.answerQuestion(index, value(given, prompt), True)) != "0":
                refused.append([name, row, given])
    return {"asked": asked, "refused": refused, "computed": computed(form)}


def step(index) -> tuple[str, int]:
    reference = index.getReference()
    return str(reference.getNameLast()), int(reference.getMultLast())


def row_of(index) -> int:
    """Number of the row of the repeat that a question stands in; 0 outside."""
    reference = index.getReference()
    return max(int(reference.getMultiplicity(level)) for level in range(reference.size()))


def value(given, prompt):
    from java.util import ArrayList
    from org.javarosa.core.model import Constants
    from org.javarosa.core.model.data import DecimalData, IntegerData, MultipleItemsData, SelectOneData, StringData

    if prompt.getControlType() == Constants.CONTROL_SELECT_ONE:
        return SelectOneData(choice(prompt, given))
    if prompt.getControlType() == Constants.CONTROL_SELECT_MULTI:
        ticked = ArrayList()
        for one in given:
            ticked.add(choice(prompt, one))
        return MultipleItemsData(ticked)
    kind = prompt.getDataType()
    if kind == Constants.DATATYPE_INTEGER:
        return IntegerData(int(given))
    return DecimalData(float(given)) if kind == Constants.DATATYPE_DECIMAL else StringData(str(given))


def choice(prompt, given):
    """The choice of a code: an answer that is not on the list stops the interview."""
    found = [one for one in prompt.getSelectChoices() if str(one.getValue()) == str(given)]
    return found[0].selection()


def computed(form) -> dict:
    """What every node holds at the end, by name, in the order of the rows."""
    out: dict[str, list] = {}

    def walk(element):
        for number in range(element.getNumChildren()):
            child = element.getChildAt(number)
            if int(child.getMult()) < 0:
                continue  # the template of a repeat
            data = child.getValue()
            relevant = bool(child.isRelevant())
            shown = None if data is None or not relevant else str(data.uncast().getString())
            out.setdefault(str(child.getName()), []).append(shown)
            walk(child)

    walk(form.getMainInstance().getRoot())
    return out


if __name__ == "__main__":
    main()
