"""The words of the workbook and the report that no codebook owns."""

from __future__ import annotations

from lfs_migration.model.noun import Text
from lfs_migration.publish.words_of_findings import FINDINGS
from lfs_migration.publish.words_of_protection import PROTECTION
from lfs_migration.publish.words_of_weights import WEIGHTS
from lfs_migration.text import pick
from lfs_migration.validate.words import SAID

MODULE: dict[str, Text] = {
    "subject": {
        "en": "Statistics from a sample survey",
        "fr": "Statistiques tirées d'une enquête par sondage",
        "es": "Estadísticas de una encuesta por muestreo",
    },
    "units": {"en": "households", "fr": "ménages", "es": "hogares"},
    "sample_units": {"en": "Sample households", "fr": "Ménages de l'échantillon", "es": "Hogares de la muestra"},
    "unseen": {
        "en": "those whom nobody could report",
        "fr": "les personnes que nul n'a pu déclarer",
        "es": "las personas que nadie pudo declarar",
    },
}
"""What phrases say of a survey that has no codebook; a module's own words stand under ``words`` in its YAML."""

PHRASES: dict[str, dict[str, str]] = {
    "and": {"en": "{first} and {last}", "fr": "{first} et {last}", "es": "{first} y {last}"},
    "by": {"en": "by {what}", "fr": "par {what}", "es": "por {what}"},
    "named": {"en": "{name}: {what}", "fr": "{name}\u00a0: {what}", "es": "{name}: {what}"},
    "contents": {"en": "Contents", "fr": "Sommaire", "es": "Índice"},
    "cover": {"en": "Cover", "fr": "Présentation", "es": "Portada"},
    "back": {"en": "Back to the contents", "fr": "Retour au sommaire", "es": "Volver al índice"},
    "overall": {"en": "overall", "fr": "ensemble", "es": "conjunto"},
    "key": {"en": "Key figures", "fr": "Chiffres clés", "es": "Cifras clave"},
    "survey": {"en": "Survey", "fr": "Enquête", "es": "Encuesta"},
    "table": {"en": "Table", "fr": "Tableau", "es": "Cuadro"},
    "sheet": {"en": "Sheet", "fr": "Feuille", "es": "Hoja"},
    "indicator": {"en": "Indicator", "fr": "Indicateur", "es": "Indicador"},
    "figures": {"en": "Figures", "fr": "Valeurs", "es": "Valores"},
    "unfold": {
        "en": "Show the table of {count} figures",
        "fr": "Afficher le tableau de {count} valeurs",
        "es": "Mostrar el cuadro de {count} valores",
    },
    "suppressed": {"en": "Not published", "fr": "Non publiées", "es": "No publicados"},
    "statistic": {"en": "Statistic", "fr": "Statistique", "es": "Estadístico"},
    "unit": {"en": "Unit", "fr": "Unité", "es": "Unidad"},
    "estimate": {"en": "Estimate", "fr": "Estimation", "es": "Estimación"},
    "se": {"en": "Standard error", "fr": "Erreur type", "es": "Error estándar"},
    "cv": {"en": "CV", "fr": "CV", "es": "CV"},
    "cv_long": {
        "en": "Coefficient of variation",
        "fr": "Coefficient de variation",
        "es": "Coeficiente de variación",
    },
    "interval": {"en": "95% interval", "fr": "Intervalle à 95 %", "es": "Intervalo del 95 %"},
    "low": {"en": "Lower limit 95%", "fr": "Borne inférieure 95 %", "es": "Límite inferior 95 %"},
    "high": {"en": "Upper limit 95%", "fr": "Borne supérieure 95 %", "es": "Límite superior 95 %"},
    "range": {"en": "{low} to {high}", "fr": "{low} à {high}", "es": "{low} a {high}"},
    "n": {"en": "Sample n", "fr": "n de l'échantillon", "es": "n de la muestra"},
    "households": {"en": "{sample_units}", "fr": "{sample_units}", "es": "{sample_units}"},
    "df": {"en": "Degrees of freedom", "fr": "Degrés de liberté", "es": "Grados de libertad"},
    "flag": {"en": "Flag", "fr": "Signal", "es": "Señal"},
    "picture": {"en": "Estimate and interval", "fr": "Estimation et intervalle", "es": "Estimación e intervalo"},
    "coverage": {"en": "Coverage", "fr": "Champ", "es": "Cobertura"},
    "notes": {"en": "Notes", "fr": "Notes", "es": "Notas"},
    "source": {"en": "Source", "fr": "Source", "es": "Fuente"},
    "empty": {
        "en": "This table has no figures.",
        "fr": "Ce tableau n'a aucune valeur.",
        "es": "Este cuadro no tiene valores.",
    },
    "subject": {"en": "{subject}", "fr": "{subject}", "es": "{subject}"},
    "synthetic_banner": {"en": "Synthetic data", "fr": "Données synthétiques", "es": "Datos sintéticos"},
    "synthetic_notice": {
        "en": "These figures come from generated records. They describe no country and must not be cited.",
        "fr": "Ces chiffres proviennent de données générées. Ils ne décrivent aucun pays et ne doivent pas être cités.",
        "es": "Estas cifras provienen de registros generados. No describen ningún país y no deben citarse.",
    },
    "flags": {"en": "What the flags mean", "fr": "Sens des signaux", "es": "Significado de las señales"},
    "flag_publish": {
        "en": "Precise enough to be used.",
        "fr": "Assez précis pour être utilisé.",
        "es": "Con precisión suficiente para su uso.",
    },
    "flag_caution": {
        "en": "Use with caution: the sample behind the figure is small, or its interval is wide.",
        "fr": "À utiliser avec prudence : échantillon réduit ou intervalle large.",
        "es": "Usar con cautela: la muestra es pequeña o el intervalo es amplio.",
    },
    "flag_suppress": {
        "en": "Not published: too few in the sample, or too imprecise.",
        "fr": "Non publié : échantillon trop petit ou valeur trop imprécise.",
        "es": "No publicado: muestra insuficiente o poca precisión.",
    },
    "flag_none": {
        "en": "No figure: nothing in the sample to compute it from.",
        "fr": "Pas de valeur : rien dans l'échantillon pour la calculer.",
        "es": "Sin valor: nada en la muestra con que calcularlo.",
    },
    "caution": {"en": "use with caution", "fr": "à utiliser avec prudence", "es": "usar con cautela"},
    "withheld": {"en": "not published", "fr": "non publié", "es": "no publicado"},
    "quality": {"en": "Quality of the figures", "fr": "Qualité des chiffres", "es": "Calidad de las cifras"},
    "when": {"en": "Given when any of:", "fr": "Dès que l'une de ces conditions est vraie :", "es": "Si se cumple:"},
    "rule_words": {
        "en": "cv is the standard error over the estimate, n the rows and households the {units} of the sample "
        "behind a figure, df its degrees of freedom, unknown_share the weighted share whose answer is not known.",
        "fr": "cv est l'erreur type sur l'estimation, n et households les lignes et les {units} de l'échantillon "
        "derrière la valeur, df ses degrés de liberté, unknown_share la part pondérée des réponses inconnues.",
        "es": "cv es el error estándar sobre la estimación, n y households las filas y los {units} de la muestra "
        "tras el valor, df sus grados de libertad, unknown_share la parte ponderada de respuestas desconocidas.",
    },
    "calibrated_to": {
        "en": "Weights are calibrated to known totals of {margins}; standard errors are of what these do not explain.",
        "fr": "Les poids sont calés sur les totaux connus de {margins} ; les erreurs types sont celles de ce qu'ils "
        "n'expliquent pas.",
        "es": "Los pesos están calibrados a totales conocidos de {margins}; los errores estándar son los de lo que "
        "estos no explican.",
    },
    "step": {"en": "Step", "fr": "Étape", "es": "Paso"},
    "measure": {"en": "Measure", "fr": "Mesure", "es": "Medida"},
    "category": {"en": "Category", "fr": "Catégorie", "es": "Categoría"},
    "value": {"en": "Value", "fr": "Valeur", "es": "Valor"},
    "method": {"en": "Method", "fr": "Méthode", "es": "Método"},
    "method_text": {
        "en": "Estimates are weighted with the survey weights. Standard errors come from Taylor linearisation over "
        "primary sampling units within strata. Intervals have a level of 95%: of Student's t for totals, means and "
        "ratios, and on the logit scale for shares, so that they stay between 0 and 100 per cent. Small groups are "
        "estimated as domains of the whole sample: every sampling unit of the files counts for the error. Shares of a "
        "distribution are of the known answers and sum to 100; the line for what is not known is a share of all "
        "rows, unless the table says that its shares are over all. An interval covers "
        "sampling error alone, not wrong answers, nor {unseen}.",
        "fr": "Les estimations utilisent les poids de l'enquête. Les erreurs types viennent de la linéarisation de "
        "Taylor sur les unités primaires au sein des strates. Les intervalles ont un niveau de 95 % : loi de Student "
        "pour les totaux, moyennes et rapports, échelle logit pour les parts, qui restent ainsi entre 0 et 100 pour "
        "cent. Les petits groupes sont des domaines de l'échantillon entier. Les parts d'une répartition portent sur "
        "les réponses connues et totalisent 100 ; la ligne « non connu » est une part de toutes les lignes, sauf si le "
        "tableau dit que ses parts portent sur toutes. Un intervalle ne couvre que l'erreur "
        "d'échantillonnage, ni les réponses fausses, ni {unseen}.",
        "es": "Las estimaciones usan los pesos de la encuesta. Los errores estándar provienen de la linealización de "
        "Taylor sobre las unidades primarias dentro de los estratos. Los intervalos son del 95 %: t de Student para "
        "totales, medias y razones, y escala logit para proporciones, que quedan así entre 0 y 100 por ciento. Los "
        "grupos pequeños son dominios de toda la muestra. Las proporciones de una distribución son de las respuestas "
        "conocidas y suman 100; la línea de lo no especificado es una proporción de todas las filas, salvo que el "
        "cuadro diga que las suyas son sobre todas. Un intervalo solo cubre el error de muestreo, no las "
        "respuestas erróneas ni {unseen}.",
    },
    "design": {
        "en": "Weight {weight}, stratum {stratum}, primary sampling unit {psu}; strata with one unit: {singletons}.",
        "fr": "Poids {weight}, strate {stratum}, unité primaire {psu} ; strates d'une seule unité : {singletons}.",
        "es": "Peso {weight}, estrato {stratum}, unidad primaria {psu}; estratos de una sola unidad: {singletons}.",
    },
    "checks": {"en": "Checks of the records", "fr": "Contrôles des données", "es": "Controles de los registros"},
    "checks_none": {
        "en": "No rule found anything.",
        "fr": "Aucune règle n'a rien trouvé.",
        "es": "Ninguna regla encontró nada.",
    },
    "rule": {"en": "Rule", "fr": "Règle", "es": "Regla"},
    "check": {"en": "What it checks", "fr": "Objet du contrôle", "es": "Qué controla"},
    "severity": {"en": "Severity", "fr": "Gravité", "es": "Gravedad"},
    "error": {"en": "error", "fr": "erreur", "es": "error"},
    "warning": {"en": "warning", "fr": "avertissement", "es": "aviso"},
    "found": {"en": "Found", "fr": "Trouvés", "es": "Hallados"},
    "checked": {"en": "Rows judged", "fr": "Lignes jugées", "es": "Filas juzgadas"},
    "made": {"en": "How this was made", "fr": "Comment ceci a été produit", "es": "Cómo se produjo"},
    "file": {"en": "File", "fr": "Fichier", "es": "Archivo"},
    "record": {"en": "Record", "fr": "Enregistrement", "es": "Registro"},
    "rows": {"en": "Rows", "fr": "Lignes", "es": "Filas"},
    "made_text": {
        "en": "Made with lfs_migration {version}. manifest.json, beside this file, gives the full account: hashes "
        "of inputs and outputs, versions, steps and seed. tables.csv and tables.xlsx hold every figure shown here.",
        "fr": "Produit avec lfs_migration {version}. Le fichier manifest.json joint donne tous les détails : "
        "empreintes, versions, étapes et graine. tables.csv et tables.xlsx contiennent toutes les valeurs.",
        "es": "Producido con lfs_migration {version}. El archivo manifest.json adjunto da todos los detalles: "
        "huellas, versiones, pasos y semilla. tables.csv y tables.xlsx contienen todos los valores.",
    },
}
PHRASES |= WEIGHTS | PROTECTION | {f"rule_{check}": said.label for check, said in SAID.items()} | FINDINGS

