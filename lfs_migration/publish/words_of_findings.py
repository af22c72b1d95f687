"""What the files of findings say beside the rules' own labels."""

from __future__ import annotations

FINDINGS: dict[str, dict[str, str]] = {
    "findings": {"en": "Findings of validation", "fr": "Constats de la validation", "es": "Hallazgos de la validación"},
    "findings_own": {
        "en": "For the office's own use: this file names households and lines. Do not publish it.",
        "fr": "Pour l'usage interne de l'office : ce fichier nomme des ménages et des lignes. Ne pas le publier.",
        "es": "Para uso interno de la oficina: este archivo nombra hogares y líneas. No lo publique.",
    },
    "findings_lead": {
        "en": "Which interview to look at, and why",
        "fr": "Quelle interview revoir, et pourquoi",
        "es": "Qué entrevista revisar, y por qué",
    },
    "errors": {"en": "Errors", "fr": "Erreurs", "es": "Errores"},
    "warnings": {"en": "Warnings", "fr": "Avertissements", "es": "Avisos"},
    "accepted": {"en": "Accepted", "fr": "Acceptés", "es": "Aceptados"},
    "rules_failing": {
        "en": "Rules with findings",
        "fr": "Règles avec constats",
        "es": "Reglas con hallazgos",
    },
    "of_all": {"en": "{count} of {whole}", "fr": "{count} sur {whole}", "es": "{count} de {whole}"},
    "not_made": {"en": "Rules that broke", "fr": "Règles en panne", "es": "Reglas que fallaron"},
    "not_made_text": {
        "en": "They could not be computed and judged nothing. No other rule suffered.",
        "fr": "Elles n'ont pas pu être calculées et n'ont rien jugé. Aucune autre n'en a souffert.",
        "es": "No pudieron calcularse y no juzgaron nada. Ninguna otra se vio afectada.",
    },
    "skipped": {"en": "Rules not run", "fr": "Règles non appliquées", "es": "Reglas no aplicadas"},
    "skipped_text": {
        "en": "What they need was not asked, or not given.",
        "fr": "Ce qu'il leur faut n'a pas été demandé, ou pas donné.",
        "es": "Lo que necesitan no se preguntó, o no se dio.",
    },
    "unfold_rules": {
        "en": "Show {count} rules",
        "fr": "Afficher {count} règles",
        "es": "Mostrar {count} reglas",
    },
    "why": {"en": "Why", "fr": "Pourquoi", "es": "Por qué"},
    "by_rule": {"en": "By rule", "fr": "Par règle", "es": "Por regla"},
    "by_check": {"en": "Checks", "fr": "Contrôles", "es": "Controles"},
    "by_region": {"en": "By region", "fr": "Par région", "es": "Por región"},
    "by_interviewer": {"en": "By interviewer", "fr": "Par enquêteur", "es": "Por entrevistador"},
    "region": {"en": "Region", "fr": "Région", "es": "Región"},
    "interviewer": {"en": "Interviewer", "fr": "Enquêteur", "es": "Entrevistador"},
    "called": {"en": "Name", "fr": "Nom", "es": "Nombre"},
    "home": {"en": "Household", "fr": "Ménage", "es": "Hogar"},
    "line": {"en": "Line", "fr": "Ligne", "es": "Línea"},
    "variables": {"en": "Variables", "fr": "Variables", "es": "Variables"},
    "values": {"en": "Values", "fr": "Valeurs", "es": "Valores"},
    "message": {"en": "What was found", "fr": "Ce qui a été trouvé", "es": "Qué se halló"},
    "remedy": {"en": "What to do", "fr": "Que faire", "es": "Qué hacer"},
    "open": {"en": "To look at", "fr": "À revoir", "es": "Por revisar"},
    "passed": {"en": "Passed", "fr": "Conformes", "es": "Conformes"},
    "failed": {"en": "Failed", "fr": "Non conformes", "es": "No conformes"},
    "not_known": {"en": "Unknown", "fr": "Indéterminés", "es": "Indeterminados"},
    "listed": {"en": "Listed", "fr": "Listés", "es": "Listados"},
    "reference": {"en": "Reference", "fr": "Référence", "es": "Referencia"},
    "broken": {"en": "Not made because", "fr": "Non effectué car", "es": "No realizado porque"},
    "accepted_why": {
        "en": "Why it stands, and who decided",
        "fr": "Pourquoi c'est admis, et qui l'a décidé",
        "es": "Por qué se admite, y quién lo decidió",
    },
    "accepted_text": {
        "en": "The rule fails, and somebody decided that the answer stands. These are not counted above.",
        "fr": "La règle échoue, et quelqu'un a décidé d'admettre la réponse. Ces cas ne sont pas comptés plus haut.",
        "es": "La regla falla, y alguien decidió admitir la respuesta. Estos casos no se cuentan arriba.",
    },
    "exceptions": {"en": "Accepted exceptions", "fr": "Exceptions acceptées", "es": "Excepciones aceptadas"},
    "where": {"en": "Where findings gather", "fr": "Où les constats se concentrent", "es": "Dónde se concentran"},
    "where_text": {
        "en": "Each number counts findings that nobody accepted. A plus sign and a darker shade: clearly more than the "
        "region's {share} would give; two: far more.",
        "fr": "Chaque nombre compte les constats non acceptés. Un signe plus et une teinte plus foncée : nettement "
        "plus que ne le laisserait attendre {share} de la région ; deux : beaucoup plus.",
        "es": "Cada número cuenta los hallazgos no aceptados. Un signo más y un tono más oscuro: claramente más de lo "
        "que daría {share} de la región; dos: mucho más.",
    },
    "share_interviews": {
        "en": "share of the interviews",
        "fr": "la part des interviews",
        "es": "la parte de las entrevistas",
    },
    "share_findings": {
        "en": "share of all findings",
        "fr": "la part de tous les constats",
        "es": "la parte de todos los hallazgos",
    },
    "where_reference": {
        "en": "Marked from 2 and from 4 on: Pearson's residuals, as Friendly (1994) shades tables. Expectations below "
        "1 count as 1.",
        "fr": "Marqué à partir de 2 et de 4 : résidus de Pearson, comme Friendly (1994) ombre les tableaux. Une valeur "
        "attendue inférieure à 1 compte pour 1.",
        "es": "Marcado a partir de 2 y de 4: residuos de Pearson, como Friendly (1994) sombrea las tablas. Un valor "
        "esperado menor que 1 cuenta como 1.",
    },
    "where_unknown": {
        "en": "The region of the findings is not known, so there is no picture.",
        "fr": "La région des constats n'est pas connue : il n'y a pas d'image.",
        "es": "No se conoce la región de los hallazgos, por lo que no hay imagen.",
    },
    "map_picture": {
        "en": "Number of findings of each rule in each region.",
        "fr": "Nombre de constats de chaque règle dans chaque région.",
        "es": "Número de hallazgos de cada regla en cada región.",
    },
    "map_most": {"en": "Most marked: {cells}.", "fr": "Les plus marqués : {cells}.", "es": "Lo más marcado: {cells}."},
    "cell": {
        "en": "{rule}, {region}: {found} (expected {expected})",
        "fr": "{rule}, {region} : {found} (attendu {expected})",
        "es": "{rule}, {region}: {found} (esperado {expected})",
    },
    "legend_1": {"en": "as expected", "fr": "comme attendu", "es": "como se espera"},
    "legend_2": {"en": "clearly more", "fr": "nettement plus", "es": "claramente más"},
    "legend_3": {"en": "far more", "fr": "beaucoup plus", "es": "mucho más"},
    "other_rules": {"en": "{count} other rules", "fr": "{count} autres règles", "es": "{count} reglas más"},
    "other_regions": {"en": "{count} others", "fr": "{count} autres", "es": "{count} más"},
    "regions_table": {
        "en": "The numbers by region as a table",
        "fr": "Les nombres par région sous forme de tableau",
        "es": "Los números por región en una tabla",
    },
    "interviewers_most": {
        "en": "Interviewers who stand out",
        "fr": "Enquêteurs qui se distinguent",
        "es": "Entrevistadores que destacan",
    },
    "interviewers_rate": {
        "en": "Findings for each 100 interviews; the line is the {average} of all interviewers. First those with most "
        "above it. Hard districts have more errors too: look before you judge.",
        "fr": "Constats pour 100 interviews ; le trait marque les {average} de tous les enquêteurs. D'abord ceux qui "
        "le dépassent le plus. Les secteurs difficiles ont aussi plus d'erreurs : regarder avant de juger.",
        "es": "Hallazgos por cada 100 entrevistas; la línea marca los {average} de todos los entrevistadores. Primero "
        "los que más la superan. Las zonas difíciles también tienen más errores: mire antes de juzgar.",
    },
    "interviewers_count": {
        "en": "Number of findings; how many interviews each made is not known.",
        "fr": "Nombre de constats ; le nombre d'interviews de chacun n'est pas connu.",
        "es": "Número de hallazgos; no se sabe cuántas entrevistas hizo cada uno.",
    },
    "interviewers_others": {
        "en": "{count} more interviewers have findings.",
        "fr": "{count} autres enquêteurs ont des constats.",
        "es": "{count} entrevistadores más tienen hallazgos.",
    },
    "interviews": {"en": "Interviews", "fr": "Interviews", "es": "Entrevistas"},
    "per_hundred": {"en": "For each 100", "fr": "Pour 100", "es": "Por cada 100"},
    "bar": {"en": "Bar", "fr": "Barre", "es": "Barra"},
    "lists": {
        "en": "The findings, rule by rule",
        "fr": "Les constats, règle par règle",
        "es": "Los hallazgos por regla",
    },
    "unfold_findings": {
        "en": "Show {count} findings",
        "fr": "Afficher {count} constats",
        "es": "Mostrar {count} hallazgos",
    },
    "unfold_first": {
        "en": "Show the first {listed} of {count} findings",
        "fr": "Afficher les {listed} premiers constats sur {count}",
        "es": "Mostrar los primeros {listed} de {count} hallazgos",
    },
    "first_of": {
        "en": "The first {listed} of {count}.",
        "fr": "Les {listed} premiers sur {count}.",
        "es": "Los primeros {listed} de {count}.",
    },
    "none_listed": {
        "en": "It is about many rows together, or its rows are not listed.",
        "fr": "Elle porte sur de nombreuses lignes, ou ses lignes ne sont pas listées.",
        "es": "Se refiere a muchas filas a la vez, o sus filas no están en la lista.",
    },
    "findings_none": {
        "en": "Nothing was found.",
        "fr": "Rien n'a été trouvé.",
        "es": "No se halló nada.",
    },
    "findings_made": {
        "en": "Made with lfs_migration {version}.",
        "fr": "Produit avec lfs_migration {version}.",
        "es": "Producido con lfs_migration {version}.",
    },
    "rule_stale_exception": {
        "en": "An accepted exception is about nothing that is found",
        "fr": "Une exception acceptée ne porte sur rien de ce qui est trouvé",
        "es": "Una excepción aceptada no se refiere a nada de lo hallado",
    },
}
