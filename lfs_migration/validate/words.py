"""What the checks say that no rule of a codebook makes: in general, of one variable, what to do, and after whom."""

from __future__ import annotations

from dataclasses import dataclass, field

from lfs_migration.model.noun import Text
from lfs_migration.model.rules import Severity


@dataclass(frozen=True)
class Said:
    """What a check says.

    Parameters
    ----------
    label : Text
        What it finds.
    remedy : Text
        What to do.
    message : Text
        What it finds in one case, with names in braces; empty is the label.
    severity : str
    reference : str
        Source of the check.
    """

    label: Text
    remedy: Text
    message: Text = field(default_factory=dict)
    severity: Severity = "error"
    reference: str = ""


UNECE = "UNECE, Generic Statistical Data Editing Model (2019): review of validity and of consistency"
DESIGN = "United Nations, Designing Household Survey Samples: Practical Guidelines (2005), chapters 3 and 6"
ROUTES = "ILO, Labour force survey questionnaire toolkit: universe and skips of each question"

_ANSWER: Text = {
    "en": "Check the answer in the questionnaire",
    "fr": "Vérifier la réponse dans le questionnaire",
    "es": "Revise la respuesta en el cuestionario",
}
_MEND: Text = {
    "en": "Mend it: nothing can be estimated",
    "fr": "À corriger : rien ne peut être estimé",
    "es": "Corríjalo: no se puede estimar nada",
}