STATISTICS: dict[str, dict[str, str]] = {
    "total": {"en": "Number", "fr": "Nombre", "es": "Número"},
    "count": {"en": "Number", "fr": "Nombre", "es": "Número"},
    "share": {"en": "Share", "fr": "Part", "es": "Proporción"},
    "proportion": {"en": "Share", "fr": "Part", "es": "Proporción"},
    "distribution": {"en": "Share", "fr": "Part", "es": "Proporción"},
    "mean": {"en": "Mean", "fr": "Moyenne", "es": "Media"},
    "median": {"en": "Median", "fr": "Médiane", "es": "Mediana"},
    "ratio": {"en": "Ratio", "fr": "Rapport", "es": "Razón"},
    "rate": {"en": "Rate", "fr": "Taux", "es": "Tasa"},
    "number": {"en": "Number", "fr": "Nombre", "es": "Número"},
    "total of": {"en": "Total", "fr": "Total", "es": "Total"},
    "share of": {"en": "Share", "fr": "Part", "es": "Proporción"},
    "percentile": {"en": "Percentile {value}", "fr": "Centile {value}", "es": "Percentil {value}"},
    "relative rate": {"en": "Relative rate", "fr": "Taux relatif", "es": "Tasa relativa"},
    "index": {"en": "Index", "fr": "Indice", "es": "Índice"},
    "difference": {"en": "Difference", "fr": "Écart", "es": "Diferencia"},
}
"""Names of the statistics, by the word that the tables carry; some go on, with a variable or a number."""

