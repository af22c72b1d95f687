"""What the report says of rules that every module has: of codes, keys, ranges and routing."""

from __future__ import annotations

RULES: dict[str, dict[str, str]] = {
    "rule_codes": {"en": "Not a code of the list", "fr": "Code absent de la liste", "es": "Código fuera de la lista"},
    "rule_design": {
        "en": "Stratum or primary sampling unit missing",
        "fr": "Strate ou unité primaire manquante",
        "es": "Falta el estrato o la unidad primaria",
    },
    "rule_duplicate_key": {
        "en": "Several rows have the same key",
        "fr": "Plusieurs lignes ont la même clé",
        "es": "Varias filas tienen la misma clave",
    },
    "rule_missing_key": {
        "en": "The key is not complete",
        "fr": "La clé est incomplète",
        "es": "La clave está incompleta",
    },
    "rule_orphan": {
        "en": "The household of the row is not in the data; the row is in no estimate",
        "fr": "Le ménage de la ligne n'est pas dans les données ; la ligne n'entre dans aucune estimation",
        "es": "El hogar de la fila no está en los datos; la fila no entra en ninguna estimación",
    },
    "rule_range": {
        "en": "Outside the allowed range",
        "fr": "Hors des limites admises",
        "es": "Fuera de los límites admitidos",
    },
    "rule_routing_answered": {
        "en": "Answered by somebody whom the question was not for",
        "fr": "Réponse à une question qui n'était pas à poser",
        "es": "Respuesta a una pregunta que no correspondía",
    },
    "rule_routing_blank": {
        "en": "Empty, though the question was to be asked",
        "fr": "Vide, alors que la question était à poser",
        "es": "Vacía, aunque correspondía preguntar",
    },
    "rule_unmatched_code": {
        "en": "A national code that no map names; it counts as not known",
        "fr": "Code national sans correspondance ; compté comme non connu",
        "es": "Código nacional sin correspondencia; cuenta como no especificado",
    },
    "rule_weight": {
        "en": "Weight missing or negative",
        "fr": "Poids manquant ou négatif",
        "es": "Factor ausente o negativo",
    },
    "rule_zero_weight": {
        "en": "Weight of zero: the row counts for nothing",
        "fr": "Poids nul : la ligne ne compte pas",
        "es": "Factor cero: la fila no cuenta",
    },
}
