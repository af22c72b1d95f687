"""What the report says of weights and response."""

from __future__ import annotations

WEIGHTS: dict[str, dict[str, str]] = {
    "weights": {
        "en": "How the weights were made",
        "fr": "Comment les poids ont été faits",
        "es": "Cómo se hicieron los pesos",
    },
    "weights_text": {
        "en": "The steps of the country's recipe, in their order: what each did, and its factors. Response rates are "
        "those of AAPOR; e is the share of eligible addresses among those of known eligibility. Households "
        "abroad as a whole are a gap in coverage, and no non-response.",
        "fr": "Les étapes de la recette du pays, dans leur ordre : ce que chacune a fait, et ses facteurs. Les taux de "
        "réponse suivent les définitions de l'AAPOR ; e est la part des adresses éligibles parmi celles dont "
        "l'éligibilité est connue. Les ménages partis en entier sont un défaut de couverture, non une non-réponse.",
        "es": "Los pasos de la receta del país, en su orden: qué hizo cada uno, y sus factores. Las tasas de respuesta "
        "siguen las definiciones de AAPOR; e es la parte de direcciones elegibles entre las de elegibilidad conocida. "
        "Los hogares que se fueron por completo son una falta de cobertura, no una falta de respuesta.",
    },
    "weights_steps": {"en": "Step by step", "fr": "Étape par étape", "es": "Paso a paso"},
    "weights_sum": {"en": "Sum of weights", "fr": "Somme des poids", "es": "Suma de los pesos"},
    "smallest": {"en": "Smallest", "fr": "Minimum", "es": "Mínimo"},
    "largest": {"en": "Largest", "fr": "Maximum", "es": "Máximo"},
    "kish": {
        "en": "Effect of unequal weights (Kish)",
        "fr": "Effet de l'inégalité des poids (Kish)",
        "es": "Efecto de los pesos desiguales (Kish)",
    },
    "used": {"en": "Weights above 0", "fr": "Poids positifs", "es": "Pesos positivos"},
    "rates": {"en": "Response", "fr": "Réponse", "es": "Respuesta"},
    "unweighted": {"en": "Addresses, per cent", "fr": "Adresses, pour cent", "es": "Direcciones, por ciento"},
    "weighted": {"en": "Weighted, per cent", "fr": "Pondéré, pour cent", "es": "Ponderado, por ciento"},
    "rate_RR1": {
        "en": "Response rate 1: of all that may be eligible",
        "fr": "Taux de réponse 1 : de toutes celles qui peuvent être éligibles",
        "es": "Tasa de respuesta 1: de todas las que pueden ser elegibles",
    },
    "rate_RR3": {
        "en": "Response rate 3: unknown eligibility counted in part",
        "fr": "Taux de réponse 3 : éligibilité inconnue comptée en partie",
        "es": "Tasa de respuesta 3: elegibilidad desconocida contada en parte",
    },
    "rate_RR5": {
        "en": "Response rate 5: of those known to be eligible",
        "fr": "Taux de réponse 5 : de celles connues comme éligibles",
        "es": "Tasa de respuesta 5: de las que se saben elegibles",
    },
    "rate_refusal": {"en": "Refusal", "fr": "Refus", "es": "Rechazo"},
    "rate_contact": {"en": "Contact", "fr": "Contact", "es": "Contacto"},
    "rate_abroad": {
        "en": "Households abroad as a whole, of all households",
        "fr": "Ménages partis en entier, de tous les ménages",
        "es": "Hogares que se fueron por completo, de todos los hogares",
    },
    "step_base_weights": {
        "en": "Selection probabilities",
        "fr": "Probabilités de sélection",
        "es": "Probabilidades de selección",
    },
    "step_given_weights": {"en": "Weight of the office", "fr": "Poids de l'office", "es": "Peso de la oficina"},
    "step_adjust_nonresponse": {"en": "Non-response", "fr": "Non-réponse", "es": "Falta de respuesta"},
    "step_trim": {"en": "Trimming", "fr": "Troncature", "es": "Recorte"},
    "step_calibrate": {"en": "Calibration", "fr": "Calage", "es": "Calibración"},
    "step_person_weights": {
        "en": "Weights of residents",
        "fr": "Poids des résidents",
        "es": "Pesos de los residentes",
    },
    "step_reference_person": {
        "en": "Weight of the reference person",
        "fr": "Poids de la personne de référence",
        "es": "Peso de la persona de referencia",
    },
    "weights_picture": {
        "en": "Number of {units} by final weight, from {low} to {high}",
        "fr": "Nombre de {units} selon le poids final, de {low} à {high}",
        "es": "Número de {units} según el peso final, de {low} a {high}",
    },
    "weights_table": {
        "en": "All numbers about the weights",
        "fr": "Tous les chiffres sur les poids",
        "es": "Todas las cifras de los pesos",
    },
}