UNITS: dict[str, dict[str, str]] = {
    "persons": {"en": "persons", "fr": "personnes", "es": "personas"},
    "households": {"en": "households", "fr": "ménages", "es": "hogares"},
    "per cent": {"en": "per cent", "fr": "pour cent", "es": "por ciento"},
    "per 1000": {"en": "per 1,000", "fr": "pour 1 000", "es": "por 1.000"},
    "years": {"en": "years", "fr": "années", "es": "años"},
    "months": {"en": "months", "fr": "mois", "es": "meses"},
    "persons per household": {"en": "persons per household", "fr": "personnes par ménage", "es": "personas por hogar"},
    "per cent of row": {"en": "per cent of the row", "fr": "pour cent de la ligne", "es": "por ciento de la fila"},
    "per cent of amount": {"en": "per cent of the amount", "fr": "pour cent du montant", "es": "por ciento del monto"},
    "per cent of cost": {"en": "per cent of the cost", "fr": "pour cent du coût", "es": "por ciento del costo"},
    "percentage points": {"en": "percentage points", "fr": "points de pourcentage", "es": "puntos porcentuales"},
    "men per 100 women": {"en": "men per 100 women", "fr": "hommes pour 100 femmes", "es": "hombres por 100 mujeres"},
    "index from 0 to 1": {"en": "index from 0 to 1", "fr": "indice de 0 à 1", "es": "índice de 0 a 1"},
    "ratio": {"en": "ratio", "fr": "rapport", "es": "razón"},
    "months of earnings": {"en": "months of earnings", "fr": "mois de gains", "es": "meses de ingresos"},
    "national currency per 12 months": {
        "en": "national currency per 12 months",
        "fr": "monnaie nationale par 12 mois",
        "es": "moneda nacional por 12 meses",
    },
    "United States dollars per 12 months": {
        "en": "United States dollars per 12 months",
        "fr": "dollars des États-Unis par 12 mois",
        "es": "dólares de los Estados Unidos por 12 meses",
    },
    "local currency per month": {
        "en": "local currency per month",
        "fr": "monnaie locale par mois",
        "es": "moneda local por mes",
    },
}
"""Names of the units; another unit is shown as the indicator writes it."""


