"""What publications say of disclosure control."""

from __future__ import annotations

PROTECTION: dict[str, dict[str, str]] = {
    "unprotected": {
        "en": "not protected against disclosure",
        "fr": "non protégé contre la divulgation",
        "es": "sin protección contra la divulgación",
    },
    "unprotected_notice": {
        "en": "These figures are not protected against disclosure: persons may be recognised in them. They are for the "
        "office's own use.",
        "fr": "Ces chiffres ne sont pas protégés contre la divulgation : des personnes peuvent y être reconnues. Ils "
        "sont réservés à l'usage interne.",
        "es": "Estas cifras no están protegidas contra la divulgación: se puede reconocer a personas en ellas. Son "
        "solo para uso interno.",
    },
    "confidential": {"en": "confidential", "fr": "confidentiel", "es": "confidencial"},
    "protection": {
        "en": "Protection of persons",
        "fr": "Protection des personnes",
        "es": "Protección de las personas",
    },
    "protection_text": {
        "en": "Figures that rest on fewer than {persons} persons, or fewer than {households} {units}, in the sample "
        "are confidential, and others with them, so that no confidential figure can be worked out from all tables "
        "together. {hidden} of {figures} figures are hidden for this reason, {lost} of which their quality would have "
        "allowed. Their numbers in the sample are hidden too.",
        "fr": "Les chiffres qui reposent sur moins de {persons} personnes, ou moins de {households} {units}, dans "
        "l'échantillon sont confidentiels, et d'autres avec eux, afin qu'aucun ne puisse être calculé à partir de "
        "l'ensemble des tableaux. {hidden} chiffres sur {figures} sont masqués pour cette raison, dont {lost} que "
        "leur qualité aurait permis de publier. Leurs effectifs dans l'échantillon sont masqués aussi.",
        "es": "Las cifras que se basan en menos de {persons} personas, o menos de {households} {units}, en la muestra "
        "son confidenciales, y otras con ellas, para que ninguna pueda calcularse a partir de todos los cuadros. "
        "{hidden} de {figures} cifras se ocultan por esta razón, {lost} de las cuales su calidad habría permitido "
        "publicar. Sus números en la muestra también se ocultan.",
    },
    "perturbed_text": {
        "en": "Numbers of persons and households, and sums of amounts, have a small random noise: of at most "
        "{deviation} in the sample, with variance {variance}, and about as many times the mean weight in the "
        "population. Numbers of the same persons have the same noise in every table; shares, rates, means and "
        "standard errors are made of the numbers with their noise. Each number has its own noise: totals are not the "
        "sums of their parts. Amounts, means and quantiles that few persons or {units} make are confidential: "
        "{hidden} of {figures} figures are hidden for this reason, {lost} of which their quality would have allowed.",
        "fr": "Les nombres de personnes et de ménages, et les sommes de montants, portent un petit bruit aléatoire : "
        "d'au plus {deviation} dans l'échantillon, de variance {variance}, et d'environ autant de fois le poids moyen "
        "dans la population. Les nombres des mêmes personnes ont le même bruit dans tous les tableaux ; les parts, "
        "les taux, les moyennes et les erreurs types sont calculés sur les nombres bruités. Chaque nombre a son "
        "propre bruit : les totaux ne sont pas les sommes de leurs parties. Les montants, moyennes et quantiles dus à "
        "peu de personnes ou de {units} sont confidentiels : {hidden} chiffres sur {figures} sont masqués pour cette "
        "raison, dont {lost} que leur qualité aurait permis de publier.",
        "es": "Los números de personas y hogares, y las sumas de montos, llevan un pequeño ruido aleatorio: de "
        "{deviation} como máximo en la muestra, con varianza {variance}, y aproximadamente otras tantas veces el peso "
        "medio en la población. Los números de las mismas personas tienen el mismo ruido en todos los cuadros; las "
        "proporciones, las tasas y los errores estándar se calculan con los números con ruido. Cada número tiene su "
        "propio ruido: los totales no son la suma de sus partes. Los montos, medias y cuantiles de pocas personas o "
        "{units} son confidenciales: {hidden} de {figures} cifras se ocultan por esta razón, {lost} de las cuales su "
        "calidad habría permitido publicar.",
    },
    "perturbed_least": {
        "en": "No number in the sample is from 1 to {threshold}. Numbers that the noise makes zero have no line, as "
        "those that are zero.",
        "fr": "Aucun effectif de l'échantillon n'est compris entre 1 et {threshold}. Les nombres que le bruit rend "
        "nuls n'ont pas de ligne, comme ceux qui le sont.",
        "es": "Ningún número de la muestra está entre 1 y {threshold}. Los números que el ruido vuelve cero no tienen "
        "línea, como los que lo son.",
    },
    "rounded_text": {
        "en": "Numbers of persons and households are rounded to multiples of {base}, each by itself: they need not "
        "add up.",
        "fr": "Les nombres de personnes et de ménages sont arrondis à des multiples de {base}, chacun pour lui-même : "
        "les sommes peuvent différer.",
        "es": "Los números de personas y hogares se redondean a múltiplos de {base}, cada uno por separado: no tienen "
        "que sumar exactamente.",
    },
}
"""Parts of :data:`lfs_migration.publish.words.PHRASES`."""