SAID: dict[str, Said] = {
    "codes": Said(
        {"en": "Not a code of the list", "fr": "Code absent de la liste", "es": "Código fuera de la lista"},
        _ANSWER,
        {
            "en": "Not a code of the list: {name}",
            "fr": "Code absent de la liste : {name}",
            "es": "Código fuera de la lista: {name}",
        },
        reference=UNECE,
    ),
    "range": Said(
        {"en": "Outside the allowed range", "fr": "Hors des limites admises", "es": "Fuera de los límites admitidos"},
        _ANSWER,
        {
            "en": "Outside the allowed range: {name}",
            "fr": "Hors des limites admises : {name}",
            "es": "Fuera de los límites admitidos: {name}",
        },
        reference=UNECE,
    ),
    "pattern": Said(
        {
            "en": "Not written as it must be",
            "fr": "N'est pas écrit comme il faut",
            "es": "No está escrito como corresponde",
        },
        _ANSWER,
        {
            "en": "Not written as it must be: {name}",
            "fr": "N'est pas écrit comme il faut : {name}",
            "es": "No está escrito como corresponde: {name}",
        },
        reference=UNECE,
    ),
    "missing_key": Said(
        {"en": "The key is not complete", "fr": "La clé est incomplète", "es": "La clave está incompleta"},
        {"en": "Fill the identifiers", "fr": "Compléter les identifiants", "es": "Complete los identificadores"},
        reference=UNECE,
    ),
    "duplicate_key": Said(
        {
            "en": "Several rows have the same key",
            "fr": "Plusieurs lignes ont la même clé",
            "es": "Varias filas tienen la misma clave",
        },
        {"en": "Keep the right one", "fr": "Garder la bonne", "es": "Conserve la correcta"},
        reference=UNECE,
    ),
    "orphan": Said(
        {
            "en": "The household of the row is not in the data; the row is in no estimate",
            "fr": "Le ménage de la ligne n'est pas dans les données ; la ligne n'entre dans aucune estimation",
            "es": "El hogar de la fila no está en los datos; la fila no entra en ninguna estimación",
        },
        {
            "en": "Correct the identifier, or add the {parent}",
            "fr": "Corriger l'identifiant, ou ajouter l'enregistrement {parent}",
            "es": "Corrija el identificador, o agregue el registro {parent}",
        },
        {
            "en": "No {parent} has this key; the row is in no estimate",
            "fr": "Aucun enregistrement {parent} n'a cette clé ; la ligne n'entre dans aucune estimation",
            "es": "Ningún registro {parent} tiene esta clave; la fila no entra en ninguna estimación",
        },
        reference=UNECE,
    ),
    "no_rows": Said(
        {
            "en": "A household without a row of a resident",
            "fr": "Un ménage sans aucune ligne de résident",
            "es": "Un hogar sin ninguna fila de residente",
        },
        {
            "en": "Look for its rows in the {child} file, or say in the result of the interview that there was none",
            "fr": "Chercher ses lignes dans le fichier {child}, ou dire dans le résultat qu'il n'y en a pas",
            "es": "Busque sus filas en el archivo {child}, o indique en el resultado que no hubo entrevista",
        },
        {
            "en": "A household without any {child} row",
            "fr": "Un ménage sans aucune ligne {child}",
            "es": "Un hogar sin ninguna fila {child}",
        },
        severity="warning",
        reference=UNECE,
    ),
    "weight": Said(
        {
            "en": "The weight is missing or negative",
            "fr": "Poids manquant ou négatif",
            "es": "Factor ausente o negativo",
        },
        _MEND,
        reference=DESIGN,
    ),
    "zero_weight": Said(
        {
            "en": "The weight is zero: the row counts for nothing",
            "fr": "Poids nul : la ligne ne compte pas",
            "es": "Factor cero: la fila no cuenta",
        },
        {"en": "Check that this is meant", "fr": "Vérifier que c'est voulu", "es": "Compruebe que es lo que se quiere"},
        severity="warning",
        reference=DESIGN,
    ),
    "weight_differs": Said(
        {
            "en": "Rows of one household have different weights, though the weight is the household's",
            "fr": "Des lignes d'un même ménage ont des poids différents, alors que le poids est celui du ménage",
            "es": "Filas de un mismo hogar tienen factores distintos, aunque el factor es el del hogar",
        },
        {
            "en": "Find out which is right, or declare a weight of the rows' own in the design",
            "fr": "Trouver le bon poids, ou déclarer dans le plan un poids propre aux lignes",
            "es": "Averigüe cuál es el correcto, o declare en el diseño un factor propio de las filas",
        },
        {
            "en": "Rows of one {home} have different weights, though the weight is that of the {home}",
            "fr": "Des lignes d'un même enregistrement {home} ont des poids différents, alors que le poids est le sien",
            "es": "Filas de un mismo registro {home} tienen factores distintos, aunque el factor es el suyo",
        },
        reference=DESIGN,
    ),
    "design": Said(
        {
            "en": "Stratum or primary sampling unit missing",
            "fr": "Strate ou unité primaire manquante",
            "es": "Falta el estrato o la unidad primaria",
        },
        _MEND,
        {"en": "{name} is missing", "fr": "{name} manque", "es": "Falta {name}"},
        reference=DESIGN,
    ),
    "psu_in_two_strata": Said(
        {
            "en": "The primary sampling unit is in another stratum too",
            "fr": "L'unité primaire est aussi dans une autre strate",
            "es": "La unidad primaria está también en otro estrato",
        },
        {
            "en": "Correct the stratum, or number the units anew in each stratum",
            "fr": "Corriger la strate, ou numéroter les unités à nouveau dans chaque strate",
            "es": "Corrija el estrato, o numere las unidades de nuevo en cada estrato",
        },
        reference=DESIGN,
    ),
    "single_psu": Said(
        {
            "en": "A stratum with one primary sampling unit: its share of the variance cannot be estimated",
            "fr": "Une strate avec une seule unité primaire : sa part de la variance ne peut être estimée",
            "es": "Un estrato con una sola unidad primaria: su parte de la varianza no puede estimarse",
        },
        {
            "en": "Look for lost units, join the stratum to a similar one, or say in the design how it is treated",
            "fr": "Chercher les unités perdues, joindre la strate à une semblable, ou dire dans le plan son traitement",
            "es": "Busque unidades perdidas, una el estrato a uno similar, o diga en el diseño cómo se trata",
        },
        severity="warning",
        reference=DESIGN,
    ),
    "routing_answered": Said(
        {
            "en": "Answered by somebody whom the question was not for",
            "fr": "Réponse à une question qui n'était pas à poser",
            "es": "Respuesta a una pregunta que no correspondía",
        },
        {
            "en": "Check the answers that lead to the question",
            "fr": "Vérifier les réponses qui mènent à la question",
            "es": "Revise las respuestas que llevan a la pregunta",
        },
        {
            "en": "{name} is answered, but the question is only for: {universe}",
            "fr": "{name} a une réponse, mais la question n'est que pour : {universe}",
            "es": "{name} tiene respuesta, pero la pregunta es solo para: {universe}",
        },
        reference=ROUTES,
    ),
    "routing_blank": Said(
        {
            "en": "Empty, though the question was to be asked",
            "fr": "Vide, alors que la question était à poser",
            "es": "Vacía, aunque correspondía preguntar",
        },
        {
            "en": "Enter the answer, or the code for an absent one",
            "fr": "Saisir la réponse, ou le code d'une réponse absente",
            "es": "Anote la respuesta, o el código de una ausente",
        },
        {
            "en": "{name} is empty, but the question is for: {universe}",
            "fr": "{name} est vide, mais la question est pour : {universe}",
            "es": "{name} está vacía, pero la pregunta es para: {universe}",
        },
        reference=ROUTES,
    ),
    "unmatched_code": Said(
        {
            "en": "A national code that no map names; it counts as not known",
            "fr": "Code national sans correspondance ; compté comme non connu",
            "es": "Código nacional sin correspondencia; cuenta como no especificado",
        },
        {
            "en": "Add it under codes, or list it as missing",
            "fr": "L'ajouter sous codes, ou le déclarer manquant",
            "es": "Agréguelo en codes, o declárelo ausente",
        },
        {
            "en": "{column}: code {value} has no target",
            "fr": "{column} : le code {value} est sans correspondance",
            "es": "{column}: el código {value} no tiene correspondencia",
        },
        reference=UNECE,
    ),
    "declared_missing": Said(
        {
            "en": "A code that the file declares missing is taken for an answer",
            "fr": "Un code que le fichier déclare manquant est pris pour une réponse",
            "es": "Un código que el archivo declara ausente se toma por una respuesta",
        },
        {
            "en": "List it as missing in the country's file, or find out why the office's file declares it so",
            "fr": "Le déclarer manquant dans le fichier du pays, ou chercher pourquoi l'office le déclare tel",
            "es": "Declárelo ausente en el archivo del país, o averigüe por qué la oficina lo declara así",
        },
        {
            "en": "{column}: the file declares {value} missing, and the map takes it for an answer",
            "fr": "{column} : le fichier déclare {value} manquant, et la correspondance en fait une réponse",
            "es": "{column}: el archivo declara {value} ausente, y la correspondencia lo toma por respuesta",
        },
        severity="warning",
        reference=UNECE,
    ),
    "doubt": Said(
        {
            "en": "The text of a file may have been read in another encoding than it was written in",
            "fr": "Le texte d'un fichier a peut-être été lu dans un autre codage que celui de son écriture",
            "es": "El texto de un archivo quizá se leyó con otra codificación que la de su escritura",
        },
        {
            "en": "Name the file's encoding in the country's file",
            "fr": "Indiquer le codage du fichier dans le fichier du pays",
            "es": "Indique la codificación del archivo en el archivo del país",
        },
        severity="warning",
        reference=UNECE,
    ),
    "broken_rule": Said(
        {
            "en": "A rule that cannot be computed on these data; it judged nothing",
            "fr": "Une règle qui ne peut être calculée sur ces données ; elle n'a rien jugé",
            "es": "Una regla que no puede calcularse con estos datos; no juzgó nada",
        },
        {
            "en": "Correct the rule, or the types of the variables that it names",
            "fr": "Corriger la règle, ou les types des variables qu'elle nomme",
            "es": "Corrija la regla, o los tipos de las variables que nombra",
        },
        reference=UNECE,
    ),
}
"""Every check that no rule of a codebook makes, by id."""


def said(check: str, **names: object) -> tuple[Text, Text]:
    """Return what a check finds in one case, and what to do, in each language.

    Examples
    --------
    >>> said("design", name="stratum")[0]["en"]
    'stratum is missing'
    """
    one = SAID[check]
    label, remedy = one.message or one.label, one.remedy
    return (
        {language: text.format(**names) for language, text in label.items()},
        {language: text.format(**names) for language, text in remedy.items()},
    )