def phrase(name: str, language: str = "en", /, **values: str) -> str:
    """Return one of :data:`PHRASES` with its values; what it says of the survey is in :data:`MODULE` without one.

    Examples
    --------
    >>> phrase("by", "fr", what="sexe")
    'par sexe'
    """
    own = {key: pick(text, language) for key, text in MODULE.items()}
    return pick(PHRASES[name], language).format(**{**own, **values})


def statistic_name(statistic: str, language: str = "en") -> str:
    """Return the name of a statistic.

    Examples
    --------
    >>> statistic_name("total"), statistic_name("share", "es"), statistic_name("first_decile")
    ('Number', 'Proporción', 'First decile')
    >>> statistic_name("total of hh_rem_year"), statistic_name("percentile 80", "fr")
    ('Total', 'Centile 80')
    """
    words, value = STATISTICS.get(statistic), ""
    if words is None:  # of what it is, the table's title says
        start, _, value = statistic.rpartition(" ")
        words = STATISTICS.get(start)
    if words is not None:
        return pick(words, language).format(value=value)
    spaced = statistic.replace("_", " ")
    return spaced[:1].upper() + spaced[1:]


def unit_name(unit: str, language: str = "en") -> str:
    """Return the name of a unit."""
    words = UNITS.get(unit)
    return unit if words is None else pick(words, language)


def page_language(language: str) -> str:
    """Return the language of the page's own words: ``language`` where they exist in it, or English.

    Examples
    --------
    >>> page_language("fr"), page_language("hy")
    ('fr', 'en')
    """
    return language if language in PHRASES["contents"] else "en"
