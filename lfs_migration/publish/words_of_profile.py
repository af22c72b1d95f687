"""What a migration profile says beside its figures."""

from __future__ import annotations

from lfs_migration.model.noun import Text

PROFILE: dict[str, Text] = {
    "not_asked": {
        "en": "Not asked, or not to be computed from the answers:",
        "fr": "Non demandé, ou impossible à calculer d'après les réponses\u00a0:",
        "es": "No preguntado, o no calculable con las respuestas:",
    },
    "left_out": {
        "en": "Not in this publication:",
        "fr": "Absent de cette publication\u00a0:",
        "es": "No incluido en esta publicación:",
    },
    "largest": {
        "en": "The largest are shown; tables.csv holds the smaller.",
        "fr": "Les plus importants sont montrés ; tables.csv contient les autres.",
        "es": "Se muestran los mayores; tables.csv contiene los menores.",
    },
    "hidden": {"en": "Not published:", "fr": "Non publié\u00a0:", "es": "No publicado:"},
    "all_hidden": {
        "en": "No figure of this table is published",
        "fr": "Aucune valeur de ce tableau n'est publiée",
        "es": "Ningún valor de este cuadro se publica",
    },
    "sides": {
        "en": "Shares are of each side.",
        "fr": "Les parts portent sur chaque côté.",
        "es": "Las proporciones son de cada lado.",
    },
    "none": {"en": "no figure", "fr": "pas de valeur", "es": "sin valor"},
    "reading": {
        "en": "Reading the page",
        "fr": "Lire cette page",
        "es": "Cómo leer esta página",
    },
    "figures": {
        "en": "Each estimate has its 95% interval and n, the number in the sample behind it. A line across a bar is "
        "the interval. tables.csv, beside this page, holds every figure shown here, with its standard error.",
        "fr": "Chaque estimation a son intervalle à 95 % et n, le nombre de cas de l'échantillon qui la fondent. Le "
        "trait sur une barre est l'intervalle. Le fichier tables.csv joint contient toutes les valeurs de cette page, "
        "avec leur erreur type.",
        "es": "Cada estimación tiene su intervalo del 95 % y n, el número de casos de la muestra que la sustentan. La "
        "línea sobre una barra es el intervalo. El archivo tables.csv adjunto contiene todos los valores de esta "
        "página, con su error estándar.",
    },
    "made": {
        "en": "Made with lfs_migration {version}.",
        "fr": "Produit avec lfs_migration {version}.",
        "es": "Producido con lfs_migration {version}.",
    },
    "n": {"en": "n", "fr": "n", "es": "n"},
}
"""Phrases of the profile alone; it shares the others with the report."""
